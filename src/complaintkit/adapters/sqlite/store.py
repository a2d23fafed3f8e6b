"""The SQLite store: a file of its own, or a host's connection."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from os import PathLike, fspath
from types import TracebackType
from typing import Any

from complaintkit.adapters.sqlite.places import HostConnection, OwnFile
from complaintkit.adapters.sqlite.sessions import HostSession, OwnSession
from complaintkit.adapters.sqlite.tables import Tables
from complaintkit.adapters.unit import UnitOfWork, nested
from complaintkit.errors import StoreError
from complaintkit.journal import Record
from complaintkit.ports import Due, Query, Summary
from complaintkit.timekeeping.instants import format_instant


class SqliteStore:
    """A book in a SQLite database; safe for threads and for many processes, one writer at a time.

    ``path`` is the database file, made when it is missing (its folder must exist); it may be a host's own
    database: all our tables begin with ``complaintkit_``. ``book`` is the name of the book. ``busy_timeout``
    is how many seconds a writer waits for another before ``StoreBusy``. One writing process is best: SQLite
    does not queue waiting writers fairly.

    Raises ``StoreReadOnly``, ``StoreFull``, ``NewerSchema``, ``CorruptStore`` or another ``StoreError``,
    each saying what to do.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, SqliteStore(f"{folder}/book.db") as store:
    ...     with store.transaction() as tx:
    ...         size = tx.head().frontier.size
    >>> size
    0
    """

    durable = True

    def __init__(self, path: str | PathLike[str], book: str = "main", *, busy_timeout: float = 30.0) -> None:
        self.book = book
        self._place: OwnFile | HostConnection = OwnFile(fspath(path), book, busy_timeout)

    @classmethod
    def on(cls, connection: sqlite3.Connection, book: str = "main") -> SqliteStore:
        """A store on a host's own connection: everything is read and written through it, in its main database.

        Our tables are made where they are missing, inside the host's transaction when one is open. While
        the host has a transaction open, ours is a savepoint inside it and nothing is committed; otherwise a
        transaction of ours is begun and committed on the connection. How durable it is, the host's settings
        decide. The connection must be used by one thread at a time.

        >>> store = SqliteStore.on(sqlite3.connect(":memory:"))
        >>> list(store.journal())
        []
        """
        store = cls.__new__(cls)
        store.book = book
        store._place = host = HostConnection(connection, book)  # noqa: SLF001 (our own)
        host.prepare()
        return store

    def transaction(self, join: Any = None) -> UnitOfWork:
        """Begin a transaction; no lock is taken before :meth:`UnitOfWork.head`.

        ``join`` is a host's own ``sqlite3.Connection`` to the same database: its open transaction then
        decides whether what we write is kept. Call us last, since the lock is held until the host commits,
        and let it begin with ``BEGIN IMMEDIATE``, so that waiting for the lock can succeed. ``join`` may also
        be an open transaction of this store.
        """
        if isinstance(join, UnitOfWork):
            return nested(self, join)
        if join is not None:
            return UnitOfWork(self, HostSession(self._joined(join), own=False))
        if isinstance(self._place, OwnFile):
            return UnitOfWork(self, OwnSession(self._place))
        return UnitOfWork(self, HostSession(self._place, own=not self._place.connection.in_transaction))

    def _joined(self, join: object) -> HostConnection:
        """The host's connection, where it leads to the same tables as the reads of this store."""
        if not isinstance(join, sqlite3.Connection):
            raise StoreError(f"a SqliteStore cannot join a {type(join).__name__}", hint="lend a sqlite3.Connection")
        place = self._place
        same = place.is_behind(join) if isinstance(place, OwnFile) else place.connection is join
        if not same:
            raise StoreError(
                "the connection to join leads to another database than this store reads",
                hint="make the store on it: SqliteStore.on(connection)",
            )
        return HostConnection(join, self.book)

    def entries(self, stream: str) -> Sequence[Record]:
        """All entries of a stream in the order of their versions."""
        return self._place.read(Tables.entries, stream)

    def journal(self, after: int = -1, limit: int = 1000) -> Sequence[Record]:
        """The entries with ``seq > after`` in order, at most ``limit``."""
        return self._place.read(Tables.journal, after, limit)

    def tile(self, level: int, number: int) -> bytes:
        """The hashes of one tile of the Merkle tree."""
        return self._place.read(Tables.tile, level, number)

    def find(self, query: Query) -> Sequence[Summary]:
        """The summaries that agree with a query, in the order of the queue."""
        return self._place.read(Tables.find, query)

    def due(self, now: datetime, limit: int = 100) -> Due:
        """The timers and outbox rows that are due at ``now``, at most ``limit`` of each."""
        return self._place.read(Tables.due, format_instant(now), limit)

    def scrub(self, *, plain: bool) -> None:
        """Leave no copy of what was deleted in the file or beside it (:class:`~complaintkit.ports.Scrubs`).

        Where it was plain, the vault table is written anew.
        """
        self._place.scrub(plain)

    def close(self) -> None:
        """Close the connections that this store has opened; a host's stays open."""
        if isinstance(self._place, OwnFile):
            self._place.close()

    def __enter__(self) -> SqliteStore:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.close()
