"""The contract of a transaction: all or nothing, invisible until it is kept, one writer at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from complaintkit.errors import StoreError
from complaintkit.journal import EMPTY, merkle_root
from complaintkit.ports import Batch, Head, Query, Store, Transaction
from complaintkit.testing.base import StoreSuite, elsewhere
from complaintkit.testing.samples import (
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
    append(tx, vault=[sealed()], outbox=[notice()], timers=[timer()], summaries=[summary()], answer=answer())


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


class TransactionCases(StoreSuite):
    """Transactions: their ends, their locks, what is seen when."""

    def test_nothing_of_a_refused_batch_is_kept(self, store: Store) -> None:
        """Neither an entry nor any row beside it, inside the transaction or after it."""
        with store.transaction() as tx:
            entries = [record(0, "C-1", 1), record(5, "C-1", 2)]
            head = head_after(tx.head(), *entries)
            with pytest.raises(StoreError):
                tx.commit(
                    Batch(
                        entries=entries, head=head, vault=[sealed()], outbox=[notice()], timers=[timer()],
                        summaries=[summary()], answer=answer(),
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
        keep(store, outbox=[notice()], timers=[timer()], summaries=[summary()])
        changes: dict[str, Any] = {"outbox": [notice(done=True)], "timers_done": ["t"]}
        with pytest.raises(Stop):
            give_up(store, lambda tx: append(tx, summaries=[summary(version=2, state="closed")], **changes))
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
            tx.commit(Batch(entries=entries, head=head_after(tx.head(), entry), timers=timers, summaries=[summary()]))
            entries.clear()
            timers.clear()
            getattr(tx.entries("C-1"), "clear", lambda: None)()
        for found in (store.entries("C-1"), store.journal(), store.find(Query()), *store.due(moment())):
            getattr(found, "clear", lambda: None)()
        assert list(store.entries("C-1")) == list(store.journal()) == [entry]
        assert list(store.find(Query())) == [summary()]
        assert list(store.due(moment()).timers) == [timer()]
