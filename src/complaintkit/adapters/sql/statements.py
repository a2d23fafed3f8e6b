"""The statements on the tables, built once for a store and a dialect; SQLAlchemy keeps their compiled form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Executable,
    Select,
    Table,
    bindparam,
    delete,
    false,
    func,
    insert,
    select,
    tuple_,
    update,
)

from complaintkit.adapters.rows import wanted
from complaintkit.adapters.sql.schema import Tables
from complaintkit.ports import Query
from complaintkit.timekeeping.instants import format_instant


class Write(NamedTuple):
    """A statement that writes rows of one kind, and the names of its parameters in the order of a row."""

    statement: Executable
    names: tuple[str, ...]


class Statements:
    """What is asked of the tables and written to them; ``insert_`` is the insert of the dialect."""

    def __init__(self, tables: Tables, insert_: Callable[[Table], Any]) -> None:
        self._insert = insert_
        self._summary = tables.summary
        self.version_of_schema = select(func.max(tables.schema.c.version))
        # Changes nothing, and is a write: SQLite takes its lock for it.
        self.touch = update(tables.schema).values(version=tables.schema.c.version).where(false())
        self._read_entries(tables.entry)
        self._read_tiles(tables.entry, tables.tile)
        self._read_due(tables)
        head, vault, answer, claim = tables.head, tables.vault, tables.answer, tables.claim
        self.head = select(head.c.size, head.c.frontier, head.c.recorded_at).where(_same(head, "book"))
        self.lock_head = self.head.with_for_update()
        self.answer = _all_but_book(answer).where(_same(answer, "book", "command"))
        self.sealed = _all_but_book(vault).where(
            _same(vault, "book"), vault.c.ref.in_(bindparam("refs", expanding=True))
        )
        self.claimed = select(claim.c.key).where(_same(claim, "book", "key"))
        self._read_version(tables.outbox)
        self.writes = self._written(tables)

    def _read_entries(self, entry: Table) -> None:
        whole = _all_but_book(entry)
        self.entries = whole.where(_same(entry, "book", "stream")).order_by(entry.c.seq)
        after = entry.c.seq > bindparam("after")
        self.journal = whole.where(_same(entry, "book"), after).order_by(entry.c.seq).limit(bindparam("limit"))
        versioned = _same(entry, "book", "stream") & entry.c.ver.is_not(None)
        self.version = select(entry.c.ver).where(versioned).order_by(entry.c.seq.desc()).limit(1)

    def _read_tiles(self, entry: Table, tile: Table) -> None:
        begin: Any = bindparam("begin")
        end: Any = bindparam("end")
        leaves = _same(entry, "book"), entry.c.seq >= begin, entry.c.seq < end
        self.leaves = select(entry.c.leaf).where(*leaves).order_by(entry.c.seq)
        roots = _same(tile, "book", "level"), tile.c.place >= begin, tile.c.place < end
        self.tile = select(tile.c.hash).where(*roots).order_by(tile.c.place)

    def _read_due(self, tables: Tables) -> None:
        timer, outbox = tables.timer, tables.outbox
        limit: Any = bindparam("limit")
        self.timers_due = (
            _all_but_book(timer).where(_same(timer, "book"), timer.c.due_at <= bindparam("now"))
            .order_by(timer.c.due_at, timer.c.key).limit(limit)
        )  # fmt: skip
        waiting = (outbox.c.done == false(), outbox.c.due_at <= bindparam("now"))
        self.notices_due = (
            _all_but_book(outbox).where(_same(outbox, "book"), *waiting)
            .order_by(outbox.c.due_at, outbox.c.seq, outbox.c.key).limit(limit)
        )  # fmt: skip

    def _read_version(self, outbox: Table) -> None:
        """The first of some versions of letters that is kept: the keys lead to the rows, the versions decide."""
        column = outbox.c
        versions: Any = bindparam("versions", expanding=True)
        kept = (
            column.key.in_(bindparam("keys", expanding=True)),
            tuple_(column.key, column.tries, column.due_at).in_(versions),
            column.done == false(),
        )
        first = select(column.key).where(_same(outbox, "book"), *kept).order_by(column.seq, column.key).limit(1)
        self.first = first.with_for_update(skip_locked=True)
        self.first_waiting = first.with_for_update()

    def find(self, query: Query) -> Select[Any]:
        """The summaries that agree with a query, in the order of the queue; what has no band yet comes last."""
        column, equal = self._summary.c, wanted(query)
        agreed = [column[name] == bindparam(f"is_{name}", value) for name, value in equal.items()]
        if "band" in equal and "open" not in equal:
            agreed.append(column.open.in_((True, False)))  # named either way, so that the index on (open, band) serves
        if query.due_before is not None:
            agreed.append(column.due_at < format_instant(query.due_before))
        order = (column.band.is_(None), column.band, column.rank.desc(), column.received_at, column.stream)
        return _all_but_book(self._summary).where(_same(self._summary, "book"), *agreed).order_by(*order)

    def _written(self, tables: Tables) -> dict[str, Write]:
        """How each kind of row is written (see :func:`complaintkit.adapters.rows.written`)."""
        gone = delete(tables.timer).where(_same(tables.timer, "book", "key"))
        return {
            "entry": self._new(tables.entry),
            "tile": self._new(tables.tile),
            "erased": Write(delete(tables.vault).where(_same(tables.vault, "book", "ref")), ("book", "ref")),
            "vault": self._new(tables.vault),
            "outbox": self._replaced(tables.outbox),
            "timer-done": Write(gone, ("book", "key")),
            "timer": self._replaced(tables.timer),
            "summary": self._replaced(tables.summary),
            "answer": self._new(tables.answer),
            "claim": self._new(tables.claim),
            "head": self._replaced(tables.head),
        }

    def _new(self, table: Table) -> Write:
        """A row whose key must not be there."""
        return Write(insert(table), tuple(table.c.keys()))

    def _replaced(self, table: Table) -> Write:
        """A row that takes the place of the one with its key."""
        new = self._insert(table)
        rest = {column.name: new.excluded[column.name] for column in table.c if not column.primary_key}
        return Write(
            new.on_conflict_do_update(index_elements=list(table.primary_key), set_=rest), tuple(table.c.keys())
        )


def _same(table: Table, *names: str) -> ColumnElement[bool]:
    """These columns have the values of the parameters of their names."""
    first, *rest = (table.c[name] == bindparam(name) for name in names)
    for other in rest:
        first = first & other
    return first


def _all_but_book(table: Table) -> Select[Any]:
    """The columns as the rows of the ports have them."""
    return select(*(column for column in table.c if column.name != "book"))
