"""The sessions behind a transaction: on a connection of our own, or inside a host's transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from sqlalchemy import Connection, NestedTransaction

from complaintkit.adapters.rows import Reads
from complaintkit.adapters.sql.place import Place
from complaintkit.adapters.sql.rows import Rows
from complaintkit.adapters.sql.trouble import TROUBLE, guarded
from complaintkit.adapters.unit import Changes
from complaintkit.errors import StoreError
from complaintkit.ports import Head, OutboxRow

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
        return self._begin(self._place.dialect.lock)

    def take(self, rows: Sequence[OutboxRow], *, wait: bool) -> OutboxRow | None:
        """The first of these rows that is kept so, locked; the head is not waited for."""
        if self._connection is None:
            self._begin(self._place.dialect.share)
        return self._rows.first(rows, wait=wait)

    def _begin(self, begin: Callable[[Connection, Rows], T]) -> T:
        self._connection = connection = self._place.connect()
        rows = self._place.rows(connection)
        begun = begin(connection, rows)
        self._place.check(connection)
        self._rows, self._read = rows, self._on_writer
        return begun

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
        return self._begin(self._place.dialect.lock_joined)

    def take(self, rows: Sequence[OutboxRow], *, wait: bool) -> OutboxRow | None:
        """The first of these rows that is kept so; the host keeps it locked until it commits."""
        if self._savepoint is None:
            self._begin(self._place.dialect.share_joined)
        return self._rows.first(rows, wait=wait)

    def _begin(self, begin: Callable[[Connection, Rows], T]) -> T:
        connection = self._connection
        if not connection.in_transaction():
            guarded(connection.begin)  # as its first statement would; the host ends it
        self._place.dialect.join(connection)
        self._savepoint = guarded(connection.begin_nested)
        self._place.check(connection)
        return begin(connection, self._rows)

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
