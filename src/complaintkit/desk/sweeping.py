"""Sweeps: what has fallen due by itself becomes a command of the system, each thing once, the earliest first.

A timer is a row that follows from a complaint, and nothing more: before it fires, the complaint is asked
whether it still stands. A signal besides claims its key, so that of two sweepers one raises it, and none twice.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from attrs import frozen

from complaintkit.complaint.step import given
from complaintkit.desk.erasing import Eraser
from complaintkit.desk.handling import Handling, Request
from complaintkit.desk.reading import read_stream
from complaintkit.errors import ClockInDoubt, ComplaintKitError, StoreError
from complaintkit.journal import BOOK_STREAM, codec
from complaintkit.lifecycle import COMMANDS, DISPOSAL, ERASURE, clocks_of, timers_of
from complaintkit.policy import Profile
from complaintkit.ports import Batch, Clock, Query, Store, Timer, Transaction
from complaintkit.timekeeping import SteadyClock, format_instant, instant, parse_instant
from complaintkit.values import SYSTEM, derived_id

_log = logging.getLogger("complaintkit")

#: The row that remembers the last sweep: always due, and before everything else.
_SWEPT: Final = "swept"
_BEFORE_ALL: Final = "0001-01-01T00:00:00.000000Z"
#: More than this between two clocks, or between two sweeps, is more likely a wrong clock than the truth.
_DRIFT: Final = timedelta(hours=1)
_SILENCE: Final = timedelta(days=400)
_MINUTE: Final = timedelta(minutes=1)


class Overdue(NamedTuple):
    """Something that has fallen due and was not done yet: whose, since when, and which."""

    complaint: str
    since: datetime
    key: str


@frozen
class Health:
    """Whether the sweeps keep up: when the last one ended, and the first things that still wait for one."""

    last_sweep: datetime | None
    overdue: tuple[Overdue, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing waits."""
        return not self.overdue


def health(store: Store, now: datetime, limit: int = 100) -> Health:
    """What is overdue and not signalled at ``now`` (at most ``limit``), and when somebody swept last.

    Ask it from a monitor: a release that stops all escalations is silent otherwise (pain point 35).

    >>> from complaintkit.adapters.memory import MemoryStore
    >>> from datetime import UTC
    >>> health(MemoryStore(), datetime(2026, 3, 2, tzinfo=UTC))
    Health(last_sweep=None, overdue=())
    """
    timers = store.due(now, limit + 1).timers
    waiting = (Overdue(t.stream, parse_instant(t.due_at), t.key) for t in timers if t.key != _SWEPT)
    return Health(_last_sweep(timers), tuple(waiting)[:limit])


def _last_sweep(timers: Any) -> datetime | None:
    return next((parse_instant(codec.plain(timer.command)["at"]) for timer in timers if timer.key == _SWEPT), None)


class Watch:
    """Sees a clock jump: against a steady clock of the same machine, and against the last sweep of the book."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen = self._read()

    def _read(self) -> tuple[datetime, float | None]:
        steady = self._clock.steady() if isinstance(self._clock, SteadyClock) else None
        return instant(self._clock.now(), "clock"), steady

    def now(self, last_sweep: datetime | None, *, confirmed: bool) -> datetime:
        """The time to sweep by; raises ``ClockInDoubt`` where it may be wrong and nobody has confirmed it."""
        before, (now, steady) = self._seen, self._read()
        doubt = _doubt(before, (now, steady), last_sweep)
        if doubt and not confirmed:
            raise ClockInDoubt(f"{doubt}; nothing was fired", hint="look at the clock, then call tick(confirmed=True)")
        self._seen = now, steady
        return now


def _doubt(
    before: tuple[datetime, float | None], read: tuple[datetime, float | None], last_sweep: datetime | None
) -> str:
    now, steady = read
    if last_sweep is not None and abs(now - last_sweep) > _SILENCE:
        return f"the last sweep was {abs(now - last_sweep).days} days {'ago' if now > last_sweep else 'from now'}"
    if steady is not None and before[1] is not None:
        drift = (now - before[0]) - timedelta(seconds=steady - before[1])
        if abs(drift) > _DRIFT:
            return f"the clock was set by {round(drift / timedelta(hours=1))} hours"
    return ""


def _schedule(profile: Profile) -> str:
    """The digest of the rules by which complaints are disposed of; empty where there is none."""
    rules = [repr((each.id, each.erase_after, each.keep, each.after, each.when)) for each in profile.retention]
    ends = any(each.erase_after for each in profile.retention)
    packs = [pack.identity.pin for pack in profile.packs]
    return hashlib.sha256("\n".join((*rules, *packs, profile.calendar.digest)).encode()).hexdigest() if ends else ""


@frozen
class Sweeper:
    """Fires the timers of a book."""

    store: Store
    profile: Profile
    handling: Handling
    eraser: Eraser

    def last_sweep(self, now: datetime) -> datetime | None:
        """When the last sweep of this book ended, by whoever."""
        return _last_sweep(self.store.due(now, 1).timers)

    def sweep(self, now: datetime) -> int:
        """Fire every due timer once, the earliest first, until nothing is due (also after a long silence).

        What follows from a timer may fall due before the next one: so each is looked up when its turn comes. One
        that cannot be carried out is logged and left for the next sweep; it holds up no other.
        """
        self._plan()
        fired, failed = 0, set[str]()
        while (timer := self._next(now, failed)) is not None:
            try:
                fired += self._fire(timer, now)
            except StoreError:
                raise  # the book itself cannot be used: nobody else would fare better
            except ComplaintKitError as error:
                _log.warning("a timer of %s could not be carried out: %s", timer.stream, error.code)
                failed.add(timer.key)
        self._note(now)
        return fired

    def _next(self, now: datetime, failed: set[str]) -> Timer | None:
        due = self.store.due(now, len(failed) + 2).timers
        return next((timer for timer in due if timer.key != _SWEPT and timer.key not in failed), None)

    def _fire(self, timer: Timer, now: datetime) -> bool:
        """The timer's command, at the time it fell due; refused or carried out, the timer is gone."""
        if timer.key.startswith(f"{ERASURE}|"):
            self.eraser.resume(timer.stream, now)
            return True
        if timer.key.startswith(f"{timer.stream}|{DISPOSAL}|"):
            return self._dispose(timer, now)
        with self.store.transaction() as unit:
            unit.head()
            if not self._stands(unit, timer):
                return False
            command: Any = codec.from_dict(codec.plain(timer.command), COMMANDS)
            request = Request(
                command=command,
                by=SYSTEM,
                key=derived_id("timer", timer.key, timer.due_at),
                now=now,
                occurred=parse_instant(timer.due_at),
                done=(timer.key,),
            )
            self.handling.handle(unit, request)
        return True

    def _dispose(self, timer: Timer, now: datetime) -> bool:
        """What the schedule keeps no longer goes; where it says something else by now, the timer is put right."""
        with self.store.transaction() as unit:
            unit.head()
            if not self._stands(unit, timer):
                return False
        self.eraser.dispose(timer.stream, timer.key, now)
        return True

    def _plan(self) -> None:
        """Where the retention schedule is not that of the last sweep, every closed complaint gets its date anew."""
        if _schedule(self.profile) in ("", self._planned()):
            return
        for row in self.store.find(Query(is_open=False)):
            with self.store.transaction() as unit:
                unit.head()
                timers = timers_of(read_stream(unit.entries(row.stream)), self.profile)
                dated = [timer for key, timer in timers.items() if key.startswith(f"{row.stream}|{DISPOSAL}|")]
                if dated:
                    unit.commit(Batch(timers=dated))

    def _planned(self) -> str:
        """The schedule of the last sweep."""
        timers = self.store.due(parse_instant(_BEFORE_ALL), 1).timers
        told: dict[str, Any] = next((codec.plain(timer.command) for timer in timers if timer.key == _SWEPT), {})
        return str(told.get("schedule", ""))

    def _stands(self, unit: Transaction, timer: Timer) -> bool:
        """Whether the complaint still asks for it; if not, its rows are put right (they may be of another policy)."""
        complaint = given(read_stream(unit.entries(timer.stream)))
        asked = timers_of(complaint, self.profile).get(timer.key)
        if asked == timer:
            return True
        rows = clocks_of(complaint, self.profile) | ({} if asked is None else {asked.key: asked})
        unit.commit(Batch(timers=list(rows.values()), timers_done=[] if asked else [timer.key]))
        return False

    def _note(self, now: datetime) -> None:
        """Remember the sweep; more often than every minute tells nobody more."""
        last, schedule = self.last_sweep(now), _schedule(self.profile)
        if last is not None and abs(now - last) < _MINUTE and schedule == self._planned():
            return
        with self.store.transaction() as unit:
            unit.head()
            command = codec.canonical({"at": format_instant(now)} | ({"schedule": schedule} if schedule else {}))
            unit.commit(Batch(timers=[Timer(_SWEPT, BOOK_STREAM, _BEFORE_ALL, command)]))
