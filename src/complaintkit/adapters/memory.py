"""A store in memory: for tests, demonstrations and programs that keep nothing.

It keeps only what a database would keep (texts, numbers, bytes), never a live object.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from complaintkit.adapters.rows import wanted
from complaintkit.adapters.unit import Changes, UnitOfWork, nested
from complaintkit.errors import StoreBusy, StoreError
from complaintkit.journal import TILE, Record
from complaintkit.ports import Answer, Due, Head, OutboxRow, Query, Summary, Timer
from complaintkit.privacy import VaultItem
from complaintkit.timekeeping.instants import format_instant


class Agenda:
    """Keys in the order of their due instants; asking costs what is due, not what is waiting."""

    def __init__(self) -> None:
        self._heap: list[tuple[Any, ...]] = []
        self._place: dict[str, tuple[Any, ...]] = {}

    def put(self, *place: Any) -> None:
        """Let a key (the last part of its place) be due at the instant that is the first part."""
        if self._place.get(place[-1]) != place:
            self._place[place[-1]] = place
            heapq.heappush(self._heap, place)
            if len(self._heap) > 2 * len(self._place) + 64:
                self._heap = sorted(self._place.values())

    def drop(self, key: str) -> None:
        """Forget a key; its place in the heap is passed over later."""
        self._place.pop(key, None)

    def until(self, now: str, limit: int) -> list[str]:
        """The first ``limit`` keys that are due at ``now``, earliest first."""
        found: list[tuple[Any, ...]] = []
        while len(found) < limit and self._heap and self._heap[0][0] <= now:
            place = heapq.heappop(self._heap)
            if self._place.get(place[-1]) == place and found[-1:] != [place]:
                found.append(place)
        for place in found:
            heapq.heappush(self._heap, place)
        return [place[-1] for place in found]


class MemoryStore:
    """A book that lives as long as the object; safe for threads, one writer at a time.

    ``book`` is the name of the book, ``busy_timeout`` how many seconds a writer waits for another.

    >>> from complaintkit.ports import Batch
    >>> store = MemoryStore()
    >>> with store.transaction() as tx:
    ...     head = tx.head()
    ...     first, second = tx.claim("ref-1"), tx.claim("ref-1")
    >>> first, second
    (True, False)
    """

    durable = False

    def __init__(self, book: str = "main", *, busy_timeout: float = 30.0) -> None:
        self.book = book
        self.kept = Kept()
        self._busy_timeout = busy_timeout
        self._writer = threading.Lock()
        self._owner = 0

    def transaction(self, join: Any = None) -> UnitOfWork:
        """Begin a transaction; ``join`` may be an open transaction of this store, whose end is then this one's."""
        if join is None:
            return UnitOfWork(self, _Session(self))
        if isinstance(join, UnitOfWork):
            return nested(self, join)
        raise StoreError(
            f"a store in memory cannot join a {type(join).__name__}",
            hint="join a transaction of this store, or keep the book in the host's database with SqliteStore",
        )

    def entries(self, stream: str) -> Sequence[Record]:
        """All entries of a stream in the order of their versions."""
        return self.kept.entries(stream)

    def journal(self, after: int = -1, limit: int = 1000) -> Sequence[Record]:
        """The entries with ``seq > after`` in order, at most ``limit``."""
        return self.kept.journal(after, limit)

    def tile(self, level: int, number: int) -> bytes:
        """The hashes of one tile of the Merkle tree."""
        return self.kept.tile(level, number)

    def find(self, query: Query) -> Sequence[Summary]:
        """The summaries that agree with a query, in the order of the queue."""
        return self.kept.find(query)

    def due(self, now: datetime, limit: int = 100) -> Due:
        """The timers and outbox rows that are due at ``now``, at most ``limit`` of each."""
        return self.kept.due(format_instant(now), limit)

    def acquire(self) -> None:
        """Take the writer's place, or raise ``StoreBusy`` after the waiting time."""
        if self._owner == threading.get_ident():
            raise StoreError("this thread is writing already", hint="end its transaction first, or join it")
        if not self._writer.acquire(timeout=self._busy_timeout):
            raise StoreBusy("another transaction holds the book", hint="call again with the same command id")
        self._owner = threading.get_ident()

    def release(self) -> None:
        """Leave the writer's place."""
        self._owner = 0
        self._writer.release()


class Kept:
    """What a book in memory holds; reads and the one write of a transaction exclude each other."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._log: list[Record] = []
        self._streams: dict[str, list[Record]] = {}
        self._tiles: dict[int, list[bytes]] = {}
        self._vault: dict[str, VaultItem] = {}
        self._outbox: dict[str, OutboxRow] = {}
        self._timers: dict[str, Timer] = {}
        self._summaries: dict[str, Summary] = {}
        self._answers: dict[str, Answer] = {}
        self._claims: set[str] = set()
        self._due_timers = Agenda()
        self._due_notices = Agenda()
        self.head = Head()

    def answer(self, command: str) -> Answer | None:
        """The answer of a command id."""
        return self._answers.get(command)

    def claimed(self, key: str) -> bool:
        """Whether a key is taken."""
        return key in self._claims

    def first(self, rows: Sequence[OutboxRow]) -> OutboxRow | None:
        """The first of these outbox rows that is kept as it is given here."""
        with self._guard:
            return next((row for row in rows if self._outbox.get(row.key) == row), None)

    def sealed(self, refs: Sequence[str]) -> Mapping[str, VaultItem]:
        """The vault items of these references."""
        with self._guard:
            return {ref: self._vault[ref] for ref in refs if ref in self._vault}

    def entries(self, stream: str) -> list[Record]:
        """The entries of a stream."""
        with self._guard:
            return self._streams.get(stream, [])[:]

    def version(self, stream: str) -> int:
        """The highest version of a stream."""
        with self._guard:
            records = reversed(self._streams.get(stream, ()))
            return next((record.ver for record in records if record.ver is not None), 0)

    def journal(self, after: int, limit: int) -> list[Record]:
        """A part of the log."""
        start = max(after + 1, 0)
        with self._guard:
            return self._log[start : start + max(limit, 0)]

    def tile(self, level: int, number: int) -> bytes:
        """A part of the tree: the leaves are in the log."""
        place = slice(number * TILE, (number + 1) * TILE)
        with self._guard:
            return b"".join(self._tiles.get(level, [])[place] if level else [each.leaf for each in self._log[place]])

    def find(self, query: Query) -> list[Summary]:
        """The summaries that agree, in the order of the queue."""
        with self._guard:
            return sorted(_agreeing(self._summaries.values(), query), key=_urgency)

    def due(self, now: str, limit: int) -> Due:
        """What is due, earliest first."""
        with self._guard:
            timers = [self._timers[key] for key in self._due_timers.until(now, limit)]
            return Due(timers, [self._outbox[key] for key in self._due_notices.until(now, limit)])

    def write(self, changes: Changes) -> None:
        """Take over everything of a transaction, or refuse all of it."""
        with self._guard:
            if any(ref in self._vault and ref not in changes.erased for ref in changes.vault):
                raise StoreError("a vault reference is taken already", hint="a sealed text is never written over")
            for ref in changes.erased:
                self._vault.pop(ref, None)
            self._vault |= changes.vault
            self._log += changes.entries
            for stream, records in changes.streams.items():
                self._streams.setdefault(stream, []).extend(records)
            for level, _, root in changes.tiles:
                self._tiles.setdefault(level, []).append(root)
            self._summaries |= changes.summaries
            self._answers |= changes.answers
            self._claims |= changes.claims.keys()
            self._write_outbox(changes.outbox)
            self._write_timers(changes.timers)
            self.head = changes.head or self.head

    def _write_outbox(self, rows: Mapping[str, OutboxRow]) -> None:
        for key, row in rows.items():
            self._outbox[key] = row
            if row.done:
                self._due_notices.drop(key)
            else:
                self._due_notices.put(row.due_at, row.seq, key)

    def _write_timers(self, timers: Mapping[str, Timer | None]) -> None:
        for key, timer in timers.items():
            if timer is None:
                self._timers.pop(key, None)
                self._due_timers.drop(key)
            else:
                self._timers[key] = timer
                self._due_timers.put(timer.due_at, key)


class _Session:
    """The session of one transaction on a store in memory."""

    def __init__(self, store: MemoryStore) -> None:
        kept = store.kept
        self._store = store
        self._locked = False
        self.answer = kept.answer
        self.entries = kept.entries
        self.version = kept.version
        self.sealed = kept.sealed
        self.claimed = kept.claimed
        self.write = kept.write

    def lock(self) -> Head:
        self._store.acquire()
        self._locked = True
        return self._store.kept.head

    def take(self, rows: Sequence[OutboxRow], *, wait: bool) -> OutboxRow | None:
        if not self._locked:
            self.lock()
        return self._store.kept.first(rows)

    def end(self, keep: bool) -> None:
        if self._locked:
            self._store.release()


def _agreeing(summaries: Any, query: Query) -> Iterator[Summary]:
    """The summaries with which every given field of the query agrees."""
    equal = wanted(query).items()
    before = None if query.due_before is None else format_instant(query.due_before)
    for summary in summaries:
        if all(getattr(summary, name) == value for name, value in equal) and (
            before is None or (summary.due_at is not None and summary.due_at < before)
        ):
            yield summary


def _urgency(summary: Summary) -> tuple[bool, str, int, str, str]:
    """The order of the queue; what has no band yet comes last."""
    return summary.band is None, summary.band or "", -summary.rank, summary.received_at, summary.stream
