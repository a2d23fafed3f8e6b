"""Instants: aware datetimes in UTC, and their one text form.

Inside complaintkit an instant is always an aware standard-library ``datetime`` in UTC. Its stored
text has a fixed width, so that the order of the texts is the order of the times.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

from complaintkit.errors import MalformedInput, NaiveDatetime

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_REMEMBERED = 4096
_EXAMPLE = "write it like 2026-03-02T09:30:00Z or 2026-03-02T11:30:00+02:00"


def instant(value: object, what: str = "the time") -> datetime:
    """``value`` in UTC; ``what`` names it in the error.

    Raises ``NaiveDatetime`` when it has no zone, ``MalformedInput`` when it is no datetime at all.

    >>> from datetime import timedelta, timezone
    >>> instant(datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=2)))).isoformat()
    '2026-03-02T07:00:00+00:00'
    >>> instant(datetime(2026, 3, 2, 9), "received_at")
    Traceback (most recent call last):
        ...
    complaintkit.errors.NaiveDatetime: received_at has no time zone (give it one, e.g. tzinfo=ZoneInfo('Europe/London'))
    """
    if isinstance(value, datetime) and value.tzinfo is UTC:
        return value
    if not isinstance(value, datetime):
        raise MalformedInput(f"{what} is no datetime but {type(value).__name__}", hint="hand in an aware datetime")
    if value.utcoffset() is None:
        raise NaiveDatetime(f"{what} has no time zone", hint="give it one, e.g. tzinfo=ZoneInfo('Europe/London')")
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise MalformedInput(f"{what} lies outside the years 1 to 9999 in UTC", hint="check the year") from None


def maybe_instant(value: datetime | None) -> datetime | None:
    """As :func:`instant`, for a field that may be empty."""
    return None if value is None else instant(value)


def parse_instant(text: object) -> datetime:
    """The instant that a strict RFC 3339 text names, in UTC; the offset is required.

    Raises ``NaiveDatetime`` without an offset and ``MalformedInput`` for anything else.

    >>> parse_instant("2026-03-02T11:30:00+02:00").isoformat()
    '2026-03-02T09:30:00+00:00'
    """
    if not isinstance(text, str):
        raise _unreadable(text)
    return _parsed(text)


@lru_cache(maxsize=_REMEMBERED)
def _parsed(text: str) -> datetime:
    """A command writes and reads the same few instants again and again."""
    if not _RFC_3339.fullmatch(text):
        raise _unreadable(text)
    try:
        return instant(datetime.fromisoformat(text.upper()))
    except ValueError as error:
        raise MalformedInput("an instant names a day or an hour that does not exist", hint=_EXAMPLE) from error


def _unreadable(text: object) -> MalformedInput:
    """The error for a text that is no RFC 3339 instant; it never repeats the text."""
    if isinstance(text, str) and _RFC_3339.fullmatch(text + "Z"):
        return NaiveDatetime("an instant has no offset from UTC", hint=_EXAMPLE)
    return MalformedInput("an instant is not in the form of RFC 3339", hint=_EXAMPLE)


def format_instant(value: datetime) -> str:
    """``value`` as text of 27 characters in UTC, always with six digits of a second.

    >>> format_instant(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))
    '2026-03-02T09:30:00.000000Z'
    """
    return _formatted(instant(value))


@lru_cache(maxsize=_REMEMBERED)
def _formatted(value: datetime) -> str:
    """An entry, its head, its letters and its timers name the same instant."""
    return value.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
