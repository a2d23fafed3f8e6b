"""Decision tables: rules with conditions, a stated hit policy, and an index that makes the look-up cheap.

The index keeps, for each fact and each of its values, the set of alternatives (one bit each) that the value
does not rule out. A verdict is the intersection over the facts that the table reads; its cost hardly depends
on the number of rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar

from attrs import field, frozen

from complaintkit.policy.conditions import Box
from complaintkit.policy.facts import Fact, FactSheet, Value

#: What the rules of a table give: a member of an enumeration, a text, a number, a limit.
V = TypeVar("V")


class HitPolicy(StrEnum):
    """What a table answers when several rules match."""

    FIRST = "first"
    """The first rule that matches, in the order written."""
    UNIQUE = "unique"
    """At most one rule can match; checked at load."""
    ANY = "any"
    """Rules that match together agree; checked at load."""
    COLLECT = "collect"
    """Every rule that matches; the table has no single answer."""
    MOST_URGENT = "most_urgent"
    """Of the rules that match, the value that stands first among the outcomes of the table."""
    SUM = "collect_sum"
    """The sum of every rule that matches; 0 where none does."""
    MAX = "collect_max"
    """The largest of the rules that match; 0 where none does."""

    @property
    def collects(self) -> bool:
        """Whether every rule that matches has its part in the answer, so that no case is a gap."""
        return self in {HitPolicy.COLLECT, HitPolicy.SUM, HitPolicy.MAX}


@frozen(eq=False)
class Rule(Generic[V]):
    """One rule of a table: its id, the alternatives of its condition and the value it gives."""

    id: str
    boxes: tuple[Box, ...]
    then: V


class _Chunk(dict[int, tuple[Rule[V], ...]]):
    """Eight alternatives: the rules that a pattern of their bits stands for, worked out when first met."""

    def __init__(self, owners: Sequence[Rule[V]]) -> None:
        self._owners = owners

    def __missing__(self, pattern: int) -> tuple[Rule[V], ...]:
        rules = tuple(owner for bit, owner in enumerate(self._owners) if pattern >> bit & 1)
        self[pattern] = rules
        return rules


@frozen(eq=False)
class DecisionTable(Generic[V]):
    """Rules over the facts of a sheet, with one hit policy and, unless rules are collected, a default.

    ``default_id`` is the rule id of "otherwise" (P-10.12), ``outcomes`` what the rules may give, most urgent first.

    >>> from complaintkit.policy.facts import level
    >>> from complaintkit.vocabulary import Band
    >>> sheet = FactSheet((level("harm", 3),))
    >>> rules = (Rule("R-1", ({"harm": 0b1000},), Band.P1), Rule("R-2", ({"harm": 0b1100},), Band.P2))
    >>> table = DecisionTable(sheet, rules, HitPolicy.MOST_URGENT, Band.P4, outcomes=tuple(Band))
    >>> [rule.id for rule in table.matching({"harm": 3})], table.answer(table.matching({"harm": 3}))
    (['R-1', 'R-2'], <Band.P1: 'P1'>)
    """

    sheet: FactSheet
    rules: tuple[Rule[V], ...]
    hit: HitPolicy
    default: V | None = None
    default_id: str = ""
    outcomes: tuple[V, ...] = ()
    _everything: int = field(init=False, repr=False)
    _columns: tuple[tuple[str, dict[object, int]], ...] = field(init=False, repr=False)
    _owners: tuple[tuple[Rule[V], tuple[str, ...]], ...] = field(init=False, repr=False)
    _chunks: tuple[_Chunk[V], ...] = field(init=False, repr=False)
    _repeats: bool = field(init=False, repr=False)
    _urgency: dict[Rule[V], int] = field(init=False, repr=False)
    _choose: Callable[[Sequence[Rule[V]]], V | None] = field(init=False, repr=False)
    _otherwise: V | None = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        boxes = [box for rule in self.rules for box in rule.boxes]
        owners = [(rule, tuple(box)) for rule in self.rules for box in rule.boxes]
        rules = [rule for rule, _ in owners]
        found = ((name, self.sheet[name].keyed(column)) for name, column in columns(self.sheet, boxes).items())
        chunks = tuple(_Chunk(rules[start : start + 8]) for start in range(0, len(rules), 8))
        object.__setattr__(self, "_owners", tuple(owners))
        object.__setattr__(self, "_everything", (1 << len(boxes)) - 1)
        object.__setattr__(self, "_columns", tuple(found))
        object.__setattr__(self, "_chunks", chunks)
        object.__setattr__(self, "_repeats", any(len(rule.boxes) > 1 for rule in self.rules))
        ranked = self.rules if self.hit is HitPolicy.MOST_URGENT else ()
        object.__setattr__(self, "_urgency", {rule: self.outcomes.index(rule.then) for rule in ranked})
        object.__setattr__(self, "_choose", _CHOICES.get(self.hit, self._most_urgent))
        object.__setattr__(self, "_otherwise", _NOTHING.get(self.hit, self.default))

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of its rules, that of its default last."""
        return (*(rule.id for rule in self.rules), *filter(None, [self.default_id]))

    def matching(self, facts: Mapping[str, object]) -> tuple[Rule[V], ...]:
        """Every rule whose condition is true of complete facts (see ``FactSheet.complete``), in order."""
        mask = self._alternatives(facts)
        if not mask:
            return ()
        found: list[Rule[V]] = []
        for chunk, pattern in zip(self._chunks, mask.to_bytes(len(self._chunks), "little"), strict=True):
            if pattern:
                found += chunk[pattern]
        return tuple(dict.fromkeys(found) if self._repeats else found)

    def reads(self, facts: Mapping[str, object]) -> dict[Rule[V], dict[str, Value]]:
        """Every rule that matches, with the facts that made it match and their values as declared."""
        found: dict[Rule[V], dict[str, Value]] = {}
        declared: dict[str, Value] = {}
        mask = self._alternatives(facts)
        while mask:
            lowest = mask & -mask
            mask ^= lowest
            rule, names = self._owners[lowest.bit_length() - 1]
            read = found.setdefault(rule, {})
            for name in names:
                if name not in declared:
                    declared[name] = self.sheet[name].as_declared(facts[name])
                read[name] = declared[name]
        return found

    def _alternatives(self, facts: Mapping[str, object]) -> int:
        """The alternatives that are true of the facts, one bit each."""
        mask = self._everything
        for name, kept in self._columns:
            mask &= kept[facts[name]]
        return mask

    def answer(self, matching: Sequence[Rule[V]]) -> V | None:
        """The value that the hit policy makes of the rules that match; the default where none does."""
        return self._choose(matching) if matching else self._otherwise

    def _most_urgent(self, matching: Sequence[Rule[V]]) -> V:
        return min(matching, key=self._urgency.__getitem__).then


def _first(matching: Sequence[Rule[V]]) -> V:
    return matching[0].then


def _no_single_value(_matching: Sequence[Rule[V]]) -> None:
    return None


def _sum(matching: Sequence[Rule[Any]]) -> Any:
    return sum([rule.then for rule in matching])


def _most(matching: Sequence[Rule[Any]]) -> Any:
    return max([rule.then for rule in matching])


#: What each hit policy makes of several rules, and, where it does not take the default, of none.
_CHOICES: Final[Mapping[HitPolicy, Callable[[Sequence[Rule[Any]]], Any]]] = {
    HitPolicy.FIRST: _first,
    HitPolicy.UNIQUE: _first,
    HitPolicy.ANY: _first,
    HitPolicy.COLLECT: _no_single_value,
    HitPolicy.SUM: _sum,
    HitPolicy.MAX: _most,
}
_NOTHING: Final = {HitPolicy.COLLECT: None, HitPolicy.SUM: 0, HitPolicy.MAX: 0}


def columns(sheet: FactSheet, boxes: Sequence[Box]) -> dict[str, list[int]]:
    """For each fact that any box looks at, and each of its values, the boxes that the value leaves possible.

    >>> from complaintkit.policy.facts import level
    >>> columns(FactSheet((level("harm", 3),)), [{"harm": 0b1000}, {}])
    {'harm': [2, 2, 2, 3]}
    """
    alike, everything = asked(boxes), (1 << len(boxes)) - 1
    return {fact.name: _column(fact, alike[fact.name], everything) for fact in sheet.facts if fact.name in alike}


def asked(boxes: Sequence[Box]) -> dict[str, dict[int, int]]:
    """For each fact, and each set of its values that boxes ask for, which boxes do (one bit each).

    >>> asked([{"harm": 0b1000}, {"harm": 0b1000, "is_minor": 0b10}])
    {'harm': {8: 3}, 'is_minor': {2: 2}}
    """
    found: dict[str, dict[int, int]] = {}
    for number, box in enumerate(boxes):
        for name, allowed in box.items():
            alike = found.setdefault(name, {})
            alike[allowed] = alike.get(allowed, 0) | 1 << number
    return found


def _column(fact: Fact, alike: Mapping[int, int], everything: int) -> list[int]:
    """For each value of a fact: the boxes that do not ask for it, and those that ask for a set which has the value."""
    column = [everything & ~sum(alike.values())] * len(fact.values)
    for allowed, boxes in alike.items():
        for place in places(allowed):
            column[place] |= boxes
    return column


def places(allowed: int) -> Iterator[int]:
    """The positions of the bits of a set, from the lowest.

    >>> list(places(0b1010))
    [1, 3]
    """
    while allowed:
        lowest = allowed & -allowed
        yield lowest.bit_length() - 1
        allowed ^= lowest
