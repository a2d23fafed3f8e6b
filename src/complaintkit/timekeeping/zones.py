"""Time zones: finding one by name, and where a local day begins and ends.

A wall-clock time that summer time skips moves forward by the width of the gap; one that occurs twice
means the first. That is the reading of PEP 495 with ``fold=0``, kept everywhere in complaintkit.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from complaintkit.errors import MalformedInput

_TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1)


@cache
def zone_named(name: str) -> ZoneInfo:
    """The zone of the tz database called ``name``, such as ``Asia/Jerusalem``.

    Raises ``MalformedInput`` when there is none of that name.

    >>> zone_named("Asia/Tehran").key
    'Asia/Tehran'
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError, TypeError):
        raise MalformedInput(
            "the time zone is not known", hint="name one of the tz database, such as Europe/London"
        ) from None


def at_wall(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, at which a wall clock of ``zone`` shows ``clock`` on ``day``.

    >>> at_wall(date(2026, 3, 29), time(1, 30), zone_named("Europe/London")).isoformat()  # skipped
    '2026-03-29T01:30:00+00:00'
    """
    return datetime.combine(day, clock, zone).astimezone(UTC)


def local_day(at: datetime, zone: ZoneInfo) -> date:
    """The date that a calendar on the wall of ``zone`` shows at the instant ``at``.

    >>> local_day(datetime(2026, 3, 1, 23, tzinfo=UTC), zone_named("Asia/Jerusalem"))
    datetime.date(2026, 3, 2)
    """
    return at.astimezone(zone).date()


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, at which the local date ``day`` is over; itself no longer part of it.

    Where a clock is put back over midnight, the day ends when its repeated part is over.

    >>> end_of_day(date(2026, 10, 24), zone_named("Europe/London")).isoformat()
    '2026-10-24T23:00:00+00:00'
    """
    midnight = datetime.combine(day + _DAY, time(), zone)
    first, second = midnight.astimezone(UTC), midnight.replace(fold=1).astimezone(UTC)
    return second if second > first and local_day(second - _TICK, zone) == day else first
