"""Erasure of a person's texts: what is asked, what stands against it, what was done; pure, without I/O.

Everything about one person's erasure is a stream of its own. Two people ask for it: one requests, another approves.
What a legal hold or a retention rule keeps waits, and goes by itself when nothing keeps it any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final, NamedTuple

from attrs import evolve, frozen

from complaintkit.complaint.complaint import Complaint
from complaintkit.errors import Reason
from complaintkit.journal import Entry, event
from complaintkit.policy import KeptFrom, Profile
from complaintkit.values import Actor
from complaintkit.vocabulary import ErasureBasis, ErasureStage, Role

#: Who may ask besides the person: whoever works for the organisation; who may approve: who answers for privacy.
APPROVERS: Final = (Role.PRIVACY_OFFICER, Role.COMPLAINTS_MANAGER, Role.EXECUTIVE)


def stream_of(person: str) -> str:
    """The stream of what was decided about a person's texts.

    >>> stream_of("person-1")
    'person/person-1'
    """
    return f"person/{person}"


# Events --------------------------------------------------------------------------------------------


@event
class ErasureRequested:
    """Somebody asked that a person's texts be erased; nothing is erased yet."""

    person: str
    basis: ErasureBasis


@event
class ErasureApproved:
    """Another one agreed."""

    person: str


@event
class DisposalBegun:
    """The retention schedule keeps a complaint no longer: its texts go, by these rules of the profile."""

    complaint: str
    rules: tuple[str, ...]


@event
class TextsErased:
    """The texts of these complaints were deleted; ``waiting`` is how many others something keeps.

    ``texts`` counts the deleted rows of the vault, keys of fingerprints included, and ``plain`` those of them that
    were not encrypted; ``keys`` names the keys of the key store that are destroyed next.
    """

    person: str
    complaints: tuple[str, ...]
    texts: int
    plain: int
    keys: tuple[str, ...]
    waiting: int


@event
class ErasureCompleted:
    """The keys are destroyed, and no copy of what was deleted is left in the files of the store."""

    person: str
    keys: int


EVENTS: Final = (ErasureRequested, ErasureApproved, DisposalBegun, TextsErased, ErasureCompleted)

# State ---------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class Erasure:
    """How far the erasure of a person's texts has come, as the fold of its entries.

    ``complaints`` are those whose texts are gone, ``texts`` and ``keys`` count what was deleted and destroyed;
    ``plain`` is how many were not encrypted, so that older backups still show them. ``keys_left`` are to be destroyed
    yet, and ``plain_left`` says that copies of plain rows are to be removed; ``waiting`` complaints were kept by
    something when it was looked at last. Where the retention schedule disposes of a complaint, ``person`` is the
    reference of that complaint, and the system both asked and agreed.
    """

    person: str
    stage: ErasureStage
    basis: ErasureBasis
    requested_by: str
    requested_at: datetime
    approved_by: str | None = None
    approved_at: datetime | None = None
    complaints: tuple[str, ...] = ()
    texts: int = 0
    plain: int = 0
    keys: int = 0
    keys_left: tuple[str, ...] = ()
    plain_left: bool = False
    waiting: int = 0
    version: int = 0

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be done."""
        return self.stage is ErasureStage.COMPLETED


def fold_erasure(entries: Iterable[Entry]) -> Erasure | None:
    """The newest erasure of a person; None where nobody ever asked for one."""
    state: Erasure | None = None
    for entry in entries:
        state = evolve(_after(state, entry), version=entry.ver or 0)
    return state


def _after(state: Erasure | None, entry: Entry) -> Erasure:
    match entry.event, state:
        case ErasureApproved(), Erasure():
            return evolve(state, stage=ErasureStage.APPROVED, approved_by=entry.actor.id, approved_at=entry.at)
        case TextsErased() as erased, Erasure():
            return evolve(
                state,
                stage=ErasureStage.ERASED,
                complaints=(*state.complaints, *erased.complaints),
                texts=state.texts + erased.texts,
                plain=state.plain + erased.plain,
                keys_left=erased.keys,
                plain_left=erased.plain > 0,
                waiting=erased.waiting,
            )
        case ErasureCompleted() as done, Erasure():
            stage = ErasureStage.APPROVED if state.waiting else ErasureStage.COMPLETED
            return evolve(state, stage=stage, keys=state.keys + done.keys, keys_left=(), plain_left=False)
        case DisposalBegun(complaint=ref), _:
            begun = _begun(entry, ref, ErasureBasis.NO_LONGER_NEEDED)
            return evolve(begun, stage=ErasureStage.APPROVED, approved_by=entry.actor.id, approved_at=entry.at)
    asked: Any = entry.event  # the first entry of a round is a request
    return _begun(entry, asked.person, asked.basis)


def _begun(entry: Entry, person: str, basis: ErasureBasis) -> Erasure:
    return Erasure(
        person=person,
        stage=ErasureStage.REQUESTED,
        basis=basis,
        requested_by=entry.actor.id,
        requested_at=entry.at,
    )


# Plan ----------------------------------------------------------------------------------------------


class Block(NamedTuple):
    """Something that keeps a complaint: which rule, why, and until when as far as that is known."""

    complaint: str
    rule: str
    text: str
    until: datetime | None

    @property
    def reason(self) -> Reason:
        """The same as a reason of a refusal."""
        until = f" until {self.until:%Y-%m-%d}" if self.until else ""
        return Reason(self.rule, f"{self.complaint} {self.text}{until}")


class Plan(NamedTuple):
    """What can be erased now, and what keeps the rest."""

    erasable: tuple[str, ...]
    blocks: tuple[Block, ...]

    @property
    def waiting(self) -> int:
        """How many complaints are kept."""
        return len({block.complaint for block in self.blocks})

    @property
    def until(self) -> datetime | None:
        """When the first complaint can be erased by what is known today; None where nobody knows."""
        ends: dict[str, list[datetime | None]] = {}
        for block in self.blocks:
            ends.setdefault(block.complaint, []).append(block.until)
        known = [max(end for end in each if end is not None) for each in ends.values() if None not in each]
        return min(known, default=None)


def plan(complaints: Iterable[Complaint], profile: Profile, now: datetime, survivors: Iterable[Complaint] = ()) -> Plan:
    """What of a person's complaints can be erased at ``now``, and what stands against the rest (E-53, INV-75).

    ``survivors`` are those into which some of them were merged, whosesoever, and those into which these were.
    """
    several, ways = tuple(complaints), tuple(survivors)
    blocks = tuple(block for complaint in several for block in blocks_of(complaint, profile, now))
    kept = {block.complaint for block in blocks}
    kept |= {each.ref for each in ways if any(blocks_of(each, profile, now))}
    blocks += tuple(_with_survivor(several, ways, kept))
    kept = {block.complaint for block in blocks}
    return Plan(tuple(complaint.ref for complaint in several if complaint.ref not in kept), blocks)


def _with_survivor(several: tuple[Complaint, ...], ways: tuple[Complaint, ...], kept: set[str]) -> Iterator[Block]:
    """A duplicate is dealt with in the complaint it was merged into, and is kept as long as that one (INV-51)."""
    into = {complaint.ref: complaint.merged_into for complaint in (*ways, *several)}

    def is_kept(ref: str | None) -> bool:
        return ref in kept or (ref in into and is_kept(into[ref]))

    for complaint in several:
        if complaint.ref not in kept and is_kept(complaint.merged_into):
            yield Block(complaint.ref, "INV-51", f"is dealt with in {complaint.merged_into}, which is kept", None)


def blocks_of(complaint: Complaint, profile: Profile, now: datetime) -> Iterator[Block]:
    """Everything that keeps one complaint: legal holds, handling that goes on, retention rules."""
    for hold in complaint.legal_holds:
        yield Block(complaint.ref, "INV-75", f"is under legal hold for {hold.matter}", None)
    if complaint.is_open:
        yield Block(complaint.ref, "E-53", "is still being handled", None)
    happened = {KeptFrom.RECEIVED: complaint.received_at}
    if complaint.closure:
        happened[KeptFrom.CLOSED] = complaint.closure.at
    for rule in profile.kept_until(happened, dict(complaint.intake.attributes)):
        if rule.until is None or rule.until > now:
            yield Block(complaint.ref, "E-53", f"must be kept by {rule.rule} ({rule.source})", rule.until)


# Who may -------------------------------------------------------------------------------------------


def objections(state: Erasure | None, person: str, by: Actor) -> Iterator[Reason]:
    """Why somebody may not take the next step: request, or approve what another one requested (SoD-1)."""
    if state is None or state.is_over:
        own = by.role is Role.COMPLAINANT and by.id == person
        if not own and not Role.FRONT_LINE_AGENT.value <= by.role.value <= Role.LEGAL_ADVISER.value:
            yield Reason("4.7", "a person asks for themselves; else it takes somebody of the organisation")
        return
    if by.role not in APPROVERS:
        yield Reason("4.7", f"{by.role.value} may not approve this; it takes {', '.join(APPROVERS)}")
    if state.stage is ErasureStage.REQUESTED and by.id == state.requested_by:
        yield Reason("SoD-1", "whoever requested it does not approve it: this takes another person")
