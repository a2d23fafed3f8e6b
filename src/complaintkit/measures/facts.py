"""Fact tables: the journal, read once with its cursor, as rows that can be counted (DESIGN 7).

One complaint is in memory at a time; its rows go to a file and from there to DuckDB in one piece.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from complaintkit.errors import UnknownName
from complaintkit.journal import Record, decode_entry
from complaintkit.lifecycle import BOOK
from complaintkit.measures.engine import TableFile, connection, narwhals, rows
from complaintkit.measures.history import (
    COMMITMENT,
    COMPLAINT,
    History,
    commitment_rows,
    complaint_row,
    days_to_milestones,
    read_history,
)
from complaintkit.measures.measure import Period
from complaintkit.ports import Store
from complaintkit.timekeeping import WorkingCalendar, instant, local_day
from complaintkit.values import is_complaint_ref

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from complaintkit.measures.engine import Frame

#: The fields of every complaint that items can be grouped by; attributes of the host come besides.
FIELDS: Final = ("kind", "channel", "unit", "language", "band", "category", "outcome", "handling", "source")
_PAGE: Final = 2000


@frozen(kw_only=True)
class Facts:
    """What can be measured, as the book stood at ``at``: complaints, and the commitments made on them.

    ``attributes`` and ``milestones`` map the names that hosts and sources chose to columns of our own naming;
    dates are local to ``calendar``.
    """

    at: datetime
    calendar: WorkingCalendar
    whole: Period
    attributes: Mapping[str, str]
    milestones: Mapping[str, str]
    _connection: DuckDBPyConnection = field(repr=False)

    @property
    def complaints(self) -> Frame:
        """One row for each complaint; the columns are those of ``history.COMPLAINT`` and the named ones."""
        return _frame(self._connection, "complaints")

    @property
    def commitments(self) -> Frame:
        """One row for each commitment (``history.COMMITMENT``), with the columns of its complaint."""
        return _frame(self._connection, "commitments").join(self.complaints, on="ref", how="inner")

    @property
    def fields(self) -> tuple[str, ...]:
        """Every name that items can be grouped by."""
        return (*FIELDS, *(name if name not in FIELDS else f"attribute:{name}" for name in sorted(self.attributes)))

    def column(self, name: str) -> str:
        """The column of a field or attribute; ``attribute:<name>`` names one that a field of ours hides.

        Raises ``UnknownName`` with the nearest name that exists.
        """
        if name in FIELDS:
            return name
        found = self.attributes.get(name.removeprefix("attribute:"))
        return found or _unknown(name, self.fields)

    def days_to(self, milestone: str) -> str:
        """The column with the whole days from receipt to a milestone of the source (D1).

        Raises ``UnknownName`` with the nearest name that exists.
        """
        return self.milestones.get(milestone) or _unknown(milestone, self.milestones)


def read_facts(store: Store, at: datetime, calendar: WorkingCalendar) -> Facts:
    """Read the journal into fact tables.

    ``at`` is the instant (aware) of which everything speaks: entries recorded later are left out, what is open
    then waits still, what is overdue then is breached. ``calendar`` gives the zone of local dates and
    the working hours. Raises ``MissingExtra`` without ``complaintkit[learn]``.

    >>> from datetime import UTC
    >>> from complaintkit.adapters.memory import MemoryStore
    >>> from complaintkit.policy import load_profile
    >>> facts = read_facts(MemoryStore(), datetime(2026, 3, 2, tzinfo=UTC), load_profile().calendar)
    >>> facts.fields[:3]
    ('kind', 'channel', 'unit')
    """
    at, base = instant(at, "at"), connection()
    names = Names()
    with TableFile("complaints", COMPLAINT) as complaints, TableFile("commitments", COMMITMENT) as commitments:
        for history in histories(store, at):
            complaints.add([*complaint_row(history, at, calendar), *names.cells(history, calendar, complaints)])
            for row in commitment_rows(history, at, calendar):
                commitments.add(row)
        complaints.load(base)
        commitments.load(base)
    return Facts(
        at=at, calendar=calendar, whole=_whole(base, local_day(at, calendar.zone)),
        attributes=names.attributes, milestones=names.milestones, connection=base,
    )  # fmt: skip


def histories(store: Store, at: datetime) -> Iterator[History]:
    """The history of every complaint, in the order in which they came to the book."""
    for record in _journal(store):
        if record.ver == 1 and is_complaint_ref(record.stream):
            history = read_history((decode_entry(each, BOOK) for each in store.entries(record.stream)), at)
            if history is not None:
                yield history


def _journal(store: Store) -> Iterator[Record]:
    """The whole journal, a page at a time."""
    after = -1
    while page := store.journal(after, _PAGE):
        yield from page
        after = page[-1].seq


class Names:
    """Gives a column to each attribute and milestone as it first appears.

    What hosts call their attributes never becomes part of a query.
    """

    def __init__(self) -> None:
        self.attributes: dict[str, str] = {}
        self.milestones: dict[str, str] = {}

    def cells(self, history: History, calendar: WorkingCalendar, table: TableFile) -> list[str | int | None]:
        """The cells of a complaint's attributes and milestones, in the order of the columns they have."""
        found: dict[str, str | int] = {}
        for name, value in history.complaint.intake.attributes:
            found[self._column(self.attributes, name, "VARCHAR", table)] = value
        for name, days in days_to_milestones(history.complaint, calendar):
            found[self._column(self.milestones, name, "INTEGER", table)] = days
        return [found.get(column) for column in list(table.columns)[len(COMPLAINT) :]]

    @staticmethod
    def _column(names: dict[str, str], name: str, kind: str, table: TableFile) -> str:
        if name not in names:
            names[name] = f"named_{len(table.columns)}"
            table.columns[names[name]] = kind
        return names[name]


def _frame(base: DuckDBPyConnection, table: str) -> Frame:
    frame: Frame = narwhals().from_native(base.table(table))
    return frame


def _whole(base: DuckDBPyConnection, today: date) -> Period:
    """From the first receipt to the day of the facts; where all is taken-in history, to its last date."""
    nw = narwhals()
    first, last, closed = (nw.col(c) for c in ("received_on", "received_on", "closed_on"))
    figures = (first.min().alias("first"), last.max().alias("last"), closed.max().alias("closed"))
    live = (1 - nw.col("is_imported")).sum().alias("live")
    ((begin, *ends, own),) = rows(_frame(base, "complaints").select(*figures, live))
    days = [day for day in (begin, *ends) if day] + ([today] if own or not begin else [])
    return Period(min(days), max(days))


def _unknown(name: str, known: Mapping[str, str] | tuple[str, ...]) -> str:
    close = difflib.get_close_matches(name, sorted(known), 1)
    hint = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(sorted(known))}"
    raise UnknownName(f"nothing can be measured by {name[:40]!r}", hint=hint)
