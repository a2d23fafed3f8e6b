"""Internal review: by somebody who had no part in the case, with no reasons demanded, at no cost (EV-36, EV-37)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from attrs import field, frozen

from complaintkit.commitments import promise
from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import Finding, InternalReview
from complaintkit.complaint.step import COMPLAINANT, Context, Decides, Past, given, may, no_conflict, refuse
from complaintkit.errors import Reason
from complaintkit.journal import event
from complaintkit.letters.delivery import request
from complaintkit.respond.findings import FINDING_GUARDS, as_findings, derive_outcome
from complaintkit.respond.guards import has_words, quotable
from complaintkit.values import Personal, maybe_personal
from complaintkit.vocabulary import (
    Channel,
    CommitmentKind,
    Handling,
    NoticeRule,
    OutcomeValue,
    ReviewOutcome,
    Role,
)

# Commands ------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class RequestInternalReview:
    """EV-36: the complainant wishes a review; no reasons are demanded.

    ``reviewer`` is who will do it, ``discretion`` that it is granted although the window has passed.
    """

    complaint: str
    reviewer: str
    words: Personal | None = field(default=None, converter=maybe_personal)
    channel: Channel = field(default=Channel.EMAIL, converter=Channel)
    discretion: bool = False


@frozen(kw_only=True)
class DecideReview:
    """EV-37: confirm, vary or substitute the decision, or send it back (``remit_to``: assessment or evidence).

    Varied and substituted decisions carry the findings that replace the old ones; the outcome follows.
    """

    complaint: str
    outcome: ReviewOutcome = field(converter=ReviewOutcome)
    reasons: Personal | None = field(default=None, converter=maybe_personal)
    findings: tuple[Finding, ...] = field(default=(), converter=as_findings)
    remit_to: Literal["assessment", "evidence"] = "assessment"
    conflict: bool = False


# Events --------------------------------------------------------------------------------------------


@event
class InternalReviewRequested:
    """A review was asked for and has its reviewer."""

    target: Handling
    tier: int
    reviewer: str
    words: Personal
    channel: Channel
    discretion: bool


@event
class InternalReviewDecided:
    """The review ended; ``value`` is the outcome that now stands, None where the case was sent back."""

    target: Handling
    outcome: ReviewOutcome
    reasons: Personal
    findings: tuple[Finding, ...]
    value: OutcomeValue | None


# Decide --------------------------------------------------------------------------------------------


def is_in_window(complaint: Complaint, cmd: RequestInternalReview, ctx: Context) -> Reason | None:
    """G-23: within the profile's window from delivery, or by discretion; a letter not yet delivered opens it."""
    if complaint.told_at is None or cmd.discretion:
        return None
    ends = ctx.profile.review_window.due(complaint.told_at, ctx.profile.calendar)
    return (
        None if ctx.occurred <= ends else refuse("G-23", "the window for a review has passed; discretion is possible")
    )


def has_outcome(complaint: Complaint, _cmd: object, _ctx: Context) -> Reason | None:
    """G-23: there is an outcome to review."""
    return None if complaint.outcome else refuse("G-23", "there is no outcome to review")


def tiers_remain(complaint: Complaint, _cmd: object, ctx: Context) -> Reason | None:
    """G-23: at most the profile's number of tiers."""
    decided = sum(review.decided_at is not None for review in complaint.reviews)
    return None if decided < ctx.profile.review_tiers else refuse("G-23", "the profile's review tiers are used up")


def is_independent(complaint: Complaint, cmd: RequestInternalReview, _ctx: Context) -> Reason | None:
    """INV-60, SoD-2, IT-06: the reviewer had no part in the case."""
    parties = {complaint.owner, *complaint.persons, *(issue.respondent for issue in complaint.issues)}
    part = complaint.took_part(cmd.reviewer) or cmd.reviewer in parties
    return refuse("INV-60", "the reviewer took part in the case, or is a party to it (IT-06)") if part else None


def is_the_reviewer(complaint: Complaint, _cmd: object, ctx: Context) -> Reason | None:
    """G-34, INV-60: the assigned reviewer decides."""
    review = complaint.current_review
    assigned = review is not None and review.reviewer == ctx.actor.id
    return None if assigned else refuse("INV-60", "somebody else is the assigned reviewer")


def gives_reasons(_complaint: Complaint, cmd: DecideReview, _ctx: Context) -> Reason | None:
    """G-34: reasons."""
    return None if cmd.reasons else refuse("G-34", "no reasons are given")


def findings_fit(complaint: Complaint, cmd: DecideReview, ctx: Context) -> Reason | None:
    """INV-24: a changed decision names the findings that now stand; an unchanged one names none."""
    changes = cmd.outcome in (ReviewOutcome.VARIED, ReviewOutcome.SUBSTITUTED)
    if changes and complaint.inquiry.report is not None:
        return next((reason for guard in FINDING_GUARDS if (reason := guard(complaint, cmd, ctx))), None)
    return refuse("G-34", "only a varied or substituted decision has new findings") if cmd.findings else None


def ask(complaint: Complaint, cmd: RequestInternalReview, ctx: Context) -> Iterator[object]:
    """Begin the review and tell the person who does it and by when."""
    tier = sum(review.decided_at is not None for review in complaint.reviews) + 1
    yield InternalReviewRequested(
        target=ctx.target,
        tier=tier,
        reviewer=cmd.reviewer,
        words=given(cmd.words),
        channel=cmd.channel,
        discretion=cmd.discretion,
    )
    yield from promise(complaint, CommitmentKind.REVIEW, ctx.occurred, ctx)
    yield from request(NoticeRule.REVIEW_RECEIVED, complaint, ctx, signed_by=cmd.reviewer)


def review_move(_complaint: Complaint, cmd: DecideReview) -> str:
    """Which chart event the decision takes."""
    if cmd.outcome is not ReviewOutcome.REMITTED:
        return "review_decided"
    return "review_remit_evidence" if cmd.remit_to == "evidence" else "review_remit_assessment"


def decide_review(complaint: Complaint, cmd: DecideReview, ctx: Context) -> Iterator[object]:
    """End the review and tell everybody why."""
    yield InternalReviewDecided(
        target=ctx.target,
        outcome=cmd.outcome,
        reasons=given(cmd.reasons),
        findings=cmd.findings,
        value=_standing_outcome(complaint, cmd),
    )
    yield from request(NoticeRule.REVIEW_DECIDED, complaint, ctx, signed_by=ctx.actor.id)
    for kind in (CommitmentKind.PROGRESS, CommitmentKind.FINAL) if cmd.outcome is ReviewOutcome.REMITTED else ():
        yield from promise(complaint, kind, ctx.occurred, ctx)


def _standing_outcome(complaint: Complaint, cmd: DecideReview) -> OutcomeValue | None:
    if cmd.outcome is ReviewOutcome.REMITTED or complaint.outcome is None:
        return None
    return derive_outcome(f.value for f in cmd.findings) if cmd.findings else complaint.outcome.value


# Evolve --------------------------------------------------------------------------------------------


def asked(complaint: Complaint, happened: InternalReviewRequested, past: Past) -> Complaint:
    """A review is under way; a closed complaint is open again for it."""
    review = InternalReview(tier=happened.tier, requested_at=past.when, reviewer=happened.reviewer)
    return changed(complaint, handling=happened.target, reviews=(*complaint.reviews, review), closure=None)


def decided(complaint: Complaint, happened: InternalReviewDecided, past: Past) -> Complaint:
    """The review is decided, and its outcome stands; what was sent back does not become less urgent (P-12)."""
    review = changed(complaint.reviews[-1], outcome=happened.outcome, decided_at=past.when, reasons=happened.reasons)
    complaint = changed(complaint, handling=happened.target, reviews=(*complaint.reviews[:-1], review))
    if happened.outcome is ReviewOutcome.REMITTED:
        complaint = changed(complaint, previous_band=complaint.band)
    if happened.findings and complaint.inquiry.report:
        report = changed(complaint.inquiry.report, findings=happened.findings)
        complaint = changed(complaint, inquiry=changed(complaint.inquiry, report=report))
    outcome = complaint.outcome
    if outcome is not None and happened.value is not None:
        outcome = changed(outcome, value=happened.value, delivered_at=None, accepted_at=None)
    return changed(complaint, outcome=outcome)


DECIDES = (
    Decides(
        command=RequestInternalReview,
        ev="EV-36",
        by=COMPLAINANT,
        move="request_internal_review",
        requires=(has_outcome, tiers_remain),
        guards=(has_words, is_in_window, is_independent),
        decide=ask,
    ),
    Decides(
        command=DecideReview,
        ev="EV-37",
        by=may(Role.REVIEWER),
        move=review_move,
        moves=("review_decided", "review_remit_assessment", "review_remit_evidence"),
        requires=(is_the_reviewer,),
        guards=(no_conflict, gives_reasons, findings_fit, quotable("reasons", "findings")),
        decide=decide_review,
    ),
)
EVOLVES = {InternalReviewRequested: asked, InternalReviewDecided: decided}
