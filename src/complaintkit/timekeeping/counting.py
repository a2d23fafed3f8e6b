"""Counting days: from the day of an event to the day on which a term ends, and when on that day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Protocol, TypeGuard
from zoneinfo import ZoneInfo

from attrs import field, frozen

from complaintkit.errors import MalformedInput
from complaintkit.timekeeping.budgets import Pause
from complaintkit.timekeeping.calendar import WorkingCalendar
from complaintkit.timekeeping.conventions import (
    Conventions,
    Count,
    End,
    Moment,
    Receipt,
    Reckoning,
    Roll,
    Standstill,
    Step,
)
from complaintkit.timekeeping.instants import instant
from complaintkit.timekeeping.zones import at_wall, end_of_day, local_day

_DAY = timedelta(days=1)


class DayUnit(Protocol):
    """A number of days, weeks, months or years."""

    @property
    def n(self) -> int:
        """How many of them."""
        ...

    @property
    def in_working_days(self) -> bool:
        """Whether only working days count."""
        ...

    def last_day(self, day: date, calendar: WorkingCalendar) -> date:
        """The last of them after ``day``, which is not counted."""
        ...


def is_instant(moment: object) -> TypeGuard[datetime]:
    """Whether a moment has a time of day; anything that is no date either is refused later."""
    return not isinstance(moment, date) or isinstance(moment, datetime)


@frozen(kw_only=True)
class DayCount:
    """One count in days: a unit, its extensions, its conventions and the calendar."""

    unit: DayUnit
    conventions: Conventions
    calendar: WorkingCalendar
    extensions: tuple[DayUnit, ...] = ()
    zone: ZoneInfo = field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "zone", self.conventions.zone_in(self.calendar))

    def reckon(self, start: Moment, stood: Sequence[Pause]) -> Reckoning:
        """The deadline of what happened at ``start`` when the clock ``stood`` in between."""
        steps = self._steps(start, stood)
        day = steps[-1].day
        shaky = self.calendar.estimated_between(steps[0].day, day)
        return Reckoning(at=self._ends(day, start), day=day, steps=tuple(steps), provisional=shaky)

    def _steps(self, start: Moment, stood: Sequence[Pause]) -> list[Step]:
        """From the day of the event to the day on which the term ends, each step with its day."""
        received = local_day(instant(start), self.zone) if is_instant(start) else start
        zero = self._day_zero(start, received)
        last = self._last_day(zero)
        steps = [Step("received", received), Step("day_zero", zero), Step("counted", last)]
        for extension in self.extensions:
            last = extension.last_day(last, self.calendar)
            steps.append(Step("extended", last))
        resumed = self._without(zero, last, stood)
        rolled = self._rolled(resumed)
        moved = [Step("suspended", resumed)] if resumed != last else []
        return steps + moved + ([Step("rolled", rolled)] if rolled != resumed else [])

    def _day_zero(self, start: Moment, received: date) -> date:
        """The day from which the count runs."""
        if self.conventions.receipt is Receipt.AS_RECEIVED:
            return received
        first = self.calendar.working_day(received, 0)
        return self.calendar.working_day(first, 1) if first == received and self._too_late(start, first) else first

    def _too_late(self, start: Moment, day: date) -> bool:
        """Whether ``start`` came after the cut-off of its day."""
        cut_off = self.conventions.cut_off
        if cut_off is None or not is_instant(start):
            return False
        if isinstance(cut_off, time):
            return start.astimezone(self.zone).time() >= cut_off
        return start >= self.calendar.close_of_business(day)

    def _last_day(self, zero: date) -> date:
        """The last day of the term by its own unit."""
        unit, count = self.unit, self.conventions.count
        if count is Count.EXCLUSIVE:
            return unit.last_day(zero, self.calendar)
        if count is Count.CLEAR:
            return self._next(unit.last_day(zero, self.calendar))
        if unit.in_working_days:
            return self.calendar.working_day(self.calendar.working_day(zero, 0), unit.n - 1)
        return unit.last_day(zero, self.calendar) - _DAY

    def _next(self, day: date) -> date:
        """The day after ``day``: the next working day where only those count."""
        return self.calendar.working_day(day, 1) if self.unit.in_working_days else day + _DAY

    def _without(self, zero: date, last: date, stretches: Sequence[Pause]) -> date:
        """``last``, moved on by each day after ``zero`` at whose close the clock stood."""
        first = zero if self.conventions.count is Count.INCLUSIVE else zero + _DAY
        for since, until in stretches:
            if self.unit.in_working_days:
                last = self._past_working_days(first, last, since, until)
            else:
                stood, ran = max(local_day(since, self.zone), first), local_day(until, self.zone)
                last += max(ran - stood, timedelta()) if stood <= last else timedelta()
        return last

    def _past_working_days(self, first: date, last: date, since: datetime, until: datetime) -> date:
        """``last``, moved on by the working days whose close lies after ``since`` and not after ``until``."""
        stood, ran = max(self._first_closing_after(since), first), self._first_closing_after(until)
        if stood > last or ran <= stood:
            return last
        return self.calendar.working_day(last, self.calendar.working_days(stood - _DAY, ran - _DAY))

    def _first_closing_after(self, at: datetime) -> date:
        """The first working day that closes after the instant ``at``."""
        day = self.calendar.working_day(local_day(at, self.calendar.zone) - _DAY, 0)
        while self.calendar.close_of_business(day) <= at:
            day = self.calendar.working_day(day, 1)
        return day

    def _rolled(self, day: date) -> date:
        """``day``, or the working day to which the roll moves it."""
        roll = self.conventions.roll
        if roll is Roll.NONE or self.calendar.is_working_day(day):
            return day
        return self.calendar.working_day(day, 0 if roll is Roll.FORWARD else -1)

    def _ends(self, day: date, start: Moment) -> datetime:
        """The instant at which the term ends on its last day."""
        if self.conventions.end is End.MIDNIGHT:
            return end_of_day(day, self.zone)
        if self.conventions.end is End.CLOSE_OF_BUSINESS:
            return self.calendar.close_of_business(day)
        if not is_instant(start):
            raise MalformedInput("a term to the same clock time needs a start with a time", hint="hand in an instant")
        local = start.astimezone(self.zone)
        return instant(start) if local.date() == day else at_wall(day, local.time(), self.zone)


def standstills(suspended: Iterable[Standstill], zone: ZoneInfo) -> list[Pause]:
    """Suspensions as instants, in order and without overlaps; a date is the beginning of its day in ``zone``."""

    def moment(at: Moment) -> datetime:
        return instant(at) if is_instant(at) else at_wall(at, time(), zone)

    stood: list[Pause] = []
    for since, until in sorted((moment(since), moment(until)) for since, until in suspended):
        if until < since:
            raise MalformedInput("a suspension ends before it begins", hint="hand in (begin, end)")
        if stood and since <= stood[-1][1]:
            stood[-1] = stood[-1][0], max(until, stood[-1][1])
        else:
            stood.append((since, until))
    return stood
