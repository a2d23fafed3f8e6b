"""From a row to the record that it tells of: a mapping profile, bound to the header of one table.

What is odd but can be kept is noted; what cannot be kept refuses the row, with its column.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, Generic, TypeVar

from complaintkit.errors import ImportRefused, MalformedInput, Problem
from complaintkit.exchange.mapping import REQUIRED, MappingProfile, YesOrNo
from complaintkit.exchange.report import Findings
from complaintkit.exchange.tables import Table
from complaintkit.policy.section import suggestion
from complaintkit.receive.history import ImportRecord
from complaintkit.timekeeping.civil import reader
from complaintkit.values import Personal
from complaintkit.vocabulary import Handling

T = TypeVar("T")
#: The cells of a column repeat; what they mean is remembered for at most so many of them.
_REMEMBERED: Final = 20_000
_LONGEST_ID: Final = 300


class Unreadable(Exception):
    """A row cannot be taken in: a code and the column (our name of it), never the cell itself."""

    def __init__(self, code: str, column: str) -> None:
        super().__init__(f"{column}: {code}")
        self.code = code
        self.column = column


class Meaning(dict[str, T], Generic[T]):
    """What cells mean, worked out once for each different cell."""

    def __init__(self, read: Callable[[str], T]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cell: str) -> T:
        if len(self) >= _REMEMBERED:
            self.clear()
        value = self[cell] = self._read(cell)
        return value


class Coded(Generic[T]):
    """A column of words that mean something: a cell gives its meaning, or None where it is not answered."""

    def __init__(self, name: str, at: int, read: Callable[[str], tuple[T | None, bool]], findings: Findings) -> None:
        self.name = name
        self._at = at
        self._meaning = Meaning(read)
        self._findings = findings

    def of(self, line: int, cells: Sequence[str]) -> T | None:
        """The meaning of a row's cell; an unknown word is noted."""
        cell = cells[self._at]
        value, known = self._meaning[cell]
        if not known:
            self._findings.note("unknown-value", self.name, cell, line)
        elif value is None:
            self._findings.unanswered[self.name] += 1
        return value


class Binding:
    """A mapping profile on one table: reads its rows.

    Raises ``ImportRefused`` where a column that must be there is missing, or where two headings of the table
    mean the same column.
    """

    def __init__(self, profile: MappingProfile, table: Table, findings: Findings) -> None:
        self.profile = profile
        self._findings = findings
        self._at = _places(profile, table, findings)
        self._blank = frozenset({"", *map(_plain, profile.not_answered)})
        self._record, self._received = self._at["record"], self._at["received"]
        self._narrative, self._closed_at = self._at.get("narrative"), self._at.get(profile.closed_at)
        self._dates = Meaning(self._date_reader())
        self._milestones = [(name, self._at[name]) for name in profile.milestones if name in self._at]
        self._attributes = [self._attribute(name) for name in sorted(profile.attributes) if name in self._at]
        self._channel = self._words(profile.channel.column, profile.channel.words)
        self._timely, self._closed = self._yes_or_no(profile.timely), self._yes_or_no(profile.closed)

    def cells(self, cells: Sequence[str]) -> dict[str, str]:
        """The cells of a row under our names of their columns."""
        return {name: cells[at] for name, at in self._at.items()}

    def read(self, line: int, cells: Sequence[str]) -> ImportRecord:
        """The record that a row tells of.

        Raises :class:`Unreadable`, or ``MalformedInput`` for a text that the library refuses.
        """
        received, closed_at = self._date("received", self._received, cells), None
        if received is None:
            raise Unreadable("no-date", "received")
        if self._closed_at is not None:
            closed_at = self._date(self.profile.closed_at, self._closed_at, cells)
        channel = self._channel.of(line, cells) if self._channel else None
        record = ImportRecord(
            record=self._id(cells[self._record]),
            received_at=received,
            channel=channel or self.profile.channel.otherwise,
            language=self.profile.language,
            kind=self.profile.kind,
            narrative=self._text(cells),
            attributes=[pair for column in self._attributes if (pair := column.of(line, cells))],
            milestones=self._dated(cells),
            state=self._state(line, cells, closed_at),
            closed_at=closed_at,
            timely=self._timely.of(line, cells) if self._timely else None,
        )
        self._note_negative(line, record)
        return record

    def _id(self, cell: str) -> str:
        record = cell.strip()
        if not record or len(record) > _LONGEST_ID or not record.isprintable():
            raise Unreadable("no-id" if not record else "id-not-a-short-code", "record")
        return record

    def _text(self, cells: Sequence[str]) -> Personal | None:
        """The narrative as it was written, with its spaces and ends of lines."""
        if self._narrative is None:
            return None
        text = cells[self._narrative]
        if len(text) < _LONGEST_ID and _plain(text) in self._blank:
            self._findings.unanswered["narrative"] += 1
            return None
        return Personal(text)

    def _dated(self, cells: Sequence[str]) -> tuple[tuple[str, datetime], ...]:
        dates = [(name, self._date(name, at, cells)) for name, at in self._milestones]
        return tuple((name, date) for name, date in dates if date is not None)

    def _state(self, line: int, cells: Sequence[str], closed_at: datetime | None) -> Handling:
        closed = self._closed.of(line, cells) if self._closed else closed_at is not None
        return Handling.CLOSED if closed else Handling.RECEIVED

    def _note_negative(self, line: int, record: ImportRecord) -> None:
        """Name the dates that lie before the receipt; they are kept as they are."""
        for name, at in record.milestones:
            if at < record.received_at:
                self._findings.note("negative-interval", name, "", line)
        if record.closed_at is not None and record.closed_at < record.received_at:
            self._findings.note("negative-interval", self.profile.closed_at, "", line)

    def _date(self, name: str, at: int, cells: Sequence[str]) -> datetime | None:
        try:
            date = self._dates[cells[at]]
        except MalformedInput:
            raise Unreadable("not-a-date", name) from None
        if date is None:
            self._findings.unanswered[name] += 1
        return date

    def _date_reader(self) -> Callable[[str], datetime | None]:
        """A reader of dates in any of the profile's forms; None for a cell that is not answered."""
        readers = [reader(form, self.profile.zone) for form in self.profile.dates]

        def read(cell: str) -> datetime | None:
            text = cell.strip()
            if _plain(text) in self._blank:
                return None
            for attempt in readers[:-1]:
                try:
                    return attempt(text)
                except MalformedInput:
                    continue
            return readers[-1](text)

        return read

    def _attribute(self, name: str) -> Coded[tuple[str, str]]:
        """A column of codes; a word that the profile's table does not know is kept as it is."""
        codes = {_plain(word): code for word, code in self.profile.values.get(name, {}).items()}

        def read(cell: str) -> tuple[tuple[str, str] | None, bool]:
            word = _plain(cell)
            if word in self._blank:
                return None, True
            return (name, codes.get(word, cell)), not codes or word in codes

        return Coded(name, self._at[name], read, self._findings)

    def _words(self, name: str, words: Mapping[str, T]) -> Coded[T] | None:
        """A column of known words; None where the table does not have it."""
        known = {_plain(word): meaning for word, meaning in words.items()}

        def read(cell: str) -> tuple[T | None, bool]:
            word = _plain(cell)
            return known.get(word), word in known or word in self._blank

        return Coded(name, self._at[name], read, self._findings) if name in self._at else None

    def _yes_or_no(self, column: YesOrNo | None) -> Coded[bool] | None:
        return self._words(column.column, column.words) if column else None


def _plain(word: str) -> str:
    """A word without what does not count: case, and spaces around it."""
    return word.strip().casefold()


def _places(profile: MappingProfile, table: Table, findings: Findings) -> dict[str, int]:
    """Where each of the profile's columns stands in the table."""
    at: dict[str, int] = {}
    problems = []
    for number, heading in enumerate(table.header):
        name = profile.column_of(heading)
        if name is None:
            findings.note("ignored-column", "", heading.strip())
        elif at.setdefault(name, number) != number:
            text = f"means {name!r}, and so does column {at[name] + 1}"
            problems.append(Problem(table.name, table.header_line, heading.strip(), text, number + 1))
    problems += [_missing(profile, table, name) for name in REQUIRED if name not in at]
    if problems:
        raise ImportRefused("this file cannot be taken in", problems, hint="nothing of it was")
    for name in (name for name in profile.columns if name not in at):
        findings.note("absent-column", name)
    return at


def _missing(profile: MappingProfile, table: Table, name: str) -> Problem:
    headings = profile.columns[name]
    near = suggestion(headings[0], [heading.strip() for heading in table.header])
    text = f"this column is missing: one with the heading {' or '.join(map(repr, headings))} must be there{near}"
    return Problem(table.name, table.header_line, name, text)
