"""Looking at the file of a book without changing it, bringing its schema up, and copying it while it is in use."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from attrs import frozen

from complaintkit.adapters.sqlite import opening, schema
from complaintkit.adapters.sqlite.filesystems import file_system, mounts
from complaintkit.adapters.sqlite.trouble import TROUBLE, typed
from complaintkit.errors import StoreError


class Pending(NamedTuple):
    """How much of a book there is, and how much waits: timers and letters, due or not."""

    book: str
    entries: int
    timers: int
    letters: int


@frozen(kw_only=True)
class Examination:
    """What a file and the SQLite under Python look like.

    ``journal_mode`` is the one in which a store works on it, ``settings`` are those that it sets and reads back;
    ``schema`` is that of the file and ``newest`` the one that this version writes; ``check`` is empty where SQLite's
    quick check finds nothing. ``file_system`` is empty where nobody knows it.
    """

    library: str
    wal_is_safe: bool
    journal_mode: str
    settings: Mapping[str, object]
    file_system: str
    schema: int
    newest: int
    check: tuple[str, ...]
    pages: int
    free_pages: int
    books: tuple[Pending, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """What somebody should see to, in words; empty where all is well."""
        return tuple(self._problems())

    def _problems(self) -> Iterator[str]:
        for line in self.check:
            yield f"the file is damaged: {line}; restore a backup, then run complaintkit audit verify"
        if self.journal_mode == "wal" and not self.wal_is_safe:
            yield (
                f"the file is in WAL mode, and SQLite {self.library} can corrupt it in a rare race: update SQLite to "
                "3.51.3 or newer, or convert the file while nothing else uses it (pragma journal_mode = truncate)"
            )
        if self.schema > self.newest:
            yield f"the file is of schema {self.schema}, this version knows {self.newest}: install the newer one"
        if self.schema < self.newest:
            yield f"the file is of schema {self.schema}, this version writes {self.newest}: doctor --upgrade"


def examine(path: str, busy_timeout: float = 5) -> Examination:
    """Look at the file of a book; nothing in it is changed.

    Raises ``CorruptStore`` for a file that is no database, and what opening a store raises, such as
    ``NetworkFileSystem``.
    """
    with _looking(path, busy_timeout) as connection:
        present = schema.recorded(connection)
        mode = opening.journal_of(connection)
        return Examination(
            library=".".join(map(str, opening.library_version())),
            wal_is_safe=opening.wal_is_safe(opening.library_version()),
            journal_mode=mode,
            settings={name: _one(connection, f"pragma {name}") for name, _, _ in opening.settings(mode)},
            file_system=file_system(Path(path).resolve(), mounts()),
            schema=present,
            newest=schema.SCHEMA,
            check=tuple(line for (line,) in connection.execute("pragma quick_check") if line != "ok"),
            pages=_one(connection, "pragma page_count"),
            free_pages=_one(connection, "pragma freelist_count"),
            books=tuple(_pending(connection)) if present else (),
        )


def upgrade(path: str, busy_timeout: float = 5) -> tuple[int, int]:
    """Bring the schema of a file up, in one transaction; the numbers before and after."""
    with _looking(path, busy_timeout) as connection:
        before = schema.recorded(connection)
    opening.open_writer(path, busy_timeout).close()
    return before, schema.SCHEMA


def back_up(path: str, to: str, busy_timeout: float = 5) -> None:
    """Copy a file while others may be writing: what is committed when it begins, and nothing by halves.

    The copy holds the same personal texts, and no erasure reaches it. Raises ``StoreError`` where there is a file.
    """
    if Path(to).exists():
        raise StoreError(f"there is a file {to}", hint="name one that is not there; a backup is never written over")
    with _looking(path, busy_timeout) as source, closing(opening.connect(to, busy_timeout)) as copy:
        source.backup(copy)
        opening.setting(copy, "journal_mode", "delete", "delete")
    Path(to).chmod(0o600)


@contextmanager
def _looking(path: str, busy_timeout: float) -> Iterator[sqlite3.Connection]:
    """A connection with the settings of a store that writes nothing; what goes wrong is a typed error."""
    try:
        with closing(opening.connect(path, busy_timeout)) as connection:
            opening.setting(connection, "query_only", "on", 1)
            for each in opening.settings(opening.journal_of(connection)):
                opening.setting(connection, *each)
            yield connection
    except TROUBLE as error:
        raise typed(error) from error


def _pending(connection: sqlite3.Connection) -> Iterator[Pending]:
    heads = connection.execute("select book, size from complaintkit_head order by book").fetchall()
    for book, size in heads:
        timers = _one(connection, "select count(*) from complaintkit_timer where book = ? and stream <> 'book'", book)
        letters = _one(connection, "select count(*) from complaintkit_outbox where book = ? and done = 0", book)
        yield Pending(book, size, timers, letters)


def _one(connection: sqlite3.Connection, sql: str, *values: object) -> Any:
    row = connection.execute(sql, values).fetchone()
    return None if row is None else row[0]
