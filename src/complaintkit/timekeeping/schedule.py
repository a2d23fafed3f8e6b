"""Schedules: which hours hold on a local date, and where they come from.

A schedule is what a calendar says; the arithmetic is in ``calendar.py``. The hours of a date are
decided in this order: hours given for that very date, a holiday (closed), the weekly hours of the
period in force, the ordinary weekly hours.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import chain
from typing import Protocol
from zoneinfo import ZoneInfo

from attrs import field, frozen

from complaintkit.timekeeping.hours import DAY, Spans, Week, write_clock, write_week

#: The years a calendar can be asked about when it names none.
EVERY_YEAR = (2, 9997)


@frozen(kw_only=True)
class Holiday:
    """A date on which a calendar is closed; ``estimated`` where the date is not certain yet."""

    day: date
    name: str = ""
    estimated: bool = False

    def to_dict(self) -> dict[str, object]:
        """The holiday as plain data."""
        named: dict[str, object] = {"name": self.name} if self.name else {}
        return {"date": self.day.isoformat(), **named, **({"estimated": True} if self.estimated else {})}


@frozen(kw_only=True)
class Period:
    """Weekly hours that hold from ``first`` to ``last`` (both included) instead of the ordinary ones."""

    first: date
    last: date
    week: Week

    def to_dict(self) -> dict[str, object]:
        """The period as plain data."""
        until = {} if self.last == date.max else {"to": self.last.isoformat()}
        return {"from": self.first.isoformat(), **until, "weekly": write_week(self.week)}


class Schedule(Protocol):
    """What the arithmetic needs to know of a calendar."""

    @property
    def zone(self) -> ZoneInfo:
        """The zone in whose local time the hours are written."""
        ...

    @property
    def years(self) -> tuple[int, int]:
        """The first and the last year for which the hours are known."""
        ...

    def hours_on(self, day: int) -> Spans:
        """The spans that begin on the date with this ordinal, in seconds since its midnight."""
        ...

    def holiday_on(self, day: int) -> Holiday | None:
        """The holiday for which that date is closed, if it is."""
        ...

    def estimated_between(self, first: int, last: int) -> bool:
        """Whether any holiday on the dates ``first`` to ``last`` is only estimated."""
        ...

    def to_dict(self) -> dict[str, object]:
        """The schedule as plain data, as ``WorkingCalendar.from_dict`` reads it."""
        ...


@frozen(kw_only=True, eq=False)
class WeeklySchedule:
    """Weekly hours with periods, holidays and dated hours; ``dated`` wins over everything else."""

    zone: ZoneInfo
    week: Week
    periods: tuple[Period, ...] = ()
    holidays: Mapping[int, Holiday] = field(factory=dict)
    dated: Mapping[int, Spans] = field(factory=dict)
    years: tuple[int, int] = EVERY_YEAR
    _starts: tuple[int, ...] = field(init=False)
    _estimated: tuple[int, ...] = field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_starts", tuple(period.first.toordinal() for period in self.periods))
        object.__setattr__(self, "_estimated", tuple(sorted(d for d, h in self.holidays.items() if h.estimated)))

    def hours_on(self, day: int) -> Spans:
        """The spans that begin on ``day``; a night ends at midnight before a date with its own rule."""
        spans = self.dated.get(day)
        if spans is None:
            spans = () if day in self.holidays else self._week(day)[(day + 6) % 7]
        if spans and spans[-1][1] > DAY and (day + 1 in self.holidays or day + 1 in self.dated):
            return (*spans[:-1], (spans[-1][0], DAY))
        return spans

    def holiday_on(self, day: int) -> Holiday | None:
        """The holiday on ``day``, unless hours are given for that very date."""
        return None if day in self.dated else self.holidays.get(day)

    def estimated_between(self, first: int, last: int) -> bool:
        """Whether any holiday on the dates ``first`` to ``last`` is only estimated."""
        place = bisect_left(self._estimated, first)
        return place < len(self._estimated) and self._estimated[place] <= last

    def ever_opens(self) -> bool:
        """Whether there is any date in the known years on which anything is open."""
        if self.years == EVERY_YEAR:
            return any(map(any, self._weeks())) or any(self.dated.values())
        first, last = date(self.years[0], 1, 1), date(self.years[1], 12, 31)
        return any(self.hours_on(day) for day in range(first.toordinal(), last.toordinal() + 1))

    def spans(self) -> Iterator[Spans]:
        """The spans of every day that the schedule mentions, for checks over all of them."""
        return chain(*self._weeks(), self.dated.values())

    def to_dict(self) -> dict[str, object]:
        """The schedule as plain data."""
        content: dict[str, object] = {"tz": self.zone.key, "weekly": write_week(self.week)}
        content["holidays"] = [self.holidays[day].to_dict() for day in sorted(self.holidays)]
        if self.periods:
            content["periods"] = [period.to_dict() for period in self.periods]
        if self.dated:
            content["dated"] = {str(date.fromordinal(day)): _texts(self.dated[day]) for day in sorted(self.dated)}
        if self.years != EVERY_YEAR:
            content["years"] = list(self.years)
        return content

    def _week(self, day: int) -> Week:
        """The weekly hours in force on ``day``."""
        place = bisect_right(self._starts, day) - 1
        if place >= 0 and day <= self.periods[place].last.toordinal():
            return self.periods[place].week
        return self.week

    def _weeks(self) -> Iterator[Week]:
        """The ordinary weekly hours and those of each period."""
        return chain((self.week,), (period.week for period in self.periods))


@frozen(kw_only=True, eq=False)
class SharedSchedule:
    """Open only when every part is: "a holiday in any of them" closes. The parts share one zone."""

    parts: tuple[Schedule, ...]

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the parts."""
        return self.parts[0].zone

    @property
    def years(self) -> tuple[int, int]:
        """The years that every part knows."""
        return max(part.years[0] for part in self.parts), min(part.years[1] for part in self.parts)

    def hours_on(self, day: int) -> Spans:
        """The time of ``day`` at which all parts are open; nights are cut at midnight."""
        common = _within(self.parts[0], day)
        for part in self.parts[1:]:
            common = _overlap(common, _within(part, day))
        return common

    def holiday_on(self, day: int) -> Holiday | None:
        """The first holiday that any part has on ``day``."""
        return next(filter(None, (part.holiday_on(day) for part in self.parts)), None)

    def estimated_between(self, first: int, last: int) -> bool:
        """Whether any part has an estimated holiday between the two dates."""
        return any(part.estimated_between(first, last) for part in self.parts)

    def to_dict(self) -> dict[str, object]:
        """The parts as plain data."""
        return {"all_of": [part.to_dict() for part in self.parts]}


def _within(schedule: Schedule, day: int) -> Spans:
    """The open time of one local date, the tail of the night before included."""
    tail = tuple((0, end - DAY) for _, end in schedule.hours_on(day - 1)[-1:] if end > DAY)
    return tail + tuple((start, min(end, DAY)) for start, end in schedule.hours_on(day))


def _overlap(one: Spans, other: Spans) -> Spans:
    """The time that lies in both lists of spans."""
    pairs = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return tuple(sorted(pair for pair in pairs if pair[0] < pair[1]))


def _texts(spans: Spans) -> list[list[str]]:
    """Spans as pairs of clock texts."""
    return [[write_clock(start), write_clock(end)] for start, end in spans]


def digest_of(schedule: Schedule) -> str:
    """Sixteen hexadecimal digits that change with the content of the schedule."""
    text = json.dumps(schedule.to_dict(), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
