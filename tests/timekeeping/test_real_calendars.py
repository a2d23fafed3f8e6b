"""Calendars and deadlines of real data (S-E1 to S-E6, S-C2); needs COMPLAINTKIT_REAL_DATA."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from complaintkit.timekeeping import (
    CalendarDays,
    Conventions,
    End,
    Receipt,
    Roll,
    Term,
    Weeks,
    WorkingCalendar,
    WorkingDays,
    parse_instant,
)

SAT_SUN = ["sat", "sun"]
DAY = timedelta(days=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ROLLED = Conventions(receipt=Receipt.ROLLED)


def read(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def week(holidays: list[Any], weekend: list[str] = SAT_SUN, **more: object) -> WorkingCalendar:
    return WorkingCalendar.from_dict({"tz": "Europe/London", "weekend": weekend, "holidays": holidays, **more})


def due_day(term: Term, received: str, calendar: WorkingCalendar) -> str:
    return str(term.reckon(date.fromisoformat(received), calendar).day)


def test_bank_holidays_as_the_government_publishes_them(real_data: Path) -> None:
    """S-E1."""
    divisions = read(real_data, "e_calendars/govuk_bank_holidays_public_shape.json")
    events = {name: divisions[name]["events"] for name in ("england-and-wales", "scotland", "northern-ireland")}
    assert [len(found) for found in events.values()] == [83, 94, 103]
    assert [sum(bool(event["notes"]) for event in found) for found in events.values()] == [10, 18, 15]
    calendars = {
        name: week([{"date": event["date"], "name": event["title"]} for event in found], years=[2019, 2028])
        for name, found in events.items()
    }
    for received, n, england, scotland in (
        ("2025-12-23", 3, "2025-12-30", "2025-12-30"),
        ("2026-04-01", 5, "2026-04-10", "2026-04-09"),
        ("2026-08-01", 10, "2026-08-14", "2026-08-17"),
        ("2025-12-31", 20, "2026-01-29", "2026-01-30"),
        ("2027-12-24", 8, "2028-01-10", "2028-01-11"),
    ):
        term = Term(WorkingDays(n))
        assert due_day(term, received, calendars["england-and-wales"]) == england
        assert due_day(term, received, calendars["scotland"]) == scotland


def test_due_dates_of_freedom_of_information(real_data: Path) -> None:
    """S-E2: the day of receipt is day zero, whatever day it is."""
    file = read(real_data, "e_calendars/foi_due_dates.json")
    calendar = week(file["holidays"])
    terms = {"working": Term(WorkingDays(20)), "calendar": Term(CalendarDays(20), Conventions(roll=Roll.FORWARD))}
    found = [
        (kind, row["received"], due_day(terms[kind], row["received"], calendar)) for kind in terms for row in file[kind]
    ]
    assert found == [(kind, row["received"], row["due"]) for kind in terms for row in file[kind]]
    assert len(found) == 8


def answer(calendar: WorkingCalendar, op: str, args: list[Any]) -> object:
    """One operation of the file of working hours."""
    if op == "add_days":
        start, n = date.fromisoformat(args[0]), args[1]
        if n >= 0:
            return Term(WorkingDays(n), ROLLED).reckon(start, calendar).day
        return calendar.working_day(start if calendar.is_working_day(start) else calendar.working_day(start, -1), n)
    if op == "working_days_between":
        return calendar.working_days(*map(date.fromisoformat, args))
    times = [parse_instant(text) for text in args if isinstance(text, str)]
    if op.startswith("add_"):
        seconds = args[1] * {"add_hours": 3600, "add_minutes": 60, "add_seconds": 1}[op]
        return calendar.add(times[0], seconds) if seconds >= 0 else calendar.subtract(times[0], -seconds)
    ask = {"advance_to_working_time": calendar.next_open, "in_working_hours": calendar.is_open,
           "working_seconds_between": calendar.elapsed}  # fmt: skip
    return ask[op](*times)


def test_working_hours_of_another_library(real_data: Path) -> None:
    """S-E3: here a start that is no working day rolls to one first."""
    cases = read(real_data, "e_calendars/working_hours_cases.json")
    assert len(cases) == 30
    for case in cases:
        calendar = WorkingCalendar.from_dict({
            "tz": case["tz"], "weekly": case["working_hours"], "holidays": case["holidays"],
            "dated": case["holiday_hours"],
        })  # fmt: skip
        found, expected = answer(calendar, case["op"], case["args"]), case["expect"]
        if isinstance(found, datetime):
            assert found == parse_instant(expected), case
        else:
            assert (str(found) if isinstance(found, date) else found) == expected, case


def test_weekday_holidays_of_the_exchanges(real_data: Path) -> None:
    """S-E4: the lists come back exactly."""
    for given in read(real_data, "e_calendars/quantlib_target_uk_expected.json").values():
        first, last = map(date.fromisoformat, given["range"])
        calendar = week(given["weekday_holidays"], given["weekend"], years=[first.year, last.year])
        days = (first + DAY * n for n in range((last - first).days + 1))
        closed = [str(day) for day in days if day.weekday() < 5 and not calendar.is_working_day(day)]
        assert closed == given["weekday_holidays"]


@pytest.mark.parametrize(
    ("name", "zone", "weekend", "hours", "sessions", "halves"),
    [
        ("xlon", "Europe/London", {5, 6}, ["08:00", "16:30"], 8515, 65),
        ("xsau", "Asia/Riyadh", {4, 5}, ["10:00", "15:00"], 2241, 0),
    ],
)
def test_sessions_of_two_exchanges(
    real_data: Path, name: str, zone: str, weekend: set[int], hours: list[str], sessions: int, halves: int
) -> None:
    """S-E5: a Monday to Friday week and a Sunday to Thursday week, second by second."""
    with (real_data / f"e_calendars/exchange_sessions_{name}.csv").open(encoding="utf-8") as file:
        spans = [(parse_instant(row["open"]), parse_instant(row["close"])) for row in csv.DictReader(file)]
    days = [opening.date() for opening, _ in spans]
    every = (days[0] + DAY * n for n in range((days[-1] - days[0]).days + 1))
    short = {days[n]: [[hours[0], "12:30"]] for n, (begin, end) in enumerate(spans) if (end - begin).seconds == 16_200}
    calendar = WorkingCalendar.from_dict({
        "tz": zone,
        "weekly": {day: [hours] for n, day in enumerate(WEEKDAYS) if n not in weekend},
        "holidays": sorted({day for day in every if day.weekday() not in weekend} - set(days)),
        "dated": short,
    })  # fmt: skip
    assert (len(spans), len(short)) == (sessions, halves)
    assert calendar.working_days(days[0] - DAY, days[-1]) == sessions
    assert all(calendar.next_open(begin - timedelta(hours=1)) == begin for begin, _ in spans)
    assert all(calendar.close_of_business(begin.date()) == end for begin, end in spans)
    total = sum(int((end - begin).total_seconds()) for begin, end in spans)
    assert calendar.elapsed(spans[0][0], spans[-1][1]) == total
    assert not {day.weekday() for day in days} & weekend


def test_due_dates_over_the_feasts_of_israel(real_data: Path) -> None:
    """S-E6."""
    calendar = week(sorted(read(real_data, "e_calendars/holidays_IL_COMMON_2015_2030.json")), ["fri", "sat"])
    for received, n, due in (
        ("2025-09-21", 5, "2025-09-30"),
        ("2025-04-10", 10, "2025-05-05"),
        ("2024-10-01", 14, "2024-10-29"),
    ):
        assert due_day(Term(WorkingDays(n)), received, calendar) == due


def test_eight_weeks_run_by_the_wall_clock(real_data: Path) -> None:
    """S-C2: 986 municipal deadlines; with 56 times 24 hours only 650 would be met."""
    rows: dict[str, dict[str, str]] = {}
    with (real_data / "c_eventlogs/receipt.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            rows.setdefault(row["case:concept:name"], row)
    calendar = WorkingCalendar.from_dict({"tz": "Europe/Amsterdam", "weekend": []})
    term = Term(Weeks(8), Conventions(end=End.SAME_CLOCK))
    pairs = [
        (parse_instant(row["case:startdate"]), parse_instant(row["case:deadline"]))
        for row in rows.values()
        if row["case:startdate"] and row["case:deadline"]
    ]
    near = timedelta(minutes=5)
    assert sum(abs(term.due(start, calendar) - deadline) <= near for start, deadline in pairs) == 986
    assert sum(abs(start + timedelta(weeks=8) - deadline) <= near for start, deadline in pairs) == 650
