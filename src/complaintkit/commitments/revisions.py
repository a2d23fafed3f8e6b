"""Dates worked out anew: another policy, another calendar, more urgency, an earlier receipt, a reopening.

Always from the origin, with every pause replayed; only what is open moves, by one event each that says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Literal

from attrs import frozen

from complaintkit.commitments.clocks import (
    CommitmentMade,
    CommitmentMoved,
    CommitmentReleased,
    change,
    grant,
    promise,
)
from complaintkit.commitments.promises import is_ongoing
from complaintkit.commitments.reckoning import find, present_term, reckon, term_of, term_text
from complaintkit.commitments.signals import raise_until
from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.correcting import own_receipt, receipt_counted
from complaintkit.complaint.parts import Commitment, Suspension
from complaintkit.complaint.step import Context, Decides, Past, given, may, refuse
from complaintkit.errors import Reason
from complaintkit.journal import Instant, event
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


@event
class CommitmentRestored:
    """What was given up with a merging is owed again, with the verdict that it had, if any (EV-41)."""

    id: str
    kind: CommitmentKind
    due: Instant
    budget: int
    calendar: str
    stood: tuple[Suspension, ...]


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


def count_from(complaint: Complaint, own: datetime, ctx: Context) -> Iterator[object]:
    """The complaint's own receipt was another one (INV-72): what runs from receipt runs from the right one."""
    before, counted = own_receipt(complaint), receipt_counted(complaint, own)
    for owed in _reckoned(complaint):
        confirms = owed.kind is CommitmentKind.ACKNOWLEDGE and owed.started_at == before
        start = own if confirms else _from_receipt(owed, complaint, counted)
        if start != owed.started_at:
            yield from _move(owed, term_of(owed.term), start, MoveReason.CORRECTED, ctx)


# For merging (INV-51): what the steps that join and part complaints ask for -------------------------


def take_over(survivor: Complaint, earliest: datetime, band: Band | None, ctx: Context) -> Iterator[object]:
    """What runs from receipt runs from the ``earliest`` one, under the more urgent ``band``; only to earlier."""
    for owed in _reckoned(survivor):
        start = _from_receipt(owed, survivor, earliest)
        terms = _terms(owed, survivor, band, ctx)
        dues = [reckon(term, start, ctx.profile.calendar, owed.stood).due for term in terms]
        yield from _move(owed, terms[dues.index(min(dues))], start, MoveReason.MERGED, ctx)


def give_back(survivor: Complaint, receipt: datetime, band: Band | None, ctx: Context) -> Iterator[object]:
    """A complaint is taken out again: what runs from receipt runs from ``receipt``, under its own ``band``."""
    for owed in _reckoned(survivor):
        start = _from_receipt(owed, survivor, receipt)
        yield from _move(owed, _terms(owed, survivor, band, ctx)[-1], start, MoveReason.UNMERGED, ctx)


def _from_receipt(owed: Commitment, survivor: Complaint, receipt: datetime) -> datetime:
    """Where the clock of a commitment starts once the survivor counts from another receipt.

    An acknowledgement confirms the receipt of its own complaint, whatever was received before.
    """
    counts = owed.kind is not CommitmentKind.ACKNOWLEDGE and owed.started_at == survivor.received_at
    return receipt if counts else owed.started_at


def _terms(owed: Commitment, survivor: Complaint, band: Band | None, ctx: Context) -> tuple[Term, ...]:
    """The term as granted; and where the band becomes another one, what that grants."""
    present = None if band is survivor.band else present_term(owed, ctx.profile, band)
    return (term_of(owed.term),) if present is None else (term_of(owed.term), present)


def take_up(parted: Complaint, owed: tuple[str, ...], ctx: Context) -> Iterator[object]:
    """The parted complaint owes again what it gave up, from its own receipt; progress from now on."""
    given_up = [each for each in parted.commitments if each.id in owed]
    for each in given_up:
        if each.kind is not CommitmentKind.PROGRESS:
            yield _restored(each, ctx)
    if any(each.kind is CommitmentKind.PROGRESS for each in given_up):
        yield from promise(parted, CommitmentKind.PROGRESS, ctx.occurred, ctx)


def _restored(owed: Commitment, ctx: Context) -> CommitmentRestored:
    """From its origin again, the wait that the merging ended included; a breach keeps the date that was missed."""
    ledger = tuple(changed(each, until=each.until or _ended(owed)) for each in owed.suspensions)
    due, budget, calendar = owed.due, owed.budget, owed.calendar
    if owed.status is CommitmentStatus.CANCELLED:
        stood = tuple((each.since, given(each.until)) for each in ledger)
        due, budget, calendar = reckon(term_of(owed.term), owed.started_at, ctx.profile.calendar, stood)
    return CommitmentRestored(id=owed.id, kind=owed.kind, due=due, budget=budget, calendar=calendar, stood=ledger)


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
    return owed.paused_since or _ended(owed)


def _ended(owed: Commitment) -> datetime:
    """When a commitment that is over came to its end."""
    return owed.ended_at or given(owed.settled_at)


def _last_of(complaint: Complaint, kinds: tuple[CommitmentKind, ...]) -> Iterator[Commitment]:
    """The commitments of the newest cycle of these kinds, one for each regime, that followed from a rule."""
    for owed in complaint.commitments:
        if owed.kind in kinds and owed.cycle == complaint.cycle(owed.kind) and owed.term and not owed.is_open:
            yield owed


# Evolve --------------------------------------------------------------------------------------------


def revised(complaint: Complaint, _happened: CommitmentsRevised, _past: Past) -> Complaint:
    """Nothing but what moved is different."""
    return complaint


def restored(complaint: Complaint, happened: CommitmentRestored, _past: Past) -> Complaint:
    """Owed again; a verdict stays."""
    owed = given(find(complaint, happened.id))
    breached = owed.status is CommitmentStatus.BREACHED
    return change(
        complaint,
        owed.id,
        status=owed.status if breached else CommitmentStatus.OPEN,
        settled_at=owed.settled_at if breached else None,
        ended_at=None,
        due=happened.due,
        budget=happened.budget,
        calendar=happened.calendar,
        suspensions=happened.stood,
    )


DECIDES = (
    Decides(
        command=ReviseCommitments,
        ev="INV-52",
        by=may(Role.COMPLAINTS_MANAGER, Role.TEAM_LEADER, Role.SYSTEM),
        requires=(is_ongoing,),
        decide=revise,
    ),
)
EVOLVES = {CommitmentsRevised: revised, CommitmentRestored: restored}
