"""Reading what every policy is made of: declared facts, and decision tables over them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from typing import Final, TypeVar

from attrs import evolve

from complaintkit.policy.conditions import Box, meet, read_condition
from complaintkit.policy.facts import EDITION, FORBIDDEN, Fact, FactKind, FactSheet, choice, code, flag, level, number
from complaintkit.policy.section import Section, described
from complaintkit.policy.tables import DecisionTable, HitPolicy, Rule
from complaintkit.policy.triage import NEVER_READ
from complaintkit.policy.verdict import NUMBERS

E = TypeVar("E", bound=Enum)
V = TypeVar("V")

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789_"
#: How large a number can be, and with how many points one number is compared at most.
_MOST: Final = 10**12
_POINTS: Final = 50
#: Stands in for outcomes that cannot be read.
UNREAD: Final = ("",)
#: No fact of a file may have one of these names.
RESERVED: Final = frozenset({"band", EDITION, *NUMBERS})


class FactType(Enum):
    """The types of a declared fact."""

    LEVEL = "level"
    NUMBER = "number"
    FLAG = "flag"
    CODE = "code"
    CHOICE = "choice"


def read_sheet(root: Section, known: Sequence[Fact] = ()) -> FactSheet:
    """The ``known`` facts and those that the file declares itself, under ``facts``."""
    facts, never = list(known), dict(NEVER_READ)
    declared = root.table("facts", required=False)
    for name in declared:
        section = declared.table(name)
        taken = {*never, *(fact.name for fact in facts), *RESERVED}
        if name in taken or set(name) - set(_LETTERS):
            declared.problem("the name of an own fact must be new, of small Latin letters, digits and _", name)
        fact = read_fact(name, section)
        if fact.kind in FORBIDDEN:
            never[name] = fact.kind
        else:
            facts.append(fact)
    return FactSheet(tuple(facts), never)


def read_fact(name: str, section: Section) -> Fact:
    """One declared fact: its kind, its type, what it can be, and whether it must be handed in."""
    fact = _read_fact(name, section, section.choice("kind", FactKind))
    if not section.flag("required", False):
        return fact
    values = tuple(value for value in fact.values if value is not None)
    return evolve(fact, required=True, values=values, default=values[0]) if values else fact


def _read_fact(name: str, section: Section, kind: FactKind) -> Fact:
    match section.choice("type", FactType):
        case FactType.LEVEL:
            return level(name, section.integer("top", least=1, most=100), kind)
        case FactType.NUMBER:
            return _read_number(name, section, kind)
        case FactType.FLAG:
            return flag(name, kind)
        case FactType.CODE:
            return code(name, section.texts("codes"), kind)
        case FactType.CHOICE:
            return choice(name, section.texts("codes") or ("",), kind)


def _read_number(name: str, section: Section, kind: FactKind) -> Fact:
    least = section.integer("least", 0, least=-_MOST, most=_MOST)
    most = section.integer("most", _MOST, least=least, most=_MOST)
    listed = section.list("points", of="integer")
    points = [point for point in listed if type(point) is int and least <= point <= most]
    if len(points) != len(listed) or not 1 <= len(points) <= _POINTS:
        section.problem(f"must list 1 to {_POINTS} whole numbers from {least} to {most}", "points")
    return number(name, points or [least], kind, least=least, most=most)


def read_table(
    section: Section, sheet: FactSheet, outcomes: type[E], hit: HitPolicy, *, default: bool = False
) -> DecisionTable[E]:
    """A decision table whose hit policy is given by what it is for; the file says it too, for its readers."""
    refuse_other_hit(section, hit)
    return read_rules(section, sheet, hit, lambda at, key: at.choice(key, outcomes), tuple(outcomes), default=default)


def refuse_other_hit(section: Section, hit: HitPolicy) -> None:
    """Note where a table says another hit policy than the one that goes with what it is for."""
    if section.choice("hit", HitPolicy, hit) is not hit:
        section.problem(f"the hit policy of this table is {hit.value}", "hit")


def listed_outcome(outcomes: tuple[str | int, ...]) -> Callable[[Section, str], str | int]:
    """A reader of outcomes that are listed in the file itself: texts, or whole numbers."""

    def outcome(at: Section, key: str) -> str | int:
        given = at.raw(key, of="outcome")
        if given in outcomes and type(given) is type(outcomes[0]):
            return outcomes[outcomes.index(given)]
        if given is not None and outcomes != UNREAD:
            listed = ", ".join(map(str, outcomes))
            at.problem(f"{described(given)} is not one of {listed}{at.near(given, outcomes)}", key)
        return outcomes[0]

    return outcome


def read_rules(
    section: Section,
    sheet: FactSheet,
    hit: HitPolicy,
    outcome: Callable[[Section, str], V],
    outcomes: tuple[V, ...],
    *,
    default: bool,
    before: int | None = None,
) -> DecisionTable[V]:
    """The rules of a table and what holds where none matches; ``outcome`` reads what a rule gives from its key.

    Where ``sheet`` knows editions, rules may stand under one of them, and then hold in that one only.
    A table is checked if no problem was found in it, since what could not be read would only be reported once more;
    ``before`` is how many there were when its reading began.
    """
    held = [*_by_edition(section, sheet)]
    written = [rule for rule, _ in held]
    before = section.document.found if before is None else before
    rules = tuple(_read_rule(rule, sheet, outcome, within) for rule, within in held)
    otherwise = outcome(section, "default") if default else None
    default_id = section.text("default_id") if default else ""
    table = DecisionTable(sheet, rules, hit, otherwise, default_id, outcomes)
    _refuse_repeated(rules, written)
    if section.document.found == before and not section.document.proved:
        from complaintkit.policy.checks import check_table

        check_table(table, section, written)
    return table


def _by_edition(section: Section, sheet: FactSheet) -> Iterator[tuple[Section, Box]]:
    """The rules of each edition, with the box in which they hold; then those that hold in every edition."""
    editions = section.tables(EDITION, required=False) if EDITION in sheet.names() else ()
    for place, edition in enumerate(editions):
        yield from ((rule, {EDITION: 1 << place}) for rule in edition.tables("rule", required=False))
    yield from ((rule, {}) for rule in section.tables("rule", required=not editions))


def _read_rule(section: Section, sheet: FactSheet, outcome: Callable[[Section, str], V], within: Box) -> Rule[V]:
    section.text("note", "")
    held = (meet(within, box) for box in read_condition(section.table("when"), sheet))
    return Rule(section.text("id"), tuple(box for box in held if box is not None), outcome(section, "then"))


def _refuse_repeated(rules: Sequence[Rule[V]], written: Sequence[Section]) -> None:
    seen: set[str] = set()
    for rule, section in zip(rules, written, strict=True):
        if rule.id in seen:
            section.problem(f"there is another rule {rule.id!r} in this table", "id")
        seen.add(rule.id)
