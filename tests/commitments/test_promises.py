"""Promises with a date: made, met, breached or released once; and the timers that see to it (INV-52, INV-54, EV-53)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit import commands as c
from complaintkit.complaint import Commitment, Complaint
from complaintkit.vocabulary import CommitmentKind, CommitmentStatus, DeliveryStatus
from tests import lives
from tests.lives import BODY, HANDLER, LEADER, MANAGER, PERSON, REVIEWER, SYSTEM, TRIAGE, Life


def owed(complaint: Complaint | None, kind: CommitmentKind) -> Commitment:
    assert complaint is not None
    found = complaint.commitment(kind)
    assert found is not None
    return found


def far(life: Life, days: int = 390) -> int:
    life.clock.advance(timedelta(days=days))
    return life.desk.tick()


def test_promises_count_from_receipt_and_not_from_logging() -> None:
    received = lives.START - timedelta(days=3)  # the Friday before
    complaint = Life().received(received_at=received).state()
    final = owed(complaint, CommitmentKind.FINAL)
    assert final.started_at == received
    assert final.due == lives.START + timedelta(days=25, hours=7)  # the 20th working day at 17:00 UTC
    assert final.calendar.startswith("placeholder-utc#")


@given(st.integers(-3, 3))
def test_the_due_instant_itself_still_keeps_the_promise(off: int) -> None:
    life = Life().received()
    due = owed(life.state(), CommitmentKind.ACKNOWLEDGE).due
    life.clock.set(due + timedelta(microseconds=off))
    life.send()
    status = owed(life.state(), CommitmentKind.ACKNOWLEDGE).status
    assert status is (CommitmentStatus.MET if off <= 0 else CommitmentStatus.BREACHED)


@given(st.integers(-3, 3))
def test_a_sweep_breaches_only_what_is_over(off: int) -> None:
    life = Life().received()
    due = owed(life.state(), CommitmentKind.ACKNOWLEDGE).due
    life.clock.set(due + timedelta(microseconds=off))
    life.desk.tick()
    status = owed(life.state(), CommitmentKind.ACKNOWLEDGE).status
    assert status is (CommitmentStatus.OPEN if off <= 0 else CommitmentStatus.BREACHED)


def test_inv_54_a_verdict_is_final_and_given_once() -> None:
    life = Life().received()
    life.clock.advance(timedelta(days=2))
    life.desk.tick()
    breached = owed(life.state(), CommitmentKind.ACKNOWLEDGE)
    life.send()  # the letter leaves too late
    late = owed(life.state(), CommitmentKind.ACKNOWLEDGE)
    assert (late.status, late.settled_at) == (breached.status, breached.settled_at)
    assert life.rules(c.JudgeCommitment, SYSTEM, commitment=breached.id) == {"INV-54"}
    assert life.rules(c.JudgeCommitment, SYSTEM, commitment="none") == {"INV-54"}
    final = owed(life.state(), CommitmentKind.FINAL)
    assert life.rules(c.JudgeCommitment, SYSTEM, commitment=final.id) == {"INV-54"}


def test_a_thousand_sweeps_are_one() -> None:
    life = Life().received()
    assert far(life, 30) > 0
    log = life.log()
    assert [life.desk.tick() for _ in range(100)] == [0] * 100
    assert life.log() == log


def test_a_late_sweep_says_what_punctual_ones_say() -> None:
    late, punctual = Life().early_resolution(), Life().early_resolution()
    for _ in range(24 * 40):
        punctual.clock.advance(timedelta(hours=1))
        punctual.desk.tick()
    late.clock.advance(timedelta(days=40))
    late.desk.tick()
    verdicts = [
        [(o.kind, o.cycle, o.due, o.status, o.settled_at) for o in life.state().commitments]  # type: ignore[union-attr]
        for life in (late, punctual)
    ]
    assert sorted(verdicts[0]) == sorted(verdicts[1])


def test_ev_08_more_urgency_brings_promises_forward_and_less_never_back() -> None:
    life = Life().assessing()
    before = owed(life.state(), CommitmentKind.FINAL)
    urgent = owed(life.do(c.RecordTriage, TRIAGE, levels=lives.levels(seriousness=4), note="x"), CommitmentKind.FINAL)
    assert (urgent.id, urgent.started_at) == (before.id, before.started_at)
    assert urgent.due < before.due
    calm = owed(life.do(c.RecordTriage, TRIAGE, levels=lives.CALM), CommitmentKind.FINAL)
    assert calm.due == urgent.due


def test_progress_is_owed_again_until_the_outcome() -> None:
    life = Life().early_resolution()
    life.send()
    progress = [o for o in life.state().commitments if o.kind is CommitmentKind.PROGRESS]  # type: ignore[union-attr]
    assert [(o.cycle, o.status.value) for o in progress] == [(1, "met"), (2, "open")]
    life = Life().delivered()
    assert not life.state().open_commitments  # type: ignore[union-attr]


def test_a_draft_registers_itself_and_nobody_is_without_an_owner() -> None:
    life = Life().draft()
    far(life, 1)
    complaint = life.state()
    assert complaint is not None
    assert (complaint.handling.value, complaint.owner) == ("received", "complaints-manager")
    assert complaint.received_at < lives.START + timedelta(hours=1)


# Timers that once came back for ever ---------------------------------------------------------------------------


def test_a_close_that_was_refused_once_does_not_come_back() -> None:
    life = Life().delivered()
    far(life)  # learning has not begun: the timer's close is refused
    assert life.state().handling == "outcome_issued"  # type: ignore[union-attr]
    life.do(c.RequestInternalReview, PERSON, reviewer=REVIEWER.id, words="Again", discretion=True)
    life.do(c.WithdrawComplaint, PERSON, words="Leave it")
    assert life.desk.tick() >= 1
    assert life.desk.tick() == 0


def test_a_review_withdrawn_after_closing_is_closed_again_by_time() -> None:
    life = Life().delivered()
    life.do(c.StartEvaluation, HANDLER)
    far(life)
    assert life.state().handling == "closed"  # type: ignore[union-attr]
    life.do(c.RequestInternalReview, PERSON, reviewer=REVIEWER.id, words="Again", discretion=True)
    life.do(c.WithdrawComplaint, PERSON, words="Leave it")
    far(life, 1)
    assert life.state().handling == "closed"  # type: ignore[union-attr]


def test_settling_a_second_time_has_its_own_time() -> None:
    life = Life().early_resolution()
    far(life, 10)
    assert life.state().handling == "selecting_approach"  # type: ignore[union-attr]
    life.do(c.SelectApproach, HANDLER, approach="conciliation", reason="They asked for it")
    assert life.desk.tick() == 0
    assert life.state().handling == "early_resolution"  # type: ignore[union-attr]
    far(life, 10)
    assert life.state().handling == "selecting_approach"  # type: ignore[union-attr]


def test_settling_in_a_band_that_promises_no_time_for_it_is_not_cut_short() -> None:
    life = Life().early_resolution()
    far(life, 10)
    urgent = lives.levels(seriousness=3, time_criticality=3)  # P1 by P-10.4: no safety case
    life.do(c.RecordTriage, TRIAGE, levels=urgent, note="A date is near")
    life.do(c.SelectApproach, HANDLER, approach="conciliation", reason="They asked for it")
    far(life)
    assert life.state().handling == "early_resolution"  # type: ignore[union-attr]


def test_an_open_external_review_keeps_it_from_closing_by_time() -> None:
    life = Life().delivered()
    life.do(c.StartEvaluation, HANDLER)
    life.do(c.OpenExternalReview, BODY, body="ombudsman")
    far(life)
    assert life.state().handling == "outcome_issued"  # type: ignore[union-attr]
    life.do(c.RecordExternalReturn, MANAGER, body="ombudsman")
    assert life.do(c.CloseComplaint, HANDLER).handling == "closed"


def test_nothing_is_owed_after_the_end() -> None:
    for end in (Life().closed(), Life().received()):
        if end.state().is_open:  # type: ignore[union-attr]
            end.do(c.WithdrawComplaint, PERSON, words="Never mind")
        log = end.log()
        assert far(end) == 0
        assert end.log() == log


def test_reopening_owes_again() -> None:
    life = Life().closed()
    life.do(c.ReopenComplaint, LEADER, reason="error", words="This is wrong")
    far(life, 60)
    assert owed(life.state(), CommitmentKind.FINAL).status is CommitmentStatus.BREACHED


# Letters ---------------------------------------------------------------------------------------------------------


def test_a_letter_that_fails_for_good_keeps_no_promise_and_may_go_another_way() -> None:
    life = Life().outcome_issued()
    life.notifier.fail_next(99, retryable=False)
    life.send()
    complaint = life.state()
    assert complaint is not None
    assert {notice.status for notice in complaint.notices} == {DeliveryStatus.FAILED}
    assert complaint.outcome is not None
    assert complaint.outcome.delivered_at is None
    outcome = complaint.notices[-1]
    complaint = life.do(c.RecordDelivery, HANDLER, notice=outcome.id, status=DeliveryStatus.DELIVERED)
    assert complaint.outcome is not None
    assert complaint.outcome.delivered_at is not None
    assert life.rules(c.RecordDelivery, HANDLER, notice=outcome.id, status=DeliveryStatus.FAILED) == {"INV-33"}


def test_a_letter_that_was_recorded_by_hand_is_not_sent_for_ever() -> None:
    life = Life().received()
    letter = life.state().notices[0].id  # type: ignore[union-attr]
    life.do(c.RecordDelivery, HANDLER, notice=letter, status=DeliveryStatus.DELIVERED)
    life.send()
    for _ in range(5):
        life.clock.advance(timedelta(hours=1))
        assert list(life.desk.dispatch()) == []


@pytest.mark.parametrize("detail", ["x" * 5000, "line\nbreak", "no such box dana@example.org", "\x00\ud800"])
def test_whatever_a_notifier_answers_the_journal_keeps_a_short_code(detail: str) -> None:
    from complaintkit.ports import Delivery

    life = Life().received()
    life.notifier.send = lambda message: Delivery(status=DeliveryStatus.FAILED, detail=detail)  # type: ignore[method-assign]
    life.send()
    assert [record.type for record in life.log()][-2:] == ["letter-failed", "signal-raised"]
    assert b"dana" not in life.log()[-2].body


def test_a_notifier_that_raises_does_not_hold_up_the_other_letters() -> None:
    life = Life().early_resolution()
    send, calls = life.notifier.send, []

    def fails_once(message: object) -> object:
        calls.append(message)
        if len(calls) == 1:
            raise RuntimeError("no such host dana@example.org")
        return send(message)  # type: ignore[arg-type]

    life.notifier.send = fails_once  # type: ignore[method-assign, assignment]
    first, life.ref = life.ref, ""
    life.received()
    assert [(sent.complaint == first, sent.status) for sent in life.desk.dispatch()] == [
        (True, None), (False, DeliveryStatus.DISPATCHED),
    ]  # fmt: skip
    life.clock.advance(timedelta(hours=1))
    assert [sent.status for sent in life.desk.dispatch()] == [DeliveryStatus.DISPATCHED] * 2


def test_a_letter_too_long_to_be_kept_is_not_sent_and_holds_up_nothing() -> None:
    life = Life().informing_parties()
    life.do(c.IssueOutcome, HANDLER, explanation="word " * 39_999)
    life.send()
    assert all(notice.status for notice in life.state().notices)  # type: ignore[union-attr]
    assert not life.store.due(life.clock.now() + timedelta(days=99)).notices
