"""Commitments: made when something is owed, met or breached once and for good (INV-52, INV-54).

A commitment stores when it started, its term, and when its clock stood; the due instant follows under the
profile's calendar and is pinned with the calendar's version. A met or breached commitment is never judged
again. Meeting the due instant exactly meets it; a clock that stands cannot run out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from attrs import frozen

from complaintkit.commitments.reckoning import find, reckon, stops, term_text, unfinished
from complaintkit.commitments.signals import JUST_AFTER, raise_until
from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import Commitment, Suspension
from complaintkit.complaint.step import Context, Decides, Past, given, may, refuse
from complaintkit.errors import Reason
from complaintkit.journal import Instant, event
from complaintkit.timekeeping import Pause, Term
from complaintkit.vocabulary import Band, CommitmentKind, CommitmentStatus, Handling, MoveReason, Role

# Commands ------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class SettleCommitments:
    """What was owed was done at ``at``: give every open commitment of these kinds its verdict.

    Follows from events (a letter that arrived); nobody gives it directly.
    """

    complaint: str
    kinds: tuple[CommitmentKind, ...]
    at: Instant


@frozen(kw_only=True)
class JudgeCommitment:
    """EV-53: the due instant of a commitment has passed without it being met."""

    complaint: str
    commitment: str


# Events --------------------------------------------------------------------------------------------


@event
class CommitmentMade:
    """Something was promised with a date (INV-52).

    ``term`` is what was granted (empty: an own word), ``regime`` the rules that grant it, ``budget`` the
    seconds that the clock may run in all, ``stood`` stretches that do not count from the outset.
    """

    id: str
    kind: CommitmentKind
    cycle: int
    regime: str
    started_at: Instant
    due: Instant
    term: str
    budget: int
    calendar: str
    stood: tuple[Suspension, ...] = ()
    about: str = ""


@event
class CommitmentMet:
    """What was promised was done at or before the due instant (INV-54)."""

    id: str
    kind: CommitmentKind
    at: Instant


@event
class CommitmentBreached:
    """EV-53: the due instant passed, and what was promised was not done (INV-54)."""

    id: str
    kind: CommitmentKind
    due: Instant


@event
class CommitmentCompleted:
    """A breached commitment was done after all; its verdict stays, and nobody is told about it any more."""

    id: str
    kind: CommitmentKind
    at: Instant


@event
class CommitmentMoved:
    """The date of an open commitment was worked out anew from its origin, pauses replayed."""

    id: str
    kind: CommitmentKind
    because: MoveReason
    started_at: Instant
    due: Instant
    term: str
    budget: int
    calendar: str


@event
class CommitmentReleased:
    """A commitment is owed no more: the outcome was issued, handling ended, or no rule grants it now."""

    id: str
    kind: CommitmentKind


# Decide --------------------------------------------------------------------------------------------


def promise(
    complaint: Complaint | None,
    kind: CommitmentKind,
    started_at: datetime,
    ctx: Context,
    *,
    band: Band | None = None,
    about: str = "",
) -> Iterator[CommitmentMade]:
    """Promise what the profile and every other regime owe for a kind; before triage the mildest band counts.

    ``band`` is the one that is being recorded just now, ``about`` the id of what is owed, where several may be.
    """
    cycle = complaint.cycle(kind) + 1 if complaint else 1
    band = band or (complaint.band if complaint else None) or Band.P4
    for regime, term in ctx.profile.terms(kind, band).items():
        yield from grant(complaint, kind, cycle, regime, term, started_at, ctx, about=about)


def grant(
    complaint: Complaint | None,
    kind: CommitmentKind,
    cycle: int,
    regime: str,
    term: Term,
    started_at: datetime,
    ctx: Context,
    stood: tuple[Suspension, ...] = (),
    about: str = "",
) -> Iterator[CommitmentMade]:
    """Make one commitment; one that begins while the complaint is on hold begins with a clock that stands."""
    due, budget, calendar = reckon(term, started_at, ctx.profile.calendar, ended(stood))
    hold = complaint.hold if complaint else None
    if hold is not None and stops(ctx.profile, kind, regime, hold.reason):
        stood = (*stood, Suspension(reason=hold.reason, since=max(hold.since, started_at)))
    yield CommitmentMade(
        id=ctx.id(kind, cycle, regime),
        kind=kind,
        cycle=cycle,
        regime=regime,
        started_at=started_at,
        due=due,
        term=term_text(term),
        budget=budget,
        calendar=calendar,
        stood=stood,
        about=about,
    )


def ended(stood: Iterable[Suspension]) -> tuple[Pause, ...]:
    """The stretches of a ledger that are over."""
    return tuple((each.since, each.until) for each in stood if each.until is not None)


def settle(
    complaint: Complaint, kinds: Iterable[CommitmentKind], at: datetime, ctx: Context, *, about: str | None = None
) -> Iterator[object]:
    """What was owed for these kinds was done at ``at``; progress is owed again until the final response is given.

    ``about`` is the id of the one thing that was done, where several may be owed.
    """
    for owed in unfinished(complaint):
        if owed.kind in kinds and about in (None, owed.about):
            yield from settle_one(owed, at, ctx)
            if owed.is_open and owed.kind is CommitmentKind.PROGRESS and CommitmentKind.FINAL not in kinds:
                yield from _again(complaint, owed, at, ctx)


def settle_one(owed: Commitment, at: datetime, ctx: Context) -> Iterator[object]:
    """The verdict of an open commitment that was done at ``at``; an end for a breached one."""
    yield from raise_until(owed, at, ctx)
    if owed.is_open and not owed.is_overdue(at):
        yield CommitmentMet(id=owed.id, kind=owed.kind, at=at)
        return
    if owed.is_open:
        yield CommitmentBreached(id=owed.id, kind=owed.kind, due=owed.due)
    yield CommitmentCompleted(id=owed.id, kind=owed.kind, at=at)


def release(
    complaint: Complaint, at: datetime, ctx: Context, *, keep: Iterable[CommitmentKind] = ()
) -> Iterator[object]:
    """Handling ends at ``at``: what is overdue is breached, and nothing is owed any more."""
    for owed in unfinished(complaint):
        if owed.kind in keep:
            continue
        yield from raise_until(owed, at, ctx)
        if owed.is_open and owed.is_overdue(at):
            yield CommitmentBreached(id=owed.id, kind=owed.kind, due=owed.due)
        yield CommitmentReleased(id=owed.id, kind=owed.kind)


def _again(complaint: Complaint, owed: Commitment, start: datetime, ctx: Context) -> Iterator[object]:
    """A recurring promise of the same rules, for the next cycle, if they still grant one."""
    term = ctx.profile.terms(owed.kind, complaint.band or Band.P4).get(owed.regime)
    if term is not None:
        yield from grant(complaint, owed.kind, owed.cycle + 1, owed.regime, term, start, ctx)


def is_due(complaint: Complaint, cmd: JudgeCommitment, ctx: Context) -> Reason | None:
    """INV-54: only an open commitment whose due instant has passed can be breached."""
    owed = find(complaint, cmd.commitment)
    if owed is None or not owed.is_open:
        return refuse("INV-54", "the commitment has its verdict, or does not exist")
    return None if owed.is_overdue(ctx.occurred) else refuse("INV-54", "the due instant has not passed")


def judge(complaint: Complaint, cmd: JudgeCommitment, ctx: Context) -> Iterator[object]:
    """EV-53 for one commitment; recurring progress is owed again from its due instant.

    The time to comment is over with its date: it was not ours to use, so this is told once and nobody further up.
    """
    owed = given(find(complaint, cmd.commitment))
    theirs = owed.kind is CommitmentKind.COMMENT
    yield from raise_until(owed, owed.due + JUST_AFTER if theirs else owed.due, ctx)
    yield CommitmentBreached(id=owed.id, kind=owed.kind, due=owed.due)
    if owed.kind is CommitmentKind.PROGRESS and complaint.handling is not Handling.OUTCOME_ISSUED:
        yield from _again(complaint, owed, owed.due, ctx)
    if theirs:
        yield CommitmentReleased(id=owed.id, kind=owed.kind)


def settle_all(complaint: Complaint, cmd: SettleCommitments, ctx: Context) -> Iterator[object]:
    """Give the verdicts that a happening at ``at`` brings."""
    yield from settle(complaint, cmd.kinds, cmd.at, ctx)
    if CommitmentKind.FINAL in cmd.kinds:
        yield from release(complaint, cmd.at, ctx, keep=(*cmd.kinds, *_OUTLIVE))


#: What is still owed once the final response is given.
_OUTLIVE: Final = (CommitmentKind.REVIEW, CommitmentKind.REMEDY, CommitmentKind.PROMISE)


# Evolve --------------------------------------------------------------------------------------------


def made(complaint: Complaint, happened: CommitmentMade, _past: Past) -> Complaint:
    """Add the commitment."""
    commitment = Commitment(
        id=happened.id,
        kind=happened.kind,
        cycle=happened.cycle,
        regime=happened.regime,
        started_at=happened.started_at,
        due=happened.due,
        term=happened.term,
        budget=happened.budget,
        calendar=happened.calendar,
        suspensions=happened.stood,
        about=happened.about,
    )
    return changed(complaint, commitments=(*complaint.commitments, commitment))


def met(complaint: Complaint, happened: CommitmentMet, _past: Past) -> Complaint:
    """Close the commitment as met."""
    return change(complaint, happened.id, status=CommitmentStatus.MET, settled_at=happened.at)


def breached(complaint: Complaint, happened: CommitmentBreached, past: Past) -> Complaint:
    """Close the commitment as breached."""
    return change(complaint, happened.id, status=CommitmentStatus.BREACHED, settled_at=past.when)


def done(complaint: Complaint, happened: CommitmentCompleted, _past: Past) -> Complaint:
    """Note when it was done after all; the verdict stays."""
    return change(complaint, happened.id, ended_at=happened.at)


def moved(complaint: Complaint, happened: CommitmentMoved, _past: Past) -> Complaint:
    """Give the commitment its new date."""
    return change(
        complaint,
        happened.id,
        started_at=happened.started_at,
        due=happened.due,
        term=happened.term,
        budget=happened.budget,
        calendar=happened.calendar,
    )


def released(complaint: Complaint, happened: CommitmentReleased, past: Past) -> Complaint:
    """Close an open commitment without a verdict; a breached one keeps its verdict and ends."""
    owed = given(find(complaint, happened.id))
    if not owed.is_open:
        return change(complaint, happened.id, ended_at=past.when)
    return change(complaint, happened.id, status=CommitmentStatus.CANCELLED, settled_at=past.when)


def change(complaint: Complaint, commitment_id: str, **changes: object) -> Complaint:
    """The complaint with one commitment changed."""
    commitments = tuple(
        changed(owed, **changes) if owed.id == commitment_id else owed  # type: ignore[arg-type]
        for owed in complaint.commitments
    )
    return changed(complaint, commitments=commitments)


DECIDES = (
    Decides(command=SettleCommitments, ev="INV-54", by=may(), decide=settle_all),
    Decides(command=JudgeCommitment, ev="EV-53", by=may(Role.SYSTEM), guards=(is_due,), decide=judge),
)
EVOLVES = {
    CommitmentMade: made,
    CommitmentMet: met,
    CommitmentBreached: breached,
    CommitmentCompleted: done,
    CommitmentMoved: moved,
    CommitmentReleased: released,
}
