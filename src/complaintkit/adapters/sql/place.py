"""Where a store keeps its book: an engine, the tables in it, and whether they are as they should be."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.orm import Session, scoped_session

from complaintkit.adapters.sql.dialects import dialect_of
from complaintkit.adapters.sql.rows import Rows
from complaintkit.adapters.sql.schema import Tables
from complaintkit.adapters.sql.trouble import MAKE_TABLES, TROUBLE, guarded
from complaintkit.adapters.sqlite.schema import SCHEMA
from complaintkit.adapters.unit import Changes
from complaintkit.errors import MissingTables, NewerSchema, StoreError

T = TypeVar("T")


class Place:
    """The tables of a book behind an engine."""

    def __init__(self, engine: Engine, tables: Tables, book: str, busy_timeout: float) -> None:
        if not isinstance(engine, Engine):
            raise StoreError(f"a SqlStore cannot use a {type(engine).__name__}", hint="give it a sqlalchemy.Engine")
        self.engine = engine
        self.tables = tables
        self._book = book
        self.dialect = dialect_of(engine, tables, book, busy_timeout)
        self._statements = self.dialect.statements
        self._checked = False
        self._writers: dict[Connection, int] = {}

    def rows(self, connection: Connection) -> Rows:
        """The rows of the book through a connection."""
        return Rows(connection, self._statements, self._book)

    def connect(self) -> Connection:
        """A connection for a transaction of our own; a thread that would wait for itself is refused."""
        thread = threading.get_ident()
        if thread in self._writers.values():
            raise StoreError("this thread is writing already", hint="end its transaction first, or join it")
        connection = guarded(self.dialect.writing.connect)
        self._writers[connection] = thread
        return connection

    def disconnect(self, connection: Connection) -> None:
        """Undo what is open and give the connection back; one that cannot is thrown away."""
        del self._writers[connection]
        try:
            connection.rollback()
        except TROUBLE:
            connection.invalidate()
        finally:
            connection.close()

    def write(self, connection: Connection, rows: Rows, changes: Changes) -> None:
        """Write everything that a transaction has collected."""
        with self.dialect.erasing(connection) if changes.erased else nullcontext():
            rows.write(changes)

    def read(self, ask: Callable[..., T], *args: Any) -> T:
        """Ask the tables as they were last committed."""
        connection = guarded(self.dialect.reading.connect)
        try:
            self.check(connection)
            return ask(self.rows(connection), *args)
        finally:
            connection.close()

    def check(self, connection: Connection) -> None:
        """Once: that the tables are there, and of a layout that this version knows."""
        if self._checked:
            return
        schema = self.tables.schema
        present = guarded(lambda: inspect(connection).has_table(schema.name, schema=schema.schema))
        version = self.rows(connection).version_of_schema() if present else None
        if version is None:
            raise MissingTables("the tables of complaintkit are not in this database", hint=MAKE_TABLES)
        if version < SCHEMA:
            raise StoreError(
                f"the book is of schema {version}, before this store", hint="open the file once with SqliteStore"
            )
        if version > SCHEMA:
            raise NewerSchema(
                f"the book was written with schema {version}, this version knows {SCHEMA}",
                hint="install the newer complaintkit that wrote it; nothing was changed",
            )
        self._checked = True

    def create(self, connection: Connection) -> None:
        """Make the tables where they are missing, and note their layout."""
        self.dialect.lock_tables(connection)
        schema = self.tables.schema
        guarded(lambda: schema.metadata.create_all(connection, tables=list(self.tables)))
        if self.rows(connection).version_of_schema() is None:
            guarded(connection.execute, schema.insert(), {"version": SCHEMA})

    def joined(self, join: object) -> Connection:
        """The host's connection, where it leads to the same tables as the reads of this store."""
        if isinstance(join, scoped_session):
            join = join()
        if isinstance(join, Session):
            join = guarded(join.connection)
        if not isinstance(join, Connection):
            raise StoreError(
                f"a SqlStore cannot join a {type(join).__name__}",
                hint="lend a sqlalchemy Connection or Session; an async one through its run_sync()",
            )
        maps = [each.get_execution_options().get("schema_translate_map") for each in (join, self.engine)]
        if join.engine.pool is not self.engine.pool or maps[0] != maps[1]:
            raise StoreError(
                "the connection to join leads to other tables than this store reads",
                hint="make the store with the engine (and the schema_translate_map) of that connection",
            )
        return join
