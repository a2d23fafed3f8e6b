"""The work that several rows share: one life of eleven commands, and how its parts are made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from complaintkit.commands import (
    AddEvidence,
    ApproveReport,
    BeginAssessment,
    CompleteEvidence,
    Finding,
    NewIssue,
    ProceedToReport,
    RecordTriage,
    RegisterComplaint,
    SelectApproach,
    SetIssues,
    SkipEarlyResolution,
    SubmitReport,
)
from complaintkit.values import Actor, Personal
from complaintkit.vocabulary import Dimension, FindingValue, Role

#: A Monday morning.
START = datetime(2026, 3, 2, 10, tzinfo=UTC)
AGENT = Actor("agent-7", Role.FRONT_LINE_AGENT)
HANDLER = Actor("handler-2", Role.CASE_HANDLER)
TRIAGE = Actor("triage-1", Role.TRIAGE_OFFICER)
INVESTIGATOR = Actor("investigator-3", Role.INVESTIGATOR)
DECIDER = Actor("decider-4", Role.DECISION_MAKER)

LEVELS = {dimension.fact: 0 for dimension in Dimension} | {"seriousness": 2, "complexity": 1}
#: The moves of that life after its registration: the chart's event, and the state that it leads to.
MOVES = (
    ("begin_assessment", "assessing"),
    ("set_issues", "assessing"),
    ("record_triage", "assessing"),
    ("skip_early_resolution", "selecting_approach"),
    ("approach_desk_review", "gathering_evidence"),
    ("add_evidence", "gathering_evidence"),
    ("evidence_complete", "reassessing_resolution"),
    ("proceed_to_report", "reporting"),
    ("submit_report", "approving_actions"),
    ("approve_report", "informing_parties"),
)


def moment(number: int) -> datetime:
    """When the command with a number is given: seven minutes after the one before."""
    return START + timedelta(minutes=7 * number)


def registration() -> tuple[Any, Actor]:
    """The command that begins a life; nobody can be written to, so that no letter is asked for."""
    text = "I was charged twice for one visit, and nobody answers."
    return RegisterComplaint(narrative=text, owner="handler-2", person="person-1"), AGENT


def life(ref: str, evidence: str) -> Sequence[tuple[Any, Actor]]:
    """The ten commands after it; ``evidence`` is the id that the item of evidence gets."""
    finding = Finding(
        issue=1, value=FindingValue.SUBSTANTIATED, reasons=Personal("The ledger shows it."), evidence=(evidence,)
    )
    return (
        (BeginAssessment(complaint=ref), HANDLER),
        (SetIssues(complaint=ref, issues=[NewIssue(statement="Charged twice", category="billing")]), HANDLER),
        (RecordTriage(complaint=ref, levels=LEVELS, note="Rent is at stake."), TRIAGE),
        (SkipEarlyResolution(complaint=ref, reason="not-wanted"), HANDLER),
        (SelectApproach(complaint=ref, approach="desk_review", reason="The facts are on file."), HANDLER),
        (
            AddEvidence(
                complaint=ref, kind="document", description="The ledger", source="billing", digest="sha256:00",
                issues=[1], lawful_basis="contract",
            ),
            INVESTIGATOR,
        ),
        (CompleteEvidence(complaint=ref), INVESTIGATOR),
        (ProceedToReport(complaint=ref, note="A refund is possible."), INVESTIGATOR),
        (SubmitReport(complaint=ref, findings=[finding]), INVESTIGATOR),
        (ApproveReport(complaint=ref), DECIDER),
    )  # fmt: skip
