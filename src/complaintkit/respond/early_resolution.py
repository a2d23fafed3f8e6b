"""Early resolution (EV-18, EV-19, EV-21, EV-40): seek a solution that the person agrees with, before any inquiry."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import field, frozen

from complaintkit.commitments import promise, settle
from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import Outcome, Resolution
from complaintkit.complaint.step import Context, Decides, Past, may, refuse
from complaintkit.errors import Reason
from complaintkit.journal import event
from complaintkit.letters.delivery import request
from complaintkit.respond.guards import is_assessed, quotable, track_permits
from complaintkit.values import Personal, maybe_personal, personal
from complaintkit.vocabulary import Channel, CommitmentKind, Handling, NoticeRule, OutcomeValue, Role

# Commands ------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class TryEarlyResolution:
    """EV-18: begin to settle; ``paraphrase`` is the issue as understood and confirmed (F18)."""

    complaint: str
    paraphrase: Personal = field(converter=personal)
    proposal: Personal | None = field(default=None, converter=maybe_personal)
    proposed_before_demand: bool = False


@frozen(kw_only=True)
class SkipEarlyResolution:
    """EV-40: go on without it, with the reason why it is not permitted, pointless or not wanted (G-26)."""

    complaint: str
    reason: str


@frozen(kw_only=True)
class AgreeResolution:
    """EV-19: the complainant agreed to the terms; their ``words`` are kept, with the channel they came by."""

    complaint: str
    terms: Personal = field(converter=personal)
    words: Personal | None = field(default=None, converter=maybe_personal)
    channel: Channel = field(default=Channel.PHONE, converter=Channel)
    proposed_before_demand: bool = False


@frozen(kw_only=True)
class FailEarlyResolution:
    """EV-21: no agreement; the last positions are noted, and the inquiry begins."""

    complaint: str
    positions: Personal | None = field(default=None, converter=maybe_personal)


# Events --------------------------------------------------------------------------------------------


@event
class EarlyResolutionTried:
    """Somebody tries to settle it."""

    target: Handling
    paraphrase: Personal
    proposal: Personal | None
    proposed_before_demand: bool


@event
class EarlyResolutionSkipped:
    """It goes on without an attempt to settle."""

    target: Handling
    reason: str


@event
class ResolutionAgreed:
    """Both agreed; inquiry into it ends, learning goes on (INV-38, DC-15)."""

    target: Handling
    terms: Personal
    words: Personal | None
    channel: Channel
    proposed_before_demand: bool


@event
class EarlyResolutionFailed:
    """No agreement was reached in time."""

    target: Handling
    positions: Personal | None
    lapsed: bool


# Decide --------------------------------------------------------------------------------------------


def gives_reason(_complaint: Complaint, cmd: SkipEarlyResolution, _ctx: Context) -> Reason | None:
    """G-26: why it is not permitted, pointless or not wanted."""
    return None if cmd.reason else refuse("G-26", "no reason is given")


def has_agreement(_complaint: Complaint, cmd: AgreeResolution, _ctx: Context) -> Reason | None:
    """G-13: the agreement is the complainant's, in their own words."""
    return None if cmd.words else refuse("G-13", "the complainant's own words of agreement are not recorded")


def time_is_over(complaint: Complaint, _cmd: FailEarlyResolution, ctx: Context) -> Reason | None:
    """SoD-9: the system only carries out what a stated time limit ends."""
    owed = complaint.commitment(CommitmentKind.EARLY_RESOLUTION)
    early = ctx.actor.role is Role.SYSTEM and (owed is None or ctx.occurred <= owed.due)
    return refuse("SoD-9", "the time to settle is not over: a person may end it") if early else None


def try_to_resolve(complaint: Complaint, cmd: TryEarlyResolution, ctx: Context) -> Iterator[object]:
    """Open the window and tell the person."""
    yield EarlyResolutionTried(
        target=ctx.target,
        paraphrase=cmd.paraphrase,
        proposal=cmd.proposal,
        proposed_before_demand=cmd.proposed_before_demand,
    )
    yield from promise(complaint, CommitmentKind.EARLY_RESOLUTION, ctx.occurred, ctx)
    yield from request(NoticeRule.PROGRESS, complaint, ctx)


def skip(complaint: Complaint, cmd: SkipEarlyResolution, ctx: Context) -> Iterator[object]:
    """Go on to choose an approach."""
    yield EarlyResolutionSkipped(target=ctx.target, reason=cmd.reason)
    yield from request(NoticeRule.PROGRESS, complaint, ctx)


def agree(complaint: Complaint, cmd: AgreeResolution, ctx: Context) -> Iterator[object]:
    """Record the agreement and confirm it in writing."""
    yield ResolutionAgreed(
        target=ctx.target,
        terms=cmd.terms,
        words=cmd.words,
        channel=cmd.channel,
        proposed_before_demand=cmd.proposed_before_demand,
    )
    yield from settle(complaint, (CommitmentKind.EARLY_RESOLUTION,), ctx.occurred, ctx)
    yield from request(NoticeRule.RESOLUTION, complaint, ctx)


def fail(complaint: Complaint, cmd: FailEarlyResolution, ctx: Context) -> Iterator[object]:
    """Give up settling; the window's own verdict depends on whether it had passed."""
    yield EarlyResolutionFailed(target=ctx.target, positions=cmd.positions, lapsed=ctx.actor.role is Role.SYSTEM)
    yield from settle(complaint, (CommitmentKind.EARLY_RESOLUTION,), ctx.occurred, ctx)
    yield from request(NoticeRule.PROGRESS, complaint, ctx)


# Evolve --------------------------------------------------------------------------------------------


def tried(complaint: Complaint, happened: EarlyResolutionTried, past: Past) -> Complaint:
    """An attempt is under way."""
    attempt = Resolution(tried_at=past.when, proposal=happened.proposal, before_demand=happened.proposed_before_demand)
    return changed(complaint, handling=happened.target, resolution=attempt)


def skipped(complaint: Complaint, happened: EarlyResolutionSkipped, _past: Past) -> Complaint:
    """It goes on."""
    return changed(complaint, handling=happened.target)


def agreed(complaint: Complaint, happened: ResolutionAgreed, past: Past) -> Complaint:
    """The outcome is the agreement (INV-24)."""
    attempt = changed(
        complaint.resolution or Resolution(tried_at=past.when),
        terms=happened.terms,
        agreed=True,
        before_demand=happened.proposed_before_demand,
        closed_at=past.when,
    )
    outcome = Outcome(value=OutcomeValue.RESOLVED_BY_AGREEMENT, issued_at=past.when)
    return changed(complaint, handling=happened.target, resolution=attempt, outcome=outcome)


def unresolved(complaint: Complaint, happened: EarlyResolutionFailed, past: Past) -> Complaint:
    """The attempt ended without agreement."""
    attempt = changed(complaint.resolution or Resolution(tried_at=past.when), agreed=False, closed_at=past.when)
    return changed(complaint, handling=happened.target, resolution=attempt)


_FRONT = may(Role.FRONT_LINE_AGENT, Role.CASE_HANDLER)
DECIDES = (
    Decides(
        command=TryEarlyResolution,
        ev="EV-18",
        by=_FRONT,
        move="try_early_resolution",
        requires=(is_assessed, track_permits),
        decide=try_to_resolve,
    ),
    Decides(
        command=SkipEarlyResolution,
        ev="EV-40",
        by=may(Role.CASE_HANDLER, Role.TRIAGE_OFFICER),
        move="skip_early_resolution",
        requires=(is_assessed,),
        guards=(gives_reason,),
        decide=skip,
    ),
    Decides(
        command=AgreeResolution,
        ev="EV-19",
        by=_FRONT,
        move="agree_resolution",
        requires=(track_permits,),
        guards=(has_agreement, quotable("terms")),
        decide=agree,
    ),
    Decides(
        command=FailEarlyResolution,
        ev="EV-21",
        by=may(Role.CASE_HANDLER, Role.SYSTEM),
        move="early_resolution_failed",
        guards=(time_is_over,),
        decide=fail,
    ),
)
EVOLVES = {
    EarlyResolutionTried: tried,
    EarlyResolutionSkipped: skipped,
    ResolutionAgreed: agreed,
    EarlyResolutionFailed: unresolved,
}
