"""Who has it: the unit that answers, a change of owner, and conflicts of interest (E-52, EV-11, EV-10).

There is one accountable person at every instant (INV-07), never one who is complained about or has a conflict
(INV-35). Promises, adjustments and everything else belong to the complaint and go with it; the person is told (N-07).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import field, frozen

from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import Conflict, Responsibility
from complaintkit.complaint.step import STAFF, Context, Decides, Past, given, may, refuse, stay
from complaintkit.errors import Reason
from complaintkit.journal import event
from complaintkit.letters.delivery import request
from complaintkit.policy.routing import COMPLAINTS, Route
from complaintkit.values import UNASSIGNED, Personal, maybe_personal
from complaintkit.vocabulary import ConflictDecision, ConflictNature, Handling, NoticeRule, Role

#: Why a complaint changes hands when its owner is recused.
RECUSED: Final = "conflict_of_interest"

# Commands ------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class RouteComplaint:
    """E-52: ask the profile who answers for it; follows from registration and from its issues."""

    complaint: str


@frozen(kw_only=True)
class ReassignComplaint:
    """EV-11: give it to somebody else, with the reason as a code and a hand-over note (G-06).

    Without an ``owner`` the profile's routing names one.
    """

    complaint: str
    reason: str
    owner: str | None = None
    handover: Personal | None = field(default=None, converter=maybe_personal)


@frozen(kw_only=True)
class DeclareConflict:
    """EV-10: declare an interest in the matter (E-18), one's own or, in ``person``, somebody else's.

    Whoever is recused takes no part any more. That a conflict is managed instead, by ``measures``, is for somebody
    else to decide. ``none`` is a declaration too (INV-36).
    """

    complaint: str
    nature: ConflictNature = field(default=ConflictNature.OTHER, converter=ConflictNature)
    decision: ConflictDecision = field(default=ConflictDecision.RECUSE, converter=ConflictDecision)
    person: str | None = None
    measures: Personal | None = field(default=None, converter=maybe_personal)


# Events --------------------------------------------------------------------------------------------


@event
class ComplaintRouted:
    """The unit that answers for it, by which topic, and who of it owns the complaint from now on."""

    unit: str
    topic: str
    owner: str
    playbook: str


@event
class ComplaintReassigned:
    """Somebody else owns it; the hand-over note is missing only where a recusal left no time for one."""

    target: Handling
    owner: str
    before: str
    reason: str
    handover: Personal | None


@event
class ConflictDeclared:
    """An interest in the matter was declared, or that there is none."""

    target: Handling
    person: str
    nature: ConflictNature
    decision: ConflictDecision
    measures: Personal | None


# Decide --------------------------------------------------------------------------------------------


def _routed(complaint: Complaint, ctx: Context) -> Route:
    return ctx.profile.routing.route(complaint.topic, excluded=complaint.excluded)


def route(complaint: Complaint, _cmd: RouteComplaint, ctx: Context) -> Iterator[object]:
    """Say who answers, where that is not what stands; an owner whom a person chose stays, if they may (INV-34)."""
    found, before = _routed(complaint, ctx), complaint.responsibility
    unit_stays = found.unit == (before.unit if before else COMPLAINTS)
    keeps = complaint.owner != UNASSIGNED and complaint.owner not in complaint.excluded
    owner = given(complaint.owner) if keeps or (unit_stays and complaint.owner == found.owner) else found.owner
    if unit_stays and owner == complaint.owner:
        return
    yield ComplaintRouted(unit=found.unit, topic=found.mapped, owner=owner, playbook=found.playbook)
    if owner != complaint.owner:
        yield from request(NoticeRule.HANDLER_CHANGED, complaint, ctx, signed_by=owner)


def has_note(_complaint: Complaint, cmd: ReassignComplaint, _ctx: Context) -> Reason | None:
    """EV-11: the reason, and a note for whoever takes over."""
    return None if cmd.reason and cmd.handover else refuse("EV-11", "a reason and a hand-over note must be given")


def may_own(complaint: Complaint, cmd: ReassignComplaint, ctx: Context) -> Reason | None:
    """G-06, INV-35: nobody who is complained about, complains, reviews it, or has a conflict."""
    owner = _next_owner(complaint, cmd, ctx)
    if owner == complaint.owner:
        return refuse("EV-11", "this is who owns it")
    return refuse("G-06", "this person may not own it (INV-35)") if owner in complaint.excluded else None


def _next_owner(complaint: Complaint, cmd: ReassignComplaint, ctx: Context) -> str:
    return cmd.owner or _routed(complaint, ctx).owner


def reassign(complaint: Complaint, cmd: ReassignComplaint, ctx: Context) -> Iterator[object]:
    """Hand it on, and tell the person; what was promised stays promised."""
    owner = _next_owner(complaint, cmd, ctx)
    yield ComplaintReassigned(
        target=ctx.target, owner=owner, before=given(complaint.owner), reason=cmd.reason, handover=cmd.handover
    )
    yield from request(NoticeRule.HANDLER_CHANGED, complaint, ctx, signed_by=owner)


def somebody_else_manages(complaint: Complaint, cmd: DeclareConflict, ctx: Context) -> Reason | None:
    """E-18: a conflict that somebody has is managed by measures, decided by a leader who is not that somebody."""
    if cmd.decision is not ConflictDecision.MANAGE:
        return None
    if not cmd.measures:
        return refuse("E-18", "the measures are not stated")
    leads = ctx.actor.role in (Role.TEAM_LEADER, Role.COMPLAINTS_MANAGER)
    own = (cmd.person or ctx.actor.id) == ctx.actor.id
    return None if leads and not own else refuse("E-18", "a leader decides this, and nobody about themself")


def only_leaders_clear(complaint: Complaint, cmd: DeclareConflict, ctx: Context) -> Reason | None:
    """INV-36: a recusal is not taken back by whoever is recused, nor declared away for somebody else."""
    who = cmd.person or ctx.actor.id
    clears = cmd.decision is ConflictDecision.NONE and (who in complaint.recused or who != ctx.actor.id)
    return refuse("INV-36", "nobody declares away a conflict") if clears else None


def declare(complaint: Complaint, cmd: DeclareConflict, ctx: Context) -> Iterator[object]:
    """Keep the declaration; a conflict is told to the person (S4-65)."""
    yield ConflictDeclared(
        target=ctx.target,
        person=cmd.person or ctx.actor.id,
        nature=cmd.nature,
        decision=cmd.decision,
        measures=cmd.measures,
    )
    if cmd.decision is not ConflictDecision.NONE and not _owner_goes(complaint, cmd, ctx):
        yield from request(NoticeRule.HANDLER_CHANGED, complaint, ctx)


def _owner_goes(complaint: Complaint, cmd: DeclareConflict, ctx: Context) -> bool:
    """Whether it also changes hands: then the letter about that tells it."""
    return cmd.decision is ConflictDecision.RECUSE and complaint.owner == (cmd.person or ctx.actor.id)


# Evolve --------------------------------------------------------------------------------------------


def routed(complaint: Complaint, happened: ComplaintRouted, _past: Past) -> Complaint:
    """The unit answers, and one of its people."""
    unit = Responsibility(unit=happened.unit, topic=happened.topic, playbook=happened.playbook)
    return changed(complaint, responsibility=unit, owner=happened.owner)


def reassigned(complaint: Complaint, happened: ComplaintReassigned, past: Past) -> Complaint:
    """It has another owner, and everything else as before."""
    return changed(stay(complaint, happened, past), owner=happened.owner)


def declared(complaint: Complaint, happened: ConflictDeclared, past: Past) -> Complaint:
    """The declaration stands beside the earlier ones."""
    conflict = Conflict(
        person=happened.person,
        nature=happened.nature,
        decision=happened.decision,
        declared_by=past.actor.id,
        at=past.when,
        measures=happened.measures,
    )
    return changed(stay(complaint, happened, past), conflicts=(*complaint.conflicts, conflict))


DECIDES = (
    Decides(command=RouteComplaint, ev="E-52", by=may(), decide=route),
    Decides(
        command=ReassignComplaint,
        ev="EV-11",
        by=may(Role.TEAM_LEADER, Role.COMPLAINTS_MANAGER),
        move="reassign",
        guards=(has_note, may_own),
        decide=reassign,
    ),
    Decides(
        command=DeclareConflict,
        ev="EV-10",
        by=STAFF,
        move="declare_conflict",
        guards=(somebody_else_manages, only_leaders_clear),
        decide=declare,
    ),
)
EVOLVES = {ComplaintRouted: routed, ComplaintReassigned: reassigned, ConflictDeclared: declared}
