"""What the transaction of our stores refuses beyond the contract, and how a store in memory waits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from complaintkit.adapters.memory import Agenda, MemoryStore
from complaintkit.errors import StoreBusy, StoreError
from complaintkit.ports import Batch, Head
from complaintkit.testing.samples import answer, append, head_after, keep, notice, record, sealed, timer


@pytest.mark.parametrize("head", [None, Head()])
def test_entries_need_the_head_after_them(head: Head | None) -> None:
    store = MemoryStore()
    with store.transaction() as tx:
        tx.head()
        with pytest.raises(StoreError, match="head says 0"):
            tx.commit(Batch(entries=[record(0)], head=head))
    assert list(store.journal()) == []


def test_a_head_without_its_entries_is_refused() -> None:
    with MemoryStore().transaction() as tx, pytest.raises(StoreError, match="0 entries"):
        tx.commit(Batch(head=head_after(tx.head(), record(0))))


@pytest.mark.parametrize(
    "act", [lambda tx: tx.claim("a"), lambda tx: tx.commit(Batch(timers=[timer()]))], ids=["claim", "commit"]
)
def test_nothing_is_written_without_the_lock(act: object) -> None:
    with MemoryStore().transaction() as tx, pytest.raises(StoreError, match="head"):
        act(tx)  # type: ignore[operator]


def test_a_transaction_that_has_ended_is_of_no_use() -> None:
    store = MemoryStore()
    with store.transaction() as tx:
        append(tx)
    for act in (
        tx.head,
        lambda: tx.answer("c"),
        lambda: tx.entries("C-1"),
        lambda: tx.sealed(["r"]),
        lambda: tx.claim("k"),
        lambda: tx.take([notice()]),
        lambda: tx.commit(Batch()),
    ):
        with pytest.raises(StoreError, match="ended"):
            act()


def test_an_inner_transaction_cannot_outlive_the_outer_one() -> None:
    store = MemoryStore()
    with store.transaction() as outer:
        outer.head()
        inner = store.transaction(join=outer)
    with pytest.raises(StoreError, match="ended"), inner:
        append(inner)
    assert list(store.journal()) == []


def test_whoever_is_handed_a_transaction_may_enter_it_again() -> None:
    store = MemoryStore()
    with store.transaction() as tx:
        with tx:
            append(tx)
        assert list(store.journal()) == []
        append(tx)
    assert len(store.journal()) == 2


def test_an_answer_that_was_looked_for_before_the_lock_is_looked_for_again() -> None:
    store = MemoryStore()
    with store.transaction() as tx:
        assert tx.answer("cmd-0") is None
        with ThreadPoolExecutor(1) as pool:
            pool.submit(keep, store, answer=answer()).result()
        tx.head()
        assert tx.answer("cmd-0") == answer()
        with pytest.raises(StoreError, match="answered already"):
            append(tx, answer=answer(body=b"other"))


def test_a_version_that_was_read_before_the_lock_is_read_again() -> None:
    store = MemoryStore()
    with store.transaction() as tx:
        assert list(tx.entries("C-1")) == []
        with ThreadPoolExecutor(1) as pool:
            pool.submit(keep, store).result()
        entry = record(1, "C-1", 1)
        with pytest.raises(StoreError, match="version 1 of C-1"):
            tx.commit(Batch(entries=[entry], head=head_after(tx.head(), entry)))


def test_a_sealed_text_is_never_written_over() -> None:
    store = MemoryStore()
    keep(store, vault=[sealed()])
    with pytest.raises(StoreError, match="never written over"):
        keep(store, vault=[sealed(content=b"other")])
    assert len(store.journal()) == 1


def test_a_writer_waits_its_time_and_is_then_busy() -> None:
    store = MemoryStore(busy_timeout=0.05)
    with store.transaction() as tx, ThreadPoolExecutor(1) as pool:
        tx.head()
        with pytest.raises(StoreBusy):
            pool.submit(keep, store).result()
        with pytest.raises(StoreError, match="this thread"):
            keep(store)


def test_an_agenda_does_not_grow_with_what_was_put_off() -> None:
    agenda = Agenda()
    for number in range(10_000):
        agenda.put(f"{number:05}", "key")
    assert len(agenda._heap) < 200
    assert agenda.until("99999", 5) == ["key"]
    agenda.drop("key")
    agenda.put("00001", "key")
    agenda.put("00000", "other")
    agenda.put("00001", "key")
    assert agenda.until("99999", 5) == agenda.until("99999", 5) == ["other", "key"]
    assert agenda.until("00000", 5) == ["other"]
