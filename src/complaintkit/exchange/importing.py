"""Taking in real records: each row of a table is replayed as a record's history, once.

The command id of a record follows from the mapping profile and the record's own id, so a second import
finds it and writes nothing. A row that says something else than before becomes a correction.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Protocol, TextIO

from complaintkit.complaint.complaint import Complaint
from complaintkit.desk import ComplaintDesk
from complaintkit.desk.reading import read_entries
from complaintkit.errors import CommandRefused, Conflict, MalformedInput
from complaintkit.exchange.mapping import MappingProfile, load_mapping
from complaintkit.exchange.reading import Binding, Unreadable
from complaintkit.exchange.report import Findings, ImportReport
from complaintkit.exchange.tables import BadRow, Row, Table, open_source
from complaintkit.journal import Entry
from complaintkit.lifecycle import fold
from complaintkit.ports import Transaction
from complaintkit.receive.history import CorrectRecord, ImportRecord, RecordAnswered
from complaintkit.values import Actor, Personal, complaint_ref, derived_id
from complaintkit.vocabulary import Role


class Progress(Protocol):
    """Told after each chunk how far an import is."""

    def __call__(self, rows: int, share: float | None) -> None:
        """``rows`` were read, which is this ``share`` (0 to 1) of the file, None where that is not known."""


def import_records(
    desk: ComplaintDesk,
    source: Path | str | TextIO,
    profile: MappingProfile | str | Path = "cfpb",
    *,
    progress: Progress | None = None,
    chunk: int = 1000,
) -> ImportReport:
    """Take the records of a CSV file into the desk's book.

    ``source`` is the path of the file or an open text, ``profile`` what its columns mean (see
    :func:`~complaintkit.exchange.mapping.load_mapping`), ``chunk`` how many rows are one transaction.
    A row that cannot be taken in is counted and named in the report, and the rest goes on; where the import
    breaks off, what was committed stays, and the same call again goes on from there.

    Raises ``ImportRefused`` for a file that is no such table, ``MappingRefused`` for a wrong profile, and the
    errors of the store.

    >>> from io import StringIO
    >>> desk = ComplaintDesk()
    >>> table = "Complaint ID,Date received,Product\\n17,2026-03-02,Mortgage\\n"
    >>> import_records(desk, StringIO(table)).new, import_records(desk, StringIO(table)).new
    (1, 0)
    """
    profile = profile if isinstance(profile, MappingProfile) else load_mapping(profile)
    findings = Findings()
    with open_source(source) as opened, closing(SeenIds()) as seen:
        table = opened.table(profile)
        intake = Intake(desk, Binding(profile, table, findings), findings, seen)
        rows = table.rows()
        while some := list(islice(rows, chunk)):
            intake.take(some)
            if progress is not None:
                progress(intake.counts["rows"], opened.done)
        _note_table(table, findings)
        return _report(profile, table, intake.counts, findings)


class SeenIds:
    """The record ids of one file, kept in a temporary database, so that memory does not grow with the file."""

    def __init__(self) -> None:
        self._ids = sqlite3.connect("")
        self._ids.execute("create table seen (id text primary key) without rowid")

    def add(self, record: str) -> bool:
        """Remember an id; False where it was remembered already."""
        return self._ids.execute("insert or ignore into seen values (?)", (record,)).rowcount == 1

    def close(self) -> None:
        """Forget them all."""
        self._ids.close()


class Intake:
    """Takes in the rows of one table and counts what becomes of them."""

    def __init__(self, desk: ComplaintDesk, binding: Binding, findings: Findings, seen: SeenIds) -> None:
        self._desk = desk
        self._binding = binding
        self._findings = findings
        self._seen = seen
        self._source = binding.profile.id
        self._actor = Actor("importer", Role.SYSTEM, f"import:{self._source}")
        self.counts: Counter[str] = Counter()

    def take(self, rows: Sequence[Row | BadRow]) -> None:
        """Take in some rows in one transaction."""
        now = self._desk.clock.now()
        with self._desk.store.transaction() as tx:
            tx.head()
            for row in rows:
                self.counts[self._become_of(row, tx, now)] += 1
        self.counts["rows"] += len(rows)

    def _become_of(self, row: Row | BadRow, tx: Transaction, now: datetime) -> str:
        """Take in one row; returns what it counts as."""
        if isinstance(row, BadRow):
            return self._refuse(row.line, row.code, text=row.text)
        try:
            record = self._binding.read(row.line, row.cells)
            _must_be_past(record, now)
            return self._take_record(row.line, record, tx)
        except Unreadable as error:
            return self._refuse(row.line, error.code, error.column)
        except (MalformedInput, CommandRefused, Conflict) as error:
            return self._refuse(row.line, error.code, text=error.message)

    def _refuse(self, line: int, code: str, column: str = "", text: str = "") -> str:
        self._findings.note("refused", column, f"{code}: {text}" if text else code, line)
        return "refused"

    def _take_record(self, line: int, record: ImportRecord, tx: Transaction) -> str:
        """Replay a new record, correct one that has changed, and leave alone one that has not."""
        if not self._seen.add(record.record):
            self._findings.note("duplicate-id", "record", "", line)
            return "repeated"
        key = derived_id("import", self._source, record.record)
        entries = read_entries(tx.entries(complaint_ref(key)))
        complaint = fold(entries)
        if complaint is None:
            self._desk.handle(record, by=self._actor, key=key, tx=tx)
            return "new"
        correction = _correction(complaint, entries, record, self._text_now(line, complaint, record, tx))
        if correction is None:
            return "known"
        key = derived_id("import", self._source, record.record, complaint.version)
        self._desk.handle(correction, by=self._actor, key=key, tx=tx)
        return "changed"

    def _text_now(self, line: int, complaint: Complaint, record: ImportRecord, tx: Transaction) -> Personal | None:
        """The sealed text where the source still says the same, else the new one; an erased text stays erased."""
        before, now = complaint.intake.narrative, record.narrative
        if before is None or before.ref is None or now is None or now.text is None:
            return now
        item = tx.sealed([before.ref]).get(before.ref)
        if item is None:
            self._findings.note("erased", "narrative", "", line)
        return before if item is None or item.content == now.text.encode() else now


def _must_be_past(record: ImportRecord, now: datetime) -> None:
    """A date that is still to come cannot be history."""
    dates = [("received", record.received_at), *record.milestones, ("closed_at", record.closed_at)]
    for name, at in dates:
        if at is not None and at > now:
            raise Unreadable("in-the-future", name)


def _correction(
    complaint: Complaint, entries: Sequence[Entry], record: ImportRecord, text: Personal | None
) -> CorrectRecord | None:
    """What has changed since the record was last taken in; None where nothing has."""
    intake = complaint.intake
    before = (complaint.received_at, intake.channel, intake.attributes, intake.narrative, dict(complaint.milestones))
    now = (record.received_at, record.channel, record.attributes, text, dict(record.milestones))
    answer = RecordAnswered(target=record.state, timely=record.timely, closed_at=record.closed_at)
    answered = answer == next(e.event for e in reversed(entries) if isinstance(e.event, RecordAnswered))
    if before == now and answered:
        return None
    return CorrectRecord(
        complaint=complaint.ref, received_at=record.received_at, channel=record.channel,
        attributes=record.attributes, milestones=record.milestones, narrative=text,
        state=None if answered else record.state, closed_at=record.closed_at, timely=record.timely,
    )  # fmt: skip


def _note_table(table: Table, findings: Findings) -> None:
    """Name what was odd about the file as a whole, now that it was read to its end."""
    for kind, what, count in (
        ("preamble", "", table.preamble),
        ("separator", repr(table.separator), int(table.separator != ",")),
        ("byte-order-mark", "", int(table.bom)),
        ("blank-line", "", table.blank),
        ("no-end-of-line", "", int(table.open_ended)),
    ):
        if count:
            findings.note(kind, "", what, count=count)
    for line in table.lines.cp1252_lines:
        findings.note("cp1252", "", "", line)
    if more := table.lines.cp1252 - len(table.lines.cp1252_lines):
        findings.note("cp1252", count=more)


def _report(profile: MappingProfile, table: Table, counts: Counter[str], findings: Findings) -> ImportReport:
    return ImportReport(
        profile=f"{profile.id} {profile.version}",
        source=table.name,
        encoding="cp1252" if table.lines.cp1252 else "utf-8",
        separator=table.separator,
        header_line=table.header_line,
        **{name: counts[name] for name in ("rows", "new", "known", "changed", "repeated", "refused")},
        findings=findings.listed(),
        unanswered=tuple(sorted(findings.unanswered.items())),
    )
