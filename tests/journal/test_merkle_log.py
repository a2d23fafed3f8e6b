"""The Merkle log: hashes as RFC 6962 has them, and every single change of a log is found (INV-71)."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.journal import EMPTY, Frontier, Record, leaf_hash, merkle_root, verify_log
from complaintkit.journal.merkle import node_hash
from tests.journal import golden
from tests.journal.test_golden_book import frontier

RECORDS = golden.read()[0][:40]
LOG = "complaintkit/main"
HEAD = frontier(RECORDS)
bodies = st.lists(st.binary(max_size=5), max_size=70)


def oracle(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word: split at the largest power of two below n."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + oracle(leaves[:split]) + oracle(leaves[split:])).digest()


@given(bodies)
def test_the_root_is_that_of_the_rfc(leaves: list[bytes]) -> None:
    assert merkle_root(leaves) == oracle(leaves)


def test_the_root_is_that_of_the_rfc_at_every_size() -> None:
    leaves = [bytes([number]) for number in range(130)]
    made = EMPTY
    for size, leaf in enumerate(leaves, 1):
        made = made.append(leaf_hash(leaf))
        assert (made.size, made.root()) == (size, oracle(leaves[:size]))
        assert len(made.peaks) == size.bit_count()


@given(bodies)
def test_a_frontier_survives_being_stored(leaves: list[bytes]) -> None:
    made = EMPTY
    for leaf in leaves:
        made = made.append(leaf_hash(leaf))
    again = Frontier.from_bytes(made.size, made.to_bytes())
    assert again == made
    assert again.append(leaf_hash(b"more")).root() == merkle_root([*leaves, b"more"])


@given(st.binary(max_size=64))
def test_a_leaf_is_never_a_node(body: bytes) -> None:
    assert leaf_hash(body) == hashlib.sha256(b"\x00" + body).digest()
    assert node_hash(body[:32], body[32:]) == hashlib.sha256(b"\x01" + body).digest()


# Every change is found -----------------------------------------------------------------------------------


def sound(records: list[Record], head: Frontier = HEAD) -> bool:
    return verify_log(LOG, records, head).sound


def test_the_untouched_log_is_sound() -> None:
    assert sound(RECORDS)


@given(st.data())
def test_a_changed_byte_is_found_at_its_entry(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(RECORDS) - 1))
    body = bytearray(RECORDS[at].body)
    place = data.draw(st.integers(0, len(body) - 1))
    body[place] ^= data.draw(st.integers(1, 255))
    for leaf in (RECORDS[at].leaf, leaf_hash(bytes(body))):  # with the old hash, and with one made to fit
        changed = [*RECORDS]
        changed[at] = RECORDS[at]._replace(body=bytes(body), leaf=leaf)
        report = verify_log(LOG, changed, HEAD)
        assert not report.sound
        assert leaf == leaf_hash(bytes(body)) or report.faults[0].startswith(f"entry {at}:")


@given(st.integers(0, len(RECORDS) - 1))
def test_a_deletion_is_found(at: int) -> None:
    assert not sound(RECORDS[:at] + RECORDS[at + 1 :])


@given(st.integers(0, len(RECORDS) - 1))
def test_a_truncation_is_found(size: int) -> None:
    assert not sound(RECORDS[:size])


@given(st.data())
def test_a_swap_is_found(data: st.DataObject) -> None:
    one, other = data.draw(st.lists(st.integers(0, len(RECORDS) - 1), min_size=2, max_size=2, unique=True))
    changed = [*RECORDS]
    changed[one], changed[other] = changed[other], changed[one]
    assert not sound(changed)


@given(st.data())
def test_an_insertion_is_found(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(RECORDS)))
    added = data.draw(st.sampled_from(RECORDS))
    assert not sound([*RECORDS[:at], added, *RECORDS[at:]])


COLUMNS = {
    "seq": st.integers(0, 99),
    "stream": st.sampled_from(["book", "C-0000-0000-0000-0", ""]),
    "ver": st.none() | st.integers(0, 99),
    "type": st.sampled_from(["complaint-closed", ""]),
    "recorded_at": st.sampled_from(["2026-03-02T10:00:00.000000Z", "2030-01-01T00:00:00.000000Z", ""]),
    "actor": st.sampled_from(["somebody", ""]),
    "command": st.sampled_from(["another", ""]),
    "leaf": st.binary(min_size=32, max_size=32),
}


@pytest.mark.parametrize("name", COLUMNS)
@given(data=st.data())
def test_an_edited_column_is_found_at_its_entry(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(RECORDS) - 1))
    value = data.draw(COLUMNS[name])
    if value == getattr(RECORDS[at], name):
        return
    changed = [*RECORDS]
    changed[at] = RECORDS[at]._replace(**{name: value})
    report = verify_log(LOG, changed, HEAD)
    assert report.faults
    assert report.faults[0].startswith(f"entry {at}:")


def test_another_log_is_found() -> None:
    assert not verify_log("complaintkit/other", RECORDS, HEAD).sound


def test_an_administrators_rewriting_needs_the_head_too() -> None:
    # What was rewritten from an entry on to the head is sound in itself: only a root held elsewhere tells (INV-71).
    assert not sound(RECORDS[:10])
    assert sound(RECORDS[:10], frontier(RECORDS[:10]))
    assert verify_log(LOG, RECORDS[:10], frontier(RECORDS[:10])).root != verify_log(LOG, RECORDS, HEAD).root


def test_bodies_that_are_no_entries_are_faults_and_no_crash() -> None:
    for body in (b"", b"\xff", b"[]", b"null", b"5", b"[" * 100_000, b'{"actor":5}', b'{"a":1e999}'):
        record = RECORDS[0]._replace(body=body, leaf=leaf_hash(body))
        assert not verify_log(LOG, [record], frontier([record])).sound


def test_many_faults_are_cut_short() -> None:
    broken = [record._replace(actor="nobody") for record in RECORDS]
    assert len(verify_log(LOG, broken, HEAD, most=3).faults) == 3


# S-H3: published vectors, where the real data is ----------------------------------------------------------


def test_s_h3_published_hashes(real_data: Path) -> None:
    vectors = json.loads((real_data / "h_audit" / "rfc6962_hashes.json").read_text(encoding="utf-8"))
    assert merkle_root([]).hex() == vectors["empty_root"]
    assert leaf_hash(b"").hex() == vectors["empty_leaf"]
    assert leaf_hash(vectors["leaf"]["data"].encode()).hex() == vectors["leaf"]["hash"]
    node = vectors["node"]
    assert node_hash(node["left"].encode(), node["right"].encode()).hex() == node["hash"]


def test_s_h3_roots_over_real_ids(real_data: Path) -> None:
    folder = real_data / "a_cfpb"

    def ids(name: str) -> list[bytes]:
        with (folder / name).open(encoding="utf-8-sig", newline="") as file:
            return [row["Complaint ID"].encode() for row in csv.DictReader(file)]

    first = ids("cfpb_official_v1_public.csv")
    assert len(first) == 30
    assert merkle_root(first).hex() == "003f97e7611e30c5c39703c8eee2f6ec9ccba046862b32298af9ed78bf3b38df"
    assert merkle_root(first[:7]).hex() == "2ba3d6d5019ab5deb13097ebf2429350bea8574a834281337d404c3149f20dc7"
    second = ids("cfpb_2020b_reimport_268.csv")
    assert len(second) == 268
    assert merkle_root(second).hex() == "c84e9dc5b7c49ace355964d6fa35a6790e5c00b102d1f8b6d8a4d42c16fb77d0"
