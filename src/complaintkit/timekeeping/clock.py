"""The one place where the time of day is read.

Only the desk asks a clock; everything else is handed instants, so that the same input always gives
the same answer (DESIGN section 5).
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol, runtime_checkable

from complaintkit.timekeeping.instants import instant


class Clock(Protocol):
    """A port with one method: what time is it."""

    def now(self) -> datetime:
        """The present instant as an aware datetime in UTC."""
        ...


@runtime_checkable
class SteadyClock(Clock, Protocol):
    """A clock that can also be checked: it counts seconds in a way that nobody can set."""

    def steady(self) -> float:
        """Seconds since some fixed moment; they only grow, also while the machine sleeps."""
        ...


class SystemClock:
    """The clock of the machine.

    >>> SystemClock().now().tzinfo is UTC
    True
    """

    def steady(self) -> float:
        """Seconds since the machine was started, as far as it can tell with the time asleep."""
        asleep_too = getattr(time, "CLOCK_BOOTTIME", None)
        return time.monotonic() if asleep_too is None else time.clock_gettime(asleep_too)

    def now(self) -> datetime:
        """The present instant of the machine, in UTC."""
        return datetime.now(UTC)


class FrozenClock:
    """A clock that stands still until it is told otherwise: for tests, demonstrations and ``--now``.

    ``at`` is an aware datetime in any zone; a naive one raises ``NaiveDatetime``.

    >>> clock = FrozenClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    >>> clock.advance(timedelta(hours=2))
    >>> clock.now().isoformat()
    '2026-03-02T11:00:00+00:00'
    """

    def __init__(self, at: datetime) -> None:
        self._at = instant(at, "the time of the frozen clock")

    def now(self) -> datetime:
        """The instant at which the clock stands, in UTC."""
        return self._at

    def set(self, at: datetime) -> None:
        """Put the clock to ``at``, which may lie before the present one; naive is refused."""
        self._at = instant(at, "the time of the frozen clock")

    def advance(self, by: timedelta) -> None:
        """Move the clock on by an elapsed span (back, when it is negative)."""
        self._at += by
