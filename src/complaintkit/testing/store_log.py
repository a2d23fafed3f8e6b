"""The contract of the log: gapless, in order, byte for byte, one for each book."""

from __future__ import annotations

import pytest

from complaintkit.errors import StoreError
from complaintkit.journal import BOOK_STREAM, Record, merkle_root
from complaintkit.ports import Batch, Query, Store
from complaintkit.testing.base import StoreSuite
from complaintkit.testing.samples import (
    TEXTS,
    append,
    head_after,
    keep,
    moment,
    notice,
    record,
    summary,
    timer,
)
from complaintkit.testing.store_transactions import assert_nothing, everything


class LogCases(StoreSuite):
    """Entries, streams, the journal, the head."""

    def test_a_new_book_is_empty(self, store: Store) -> None:
        """Nothing is made up: no head, no entries, no rows."""
        assert_nothing(store)

    def test_it_names_its_book_and_says_whether_it_lasts(self, store: Store) -> None:
        """The desk and the audit ask for both."""
        assert store.book == "main"
        assert isinstance(store.durable, bool)

    def test_an_entry_is_read_back_as_it_was_written(self, store: Store) -> None:
        """The bytes are hashed as stored, so each of the 256 must come back."""
        written = keep(store, body=bytes(range(256)))
        for found in (store.entries("C-1"), store.journal()):
            assert list(found) == [written]
            assert type(found[0]) is type(written)
            assert type(found[0].body) is bytes

    def test_an_unversioned_entry_stays_unversioned_and_counts_no_version(self, store: Store) -> None:
        """A refusal is recorded without a version and is never folded (INV-06)."""
        with store.transaction() as tx:
            refused = record(0, BOOK_STREAM, None)
            tx.commit(Batch(entries=[refused], head=head_after(tx.head(), refused)))
            other = record(1, "C-1", None)
            tx.commit(Batch(entries=[other], head=head_after(tx.head(), other)))
            assert append(tx, "C-1").ver == 1
        assert [entry.ver for entry in store.journal()] == [None, None, 1]
        assert list(store.entries(BOOK_STREAM)) == [refused]

    def test_a_stream_has_its_own_entries_in_order(self, store: Store) -> None:
        """State is the fold of a stream's entries, in their order."""
        for stream in ("C-1", "C-2", "C-1", "C-3", "C-1"):
            keep(store, stream)
        assert [(entry.seq, entry.ver) for entry in store.entries("C-1")] == [(0, 1), (2, 2), (4, 3)]
        assert list(store.entries("C-4")) == []

    def test_the_journal_is_read_in_pages_without_loss(self, store: Store) -> None:
        """A host keeps its own tables in step by this cursor."""
        written = [keep(store, f"C-{number % 3}") for number in range(10)]
        seen: list[Record] = []
        after = -1
        while page := store.journal(after, 3):
            assert len(page) <= 3
            seen += page
            after = page[-1].seq
        assert seen == written

    def test_the_journal_ends_where_the_log_ends(self, store: Store) -> None:
        """A cursor at the end, or behind it, gets nothing."""
        keep(store)
        assert list(store.journal(0)) == []
        assert list(store.journal(99)) == []
        assert list(store.journal(limit=0)) == []

    def test_the_head_is_that_of_the_last_commit(self, store: Store) -> None:
        """Its root is the Merkle root over the stored bytes."""
        last = [keep(store) for _ in range(5)][-1]
        with store.transaction() as tx:
            head = tx.head()
        assert head.frontier.size == 5
        assert head.frontier.root() == merkle_root(entry.body for entry in store.journal())
        assert head.recorded_at == last.recorded_at

    @pytest.mark.parametrize("seq", [0, 1, 3, 4, -1])
    def test_an_entry_that_leaves_a_gap_or_repeats_a_number_is_refused(self, store: Store, seq: int) -> None:
        """A gapless log is what makes a missing entry visible."""
        before = [keep(store), keep(store)]
        with store.transaction() as tx:
            entry = record(seq, "C-1", 3)
            with pytest.raises(StoreError):
                tx.commit(Batch(entries=[entry], head=head_after(tx.head(), entry)))
        assert list(store.journal()) == before

    @pytest.mark.parametrize("ver", [0, 1, 2, 4, 5])
    def test_a_version_that_leaves_a_gap_or_is_repeated_is_refused(self, store: Store, ver: int) -> None:
        """Two writers must never both follow the same version."""
        before = [keep(store), keep(store)]
        with store.transaction() as tx:
            entry = record(2, "C-1", ver)
            with pytest.raises(StoreError):
                tx.commit(Batch(entries=[entry], head=head_after(tx.head(), entry)))
        assert list(store.journal()) == before

    def test_a_stream_begins_with_version_one(self, store: Store) -> None:
        """A stream without a beginning cannot be folded."""
        with store.transaction() as tx:
            entry = record(0, "C-1", 2)
            with pytest.raises(StoreError):
                tx.commit(Batch(entries=[entry], head=head_after(tx.head(), entry)))
        assert_nothing(store)

    def test_a_gap_inside_one_batch_is_refused(self, store: Store) -> None:
        """Entries of one batch are counted too."""
        for second in (record(2, "C-1", 2), record(1, "C-1", 3), record(1, "C-1", 1)):
            with store.transaction() as tx:
                entries = [record(0, "C-1", 1), second]
                with pytest.raises(StoreError):
                    tx.commit(Batch(entries=entries, head=head_after(tx.head(), *entries)))
        assert_nothing(store)

    def test_one_batch_may_hold_several_entries_and_streams(self, store: Store) -> None:
        """One command may decide events of several streams."""
        with store.transaction() as tx:
            entries = [record(0, "C-1", 1), record(1, "C-2", 1), record(2, "C-1", 2)]
            tx.commit(Batch(entries=entries, head=head_after(tx.head(), *entries)))
        assert list(store.journal()) == entries
        assert [entry.ver for entry in store.entries("C-1")] == [1, 2]

    @pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
    def test_texts_survive_as_they_are(self, store: Store, text: str) -> None:
        """Joiners, marks and astral characters are part of what a person wrote."""
        written = keep(store, stream := f"C-{text}", body=text.encode())
        assert list(store.entries(stream)) == list(store.journal()) == [written]
        assert store.entries(stream)[0].body.decode() == text

    def test_each_book_has_a_log_of_its_own(self) -> None:
        """A protected disclosure has a book of its own: nothing may pass between two."""
        ours, theirs = self.open("ours"), self.open("theirs")
        with ours.transaction() as tx:
            everything(tx)
        assert_nothing(theirs)
        with theirs.transaction() as tx:
            everything(tx)
            append(tx, "C-1", timers_done=["t"], outbox=[notice(done=True)], summaries=[summary(state="closed")])
        assert [len(ours.journal()), len(theirs.journal())] == [1, 2]
        assert [list(part) for part in ours.due(moment())] == [[timer()], [notice()]]
        assert list(ours.find(Query())) == [summary()]
