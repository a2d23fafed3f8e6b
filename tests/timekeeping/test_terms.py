"""Terms: the unit is a type, and a bare day does not exist."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from complaintkit.errors import MalformedInput, NaiveDatetime
from complaintkit.timekeeping import Hours, WorkingCalendar, WorkingDays, parse_term

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = WorkingCalendar.from_dict(
    {"tz": "Europe/London", "weekly": {day: [["09:00", "17:00"]] for day in WEEKDAYS}, "holidays": ["2026-04-03"]}
)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        (utc(2026, 3, 2, 10), 1, utc(2026, 3, 3, 17)),  # Monday in hours
        (utc(2026, 3, 2, 6), 1, utc(2026, 3, 3, 17)),  # before opening is still Monday
        (utc(2026, 3, 2, 17), 1, utc(2026, 3, 4, 17)),  # at closing Monday is over
        (utc(2026, 3, 7, 12), 1, utc(2026, 3, 10, 17)),  # Saturday: Monday is day 0
        (utc(2026, 4, 2, 10), 1, utc(2026, 4, 6, 16)),  # over Good Friday and the weekend, in summer time
        (utc(2026, 3, 2, 10), 0, utc(2026, 3, 2, 17)),
        (utc(2026, 3, 2, 10), 20, utc(2026, 3, 30, 16)),
    ],
)
def test_working_days_of_the_example_profile(received: datetime, days: int, due: datetime) -> None:
    """REF-1 (domain 5.5): day 0 is rolled, the term ends at close of business."""
    assert WorkingDays(days).due(received, OFFICE) == due


def test_hours_are_elapsed_hours() -> None:
    assert Hours(24).due(utc(2026, 3, 28, 12), OFFICE) == utc(2026, 3, 29, 12)


def test_terms_are_read_from_data() -> None:
    assert parse_term({"hours": 2}) == Hours(2)
    assert parse_term({"working_days": 5}) == WorkingDays(5)


@pytest.mark.parametrize(
    "data",
    [{"days": 1}, {"day": 1}, {}, {"hours": 1, "working_days": 1}, {"hours": "2"}, {"hours": 2.0},
             {"hours": True}, {"hours": -1}, {"hours": 10**9}, {"fortnights": 1}, None, "2 hours"],
)  # fmt: skip
def test_anything_ambiguous_is_refused(data: object) -> None:
    """Pain point 12: one day is 24 hours to one peer, a working day to another."""
    with pytest.raises(MalformedInput):
        parse_term(data)


def test_a_naive_start_is_refused() -> None:
    for term in (Hours(2), WorkingDays(1)):
        with pytest.raises(NaiveDatetime):
            term.due(utc(2026, 3, 2).replace(tzinfo=None), OFFICE)
