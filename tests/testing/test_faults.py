"""The store that fails on purpose: where it is told, once, and without harm to the store inside."""

from __future__ import annotations

import pytest

from complaintkit.adapters.memory import MemoryStore
from complaintkit.errors import StoreBusy, StoreFull
from complaintkit.ports import Query
from complaintkit.testing import FaultyStore, StoreContract
from complaintkit.testing.samples import answer, append, keep, moment


class TestFaultyStoreThatIsNotTold(StoreContract):
    def make_store(self, book: str) -> FaultyStore:
        return FaultyStore(MemoryStore(book))


@pytest.fixture
def store() -> FaultyStore:
    return FaultyStore(MemoryStore())


@pytest.mark.parametrize("where", ["head", "entries", "commit", "end"])
def test_a_failure_before_the_work_keeps_nothing_and_happens_once(store: FaultyStore, where: str) -> None:
    store.fail(where)
    with pytest.raises(StoreBusy):
        keep(store)
    assert list(store.journal()) == []
    assert keep(store).seq == 0


def test_a_failure_after_the_commit_is_ambiguous(store: FaultyStore) -> None:
    store.fail("end", after=True, error=StoreFull("full"))
    with pytest.raises(StoreFull):
        keep(store, answer=answer())
    assert len(store.journal()) == 1
    with store.transaction() as tx:
        assert tx.answer("cmd-0") == answer()


def test_the_call_to_fail_is_counted_from_now(store: FaultyStore) -> None:
    keep(store)
    store.fail("commit", at=2)
    with store.transaction() as tx:
        append(tx)
        with pytest.raises(StoreBusy):
            append(tx)
    assert len(store.journal()) == 2


def test_any_call_may_be_the_one(store: FaultyStore) -> None:
    names = []
    while True:
        store.fail(at=len(names) + 1)
        before = len(store.calls)
        try:
            keep(store, f"C-{len(names)}")
        except StoreBusy:
            names.append(store.calls[before:][-1])
            continue
        break
    assert names == ["head", "entries", "commit", "end"]
    store.fail(at=99)
    assert len(store.journal()) == 1


def test_reads_may_fail_too(store: FaultyStore) -> None:
    reads = {"journal": store.journal, "find": lambda: store.find(Query()), "due": lambda: store.due(moment())}
    for name, read in reads.items():
        store.fail(name)
        with pytest.raises(StoreBusy):
            read()
        read()
    assert (store.book, store.durable) == ("main", False)
