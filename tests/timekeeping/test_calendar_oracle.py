"""Properties of working time, judged by counting minutes (pain points 1, 2, 5, 6, 15)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as st

from complaintkit.errors import CalendarRefused
from complaintkit.timekeeping import WorkingCalendar
from tests.timekeeping.oracle import Oracle, calendars, instants

BUDGETS = st.integers(0, 40 * 60)


@st.composite
def pauses(draw: st.DrawFn, day: object) -> list[tuple[datetime, datetime]]:
    """Up to three pauses, which may overlap."""
    starts = draw(st.lists(instants(day), max_size=3))
    return [(start, start + timedelta(minutes=draw(st.integers(0, 3000)))) for start in starts]


@given(st.data())
def test_add_and_elapsed_agree_with_counting_minutes(data: st.DataObject) -> None:
    mapping, day = data.draw(calendars())
    oracle, calendar = Oracle(mapping), WorkingCalendar.from_dict(mapping)
    start, budget, halts = data.draw(instants(day)), data.draw(BUDGETS), data.draw(pauses(day))
    due = oracle.due(start, budget, halts)
    assume(due is not None)
    assert due is not None
    found = calendar.add(start, budget * 60, halts)
    assert found == due
    assert found.tzinfo is UTC
    assert calendar.elapsed(start, found, halts) == budget * 60
    if budget:
        assert oracle.open(found - timedelta(minutes=1)), "due inside opening hours or at closing (pain point 2)"


@given(st.data())
def test_elapsed_agrees_with_counting_minutes(data: st.DataObject) -> None:
    mapping, day = data.draw(calendars())
    start, end, halts = data.draw(instants(day)), data.draw(instants(day)), data.draw(pauses(day))
    counted = Oracle(mapping).worked(start, end, halts)
    assert WorkingCalendar.from_dict(mapping).elapsed(start, end, halts) == counted * 60


@given(st.data(), st.integers(1, 40 * 60))
def test_the_spans_add_up_to_the_budget(data: st.DataObject, budget: int) -> None:
    """Pain points 8 and 10: each span that a deadline used, and nothing else."""
    mapping, day = data.draw(calendars())
    oracle, calendar = Oracle(mapping), WorkingCalendar.from_dict(mapping)
    start, halts = data.draw(instants(day)), data.draw(pauses(day))
    due = calendar.add(start, budget * 60, halts)
    spans = calendar.spans(start, due, halts)
    assert sum((end - begin for begin, end in spans), timedelta()) == timedelta(minutes=budget)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    for begin, end in spans:
        for at in (begin, end - timedelta(minutes=1)):
            assert oracle.open(at)
            assert not any(since <= at < until for since, until in halts)


@given(st.data())
def test_openings_agree_with_asking_the_wall_clock(data: st.DataObject) -> None:
    mapping, day = data.draw(calendars())
    oracle, calendar = Oracle(mapping), WorkingCalendar.from_dict(mapping)
    at = data.draw(instants(day))
    assert calendar.is_open(at) == oracle.open(at)
    opening = oracle.due(at, 0, [])
    if opening is not None:
        assert calendar.next_open(at) == opening == calendar.add(at, 0)


@given(st.data(), st.integers(1, 40 * 3600))
def test_subtract_inverts_add(data: st.DataObject, seconds: int) -> None:
    mapping, day = data.draw(calendars())
    calendar = WorkingCalendar.from_dict(mapping)
    start = calendar.next_open(data.draw(instants(day)))
    due = calendar.add(start, seconds)
    assert calendar.subtract(due, seconds) == start
    warning = calendar.subtract(due, seconds // 2)
    assert calendar.elapsed(warning, due) == seconds // 2, "pain point 1"
    assert calendar.add(calendar.subtract(due, seconds), seconds) == due


@given(st.data(), st.integers(1, 20 * 3600), st.integers(1, 20 * 3600))
def test_budgets_add_up_and_keep_their_order(data: st.DataObject, one: int, other: int) -> None:
    mapping, day = data.draw(calendars())
    calendar = WorkingCalendar.from_dict(mapping)
    start, later = sorted((data.draw(instants(day)), data.draw(instants(day))))
    assert calendar.add(calendar.add(start, one), other) == calendar.add(start, one + other)
    assert calendar.add(start, one) <= calendar.add(later, one)
    assert calendar.add(start, one) < calendar.add(start, one + other)
    end = calendar.add(later, other)
    assert calendar.elapsed(start, later) + calendar.elapsed(later, end) == calendar.elapsed(start, end)


@given(st.data(), st.integers(0, 40 * 3600))
def test_the_zone_of_storage_does_not_matter(data: st.DataObject, seconds: int) -> None:
    mapping, day = data.draw(calendars())
    calendar = WorkingCalendar.from_dict(mapping)
    at = data.draw(instants(day))
    for zone in ("America/New_York", "Asia/Kathmandu", mapping["tz"]):
        moved = at.astimezone(ZoneInfo(zone))
        assert calendar.add(moved, seconds) == calendar.add(at, seconds)
        assert calendar.elapsed(moved, at + timedelta(days=3)) == calendar.elapsed(at, at + timedelta(days=3))


@given(st.data(), st.integers(0, 999_999), st.integers(1, 3600))
def test_parts_of_a_second_are_kept(data: st.DataObject, micro: int, seconds: int) -> None:
    mapping, day = data.draw(calendars())
    calendar = WorkingCalendar.from_dict(mapping)
    start = data.draw(instants(day)) + timedelta(microseconds=micro)
    due = calendar.add(start, seconds)
    assert calendar.elapsed(start, due) == seconds


@given(st.data(), st.integers(-20, 20))
def test_working_days_agree_with_walking_the_days(data: st.DataObject, n: int) -> None:
    mapping, day = data.draw(calendars())
    calendar = WorkingCalendar.from_dict(mapping)
    step, left, at = timedelta(days=1 if n >= 0 else -1), abs(n), day
    if n == 0:
        while not calendar.is_working_day(at):
            at += timedelta(days=1)
    while left:
        at += step
        left -= calendar.is_working_day(at)
    assert calendar.working_day(day, n) == at
    if n > 0:
        assert calendar.working_days(day, at) == n


@given(st.data())
def test_a_working_day_closes_when_its_last_minute_ends(data: st.DataObject) -> None:
    mapping, day = data.draw(calendars())
    oracle, calendar = Oracle(mapping), WorkingCalendar.from_dict(mapping)
    if not calendar.is_working_day(day):
        return
    close = calendar.close_of_business(day)
    assert oracle.open(close - timedelta(minutes=1))
    assert (close - timedelta(minutes=1)).astimezone(oracle.zone).date() in (day, day + timedelta(days=1))


@given(calendars(), calendars())
def test_a_union_is_open_when_all_its_parts_are(one: object, other: object) -> None:
    (first, day), (second, _) = one, other  # type: ignore[misc]
    second = {**second, "tz": first["tz"]}
    oracles = Oracle(first), Oracle(second)
    union = WorkingCalendar.union(WorkingCalendar.from_dict(first), WorkingCalendar.from_dict(second))
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
    for minute in range(0, 5 * 1440, 23):
        at = begin + timedelta(minutes=minute)
        assert union.is_open(at) == all(oracle.open(at) for oracle in oracles)


def test_a_shift_of_52_weeks_keeps_the_local_time() -> None:
    """Pain point 6: summer time does not move a deadline on the wall."""
    zone = ZoneInfo("Europe/Berlin")
    week = {name: [["08:00", "18:00"]] for name in ("mon", "tue", "wed", "thu", "fri")}
    calendar = WorkingCalendar.from_dict({"tz": "Europe/Berlin", "weekly": week})
    for days in range(0, 364, 7):
        start = datetime(2025, 1, 6, 15, tzinfo=zone) + timedelta(days=days)
        due = calendar.add(start, 4 * 3600).astimezone(zone)
        assert (due.hour, due.minute, due.weekday()) == (9, 0, 1)


def test_what_lies_in_no_known_year_is_refused_at_either_end() -> None:
    import pytest

    calendar = WorkingCalendar.from_dict({"tz": "UTC", "weekend": []})
    for year in (1, 9999):
        with pytest.raises(CalendarRefused):
            calendar.is_open(datetime(year, 6, 1, tzinfo=UTC))
