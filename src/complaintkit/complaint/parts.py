"""The parts of a complaint: issues, triage, commitments, evidence, findings, reviews, letters.

All are frozen, hold tuples and no lists, and name persons by opaque ids or :class:`~complaintkit.values.Personal`.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from attrs import field, frozen

from complaintkit.complaint.asked import CommentInvitation, InformationRequest, LiaisonQuestion
from complaintkit.values import Personal, listed, maybe_personal, personal
from complaintkit.vocabulary import (
    AckState,
    Approach,
    Band,
    Channel,
    ClosureReason,
    CommitmentKind,
    CommitmentStatus,
    ConflictDecision,
    ConflictNature,
    DeliveryStatus,
    Direction,
    EvidenceKind,
    ExternalState,
    FindingValue,
    Gravity,
    Handling,
    HoldReason,
    Jurisdiction,
    Language,
    NoticeRule,
    OutcomeValue,
    ReviewOutcome,
    Support,
    Track,
)

#: Coded name and value pairs, sorted by name: an immutable mapping that stays small in the journal.
Pairs = tuple[tuple[str, str], ...]


@frozen(kw_only=True, slots=False)
class Intake:
    """What was handed in (E-09): the raw message, how it came, and what the person wants.

    ``person`` is an opaque id (None: anonymous, INV-12); ``attributes`` are coded facts of the host such
    as product or topic, never personal text; ``record`` names the row it was imported from, if it was.
    """

    channel: Channel
    language: Language
    person: str | None = None
    name: Personal | None = None
    reach: Personal | None = None
    narrative: Personal | None = None
    desired_outcome: Personal | None = None
    unit: str | None = None
    attributes: Pairs = ()
    record: str | None = None

    @property
    def topic(self) -> str | None:
        """The coded fact that says what it is about, before issues have their categories."""
        return dict(self.attributes).get("topic")


@frozen(kw_only=True, slots=False)
class Issue:
    """One allegation with its own finding (E-10); ``statement`` is worded neutrally with the complainant.

    ``desired_outcome`` None is the explicit "none stated" of INV-02; ``respondent`` is an opaque id of a
    unit or person; ``identifies_person`` says that a person is complained about (INV-46).
    """

    no: int
    statement: Personal
    category: str
    desired_outcome: Personal | None = None
    respondent: str | None = None
    identifies_person: bool = False
    jurisdiction: Jurisdiction = Jurisdiction.YES


@frozen(kw_only=True, slots=False)
class Triage:
    """An assessment of priority (E-13): coded levels and needs, band, rank, track, the rules that fired, by whom."""

    levels: tuple[tuple[str, int], ...]
    band: Band
    rank: int
    track: Track
    rules: tuple[str, ...]
    policy: str
    at: datetime
    by: str = ""
    is_minor: bool = False
    adult_at_risk: bool = False


@frozen(kw_only=True, slots=False)
class PriorityOverride:
    """A band that a person set beside the assessed one (EV-09); both stay, and who asked and who confirmed.

    ``confirm_by`` is when a raise should be confirmed, None for a lowering, which counts only once it is confirmed.
    ``overdue`` says that nobody did so in time and that this was reported (P-20).
    """

    assessed: Band
    to: Band
    by: str
    at: datetime
    reason: Personal
    confirm_by: datetime | None = None
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None
    overdue: bool = False

    @property
    def lowers(self) -> bool:
        """Whether it makes the complaint less urgent."""
        return self.to > self.assessed

    @property
    def waits(self) -> bool:
        """Whether it waits for a second person."""
        return self.confirmed_by is None

    @property
    def counts(self) -> bool:
        """Whether its band is the one that counts: a raise at once, a lowering once it is confirmed."""
        return not (self.lowers and self.waits)


@frozen(kw_only=True, slots=False)
class SecondLook:
    """Somebody else looks at the priority again, because the person sees it two levels more urgent (P-08)."""

    declared: Band
    assessed: Band
    rater: str
    asked_at: datetime
    taken_by: str | None = None
    taken_at: datetime | None = None


@frozen(kw_only=True, slots=False)
class Responsibility:
    """The unit that answers for the complaint, and the topic that led to it (E-52, INV-74)."""

    unit: str
    topic: str
    playbook: str = ""


@frozen(kw_only=True, slots=False)
class Conflict:
    """A declaration of interest (E-18): whose, of what nature, and what follows from it."""

    person: str
    nature: ConflictNature
    decision: ConflictDecision
    declared_by: str
    at: datetime
    measures: Personal | None = None


@frozen(kw_only=True, slots=False)
class ImmediateAction:
    """What was done at once against harm or loss (EV-20), in which episode, and why."""

    at: datetime
    by: str
    episode: int
    what: Personal
    why: Personal


@frozen(kw_only=True, slots=False)
class Hold:
    """Region C: what the complaint waits for, since when, and when that ends by itself."""

    reason: HoldReason
    since: datetime
    until: datetime | None = None


@frozen(kw_only=True, slots=False)
class Suspension:
    """A stretch during which a clock stood, half-open; without an end it stands still."""

    reason: HoldReason
    since: datetime
    until: datetime | None = None


@frozen(kw_only=True, slots=False)
class Commitment:
    """A dated promise (E-35). ``due`` follows from ``started_at``, ``term`` and ``suspensions`` under ``calendar``.

    ``term`` is what was granted, extensions included, as text (empty: our own word, a date that nothing moves);
    ``regime`` names the rules that set it, empty for the profile's own; ``about`` is the code of an own word.
    ``budget`` is how many seconds the
    clock may run in all (working seconds, or elapsed ones, as the term counts), ``consumed`` how many had run
    when it was stopped last. ``settled_at`` is when it was met, or when its breach was established; both
    verdicts are final (INV-54). ``ended_at`` is when a breached one was done after all, or stopped to matter.
    ``signals`` are the rungs of the ladder that were climbed (EV-52). ``via`` are the complaints through whose
    merging it came here, the first one first (INV-51).
    """

    id: str
    kind: CommitmentKind
    cycle: int
    started_at: datetime
    due: datetime
    term: str
    calendar: str
    regime: str = ""
    about: str = ""
    budget: int = 0
    consumed: int = 0
    suspensions: tuple[Suspension, ...] = ()
    status: CommitmentStatus = CommitmentStatus.OPEN
    settled_at: datetime | None = None
    ended_at: datetime | None = None
    signals: tuple[str, ...] = ()
    via: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it has no verdict and is still owed."""
        return self.status is CommitmentStatus.OPEN

    @property
    def paused_since(self) -> datetime | None:
        """Since when its clock stands; None while it runs."""
        last = self.suspensions[-1] if self.suspensions else None
        return last.since if last and last.until is None else None

    @property
    def stood(self) -> tuple[tuple[datetime, datetime], ...]:
        """The stretches during which its clock stood, the present one left out."""
        return tuple((each.since, each.until) for each in self.suspensions if each.until is not None)

    @property
    def remaining(self) -> int:
        """How many seconds the clock may still run after it was stopped last."""
        return max(self.budget - self.consumed, 0)

    def is_overdue(self, at: datetime) -> bool:
        """Whether its due instant lies before ``at``; a clock that stands never runs out."""
        return at > self.due and self.paused_since is None


@frozen(kw_only=True, slots=False)
class ContactRecord:
    """A contact with the person, in either direction (E-08); ``by`` is the actor who recorded it.

    ``via`` are the complaints through which it came here: the one that it named, and those into which that
    one was merged on the way (INV-51).
    """

    id: str
    direction: Direction
    channel: Channel
    at: datetime
    text: Personal
    by: str
    via: tuple[str, ...] = ()


@frozen(kw_only=True, slots=False)
class Joined:
    """A duplicate that was merged into this complaint (E-34, INV-51): what it brings besides contacts and promises.

    ``persons`` have the rights of a complainant here too; ``participants`` took part in the same matter (INV-60).
    """

    ref: str
    received_at: datetime
    triage: Triage | None
    persons: tuple[str, ...]
    participants: tuple[Participation, ...]


@frozen(kw_only=True, slots=False)
class Alone:
    """What a complaint had of its own before the first duplicate was merged into it."""

    received_at: datetime
    triage: Triage | None


@frozen(kw_only=True, slots=False)
class Merger:
    """Into which complaint this one was merged, from which place, and which commitments that ended (E-34)."""

    into: str
    was: Handling
    at: datetime
    owed: tuple[str, ...]


@frozen(kw_only=True, slots=False)
class Acknowledgement:
    """Region B: the state of the acknowledgement, and when it changed last."""

    state: AckState = AckState.PENDING
    at: datetime | None = None


@frozen(kw_only=True, slots=False)
class Resolution:
    """An attempt to agree on a solution early (E-20)."""

    tried_at: datetime
    proposal: Personal | None = None
    terms: Personal | None = None
    agreed: bool | None = None
    before_demand: bool = False
    closed_at: datetime | None = None


@frozen(kw_only=True, slots=False)
class EvidenceItem:
    """An item of evidence (E-24) by its digest; the bytes stay with the host."""

    id: str
    kind: EvidenceKind
    description: Personal
    source: str
    digest: str
    lawful_basis: str
    supports: Support
    issues: tuple[int, ...]
    obtained_at: datetime
    added_by: str


@frozen(kw_only=True, slots=False)
class Finding:
    """The answer to one issue (E-25): its value, on what evidence, and why.

    ``sought`` says what was looked for where nothing could be determined (INV-45); ``perceived_cause`` is
    mandatory where the issue is not substantiated (INV-25); ``no_comment_reason`` is the recorded lawful
    reason why a person it goes against was not heard before (INV-46).
    """

    issue: int
    value: FindingValue = field(converter=FindingValue)
    reasons: Personal = field(converter=personal)
    evidence: tuple[str, ...] = field(default=(), converter=listed)
    gravity: Gravity = field(default=Gravity.ORDINARY, converter=Gravity)
    adverse_to_person: bool = False
    no_comment_reason: Personal | None = field(default=None, converter=maybe_personal)
    perceived_cause: str | None = None
    sought: Personal | None = field(default=None, converter=maybe_personal)
    one_item_reason: Personal | None = field(default=None, converter=maybe_personal)


@frozen(kw_only=True, slots=False)
class Report:
    """The report with its findings (E-26) and the versions that were returned."""

    author: str
    submitted_at: datetime
    findings: tuple[Finding, ...]
    returned: int = 0
    approver: str | None = None
    approved_at: datetime | None = None


@frozen(kw_only=True, slots=False)
class Inquiry:
    """How the complaint is looked into: approach, evidence, search complete, report, and what was asked of whom.

    ``information`` is what was asked of the complainant last.
    """

    approach: Approach | None = None
    evidence: tuple[EvidenceItem, ...] = ()
    complete: bool = False
    report: Report | None = None
    questions: tuple[LiaisonQuestion, ...] = ()
    invitations: tuple[CommentInvitation, ...] = ()
    information: InformationRequest | None = None

    def question(self, question_id: str) -> LiaisonQuestion | None:
        """The question to a department with an id."""
        return next((question for question in self.questions if question.id == question_id), None)

    def invitation(self, invitation_id: str) -> CommentInvitation | None:
        """The invitation to comment with an id."""
        return next((invitation for invitation in self.invitations if invitation.id == invitation_id), None)


@frozen(kw_only=True, slots=False)
class Outcome:
    """What was told to the complainant, derived from the findings (INV-24), and what they said to it."""

    value: OutcomeValue
    issued_at: datetime
    delivered_at: datetime | None = None
    accepted_at: datetime | None = None
    explanation: Personal | None = None


@frozen(kw_only=True, slots=False)
class InternalReview:
    """A review by somebody who had no part in the case (E-30, INV-60)."""

    tier: int
    requested_at: datetime
    reviewer: str
    outcome: ReviewOutcome | None = None
    decided_at: datetime | None = None
    withdrawn_at: datetime | None = None
    reasons: Personal | None = None


@frozen(kw_only=True, slots=False)
class ExternalReview:
    """The review of one outside body (E-31); several may run, none blocks handling (INV-61)."""

    body: str
    state: ExternalState
    opened_at: datetime
    ended_at: datetime | None = None


@frozen(kw_only=True, slots=False)
class Closure:
    """Why and when handling ended (E-38)."""

    reason: ClosureReason
    at: datetime


@frozen(kw_only=True, slots=False)
class LegalHold:
    """A matter, such as a lawsuit, for which nothing of the complaint may be erased (E-53, INV-75)."""

    matter: str
    since: datetime


@frozen(kw_only=True, slots=False)
class Notice:
    """A letter that was asked for and what became of it (E-16, INV-33); ``to`` None: to the complainant."""

    id: str
    rule: NoticeRule
    requested_at: datetime
    language: Language
    signed_by: str
    to: str | None = None
    status: DeliveryStatus | None = None
    at: datetime | None = None


class Participation(NamedTuple):
    """Who did what: the ground of independence (INV-60) and of separated duties (SoD-1, SoD-2)."""

    actor: str
    act: str
