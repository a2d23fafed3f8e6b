"""The table behind a calendar: every open span of some years on the UTC line, with running totals.

Being open is decided by the wall clock: an instant is open when the local time it shows lies in a
span of its local date. An hour that the wall clock repeats therefore counts twice, and one that it
skips not at all. All numbers are whole microseconds since ``EPOCH``, so that nothing is rounded.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from complaintkit.timekeeping.hours import DAY, Spans

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = date(1970, 1, 1).toordinal()
SECOND = 1_000_000

HoursOn = Callable[[int], Spans]


def to_number(at: datetime) -> int:
    """Microseconds since ``EPOCH``; raises ``TypeError`` for a naive datetime."""
    gap = at - EPOCH
    return (gap.days * 86_400 + gap.seconds) * 1_000_000 + gap.microseconds


def to_instant(number: int) -> datetime:
    """The inverse of ``to_number``."""
    second, rest = divmod(number, 1_000_000)
    if rest or second < 0:
        return EPOCH + timedelta(0, second, rest)
    return datetime.fromtimestamp(second, UTC)  # whole seconds, the common case, at half the price


class Timeline:
    """The open spans between the beginning of year ``first`` and the end of year ``last`` in ``zone``.

    ``hours_on`` gives the hours of a local date (as its ordinal). Spans that touch are one. ``opens``,
    ``closes`` are their ends, ``before`` and ``after`` the working time spent when each begins and
    ends; ``shift`` is what to add to an instant inside to get the working time before it. The first
    span is empty and lies at the beginning, so that a search always finds one. ``workdays`` are the
    ordinals of the dates that own some open time and ``rank`` counts them.
    """

    __slots__ = ("after", "before", "closes", "closing", "first", "first_day", "hi", "last", "last_day", "lo", "opens",
                 "rank", "shift", "workdays")  # fmt: skip

    def __init__(self, zone: ZoneInfo, first: int, last: int, hours_on: HoursOn) -> None:
        self.first, self.last = first, last
        self.first_day, self.last_day = date(first, 1, 1).toordinal(), date(last, 12, 31).toordinal()
        self.lo, self.hi = (to_number(datetime.combine(date(year, 1, 1), time(), zone)) for year in (first, last + 1))
        self.opens, self.closes = [self.lo], [self.lo]
        self.closing: dict[int, int] = {}
        for start, end, offset in constant_offsets(zone, self.lo // SECOND, self.hi // SECOND):
            self._lay(start, end, offset, hours_on)
        self._sum()
        self._rank()

    def _lay(self, start: int, end: int, offset: int, hours_on: HoursOn) -> None:
        """Add the spans of a stretch (in seconds) in which the zone keeps one offset."""
        first = max((start + offset) // DAY + EPOCH_DAY - 1, self.first_day)
        last = min((end + offset - 1) // DAY + EPOCH_DAY, self.last_day)
        for day in range(first, last + 1):
            midnight = (day - EPOCH_DAY) * DAY - offset
            for opening, closing in hours_on(day):
                since, until = max(midnight + opening, start), min(midnight + closing, end)
                if since < until:
                    self._append(since * SECOND, until * SECOND, day)

    def _append(self, since: int, until: int, day: int) -> None:
        """Add one span that belongs to ``day``, joining it to the one before when they touch."""
        self.closing[day] = until
        if since <= self.closes[-1]:
            self.closes[-1] = max(until, self.closes[-1])
        else:
            self.opens.append(since)
            self.closes.append(until)

    def _sum(self) -> None:
        """The running totals of working time."""
        self.before, self.after, self.shift, total = [], [], [], 0
        for since, until in zip(self.opens, self.closes, strict=True):
            self.before.append(total)
            total += until - since
            self.after.append(total)
            self.shift.append(total - until)

    def _rank(self) -> None:
        """The working dates and, for every date, how many of them there are up to it."""
        self.workdays = sorted(self.closing)
        self.rank, count = [], 0
        for day in range(self.first_day, self.last_day + 1):
            count += day in self.closing
            self.rank.append(count)

    def worked(self, number: int) -> int:
        """Working time between the beginning of the table and ``number``."""
        place = bisect_right(self.opens, number) - 1
        spent, most = self.shift[place] + number, self.after[place]
        return min(most, spent)

    def used_up(self, total: int) -> int | None:
        """The earliest number at which ``total`` is worked: a closing rather than the next opening."""
        place = bisect_left(self.after, total)
        return total - self.shift[place] if place < len(self.after) else None

    def still_ahead(self, total: int) -> int | None:
        """The latest number at which no more than ``total`` is worked: an opening rather than a closing."""
        place = bisect_right(self.before, total) - 1
        return self.opens[place] + total - self.before[place] if total >= 0 else None

    def pieces(self, since: int, until: int) -> Iterator[tuple[int, int]]:
        """The open stretches between two numbers."""
        place = bisect_right(self.closes, since)
        while place < len(self.opens) and self.opens[place] < until:
            yield max(self.opens[place], since), min(self.closes[place], until)
            place += 1

    def span_after(self, number: int) -> int | None:
        """The place of the first span that ends after ``number``."""
        place = bisect_right(self.closes, number)
        return place if place < len(self.closes) else None


def constant_offsets(zone: ZoneInfo, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Cut the seconds from ``start`` to ``end`` where the offset of ``zone`` changes.

    >>> begin, until = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2026, 2027))
    >>> [offset for _, _, offset in constant_offsets(ZoneInfo("Europe/London"), begin, until)]
    [0, 3600, 0]
    """
    since, offset = start, _offset(zone, start)
    for mark in range(start, end, DAY):
        later = min(mark + DAY, end)
        if _offset(zone, later) != offset:
            change = _change(zone, mark, later, offset)
            yield since, change, offset
            since, offset = change, _offset(zone, later)
    if since < end:
        yield since, end, offset


def _change(zone: ZoneInfo, before: int, after: int, offset: int) -> int:
    """The second at which the offset ceases to be ``offset``, between two seconds."""
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (middle, after) if _offset(zone, middle) == offset else (before, middle)
    return after


def _offset(zone: ZoneInfo, second: int) -> int:
    """Seconds that the wall clock of ``zone`` is ahead of UTC at a second since ``EPOCH``."""
    ahead = (EPOCH + timedelta(seconds=second)).astimezone(zone).utcoffset()
    return ahead.days * DAY + ahead.seconds if ahead else 0
