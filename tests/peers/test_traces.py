"""The behaviour that other systems' tests and documents state (vectors of the kinds trace and metrics), by hand.

Each test names its vectors. RT-20, SN-11, SN-12 are about the configuration of other systems: what they guard
against cannot be written here, and that is what is shown. Where a vector is disputed, or a peer's habit is not ours,
the test says what each of the two comes to.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from complaintkit.commands import (
    AcceptOutcome,
    AgreeResolution,
    CloseComplaint,
    KeepCommitment,
    MakePromise,
    MergeDuplicate,
    PauseClocks,
    RecordContact,
    ReopenComplaint,
    ResumeClocks,
    ReviseCommitments,
    SkipEarlyResolution,
    StartEvaluation,
    TryEarlyResolution,
)
from complaintkit.desk import ComplaintDesk
from complaintkit.errors import CalendarRefused, PolicyRefused
from complaintkit.journal import encode_entry
from complaintkit.ports import Batch, Head
from complaintkit.receive.duplicates import ComplaintMerged
from complaintkit.timekeeping import FrozenClock, Months, Term, WorkingCalendar, format_instant, parse_term
from complaintkit.values import Personal
from complaintkit.vocabulary import (
    Channel,
    ClosureReason,
    CommitmentKind,
    CommitmentStatus,
    Direction,
    Handling,
    HoldReason,
    NoticeRule,
)
from tests.commitments.clocked import FINAL, PROGRESS, Clocked, at, policy, regime
from tests.conformance import sla
from tests.lives import AGENT, HANDLER, LEADER, PERSON

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


def contact(life: Clocked, when: datetime, direction: Direction = Direction.INCOMING) -> None:
    life.act(when, RecordContact, AGENT, text="Any news?", direction=direction)


def shown(life: Clocked) -> datetime | None:
    """The date of the final response as people are shown it; none while its clock stands."""
    return life.owed().due if life.owed().paused_since is None else None


def answer_due(life: Clocked) -> datetime | None:
    """When the person is owed the next word: our first answer, or a word that we gave."""
    owed = [
        c for c in life.complaint.open_commitments if c.kind in (CommitmentKind.ACKNOWLEDGE, CommitmentKind.PROMISE)
    ]
    return min((c.due for c in owed), default=None)


def resolved(life: Clocked, when: datetime) -> None:
    """Settled with the person, who cannot be written to: the agreement is the answer."""
    life.act(when, TryEarlyResolution, AGENT, paraphrase="Late")
    life.act(when, AgreeResolution, AGENT, terms="Ten back", words="Yes", channel=Channel.PHONE)


def test_every_vector_that_is_for_a_test_by_hand_has_its_test() -> None:
    file = json.loads((Path(sla.__file__).parent / "sla_vectors.json").read_text(encoding="utf-8"))
    ids = {v["id"].lower().replace("-", "_") for v in file["vectors"] if v["kind"] in sla.BY_HAND}
    names = [f"{name}_" for name in globals() if name.startswith("test_")]
    assert len(ids) == 21
    assert {each for each in ids if not any(f"_{each}_" in name for name in names)} == set()


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
    workers = [ComplaintDesk(life.store, life.desk.profile, clock=FrozenClock(at(1, month=9))) for _ in range(2)]
    for worker in workers:
        worker.tick()
    raised = [event.rung for event in life.events() if getattr(event, "commitment", "") == after.id]
    assert len(raised) == len(set(raised)) > 1


def registered_weeks() -> Clocked:
    return Clocked(policy(regimes=[regime("statute", {"weeks": 8}, pauses=["court_stay"])])).registered(T0)


def test_erp_12_average_response_resolution_and_time_with_us() -> None:
    """Each message of the person asks, each of ours answers; what we had it is what the person did not wait for."""
    life, start = Clocked(), datetime(2020, 3, 4, 4, tzinfo=UTC)
    life.clock.set(start)
    life.registered(start)
    for minutes, direction in ((0, "incoming"), (15, "outgoing"), (60, "incoming"), (65, "outgoing")):
        contact(life, start + timedelta(minutes=minutes), Direction(direction))
    asked = [c.at for c in life.complaint.contacts if c.direction is Direction.INCOMING]
    answered = [c.at for c in life.complaint.contacts if c.direction is Direction.OUTGOING]
    always = WorkingCalendar.from_dict(ALWAYS)
    assert sum(always.elapsed(*wait) for wait in zip(asked, answered, strict=True)) / 2 == 600
    assert always.elapsed(start, answered[-1]) == 3900
    assert always.elapsed(start, answered[-1], [(answered[0], asked[1])]) == 1200


def test_fh_21_closing_after_the_resolution_changes_no_time() -> None:
    days = ("mon", "tue", "wed", "thu", "fri")
    office = {"id": "office", "tz": "UTC", "weekly": {day: [["10:00", "18:00"]] for day in days}}
    life = Clocked(policy(calendar=office)).registered(at(2, 12)).triaged(at(2, 12))
    calendar, times = life.desk.profile.calendar, []

    def note() -> None:
        settled = life.owed().settled_at
        times.append(calendar.elapsed(at(2, 12), settled) if settled else None)

    note()
    resolved(life, at(2, 12, 30))
    note()
    life.act(at(3, 12), StartEvaluation)
    life.act(at(3, 12), AcceptOutcome, PERSON, words="Fine", channel=Channel.PHONE)
    life.act(at(3, 12), CloseComplaint)
    note()
    assert times == [None, 1800, 1800]


def two() -> tuple[Clocked, Clocked]:
    """Two complaints of one person on one desk."""
    first = Clocked().registered(T0)
    return first, first.beside().registered(T0)


def test_fh_23_a_reply_to_a_merged_complaint_lands_on_its_survivor() -> None:
    """Pain point 40: elsewhere it reopens the wrong one."""
    merged, survivor = two()
    merged.act(at(3), MergeDuplicate, survivor=survivor.ref, shared="The same")
    before = merged.complaint
    contact(merged, at(4))
    assert merged.complaint == before
    assert (before.handling, before.closure and before.closure.reason) == (Handling.CLOSED, ClosureReason.MERGED)
    assert [(c.at, c.via) for c in survivor.complaint.contacts] == [(at(4), (merged.ref,))]


def test_fh_24_in_a_damaged_circle_a_reply_is_kept_where_it_was_said() -> None:
    first, second = two()
    first.act(at(3), MergeDuplicate, survivor=second.ref, shared="The same")
    damage(second, into=first.ref)
    assert (first.complaint.merged_into, second.complaint.merged_into) == (second.ref, first.ref)
    contact(first, at(4))
    assert ([c.via for c in first.complaint.contacts], second.complaint.contacts) == ([()], ())


def damage(life: Clocked, into: str) -> None:
    """Write into the book what no command writes."""
    event = ComplaintMerged(
        target=Handling.CLOSED, into=into, shared=Personal(ref="damage/shared", commitment="none"), consent=None,
        owed=(), moved=(),
    )  # fmt: skip
    with life.store.transaction() as unit:
        head = unit.head()
        pin = life.desk.profile.pin
        place = ("complaintkit/main", head.frontier.size, life.ref, life.complaint.version + 1)
        record = encode_entry(*place, event, at(3), at(3), HANDLER, "damage", pin)
        unit.commit(Batch(entries=[record], head=Head(head.frontier.append(record.leaf), format_instant(at(3)))))


def test_glpi_33_a_month_is_a_calendar_month_and_thirty_days_are_said_so() -> None:
    """Disputed there: a month was a fixed number of seconds. Here both can be said."""
    always = WorkingCalendar.from_dict(ALWAYS)
    assert [Term(Months(n)).due(at(1, 0), always).date().isoformat() for n in (1, 2, 3, 4)] == [
        "2026-04-02", "2026-05-02", "2026-06-02", "2026-07-02",
    ]  # fmt: skip
    assert parse_term({"calendar_days": 30}).due(at(1, 0), always).date().isoformat() == "2026-04-01"


def test_jsm_02_a_new_cycle_leaves_the_old_one_as_history() -> None:
    life = Clocked().registered(T0).triaged(T0)
    resolved(life, at(3))
    life.act(at(4), StartEvaluation)
    life.act(at(4), AcceptOutcome, PERSON, words="Fine", channel=Channel.PHONE)
    life.act(at(4), CloseComplaint)
    life.act(at(9), ReopenComplaint, LEADER, reason="recurrence", words="Again")
    finals = [(owed.cycle, owed.status, owed.settled_at) for owed in life.complaint.commitments if owed.kind is FINAL]
    assert finals == [(1, CommitmentStatus.MET, at(3)), (2, CommitmentStatus.OPEN, None)]


def test_rt_11_a_second_unanswered_message_moves_nothing() -> None:
    """Set, answered, answered again, set by a new message, and left as it is by the one after it."""
    always = {"calendar": ALWAYS, "commitments": {"acknowledge": {f"P{n}": {"working_hours": 2} for n in range(1, 5)}}}
    life, dues = Clocked(policy(**always)).registered(T0, reach="p@example.org"), []
    dues.append(answer_due(life))
    life.delivered(T0 + timedelta(hours=1), NoticeRule.ACKNOWLEDGEMENT)
    dues.append(answer_due(life))
    contact(life, T0 + timedelta(hours=2), Direction.OUTGOING)
    dues.append(answer_due(life))
    contact(life, T0 + timedelta(hours=3))
    life.act(T0 + timedelta(hours=3), MakePromise, AGENT, due=T0 + timedelta(hours=5))
    dues.append(answer_due(life))
    before = life.complaint.commitments
    contact(life, T0 + timedelta(hours=4))
    dues.append(answer_due(life))
    assert dues == [T0 + timedelta(hours=2), None, None, T0 + timedelta(hours=5), T0 + timedelta(hours=5)]
    assert life.complaint.commitments == before
    life.act(T0 + timedelta(hours=4), KeepCommitment, AGENT, commitment=life.owed(CommitmentKind.PROMISE).id)
    assert answer_due(life) is None


def test_zam_26_the_oldest_unanswered_message_counts() -> None:
    """The peer cuts the seconds off."""
    calendar = {
        "tz": "Europe/Berlin", "holidays": ["2016-11-01"],
        "weekly": {day: [["08:00", "20:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    }  # fmt: skip
    first = {"acknowledge": {f"P{n}": {"working_hours": 20} for n in range(1, 5)}}
    life, start = Clocked(policy(calendar=calendar, commitments=first)), datetime(2016, 11, 7, 13, 26, 36, tzinfo=UTC)
    life.clock.set(start)
    life.registered(start, reach="p@example.org")
    dues = [life.complaint.due]
    contact(life, start + timedelta(hours=1))
    dues.append(life.complaint.due)
    assert dues == [datetime(2016, 11, 9, 9, 26, 36, tzinfo=UTC)] * 2


def test_rt_13_no_reply_moves_the_final_date() -> None:
    life = timed(2)
    dues = [shown(life)]
    contact(life, T0 + timedelta(minutes=30), Direction.OUTGOING)
    dues.append(shown(life))
    contact(life, T0 + timedelta(minutes=60))
    dues.append(shown(life))
    assert dues == [T0 + timedelta(hours=2)] * 3


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
    dues = [shown(life)]
    life.act(T0 + timedelta(hours=2), PauseClocks, reason=COURT)
    dues.append(shown(life))
    contact(life, T0 + timedelta(hours=5), Direction.OUTGOING)
    life.act(T0 + timedelta(hours=5), ResumeClocks)
    dues.append(shown(life))
    assert dues == [T0 + timedelta(hours=10), None, T0 + timedelta(hours=13)]
    assert life.complaint.due == T0 + timedelta(hours=13)


def test_rt_20_a_weekday_that_does_not_exist_is_refused() -> None:
    with pytest.raises(CalendarRefused, match="weekday"):
        WorkingCalendar.from_dict({"tz": "UTC", "weekly": {"7": [["09:00", "17:00"]]}})


def test_sf_02_the_next_progress_report_counts_from_the_one_before() -> None:
    """A habit that is not ours: Salesforce counts from the date that was allowed, and so lets silence grow.

    Here the next report is due four hours after the last one, which is never later; only after a breach, from the
    date that was missed.
    """
    day = {"mon": [["00:00", "24:00"]]}
    life = Clocked(policy(**hours(1000, progress=4))).registered(T0, reach="p@example.org").triaged(T0)
    life.act(T0, SkipEarlyResolution, reason="not_wanted")
    target = life.owed(PROGRESS).due
    life.delivered(T0 + timedelta(hours=1), NoticeRule.PROGRESS)
    theirs = WorkingCalendar.from_dict({"tz": "UTC", "weekly": day}).add(max(target, at(2, 11, 30)), 4 * 3600)
    assert (target, theirs) == (at(2, 14), at(2, 18))
    assert (life.owed(PROGRESS).started_at, life.owed(PROGRESS).due) == (at(2, 11), at(2, 15))
    life.tick(at(2, 16))
    assert life.owed(PROGRESS).started_at == at(2, 15), "after a breach, from the date that was missed"


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
    dues = [life.complaint.due]
    life.delivered(day + timedelta(minutes=30), NoticeRule.ACKNOWLEDGEMENT)
    dues.append(life.complaint.due)
    life.triaged(day + timedelta(minutes=31)).act(day + timedelta(minutes=31), SkipEarlyResolution, reason="not_wanted")
    life.delivered(day + timedelta(minutes=90), NoticeRule.PROGRESS)
    dues.append(life.complaint.due)
    life.withdrawn(day + timedelta(minutes=210))
    dues.append(life.complaint.due)
    assert dues == [day + timedelta(minutes=n) for n in (60, 120, 180)] + [None]
