"""Duplicates: told about the same matter twice, dealt with once (EV-12, EV-41; E-34, INV-51).

The survivor counts from the earliest receipt, is as urgent as the most urgent of them, and has all contacts and
promises. The other one is closed as merged, keeps its journal and its rights, and can be taken out again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from attrs import field, frozen

from complaintkit.commitments import give_back, release, take_over, take_up, unfinished
from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import (
    Alone,
    Closure,
    Commitment,
    ContactRecord,
    Joined,
    Merger,
    Participation,
    Triage,
)
from complaintkit.complaint.step import Context, Decides, Elsewhere, Past, given, may, refuse, survivor_of
from complaintkit.errors import Reason
from complaintkit.journal import Instant, event, type_name
from complaintkit.letters.delivery import can_write_to, request
from complaintkit.values import Personal, maybe_personal, personal
from complaintkit.vocabulary import ClosureReason, CommitmentKind, FeedbackKind, Handling, NoticeRule, Role

# Commands ------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class MergeDuplicate:
    """EV-12: a human has seen that ``complaint`` and ``survivor`` are about the same: deal with it as one.

    ``shared`` says which facts they share. Where they are not from the same person, ``consent`` are the words in
    which each of them agreed to it, and to it that the other may read what both said.
    """

    complaint: str
    survivor: str
    shared: Personal = field(converter=personal)
    consent: Personal | None = field(default=None, converter=maybe_personal)


@frozen(kw_only=True)
class UnmergeComplaint:
    """EV-41: take a merged complaint out again; a team leader does it who did not merge it."""

    complaint: str
    reason: Personal = field(converter=personal)


# Events --------------------------------------------------------------------------------------------


@event
class ComplaintMerged:
    """It is dealt with in another complaint now; ``moved`` are the contacts and promises that went there.

    ``owed`` are the commitments that it gave up with this.
    """

    target: Handling
    into: str
    shared: Personal
    consent: Personal | None
    owed: tuple[str, ...]
    moved: tuple[str, ...]


@event
class DuplicateJoined:
    """A duplicate was merged into this complaint, with its contacts and promises."""

    duplicate: Joined
    contacts: tuple[ContactRecord, ...]
    promises: tuple[Commitment, ...]


@event
class ComplaintUnmerged:
    """It is dealt with on its own again, with the contacts and promises that came from it."""

    target: Handling
    reason: Personal
    merged_at: Instant
    contacts: tuple[ContactRecord, ...]
    promises: tuple[Commitment, ...]


@event
class DuplicateParted:
    """A duplicate was taken out of this complaint again; ``moved`` went back with it."""

    duplicate: str
    moved: tuple[str, ...]


# Decide: merging -----------------------------------------------------------------------------------

#: Where a complaint still waits for its outcome: later, what the person says is a follow-up (G-07).
_BEFORE_OUTCOME: Final = tuple(Handling)[1:12]
_COMPLAINTS: Final = (FeedbackKind.COMPLAINT, FeedbackKind.CLAIM)


def is_another(complaint: Complaint, cmd: MergeDuplicate, _ctx: Context) -> Reason | None:
    """IT-12: nothing is merged into itself."""
    return refuse("IT-12", "a complaint is not merged into itself") if cmd.survivor == complaint.ref else None


def survivor_goes_on(complaint: Complaint, cmd: MergeDuplicate, ctx: Context) -> Reason | None:
    """G-07, IT-12: the survivor is registered, is not merged itself, and has no outcome yet."""
    survivor = ctx.others.get(cmd.survivor, complaint)
    if survivor.merged_into is not None:
        return refuse("IT-12", f"that complaint is merged itself: name {survivor.merged_into}, or take it out first")
    if survivor.handling in _BEFORE_OUTCOME:
        return None
    return refuse("G-07", f"nothing is merged into a complaint that is {survivor.handling}")


def is_of_same_person(complaint: Complaint, cmd: MergeDuplicate, ctx: Context) -> Reason | None:
    """G-07, IT-11: the same known person, or the consent of both."""
    if cmd.consent is not None or _same_person(complaint, ctx.others.get(cmd.survivor, complaint)):
        return None
    return refuse("IT-11", "they are not known to be from the same person: both must consent")


def keeps_its_kind(complaint: Complaint, cmd: MergeDuplicate, ctx: Context) -> Reason | None:
    """IT-13: a complaint does not become something less by being merged."""
    survivor = ctx.others.get(cmd.survivor, complaint)
    less = complaint.kind in _COMPLAINTS and survivor.kind not in _COMPLAINTS
    return refuse("IT-13", f"the survivor is only a {survivor.kind}: merge it the other way round") if less else None


def _same_person(one: Complaint, other: Complaint) -> bool:
    """Whether one known person complains in both; an anonymous one is not known to be."""
    return len({*one.persons, *other.persons}) == 1 and bool(one.persons and other.persons)


def merged_with(_complaint: Complaint, cmd: MergeDuplicate) -> tuple[str, ...]:
    """The complaint that the command names besides."""
    return (cmd.survivor,)


def merge(complaint: Complaint, cmd: MergeDuplicate, ctx: Context) -> Iterator[object]:
    """Close the one as merged, give the other all that it had, and tell the person once."""
    survivor, ref = ctx.others[cmd.survivor], complaint.ref
    contacts = tuple(changed(contact, via=(*contact.via, ref)) for contact in complaint.contacts)
    owed = [each for each in unfinished(complaint) if each.kind is not CommitmentKind.PROMISE]
    promises = [each for each in unfinished(complaint) if each.kind is CommitmentKind.PROMISE]
    yield ComplaintMerged(
        target=ctx.target,
        into=survivor.ref,
        shared=cmd.shared,
        consent=cmd.consent,
        owed=tuple(each.id for each in owed),
        moved=_ids(contacts, promises),
    )
    yield from release(complaint, ctx.occurred, ctx, keep=(CommitmentKind.PROMISE,))
    brought = tuple(changed(promise, via=(*promise.via, ref)) for promise in promises)
    joined = DuplicateJoined(duplicate=_as_joined(complaint), contacts=contacts, promises=brought)
    yield from _at(survivor, (joined, *_taken_over(survivor, complaint, ctx)))
    yield from _tell_once(survivor, complaint, ctx)


def _ids(contacts: Iterable[ContactRecord], promises: Iterable[Commitment]) -> tuple[str, ...]:
    return (*(contact.id for contact in contacts), *(promise.id for promise in promises))


def _as_joined(complaint: Complaint) -> Joined:
    return Joined(
        ref=complaint.ref,
        received_at=complaint.received_at,
        triage=complaint.triage,
        persons=complaint.persons,
        participants=complaint.everybody,
    )


def _taken_over(survivor: Complaint, merged: Complaint, ctx: Context) -> Iterator[object]:
    triage = _most_urgent((survivor.triage, merged.triage))
    earliest = min(survivor.received_at, merged.received_at)
    return take_over(survivor, earliest, triage.band if triage else None, ctx)


def _most_urgent(found: Iterable[Triage | None]) -> Triage | None:
    """The triage with the most urgent band, and of these the highest rank; the first of equals."""
    return min(filter(None, found), key=lambda triage: (triage.band, -triage.rank), default=None)


def _tell_once(first: Complaint, second: Complaint, ctx: Context) -> Iterator[object]:
    """N-08 about the first of them by which the person can be reached; two persons are both told."""
    reachable = [complaint for complaint in (first, second) if can_write_to(complaint.intake)]
    for complaint in reachable[:1] if _same_person(first, second) else reachable:
        yield from _at(complaint, request(NoticeRule.MERGED, complaint, ctx))


def _at(complaint: Complaint, events: Iterable[object]) -> Iterator[object]:
    """Events of this complaint, whichever the command is about."""
    return (Elsewhere(complaint.ref, each) for each in events)


# Decide: taking out again --------------------------------------------------------------------------


def is_merged(complaint: Complaint, _cmd: object, _ctx: Context) -> Reason | None:
    """EV-41: only what is merged is taken out."""
    return None if complaint.merged_into else refuse("EV-41", "the complaint is not merged into another one")


def is_second_person(complaint: Complaint, _cmd: object, ctx: Context) -> Reason | None:
    """EV-41, SoD-1: who merged it does not judge whether that was right."""
    merged = Participation(ctx.actor.id, type_name(ComplaintMerged)) in complaint.participants
    return refuse("SoD-1", "who merged it does not take it out: somebody else must") if merged else None


def survivor_is_open(complaint: Complaint, _cmd: UnmergeComplaint, ctx: Context) -> Reason | None:
    """INV-51: it can be taken out as long as the survivor is open."""
    survivor = ctx.others.get(complaint.merged_into or "")
    if survivor is None or survivor.is_open:
        return None
    hint = f"take that out of {survivor.merged_into} first" if survivor.merged_into else "reopen that first"
    return refuse("INV-51", f"{survivor.ref} is closed: {hint}")


def back_to(complaint: Complaint, _cmd: UnmergeComplaint) -> str:
    """The chart's event that leads to the place from which it was merged."""
    return f"unmerge_to_{complaint.merger.was if complaint.merger else Handling.RECEIVED}"


def unmerge(complaint: Complaint, cmd: UnmergeComplaint, ctx: Context) -> Iterator[object]:
    """Give back what came from it; both run from their own receipt again."""
    merger, ref = given(complaint.merger), complaint.ref
    survivor = ctx.others[merger.into]
    contacts = [each for each in survivor.contacts if each.via[-1:] == (ref,)]
    promises = [each for each in survivor.commitments if each.via[-1:] == (ref,)]
    yield ComplaintUnmerged(
        target=ctx.target,
        reason=cmd.reason,
        merged_at=merger.at,
        contacts=tuple(changed(each, via=each.via[:-1]) for each in contacts),
        promises=tuple(changed(each, via=each.via[:-1]) for each in promises),
    )
    yield from take_up(complaint, merger.owed, ctx)
    parted = DuplicateParted(duplicate=ref, moved=_ids(contacts, promises))
    receipt, triage = _without(survivor, ref)
    yield from _at(survivor, (parted, *give_back(survivor, receipt, triage.band if triage else None, ctx)))
    yield from _tell_once(complaint, survivor, ctx)


def _without(survivor: Complaint, ref: str) -> tuple[datetime, Triage | None]:
    """Receipt and triage without one of the duplicates; a triage that was made since the merging stays."""
    alone, rest = given(survivor.alone), [each for each in survivor.joined if each.ref != ref]
    gone = next(each for each in survivor.joined if each.ref == ref)
    receipt = min((alone.received_at, *(each.received_at for each in rest)))
    if survivor.triage is not None and survivor.triage != gone.triage:
        return receipt, survivor.triage
    return receipt, _most_urgent((alone.triage, *(each.triage for each in rest)))


# Evolve --------------------------------------------------------------------------------------------


def merged(complaint: Complaint, happened: ComplaintMerged, past: Past) -> Complaint:
    """Closed, without what moved."""
    merger = Merger(into=happened.into, was=complaint.handling, at=past.when, owed=happened.owed)
    closure = Closure(reason=ClosureReason.MERGED, at=past.when)
    complaint = _drop(complaint, happened.moved)
    return changed(complaint, handling=happened.target, merger=merger, closure=closure, hold=None)


def joined(survivor: Complaint, happened: DuplicateJoined, _past: Past) -> Complaint:
    """The earliest receipt, the most urgent triage, and everything that came along."""
    duplicate = happened.duplicate
    others = tuple(each for each in survivor.joined if each.ref != duplicate.ref)  # it may have left by a review
    survivor = _add(survivor, happened.contacts, happened.promises)
    triage = _most_urgent((survivor.triage, duplicate.triage))
    return changed(
        survivor,
        alone=survivor.alone or Alone(received_at=survivor.received_at, triage=survivor.triage),
        joined=(*others, duplicate),
        received_at=min(survivor.received_at, duplicate.received_at),
        triage=triage,
        override=survivor.override if triage is survivor.triage else None,
    )


def unmerged(complaint: Complaint, happened: ComplaintUnmerged, _past: Past) -> Complaint:
    """Where it was before, with what came from it."""
    complaint = _add(complaint, happened.contacts, happened.promises)
    return changed(complaint, handling=happened.target, merger=None, closure=None)


def parted(survivor: Complaint, happened: DuplicateParted, _past: Past) -> Complaint:
    """Its own receipt again, and what came from the other one is gone."""
    receipt, triage = _without(survivor, happened.duplicate)
    rest = tuple(each for each in survivor.joined if each.ref != happened.duplicate)
    survivor = _drop(survivor, happened.moved)
    alone = survivor.alone if rest else None
    return changed(survivor, alone=alone, joined=rest, received_at=receipt, triage=triage)


def _add(complaint: Complaint, contacts: tuple[ContactRecord, ...], promises: tuple[Commitment, ...]) -> Complaint:
    """With these contacts, in the order of their times, and these promises."""
    ordered = sorted((*complaint.contacts, *contacts), key=lambda contact: contact.at)
    return changed(complaint, contacts=tuple(ordered), commitments=(*complaint.commitments, *promises))


def _drop(complaint: Complaint, ids: tuple[str, ...]) -> Complaint:
    """Without the contacts and promises that have these ids."""
    return changed(
        complaint,
        contacts=tuple(each for each in complaint.contacts if each.id not in ids),
        commitments=tuple(each for each in complaint.commitments if each.id not in ids),
    )


DECIDES = (
    Decides(
        command=MergeDuplicate,
        ev="EV-12",
        by=may(Role.CASE_HANDLER),
        move="merge_duplicate",
        guards=(is_another, survivor_goes_on, is_of_same_person, keeps_its_kind),
        others=merged_with,
        decide=merge,
    ),
    Decides(
        command=UnmergeComplaint,
        ev="EV-41",
        by=may(Role.TEAM_LEADER),
        move=back_to,
        moves=tuple(f"unmerge_to_{place}" for place in tuple(Handling)[1:13]),
        requires=(is_merged, is_second_person),
        guards=(survivor_is_open,),
        others=survivor_of,
        decide=unmerge,
    ),
)
EVOLVES = {
    ComplaintMerged: merged,
    DuplicateJoined: joined,
    ComplaintUnmerged: unmerged,
    DuplicateParted: parted,
}
