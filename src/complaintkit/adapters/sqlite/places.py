"""Where the tables are reached: in a file of our own opening, or through a host's connection."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from complaintkit.adapters.sqlite import schema
from complaintkit.adapters.sqlite.opening import open_reader, open_writer
from complaintkit.adapters.sqlite.tables import Tables
from complaintkit.adapters.sqlite.trouble import TROUBLE, typed
from complaintkit.errors import StoreBusy, StoreError, StoreForked

P = ParamSpec("P")
T = TypeVar("T")


class OwnFile:
    """A database file with one writing and one reading connection for the whole process."""

    def __init__(self, path: str, book: str, busy_timeout: float) -> None:
        if path in {"", ":memory:"}:
            raise StoreError("a SqliteStore needs a file", hint="use MemoryStore for a book that is not kept")
        self.path = path
        self._busy_timeout = busy_timeout
        self._process = os.getpid()
        self._writing, self._reading = threading.Lock(), threading.Lock()
        self._owner = 0
        self.broken = False
        self._writer = open_writer(path, busy_timeout)
        try:
            self._reader = open_reader(path, busy_timeout)
        except BaseException:
            self._writer.close()
            raise
        self.tables = Tables(self._writer, book)
        self._reader_tables = Tables(self._reader, book)

    def read(self, ask: Callable[Concatenate[Tables, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Ask the tables as they were last committed; never waits for a writer of this process."""
        self._check()
        with self._reading:
            return ask(self._reader_tables, *args, **kwargs)

    def lock(self) -> None:
        """Begin a writing transaction, alone in this process and among all others."""
        self._check()
        if self._owner == threading.get_ident():
            raise StoreError("this thread is writing already", hint="end its transaction first, or join it")
        if not self._writing.acquire(timeout=self._busy_timeout):
            raise StoreBusy("another transaction holds the book", hint="call again with the same command id")
        try:
            self.tables.run("begin immediate")
        except BaseException:
            self._writing.release()
            raise
        self._owner = threading.get_ident()

    def unlock(self, keep: bool) -> None:
        """End the writing transaction; when the commit fails nothing is kept, and the error says why."""
        try:
            if keep:
                self.tables.run("commit")
        except StoreError as error:
            self.note(error)
            raise
        finally:
            try:
                if self._writer.in_transaction:  # SQLite may have undone it by itself
                    self.tables.run("rollback")
            finally:
                self._owner = 0
                self._writing.release()

    def scrub(self, plain: bool) -> None:
        """Leave no copy of what was deleted; waits for the writers of this process."""
        if plain:
            self.lock()
            kept = False
            try:
                self.tables.rebuild_vault()
                kept = True
            finally:
                self.unlock(kept)
        self._check()
        with self._writing:
            self.tables.scrub()

    def note(self, error: StoreError) -> None:
        """Use the file no more once the disk has failed: after that a success could not be believed."""
        code = getattr(error.__cause__, "sqlite_errorcode", 0)
        self.broken = self.broken or code & 0xFF == sqlite3.SQLITE_IOERR

    def is_behind(self, connection: sqlite3.Connection) -> bool:
        """Whether a host's connection has this file as its main database."""
        path = main_file(connection)
        return bool(path) and Path(path).samefile(self.path)

    def close(self) -> None:
        """Close both connections; calling it again does nothing."""
        with self._reading, self._writing:
            self._reader.close()
            self._writer.close()

    def _check(self) -> None:
        check_process(self._process)
        if self.broken:
            raise StoreError("the disk has failed under this store", hint="check the disk and open the store again")


class HostConnection:
    """A connection that a host has opened: its settings, its transaction, its commit."""

    def __init__(self, connection: sqlite3.Connection, book: str) -> None:
        if connection.text_factory is not str:
            raise StoreError("the connection does not return str", hint="set its text_factory back to str")
        self.connection = connection
        self._process = os.getpid()
        self.tables = Tables(connection, book)

    def read(self, ask: Callable[Concatenate[Tables, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Ask the tables through the host's connection; what it has not committed is seen."""
        self.prepare()
        return ask(self.tables, *args, **kwargs)

    def prepare(self) -> None:
        """Make the tables where they are missing; inside the host's transaction they are part of it."""
        check_process(self._process)
        try:
            schema.prepare(self.connection)
        except TROUBLE as error:
            raise typed(error) from error

    def scrub(self, plain: bool) -> None:
        """Leave no copy of what was deleted; the host must have no transaction open."""
        self.prepare()
        if self.connection.in_transaction:
            raise StoreBusy("the connection has an open transaction", hint="commit it, then call again")
        if plain:
            self.tables.run("begin immediate")
            try:
                with self.tables.securely():
                    self.tables.rebuild_vault()
                self.tables.run("commit")
            finally:
                if self.connection.in_transaction:
                    self.tables.run("rollback")
        self.tables.scrub()

    def begin(self) -> None:
        """Make sure that the host's transaction is open, so that releasing our savepoint commits nothing.

        A connection that begins by itself (the default of the sqlite3 module) is begun here and left
        open for the host to commit; one in autocommit mode is refused.
        """
        if self.connection.in_transaction:
            return
        if self._commits_by_itself():
            raise StoreError(
                "the connection to join has no open transaction", hint="execute BEGIN IMMEDIATE on it first"
            )
        self.tables.run("begin immediate")

    def _commits_by_itself(self) -> bool:
        autocommit: Any = getattr(self.connection, "autocommit", None)  # since Python 3.12
        return autocommit is True or (autocommit is not False and self.connection.isolation_level is None)


def main_file(connection: sqlite3.Connection) -> str:
    """The path of a connection's main database, empty for one in memory."""
    return next(str(path) for _, name, path in Tables(connection, "").run("pragma database_list") if name == "main")


def check_process(process: int) -> None:
    """Refuse a connection that was opened before a fork: two processes on one handle corrupt the file."""
    if os.getpid() != process:
        raise StoreForked("the store was opened in another process", hint="open a SqliteStore of its own after a fork")
