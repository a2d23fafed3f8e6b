"""S1 to S4: what it costs to make entries, to make them last in SQLite, and to read them back.

S1: the audit log alone, in memory: one event made, its entry in canonical bytes, its leaf, and the head of the tree
after it. The peer is eventsourcing in memory: an aggregate with one event, made and saved.
S2 and S3 count what a command writes, not how it is decided (C1 and W do): looking for an earlier answer of the command
id, encoding one entry to its canonical bytes, its leaf and the Merkle head, checking numbers and versions, and the rows
of entry, tiles, answer, summary and head.

S2: one command a commit, with a row of the outbox and a timer besides. The peer inserts one row with as many bytes
as all those rows together into one table of bare sqlite3, one row a commit, with the same journal mode, the same
``synchronous`` and ``secure_delete``.
S3: 100 commands, ten on each of ten complaints, one commit. The peer is eventsourcing on SQLite: an aggregate
with 100 events of about as much text, saved at once. On both sides the events are there before: a save of the peer
writes them, and so does a commit of ours, with 100 answers besides. The peer always uses a write-ahead log with
``synchronous = FULL``; ours is opened the same way here, whatever the version gate says.
S3.rows: the same rows as those of S3, in the same tables, inserted with a statement for each table: what is left when
nothing is encoded, hashed, looked up or checked. No store that keeps an entry and an answer of each command costs less.
S4: the complaint of ten events as it stands. Ours is ``desk.get`` (ten entries read, decoded and folded), the peer
the repository of eventsourcing on SQLite (ten events of an aggregate of two attributes).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from unittest.mock import patch

from complaintkit.adapters.sqlite import SqliteStore, opening
from complaintkit.adapters.unit import Changes
from complaintkit.journal import Frontier, Record, completed, encode_entry
from complaintkit.letters.delivery import LetterRequested
from complaintkit.ports import Answer, Batch, Head, OutboxRow, Store, Summary, Timer
from complaintkit.timekeeping.instants import format_instant
from complaintkit.vocabulary import Language, NoticeRule
from tests.bench.desk import EVENTS, Book
from tests.bench.measure import Growth, Row, Side, Sizes, installed, seconds
from tests.bench.script import HANDLER, START

_MANY = 100
_AT = format_instant(START)
_POLICY = "standard/1#" + "a" * 64
_COMMAND = (
    b'{"commitment":"c0ffee00-0000-5000-8000-000000000000","complaint":"C-0000-0000-0000-0","type":"judge-commitment"}'
)


class Decided(NamedTuple):
    """A command of which it is decided what has happened."""

    key: str
    stream: str
    version: int
    event: Any


class Writer:
    """Writes commands of one event each into a store, ten on each complaint; with letters and timers, or without."""

    def __init__(self, store: Store, *, due: bool = True) -> None:
        self.store = store
        self._due = due
        self._numbers = count()

    def decided(self, number: int) -> list[Decided]:
        """The next commands, so many."""
        return [decided(each) for each in islice(self._numbers, number)]

    def keep(self, commands: Iterable[Decided]) -> None:
        """Write them in one transaction."""
        with self.store.transaction() as tx:
            for command in commands:
                head = tx.head()
                tx.answer(command.key)
                tx.commit(batch(head, command, due=self._due))

    def one(self) -> None:
        """One command in a transaction of its own."""
        self.many(1)

    def many(self, number: int) -> None:
        """So many commands in one transaction."""
        self.keep(self.decided(number))

    def fill(self, entries: int) -> None:
        """Let the log have so many entries, a thousand commands a commit."""
        for _ in range(0, entries, 1000):
            self.many(min(entries, 1000))


def decided(number: int) -> Decided:
    """The command with a number."""
    key = f"c0ffee00-0000-4000-8000-{number:012}"
    return Decided(key, f"C-{number // 10:012}", number % 10 + 1, happened(key))


def happened(key: str) -> Any:
    """What a command has caused."""
    return LetterRequested(notice=key, rule=NoticeRule.PROGRESS, language=Language.ENGLISH, signed_by="handler-2")


def entry_of(seq: int, stream: str, version: int, key: str, event: Any) -> Record:
    """One event as an entry."""
    return encode_entry(
        "complaintkit/main", seq, stream, version, event, START, START, HANDLER, key, _POLICY, ("person-1",)
    )


def batch(head: Head, command: Decided, *, due: bool = True) -> Batch:
    """What one command writes: an entry, and what falls due with it."""
    seq, (key, stream, version, event) = head.frontier.size, command
    entry = entry_of(seq, stream, version, key, event)
    return Batch(
        entries=[entry],
        outbox=[OutboxRow(f"{key}{key[:28]}", stream, seq, key, _AT)] if due else (),
        timers=[Timer(f"{stream}|breach-{key}|{_AT}", stream, _AT, _COMMAND)] if due else (),
        summaries=[Summary(stream, version, "received", "P3", 20, "handler-2", "unit-1", _AT, "person-1", _AT, True)],
        head=Head(head.frontier.append(entry.leaf), _AT),
        answer=Answer(key, stream, b"f" * 32, b'{"first":%d,"last":%d}' % (version, version)),
    )


def weight(written: Batch) -> int:
    """The bytes of everything in a batch."""
    rows = [*written.entries, *written.outbox, *written.timers, *written.summaries, written.answer, written.head[1:]]
    frontier = written.head.frontier.to_bytes() if written.head else b""
    return len(frontier) + sum(_bytes(cell) for row in rows if row is not None for cell in row)


def _bytes(cell: object) -> int:
    return len(cell) if isinstance(cell, bytes) else len(str(cell).encode())


class Log:
    """An audit log in a list, without a store."""

    def __init__(self) -> None:
        self.entries: list[Record] = []
        self.frontier = Frontier()

    def one(self) -> None:
        """One more event."""
        key = f"c0ffee00-0000-4000-8000-{len(self.entries):012}"
        entry = entry_of(len(self.entries), "C-000000000000", len(self.entries) + 1, key, happened(key))
        self.entries.append(entry)
        self.frontier = self.frontier.append(entry.leaf)


class Bare:
    """One table of bare sqlite3, opened like the writing connection of a store."""

    def __init__(self, path: Path, like: SqliteStore, row: bytes) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        writer = like._place._writer  # type: ignore[union-attr]
        for name in ("journal_mode", "synchronous", "secure_delete"):
            self.connection.execute(f"pragma {name} = {writer.execute(f'pragma {name}').fetchone()[0]}")
        self.connection.execute("create table bare (id integer primary key, body blob not null)")
        self._row = row

    def one(self) -> None:
        """One row, one commit."""
        self.connection.execute("begin immediate")
        self.connection.execute("insert into bare (body) values (?)", (self._row,))
        self.connection.execute("commit")

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


class SameRows:
    """Inserts the rows of such commands into the tables of a store, and does nothing else."""

    def __init__(self, store: SqliteStore) -> None:
        self._tables = store._place.tables
        self._writer = Writer(store, due=False)
        self._head = Head()

    def hundreds(self, times: int) -> float:
        """The cost of a hundred commands whose rows were made before."""
        changes = iter([self._changes() for _ in range(times)])
        return seconds(lambda: self._insert(next(changes)), times)

    def _changes(self) -> Changes:
        changes = Changes()
        for command in self._writer.decided(_MANY):
            written = batch(self._head, command, due=False)
            changes.add(written)
            changes.tiles += completed(self._head.frontier, [entry.leaf for entry in written.entries])
            self._head = written.head or self._head
        return changes

    def _insert(self, changes: Changes) -> None:
        self._tables.run("begin immediate")
        self._tables.write(changes)
        self._tables.run("commit")


@contextmanager
def _stores(*names: str, wal: bool = False) -> Iterator[list[SqliteStore]]:
    """Fresh stores in a folder of their own, in the journal mode that the version gate chooses, or in WAL."""
    version = (9, 0, 0) if wal else sqlite3.sqlite_version_info
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        stack.enter_context(patch.object(opening, "library_version", lambda: version))
        yield [stack.enter_context(SqliteStore(folder / f"{name}.db")) for name in names]


@contextmanager
def _in_memory(sizes: Sizes) -> Iterator[tuple[Side, Side | None]]:
    log = Log()
    if not installed("eventsourcing"):
        yield lambda: seconds(log.one, sizes.repeat), None
        return
    from tests.bench.sourced import application, case

    app = application()
    yield lambda: seconds(log.one, sizes.repeat), lambda: seconds(lambda: app.save(case(1)), sizes.repeat)


@contextmanager
def _in_a_long_log(sizes: Sizes) -> Iterator[tuple[Side, Side]]:
    long, short = Log(), Log()
    for log, entries in ((long, sizes.log_few), (short, 10)):
        for _ in range(entries):
            log.one()
    yield lambda: seconds(long.one, sizes.repeat), lambda: seconds(short.one, sizes.repeat)


@contextmanager
def _one_a_commit(sizes: Sizes) -> Iterator[tuple[Side, Side]]:
    with _stores("ours") as (store,):
        row = b"x" * weight(batch(Head(), decided(0)))
        with closing(Bare(Path(store._place.path).with_name("bare.db"), store, row)) as bare:  # type: ignore[union-attr]
            writer = Writer(store)
            yield lambda: seconds(writer.one, sizes.commits), lambda: seconds(bare.one, sizes.commits)


@contextmanager
def _on_a_long_log(sizes: Sizes) -> Iterator[tuple[Side, Side]]:
    with _stores("long", "short") as stores:
        long, short = map(Writer, stores)
        long.fill(sizes.log)
        short.fill(sizes.log_few)
        yield lambda: seconds(long.one, sizes.commits), lambda: seconds(short.one, sizes.commits)


@contextmanager
def _hundred_a_commit(sizes: Sizes) -> Iterator[tuple[Side, Side | None]]:
    with _stores("ours", wal=True) as (store,), _peer(store) as app:
        yield _hundreds(Writer(store, due=False), sizes), app and (lambda: _save(app, sizes.repeat))


@contextmanager
def _hundred_a_commit_of_rows(sizes: Sizes) -> Iterator[tuple[Side, Side]]:
    with _stores("ours", "rows", wal=True) as (store, other):
        rows = SameRows(other)
        yield _hundreds(Writer(store, due=False), sizes), lambda: rows.hundreds(sizes.repeat)


def _hundreds(writer: Writer, sizes: Sizes) -> Side:
    """The cost of a hundred commands that were decided before."""

    def turn() -> float:
        commands = iter([writer.decided(_MANY) for _ in range(sizes.repeat)])
        return seconds(lambda: writer.keep(next(commands)), sizes.repeat)

    return turn


def _save(app: Any, times: int) -> float:
    from tests.bench.sourced import case

    cases = iter([case(_MANY) for _ in range(times)])
    return seconds(lambda: app.save(next(cases)), times)


@contextmanager
def _peer(beside: SqliteStore) -> Iterator[Any]:
    """An application of eventsourcing on a database of its own beside a store; None where it is not installed."""
    if not installed("eventsourcing"):
        yield None
        return
    from tests.bench.sourced import application

    with application(str(Path(beside._place.path).with_name("peer.db"))) as app:  # type: ignore[union-attr]
        yield app


@contextmanager
def _load(sizes: Sizes) -> Iterator[tuple[Side, Side | None]]:
    with _stores("ours") as (store,), _peer(store) as app:
        load, other = _loading(Book(store)), app and _repository(app)
        yield lambda: seconds(load, sizes.repeat), other and (lambda: seconds(other, sizes.repeat))


@contextmanager
def _load_among_others(sizes: Sizes) -> Iterator[tuple[Side, Side]]:
    with _stores("big", "small") as (big, small):
        many, few = _loading(Book(big, others=sizes.book)), _loading(Book(small, others=sizes.few))
        yield lambda: seconds(many, sizes.repeat), lambda: seconds(few, sizes.repeat)


def _loading(book: Book) -> Callable[[], object]:
    ref = book.complaint()
    return lambda: book.desk.get(ref, HANDLER)


def _repository(app: Any) -> Callable[[], object]:
    from tests.bench.sourced import case

    saved = case(EVENTS)
    app.save(saved)
    return lambda: app.repository.get(saved.id)


ROWS = (
    Row(
        id="S1", work="one event in the audit log, in memory", peer="eventsourcing, in memory, one event a save",
        gate=1 / 4, aim=1 / 20, sides=_in_memory,
        growths=(Growth(what="at the end of a long log", limit=1.2, sides=_in_a_long_log),),
    ),
    Row(
        id="S2", work="durable append, one command a commit", peer="bare sqlite3, same bytes",
        gate=1.6, aim=1.2, sides=_one_a_commit,
        growths=(Growth(what="at the end of a long log", limit=1.6, sides=_on_a_long_log),),
    ),
    Row(
        id="S3", work="durable append, 100 commands a commit", peer="eventsourcing, SQLite, 100 events a save",
        gate=1 / 1.5, aim=1 / 3, sides=_hundred_a_commit,
    ),
    Row(
        id="S3.rows", work="the same", peer="the same rows inserted, and no more",
        gate=3, aim=2, sides=_hundred_a_commit_of_rows,
    ),
    Row(
        id="S4", work="load a complaint of ten events", peer="eventsourcing, SQLite",
        gate=1 / 4, aim=1 / 10, sides=_load,
        growths=(Growth(what="in a book a hundred times as big", limit=1.2, sides=_load_among_others),),
    ),
)  # fmt: skip
