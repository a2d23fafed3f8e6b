"""Civil time: reading what people wrote, and telling spans as people say them.

The only door to pendulum, which is loaded when a span is first told in words. Reading needs no more
than the standard library and is compiled once for each format and zone, because an import reads tens
of thousands of times.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from complaintkit.errors import MalformedInput
from complaintkit.timekeeping.instants import instant
from complaintkit.timekeeping.zones import zone_named

_TOKENS = {
    "YYYY": r"(?P<year>\d{4})",
    "YY": r"(?P<short>\d{2})",
    "MM": r"(?P<month>\d{2})",
    "M": r"(?P<month>\d{1,2})",
    "DD": r"(?P<day>\d{2})",
    "D": r"(?P<day>\d{1,2})",
    "HH": r"(?P<hour>\d{2})",
    "H": r"(?P<hour>\d{1,2})",
    "hh": r"(?P<half>\d{2})",
    "h": r"(?P<half>\d{1,2})",
    "mm": r"(?P<minute>\d{2})",
    "ss": r"(?P<second>\d{2})",
    "A": r"(?P<noon>[AaPp][Mm])",
}
_TOKEN = re.compile("|".join(_TOKENS) + r"|.")
_REMEMBERED = 8192


@lru_cache(maxsize=256)
def reader(form: str, zone: str, /) -> Callable[[str], datetime]:
    """A fast reader of local times written in ``form`` by people in ``zone``; it returns UTC.

    ``form`` is made of ``YYYY YY MM M DD D HH H hh h mm ss A`` and punctuation; a date alone means its
    first instant, and ``YY`` a year from 1969 to 2068 (the reading of POSIX). A time that the zone skips
    moves forward by the gap, one that it shows twice means the first. The reader raises
    ``MalformedInput``, which names the format and not the text.

    >>> read = reader("D.M.YYYY", "Europe/Berlin")
    >>> read("1.7.2025").isoformat()
    '2025-06-30T22:00:00+00:00'
    >>> reader("MM/DD/YYYY hh:mm:ss A", "America/New_York")("01/31/2025 12:05:00 AM").isoformat()
    '2025-01-31T05:05:00+00:00'
    """
    pattern, place = _compiled(form), zone_named(zone)
    hint = f"written as {form}, in the zone {zone}"

    def read(text: str) -> datetime:
        match = pattern.fullmatch(text)
        if match is None:
            raise MalformedInput(f"a time is not in the form {form}", hint=hint)
        try:
            return datetime(*_fields(match.groupdict()), tzinfo=place).astimezone(UTC)
        except (ValueError, OverflowError):
            raise MalformedInput(f"a time in the form {form} does not exist", hint=hint) from None

    return lru_cache(maxsize=_REMEMBERED)(read)


def read_local(text: str, form: str, zone: str, /) -> datetime:
    """One local time as ``reader`` reads it.

    >>> read_local("2025-03-30 02:30:00", "YYYY-MM-DD HH:mm:ss", "Europe/Berlin").isoformat()  # skipped there
    '2025-03-30T01:30:00+00:00'
    """
    return reader(form, zone)(text)


def _compiled(form: str) -> re.Pattern[str]:
    """The pattern of a format; refused when it names no whole date or repeats a part."""
    parts = [_TOKENS.get(part) or _literal(part) for part in _TOKEN.findall(form)]
    try:
        pattern = re.compile("".join(parts), re.ASCII)
    except re.error:
        raise MalformedInput("a date format names a part twice", hint="such as YYYY-MM-DD HH:mm:ss") from None
    names = {"year" if name == "short" else name for name in pattern.groupindex}
    if (
        not {"year", "month", "day"} <= names
        or {"year", "short"} <= set(pattern.groupindex)
        or ("half" in names) != ("noon" in names)
        or {"half", "hour"} <= names
    ):
        raise MalformedInput("a date format needs a year, a month and a day, and A with hh", hint="such as D.M.YYYY")
    return pattern


def _literal(part: str) -> str:
    """A part of a format that stands for itself: punctuation and the T of ISO 8601."""
    if part.isalpha() and part != "T":
        raise MalformedInput("a date format has an unknown part", hint=f"known are {' '.join(_TOKENS)}")
    return re.escape(part)


def _fields(found: dict[str, str]) -> tuple[int, int, int, int, int, int]:
    """Year to second from the parts of a text."""
    hour = int(found.get("hour", 0))
    if "half" in found:
        half = int(found["half"])
        if not 1 <= half <= 12:
            raise ValueError(half)
        hour = half % 12 + (12 if found["noon"] in ("PM", "pm", "Pm", "pM") else 0)
    minute, second = int(found.get("minute", 0)), int(found.get("second", 0))
    year = int(found["year"]) if "year" in found else 1969 + (int(found["short"]) - 69) % 100
    return year, int(found["month"]), int(found["day"]), hour, minute, second


def humanise(span: float | timedelta | tuple[datetime, datetime], language: str = "en") -> str:
    """A span in a person's words: seconds, a ``timedelta``, or the time between two instants.

    ``language`` is ``en``, ``he`` or ``fa``; the words say how long, never in which direction.

    >>> humanise(2 * 86400)
    '2 days'
    >>> humanise(7200, "he")
    'שעתיים'
    """
    if language not in ("en", "he", "fa"):
        raise MalformedInput("a span can be told in en, he or fa only", hint="choose one of the three")
    import pendulum

    began = pendulum.datetime(2000, 1, 1)
    ended = began + timedelta(seconds=abs(_seconds(span)))
    return ended.diff_for_humans(began, absolute=True, locale=language)


def _seconds(span: float | timedelta | tuple[datetime, datetime]) -> float:
    """The length of a span in seconds."""
    if isinstance(span, tuple):
        return (instant(span[1]) - instant(span[0])).total_seconds()
    return span.total_seconds() if isinstance(span, timedelta) else span
