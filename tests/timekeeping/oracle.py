"""A minute-by-minute oracle for calendars: slow, obvious, and sharing no code with what it judges.

It reads the same mapping as ``WorkingCalendar.from_dict``, asks the wall clock of the zone at every
minute, and counts. Calendars are drawn with all their features; instants lie on whole minutes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE = timedelta(minutes=1)
HORIZON = 30 * 24 * 60

#: Zones and days around which something changes there.
SWITCHES = [
    ("Asia/Jerusalem", date(2025, 3, 28)),
    ("Asia/Jerusalem", date(2025, 10, 26)),
    ("Asia/Jerusalem", date(2012, 9, 23)),
    ("Asia/Tehran", date(2022, 3, 22)),
    ("Asia/Tehran", date(2022, 9, 21)),
    ("Asia/Tehran", date(2005, 9, 22)),
    ("Asia/Tehran", date(2023, 3, 22)),
    ("Europe/London", date(2025, 3, 30)),
    ("Europe/London", date(2025, 10, 26)),
    ("Australia/Sydney", date(2025, 4, 6)),
    ("Australia/Sydney", date(2025, 10, 5)),
    ("Australia/Lord_Howe", date(2025, 4, 6)),
    ("Australia/Lord_Howe", date(2025, 10, 5)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("America/St_Johns", date(2010, 11, 7)),
    ("America/Havana", date(2024, 11, 3)),
    ("UTC", date(2026, 3, 1)),
]


def minutes(clock: str) -> int:
    """Minutes since midnight."""
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


class Oracle:
    """What a mapping says about single minutes."""

    def __init__(self, mapping: dict[str, Any]) -> None:
        self.mapping = mapping
        self.zone = ZoneInfo(mapping["tz"])
        self.holidays = {date.fromisoformat(day) for day in mapping["holidays"]}
        self.dated = {date.fromisoformat(day): spans for day, spans in mapping["dated"].items()}

    def spans(self, day: date) -> list[list[str]]:
        """What is written for a date."""
        if day in self.dated:
            return self.dated[day]
        if day in self.holidays:
            return []
        for period in self.mapping["periods"]:
            if date.fromisoformat(period["from"]) <= day <= date.fromisoformat(period["to"]):
                return period["weekly"].get(NAMES[day.weekday()], [])
        return self.mapping["weekly"].get(NAMES[day.weekday()], [])

    def open(self, at: datetime) -> bool:
        """Whether the wall clock, at this minute, shows a time within the hours of its date."""
        wall = at.astimezone(self.zone)
        day, minute = wall.date(), wall.hour * 60 + wall.minute
        if any(minutes(begin) <= minute < minutes(end) for begin, end in self.spans(day)):
            return True
        if day in self.dated or day in self.holidays:
            return False
        yesterday = self.spans(day - timedelta(days=1))
        return any(minutes(begin) <= minute + 1440 < minutes(end) for begin, end in yesterday)

    def worked(self, start: datetime, end: datetime, pauses: list[tuple[datetime, datetime]]) -> int:
        """Open minutes from ``start`` up to ``end`` that are in no pause."""
        count, at = 0, start
        while at < end:
            count += self.open(at) and not any(since <= at < until for since, until in pauses)
            at += MINUTE
        return count

    def due(self, start: datetime, budget: int, pauses: list[tuple[datetime, datetime]]) -> datetime | None:
        """When ``budget`` minutes are used up; nothing when that lies beyond the horizon."""
        at = start
        for _ in range(HORIZON):
            if self.open(at) and not any(since <= at < until for since, until in pauses):
                budget -= 1
                if budget <= 0:
                    return at + MINUTE if budget == 0 else at
            at += MINUTE
        return None


@st.composite
def day_spans(draw: st.DrawFn, night: bool = True) -> list[list[str]]:
    """The hours of one day: none, one or several spans, perhaps a night shift."""
    marks = draw(st.lists(st.integers(0, 24 * 12), max_size=6, unique=True).filter(lambda marks: len(marks) % 2 == 0))
    marks.sort()
    if night and marks and draw(st.booleans()):
        marks[-1] = 24 * 12 + draw(st.integers(1, 8 * 12))
    return [[text(begin), text(end)] for begin, end in zip(marks[::2], marks[1::2], strict=True)]


def text(mark: int) -> str:
    """A mark of five minutes as a clock text."""
    return f"{mark // 12:02}:{mark % 12 * 5:02}"


@st.composite
def weeks(draw: st.DrawFn) -> dict[str, list[list[str]]]:
    """Weekly hours without a night that runs into the next morning."""
    week = {name: draw(day_spans()) for name in NAMES}
    for name, following in zip(NAMES, (*NAMES[1:], NAMES[0]), strict=True):
        spans, morning = week[name], week[following]
        if spans and morning and minutes(spans[-1][1]) - 1440 > minutes(morning[0][0]):
            spans[-1][1] = "24:00"
    return week


def near(day: date) -> st.SearchStrategy[str]:
    """A date within some weeks, as text."""
    return st.integers(-5, 20).map(lambda days: (day + timedelta(days)).isoformat())


@st.composite
def calendars(draw: st.DrawFn) -> tuple[dict[str, Any], date]:
    """A calendar with all its features, and a day around which its zone does something."""
    zone, day = draw(st.sampled_from(SWITCHES))
    begin = day + timedelta(draw(st.integers(-10, 10)))
    return {
        "tz": zone,
        "weekly": draw(weeks().filter(lambda week: any(week.values()))),
        "holidays": draw(st.lists(near(day), max_size=3, unique=True)),
        "dated": draw(st.dictionaries(near(day), day_spans(), max_size=3)),
        "periods": draw(st.sampled_from([[], [1]]))
        and [{"from": f"{begin}", "to": f"{begin + timedelta(draw(st.integers(0, 9)))}", "weekly": draw(weeks())}],
    }, day


@st.composite
def instants(draw: st.DrawFn, day: date, spread: int = 3) -> datetime:
    """A whole minute around a day."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return noon + timedelta(minutes=draw(st.integers(-spread * 1440, spread * 1440)))
