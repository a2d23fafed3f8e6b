"""The contract of a clock: aware, in UTC, and not going back while nobody sets it."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from complaintkit.ports import Clock


class ClockContract:
    """What every clock must do. Override :meth:`make_clock`."""

    def make_clock(self) -> Clock:
        """Make the clock under test."""
        raise TypeError(f"override make_clock in {type(self).__name__}: it returns the clock under test")

    @pytest.fixture
    def clock(self) -> Clock:
        """The clock under test."""
        return self.make_clock()

    def test_it_tells_an_aware_instant_in_utc(self, clock: Clock) -> None:
        """Every instant inside is aware and in UTC."""
        now = clock.now()
        assert now.tzinfo is UTC
        assert now.utcoffset() == timedelta(0)

    def test_it_does_not_go_back(self, clock: Clock) -> None:
        """A hundred readings in a row."""
        readings = [clock.now() for _ in range(100)]
        assert readings == sorted(readings)
