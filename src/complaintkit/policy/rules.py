"""Decision tables of one's own: any question over declared facts, checked as strictly as a profile.

>>> tariff = load_policy({
...     "id": "tariff", "version": "1",
...     "facts": {"grams": {"type": "number", "kind": "matter", "points": [20], "required": True}},
...     "table": {"size": {"hit": "unique", "outcomes": ["letter", "parcel"], "rule": [
...         {"id": "T-1", "then": "letter", "when": {"fact": "grams", "less_than": 20}},
...         {"id": "T-2", "then": "parcel", "when": {"fact": "grams", "at_least": 20}}]}}})
>>> found = tariff.decide("size", {"grams": 500})
>>> found.value, found.rules, found.reads
('parcel', ('T-2',), {'grams': 500})
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from attrs import field, frozen

from complaintkit.errors import MalformedInput, PolicyRefused, UnknownName
from complaintkit.policy.cases import Case, of_tables, read_cases
from complaintkit.policy.columns import answers, check_columns
from complaintkit.policy.document import Document, read_document
from complaintkit.policy.editions import Dated, Governing, edition_fact, read_editions
from complaintkit.policy.facts import EDITION, FactSheet
from complaintkit.policy.identity import Identity, identify
from complaintkit.policy.section import Section, suggestion
from complaintkit.policy.spreadsheet import take_in
from complaintkit.policy.table_reading import UNREAD, listed_outcome, read_rules, read_sheet
from complaintkit.policy.tables import DecisionTable, HitPolicy, Rule
from complaintkit.policy.verdict import Line

#: What a rule of an own table gives.
Outcome = str | int
#: Part of the digest: the same text could come to mean more.
_FORM: Final = "complaintkit/policy@1"


class _Case(NamedTuple):
    """What was asked: enough to say later why the answer is what it is."""

    policy: Policy
    table: DecisionTable[Outcome]
    facts: dict[str, object]
    fired: tuple[Rule[Outcome], ...]


def _rules(case: _Case) -> tuple[str, ...]:
    """The ids of the rules that decided."""
    table = case.table
    otherwise = () if table.default is None else (table.default_id,)
    return tuple([rule.id for rule in case.fired]) or otherwise


@frozen
class Decision:
    """What a table answers: ``value``, or every value in ``values`` where it collects; the rules and what they read."""

    table: str
    value: Outcome | None
    _case: _Case = field(repr=False, eq=_rules)

    @property
    def policy(self) -> str:
        """The label of the policy that decided."""
        return self._case.policy.label

    @property
    def values(self) -> tuple[Outcome, ...]:
        """What the rules that decided give, none of it twice."""
        return tuple(dict.fromkeys([line.contribution for line in self.explanation]))

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules that decided."""
        return _rules(self._case)

    @property
    def explanation(self) -> tuple[Line, ...]:
        """A line for each rule that had a part in the answer: what it read and what it gave."""
        return _lines(self._case.table, self._case.facts)

    @property
    def reads(self) -> dict[str, int | bool | str | None]:
        """The facts that made a difference, with the values they had."""
        return {name: value for line in self.explanation for name, value in line.inputs.items()}

    def to_dict(self) -> dict[str, object]:
        """The decision as plain data, its explanation included."""
        told = [line.to_dict() for line in self.explanation]
        return {
            "table": self.table,
            "value": self.value,
            "values": list(self.values),
            "policy": self.policy,
            "explanation": told,
        }


@frozen(kw_only=True, eq=False)
class Policy:
    """Tables over the same facts: made by :func:`load_policy`, never changed."""

    identity: Identity
    tables: Mapping[str, DecisionTable[Outcome]] = field(repr=False)
    sheet: FactSheet = field(repr=False)
    tests: tuple[Case, ...] = field(repr=False)
    #: The tables that have editions, and the date that chooses one of them.
    dated: Mapping[str, Dated] = field(repr=False, factory=dict)

    @property
    def label(self) -> str:
        """``id@version#digest``."""
        return self.identity.label

    def decide_many(self, table: str, columns: Mapping[str, Any]) -> Any:
        """Only the values of :meth:`decide`, on each row of some columns of facts, all of one length.

        Numpy arrays give an array, without a loop over the rows; any other sequences give a list. Raises as
        :meth:`decide` does, and ``MalformedInput`` for a table that collects.

        >>> sizes = load_policy({
        ...     "id": "tariff", "version": "1", "facts": {"heavy": {"type": "flag", "kind": "matter"}},
        ...     "table": {"size": {"hit": "unique", "outcomes": ["letter", "parcel"], "rule": [
        ...         {"id": "T-1", "then": "parcel", "when": {"fact": "heavy", "is": True}},
        ...         {"id": "T-2", "then": "letter", "when": {"fact": "heavy", "is": False}}]}}})
        >>> sizes.decide_many("size", {"heavy": [True, False]})
        ['parcel', 'letter']
        """
        chosen = self._table(table)
        check_columns(chosen, columns)
        if all(hasattr(column, "dtype") for column in columns.values()):
            return answers(chosen, self._undated(table, columns))
        rows = zip(*columns.values(), strict=True)
        return [self.decide(table, dict(zip(columns, row, strict=True))).value for row in rows]

    def decide(self, table: str, facts: Mapping[str, object]) -> Decision:
        """What a table answers on some facts, the date that chooses its edition among them.

        Raises ``UnknownName`` for a table or fact that is not declared, ``MalformedInput`` for a wrong value and
        ``NotInForce`` for a date before the first edition or after the last.
        """
        chosen = self._table(table)
        full = self._complete(table, facts)
        fired = chosen.matching(full)
        if chosen.hit is HitPolicy.FIRST:
            fired = fired[:1]
        return Decision(table, chosen.answer(fired), _Case(self, chosen, full, fired))

    def _table(self, name: str) -> DecisionTable[Outcome]:
        try:
            return self.tables[name]
        except KeyError:
            raise UnknownName(f"there is no table {name!r}{suggestion(name, self.tables)}") from None

    def _complete(self, table: str, facts: Mapping[str, object]) -> dict[str, object]:
        """All that the table may read: the dates of other tables are no facts of this one."""
        if not self.dated:
            return self.sheet.complete(facts)
        full = self.sheet.complete(self._without_dates(facts))
        if table in self.dated:
            full[EDITION] = self.dated[table].chosen(table, facts)
        return full

    def _undated(self, table: str, columns: Mapping[str, Any]) -> Mapping[str, Any]:
        """The columns of a table, that of its edition in the place of that of its date."""
        kept = self._without_dates(columns)
        if table in self.dated:
            kept = {**kept, EDITION: self.dated[table].column(table, columns)}
        return kept

    def _without_dates(self, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        dates = {dated.by for dated in self.dated.values()}
        return {name: value for name, value in facts.items() if name not in dates} if dates else facts


def _lines(table: DecisionTable[Outcome], full: dict[str, object]) -> tuple[Line, ...]:
    """A line for each rule that has a part in the answer, or one for the default."""
    fired = tuple([Line(rule.id, read, rule.then, "table.rule") for rule, read in table.reads(full).items()])
    if not fired and table.default is not None:
        return (Line(table.default_id, {}, table.default, "table.default"),)
    return fired[:1] if table.hit is HitPolicy.FIRST else fired


def recompute_decision(
    explanation: Iterable[Line], hit: HitPolicy, outcomes: tuple[Outcome, ...]
) -> tuple[Outcome | None, tuple[Outcome, ...]]:
    """The value, and all values, that an explanation adds up to under a hit policy (P-01).

    ``outcomes`` are those of the table, most urgent first. Raises ``MalformedInput`` where rules that must agree
    do not.
    """
    values = tuple(dict.fromkeys(line.contribution for line in explanation))
    every: list[Any] = [line.contribution for line in explanation]
    match hit:
        case HitPolicy.SUM:
            return sum(every), values
        case HitPolicy.MAX:
            return max(every, default=0), values
        case HitPolicy.COLLECT:
            return None, values
        case HitPolicy.MOST_URGENT:
            return min(values, key=outcomes.index, default=None), values
        case HitPolicy.UNIQUE | HitPolicy.ANY if len(values) > 1:
            raise MalformedInput("rules that must agree do not", hint="hand in the explanation of one decision")
    return next(iter(values), None), values


def load_policy(source: str | Path | Mapping[str, object]) -> Policy:
    """The tables that ``source`` holds: the path of a TOML file, or a mapping of the same shape.

    Raises ``PolicyRefused`` with every problem as file, line, path and text.
    """
    return read_policy(read_document(source, refuse=PolicyRefused))


def read_policy(document: Document) -> Policy:
    """The tables that a document describes, or ``PolicyRefused`` with everything that is wrong with it."""
    root = document.root
    root.text("note", "")
    sheet = read_sheet(root)
    written = root.table("table")
    dated = {name: found for name in written if (found := _dated(written.table(name)))}
    for by in sorted({each.by for each in dated.values() if each.by in {*sheet.names(), *sheet.never_read}}):
        root.problem(f"the date {by.value!r} chooses an edition here, so no fact can have that name", "facts")
    tables = {name: _table(written.table(name), sheet, dated.get(name)) for name in written}
    identity = identify(root, _FORM, document.data)  # spreadsheets included
    tests = read_cases(root, of_tables(tables, sheet, dated))
    document.finish("this policy is refused")
    return Policy(identity=identity, tables=tables, sheet=sheet, tests=tests, dated=dated)


def _dated(section: Section) -> Dated | None:
    """The editions of a table that has any."""
    editions = read_editions(section)
    return Dated(section.choice("edition_by", Governing), editions) if editions else None


def _table(section: Section, sheet: FactSheet, dated: Dated | None) -> DecisionTable[Outcome]:
    section.text("note", "")
    if dated:
        sheet = FactSheet((*sheet.facts, edition_fact(dated.editions)), sheet.never_read)
    hit = section.choice("hit", HitPolicy)
    outcomes, before = _outcomes(section, hit), section.document.found
    for part in (section, *(section.tables(EDITION) if dated else ())):
        if "file" in part:
            take_in(part, sheet, hit, outcomes, default=part is section)
    return read_rules(
        section, sheet, hit, listed_outcome(outcomes), outcomes, default="default" in section, before=before
    )


def _outcomes(section: Section, hit: HitPolicy) -> tuple[Outcome, ...]:
    """What the rules may give: all texts or all whole numbers, none twice."""
    listed = section.list("outcomes", of="outcome")
    kinds = {type(item) for item in listed}
    if kinds not in ({str}, {int}) or len(set(listed)) < len(listed):
        section.problem("must list texts, or whole numbers, none of them twice", "outcomes")
        return UNREAD
    if hit in {HitPolicy.SUM, HitPolicy.MAX} and kinds != {int}:
        section.problem(f"{hit.value} takes whole numbers", "outcomes")
    return tuple(listed)
