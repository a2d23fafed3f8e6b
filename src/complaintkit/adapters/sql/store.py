"""The SQL store: a book in a host's database, on the host's engine, in the host's transaction where it lends one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, MetaData

from complaintkit.adapters.sql.place import Place
from complaintkit.adapters.sql.rows import Rows
from complaintkit.adapters.sql.schema import DEFAULT_PREFIX, define
from complaintkit.adapters.sql.sessions import HostSession, OwnSession
from complaintkit.adapters.sql.trouble import guarded
from complaintkit.adapters.unit import UnitOfWork, nested
from complaintkit.journal import Record
from complaintkit.ports import Due, Query, Summary
from complaintkit.timekeeping.instants import format_instant


class SqlStore:
    """A book behind an engine of SQLAlchemy (PostgreSQL through psycopg, or SQLite); safe for threads and machines.

    ``engine`` is the host's, and its pool, settings and end are the host's. ``book`` is the name of the book; books
    share the tables. ``prefix`` begins the names of the tables, ``schema`` is a schema of PostgreSQL, ``metadata`` a
    MetaData of the host in which the tables are to appear (for Alembic). ``busy_timeout`` is how many seconds a
    writer on PostgreSQL waits for another before ``StoreBusy``; on SQLite the ``timeout`` of the engine's
    connections counts.

    Nothing is read before the first use; then missing tables are ``MissingTables``, and :meth:`create` makes them.

    >>> import tempfile
    >>> from sqlalchemy import create_engine
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     engine = create_engine(f"sqlite:///{folder}/crm.db")
    ...     store = SqlStore(engine)
    ...     store.create()
    ...     with store.transaction() as tx:
    ...         size = tx.head().frontier.size
    ...     engine.dispose()
    >>> size
    0
    """

    durable = True

    def __init__(
        self,
        engine: Engine,
        book: str = "main",
        *,
        prefix: str = DEFAULT_PREFIX,
        schema: str | None = None,
        metadata: MetaData | None = None,
        busy_timeout: float = 30.0,
    ) -> None:
        self.book = book
        self.tables = define(MetaData() if metadata is None else metadata, prefix, schema)
        self._place = Place(engine, self.tables, book, busy_timeout)

    def create(self, connection: Connection | None = None) -> None:
        """Make the tables where they are missing; calling it again does nothing.

        ``connection`` may be that of a migration, which then commits; otherwise it is a transaction of our own.
        """
        if connection is not None:
            self._place.create(self._place.joined(connection))
            return
        own = self._place.connect()
        try:
            self._place.create(own)
            guarded(own.commit)
        finally:
            self._place.disconnect(own)

    def transaction(self, join: Any = None) -> UnitOfWork:
        """Begin a transaction; no lock is taken before :meth:`UnitOfWork.head`.

        ``join`` is a host's own ``Connection`` or ``Session`` of the same engine: its transaction then decides whether
        what we write is kept. Call us last, since the head is locked until the host commits. ``join`` may also be
        an open transaction of this store.
        """
        if isinstance(join, UnitOfWork):
            return nested(self, join)
        if join is not None:
            return UnitOfWork(self, HostSession(self._place, self._place.joined(join)))
        return UnitOfWork(self, OwnSession(self._place))

    def scrub(self, *, plain: bool) -> None:
        """Leave no copy of what was deleted in the files of a SQLite database; PostgreSQL leaves that to its owner.

        Raises ``StoreBusy`` where others read the write-ahead log; then call it again.
        """
        self._place.dialect.scrub(plain=plain)

    def entries(self, stream: str) -> Sequence[Record]:
        """All entries of a stream in the order of their versions."""
        return self._place.read(Rows.entries, stream)

    def journal(self, after: int = -1, limit: int = 1000) -> Sequence[Record]:
        """The entries with ``seq > after`` in order, at most ``limit``."""
        return self._place.read(Rows.journal, after, limit)

    def tile(self, level: int, number: int) -> bytes:
        """The hashes of one tile of the Merkle tree."""
        return self._place.read(Rows.tile, level, number)

    def find(self, query: Query) -> Sequence[Summary]:
        """The summaries that agree with a query, in the order of the queue."""
        return self._place.read(Rows.find, query)

    def due(self, now: datetime, limit: int = 100) -> Due:
        """The timers and outbox rows that are due at ``now``, at most ``limit`` of each."""
        return self._place.read(Rows.due, format_instant(now), limit)
