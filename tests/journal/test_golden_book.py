"""Stored journals stay readable: the golden book of schema 1, pinned names and shapes, upcasting, canonical bytes."""

from __future__ import annotations

import json
import tomllib
from collections import defaultdict
from typing import Any

import pytest
import rfc8785
from attrs import evolve

from complaintkit.errors import CorruptStore, MalformedInput, NewerSchema
from complaintkit.events import BY_NAME
from complaintkit.events import from_dict as event_from_dict
from complaintkit.journal import (
    Book,
    Checkpoint,
    Entry,
    Frontier,
    Record,
    decode_entry,
    encode_entry,
    event,
    leaf_hash,
    merkle_root,
    verify_log,
)
from complaintkit.journal.codec import canonical
from complaintkit.lifecycle import BOOK, fold
from complaintkit.values import Personal, is_complaint_ref
from tests.journal import golden

RECORDS, SAYS = golden.read()
SHAPES = tomllib.loads(golden.SHAPES.read_text(encoding="utf-8"))
RESTORED = golden.read_epoch()
EVERY = [*RECORDS, *RESTORED]


def frontier(records: list[Record]) -> Frontier:
    made = Frontier()
    for record in records:
        made = made.append(leaf_hash(record.body))
    return made


# The book ----------------------------------------------------------------------------------------------


def test_the_book_verifies_and_has_its_stated_root() -> None:
    report = verify_log(SAYS["log"], RECORDS, frontier(RECORDS))
    assert report.faults == ()
    root = merkle_root(record.body for record in RECORDS).hex()
    assert (report.size, report.root) == (SAYS["size"], SAYS["root"]) == (len(RECORDS), root)


def test_todays_code_reads_every_entry_and_folds_the_stated_states() -> None:
    streams = defaultdict(list)
    for record in RECORDS:
        entry = decode_entry(record, BOOK)
        if is_complaint_ref(entry.stream):
            streams[entry.stream].append(entry)
    states = {}
    for stream, entries in streams.items():
        complaint = fold(entries)
        assert complaint is not None
        states[stream] = golden.stated(complaint)
    assert states == SAYS["states"]


def test_every_type_of_event_occurs_in_them() -> None:
    assert {record.type for record in EVERY} == set(BY_NAME)


def test_a_restored_log_verifies_and_its_epoch_is_read() -> None:
    assert verify_log("complaintkit/main", RESTORED, frontier(RESTORED)).sound
    begun: Any = decode_entry(RESTORED[-1], BOOK).event
    assert (begun.epoch, begun.approved_by, begun.lost) == (2, ("manager-9", "executive-1"), 11)
    assert Checkpoint.of(begun.checkpoint).size == len(RESTORED) - 1 + begun.lost


def test_names_schemas_and_fields_of_events_are_pinned() -> None:
    assert golden.shapes() == SHAPES


def test_names_are_those_of_the_classes_and_in_the_past() -> None:
    for name, cls in BY_NAME.items():
        assert cls.event_type == name
        assert name.endswith(("ed", *PAST))


PAST = ("begun", "made", "met", "overridden", "sent", "set", "sought", "taken", "withdrawn")


# Bytes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("record", EVERY, ids=[f"{no}-{record.type}" for no, record in enumerate(EVERY)])
def test_bodies_are_canonical_by_rfc_8785_and_hold_no_float(record: Record) -> None:
    def no_float(text: str) -> float:
        raise AssertionError(f"a float: {text}")

    body = json.loads(record.body, parse_float=no_float, parse_constant=no_float)
    assert rfc8785.dumps(body) == record.body == canonical(body)
    assert set(body) == {
        "v", "log", "seq", "stream", "ver", "type", "schema", "at", "occurred", "actor", "cmd", "policy", "data", "pii",
    }  # fmt: skip
    assert set(body["actor"]) == {"id", "role", "authority"}
    assert all(set(item) == {"ref", "c", "subj"} for item in body["pii"])
    assert body["v"] == 1


@pytest.mark.parametrize("record", EVERY, ids=[f"{no}-{record.type}" for no, record in enumerate(EVERY)])
def test_an_entry_is_written_again_with_the_same_bytes(record: Record) -> None:
    body, entry = json.loads(record.body), decode_entry(record, BOOK)
    if body["schema"] == entry.event.schema:  # today's shape; an older one is lifted, and never written
        assert again(entry, body) == record


def again(entry: Entry, body: Any, **other: Any) -> Record:
    """The entry written by today's code, with another command id or event where they are given."""
    given: dict[str, Any] = {"event": entry.event, "command": entry.command} | other
    subjects = next((tuple(item["subj"]) for item in body["pii"]), ())
    return encode_entry(
        body["log"], entry.seq, entry.stream, entry.ver, given["event"], entry.at, entry.occurred, entry.actor,
        given["command"], entry.policy, subjects,
    )  # fmt: skip


def test_half_a_character_and_an_unsealed_text_are_refused() -> None:
    body, entry = json.loads(REGISTERED.body), decode_entry(REGISTERED, BOOK)
    registered: Any = entry.event
    with pytest.raises(MalformedInput, match="in one way only"):
        again(entry, body, command="\ud800")
    unsealed = evolve(registered, intake=evolve(registered.intake, narrative=Personal("They charged me twice.")))
    with pytest.raises(MalformedInput, match="personal text") as error:
        again(entry, body, event=unsealed)
    assert "charged" not in str(error.value)


def test_events_go_to_plain_data_and_back() -> None:
    for record in EVERY:
        happened = decode_entry(record, BOOK).event
        body = json.loads(record.body)
        data = body["data"]
        if body["schema"] != happened.schema:  # an older shape was lifted to today's
            assert json.loads(canonical(happened)).items() >= data.items()
            continue
        assert json.loads(canonical(happened)) == data
        if b'"pii":[]' in record.body:  # a personal text is only its reference in plain data
            assert event_from_dict({"type": record.type, **data}) == happened


# What is not of it -------------------------------------------------------------------------------------


def broken(record: Record, change: Any) -> Record:
    """The record with a changed body, hashed as its new bytes."""
    body = change(json.loads(record.body))
    body = body if isinstance(body, bytes) else json.dumps(body, separators=(",", ":"), sort_keys=True).encode()
    return record._replace(body=body, leaf=leaf_hash(body))


REGISTERED = next(record for record in RECORDS if record.type == "complaint-registered")


def with_data(**changed: Any) -> Any:
    return lambda body: body | {"data": body["data"] | changed}


BROKEN = {
    "no json": lambda body: b"{",
    "not utf-8": lambda body: b'{"a":"\xff"}',
    "a list": lambda body: [],
    "a number": lambda body: 5,
    "nothing": lambda body: b"",
    "a stray envelope key": lambda body: body | {"extra": 1},
    "a missing envelope key": lambda body: {key: value for key, value in body.items() if key != "cmd"},
    "another format": lambda body: body | {"v": 2},
    "an unknown type": lambda body: body | {"type": "complaint-vanished"},
    "a method's name": lambda body: body | {"type": "__class__"},
    "a stray field": with_data(extra=1),
    "a missing field": lambda body: body | {"data": {}},
    "a stray field inside": lambda body: with_data(intake=body["data"]["intake"] | {"extra": 1})(body),
    "a wrong word": with_data(kind="revenge"),
    "a wrong type": with_data(owner=5),
    "a float": with_data(owner=1.5),
    "a naive instant": with_data(received_at="2026-03-02T10:07:00"),
    "an instant in words": with_data(received_at="yesterday"),
    "NaN": lambda body: canonical(body).replace(b'"owner":"handler-2"', b'"owner":NaN'),
    "a field twice": lambda body: canonical(body).replace(b'"owner":', b'"owner":"x","owner":'),
    "an envelope key twice": lambda body: canonical(body).replace(b'"ver":', b'"ver":9,"ver":'),
    "another order of keys": lambda body: json.dumps(dict(reversed(body.items())), separators=(",", ":")).encode(),
    "spaces": lambda body: json.dumps(body, sort_keys=True).encode(),
    "a naive time of recording": lambda body: body | {"at": body["at"][:-1]},
    "a naive time of happening": lambda body: body | {"occurred": body["occurred"][:-1]},
    "an unknown role": lambda body: body | {"actor": body["actor"] | {"role": "RO-99"}},
    "an actor who is an address": lambda body: body | {"actor": body["actor"] | {"id": "a@example.org"}},
    "a seq that is none": lambda body: body | {"seq": "0"},
    "a seq that other readers round": lambda body: body | {"seq": 2**53},
    "a seq below the first": lambda body: body | {"seq": -1},
    "a data that is none": lambda body: body | {"data": []},
    "a schema that is none": lambda body: body | {"schema": None},
    "a schema of before the first": lambda body: body | {"schema": 0},
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_what_this_library_does_not_write_it_does_not_read(change: Any) -> None:
    record = broken(REGISTERED, change)
    assert record.body != REGISTERED.body
    with pytest.raises(CorruptStore) as error:
        decode_entry(record, BOOK)
    assert "audit verify" in error.value.hint
    assert not verify_log(
        SAYS["log"], [*RECORDS[: record.seq], record, *RECORDS[record.seq + 1 :]], frontier(RECORDS)
    ).sound


def test_an_entry_of_a_newer_schema_asks_for_a_newer_library() -> None:
    with pytest.raises(NewerSchema) as error:
        decode_entry(broken(REGISTERED, lambda body: body | {"schema": 2}), BOOK)
    assert error.value.hint


# Upcasting -----------------------------------------------------------------------------------------------


@event
class ToyMoved:
    """A toy whose shape changed twice: ``at`` became ``place``, then ``room`` was added."""

    schema = 3
    place: str
    room: str


def toy(schema: int, **data: Any) -> Record:
    return broken(REGISTERED, lambda body: body | {"type": "toy-moved", "schema": schema, "data": data, "pii": []})


BOX = Book(
    events={"toy-moved": ToyMoved},
    upcasters={
        ("toy-moved", 1): lambda data: {"place": data["at"]},
        ("toy-moved", 2): lambda data: data | {"room": "unknown"},
    },
)


def test_old_shapes_are_lifted_one_schema_at_a_time() -> None:
    assert decode_entry(toy(1, at="shelf"), BOX).event == ToyMoved(place="shelf", room="unknown")
    assert decode_entry(toy(2, place="shelf"), BOX).event == ToyMoved(place="shelf", room="unknown")
    assert decode_entry(toy(3, place="shelf", room="hall"), BOX).event == ToyMoved(place="shelf", room="hall")


def test_an_old_shape_without_its_way_up_is_refused() -> None:
    for record in (toy(0, at="shelf"), toy(1, place="shelf"), toy(2, place="shelf", stray=1), toy(3, place="shelf")):
        with pytest.raises(CorruptStore):
            decode_entry(record, BOX)


def test_every_event_above_schema_1_has_its_upcasters() -> None:
    for name, cls in BY_NAME.items():
        assert all((name, schema) in BOOK.upcasters for schema in range(1, cls.schema))
