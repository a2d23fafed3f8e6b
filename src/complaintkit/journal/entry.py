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
from typing import Any, Final, Literal, NamedTuple

import attrs
import msgspec
from attrs import field, frozen

from complaintkit.errors import CorruptStore, MalformedInput, NewerSchema
from complaintkit.journal.codec import Count, Event, as_declared, canonical, convert, field_names, personals, plain
from complaintkit.journal.merkle import leaf_hash
from complaintkit.timekeeping.instants import format_instant, parse_instant
from complaintkit.values import Actor, Personal
from complaintkit.vocabulary import Role

#: The format number of the envelope.
FORMAT: Final = 1
#: The stream of entries that belong to the book and to no complaint (``attempt-refused``, ``text-revealed``).
BOOK_STREAM: Final = "book"
#: The stream of the epochs of a log: one entry for each time that it had to begin anew after a restore.
EPOCH_STREAM: Final = "epoch"


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


@frozen(slots=False)
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


class _Sealed(msgspec.Struct, forbid_unknown_fields=True):
    """A personal text of an entry: its commitment, its reference, and whom it is about."""

    c: str
    ref: str
    subj: tuple[str, ...]


class _Actor(msgspec.Struct, forbid_unknown_fields=True):
    authority: str
    id: str
    role: str


class _Envelope(msgspec.Struct, forbid_unknown_fields=True):
    """A body, its fields in the order in which they are written; ``type`` says how to read the bytes of ``data``."""

    actor: _Actor
    at: str
    cmd: str
    data: msgspec.Raw
    log: str
    occurred: str | None
    pii: tuple[_Sealed, ...]
    policy: str
    schema: Count
    seq: Count
    stream: str
    type: str
    v: Literal[1]
    ver: Count | None


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
    body = as_declared(
        _Envelope(
            actor=_Actor(actor.authority, actor.id, actor.role),
            at=recorded,
            cmd=command,
            data=msgspec.Raw(canonical(event)),
            log=log,
            occurred=None if occurred is None else format_instant(occurred),
            pii=tuple([_sealed(item, subjects) for item in personals(event)]),
            policy=policy,
            schema=event.schema,
            seq=seq,
            stream=stream,
            type=event.event_type,
            v=FORMAT,
            ver=ver,
        )
    )
    return Record(seq, stream, ver, event.event_type, recorded, actor.id, command, body, leaf_hash(body))


def _sealed(text: Personal, subjects: tuple[str, ...]) -> _Sealed:
    if text.commitment is None or text.ref is None:
        raise MalformedInput("an entry cannot keep a personal text", hint="seal it first; the entry keeps what is left")
    return _Sealed(text.commitment, text.ref, subjects)


_ENVELOPE: Final = msgspec.json.Decoder(_Envelope)
_VERIFY: Final = "run: complaintkit audit verify"


def decode_entry(record: Record, book: Book) -> Entry:
    """Read one entry; the envelope's ``type`` chooses the class, ``schema`` the upcasters.

    Raises :class:`~complaintkit.errors.CorruptStore` where the body is not what this library writes.
    """
    try:
        body = _ENVELOPE.decode(record.body)
        event = _event(body, book)
        at, occurred = parse_instant(body.at), body.occurred and parse_instant(body.occurred)
        actor = _actor(body.actor.id, body.actor.role, body.actor.authority)
    except (msgspec.DecodeError, MalformedInput, KeyError) as error:
        text = f"entry {record.seq} is not an entry of format {FORMAT} that this version knows"
        raise CorruptStore(f"{text} [{type(error).__name__}]", hint=_VERIFY) from None
    if event is None or as_declared(body) != record.body:
        raise CorruptStore(f"entry {record.seq} is not written as {body.type} is", hint=_VERIFY)
    return Entry(
        body.seq,
        body.stream,
        body.ver,
        body.type,
        at,
        occurred or None,
        actor,
        body.cmd,
        body.policy,
        event,
        record.leaf,
    )


def _event(body: _Envelope, book: Book) -> Event | None:
    """The event; None where it would not be written with the bytes it was read from (a stray or missing field)."""
    cls, read = book.events[body.type], _reader(body.pii)
    if body.schema > cls.schema:
        raise NewerSchema(f"entry {body.seq} was written by a newer version", hint="upgrade complaintkit to read it")
    if body.schema < cls.schema:
        data = book.upcast(body.type, body.schema, plain(bytes(body.data)))
        return convert(cls, data, read) if data.keys() == field_names(cls) else None
    event = msgspec.json.decode(body.data, type=cls, dec_hook=lambda _, ref: read(ref))
    return event if canonical(event) == bytes(body.data) else None


@lru_cache(maxsize=4096)
def _actor(id: str, role: str, authority: str) -> Actor:  # noqa: A002
    """The same few people act again and again."""
    return Actor(id, Role(role), authority)


def _reader(pii: tuple[_Sealed, ...]) -> Callable[[str], Personal]:
    commitments = {item.ref: item.c for item in pii}
    return lambda ref: Personal(ref=ref, commitment=commitments.get(ref))
