"""The right of access carried out: everything that a book holds about a person, as data and as a page to read.

The texts are revealed for it, and that is recorded for each complaint like every other disclosure (INV-18).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from attrs import field, frozen

from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.step import given
from complaintkit.desk.access_page import access_page
from complaintkit.desk.disclosures import Disclosure, disclosures
from complaintkit.desk.handling import Handling, Request
from complaintkit.desk.reading import read_entries
from complaintkit.desk.vaulted import log_of
from complaintkit.errors import CommandRefused, Reason, UnknownComplaint
from complaintkit.journal import Entry
from complaintkit.lifecycle import AttemptRefused, TextRevealed, fold, is_respondent
from complaintkit.ports import Query, Store, Transaction
from complaintkit.privacy.access import (
    Told,
    Wanted,
    facts_of,
    handed_out,
    involvement,
    objections,
    texts_of,
    wanted,
)
from complaintkit.privacy.encryption import readable
from complaintkit.privacy.erasure import Erasure, fold_erasure, stream_of
from complaintkit.privacy.redaction import Shown
from complaintkit.timekeeping.instants import format_instant, instant
from complaintkit.values import Actor, derived_id, is_complaint_ref, opaque
from complaintkit.vocabulary import Involvement, Language, Purpose
from complaintkit.wording import known_language, say

if TYPE_CHECKING:
    from complaintkit.desk.desk import ComplaintDesk

_CHUNK: Final = 1000


@frozen(kw_only=True)
class Held:
    """What one complaint holds about a person: as what they stand in it, the entries about them, and its texts."""

    complaint: Complaint = field(repr=False)
    involvement: tuple[Involvement, ...]
    entries: tuple[Entry, ...] = field(repr=False)
    texts: tuple[Told, ...] = field(repr=False)
    shown: Shown = field(repr=False)


@frozen(kw_only=True)
class PersonExport:
    """What a book holds about a person (right of access), as :meth:`json` and as :meth:`html`; never shown by ``repr``.

    ``disclosures`` are what was read or handed out of their complaints before, ``erasure`` is how far the newest
    erasure of their texts has come. The same book gives the same bytes.
    """

    person: str
    book: str
    at: datetime
    zone: ZoneInfo
    language: Language
    organisation: tuple[str, ...] = field(repr=False)
    held: tuple[Held, ...] = field(repr=False)
    disclosures: tuple[Disclosure, ...] = field(repr=False)
    erasure: Erasure | None = field(repr=False)
    asked: Wanted = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The whole as plain data: codes and times in the clear, people as roles."""
        return {
            "export": 1,
            "book": self.book,
            "person": self.person,
            "at": format_instant(self.at),
            "language": self.language.value,
            "complaints": [self._complaint(held) for held in self.held],
            "disclosures": [self._disclosure(each) for each in self.disclosures],
            "erasure": None if self.erasure is None else {"stage": self.erasure.stage.value},
        }

    def json(self) -> str:
        """The whole as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    def html(self) -> str:
        """The whole as one page in its language; every text in it is escaped."""
        return access_page(self)

    def _complaint(self, held: Held) -> dict[str, Any]:
        return {
            "complaint": held.complaint.ref,
            "involvement": [each.value for each in held.involvement],
            "state": held.complaint.handling.value,
            "received_at": format_instant(held.complaint.received_at),
            "entries": [facts_of(entry, self.asked) for entry in held.entries],
            "texts": [self._text(told, held.shown) for told in held.texts if told.ref in held.shown.texts],
            "withheld": [{"ref": ref, "ground": ground.value} for ref, ground in held.shown.withheld.items()],
        }

    def _text(self, told: Told, shown: Shown) -> dict[str, Any]:
        return {
            "ref": told.ref,
            "at": format_instant(told.entry.occurred or told.entry.at),
            "from": self.voice(told),
            "redacted": told.ref in shown.redacted,
            "text": shown.texts[told.ref],
        }

    def voice(self, told: Told) -> str:
        """Whose words a text is: ``you``, ``organisation`` or ``somebody``."""
        return "you" if self.asked.said(told) else "organisation" if told.author is None else "somebody"

    def _disclosure(self, each: Disclosure) -> dict[str, Any]:
        told = each.to_dict() | {"to": "you" if each.to == self.person else each.to}
        return {name: value for name, value in told.items() if name != "by"}


def export_person(
    desk: ComplaintDesk, person: str, by: Actor, *, language: Language | str = Language.ENGLISH
) -> PersonExport:
    """Everything that the book of a desk holds about a person (an opaque id), as far as they may have it.

    ``by`` is who hands it out: a privacy officer or the complaints manager, and not the person. ``language`` is that
    of the page. Texts of others, parts about third parties and texts under legal privilege are left out and listed.
    The whole log is read. What is handed out is recorded as a disclosure to the person.

    Raises ``CommandRefused`` where ``by`` may not (the attempt is recorded), ``UnknownComplaint`` where the book
    holds nothing about such a person.

    >>> from complaintkit.commands import RegisterComplaint
    >>> from complaintkit.desk import ComplaintDesk
    >>> from complaintkit.adapters.memory import MemoryStore
    >>> from complaintkit.vocabulary import Role
    >>> desk = ComplaintDesk(MemoryStore())
    >>> told = RegisterComplaint(person="person-17", owner="agent-7", narrative="I was charged twice.")
    >>> _ = desk.handle(told, Actor("agent-7", Role.FRONT_LINE_AGENT))
    >>> export = export_person(desk, "person-17", Actor("privacy-1", Role.PRIVACY_OFFICER))
    >>> [text["text"] for text in export.to_dict()["complaints"][0]["texts"]]
    ['I was charged twice.']
    """
    desk._may_write()  # noqa: SLF001  # nothing is handed out that could not be recorded
    spoken, now = known_language(language), instant(desk.clock.now(), "clock")
    before = tuple(disclosures(desk.store))
    refs = _refs(desk.store, opaque(person, "person"))
    with desk.store.transaction() as unit:
        export = _Export(desk, unit, person, by, spoken, now)
        found = export.complaints(refs)
        refusal = export.refusal(found)
        if refusal is None:
            return export.make(found, before)
    raise refusal


class _Export:
    """One export on its way, inside its transaction."""

    def __init__(
        self, desk: ComplaintDesk, unit: Transaction, person: str, by: Actor, language: Language, now: datetime
    ) -> None:
        self.desk, self.unit, self.person, self.by, self.language = desk, unit, person, by, language
        head = unit.head()
        key = derived_id("export", person, by.id, head.frontier.size)
        self.request = Request(command=None, by=by, key=key, now=now)
        self.handling = Handling(log_of(desk.store), desk.profile, _no_randomness)
        self.at = now

    def complaints(self, refs: Iterable[str]) -> dict[str, tuple[Complaint, tuple[Entry, ...]]]:
        """The complaints as they stand under the lock, in the order of their receipt, with their entries."""
        read = (read_entries(self.unit.entries(ref)) for ref in refs)
        found = [(given(fold(entries)), entries) for entries in read]
        found = [pair for pair in found if involvement(*pair, self.person)]
        found.sort(key=lambda pair: (pair[0].received_at, pair[0].ref))
        return {complaint.ref: (complaint, entries) for complaint, entries in found}

    def refusal(self, found: Mapping[str, tuple[Complaint, tuple[Entry, ...]]]) -> CommandRefused | None:
        """Why not, if so; the attempt is kept as an entry of the book (INV-06)."""
        reasons = list(objections(self.person, self.by))
        if any(is_respondent(complaint, self.by) for complaint, _ in found.values()):
            reasons.append(Reason("SoD-6", "the person complained about takes no part (IT-27)"))
        if not reasons:
            return None
        rules = tuple(reason.rule for reason in reasons)
        attempt = AttemptRefused(complaint=stream_of(self.person), command="export-person", rules=rules)
        self.handling.note(self.unit, self.request, attempt)
        return CommandRefused("the export is refused", reasons)

    def make(
        self, found: Mapping[str, tuple[Complaint, tuple[Entry, ...]]], before: Sequence[Disclosure]
    ) -> PersonExport:
        """Look at every text, and record what is handed out."""
        erasure = fold_erasure(read_entries(self.unit.entries(stream_of(self.person))))
        if not found and erasure is None:
            raise UnknownComplaint(
                f"the book holds nothing about {self.person[:40]!r}",
                hint="give the opaque id that the complaints name",
            )
        mark = say(self.language, "letters.third_party")
        asked = wanted(self.person, (complaint for complaint, _ in found.values()), mark)
        held = tuple(self._held(complaint, entries, asked) for complaint, entries in found.values())
        self.handling.note(self.unit, self.request, *(_revealed(each, self.person) for each in held))
        organisation = self.desk.profile.organisation
        return PersonExport(
            person=self.person,
            book=self.desk.store.book,
            at=self.at,
            zone=self.desk.profile.calendar.zone,
            language=self.language,
            organisation=(organisation.name.get(self.language, ""), organisation.contact),
            held=held,
            disclosures=tuple(each for each in before if each.complaint in asked.own),
            erasure=erasure,
            asked=asked,
        )

    def _held(self, complaint: Complaint, entries: tuple[Entry, ...], asked: Wanted) -> Held:
        """A complaint of theirs is told whole; of any other only the entries that name them."""
        if complaint.ref not in asked.own:
            ids = _ids(complaint, self.person) | asked.own  # also what came here through a complaint of theirs
            entries = tuple(entry for entry in entries if _names(entry, ids))
        texts = texts_of(complaint, entries)
        items = self.unit.sealed([told.ref for told in texts])
        readable(items.values())
        kept = {ref: (item.content.decode(), item.stream) for ref, item in items.items()}
        return Held(
            complaint=complaint,
            involvement=involvement(complaint, entries, self.person),
            entries=entries,
            texts=texts,
            shown=handed_out(texts, kept, asked),
        )


def _refs(store: Store, person: str) -> tuple[str, ...]:
    """The complaints whose entries name a person anywhere."""
    named, after = f'"{person}"'.encode(), -1
    refs = {row.stream: None for row in store.find(Query(person=person))}
    while records := store.journal(after, _CHUNK):
        refs |= {each.stream: None for each in records if named in each.body and is_complaint_ref(each.stream)}
        after = records[-1].seq
    return tuple(refs)


def _ids(complaint: Complaint, person: str) -> frozenset[str]:
    """What stands for a person in the entries of a complaint: their id, letters to them, what they were asked."""
    letters = (notice.id for notice in complaint.notices if notice.to == person)
    invitations = (each.id for each in complaint.inquiry.invitations if each.party == person)
    return frozenset((person, *letters, *invitations))


def _names(entry: Entry, ids: frozenset[str]) -> bool:
    """Whether an entry names somebody: who acted, or in what it says."""
    return entry.actor.id in ids or not ids.isdisjoint(_plain_texts(entry.event))


def _plain_texts(value: Any) -> Iterator[str]:
    """Every plain text inside an event, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _plain_texts(part)
    else:
        for name in getattr(type(value), "__attrs_attrs__", ()):
            yield from _plain_texts(getattr(value, name.name))


def _revealed(held: Held, person: str) -> TextRevealed:
    refs = tuple(held.shown.texts)
    return TextRevealed(complaint=held.complaint.ref, purpose=Purpose.ACCESS, items=len(refs), refs=refs, to=person)


def _no_randomness(_count: int) -> bytes:
    """An export seals nothing."""
    return b""
