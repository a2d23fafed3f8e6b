"""Dates worked out anew: another policy, another calendar, more urgency, an earlier receipt, a reopening.

Always from the origin, with every pause replayed; only what is open moves, by one event each that says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Literal

from attrs import frozen

from complaintkit.commitments.clocks import CommitmentMade, CommitmentMoved, CommitmentReleased, grant, promise
from complaintkit.commitments.promises import is_ongoing
from complaintkit.commitments.reckoning import present_term, reckon, term_of, term_text
from complaintkit.commitments.signals import raise_until
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import Commitment, Suspension
from complaintkit.complaint.step import Context, Decides, Past, given, may, refuse
from complaintkit.errors import Reason
from complaintkit.journal import event
from complaintkit.timekeeping import Term
from complaintkit.vocabulary import Band, ClockEffect, CommitmentKind, CommitmentStatus, HoldReason, MoveReason, Role

# Commands ------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class ReviseCommitments:
    """Apply the policy or the calendar of today to what is open; the same again changes nothing.

    ``because`` says what changed: with ``calendar`` the terms stay as they were granted, with ``policy`` they
    are those of today, and what no rule grants any more is owed no more.
    """

    complaint: str
    because: Literal["policy", "calendar"]


# Events --------------------------------------------------------------------------------------------


@event
class CommitmentsRevised:
    """The open dates were held against the policy or the calendar of today; what moved has its own entry."""

    because: MoveReason


# Decide --------------------------------------------------------------------------------------------


def revise(complaint: Complaint, cmd: ReviseCommitments, ctx: Context) -> Iterator[object]:
    """One event for each commitment that moves, with the reason."""
    yield CommitmentsRevised(because=MoveReason(cmd.because))
    for owed in _reckoned(complaint):
        term = present_term(owed, ctx.profile, complaint.band) if cmd.because == "policy" else term_of(owed.term)
        if term is None:
            yield from raise_until(owed, ctx.occurred, ctx)
            yield CommitmentReleased(id=owed.id, kind=owed.kind)
        else:
            yield from _move(owed, term, owed.started_at, MoveReason(cmd.because), ctx)


def bring_forward(complaint: Complaint, band: Band, ctx: Context) -> Iterator[object]:
    """Work the open commitments out for a band, from their origin, and only to earlier (EV-08)."""
    for owed in _reckoned(complaint):
        term = present_term(owed, ctx.profile, band)
        if term is not None and reckon(term, owed.started_at, ctx.profile.calendar, owed.stood).due < owed.due:
            yield from _move(owed, term, owed.started_at, MoveReason.URGENCY, ctx)


def _reckoned(complaint: Complaint) -> Iterator[Commitment]:
    """The open commitments whose date follows from a rule; an own word stays as it was given."""
    return (owed for owed in complaint.open_commitments if owed.term)


def _move(owed: Commitment, term: Term, start: datetime, because: MoveReason, ctx: Context) -> Iterator[object]:
    """Work one date out anew; where nothing comes out differently, nothing happens."""
    due, budget, calendar = reckon(term, start, ctx.profile.calendar, owed.stood)
    if (due, budget, calendar, term_text(term), start) != (
        owed.due, owed.budget, owed.calendar, owed.term, owed.started_at,
    ):  # fmt: skip
        yield from raise_until(owed, ctx.occurred, ctx)
        yield CommitmentMoved(
            id=owed.id,
            kind=owed.kind,
            because=because,
            started_at=start,
            due=due,
            term=term_text(term),
            budget=budget,
            calendar=calendar,
        )


# For merging (INV-51): what the steps that join and part complaints ask for -------------------------


def take_over(survivor: Complaint, earliest: datetime, ctx: Context) -> Iterator[object]:
    """A complaint that was received at ``earliest`` is joined: what runs from receipt runs from the earliest one."""
    for owed in _reckoned(survivor):
        if earliest < owed.started_at == survivor.received_at:
            yield from _move(owed, term_of(owed.term), earliest, MoveReason.MERGED, ctx)


def give_up(merged: Complaint, ctx: Context) -> Iterator[object]:
    """What the joined complaint owed is owed by the survivor; it is neither met nor breached here."""
    for owed in merged.open_commitments:
        yield from raise_until(owed, ctx.occurred, ctx)
        yield CommitmentReleased(id=owed.id, kind=owed.kind)


def give_back(survivor: Complaint, ctx: Context) -> Iterator[object]:
    """The joined complaint is taken out again: the survivor's clocks run from its own receipt."""
    for owed in _reckoned(survivor):
        if owed.started_at < survivor.received_at:
            yield from _move(owed, term_of(owed.term), survivor.received_at, MoveReason.UNMERGED, ctx)


def take_up(parted: Complaint, ctx: Context) -> Iterator[object]:
    """The parted complaint owes again what it gave up, counted from its own receipt."""
    gone = [owed for owed in parted.commitments if owed.status is CommitmentStatus.CANCELLED]
    joined_at = max((given(owed.settled_at) for owed in gone), default=None)
    for owed in gone:
        if owed.settled_at == joined_at and owed.term:
            again = partial(grant, parted, owed.kind, owed.cycle + 1, owed.regime, term_of(owed.term))
            yield from again(owed.started_at, ctx, _ledger(owed), owed.about)


# For reopening (EV-44): what a new episode does to the clock ----------------------------------------


def has_balance(complaint: Complaint) -> Reason | None:
    """EV-44: a clock that ran out has nothing left to go on with."""
    left = [owed for owed in _last_of(complaint, (CommitmentKind.FINAL,)) if _stopped(owed) <= owed.due]
    return None if left else refuse("EV-44", "nothing is left of the time: choose another effect on the clock")


def reopen_clocks(complaint: Complaint, effect: ClockEffect, ctx: Context) -> Iterator[object]:
    """Progress is owed again from now on, and an answer as the declared effect says; earlier verdicts stay."""
    yield from promise(complaint, CommitmentKind.PROGRESS, ctx.occurred, ctx)
    if effect is ClockEffect.NEW_CYCLE:
        yield from promise(complaint, CommitmentKind.FINAL, ctx.occurred, ctx)
    elif effect is ClockEffect.REVIEW:
        for regime, term in ctx.profile.terms(CommitmentKind.REVIEW, complaint.band or Band.P4).items():
            cycle = complaint.cycle(CommitmentKind.FINAL) + 1
            yield from grant(complaint, CommitmentKind.FINAL, cycle, regime, term, ctx.occurred, ctx)
    else:
        for owed in _last_of(complaint, (CommitmentKind.FINAL,)):
            yield from _carried_on(complaint, owed, effect, ctx)


def _carried_on(complaint: Complaint, owed: Commitment, effect: ClockEffect, ctx: Context) -> Iterator[CommitmentMade]:
    """The same term again: from the reopening, or from its origin without the time that lies between."""
    again = partial(grant, complaint, owed.kind, owed.cycle + 1, owed.regime, term_of(owed.term))
    if effect is ClockEffect.RESTART:
        return again(ctx.occurred, ctx)
    gap = Suspension(reason=HoldReason.CLOSED, since=_stopped(owed), until=ctx.occurred)
    return again(owed.started_at, ctx, (*_ledger(owed), gap))


def _ledger(owed: Commitment) -> tuple[Suspension, ...]:
    """The stretches that did not count and are over."""
    return tuple(each for each in owed.suspensions if each.until is not None)


def _stopped(owed: Commitment) -> datetime:
    """When a commitment that is over was over for its clock."""
    return owed.paused_since or owed.ended_at or given(owed.settled_at)


def _last_of(complaint: Complaint, kinds: tuple[CommitmentKind, ...]) -> Iterator[Commitment]:
    """The commitments of the newest cycle of these kinds, one for each regime, that followed from a rule."""
    for owed in complaint.commitments:
        if owed.kind in kinds and owed.cycle == complaint.cycle(owed.kind) and owed.term and not owed.is_open:
            yield owed


# Evolve --------------------------------------------------------------------------------------------


def revised(complaint: Complaint, _happened: CommitmentsRevised, _past: Past) -> Complaint:
    """Nothing but what moved is different."""
    return complaint


DECIDES = (
    Decides(
        command=ReviseCommitments,
        ev="INV-52",
        by=may(Role.COMPLAINTS_MANAGER, Role.TEAM_LEADER, Role.SYSTEM),
        requires=(is_ongoing,),
        decide=revise,
    ),
)
EVOLVES = {CommitmentsRevised: revised}
