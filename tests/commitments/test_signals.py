"""Signals (EV-52): each once, in order, never early, whoever sweeps and whenever."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.adapters.memory import MemoryStore
from complaintkit.adapters.sqlite import SqliteStore
from complaintkit.commands import ExtendCommitment, KeepCommitment, MakePromise, PauseClocks, ResumeClocks
from complaintkit.commitments import SignalRaised
from complaintkit.complaint import Commitment
from complaintkit.desk import ComplaintDesk, health
from complaintkit.errors import ClockInDoubt
from complaintkit.policy import Profile
from complaintkit.ports import Store
from complaintkit.timekeeping import FrozenClock
from complaintkit.vocabulary import CommitmentKind, CommitmentStatus, HoldReason, NoticeRule
from tests.commitments.clocked import FINAL, Clocked, at, policy
from tests.lives import AGENT, LEADER

DUE = at(30, 17)
TICK = timedelta(microseconds=1)
#: 80 percent of 167 working hours is 133 h 36 min: 24 March, after 16 days and 5 h 36 min.
WARNING = at(24, 15, 36)
LADDER = [
    ("warning", WARNING),
    ("breach", DUE + TICK),
    ("escalation-1", at(1, 17, month=4)),
    ("escalation-2", at(6, 17, month=4)),
]
COURT = HoldReason.COURT_STAY


def registered(profile: Profile | None = None, store: Store | None = None) -> Clocked:
    return Clocked(profile, store).registered(at(2, 10))


def test_the_ladder_is_climbed_once_rung_by_rung() -> None:
    life = registered()
    life.tick(WARNING - TICK)
    assert life.signals(FINAL) == []
    for n, (_, when) in enumerate(LADDER, 1):
        life.tick(when)
        assert life.signals(FINAL) == LADDER[:n]
    assert [event.to for event in life.events(SignalRaised) if event.kind is FINAL] == [
        "owner", "RO-08", "RO-12", "RO-13",
    ]  # fmt: skip
    assert life.owed().status is CommitmentStatus.BREACHED


def test_a_silence_is_caught_up_in_order_and_nothing_is_lost() -> None:
    life = registered()
    life.tick(at(1, month=6))
    assert life.signals(FINAL) == LADDER
    times = [when for _, when in life.signals()]
    assert times == sorted(times), "across all commitments, the earliest first"


def test_a_thousand_sweeps_give_one_signal_each() -> None:
    life = registered()
    for n in range(1000):
        life.tick(at(2, 10) + timedelta(hours=n))
    assert life.signals(FINAL) == LADDER
    keys = [(event.commitment, event.cycle, event.rung) for event in life.events(SignalRaised)]
    assert len(keys) == len(set(keys))


def sweeper(store: Store, now: datetime) -> tuple[ComplaintDesk, FrozenClock]:
    clock = FrozenClock(now)
    return ComplaintDesk(store, clock=clock, plaintext_vault=True), clock


@pytest.mark.parametrize("seed", range(5))
def test_two_sweepers_in_turn_raise_what_one_would(seed: int) -> None:
    chance = random.Random(seed)
    alone, both = registered(), registered()
    desks = [sweeper(both.store, at(2, 10)) for _ in range(2)]
    now = at(2, 10)
    for _ in range(60):
        now += timedelta(hours=chance.randint(1, 40))
        alone.tick(now)
        for desk, clock in chance.sample(desks, 2):
            clock.set(now)
            desk.tick()
    assert both.signals() == alone.signals()


class Interleaved(MemoryStore):
    """A store on which another sweeper acts whenever somebody has just looked up what is due."""

    between: ComplaintDesk | None = None

    def due(self, now: datetime, limit: int = 100) -> object:  # type: ignore[override]
        found = super().due(now, limit)
        if self.between is not None:
            other, self.between = self.between, None
            other.tick()
            self.between = other
        return found


def test_what_another_has_fired_meanwhile_is_not_fired_again() -> None:
    store = Interleaved()
    life = registered(store=store)
    other, clock = sweeper(store, at(1, month=6))
    store.between = other
    life.tick(clock.now())
    alone = registered()
    alone.tick(at(1, month=6))
    assert life.signals() == alone.signals()


def verdicts(life: Clocked) -> list[tuple[object, ...]]:
    return [(c.kind, c.cycle, c.due, c.status, c.settled_at, c.signals) for c in life.complaint.commitments]


@given(st.lists(st.integers(1, 40 * 24 * 3600), max_size=12))
def test_how_often_and_when_somebody_sweeps_does_not_matter(gaps: list[int]) -> None:
    """CW-15: the truth follows from what happened, not from when a job ran."""
    seldom, often = registered(), registered()
    now = at(2, 10)
    for gap in gaps:
        now = min(now + timedelta(seconds=gap), at(1, month=6))
        often.tick(now)
    for life in (seldom, often):
        life.tick(at(1, month=6))
    assert often.signals() == seldom.signals()
    assert verdicts(often) == verdicts(seldom)


@pytest.mark.parametrize("gap", [timedelta(seconds=1), timedelta(hours=1), timedelta(days=60), timedelta(days=400)])
def test_after_any_downtime_each_signal_comes_once(gap: timedelta) -> None:
    life = registered()
    life.tick(at(10))
    life.tick(at(10) + gap)
    life.tick(at(10) + gap)
    expected = [(rung, when) for rung, when in LADDER if when <= at(10) + gap]
    assert life.signals(FINAL) == expected


@pytest.mark.parametrize("years", [10, -10])
def test_a_clock_that_jumps_ten_years_fires_nothing_until_somebody_has_looked(years: int) -> None:
    life = registered()
    life.tick(at(10))
    with pytest.raises(ClockInDoubt, match="nothing was fired"):
        life.tick(at(10).replace(year=2026 + years))
    assert life.signals() == []
    life.tick(at(1, month=6))
    assert life.signals(FINAL) == LADDER


def test_a_confirmed_clock_is_believed() -> None:
    life = registered()
    life.tick(at(10))
    with pytest.raises(ClockInDoubt):
        life.tick(at(10) + timedelta(days=400, seconds=1))
    life.tick(at(10) + timedelta(days=401), confirmed=True)
    assert life.signals(FINAL) == LADDER


class SteadyFrozen(FrozenClock):
    """A clock of a machine: its hands can be set, its heart cannot."""

    beats = 0.0

    def steady(self) -> float:
        return self.beats


@pytest.mark.parametrize(
    ("wall", "beats", "trusted"), [(3600, 0, True), (3601, 0, False), (-7200, 60, False), (9e4, 9e4, True)]
)
def test_the_wall_clock_is_held_against_a_steady_one(wall: float, beats: float, trusted: bool) -> None:
    clock = SteadyFrozen(at(2, 10))
    desk = ComplaintDesk(MemoryStore(), clock=clock)
    desk.tick()
    clock.advance(timedelta(seconds=wall))
    clock.beats += beats
    if trusted:
        desk.tick()
        return
    with pytest.raises(ClockInDoubt, match="the clock was set"):
        desk.tick()
    desk.tick(confirmed=True)
    desk.tick()


def test_nothing_is_raised_for_what_is_over() -> None:
    life = registered()
    life.withdrawn(at(4))
    life.tick(at(1, month=6))
    assert life.signals() == []
    assert list(life.store.due(at(1, month=6)).timers)[1:] == [], "but the row of the last sweep"


def test_what_was_done_late_is_signalled_up_to_then_and_no_further() -> None:
    life = Clocked().registered(at(2, 10), reach="p@example.org")
    life.delivered(at(4, 10), NoticeRule.ACKNOWLEDGEMENT)  # due on the 3rd at 17:00
    rungs = [rung for rung, _ in life.signals(CommitmentKind.ACKNOWLEDGE)]
    assert rungs == ["warning", "breach"]
    life.tick(at(20))
    assert [rung for rung, _ in life.signals(CommitmentKind.ACKNOWLEDGE)] == rungs
    acknowledged = life.owed(CommitmentKind.ACKNOWLEDGE)
    assert (acknowledged.status, acknowledged.ended_at) == (CommitmentStatus.BREACHED, at(4, 10))


def test_a_clock_that_stands_signals_nothing_and_a_rung_is_climbed_once_for_all() -> None:
    life = registered()
    life.tick(at(25))
    life.act(at(25), PauseClocks, reason=COURT)
    life.tick(at(1, month=6))
    assert life.signals(FINAL) == [("warning", WARNING)]
    life.act(at(1, month=6), ResumeClocks)
    life.tick(at(2, month=6))
    assert life.signals(FINAL) == [("warning", WARNING)]
    due = life.owed().due
    life.tick(due + TICK)
    assert life.signals(FINAL) == [("warning", WARNING), ("breach", due + TICK)]


def test_a_new_cycle_has_signals_of_its_own() -> None:
    life = registered()
    life.tick(at(1, month=4))
    progress = [
        (event.cycle, event.rung) for event in life.events(SignalRaised) if event.kind is CommitmentKind.PROGRESS
    ]
    assert progress == [
        (1, "warning"),
        (1, "breach"),
        (1, "escalation-1"),
        (1, "escalation-2"),
        (2, "warning"),
        (2, "breach"),
    ]


def test_an_extension_moves_what_is_to_come() -> None:
    life = registered()
    told = {"commitment": life.owed().id, "count": 10, "reason": "Ill", "notified_at": at(20)}
    life.act(at(20), ExtendCommitment, LEADER, **told)
    assert life.signals(FINAL) == []
    life.tick(at(13, 17, month=4))
    assert [rung for rung, _ in life.signals(FINAL)] == ["warning"]
    assert life.signals(FINAL)[0][1] > WARNING


def test_hours_left_and_percent_count_the_commitments_own_clock() -> None:
    ladder = [
        {"id": "half", "percent": 50, "to": "owner"},
        {"id": "soon", "hours_left": 4, "to": "RO-08"},
    ]
    life = registered(policy(ladder=ladder))
    life.act(at(3, 16), MakePromise, AGENT, due=at(4, 16))
    life.tick(at(6, month=4))
    assert life.signals(CommitmentKind.PROMISE) == [("half", at(4, 4)), ("soon", at(4, 12))]
    assert life.signals(FINAL) == [("half", at(16, 13, 30)), ("soon", at(30, 13))]


def test_a_notice_waits_for_the_morning_but_the_signal_does_not() -> None:
    life = registered()
    life.act(at(3, 9), MakePromise, AGENT, due=at(3, 23))
    life.tick(at(4, 2))
    breach = next(event for event in life.events(SignalRaised) if event.rung == "breach")
    assert (breach.at, breach.not_before) == (at(3, 23) + TICK, at(4, 9))


def test_what_is_kept_is_not_escalated() -> None:
    life = registered()
    life.act(at(3, 9), MakePromise, AGENT, due=at(5, 12))
    life.act(at(3, 10), KeepCommitment, AGENT, commitment=life.owed(CommitmentKind.PROMISE).id)
    life.tick(at(20))
    assert life.signals(CommitmentKind.PROMISE) == []


def test_health_tells_what_waits_and_when_somebody_swept_last() -> None:
    life = registered()
    assert health(life.store, at(2, 11)).last_sweep is None
    life.tick(at(10))
    found = health(life.store, at(25))
    assert (found.last_sweep, found.sound) == (at(10), False)
    assert [(waits.complaint, waits.since) for waits in found.overdue][-1] == (life.ref, WARNING)
    life.tick(at(25))
    assert health(life.store, at(25)).sound


def test_a_rung_that_is_added_later_is_found_when_the_next_one_turns_up() -> None:
    life = registered()
    half = {"id": "half", "percent": 50, "to": "owner"}
    late = {"id": "breach", "percent": 100, "to": "RO-08"}
    life.under(policy(ladder=[half, {"id": "warning", "percent": 80, "to": "owner"}, late]))
    life.tick(at(25))
    assert [rung for rung, _ in life.signals(FINAL)] == ["half", "warning"]


def test_a_timer_that_cannot_be_carried_out_holds_up_no_other(caplog: pytest.LogCaptureFixture) -> None:
    short = {"id": "short", "tz": "UTC", "weekend": ["sat", "sun"], "years": [2026, 2026]}
    first = Clocked(policy(calendar=short)).registered(at(3, 10, month=12))
    second = Clocked(policy(calendar=short), first.store).registered(at(3, 11, month=12))
    second.withdrawn(at(4, month=12))
    third = Clocked(policy(calendar=short), first.store).registered(at(2, 9, month=12))
    first.tick(datetime(2027, 1, 4, 9, tzinfo=at(1).tzinfo))
    assert "calendar-refused" in caplog.text
    assert third.signals(), "what the calendar knows is signalled"
    assert not health(first.store, datetime(2027, 1, 4, 9, tzinfo=at(1).tzinfo)).sound


def test_a_signal_that_was_ever_claimed_is_not_raised_again() -> None:
    life = registered()
    owed: Commitment = life.owed()
    with life.store.transaction() as unit:
        unit.head()
        assert unit.claim(f"signal|{life.ref}|{owed.id}|1|warning")
    life.tick(at(25))
    assert life.signals(FINAL) == []


@pytest.mark.long
def test_two_processes_on_one_file_raise_each_signal_once(tmp_path: object) -> None:
    file = f"{tmp_path}/book.db"
    with SqliteStore(file) as one, SqliteStore(file) as other:
        lives = [registered(store=one) for _ in range(20)]
        desks = [sweeper(one, at(2, 10)), sweeper(other, at(2, 10))]
        for day in range(1, 60):
            for desk, clock in desks:
                clock.set(at(2, 10) + timedelta(days=day))
                desk.tick()
        assert all(life.signals(FINAL) == LADDER for life in lives)
