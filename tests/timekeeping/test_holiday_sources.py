"""Holidays from elsewhere: the holidays package, iCalendar text, TOML."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime

import pytest

from complaintkit.errors import CalendarRefused, MissingExtra
from complaintkit.timekeeping import Term, WorkingCalendar, WorkingDays
from complaintkit.timekeeping.icalendar import read_icalendar
from complaintkit.timekeeping.public_holidays import NATIONWIDE, public_holidays

WEEK = WorkingCalendar.from_dict({"tz": "Europe/London", "weekend": ["sat", "sun"]})


def test_the_parts_of_a_country_differ() -> None:
    """Pain point 9: 3 August 2026 is a holiday in Scotland only."""
    england = WEEK.with_holidays(public_holidays("GB", "ENG", years=(2026, 2027)), (2026, 2027))
    scotland = WEEK.with_holidays(public_holidays("GB", "SCT", years=(2026, 2027)), (2026, 2027))
    start = datetime(2026, 7, 31, 12, tzinfo=UTC)
    assert Term(WorkingDays(1)).reckon(start, england).day == date(2026, 8, 3)
    assert Term(WorkingDays(1)).reckon(start, scotland).day == date(2026, 8, 4)


def test_a_part_must_be_named_where_it_matters() -> None:
    with pytest.raises(CalendarRefused, match="differ") as caught:
        public_holidays("GB", years=(2026, 2026))
    assert "SCT" in caught.value.hint
    common = {holiday.day for holiday in public_holidays("GB", NATIONWIDE, years=(2026, 2026))}
    assert date(2026, 12, 25) in common
    assert date(2026, 8, 3) not in common


def test_estimated_days_make_a_deadline_provisional() -> None:
    found = public_holidays("AE", NATIONWIDE, years=(2027, 2027))
    assert {holiday.day for holiday in found if not holiday.estimated} == {
        date(2027, 1, 1), date(2027, 12, 2), date(2027, 12, 3),
    }  # fmt: skip
    dubai = WorkingCalendar.from_dict({"tz": "Asia/Dubai", "weekend": ["sat", "sun"]}).with_holidays(
        found, (2027, 2027)
    )
    sure = Term(WorkingDays(1)).reckon(datetime(2027, 2, 1, 9, tzinfo=UTC), dubai)
    shaky = Term(WorkingDays(3)).reckon(datetime(2027, 3, 8, 9, tzinfo=UTC), dubai)
    assert not sure.provisional
    assert shaky.provisional
    assert shaky.day == date(2027, 3, 16)


@pytest.mark.parametrize(("country", "part"), [("XX", None), ("GB", "XX")])
def test_an_unknown_place_is_refused(country: str, part: str | None) -> None:
    with pytest.raises(CalendarRefused, match="not known"):
        public_holidays(country, part, years=(2026, 2026))


def test_years_the_package_does_not_know_are_refused() -> None:
    with pytest.raises(CalendarRefused, match="knows GB"):
        public_holidays("GB", "ENG", years=(2026, 2400))


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(MissingExtra, match=r"complaintkit\[holidays\]"):
        public_holidays("GB", "ENG", years=(2026, 2026))


def test_what_the_host_says_wins() -> None:
    own = WorkingCalendar.from_dict({
        "tz": "Europe/London", "weekend": ["sat", "sun"], "holidays": [{"date": "2026-12-25", "name": "Closed"}],
        "dated": {"2026-12-28": [["09:00", "12:00"]]},
    }).with_holidays(public_holidays("GB", "ENG", years=(2026, 2026)), (2026, 2026))  # fmt: skip
    assert own.holiday_on(date(2026, 12, 25)).name == "Closed"
    assert own.is_working_day(date(2026, 12, 28))
    with pytest.raises(CalendarRefused, match="2026 to 2026"):
        own.is_working_day(date(2027, 1, 4))
    with pytest.raises(CalendarRefused, match="united"):
        WorkingCalendar.union(WEEK, WEEK).with_holidays((), (2026, 2026))


FEED = """BEGIN:VCALENDAR\r
VERSION:2.0\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20181225\r
DTEND;VALUE=DATE:20181227\r
SUMMARY:Christmas\\, a long na\r
 me\r
END:VEVENT\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20181111\r
STATUS:CANCELLED\r
SUMMARY:St. Martin\r
END:VEVENT\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20181002\r
SUMMARY:One day\r
END:VEVENT\r
END:VCALENDAR\r
"""


@pytest.mark.parametrize("zone", ["America/Sao_Paulo", "Pacific/Auckland", "Asia/Tehran"])
def test_all_day_dates_are_local_dates(zone: str) -> None:
    """Pain point 7: a feed's 25 December is the 25th on the wall, west and east of UTC."""
    week = WorkingCalendar.from_dict({"tz": zone, "weekend": []})
    calendar = week.with_holidays(read_icalendar(FEED), (2018, 2018))
    closed = [date(2018, 10, 2), date(2018, 12, 25), date(2018, 12, 26)]
    assert [day for n in range(365) if not calendar.is_working_day(day := date.fromordinal(736_695 + n))] == closed
    assert calendar.holiday_on(date(2018, 12, 26)).name == "Christmas, a long name"
    noon = datetime(2018, 12, 25, 12, tzinfo=calendar.zone)
    assert not calendar.is_open(noon)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no iCalendar"),
        ("%PDF-1.4", "no iCalendar"),
        (FEED.replace("END:VCALENDAR\r\n", ""), "cut off"),
        (FEED.replace("DTSTART;VALUE=DATE:20181002", "DTSTART:20181002T090000Z"), "no all-day date"),
        (FEED.replace("20181002", "20181302"), "no all-day date"),
        (FEED.replace("DTSTART;VALUE=DATE:20181002\r\n", ""), "no all-day date"),
        (FEED.replace("SUMMARY:One day", "RRULE:FREQ=YEARLY"), "recurs"),
        (FEED.replace("DTEND;VALUE=DATE:20181227", "DTEND;VALUE=DATE:20181224"), "no sensible end"),
        (FEED.replace("DTEND;VALUE=DATE:20181227", "DTEND;VALUE=DATE:29991227"), "no sensible end"),
    ],
    ids=range(9),
)
def test_a_feed_that_would_lose_a_holiday_is_refused(text: str, why: str) -> None:
    with pytest.raises(CalendarRefused, match=why):
        read_icalendar(text)


def test_a_calendar_in_toml() -> None:
    calendar = WorkingCalendar.from_toml("""
        id = "head-office"
        tz = "Asia/Jerusalem"
        holidays = [2026-04-02, "2026-04-08", { date = 2026-04-22, name = "Independence Day" }]
        years = [2026, 2026]
        [weekly]
        sun = [["08:00", "12:00"], ["13:00", "17:00"]]
        thu = [["08:00", "13:00"]]
        [dated]
        2026-04-05 = [["08:00", "10:00"]]
    """)
    assert calendar.id == "head-office"
    assert not calendar.is_working_day(date(2026, 4, 2))
    assert calendar.elapsed(datetime(2026, 4, 5, tzinfo=UTC), datetime(2026, 4, 6, tzinfo=UTC)) == 2 * 3600
    with pytest.raises(CalendarRefused, match="line 1"):
        WorkingCalendar.from_toml("tz = Europe/London")
