"""The closed condition language: ``all``, ``any``, ``not`` over comparisons of declared facts.

A condition is data, for instance (TOML) ::

    when.all = [
      { fact = "vulnerability", at_least = 3 },
      { any = [{ fact = "seriousness", at_least = 2 }, { fact = "health_safety", at_least = 1 }] },
    ]

It is compiled once into *boxes*: alternatives that each say, for some facts, which of their values will do.
Every fact has a small domain, so nothing is lost, nothing is evaluated as code, and the same boxes serve to
look a verdict up and to prove at load time that a rule can fire.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from complaintkit.policy.facts import FORBIDDEN, Fact, FactSheet, Value
from complaintkit.policy.section import Section, described

#: For some facts the set of values that will do, one bit for each position in the fact's domain.
Box = dict[str, int]

#: A condition that unfolds into more alternatives than this is refused.
MAX_BOXES: Final = 64
#: And one that takes more than these meetings of two alternatives in a step.
MAX_MEETINGS: Final = 1_024

#: The operators on levels, by what they keep of a domain when compared with a level.
_ON_LEVELS: Final = {
    "at_least": lambda known, value: known >= value,
    "more_than": lambda known, value: known > value,
    "at_most": lambda known, value: known <= value,
    "less_than": lambda known, value: known < value,
}
_ON_ANYTHING: Final = ("is", "is_not")
_ON_LISTS: Final = ("one_of", "none_of")
OPERATORS: Final = (*_ON_ANYTHING, *_ON_LEVELS, *_ON_LISTS)
#: The shape of what each operator compares with.
_COMPARED_WITH: Final = {
    **dict.fromkeys(_ON_ANYTHING, "value"),
    **dict.fromkeys(_ON_LEVELS, "integer"),
    **dict.fromkeys(_ON_LISTS, "values"),
}


def read_condition(section: Section, sheet: FactSheet) -> tuple[Box, ...]:
    """Compile the condition that a section holds; what is wrong with it is noted there.

    Returns its alternatives; no alternative at all means that it can never be true.

    >>> from complaintkit.policy.document import read_document
    >>> from complaintkit.policy.facts import flag, level
    >>> sheet = FactSheet((level("harm", 3), flag("is_minor")))
    >>> written = read_document({"any": [{"fact": "harm", "at_least": 2}, {"fact": "is_minor", "is": True}]})
    >>> read_condition(written.root, sheet)
    ({'harm': 12}, {'is_minor': 2})
    """
    return tuple(_read(section, sheet, positive=True))


def _read(section: Section, sheet: FactSheet, *, positive: bool) -> list[Box]:
    if section.known_as("condition"):
        return []
    if "fact" in section:
        return _comparison(section, sheet, positive=positive)
    forms = [key for key in ("all", "any", "not") if key in section]
    if len(forms) != 1:
        section.problem("a condition is one of: all = [...], any = [...], not = {...}, or a fact with an operator")
        return []
    if forms == ["not"]:
        return _read(section.table("not"), sheet, positive=not positive)
    parts = [_read(part, sheet, positive=positive) for part in section.tables(forms[0])]
    if not parts:
        section.problem("names no condition", forms[0])
    joined = _every(parts) if (forms == ["all"]) is positive else _either(parts)
    if len(joined) > MAX_BOXES:
        section.problem(f"unfolds into more than {MAX_BOXES} alternatives; make several rules of it", forms[0])
        return []
    return joined


def _every(parts: list[list[Box]]) -> list[Box]:
    """Every part must hold: one alternative of each, taken together."""
    joined: list[Box] = [{}]
    for part in parts:
        if len(joined) * len(part) > MAX_MEETINGS:
            return [{}] * (MAX_BOXES + 1)
        joined = _distinct(both for left in joined for right in part if (both := meet(left, right)) is not None)
        if len(joined) > MAX_BOXES:
            break
    return joined


def _either(parts: list[list[Box]]) -> list[Box]:
    return _distinct(box for part in parts for box in part)


def _distinct(boxes: Iterable[Box]) -> list[Box]:
    """The boxes without repetition, up to one more than is allowed."""
    found: dict[tuple[tuple[str, int], ...], Box] = {}
    for box in boxes:
        found.setdefault(tuple(sorted(box.items())), box)
        if len(found) > MAX_BOXES:
            break
    return list(found.values())


def meet(left: Box, right: Box) -> Box | None:
    """What lies in both boxes, or nothing.

    >>> meet({"harm": 0b1100}, {"harm": 0b0110, "is_minor": 0b10})
    {'harm': 4, 'is_minor': 2}
    """
    both = dict(left)
    for name, allowed in right.items():
        both[name] = both.get(name, allowed) & allowed
        if not both[name]:
            return None
    return both


def _comparison(section: Section, sheet: FactSheet, *, positive: bool) -> list[Box]:
    fact = _fact(section, sheet)
    named = [operator for operator in OPERATORS if operator in section]
    if len(named) != 1:
        section.problem(f"needs exactly one operator of {', '.join(OPERATORS)}")
        return []
    value = section.raw(named[0], of=_COMPARED_WITH[named[0]])
    kept = _kept(section, fact, named[0], value) if fact else 0
    if fact and not positive:
        kept = fact.everything & ~kept
    return [{fact.name: kept}] if fact and kept else []


def _fact(section: Section, sheet: FactSheet) -> Fact | None:
    name = section.text("fact")
    if name in sheet.names():
        fact = sheet[name]
        if fact.kind not in FORBIDDEN:
            return fact
    kind = sheet[name].kind if name in sheet.names() else sheet.never_read.get(name)
    if kind:
        section.problem(f"{name!r} is of the kind {kind.value}, which never decides anything (P-02)", "fact")
    elif name:
        section.problem(f"there is no fact {name!r}{section.near(name, sheet.names())}", "fact")
    return None


def _kept(section: Section, fact: Fact, operator: str, value: Any) -> int:
    """The values of a fact for which a comparison is true."""
    if operator in _ON_LISTS:
        listed = section.list(operator)
        found = sum({1 << place for item in listed if (place := _place(section, fact, operator, item)) is not None})
        return found if operator == "one_of" else fact.everything & ~found
    place = _place(section, fact, operator, value)
    if place is None:
        return fact.everything
    if operator in _ON_ANYTHING:
        return 1 << place if operator == "is" else fact.everything & ~(1 << place)
    if not fact.ordered:
        section.problem(f"{fact.name!r} has no levels to compare; use is, is_not, one_of or none_of", operator)
        return fact.everything
    return sum(1 << i for i, known in enumerate(fact.values) if _ON_LEVELS[operator](known, value))


def _place(section: Section, fact: Fact, operator: str, value: Any) -> int | None:
    place = fact.position(value)
    if place is None:
        near = section.near(value, fact.values)
        section.problem(f"{fact.name!r} is {fact.domain}, never {described(value)}{near}", operator)
    elif fact.points and value not in fact.points:
        points = ", ".join(map(str, fact.points))
        section.problem(f"{fact.name!r} is compared only with its points {points}, not with {value}", operator)
    return place


def witness(box: Box, sheet: FactSheet) -> dict[str, Value]:
    """The smallest facts that lie in a box, for messages."""
    return {name: sheet[name].values[(allowed & -allowed).bit_length() - 1] for name, allowed in sorted(box.items())}
