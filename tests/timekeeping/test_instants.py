"""Instants and clocks: one text form, no naive time, no clock that moves by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.errors import MalformedInput, NaiveDatetime
from complaintkit.timekeeping import FrozenClock, SystemClock, format_instant, instant, parse_instant

NAIVE = datetime(2026, 3, 2, 9, tzinfo=UTC).replace(tzinfo=None)
INSTANTS = st.datetimes(timezones=st.timezones()).filter(lambda at: 1 < at.year < 9999)


@given(INSTANTS)
def test_text_of_an_instant_reads_back(at: datetime) -> None:
    text = format_instant(at)
    assert len(text) == 27
    assert parse_instant(text) == at.astimezone(UTC)  # a time in a gap equals nothing in another zone


@given(INSTANTS, INSTANTS)
def test_the_order_of_texts_is_the_order_of_times(one: datetime, other: datetime) -> None:
    one, other = one.astimezone(UTC), other.astimezone(UTC)
    assert (format_instant(one) < format_instant(other)) == (one < other)


def test_a_naive_time_is_refused_with_a_hint() -> None:
    with pytest.raises(NaiveDatetime, match="received_at has no time zone") as caught:
        instant(NAIVE, "received_at")
    assert "ZoneInfo" in caught.value.hint
    with pytest.raises(NaiveDatetime):
        parse_instant("2026-03-02T09:00:00")


@pytest.mark.parametrize(
    "text",
    ["now", "2026", "2026-W10", "2026-03-02", "12:00", "2026-03-02T09:00Z", "2026-02-30T09:00:00Z", "",
     "2026-03-02T24:30:00Z", "٢٠٢٦-03-02T09:00:00Z", "2026-03-02T09:00:00+0200", "2026-03-02T09:00:00Z\n", None, 5],
)  # fmt: skip
def test_only_rfc_3339_is_an_instant(text: object) -> None:
    with pytest.raises(MalformedInput):
        parse_instant(text)


def test_no_datetime_is_no_instant() -> None:
    with pytest.raises(MalformedInput, match="no datetime but str"):
        instant("2026-03-02T09:00:00Z")
    with pytest.raises(MalformedInput, match="years 1 to 9999"):
        instant(datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5))))


def test_a_frozen_clock_moves_only_when_told() -> None:
    clock = FrozenClock(datetime(2026, 3, 2, 11, tzinfo=timezone(timedelta(hours=2))))
    assert clock.now() == clock.now() == datetime(2026, 3, 2, 9, tzinfo=UTC)
    clock.advance(timedelta(minutes=5))
    assert clock.now() == datetime(2026, 3, 2, 9, 5, tzinfo=UTC)
    clock.set(datetime(2020, 1, 1, tzinfo=UTC))
    assert clock.now().year == 2020
    with pytest.raises(NaiveDatetime):
        FrozenClock(NAIVE)


def test_the_system_clock_tells_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)
