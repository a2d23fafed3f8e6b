"""Commitments: made when something is owed, met or breached once and for good (INV-52, INV-54).

A commitment stores when it started and its term; the due instant follows under the profile's calendar
and is pinned with the calendar's version. A met or breached commitment is never judged again. Meeting
the due instant exactly meets it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from attrs import frozen

from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import Commitment
from complaintkit.complaint.step import Context, Decides, Past, may, refuse
from complaintkit.errors import Reason
from complaintkit.journal import Instant, event
from complaintkit.vocabulary import Band, CommitmentKind, CommitmentStatus, Handling, Role

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
    """Something was promised with a date (INV-52)."""

    id: str
    kind: CommitmentKind
    cycle: int
    started_at: Instant
    due: Instant
    term: str
    calendar: str


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
class CommitmentMoved:
    """A commitment became due earlier, because triage found more urgency (EV-08)."""

    id: str
    kind: CommitmentKind
    due: Instant
    term: str


@event
class CommitmentReleased:
    """A commitment is owed no more before it fell due: the outcome was issued, or handling ended."""

    id: str
    kind: CommitmentKind


# Decide --------------------------------------------------------------------------------------------


def promise(
    kind: CommitmentKind, started_at: datetime, band: Band | None, ctx: Context, cycle: int = 1
) -> Iterator[object]:
    """Make a commitment of a kind if the profile owes one; before triage the mildest band counts."""
    term = ctx.profile.term(kind, band or Band.P4)
    if term is not None:
        calendar = ctx.profile.calendar
        yield CommitmentMade(
            id=ctx.id(kind, cycle),
            kind=kind,
            cycle=cycle,
            started_at=started_at,
            due=term.due(started_at, calendar),
            term=repr(term),
            calendar=f"{calendar.id}#{calendar.digest}",
        )


def settle(complaint: Complaint, kinds: Iterable[CommitmentKind], at: datetime, ctx: Context) -> Iterator[object]:
    """Give the open commitments of these kinds their verdict at ``at``; progress is owed again after it.

    Once the final response is given, progress is owed no more.
    """
    for owed in complaint.open_commitments:
        if owed.kind in kinds:
            yield _verdict(owed, at)
            if owed.kind is CommitmentKind.PROGRESS and CommitmentKind.FINAL not in kinds:
                yield from promise(CommitmentKind.PROGRESS, at, complaint.band, ctx, owed.cycle + 1)


def release(complaint: Complaint, at: datetime, *, keep: Iterable[CommitmentKind] = ()) -> Iterator[object]:
    """Handling ends at ``at``: what is overdue is breached, what is not yet due is owed no more."""
    for owed in complaint.open_commitments:
        if owed.kind not in keep:
            overdue = at > owed.due
            yield _verdict(owed, at) if overdue else CommitmentReleased(id=owed.id, kind=owed.kind)


def bring_forward(complaint: Complaint, band: Band, ctx: Context) -> Iterator[object]:
    """Recompute the open commitments for a band, from their origin, and only to earlier (EV-08)."""
    for owed in complaint.open_commitments:
        term = ctx.profile.term(owed.kind, band)
        due = owed.due if term is None else term.due(owed.started_at, ctx.profile.calendar)
        if due < owed.due:
            yield CommitmentMoved(id=owed.id, kind=owed.kind, due=due, term=repr(term))


def _verdict(owed: Commitment, at: datetime) -> CommitmentMet | CommitmentBreached:
    if at <= owed.due:
        return CommitmentMet(id=owed.id, kind=owed.kind, at=at)
    return CommitmentBreached(id=owed.id, kind=owed.kind, due=owed.due)


def is_overdue(complaint: Complaint, cmd: JudgeCommitment, ctx: Context) -> Reason | None:
    """INV-54: only an open commitment whose due instant has passed can be breached."""
    owed = next((c for c in complaint.open_commitments if c.id == cmd.commitment), None)
    if owed is None:
        return refuse("INV-54", "the commitment has its verdict, or does not exist")
    return None if ctx.occurred > owed.due else refuse("INV-54", "the due instant has not passed")


def judge(complaint: Complaint, cmd: JudgeCommitment, ctx: Context) -> Iterator[object]:
    """EV-53 for one commitment; recurring progress is owed again from its due instant."""
    owed = next(c for c in complaint.open_commitments if c.id == cmd.commitment)
    yield CommitmentBreached(id=owed.id, kind=owed.kind, due=owed.due)
    if owed.kind is CommitmentKind.PROGRESS and complaint.handling is not Handling.OUTCOME_ISSUED:
        yield from promise(CommitmentKind.PROGRESS, owed.due, complaint.band, ctx, owed.cycle + 1)


def settle_all(complaint: Complaint, cmd: SettleCommitments, ctx: Context) -> Iterator[object]:
    """Give the verdicts that a happening at ``at`` brings."""
    yield from settle(complaint, cmd.kinds, cmd.at, ctx)
    if CommitmentKind.FINAL in cmd.kinds:
        yield from release(complaint, cmd.at, keep=(*cmd.kinds, CommitmentKind.REVIEW))


# Evolve --------------------------------------------------------------------------------------------


def made(complaint: Complaint, happened: CommitmentMade, _past: Past) -> Complaint:
    """Add the commitment."""
    commitment = Commitment(
        id=happened.id,
        kind=happened.kind,
        cycle=happened.cycle,
        started_at=happened.started_at,
        due=happened.due,
        term=happened.term,
        calendar=happened.calendar,
    )
    return changed(complaint, commitments=(*complaint.commitments, commitment))


def met(complaint: Complaint, happened: CommitmentMet, _past: Past) -> Complaint:
    """Close the commitment as met."""
    return _change(complaint, happened.id, status=CommitmentStatus.MET, settled_at=happened.at)


def breached(complaint: Complaint, happened: CommitmentBreached, past: Past) -> Complaint:
    """Close the commitment as breached."""
    return _change(complaint, happened.id, status=CommitmentStatus.BREACHED, settled_at=past.when)


def moved(complaint: Complaint, happened: CommitmentMoved, _past: Past) -> Complaint:
    """Give the commitment its earlier due instant."""
    return _change(complaint, happened.id, due=happened.due, term=happened.term)


def released(complaint: Complaint, happened: CommitmentReleased, past: Past) -> Complaint:
    """Close the commitment without a verdict."""
    return _change(complaint, happened.id, status=CommitmentStatus.CANCELLED, settled_at=past.when)


def _change(complaint: Complaint, commitment_id: str, **changes: object) -> Complaint:
    commitments = tuple(
        changed(owed, **changes) if owed.id == commitment_id else owed  # type: ignore[arg-type]
        for owed in complaint.commitments
    )
    return changed(complaint, commitments=commitments)


DECIDES = (
    Decides(command=SettleCommitments, ev="INV-54", by=may(), decide=settle_all),
    Decides(command=JudgeCommitment, ev="EV-53", by=may(Role.SYSTEM), guards=(is_overdue,), decide=judge),
)
EVOLVES = {
    CommitmentMade: made,
    CommitmentMet: met,
    CommitmentBreached: breached,
    CommitmentMoved: moved,
    CommitmentReleased: released,
}
