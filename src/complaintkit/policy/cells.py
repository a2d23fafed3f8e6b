"""The cells of a decision table in a spreadsheet: conditions and texts as people write them, and back.

A condition on a level or number is ``3``, ``not 3``, ``>= 3``, ``> 3``, ``<= 3``, ``< 3``, ``2 to 5``, ``one of 1; 3``,
``none of 1; 3``, or several of them joined by ``and``; on a truth value ``true`` or ``false``; on a code ``letter``,
``not letter``, ``one of letter; parcel``, ``none of letter; parcel``, where a code that is no plain word stands in
quotation marks. ``-`` is any.

What a spreadsheet would take for a formula never stands at the beginning of a cell: such texts get an apostrophe.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from complaintkit.policy.facts import Fact
from complaintkit.policy.tables import places

#: A comparison of the condition language: its operator and what it compares with.
Comparison = tuple[str, object]

ANY: Final = "-"
#: What spreadsheets take for the beginning of a formula, full-width signs included, or do not show.
_FORMULA: Final = re.compile(r"[=+\-@＝＋－＠\s]")
_ESCAPE: Final = "'"
_SIGNS: Final = {
    ">=": "at_least", "≥": "at_least", ">": "more_than", "<=": "at_most", "≤": "at_most", "<": "less_than",
    "!=": "is_not", "≠": "is_not", "not": "is_not", "one of": "one_of", "none of": "none_of",
}  # fmt: skip
_SIGNED: Final = re.compile(rf"({'|'.join(sorted(_SIGNS, key=len, reverse=True))})(?![A-Za-z])\s*(.*)", re.DOTALL)
_BETWEEN: Final = re.compile(r"(-?\d+)\s+to\s+(-?\d+)")
_AND: Final = re.compile(r"\s+and\s+")
_NUMBER: Final = re.compile(r"-?[0-9]{1,20}")
_ITEM: Final = re.compile(r'\s*(?:"((?:[^"]|"")*)"|([^;"]*?))\s*(?:;|\Z)')
_PLAIN: Final = re.compile(r"(?!(?:not|one of|none of|true|false)\b)[^\W\d_](?:[\w./-]| (?=\w))*")


class NotUnderstood(ValueError):
    """A cell says nothing that is understood; the text says what could stand there."""


def read_text(cell: str) -> str:
    """A text of a cell, without the apostrophe that kept it from being a formula.

    >>> read_text("'=1+1")
    '=1+1'
    """
    if cell.startswith(_ESCAPE):
        return cell[1:]
    if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell):
        raise NotUnderstood(f"{cell[:40]!r} could be taken for a formula; put an apostrophe before it")
    return cell


def written_text(text: str) -> str:
    """A text as it can stand in a cell.

    >>> written_text("=1+1"), written_text("plain")
    ("'=1+1", 'plain')
    """
    return _ESCAPE + text if _FORMULA.match(text) or text.startswith(_ESCAPE) else text


def read_condition_cell(cell: str, fact: Fact) -> list[Comparison]:
    """The comparisons of a cell, which must all hold; none at all for ``-``.

    Raises :class:`NotUnderstood`.

    >>> from complaintkit.policy.facts import level
    >>> read_condition_cell("2 to 5 and not 3", level("harm", 9))
    [('at_least', 2), ('at_most', 5), ('is_not', 3)]
    """
    cell = cell.strip()
    if cell == ANY:
        return []
    if not cell:
        raise NotUnderstood("is empty; write - for any")
    parts = _AND.split(cell) if fact.ordered else [cell]
    return [comparison for part in parts for comparison in _comparisons(part.strip(), fact)]


def _comparisons(part: str, fact: Fact) -> list[Comparison]:
    if fact.ordered and (between := _BETWEEN.fullmatch(part)):
        return [("at_least", _value(between[1], fact)), ("at_most", _value(between[2], fact))]
    signed = _SIGNED.fullmatch(part)
    operator, rest = (_SIGNS[signed[1]], signed[2]) if signed else ("is", part)
    items = _items(rest, fact)
    if operator in {"one_of", "none_of"}:
        return [(operator, items)]
    if len(items) != 1 or (operator not in {"is", "is_not"} and not fact.ordered):
        raise NotUnderstood(_help(part, fact))
    return [(operator, items[0])]


def _items(text: str, fact: Fact) -> list[object]:
    """The values of a list, divided by ``;``."""
    found, at = [], 0
    while at < len(text):
        item = _ITEM.match(text, at)
        if item is None or item.end() == at:
            raise NotUnderstood(_help(text, fact))
        found.append(item[1].replace('""', '"') if item[1] is not None else _value(item[2], fact))
        at = item.end()
    return found


def _value(text: str, fact: Fact) -> object:
    """One value, of the type of its fact; whether the fact can have it is asked where conditions are read."""
    if fact.ordered:
        if not _NUMBER.fullmatch(text):
            raise NotUnderstood(_help(text, fact))
        return int(text)
    if fact.values[-1] is True:
        if text.lower() not in {"true", "false"}:
            raise NotUnderstood(f"{text[:40]!r} is neither true nor false; write one of them, or - for any")
        return text.lower() == "true"
    return text


def _help(text: str, fact: Fact) -> str:
    shown = ">= 3, 2 to 5, not 3, one of 1; 3" if fact.ordered else "a, not a, one of a; b, none of a; b"
    return f"{text[:40]!r} is not understood; write for instance {shown}, or - for any"


def written_condition(allowed: int | None, fact: Fact) -> str:
    """The cell that keeps a set of the values of a fact (one bit each); ``None`` is any.

    >>> from complaintkit.policy.facts import level, code, FactKind
    >>> written_condition(0b1100, level("harm", 3)), written_condition(0b0110, level("harm", 3))
    ('>= 2', '1 to 2')
    >>> written_condition(0b110, code("way", ["sea", "air"], FactKind.MATTER))
    'one of sea; air'
    """
    if allowed is None:
        return ANY
    if allowed == fact.everything:
        return "none of"
    if fact.points:
        return _written_number(allowed, fact)
    kept = [fact.values[place] for place in places(allowed)]
    if None in kept:
        return _listed("not ", "none of ", [fact.values[place] for place in places(fact.everything & ~allowed)])
    whole = allowed >> (allowed & -allowed).bit_length() - 1
    if fact.ordered and len(kept) > 1 and not whole & (whole + 1):
        if kept[-1] == fact.values[-1]:
            return f">= {kept[0]}"
        return f"<= {kept[-1]}" if kept[0] == fact.values[0] else f"{kept[0]} to {kept[-1]}"
    return _listed("", "one of ", kept)


def _listed(one: str, many: str, values: Sequence[object]) -> str:
    return (one if len(values) == 1 else many) + "; ".join(map(_written_value, values))


def _written_value(value: object) -> str:
    if isinstance(value, str):
        return value if _PLAIN.fullmatch(value) else '"' + value.replace('"', '""') + '"'
    return str(value).lower()


def _written_number(allowed: int, fact: Fact) -> str:
    """A set of the cells of a number: some of its points, or a stretch between points without some of them."""
    cells = [*places(allowed)]
    points = {fact.keyed(range(len(fact.values)))[point]: point for point in fact.points}
    if all(cell in points for cell in cells):
        return _listed("", "one of ", [points[cell] for cell in cells])
    first, last = cells[0], cells[-1]
    parts = []
    if first > 0:
        parts.append(f">= {points[first]}" if first in points else f"> {points[first - 1]}")
    if last < len(fact.values) - 1:
        parts.append(f"<= {points[last]}" if last in points else f"< {points[last + 1]}")
    missing = [points[cell] for cell in range(first, last) if not allowed >> cell & 1]
    return " and ".join([*parts, *([_listed("not ", "none of ", missing)] if missing else [])])
