"""The tables of one calendar: built when first asked for, widened when a question lies outside them.

A table covers some years around the questions asked so far. Widening doubles it, so that its cost is
paid once; a question far away starts a new one rather than to fill the centuries in between.
"""

from __future__ import annotations

from datetime import date

from complaintkit.errors import CalendarRefused
from complaintkit.timekeeping.schedule import Schedule
from complaintkit.timekeeping.timeline import Timeline, to_instant

_AROUND = 2
_FAR = 60


class Tables:
    """The current ``Timeline`` of a schedule."""

    __slots__ = ("_line", "_schedule")

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._line: Timeline | None = None

    def covering(self, low: int, high: int) -> Timeline:
        """A table in which the numbers ``low`` to ``high`` lie."""
        line = self._line
        if line is not None and line.lo <= low and high < line.hi:
            return line
        try:
            days = [to_instant(number).astimezone(self._schedule.zone).date() for number in (low, high)]
        except OverflowError:
            raise self._outside("the beginning or the end of time") from None
        return self.holding(*days)

    def holding(self, low: date, high: date) -> Timeline:
        """A table in which the local dates ``low`` to ``high`` lie.

        Raises ``CalendarRefused`` when one of them lies outside the years that the calendar knows.
        """
        line = self._line
        if line is not None and line.first <= low.year and high.year <= line.last:
            return line
        known = self._schedule.years
        for day in (low, high):
            if not known[0] <= day.year <= known[1]:
                raise self._outside(day.isoformat())
        first, last = low.year - _AROUND, high.year + _AROUND
        if line is not None and first - _FAR <= line.last and line.first <= last + _FAR:
            first, last = min(first, line.first), max(last, line.last)
        return self._build(first, last)

    def later(self, line: Timeline) -> Timeline:
        """A table that reaches further than ``line``; refused where the calendar ends or never opens again."""
        if line.last >= self._schedule.years[1]:
            raise self._outside(f"the end of {line.last}")
        return self._wider(line, self._build(line.first, line.last + _grown(line)))

    def earlier(self, line: Timeline) -> Timeline:
        """A table that begins before ``line``; refused where the calendar begins."""
        if line.first <= self._schedule.years[0]:
            raise self._outside(f"the beginning of {line.first}")
        return self._wider(line, self._build(line.first - _grown(line), line.last))

    def _wider(self, line: Timeline, wider: Timeline) -> Timeline:
        """``wider``, unless it has grown by many years in which nothing opens."""
        added = (line.first - wider.first) + (wider.last - line.last)
        if added >= _FAR and wider.after[-1:] == line.after[-1:]:
            raise CalendarRefused("the calendar stays closed for sixty years from there", hint="give it opening hours")
        return wider

    def _build(self, first: int, last: int) -> Timeline:
        """The table of some years, cut to those that are known; it becomes the current one."""
        known = self._schedule.years
        line = Timeline(self._schedule.zone, max(first, known[0]), min(last, known[1]), self._schedule.hours_on)
        self._line = line
        return line

    def _outside(self, what: str) -> CalendarRefused:
        """The refusal of a time that the calendar does not know."""
        first, last = self._schedule.years
        return CalendarRefused(
            f"the calendar knows the years {first} to {last}; {what} is needed",
            hint="add the holidays of the missing years and widen years",
        )


def _grown(line: Timeline) -> int:
    """How many years to add to a table: as many as it has, but never few or very many."""
    return min(max(line.last - line.first + 1, 8), 240)
