"""What is wrong with a table that can be read: rules that never decide, overlaps, gaps; each with a witness.

The questions are answered exactly, by taking boxes away from boxes until something is left or nothing is. A table
so contrived that this takes more than :data:`MAX_STEPS` combinations is not refused for what nobody knows, but a
warning says that the question was left open.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from typing import Any, Final, Generic, TypeVar

from complaintkit.errors import PolicyWarning
from complaintkit.policy.conditions import Box, meet, witness
from complaintkit.policy.facts import Fact, FactSheet
from complaintkit.policy.section import MAX_PROBLEMS, Section
from complaintkit.policy.tables import DecisionTable, HitPolicy, Rule, asked, places
from complaintkit.policy.verdict import value_in_words

V = TypeVar("V")

#: How many combinations are looked at for all the tables of one document.
MAX_STEPS: Final = 10_000


class _Open(Exception):
    """A question would take more combinations than are looked at."""


def check_table(table: DecisionTable[V], section: Section, written: Sequence[Section]) -> None:
    """Note every structural problem of a table: ``written`` holds the section of each rule.

    Warns with ``PolicyWarning`` where a question had to be left open.
    """
    cover = _Cover(table, section)
    try:
        _check_rules(cover, written)
        _check_overlaps(cover, written)
        _check_gap(cover)
        _check_outcomes(cover)
    except _Open:
        file, line, path = section.document.place(section.path)
        table_name = ".".join(map(str, path))
        warnings.warn(
            f"{file}:{line}: {table_name}: whether every rule can decide and every case is decided takes more than "
            f"{MAX_STEPS} combinations and was not worked out; use fewer alternatives in a rule, or more tables",
            PolicyWarning,
            stacklevel=2,
        )


class _Taken:
    """Boxes that are to be taken away, one bit each; those that ask for one fact only are taken away all at once."""

    def __init__(self) -> None:
        self.bits = 0
        self.several = 0
        self.alone: Box = {}

    def add(self, place: int, box: Box) -> None:
        """One box more."""
        self.bits |= 1 << place
        if len(box) == 1:
            ((name, allowed),) = box.items()
            self.alone[name] = self.alone.get(name, 0) | allowed
        else:
            self.several |= 1 << place

    def from_box(self, box: Box, sheet: FactSheet) -> Box | None:
        """What those that ask for one fact leave of a box."""
        left = dict(box)
        for name, allowed in self.alone.items():
            left[name] = left.get(name, sheet[name].everything) & ~allowed
            if not left[name]:
                return None
        return left


class _Cover(Generic[V]):
    """The boxes of a table, one bit each, and what they leave of other boxes."""

    def __init__(self, table: DecisionTable[V], section: Section) -> None:
        self.table = table
        self.section = section
        self.owners = [number for number, rule in enumerate(table.rules) for _ in rule.boxes]
        self.boxes = [box for rule in table.rules for box in rule.boxes]
        self.everything = (1 << len(self.boxes)) - 1
        self.all = self.of(table.rules)
        self._asked = asked(self.boxes)
        self._met: dict[tuple[str, int], int] = {}

    def of(self, rules: Sequence[Rule[V]]) -> _Taken:
        """The boxes of some rules."""
        chosen, found = set(rules), _Taken()
        for place, number in enumerate(self.owners):
            if self.table.rules[number] in chosen:
                found.add(place, self.boxes[place])
        return found

    def touching(self, box: Box) -> int:
        """The boxes that have something in common with a box."""
        found = self.everything
        for name, allowed in box.items():
            found &= self._meeting(name, allowed) if name in self._asked else found
        return found

    def _meeting(self, name: str, allowed: int) -> int:
        """The boxes that do not exclude every one of some values of a fact; each question is worked out once."""
        if (name, allowed) not in self._met:
            alike = self._asked[name].items()
            self._met[name, allowed] = self.everything & ~sum(boxes for mask, boxes in alike if not mask & allowed)
        return self._met[name, allowed]

    def outside(self, boxes: Sequence[Box], taken: _Taken) -> Box | None:
        """Some part of some boxes that none of the ``taken`` ones covers; ``None`` where they leave nothing."""
        some = (taken.from_box(box, self.table.sheet) for box in reversed(boxes))
        waiting = [(box, taken.several) for box in some if box is not None]
        while waiting:
            self._count()
            box, among = waiting.pop()
            among &= self.touching(box)
            if not among:
                return box
            first = among & -among
            pieces = [*_without(box, self.boxes[first.bit_length() - 1], self.table.sheet)]
            waiting += ((piece, among ^ first) for piece in reversed(pieces))
        return None

    def _count(self) -> None:
        self.section.document.looked_at += 1
        if self.section.document.looked_at > MAX_STEPS:
            raise _Open


def _check_rules(cover: _Cover[V], written: Sequence[Section]) -> None:
    """Rules that are true of nothing, and rules of which earlier ones take every case."""
    early, place = _Taken(), 0
    for number, rule in enumerate(cover.table.rules):
        if not rule.boxes:
            written[number].problem(f"rule {rule.id} can never be true: its conditions exclude each other", "when")
        elif cover.table.hit is HitPolicy.FIRST and cover.outside(rule.boxes, early) is None:
            shown = _taken(cover, rule.boxes[0], early.bits)
            written[number].problem(f"rule {rule.id} can never decide: the rules before it take every case, {shown}")
        for box in rule.boxes:
            early.add(place, box)
            place += 1


def _taken(cover: _Cover[V], box: Box, by: int) -> str:
    """Which rule takes a case of a box, and where."""
    place = next(places(cover.touching(box) & by))
    shown = in_words(meet(box, cover.boxes[place]) or {}, cover.table.sheet)
    return f"for instance {cover.table.rules[cover.owners[place]].id} where {shown}"


def _check_overlaps(cover: _Cover[V], written: Sequence[Section]) -> None:
    """Rules of which only one may match, or which must agree, and that match together and do not."""
    rules = cover.table.rules
    if cover.table.hit not in {HitPolicy.UNIQUE, HitPolicy.ANY}:
        return
    for number, late in enumerate(rules):
        for early, common in _earlier(cover, number).items():
            if cover.section.document.found > MAX_PROBLEMS:
                return
            if cover.table.hit is HitPolicy.UNIQUE or rules[early].then != late.then:
                shown = in_words(common, cover.table.sheet)
                written[number].problem(
                    f"rule {late.id} matches together with {rules[early].id}, for instance where {shown}"
                )


def _earlier(cover: _Cover[V], number: int) -> dict[int, Box]:
    """The rules before a rule that match together with it, each with where."""
    found: dict[int, Box] = {}
    for box in cover.table.rules[number].boxes:
        for place in places(cover.touching(box)):
            early = cover.owners[place]
            if early >= number:
                break
            found.setdefault(early, meet(cover.boxes[place], box) or {})
    return found


def _check_gap(cover: _Cover[V]) -> None:
    table = cover.table
    if table.hit.collects or table.default is not None or not table.rules:
        return
    left = cover.outside([{}], cover.all)
    if left is not None:
        cover.section.problem(f"no rule matches where {in_words(left, table.sheet)}; add a rule or a default")


def _check_outcomes(cover: _Cover[V]) -> None:
    """Outcomes that some rule gives and that are never the answer, because others always outweigh them."""
    table = cover.table
    if table.hit.collects:
        return
    given = dict.fromkeys(rule.then for rule in table.rules if rule.boxes)
    for outcome in given:
        giving = [box for rule in table.rules if rule.then == outcome for box in rule.boxes]
        stronger = cover.of([rule for rule in table.rules if _outweighs(table, rule.then, outcome)])
        if stronger.bits and outcome != table.default and cover.outside(giving, stronger) is None:
            shown = _taken(cover, giving[0], stronger.bits)
            cover.section.problem(f"{value_in_words(outcome)} is never the answer: others outweigh it, {shown}")


def _outweighs(table: DecisionTable[V], one: V, other: V) -> bool:
    """Whether one outcome is answered where both are given."""
    return table.hit is HitPolicy.MOST_URGENT and table.outcomes.index(one) < table.outcomes.index(other)


def _without(box: Box, taken: Box, sheet: FactSheet) -> Iterator[Box]:
    """The parts of a box that lie outside another that it meets, fact by fact, none of them overlapping."""
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


def refuse_falling(rule: Rule[Any], sheet: FactSheet, section: Section) -> None:
    """Note every fact of which more would make a rule stop: more harm never means less (P-05, R-54)."""
    for name in sorted({name for box in rule.boxes for name in box if _falls(box, sheet[name])}):
        section.problem(f"more {name!r} would mean less urgency (P-05); compare it with at_least", "when")


def _falls(box: Box, fact: Fact) -> bool:
    """Whether a value that will do has a higher one that will not, where higher values mean more."""
    rising = fact.ordered or fact.values == (False, True)
    lowest = box[fact.name] & -box[fact.name]
    return rising and box[fact.name] != fact.everything & -lowest
