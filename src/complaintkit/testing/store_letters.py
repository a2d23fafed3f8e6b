"""The contract of letters in hand: a letter that was read is taken once, and who takes one keeps nobody waiting."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from complaintkit.errors import StoreError
from complaintkit.ports import Batch, OutboxRow, Store, Transaction
from complaintkit.testing.base import StoreSuite
from complaintkit.testing.samples import answer, append, at, head_after, moment, notice, record, sealed, summary, timer
from complaintkit.testing.store_rows import rows
from complaintkit.testing.store_transactions import Stop, give_up

#: What a transaction that has a letter in hand must not write without the head.
_MORE: dict[str, dict[str, Any]] = {
    "entry": {"entries": [record(0)]},
    "timer": {"timers": [timer()]},
    "timer-done": {"timers_done": ["t"]},
    "vault": {"vault": [sealed()]},
    "erased": {"erased": ["cmd-0/words"]},
    "summary": {"summaries": [summary()]},
    "answer": {"answer": answer()},
    "another-letter": {"outbox": [notice("n"), notice("other")]},
}


def in_hand(row: OutboxRow) -> OutboxRow:
    """The letter as it is while somebody sends it: begun once more, and due again an hour later."""
    return row._replace(tries=row.tries + 1, due_at=at(60))


def send(tx: Transaction, read: Sequence[OutboxRow]) -> OutboxRow | None:
    """Take a letter for sending; what it was read as, None where all are somebody else's."""
    row = tx.take(read)
    if row is not None:
        tx.commit(Batch(outbox=[in_hand(row)]))
    return row


class LetterCases(StoreSuite):
    """Taking letters: each version once, one for each taker, without the head where nothing is appended."""

    #: Whether the store locks letters one by one, so that who takes one waits for nobody. A store with one writer at a
    #: time leaves it at False: then takers come one after the other, and each still gets a letter of its own.
    locks_letters = False

    def waiting(self, store: Store, number: int = 2) -> Sequence[OutboxRow]:
        """So many letters that are due, as they are read."""
        rows(store, {"outbox": [notice(f"n{each:02}", seq=each) for each in range(number)]})
        return store.due(moment()).notices

    def one(self, store: Store, read: Sequence[OutboxRow]) -> OutboxRow | None:
        """Take one letter for sending, in a transaction of its own."""
        with store.transaction() as tx:
            return send(tx, read)

    def test_the_first_letter_in_the_log_is_taken(self, store: Store) -> None:
        """Whatever the order in which they are asked for; nothing of nothing."""
        letters = [notice("a", 3, seq=2), notice("b", 9, seq=1), notice("c", 1, seq=1)]
        rows(store, {"outbox": letters})
        with store.transaction() as tx:
            assert tx.take(letters) == letters[1]
            assert tx.take([letters[0]]) == letters[0]
            assert tx.take([notice("unknown")]) is None
            assert tx.take([]) is None

    @pytest.mark.parametrize("change", [{"tries": 1}, {"due_at": at(60)}, {"done": True}], ids=" ".join)
    def test_a_letter_that_has_changed_is_passed_over(self, store: Store, change: dict[str, Any]) -> None:
        """Who read it before comes too late; who has read it since does not, unless it is done."""
        first, second = self.waiting(store)
        now = first._replace(**change)
        rows(store, {"outbox": [now]})
        with store.transaction() as tx:
            assert tx.take([first]) is None
            assert tx.take([first, second]) == second
            assert tx.take([now]) == (None if now.done else now)

    def test_the_last_of_many_is_found(self, store: Store) -> None:
        """However many were taken by others since."""
        read = self.waiting(store, 50)
        rows(store, {"outbox": [in_hand(row) for row in read[:-1]]})
        assert self.one(store, read) == read[-1]

    def test_a_letter_is_taken_without_the_head(self, store: Store) -> None:
        """It is kept so: each version has one taker."""
        read = self.waiting(store)
        assert [self.one(store, read) for _ in range(3)] == [*read, None]
        again = store.due(moment(60)).notices
        assert list(again) == [in_hand(row) for row in read]
        assert self.one(store, again) == again[0]

    def test_a_letter_that_was_only_looked_at_is_free_again(self, store: Store) -> None:
        """Whether the transaction ended well or was given up."""
        read = self.waiting(store)
        with store.transaction() as tx:
            assert tx.take(read) == read[0]
        with pytest.raises(Stop):
            give_up(store, lambda tx: send(tx, read))
        assert list(store.due(moment()).notices) == list(read)
        assert self.one(store, read) == read[0]

    @pytest.mark.parametrize("more", _MORE.values(), ids=_MORE.keys())
    def test_without_the_head_nothing_but_the_letter_is_written(self, store: Store, more: dict[str, Any]) -> None:
        """What is decided by the log needs the log, and the letter in hand is kept all the same."""
        rows(store, {"outbox": [notice("n")]})
        with store.transaction() as tx:
            assert send(tx, [notice("n")]) == notice("n")
            with pytest.raises(StoreError):
                tx.commit(Batch(**{"outbox": [in_hand(notice("n"))], **more}))
        assert [list(part) for part in store.due(moment(60))] == [[], [in_hand(notice("n"))]]
        assert list(store.journal()) == []

    def test_the_head_comes_first(self, store: Store) -> None:
        """Whoever has the head may be waiting for this very letter: the two would wait for each other."""
        read = self.waiting(store)
        with store.transaction() as tx:
            tx.take(read)
            with pytest.raises(StoreError):
                tx.head()

    def test_a_letter_is_taken_and_recorded_under_the_head(self, store: Store) -> None:
        """What became of it and the row that says so are one transaction."""
        (row,) = self.waiting(store, 1)
        with store.transaction() as tx:
            tx.head()
            assert tx.take([row]) == row
            written = append(tx, outbox=[row._replace(done=True)])
        assert list(store.journal()) == [written]
        assert list(store.due(moment(60)).notices) == []

    @pytest.mark.parametrize("locked", [False, True], ids=["without-head", "with-head"])
    def test_what_a_transaction_did_with_its_letter_it_sees(self, store: Store, locked: bool) -> None:
        """The version that it has written takes the place of the one that it took."""
        (row,) = self.waiting(store, 1)
        with store.transaction() as tx:
            if locked:
                tx.head()
            assert send(tx, [row]) == row
            assert tx.take([row]) is None
            assert tx.take([in_hand(row)]) == in_hand(row)
            tx.commit(Batch(outbox=[row._replace(done=True)]))
            assert tx.take([row, in_hand(row), row._replace(done=True)]) is None

    def test_two_who_take_at_once_get_different_letters(self, store: Store) -> None:
        """Neither waits for the other, where the store can lock letters one by one."""
        read = self.waiting(store)
        with ThreadPoolExecutor(1) as pool:
            with store.transaction() as tx:
                assert tx.take(read) == read[0]
                other = pool.submit(self.one, store, read)
                if self.locks_letters:
                    assert other.result(timeout=60) == read[1]
                tx.commit(Batch(outbox=[in_hand(read[0])]))
            assert other.result(timeout=60) == read[1]
        assert list(store.due(moment(60)).notices) == [in_hand(row) for row in read]

    def test_who_takes_a_letter_does_not_wait_for_a_writer(self, store: Store) -> None:
        """Where the store can lock letters one by one: the head is somebody else's all the while."""
        read = self.waiting(store)
        with ThreadPoolExecutor(1) as pool:
            with store.transaction() as writer:
                append(writer)
                other = pool.submit(self.one, store, read)
                if self.locks_letters:
                    assert other.result(timeout=60) == read[0]
            assert other.result(timeout=60) == read[0]
        assert len(store.journal()) == 1

    @pytest.mark.parametrize("sent", [True, False])
    def test_who_records_waits_for_who_takes(self, store: Store, sent: bool) -> None:
        """Only then is it known whether the letter was taken over."""
        (row,) = self.waiting(store, 1)
        asked = threading.Event()

        def records() -> OutboxRow | None:
            with store.transaction() as tx:
                tx.head()
                found = tx.take([row])
                asked.set()
                return found

        with ThreadPoolExecutor(1) as pool:
            with store.transaction() as tx:
                assert tx.take([row]) == row
                recorded = pool.submit(records)
                if sent:
                    assert not asked.wait(0.1)
                    tx.commit(Batch(outbox=[in_hand(row)]))
            assert recorded.result(timeout=60) == (None if sent else row)

    def test_many_takers_have_each_letter_once(self, store: Store) -> None:
        """Four threads, beside one that writes."""
        read = self.waiting(store, 20)

        def take_all(_: int) -> list[OutboxRow]:
            return list(filter(None, (self.one(store, read) for _ in range(len(read) + 1))))

        def write() -> None:
            for number in range(8):
                with store.transaction() as tx:
                    entry = record(number, "C-1", number + 1)
                    tx.commit(Batch(entries=[entry], head=head_after(tx.head(), entry)))

        with ThreadPoolExecutor(5) as pool:
            writer = pool.submit(write)
            taken = [row for rows in pool.map(take_all, range(4)) for row in rows]
            writer.result(timeout=60)
        assert sorted(taken) == list(read)
        assert len(store.journal()) == 8
