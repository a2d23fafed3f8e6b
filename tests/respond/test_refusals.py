"""Illegal transitions (lifecycle 4.6), guards (4.5) and duties (4.7) that exist today: each refused by its rule."""

from __future__ import annotations

from datetime import timedelta

import pytest

from complaintkit import commands as c
from complaintkit.errors import CommandRefused, NotAvailableYet, UnknownName
from complaintkit.lifecycle import COMMANDS, handling_table
from complaintkit.lifecycle.steps import DECIDES, NOT_YET
from complaintkit.values import Actor, Personal
from complaintkit.vocabulary import (
    Approach,
    Channel,
    FindingValue,
    Gravity,
    Handling,
    ReopenReason,
    ReviewOutcome,
    Role,
)
from tests import lives
from tests.lives import (
    AGENT,
    ANALYST,
    BODY,
    DECIDER,
    HANDLER,
    INVESTIGATOR,
    LEADER,
    LIAISON,
    MANAGER,
    PERSON,
    REVIEWER,
    SYSTEM,
    TRIAGE,
    WAYS,
    Life,
    finding,
)

RESPONDENT = Actor("clerk-11", Role.FRONT_LINE_AGENT)


# IT: illegal transitions ----------------------------------------------------------------------------


#: A command that would be well-formed in any state, by somebody who may give it.
ANY_TIME = (
    (c.AcknowledgeComplaint, HANDLER, {}),
    (c.BeginAssessment, HANDLER, {}),
    (c.SetIssues, HANDLER, {"issues": (c.NewIssue(statement="x"),)}),
    (c.RecordTriage, TRIAGE, {"levels": lives.CALM}),
    (c.TryEarlyResolution, AGENT, {"paraphrase": "x"}),
    (c.SkipEarlyResolution, HANDLER, {"reason": "x"}),
    (c.AgreeResolution, AGENT, {"terms": "x", "words": "yes"}),
    (c.FailEarlyResolution, HANDLER, {}),
    (c.SelectApproach, HANDLER, {"approach": Approach.DESK_REVIEW, "reason": "x"}),
    (c.TakeImmediateAction, AGENT, {"what": "x", "why": "x"}),
    (c.RequestInformation, HANDLER, {"questions": "x", "why": "x", "until": lives.START + timedelta(days=9)}),
    (c.RecordInformation, PERSON, {"information": "x"}),
    (c.LapseInformationRequest, SYSTEM, {}),
    (c.AskLiaison, INVESTIGATOR, {"unit": "u", "liaison": "l", "question": "x", "lawful_basis": "contract"}),
    (c.AnswerLiaison, LIAISON, {"question": "q", "answer": "x", "description": "x", "digest": "d"}),
    (c.InviteComment, INVESTIGATOR, {"points": "x", "basis": "x", "issues": (1,)}),
    (c.CompleteEvidence, INVESTIGATOR, {}),
    (c.SeekMoreEvidence, INVESTIGATOR, {"gap": "x"}),
    (c.ProceedToReport, INVESTIGATOR, {"note": "x"}),
    (c.SubmitReport, INVESTIGATOR, {"findings": (finding(),)}),
    (c.ReturnReport, DECIDER, {"reasons": "x"}),
    (c.ApproveReport, DECIDER, {}),
    (c.IssueOutcome, HANDLER, {"explanation": "x"}),
    (c.AcceptOutcome, PERSON, {"words": "x"}),
    (c.RequestInternalReview, PERSON, {"words": "x", "reviewer": "reviewer-5"}),
    (c.DecideReview, REVIEWER, {"outcome": ReviewOutcome.CONFIRMED, "reasons": "x"}),
    (c.CloseComplaint, HANDLER, {}),
    (c.WithdrawComplaint, PERSON, {"words": "x"}),
    (c.ReopenComplaint, LEADER, {"reason": ReopenReason.ERROR, "words": "x"}),
)


@pytest.mark.parametrize("state", WAYS)
def test_what_the_chart_does_not_allow_is_refused_and_says_what_is_allowed(state: str) -> None:
    life = WAYS[state](Life())
    legal = handling_table().events(state)
    for command, by, fields in ANY_TIME:
        how = DECIDES[command]
        if any(move in legal for move in how.chart_events):
            continue
        refusal = life.refused(command, by, **fields)
        assert refusal.reasons[0].rule == how.ev
        assert state in refusal.reasons[0].text
        assert set(refusal.allowed) <= set(COMMANDS)
        assert refusal.allowed == tuple(o.command for o in life.desk.allowed(life.ref, by) if o.possible)


def test_it_01_closed_leads_nowhere_but_to_review_external_review_and_reopening() -> None:
    # IT-01 names EV-36, EV-38, EV-41, EV-44; table 4.3 also lets EV-39 and EV-55 end an external review then.
    names = handling_table().events("closed")
    assert {name for name in names if not name.startswith("unmerge")} == {
        "request_internal_review", "external_opened", "external_determined", "external_returned", "reopen",
    }  # fmt: skip


def test_it_02_no_outcome_without_assessment() -> None:
    assert Life().received().rules(c.IssueOutcome, HANDLER, explanation="x") == {"EV-34"}


def test_it_03_no_report_with_an_issue_left_open_or_answered_twice() -> None:
    issues = (c.NewIssue(statement="Charged twice"), c.NewIssue(statement="Not called back"))
    life = Life().selecting_approach(issues=issues)
    life.do(c.SelectApproach, HANDLER, approach="desk_review", reason="on file")
    item = life.add_evidence(issues=(1, 2))
    life.do(c.CompleteEvidence, INVESTIGATOR)
    life.do(c.ProceedToReport, INVESTIGATOR, note="fine")
    one = finding(FindingValue.SUBSTANTIATED, item)
    assert life.rules(c.SubmitReport, INVESTIGATOR, findings=()) == {"INV-24"}
    assert life.rules(c.SubmitReport, INVESTIGATOR, findings=(one,)) == {"INV-24"}
    assert life.rules(c.SubmitReport, INVESTIGATOR, findings=(one, one)) == {"INV-24"}
    two = finding(FindingValue.NOT_INVESTIGATED, issue=2)
    assert life.rules(c.SubmitReport, INVESTIGATOR, findings=(one, two, finding(issue=3))) >= {"INV-24"}
    life.do(c.SubmitReport, INVESTIGATOR, findings=(one, two))  # a reasoned non-investigation answers an issue


def test_it_04_the_system_issues_no_outcome() -> None:
    assert Life().informing_parties().rules(c.IssueOutcome, SYSTEM, explanation="x") == {"4.7"}


def test_it_05_nobody_approves_their_own_report() -> None:
    life = Life().approving_actions()
    assert "INV-48" in life.rules(c.ApproveReport, Actor(INVESTIGATOR.id, Role.DECISION_MAKER))
    life.do(c.ApproveReport, DECIDER)


@pytest.mark.parametrize("who", [HANDLER, TRIAGE, INVESTIGATOR, DECIDER, AGENT, PERSON])
def test_it_06_inv_60_a_participant_does_not_review(who: Actor) -> None:
    life = Life().delivered()
    assert "INV-60" in life.rules(c.RequestInternalReview, PERSON, reviewer=who.id, words="Again")


def test_inv_60_only_the_assigned_reviewer_decides() -> None:
    life = Life().under_internal_review()
    other = Actor("reviewer-12", Role.REVIEWER)
    assert life.rules(c.DecideReview, other, outcome="confirmed", reasons="right") == {"INV-60"}


def test_inv_60_the_person_complained_about_does_not_review() -> None:
    life = Life().delivered(issues=(c.NewIssue(statement="Rude", respondent=RESPONDENT.id),))
    assert life.rules(c.RequestInternalReview, PERSON, reviewer=RESPONDENT.id, words="Again") == {"INV-60"}


def test_it_15_a_safety_floor_is_not_lowered_while_the_hazard_is_open() -> None:
    life = Life().triaged(changed={"health_safety": 3})
    lower = {"band": "P2", "reason": "It looks calm"}
    assert life.rules(c.OverridePriority, TRIAGE, **lower) == {"IT-15"}
    life.do(c.OverridePriority, TRIAGE, **lower, hazard_ended=True)
    assert str(life.state().band) == "P1"  # type: ignore[union-attr]  # nobody else has confirmed it
    life.do(c.ConfirmOverride, LEADER)
    assert str(life.state().band) == "P2"  # type: ignore[union-attr]


def test_it_21_inv_46_nobody_is_found_against_unheard() -> None:
    life = Life().reporting()  # that somebody was invited, and what that changes, is in test_comment
    against = {"adverse_to_person": True}
    for value in (FindingValue.SUBSTANTIATED, FindingValue.PARTLY_SUBSTANTIATED):
        bad = (finding(value, *life.evidence(), **against),)
        assert life.rules(c.SubmitReport, INVESTIGATOR, findings=bad) == {"INV-46"}
    heard = (
        finding(
            FindingValue.SUBSTANTIATED,
            *life.evidence(),
            **against,
            no_comment_reason=Personal("Left; cannot be found."),
        ),
    )
    life.do(c.SubmitReport, INVESTIGATOR, findings=heard)


@pytest.mark.parametrize("changed", [{"health_safety": 3}, {"seriousness": 4}, {"vulnerability": 3, "seriousness": 2}])
def test_it_22_g_12_a_safety_case_is_not_settled_early(changed: dict[str, int]) -> None:
    life = Life().triaged(changed=changed)
    assert life.rules(c.TryEarlyResolution, AGENT, paraphrase="x") == {"G-12"}
    life.do(c.SkipEarlyResolution, HANDLER, reason="safety")
    assert life.rules(c.SelectApproach, HANDLER, approach="conciliation", reason="x") == {"G-12"}
    life.do(c.SelectApproach, HANDLER, approach="desk_review", reason="x")
    life.add_evidence()
    life.do(c.CompleteEvidence, INVESTIGATOR)
    assert life.rules(c.AgreeResolution, AGENT, terms="x", words="yes") == {"G-12"}


def test_it_22_g_12_nor_is_a_specialist_matter() -> None:
    life = Life().triaged(specialist_matter="discrimination")
    assert life.rules(c.TryEarlyResolution, AGENT, paraphrase="x") == {"G-12"}


@pytest.mark.parametrize("words", [None, ""])
def test_it_23_a_withdrawal_needs_the_persons_own_words(words: str | None) -> None:
    life = Life().received()
    assert life.rules(c.WithdrawComplaint, HANDLER.on_behalf_of(Role.COMPLAINANT), words=words) == {"IT-23"}
    assert life.rules(c.WithdrawComplaint, HANDLER, words="I withdraw") == {"4.7"}


def test_inv_59_a_withdrawal_is_voluntary() -> None:
    assert Life().received().rules(c.WithdrawComplaint, PERSON, words="ok", voluntary=False) == {"INV-59"}


def test_it_27_sod_6_the_person_complained_about_takes_no_part() -> None:
    life = Life().triaged(issues=(c.NewIssue(statement="Rude", respondent=RESPONDENT.id, identifies_person=True),))
    assert "SoD-6" in life.rules(c.TryEarlyResolution, RESPONDENT, paraphrase="x")
    for by in (RESPONDENT, Actor("clerk-12", Role.RESPONDENT)):
        with pytest.raises(CommandRefused) as refusal:
            life.desk.get(life.ref, by)
        assert refusal.value.reasons[0].rule == "SoD-6"
        with pytest.raises(CommandRefused):
            life.desk.allowed(life.ref, by)
        with pytest.raises(CommandRefused):
            life.desk.reveal(life.ref, by, "handle")
    assert "text-revealed" not in {record.type for record in life.log()}


def test_a_complainant_acts_on_their_own_complaints_only() -> None:
    life = Life().delivered()
    stranger = Actor("person-2", Role.COMPLAINANT)
    assert life.rules(c.AcceptOutcome, stranger, words="fine") == {"4.7"}
    assert life.rules(c.WithdrawComplaint, stranger, words="never mind") == {"4.7"}
    with pytest.raises(CommandRefused):
        life.desk.get(life.ref, stranger)


# G and INV: guards ----------------------------------------------------------------------------------


def test_g_01_a_narrative_or_a_recording_is_all_that_is_required() -> None:
    life = Life()
    assert life.rules(c.RegisterComplaint, AGENT, owner="handler-2") == {"G-01"}
    assert life.rules(c.CaptureComplaint, AGENT, channel=Channel.LETTER) == {"G-01"}
    life.do(c.RegisterComplaint, AGENT, owner="handler-2", recording="call-1")  # INV-05, INV-12, INV-22


def test_inv_01_nothing_is_received_after_it_is_logged() -> None:
    life = Life()
    late = life.clock.now() + timedelta(days=1)
    assert life.rules(c.RegisterComplaint, AGENT, owner="h", narrative="x", received_at=late) == {"INV-01"}
    early = life.clock.now() - timedelta(days=10)
    assert life.do(c.RegisterComplaint, AGENT, owner="h", narrative="x", received_at=early).received_at == early


@pytest.mark.parametrize(
    ("state", "command", "by", "fields"),
    [
        ("received", c.BeginAssessment, HANDLER, {}),
        ("assessing", c.RecordTriage, TRIAGE, {"levels": lives.CALM}),
        ("reporting", c.SubmitReport, INVESTIGATOR, {"findings": (finding(),)}),
        ("approving_actions", c.ApproveReport, DECIDER, {}),
        ("under_internal_review", c.DecideReview, REVIEWER, {"outcome": "confirmed", "reasons": "x"}),
    ],
)
def test_inv_36_who_declares_a_conflict_hands_it_on(
    state: str, command: type, by: Actor, fields: dict[str, object]
) -> None:
    assert "INV-36" in WAYS[state](Life()).rules(command, by, conflict=True, **fields)


def test_inv_02_assessment_ends_with_issues_and_triage() -> None:
    life = Life().assessing()
    assert life.rules(c.SetIssues, HANDLER, issues=()) == {"INV-02"}
    assert life.rules(c.SkipEarlyResolution, HANDLER, reason="x") == {"INV-02"}
    life.do(c.SetIssues, HANDLER, issues=(c.NewIssue(statement="x"),))
    assert life.rules(c.SkipEarlyResolution, HANDLER, reason="x") == {"G-26"}
    assert life.rules(c.TryEarlyResolution, AGENT, paraphrase="x") == {"G-26"}


def test_inv_26_an_unrelated_issue_begins_a_complaint_of_its_own() -> None:
    life = Life().gathering_evidence()
    more = (c.NewIssue(statement="And rude"),)
    assert life.rules(c.SetIssues, HANDLER, issues=more, related=False) == {"INV-26"}
    assert [issue.no for issue in life.do(c.SetIssues, HANDLER, issues=more).issues] == [1, 2]


def test_g_04_triage_is_complete_and_evidenced() -> None:
    life = Life().assessing()
    part = dict.fromkeys(list(lives.CALM)[1:], 0)
    assert life.rules(c.RecordTriage, TRIAGE, levels=part) == {"G-04"}
    assert life.rules(c.RecordTriage, TRIAGE, levels=lives.CALM, kind_confirmed=False) == {"G-04"}
    assert life.rules(c.RecordTriage, TRIAGE, levels=lives.CALM, adjustments_asked=False) == {"G-04"}
    assert life.rules(c.RecordTriage, TRIAGE, levels=lives.levels(seriousness=2)) == {"P-03"}


def test_g_13_an_agreement_is_the_persons_own() -> None:
    assert Life().early_resolution().rules(c.AgreeResolution, AGENT, terms="10 back") == {"G-13"}


def test_g_14_to_g_22_each_step_of_the_inquiry_gives_its_ground() -> None:
    assert Life().selecting_approach().rules(c.SelectApproach, HANDLER, approach="desk_review") == {"G-14"}
    life = Life().gathering_evidence()
    item = {"kind": "document", "description": "x", "source": "s", "digest": "d", "issues": (1,)}
    assert life.rules(c.AddEvidence, INVESTIGATOR, **item) == {"G-17"}
    for issues in ((), (7,)):
        item |= {"issues": issues, "lawful_basis": "contract"}
        assert life.rules(c.AddEvidence, INVESTIGATOR, **item) == {"G-17"}
    assert life.rules(c.CompleteEvidence, INVESTIGATOR) == {"G-18"}
    assert life.rules(c.CompleteEvidence, INVESTIGATOR, exhausted=(1,)) == {"G-18"}
    life.do(c.CompleteEvidence, INVESTIGATOR, exhausted=(1,), note="Nothing is on file")
    assert life.rules(c.ProceedToReport, INVESTIGATOR) == {"G-19"}
    assert life.rules(c.SeekMoreEvidence, INVESTIGATOR) == {"G-30"}
    assert Life().approving_actions().rules(c.ReturnReport, DECIDER) == {"G-31"}
    assert Life().informing_parties().rules(c.IssueOutcome, HANDLER) == {"N-00.7"}
    assert Life().triaged().rules(c.SkipEarlyResolution, HANDLER, reason="") == {"G-26"}


def test_inv_50_an_outcome_letter_does_not_blame() -> None:
    life = Life().informing_parties()
    assert life.rules(c.IssueOutcome, HANDLER, explanation="We are sorry if you feel this was bad.") == {"R-21"}


def test_g_20_findings_stand_on_evidence() -> None:
    life = Life().reporting()
    for value in (FindingValue.SUBSTANTIATED, FindingValue.PARTLY_SUBSTANTIATED):
        assert life.rules(c.SubmitReport, INVESTIGATOR, findings=(finding(value),)) == {"INV-45"}
    none = finding(FindingValue.NOT_SUBSTANTIATED, perceived_cause="slow")
    assert life.rules(c.SubmitReport, INVESTIGATOR, findings=(none,)) == {"INV-45"}
    sought = finding(FindingValue.UNABLE_TO_DETERMINE)
    assert life.rules(c.SubmitReport, INVESTIGATOR, findings=(sought,)) == {"INV-45"}
    ghost = finding(FindingValue.SUBSTANTIATED, "no-such-item")
    assert life.rules(c.SubmitReport, INVESTIGATOR, findings=(ghost,)) == {"INV-45"}
    uncaused = finding(FindingValue.NOT_SUBSTANTIATED, *life.evidence())
    assert life.rules(c.SubmitReport, INVESTIGATOR, findings=(uncaused,)) == {"INV-25"}
    serious = finding(FindingValue.SUBSTANTIATED, *life.evidence(), gravity=Gravity.SERIOUS)
    assert life.rules(c.SubmitReport, INVESTIGATOR, findings=(serious,)) == {"INV-47"}


def test_inv_47_the_same_item_twice_is_one_item() -> None:
    life = Life().reporting()
    twice = finding(FindingValue.SUBSTANTIATED, *life.evidence() * 2, gravity=Gravity.SERIOUS)
    assert life.rules(c.SubmitReport, INVESTIGATOR, findings=(twice,)) == {"INV-47"}


def test_every_reason_is_given_at_once() -> None:
    refusal = Life().received().refused(c.BeginAssessment, AGENT, conflict=True)
    assert {reason.rule for reason in refusal.reasons} == {"INV-36", "4.7"}
    assert "INV-36" in str(refusal)
    assert "Allowed now" in str(Life().received().refused(c.IssueOutcome, HANDLER, explanation="x"))


def test_g_23_the_window_for_a_review_and_discretion() -> None:
    life = Life().delivered()
    life.clock.advance(timedelta(hours=720, minutes=1))
    fields = {"reviewer": REVIEWER.id, "words": "Again"}
    assert life.rules(c.RequestInternalReview, PERSON, **fields) == {"G-23"}
    life.do(c.RequestInternalReview, PERSON, **fields, discretion=True)
    life.do(c.DecideReview, REVIEWER, outcome="confirmed", reasons="right")
    assert life.rules(c.RequestInternalReview, PERSON, reviewer="reviewer-13", words="Again") == {"G-23"}  # one tier


def test_g_23_no_reasons_are_demanded_but_words_are() -> None:
    assert Life().delivered().rules(c.RequestInternalReview, PERSON, reviewer=REVIEWER.id) == {"IT-23"}


def test_g_34_a_review_is_decided_with_reasons_and_fitting_findings() -> None:
    life = Life().under_internal_review()
    assert life.rules(c.DecideReview, REVIEWER, outcome="confirmed") == {"G-34"}
    assert life.rules(c.DecideReview, REVIEWER, outcome="confirmed", reasons="x", findings=(finding(),)) == {"G-34"}
    assert life.rules(c.DecideReview, REVIEWER, outcome="varied", reasons="x") == {"INV-24"}
    assert life.rules(c.DecideReview, REVIEWER, outcome="varied", reasons="x", findings=(finding(),)) == {"INV-45"}


def test_inv_57_the_closing_list() -> None:
    life = Life().outcome_issued()
    assert life.rules(c.CloseComplaint, HANDLER) == {"INV-57"}  # the letter, and learning
    life.send()
    texts = [reason.text for reason in life.refused(c.CloseComplaint, HANDLER).reasons]
    assert any("window" in text for text in texts)
    assert any("learning" in text for text in texts)
    life.do(c.StartEvaluation, HANDLER)
    life.do(c.OpenExternalReview, BODY, body="ombudsman")
    life.do(c.AcceptOutcome, PERSON, words="Fine")
    assert life.rules(c.CloseComplaint, HANDLER) == {"G-24"}
    life.do(c.RecordDetermination, MANAGER, body="ombudsman")
    assert life.do(c.CloseComplaint, HANDLER).closure.reason.value == "resolved_accepted"  # type: ignore[union-attr]


def test_an_outcome_is_accepted_once() -> None:
    life = Life().delivered()
    life.do(c.AcceptOutcome, PERSON, words="Fine")
    assert life.rules(c.AcceptOutcome, PERSON, words="Fine") == {"EV-35"}


def test_learning_begins_once_and_ends_for_a_reason() -> None:
    life = Life()
    life.draft()
    assert life.rules(c.StartEvaluation, HANDLER) == {"LE-1"}
    life.do(c.RegisterComplaint, HANDLER, owner=HANDLER.id)
    assert life.rules(c.ConcludeWithoutAction, ANALYST, reason="isolated") == {"LE-6"}
    life.do(c.StartEvaluation, HANDLER)
    assert life.rules(c.StartEvaluation, HANDLER) == {"LE-1"}
    assert life.rules(c.ConcludeWithoutAction, ANALYST, reason="") == {"LE-6"}
    life.do(c.ConcludeWithoutAction, ANALYST, reason="isolated")
    assert life.rules(c.ConcludeWithoutAction, ANALYST, reason="isolated") == {"LE-6"}


def test_one_body_has_one_open_review_and_several_may_run() -> None:
    life = Life().received()
    life.do(c.OpenExternalReview, BODY, body="ombudsman")
    assert life.rules(c.OpenExternalReview, BODY, body="ombudsman") == {"EV-38"}
    life.do(c.OpenExternalReview, PERSON, body="regulator")
    assert life.rules(c.RecordExternalReturn, MANAGER, body="court") == {"EV-39"}
    life.do(c.RecordExternalReturn, MANAGER, body="ombudsman")
    assert life.state().externally_open  # type: ignore[union-attr]


def test_a_correction_is_for_history_and_by_an_importer() -> None:
    life = Life()
    row = {"record": "row-1", "received_at": lives.START, "channel": Channel.EMAIL}
    assert life.rules(c.ImportRecord, SYSTEM, **row) == {"INV-06"}
    life.received()
    importer = Actor("importer", Role.SYSTEM, "import:cfpb")
    changed = {name: row[name] for name in ("received_at", "channel")}
    assert life.rules(c.CorrectRecord, importer, **changed) == {"INV-72"}


# SoD-9 ----------------------------------------------------------------------------------------------


def test_sod_9_the_system_decides_refuses_and_restricts_nothing() -> None:
    for state, way in WAYS.items():
        life = way(Life())
        for command, _, fields in ANY_TIME:
            if Role.SYSTEM in DECIDES[command].by:
                continue
            assert "4.7" in life.rules(command, SYSTEM, **fields), (state, command)


def test_sod_9_nobody_lends_the_system_another_role() -> None:
    for role in Role:
        with pytest.raises(UnknownName):
            SYSTEM.on_behalf_of(role)


def test_sod_9_the_system_ends_early_resolution_only_when_its_time_is_over() -> None:
    life = Life().early_resolution()
    assert life.rules(c.FailEarlyResolution, SYSTEM) == {"SoD-9"}
    life.clock.advance(timedelta(days=7))
    assert life.do(c.FailEarlyResolution, SYSTEM).handling is Handling.SELECTING_APPROACH


def test_only_the_complainants_own_acts_are_recorded_on_behalf() -> None:
    # An approval of another person is that person's own command (DESIGN section 2).
    for role in set(Role) - {Role.COMPLAINANT, Role.REPRESENTATIVE, Role.EXTERNAL_BODY}:
        with pytest.raises(UnknownName):
            AGENT.on_behalf_of(role)


# What is not available yet, and what nobody knows ---------------------------------------------------


@pytest.mark.parametrize("name", sorted(set(NOT_YET.values())))
def test_a_command_of_the_model_that_is_missing_says_so(name: str) -> None:
    life = Life().received()
    before = life.log()
    with pytest.raises(NotAvailableYet) as error:
        life.desk.handle({"type": name, "complaint": life.ref}, HANDLER)
    assert error.value.hint
    assert life.log() == before


def test_an_approach_that_leads_to_missing_steps_says_so() -> None:
    life = Life().selecting_approach()
    before = life.log()
    for approach in (Approach.FORMAL_INVESTIGATION, Approach.SPECIALIST, Approach.REFER):
        with pytest.raises(NotAvailableYet):
            life.do(c.SelectApproach, HANDLER, approach=approach, reason="x")
    assert life.log() == before


@pytest.mark.parametrize(
    "name",
    ["model", "__class__", "states", "_engine", "send", "", "nosuch", "register", "close", "settle-commitments",
     "resume-learning", "complaint-registered", "a" * 10_000, None, 5, ["close-complaint"]],
)  # fmt: skip
def test_an_unknown_name_is_an_error_and_leaves_no_entry(name: object) -> None:
    life = Life().received()
    before = life.log()
    with pytest.raises(UnknownName) as error:
        life.desk.handle({"type": name, "complaint": life.ref}, HANDLER)
    assert len(str(error.value)) < 2000
    assert life.log() == before


@pytest.mark.parametrize(
    "thing", [object(), "close-complaint", 5, None, c.CloseComplaint, [("type", "close-complaint")]]
)
def test_what_is_no_command_is_an_error(thing: object) -> None:
    life = Life().received()
    before = life.log()
    with pytest.raises(UnknownName):
        life.desk.handle(thing, HANDLER)
    with pytest.raises(UnknownName):
        life.desk.handle(thing, HANDLER, before[0].command)  # under a key that was answered already
    assert life.log() == before
