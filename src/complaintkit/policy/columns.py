"""A table over whole columns of facts: a million answers in one call, on numpy arrays.

What :class:`~complaintkit.policy.tables.DecisionTable` does for one case with the bits of a whole number is done
here for many with the bits of machine words: each row looks up, for a few facts at a time, the alternatives that
their values leave possible, and what is left after all of them are the rules that match. Only answers come out; who
wants to know why asks about one row with ``decide``. numpy is not needed by complaintkit; whoever hands in an array
has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from math import prod
from typing import Any, Final

from complaintkit.errors import MalformedInput, UnknownName
from complaintkit.policy.conditions import Box
from complaintkit.policy.facts import Fact, FactSheet
from complaintkit.policy.section import described, suggestion
from complaintkit.policy.tables import DecisionTable, HitPolicy, Rule, asked, columns

#: Alternatives to a word; the sign bit is left alone.
_BITS: Final = 63
#: So many values several facts may have together to be looked up at once: the list of them stays in the cache.
_JOINED: Final = 4096
#: Rows that are worked on at once, for the same reason.
_ROWS: Final = 32_768


def answers(table: DecisionTable[Any], columns: Mapping[str, Any]) -> Any:
    """What a table answers on each row of some arrays, all of one length, one for each fact that is handed in.

    Table and columns have passed :func:`check_columns`. Facts without a column have their declared defaults. Returns
    a numpy array of the outcomes. Raises ``MalformedInput`` for a value that its fact cannot have, with its row, and
    ``UnknownName`` for a column that is no fact.

    >>> import numpy as np
    >>> from complaintkit.policy.facts import level
    >>> rules = (Rule("R-1", ({"harm": 0b1000},), "high"), Rule("R-2", ({"harm": 0b1100},), "middle"))
    >>> table = DecisionTable(FactSheet((level("harm", 3),)), rules, HitPolicy.FIRST, "low")
    >>> answers(table, {"harm": np.array([0, 3, 2])}).tolist()
    ['low', 'high', 'middle']
    """
    rows = len(next(iter(columns.values())))
    return _compiled(table).answers(_read(table.sheet, columns), rows)


def check_columns(table: DecisionTable[Any], columns: Mapping[str, Sequence[object]]) -> None:
    """Refuse a table that answers with every rule that matches, and columns that make no rows: ``MalformedInput``."""
    if table.hit is HitPolicy.COLLECT:
        raise MalformedInput("a table that collects has no single value", hint="ask about one case with decide")
    if len({len(column) for column in columns.values()}) != 1:
        raise MalformedInput("the columns must be of one length", hint="hand in at least one column")


@lru_cache(maxsize=64)
def _compiled(table: DecisionTable[Any]) -> _Compiled:
    return _Compiled(table)


class _Compiled:
    """A table as arrays: its alternatives in the order in which they are preferred, 63 to a word."""

    def __init__(self, table: DecisionTable[Any]) -> None:
        np = import_module("numpy")
        owned = [(rule, box) for rule in _preferred(table) for box in rule.boxes]
        boxes = [box for _, box in owned]
        self._rules = [rule for rule, _ in owned]
        self._adds = table.hit is HitPolicy.SUM
        self._groups = list(_grouped(table.sheet, boxes))
        self._words = [
            [_possible(group, table.sheet, boxes[start : start + _BITS]) for group in self._groups]
            for start in range(0, len(boxes), _BITS)
        ]
        otherwise = 0 if table.hit.collects else table.default
        values = [otherwise, *(rule.then for rule in self._rules)]
        self._values = np.array(values)

    def answers(self, columns: Mapping[str, Any], rows: int) -> Any:
        """The answers on so many rows of the places of values."""
        np = import_module("numpy")
        answer = self._sums if self._adds else self._choices
        found = np.empty(rows, self._values.dtype)
        for start in range(0, rows, _ROWS):
            part = slice(start, min(start + _ROWS, rows))
            found[part] = answer([_joined(group, columns, part) for group in self._groups], part.stop - start)
        return found

    def _choices(self, keys: list[Any], rows: int) -> Any:
        """The value of the first alternative that is true of each row."""
        np = import_module("numpy")
        chosen = np.zeros(rows, np.int64)
        for number, word in enumerate(self._matching(keys, rows)):
            lowest = np.frexp((word & -word).astype(np.float64))[1]
            chosen = np.where((chosen == 0) & (lowest > 0), lowest + number * _BITS, chosen)
            if chosen.all():
                break
        return self._values[chosen]

    def _sums(self, keys: list[Any], rows: int) -> Any:
        """The sum over the rules that are true of each row; a rule with several alternatives counts once."""
        np = import_module("numpy")
        words = list(self._matching(keys, rows))
        total = np.zeros(rows, np.int64)
        for rule in dict.fromkeys(self._rules):
            places = [divmod(place, _BITS) for place, owner in enumerate(self._rules) if owner is rule]
            total += rule.then * np.logical_or.reduce([words[word] >> bit & 1 for word, bit in places])
        return total

    def _matching(self, keys: list[Any], rows: int) -> Iterator[Any]:
        """Word by word, the alternatives that are true of each row."""
        np = import_module("numpy")
        for tables in self._words:
            word = np.full(rows, -1, np.int64) if not tables else tables[0][keys[0]]
            for possible, key in zip(tables[1:], keys[1:], strict=True):
                word &= possible[key]
            yield word


def _preferred(table: DecisionTable[Any]) -> Sequence[Rule[Any]]:
    """The rules in the order in which one is chosen of those that match."""
    if table.hit is HitPolicy.MOST_URGENT:
        return sorted(table.rules, key=lambda rule: table.outcomes.index(rule.then))
    if table.hit is HitPolicy.MAX:
        return sorted(table.rules, key=lambda rule: -rule.then)
    return table.rules


def _grouped(sheet: FactSheet, boxes: Sequence[Box]) -> Iterator[tuple[Fact, ...]]:
    """The facts that the boxes read, in groups that have few values together."""
    group: tuple[Fact, ...] = ()
    read = asked(boxes)
    for fact in sheet.facts:
        if fact.name not in read:
            continue
        if prod(len(each.values) for each in (*group, fact)) > _JOINED and group:
            yield group
            group = ()
        group = (*group, fact)
    if group:
        yield group


def _possible(group: Sequence[Fact], sheet: FactSheet, boxes: Sequence[Box]) -> Any:
    """For every combination of the values of a group, the boxes that it leaves possible, one bit each."""
    np = import_module("numpy")
    word, kept = np.array([-1]), columns(sheet, boxes)
    for fact in group:
        word = (word[:, None] & np.array(kept.get(fact.name, [-1] * len(fact.values)))).ravel()
    return word


def _joined(group: Sequence[Fact], columns: Mapping[str, Any], part: slice) -> Any:
    """The number of each row's combination of values, in the order of :func:`_possible`."""
    np = import_module("numpy")
    key = np.zeros(part.stop - part.start, np.int64)
    for fact in group:
        key *= len(fact.values)
        if fact.name in columns:
            key += columns[fact.name][part]
        else:
            key += fact.position(fact.default) or 0
    return key


def _read(sheet: FactSheet, columns: Mapping[str, Any]) -> dict[str, Any]:
    """The place of each value among the values of its fact."""
    missing = [fact.name for fact in sheet.facts if fact.required and fact.name not in columns]
    if missing:
        raise MalformedInput(f"facts are missing that decide here: {', '.join(missing)}", hint="hand in their columns")
    read = {}
    for name, column in columns.items():
        if name in sheet.names():
            read[name] = _placed(sheet[name], column)
        elif name not in sheet.never_read:
            raise UnknownName(f"there is no fact {name!r}{suggestion(name, sheet.names())}")
    return read


def _placed(fact: Fact, column: Any) -> Any:
    """The place of each value of a column; a value that the fact cannot have is refused with its row."""
    np = import_module("numpy")
    if column.dtype.kind not in ("iu" if fact.ordered else "b" if fact.values == (False, True) else "OUT"):
        raise MalformedInput(f"the column {fact.name!r} must hold {fact.domain}, but is an array of {column.dtype}")
    if not fact.ordered:
        return _coded(fact, column)
    least, most = int(fact.values[0] or 0), fact.most if fact.points else int(fact.values[-1] or 0)
    wrong = (column < least) | (column > most)
    if wrong.any():
        _refuse(fact, column, int(np.argmax(wrong)))
    if fact.points:
        return np.searchsorted(np.array(fact.values), column, "right") - 1
    return column if least == 0 else column - least


def _coded(fact: Fact, column: Any) -> Any:
    """The places of truth values and codes; each code is looked for once, however many rows there are."""
    np = import_module("numpy")
    if column.dtype.kind == "b":
        return column
    places = np.full(len(column), -1, np.int64)
    for place, value in enumerate(fact.values):
        places[column == value] = place
    if len(places) and places.min() < 0:
        _refuse(fact, column, int(np.argmin(places)))
    return places


def _refuse(fact: Fact, column: Any, row: int) -> None:
    found = described(column[row].item() if hasattr(column[row], "item") else column[row])
    raise MalformedInput(f"row {row}: the fact {fact.name!r} must be {fact.domain}, but is {found}")
