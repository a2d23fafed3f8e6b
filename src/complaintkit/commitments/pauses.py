"""Hold and its clocks (region C): EV-48 pause, EV-49 resume, only for what the profile lists (INV-52, IT-08)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from attrs import field, frozen

from complaintkit.commitments.clocks import change
from complaintkit.commitments.promises import is_ongoing
from complaintkit.commitments.reckoning import consumed, find, lists, reckon, stops, term_of
from complaintkit.commitments.signals import raise_until
from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import Commitment, Hold, Suspension
from complaintkit.complaint.step import Context, Decides, Past, given, may, refuse
from complaintkit.errors import Reason
from complaintkit.journal import Instant, event
from complaintkit.vocabulary import CommitmentKind, HoldReason, Role

# Commands ------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class PauseClocks:
    """EV-48: the complaint waits, from the time of the command on.

    Waiting for the complainant needs ``until``, the date by which they were asked to answer: then the clocks go
    on by themselves. Waiting for an expert is recorded and stops nothing.
    """

    complaint: str
    reason: HoldReason = field(converter=HoldReason)
    until: Instant | None = None


@frozen(kw_only=True)
class ResumeClocks:
    """EV-49: what the complaint waited for has come, or the time for it is over."""

    complaint: str


# Events --------------------------------------------------------------------------------------------


@event
class HoldBegun:
    """The complaint waits for something."""

    reason: HoldReason
    until: Instant | None


@event
class HoldEnded:
    """The complaint waits no more; ``lapsed`` says that the time for it ran out."""

    reason: HoldReason
    lapsed: bool


@event
class CommitmentPaused:
    """The clock of a commitment was stopped when it had used ``consumed`` seconds of its budget."""

    id: str
    kind: CommitmentKind
    reason: HoldReason
    since: Instant
    consumed: int


@event
class CommitmentResumed:
    """The clock goes on; ``due`` is the date with everything that did not count."""

    id: str
    kind: CommitmentKind
    until: Instant
    due: Instant
    budget: int


# Decide --------------------------------------------------------------------------------------------


def is_listed(_complaint: Complaint, cmd: PauseClocks, ctx: Context) -> Reason | None:
    """INV-52, IT-08: only the reasons of the profile stop a clock, our own waiting never."""
    fine = lists(ctx.profile, cmd.reason) or cmd.reason is HoldReason.AWAITING_EXPERT
    return None if fine else refuse("IT-08", f"{cmd.reason} is no reason to stop a clock")


def is_bounded(_complaint: Complaint, cmd: PauseClocks, ctx: Context) -> Reason | None:
    """INV-52: the silence of a person holds nothing up for ever."""
    if cmd.until is None and cmd.reason is HoldReason.AWAITING_COMPLAINANT:
        return refuse("INV-52", "waiting for the complainant needs the date by which they were asked to answer")
    over = cmd.until is not None and cmd.until <= ctx.occurred
    return refuse("INV-52", "the wait ends before it begins") if over else None


def runs(complaint: Complaint, _cmd: object, _ctx: Context) -> Reason | None:
    """Region C: one hold at a time."""
    return refuse("EV-48", "the complaint is on hold already") if complaint.hold else None


def stands(complaint: Complaint, _cmd: object, _ctx: Context) -> Reason | None:
    """Region C: only a hold ends."""
    return None if complaint.hold else refuse("EV-49", "the complaint is not on hold")


def goes_forward(complaint: Complaint, _cmd: object, ctx: Context) -> Reason | None:
    """A hold does not end before it began."""
    early = complaint.hold is not None and ctx.occurred < complaint.hold.since
    return refuse("EV-49", "the hold began later than that") if early else None


def pause(complaint: Complaint, cmd: PauseClocks, ctx: Context) -> Iterator[object]:
    """Stop every running clock that this reason stops; what is overdue already stays so."""
    yield HoldBegun(reason=cmd.reason, until=cmd.until)
    for owed in complaint.open_commitments:
        if stops(ctx.profile, owed.kind, owed.regime, cmd.reason) and not owed.is_overdue(ctx.occurred):
            since = max(ctx.occurred, owed.started_at)
            yield from raise_until(owed, since, ctx)
            spent = consumed(owed, since, ctx.profile.calendar)
            yield CommitmentPaused(id=owed.id, kind=owed.kind, reason=cmd.reason, since=since, consumed=spent)


def resume(complaint: Complaint, _cmd: ResumeClocks, ctx: Context) -> Iterator[object]:
    """Let every clock go on that this hold stopped."""
    hold = given(complaint.hold)
    yield HoldEnded(reason=hold.reason, lapsed=ctx.actor.role is Role.SYSTEM)
    for owed in complaint.open_commitments:
        if owed.paused_since is not None:
            yield _resumed(owed, max(ctx.occurred, owed.paused_since), ctx)


def _resumed(owed: Commitment, until: datetime, ctx: Context) -> CommitmentResumed:
    """The date from the origin, with this stretch and all before it taken out."""
    stood = (*owed.stood, (given(owed.paused_since), until))
    due, budget, _ = reckon(term_of(owed.term), owed.started_at, ctx.profile.calendar, stood)
    return CommitmentResumed(id=owed.id, kind=owed.kind, until=until, due=due, budget=budget)


# Evolve --------------------------------------------------------------------------------------------


def begun(complaint: Complaint, happened: HoldBegun, past: Past) -> Complaint:
    """The complaint is on hold."""
    return changed(complaint, hold=Hold(reason=happened.reason, since=past.when, until=happened.until))


def over(complaint: Complaint, _happened: HoldEnded, _past: Past) -> Complaint:
    """The complaint is active again."""
    return changed(complaint, hold=None)


def paused(complaint: Complaint, happened: CommitmentPaused, _past: Past) -> Complaint:
    """One more stretch in the ledger, still open."""
    owed = given(find(complaint, happened.id))
    ledger = (*owed.suspensions, Suspension(reason=happened.reason, since=happened.since))
    return change(complaint, owed.id, suspensions=ledger, consumed=happened.consumed)


def resumed(complaint: Complaint, happened: CommitmentResumed, _past: Past) -> Complaint:
    """The stretch ends, and the date is the new one."""
    owed = given(find(complaint, happened.id))
    ledger = (*owed.suspensions[:-1], changed(owed.suspensions[-1], until=happened.until))
    return change(complaint, owed.id, suspensions=ledger, due=happened.due, budget=happened.budget)


_WHO = may(Role.CASE_HANDLER, Role.INVESTIGATOR, Role.TEAM_LEADER)
DECIDES = (
    Decides(
        command=PauseClocks, ev="EV-48", by=_WHO, requires=(is_ongoing, runs), guards=(is_listed, is_bounded),
        decide=pause,
    ),
    Decides(
        command=ResumeClocks, ev="EV-49", by=_WHO | may(Role.COMPLAINANT, Role.REPRESENTATIVE, Role.SYSTEM),
        requires=(stands,), guards=(goes_forward,), decide=resume,
    ),
)  # fmt: skip
EVOLVES = {HoldBegun: begun, HoldEnded: over, CommitmentPaused: paused, CommitmentResumed: resumed}
