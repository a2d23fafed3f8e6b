"""Legal hold: while a matter such as a lawsuit lasts, nothing of the complaint is erased (E-53, INV-75).

It stands beside handling: it may begin in any state, also after closing, and stops no clock.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import LegalHold
from complaintkit.complaint.step import Context, Decides, Past, may, refuse
from complaintkit.errors import Reason
from complaintkit.journal import event
from complaintkit.vocabulary import Role

# Commands ------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class PlaceLegalHold:
    """E-53: keep everything, whoever asks for erasure; ``matter`` is the opaque id of what it is kept for."""

    complaint: str
    matter: str


@frozen(kw_only=True)
class ReleaseLegalHold:
    """E-53: the matter is over; an erasure that waited for it is carried out by the next sweep."""

    complaint: str
    matter: str


# Events --------------------------------------------------------------------------------------------


@event
class LegalHoldPlaced:
    """From now on nothing of the complaint is erased."""

    matter: str


@event
class LegalHoldReleased:
    """The matter keeps nothing any more."""

    matter: str


# Decide --------------------------------------------------------------------------------------------


def exists(complaint: Complaint | None, _cmd: object, _ctx: Context) -> Reason | None:
    """E-53: there is something to keep."""
    return None if complaint else refuse("E-53", "there is no complaint to keep")


def is_held(complaint: Complaint, _cmd: object, _ctx: Context) -> Reason | None:
    """E-53: some matter keeps it."""
    return None if complaint.legal_holds else refuse("E-53", "no matter keeps this complaint")


def is_new_matter(complaint: Complaint, cmd: PlaceLegalHold, _ctx: Context) -> Reason | None:
    """E-53: a matter keeps it once."""
    return refuse("E-53", "this matter keeps the complaint already") if _held(complaint, cmd.matter) else None


def is_held_for(complaint: Complaint, cmd: ReleaseLegalHold, _ctx: Context) -> Reason | None:
    """E-53: only a matter that keeps it can let it go."""
    return None if _held(complaint, cmd.matter) else refuse("E-53", "this matter does not keep the complaint")


def _held(complaint: Complaint, matter: str) -> bool:
    return any(hold.matter == matter for hold in complaint.legal_holds)


def place(_complaint: Complaint, cmd: PlaceLegalHold, _ctx: Context) -> Iterator[object]:
    """Note the matter."""
    yield LegalHoldPlaced(matter=cmd.matter)


def release(_complaint: Complaint, cmd: ReleaseLegalHold, _ctx: Context) -> Iterator[object]:
    """Note that it is over."""
    yield LegalHoldReleased(matter=cmd.matter)


# Evolve --------------------------------------------------------------------------------------------


def placed(complaint: Complaint, happened: LegalHoldPlaced, past: Past) -> Complaint:
    """One more matter."""
    hold = LegalHold(matter=happened.matter, since=past.when)
    return changed(complaint, legal_holds=(*complaint.legal_holds, hold))


def released(complaint: Complaint, happened: LegalHoldReleased, _past: Past) -> Complaint:
    """One less."""
    rest = tuple(hold for hold in complaint.legal_holds if hold.matter != happened.matter)
    return changed(complaint, legal_holds=rest)


_LEGAL = may(Role.LEGAL_ADVISER, Role.COMPLAINTS_MANAGER, Role.EXECUTIVE)
DECIDES = (
    Decides(
        command=PlaceLegalHold, ev="E-53", by=_LEGAL, requires=(exists,), guards=(is_new_matter,), decide=place
    ),
    Decides(
        command=ReleaseLegalHold, ev="E-53", by=_LEGAL, requires=(is_held,), guards=(is_held_for,), decide=release
    ),
)  # fmt: skip
EVOLVES = {LegalHoldPlaced: placed, LegalHoldReleased: released}
