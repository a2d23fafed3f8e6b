"""Verification of a whole log: nothing edited, removed, inserted or moved, and the head's root agrees (INV-71).

Given the head alone this finds every fault and every edit that did not also rewrite the head; against an
administrator who rewrites everything only a checkpoint held elsewhere helps: it may be handed in as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from operator import attrgetter
from typing import Any

from attrs import field, frozen

from complaintkit.journal.checkpoints import Checkpoint
from complaintkit.journal.codec import is_canonical, strict
from complaintkit.journal.entry import Record
from complaintkit.journal.merkle import EMPTY, Frontier
from complaintkit.journal.tiles import Growing, TileHash


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


def verify_log(
    log: str, records: Iterable[Record], head: Frontier, checkpoints: Iterable[Checkpoint] = (), *, most: int = 20
) -> Verification:
    """Check every entry of a log, its head, and what was said of it before; at most ``most`` faults are listed.

    >>> verify_log("complaintkit/main", [], EMPTY).sound
    True
    """
    check = LogCheck(log, checkpoints)
    for record in records:
        check.take(record)
    return check.end(head, most=most)


class LogCheck:
    """The check of a log, entry by entry: :meth:`take` each, then :meth:`end`.

    ``checkpoints`` are earlier states of this log, from outside. ``begin`` is what is known to be right already,
    where only what follows it is looked at: the entries then begin with number ``begin.size``.
    """

    def __init__(self, log: str, checkpoints: Iterable[Checkpoint] = (), begin: Frontier = EMPTY) -> None:
        self.faults: list[str] = []
        self._log = log
        self._growing = Growing(begin)
        self._begin = begin.size
        self._versions: dict[str, int] = {}
        self._last = ""
        self._agreed = 0
        self._checkpoints = sorted(checkpoints, key=attrgetter("size"), reverse=True)
        self._compare_checkpoints()

    @property
    def size(self) -> int:
        """How many entries the log has so far."""
        return self._growing.size

    @property
    def tiles(self) -> list[TileHash]:
        """The roots of the tiles that were filled."""
        return self._growing.tiles

    def take(self, record: Record) -> Any:
        """Check one entry, columns against bytes and bytes against their place; returns its body, if it has one."""
        growing, stored = self._growing, record.body
        leaf = sha256(b"\0" + stored).digest()
        if leaf != record.leaf:
            self._fault("its bytes are not the ones that were hashed")
        body = self._body(stored)
        if body is not None:
            self._compare(body, record)
        growing.add(leaf)
        if self._checkpoints:
            self._compare_checkpoints()
        return body

    def end(self, head: Frontier, *, most: int = 20) -> Verification:
        """What was found in all; ``head`` is what the store says of the end of the log."""
        found = self._growing.frontier()
        for checkpoint in reversed(self._checkpoints):
            self.faults.append(
                f"entry {found.size}: it is missing, with all up to {checkpoint.size - 1}, "
                f"which the checkpoint of {checkpoint.size} entries stands for"
            )
        if found != head:
            self.faults.append(
                f"head: it stands for {head.size} entries with another root than the {found.size} stored ones"
            )
        return Verification(found.size, found.root().hex(), tuple(self.faults[:most]))

    def _body(self, stored: bytes) -> dict[str, Any] | None:
        """What the bytes say, if they are as this library writes them."""
        try:
            body = strict(stored)
        except (ValueError, RecursionError):
            self._fault("its bytes are not JSON as this library writes it")
            return None
        if type(body) is dict and is_canonical(body, stored):
            return body
        self._fault("its bytes are not canonical")
        return None

    def _compare(self, body: dict[str, Any], record: Record) -> None:
        """The bytes against their place, and the columns that were copied from them."""
        seq, stream, ver, type_, at, actor, command, _, _ = record
        get = body.get
        if not (get("seq") == seq == self._growing.size and get("log") == self._log):
            self._fault("it stands at another place than it was written for")
        who = get("actor")
        if (
            get("stream") != stream
            or get("ver") != ver
            or get("type") != type_
            or get("at") != at
            or get("cmd") != command
            or type(who) is not dict
            or who.get("id") != actor
        ):
            self._fault("a column differs from its bytes")
        if at < self._last:
            self._fault("it was recorded before the entry in front of it")
        self._last = at
        if ver is not None:
            before = self._versions.get(stream, ver - 1 if self._begin else 0)
            if ver != before + 1:
                self._fault("its stream has a gap")
            self._versions[stream] = ver

    def _compare_checkpoints(self) -> None:
        """Compare the log so far with every checkpoint of this size."""
        while self._checkpoints and self._checkpoints[-1].size <= self.size:
            checkpoint = self._checkpoints.pop()
            if checkpoint.size == self.size and checkpoint.root == self._growing.frontier().root():
                self._agreed = checkpoint.size
            elif checkpoint.size == self.size:
                self.faults.append(
                    f"entry {self._agreed}: it or one up to {max(checkpoint.size - 1, 0)} is not the one "
                    f"that the checkpoint of {checkpoint.size} entries stands for"
                )

    def _fault(self, text: str) -> None:
        self.faults.append(f"entry {self._growing.size}: {text}")
