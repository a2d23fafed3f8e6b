"""``kill -9`` and stalls of workers: no letter is lost, few come twice, each is recorded once; timers likewise."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from complaintkit import commands as c
from complaintkit.adapters.sqlite import SqliteStore
from complaintkit.desk.relay import TRIES
from complaintkit.journal import BOOK_STREAM, decode_entry
from complaintkit.lifecycle import BOOK as EVENTS
from complaintkit.ports import Store
from complaintkit.testing import Mishap
from complaintkit.vocabulary import HoldReason
from tests.conftest import ROOT
from tests.desk.mortal import Job
from tests.lives import HANDLER, START, TRIAGE, Life
from tests.respond.test_information import ASK

KILLED = -9
FAR = START + timedelta(days=9999)


class Births:
    """The process from which the workers come."""

    def __init__(self) -> None:
        path = os.pathsep.join([str(ROOT), *filter(None, sys.path)])
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.desk.mortal"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path},
        )  # fmt: skip

    def live(self, job: Job) -> int:
        """Let one worker live; the signal that ended it, or 0."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def end(self) -> None:
        self._process.communicate()


@pytest.fixture(scope="module")
def births() -> Iterator[Births]:
    births = Births()
    yield births
    births.end()


def large(quick: int, long: int) -> list[Any]:
    return [quick, pytest.param(long, marks=pytest.mark.long)]


# Letters -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kills", large(12, 200))
def test_letters_survive_workers_that_die_and_stall(births: Births, tmp_path: Path, kills: int) -> None:
    """A letter comes again only after a death or a stall between handing over and recording: one for each."""
    book, received = str(tmp_path / "book.db"), tmp_path / "received"
    received.touch()
    chance, now, died, stalled, lives = random.Random(kills), START, 0, 0, 0
    while died < kills:
        now += timedelta(minutes=20)
        lives += 1
        mishap = chance.choice([Mishap.NONE, Mishap.NONE, Mishap.HANG])
        job = Job(
            book, str(received), now.isoformat(), "bring and send", 10 * lives, chance.randint(1, 45),
            chance.random() < 0.5, mishap.value,
        )  # fmt: skip
        ended = births.live(job)
        assert ended in (0, KILLED)
        died += ended == KILLED
        stalled += mishap is Mishap.HANG
    for _ in range(30):  # those who clear up may live
        now += timedelta(minutes=20)
        assert births.live(Job(book, str(received), now.isoformat(), "send", -lives)) == 0
    assert lives <= 3 * kills, "most of them die"
    with SqliteStore(book) as store:
        every_letter_once(store, received, died + stalled)


def every_letter_once(store: Store, received: Path, bound: int) -> None:
    """Nothing lost, the stated number of repetitions, and the order of the complaint."""
    recorded, requested = results_of(store)
    assert not store.due(FAR).notices
    assert set(recorded) == set(requested), "every letter has a result"
    assert max(recorded.values()) == 1, "and one only"
    came = [tuple(json.loads(line)) for line in received.read_text().splitlines()]
    times = Counter(key for key, _, _ in came)
    assert len(times) == len(requested), "nothing lost: a receiver that looks at the keys has each once"
    assert len(came) - len(times) <= bound
    assert max(times.values()) <= TRIES
    firsts = list(dict.fromkeys(came))
    for stream, rules in order_of(store).items():
        assert [rule for _, complaint, rule in firsts if complaint == stream] == rules


def results_of(store: Store) -> tuple[Counter[str], list[str]]:
    """How often each letter has a result, and the letters that were asked for."""
    events: list[Any] = [decode_entry(record, EVENTS).event for record in store.journal(-1, 1_000_000)]
    results = Counter(event.notice for event in events if event.event_type in ("letter-sent", "letter-failed"))
    return results, [event.notice for event in events if event.event_type == "letter-requested"]


def order_of(store: Store) -> dict[str, list[str]]:
    """The rules of the letters of each complaint, in the order in which they were asked for."""
    order: dict[str, list[str]] = {}
    for record in store.journal(-1, 1_000_000):
        if record.type == "letter-requested":
            asked: Any = decode_entry(record, EVENTS).event
            order.setdefault(record.stream, []).append(asked.rule)
    return order


# Timers --------------------------------------------------------------------------------------------------------------

#: Every timer of a complaint: it registers itself, waits, ends, closes, warns, is breached, asks and stops asking.
KINDS = ("register", "hold", "early-resolution", "close", "breach", "signal", "remind", "lapse", "override")


def waiting(store: Store | None = None) -> Life:
    """A book in which every kind of timer waits."""
    life = Life(store)
    asked(life)
    while "lapse" not in kinds(life.store):  # the reminders have gone out
        life.clock.advance(timedelta(hours=20))
        life.desk.tick()
        life.send()
    for prepare in (Life.draft, Life.received, Life.early_resolution, Life.delivered, raised, asked):
        life.ref = ""
        prepare(life)
    life.ref = ""
    life.received()
    until = life.clock.now() + timedelta(days=3)
    life.do(c.PauseClocks, HANDLER, reason=HoldReason.AWAITING_COMPLAINANT, until=until)
    return life


def asked(life: Life) -> None:
    """The person is asked for something that is missing, for three days."""
    life.triaged()
    until = life.clock.now() + timedelta(days=3)
    life.do(c.RequestInformation, HANDLER, **ASK, until=until)


def raised(life: Life) -> None:
    """Somebody has raised the urgency on the spot, and nobody has confirmed it."""
    life.triaged()
    life.do(c.OverridePriority, TRIAGE, band="P1", reason="Seen on the spot")


def kinds(store: Store) -> set[str]:
    keys = [timer.key for timer in store.due(FAR, 10_000).timers if timer.stream != BOOK_STREAM]
    return {kind for kind in KINDS for key in keys if key.startswith(kind) or f"|{kind}" in key}


def fired(store: Store) -> Counter[tuple[str, str, str]]:
    """What the timers did; each carries the id of its timer and of its instant."""
    return Counter((r.stream, r.type, r.command) for r in store.journal(-1, 1_000_000) if r.actor == "system")


QUICK = [timedelta(seconds=1), timedelta(hours=1), timedelta(days=3), timedelta(days=40)]
LONG = [timedelta(minutes=1), *map(timedelta, (1, 10, 90, 200, 400))]
GAPS = QUICK + [pytest.param(gap, marks=pytest.mark.long) for gap in LONG]


def test_every_kind_of_timer_waits() -> None:
    assert kinds(waiting().store) == set(KINDS)


@pytest.mark.parametrize("gap", GAPS, ids=str)
def test_after_any_time_off_each_timer_has_fired_once(gap: timedelta) -> None:
    """As if somebody had looked all the time: a sweeper that never slept does the same things."""
    slept, awake = waiting(), waiting()
    assert slept.log() == awake.log()
    end = slept.clock.now() + gap
    slept.clock.set(end)
    slept.desk.tick(confirmed=True)
    assert slept.desk.tick(confirmed=True) == 0
    pace = max(gap / (20 if gap in QUICK else 100), timedelta(seconds=1))
    while awake.clock.now() < end:
        awake.clock.set(min(awake.clock.now() + pace, end))
        awake.desk.tick(confirmed=True)
    assert fired(slept.store) == fired(awake.store)
    assert all(timer.stream == BOOK_STREAM for timer in slept.store.due(end).timers)


@pytest.mark.parametrize(("seed", "days"), [(1, 30), *(pytest.param(n, 400, marks=pytest.mark.long) for n in range(9))])
def test_after_any_times_off_each_timer_has_fired_once(seed: int, days: int) -> None:
    chance, life, alone = random.Random(seed), waiting(), waiting()
    while life.clock.now() < START + timedelta(days=days):
        life.clock.advance(timedelta(seconds=round(10 ** chance.uniform(0, 7))))
        life.desk.tick(confirmed=True)
    alone.clock.set(life.clock.now())
    alone.desk.tick(confirmed=True)
    assert fired(life.store) == fired(alone.store)


@pytest.mark.parametrize("pace", [pytest.param(25, id="some"), pytest.param(2, id="many", marks=pytest.mark.long)])
def test_timers_survive_sweepers_that_die(births: Births, tmp_path: Path, pace: int) -> None:
    """Killed at every so-manieth call, again and again, until one lives through it."""
    alone = waiting()
    end = alone.clock.now() + timedelta(days=60)
    alone.clock.set(end)
    alone.desk.tick(confirmed=True)
    with SqliteStore(tmp_path / "book.db") as store:
        waiting(store)
    ended, died, dies_at = KILLED, 0, 1
    while ended == KILLED:
        job = Job(str(tmp_path / "book.db"), "", end.isoformat(), "tick", 1, dies_at, bool(died % 2))
        ended, dies_at = births.live(job), dies_at + pace
        died += ended == KILLED
    assert ended == 0
    assert died > 3
    with SqliteStore(tmp_path / "book.db") as store:
        assert fired(store) == fired(alone.store)
