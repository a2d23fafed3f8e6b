"""The units of a term, one type each, because "a day" means too many things.

To ServiceNow a day is a block of 24 hours, to Freshdesk it was once a working day and is now 24
working hours; a regulator mostly means the end of a local day. Each type here means one thing only.
Spans are always reckoned from their start and never step by step, because 31 January plus one month
plus one month is not 31 January plus two months.

A unit alone is counted by its usual conventions: working days by those of the example profile
(``REF_1``), all others as most statutes do (``STATUTORY``). A ``Term`` says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import ClassVar

from attrs import field, frozen

from complaintkit.errors import MalformedInput
from complaintkit.timekeeping.budgets import Pause
from complaintkit.timekeeping.calendar import WorkingCalendar
from complaintkit.timekeeping.conventions import REF_1, STATUTORY, Conventions, Moment
from complaintkit.timekeeping.counting import DayCount
from complaintkit.timekeeping.instants import instant

_MOST = 1_000_000


def _whole(n: int) -> int:
    """A count of units: a whole number, not negative and not absurd."""
    if type(n) is int and 0 <= n <= _MOST:
        return n
    raise MalformedInput("a term counts whole units from 0 to a million", hint="such as 2")


@frozen
class _Clocked:
    """A unit that ends at an instant, ``n`` of them after its start."""

    n: int = field(converter=_whole)
    usual: ClassVar[Conventions] = STATUTORY

    def due(self, start: datetime, calendar: WorkingCalendar) -> datetime:
        """The instant at which the unit ends for what happened at ``start``, in UTC."""
        return self.after(instant(start), calendar, ())

    def after(self, start: datetime, calendar: WorkingCalendar, pauses: Sequence[Pause]) -> datetime:
        """The instant ``n`` units after ``start``, not counting ``pauses`` (in order, without overlaps)."""
        raise MalformedInput("a unit is needed", hint="Hours or WorkingHours")


@frozen
class _InDays:
    """A unit that ends with a local day, ``n`` of them after its start."""

    n: int = field(converter=_whole)
    usual: ClassVar[Conventions] = STATUTORY
    in_working_days: ClassVar[bool] = False

    def due(self, start: Moment, calendar: WorkingCalendar) -> datetime:
        """The instant at which the unit ends, by its usual conventions, for what happened at ``start``."""
        return DayCount(unit=self, conventions=self.usual, calendar=calendar).reckon(start, ()).at

    def last_day(self, day: date, calendar: WorkingCalendar) -> date:
        """The ``n``-th after ``day``, which itself is not counted."""
        raise MalformedInput("a unit is needed", hint="such as WorkingDays")


class Hours(_Clocked):
    """``n`` elapsed hours: nights, weekends, holidays and a change of the clocks count as they come.

    >>> from datetime import UTC
    >>> week = WorkingCalendar.from_dict({"tz": "Europe/London", "weekend": ["sat", "sun"]})
    >>> Hours(2).due(datetime(2026, 3, 7, 23, tzinfo=UTC), week).isoformat()
    '2026-03-08T01:00:00+00:00'
    """

    __slots__ = ()

    def after(self, start: datetime, calendar: WorkingCalendar, pauses: Sequence[Pause]) -> datetime:
        """The instant ``n`` hours after ``start``, not counting ``pauses`` (in order, without overlaps)."""
        due = start + timedelta(hours=self.n)
        for since, until in pauses:
            if until > start and since < due:
                due += until - max(since, start)
        return due


class WorkingHours(_Clocked):
    """``n`` hours of the calendar's working time."""

    __slots__ = ()

    def after(self, start: datetime, calendar: WorkingCalendar, pauses: Sequence[Pause]) -> datetime:
        """The instant at which ``n`` working hours after ``start`` are used up outside ``pauses``."""
        return calendar.add(start, self.n * 3600, pauses)


class WorkingDays(_InDays):
    """``n`` days on which the calendar is open, usually due at close of business (REF-1, domain 5.5).

    Day 0 is then the local day of receipt when that is a working day and still open, otherwise the
    next working day; the term ends at the close of the ``n``-th working day after it.

    >>> from datetime import UTC
    >>> office = WorkingCalendar.from_dict({
    ...     "tz": "Europe/London", "weekly": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "fri")}})
    >>> WorkingDays(1).due(datetime(2026, 3, 6, 17, tzinfo=UTC), office).isoformat()  # Friday at close: day 0 is Monday
    '2026-03-10T17:00:00+00:00'
    """

    __slots__ = ()

    usual: ClassVar[Conventions] = REF_1
    in_working_days: ClassVar[bool] = True

    def last_day(self, day: date, calendar: WorkingCalendar) -> date:
        """The ``n``-th working day after ``day``, which itself is not counted."""
        return calendar.working_day(day, self.n)


class CalendarDays(_InDays):
    """``n`` days as the calendar on the wall shows them."""

    __slots__ = ()

    def last_day(self, day: date, calendar: WorkingCalendar) -> date:
        """The ``n``-th day after ``day``."""
        return _later(day, self.n)


class Weeks(_InDays):
    """``n`` times seven days: the same weekday."""

    __slots__ = ()

    def last_day(self, day: date, calendar: WorkingCalendar) -> date:
        """The same weekday ``n`` weeks after ``day``."""
        return _later(day, 7 * self.n)


class Months(_InDays):
    """``n`` months: the same day of the month, or its last day where there is none."""

    __slots__ = ()

    def last_day(self, day: date, calendar: WorkingCalendar) -> date:
        """The day ``n`` months after ``day``.

        >>> week = WorkingCalendar.from_dict({"tz": "UTC", "weekend": ["sat", "sun"]})
        >>> Months(6).last_day(date(2026, 8, 31), week)
        datetime.date(2027, 2, 28)
        """
        return _months_later(day, self.n)


class Years(_InDays):
    """``n`` years: the same date, or 28 February where 29 February is missing."""

    __slots__ = ()

    def last_day(self, day: date, calendar: WorkingCalendar) -> date:
        """The day ``n`` years after ``day``."""
        return _months_later(day, 12 * self.n)


def _later(day: date, days: int) -> date:
    """``day`` plus some days."""
    try:
        return day + timedelta(days)
    except OverflowError:
        raise _beyond() from None


def _months_later(day: date, months: int) -> date:
    """``day`` plus some months, clipped to the end of the month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > date.max.year:
        raise _beyond()
    if month == 11:  # every day there is, December has
        return date(year, 12, day.day)
    last = date(year, month + 2, 1) - timedelta(1)
    return date(year, month + 1, min(day.day, last.day))


def _beyond() -> MalformedInput:
    """The error for a term that leaves the calendar altogether."""
    return MalformedInput("a term ends after the year 9999", hint="check its count")


#: Units that end at an instant, and units that end with a day.
ClockUnit = Hours | WorkingHours
DayUnit = WorkingDays | CalendarDays | Weeks | Months | Years
Unit = ClockUnit | DayUnit
