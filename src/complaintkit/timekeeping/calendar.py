"""Working calendars: when an organisation is open, and arithmetic in its working time.

Conventions (each with a peer that does otherwise, in the documentation):

* spans and pauses are half-open; a budget that is used up exactly at closing is due at the closing
  instant, not at the next opening;
* a pause costs working time only; what is paused outside opening hours costs nothing;
* a holiday closes its whole local date, the tail of the night before included;
* an hour that the wall clock repeats counts twice, one that it skips not at all.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from importlib import import_module
from types import ModuleType
from typing import Any, Self, cast
from zoneinfo import ZoneInfo

from attrs import field, frozen

from complaintkit.errors import CalendarRefused
from complaintkit.timekeeping.budgets import Pause, budget_of, merged, number_of, stretched, without
from complaintkit.timekeeping.instants import instant
from complaintkit.timekeeping.reading import read_name, read_schedule, share
from complaintkit.timekeeping.schedule import Holiday, Schedule, digest_of
from complaintkit.timekeeping.tables import Tables
from complaintkit.timekeeping.timeline import SECOND, Timeline, to_instant

#: A numpy array, or any sequence; numpy is not a dependency and so not named in the types.
Array = Any


@frozen(kw_only=True)
class WorkingCalendar:
    """When an organisation is open: weekly hours in a zone, holidays, dated hours.

    Build it with ``from_dict``. It never changes; ``id`` names it and ``digest`` (sixteen hexadecimal
    digits) changes with its content, so that a computed date can say which version it rests on.
    Every method takes aware datetimes of any zone and returns UTC; a naive one raises
    ``NaiveDatetime``, a time outside the known years ``CalendarRefused``.

    >>> from datetime import UTC
    >>> office = WorkingCalendar.from_dict({
    ...     "tz": "Europe/London", "weekly": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "fri")}})
    >>> office.add(datetime(2026, 3, 3, 16, tzinfo=UTC), 2 * 3600).isoformat()  # Tuesday; Friday comes next
    '2026-03-06T10:00:00+00:00'
    """

    id: str
    digest: str
    schedule: Schedule = field(eq=False, repr=False)
    _tables: Tables = field(eq=False, repr=False)

    @classmethod
    def from_dict(cls, mapping: Mapping[str, object]) -> Self:
        """The calendar that a mapping describes.

        ``tz`` names the zone; ``weekly`` maps ``mon`` to ``sun`` to spans, or ``weekend`` lists the
        closed days (the others are open from 00:00 to 24:00); ``holidays`` lists dates, or tables of
        ``date``, ``name`` and ``estimated``; ``years`` is the first and last year for which they are
        known; ``periods`` lists tables of ``from``, ``to`` and other weekly hours; ``dated`` maps single
        dates to their hours (half days, one-off openings); ``all_of`` lists calendars that must all be
        open; ``id`` names it; ``note`` is ignored.

        Raises ``CalendarRefused`` for anything else, and warns of a span that ends at 23:59.
        """
        name = read_name(mapping)
        return cls._of(read_schedule(mapping, name or "calendar"), name)

    @classmethod
    def _of(cls, schedule: Schedule, name: str) -> Self:
        """The calendar of a schedule; without a name it is called after its content."""
        digest = digest_of(schedule)
        return cls(id=name or f"calendar-{digest}", digest=digest, schedule=schedule, tables=Tables(schedule))

    @classmethod
    def union(cls, *calendars: WorkingCalendar, name: str = "") -> Self:
        """One calendar of several: closed when any of them is ("a holiday in any part of the UK")."""
        return cls._of(share([calendar.schedule for calendar in calendars], name or "union"), name)

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """The calendar that a TOML text describes, with the keys of ``from_dict``.

        >>> WorkingCalendar.from_toml('tz = "Asia/Jerusalem"\\nweekend = ["fri", "sat"]').zone.key
        'Asia/Jerusalem'
        """
        try:
            return cls.from_dict(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise CalendarRefused(f"the calendar is no TOML: {error}", hint="correct the line named") from None

    def with_holidays(self, holidays: Iterable[Holiday], years: tuple[int, int]) -> Self:
        """The calendar with further ``holidays``, which are complete for ``years``.

        What it says itself wins: its own names of holidays, and the hours it gives for single dates.
        """
        content = self.to_dict()
        if "all_of" in content:
            raise CalendarRefused("a united calendar takes no holidays", hint="add them to its parts")
        own = cast("list[object]", content["holidays"])
        between = [holiday.to_dict() for holiday in holidays if years[0] <= holiday.day.year <= years[1]]
        return type(self).from_dict({**content, "holidays": [*own, *between], "years": list(years)})

    @property
    def zone(self) -> ZoneInfo:
        """The zone in whose local time the hours are written."""
        return self.schedule.zone

    def to_dict(self) -> dict[str, object]:
        """The calendar as plain data that ``from_dict`` reads back to an equal one."""
        return {"id": self.id, **self.schedule.to_dict()}

    def add(self, start: datetime, seconds: float, pauses: Iterable[Pause] = ()) -> datetime:
        """The instant at which ``seconds`` of working time after ``start`` are used up.

        Time inside ``pauses`` (half-open pairs of instants that may overlap) does not count. With
        zero seconds it is the next open instant; negative seconds raise ``MalformedInput``.
        """
        at, budget = number_of(start), budget_of(seconds)
        if not budget:
            return self._first_open(start, pauses)
        line = self._tables.covering(at, at)
        if pauses:
            return self._add_around(line, at, budget, merged(pauses))
        while (due := line.used_up(line.worked(at) + budget)) is None:
            line = self._tables.later(line)
        return to_instant(due)

    def _add_around(self, line: Timeline, at: int, budget: int, halts: list[tuple[int, int]]) -> datetime:
        """The end of a budget when time inside ``halts`` does not count."""
        while (due := line.used_up(stretched(line, at, line.worked(at) + budget, halts))) is None:
            line = self._tables.later(line)
        return to_instant(due)

    def _first_open(self, start: datetime, pauses: Iterable[Pause]) -> datetime:
        """The first instant from ``start`` on that is open and not paused."""
        found = self.next_open(start)
        for since, until in merged(pauses):
            if since <= number_of(found) < until:
                found = self.next_open(to_instant(until))
        return found

    def subtract(self, start: datetime, seconds: float) -> datetime:
        """The latest instant from which ``seconds`` of working time lead to ``start``.

        With zero seconds it is ``start`` when that is open, otherwise the closing before it. Negative
        seconds raise ``MalformedInput``.
        """
        budget = budget_of(seconds)
        if not budget and self.is_open(start):
            return instant(start)
        at = number_of(start)
        line = self._tables.covering(at - 1, at - 1)
        while True:
            total = line.worked(at)
            found = line.still_ahead(total - budget) if budget else line.used_up(total)
            if found is not None and total:
                return to_instant(found)
            line = self._tables.earlier(line)

    def elapsed(self, start: datetime, end: datetime, pauses: Iterable[Pause] = ()) -> float:
        """Seconds of working time from ``start`` up to ``end`` outside ``pauses``; 0 when reversed.

        The number is an ``int`` when it is whole, which it is for instants in whole seconds.
        """
        since, until = number_of(start), number_of(end)
        halts = merged(pauses) if pauses else ()
        if since >= until:
            return 0
        line = self._tables.covering(since, until - 1)
        total = line.worked(until) - line.worked(since)
        for halt, resume in halts:
            if halt < until and since < resume:
                total -= line.worked(min(resume, until)) - line.worked(max(halt, since))
        whole, rest = divmod(total, SECOND)
        return total / SECOND if rest else whole

    def spans(self, start: datetime, end: datetime, pauses: Iterable[Pause] = ()) -> list[tuple[datetime, datetime]]:
        """The stretches of working time from ``start`` up to ``end`` outside ``pauses``: what ``elapsed`` adds up.

        They tell how a budget was used, span by span (pain point 10).
        """
        since, until = number_of(start), number_of(end)
        halts = merged(pauses)
        if since >= until:
            return []
        pieces = self._tables.covering(since, until - 1).pieces(since, until)
        left = (part for piece in pieces for part in without(piece, halts))
        return [(to_instant(begin), to_instant(end)) for begin, end in left]

    def is_open(self, at: datetime) -> bool:
        """Whether the instant ``at`` lies in opening hours; the closing instant does not."""
        number = number_of(at)
        line = self._tables.covering(number, number)
        place = line.span_after(number)
        return place is not None and line.opens[place] <= number

    def next_open(self, at: datetime) -> datetime:
        """``at`` itself when it is open, otherwise the next opening."""
        number = number_of(at)
        line = self._tables.covering(number, number)
        while (place := line.span_after(number)) is None:
            line = self._tables.later(line)
        return to_instant(max(number, line.opens[place]))

    def add_many(self, starts: Array, seconds: Array) -> Array:
        """``add`` for many starts at once, without pauses; ``seconds`` is one number or one for each.

        An array of numpy ``datetime64`` (UTC) gives an array of the same unit; any other sequence of
        datetimes gives a list.
        """
        if hasattr(starts, "dtype"):
            return _arrays().add_many(self._tables, starts, seconds)
        budgets = [seconds] * len(starts) if isinstance(seconds, int | float) else seconds
        return [self.add(start, budget) for start, budget in zip(starts, budgets, strict=True)]

    def elapsed_many(self, starts: Array, ends: Array) -> Array:
        """``elapsed`` for many pairs at once, in seconds; arrays as for ``add_many``."""
        if hasattr(starts, "dtype"):
            return _arrays().elapsed_many(self._tables, starts, ends)
        return [self.elapsed(start, end) for start, end in zip(starts, ends, strict=True)]

    def is_working_day(self, day: date) -> bool:
        """Whether any opening hours begin on the local date ``day``.

        >>> WorkingCalendar.from_dict({"tz": "UTC", "weekend": ["fri", "sat"]}).is_working_day(date(2026, 3, 1))
        True
        """
        return day.toordinal() in self._tables.holding(day, day).closing

    def working_day(self, day: date, n: int) -> date:
        """The ``n``-th working day after the local date ``day`` (before it, when ``n`` is negative).

        ``n`` = 0 is ``day`` itself when it is a working day, otherwise the next one.

        >>> WorkingCalendar.from_dict({"tz": "UTC", "weekend": ["sat", "sun"]}).working_day(date(2026, 3, 6), 1)
        datetime.date(2026, 3, 9)
        """
        number = day.toordinal()
        line = self._tables.holding(day, day)
        while True:
            place = line.rank[number - line.first_day] + n - 1
            if n <= 0 and number not in line.closing:
                place += 1
            if 0 <= place < len(line.workdays):
                return date.fromordinal(line.workdays[place])
            line = self._tables.earlier(line) if place < 0 else self._tables.later(line)

    def working_days(self, first: date, last: date) -> int:
        """How many working days there are after ``first`` up to and including ``last``.

        >>> week = WorkingCalendar.from_dict({"tz": "UTC", "weekend": ["sat", "sun"]})
        >>> week.working_days(date(2026, 3, 2), date(2026, 3, 9))
        5
        """
        line = self._tables.holding(min(first, last), max(first, last))
        return line.rank[last.toordinal() - line.first_day] - line.rank[first.toordinal() - line.first_day]

    def close_of_business(self, day: date) -> datetime:
        """When the last span that begins on the working day ``day`` ends.

        Raises ``CalendarRefused`` when ``day`` is no working day.
        """
        closing = self._tables.holding(day, day).closing.get(day.toordinal())
        if closing is None:
            raise CalendarRefused(f"{self.id}: {day} is no working day", hint="ask working_day(day, 0) first")
        return to_instant(closing)

    def holiday_on(self, day: date) -> Holiday | None:
        """The holiday for which the local date ``day`` is closed, or nothing."""
        return self.schedule.holiday_on(day.toordinal())

    def holidays_between(self, first: date, last: date) -> list[Holiday]:
        """The holidays from ``first`` to ``last``, both included, for which the calendar is closed."""
        days = range(first.toordinal(), last.toordinal() + 1)
        return [holiday for day in days if (holiday := self.schedule.holiday_on(day))]

    def estimated_between(self, first: date, last: date) -> bool:
        """Whether a holiday from ``first`` to ``last`` is only estimated: deadlines over it are provisional."""
        return self.schedule.estimated_between(first.toordinal(), last.toordinal())


def _arrays() -> ModuleType:
    """What works on arrays; loaded when somebody has one."""
    return import_module("complaintkit.timekeeping.arrays")
