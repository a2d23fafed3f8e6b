"""The sessions behind a transaction: on our own writer, or inside a host's transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from typing import Any, TypeVar

from complaintkit.adapters.rows import Reads
from complaintkit.adapters.sqlite.places import HostConnection, OwnFile
from complaintkit.adapters.sqlite.tables import Tables
from complaintkit.adapters.unit import Changes
from complaintkit.errors import StoreError
from complaintkit.ports import Head, OutboxRow

T = TypeVar("T")


class OwnSession(Reads):
    """A transaction on the store's own writing connection."""

    _tables = Tables

    def __init__(self, file: OwnFile) -> None:
        self._file = file
        self._read = file.read
        self._locked = False

    def lock(self) -> Head:
        """Begin immediately, so that nobody can write between our reading and our writing."""
        self._file.lock()
        self._locked = True
        self._read = self._on_writer
        return self._file.tables.head()

    def take(self, rows: Sequence[OutboxRow], *, wait: bool) -> OutboxRow | None:
        """The first of these rows that is kept so, under the lock of the one writer."""
        if not self._locked:
            self.lock()
        return self._file.tables.first(rows)

    def _on_writer(self, ask: Callable[..., T], *args: Any) -> T:
        return ask(self._file.tables, *args)

    def write(self, changes: Changes) -> None:
        """Write everything; after a failure of the disk the file is used no more."""
        try:
            self._file.tables.write(changes)
        except StoreError as error:
            self._file.note(error)
            raise

    def end(self, keep: bool) -> None:
        """Commit or roll back, and let the next writer in."""
        if self._locked:
            self._locked = False
            self._file.unlock(keep)


class HostSession(Reads):
    """A savepoint inside a host's transaction; ``own`` when the host has none, so that it is begun and ended here."""

    _tables = Tables

    def __init__(self, host: HostConnection, own: bool) -> None:
        self._host = host
        self._own = own
        self._locked = False
        self._read = host.read

    def lock(self) -> Head:
        """Set the savepoint and take the write lock, which the host keeps until it commits."""
        tables = self._host.tables
        self._host.prepare()
        if self._own:
            tables.run("begin immediate")
        else:
            self._host.begin()
            tables.run("savepoint complaintkit")
        self._locked = True
        tables.run("update complaintkit_schema set version = version where false")  # a write lock, and no more
        return tables.head()

    def take(self, rows: Sequence[OutboxRow], *, wait: bool) -> OutboxRow | None:
        """The first of these rows that is kept so, under the lock of the one writer."""
        if not self._locked:
            self.lock()
        return self._host.tables.first(rows)

    def write(self, changes: Changes) -> None:
        """Write everything inside the savepoint; what is erased is overwritten, whatever the host has set."""
        tables = self._host.tables
        with tables.securely() if changes.erased else nullcontext():
            tables.write(changes)

    def end(self, keep: bool) -> None:
        """Release the savepoint or go back to it; only a transaction of our own is committed."""
        if not self._locked:
            return
        self._locked = False
        try:
            if keep:
                self._host.tables.run("commit" if self._own else "release complaintkit")
        except StoreError:
            self._undo()
            raise
        if not keep:
            self._undo()

    def _undo(self) -> None:
        """Undo what is ours; SQLite may have rolled back the whole transaction by itself (a full disk)."""
        undo = ("rollback",) if self._own else ("rollback to complaintkit", "release complaintkit")
        with suppress(StoreError):
            for statement in undo:
                self._host.tables.run(statement)
