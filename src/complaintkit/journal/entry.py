"""One line of the journal: the body that is hashed, and the typed entry that is read from it.

The body is canonical JSON (study of reliability, 4.1; final from schema 1 on)::

    {"v":1,"log":..,"seq":..,"stream":..,"ver":..,"type":..,"schema":1,"at":..,"occurred":..,
     "actor":{"id":..,"role":..,"authority":..},"cmd":..,"policy":..,"data":{..},"pii":[{"ref":..,"c":..,"subj":[..]}]}

The position stands inside the hashed bytes; the columns beside them are copies that ``audit verify``
compares. ``data`` is coded and non-personal: a personal text is a reference into the vault, and
``pii`` lists its commitment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

import attrs
from attrs import field, frozen

from complaintkit.errors import CorruptStore, MalformedInput
from complaintkit.journal.codec import Event, canonical, convert, field_names, personals, plain
from complaintkit.journal.merkle import leaf_hash
from complaintkit.timekeeping.instants import format_instant
from complaintkit.values import Actor, Personal
from complaintkit.vocabulary import Role

#: The format number of the envelope.
FORMAT: Final = 1
#: The stream of entries that belong to the book and to no complaint (``attempt-refused``, ``text-revealed``).
BOOK_STREAM: Final = "book"


class Record(NamedTuple):
    """An entry as a store keeps it: columns to find it by, and the bytes that count."""

    seq: int
    stream: str
    ver: int | None
    type: str
    recorded_at: str
    actor: str
    command: str
    body: bytes
    leaf: bytes


@frozen
class Entry:
    """An entry as people and programs read it.

    ``at`` is when it was recorded, ``occurred`` when it happened (None: the source does not say);
    ``ver`` counts the entries of one stream from 1 and is None where the entry is not folded.
    """

    seq: int
    stream: str
    ver: int | None
    type: str
    at: datetime
    occurred: datetime | None
    actor: Actor
    command: str
    policy: str
    event: Event = field(repr=False)
    leaf: bytes = field(repr=False)

    @property
    def imported(self) -> bool:
        """Whether the entry is another system's history, replayed."""
        return self.actor.imports


Upcaster = Callable[[dict[str, Any]], dict[str, Any]]


@frozen
class Book:
    """What is needed to read a journal: the event classes by stored name, and the upcasters by (name, schema)."""

    events: Mapping[str, type[Event]]
    upcasters: Mapping[tuple[str, int], Upcaster] = attrs.field(factory=dict)

    def upcast(self, type_: str, schema: int, data: dict[str, Any]) -> dict[str, Any]:
        """Lift stored data to today's shape, one schema number at a time."""
        today = self.events[type_].schema
        while schema < today:
            data, schema = self.upcasters[type_, schema](data), schema + 1
        return data


def encode_entry(
    log: str,
    seq: int,
    stream: str,
    ver: int | None,
    event: Event,
    at: datetime,
    occurred: datetime | None,
    actor: Actor,
    command: str,
    policy: str,
    subjects: tuple[str, ...] = (),
) -> Record:
    """Write one entry; ``subjects`` are the opaque ids of the persons that its personal texts are about."""
    recorded = format_instant(at)
    body = canonical(
        {
            "v": FORMAT,
            "log": log,
            "seq": seq,
            "stream": stream,
            "ver": ver,
            "type": event.event_type,
            "schema": event.schema,
            "at": recorded,
            "occurred": None if occurred is None else format_instant(occurred),
            "actor": {"id": actor.id, "role": actor.role, "authority": actor.authority},
            "cmd": command,
            "policy": policy,
            "data": event,
            "pii": [{"ref": item.ref, "c": item.commitment, "subj": subjects} for item in personals(event)],
        }
    )
    return Record(seq, stream, ver, event.event_type, recorded, actor.id, command, body, leaf_hash(body))


_ENVELOPE: Final = frozenset(
    ("v", "log", "seq", "stream", "ver", "type", "schema", "at", "occurred", "actor", "cmd", "policy", "data", "pii")
)


def decode_entry(record: Record, book: Book) -> Entry:
    """Read one entry; the envelope's ``type`` chooses the class, ``schema`` the upcasters.

    Raises :class:`~complaintkit.errors.CorruptStore` where the body is not what this library writes.
    """
    body = plain(record.body)
    if body.keys() != _ENVELOPE or body["v"] != FORMAT or body["type"] not in book.events:
        raise CorruptStore(
            f"entry {record.seq} is not an entry of format {FORMAT}", hint="run: complaintkit audit verify"
        )
    cls = book.events[body["type"]]
    data = book.upcast(body["type"], body["schema"], body["data"])
    if data.keys() != field_names(cls):
        raise CorruptStore(
            f"entry {record.seq} has other fields than {body['type']}", hint="run: complaintkit audit verify"
        )
    try:
        event = convert(cls, data, _reader(body["pii"]))
    except MalformedInput as error:
        raise CorruptStore(f"entry {record.seq}: {error.message}", hint="run: complaintkit audit verify") from None
    return Entry(
        body["seq"],
        body["stream"],
        body["ver"],
        body["type"],
        _instant(body["at"]),
        body["occurred"] and _instant(body["occurred"]),
        _actor(**body["actor"]),
        body["cmd"],
        body["policy"],
        event,
        record.leaf,
    )


#: Our own format, with its zone; what is not of it is found by ``audit verify``.
_instant: Final = datetime.fromisoformat


@lru_cache(maxsize=4096)
def _actor(id: str, role: str, authority: str) -> Actor:  # noqa: A002
    """The same few people act again and again."""
    return Actor(id, Role(role), authority)


def _reader(pii: list[dict[str, Any]]) -> Callable[[str], Personal]:
    commitments = {item["ref"]: item["c"] for item in pii}
    return lambda ref: Personal(ref=ref, commitment=commitments.get(ref))
