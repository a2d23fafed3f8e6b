"""What is wrong with a table that can be read: rules that never decide, overlaps, gaps; each with a witness.

The questions are answered exactly, by taking boxes away from boxes. A table so contrived that this takes
more than :data:`MAX_PIECES` pieces is passed without an answer to that question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Final, TypeVar

from complaintkit.policy.conditions import Box, meet, witness
from complaintkit.policy.facts import FactSheet
from complaintkit.policy.section import Section
from complaintkit.policy.tables import DecisionTable, HitPolicy, Rule
from complaintkit.policy.verdict import value_in_words

V = TypeVar("V")

MAX_PIECES: Final = 2_000


def check_table(table: DecisionTable[V], section: Section, written: Sequence[Section]) -> None:
    """Note every structural problem of a table: ``written`` holds the section of each rule."""
    for number, rule in enumerate(table.rules):
        if not rule.boxes:
            written[number].problem(f"rule {rule.id} can never be true: its conditions exclude each other", "when")
        elif table.hit is HitPolicy.FIRST and _left(rule.boxes, table.rules[:number], table.sheet) == []:
            written[number].problem(f"rule {rule.id} can never decide: the rules before it take every case")
    if table.hit in {HitPolicy.UNIQUE, HitPolicy.ANY}:
        for number, text in _overlaps(table):
            written[number].problem(text)
    if not table.hit.collects and table.default is None and table.rules:
        _check_gap(table, section)


def _overlaps(table: DecisionTable[V]) -> Iterator[tuple[int, str]]:
    for (_, early), (number, late) in combinations(enumerate(table.rules), 2):
        if table.hit is HitPolicy.ANY and early.then == late.then:
            continue
        common = next((both for a in early.boxes for b in late.boxes if (both := meet(a, b)) is not None), None)
        if common is not None:
            shown = in_words(common, table.sheet)
            yield number, f"rule {late.id} matches together with {early.id}, for instance where {shown}"


def _check_gap(table: DecisionTable[V], section: Section) -> None:
    left = _left([{}], table.rules, table.sheet)
    if left:
        section.problem(f"no rule matches where {in_words(left[0], table.sheet)}; add a rule or a default")


def _left(boxes: Sequence[Box], rules: Iterable[Rule[V]], sheet: FactSheet) -> list[Box] | None:
    """What the rules leave of some boxes; ``None`` when that grows too large to say."""
    left = list(boxes)
    for taken in (box for rule in rules for box in rule.boxes):
        left = [piece for box in left for piece in _without(box, taken, sheet)]
        if len(left) > MAX_PIECES:
            return None
    return left


def _without(box: Box, taken: Box, sheet: FactSheet) -> Iterator[Box]:
    """The parts of a box that lie outside another, fact by fact, none of them overlapping."""
    if meet(box, taken) is None:
        yield box
        return
    inside = dict(box)
    for name, allowed in taken.items():
        here = inside.get(name, sheet[name].everything)
        if here & ~allowed:
            yield {**inside, name: here & ~allowed}
        inside[name] = here & allowed


def in_words(box: Box, sheet: FactSheet) -> str:
    """A witness as people read it.

    >>> from complaintkit.policy.facts import level
    >>> in_words({"harm": 0b1100}, FactSheet((level("harm", 3),)))
    'harm is 2'
    """
    facts = witness(box, sheet)
    return " and ".join(f"{name} is {value_in_words(value)}" for name, value in facts.items()) or "nothing is stated"
