"""The disclosure log (E-07, INV-18): who has read or got which texts of a complaint, what for, and from whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from attrs import frozen

from complaintkit.desk.reading import read_entries
from complaintkit.errors import UnknownComplaint
from complaintkit.journal import Entry, Record
from complaintkit.letters.delivery import LetterRequested, LetterSent
from complaintkit.lifecycle import TextRevealed
from complaintkit.ports import Query, Store
from complaintkit.timekeeping.instants import format_instant
from complaintkit.values import Actor
from complaintkit.vocabulary import Purpose

_CHUNK: Final = 1000
_TOLD: Final = frozenset((TextRevealed.event_type, LetterRequested.event_type, LetterSent.event_type))  # type: ignore[attr-defined]


@frozen(kw_only=True)
class Disclosure:
    """Texts of a complaint were read, or handed over; nothing personal is in it.

    ``to`` is who got them outside (None: ``by`` has read them), ``refs`` are their references in the vault, ``seq``
    is the entry of the log that says so. What was recorded before references were kept has ``items`` alone.
    """

    seq: int
    at: datetime
    complaint: str
    purpose: Purpose
    by: Actor
    to: str | None
    items: int
    refs: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        return {
            "entry": self.seq,
            "at": format_instant(self.at),
            "complaint": self.complaint,
            "purpose": self.purpose.value,
            "by": self.by.id,
            "role": self.by.role.value,
            "to": self.to,
            "items": self.items,
            "refs": list(self.refs),
        }


def disclosures(store: Store, *, complaint: str | None = None, person: str | None = None) -> Iterator[Disclosure]:
    """Every disclosure of a book in the order of its log: of one complaint, of those of a person, or of all.

    Letters to others than the complainant are disclosures too. The whole log is read, page by page.

    Raises ``UnknownComplaint`` where there is no such complaint.

    >>> from complaintkit.adapters.memory import MemoryStore
    >>> list(disclosures(MemoryStore()))
    []
    """
    wanted = _wanted(store, complaint, person)
    letters: dict[str, str] = {}
    for entry in _entries(store):
        found = _read(entry) or _sent(entry, letters)
        if found is not None and (wanted is None or found.complaint in wanted):
            yield found


def _wanted(store: Store, complaint: str | None, person: str | None) -> frozenset[str] | None:
    if complaint is not None and not store.entries(complaint):
        raise UnknownComplaint(f"no complaint has the reference {complaint[:40]!r}", hint="look it up with find()")
    named = [] if complaint is None else [frozenset((complaint,))]
    if person is not None:
        named.append(frozenset(row.stream for row in store.find(Query(person=person))))
    return frozenset.intersection(*named) if named else None


def _entries(store: Store) -> Iterator[Entry]:
    """The entries that may tell of a disclosure; the others are not even read."""
    after = -1
    while records := store.journal(after, _CHUNK):
        yield from read_entries(filter(_may_tell, records))
        after = records[-1].seq


def _may_tell(record: Record) -> bool:
    return record.type in _TOLD


def _read(entry: Entry) -> Disclosure | None:
    match entry.event:
        case TextRevealed(complaint=ref, purpose=purpose, items=items, refs=refs, to=to):
            return _disclosure(entry, complaint=ref, purpose=Purpose(purpose), to=to, items=items, refs=refs)
    return None


def _sent(entry: Entry, letters: dict[str, str]) -> Disclosure | None:
    """A letter that went to somebody else; ``letters`` remembers for whom each was asked for."""
    match entry.event:
        case LetterRequested(notice=notice, to=str(to)):
            letters[notice] = to
        case LetterSent(notice=notice, body=body) if notice in letters:
            refs = (body.ref,) if body is not None and body.ref else ()
            to = letters[notice]
            return _disclosure(entry, complaint=entry.stream, purpose=Purpose.LETTER, to=to, items=len(refs), refs=refs)
    return None


def _disclosure(entry: Entry, **told: Any) -> Disclosure:
    return Disclosure(seq=entry.seq, at=entry.at, by=entry.actor, **told)
