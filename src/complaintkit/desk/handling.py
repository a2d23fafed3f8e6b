"""One command, one transaction: answer a repetition, load, seal, decide, commit.

The order is the spine of the design: the head is locked first, so what is read is what will be built on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import count
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from attrs import field, frozen

from complaintkit.commitments import ReviseCommitments, SignalRaised, signal_key
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.door import check_command
from complaintkit.complaint.step import Context, Happened
from complaintkit.desk.outcome import Outcome, Preview, RevealedTexts
from complaintkit.desk.reading import (
    for_reader,
    known,
    known_besides,
    may_read,
    names_own_text,
    own_texts_only,
    read_entries,
    reveal_texts,
)
from complaintkit.errors import CommandConflict, CommandRefused, MalformedInput, Reason, StaleVersion
from complaintkit.journal import BOOK_STREAM, Record, encode_entry
from complaintkit.journal.codec import canonical, personals, plain
from complaintkit.letters.delivery import LetterRequested
from complaintkit.lifecycle import (
    AttemptRefused,
    Decision,
    Refusal,
    TextRevealed,
    clocks_of,
    decide,
    decides_for,
    letter_row,
    replay,
    summary_of,
    timers_of,
    wakes,
)
from complaintkit.policy import Profile
from complaintkit.ports import Answer, Batch, Head, OutboxRow, Timer, Transaction
from complaintkit.privacy import VaultItem, fingerprint, key_item, key_ref, seal
from complaintkit.privacy.encryption import readable
from complaintkit.privacy.sealing import Entropy
from complaintkit.timekeeping.instants import format_instant, instant, parse_instant
from complaintkit.values import Actor, complaint_ref
from complaintkit.vocabulary import Purpose

#: What a command knows that begins a complaint.
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


@frozen(kw_only=True)
class Request:
    """A command on its way: who gives it, its id, and what the caller knows.

    ``done`` and ``outbox`` are what the relay settles together with it: timers that fired, letters sent.
    """

    command: Any = field(repr=False)
    by: Actor
    key: str
    now: datetime
    version: int | None = None
    occurred: datetime | None = None
    done: tuple[str, ...] = ()
    outbox: tuple[OutboxRow, ...] = ()

    @property
    def ref(self) -> str:
        """The complaint it is about: named, or the one it will create."""
        return getattr(self.command, "complaint", None) or complaint_ref(self.key)


@frozen
class Handling:
    """Handles requests inside a transaction that somebody else begins and ends."""

    book: str
    profile: Profile
    entropy: Entropy

    def handle(self, unit: Transaction, request: Request) -> Outcome | CommandRefused:
        """Handle one request; a refusal is given back, so that its entry can be kept before it is raised."""
        decides_for(request.command)
        head = unit.head()
        answer = unit.answer(request.key)
        if answer is not None:
            self._settle(unit, request)
            return self._repeat(unit, answer, request)
        complaint, ctx = self._load(unit, request, head)
        key, items = self._vault_key(unit, request)
        decision, sealed = self._decide(request, complaint, ctx)
        mark = fingerprint(key, request.command, _actor(request.by))
        if isinstance(decision, Refusal):
            return self._refuse(unit, request, ctx, head, decision, mark, items)
        decision = _raised_once(unit, complaint, decision, ctx)
        return self._keep(unit, request, ctx, head, complaint, decision, mark, items + sealed)

    def preview(self, unit: Transaction, request: Request) -> Preview:
        """Decide at the instant at which it would be recorded, and write nothing."""
        decides_for(request.command)
        complaint, ctx = self._load(unit, request, unit.head())
        decision, _ = self._decide(request, complaint, ctx)
        if isinstance(decision, Refusal):
            return Preview(complaint, (), decision)
        return Preview(decision.complaint, tuple(happened.event for _, happened in decision.pairs))

    def _decide(
        self, request: Request, complaint: Complaint | None, ctx: Context
    ) -> tuple[Decision | Refusal, list[VaultItem]]:
        """Seal, decide with the texts in view, and take them out of view."""
        sealed = seal(request.command, self.book, request.ref, request.key, self.entropy)
        decision = decide(complaint, sealed.command, ctx)
        sealed.close()
        return decision, sealed.items

    def _load(self, unit: Transaction, request: Request, head: Head) -> tuple[Complaint | None, Context]:
        """The state, and what the decision may know besides it; recording never goes back in time."""
        check_command(request.command)
        named = getattr(request.command, "complaint", None)
        records = unit.entries(named) if named else ()
        complaint = known(named, records) if named else None
        own_texts_only(complaint, request.command)
        names_own_text(unit, records, request.command)
        if request.version is not None and (complaint.version if complaint else 0) != request.version:
            raise StaleVersion(
                f"{request.ref} is at version {complaint.version if complaint else 0}, not {request.version}",
                hint="read it again and decide on what it says now",
            )
        besides = known_besides(unit, complaint, request.command) if complaint else _NOTHING
        return complaint, self._context(request, _not_before(head, request.now), **besides)

    def _context(self, request: Request, now: datetime, **besides: Any) -> Context:
        occurred = now if request.occurred is None else instant(request.occurred, "occurred")
        if occurred > now:
            raise MalformedInput("occurred lies in the future", hint="record what has happened, when it has")
        return Context(
            now=now,
            occurred=occurred,
            actor=request.by,
            command_id=request.key,
            ref=request.ref,
            profile=self.profile,
            **besides,
        )

    def _vault_key(self, unit: Transaction, request: Request) -> tuple[bytes, list[VaultItem]]:
        """The complaint's vault key, made with its first command."""
        ref = key_ref(request.ref)
        found = unit.sealed([ref]).get(ref)
        if found is not None:
            readable([found])
            return found.content, []
        made = key_item(request.ref, self.entropy)
        return made.content, [made]

    def _keep(
        self,
        unit: Transaction,
        request: Request,
        ctx: Context,
        head: Head,
        before: Complaint | None,
        decision: Decision,
        mark: bytes,
        items: Sequence[VaultItem],
    ) -> Outcome:
        """Write entries, vault items, letters, timers, summaries and answer, all or nothing."""
        events = [happened.event for _, happened in decision.pairs]
        changes = _changes(ctx, before, decision)
        records, head = self._records(ctx, head, changes, decision)
        letters = tuple(
            letter_row(self.book, record.stream, record.seq, record.recorded_at, happened.event)
            for record, (_, happened) in zip(records, decision.pairs, strict=True)
            if isinstance(happened.event, LetterRequested)
        )
        anew = isinstance(request.command, ReviseCommitments)  # rows may have been written under another policy
        timers, gone = _timers(changes.values(), self.profile, anew=anew)
        timers += wakes(decision.complaint, events, ctx.now)
        spans = {ref: (change.version + 1, change.after.version) for ref, change in changes.items()}
        unit.commit(
            Batch(
                entries=records,
                vault=_referred_to(items, events, ctx.ref),
                outbox=letters + request.outbox,
                timers=timers,
                timers_done=gone + list(request.done),
                summaries=[summary_of(change.after) for change in changes.values()],
                head=head,
                answer=Answer(request.key, ctx.ref, mark, canonical({"streams": spans})),
            )
        )
        others = tuple(change.after for ref, change in changes.items() if ref != ctx.ref)
        return Outcome(decision.complaint, tuple(records), letters, others=others)

    def _records(
        self, ctx: Context, head: Head, changes: Mapping[str, Change], decision: Decision
    ) -> tuple[list[Record], Head]:
        frontier, records = head.frontier, []
        streams = {ref: (count(change.version + 1), change.after.persons) for ref, change in changes.items()}
        for stream, happened in decision.pairs:
            versions, persons = streams[stream]
            record = self._record(ctx, frontier.size, stream, next(versions), happened, persons)
            records.append(record)
            frontier = frontier.append(record.leaf)
        return records, Head(frontier, format_instant(ctx.now))

    def _record(
        self, ctx: Context, seq: int, stream: str, ver: int | None, happened: Happened, subjects: tuple[str, ...] = ()
    ) -> Record:
        return encode_entry(
            self.book,
            seq,
            stream,
            ver,
            happened.event,
            ctx.now,
            happened.occurred,
            ctx.actor,
            ctx.command_id,
            self.profile.pin,
            subjects,
        )

    def reveal(
        self, unit: Transaction, request: Request, ref: str, purpose: Purpose, to: str | None = None
    ) -> RevealedTexts:
        """Read the personal texts of a complaint, and record that they were read, by whom and what for (INV-18)."""
        unit.head()
        records = unit.entries(ref)
        complaint = known(ref, records)
        may_read(complaint, request.by)
        texts = reveal_texts(unit, *(entry.event for entry in read_entries(records)))
        inside = to is None and "RO-03" <= request.by.role.value <= "RO-20"
        texts = for_reader(complaint, texts, to or request.by.id, inside=inside)
        self.note(unit, request, TextRevealed(complaint=ref, purpose=purpose, items=len(texts), refs=(*texts,), to=to))
        return texts

    def note(self, unit: Transaction, request: Request, *events: Any) -> None:
        """Append entries of the book itself, of what is no command: texts that were read, an attempt refused."""
        for event in events:
            head = unit.head()
            self._note(unit, head, self._context(request, _not_before(head, request.now)), event)

    def _refuse(
        self,
        unit: Transaction,
        request: Request,
        ctx: Context,
        head: Head,
        refusal: Refusal,
        mark: bytes,
        items: Sequence[VaultItem],
    ) -> CommandRefused:
        """Record the attempt once, as an entry of the book (INV-06); the complaint is untouched."""
        rules = tuple(reason.rule for reason in refusal.reasons)
        event = AttemptRefused(complaint=ctx.ref, command=refusal.command, rules=rules)
        body = canonical({"refused": refusal.reasons, "allowed": refusal.allowed, "command": refusal.command})
        answer = Answer(request.key, ctx.ref, mark, body)
        rest = {"vault": items, "timers_done": request.done, "outbox": request.outbox, "answer": answer}
        self._note(unit, head, ctx, event, **rest)
        return _refused(refusal.command, refusal.reasons, refusal.allowed)

    def _note(self, unit: Transaction, head: Head, ctx: Context, event: Any, **rest: Any) -> None:
        """Append one entry of the book itself: no stream version, not folded."""
        record = self._record(ctx, head.frontier.size, BOOK_STREAM, None, Happened(event, ctx.occurred))
        after = Head(head.frontier.append(record.leaf), format_instant(ctx.now))
        unit.commit(Batch(entries=[record], head=after, **rest))

    def _settle(self, unit: Transaction, request: Request) -> None:
        """What the relay did is done, also where another one was faster or its command came to nothing."""
        if request.done or request.outbox:
            unit.commit(Batch(timers_done=request.done, outbox=request.outbox))

    def _repeat(self, unit: Transaction, answer: Answer, request: Request) -> Outcome | CommandRefused:
        """Give the first answer again; other content under the same id is an error."""
        ref = key_ref(answer.stream)
        key = unit.sealed([ref]).get(ref)
        if key is None:
            raise CommandConflict(
                f"command id {request.key} was used, and what for was erased", hint="give each command an id of its own"
            )
        if fingerprint(key.content, request.command, _actor(request.by)) != answer.fingerprint:
            raise CommandConflict(
                f"command id {request.key} was used for something else", hint="give each command an id of its own"
            )
        said = plain(answer.body)
        if "refused" in said:
            reasons = tuple(Reason(*reason) for reason in said["refused"])
            return _refused(said["command"], reasons, tuple(said["allowed"]))
        return self._same_outcome(unit, answer.stream, said)

    def _same_outcome(self, unit: Transaction, stream: str, said: dict[str, Any]) -> Outcome:
        """Every stream as the answer left it, and what it added."""
        complaints: dict[str, Complaint] = {}
        added: list[Record] = []
        for ref, (first, last) in said["streams"].items():
            records = unit.entries(ref)[:last]
            complaints[ref] = known(ref, records)
            added += records[first - 1 :]
        added.sort(key=lambda record: record.seq)
        complaint = complaints.pop(stream)
        return Outcome(complaint, tuple(added), (), repeated=True, others=tuple(complaints.values()))


class Change(NamedTuple):
    """A complaint before and after a command."""

    before: Complaint | None
    after: Complaint

    @property
    def version(self) -> int:
        """The version before."""
        return self.before.version if self.before else 0


def _changes(ctx: Context, before: Complaint | None, decision: Decision) -> dict[str, Change]:
    """The complaint that the command is about, and every other one of which it wrote something."""
    streams = {stream for stream, _ in decision.pairs}
    others = {ref: Change(ctx.others[ref], after) for ref, after in decision.others.items() if ref in streams}
    return {ctx.ref: Change(before, decision.complaint), **others}


def _timers(changes: Iterable[Change], profile: Profile, *, anew: bool) -> tuple[list[Timer], list[str]]:
    """The timers to set and the keys to remove; ``anew``: those of the commitments in any case."""
    timers: dict[str, Timer] = {}
    gone: list[str] = []
    for before, after in changes:
        old, new = timers_of(before, profile), timers_of(after, profile)
        timers |= {key: timer for key, timer in new.items() if old.get(key) != timer}
        timers |= clocks_of(after, profile) if anew else {}
        gone += [key for key in old if key not in new]
    return list(timers.values()), gone


def _refused(command: str, reasons: Sequence[Reason], allowed: Sequence[str]) -> CommandRefused:
    return CommandRefused(f"{command} is refused", reasons, allowed=allowed)


def _referred_to(items: Sequence[VaultItem], events: Sequence[object], ref: str) -> list[VaultItem]:
    """Only what an entry refers to is kept: a text that nobody could find would outlive its erasure."""
    if not items:
        return []
    refs = {item.ref for event in events for item in personals(event)} | {key_ref(ref)}
    return [item for item in items if item.ref in refs]


def _actor(by: Actor) -> dict[str, str]:
    return {"id": by.id, "role": by.role, "authority": by.authority}


def _not_before(head: Head, now: datetime) -> datetime:
    """Recording never goes back in time, whatever the clock says."""
    return max(now, parse_instant(head.recorded_at)) if head.recorded_at else now


def _raised_once(unit: Transaction, before: Complaint | None, decision: Decision, ctx: Context) -> Decision:
    """Claim the key of every signal; one that was ever raised before, whatever the journal says, is left out."""
    taken = [pair for pair in decision.pairs if isinstance(pair[1].event, SignalRaised) and not _claim(unit, pair)]
    return replay(before, [pair for pair in decision.pairs if pair not in taken], ctx) if taken else decision


def _claim(unit: Transaction, pair: tuple[str, Happened]) -> bool:
    raised = pair[1].event
    return unit.claim(signal_key(pair[0], raised.commitment, raised.cycle, raised.rung))
