"""One test for each pain point of working time, deadlines and escalations that other systems are reported to have.

The number in a name is that of the list of pain points; the docstring says what went wrong elsewhere.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.adapters.memory import MemoryStore
from complaintkit.commands import (
    ExtendCommitment,
    ImportRecord,
    MakePromise,
    MergeDuplicate,
    PauseClocks,
    RecordTriage,
    ReopenComplaint,
    ResumeClocks,
    ReviseCommitments,
)
from complaintkit.commitments import CommitmentMoved, explain_commitment
from complaintkit.desk import ComplaintDesk, health
from complaintkit.errors import CalendarRefused, CalendarWarning, MalformedInput, NaiveDatetime, PolicyRefused
from complaintkit.policy import load_profile
from complaintkit.respond.closing import ComplaintReopened
from complaintkit.timekeeping import (
    REF_1,
    CalendarDays,
    Conventions,
    Counted,
    FrozenClock,
    Months,
    Roll,
    Term,
    WorkingCalendar,
    WorkingDays,
    WorkingHours,
    Years,
    explain,
    parse_term,
)
from complaintkit.timekeeping.icalendar import read_icalendar
from complaintkit.values import Actor
from complaintkit.vocabulary import (
    Channel,
    CommitmentKind,
    CommitmentStatus,
    Handling,
    HoldReason,
    NoticeRule,
    Role,
)
from tests.commitments.clocked import FINAL, PROGRESS, Clocked, at, policy, regime
from tests.lives import AGENT, LEADER, TRIAGE, levels

WEEK = ("mon", "tue", "wed", "thu", "fri")
DUE = at(30, 17)
COURT = HoldReason.COURT_STAY


def office(opens: str = "08:00", closes: str = "18:00", tz: str = "UTC", **rest: object) -> WorkingCalendar:
    return WorkingCalendar.from_dict({"tz": tz, "weekly": {day: [[opens, closes]] for day in WEEK}, **rest})


def registered(**changed: object) -> Clocked:
    return Clocked(policy(**changed) if changed else None).registered(at(2, 10))


# Business-time arithmetic ---------------------------------------------------------------------------


@given(st.integers(0, 20 * 24 * 60), st.integers(1, 60 * 3600), st.integers(1, 3600))
def test_pain_point_01_a_warning_lies_its_offset_of_working_time_before_the_date(
    start: int, whole: int, off: int
) -> None:
    """GLPI: the warning level came out at midnight when the deadline crossed a night."""
    calendar = office()
    assert calendar.add(at(2, 17), 4 * 3600) == at(3, 11)
    assert calendar.subtract(at(3, 11), 3600) == at(3, 10)
    due = calendar.add(at(2) + timedelta(minutes=start), whole)
    assert calendar.elapsed(calendar.subtract(due, off), due) == off


@given(st.integers(0, 20 * 24 * 60), st.integers(1, 60 * 3600), st.lists(st.integers(0, 10 * 24 * 60), max_size=4))
def test_pain_point_02_no_pause_pushes_a_date_out_of_opening_hours(start: int, budget: int, gaps: list[int]) -> None:
    """GLPI: a pause moved the deadline into the night."""
    calendar, begin, pauses = office(), at(2) + timedelta(minutes=start), []
    moment = begin
    for gap in gaps:
        pauses.append((moment, moment + timedelta(minutes=gap)))
        moment += timedelta(minutes=2 * gap)
    due = calendar.add(begin, budget, pauses)
    assert calendar.is_open(due - timedelta(microseconds=1)), "inside (open, close]"


def test_pain_point_03_a_day_ends_at_24_00_and_23_59_is_warned_about() -> None:
    """Zammad: "24/7" typed as 00:00 to 23:59 loses a minute each night."""
    with pytest.warns(CalendarWarning, match="23:59"):
        leaky = office("00:00", "23:59")
    whole = office("00:00", "24:00")
    assert (whole.elapsed(at(2, 0), at(4, 0)), leaky.elapsed(at(2, 0), at(4, 0))) == (2 * 86_400, 2 * 86_340)


def test_pain_point_04_working_hours_are_not_wall_clock_hours() -> None:
    """Chatwoot and others: breaches in wall-clock time although business hours were chosen."""
    assert Term(WorkingHours(4)).due(at(6, 16), office()) == at(9, 10)


def test_pain_point_05_a_day_may_have_a_lunch_break() -> None:
    """Chatwoot, Frappe: one span a day only."""
    split = WorkingCalendar.from_dict({"tz": "UTC", "weekly": {"tue": [["08:00", "12:00"], ["14:00", "18:00"]]}})
    assert split.add(at(3, 11), 2 * 3600) == at(3, 15)


def test_pain_point_06_an_old_date_is_reckoned_with_the_offset_of_its_own_day() -> None:
    """dbt_zendesk, Dynamics: today's UTC offset was used for old tickets."""
    london, zone = office("09:00", "17:00", "Europe/London"), ZoneInfo("Europe/London")
    for start in (datetime(2025, 3, 27, 15, tzinfo=zone), datetime(2025, 10, 23, 15, tzinfo=zone)):
        later = start + timedelta(days=364)  # the same weekday and wall time, a year on
        first, second = (london.add(begin, 20 * 3600).astimezone(zone) for begin in (start, later))
        assert (first.weekday(), first.time()) == (second.weekday(), second.time())


def test_pain_point_07_an_all_day_holiday_is_a_local_date() -> None:
    """Zammad: all-day events of iCalendar landed a day early west of UTC."""
    text = (
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20181225\r\nSUMMARY:Natal\r\nEND:VEVENT\r\nEND:VCALENDAR"
    )
    (holiday,) = read_icalendar(text)
    there = office(tz="America/Sao_Paulo").with_holidays([holiday], (2018, 2018))
    assert holiday.day == date(2018, 12, 25)
    assert not there.is_working_day(date(2018, 12, 25))
    assert there.is_working_day(date(2018, 12, 24))


def test_pain_point_08_an_explanation_lists_each_span_and_holiday_and_adds_up() -> None:
    """Zammad: a default feed closed the office on a day nobody knew of, and the maintainer's own sum was wrong."""
    calendar = office(holidays=[{"date": "2026-03-04", "name": "St. Martin"}])
    why = explain(Term(WorkingHours(25)), at(2, 10), calendar)
    assert [(span.since.day, span.seconds // 3600) for span in why.spans] == [(2, 8), (3, 10), (5, 7)]
    assert (why.budget, [holiday.name for holiday in why.holidays]) == (25 * 3600, ["St. Martin"])


def test_pain_point_09_a_holiday_added_later_moves_what_is_open_by_one_event_each() -> None:
    """Alaveteli: a new bank holiday moved nothing, and one of another part of the country was missing."""
    south, north = office(holidays=["2026-03-10"]), office(holidays=["2026-03-11"])
    anywhere = WorkingCalendar.union(south, north)
    assert not anywhere.is_working_day(date(2026, 3, 10)) and not anywhere.is_working_day(date(2026, 3, 11))  # noqa: PT018
    life = registered()
    life.tick(at(17))
    closed = [owed for owed in life.complaint.commitments if not owed.is_open]
    hours = {day: [["09:00", "17:00"]] for day in WEEK}
    life.under(policy(calendar={"id": "v2", "tz": "UTC", "weekly": hours, "holidays": ["2026-03-27"]}))
    life.act(at(18), ReviseCommitments, LEADER, because="calendar")
    assert [event.kind for event in life.events(CommitmentMoved)] == [FINAL, PROGRESS]
    assert life.owed().due == at(31, 17)
    assert [owed for owed in life.complaint.commitments if not owed.is_open] == closed


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en", (
            "Due on 5 March 2026 (2026-03-05) at 17:00 (UTC).", "The time allowed: 2 working days.",
            "Received on 2 March 2026 (2026-03-02).", "Counting begins after 2 March 2026 (2026-03-02).",
            "The time ends on 5 March 2026 (2026-03-05).", "Not counted: 4 March 2026 (2026-03-04), Founders.",
        )),
        ("he", (
            "המועד האחרון: 5 במרץ 2026 (2026-03-05) בשעה 17:00 (UTC).", "הזמן שנקבע: שני ימי עסקים.",
            "התקבל: 2 במרץ 2026 (2026-03-02).", "הספירה מתחילה אחרי 2 במרץ 2026 (2026-03-02).",
            "הזמן נגמר: 5 במרץ 2026 (2026-03-05).", "לא נספר: 4 במרץ 2026 (2026-03-04), Founders.",
        )),
        ("fa", (
            "پایان مهلت: ۵ مارس ۲۰۲۶ (2026-03-05) ساعت ۱۷:۰۰ (UTC).", "مهلت: ۲ روز کاری.",
            "دریافت: ۲ مارس ۲۰۲۶ (2026-03-02).", "شمارش پس از ۲ مارس ۲۰۲۶ (2026-03-02) آغاز می‌شود.",
            "مهلت در ۵ مارس ۲۰۲۶ (2026-03-05) پایان می‌یابد.", "شمرده نشد: ۴ مارس ۲۰۲۶ (2026-03-04)، Founders.",
        )),
    ],
)  # fmt: skip
def test_pain_point_10_people_can_read_how_a_date_came_about(language: str, lines: tuple[str, ...]) -> None:
    """Alaveteli: users and authorities asked for years how the date was reckoned."""
    calendar = office("09:00", "17:00", holidays=[{"date": "2026-03-04", "name": "Founders"}])
    told = explain(Term(WorkingDays(2), REF_1), at(2, 10), calendar).told(language)
    bare = [line.translate({0x2068: None, 0x2069: None}) for line in told]
    assert tuple(bare[: len(lines)]) == lines


def test_pain_point_11_an_extension_runs_from_the_end_before_any_roll() -> None:
    """A court service extended an already rolled date and was a day off (HMC-04: 12 June, not 13 June)."""
    courts = office(tz="Europe/London", holidays=["2017-05-29"])
    term = Term(CalendarDays(5), Conventions(roll=Roll.FORWARD)).extended(CalendarDays(14), CalendarDays(14))
    assert term.reckon(date(2017, 5, 8), courts).day == date(2017, 6, 12)


def test_pain_point_12_a_day_says_what_it_is() -> None:
    """Freshdesk changed what "1 day" means; ServiceNow takes it for 24 hours."""
    calendar = office("09:00", "17:00")
    assert Term(WorkingHours(24)).due(at(2), calendar) == at(4, 17)
    assert Term(WorkingDays(1), REF_1).due(at(2), calendar) == at(3, 17)
    with pytest.raises(MalformedInput, match="ambiguous"):
        parse_term({"days": 1})


def test_pain_point_13_what_is_idle_is_measured_by_the_same_calendar() -> None:
    """RT: an inactivity job fired after a weekend, because only the SLA knew the opening hours."""
    life = Clocked().registered(at(6, 16))  # a Friday
    life.tick(at(9, 8, 59))
    assert life.signals() == []
    assert life.owed(PROGRESS).due == at(20, 17), "ten working days of silence, no weekend among them"


def test_pain_point_14_there_is_always_a_calendar_and_always_a_zone() -> None:
    """OCA: a ticket without a team crashed; month ends went wrong; naive local dates were compared with UTC."""
    with pytest.raises(PolicyRefused, match="tz"):
        policy(calendar={"id": "none", "weekend": ["sat"]})
    assert load_profile().calendar.zone.key == "UTC"
    assert Term(Months(1)).reckon(date(2026, 1, 31), office()).day == date(2026, 2, 28)
    with pytest.raises(NaiveDatetime):
        office().add(datetime(2026, 1, 31, 9), 3600)  # noqa: DTZ001
    with pytest.raises(CalendarRefused):
        WorkingCalendar.from_dict({"tz": "UTC", "weekly": {}})


# Pause, reopen, policy change -----------------------------------------------------------------------


def test_pain_point_15_a_pause_costs_working_time_only() -> None:
    """ERPNext, Frappe: the hold was added to the start, or in wall time; five pull requests for the same fix."""
    calendar = office("10:00", "18:00")
    assert calendar.add(at(2, 10), 4 * 3600, [(at(2, 11), at(2, 13))]) == at(2, 16)
    assert calendar.add(at(2, 16), 4 * 3600, [(at(2, 17), at(3, 11))]) == at(3, 14)


def test_pain_point_16_another_policy_counts_from_the_origin_and_replays_the_pauses() -> None:
    """GLPI: a new priority attached a new SLA from opening and forgot the waiting time: breached at once."""
    life = registered()
    life.act(at(4), PauseClocks, reason=COURT)
    life.act(at(6), ResumeClocks)
    life.under(policy(commitments={"final": {"P4": {"working_days": 3}}}))
    life.act(at(6, 10), ReviseCommitments, LEADER, because="policy")
    assert life.owed().due == at(9, 17), "the 3rd, the 6th and the 9th count"
    life.tick(at(6, 11))
    assert life.owed().status is CommitmentStatus.OPEN


def test_pain_point_17_every_hour_of_a_complaint_is_booked_once() -> None:
    """Zammad, GLPI: the time between closing and reopening was counted, or booked as waiting."""
    life = registered()
    life.act(at(3), PauseClocks, reason=COURT)
    life.act(at(4), ResumeClocks)
    life.withdrawn(at(5))
    life.act(at(12), ReopenComplaint, LEADER, reason="recurrence", words="Again", clock="continue")
    life.act(at(13), PauseClocks, reason=HoldReason.AWAITING_COMPLAINANT, until=at(17))
    owed, hours = life.owed(), 3600
    calendar = life.desk.profile.calendar
    booked = {each.reason: calendar.elapsed(each.since, each.until or at(16)) for each in owed.suspensions}
    assert booked == {
        COURT: 8 * hours, HoldReason.CLOSED: 5 * 8 * hours, HoldReason.AWAITING_COMPLAINANT: 8 * hours,
    }  # fmt: skip
    assert owed.consumed + sum(booked.values()) == calendar.elapsed(at(2, 10), at(16))


def test_pain_point_18_a_date_set_by_hand_is_not_shifted_by_a_pause() -> None:
    """GLPI: a deadline set by hand moved by five minutes after a pause."""
    life = registered(regimes=[regime("statute", {"weeks": 8})])
    life.act(at(3), MakePromise, AGENT, due=at(20, 12))
    before = (life.owed(CommitmentKind.PROMISE).due, life.dues()["statute"])
    life.act(at(3), PauseClocks, reason=COURT)
    life.act(at(10), ResumeClocks)
    assert (life.owed(CommitmentKind.PROMISE).due, life.dues()["statute"]) == before


def test_pain_point_19_what_is_paused_cannot_be_breached() -> None:
    """GLPI: "violated" was shown while pending."""
    life = registered()
    life.act(at(3), PauseClocks, reason=COURT)
    life.tick(at(1, month=9))
    owed = life.owed()
    assert (owed.status, owed.paused_since, owed.is_overdue(at(1, month=9))) == (CommitmentStatus.OPEN, at(3), False)
    assert owed.remaining == 20 * 8 * 3600


def test_pain_point_20_a_complaint_may_wait_or_end_at_the_moment_it_begins() -> None:
    """alga-psa: a ticket created in a paused or closed status burned its clock, or kept it."""
    waits = registered()
    waits.act(at(2, 10), PauseClocks, reason=HoldReason.AWAITING_COMPLAINANT, until=at(9))
    assert (waits.owed().paused_since, waits.owed().consumed) == (at(2, 10), 0)
    ends = registered()
    ends.withdrawn(at(2, 10))
    ends.tick(at(1, month=9))
    assert {owed.status for owed in ends.complaint.commitments} == {CommitmentStatus.CANCELLED}
    assert ends.signals() == []


def test_pain_point_21_a_policy_that_is_withdrawn_escalates_no_more() -> None:
    """Zammad, Kayako: a deactivated SLA went on escalating."""
    life = registered(regimes=[regime("old", {"calendar_days": 15})])
    life.under(policy())
    life.act(at(9), ReviseCommitments, LEADER, because="policy")
    life.tick(at(1, month=6))
    old = next(owed for owed in life.complaint.commitments if owed.regime == "old")
    assert (old.status, old.signals) == (CommitmentStatus.CANCELLED, ())


def test_pain_point_21_a_merged_complaint_escalates_no_more() -> None:
    """Zammad: a merged ticket went on escalating."""
    life = registered()
    survivor = life.beside().registered(at(2, 10))
    life.act(at(3), MergeDuplicate, survivor=survivor.ref, shared="The same")
    life.tick(at(1, month=6))
    assert life.signals() == []
    assert {rung for rung, _ in survivor.signals(FINAL)} == {"warning", "breach", "escalation-1", "escalation-2"}


def test_pain_point_22_a_revision_is_explicit_and_signals_nothing_twice() -> None:
    """Zammad: a calendar edit reached no open ticket. Octopus: recalculating sent old breach notices again."""
    life = registered()
    life.tick(at(1, month=4))
    before = life.signals()
    for day in (2, 3):
        life.act(at(day, 10, month=4), ReviseCommitments, LEADER, because="policy")
        life.tick(at(day, 11, month=4))
    after = life.signals()
    assert after[: len(before)] == before
    keys = [(rung, when) for rung, when in after if when <= at(1, month=4)]
    assert len(keys) == len(set(keys))


def test_pain_point_23_a_closed_cycle_keeps_its_verdict_policy_and_calendar() -> None:
    """Jira: reconstruction judged closed cycles by today's goals."""
    life = registered()
    life.tick(at(31))
    old = next(owed for owed in life.complaint.commitments if owed.kind is FINAL)
    life.under(policy(commitments={"final": {"P4": {"working_days": 90}}}, calendar={"tz": "UTC", "weekend": []}))
    life.act(at(1, month=4), ReviseCommitments, LEADER, because="policy")
    life.act(at(1, month=4), ReviseCommitments, LEADER, because="calendar")
    assert next(owed for owed in life.complaint.commitments if owed.kind is FINAL) == old
    assert (old.status, old.due, old.term) == (CommitmentStatus.BREACHED, DUE, '{"working_days":20}')


def test_pain_point_24_one_clock_does_not_overrule_another() -> None:
    """Zammad: the update clock overruled the first response, and it escalated although the agent had answered last."""
    life = Clocked().registered(at(2, 10), reach="p@example.org")
    assert life.complaint.due == at(3, 17), "the earliest thing that is still owed"
    life.delivered(at(3, 10), NoticeRule.ACKNOWLEDGEMENT)
    assert life.complaint.due == at(16, 17)
    life.tick(at(5))
    assert life.signals() == []


@given(st.sampled_from(list(Channel)), st.sampled_from(list(Channel)))
def test_pain_point_25_the_channel_changes_no_date(one: Channel, other: Channel) -> None:
    """Zammad: an answer through the portal and one by e-mail were treated differently."""
    dues = [
        [c.due for c in Clocked().registered(at(2, 10), channel=each).complaint.commitments] for each in (one, other)
    ]
    assert dues[0] == dues[1]


def test_pain_point_26_waiting_for_the_complainant_has_a_clock_of_its_own() -> None:
    """osTicket: "overdue, why? I did my job", with a silent complainant."""
    life = registered()
    life.act(at(3), PauseClocks, reason=HoldReason.AWAITING_COMPLAINANT, until=at(17))
    life.tick(at(16, 18))
    assert life.owed().status is CommitmentStatus.OPEN
    assert life.owed(PROGRESS).cycle == 2, "the person is kept informed all the same"
    life.tick(at(17))
    assert (life.complaint.hold, life.owed().due) == (None, at(13, 17, month=4))


def test_pain_point_27_a_verdict_never_changes() -> None:
    """ERPNext: closed in time, reopened weeks later: always "failed"; and judged again after it was given."""
    life = Clocked().registered(at(2, 10), reach="p@example.org")
    life.delivered(at(3, 10), NoticeRule.ACKNOWLEDGEMENT)
    life.withdrawn(at(5))
    life.act(at(1, month=6), ReopenComplaint, LEADER, reason="recurrence", words="Again")
    life.tick(at(1, month=7))
    assert life.owed(CommitmentKind.ACKNOWLEDGE).status is CommitmentStatus.MET
    assert [o.status for o in life.complaint.commitments if o.kind is FINAL] == [
        CommitmentStatus.CANCELLED, CommitmentStatus.BREACHED,
    ]  # fmt: skip


def test_pain_point_28_nothing_runs_on_after_the_end() -> None:
    """Chatwoot: the next-response clock and the length of a miss went on growing after the resolution."""
    life = registered()
    life.withdrawn(at(5))
    before = life.complaint.commitments
    life.tick(at(1, month=9))
    assert life.complaint.commitments == before
    assert life.complaint.due is None


@pytest.mark.parametrize("effect", ["continue", "restart", "new_cycle", "review"])
def test_pain_point_29_a_reopening_says_what_the_clock_does(effect: str) -> None:
    """Dynamics: a global switch decided whether a reopened case continued or restarted."""
    life = registered()
    life.withdrawn(at(4, 12))
    life.act(at(11, 12), ReopenComplaint, LEADER, reason="recurrence", words="Again", clock=effect)
    assert [event.clock for event in life.events(ComplaintReopened)] == [effect]
    assert life.owed().due == (at(6, 17, month=4) if effect == "continue" else at(8, 17, month=4))


def test_pain_point_30_a_date_counts_from_its_declared_anchor() -> None:
    """GlobaLeaks: reopening a report silently reset the date until which it is kept."""
    keep = Counted("first_closed", Term(Years(6)))
    times = {"first_closed": at(5), "reopened": at(1, month=6)}
    assert keep.reckon(times, office()).day == date(2032, 3, 5)


# Escalations and notifications ----------------------------------------------------------------------


def test_pain_point_31_a_signal_is_one_for_each_cycle_and_rung() -> None:
    """GLPI: escalated at every run. Zammad: "once a day per type" swallowed a second deadline."""
    life = registered()
    for hour in range(1000):
        life.tick(at(2, 10) + timedelta(hours=hour))
    assert [rung for rung, _ in life.signals(FINAL)] == ["warning", "breach", "escalation-1", "escalation-2"]
    breached = [when for rung, when in life.signals(PROGRESS) if rung == "breach"]
    assert len(breached) == 2, "a new cycle has a signal of its own"


def test_pain_point_32_two_workers_fire_once() -> None:
    """Many: two workers, or a queue that delivers at least once, fired twice."""
    life = registered()
    workers = [ComplaintDesk(life.store, clock=FrozenClock(at(1, month=6))) for _ in range(2)]
    workers[0].tick()
    assert workers[1].tick() == 0
    assert len(life.signals(FINAL)) == 4


def test_pain_point_33_nobody_is_woken_at_night_and_the_time_stays_true() -> None:
    """Zammad: escalation mails at midnight and at weekends."""
    life = registered(regimes=[regime("days", {"calendar_days": 5})])
    life.tick(at(8, 1))
    breach = next(event for event in life.events() if getattr(event, "rung", "") == "breach")
    assert (breach.at.replace(microsecond=0), breach.not_before) == (at(8, 0), at(9, 9))


def test_pain_point_34_history_that_is_taken_in_signals_nothing() -> None:
    """osTicket: about 260 mails for resolved tickets after an upgrade."""
    clock = FrozenClock(at(2, 10))
    desk = ComplaintDesk(MemoryStore(), clock=clock)
    importer = Actor("importer", Role.SYSTEM, "import:test")
    for number in range(1000):
        received = at(2, 10) - timedelta(days=400 + number % 300)
        record = ImportRecord(record=f"r{number}", received_at=received, channel=Channel.EMAIL, state=Handling.CLOSED)
        desk.handle(record, importer)
    assert desk.tick() == 0


def test_pain_point_35_somebody_notices_when_nobody_sweeps() -> None:
    """Zammad: a release stopped all escalations silently. osTicket: jobs ran only when someone logged in."""
    life = registered()
    life.tick(at(3))
    found = health(life.store, at(1, month=4))
    assert (found.last_sweep, found.sound) == (at(3), False)
    life.tick(at(1, month=4))
    times = [when for _, when in life.signals()]
    assert times == sorted(times) and len(times) > 4  # noqa: PT018
    assert health(life.store, at(1, month=4)).sound


def test_pain_point_38_warnings_at_a_half_and_three_quarters_are_reckoned_anew_after_a_pause() -> None:
    """osTicket, libredesk: people ask for warnings at 50 and 75 percent."""
    ladder = [{"id": f"at-{n}", "percent": n, "to": "owner"} for n in (50, 75)]
    life = registered(ladder=ladder, commitments={"final": {"P4": {"working_hours": 40}}})
    life.act(at(3), PauseClocks, reason=COURT)
    life.act(at(4), ResumeClocks)
    life.tick(at(1, month=4))
    assert life.signals(FINAL) == [("at-50", at(5, 14)), ("at-75", at(6, 16))]


def test_pain_point_39_a_complaint_that_comes_back_is_more_urgent() -> None:
    """Frappe: reopening again and again must escalate."""
    life = registered().triaged(at(3), seriousness=2)
    assert life.complaint.band == "P3"
    life.withdrawn(at(4))
    life.act(at(9), ReopenComplaint, LEADER, reason="recurrence", words="Again")
    life.act(at(9, 10), RecordTriage, TRIAGE, levels=levels(seriousness=2), note="Again")
    assert life.complaint.band == "P2"


def test_a_commitment_explains_itself() -> None:
    """Pain points 8 and 10 for what is really owed: the rule, its source, the pauses and the extension."""
    life = registered(regimes=[regime("statute", {"weeks": 8}, pauses=["court_stay"])])
    life.act(at(3), PauseClocks, reason=COURT)
    life.act(at(5), ResumeClocks)
    own = next(owed for owed in life.complaint.commitments if owed.kind is FINAL and not owed.regime)
    fields = {"count": 2, "reason": "Ill", "notified_at": at(20)}
    life.act(at(20), ExtendCommitment, LEADER, commitment=own.id, **fields)
    for owed in life.complaint.commitments:
        why = explain_commitment(owed, life.desk.profile)
        assert (why.due, why.budget) == (owed.due, owed.budget)
    statute = next(owed for owed in life.complaint.commitments if owed.regime)
    why = explain_commitment(statute, life.desk.profile)
    assert (why.rule, why.source, why.reasons) == ("statute", "rules of statute", ("court_stay",))
    assert explain_commitment(life.owed(), life.desk.profile).to_dict()["term"] == {
        "working_days": 20, "extended_by": [{"working_days": 2}],
    }  # fmt: skip
