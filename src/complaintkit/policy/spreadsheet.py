"""Decision tables in a spreadsheet: one row for each rule, one column for each fact, as CSV.

    id,grams,urgent,then
    S-1,< 20,-,letter
    S-2,>= 20,true,courier
    S-9,-,-,parcel

``id`` is the first column, ``then`` what the rule gives, ``note`` (where there is one) for readers; every other column
is a fact, and its cells are those of :mod:`complaintkit.policy.cells`. Rows below each other with the same ``id`` are
alternatives of one rule. A last row with ``-`` in every condition is the default. Only tables with the hit policies
first and unique can be written so: there a row says all that it means.

Columns may be divided by commas, semicolons or tabs, as the first line has them.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final, NamedTuple

from complaintkit.errors import FileRefused, MalformedInput, PolicyRefused
from complaintkit.policy.cells import (
    ANY,
    NotUnderstood,
    read_condition_cell,
    read_text,
    written_condition,
    written_text,
)
from complaintkit.policy.document import Document, decoded, file_bytes
from complaintkit.policy.facts import FactSheet
from complaintkit.policy.section import Section
from complaintkit.policy.tables import DecisionTable, HitPolicy
from complaintkit.policy.toml_places import Path

#: How many cells, and values in their lists, the spreadsheets of one policy may have in all.
MAX_CELLS: Final = 2_000
#: And as how many cells a file counts at least.
LEAST_CELLS: Final = 50
#: The hit policies of tables that can stand in a spreadsheet.
HITS: Final = frozenset({HitPolicy.FIRST, HitPolicy.UNIQUE})
_ID, _THEN, _NOTE = "id", "then", "note"
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_. -]*\.csv")
_ONLY: Final = "only first and unique: there a row says all that it means"
_FIRST_LINE: Final = re.compile(r'"?id"?([,;\t])')


class _Row(NamedTuple):
    """One row: its line, and its cells by their headings."""

    line: int
    cells: dict[str, str]


def table_to_csv(table: DecisionTable[Any]) -> str:
    r"""A table as CSV, with commas; what is read from it is the same table.

    Raises ``MalformedInput`` for a table whose hit policy is neither first nor unique.

    >>> from complaintkit.policy.facts import level
    >>> from complaintkit.policy.tables import Rule
    >>> rules = (Rule("R-1", ({"harm": 0b1100},), "now"),)
    >>> table_to_csv(DecisionTable(FactSheet((level("harm", 3),)), rules, HitPolicy.FIRST, "later", "R-9"))
    'id,harm,then\r\nR-1,>= 2,now\r\nR-9,-,later\r\n'
    """
    if table.hit not in HITS:
        raise MalformedInput(
            f"a table with the hit policy {table.hit.value} cannot be written as CSV",
            hint=_ONLY,
        )
    read = {name for rule in table.rules for box in rule.boxes for name in box}
    facts = [fact for fact in table.sheet.facts if fact.name in read]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([_ID, *(fact.name for fact in facts), _THEN])
    for rule in table.rules:
        for box in rule.boxes:
            cells = [written_condition(box.get(fact.name), fact) for fact in facts]
            writer.writerow([written_text(rule.id), *cells, _outcome(rule.then)])
    if table.default is not None:
        writer.writerow([written_text(table.default_id), *(ANY for _ in facts), _outcome(table.default)])
    return text.getvalue()


def _outcome(value: object) -> str:
    return written_text(value) if isinstance(value, str) else str(value)


def table_from_csv(content: bytes | str, like: DecisionTable[Any], name: str = "(csv)") -> DecisionTable[Any]:
    r"""The table that a spreadsheet holds, with the facts, the hit policy and the outcomes of another.

    Raises ``PolicyRefused`` with every problem as file, line, number of the column and text.

    >>> from complaintkit.policy.facts import level
    >>> empty = DecisionTable(FactSheet((level("harm", 3),)), (), HitPolicy.FIRST, outcomes=("now", "later"))
    >>> found = table_from_csv("id,harm,then\nR-1,>= 2,now\nR-9,-,later\n", empty)
    >>> found.rules[0].boxes, found.default
    (({'harm': 12},), 'later')
    """
    from complaintkit.policy.table_reading import listed_outcome, read_rules

    if like.hit not in HITS:
        raise MalformedInput(f"a table with the hit policy {like.hit.value} cannot be read from CSV", hint=_ONLY)
    document = Document(name, {}, PolicyRefused)
    outcomes = like.outcomes
    raw = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    _spread(document.root, name, raw, like.sheet, outcomes, default=True)
    given = "default" in document.root
    table = read_rules(document.root, like.sheet, like.hit, listed_outcome(outcomes), outcomes, default=given, before=0)
    document.finish("this table is refused")
    return table


def take_in(section: Section, sheet: FactSheet, hit: HitPolicy, outcomes: tuple[Any, ...], *, default: bool) -> None:
    """Put the rows of the spreadsheet that a table, or an edition of one, names as its ``file`` in its place.

    The file stands beside the policy. ``default`` says whether a last row for any case may be the default.
    """
    name, twice = section.text("file"), "rule" in section
    section.exchange("file", "rule")
    folder = section.document.folder
    if folder is None or not _NAME.fullmatch(name) or (folder / name).resolve().parent != folder.resolve():
        section.problem("must name a file beside the policy, such as table.csv, and nothing elsewhere", "file")
    elif hit not in HITS:
        section.problem(f"a table with the hit policy {hit.value} cannot stand in a spreadsheet; {_ONLY}", "file")
    elif twice:
        section.problem("the rules stand either here or in the file", "file")
    elif section.document.cells > MAX_CELLS:
        section.problem("is not read: the files before it hold all that a policy may have", "file")
    elif not (folder / name).is_file():
        section.problem(f"there is no file {name!r} beside the policy", "file")
    else:
        content = file_bytes(folder / name, PolicyRefused)
        _spread(section, str(folder / name), content, sheet, outcomes, default=default)


def _spread(
    section: Section, name: str, content: bytes, sheet: FactSheet, outcomes: tuple[Any, ...], *, default: bool
) -> None:
    """Put what a spreadsheet says into a section, in the shape of TOML."""
    reading = _Reading(section, Document(name, {}, PolicyRefused, "CSV"), sheet, outcomes)
    section.put("rule", [], section.document.borrowed[*section.path, "file"])
    try:
        text = decoded(content, name, PolicyRefused)
    except FileRefused as error:
        for problem in error.problems:
            reading.problem(problem.line, 0, problem.text)
        return
    section.document.cells += max(LEAST_CELLS, sum(map(text.count, ",;\t\n")))
    if section.document.cells > MAX_CELLS:
        reading.problem(1, 0, f"goes beyond the {MAX_CELLS} cells that a policy may have in all; divide the policy")
    elif "\0" in text:
        reading.problem(text.count("\n", 0, text.index("\0")) + 1, 0, "holds a character that is no text")
    else:
        reading.spread(text, default=default)


class _Reading:
    """The reading of one spreadsheet; what is wrong with it is noted with the line and the number of the column."""

    def __init__(self, section: Section, written: Document, sheet: FactSheet, outcomes: tuple[Any, ...]) -> None:
        self._section, self._written = section, written
        self._facts = {name: sheet[name] for name in sheet.names()}
        self._numbers = type(outcomes[0]) is int
        self._columns: dict[str, int] = {}
        section.document.borrowed[*section.path, "file"] = (written, ())

    def problem(self, line: int, column: int | str, text: str) -> None:
        """Note a problem of a cell, given by the heading or the number of its column; 0 is the whole line."""
        number = self._columns.get(column, 0) if isinstance(column, str) else column
        self._written.spots[line, number] = (line, number)
        self._section.document.problem((*self._section.path, "file", line, number), text)

    def spread(self, text: str, *, default: bool) -> None:
        """Put the rules, and the default where there is one, into the section."""
        rows = [*self._rows(text)]
        if rows and default and self._is_any(rows[-1]):
            self._put_default(rows.pop())
        groups = [[*group] for _, group in groupby(rows, key=lambda row: row.cells[_ID])]
        rules = [self._rule(number, group) for number, group in enumerate(groups)]
        self._section.put("rule", rules, (self._written, ("rule",)))

    def _put_default(self, row: _Row) -> None:
        if "default" in self._section:
            self.problem(row.line, _ID, "the table has a default already; this row would never decide")
            return
        for key, value, column in (("default", self._then(row), _THEN), ("default_id", self._text(row, _ID), _ID)):
            self._section.put(key, value, (self._written, (key,)))
            self._written.spots[(key,)] = (row.line, self._columns[column])

    def _rows(self, text: str) -> Iterator[_Row]:
        first = _FIRST_LINE.match(text)
        if not first:
            self.problem(1, 1, "must begin with the headings: id, a column for each fact, then")
            return
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=first[1], strict=True)
        line = 1
        try:
            for row in reader:
                if line == 1:
                    self._head(row)
                elif any(cell.strip() for cell in row) and self._columns:
                    yield from self._row(line, row)
                line = reader.line_num + 1
        except csv.Error:
            self.problem(line, 0, "is no CSV: a quotation mark is not closed, or stands inside a cell")

    def _head(self, row: list[str]) -> None:
        before = self._section.document.found
        names = [name.strip() for name in row]
        while names and not names[-1]:
            names.pop()
        for number, name in enumerate(names, 1):
            if name in names[: number - 1]:
                self.problem(1, number, f"there are two columns {name!r}")
            elif name not in {_ID, _THEN, _NOTE, *self._facts}:
                near = self._section.near(name, [_ID, _THEN, _NOTE, *self._facts])
                self.problem(1, number, f"there is no fact {name[:40]!r}{near}")
        if _THEN not in names:
            self.problem(1, 0, "lacks the column then, which says what each rule gives")
        if self._section.document.found == before:
            self._columns = {name: number for number, name in enumerate(names, 1)}

    def _row(self, line: int, row: list[str]) -> Iterator[_Row]:
        many = len(self._columns)
        if len(row) < many or any(cell.strip() for cell in row[many:]):
            self.problem(line, len(row), f"has {len(row)} cells, and there are {many} columns")
        else:
            yield _Row(line, dict(zip(self._columns, row, strict=False)))

    def _is_any(self, row: _Row) -> bool:
        return all(row.cells[name].strip() == ANY for name in self._columns if name in self._facts)

    def _rule(self, number: int, rows: list[_Row]) -> dict[str, Any]:
        """One rule; its rows are alternatives that give the same."""
        head, path = rows[0], ("rule", number)
        self._written.spots[path] = (head.line, 0)
        for key in (_ID, _THEN):
            self._written.spots[*path, key] = (head.line, self._columns[key])
        rule = {_ID: self._text(head, _ID), _THEN: self._then(head), "when": self._when(rows, (*path, "when"))}
        for row in rows[1:]:
            if row.cells[_THEN] != head.cells[_THEN]:
                self.problem(row.line, _THEN, "the rows of one rule give the same; give the other rule another id")
        return rule

    def _when(self, rows: list[_Row], path: Path) -> dict[str, Any]:
        if len(rows) == 1:
            return {"all": self._conditions(rows[0], (*path, "all"))}
        return {"any": [{"all": self._conditions(row, (*path, "any", i, "all"))} for i, row in enumerate(rows)]}

    def _conditions(self, row: _Row, path: Path) -> list[dict[str, Any]]:
        """The comparisons of a row; one that is always true stands where there is none that can be read."""
        found: list[dict[str, Any]] = []
        for name in self._columns:
            for operator, value in self._cell(row, name) if name in self._facts else ():
                self._written.spots[*path, len(found)] = (row.line, self._columns[name])
                found.append({"fact": name, operator: value})
        if self._is_any(row):
            self.problem(row.line, _ID, "only the last row of a whole table may have - in every condition: the default")
        return found or [{"fact": name, "none_of": []} for name in [*self._facts][:1]]

    def _cell(self, row: _Row, name: str) -> list[tuple[str, object]]:
        try:
            return read_condition_cell(row.cells[name], self._facts[name])
        except NotUnderstood as error:
            self.problem(row.line, name, str(error))
            return []

    def _text(self, row: _Row, name: str) -> str:
        try:
            text = read_text(row.cells[name])
        except NotUnderstood as error:
            self.problem(row.line, name, str(error))
            return "?"
        if not text:
            self.problem(row.line, name, "must not be empty")
        return text or "?"

    def _then(self, row: _Row) -> str | int:
        text = self._text(row, _THEN)
        return int(text) if self._numbers and re.fullmatch(r"-?[0-9]{1,20}", text) else text
