"""The behaviour that other systems' tests and documents state (vectors of the kinds trace and metrics), by hand.

FH-23, FH-24 (replies to merged complaints) wait for the merge command; RT-20, SN-11, SN-12 are about the
configuration of other systems: what they guard against cannot be written here, and that is what is shown.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from complaintkit.commands import (
    BeginAssessment,
    MakePromise,
    PauseClocks,
    ReopenComplaint,
    ResumeClocks,
    ReviseCommitments,
)
from complaintkit.errors import CalendarRefused, PolicyRefused
from complaintkit.timekeeping import Months, Term, WorkingCalendar, parse_term
from complaintkit.values import SYSTEM
from complaintkit.vocabulary import CommitmentKind, CommitmentStatus, HoldReason, NoticeRule
from tests.commitments.clocked import FINAL, PROGRESS, Clocked, at, policy, regime
from tests.lives import AGENT, LEADER

COURT = HoldReason.COURT_STAY
ALWAYS = {"id": "always", "tz": "UTC", "weekend": []}
T0 = at(2, 10)


def hours(final: int, progress: int = 1000) -> dict[str, object]:
    """Commitments in working hours on a calendar that is always open."""
    bands = {f"P{n}" for n in range(1, 5)}
    return {
        "calendar": ALWAYS,
        "commitments": {
            "final": {band: {"working_hours": final} for band in bands},
            "progress": {band: {"working_hours": progress} for band in bands},
        },
    }


def timed(final: int, **rest: object) -> Clocked:
    return Clocked(policy(**hours(final), **rest)).registered(T0)


def test_cw_15_a_miss_does_not_wait_for_a_poller() -> None:
    """Disputed there: the peer says hit, because its job had not run. Missed by five hours is missed."""
    life = timed(1)
    life.act(T0 + timedelta(hours=6), MakePromise, AGENT, due=T0 + timedelta(days=9))  # nobody has swept
    life.withdrawn(T0 + timedelta(hours=6))
    assert life.owed().status is CommitmentStatus.BREACHED


def test_or_01_budget_consumed_and_ledger_are_stored_and_the_date_is_derived() -> None:
    life = registered_weeks()
    life.act(at(9), PauseClocks, reason=COURT)
    statute = next(owed for owed in life.complaint.commitments if owed.regime)
    assert statute.budget == 56 * 86_400 + 14 * 3600  # from 10:00 to the end of the 56th day after
    assert statute.consumed == 7 * 86_400 - 3600
    life.act(at(16), ResumeClocks)
    after = next(owed for owed in life.complaint.commitments if owed.regime)
    assert after.due == statute.due + timedelta(days=7)
    assert [(each.since, each.until) for each in after.suspensions] == [(at(9), at(16))]


def registered_weeks() -> Clocked:
    return Clocked(policy(regimes=[regime("statute", {"weeks": 8}, pauses=["court_stay"])])).registered(T0)


def test_erp_12_average_response_resolution_and_time_with_us() -> None:
    """Each message of the person asks, each of ours answers; what we had it is what the person did not wait for."""
    start = datetime(2020, 3, 4, 4, tzinfo=UTC)
    asked, answered = (
        (start, start + timedelta(hours=1)),
        (start + timedelta(minutes=15), start + timedelta(minutes=65)),
    )
    always = WorkingCalendar.from_dict(ALWAYS)
    waits = [always.elapsed(begin, end) for begin, end in zip(asked, answered, strict=True)]
    assert sum(waits) / 2 == 600
    assert always.elapsed(start, answered[-1]) == 3900
    assert always.elapsed(start, answered[-1], [(answered[0], asked[1])]) == 1200


def test_fh_21_closing_after_the_resolution_changes_no_time() -> None:
    life = Clocked().registered(at(2, 12), reach="p@example.org")
    life.delivered(at(2, 12, 30), NoticeRule.ACKNOWLEDGEMENT)
    settled = life.owed(CommitmentKind.ACKNOWLEDGE).settled_at
    life.withdrawn(at(3, 12))
    assert life.owed(CommitmentKind.ACKNOWLEDGE).settled_at == settled == at(2, 12, 30)


def test_glpi_33_a_month_is_a_calendar_month_and_thirty_days_are_said_so() -> None:
    """Disputed there: a month was a fixed number of seconds. Here both can be said."""
    always = WorkingCalendar.from_dict(ALWAYS)
    assert [Term(Months(n)).due(at(1, 0), always).date().isoformat() for n in (1, 2, 3, 4)] == [
        "2026-04-02", "2026-05-02", "2026-06-02", "2026-07-02",
    ]  # fmt: skip
    assert parse_term({"calendar_days": 30}).due(at(1, 0), always).date().isoformat() == "2026-04-01"


def test_jsm_02_a_new_cycle_leaves_the_old_one_as_history() -> None:
    life = Clocked().registered(T0)
    life.tick(at(1, month=4))
    life.withdrawn(at(2, month=4))
    life.act(at(9, month=4), ReopenComplaint, LEADER, reason="recurrence", words="Again")
    finals = [(owed.cycle, owed.status) for owed in life.complaint.commitments if owed.kind is FINAL]
    assert finals == [(1, CommitmentStatus.BREACHED), (2, CommitmentStatus.OPEN)]


def test_rt_11_zam_26_a_second_unanswered_message_moves_nothing() -> None:
    """The oldest thing that waits counts; an answer starts the next wait from itself."""
    life = Clocked().registered(T0, reach="p@example.org").triaged(at(3))
    due = life.owed(PROGRESS).due
    life.act(at(4), MakePromise, AGENT, due=at(20))  # another contact
    assert life.owed(PROGRESS).due == due


def test_rt_13_an_answer_on_the_way_does_not_move_the_final_date() -> None:
    life = Clocked().registered(T0, reach="p@example.org")
    due = life.owed().due
    life.delivered(at(2, 12), NoticeRule.ACKNOWLEDGEMENT)
    assert life.owed().due == due


def test_rt_14_nobody_who_can_be_answered_is_owed_no_acknowledgement() -> None:
    life = Clocked().registered(T0)
    assert life.complaint.commitment(CommitmentKind.ACKNOWLEDGE) is None


def test_rt_16_another_policy_keeps_the_origin() -> None:
    life = timed(2)
    assert life.owed().due == T0 + timedelta(hours=2)
    life.under(policy(**hours(4)))
    life.act(T0 + timedelta(hours=1), ReviseCommitments, LEADER, because="policy")
    assert life.owed().due == T0 + timedelta(hours=4)


def test_rt_17_rt_19_a_stalled_date_is_hidden_and_comes_back_later_by_as_much() -> None:
    life = timed(10)
    life.act(T0 + timedelta(hours=2), PauseClocks, reason=COURT)
    assert life.owed().paused_since is not None
    assert life.complaint.due == life.owed(PROGRESS).due, "a clock that stands has no date"
    life.act(T0 + timedelta(hours=5), ResumeClocks)
    assert life.owed().due == T0 + timedelta(hours=13)


def test_rt_20_a_weekday_that_does_not_exist_is_refused() -> None:
    with pytest.raises(CalendarRefused, match="weekday"):
        WorkingCalendar.from_dict({"tz": "UTC", "weekly": {"7": [["09:00", "17:00"]]}})


def test_sf_02_the_next_progress_report_counts_from_the_one_before() -> None:
    """Disputed by habit: Salesforce counts from the date that was allowed; here the longest silence counts (REF-1)."""
    life = Clocked().registered(T0)
    life.tick(at(16, 18))
    assert life.owed(PROGRESS).started_at == at(16, 17), "after a breach, from the date that was missed"


def test_sn_09_more_urgency_counts_from_receipt() -> None:
    life = Clocked(policy(**hours(20) | {"commitments": {
        "final": {"P1": {"working_hours": 8}, "P4": {"working_hours": 200}},
    }})).registered(T0)  # fmt: skip
    life.triaged(T0 + timedelta(hours=3), seriousness=4)
    assert life.owed().due == T0 + timedelta(hours=8)


def test_sn_11_sn_12_a_clock_that_could_never_run_cannot_be_written() -> None:
    """Start and pause conditions that exclude each other: a profile names reasons, and has no such conditions."""
    for wrong in (
        {"pause_reasons": ["new"]},
        {"commitments": {"final": {"P1": {"working_days": 1, "starts": "closed"}}}},
    ):
        with pytest.raises(PolicyRefused):
            policy(**wrong)


def test_zam_11_the_earliest_open_thing_is_what_is_due() -> None:
    bands = {f"P{n}" for n in range(1, 5)}
    ladder = {"acknowledge": 1, "progress": 2, "final": 3}
    office = {"tz": "Europe/Berlin", "weekly": {d: [["08:00", "18:00"]] for d in ("mon", "tue", "wed", "thu", "fri")}}
    profile = policy(
        calendar=office,
        commitments={kind: {band: {"working_hours": n} for band in bands} for kind, n in ladder.items()},
    )
    day = datetime(2013, 3, 21, 9, 30, tzinfo=UTC)
    life = Clocked(profile)
    life.clock.set(day)
    life.registered(day, reach="p@example.org")
    assert life.complaint.due == day + timedelta(hours=1)
    life.delivered(day + timedelta(minutes=30), NoticeRule.ACKNOWLEDGEMENT)
    assert life.complaint.due == day + timedelta(hours=2)
    life.act(day + timedelta(minutes=31), BeginAssessment)
    life.withdrawn(day + timedelta(hours=3))
    assert life.complaint.due is None
    assert life.desk.get(life.ref, SYSTEM).open_commitments == ()
