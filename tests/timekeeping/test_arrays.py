"""Many instants at once give what one by one gives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.errors import CalendarRefused, MalformedInput
from complaintkit.timekeeping import WorkingCalendar
from tests.timekeeping.oracle import calendars, instants

OFFICE = {"tz": "Europe/London", "weekly": {day: [["09:00", "17:30"]] for day in ("mon", "tue", "wed", "thu", "fri")}}


def as_array(times: list[datetime], unit: str) -> np.ndarray:
    return np.array([at.replace(tzinfo=None) for at in times], dtype=f"datetime64[{unit}]")


def as_times(array: np.ndarray) -> list[datetime]:
    return [at.replace(tzinfo=UTC) for at in array.astype("datetime64[us]").tolist()]


@given(st.data(), st.sampled_from(["s", "ms", "us"]))
def test_arrays_agree_with_single_instants(data: st.DataObject, unit: str) -> None:
    mapping, day = data.draw(calendars())
    calendar = WorkingCalendar.from_dict(mapping)
    starts = data.draw(st.lists(instants(day), max_size=8))
    ends = [at + timedelta(minutes=data.draw(st.integers(-5000, 5000))) for at in starts]
    budgets = [data.draw(st.integers(0, 200_000)) for _ in starts]
    array = as_array(starts, unit)
    added = calendar.add_many(array, np.array(budgets, dtype=np.int64))
    assert added.dtype == array.dtype
    assert as_times(added) == calendar.add_many(starts, budgets)
    spent = calendar.elapsed_many(array, as_array(ends, unit))
    assert spent.tolist() == calendar.elapsed_many(starts, ends)


@given(st.integers(0, 10**7), st.integers(0, 999_999))
def test_parts_of_a_second_survive(seconds: int, micro: int) -> None:
    calendar = WorkingCalendar.from_dict(OFFICE)
    start = datetime(2026, 3, 2, 10, 0, 0, micro, tzinfo=UTC)
    assert as_times(calendar.add_many(as_array([start], "us"), seconds)) == [calendar.add(start, seconds)]


def test_one_budget_serves_many_starts() -> None:
    calendar = WorkingCalendar.from_dict(OFFICE)
    starts = [datetime(2026, 3, 2, 10, tzinfo=UTC), datetime(2026, 3, 6, 17, tzinfo=UTC)]
    assert calendar.add_many(starts, 3600) == as_times(calendar.add_many(as_array(starts, "s"), 3600))


def test_budgets_up_to_the_last_known_minute() -> None:
    calendar = WorkingCalendar.from_dict({"tz": "UTC", "weekend": [], "years": [2026, 2026]})
    starts = np.array(["2026-12-31T23:00", "2026-01-01T00:00"], dtype="datetime64[s]")
    assert calendar.add_many(starts, np.array([3600, 365 * 86_400])).tolist() == [datetime(2027, 1, 1)] * 2  # noqa: DTZ001
    with pytest.raises(CalendarRefused):
        calendar.add_many(starts, np.array([3601, 1]))
    assert calendar.elapsed_many(starts[1:], np.array(["2027-01-01"], dtype="datetime64[s]")).tolist() == [365 * 86_400]


@pytest.mark.parametrize(
    ("starts", "seconds"),
    [
        (np.array(["NaT"], dtype="datetime64[s]"), 1),
        (np.array([1, 2]), 1),
        (np.array(["2026-01-01"], dtype="datetime64[s]"), -1),
        (np.array(["2026-01-01"], dtype="datetime64[s]"), 1.5),
        (np.array(["2026-01-01"], dtype="datetime64[ns]"), 1),
    ],
    ids=["missing", "numbers", "negative", "fraction", "nanoseconds"],
)
def test_what_is_no_instant_or_no_budget_is_refused(starts: np.ndarray, seconds: object) -> None:
    with pytest.raises(MalformedInput):
        WorkingCalendar.from_dict(OFFICE).add_many(starts, seconds)


def test_a_calendar_without_a_grid_says_so() -> None:
    odd = {"tz": "UTC", "weekly": {"mon": [["09:00:01", "17:00:00"]]}}
    with pytest.raises(CalendarRefused, match="too fine"):
        WorkingCalendar.from_dict(odd).add_many(np.array(["2026-01-01"], dtype="datetime64[s]"), 5)
