"""E-01: the complaint as the fold of its journal entries."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from complaintkit.complaint.parts import (
    Acknowledgement,
    Alone,
    Closure,
    Commitment,
    Conflict,
    ContactRecord,
    ExternalReview,
    Hold,
    ImmediateAction,
    Inquiry,
    Intake,
    InternalReview,
    Issue,
    Joined,
    LegalHold,
    Merger,
    Notice,
    Outcome,
    Participation,
    PriorityOverride,
    Resolution,
    Responsibility,
    SecondLook,
    Triage,
)
from complaintkit.complaint.withheld import Privileged, Redaction
from complaintkit.vocabulary import (
    Band,
    ClosureReason,
    CommitmentKind,
    CommitmentStatus,
    ConflictDecision,
    ExternalState,
    FeedbackKind,
    Handling,
    LearningState,
)


@frozen(kw_only=True, slots=False)
class Complaint:
    """A complaint at one version: what it says, where it stands, and what is owed on it.

    ``received_at`` is when the dissatisfaction first reached any touch-point (INV-01) and starts every
    clock, of every complaint that was ``joined`` to this one too (INV-51); ``owner`` is the one accountable
    person from registration on (INV-07); ``episode`` counts from 1 and grows with every reopening (INV-62).
    ``previous_band`` is the band before the complaint was reopened or sent back by a review, below which it does not
    fall (P-12). State comes from journal entries alone; nothing here changes.
    """

    ref: str
    version: int
    handling: Handling
    kind: FeedbackKind
    intake: Intake
    received_at: datetime
    registered_at: datetime | None = None
    owner: str | None = None
    issues: tuple[Issue, ...] = ()
    triage: Triage | None = None
    actions: tuple[ImmediateAction, ...] = ()
    override: PriorityOverride | None = None
    previous_band: Band | None = None
    declared_urgency: Band | None = None
    second_look: SecondLook | None = None
    responsibility: Responsibility | None = None
    conflicts: tuple[Conflict, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    contacts: tuple[ContactRecord, ...] = ()
    hold: Hold | None = None
    acknowledgement: Acknowledgement = Acknowledgement()
    resolution: Resolution | None = None
    inquiry: Inquiry = Inquiry()
    outcome: Outcome | None = None
    reviews: tuple[InternalReview, ...] = ()
    external: tuple[ExternalReview, ...] = ()
    learning: LearningState = LearningState.NOT_STARTED
    closure: Closure | None = None
    merger: Merger | None = None
    joined: tuple[Joined, ...] = ()
    alone: Alone | None = None
    episode: int = 1
    notices: tuple[Notice, ...] = ()
    legal_holds: tuple[LegalHold, ...] = ()
    redactions: tuple[Redaction, ...] = ()
    privileged: tuple[Privileged, ...] = ()
    milestones: tuple[tuple[str, datetime], ...] = ()
    source_timely: bool | None = None
    participants: tuple[Participation, ...] = ()
    profile: str = ""

    @property
    def registered(self) -> bool:
        """Whether it has a place in the register (from ST-01 on)."""
        return self.registered_at is not None

    @property
    def is_open(self) -> bool:
        """Whether handling is still going on."""
        return self.handling is not Handling.CLOSED

    @property
    def band(self) -> Band | None:
        """The priority band that counts, once triage is recorded: the assessed one, or the one of an override."""
        if self.override is not None and self.override.counts:
            return self.override.to
        return self.triage.band if self.triage else None

    @property
    def unit(self) -> str | None:
        """The unit that answers for it; before anything was routed, the one where it came in."""
        return self.responsibility.unit if self.responsibility else self.intake.unit

    @property
    def topic(self) -> str | None:
        """What routes it (E-52): the category of its first issue, before that the coded fact of its intake."""
        return self.issues[0].category if self.issues else self.intake.topic

    @property
    def recused(self) -> frozenset[str]:
        """Who takes no part any more because of a conflict of interest (INV-36); the newest declaration counts."""
        newest = {each.person: each.decision for each in self.conflicts}
        return frozenset(who for who, decision in newest.items() if decision is ConflictDecision.RECUSE)

    @property
    def excluded(self) -> frozenset[str]:
        """Who cannot be made responsible: who is complained about, complains, reviews it, or is recused (INV-35)."""
        review = self.current_review
        named = {review.reviewer if review else None, *(issue.respondent for issue in self.issues)}
        return self.recused | {*self.persons} | {who for who in named if who is not None}

    @property
    def merged_into(self) -> str | None:
        """The reference of the complaint with which this one is dealt with now, if it was merged and not taken out."""
        merged = self.closure is not None and self.closure.reason is ClosureReason.MERGED
        return self.merger.into if self.merger and merged else None

    @property
    def persons(self) -> tuple[str, ...]:
        """The opaque ids of everybody who complains: whose it is, and whose duplicates were merged into it."""
        persons = (self.intake.person, *(person for joined in self.joined for person in joined.persons))
        return tuple(dict.fromkeys(person for person in persons if person is not None))

    @property
    def everybody(self) -> tuple[Participation, ...]:
        """Who did what, in this complaint and in those that were merged into it."""
        return (*self.participants, *(each for joined in self.joined for each in joined.participants))

    @property
    def externally_open(self) -> bool:
        """Region X: whether any outside body is looking into it; blocks nothing but closing (G-24)."""
        return any(review.state is ExternalState.OPEN for review in self.external)

    @property
    def current_review(self) -> InternalReview | None:
        """The internal review that is waiting for its decision, if one is."""
        last = self.reviews[-1] if self.reviews else None
        return last if last and last.decided_at is None and last.withdrawn_at is None else None

    @property
    def told_at(self) -> datetime | None:
        """When the outcome reached the person; where nobody can be written to, when it was issued."""
        if self.outcome is None:
            return None
        return self.outcome.delivered_at if self.intake.reach else self.outcome.issued_at

    @property
    def open_commitments(self) -> tuple[Commitment, ...]:
        """The commitments without a verdict, in the order they were made."""
        return tuple(c for c in self.commitments if c.status is CommitmentStatus.OPEN)

    @property
    def due(self) -> datetime | None:
        """When the next thing is due that we owe; a clock that stands has no date."""
        return min((c.due for c in self.open_commitments if c.paused_since is None), default=None)

    def commitment(self, kind: CommitmentKind) -> Commitment | None:
        """The newest commitment of a kind, open or settled; of several regimes, the one that is due first (F37)."""
        cycle = self.cycle(kind)
        return min((c for c in self.commitments if c.kind is kind and c.cycle == cycle), key=_due, default=None)

    def cycle(self, kind: CommitmentKind) -> int:
        """How often something of this kind was promised so far."""
        return max((c.cycle for c in self.commitments if c.kind is kind), default=0)

    def took_part(self, actor: str, *acts: str) -> bool:
        """Whether an actor did any of the named acts, or anything at all where none is named."""
        return any(p.actor == actor and (not acts or p.act in acts) for p in self.everybody)

    def issue(self, no: int) -> Issue | None:
        """The issue with a number."""
        return next((issue for issue in self.issues if issue.no == no), None)

    def notice(self, notice_id: str) -> Notice | None:
        """The letter with an id."""
        return next((notice for notice in self.notices if notice.id == notice_id), None)


def _due(owed: Commitment) -> datetime:
    return owed.due
