"""Small tables and mapping profiles that the tests write; the people in them are made up."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

from complaintkit.adapters.memory import MemoryStore
from complaintkit.desk import ComplaintDesk
from complaintkit.exchange import import_records
from complaintkit.exchange.report import ImportReport
from complaintkit.timekeeping import FrozenClock
from complaintkit.values import Actor, complaint_ref, derived_id
from complaintkit.vocabulary import Role

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
READER = Actor("auditor-1", Role.AUDITOR)
HEADER = ["Complaint ID", "Date received", "Product", "Consumer complaint narrative", "Submitted via",
          "Date sent to company", "Company response to consumer", "Timely response?", "Consumer disputed?"]  # fmt: skip
ROW = ["17", "2025-07-01", "Mortgage", "They charged me twice.", "Web", "2025-07-03", "Closed with explanation",
       "Yes", "No"]  # fmt: skip
OURS: dict[str, Any] = {
    "id": "water-board",
    "version": "1",
    "zone": "Europe/Berlin",
    "dates": ["D.M.YYYY"],
    "attributes": ["area"],
    "milestones": ["answered"],
    "closed_at": "answered",
    "columns": {
        "record": ["Case no"],
        "received": ["Opened"],
        "narrative": ["What happened"],
        "area": ["Area"],
        "answered": ["Answered"],
    },
    "channel": {"otherwise": "letter"},
}


def new_desk() -> ComplaintDesk:
    """A desk in memory whose clock stands still."""
    return ComplaintDesk(MemoryStore(), clock=FrozenClock(NOW))


def changed(**cells: str) -> list[str]:
    """The sample row with other cells, named by their headings in small letters with underscores."""
    names = [heading.lower().replace(" ", "_").rstrip("?") for heading in HEADER]
    return [cells.get(name, cell) for name, cell in zip(names, ROW, strict=True)]


def as_csv(*rows: Sequence[str], header: Sequence[str] = HEADER, **dialect: Any) -> str:
    """A table as the csv module writes it."""
    text = StringIO()
    csv.writer(text, **{"lineterminator": "\n"} | dialect).writerows([header, *rows])
    return text.getvalue()


def take_in(desk: ComplaintDesk, text: str, profile: Any = "cfpb") -> ImportReport:
    """Import a text."""
    return import_records(desk, StringIO(text, newline=""), profile)


def take_in_bytes(desk: ComplaintDesk, content: bytes, folder: Path, profile: Any = "cfpb") -> ImportReport:
    """Import a file of these bytes."""
    path = folder / "records.csv"
    path.write_bytes(content)
    return import_records(desk, path, profile)


def ref_of(record: str, profile: str = "cfpb") -> str:
    """The reference of the complaint that a record becomes."""
    return complaint_ref(derived_id("import", profile, record))


def told(desk: ComplaintDesk, record: str = "17", profile: str = "cfpb") -> Any:
    """The complaint that a record became."""
    return desk.get(ref_of(record, profile), by=READER)


def size(desk: ComplaintDesk) -> int:
    """How many entries the book has."""
    with desk.store.transaction() as tx:
        return tx.head().frontier.size


def lines_of(report: ImportReport, kind: str) -> Iterable[tuple[str, str, int, list[int]]]:
    """The findings of a kind as plain tuples."""
    return [(f.column, f.what, f.count, f.lines) for f in report.findings if f.kind == kind]
