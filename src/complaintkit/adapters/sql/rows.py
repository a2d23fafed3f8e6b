"""What is read from the tables of one book and written to them, through whoever's connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Executable

from complaintkit.adapters.rows import written
from complaintkit.adapters.sql.statements import Statements
from complaintkit.adapters.sql.trouble import guarded
from complaintkit.adapters.unit import Changes
from complaintkit.journal import TILE, Frontier, Record
from complaintkit.ports import Answer, Due, Head, OutboxRow, Query, Summary, Timer
from complaintkit.privacy import VaultItem

#: A statement with more parameters than this is no faster, and SQLite takes not many more in every build.
_MANY: Final = 500
#: So many versions are compared with each row in one statement: more than there are workers at one time.
_FEW: Final = 20


class Rows:
    """The rows of one book, through one connection."""

    def __init__(self, connection: Connection, statements: Statements, book: str) -> None:
        self._connection = connection
        self._statements = statements
        self._book = book

    def _run(self, statement: Executable, **parameters: Any) -> Sequence[Any]:
        return guarded(lambda: self._connection.execute(statement, parameters).all())

    def head(self, *, lock: bool = False) -> Head:
        """The head of the book, empty before the first entry; with ``lock`` its row is locked."""
        asked = self._statements.lock_head if lock else self._statements.head
        for size, block, recorded_at in self._run(asked, book=self._book):
            return Head(Frontier.from_bytes(size, block), recorded_at)
        return Head()

    def version_of_schema(self) -> int | None:
        """The number of the table layout, None where nobody has written it."""
        ((version,),) = self._run(self._statements.version_of_schema)
        return None if version is None else int(version)

    def entries(self, stream: str) -> list[Record]:
        """The entries of a stream in their order."""
        return list(map(Record._make, self._run(self._statements.entries, book=self._book, stream=stream)))

    def journal(self, after: int, limit: int) -> list[Record]:
        """The entries after a number, at most ``limit``."""
        rows = self._run(self._statements.journal, book=self._book, after=after, limit=max(limit, 0))
        return list(map(Record._make, rows))

    def tile(self, level: int, number: int) -> bytes:
        """The hashes of a tile; those of the lowest level are in the entries."""
        asked = {"book": self._book, "begin": number * TILE, "end": (number + 1) * TILE}
        if level == 0:
            return b"".join(bytes(row[0]) for row in self._run(self._statements.leaves, **asked))
        return b"".join(bytes(row[0]) for row in self._run(self._statements.tile, level=level, **asked))

    def version(self, stream: str) -> int:
        """The highest version of a stream, 0 where it has none."""
        rows = self._run(self._statements.version, book=self._book, stream=stream)
        return int(rows[0][0]) if rows else 0

    def answer(self, command: str) -> Answer | None:
        """The answer of a command id."""
        rows = self._run(self._statements.answer, book=self._book, command=command)
        return Answer._make(rows[0]) if rows else None

    def sealed(self, refs: Sequence[str]) -> Mapping[str, VaultItem]:
        """The vault items of these references."""
        parts = [list(refs[start : start + _MANY]) for start in range(0, len(refs), _MANY)]
        rows = [row for part in parts for row in self._run(self._statements.sealed, book=self._book, refs=part)]
        return {row[0]: VaultItem._make(row) for row in rows}

    def claimed(self, key: str) -> bool:
        """Whether a key is taken."""
        return bool(self._run(self._statements.claimed, book=self._book, key=key))

    def first(self, rows: Sequence[OutboxRow], *, wait: bool) -> OutboxRow | None:
        """The first of these outbox rows that is kept as it is given here, locked where the database can lock a row.

        ``wait`` for whoever has locked one; else it is passed over.
        """
        asked = self._statements.first_waiting if wait else self._statements.first
        for start in range(0, len(rows), _FEW):
            some = rows[start : start + _FEW]
            versions = [(row.key, row.tries, row.due_at) for row in some]
            found = self._run(asked, book=self._book, keys=[row.key for row in some], versions=versions)
            if found:
                return next(row for row in some if row.key == found[0][0])
        return None

    def find(self, query: Query) -> list[Summary]:
        """The summaries that agree with a query, in the order of the queue."""
        rows = self._run(self._statements.find(query), book=self._book)
        return [Summary._make((*row[:-1], bool(row[-1]))) for row in rows]

    def due(self, now: str, limit: int) -> Due:
        """The timers and notices that are due, earliest first."""
        asked = {"book": self._book, "now": now, "limit": max(limit, 0)}
        timers = self._run(self._statements.timers_due, **asked)
        notices = self._run(self._statements.notices_due, **asked)
        return Due(list(map(Timer._make, timers)), [OutboxRow._make((*row[:-1], bool(row[-1]))) for row in notices])

    def write(self, changes: Changes) -> None:
        """Write everything that a transaction has collected, the head last."""
        for kind, rows in written(changes):
            self._write(kind, rows)
        if changes.head is not None:
            frontier, recorded_at = changes.head
            self._write("head", [(frontier.size, frontier.to_bytes(), recorded_at)])

    def _write(self, kind: str, rows: Sequence[Sequence[Any]]) -> None:
        statement, names = self._statements.writes[kind]
        filled = [dict(zip(names, (self._book, *row), strict=True)) for row in rows]
        guarded(self._connection.execute, statement, filled)
