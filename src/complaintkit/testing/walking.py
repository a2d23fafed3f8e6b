"""Taking a complaint to a state, for tests of programs that embed a desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from complaintkit import commands as c
from complaintkit.complaint import Complaint
from complaintkit.desk import ComplaintDesk
from complaintkit.errors import UnknownName
from complaintkit.values import Actor, Personal
from complaintkit.vocabulary import Approach, Channel, Dimension, EvidenceKind, FindingValue, Handling, Role

_PERSON: Final = "walk-person"
_COMPLAINANT: Final = Actor(_PERSON, Role.COMPLAINANT)
_AGENT: Final = Actor("walk-agent", Role.FRONT_LINE_AGENT)
_HANDLER: Final = Actor("walk-handler", Role.CASE_HANDLER)
_TRIAGE: Final = Actor("walk-triage", Role.TRIAGE_OFFICER)
_INVESTIGATOR: Final = Actor("walk-investigator", Role.INVESTIGATOR)
_DECIDER: Final = Actor("walk-decider", Role.DECISION_MAKER)
_INTAKE: Final[Mapping[str, Any]] = {
    "channel": Channel.PHONE,
    "narrative": "I was charged twice for one visit.",
    "person": _PERSON,
    "name": "Dana Example",
    "reach": "dana@example.org",
}

#: What is done, and by whom.
Act = tuple[object, Actor]


def walk(desk: ComplaintDesk, to: Handling | str = Handling.RECEIVED, **intake: Any) -> Complaint:
    """Register a fictional complaint and work it until it stands in ``to``; return it as it then stands.

    It goes through the desk's own commands, by actors whose ids begin with ``walk-``, at the time of the desk's clock.
    ``intake`` replaces or adds fields of the registration (``owner="agent-7"``, ``attributes={"product": "loan"}``).
    Where an answer must have been delivered first (``under_internal_review``, ``closed``), the letters of the desk that
    are due are sent through its notifier. Raises ``UnknownName`` for a state to which there is no way, and
    ``CommandRefused`` where the desk's policy stands against a step.

    >>> desk = ComplaintDesk(plaintext_vault=True)
    >>> walk(desk, to="reporting").handling
    <Handling.REPORTING: 'reporting'>
    """
    target = _known(to)
    walked = _Walk(desk, intake)
    for state in _way(target):
        for command, by in _STEPS[state][1](walked):
            walked.complaint = desk.handle(command, by).complaint
    return walked.complaint


class _Walk:
    """How far the complaint has come."""

    complaint: Complaint

    def __init__(self, desk: ComplaintDesk, intake: Mapping[str, Any]) -> None:
        self.desk = desk
        self.intake = {**_INTAKE, **intake}

    @property
    def ref(self) -> str:
        """Which complaint it is."""
        return self.complaint.ref


def _known(to: Handling | str) -> Handling:
    state = next((state for state in _STEPS if state == to), None)
    if state is None:
        ways = ", ".join(each.value for each in _STEPS)
        raise UnknownName(f"there is no way to {str(to)[:40]!r} in this version", hint=f"there are ways to {ways}")
    return state


def _way(target: Handling) -> list[Handling]:
    """The states on the way, the first one first."""
    way: list[Handling] = []
    state: Handling | None = target
    while state is not None:
        way.insert(0, state)
        state = _STEPS[state][0]
    return way


def _capture(walked: _Walk) -> Iterator[Act]:
    yield c.CaptureComplaint(**walked.intake), _AGENT


def _register(walked: _Walk) -> Iterator[Act]:
    yield c.RegisterComplaint(**{"owner": _HANDLER.id, **walked.intake}), _AGENT


def _assess(walked: _Walk) -> Iterator[Act]:
    yield c.BeginAssessment(complaint=walked.ref), _HANDLER


def _triage(walked: _Walk) -> Iterator[Act]:
    issue = c.NewIssue(statement="Two charges for one visit")
    yield c.SetIssues(complaint=walked.ref, issues=(issue,)), _HANDLER
    levels = {dimension.fact: 0 for dimension in Dimension} | {"seriousness": 2}
    yield c.RecordTriage(complaint=walked.ref, levels=levels, note="An act is needed"), _TRIAGE


def _settle(walked: _Walk) -> Iterator[Act]:
    yield from _triage(walked)
    yield c.TryEarlyResolution(complaint=walked.ref, paraphrase="One visit, two charges"), _AGENT


def _choose(walked: _Walk) -> Iterator[Act]:
    yield from _triage(walked)
    yield c.SkipEarlyResolution(complaint=walked.ref, reason="not wanted"), _HANDLER


def _look_into(walked: _Walk) -> Iterator[Act]:
    reason = "All facts are on file"
    yield c.SelectApproach(complaint=walked.ref, approach=Approach.DESK_REVIEW, reason=reason), _HANDLER


def _find_out(walked: _Walk) -> Iterator[Act]:
    yield (
        c.AddEvidence(
            complaint=walked.ref,
            kind=EvidenceKind.DOCUMENT,
            description="The ledger of that day",
            source="billing",
            digest="sha256:0a",
            issues=(1,),
            lawful_basis="contract",
        ),
        _INVESTIGATOR,
    )
    yield c.CompleteEvidence(complaint=walked.ref), _INVESTIGATOR


def _propose(walked: _Walk) -> Iterator[Act]:
    yield c.ProceedToReport(complaint=walked.ref, note="Suitable and possible"), _INVESTIGATOR


def _report(walked: _Walk) -> Iterator[Act]:
    finding = c.Finding(
        issue=1,
        value=FindingValue.SUBSTANTIATED,
        reasons=Personal("The ledger shows two charges."),
        evidence=tuple(item.id for item in walked.complaint.inquiry.evidence),
    )
    yield c.SubmitReport(complaint=walked.ref, findings=(finding,)), _INVESTIGATOR


def _approve(walked: _Walk) -> Iterator[Act]:
    yield c.ApproveReport(complaint=walked.ref), _DECIDER


def _answer(walked: _Walk) -> Iterator[Act]:
    explanation = "We charged you twice for one visit, and we are sorry."
    yield c.IssueOutcome(complaint=walked.ref, explanation=explanation), _HANDLER


def _ask_again(walked: _Walk) -> Iterator[Act]:
    walked.desk.dispatch()
    words = "Please look again"
    yield c.RequestInternalReview(complaint=walked.ref, reviewer="walk-reviewer", words=words), _COMPLAINANT


def _close(walked: _Walk) -> Iterator[Act]:
    walked.desk.dispatch()
    yield c.StartEvaluation(complaint=walked.ref), _HANDLER
    yield c.AcceptOutcome(complaint=walked.ref, words="Thank you"), _COMPLAINANT
    yield c.CloseComplaint(complaint=walked.ref), _HANDLER


#: Each state: the one before it on the way, and what is done there.
_STEPS: Final[Mapping[Handling, tuple[Handling | None, Callable[[_Walk], Iterator[Act]]]]] = {
    Handling.DRAFT: (None, _capture),
    Handling.RECEIVED: (None, _register),
    Handling.ASSESSING: (Handling.RECEIVED, _assess),
    Handling.EARLY_RESOLUTION: (Handling.ASSESSING, _settle),
    Handling.SELECTING_APPROACH: (Handling.ASSESSING, _choose),
    Handling.GATHERING_EVIDENCE: (Handling.SELECTING_APPROACH, _look_into),
    Handling.REASSESSING_RESOLUTION: (Handling.GATHERING_EVIDENCE, _find_out),
    Handling.REPORTING: (Handling.REASSESSING_RESOLUTION, _propose),
    Handling.APPROVING_ACTIONS: (Handling.REPORTING, _report),
    Handling.INFORMING_PARTIES: (Handling.APPROVING_ACTIONS, _approve),
    Handling.OUTCOME_ISSUED: (Handling.INFORMING_PARTIES, _answer),
    Handling.UNDER_INTERNAL_REVIEW: (Handling.OUTCOME_ISSUED, _ask_again),
    Handling.CLOSED: (Handling.OUTCOME_ISSUED, _close),
}
