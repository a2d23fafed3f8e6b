"""Verification of a whole log: nothing edited, removed, inserted or moved, and the head's root agrees (INV-71).

Given the head alone this finds every fault and every edit that did not also rewrite the head; against an
administrator who rewrites everything only a checkpoint held elsewhere helps.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attrs import field, frozen

from complaintkit.journal.codec import canonical, plain
from complaintkit.journal.entry import Record
from complaintkit.journal.merkle import EMPTY, Frontier, leaf_hash


@frozen
class Verification:
    """What a verification found: how many entries, the root, and the faults by position, first one first."""

    size: int
    root: str
    faults: tuple[str, ...] = field(default=())

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.faults


def verify_log(log: str, records: Iterable[Record], head: Frontier, *, most: int = 20) -> Verification:
    """Check every entry of a log and its head; at most ``most`` faults are listed.

    >>> verify_log("complaintkit/main", [], EMPTY).sound
    True
    """
    frontier, versions, faults, last = EMPTY, dict[str, int](), list[str](), ""
    for expected, record in enumerate(records):
        faults += [f"entry {expected}: {fault}" for fault in _faults(log, expected, record, versions, last)]
        frontier, last = frontier.append(leaf_hash(record.body)), record.recorded_at
    if frontier != head:
        faults.append(f"head: it stands for {head.size} entries with another root than the {frontier.size} stored ones")
    return Verification(frontier.size, frontier.root().hex(), tuple(faults[:most]))


def _faults(log: str, expected: int, record: Record, versions: dict[str, int], last: str) -> Iterable[str]:
    """What is wrong with one entry, columns against bytes and bytes against their place."""
    if record.leaf != leaf_hash(record.body):
        yield "its bytes are not the ones that were hashed"
    try:
        body = plain(record.body)
    except (ValueError, RecursionError):
        yield "its bytes are not JSON"
        return
    if not isinstance(body, dict) or canonical(body) != record.body:
        yield "its bytes are not canonical"
        return
    if (body.get("log"), body.get("seq")) != (log, expected) or record.seq != expected:
        yield "it stands at another place than it was written for"
    if _columns(body) != (record.stream, record.ver, record.type, record.recorded_at, record.actor, record.command):
        yield "a column differs from its bytes"
    if record.recorded_at < last:
        yield "it was recorded before the entry in front of it"
    if record.ver is not None:
        if record.ver != versions.get(record.stream, 0) + 1:
            yield "its stream has a gap"
        versions[record.stream] = record.ver


def _columns(body: dict[str, Any]) -> tuple[Any, ...]:
    actor = body.get("actor")
    who = actor.get("id") if isinstance(actor, dict) else None
    return (body.get("stream"), body.get("ver"), body.get("type"), body.get("at"), who, body.get("cmd"))
