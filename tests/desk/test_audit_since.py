"""A book that was verified up to a checkpoint is verified from there on, and no tile of it is believed unseen."""

from __future__ import annotations

import pytest

from complaintkit.adapters.memory import MemoryStore
from complaintkit.desk import verify_book
from complaintkit.errors import ProofRefused
from complaintkit.journal import Record
from complaintkit.ports import Batch, Head
from complaintkit.testing.tampering import checkpoint_of, frontier_of, log_of


class Counting(MemoryStore):
    """A store that counts which entries are read."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[int] = []

    def journal(self, after: int = -1, limit: int = 1000) -> list[Record]:
        found = list(super().journal(after, limit))
        self.read += [record.seq for record in found]
        return found


@pytest.fixture
def store() -> Counting:
    store, records = Counting(), log_of(600)
    with store.transaction() as tx:
        tx.head()
        tx.commit(Batch(entries=records, head=Head(frontier_of(records), records[-1].recorded_at)))
    return store


@pytest.mark.parametrize("size", [1, 256, 300, 512, 599, 600])
def test_only_what_came_after_is_read(store: Counting, size: int) -> None:
    records = log_of(600)
    audit = verify_book(store, since=checkpoint_of(records[:size]))
    assert (audit.faults, audit.size, audit.root) == ((), 600, frontier_of(records).root().hex())
    assert store.read == list(range(size, 600))


def test_what_came_after_is_looked_at(store: Counting) -> None:
    log, since = log_of(600), checkpoint_of(log_of(300))
    store.kept._log[400] = log[400]._replace(actor="nobody")
    store.kept._log[411] = log[411]._replace(ver=99)
    faults = verify_book(store, since=since).faults
    assert faults[:2] == ("entry 400: a column differs from its bytes", "entry 411: a column differs from its bytes")
    faults = verify_book(store, [checkpoint_of(log[:300])], since=since).faults
    assert faults[0].startswith("entry 400:")


def test_another_past_is_refused(store: Counting) -> None:
    other = log_of(300, "other")
    for since in (checkpoint_of(other), checkpoint_of(log_of(700))):
        with pytest.raises(ProofRefused, match="does not continue"):
            verify_book(store, since=since)
