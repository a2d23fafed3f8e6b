"""Erasure carried out: two people ask, what nothing keeps goes, then its keys and old copies; a statement stays.

Rows are deleted and the entry is written in one transaction. Keys are destroyed, and files scrubbed, after it: where
that is interrupted, or something still keeps a complaint, a timer of the person's stream goes on with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from attrs import frozen

from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import ContactRecord
from complaintkit.complaint.step import given
from complaintkit.desk.outcome import ErasureOutcome
from complaintkit.desk.reading import read_entries
from complaintkit.desk.vaulted import log_of
from complaintkit.errors import CommandRefused, ErasureHeld, Reason, StoreBusy, UnknownComplaint
from complaintkit.journal import BOOK_STREAM, Entry, Record, encode_entry
from complaintkit.journal.codec import personals
from complaintkit.lifecycle import AttemptRefused, erasure_timer, fold, is_respondent
from complaintkit.policy import Profile
from complaintkit.ports import Batch, Head, Query, Scrubs, Store, Transaction, Vault
from complaintkit.privacy import key_ref
from complaintkit.privacy.certificate import certify
from complaintkit.privacy.disposal import at_most, why_kept
from complaintkit.privacy.disposal import stream_of as disposal_stream
from complaintkit.privacy.encryption import is_encrypted
from complaintkit.privacy.erasure import (
    DisposalBegun,
    Erasure,
    ErasureApproved,
    ErasureCompleted,
    ErasureRequested,
    Plan,
    TextsErased,
    fold_erasure,
    objections,
    plan,
    stream_of,
)
from complaintkit.timekeeping.instants import format_instant, parse_instant
from complaintkit.values import SYSTEM, Actor, derived_id
from complaintkit.vocabulary import ErasureBasis, ErasureStage

#: What waits is looked at again after this time; what nobody can date may end any day.
_AGAIN: Final = timedelta(days=1)
_SOON: Final = timedelta(minutes=1)


@frozen(kw_only=True)
class Asked:
    """A step of an erasure on its way: whose texts, who asks, why, and under which command id.

    ``stream`` is where it is written; for a disposal by the retention schedule ``person`` is the complaint.
    """

    person: str
    by: Actor
    key: str
    basis: ErasureBasis
    now: datetime
    stream: str


class _Writing:
    """What one transaction adds to a person's stream, entry by entry."""

    def __init__(self, unit: Transaction, log: str, profile: Profile, asked: Asked) -> None:
        self.unit, self.log, self.profile, self.asked = unit, log, profile, asked
        self.head = unit.head()
        last = self.head.recorded_at
        self.now = max(asked.now, parse_instant(last)) if last else asked.now
        self.entries: tuple[Entry, ...] = read_entries(unit.entries(asked.stream))

    @property
    def state(self) -> Erasure | None:
        """The erasure as it stands, what was added included."""
        return fold_erasure(self.entries)

    def add(self, event: Any, **rest: Any) -> None:
        """Commit one entry of the person's stream with what belongs to it."""
        version = len(self.entries) + 1
        record = self._commit(self.asked.stream, version, event, **rest)
        self.entries += read_entries([record])

    def refuse(self, state: Erasure | None, refusal: CommandRefused) -> None:
        """Record the attempt as an entry of the book (INV-06)."""
        rules = tuple(reason.rule for reason in refusal.reasons)
        name = "approve-erasure" if state and not state.is_over else "request-erasure"
        self._commit(BOOK_STREAM, None, AttemptRefused(complaint=self.asked.stream, command=name, rules=rules))

    def set_timer(self, due: datetime | None) -> dict[str, Any]:
        """The part of a batch that lets the person's timer be due, or removes it."""
        timer = erasure_timer(self.asked.stream, due or self.now)
        return {"timers": [timer]} if due else {"timers_done": [timer.key]}

    def _commit(self, stream: str, version: int | None, event: Any, **rest: Any) -> Record:
        asked, seq = self.asked, self.head.frontier.size
        record = encode_entry(
            self.log, seq, stream, version, event, self.now, self.now, asked.by, asked.key, self.profile.pin
        )
        self.head = Head(self.head.frontier.append(record.leaf), format_instant(self.now))
        self.unit.commit(Batch(entries=[record], head=self.head, **rest))
        return record


@frozen
class Eraser:
    """Erases texts of a person; ``store`` is the one that keeps the rows as they are, still locked."""

    store: Store
    vault: Vault
    profile: Profile

    def ask(self, asked: Asked) -> ErasureOutcome:
        """Take the next step for somebody: request, approve and carry out, or look again.

        Raises ``CommandRefused`` where they may not, ``ErasureHeld`` where an approved one can erase nothing yet.
        """
        with self.store.transaction() as unit:
            writing = _Writing(unit, log_of(self.store), self.profile, asked)
            complaints = self._complaints(unit, asked.person)
            refusal = self._step(writing, complaints)
            planned = self._carry_out(writing, complaints)
        if refusal is not None:
            raise refusal
        outcome = self._answer(given(writing.state), planned, self._complete(asked))
        if outcome.erasure.stage is ErasureStage.APPROVED and not outcome.erasure.complaints:
            raise ErasureHeld([block.reason for block in planned.blocks], planned.until)
        return outcome

    def resume(self, stream: str, now: datetime) -> None:
        """Go on with what waits, for the system; where nothing does, its timer is removed."""
        person = stream.partition("/")[2]
        asked = _by_itself("erasure", person, stream, now)
        with self.store.transaction() as unit:
            writing = _Writing(unit, log_of(self.store), self.profile, asked)
            waiting = self._complaints(unit, person) if stream == stream_of(person) else ()
            self._carry_out(writing, waiting)
        self._complete(asked)

    def dispose(self, ref: str, timer: str, now: datetime) -> None:
        """Erase what the retention schedule keeps no longer: a complaint, and what was merged into it (E-53).

        ``timer`` is the key of the timer that fell due. Where something keeps the complaint after all, nothing goes.
        """
        asked = _by_itself("disposal", ref, disposal_stream(ref), now)
        with self.store.transaction() as unit:
            writing = _Writing(unit, log_of(self.store), self.profile, asked)
            unit.commit(Batch(timers_done=[timer]))
            complaints = [each for each in self._disposable(unit, ref, writing.now) if self._is_kept(unit, [each])]
            if complaints:
                rules = {rule.rule for each in complaints for rule in at_most(each, self.profile)}
                writing.add(DisposalBegun(complaint=ref, rules=tuple(sorted(rules))))
                self._carry_out(writing, complaints)
        self._complete(asked)

    def _disposable(self, unit: Transaction, ref: str, now: datetime) -> list[Complaint]:
        """A complaint and its duplicates, as far as they are due; nothing as long as it is dealt with elsewhere."""
        complaint = _load(unit, ref)
        if not why_kept(complaint, self.profile, now).is_due or self._is_needed(unit, complaint.merged_into, now):
            return []
        joined = (self._disposable_here(unit, each.ref, now) for each in complaint.joined)
        return [complaint, *(each for several in joined for each in several)]

    def _disposable_here(self, unit: Transaction, ref: str, now: datetime) -> list[Complaint]:
        """A duplicate that goes with what it was merged into; each of its own is among that one's too."""
        complaint = _load(unit, ref)
        return [complaint] if why_kept(complaint, self.profile, now).is_due else []

    def _is_needed(self, unit: Transaction, survivor: str | None, now: datetime) -> bool:
        """Whether the complaint with which another one is dealt with has texts that are still kept (INV-51)."""
        if survivor is None:
            return False
        complaint = _load(unit, survivor)
        kept = not why_kept(complaint, self.profile, now).is_due and self._is_kept(unit, [complaint])
        return kept or self._is_needed(unit, complaint.merged_into, now)

    def _step(self, writing: _Writing, complaints: Sequence[Complaint]) -> CommandRefused | None:
        """Record a request or an approval, once for its command id; a refusal is given back, its attempt is kept."""
        asked, state = writing.asked, writing.state
        if any(entry.command == asked.key for entry in writing.entries):
            return None
        reasons = list(objections(state, asked.person, asked.by))
        if any(is_respondent(complaint, asked.by) for complaint in complaints):
            reasons += [_SUBJECT]
        if reasons:
            refusal = CommandRefused("the erasure is refused", reasons)
            writing.refuse(state, refusal)
            return refusal
        if state is None or (state.is_over and self._is_kept(writing.unit, complaints)):
            _must_exist(complaints, asked.person)
            writing.add(ErasureRequested(person=asked.person, basis=asked.basis))
        elif state.stage is ErasureStage.REQUESTED:
            writing.add(ErasureApproved(person=asked.person), **writing.set_timer(writing.now))
        return None

    def _carry_out(self, writing: _Writing, complaints: Sequence[Complaint]) -> Plan:
        """Delete what nothing keeps, where it was approved; the rest is looked at again when it may be free."""
        state, unit = writing.state, writing.unit
        there = [each for each in complaints if self._is_kept(unit, [each])]
        survivors = {one.ref: one for each in there for one in _survivors(unit, each)}
        planned = plan(there, self.profile, writing.now, survivors.values())
        if state is None or state.stage is not ErasureStage.APPROVED:
            if state is None or state.stage is not ErasureStage.ERASED:  # nothing waits for a sweep
                unit.commit(Batch(**writing.set_timer(None)))
            return planned
        if not planned.erasable and planned.blocks:
            unit.commit(Batch(**writing.set_timer(_next_look(planned, writing.now))))
            return planned
        self._erase(writing, planned)
        return planned

    def _erase(self, writing: _Writing, planned: Plan) -> None:
        refs = [ref for stream in planned.erasable for ref in _refs(writing.unit, stream)]
        items = list(writing.unit.sealed(refs).values())
        event = TextsErased(
            person=writing.asked.person,
            complaints=planned.erasable,
            texts=len(items),
            # A text may have come with a command about another complaint, whose key others still need.
            keys=tuple(self.vault.keys([item for item in items if item.stream in planned.erasable])),
            plain=sum(not is_encrypted(item) for item in items),
            waiting=planned.waiting,
        )
        self.vault.retire(log_of(self.store), planned.erasable)
        writing.add(event, erased=[item.ref for item in items], **writing.set_timer(writing.now))

    def _complete(self, asked: Asked) -> tuple[Erasure, tuple[Entry, ...]] | None:
        """Destroy the keys, scrub the files, and record that nothing is left; where others read, a little later."""
        state = fold_erasure(read_entries(self.store.entries(asked.stream)))
        if state is None or state.stage is not ErasureStage.ERASED:
            return None
        self.vault.destroy(state.keys_left)
        scrubbed = self._scrubbed(plain=state.plain_left)
        with self.store.transaction() as unit:
            writing = _Writing(unit, log_of(self.store), self.profile, asked)
            state = given(writing.state)
            if state.stage is not ErasureStage.ERASED:  # another one was faster
                return state, writing.entries
            if not scrubbed:
                unit.commit(Batch(**writing.set_timer(writing.now + _SOON)))
                return None
            done = ErasureCompleted(person=asked.person, keys=len(state.keys_left))
            writing.add(done, **writing.set_timer(writing.now + _AGAIN if state.waiting else None))
            return given(writing.state), writing.entries

    def _scrubbed(self, *, plain: bool) -> bool:
        try:
            if isinstance(self.store, Scrubs):
                self.store.scrub(plain=plain)
        except StoreBusy:
            return False
        return True

    def _answer(
        self, state: Erasure, planned: Plan, completed: tuple[Erasure, tuple[Entry, ...]] | None
    ) -> ErasureOutcome:
        state, entries = completed or (state, read_entries(self.store.entries(stream_of(state.person))))
        certified = state.complaints and state.stage is not ErasureStage.ERASED
        certificate = certify(log_of(self.store), entries) if certified else None
        return ErasureOutcome(state, planned.blocks, certificate)

    def _complaints(self, unit: Transaction, person: str) -> tuple[Complaint, ...]:
        """The person's complaints as they stand under the lock."""
        found = self.store.find(Query(person=person))
        return tuple(_load(unit, row.stream) for row in found)

    def _is_kept(self, unit: Transaction, complaints: Iterable[Complaint]) -> bool:
        """Whether the vault has anything of these complaints."""
        return any(unit.sealed(_refs(unit, complaint.ref)) for complaint in complaints)


_SUBJECT: Final = Reason("SoD-6", "the person complained about takes no part (IT-27)")


def _by_itself(what: str, subject: str, stream: str, now: datetime) -> Asked:
    """What nobody asks for now: the system goes on with it."""
    key = derived_id(what, subject, format_instant(now))
    basis = ErasureBasis.NO_LONGER_NEEDED
    return Asked(person=subject, by=SYSTEM, key=key, basis=basis, now=now, stream=stream)


def _load(unit: Transaction, ref: str) -> Complaint:
    return given(fold(read_entries(unit.entries(ref))))


def _survivors(unit: Transaction, complaint: Complaint) -> Iterator[Complaint]:
    """The complaint into which this one was merged, the one into which that one was, and so on (INV-51)."""
    while complaint.merged_into is not None:
        complaint = _load(unit, complaint.merged_into)
        yield complaint


def _refs(unit: Transaction, stream: str) -> list[str]:
    """Every reference of a complaint into the vault: of its key, of its stream, of what came through it to others.

    What came to it through another one is that one's, and goes with it.
    """
    entries = read_entries(unit.entries(stream))
    said = [item.ref for entry in entries for item in personals(entry.event)]
    brought = {contact.text.ref for entry in entries for contact in _contacts(entry.event) if contact.via}
    ways = [contact for each in _survivors(unit, given(fold(entries))) for contact in each.contacts]
    away = [contact.text.ref for contact in ways if stream in contact.via]
    own = [ref for ref in said if ref not in brought]
    return [key_ref(stream), *dict.fromkeys(ref for ref in (*own, *away) if ref)]


def _contacts(event: Any) -> Iterable[ContactRecord]:
    """The contacts that an event records or moves."""
    one = getattr(event, "contact", None)
    return [*getattr(event, "contacts", ()), *([one] if isinstance(one, ContactRecord) else [])]


def _next_look(planned: Plan, now: datetime) -> datetime:
    """What has a date waits for it, but never longer than a day without being looked at where something has none."""
    undated = any(block.until is None for block in planned.blocks)
    return now + _AGAIN if undated or planned.until is None else planned.until


def _must_exist(complaints: Sequence[Complaint], person: str) -> None:
    if not complaints:
        raise UnknownComplaint(
            f"no complaint is of the person {person[:40]!r}", hint="give the opaque id that the complaints name"
        )
