"""Opening hours as data: reading ``"09:00"``, a day's spans and a week, strictly.

A span is a half-open pair of seconds since local midnight. 24:00 is the end of the day; hours above
24 run into the next day, so that a night shift is written ``["22:00", "30:00"]`` and a span whose end
lies before its beginning is always a slip of the pen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise

from complaintkit.errors import CalendarRefused

DAY = 86_400
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Span = tuple[int, int]
Spans = tuple[Span, ...]
Week = tuple[Spans, ...]

ALL_DAY: Spans = ((0, DAY),)
_CLOCK = re.compile(r"(\d\d):([0-5]\d)(?::([0-5]\d))?", re.ASCII)


def read_clock(text: object, where: str) -> int:
    """Seconds since midnight for ``HH:MM`` or ``HH:MM:SS``, up to 48:00; ``where`` names the place.

    >>> read_clock("24:00", "mon")
    86400
    """
    match = _CLOCK.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise CalendarRefused(f"{where}: a time of day is unreadable", hint="write it as HH:MM, from 00:00 to 48:00")
    hour, minute, second = (int(part or 0) for part in match.groups())
    seconds = hour * 3600 + minute * 60 + second
    if seconds > 2 * DAY:
        raise CalendarRefused(f"{where}: {text} is later than 48:00", hint="a span ends on the next day at the latest")
    return seconds


def write_clock(seconds: int) -> str:
    """The text that ``read_clock`` reads.

    >>> write_clock(86400)
    '24:00'
    """
    minutes, second = divmod(seconds, 60)
    return "{:02}:{:02}".format(*divmod(minutes, 60)) + (f":{second:02}" if second else "")


def read_spans(value: object, where: str) -> Spans:
    """The spans of one day from pairs of clock times; none at all means closed.

    Raises ``CalendarRefused`` for reversed, empty or overlapping spans.

    >>> read_spans([["09:00", "12:00"], ["13:00", "17:30"]], "mon")
    ((32400, 43200), (46800, 63000))
    """
    spans = tuple(sorted(_span(pair, where) for pair in _sequence(value, where)))
    for (_, end), (start, _) in pairwise(spans):
        if start < end:
            raise CalendarRefused(f"{where}: two spans overlap", hint="leave no time in both of them")
    return spans


def _span(pair: object, where: str) -> Span:
    """One span from a pair of clock times."""
    ends = _sequence(pair, where)
    if len(ends) != 2:
        raise CalendarRefused(f"{where}: a span is not a pair", hint='write it as ["09:00", "17:00"]')
    start, end = (read_clock(text, where) for text in ends)
    if start >= end:
        raise CalendarRefused(
            f"{where}: a span ends at {write_clock(end)} but begins at {write_clock(start)}",
            hint=f"a span over midnight ends after 24:00, here {write_clock(end + DAY)}",
        )
    if start >= DAY:
        raise CalendarRefused(f"{where}: a span begins after 24:00", hint="put it on the day on which it begins")
    return start, end


def _sequence(value: object, where: str) -> Sequence[object]:
    """``value`` when it is a list, else a refusal."""
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return value
    raise CalendarRefused(f"{where}: a list is needed here", hint='write spans as [["09:00", "17:00"]]')


def read_week(weekly: object, weekend: object, where: str) -> Week:
    """The hours of Monday to Sunday: either ``weekly`` (day to spans) or ``weekend`` (the closed days).

    >>> [len(day) for day in read_week(None, ["fri", "sat"], "calendar")]
    [1, 1, 1, 1, 0, 0, 1]
    """
    if (weekly is None) == (weekend is None):
        raise CalendarRefused(f"{where}: exactly one of weekly and weekend is needed", hint="give one of the two")
    if weekend is not None:
        closed = {read_weekday(name, f"{where}.weekend") for name in _sequence(weekend, f"{where}.weekend")}
        return tuple(() if number in closed else ALL_DAY for number in range(7))
    if not isinstance(weekly, Mapping):
        raise CalendarRefused(f"{where}.weekly: a table of weekdays is needed", hint='such as {"mon": [...]}')
    days = {read_weekday(name, f"{where}.weekly"): name for name in weekly}
    week = tuple(read_spans(weekly[days[n]], f"{where}.weekly.{WEEKDAYS[n]}") if n in days else () for n in range(7))
    _refuse_night_overlap(week, where)
    return week


def read_weekday(name: object, where: str) -> int:
    """The number of a weekday, Monday being 0, from its three letters."""
    if name not in WEEKDAYS:
        raise CalendarRefused(f"{where}: a weekday is not known", hint=f"one of {', '.join(WEEKDAYS)}")
    return WEEKDAYS.index(str(name))


def _refuse_night_overlap(week: Week, where: str) -> None:
    """Refuse a night that runs into the opening hours of the next morning."""
    for number, spans in enumerate(week):
        morning = week[(number + 1) % 7]
        if spans and morning and spans[-1][1] - DAY > morning[0][0]:
            raise CalendarRefused(
                f"{where}.weekly.{WEEKDAYS[number]}: the night runs into the hours of the next day",
                hint="end it where the next day opens",
            )


def read_date(value: object, where: str) -> date:
    """A date from ISO text or from a TOML date; a datetime is refused, because it has a time.

    >>> read_date("2026-12-25", "holidays")
    datetime.date(2026, 12, 25)
    """
    if type(value) is date:
        return value
    try:
        if isinstance(value, str) and len(value) == 10:
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise CalendarRefused(f"{where}: a date is unreadable", hint="write it as 2026-12-25")


def write_week(week: Week) -> dict[str, list[list[str]]]:
    """The weekly hours as ``read_week`` reads them; closed days are left out."""
    return {
        WEEKDAYS[number]: [[write_clock(start), write_clock(end)] for start, end in spans]
        for number, spans in enumerate(week)
        if spans
    }
