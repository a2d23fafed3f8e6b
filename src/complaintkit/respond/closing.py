"""Ending, and coming back: close, withdraw, reopen (EV-43, EV-45, EV-44)."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import field, frozen

from complaintkit.commitments import has_balance, release, reopen_clocks
from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import Closure, Inquiry
from complaintkit.complaint.step import COMPLAINANT, Context, Decides, Past, given, may, refuse
from complaintkit.errors import Reason
from complaintkit.journal import event
from complaintkit.respond.guards import has_words
from complaintkit.values import Personal, maybe_personal
from complaintkit.vocabulary import (
    Channel,
    ClockEffect,
    ClosureReason,
    Handling,
    LearningState,
    ReopenReason,
    Role,
)

# Commands ------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class CloseComplaint:
    """EV-43: end handling, once everything on the closing list is done (INV-57)."""

    complaint: str


@frozen(kw_only=True)
class WithdrawComplaint:
    """EV-45: the person withdraws, freely, in their own words; during a review, only the review ends."""

    complaint: str
    words: Personal | None = field(default=None, converter=maybe_personal)
    channel: Channel = field(default=Channel.EMAIL, converter=Channel)
    voluntary: bool = True


@frozen(kw_only=True)
class ReopenComplaint:
    """EV-44: take it up again under the same reference; the person's words of request are kept.

    ``clock`` declares what the reopening does to the time for the answer.
    """

    complaint: str
    reason: ReopenReason = field(converter=ReopenReason)
    words: Personal | None = field(default=None, converter=maybe_personal)
    clock: ClockEffect = field(default=ClockEffect.NEW_CYCLE, converter=ClockEffect)


# Events --------------------------------------------------------------------------------------------


@event
class ComplaintClosed:
    """Handling ended; learning may go on."""

    target: Handling
    reason: ClosureReason


@event
class ComplaintWithdrawn:
    """The person withdrew the complaint, or the review of it."""

    target: Handling
    words: Personal
    channel: Channel
    review_only: bool


@event
class ComplaintReopened:
    """A new episode begins; original times stay (INV-62)."""

    target: Handling
    reason: ReopenReason
    words: Personal | None
    clock: ClockEffect


# Decide --------------------------------------------------------------------------------------------


def outcome_arrived(complaint: Complaint, _cmd: object, ctx: Context) -> Reason | None:
    """INV-57: the outcome was accepted, or its letter was delivered and the window for a review has passed."""
    if complaint.outcome is not None and complaint.outcome.accepted_at is not None:
        return None
    if complaint.told_at is None:
        return refuse("INV-57", "the outcome letter has not arrived")
    ends = ctx.profile.review_window.due(complaint.told_at, ctx.profile.calendar)
    open_ = ctx.occurred <= ends
    return refuse("INV-57", "the outcome is not accepted, and the window for a review is open") if open_ else None


def learning_began(complaint: Complaint, _cmd: object, _ctx: Context) -> Reason | None:
    """INV-57: every complaint is looked at for what can be learned from it."""
    started = complaint.learning is not LearningState.NOT_STARTED
    return None if started else refuse("INV-57", "learning from it has not begun (LE-1)")


def not_with_a_body(complaint: Complaint, _cmd: object, _ctx: Context) -> Reason | None:
    """G-24: no outside body is looking into it."""
    return refuse("G-24", "an external review is open") if complaint.externally_open else None


def is_voluntary(_complaint: Complaint, cmd: WithdrawComplaint, _ctx: Context) -> Reason | None:
    """INV-59: nobody is pressed to withdraw."""
    return None if cmd.voluntary else refuse("INV-59", "a withdrawal must be voluntary")


def is_not_merged(complaint: Complaint, _cmd: object, _ctx: Context) -> Reason | None:
    """INV-51: what was merged is dealt with there, or is taken out again (EV-41)."""
    into = complaint.merged_into
    return refuse("INV-51", f"it is dealt with in {into}: take it out of that, or reopen that") if into else None


def clock_can_go_on(complaint: Complaint, cmd: ReopenComplaint, _ctx: Context) -> Reason | None:
    """EV-44: only what is left of the time can go on."""
    return has_balance(complaint) if cmd.clock is ClockEffect.CONTINUE else None


def close(complaint: Complaint, _cmd: CloseComplaint, ctx: Context) -> Iterator[object]:
    """End handling."""
    accepted = complaint.outcome is not None and complaint.outcome.accepted_at is not None
    reason = ClosureReason.RESOLVED_ACCEPTED if accepted else ClosureReason.DECIDED_FINAL
    yield ComplaintClosed(target=ctx.target, reason=reason)
    yield from release(complaint, ctx.occurred, ctx)


def withdraw_move(complaint: Complaint, _cmd: WithdrawComplaint) -> str:
    """During a review only the review is withdrawn."""
    return "withdraw_review" if complaint.handling is Handling.UNDER_INTERNAL_REVIEW else "withdraw"


def withdraw(complaint: Complaint, cmd: WithdrawComplaint, ctx: Context) -> Iterator[object]:
    """Respect the wish."""
    review_only = ctx.target is Handling.OUTCOME_ISSUED
    yield ComplaintWithdrawn(target=ctx.target, words=given(cmd.words), channel=cmd.channel, review_only=review_only)
    yield from release(complaint, ctx.occurred, ctx)


def reopen(complaint: Complaint, cmd: ReopenComplaint, ctx: Context) -> Iterator[object]:
    """Begin a new episode; what its clocks count is declared, never left to chance (pain point 29)."""
    yield ComplaintReopened(target=ctx.target, reason=cmd.reason, words=cmd.words, clock=cmd.clock)
    yield from reopen_clocks(complaint, cmd.clock, ctx)


# Evolve --------------------------------------------------------------------------------------------


def closed(complaint: Complaint, happened: ComplaintClosed, past: Past) -> Complaint:
    """Handling has ended."""
    closure = Closure(reason=happened.reason, at=past.when)
    return changed(complaint, handling=happened.target, closure=closure, hold=None)


def withdrawn(complaint: Complaint, happened: ComplaintWithdrawn, past: Past) -> Complaint:
    """The complaint has ended, or its review has."""
    if happened.review_only:
        review = changed(complaint.reviews[-1], withdrawn_at=past.when)
        return changed(complaint, handling=happened.target, reviews=(*complaint.reviews[:-1], review))
    closure = Closure(reason=ClosureReason.WITHDRAWN, at=past.when)
    return changed(complaint, handling=happened.target, closure=closure, hold=None)


def reopened(complaint: Complaint, happened: ComplaintReopened, _past: Past) -> Complaint:
    """A new episode: evidence stays, report and outcome are to be made anew."""
    inquiry = Inquiry(evidence=complaint.inquiry.evidence)
    return changed(
        complaint,
        handling=happened.target,
        episode=complaint.episode + 1,
        previous_band=complaint.band,
        closure=None,
        outcome=None,
        resolution=None,
        inquiry=inquiry,
    )


DECIDES = (
    Decides(
        command=CloseComplaint,
        ev="EV-43",
        by=may(Role.CASE_HANDLER, Role.SYSTEM),
        move="close",
        requires=(outcome_arrived, learning_began, not_with_a_body),
        decide=close,
    ),
    Decides(
        command=WithdrawComplaint,
        ev="EV-45",
        by=COMPLAINANT,
        move=withdraw_move,
        moves=("withdraw", "withdraw_review"),
        guards=(has_words, is_voluntary),
        decide=withdraw,
    ),
    Decides(
        command=ReopenComplaint,
        ev="EV-44",
        by=may(Role.TEAM_LEADER),
        move="reopen",
        requires=(is_not_merged,),
        guards=(has_words, clock_can_go_on),
        decide=reopen,
    ),
)
EVOLVES = {ComplaintClosed: closed, ComplaintWithdrawn: withdrawn, ComplaintReopened: reopened}
