"""Working calendars: worked examples and refusals (the properties are in test_calendar_oracle.py)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from complaintkit.errors import CalendarRefused, CalendarWarning, MalformedInput, NaiveDatetime
from complaintkit.timekeeping import WorkingCalendar

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
NINE_TO_FIVE = {"tz": "UTC", "weekly": {day: [["09:00", "17:00"]] for day in WEEKDAYS}}
NAIVE = datetime(2026, 3, 2, tzinfo=UTC).replace(tzinfo=None)


def calendar(**changes: object) -> WorkingCalendar:
    return WorkingCalendar.from_dict({**NINE_TO_FIVE, **changes})


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def test_a_budget_used_up_at_closing_is_due_at_closing() -> None:
    assert calendar().add(utc(2026, 3, 2, 9), 8 * 3600) == utc(2026, 3, 2, 17)
    assert calendar().add(utc(2026, 3, 2, 9), 8 * 3600 + 1) == utc(2026, 3, 3, 9, 0, 1)


def test_no_budget_is_the_next_opening() -> None:
    assert calendar().add(utc(2026, 3, 6, 17), 0) == utc(2026, 3, 9, 9) == calendar().next_open(utc(2026, 3, 6, 17))
    assert calendar().add(utc(2026, 3, 6, 16, 30), 0) == utc(2026, 3, 6, 16, 30)
    paused = [(utc(2026, 3, 6, 16), utc(2026, 3, 6, 16, 40))]
    assert calendar().add(utc(2026, 3, 6, 16, 30), 0, paused) == utc(2026, 3, 6, 16, 40)


def test_a_warning_goes_back_over_the_night() -> None:
    """Scenario 13: never midnight."""
    assert calendar().subtract(utc(2026, 3, 9, 9, 30), 3600) == utc(2026, 3, 6, 16, 30)
    assert calendar().subtract(utc(2026, 3, 9, 9, 30), 0) == utc(2026, 3, 9, 9, 30)
    assert calendar().subtract(utc(2026, 3, 9, 9), 0) == utc(2026, 3, 9, 9)
    assert calendar().subtract(utc(2026, 3, 8, 9), 0) == utc(2026, 3, 6, 17)


def test_pauses_may_overlap_and_cost_working_time_only() -> None:
    pauses = [(utc(2026, 3, 2, 10), utc(2026, 3, 2, 12)), (utc(2026, 3, 2, 11), utc(2026, 3, 2, 13)),
              (utc(2026, 3, 2, 18), utc(2026, 3, 3, 9))]  # fmt: skip
    assert calendar().add(utc(2026, 3, 2, 9), 5 * 3600, pauses) == utc(2026, 3, 2, 17)
    assert calendar().elapsed(utc(2026, 3, 2, 9), utc(2026, 3, 3, 10), pauses) == 6 * 3600


def test_the_length_of_a_calendar_year_outside_the_table() -> None:
    assert calendar().elapsed(utc(1990, 1, 1), utc(2060, 1, 1)) == 18_263 * 8 * 3600
    assert calendar().add(utc(2026, 1, 1), 100 * 261 * 8 * 3600).year == 2126
    assert calendar().subtract(utc(2026, 1, 1), 100 * 261 * 8 * 3600).year == 1925


def test_a_date_far_away_does_not_fill_the_centuries_between() -> None:
    here = calendar()
    assert here.add(utc(2026, 3, 2, 9), 3600) == utc(2026, 3, 2, 10)
    assert here.add(utc(9990, 1, 1), 3600) == utc(9990, 1, 1, 10)
    assert len(here._tables.covering(0, 0).opens) < 5000


def test_outside_the_known_years_nothing_is_computed() -> None:
    known = calendar(years=[2025, 2026], holidays=["2026-12-25"])
    assert known.elapsed(utc(2025, 1, 1), utc(2027, 1, 1)) == 521 * 8 * 3600
    for ask in (
        lambda: known.add(utc(2026, 12, 31), 9 * 3600),
        lambda: known.subtract(utc(2025, 1, 1, 10), 9 * 3600),
        lambda: known.is_open(utc(2027, 1, 1)),
        lambda: known.next_open(utc(2026, 12, 31, 20)),
        lambda: known.elapsed(utc(2024, 12, 31), utc(2025, 1, 2)),
        lambda: known.working_day(date(2026, 12, 31), 1),
        lambda: known.is_working_day(date(2027, 1, 4)),
    ):
        with pytest.raises(CalendarRefused, match="knows the years 2025 to 2026"):
            ask()


def test_a_calendar_that_stops_opening_says_so() -> None:
    once = WorkingCalendar.from_dict({"tz": "UTC", "weekly": {}, "dated": {"2026-03-01": [["10:00", "11:00"]]}})
    assert once.add(utc(2026, 1, 1), 3600) == utc(2026, 3, 1, 11)
    with pytest.raises(CalendarRefused, match="stays closed"):
        once.add(utc(2026, 1, 1), 3601)


def test_nights_are_written_beyond_24_hours() -> None:
    night = calendar(weekly={"mon": [["22:00", "30:00"]]})
    assert night.elapsed(utc(2026, 3, 2), utc(2026, 3, 4)) == 8 * 3600
    assert night.is_working_day(date(2026, 3, 2))
    assert not night.is_working_day(date(2026, 3, 3))
    assert night.close_of_business(date(2026, 3, 2)) == utc(2026, 3, 3, 6)


def test_a_holiday_cuts_the_tail_of_the_night_before() -> None:
    night = calendar(weekly={"mon": [["22:00", "30:00"]]}, holidays=["2026-03-03"])
    assert night.elapsed(utc(2026, 3, 2), utc(2026, 3, 4)) == 2 * 3600


def test_dated_hours_win_over_holidays_and_weekends() -> None:
    """Half days and one-off openings."""
    special = calendar(
        holidays=["2026-12-24"], dated={"2026-12-24": [["09:00", "12:00"]], "2026-12-26": [["10:00", "14:00"]]}
    )
    assert special.elapsed(utc(2026, 12, 24), utc(2026, 12, 25)) == 3 * 3600
    assert special.is_working_day(date(2026, 12, 26))
    assert special.holiday_on(date(2026, 12, 24)) is None


def test_a_weekend_that_changes_on_a_date() -> None:
    emirates = WorkingCalendar.from_dict({
        "tz": "Asia/Dubai", "weekend": ["fri", "sat"], "periods": [{"from": "2022-01-01", "weekend": ["sat", "sun"]}],
    })  # fmt: skip
    assert not emirates.is_working_day(date(2021, 12, 31))
    assert emirates.is_working_day(date(2022, 1, 7))
    assert emirates.working_day(date(2021, 12, 30), 1) == date(2022, 1, 3)


def test_a_period_with_an_end() -> None:
    ramadan = calendar(periods=[{"from": "2026-02-18", "to": "2026-03-19", "weekly": {"mon": [["09:00", "15:00"]]}}])
    assert ramadan.elapsed(utc(2026, 2, 16), utc(2026, 2, 23)) == 16 * 3600
    assert ramadan.elapsed(utc(2026, 3, 16), utc(2026, 3, 21)) == (6 + 8) * 3600


def test_a_holiday_in_any_part_closes_the_union() -> None:
    """Pain point 9."""
    england = calendar(holidays=[{"date": "2026-08-31", "name": "Summer bank holiday"}])
    scotland = calendar(holidays=["2026-08-03"], years=[2020, 2030])
    kingdom = WorkingCalendar.union(england, scotland, name="any part")
    assert not kingdom.is_working_day(date(2026, 8, 3))
    assert not kingdom.is_working_day(date(2026, 8, 31))
    assert kingdom.holiday_on(date(2026, 8, 31)).name == "Summer bank holiday"
    assert kingdom.working_days(date(2026, 7, 31), date(2026, 8, 31)) == 19
    assert WorkingCalendar.from_dict(kingdom.to_dict()) == kingdom
    with pytest.raises(CalendarRefused, match="2020 to 2030"):
        kingdom.is_open(utc(2031, 1, 1))
    with pytest.raises(CalendarRefused, match="one zone"):
        WorkingCalendar.union(england, WorkingCalendar.from_dict({"tz": "Europe/London", "weekend": []}))


def test_the_holidays_that_a_deadline_met() -> None:
    """Pain point 8: the maintainer of a peer counted one by hand, and counted wrong."""
    feasts = calendar(
        holidays=[{"date": "2026-12-25", "name": "Christmas Day"}, "2026-12-28"], dated={"2026-12-28": []}
    )
    assert [holiday.name for holiday in feasts.holidays_between(date(2026, 12, 1), date(2026, 12, 31))] == [
        "Christmas Day"
    ]
    assert feasts.spans(utc(2026, 12, 24, 16), utc(2026, 12, 29, 10)) == [
        (utc(2026, 12, 24, 16), utc(2026, 12, 24, 17)), (utc(2026, 12, 29, 9), utc(2026, 12, 29, 10)),
    ]  # fmt: skip
    assert feasts.spans(utc(2026, 12, 24), utc(2026, 12, 24)) == []


def test_the_digest_follows_the_content() -> None:
    one = calendar(id="a", note="anything")
    assert one.digest == calendar(id="b").digest != calendar(holidays=["2026-01-01"]).digest
    assert one != calendar(id="b")
    assert calendar().id == f"calendar-{calendar().digest}"
    assert WorkingCalendar.from_dict(one.to_dict()) == one


def test_what_is_written_reads_back() -> None:
    full = calendar(
        years=[2020, 2030],
        holidays=[{"date": "2026-03-20", "name": "Eid", "estimated": True}, "2026-12-25"],
        periods=[{"from": "2026-02-18", "to": "2026-03-19", "weekend": ["sun"]}, {"from": "2029-01-01", "weekend": []}],
        dated={"2026-12-24": [["09:00", "12:00:30"]], date(2026, 12, 31): []},
    )
    assert WorkingCalendar.from_dict(full.to_dict()).to_dict() == full.to_dict()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"tz": None}, "no time zone"),
        ({"tz": "Mars/Olympus"}, "not known"),
        ({"tz": "../etc/passwd"}, "not known"),
        ({"weekly": {}}, "never opens"),
        ({"weekly": {"mon": []}}, "never opens"),
        ({"years": [2026, 2026], "holidays": [date(2026, 1, 1) + timedelta(n) for n in range(365)]}, "never opens"),
        ({"weekly": {"mon": [["17:00", "09:00"]]}}, "33:00"),
        ({"weekly": {"mon": [["09:00", "09:00"]]}}, "ends at 09:00"),
        ({"weekly": {"mon": [["09:00", "13:00"], ["12:00", "17:00"]]}}, "overlap"),
        ({"weekly": {"mon": [["20:00", "30:00"]], "tue": [["05:00", "09:00"]]}}, "runs into"),
        ({"weekly": {"sun": [["20:00", "30:00"]], "mon": [["05:00", "09:00"]]}}, "runs into"),
        ({"weekly": {"mon": [["25:00", "26:00"]]}}, "begins after"),
        ({"weekly": {"mon": [["09:00", "49:00"]]}}, "48:00"),
        ({"weekly": {"mon": [["9:00", "17:00"]]}}, "unreadable"),
        ({"weekly": {"mon": [["09:00"]]}}, "not a pair"),
        ({"weekly": {"mon": "09:00-17:00"}}, "list"),
        ({"weekly": {"Monday": [["09:00", "17:00"]]}}, "weekday"),
        ({"weekly": [["09:00", "17:00"]]}, "table"),
        ({"weekend": ["sat"]}, "exactly one"),
        ({"weekly": None}, "exactly one"),
        ({"holiday": ["2026-01-01"]}, "'holiday' is not known"),
        ({"holidays": ["2026-02-30"]}, "unreadable"),
        ({"holidays": ["20260101"]}, "unreadable"),
        ({"holidays": [NAIVE]}, "unreadable"),
        ({"holidays": "2026-01-01"}, "list"),
        ({"holidays": [{"date": "2026-01-01", "nmae": "x"}]}, "not known"),
        ({"holidays": [{"date": "2026-01-01", "estimated": 1}]}, "true or false"),
        ({"holidays": ["2019-12-25"], "years": [2020, 2021]}, "outside"),
        ({"dated": {"2019-12-25": []}, "years": [2020, 2021]}, "outside"),
        ({"years": [2021, 2020]}, "first and the last"),
        ({"years": [2021.0, 2022]}, "first and the last"),
        ({"years": 2021}, "list"),
        ({"periods": [{"from": "2026-01-01", "weekend": []}, {"from": "2027-01-01", "weekend": []}]}, "two periods"),
        ({"periods": [{"from": "2026-01-01", "to": "2025-01-01", "weekend": []}]}, "before it begins"),
        ({"periods": [{"weekend": []}]}, "unreadable"),
        ({"periods": [{"from": "2026-01-01", "until": "2025-01-01", "weekend": []}]}, "not known"),
        ({"id": 5}, "text"),
    ],
)  # fmt: skip
def test_a_wrong_calendar_is_refused(changes: dict[str, object], why: str) -> None:
    content = {key: value for key, value in {**NINE_TO_FIVE, **changes}.items() if value is not None}
    with pytest.raises(CalendarRefused, match=why) as caught:
        WorkingCalendar.from_dict(content)
    assert caught.value.hint


def test_2359_as_an_end_is_warned_about() -> None:
    """Pain point 3: it loses a minute a night."""
    with pytest.warns(CalendarWarning, match="24:00"):
        calendar(weekly={"mon": [["00:00", "23:59"]]})


@pytest.mark.parametrize("seconds", [-1, -0.5, float("nan"), float("inf"), True, "3600", 10**13])
def test_an_impossible_budget_is_refused(seconds: float) -> None:
    for reckon in (calendar().add, calendar().subtract):
        with pytest.raises(MalformedInput):
            reckon(utc(2026, 3, 2), seconds)


def test_naive_and_reversed_input() -> None:
    here = calendar()
    for ask in (here.is_open, here.next_open, lambda at: here.add(at, 5), lambda at: here.elapsed(at, utc(2026, 1, 1))):
        with pytest.raises(NaiveDatetime):
            ask(NAIVE)
        with pytest.raises(MalformedInput):
            ask("2026-03-02")
    with pytest.raises(MalformedInput, match="pause"):
        here.add(utc(2026, 3, 2), 5, [(utc(2026, 3, 3), utc(2026, 3, 2))])
    assert here.elapsed(utc(2026, 3, 3, 12), utc(2026, 3, 2)) == 0
