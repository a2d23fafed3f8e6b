"""The transaction that every store of ours shares: collect what is committed, write it once at the end.

A batch is checked against the locked head before anything of it is kept, so a refused batch leaves nothing.
What was committed is seen by later reads of the same transaction and by nobody else until the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Protocol

from complaintkit.errors import StoreError
from complaintkit.journal import Record, TileHash, completed
from complaintkit.ports import Answer, Batch, Head, OutboxRow, Summary, Timer
from complaintkit.privacy import VaultItem


class Changes:
    """What a transaction has to write; the last row of a key counts, a timer that is None is removed."""

    __slots__ = (
        "answers",
        "claims",
        "entries",
        "erased",
        "head",
        "outbox",
        "streams",
        "summaries",
        "tiles",
        "timers",
        "vault",
    )

    def __init__(self) -> None:
        self.entries: list[Record] = []
        self.streams: dict[str, list[Record]] = {}
        self.tiles: list[TileHash] = []
        self.erased: dict[str, None] = {}
        self.vault: dict[str, VaultItem] = {}
        self.outbox: dict[str, OutboxRow] = {}
        self.timers: dict[str, Timer | None] = {}
        self.summaries: dict[str, Summary] = {}
        self.answers: dict[str, Answer] = {}
        self.claims: dict[str, None] = {}
        self.head: Head | None = None

    def add(self, batch: Batch) -> None:
        """Take over a batch that was checked; a timer that it both ends and sets is set."""
        for record in batch.entries:
            self.entries.append(record)
            self.streams.setdefault(record.stream, []).append(record)
        self._erase(batch.erased)
        for item in batch.vault:
            self.vault[item.ref] = item
        for row in batch.outbox:
            self.outbox[row.key] = row
        for key in batch.timers_done:
            self.timers[key] = None
        for timer in batch.timers:
            self.timers[timer.key] = timer
        for summary in batch.summaries:
            self.summaries[summary.stream] = summary
        if batch.answer is not None:
            self.answers[batch.answer.command] = batch.answer
        self.head = batch.head or self.head

    def merge(self, later: Changes) -> None:
        """Take over what an inner transaction has collected."""
        self.entries += later.entries
        self.tiles += later.tiles
        for stream, records in later.streams.items():
            self.streams.setdefault(stream, []).extend(records)
        self._erase(later.erased)
        self.vault |= later.vault
        self.outbox |= later.outbox
        self.timers |= later.timers
        self.summaries |= later.summaries
        self.answers |= later.answers
        self.claims |= later.claims
        self.head = later.head or self.head

    def _erase(self, refs: Iterable[str]) -> None:
        for ref in refs:
            self.erased[ref] = None
            self.vault.pop(ref, None)

    def __bool__(self) -> bool:
        return self.head is not None or any(
            (self.entries, self.erased, self.vault, self.outbox, self.timers, self.summaries, self.answers, self.claims)
        )


class Session(Protocol):
    """What a store gives a transaction: the lock, reads of what is kept, and one write at the end."""

    def lock(self) -> Head:
        """Lock the book against every other writer and return its head."""

    def answer(self, command: str) -> Answer | None:
        """The kept answer of a command id."""

    def entries(self, stream: str) -> Sequence[Record]:
        """The kept entries of a stream."""

    def version(self, stream: str) -> int:
        """The highest kept version of a stream, 0 where it has none."""

    def sealed(self, refs: Sequence[str]) -> Mapping[str, VaultItem]:
        """The kept vault items of these references."""

    def claimed(self, key: str) -> bool:
        """Whether a key is taken already."""

    def take(self, rows: Sequence[OutboxRow], *, wait: bool) -> OutboxRow | None:
        """The first of these rows that is kept as it is given here, locked; ``wait`` for whoever has locked it.

        Called without the lock on the book, it takes that where rows cannot be locked one by one.
        """

    def write(self, changes: Changes) -> None:
        """Write everything; called once, under the lock (or one on each row), and only when there is something."""

    def end(self, keep: bool) -> None:
        """Make it last or undo it, and let go of the lock; called in any case, locked or not."""


class UnitOfWork:
    """A :class:`~complaintkit.ports.Transaction` over a session, to be used in a ``with`` statement.

    ``store`` is the store that it belongs to: only there may another transaction join it. Whoever is handed an
    open one may enter it again; the outermost ``with`` ends it.
    """

    __slots__ = ("_absent", "_changes", "_depth", "_head", "_open", "_session", "_taken", "_versions", "store")

    def __init__(self, store: object, session: Session) -> None:
        self.store = store
        self._session = session
        self._changes = Changes()
        self._head: Head | None = None
        self._open = True
        self._depth = 0
        self._versions: dict[str, int] = {}
        self._absent: set[str] = set()
        self._taken: set[str] = set()

    def __enter__(self) -> UnitOfWork:
        self._depth += 1
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._depth -= 1
        if self._depth:
            return
        self._open = False
        keep = False
        try:
            if error is None and self._changes:  # where nothing is written, giving up costs no write lock
                self._session.write(self._changes)
                keep = True
        finally:
            self._session.end(keep)

    def head(self) -> Head:
        """Lock the log's end and return it; later calls return the head after the last commit."""
        self._must_be_open()
        if self._head is None:
            if self._taken:  # whoever has the head may be waiting for this very letter
                raise StoreError("the lock on the log with a letter in hand", hint="call head() before take()")
            self._head = self._session.lock()
        return self._head

    def answer(self, command: str) -> Answer | None:
        """The answer of a command id, this transaction's own included."""
        self._must_be_open()
        found = self._changes.answers.get(command)
        if found is None and command not in self._absent:
            found = self._session.answer(command)
            if found is None and self._head is not None:
                self._absent.add(command)
        return found

    def entries(self, stream: str) -> Sequence[Record]:
        """The entries of a stream in order, this transaction's own included."""
        self._must_be_open()
        found = [*self._session.entries(stream), *self._changes.streams.get(stream, ())]
        if self._head is not None:
            self._versions[stream] = next((record.ver for record in reversed(found) if record.ver is not None), 0)
        return found

    def version(self, stream: str) -> int:
        """The highest version of a stream, this transaction's own included; 0 where it has none."""
        if self._head is None:
            return self._session.version(stream)
        if stream not in self._versions:
            self._versions[stream] = self._session.version(stream)
        return self._versions[stream]

    def sealed(self, refs: Sequence[str]) -> Mapping[str, VaultItem]:
        """The vault items of these references, this transaction's own included."""
        self._must_be_open()
        own = {ref: self._changes.vault[ref] for ref in refs if ref in self._changes.vault}
        rest = [ref for ref in refs if ref not in own and ref not in self._changes.erased]
        return {**self._session.sealed(rest), **own} if rest else own

    def claimed(self, key: str) -> bool:
        """Whether a key is taken already, by this transaction or another."""
        return key in self._changes.claims or self._session.claimed(key)

    def claim(self, key: str) -> bool:
        """Take a key that only one may have; False where it is taken already. Needs :meth:`head` before it."""
        self._must_be_locked("claim")
        if self.claimed(key):
            return False
        self._changes.claims[key] = None
        return True

    def take(self, rows: Sequence[OutboxRow]) -> OutboxRow | None:
        """The first of these letters that is as it was read; this transaction's own changes included."""
        self._must_be_open()
        own = self._changes.outbox
        asked = sorted((row for row in rows if not row.done), key=_in_the_log)
        found = [row for row in asked if own.get(row.key) == row][:1]
        kept = self._session.take([row for row in asked if row.key not in own], wait=self._head is not None)
        taken = min(filter(None, (*found, kept)), key=_in_the_log, default=None)
        if taken is not None:
            self._taken.add(taken.key)
        return taken

    def commit(self, batch: Batch) -> None:
        """Check a batch against the head and take it over; it is written when the block ends."""
        if self._head is None and self._open and self._is_taken(batch):
            self._changes.add(batch)
            return
        head = self._must_be_locked("commit")
        _check_log(batch, head)
        versions = self._check_versions(batch)
        if batch.answer is not None and self.answer(batch.answer.command) is not None:
            raise StoreError("the command id is answered already", hint="ask answer() before deciding again")
        self._changes.add(batch)
        self._changes.tiles += completed(head.frontier, [record.leaf for record in batch.entries])
        self._versions |= versions
        self._head = batch.head or head

    def absorb(self, later: Changes) -> None:
        """Take over what an inner transaction has collected and checked."""
        self._must_be_open()
        self._changes.merge(later)
        self._head = later.head or self._head
        for record in later.entries:
            if record.ver is not None:
                self._versions[record.stream] = record.ver

    def _check_versions(self, batch: Batch) -> dict[str, int]:
        """The versions of the streams after the batch, or the error of the first gap."""
        versions: dict[str, int] = {}
        for record in batch.entries:
            if record.ver is None:
                continue
            before = versions.get(record.stream)
            if before is None:
                before = self.version(record.stream)
            if record.ver != before + 1:
                raise StoreError(
                    f"version {record.ver} of {record.stream} does not follow version {before}",
                    hint="load the stream after head() in the same transaction and count from there",
                )
            versions[record.stream] = record.ver
        return versions

    def _is_taken(self, batch: Batch) -> bool:
        """Whether a batch changes nothing but letters that this transaction has in hand."""
        letters = {row.key for row in batch.outbox}
        return bool(letters) and letters <= self._taken and not any(batch._replace(outbox=()))

    def _must_be_open(self) -> None:
        if not self._open:
            raise StoreError("the transaction has ended", hint="begin another one")

    def _must_be_locked(self, what: str) -> Head:
        self._must_be_open()
        if self._head is None:
            raise StoreError(
                f"{what} without the lock on the log", hint="call head() first in a transaction that writes"
            )
        return self._head


def _in_the_log(row: OutboxRow) -> tuple[int, str]:
    return row.seq, row.key


def _check_log(batch: Batch, head: Head) -> None:
    """Refuse entries that leave a gap, and a head that does not say where they end."""
    size = head.frontier.size
    for number, record in enumerate(batch.entries, size):
        if record.seq != number:
            raise StoreError(
                f"entry {record.seq} does not continue the log, whose next number is {number}",
                hint="call head() in the same transaction and number from its size",
            )
    after = (batch.head or head).frontier.size
    if after != size + len(batch.entries):
        raise StoreError(
            f"the batch has {len(batch.entries)} entries after {size}, but its head says {after}",
            hint="put the head after the last entry into the batch",
        )


class Nested:
    """The session of a transaction inside another one of the same store: its end is the outer one's."""

    def __init__(self, outer: UnitOfWork) -> None:
        self._outer = outer
        self.lock = outer.head
        self.answer = outer.answer
        self.entries = outer.entries
        self.version = outer.version
        self.sealed = outer.sealed
        self.claimed = outer.claimed

    def take(self, rows: Sequence[OutboxRow], *, wait: bool) -> OutboxRow | None:
        """The outer transaction takes it, and knows whether it may wait."""
        return self._outer.take(rows)

    def write(self, changes: Changes) -> None:
        """Hand everything to the outer transaction."""
        self._outer.absorb(changes)

    def end(self, keep: bool) -> None:
        """Nothing to let go of: the lock is the outer transaction's."""


def nested(store: object, outer: UnitOfWork) -> UnitOfWork:
    """A transaction inside ``outer``; kept with it, and undone alone when its own block raises."""
    if outer.store is not store:
        raise StoreError("the transaction to join belongs to another store", hint="join one of the same store object")
    return UnitOfWork(store, Nested(outer))
