"""Where checkpoints go, and where a signer remembers what it has signed."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import Final

from attrs import frozen

from complaintkit.errors import DeliveryFailed, StoreError
from complaintkit.journal import Checkpoint, read_note
from complaintkit.ports import Message, Notifier, Signed
from complaintkit.timekeeping.instants import format_instant
from complaintkit.vocabulary import DeliveryStatus, Language

_FILE: Final = "checkpoints.jsonl"


class FileSink:
    """Keeps checkpoints in ``checkpoints.jsonl`` of a folder, one on each line with the time at which it came.

    The folder belongs on another machine, or in the care of somebody else, than the book.
    """

    def __init__(self, folder: str | PathLike[str]) -> None:
        self._path = Path(folder) / _FILE

    def keep(self, note: str, at: datetime) -> None:
        """Append one checkpoint, and wait until the disk has it."""
        line = json.dumps({"at": format_instant(at), "checkpoint": note}) + "\n"
        with self._path.open("a", encoding="ascii") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def newest(self, origin: str) -> str | None:
        """The checkpoint of the greatest size that was kept for a log."""
        kept = [note for note in self.notes() if Checkpoint.of(read_note(note)).origin == origin]
        return max(kept, key=lambda note: Checkpoint.of(read_note(note)).size, default=None)

    def notes(self) -> list[str]:
        """Every checkpoint in the order in which they came; a line that a crash has cut off is passed over."""
        if not self._path.exists():
            return []
        lines = self._path.read_text(encoding="ascii").splitlines(keepends=True)
        return [str(json.loads(line)["checkpoint"]) for line in lines if line.endswith("\n")]


@frozen
class CallableSink:
    """Hands each checkpoint to a function: to an object store, a ticket, a time-stamping service."""

    call: Callable[[str], object]

    def keep(self, note: str, at: datetime) -> None:
        """Hand it over; what the function raises is a failure."""
        self.call(note)

    def newest(self, origin: str) -> str | None:
        """None: a function cannot be asked."""
        return None


@frozen
class NotifierSink:
    """Sends each checkpoint as a message, to an auditor or an ombudsman."""

    notifier: Notifier
    to: str

    def keep(self, note: str, at: datetime) -> None:
        """Send it; raises ``DeliveryFailed`` where the notifier fails."""
        checkpoint = Checkpoint.of(read_note(note))
        message = Message(
            key=hashlib.sha256(note.encode()).hexdigest(),
            rule="checkpoint",
            complaint=checkpoint.origin,
            to=self.to,
            subject=f"Checkpoint of {checkpoint.origin}: {checkpoint.size} entries",
            text=note,
            html="",
            language=Language.ENGLISH,
        )
        delivery = self.notifier.send(message)
        if delivery.status is DeliveryStatus.FAILED:
            raise DeliveryFailed("a checkpoint was not sent", hint=f"the notifier said: {delivery.detail}")

    def newest(self, origin: str) -> str | None:
        """None: what was sent cannot be asked for."""
        return None


class SignedInMemory:
    """Remembers what was signed as long as the process lives: for tests, and for books that are not kept."""

    def __init__(self) -> None:
        self._last: dict[str, Signed] = {}

    def last(self, origin: str) -> Signed | None:
        """What was signed last for a log."""
        return self._last.get(origin)

    def advance(self, origin: str, before: Signed | None, after: Signed) -> bool:
        """Remember what is signed next."""
        if self._last.get(origin) != before:
            return False
        self._last[origin] = after
        return True


class SignedFile:
    """Remembers what was signed in a small database file of its own, which belongs beside the key.

    Safe for many processes: of two that sign at once, one is told that the other was faster.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self._path = Path(path)

    def last(self, origin: str) -> Signed | None:
        """What was signed last for a log."""
        with self._opened() as connection:
            return _last(connection, origin)

    def advance(self, origin: str, before: Signed | None, after: Signed) -> bool:
        """Remember what is signed next; the disk has it when this returns."""
        with self._opened() as connection:
            if _last(connection, origin) != before:
                return False
            connection.execute("replace into signed values (?,?,?,?)", (origin, *after))
            connection.execute("commit")
            return True

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._path, timeout=30, isolation_level=None)) as connection:
                connection.execute("pragma synchronous = extra")
                connection.execute("begin immediate")
                connection.execute(
                    "create table if not exists signed "
                    "(origin text primary key, size integer not null, root blob not null, at text not null) strict"
                )
                yield connection
        except sqlite3.Error as error:
            raise StoreError(
                f"what was signed could not be read or kept in {self._path}", hint=f"SQLite says: {error}"
            ) from error


def _last(connection: sqlite3.Connection, origin: str) -> Signed | None:
    row = connection.execute("select size, root, at from signed where origin = ?", (origin,)).fetchone()
    return None if row is None else Signed._make(row)
