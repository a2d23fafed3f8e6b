"""The contract of the log: gapless, all or nothing, invisible until it is kept, one writer at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from complaintkit.errors import StoreError
from complaintkit.journal import BOOK_STREAM, EMPTY, Record, merkle_root
from complaintkit.ports import Batch, Head, Query, Store, Transaction
from complaintkit.testing.base import StoreSuite, elsewhere
from complaintkit.testing.samples import (
    TEXTS,
    answer,
    append,
    head_after,
    keep,
    moment,
    notice,
    record,
    sealed,
    summary,
    timer,
)


class Stop(Exception):
    """Raised by a test inside a transaction."""


def everything(tx: Transaction) -> None:
    """Commit one row of every kind, and take a claim."""
    tx.head()
    tx.claim("claim")
    append(tx, vault=[sealed()], outbox=[notice()], timers=[timer()], summary=summary(), answer=answer())


def give_up(
    store: Store, work: Callable[[Transaction], object], error: type[BaseException] = Stop, join: Any = None
) -> None:
    """Do some work in a transaction and raise at its end."""
    with store.transaction(join) as tx:
        work(tx)
        raise error("given up")


def assert_nothing(store: Store) -> None:
    """Nothing of :func:`everything` is there."""
    assert list(store.journal()) == []
    assert list(store.entries("C-1")) == []
    assert list(store.find(Query())) == []
    assert [list(part) for part in store.due(moment(1000))] == [[], []]
    with store.transaction() as tx:
        assert tx.head() == Head(EMPTY, "")
        assert tx.answer("cmd-0") is None
        assert dict(tx.sealed(["cmd-0/words"])) == {}
        assert tx.claim("claim")


class LogCases(StoreSuite):
    """Entries, head, transactions."""

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

    def test_nothing_of_a_refused_batch_is_kept(self, store: Store) -> None:
        """Neither an entry nor any row beside it, inside the transaction or after it."""
        with store.transaction() as tx:
            entries = [record(0, "C-1", 1), record(5, "C-1", 2)]
            head = head_after(tx.head(), *entries)
            with pytest.raises(StoreError):
                tx.commit(
                    Batch(
                        entries=entries, head=head, vault=[sealed()], outbox=[notice()], timers=[timer()],
                        summary=summary(), answer=answer(),
                    )
                )  # fmt: skip
            assert tx.answer("cmd-0") is None
            assert list(tx.entries("C-1")) == []
            assert tx.head() == Head(EMPTY, "")
        assert_nothing(store)

    def test_a_refused_batch_does_not_harm_the_rest_of_its_transaction(self, store: Store) -> None:
        """An importer goes on after a bad row."""
        with store.transaction() as tx:
            first = append(tx)
            entry = record(7, "C-1", 2)
            with pytest.raises(StoreError):
                tx.commit(Batch(entries=[entry], head=head_after(tx.head(), entry)))
            second = append(tx)
        assert list(store.journal()) == [first, second]

    def test_a_transaction_may_commit_many_batches(self, store: Store) -> None:
        """A day's commands in one transaction, each with its own answer."""
        with store.transaction() as tx:
            written = [append(tx, f"C-{number % 2}", answer=answer(f"cmd-{number}")) for number in range(6)]
        assert list(store.journal()) == written
        with store.transaction() as tx:
            assert all(tx.answer(f"cmd-{number}") is not None for number in range(6))

    @pytest.mark.parametrize("error", [Stop, StoreError, KeyboardInterrupt])
    def test_nothing_is_kept_when_the_block_raises(self, store: Store, error: type[BaseException]) -> None:
        """Whatever is raised, an interrupt from the keyboard included."""
        with pytest.raises(error):
            give_up(store, everything, error)
        assert_nothing(store)

    def test_a_rollback_brings_back_what_was_replaced(self, store: Store) -> None:
        """Rows that were replaced or removed are there again."""
        keep(store, outbox=[notice()], timers=[timer()], summary=summary())
        changes: dict[str, Any] = {"outbox": [notice(done=True)], "timers_done": ["t"]}
        with pytest.raises(Stop):
            give_up(store, lambda tx: append(tx, summary=summary(version=2, state="closed"), **changes))
        assert [list(part) for part in store.due(moment())] == [[timer()], [notice()]]
        assert list(store.find(Query())) == [summary()]

    def test_a_failed_transaction_lets_the_next_one_in(self, store: Store) -> None:
        """The lock is let go of, and no number is burnt."""
        for _ in range(3):
            with pytest.raises(Stop):
                give_up(store, append)
        assert elsewhere(lambda: keep(store)).seq == 0

    def test_what_is_committed_is_seen_inside_the_transaction(self, store: Store) -> None:
        """The next command of the same transaction builds on it."""
        with store.transaction() as tx:
            everything(tx)
            assert tx.head().frontier.size == 1
            assert [entry.ver for entry in tx.entries("C-1")] == [1]
            assert tx.answer("cmd-0") == answer()
            assert dict(tx.sealed(["cmd-0/words", "unknown"])) == {"cmd-0/words": sealed()}
            assert not tx.claim("claim")

    def test_what_is_committed_is_not_seen_outside_before_the_end(self, store: Store) -> None:
        """Nobody acts on what may yet be undone."""

        def outside() -> tuple[int, int, int, int, int]:
            with store.transaction() as reader:
                known = len(reader.entries("C-1")) + (reader.answer("cmd-0") is not None)
            due = store.due(moment(1000))
            return len(store.journal()), len(store.find(Query())), len(due.timers), len(due.notices), known

        with store.transaction() as tx:
            everything(tx)
            assert elsewhere(outside) == (0, 0, 0, 0, 0)
        assert elsewhere(outside) == (1, 1, 1, 1, 2)

    def test_an_unused_transaction_leaves_nothing(self, store: Store) -> None:
        """Not even the lock."""
        with store.transaction():
            pass
        with store.transaction() as tx:
            tx.head()
        assert_nothing(store)

    def test_a_second_writer_waits_and_sees_what_the_first_has_kept(self, store: Store) -> None:
        """``head()`` locks: what was read after it is still true at the commit."""
        locked = threading.Event()

        def second() -> int:
            with store.transaction() as tx:
                tx.head()
                locked.set()
                return append(tx).seq

        with ThreadPoolExecutor(1) as pool:
            with store.transaction() as tx:
                append(tx)
                later = pool.submit(second)
                assert not locked.wait(0.2)
                append(tx)
            assert later.result(timeout=60) == 2

    def test_many_writers_leave_one_gapless_log(self, store: Store) -> None:
        """Four threads, one log, one root."""

        def write(worker: int) -> None:
            for number in range(8):
                keep(store, f"C-{worker}" if number % 2 else "C-shared", answer=answer(f"cmd-{worker}-{number}"))

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(write, range(4)))
        entries = store.journal()
        assert [entry.seq for entry in entries] == list(range(32))
        assert [entry.ver for entry in store.entries("C-shared")] == list(range(1, 17))
        with store.transaction() as tx:
            assert tx.head().frontier.root() == merkle_root(entry.body for entry in entries)

    def test_readers_see_whole_transactions_only(self, store: Store) -> None:
        """A reader never meets a part of a transaction."""
        done = threading.Event()

        def read() -> set[int]:
            sizes = set()
            while not done.is_set():
                sizes.add(len(store.journal()) % 3)
            return sizes

        with ThreadPoolExecutor(1) as pool:
            sizes = pool.submit(read)
            try:
                for _ in range(10):
                    with store.transaction() as tx:
                        for _ in range(3):
                            append(tx)
            finally:
                done.set()
        assert len(store.journal()) == 30
        assert sizes.result() <= {0}

    def test_what_was_handed_in_or_out_can_be_changed_without_harm(self, store: Store) -> None:
        """The store shares no list with its callers."""
        with store.transaction() as tx:
            entry = record(0)
            entries, timers = [entry], [timer()]
            tx.commit(Batch(entries=entries, head=head_after(tx.head(), entry), timers=timers, summary=summary()))
            entries.clear()
            timers.clear()
            getattr(tx.entries("C-1"), "clear", lambda: None)()
        for found in (store.entries("C-1"), store.journal(), store.find(Query()), *store.due(moment())):
            getattr(found, "clear", lambda: None)()
        assert list(store.entries("C-1")) == list(store.journal()) == [entry]
        assert list(store.find(Query())) == [summary()]
        assert list(store.due(moment()).timers) == [timer()]

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
            append(tx, "C-1", timers_done=["t"], outbox=[notice(done=True)], summary=summary(state="closed"))
        assert [len(ours.journal()), len(theirs.journal())] == [1, 2]
        assert [list(part) for part in ours.due(moment())] == [[timer()], [notice()]]
        assert list(ours.find(Query())) == [summary()]
