"""The explanation of a date: what was counted adds up to the budget, whatever calendar, term and pauses."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.errors import UnknownName
from complaintkit.timekeeping import (
    REF_1,
    CalendarDays,
    Conventions,
    Hours,
    Months,
    Roll,
    Term,
    Weeks,
    WorkingCalendar,
    WorkingDays,
    WorkingHours,
    explain,
    parse_term,
    write_term,
)
from complaintkit.timekeeping.conventions import AT_CLOSE, STATUTORY, Count, End, Receipt
from complaintkit.vocabulary import Language

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
CALENDARS = [
    WorkingCalendar.from_dict({"tz": "UTC", "weekly": {d: [["09:00", "17:00"]] for d in ("mon", "tue", "wed")}}),
    WorkingCalendar.from_dict(
        {"tz": "Asia/Jerusalem", "weekly": {d: [["08:00", "12:00"], ["13:00", "24:00"]] for d in ("sun", "mon", "thu")}}
    ),
    WorkingCalendar.from_dict(
        {"tz": "Australia/Lord_Howe", "weekly": {d: [["22:00", "30:00"]] for d in ("fri", "sat")}}
    ),
    WorkingCalendar.from_dict({"tz": "Europe/London", "weekend": ["sat", "sun"], "holidays": ["2026-04-03"]}),
]
TERMS = st.one_of(
    st.builds(Hours, st.integers(0, 300)),
    st.builds(WorkingHours, st.integers(0, 90)),
    st.builds(WorkingDays, st.integers(0, 15)),
    st.builds(CalendarDays, st.integers(0, 60)),
    st.builds(Weeks, st.integers(0, 8)),
    st.builds(Months, st.integers(0, 3)),
).map(lambda unit: Term(unit, unit.usual))
PAUSES = st.lists(st.tuples(st.integers(0, 30_000), st.integers(0, 6_000)), max_size=3).map(
    lambda pairs: [(MONDAY + timedelta(minutes=a), MONDAY + timedelta(minutes=a + b)) for a, b in pairs]
)


def minutes_counted(
    calendar: WorkingCalendar, begin: datetime, end: datetime, pauses: list[tuple[datetime, datetime]]
) -> int:
    """Minute by minute: open, and in no pause."""
    count, at = 0, begin
    while at < end:
        count += calendar.is_open(at) and not any(since <= at < until for since, until in pauses)
        at += timedelta(minutes=1)
    return count


@given(st.sampled_from(CALENDARS), TERMS, st.integers(0, 20_000), PAUSES)
def test_the_spans_add_up_to_the_budget(
    calendar: WorkingCalendar, term: Term, minute: int, pauses: list[tuple[datetime, datetime]]
) -> None:
    start = MONDAY + timedelta(minutes=minute)
    why = explain(term, start, calendar, pauses)
    assert why.due == term.due(start, calendar, pauses)
    ends = [moment for span in why.spans for moment in (span.since, span.until)]
    assert ends == sorted(ends)
    assert all(start <= moment <= max(why.due, start) for moment in ends)
    assert sum(span.seconds for span in why.spans) == why.budget
    if isinstance(term.unit, Hours | WorkingHours):
        assert why.budget == term.unit.n * 3600
    assert not any(
        since < span.until and span.since < until for since, until in pauses if since < until for span in why.spans
    )


@given(st.sampled_from(CALENDARS), st.integers(0, 12), st.integers(0, 5_000), PAUSES)
def test_what_was_counted_is_what_a_watch_on_the_wall_counts(
    calendar: WorkingCalendar, n: int, minute: int, pauses: list[tuple[datetime, datetime]]
) -> None:
    start = MONDAY + timedelta(minutes=minute)
    why = explain(Term(WorkingHours(n)), start, calendar, pauses)
    if why.due - start < timedelta(days=12):
        assert minutes_counted(calendar, start, why.due, pauses) * 60 == why.budget


@given(TERMS, st.sampled_from(list(Language)))
def test_it_can_be_told_in_every_language(term: Term, language: Language) -> None:
    why = explain(term, MONDAY, CALENDARS[3], [(MONDAY + timedelta(days=1), MONDAY + timedelta(days=2))])
    told = why.told(language)
    assert len(told) >= 4
    assert not any("{" in line for line in told)


def test_it_says_holidays_pauses_extensions_rolls_and_the_calendar() -> None:
    bank = WorkingCalendar.from_dict(
        {"id": "bank", "tz": "Europe/London", "weekend": ["sat", "sun"],
         "holidays": [
             {"date": "2026-04-03", "name": "Good Friday"}, {"date": "2026-04-06", "name": "Easter", "estimated": True},
         ]}
    )  # fmt: skip
    term = Term(CalendarDays(20), Conventions(roll=Roll.FORWARD)).extended(CalendarDays(11))
    stood = [(datetime(2026, 3, 10, 9, tzinfo=UTC), datetime(2026, 3, 11, 9, tzinfo=UTC))]
    why = explain(
        term, datetime(2026, 3, 2, 9, tzinfo=UTC), bank, stood, reasons=("court_stay",), rule="act", source="s 1"
    )
    assert [(step.name, step.day.isoformat()) for step in why.reckoning.steps] == [
        ("received", "2026-03-02"), ("day_zero", "2026-03-02"), ("counted", "2026-03-22"), ("extended", "2026-04-02"),
        ("suspended", "2026-04-03"), ("rolled", "2026-04-07"),
    ]  # fmt: skip
    data = why.to_dict()
    assert data["calendar"] == {"id": "bank", "digest": bank.digest, "zone": "Europe/London"}
    assert data["pauses"] == [
        {"from": "2026-03-10T09:00:00.000000Z", "to": "2026-03-11T09:00:00.000000Z", "reason": "court_stay"}
    ]
    told = "\n".join(why.told("en"))
    for words in (
        "Set by act. Source: s 1.",
        "stayed by a court",
        "With the extension",
        "That is no working day",
        "24:00",
    ):
        assert words in told
    assert data["provisional"] is True
    assert "provisional" in told


def test_a_date_alone_begins_at_midnight() -> None:
    why = explain(Term(Weeks(1)), date(2026, 3, 2), CALENDARS[0])
    assert why.to_dict()["start"] == "2026-03-02"
    assert why.budget == 8 * 86_400


def test_a_language_without_a_catalogue_is_a_typed_error() -> None:
    with pytest.raises(UnknownName):
        explain(Term(Weeks(1)), MONDAY, CALENDARS[0]).told("xx")


CONVENTIONS = st.builds(
    Conventions,
    count=st.sampled_from(Count),
    receipt=st.just(Receipt.ROLLED),
    cut_off=st.sampled_from([None, AT_CLOSE]),
    roll=st.sampled_from([Roll.FORWARD, Roll.BACKWARD]),
    end=st.sampled_from(End),
    zone=st.sampled_from([None, "Asia/Tehran"]),
)


@given(st.one_of(st.just(STATUTORY), st.just(REF_1), CONVENTIONS), st.integers(1, 9), st.booleans())
def test_a_term_is_read_back_as_it_was_written(conventions: Conventions, n: int, extended: bool) -> None:
    for unit in (WorkingDays(n), CalendarDays(n), Months(n)):
        if isinstance(unit, WorkingDays) or conventions != REF_1:
            term = Term(unit, conventions, (Weeks(2),) if extended else ())
            read = parse_term(write_term(term))
            assert (read if isinstance(read, Term) else Term(read, read.usual)) == term
