"""Our own word: a date that somebody gave a person, and what was done without a letter (E-35, kind ``promise``)."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from complaintkit.commitments.clocks import CommitmentMade, settle_one
from complaintkit.commitments.reckoning import find, version_of
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.step import STAFF, Context, Decides, Evolve, given, refuse
from complaintkit.errors import Reason
from complaintkit.journal import Instant
from complaintkit.vocabulary import CommitmentKind

#: What neither a letter nor a step of ours keeps: it counts as done when somebody records that it was.
BY_RECORD = (CommitmentKind.REMEDY, CommitmentKind.PROMISE)

# Commands ------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class MakePromise:
    """Somebody gave the person their word that something will have happened by ``due``.

    ``about`` is a short code such as ``call_back``. No pause and no change of policy moves such a date; who
    cannot keep it gives a new one and keeps the old one's verdict.
    """

    complaint: str
    due: Instant
    about: str = ""


@frozen(kw_only=True)
class KeepCommitment:
    """What was owed was done, at the time of the command; for what no letter and no step keeps."""

    complaint: str
    commitment: str


# Decide --------------------------------------------------------------------------------------------


def lies_ahead(_complaint: Complaint, cmd: MakePromise, ctx: Context) -> Reason | None:
    """INV-52: a promise is of something to come."""
    return None if cmd.due > ctx.occurred else refuse("INV-52", "the promised time is past already")


def is_ongoing(complaint: Complaint, _cmd: object, _ctx: Context) -> Reason | None:
    """IT-01: a closed complaint is reopened first."""
    ongoing = complaint.is_open and complaint.registered
    return None if ongoing else refuse("IT-01", "the complaint is closed, or not registered yet")


def can_be_kept(complaint: Complaint, cmd: KeepCommitment, _ctx: Context) -> Reason | None:
    """INV-33, INV-54: what a letter or a step keeps is kept by that; a verdict is final."""
    owed = find(complaint, cmd.commitment)
    if owed is None or not owed.is_open:
        return refuse("INV-54", "the commitment has its verdict, or does not exist")
    return None if owed.kind in BY_RECORD else refuse("INV-33", f"{owed.kind} is kept by its letter or its step")


def give_word(complaint: Complaint, cmd: MakePromise, ctx: Context) -> Iterator[object]:
    """Make the promise; its clock counts all time."""
    cycle = complaint.cycle(CommitmentKind.PROMISE) + 1
    yield CommitmentMade(
        id=ctx.id(CommitmentKind.PROMISE, cycle, ""),
        kind=CommitmentKind.PROMISE,
        cycle=cycle,
        regime="",
        started_at=ctx.occurred,
        due=cmd.due,
        term="",
        budget=int((cmd.due - ctx.occurred).total_seconds()),
        calendar=version_of(ctx.profile.calendar),
        about=cmd.about,
    )


def keep(complaint: Complaint, cmd: KeepCommitment, ctx: Context) -> Iterator[object]:
    """Give the verdict."""
    yield from settle_one(given(find(complaint, cmd.commitment)), ctx.occurred, ctx)


DECIDES = (
    Decides(
        command=MakePromise, ev="E-35", by=STAFF, requires=(is_ongoing,), guards=(lies_ahead,), decide=give_word
    ),
    Decides(
        command=KeepCommitment, ev="E-35", by=STAFF, requires=(is_ongoing,),
        guards=(can_be_kept,), decide=keep,
    ),
)  # fmt: skip
EVOLVES: dict[type, Evolve] = {}
