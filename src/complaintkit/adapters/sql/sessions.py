"""The sessions behind a transaction: on a connection of our own, or inside a host's transaction."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from sqlalchemy import Connection, NestedTransaction

from complaintkit.adapters.rows import Reads
from complaintkit.adapters.sql.place import Place
from complaintkit.adapters.sql.rows import Rows
from complaintkit.adapters.sql.trouble import TROUBLE, guarded
from complaintkit.adapters.unit import Changes
from complaintkit.errors import StoreError
from complaintkit.ports import Head

T = TypeVar("T")


class OwnSession(Reads):
    """A transaction on a connection that the engine gives and gets back."""

    _tables = Rows

    def __init__(self, place: Place) -> None:
        self._place = place
        self._read = place.read
        self._connection: Connection | None = None

    def lock(self) -> Head:
        """Take a connection, begin, and wait for the head."""
        self._connection = connection = self._place.connect()
        rows = self._place.rows(connection)
        head = self._place.dialect.lock(connection, rows)
        self._place.check(connection)
        self._rows, self._read = rows, self._on_writer
        return head

    def _on_writer(self, ask: Callable[..., T], *args: Any) -> T:
        return ask(self._rows, *args)

    def write(self, changes: Changes) -> None:
        """Write everything."""
        assert self._connection is not None  # noqa: S101  (a lock was taken)
        self._place.write(self._connection, self._rows, changes)

    def end(self, keep: bool) -> None:
        """Commit or roll back. After an error at the commit nobody knows: whoever asks again finds the answer."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            if keep:
                guarded(connection.commit)
        finally:
            self._place.disconnect(connection)


class HostSession(Reads):
    """A savepoint inside a host's transaction; nothing is committed, and nothing rolled back beyond it."""

    _tables = Rows

    def __init__(self, place: Place, connection: Connection) -> None:
        self._place = place
        self._connection = connection
        self._rows = place.rows(connection)
        self._savepoint: NestedTransaction | None = None

    def _read(self, ask: Callable[..., T], *args: Any) -> T:
        self._place.check(self._connection)
        return ask(self._rows, *args)

    def lock(self) -> Head:
        """Set the savepoint and take the lock, which the host keeps until it commits."""
        connection, dialect = self._connection, self._place.dialect
        if not connection.in_transaction():
            guarded(connection.begin)  # as its first statement would; the host ends it
        dialect.join(connection)
        self._savepoint = guarded(connection.begin_nested)
        self._place.check(connection)
        return dialect.lock_joined(connection, self._rows)

    def write(self, changes: Changes) -> None:
        """Write everything inside the savepoint."""
        self._place.write(self._connection, self._rows, changes)

    def end(self, keep: bool) -> None:
        """Release the savepoint, or go back to it."""
        savepoint, self._savepoint = self._savepoint, None
        if savepoint is None:
            return
        try:
            if keep:
                guarded(savepoint.commit)
        except StoreError:
            _undo(savepoint)
            raise
        if not keep:
            _undo(savepoint)


def _undo(savepoint: NestedTransaction) -> None:
    """Go back to a savepoint; where the connection or the whole transaction is gone, there is nothing to undo."""
    with suppress(*TROUBLE):
        savepoint.rollback()
