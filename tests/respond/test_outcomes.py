"""What follows from findings, reviews, withdrawal, reopening and outside bodies."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit import commands as c
from complaintkit.lifecycle import learning_table
from complaintkit.respond.findings import derive_outcome
from complaintkit.vocabulary import FindingValue, LearningState, OutcomeValue, ReopenReason, ReviewOutcome
from tests import lives
from tests.lives import (
    ANALYST,
    BODY,
    HANDLER,
    INVESTIGATOR,
    LEADER,
    MANAGER,
    PERSON,
    REVIEWER,
    TRIAGE,
    WAYS,
    Life,
    finding,
)

S, P, N, U, X = (
    FindingValue.SUBSTANTIATED,
    FindingValue.PARTLY_SUBSTANTIATED,
    FindingValue.NOT_SUBSTANTIATED,
    FindingValue.UNABLE_TO_DETERMINE,
    FindingValue.NOT_INVESTIGATED,
)


def inv_24(values: list[FindingValue], agreed: bool) -> str:
    """INV-24 read aloud: the issues with a finding decide; without any, an agreement does."""
    kinds = set(values) - {X}
    if kinds == set():
        return "resolved_by_agreement" if agreed else "not_decided"
    if kinds == {S}:
        return "upheld"
    if S in kinds or P in kinds:
        return "partly_upheld"
    if kinds == {N}:
        return "not_upheld"
    return "undetermined"


@given(st.lists(st.sampled_from(FindingValue)), st.booleans())
def test_inv_24_the_outcome_is_derived(values: list[FindingValue], agreed: bool) -> None:
    assert derive_outcome(values, agreed=agreed).value == inv_24(values, agreed)


@given(st.lists(st.sampled_from(FindingValue)), st.randoms())
def test_inv_24_the_order_of_issues_does_not_matter(values: list[FindingValue], random: object) -> None:
    mixed = [*values]
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert derive_outcome(mixed) is derive_outcome(values)


@pytest.mark.parametrize(
    ("values", "outcome"),
    [((S, S), "upheld"), ((S, N), "partly_upheld"), ((P, X), "partly_upheld"), ((N, N), "not_upheld"),
     ((N, U), "undetermined"), ((X, X), "not_decided")],
)  # fmt: skip
def test_inv_24_through_the_desk(values: tuple[FindingValue, FindingValue], outcome: str) -> None:
    issues = (c.NewIssue(statement="One"), c.NewIssue(statement="Two"))
    life = Life().selecting_approach(issues=issues)
    life.do(c.SelectApproach, HANDLER, approach="desk_review", reason="on file")
    item = life.add_evidence(issues=(1, 2))
    life.do(c.CompleteEvidence, INVESTIGATOR)
    life.do(c.ProceedToReport, INVESTIGATOR, note="fine")
    extra = {"perceived_cause": "slow", "sought": c.NewIssue(statement="A photo").statement}
    life.do(
        c.SubmitReport,
        INVESTIGATOR,
        findings=[finding(value, item, issue=no, **extra) for no, value in enumerate(values, 1)],
    )
    life.do(c.ApproveReport, lives.DECIDER)
    complaint = life.do(c.IssueOutcome, HANDLER, explanation="We looked into both.")
    assert complaint.outcome is not None
    assert complaint.outcome.value.value == outcome


def test_a_returned_report_keeps_its_count_and_its_earlier_version_in_the_journal() -> None:
    life = Life().approving_actions()
    life.do(c.ReturnReport, lives.DECIDER, reasons="Say why")
    complaint = life.do(
        c.SubmitReport, INVESTIGATOR, findings=[finding(N, *life.evidence(), perceived_cause="slow_answer")]
    )
    assert complaint.inquiry.report is not None
    assert complaint.inquiry.report.returned == 1
    assert [record.type for record in life.log()].count("report-submitted") == 2


# Review ----------------------------------------------------------------------------------------------------


def test_inv_60_a_review_by_somebody_without_a_part_stands() -> None:
    complaint = Life().under_internal_review().do(c.DecideReview, REVIEWER, outcome="confirmed", reasons="Right")
    assert complaint.handling == "outcome_issued"
    assert complaint.outcome is not None
    assert complaint.outcome.value is OutcomeValue.UPHELD


def test_a_varied_decision_has_the_outcome_of_its_own_findings() -> None:
    life = Life().under_internal_review()
    new = finding(N, *life.evidence(), perceived_cause="slow_answer")
    complaint = life.do(c.DecideReview, REVIEWER, outcome="varied", reasons="Not so", findings=[new])
    assert complaint.outcome is not None
    assert complaint.outcome.value is OutcomeValue.NOT_UPHELD
    assert complaint.outcome.delivered_at is None, "its window starts when the new letter arrives"


@pytest.mark.parametrize(("to", "state"), [("assessment", "assessing"), ("evidence", "gathering_evidence")])
def test_a_remitted_case_goes_back_with_new_promises(to: str, state: str) -> None:
    complaint = (
        Life()
        .under_internal_review()
        .do(c.DecideReview, REVIEWER, outcome="remitted", reasons="Not looked at", remit_to=to)
    )
    assert complaint.handling == state
    assert {"final", "progress"} <= {owed.kind.value for owed in complaint.open_commitments}


@pytest.mark.parametrize("outcome", ReviewOutcome)
def test_le_8_learning_is_taken_up_again_unless_the_decision_stood(outcome: ReviewOutcome) -> None:
    life = Life().delivered()
    life.do(c.StartEvaluation, HANDLER)
    life.do(c.ConcludeWithoutAction, ANALYST, reason="isolated")
    life.do(c.RequestInternalReview, PERSON, reviewer=REVIEWER.id, words="Again")
    findings = [finding(S, *life.evidence())] if outcome in ("varied", "substituted") else []
    complaint = life.do(c.DecideReview, REVIEWER, outcome=outcome, reasons="x", findings=findings)
    stands = outcome is ReviewOutcome.CONFIRMED
    assert complaint.learning is (LearningState.NO_ACTION if stands else LearningState.ROOT_CAUSE)


def test_region_e_moves_as_its_chart_says() -> None:
    table = learning_table()
    life = Life().under_internal_review()
    seen = [life.state().learning.value]  # type: ignore[union-attr]
    for command, by, fields in (
        (c.StartEvaluation, HANDLER, {}),
        (c.ConcludeWithoutAction, ANALYST, {"reason": "isolated"}),
        (c.DecideReview, REVIEWER, {"outcome": "remitted", "reasons": "x"}),
        (c.ConcludeWithoutAction, ANALYST, {"reason": "known"}),
    ):
        seen.append(life.do(command, by, **fields).learning.value)
    assert seen == ["not_started", "evaluating", "no_action", "root_cause", "no_action"]
    for before, after in pairwise(seen):
        assert after in table.targets[before].values()


# Withdrawal, closing, reopening -----------------------------------------------------------------------------


@pytest.mark.parametrize("state", sorted(set(WAYS) - {"closed", "under_internal_review", "draft"}))
def test_ev_45_a_person_may_withdraw_and_learning_begins(state: str) -> None:
    life = WAYS[state](Life())
    complaint = life.do(c.WithdrawComplaint, PERSON, words="Never mind")
    assert complaint.handling == "closed"
    assert complaint.closure is not None
    assert complaint.closure.reason.value == "withdrawn"
    assert complaint.learning is not LearningState.NOT_STARTED
    assert not complaint.open_commitments


def test_a_draft_is_withdrawn_without_learning() -> None:
    complaint = Life().draft().do(c.WithdrawComplaint, PERSON, words="Never mind")
    assert (complaint.handling.value, complaint.learning.value) == ("closed", "not_started")


def test_during_a_review_only_the_review_is_withdrawn() -> None:
    complaint = Life().under_internal_review().do(c.WithdrawComplaint, PERSON, words="Leave it")
    assert complaint.handling == "outcome_issued"
    assert complaint.current_review is None
    assert complaint.outcome is not None


@pytest.mark.parametrize("state", sorted(set(WAYS) - {"draft"}))
def test_inv_61_an_outside_body_can_open_its_review_in_every_registered_state(state: str) -> None:
    life = WAYS[state](Life())
    before = life.state()
    complaint = life.do(c.OpenExternalReview, BODY, body="ombudsman")
    assert before is not None
    assert complaint.handling is before.handling
    assert complaint.externally_open
    complaint = life.do(c.OpenExternalReview, PERSON, body="regulator")
    assert life.do(c.RecordDetermination, MANAGER, body="regulator").handling is before.handling
    assert not life.do(c.RecordExternalReturn, MANAGER, body="ombudsman").externally_open


def test_inv_62_reopening_keeps_reference_times_and_evidence_and_floors_the_band() -> None:
    life = Life().closed(changed={"seriousness": 3})
    before = life.state()
    assert before is not None
    complaint = life.do(c.ReopenComplaint, LEADER, reason=ReopenReason.NEW_EVIDENCE, words="Look at this")
    assert (complaint.ref, complaint.received_at, complaint.episode) == (before.ref, before.received_at, 2)
    assert complaint.inquiry.evidence == before.inquiry.evidence
    assert (complaint.outcome, complaint.closure, complaint.inquiry.report) == (None, None, None)
    assert {owed.kind.value for owed in complaint.open_commitments} == {"progress", "final"}
    calm = life.do(c.RecordTriage, TRIAGE, levels=lives.CALM)
    assert calm.band == before.band == "P2"  # P-12


def test_reopening_is_refused_without_the_persons_words() -> None:
    assert Life().closed().rules(c.ReopenComplaint, LEADER, reason="error") == {"IT-23"}


def test_a_complaint_without_a_way_to_write_is_closed_too() -> None:
    life = unreachable()
    complaint = life.state()
    assert complaint is not None
    assert not complaint.open_commitments, "what no letter can keep is kept by the decision"
    life.do(c.StartEvaluation, HANDLER)
    life.do(c.AcceptOutcome, HANDLER.on_behalf_of(lives.PERSON.role), words="Fine, she said at the counter")
    assert life.do(c.CloseComplaint, HANDLER).handling == "closed"


def unreachable() -> Life:
    life = Life().received(reach=None, name=None, person=None)
    life.do(c.BeginAssessment, HANDLER)
    life.do(c.SetIssues, HANDLER, issues=(c.NewIssue(statement="Charged twice"),))
    life.do(c.RecordTriage, TRIAGE, levels=lives.CALM)
    life.do(c.TryEarlyResolution, HANDLER, paraphrase="Two charges")
    life.do(c.AgreeResolution, HANDLER, terms="Ten back", words="Yes")
    return life
