"""What the stores with tables share: the reads of a session, what a transaction writes, what a query asks for.

The tables have the same names and columns in each of them, so that a row is the same tuple everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from complaintkit.adapters.unit import Changes
from complaintkit.journal import Record
from complaintkit.ports import Answer, Query
from complaintkit.privacy import VaultItem


class Reads:
    """The reads of a session: on the last committed state before the lock, on the writer's after it.

    ``_tables`` is the class that asks the tables, ``_read`` calls one of its methods where the session may read.
    """

    _tables: Any
    _read: Callable[..., Any]

    def answer(self, command: str) -> Answer | None:
        """The kept answer of a command id."""
        found: Answer | None = self._read(self._tables.answer, command)
        return found

    def entries(self, stream: str) -> Sequence[Record]:
        """The kept entries of a stream."""
        found: Sequence[Record] = self._read(self._tables.entries, stream)
        return found

    def version(self, stream: str) -> int:
        """The highest kept version of a stream."""
        return int(self._read(self._tables.version, stream))

    def sealed(self, refs: Sequence[str]) -> Mapping[str, VaultItem]:
        """The kept vault items of these references."""
        found: Mapping[str, VaultItem] = self._read(self._tables.sealed, refs)
        return found

    def claimed(self, key: str) -> bool:
        """Whether a key is taken already."""
        return bool(self._read(self._tables.claimed, key))


def written(changes: Changes) -> Iterator[tuple[str, Sequence[Sequence[Any]]]]:
    """Each kind of row that changes with its rows, all but the book in the order of the columns.

    ``erased`` comes before ``vault``, and has the references of the items that are deleted; ``timer-done`` comes
    before ``timer``, and has the keys of the timers that are removed.
    """
    for kind, rows in (
        ("entry", changes.entries),
        ("tile", changes.tiles),
        ("erased", [(ref,) for ref in changes.erased]),
        ("vault", list(changes.vault.values())),
        ("outbox", list(changes.outbox.values())),
        ("timer-done", [(key,) for key, timer in changes.timers.items() if timer is None]),
        ("timer", list(filter(None, changes.timers.values()))),
        ("summary", list(changes.summaries.values())),
        ("answer", list(changes.answers.values())),
        ("claim", [(key,) for key in changes.claims]),
    ):
        if rows:
            yield kind, rows


def wanted(query: Query) -> dict[str, Any]:
    """The columns of a summary that a query names, with the value that each must have."""
    named = {
        "state": query.state and query.state.value,
        "band": query.band and query.band.value,
        "owner": query.owner,
        "unit": query.unit,
        "person": query.person,
        "open": query.is_open,
    }
    return {column: value for column, value in named.items() if value is not None}
