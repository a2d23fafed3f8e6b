"""Lives of complaints for tests: a desk whose clock and randomness stand still, people in their roles, and the way
to every state that this version reaches.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from complaintkit.adapters.memory import MemoryStore
from complaintkit.adapters.notifiers import MemoryNotifier
from complaintkit.commands import (
    AcceptOutcome,
    AddEvidence,
    ApproveReport,
    BeginAssessment,
    CaptureComplaint,
    CloseComplaint,
    CompleteEvidence,
    Finding,
    IssueOutcome,
    NewIssue,
    ProceedToReport,
    RecordTriage,
    RegisterComplaint,
    RequestInternalReview,
    SelectApproach,
    SetIssues,
    SkipEarlyResolution,
    StartEvaluation,
    SubmitReport,
    TryEarlyResolution,
)
from complaintkit.complaint import Complaint
from complaintkit.desk import ComplaintDesk
from complaintkit.errors import CommandRefused
from complaintkit.journal import Record
from complaintkit.ports import Store
from complaintkit.timekeeping.clock import FrozenClock
from complaintkit.values import Actor, Personal
from complaintkit.vocabulary import Approach, Channel, Dimension, EvidenceKind, FindingValue, Role

START = datetime(2026, 3, 2, 10, tzinfo=UTC)  # a Monday

PERSON = Actor("person-1", Role.COMPLAINANT)
AGENT = Actor("agent-7", Role.FRONT_LINE_AGENT)
HANDLER = Actor("handler-2", Role.CASE_HANDLER)
TRIAGE = Actor("triage-1", Role.TRIAGE_OFFICER)
INVESTIGATOR = Actor("investigator-3", Role.INVESTIGATOR)
DECIDER = Actor("decider-4", Role.DECISION_MAKER)
REVIEWER = Actor("reviewer-5", Role.REVIEWER)
LIAISON = Actor("liaison-5", Role.LIAISON)
LEADER = Actor("leader-6", Role.TEAM_LEADER)
ANALYST = Actor("analyst-8", Role.QUALITY_ANALYST)
MANAGER = Actor("manager-9", Role.COMPLAINTS_MANAGER)
BODY = Actor("ombudsman", Role.EXTERNAL_BODY)
SYSTEM = Actor("system", Role.SYSTEM)
CREW = (
    PERSON, AGENT, HANDLER, TRIAGE, INVESTIGATOR, LIAISON, DECIDER, REVIEWER, LEADER, ANALYST, MANAGER, BODY, SYSTEM,
)  # fmt: skip

CALM = {dimension.fact: 0 for dimension in Dimension}


def levels(**changed: int) -> dict[str, int]:
    """Levels of all ten dimensions, 0 but for the named ones."""
    return CALM | changed


def finding(value: FindingValue = FindingValue.SUBSTANTIATED, *evidence: str, issue: int = 1, **rest: Any) -> Finding:
    """A finding on an issue."""
    return Finding(issue=issue, value=value, reasons=Personal("The ledger shows it."), evidence=evidence, **rest)


class Life:
    """One complaint on a desk; each command comes seven minutes after the one before."""

    def __init__(
        self, store: Store | None = None, *, seed: int = 7, profile: Any = None, at: datetime = START, vault: Any = None
    ) -> None:
        self.clock = FrozenClock(at)
        self.notifier = MemoryNotifier()
        self.store: Store = MemoryStore() if store is None else store
        self.desk = ComplaintDesk(
            self.store,
            profile or "standard",
            clock=self.clock,
            notifier=self.notifier,
            entropy=random.Random(seed).randbytes,
            vault=vault,
            plaintext_vault=True,
        )
        self.ref = ""

    def do(self, command: type, by: Actor, *, key: str | None = None, **fields: Any) -> Complaint:
        """Give a command, about this complaint where it names one."""
        self.clock.advance(timedelta(minutes=7))
        if "complaint" in {field.name for field in command.__attrs_attrs__} and self.ref:  # type: ignore[attr-defined]
            fields.setdefault("complaint", self.ref)
        complaint = self.desk.handle(command(**fields), by, key).complaint
        self.ref = complaint.ref
        return complaint

    def refused(self, command: type, by: Actor, **fields: Any) -> CommandRefused:
        """Give a command that must be refused: nothing changes but one entry of the book, which names the rules."""
        before, log = self.state(), self.log()
        with pytest.raises(CommandRefused) as refusal:
            self.do(command, by, **fields)
        added = self.log()[len(log) :]
        assert [record.type for record in added] == ["attempt-refused"], added
        assert added[0].ver is None
        assert added[0].stream == "book"
        assert self.state() == before
        assert refusal.value.reasons, "a refusal gives its reasons"
        return refusal.value

    def rules(self, command: type, by: Actor, **fields: Any) -> set[str]:
        """The rules that a refusal names."""
        return {reason.rule for reason in self.refused(command, by, **fields).reasons}

    def state(self) -> Complaint | None:
        """The complaint as it stands."""
        return self.desk.get(self.ref, SYSTEM) if self.ref else None

    def log(self) -> list[Record]:
        """The whole journal."""
        return list(self.store.journal(-1, 100_000))

    def send(self) -> None:
        """Send the letters that are due."""
        self.desk.dispatch()

    # The way to each state, one step after the other ------------------------------------------------

    def draft(self, **rest: Any) -> Life:
        self.do(
            CaptureComplaint, AGENT, channel=Channel.PHONE, narrative="I was charged twice.", person=PERSON.id, **rest
        )
        return self

    def received(self, **rest: Any) -> Life:
        fields = {"owner": HANDLER.id, "narrative": "I was charged twice.", "person": PERSON.id, "name": "Dana Levi"}
        self.do(RegisterComplaint, AGENT, **{**fields, "reach": "dana@example.org", **rest})
        return self

    def assessing(self, **rest: Any) -> Life:
        self.received(**rest).do(BeginAssessment, HANDLER)
        return self

    def triaged(self, issues: tuple[NewIssue, ...] = (), changed: dict[str, int] | None = None, **rest: Any) -> Life:
        self.assessing().do(SetIssues, HANDLER, issues=issues or (NewIssue(statement="Charged twice"),))
        self.do(RecordTriage, TRIAGE, levels=levels(**(changed or {"seriousness": 2})), note="An act is needed", **rest)
        return self

    def early_resolution(self, **rest: Any) -> Life:
        self.triaged(**rest).do(TryEarlyResolution, AGENT, paraphrase="One visit, two charges")
        return self

    def selecting_approach(self, **rest: Any) -> Life:
        self.triaged(**rest).do(SkipEarlyResolution, HANDLER, reason="not wanted")
        return self

    def gathering_evidence(self, **rest: Any) -> Life:
        self.selecting_approach(**rest)
        self.do(SelectApproach, HANDLER, approach=Approach.DESK_REVIEW, reason="All facts are on file")
        return self

    def with_evidence(self, items: int = 1, **rest: Any) -> Life:
        self.gathering_evidence(**rest)
        for _ in range(items):
            self.add_evidence()
        return self

    def add_evidence(self, **rest: Any) -> str:
        fields = {
            "kind": EvidenceKind.DOCUMENT,
            "description": "The ledger",
            "source": "billing",
            "digest": "sha256:0a",
        }
        complaint = self.do(AddEvidence, INVESTIGATOR, **{**fields, "issues": (1,), "lawful_basis": "contract", **rest})
        return complaint.inquiry.evidence[-1].id

    def reassessing_resolution(self, **rest: Any) -> Life:
        self.with_evidence(**rest).do(CompleteEvidence, INVESTIGATOR)
        return self

    def reporting(self, **rest: Any) -> Life:
        self.reassessing_resolution(**rest).do(ProceedToReport, INVESTIGATOR, note="Suitable and possible")
        return self

    def evidence(self) -> tuple[str, ...]:
        complaint = self.state()
        assert complaint is not None
        return tuple(item.id for item in complaint.inquiry.evidence)

    def approving_actions(self, findings: tuple[Finding, ...] = (), **rest: Any) -> Life:
        self.reporting(**rest)
        self.do(
            SubmitReport, INVESTIGATOR, findings=findings or (finding(FindingValue.SUBSTANTIATED, *self.evidence()),)
        )
        return self

    def informing_parties(self, **rest: Any) -> Life:
        self.approving_actions(**rest).do(ApproveReport, DECIDER)
        return self

    def outcome_issued(self, **rest: Any) -> Life:
        self.informing_parties(**rest).do(IssueOutcome, HANDLER, explanation="We charged you twice and are sorry.")
        return self

    def delivered(self, **rest: Any) -> Life:
        self.outcome_issued(**rest).send()
        return self

    def under_internal_review(self, **rest: Any) -> Life:
        self.delivered(**rest).do(RequestInternalReview, PERSON, reviewer=REVIEWER.id, words="Please look again")
        return self

    def closed(self, **rest: Any) -> Life:
        self.delivered(**rest).do(StartEvaluation, HANDLER)
        self.do(AcceptOutcome, PERSON, words="Fine")
        self.do(CloseComplaint, HANDLER)
        return self


#: How each state that this version reaches is reached.
WAYS: dict[str, Callable[[Life], Life]] = {
    "draft": Life.draft,
    "received": Life.received,
    "assessing": Life.assessing,
    "early_resolution": Life.early_resolution,
    "selecting_approach": Life.selecting_approach,
    "gathering_evidence": Life.gathering_evidence,
    "reassessing_resolution": Life.reassessing_resolution,
    "reporting": Life.reporting,
    "approving_actions": Life.approving_actions,
    "informing_parties": Life.informing_parties,
    "outcome_issued": Life.outcome_issued,
    "under_internal_review": Life.under_internal_review,
    "closed": Life.closed,
}
