"""Immediate action (EV-20): what is done at once against harm or loss, whatever the inquiry will find."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import field, frozen

from complaintkit.commitments import settle
from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import ImmediateAction
from complaintkit.complaint.step import STAFF, Context, Decides, Past, given, refuse
from complaintkit.errors import Reason
from complaintkit.journal import event
from complaintkit.values import Personal, maybe_personal
from complaintkit.vocabulary import CommitmentKind, Handling


@frozen(kw_only=True)
class TakeImmediateAction:
    """EV-20: make something safe, stop a charge, hold a collection: ``what`` was done, and ``why`` it could not wait.

    The time of the command is when it was done; that keeps the immediate action which triage owes (P1 always).
    """

    complaint: str
    what: Personal | None = field(default=None, converter=maybe_personal)
    why: Personal | None = field(default=None, converter=maybe_personal)


@event
class ImmediateActionTaken:
    """Something was done at once; it decides nothing about the complaint."""

    target: Handling
    what: Personal
    why: Personal


def says_what_and_why(_complaint: Complaint, cmd: TakeImmediateAction, _ctx: Context) -> Reason | None:
    """G-29: whoever works on complaints may act at once, and says what was done and why it could not wait."""
    return None if cmd.what and cmd.why else refuse("G-29", "it is not said what was done, or why it could not wait")


def act(complaint: Complaint, cmd: TakeImmediateAction, ctx: Context) -> Iterator[object]:
    """Record it, and keep what was owed."""
    yield ImmediateActionTaken(target=ctx.target, what=given(cmd.what), why=given(cmd.why))
    yield from settle(complaint, (CommitmentKind.IMMEDIATE_ACTION,), ctx.occurred, ctx)


def taken(complaint: Complaint, happened: ImmediateActionTaken, past: Past) -> Complaint:
    """One more action."""
    action = ImmediateAction(
        at=past.when, by=past.actor.id, episode=complaint.episode, what=happened.what, why=happened.why
    )
    return changed(complaint, handling=happened.target, actions=(*complaint.actions, action))


DECIDES = (
    Decides(
        command=TakeImmediateAction,
        ev="EV-20",
        by=STAFF,
        move="immediate_action",
        guards=(says_what_and_why,),
        decide=act,
    ),
)
EVOLVES = {ImmediateActionTaken: taken}
