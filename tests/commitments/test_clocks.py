"""Pause, resume, extend, revise, promise, reopen: each date reckoned by hand (EV-47 to EV-53, INV-51 to INV-54)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from complaintkit.commands import (
    ExtendCommitment,
    KeepCommitment,
    MakePromise,
    PauseClocks,
    ReopenComplaint,
    ResumeClocks,
    ReviseCommitments,
    TryEarlyResolution,
)
from complaintkit.commitments import (
    CommitmentExtended,
    CommitmentMade,
    CommitmentMoved,
    CommitmentReleased,
    give_back,
    release,
    take_over,
    take_up,
)
from complaintkit.complaint import Complaint
from complaintkit.complaint.changing import changed
from complaintkit.complaint.step import Context, Happened
from complaintkit.errors import MalformedInput
from complaintkit.lifecycle import replay
from complaintkit.values import SYSTEM
from complaintkit.vocabulary import Band, CommitmentKind, CommitmentStatus, HoldReason, MoveReason
from tests.commitments.clocked import FINAL, PROGRESS, Clocked, at, policy, regime
from tests.lives import AGENT, LEADER, PERSON

#: Twenty working days after Monday, 2 March 2026, at close of business.
DUE = at(30, 17)
COURT = HoldReason.COURT_STAY
WAITING = HoldReason.AWAITING_COMPLAINANT


def registered(**changed: Any) -> Clocked:
    return Clocked(policy(**changed) if changed else None).registered(at(2, 10))


def test_a_commitment_says_what_it_rests_on() -> None:
    owed = registered().owed()
    assert (owed.due, owed.term, owed.cycle, owed.regime) == (DUE, '{"working_days":20}', 1, "")
    assert owed.budget == 20 * 8 * 3600 + 7 * 3600  # the rest of the first day, and twenty days
    assert owed.calendar.startswith("placeholder-utc#")


# Pauses ----------------------------------------------------------------------------------------------


def test_a_pause_takes_out_the_days_at_whose_close_the_clock_stood() -> None:
    life = registered()
    life.act(at(4, 12), PauseClocks, reason=COURT)
    stopped = life.owed()
    assert (stopped.paused_since, stopped.consumed) == (at(4, 12), (7 + 8 + 3) * 3600)
    assert stopped.remaining == stopped.budget - stopped.consumed
    life.act(at(6, 12), ResumeClocks)  # Wednesday and Thursday are out
    assert life.owed().due == at(1, 17, month=4)
    assert (life.owed().paused_since, life.complaint.hold) == (None, None)


def test_only_what_waits_for_the_same_thing_stands_still() -> None:
    life = Clocked().registered(at(2, 10), reach="p@example.org")
    life.act(at(3), PauseClocks, reason=COURT)
    assert {owed.kind for owed in life.complaint.open_commitments if owed.paused_since} == {FINAL}


@pytest.mark.parametrize("reason", [HoldReason.INTERNAL, HoldReason.CLOSED, COURT])
def test_only_what_the_profile_lists_stops_a_clock(reason: HoldReason) -> None:
    life = registered(pause_reasons=["awaiting_complainant"])
    assert life.rules(at(3), PauseClocks, reason=reason) == {"IT-08"}


def test_waiting_for_an_expert_is_recorded_and_stops_nothing() -> None:
    life = registered()
    assert life.act(at(3), PauseClocks, reason=HoldReason.AWAITING_EXPERT).hold is not None
    assert not any(owed.paused_since for owed in life.complaint.commitments)
    life.act(at(5), ResumeClocks)
    assert life.owed().due == DUE


def test_a_wait_for_the_complainant_has_an_end_and_ends_by_itself() -> None:
    life = registered()
    assert life.rules(at(3), PauseClocks, reason=WAITING) == {"INV-52"}
    assert life.rules(at(3), PauseClocks, reason=WAITING, until=at(3)) == {"INV-52"}
    life.act(at(3), PauseClocks, reason=WAITING, until=at(10))
    life.tick(at(12))
    assert life.complaint.hold is None
    assert life.owed().suspensions[0].until == at(10)
    assert life.owed().due == at(6, 17, month=4)  # five working days later


def test_the_person_may_end_the_wait() -> None:
    life = registered()
    life.act(at(3), PauseClocks, reason=WAITING, until=at(30))
    life.act(at(4), ResumeClocks, PERSON)
    assert life.owed().due == at(31, 17)


def test_one_hold_at_a_time_and_none_after_the_end() -> None:
    life = registered()
    assert life.rules(at(3), ResumeClocks) == {"EV-49"}
    life.act(at(3), PauseClocks, reason=COURT)
    assert life.rules(at(4), PauseClocks, reason=COURT) == {"EV-48"}
    life.withdrawn(at(5))
    assert life.complaint.hold is None
    assert life.rules(at(6), PauseClocks, reason=COURT) == {"IT-01"}


def test_a_clock_that_stands_does_not_run_out() -> None:
    life = registered()
    life.act(at(27), PauseClocks, reason=COURT)
    life.tick(at(20, month=5))
    assert life.owed().status is CommitmentStatus.OPEN
    life.withdrawn(at(20, month=5))
    assert life.owed().status is CommitmentStatus.CANCELLED


def test_a_pause_comes_too_late_for_what_is_overdue() -> None:
    life = registered()
    life.act(at(2, month=4), PauseClocks, reason=COURT)
    assert life.owed().paused_since is None
    life.tick(at(3, month=4))
    assert life.owed().status is CommitmentStatus.BREACHED


def test_what_begins_on_hold_begins_with_a_clock_that_stands() -> None:
    life = registered().triaged(at(3))
    life.act(at(4), PauseClocks, reason=COURT)
    life.act(at(5), TryEarlyResolution, AGENT, paraphrase="It came late")
    assert life.owed(CommitmentKind.EARLY_RESOLUTION).paused_since == at(5)
    life.act(at(9), ResumeClocks)
    assert life.owed(CommitmentKind.EARLY_RESOLUTION).due == at(11, 17)  # the 6th stood still: 9, 10 and 11 count


# Other regimes ---------------------------------------------------------------------------------------


def test_regimes_stand_side_by_side_and_the_strictest_is_shown() -> None:
    life = registered(regimes=[regime("weeks", {"weeks": 8}), regime("days", {"calendar_days": 15})])
    assert life.dues() == {"": DUE, "weeks": at(28, 0, month=4), "days": at(18, 0)}
    assert life.owed().regime == "days"


def test_a_legal_limit_is_a_pin_unless_its_own_rules_stop_it() -> None:
    rules = [regime("pinned", {"weeks": 8}), regime("stayed", {"weeks": 8}, pauses=["court_stay"])]
    life = registered(regimes=rules)
    life.act(at(3), PauseClocks, reason=COURT)
    life.act(at(10), ResumeClocks)
    assert life.dues() == {"": at(6, 17, month=4), "pinned": at(28, 0, month=4), "stayed": at(5, 0, month=5)}


def test_each_regime_has_its_own_verdict() -> None:
    life = registered(regimes=[regime("days", {"calendar_days": 15})])
    life.tick(at(20))
    status = {owed.regime: owed.status for owed in life.complaint.commitments if owed.kind is FINAL}
    assert status == {"": CommitmentStatus.OPEN, "days": CommitmentStatus.BREACHED}


# Extensions ------------------------------------------------------------------------------------------


def extension(life: Clocked, count: int = 10, **rest: Any) -> dict[str, Any]:
    given = {"commitment": life.owed().id, "count": count, "reason": "An expert is ill", "notified_at": at(20)}
    return {**given, **rest}


def test_an_extension_runs_from_the_end_and_is_reported_beside_the_first_date() -> None:
    life = registered()
    life.act(at(20), ExtendCommitment, LEADER, **extension(life))
    assert life.owed().due == at(13, 17, month=4)
    first = [event.due for event in life.events(CommitmentMade) if event.kind is FINAL]
    assert (first, [event.due for event in life.events(CommitmentExtended)]) == ([DUE], [at(13, 17, month=4)])


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"notified_at": None}, "IT-10"),
        ({"reason": None}, "IT-10"),
        ({"notified_at": at(21)}, "IT-10"),  # not yet
        ({"count": 11}, "EV-47"),
        ({"commitment": "nothing"}, "IT-09"),
    ],
)
def test_an_extension_is_told_first_and_no_longer_than_the_rules_allow(changed: dict[str, Any], rule: str) -> None:
    life = registered()
    assert rule in life.rules(at(20), ExtendCommitment, LEADER, **extension(life, **changed))


def test_two_extensions_together_are_no_longer_than_one_may_be() -> None:
    life = registered()
    life.act(at(20), ExtendCommitment, LEADER, **extension(life, 6))
    assert life.rules(at(21), ExtendCommitment, LEADER, **extension(life, 5)) == {"EV-47"}
    life.act(at(23), ExtendCommitment, LEADER, **extension(life, 4))
    assert life.owed().due == at(13, 17, month=4)


@pytest.mark.parametrize("when", [DUE, DUE + timedelta(seconds=1)])
def test_nothing_is_extended_on_its_date_or_after(when: datetime) -> None:
    life = registered()
    told = extension(life, notified_at=when)
    assert life.rules(when, ExtendCommitment, LEADER, **told) >= {"IT-09", "INV-53"}
    life.tick(at(31))
    assert life.rules(at(31), ExtendCommitment, LEADER, **told) >= {"IT-09"}


def test_what_the_rules_do_not_extend_is_not_extended() -> None:
    life = registered(regimes=[regime("days", {"calendar_days": 25})])
    assert life.owed().regime == "days"
    assert life.rules(at(20), ExtendCommitment, LEADER, **extension(life, unit="calendar_days")) == {"EV-47"}
    own = next(owed for owed in life.complaint.commitments if owed.kind is FINAL and not owed.regime)
    with pytest.raises(MalformedInput, match="ambiguous"):
        life.act(at(20), ExtendCommitment, LEADER, **extension(life, commitment=own.id, unit="days"))


def test_a_pause_after_an_extension_keeps_both() -> None:
    life = registered()
    life.act(at(20), ExtendCommitment, LEADER, **extension(life))
    life.act(at(23), PauseClocks, reason=COURT)
    life.act(at(24), ResumeClocks)
    assert life.owed().due == at(14, 17, month=4)


# Our own word ----------------------------------------------------------------------------------------


def test_our_own_word_stands_whatever_else_moves() -> None:
    life = registered()
    life.act(at(3), MakePromise, AGENT, due=at(5, 12), about="call_back")
    life.act(at(3), PauseClocks, reason=COURT)
    life.under(policy(calendar={"id": "other", "tz": "UTC", "weekend": ["mon"]}))
    life.act(at(4), ReviseCommitments, LEADER, because="calendar")
    word = life.owed(CommitmentKind.PROMISE)
    assert (word.due, word.about, word.term, word.paused_since) == (at(5, 12), "call_back", "", None)
    life.act(at(5, 12), KeepCommitment, AGENT, commitment=word.id)
    assert life.owed(CommitmentKind.PROMISE).status is CommitmentStatus.MET


def test_a_promise_lies_ahead_and_a_letter_is_not_kept_by_saying_so() -> None:
    life = registered()
    assert life.rules(at(3), MakePromise, AGENT, due=at(3)) == {"INV-52"}
    assert life.rules(at(3), KeepCommitment, AGENT, commitment=life.owed().id) == {"INV-33"}
    assert life.rules(at(3), KeepCommitment, AGENT, commitment="nothing") == {"INV-54"}


def test_a_broken_word_can_still_be_kept_late_and_stays_broken() -> None:
    life = registered()
    life.act(at(3), MakePromise, AGENT, due=at(4, 12))
    life.act(at(5), KeepCommitment, AGENT, commitment=life.owed(CommitmentKind.PROMISE).id)
    word = life.owed(CommitmentKind.PROMISE)
    assert (word.status, word.ended_at) == (CommitmentStatus.BREACHED, at(5))


# Revisions -------------------------------------------------------------------------------------------


def test_another_calendar_moves_what_is_open_by_one_event_each() -> None:
    four_days = {"id": "ours-2", "tz": "UTC", "weekend": ["fri", "sat", "sun"]}
    life = registered()
    life.tick(at(17))  # progress was breached on the 16th, and is owed again
    life.under(policy(calendar=four_days))
    assert life.owed().due == DUE, "nothing moves by itself"
    life.act(at(18), ReviseCommitments, LEADER, because="calendar")
    moved = life.events(CommitmentMoved)
    assert {(event.kind, event.because) for event in moved} == {
        (FINAL, MoveReason.CALENDAR), (PROGRESS, MoveReason.CALENDAR),
    }  # fmt: skip
    assert len(moved) == 2
    assert life.owed().due == at(7, 0, month=4)  # five weeks of four days, open until midnight
    first = next(owed for owed in life.complaint.commitments if owed.kind is PROGRESS and owed.cycle == 1)
    assert (first.due, first.status) == (at(16, 17), CommitmentStatus.BREACHED)
    life.act(at(19), ReviseCommitments, LEADER, because="calendar")
    assert life.events(CommitmentMoved) == moved, "the same again changes nothing"


def test_a_policy_change_counts_from_the_origin_with_the_pauses_replayed() -> None:
    life = registered()
    life.act(at(4), PauseClocks, reason=COURT)
    life.act(at(6), ResumeClocks)
    life.under(policy(commitments={"final": {"P4": {"working_days": 10}}}))
    life.act(at(9), ReviseCommitments, LEADER, because="policy")
    assert life.owed().due == at(18, 17)  # the tenth day is the 16th, and two stood still


def test_what_no_rule_grants_any_more_is_owed_no_more() -> None:
    life = registered(regimes=[regime("old", {"weeks": 8})])
    life.under(policy())
    life.act(at(9), ReviseCommitments, LEADER, because="policy")
    assert [event.kind for event in life.events(CommitmentReleased)] == [FINAL]
    assert life.owed().regime == ""


def test_more_urgency_only_ever_brings_forward() -> None:
    life = registered().triaged(at(3), seriousness=3)
    assert life.owed().due == at(16, 17)
    assert {event.because for event in life.events(CommitmentMoved)} == {MoveReason.URGENCY}


# Merging ---------------------------------------------------------------------------------------------


def context(life: Clocked, when: datetime) -> Context:
    profile = life.desk.profile
    return Context(now=when, occurred=when, actor=SYSTEM, command_id="merge-1", ref=life.ref, profile=profile)


def after(complaint: Complaint, events: Iterator[Any], ctx: Context) -> Complaint:
    return replay(complaint, [(ctx.ref, Happened(event, ctx.occurred)) for event in events], ctx).complaint


def final_due(complaint: Complaint) -> datetime | None:
    owed = complaint.commitment(FINAL)
    return owed.due if owed else None


def test_the_survivor_runs_from_the_earliest_receipt_and_gets_its_own_back() -> None:
    early, late = Clocked().registered(at(2, 10)), Clocked().registered(at(5, 10))
    ctx = context(late, at(6))
    joined = after(late.complaint, take_over(late.complaint, at(2, 10), None, ctx), ctx)
    assert final_due(joined) == final_due(early.complaint) == DUE
    joined = changed(joined, received_at=at(2, 10))
    parted = after(joined, give_back(joined, at(5, 10), None, ctx), ctx)
    assert [c.due for c in parted.commitments] == [c.due for c in late.complaint.commitments]
    assert after(early.complaint, take_over(early.complaint, at(2, 10), None, ctx), ctx) == early.complaint


def test_an_acknowledgement_confirms_its_own_receipt() -> None:
    late = Clocked().registered(at(5, 10), reach="p@example.org")
    ctx = context(late, at(5, 11))
    joined = after(late.complaint, take_over(late.complaint, at(2, 10), None, ctx), ctx)
    assert joined.commitment(CommitmentKind.ACKNOWLEDGE) == late.complaint.commitment(CommitmentKind.ACKNOWLEDGE)


@pytest.mark.parametrize(("band", "due"), [(Band.P1, at(12, 17)), (Band.P4, at(2, 17, month=4))])
def test_a_more_urgent_band_brings_forward_and_a_milder_one_nothing(band: Band, due: datetime) -> None:
    late = Clocked().registered(at(5, 10)).triaged(at(5, 11), seriousness=2)
    own = final_due(late.complaint)
    ctx = context(late, at(6))
    joined = after(late.complaint, take_over(late.complaint, at(5, 10), band, ctx), ctx)
    assert own is not None
    assert final_due(joined) == min(due, own)
    assert joined.triage is not None
    joined = changed(joined, triage=changed(joined.triage, band=min(band, joined.triage.band)))
    assert final_due(after(joined, give_back(joined, at(5, 10), late.complaint.band, ctx), ctx)) == own


def test_what_was_given_up_is_owed_again_and_a_wait_ends_with_the_merging() -> None:
    life = Clocked().registered(at(2, 10))
    life.act(at(4), PauseClocks, reason=HoldReason.COURT_STAY)
    before = life.complaint
    merging, parting = context(life, at(6)), context(life, at(9))
    gone = after(before, release(before, at(6), merging), merging)
    assert {c.status for c in gone.commitments} == {CommitmentStatus.CANCELLED}
    again = after(gone, take_up(gone, tuple(c.id for c in gone.commitments), parting), parting)
    open_ = [(c.kind, c.cycle, c.due) for c in again.open_commitments]
    assert open_ == [(FINAL, 1, at(1, 17, month=4)), (PROGRESS, 2, at(23, 17))], "two days of waiting, then from today"
    assert again.commitment(FINAL).id == before.commitment(FINAL).id  # type: ignore[union-attr]
    assert after(gone, take_up(gone, (), parting), parting).commitments == gone.commitments


# Reopening -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("effect", "due"),
    [
        ("continue", at(14, 17, month=5)),  # one day was used by the 4th; 20 April is the second
        ("restart", at(18, 17, month=5)),
        ("new_cycle", at(27, 17, month=4)),
        ("review", at(22, 17, month=4)),
    ],
)
def test_a_reopening_declares_what_becomes_of_the_clock(effect: str, due: datetime) -> None:
    life = registered()
    life.withdrawn(at(4, 12))
    life.under(policy(commitments={"final": {"P4": {"working_days": 5}}, "review": {"P4": {"working_days": 2}}}))
    life.act(at(20, 12, month=4), ReopenComplaint, LEADER, reason="recurrence", words="Again", clock=effect)
    assert (life.owed().due, life.owed().cycle) == (due, 2)
    assert life.owed(PROGRESS).started_at == at(20, 12, month=4)


def test_a_clock_that_ran_out_cannot_go_on_and_its_verdict_stays() -> None:
    life = registered()
    life.tick(at(1, month=4))
    life.withdrawn(at(2, month=4))
    fields = {"reason": "recurrence", "words": "Again"}
    assert life.rules(at(20, month=4), ReopenComplaint, LEADER, clock="continue", **fields) == {"EV-44"}
    life.act(at(20, month=4), ReopenComplaint, LEADER, clock="restart", **fields)
    first = next(owed for owed in life.complaint.commitments if owed.kind is FINAL)
    assert first.status is CommitmentStatus.BREACHED
