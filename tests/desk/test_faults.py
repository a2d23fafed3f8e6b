"""An error at commit is ambiguous: full effect or none, and the same command id gives the first answer (DESIGN 2)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from typing import Any

import pytest

from complaintkit import commands as c
from complaintkit.adapters.memory import MemoryStore
from complaintkit.adapters.sqlite import SqliteStore
from complaintkit.desk import read_stream
from complaintkit.errors import CommandRefused, StoreBusy, StoreError
from complaintkit.journal import BOOK_STREAM, verify_log
from complaintkit.lifecycle import summary_of, timers_of
from complaintkit.ports import Query, Store
from complaintkit.testing import FaultyStore
from tests import lives
from tests.lives import AGENT, HANDLER, SYSTEM, Life

FAR = lives.START + timedelta(days=9999)


@pytest.fixture(params=["memory", "sqlite"])
def fresh(request: pytest.FixtureRequest) -> Iterator[Callable[[], Store]]:
    """Makes empty stores of a kind; no disk is waited for, since nothing here asks how durable a commit is."""
    with ExitStack() as opened:

        def make() -> Store:
            if request.param == "memory":
                return MemoryStore()
            return SqliteStore.on(opened.enter_context(closing(sqlite3.connect(":memory:", isolation_level=None))))

        yield make


@pytest.fixture
def inner(fresh: Callable[[], Store]) -> Store:
    return fresh()


def everything(store: Store) -> tuple[Any, ...]:
    due = store.due(FAR, 10_000)
    return list(store.journal(-1, 10_000)), list(store.find(Query())), list(due.timers), list(due.notices)


def consistent(store: Store, life: Life) -> None:
    """Entries, rows and head of one whole."""
    log, rows, timers, _ = everything(store)
    with store.transaction() as unit:
        assert verify_log("complaintkit/main", log, unit.head().frontier).sound
    wanted = {}
    for row in rows:
        complaint = read_stream(store.entries(row.stream))
        assert complaint is not None
        assert row == summary_of(complaint)
        wanted |= timers_of(complaint, life.desk.profile)
    assert {timer.key for timer in timers if timer.stream != BOOK_STREAM} <= set(wanted)  # but the last sweep


def lives_through(
    inner: Store,
    act: Callable[[Life], Any],
    prepare: Callable[[Life], Any],
    error: type[StoreError],
    after: bool,
    at: int,
) -> tuple[Life, FaultyStore, Any, tuple[Any, ...], bool]:
    faulty = FaultyStore(inner)
    life = Life(faulty)
    prepare(life)
    before = everything(inner)
    calls = len(faulty.calls)
    faulty.fail(at=at, after=after, error=error("told to fail", hint="call again"))
    try:
        result = act(life)
    except StoreError as failure:
        result = failure
    reached = len(faulty.calls) - calls >= at
    faulty.fail(at=1_000_000)  # from here on nothing fails
    return life, faulty, result, before, reached


class Stubborn(Life):
    """Fails at each storage call of each command, before it and after it, and asks again under the same id."""

    def __init__(self, store: Store) -> None:
        self.faulty = FaultyStore(store)
        self.given = self.failures = 0
        super().__init__(self.faulty)

    def do(self, command: type, by: Any, *, key: str | None = None, **fields: Any) -> Any:
        self.given += 1
        key = f"command-{self.given}"
        before = everything(self.faulty.store)
        for after in (False, True):
            for at in range(1, 99):
                self.faulty.fail(at=at, after=after, error=StoreError("told to fail", hint="call again"))
                with pytest.raises(StoreError):
                    super().do(command, by, key=key, **fields)
                self.failures += 1
                ended = self.faulty.calls[-1] == "end"
                now = everything(self.faulty.store)
                assert (now == before) is not (after and ended), "only an error after the end hides success"
                if ended:
                    break
        assert {record.command for record in now[0][len(before[0]) :]} == {key}
        complaint = super().do(command, by, key=key, **fields)
        assert everything(self.faulty.store) == now, "the first answer is the only one"
        return complaint


def test_twenty_commands_failing_at_every_storage_call_have_their_whole_effect_once(any_store: Store) -> None:
    life = Stubborn(any_store)
    life.closed(items=7)
    plain = Life(MemoryStore())
    plain.closed(items=7)
    assert life.given == 21
    assert life.failures > 8 * life.given
    assert [(e.type, e.ver) for e in life.log()] == [(e.type, e.ver) for e in plain.log()]
    consistent(any_store, life)


def register(life: Life) -> Any:
    command = c.RegisterComplaint(owner="handler-2", narrative="x", person="person-1", reach="dana@example.org")
    return life.desk.handle(command, AGENT, "register")


def refused(life: Life) -> Any:
    try:
        return life.desk.handle(c.CloseComplaint(complaint=life.ref), HANDLER, "close")
    except CommandRefused as refusal:
        return str(refusal)


def begin(life: Life) -> Any:
    return life.desk.handle(c.BeginAssessment(complaint=life.ref), HANDLER, "begin")


ACTS = {"register": (register, lambda life: None), "refused": (refused, Life.received), "begin": (begin, Life.received)}


@pytest.mark.parametrize("error", [StoreError, StoreBusy])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("name", ACTS)
def test_a_command_has_its_whole_effect_or_none(
    fresh: Callable[[], Store], name: str, after: bool, error: type[StoreError]
) -> None:
    act, prepare = ACTS[name]
    at, reached = 1, True
    while reached:
        store = fresh()
        life, faulty, result, before, reached = lives_through(store, act, prepare, error, after, at)
        consistent(store, life)
        now = everything(store)
        if isinstance(result, StoreError):
            assert error is StoreError, "a busy store is asked again by the desk"
            whole = now != before
            assert not whole or (after and faulty.calls[-1] == "end"), "only an error after the end may hide success"
            if whole:
                assert {record.command for record in now[0][len(before[0]) :]} == {
                    {"register": "register", "refused": "close", "begin": "begin"}[name]
                }
        again = act(life)
        last = everything(store)
        assert act(life) == again if isinstance(again, str) else act(life).repeated
        assert everything(store) == last, "the first answer is the only one"
        added = last[0][len(before[0]) :]
        assert {record.command for record in added} == {added[0].command}
        at += 1
    assert at > 4


@pytest.mark.parametrize("after", [False, True])
def test_a_sweep_that_fails_anywhere_is_made_again(fresh: Callable[[], Store], after: bool) -> None:
    at, reached, ends = 1, True, set()
    while reached:
        store = fresh()

        def prepare(life: Life) -> None:
            life.early_resolution()
            life.clock.advance(timedelta(days=7))

        life, _, _, _, reached = lives_through(store, lambda life: life.desk.tick(), prepare, StoreError, after, at)
        life.desk.tick()
        consistent(store, life)
        assert [timer.stream for timer in store.due(life.clock.now()).timers] == [BOOK_STREAM]
        ends.add(
            tuple((record.stream, record.ver, record.type, record.command) for record in store.journal(-1, 10_000))
        )
        at += 1
    assert len(ends) == 1, "however it failed, the same came of it"


@pytest.mark.parametrize("after", [False, True])
def test_letters_are_sent_at_least_once_and_recorded_once(fresh: Callable[[], Store], after: bool) -> None:
    at, reached = 1, True
    while reached:
        store = fresh()
        life, _, _, _, reached = lives_through(
            store, lambda life: life.desk.dispatch(), Life.early_resolution, StoreError, after, at
        )
        for _ in range(3):  # a claim that was lost lapses
            life.clock.advance(timedelta(minutes=11))
            life.desk.dispatch()
        consistent(store, life)
        complaint = life.desk.get(life.ref, SYSTEM)
        assert [notice.status for notice in complaint.notices] == ["dispatched", "dispatched"]
        types = [record.type for record in store.journal(-1, 10_000)]
        assert types.count("letter-sent") == 2
        assert len(life.notifier.messages) == 2
        assert not store.due(FAR).notices
        at += 1


def test_a_reading_that_could_not_be_recorded_reveals_nothing(inner: Store) -> None:
    faulty = FaultyStore(inner)
    life = Life(faulty).received()
    log = life.log()
    for where in ("head", "commit", "end"):
        faulty.fail(where, error=StoreError("told to fail", hint="call again"))
        with pytest.raises(StoreError):
            life.desk.reveal(life.ref, HANDLER, "handle")
        assert life.log() == log
    assert "I was charged twice." in life.desk.reveal(life.ref, HANDLER, "handle").values()
    assert len(life.log()) == len(log) + 1


def test_a_store_that_stays_busy_says_so_and_keeps_nothing() -> None:
    class Busy(FaultyStore):
        def call(self, name: str, work: Callable[[], Any]) -> Any:
            if name == "head":
                raise StoreBusy("busy", hint="call again")
            return super().call(name, work)

    store = Busy(MemoryStore())
    with pytest.raises(StoreBusy):
        register(Life(store))
    assert store.journal() == []
