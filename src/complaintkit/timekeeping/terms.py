"""Terms: a unit with the conventions by which it is counted, and what comes out of it.

A term is what a rule grants ("within 5 working days of receipt, the day of receipt not counted").
``reckon`` gives the deadline together with the steps that led to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from attrs import frozen

from complaintkit.errors import MalformedInput
from complaintkit.timekeeping.budgets import Pause
from complaintkit.timekeeping.calendar import WorkingCalendar
from complaintkit.timekeeping.conventions import (
    STATUTORY,
    Conventions,
    Count,
    End,
    Moment,
    Reckoning,
    Roll,
    Standstill,
)
from complaintkit.timekeeping.counting import DayCount, is_instant, standstills
from complaintkit.timekeeping.instants import instant
from complaintkit.timekeeping.units import ClockUnit, DayUnit, Unit, WorkingDays


@frozen
class Term:
    """``unit`` counted by ``conventions``, with ``extensions`` that run from its end before any roll.

    >>> from datetime import UTC
    >>> week = WorkingCalendar.from_dict({"tz": "Europe/London", "weekend": ["sat", "sun"]})
    >>> found = Term(WorkingDays(3)).reckon(datetime(2026, 3, 6, 10, tzinfo=UTC), week)
    >>> found.day, found.at.isoformat()
    (datetime.date(2026, 3, 11), '2026-03-12T00:00:00+00:00')
    """

    unit: Unit
    conventions: Conventions = STATUTORY
    extensions: tuple[Unit, ...] = ()

    def __attrs_post_init__(self) -> None:
        timed = isinstance(self.unit, ClockUnit)
        if any(isinstance(unit, ClockUnit) != timed for unit in self.extensions):
            raise MalformedInput("a term in days is extended by days, one in hours by hours", hint="change the unit")
        if timed and self.conventions not in (STATUTORY, Conventions(zone=self.conventions.zone)):
            raise MalformedInput("hours know no counting convention", hint="leave count, roll and end out")
        if self.conventions.count is Count.INCLUSIVE and not self.unit.n:
            raise MalformedInput("an inclusive term has at least one unit", hint="count from 1")
        self._check_end()

    def _check_end(self) -> None:
        """A close of business is only sure to exist on a working day."""
        closes = self.conventions.end is End.CLOSE_OF_BUSINESS
        if closes and not isinstance(self.unit, WorkingDays) and self.conventions.roll is Roll.NONE:
            raise MalformedInput("a calendar term to close of business needs a roll", hint='say roll = "forward"')

    def extended(self, *units: Unit) -> Term:
        """The term with further extensions, each counted from the end of what comes before."""
        return Term(self.unit, self.conventions, (*self.extensions, *units))

    def due(self, start: Moment, calendar: WorkingCalendar, suspended: Iterable[Standstill] = ()) -> datetime:
        """The instant of the deadline, in UTC."""
        return self.reckon(start, calendar, suspended).at

    def reckon(self, start: Moment, calendar: WorkingCalendar, suspended: Iterable[Standstill] = ()) -> Reckoning:
        """The deadline for what happened at ``start``, with the steps that led to it.

        ``suspended`` are the stretches during which the clock stood. They are taken out of a term in
        hours as they are, and of a term in days as the days (or working days) at whose close it stood.
        """
        stood = standstills(suspended, self.conventions.zone_in(calendar))
        if isinstance(self.unit, ClockUnit):
            return Reckoning(at=self._after(start, calendar, stood), day=None)
        extensions = tuple(unit for unit in self.extensions if isinstance(unit, DayUnit))
        count = DayCount(unit=self.unit, extensions=extensions, conventions=self.conventions, calendar=calendar)
        return count.reckon(start, stood)

    def _after(self, start: Moment, calendar: WorkingCalendar, stood: list[Pause]) -> datetime:
        """The end of a term in hours."""
        if not is_instant(start):
            raise MalformedInput("a term in hours needs a start with a time", hint="hand in an instant")
        due = instant(start)
        for unit in (self.unit, *self.extensions):
            if isinstance(unit, ClockUnit):
                due = unit.after(due, calendar, stood)
        return due
