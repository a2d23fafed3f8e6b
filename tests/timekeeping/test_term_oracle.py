"""Terms, judged by pendulum where it can count, and by walking day after day where it cannot."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pendulum
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from complaintkit.errors import CalendarRefused, MalformedInput
from complaintkit.timekeeping import (
    AT_CLOSE,
    REF_1,
    STATUTORY,
    CalendarDays,
    Conventions,
    Count,
    Counted,
    EarlierOf,
    End,
    Hours,
    LaterOf,
    Months,
    Receipt,
    Roll,
    Term,
    Unit,
    Weeks,
    WorkingCalendar,
    WorkingDays,
    WorkingHours,
    Years,
    end_of_day,
    parse_term,
    zone_named,
)
from tests.timekeeping.oracle import calendars, instants

DAY = timedelta(days=1)
ZONES = [
    "Asia/Jerusalem",
    "Asia/Tehran",
    "Europe/London",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "America/New_York",
]
DATES = st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1))
KEYWORD = {CalendarDays: "days", Weeks: "weeks", Months: "months", Years: "years"}
CALENDAR_UNITS = st.builds(lambda unit, n: unit(n), st.sampled_from(list(KEYWORD)), st.integers(1, 60))
HOLIDAYS = ["2026-04-03", "2026-04-06", "2026-05-04"]


def week(zone: str = "Europe/London") -> WorkingCalendar:
    return WorkingCalendar.from_dict({"tz": zone, "weekend": ["sat", "sun"], "holidays": HOLIDAYS})


OFFICE = WorkingCalendar.from_dict({
    "tz": "Europe/London", "weekly": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    "holidays": HOLIDAYS,
})  # fmt: skip


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@given(DATES, CALENDAR_UNITS, st.sampled_from(ZONES))
def test_calendar_units_agree_with_pendulum(day: date, unit: Unit, zone: str) -> None:
    moved = pendulum.date(day.year, day.month, day.day).add(**{KEYWORD[type(unit)]: unit.n})
    found = Term(unit).reckon(day, week(zone))
    assert found.day == date(moved.year, moved.month, moved.day)
    inclusive = Term(unit, Conventions(count=Count.INCLUSIVE)).reckon(day, week(zone))
    clear = Term(unit, Conventions(count=Count.CLEAR)).reckon(day, week(zone))
    assert (inclusive.day, clear.day) == (found.day - DAY, found.day + DAY)


@given(DATES, st.sampled_from([*ZONES, "America/St_Johns", "America/Havana"]))
@example(date(1991, 3, 23), "Asia/Jerusalem")  # the clock skips midnight; pendulum's start_of("day") is an hour early
@example(date(2010, 11, 6), "America/St_Johns")  # the clock goes back over midnight
@example(date(2024, 11, 2), "America/Havana")  # the hour after midnight comes twice
def test_a_local_day_ends_when_the_wall_shows_the_next(day: date, zone: str) -> None:
    end = end_of_day(day, zone_named(zone)).timestamp()
    shown = [pendulum.from_timestamp(end + seconds, tz=zone).date() for seconds in (-1, 0, 1800, 3600, 7200)]
    assert shown[0] == day
    assert all(later == day + DAY for later in shown[1:])


@given(DATES, st.integers(0, 1439), CALENDAR_UNITS, st.sampled_from(ZONES))
def test_the_same_clock_time_agrees_with_pendulum(day: date, minute: int, unit: Unit, zone: str) -> None:
    start = pendulum.datetime(day.year, day.month, day.day, minute // 60, minute % 60, tz=zone, fold=0)
    moved = start.add(**{KEYWORD[type(unit)]: unit.n})
    assume(moved.utcoffset() == moved.replace(fold=1 - moved.fold).utcoffset())  # ambiguous: tested below
    due = Term(unit, Conventions(end=End.SAME_CLOCK)).due(datetime.fromtimestamp(start.timestamp(), UTC), week(zone))
    assert due.timestamp() == moved.timestamp()


def test_a_clock_time_that_is_skipped_or_repeated() -> None:
    term, zone = Term(CalendarDays(1), Conventions(end=End.SAME_CLOCK)), week("Europe/London")
    assert term.due(utc(2026, 3, 28, 1, 30), zone) == utc(2026, 3, 29, 1, 30)  # 01:30 is skipped: 02:30 summer time
    assert term.due(utc(2026, 10, 24, 0, 30), zone) == utc(2026, 10, 25, 0, 30)  # the first 01:30


@given(st.data(), st.integers(0, 30))
def test_working_days_agree_with_walking(data: st.DataObject, n: int) -> None:
    mapping, around = data.draw(calendars())
    calendar, start = WorkingCalendar.from_dict(mapping), data.draw(instants(around))
    day = start.astimezone(calendar.zone).date()
    legal = Term(WorkingDays(n)).reckon(start, calendar).day
    assert legal == walk(calendar, day, n)
    zero = walk(calendar, day, 0)
    if zero == day and start >= calendar.close_of_business(day):
        zero = walk(calendar, day, 1)
    due = WorkingDays(n).due(start, calendar)
    assert due == calendar.close_of_business(walk(calendar, zero, n)), "REF-1"
    assert due > start
    assert calendar.elapsed(due - timedelta(microseconds=1), due) > 0, "at a closing"


def walk(calendar: WorkingCalendar, day: date, n: int) -> date:
    """The n-th working day after a day, or for 0 the first one on or after it."""
    if n == 0:
        return day if calendar.is_working_day(day) else walk(calendar, day, 1)
    while n:
        day += DAY
        n -= calendar.is_working_day(day)
    return day


@given(
    st.integers(0, 40),
    st.lists(st.tuples(st.integers(0, 60 * 24), st.integers(0, 20 * 24)), max_size=3),
    st.sampled_from([WorkingDays, CalendarDays]),
    st.sampled_from([Count.EXCLUSIVE, Count.INCLUSIVE]),
)
def test_a_suspension_takes_out_each_day_at_whose_close_the_clock_stood(
    n: int, hours: list[tuple[int, int]], unit: type[WorkingDays | CalendarDays], count: Count
) -> None:
    """DESIGN section 5; counted here by walking over the days and asking at each close."""
    n = max(n, 1)
    start = utc(2026, 3, 23, 8)
    stood = [(start + timedelta(hours=a), start + timedelta(hours=a + b)) for a, b in hours]

    def counts(day: date) -> bool:
        if unit is WorkingDays and not OFFICE.is_working_day(day):
            return False
        close = OFFICE.close_of_business(day) if unit is WorkingDays else end_of_day(day, OFFICE.zone)
        return not any(since < close <= until for since, until in stood)

    day, left = date(2026, 3, 23) - (DAY if count is Count.INCLUSIVE else timedelta()), n
    while left:
        day += DAY
        left -= counts(day)
    assert Term(unit(n), Conventions(count=count)).reckon(start, OFFICE, stood).day == day


@given(st.integers(0, 200), st.lists(st.tuples(st.integers(0, 300), st.integers(0, 100)), max_size=3))
def test_a_suspension_of_hours_takes_out_its_hours(n: int, spans: list[tuple[int, int]]) -> None:
    start = utc(2026, 3, 23, 8)
    stood = [(start + timedelta(hours=a), start + timedelta(hours=a + b)) for a, b in spans]
    at, left = start, n
    while left:
        left -= not any(since <= at < until for since, until in stood)
        at += timedelta(hours=1)
    assert Term(Hours(n)).due(start, OFFICE, stood) == at
    assert Term(WorkingHours(n)).due(start, OFFICE, stood) == OFFICE.add(start, n * 3600, stood)


def test_a_roll_moves_once_and_either_way() -> None:
    sunday = Term(CalendarDays(6))  # Monday 30 March to Sunday 5 April; Good Friday 3 and Easter Monday 6
    start = date(2026, 3, 30)
    rolled = {roll: Term(CalendarDays(6), Conventions(roll=roll)).reckon(start, week()).day for roll in Roll}
    assert sunday.reckon(start, week()).day == date(2026, 4, 5)
    assert rolled == {
        Roll.NONE: date(2026, 4, 5),
        Roll.FORWARD: date(2026, 4, 7),
        Roll.BACKWARD: date(2026, 4, 2),
    }


def test_an_extension_counts_from_the_end_that_was_not_rolled() -> None:
    """Pain point 11 (HMC-04): 12 June, not 13 June."""
    courts = WorkingCalendar.from_dict({"tz": "Europe/London", "weekend": ["sat", "sun"], "holidays": ["2017-05-29"]})
    first = Term(CalendarDays(5), Conventions(roll=Roll.FORWARD)).extended(CalendarDays(14))
    assert first.reckon(date(2017, 5, 8), courts).day == date(2017, 5, 30)  # 27 May is a Saturday
    assert first.extended(CalendarDays(14)).reckon(date(2017, 5, 8), courts).day == date(2017, 6, 12)


def test_the_cut_off_of_a_receipt() -> None:
    """F5: deemed received on the next working day."""
    noon = Conventions(receipt=Receipt.ROLLED, cut_off=time(12))
    before, after, saturday = utc(2026, 3, 6, 11, 59), utc(2026, 3, 6, 12), utc(2026, 3, 7, 9)
    days = [Term(WorkingDays(1), noon).reckon(at, OFFICE).day for at in (before, after, saturday)]
    assert days == [date(2026, 3, 9), date(2026, 3, 10), date(2026, 3, 10)]
    at_close = Conventions(receipt=Receipt.ROLLED, cut_off=AT_CLOSE)
    assert Term(WorkingDays(1), at_close).reckon(utc(2026, 3, 6, 17), OFFICE).day == date(2026, 3, 10)
    assert Term(WorkingDays(1), at_close).reckon(date(2026, 3, 6), OFFICE).day == date(2026, 3, 9)


def test_a_month_is_not_thirty_days() -> None:
    """GLPI-33, disputed: a peer counts a fixed number of seconds."""
    assert Term(Months(1)).reckon(date(2026, 1, 31), week()).day == date(2026, 2, 28)
    assert Term(Months(2)).reckon(date(2026, 1, 31), week()).day == date(2026, 3, 31)
    assert Term(Months(6), Conventions(count=Count.INCLUSIVE)).reckon(date(2026, 8, 31), week()).day == date(
        2027, 2, 27
    )


def test_due_on_the_31st() -> None:
    """Pain point 14: comparing days of the month goes wrong at its end."""
    assert Term(WorkingDays(1)).reckon(utc(2026, 3, 30, 10), OFFICE).day == date(2026, 3, 31)
    assert Term(WorkingDays(1)).reckon(utc(2026, 3, 31, 10), OFFICE).day == date(2026, 4, 1)


def test_the_zone_of_the_rule_decides_the_day() -> None:
    late = utc(2026, 3, 2, 23)  # already the 3rd in Jerusalem
    assert Term(CalendarDays(1)).reckon(late, week()).day == date(2026, 3, 3)
    found = Term(CalendarDays(1), Conventions(zone="Asia/Jerusalem")).reckon(late, week())
    assert found.day == date(2026, 3, 4)
    assert found.at == utc(2026, 3, 4, 22)


def test_a_reckoning_tells_its_steps() -> None:
    conventions = Conventions(receipt=Receipt.ROLLED, roll=Roll.FORWARD)
    found = Term(CalendarDays(27), conventions).extended(CalendarDays(1)).reckon(
        date(2026, 3, 7), week(), [(date(2026, 3, 10), date(2026, 3, 12))]
    )  # fmt: skip
    assert found.to_dict() == {
        "at": "2026-04-08T23:00:00.000000Z",
        "day": "2026-04-08",
        "steps": [
            {"step": "received", "day": "2026-03-07"},
            {"step": "day_zero", "day": "2026-03-09"},
            {"step": "counted", "day": "2026-04-05"},
            {"step": "extended", "day": "2026-04-06"},
            {"step": "suspended", "day": "2026-04-08"},
        ],
        "provisional": False,
    }


def test_chains_and_choices() -> None:
    received = Counted("received", Term(WorkingDays(5)))
    chain = Counted(received, Term(WorkingDays(10)))
    anchors = {"received": utc(2026, 3, 2, 10), "event": date(2025, 1, 1)}
    assert received.reckon(anchors, week()).day == date(2026, 3, 9)
    assert chain.reckon(anchors, week()).day == date(2026, 3, 23)
    year = Counted("event", Term(Years(1)))
    assert EarlierOf((chain, year)).reckon(anchors, week()).day == date(2026, 1, 1)
    assert LaterOf((chain, year)).reckon(anchors, week()).day == date(2026, 3, 23)
    with pytest.raises(MalformedInput, match="acknowledged has not happened"):
        Counted("acknowledged", Term(Years(1))).reckon(anchors, week())
    with pytest.raises(MalformedInput, match="empty"):
        EarlierOf(()).reckon(anchors, week())


@pytest.mark.parametrize(
    "build",
    [
        lambda: Conventions(cut_off=time(17)),
        lambda: Conventions(zone="Mars/Olympus"),
        lambda: Term(Hours(2), Conventions(roll=Roll.FORWARD)),
        lambda: Term(Hours(2)).extended(WorkingDays(1)),
        lambda: Term(WorkingDays(2)).extended(Hours(1)),
        lambda: Term(CalendarDays(0), Conventions(count=Count.INCLUSIVE)),
        lambda: Term(CalendarDays(5), Conventions(end=End.CLOSE_OF_BUSINESS)),
        lambda: Term(CalendarDays(5), Conventions(end=End.SAME_CLOCK)).due(date(2026, 1, 1), OFFICE),
        lambda: Term(Hours(5)).due(date(2026, 1, 1), OFFICE),
        lambda: Term(CalendarDays(5)).due(utc(2026, 1, 1), OFFICE, [(date(2026, 1, 3), date(2026, 1, 2))]),
        lambda: Term(Years(9000)).due(date(2026, 1, 1), OFFICE),
        lambda: Term(Weeks(10**6)).due(date(2026, 1, 1), OFFICE),
        lambda: Term(CalendarDays(5)).due("2026-01-01", OFFICE),  # type: ignore[arg-type]
        lambda: Term(CalendarDays(5)).due(utc(2026, 1, 1).replace(tzinfo=None), OFFICE),
    ],
    ids=range(14),
)
def test_what_makes_no_deadline_is_refused(build: object) -> None:
    with pytest.raises(MalformedInput):
        build()  # type: ignore[operator]


def test_no_working_day_without_its_year() -> None:
    known = WorkingCalendar.from_dict({"tz": "UTC", "weekend": ["sat", "sun"], "years": [2026, 2026]})
    with pytest.raises(CalendarRefused):
        Term(WorkingDays(300)).due(date(2026, 1, 5), known)
    with pytest.raises(CalendarRefused):
        Term(CalendarDays(1), Conventions(roll=Roll.FORWARD)).due(date(2026, 12, 31), known)
    assert Term(CalendarDays(400)).reckon(date(2026, 1, 5), known).day == date(2027, 2, 9)


def test_terms_as_data() -> None:
    assert parse_term({"working_days": 5}) == WorkingDays(5)
    assert parse_term({"working_days": 5, "end": "midnight"}) == Term(
        WorkingDays(5), Conventions(receipt=Receipt.ROLLED, cut_off=AT_CLOSE, end=End.MIDNIGHT)
    )
    assert parse_term({"working_days": 5, "convention": "statutory"}) == Term(WorkingDays(5), STATUTORY)
    assert parse_term({"working_days": 5, "convention": "ref-1"}) == Term(WorkingDays(5), REF_1)
    assert parse_term({"working_days": 5, "receipt": "as_received"}).conventions.cut_off is None
    assert parse_term({
        "calendar_days": 30, "count": "clear", "receipt": "rolled", "cut_off": "17:00", "roll": "backward",
        "end": "close_of_business", "zone": "Asia/Tehran", "extended_by": [{"weeks": 2}],
    }) == Term(
        CalendarDays(30),
        Conventions(count=Count.CLEAR, receipt=Receipt.ROLLED, cut_off=time(17), roll=Roll.BACKWARD,
                    end=End.CLOSE_OF_BUSINESS, zone="Asia/Tehran"),
        (Weeks(2),),
    )  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        {"working_days": 5, "count": "guess"},
        {"working_days": 5, "count": 1},
        {"working_days": 5, "convention": "guess"},
        {"working_days": 5, "cut_off": "25:00"},
        {"working_days": 5, "cut_off": 17},
        {"working_days": 5, "zone": 1},
        {"working_days": 5, "zone": "Nowhere"},
        {"working_days": 5, "extended_by": {"weeks": 1}},
        {"working_days": 5, "extended_by": [{"days": 1}]},
        {"working_days": 5, "colour": "red"},
        {"count": "inclusive"},
    ],
    ids=range(11),
)
def test_terms_as_data_are_read_strictly(data: object) -> None:
    with pytest.raises(MalformedInput):
        parse_term(data)
