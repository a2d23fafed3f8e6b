"""Terms: how long something may take, with the unit as a type.

A bare "day" does not exist here, because peers read it in three ways: 24 hours of working time, the
end of the same day, the end of the next working day. Each type says which one it means.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from attrs import field, frozen

from complaintkit.errors import MalformedInput
from complaintkit.timekeeping.calendar import WorkingCalendar
from complaintkit.timekeeping.instants import instant
from complaintkit.timekeeping.zones import local_day

_MOST = 1_000_000


def _whole(n: int) -> int:
    """A count of units: a whole number, not negative and not absurd."""
    if type(n) is int and 0 <= n <= _MOST:
        return n
    raise MalformedInput("a term counts whole units from 0 to a million", hint="such as 2")


@frozen
class Hours:
    """``n`` elapsed hours: nights, weekends and holidays count.

    >>> from datetime import UTC
    >>> week = WorkingCalendar.from_dict({"tz": "Europe/London", "weekend": ["sat", "sun"]})
    >>> Hours(2).due(datetime(2026, 3, 7, 23, tzinfo=UTC), week).isoformat()
    '2026-03-08T01:00:00+00:00'
    """

    n: int = field(converter=_whole)

    def due(self, start: datetime, calendar: WorkingCalendar) -> datetime:
        """The instant ``n`` hours after ``start``, in UTC; the calendar plays no part."""
        return instant(start) + timedelta(hours=self.n)


@frozen
class WorkingDays:
    """``n`` working days, due at close of business (REF-1, domain 5.5).

    Day 0 is the local day of receipt when that is a working day and still open, otherwise the next
    working day; the term ends at the close of the ``n``-th working day after it.

    >>> from datetime import UTC
    >>> office = WorkingCalendar.from_dict({
    ...     "tz": "Europe/London", "weekly": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "fri")}})
    >>> WorkingDays(1).due(datetime(2026, 3, 6, 17, tzinfo=UTC), office).isoformat()  # Friday at close: day 0 is Monday
    '2026-03-10T17:00:00+00:00'
    """

    n: int = field(converter=_whole)

    def due(self, start: datetime, calendar: WorkingCalendar) -> datetime:
        """The close of business, in UTC, of the ``n``-th working day after day 0."""
        return calendar.close_of_business(calendar.working_day(day_zero(start, calendar), self.n))


def day_zero(start: datetime, calendar: WorkingCalendar) -> date:
    """The working day on which something received at ``start`` counts as received (REF-1)."""
    day = local_day(instant(start), calendar.zone)
    if calendar.is_working_day(day) and start < calendar.close_of_business(day):
        return day
    return calendar.working_day(day, 1)


Span = Hours | WorkingDays

_UNITS: dict[str, type[Hours] | type[WorkingDays]] = {"hours": Hours, "working_days": WorkingDays}


def parse_term(mapping: object) -> Span:
    """The term that data such as ``{"working_days": 5}`` describes.

    Raises ``MalformedInput`` for an unknown unit, above all for a bare "day", and for a count that is
    not a whole number.

    >>> parse_term({"hours": 2})
    Hours(n=2)
    """
    if not isinstance(mapping, Mapping) or len(mapping) != 1:
        raise MalformedInput("a term is one unit and its count", hint='such as {"working_days": 5}')
    ((unit, count),) = mapping.items()
    if unit in ("day", "days"):
        raise MalformedInput("a term in bare days is ambiguous", hint="say working_days or calendar_days")
    if unit not in _UNITS:
        raise MalformedInput("the unit of a term is not known", hint=f"one of {', '.join(_UNITS)}")
    return _UNITS[unit](count)
