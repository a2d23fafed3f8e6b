"""How each database begins, locks and lets others read: PostgreSQL and SQLite, and no other."""

from __future__ import annotations

import hashlib
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final, Protocol

from sqlalchemy import Connection, Engine, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.pool import SingletonThreadPool, StaticPool

from complaintkit.adapters.sql.rows import Rows
from complaintkit.adapters.sql.schema import Tables
from complaintkit.adapters.sql.statements import Statements
from complaintkit.adapters.sql.trouble import guarded
from complaintkit.adapters.sqlite.places import HostConnection
from complaintkit.errors import StoreError
from complaintkit.ports import Head

#: A statement of ours that runs longer than this, or a pause between two, is ended by PostgreSQL (milliseconds).
_PATIENCE: Final = 60_000


class Dialect(Protocol):
    """What differs between the databases."""

    reading: Engine
    writing: Engine
    statements: Statements

    def lock(self, connection: Connection, rows: Rows) -> Head:
        """Take the lock of a transaction of our own, and return the head that it covers."""

    def share(self, connection: Connection, rows: Rows) -> object:
        """Begin a transaction of our own that takes letters and appends nothing: only where it must be, the lock."""

    def share_joined(self, connection: Connection, rows: Rows) -> object:
        """The same inside a host's transaction."""

    def join(self, connection: Connection) -> None:
        """Make sure that the host's transaction is open and will not commit by itself."""

    def lock_joined(self, connection: Connection, rows: Rows) -> Head:
        """Take the lock inside a host's transaction."""

    def lock_tables(self, connection: Connection) -> None:
        """Let nobody else make the tables at the same time."""

    def erasing(self, connection: Connection) -> AbstractContextManager[None]:
        """While rows of the vault are deleted: overwrite them, as far as the database does such a thing."""

    def scrub(self, *, plain: bool) -> None:
        """Leave no copy of deleted rows in the files, as far as that is a client's to do."""


class PostgreSQL:
    """An advisory lock keeps writers in a queue, then the row of the head is locked: no gap, and commits in order.

    Only locks of the transaction are used, and READ COMMITTED: no snapshot taken before the lock is believed.
    """

    def __init__(self, engine: Engine, tables: Tables, book: str, busy_timeout: float) -> None:
        self.statements = Statements(tables, postgresql.insert)
        # One statement, one journey.
        self.reading: Engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self.writing: Engine = engine.execution_options(isolation_level="READ COMMITTED")
        self._wait = f"{max(1, round(busy_timeout * 1000))}ms"
        name = hashlib.sha256(f"{tables.head.fullname}|{book}".encode())
        self._key = int.from_bytes(name.digest()[:8], "big", signed=True)
        self._queue = select(func.pg_advisory_xact_lock(bindparam("key")))

    def lock(self, connection: Connection, rows: Rows) -> Head:
        """Set how long to wait, stand in the queue, and lock the head."""
        self.share(connection, rows)
        return self._locked(connection, rows)

    def share(self, connection: Connection, rows: Rows) -> None:
        """Set how long to wait; letters are locked one by one, and nobody need stand in the queue for them."""
        patience = f"{_PATIENCE + round(float(self._wait[:-2]))}ms"
        self._set(
            connection,
            lock_timeout=self._wait,
            statement_timeout=patience,
            idle_in_transaction_session_timeout=patience,
        )

    def share_joined(self, connection: Connection, rows: Rows) -> None:
        """Nothing is waited for."""

    def lock_joined(self, connection: Connection, rows: Rows) -> Head:
        """The same, and the host's own waiting time is set back; where we fail, its savepoint does that."""
        before = guarded(connection.scalar, select(func.current_setting("lock_timeout")))
        self._set(connection, lock_timeout=self._wait)
        head = self._locked(connection, rows)
        self._set(connection, lock_timeout=before)
        return head

    def erasing(self, _connection: Connection) -> AbstractContextManager[None]:
        """A deleted row lies in its page until somebody vacuums."""
        return nullcontext()

    def scrub(self, *, plain: bool) -> None:
        """Vacuuming takes the owner of the table, and the archive of the log is on the server: both are the host's."""

    def join(self, connection: Connection) -> None:
        """Refuse a connection that commits each statement."""
        if getattr(connection.connection.dbapi_connection, "autocommit", False):
            raise _commits_by_itself()

    def lock_tables(self, connection: Connection) -> None:
        """The same queue."""
        guarded(connection.execute, self._queue, {"key": self._key})

    def _locked(self, connection: Connection, rows: Rows) -> Head:
        self.lock_tables(connection)
        return rows.head(lock=True)

    def _set(self, connection: Connection, **settings: Any) -> None:
        """Settings of this transaction alone."""
        parts = [func.set_config(name, value, True) for name, value in settings.items()]
        guarded(connection.execute, select(*parts))


class SQLite:
    """One writer at a time, by SQLite's own lock; how long to wait and how durable to be, the engine's settings say."""

    def __init__(self, engine: Engine, tables: Tables, book: str) -> None:
        self.reading = self.writing = engine
        self.statements = Statements(tables, sqlite.insert)
        self._book = book
        self._vault = tables.vault.fullname

    def lock(self, connection: Connection, rows: Rows) -> Head:
        """Begin at once, or make a transaction that an event of the host has begun a writing one."""
        self.lock_tables(connection)
        return self.lock_joined(connection, rows)

    def lock_joined(self, connection: Connection, rows: Rows) -> Head:
        """A write lock, and no more."""
        guarded(connection.execute, self.statements.touch)
        return rows.head()

    share, share_joined = lock, lock_joined  # whoever writes is alone

    def join(self, connection: Connection) -> None:
        """Begin where the host has not: releasing a savepoint outside of a transaction would commit."""
        self._behind(connection).begin()

    def lock_tables(self, connection: Connection) -> None:
        """Begin immediately; where an event of the host's engine has begun, the first write takes the lock."""
        if not connection.in_transaction():
            guarded(connection.begin)
        if not _driver(connection).in_transaction:
            guarded(connection.exec_driver_sql, "begin immediate")

    def erasing(self, connection: Connection) -> AbstractContextManager[None]:
        """Whatever the host has set for its connection."""
        return self._behind(connection).tables.securely()

    def scrub(self, *, plain: bool) -> None:
        """Write a vault that was plain anew, and empty the write-ahead log where there is one."""
        with guarded(self.writing.connect) as connection:
            tables = self._behind(connection).tables
            if plain:
                self.lock_tables(connection)
                with tables.securely():
                    tables.rebuild_vault(self._vault)
                guarded(connection.commit)
            tables.scrub()

    def _behind(self, connection: Connection) -> HostConnection:
        """The connection of the standard library under one of SQLAlchemy."""
        return HostConnection(_driver(connection), self._book)


def dialect_of(engine: Engine, tables: Tables, book: str, busy_timeout: float) -> Dialect:
    """The dialect of an engine, or the refusal of one that was never tried."""
    spoken = f"{engine.dialect.name}+{engine.dialect.driver}"
    if spoken == "postgresql+psycopg" and not engine.dialect.is_async:
        return PostgreSQL(engine, tables, book, busy_timeout)
    if spoken == "sqlite+pysqlite":
        if isinstance(engine.pool, SingletonThreadPool | StaticPool):
            raise StoreError("a SqlStore needs a file", hint="give the engine one, or use MemoryStore for tests")
        return SQLite(engine, tables, book)
    raise StoreError(
        f"complaintkit does not keep books through {spoken}{' (async)' if engine.dialect.is_async else ''}",
        hint="use postgresql+psycopg or sqlite+pysqlite; for another, write an adapter for the Store port",
    )


def _driver(connection: Connection) -> Any:
    return connection.connection.dbapi_connection


def _commits_by_itself() -> StoreError:
    return StoreError(
        "the connection to join commits each statement by itself", hint="lend one that is not in AUTOCOMMIT"
    )
