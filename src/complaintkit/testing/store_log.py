"""The contract of the log: gapless, in order, byte for byte, one for each book."""

from __future__ import annotations

import pytest

from complaintkit.errors import StoreError
from complaintkit.journal import BOOK_STREAM, EMPTY, Record, Tree, merkle_root, verify_inclusion
from complaintkit.ports import Batch, Query, Store
from complaintkit.testing.base import StoreSuite
from complaintkit.testing.samples import (
    TEXTS,
    append,
    append_many,
    head_after,
    keep,
    keep_many,
    moment,
    notice,
    record,
    summary,
    timer,
)
from complaintkit.testing.store_transactions import Stop, assert_nothing, everything, give_up


def merkle_root_of(leaves: list[bytes]) -> bytes:
    """The root over leaf hashes."""
    frontier = EMPTY
    for leaf in leaves:
        frontier = frontier.append(leaf)
    return frontier.root()


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

    def test_a_part_of_a_tile_holds_the_leaves_there_are(self, store: Store) -> None:
        """A proof is read from tiles, also at the end of the log."""
        assert store.tile(0, 0) == store.tile(1, 0) == b""
        written = [keep(store) for _ in range(3)]
        assert store.tile(0, 0) == b"".join(entry.leaf for entry in written)
        assert store.tile(0, 1) == store.tile(1, 0) == store.tile(2, 0) == b""

    def test_full_tiles_are_kept_with_their_entries(self, store: Store) -> None:
        """In batches that end before, at and behind the end of a tile, and nothing of what is given up."""
        leaves = [entry.leaf for batch in (100, 155, 1, 300, 0, 230) for entry in keep_many(store, batch)]
        with pytest.raises(Stop):
            give_up(store, lambda tx: append_many(tx, 256))
        assert store.tile(0, 2) == b"".join(leaves[512:768])
        assert store.tile(1, 0) == b"".join(merkle_root_of(leaves[at : at + 256]) for at in (0, 256, 512))
        tree = Tree(len(leaves), store.tile)
        assert tree.root() == merkle_root_of(leaves)
        verify_inclusion(400, len(leaves), leaves[400], tree.inclusion(400), tree.root())

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
