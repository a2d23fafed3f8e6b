"""What is read from the tables and written to them, as short statements over one cursor."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from complaintkit.adapters.rows import wanted, written
from complaintkit.adapters.sqlite.trouble import TROUBLE, typed
from complaintkit.adapters.unit import Changes
from complaintkit.errors import StoreBusy
from complaintkit.journal import TILE, Frontier, Record
from complaintkit.ports import Answer, Due, Head, OutboxRow, Query, Summary, Timer
from complaintkit.privacy import VaultItem
from complaintkit.timekeeping.instants import format_instant

_ENTRY: Final = "select seq, stream, ver, type, recorded_at, actor, command, body, leaf from complaintkit_entry "
_OUTBOX: Final = "select key, stream, seq, notice, due_at, tries, done from complaintkit_outbox "
_SUMMARY: Final = (
    "select stream, version, state, band, rank, owner, unit, due_at, person, received_at, open "
    "from complaintkit_summary "
)
#: What changes with most commands; a new row is written whole.
_SUMMARISE: Final = (
    "insert into complaintkit_summary values (?,?,?,?,?,?,?,?,?,?,?,?) on conflict do update set "
    "version = excluded.version, state = excluded.state, band = excluded.band, rank = excluded.rank, "
    "due_at = excluded.due_at, received_at = excluded.received_at, open = excluded.open"
)
#: What seldom changes: left alone where it agrees, since writing it would touch the pages of three indices.
_REASSIGN: Final = (
    "update complaintkit_summary set owner = ?3, unit = ?4, person = ?5 "
    "where book = ?1 and stream = ?2 and (owner, unit, person) is not (?3, ?4, ?5)"
)
#: How each kind of row is written.
_WRITES: Final = {
    "entry": "insert into complaintkit_entry values (?,?,?,?,?,?,?,?,?,?)",
    "tile": "insert into complaintkit_tile values (?,?,?,?)",
    "erased": "delete from complaintkit_vault where book = ? and ref = ?",
    "vault": "insert into complaintkit_vault values (?,?,?,?,?,?)",
    "outbox": "replace into complaintkit_outbox values (?,?,?,?,?,?,?,?)",
    "timer-done": "delete from complaintkit_timer where book = ? and key = ?",
    "timer": "replace into complaintkit_timer values (?,?,?,?,?)",
    "summary": _SUMMARISE,
    "answer": "insert into complaintkit_answer values (?,?,?,?,?)",
    "claim": "insert into complaintkit_claim values (?,?)",
}
#: SQLite takes at most this many parameters in every build.
_MANY: Final = 500


class Tables:
    """The tables of one book, through one cursor of whoever's connection."""

    def __init__(self, connection: sqlite3.Connection, book: str) -> None:
        self._cursor = connection.cursor()
        self._cursor.row_factory = None  # a host may have set its own
        self._book = book

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Run one statement and return all rows; what goes wrong is raised as a typed error."""
        try:
            return self._cursor.execute(sql, parameters).fetchall()
        except TROUBLE as error:
            raise typed(error) from error

    def head(self) -> Head:
        """The head of the book, empty before the first entry."""
        rows = self.run("select size, frontier, recorded_at from complaintkit_head where book = ?", (self._book,))
        if not rows:
            return Head()
        size, block, recorded_at = rows[0]
        return Head(Frontier.from_bytes(size, block), recorded_at)

    def entries(self, stream: str) -> list[Record]:
        """The entries of a stream in their order."""
        rows = self.run(_ENTRY + "where book = ? and stream = ? order by seq", (self._book, stream))
        return list(map(Record._make, rows))

    def journal(self, after: int, limit: int) -> list[Record]:
        """The entries after a number, at most ``limit``."""
        rows = self.run(_ENTRY + "where book = ? and seq > ? order by seq limit ?", (self._book, after, max(limit, 0)))
        return list(map(Record._make, rows))

    def tile(self, level: int, number: int) -> bytes:
        """The hashes of a tile; those of the lowest level are in the entries."""
        asked = (self._book, number * TILE, (number + 1) * TILE)
        if level == 0:
            sql = "select leaf from complaintkit_entry where book = ? and seq >= ? and seq < ? order by seq"
            return b"".join(leaf for (leaf,) in self.run(sql, asked))
        sql = "select hash from complaintkit_tile where book = ? and place >= ? and place < ? and level = ? "
        return b"".join(root for (root,) in self.run(sql + "order by place", (*asked, level)))

    def version(self, stream: str) -> int:
        """The highest version of a stream, 0 where it has none."""
        rows = self.run(
            "select ver from complaintkit_entry where book = ? and stream = ? and ver is not null "
            "order by seq desc limit 1",
            (self._book, stream),
        )
        return int(rows[0][0]) if rows else 0

    def answer(self, command: str) -> Answer | None:
        """The answer of a command id."""
        rows = self.run(
            "select command, stream, fingerprint, body from complaintkit_answer where book = ? and command = ?",
            (self._book, command),
        )
        return Answer._make(rows[0]) if rows else None

    def sealed(self, refs: Sequence[str]) -> Mapping[str, VaultItem]:
        """The vault items of these references."""
        found: dict[str, VaultItem] = {}
        for start in range(0, len(refs), _MANY):
            some = refs[start : start + _MANY]
            rows = self.run(
                "select ref, stream, version, salt, content from complaintkit_vault "  # noqa: S608 (only question marks)
                f"where book = ? and ref in ({','.join('?' * len(some))})",
                (self._book, *some),
            )
            found |= {row[0]: VaultItem._make(row) for row in rows}
        return found

    def claimed(self, key: str) -> bool:
        """Whether a key is taken."""
        return bool(self.run("select 1 from complaintkit_claim where book = ? and key = ?", (self._book, key)))

    def first(self, rows: Sequence[OutboxRow]) -> OutboxRow | None:
        """The first of these outbox rows that is kept as it is given here."""
        return next(filter(self._is_kept, rows), None)

    def _is_kept(self, row: OutboxRow) -> bool:
        same = (self._book, row.key, row.tries, row.due_at)
        return bool(self.run(f"{_OUTBOX} where book = ? and key = ? and tries = ? and due_at = ? and done = 0", same))

    def find(self, query: Query) -> list[Summary]:
        """The summaries that agree with a query, in the order of the queue; what has no band yet comes last."""
        conditions, values = _conditions(query)
        rows = self.run(
            f"{_SUMMARY} where book = ? {conditions} order by band is null, band, rank desc, received_at, stream",
            (self._book, *values),
        )
        return [Summary._make((*row[:-1], bool(row[-1]))) for row in rows]

    def due(self, now: str, limit: int) -> Due:
        """The timers and notices that are due, earliest first."""
        limit = max(limit, 0)
        timers = self.run(
            "select key, stream, due_at, command from complaintkit_timer where book = ? and due_at <= ? "
            "order by due_at, key limit ?",
            (self._book, now, limit),
        )
        notices = self.run(
            f"{_OUTBOX} where book = ? and done = 0 and due_at <= ? order by due_at, seq, key limit ?",
            (self._book, now, limit),
        )
        return Due(list(map(Timer._make, timers)), [OutboxRow._make((*row[:-1], bool(row[-1]))) for row in notices])

    def write(self, changes: Changes) -> None:
        """Write everything that a transaction has collected."""
        for sql, rows in _statements(changes):
            self._many(sql, rows)
        if changes.head is not None:
            frontier, recorded_at = changes.head
            self.run(
                "replace into complaintkit_head values (?,?,?,?)",
                (self._book, frontier.size, frontier.to_bytes(), recorded_at),
            )

    def rebuild_vault(self, vault: str = "complaintkit_vault") -> None:
        """Write the vault anew, of every book: rows move between pages, and leave copies where they were.

        Pages that are freed are overwritten, and rows that are added in order never move. ``vault`` is the table.
        """
        for statement in (
            f"create table {vault}_moving as select * from {vault} order by rowid",  # noqa: S608 (a prefix that was looked at)
            f"delete from {vault}",  # noqa: S608
            f"insert into {vault} select * from {vault}_moving order by rowid",  # noqa: S608
            f"drop table {vault}_moving",
        ):
            self.run(statement)

    @contextmanager
    def securely(self) -> Iterator[None]:
        """Overwrite what is deleted meanwhile, whatever the host has set for its connection."""
        ((before,),) = self.run("pragma secure_delete")
        self.run("pragma secure_delete = on")
        try:
            yield
        finally:
            self.run(f"pragma secure_delete = {('off', 'on', 'fast')[before]}")

    def scrub(self) -> None:
        """Empty the write-ahead log, which still has copies of what was deleted; without one nothing is to be done."""
        ((busy, _, _),) = self.run("pragma wal_checkpoint(truncate)")
        if busy:
            raise StoreBusy("others are reading the write-ahead log", hint="call again when they have ended")

    def _many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        book = (self._book,)
        try:
            self._cursor.executemany(sql, [book + tuple(row) for row in rows])
        except TROUBLE as error:
            raise typed(error) from error


def _statements(changes: Changes) -> Iterable[tuple[str, Iterable[Sequence[Any]]]]:
    """Each table that changes, with its rows."""
    for kind, rows in written(changes):
        yield _WRITES[kind], rows
    if changes.summaries:
        yield _REASSIGN, [(row.stream, row.owner, row.unit, row.person) for row in changes.summaries.values()]


def _conditions(query: Query) -> tuple[str, list[object]]:
    """The part of the where clause that a query asks for, and its values."""
    equal = wanted(query)
    parts = [f"and {column} = ?" for column in equal]
    values: list[object] = list(equal.values())
    if query.due_before is not None:
        parts.append("and due_at < ?")
        values.append(format_instant(query.due_before))
    if "band" in equal and "open" not in equal:
        parts.append("and open in (0, 1)")  # named either way, so that the index on (open, band) serves the band alone
    return " ".join(parts), values
