"""Rows that no hash covers say what the entries say, or it is found and put right (INV-71)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from complaintkit.adapters.memory import MemoryStore
from complaintkit.adapters.sqlite import SqliteStore
from complaintkit.desk import restore_rows, verify_book, verify_rows
from complaintkit.policy import Profile, load_profile
from complaintkit.ports import Batch, OutboxRow, Query, Store
from complaintkit.vocabulary import Band
from tests.lives import Life

EVER = datetime.max.replace(tzinfo=UTC)

Edit = Callable[[Store, str], Batch]


@pytest.fixture
def profile() -> Profile:
    return load_profile()


@pytest.fixture(params=["memory", "sqlite"])
def life(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Life]:
    """A complaint that was triaged; the letter about it waits, and clocks run."""
    if request.param == "memory":
        yield Life(MemoryStore()).triaged()
        return
    with SqliteStore(tmp_path / "book.db") as store:
        yield Life(store).triaged()


def _open(store: Store) -> list[OutboxRow]:
    return list(store.due(EVER, 1000).notices)


def _clock(store: Store, ref: str) -> Any:
    return next(timer for timer in store.due(EVER, 1000).timers if timer.key.startswith(f"{ref}|breach-"))


def _summary(store: Store, ref: str) -> Any:
    return next(row for row in store.find(Query()) if row.stream == ref)


EDITS: dict[str, tuple[Edit, str]] = {
    "a late complaint looks closed": (
        lambda store, ref: Batch(summaries=[_summary(store, ref)._replace(open=False, due_at=None)]),
        "its entries say something else than its summary (due_at, open)",
    ),
    "an urgent one goes to the end": (
        lambda store, ref: Batch(summaries=[_summary(store, ref)._replace(band=Band.P4, rank=0)]),
        "its entries say something else than its summary (band, rank)",
    ),
    "a breach never fires": (
        lambda store, ref: Batch(timers_done=[_clock(store, ref).key]),
        "does not run, or runs otherwise",
    ),
    "a breach fires in a hundred years": (
        lambda store, ref: Batch(timers=[_clock(store, ref)._replace(due_at="2126-03-02T10:00:00.000000Z")]),
        "does not run, or runs otherwise",
    ),
    "a letter is never sent": (
        lambda store, ref: Batch(outbox=[row._replace(done=True) for row in _open(store)[:1]]),
        "waits, and no row would send it",
    ),
    "a letter is sent as another": (
        lambda store, ref: Batch(outbox=[row._replace(notice="n-99") for row in _open(store)[:1]]),
        "waits, and no row would send it",
    ),
    "a letter that nobody asked for": (
        lambda store, ref: Batch(outbox=[row._replace(key="f" * 64) for row in _open(store)[:1]]),
        "was never asked for",
    ),
}


def test_rows_that_follow_are_sound(life: Life, profile: Profile) -> None:
    assert _open(life.store), "a letter waits"
    for step in (life.send, life.desk.tick):
        step()
        found = verify_rows(life.store, profile)
        assert (found.complaints, found.apart, found.faults) == (1, 0, ())
    assert restore_rows(life.store, profile) == ()


@pytest.mark.parametrize("what", EDITS)
def test_an_edited_row_is_found_and_put_right(life: Life, profile: Profile, what: str) -> None:
    before = verify_rows(life.store, profile), _open(life.store), life.store.find(Query())
    edit, said = EDITS[what]
    with life.store.transaction() as unit:
        unit.head()
        unit.commit(edit(life.store, life.ref))
    assert verify_book(life.store).sound, "no hash covers it"
    (fault,) = verify_rows(life.store, profile).faults
    assert fault.startswith(life.ref)
    assert said in fault
    assert restore_rows(life.store, profile) == (fault,)
    assert (verify_rows(life.store, profile), _open(life.store), life.store.find(Query())) == before


def test_a_summary_of_nothing_is_named(life: Life, profile: Profile) -> None:
    ghost = _summary(life.store, life.ref)._replace(stream="C-0000-0000-0000-0")
    with life.store.transaction() as unit:
        unit.head()
        unit.commit(Batch(summaries=[ghost]))
    assert verify_rows(life.store, profile).faults == ("C-0000-0000-0000-0: there is a summary, and no complaint",)


def test_clocks_under_other_rules_are_counted_and_left_alone(life: Life) -> None:
    other = load_profile({"base": "standard", "id": "ours", "version": "1"})
    found = verify_rows(life.store, other)
    assert (found.apart, found.faults) == (1, ())


def test_no_more_is_named_than_was_asked_for(life: Life, profile: Profile) -> None:
    with life.store.transaction() as unit:
        unit.head()
        keys = [timer.key for timer in life.store.due(EVER, 1000).timers]
        unit.commit(Batch(timers_done=keys))
    assert len(verify_rows(life.store, profile, most=1).faults) == 1
    assert len(verify_rows(life.store, profile).faults) > 1
