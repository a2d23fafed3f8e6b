"""The scripted agents: what each of them does with a case, one act after the other, as it would be at work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from complaintkit import commands as do
from complaintkit.cli.demo import people
from complaintkit.cli.demo.acts import DAY, HOUR, Act, Script, complainant, handler
from complaintkit.cli.demo.asking import ask_department, asked, hear, immediate
from complaintkit.cli.demo.cases import Case
from complaintkit.complaint import Complaint
from complaintkit.policy import load_profile
from complaintkit.values import Actor, Personal, complaint_ref, derived_id
from complaintkit.vocabulary import AckState, Approach, Band, Dimension, FindingValue, Handling, ReviewOutcome, Role


def life(case: Case) -> Script:
    """The whole life of a case, ended early where the person withdraws."""
    now = yield from _enter(case)
    if case.way == "waiting":
        yield Act(80 * DAY, handler(case))
        return (
            yield Act(HOUR, complainant(case), do.WithdrawComplaint(complaint=now.ref, words=case.words["withdraw"]))
        )
    for part in (_assess, _resolve, _end):
        if not now.is_open and now.closure and now.closure.reason == "withdrawn":
            break
        now = yield from part(case, now)
    return now


def special(case: Case, now: Complaint, at: datetime) -> Iterator[Act]:
    """What happens out of the ordinary in the states that the case names, from an instant on."""
    match case.special:
        case "withdraw":
            withdraw = do.WithdrawComplaint(complaint=now.ref, words=case.words["withdraw"])
            yield Act(HOUR, complainant(case), withdraw)
        case "acknowledge" if now.acknowledgement.state in (AckState.PENDING, AckState.FAILED):
            yield Act(HOUR, people.AGENT, do.AcknowledgeComplaint(complaint=now.ref))
        case "determined" | "returned":
            yield Act(HOUR, people.BODY, do.OpenExternalReview(complaint=now.ref, body="independent-body"))
            yield Act(DAY, people.MANAGER, _external_end(case, now.ref))
            if now.is_open:
                yield from _other_hands(case, now)
        case "again":
            yield from _again(case, now)
        case "answered" | "unanswered" if now.is_open:
            yield Act(HOUR, people.AGENT, immediate(case, now.ref))
            yield from asked(case, now, at)
        case "mistaken":
            yield from _merged(case, now.ref)
            yield Act(DAY, people.LEADER, do.UnmergeComplaint(complaint=now.ref, reason=case.words["apart"]))
        case "duplicate":
            yield from _merged(case, now.ref)


def _external_end(case: Case, ref: str) -> Any:
    words = case.words["external"]
    if case.special == "determined":
        return do.RecordDetermination(complaint=ref, body="independent-body", determination=words)
    return do.RecordExternalReturn(complaint=ref, body="independent-body", letter=words)


def _other_hands(case: Case, now: Complaint) -> Iterator[Act]:
    """The other handler takes over; somebody who is asked says that they have no interest in the matter."""
    other = next(handler.id for handler in people.HANDLERS if handler.id != now.owner)
    hand_on = do.ReassignComplaint(complaint=now.ref, owner=other, reason="absence", handover=case.words["reason"])
    yield Act(HOUR, people.LEADER, hand_on)
    yield Act(HOUR, people.ANALYST, do.DeclareConflict(complaint=now.ref, decision="none"))


def _disputed(case: Case, now: Complaint) -> Iterator[Act]:
    """Somebody sees more urgency than the rules, and the team leader does not."""
    band = now.band or load_profile().priority(_levels(case)).value
    if band is not Band.P1:
        further = Band.P1 if band is Band.P2 else Band.P2
        more = do.OverridePriority(complaint=now.ref, band=further, reason=case.words["reason"])
        yield Act(HOUR, people.TRIAGE, more)
        yield Act(HOUR, people.LEADER, do.RejectOverride(complaint=now.ref, reason=case.words["reason"]))


def _merged(case: Case, ref: str) -> Iterator[Act]:
    """Taken for the same as its twin; who then asks under this reference is heard under the other one."""
    survivor = complaint_ref(derived_id("demonstration", case.twin, 0))
    merge = do.MergeDuplicate(complaint=ref, survivor=survivor, shared=case.words["shared"])
    yield Act(HOUR, handler(case), merge)
    yield Act(HOUR, people.AGENT, do.RecordContact(complaint=ref, text=case.words["chase"], channel=case.channel))


def _again(case: Case, now: Complaint) -> Iterator[Act]:
    """Another issue, another item of evidence, another triage, where the state has room for them."""
    before_report = now.handling not in (Handling.RECEIVED, Handling.CLOSED)
    late = (Handling.INFORMING_PARTIES, Handling.OUTCOME_ISSUED, Handling.UNDER_INTERNAL_REVIEW)
    if before_report:
        yield Act(HOUR, people.TRIAGE, _triage(case, now.ref))
        yield from _disputed(case, now)
    if before_report and now.handling not in late[:2]:
        yield Act(HOUR, people.INVESTIGATOR, _evidence(case, now.ref, (1,)))
    if before_report and now.handling not in late:
        yield Act(HOUR, handler(case), do.SetIssues(complaint=now.ref, issues=[_issue(case)]))


def _pace(case: Case) -> int:
    return 7 * DAY if case.slow else DAY


# Receive -------------------------------------------------------------------------------------------


def _enter(case: Case) -> Script:
    """Capture or register; what was captured registers itself."""
    given = {
        "channel": case.channel,
        "language": case.language,
        "unit": case.topic["unit"],
        "narrative": case.about("narratives")[case.number % 2],
        "desired_outcome": case.about("desired"),
        "attributes": {"product": case.topic["product"]},
    }
    if not case.anonymous:
        names = case.words["names"]
        given |= {
            "person": case.person,
            "name": names[case.number % len(names)],
            "reach": f"{case.person}@mail.example",
        }
    if case.draft:
        return (yield from _captured(case, given))
    automatic = case.special != "acknowledge"
    command = do.RegisterComplaint(owner=handler(case).id, acknowledge=automatic, **given)
    return (yield Act(0, people.AGENT, command))


def _captured(case: Case, given: Mapping[str, Any]) -> Script:
    now = yield Act(0, people.AGENT, do.CaptureComplaint(**given))
    if case.special == "withdraw":
        return (yield from _specially(case, now))
    if case.number % 2:
        return (yield Act(HOUR // 2, people.AGENT, do.RegisterComplaint(complaint=now.ref, owner=handler(case).id)))
    return (yield Act(DAY, people.AGENT))


def _specially(case: Case, now: Complaint) -> Script:
    """Whatever is special here, once."""
    if now.handling in case.states:
        for act in special(case, now, now.received_at):
            now = yield act
    return now


def _assess(case: Case, now: Complaint) -> Script:
    """Begin, set the issues, rate them; where somebody may come to harm at once, and with what is done about it."""
    quick = HOUR // 4 if case.serious else HOUR
    now = yield Act(2 * quick, handler(case), do.BeginAssessment(complaint=now.ref))
    issues = [_issue(case)] * (2 if case.way == "inquiry_long" else 1)
    now = yield Act(quick, handler(case), do.SetIssues(complaint=now.ref, issues=issues))
    now = yield Act(quick, people.TRIAGE, _triage(case, now.ref))
    return (yield Act(quick, people.AGENT, immediate(case, now.ref))) if case.serious else now


def _issue(case: Case) -> do.NewIssue:
    return do.NewIssue(
        statement=case.about("statement"),
        category=case.topic["category"],
        desired_outcome=case.about("desired"),
        respondent=case.topic["unit"],
        identifies_person=case.topic.get("identifies_person", False),
    )


def _triage(case: Case, ref: str) -> do.RecordTriage:
    return do.RecordTriage(complaint=ref, levels=_levels(case), note=case.words["note"])


def _levels(case: Case) -> dict[str, int]:
    return {dimension.fact: case.topic["levels"].get(dimension.fact, 0) for dimension in Dimension}


# Respond -------------------------------------------------------------------------------------------


def _resolve(case: Case, now: Complaint) -> Script:
    """From assessment to an outcome, on the way of the case."""
    if case.serious:
        now = yield Act(HOUR, handler(case), do.SkipEarlyResolution(complaint=now.ref, reason="safety"))
        return (yield from _inquire(case, now, long=False))
    now = yield Act(
        HOUR,
        handler(case),
        do.TryEarlyResolution(
            complaint=now.ref,
            paraphrase=case.words["paraphrase"],
            proposal=case.words["proposal"],
            proposed_before_demand=True,
        ),
    )
    if case.way == "settle":
        return (yield from _agree(case, now))
    if case.way == "lapse":
        now = yield Act(5 * DAY, handler(case))
    else:
        fail = do.FailEarlyResolution(complaint=now.ref, positions=case.words["positions"])
        # While somebody was waited for in vain, the time to settle may have run out by itself.
        now = yield Act(DAY, handler(case), fail, refused=case.special == "unanswered")
    if case.way == "settle_later":
        now = yield Act(HOUR, handler(case), _approach(case, now.ref, Approach.RESOLVE_INFORMALLY))
        return (yield from _agree(case, now))
    return (yield from _inquire(case, now, long=case.way == "inquiry_long"))


def _agree(case: Case, now: Complaint) -> Script:
    who = handler(case).on_behalf_of(Role.COMPLAINANT)
    return (
        yield Act(
            2 * HOUR,
            who,
            do.AgreeResolution(
                complaint=now.ref,
                terms=case.words["terms"],
                words=case.words["agree"],
                channel=case.channel,
            ),
        )
    )


def _approach(case: Case, ref: str, approach: Approach) -> do.SelectApproach:
    return do.SelectApproach(complaint=ref, approach=approach, reason=case.words["reason"])


def _inquire(case: Case, now: Complaint, *, long: bool) -> Script:
    """Evidence, findings, approval; on the long way with every turn back that there is."""
    now = yield Act(HOUR, handler(case), _approach(case, now.ref, Approach.DESK_REVIEW))
    now = yield from _gather(case, now)
    if long:
        now = yield Act(DAY, people.INVESTIGATOR, do.SeekMoreEvidence(complaint=now.ref, gap=case.words["gap"]))
        now = yield from _gather(case, now)
    if case.way == "agree_late" and not case.serious:
        return (yield from _agree(case, now))
    proceed = do.ProceedToReport(complaint=now.ref, note=case.words["suitable"])
    now = yield Act(_pace(case), people.INVESTIGATOR, proceed)
    if long:
        now = yield Act(HOUR, people.INVESTIGATOR, do.SeekMoreEvidence(complaint=now.ref, gap=case.words["gap"]))
        now = yield from _gather(case, now)
        now = yield Act(HOUR, people.INVESTIGATOR, proceed)
    return (yield from _report(case, now, returned=long))


def _gather(case: Case, now: Complaint) -> Script:
    """Something for every issue, or a note that nothing more is to be found."""
    numbers = tuple(issue.no for issue in now.issues)
    if case.way == "inquiry_long" and not now.inquiry.questions:
        now = yield from ask_department(case, now)
    now = yield Act(_pace(case), people.INVESTIGATOR, _evidence(case, now.ref, numbers))
    complete = do.CompleteEvidence(complaint=now.ref, exhausted=numbers, note=case.words["searched"])
    return (yield Act(HOUR, people.INVESTIGATOR, complete))


def _evidence(case: Case, ref: str, numbers: tuple[int, ...]) -> do.AddEvidence:
    return do.AddEvidence(
        complaint=ref,
        kind="document",
        description=case.words["evidence"],
        source=case.topic["unit"],
        digest=f"sha256:{case.number:064x}",
        issues=numbers,
        lawful_basis="contract",
        supports="for",
    )


def _findings(case: Case, now: Complaint, value: str) -> list[do.Finding]:
    evidence = tuple(item.id for item in now.inquiry.evidence)
    return [
        do.Finding(
            issue=issue.no,
            value=FindingValue(value),
            reasons=Personal(case.words["finding"][value]),
            evidence=evidence,
            adverse_to_person=issue.identifies_person,
            no_comment_reason=None if now.inquiry.invitations else Personal(case.words["no_comment"]),
            perceived_cause=case.topic.get("perceived_cause", "not_set"),
            sought=Personal(case.words["sought"]),
        )
        for issue in now.issues
    ]


def _report(case: Case, now: Complaint, *, returned: bool) -> Script:
    """Hear whom it goes against, hand in, approve by somebody else, tell the person."""
    if case.topic.get("identifies_person") and case.number % 4:
        now = yield from hear(case, now)
    submit = do.SubmitReport(complaint=now.ref, findings=_findings(case, now, case.topic["finding"]))
    now = yield Act(DAY, people.INVESTIGATOR, submit)
    if returned:
        own = Actor(people.INVESTIGATOR.id, Role.DECISION_MAKER)
        now = yield Act(HOUR, own, do.ApproveReport(complaint=now.ref), refused=True)
        now = yield Act(HOUR, people.DECIDER, do.ReturnReport(complaint=now.ref, reasons=case.words["returned"]))
        submit = do.SubmitReport(complaint=now.ref, findings=_findings(case, now, case.topic["finding"]))
        now = yield Act(DAY, people.INVESTIGATOR, submit)
    if len(now.inquiry.report.findings if now.inquiry.report else ()) != len(now.issues):
        now = yield Act(HOUR, people.DECIDER, do.ReturnReport(complaint=now.ref, reasons=case.words["returned"]))
        return (yield from _report(case, now, returned=False))
    now = yield Act(_pace(case), people.DECIDER, do.ApproveReport(complaint=now.ref))
    return (yield Act(HOUR, handler(case), do.IssueOutcome(complaint=now.ref, explanation=_explanation(case))))


def _explanation(case: Case) -> str:
    outcome = {
        "substantiated": "upheld",
        "partly_substantiated": "partly_upheld",
        "not_substantiated": "not_upheld",
        "unable_to_determine": "undetermined",
    }[case.topic["finding"]]
    text: str = case.words["explanation"][outcome]
    return text


# Ending --------------------------------------------------------------------------------------------


def _end(case: Case, now: Complaint) -> Script:
    """Learn from it; then what the person does with the outcome."""
    now = yield Act(DAY, handler(case), do.StartEvaluation(complaint=now.ref, perceived_cause="waiting"))
    if case.number % 3 == 0:
        conclude = do.ConcludeWithoutAction(complaint=now.ref, reason="single_case")
        now = yield Act(DAY, people.ANALYST, conclude)
    reviewable = now.inquiry.report is not None
    if case.ending in ("confirmed", "varied", "substituted", "remitted_assessment", "remitted_evidence"):
        if reviewable:
            now = yield from _review(case, now)
    elif case.ending == "review_withdrawn":
        now = yield Act(DAY, complainant(case), _ask(case, now.ref))
        withdraw = do.WithdrawComplaint(complaint=now.ref, words=case.words["withdraw"])
        now = yield Act(DAY, complainant(case), withdraw)
    if case.ending == "silence":
        return (yield Act(30 * DAY, handler(case)))
    now = yield from _accept_and_close(case, now)
    return (yield from _afterwards(case, now))


def _accept_and_close(case: Case, now: Complaint) -> Script:
    who = handler(case).on_behalf_of(Role.COMPLAINANT)
    accept = do.AcceptOutcome(complaint=now.ref, words=case.words["accept"], channel=case.channel)
    now = yield Act(2 * DAY, who, accept)
    return (yield Act(DAY, handler(case), do.CloseComplaint(complaint=now.ref)))


def _afterwards(case: Case, now: Complaint) -> Script:
    """Some come back after it was closed."""
    if case.ending == "late_review":
        now = yield Act(DAY, complainant(case), _ask(case, now.ref))
        confirm = do.DecideReview(complaint=now.ref, outcome="confirmed", reasons=case.words["review"]["confirmed"])
        now = yield Act(2 * DAY, people.REVIEWER, confirm)
        return (yield from _accept_and_close(case, now))
    if case.ending == "reopen":
        reopen = do.ReopenComplaint(complaint=now.ref, reason="recurrence", words=case.words["reopen"])
        now = yield Act(3 * DAY, people.LEADER, reopen)
        now = yield Act(HOUR, people.TRIAGE, _triage(case, now.ref))
        now = yield Act(HOUR, handler(case), do.SkipEarlyResolution(complaint=now.ref, reason="recurrence"))
        now = yield from _inquire(case, now, long=False)
        return (yield from _accept_and_close(case, now))
    return now


def _ask(case: Case, ref: str) -> do.RequestInternalReview:
    return do.RequestInternalReview(
        complaint=ref, reviewer=people.REVIEWER.id, words=case.words["ask_review"], channel=case.channel
    )


def _review(case: Case, now: Complaint) -> Script:
    """Somebody who had no part in it looks at it afresh."""
    now = yield Act(2 * DAY, complainant(case), _ask(case, now.ref))
    outcome, _, remit_to = case.ending.partition("_")
    changed = outcome in ("varied", "substituted")
    decide = do.DecideReview(
        complaint=now.ref,
        outcome=ReviewOutcome(outcome),
        reasons=case.words["review"][outcome],
        findings=_findings(case, now, "partly_substantiated") if changed else (),
        remit_to="evidence" if remit_to == "evidence" else "assessment",
    )
    now = yield Act(3 * DAY, people.REVIEWER, decide)
    if remit_to == "assessment":
        skip = do.SkipEarlyResolution(complaint=now.ref, reason="remitted")
        now = yield Act(HOUR, handler(case), skip)
        return (yield from _inquire(case, now, long=False))
    if remit_to == "evidence":
        now = yield from _gather(case, now)
        now = yield Act(HOUR, people.INVESTIGATOR, do.ProceedToReport(complaint=now.ref, note=case.words["suitable"]))
        return (yield from _report(case, now, returned=False))
    return now
