"""The facts a policy may read: declared, typed, and of a kind that says what they may influence.

A fact has a small closed domain (levels, true and false, or codes), so that a table over facts can be
checked completely when it is loaded and looked up when it is used. What a fact *is* decides where it may be
read (DESIGN section 6, P-02, P-07): the kinds in :data:`FORBIDDEN` are known by name, so that a host may hand
in its whole record, but no rule can read them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum, StrEnum
from operator import contains
from typing import Final, TypeVar

from attrs import field, frozen

from complaintkit.errors import MalformedInput, UnknownName
from complaintkit.policy.section import described, suggestion

#: What a fact may be worth: a level, a truth value, a code, or nothing where that is its declared default.
Value = int | bool | str | None

T = TypeVar("T")

#: The fact that says which edition of a policy is in force (see :mod:`complaintkit.policy.editions`).
EDITION: Final = "edition"


class FactKind(StrEnum):
    """What a fact is; decides which tables may read it."""

    ASSESSED = "assessed"
    """A level of triage with an observable anchor (P-03)."""
    EFFORT = "effort"
    """How much work it is: changes the track, never the urgency (P-07)."""
    PUBLICITY = "publicity"
    """Reach of the matter: at most one band (P-07, P-11)."""
    NEED = "need"
    """A need of the person that was coded with evidence (P-14)."""
    MATTER = "matter"
    """What is alleged, or what it would take to put right."""
    PROCESS = "process"
    """What we decided or did before: the previous band, the band just found."""
    OUR_FAILURE = "our_failure"
    """What our own failure forced on the person (R-54)."""
    CHANNEL = "channel"
    CUSTOMER_VALUE = "customer_value"
    TONE = "tone"
    CONTACT_COUNT = "contact_count"
    SENDER_REACH = "sender_reach"
    REPRESENTATION = "representation"
    HANDLER = "handler"
    DEMOGRAPHIC = "demographic"


#: Never inputs of priority, deadline or remedy (P-02, INV-13, INV-19).
FORBIDDEN: Final = frozenset(
    {
        FactKind.CHANNEL,
        FactKind.CUSTOMER_VALUE,
        FactKind.TONE,
        FactKind.CONTACT_COUNT,
        FactKind.SENDER_REACH,
        FactKind.REPRESENTATION,
        FactKind.HANDLER,
        FactKind.DEMOGRAPHIC,
    }
)


@frozen(kw_only=True)
class Fact:
    """One declared fact: its name, kind and every value it can have, in order.

    ``default`` holds when the fact is not handed in; it is the only value that is ever assumed. ``ordered``
    facts are levels: their values are compared by size. ``id`` is the domain's id, for explanations.
    """

    name: str
    kind: FactKind
    values: tuple[Value, ...]
    default: Value
    ordered: bool = False
    id: str = ""
    #: Whether it must be handed in: nothing is assumed about it then.
    required: bool = False
    #: For a number: the points it may be compared with. ``values`` then has one value for each cell between them.
    points: tuple[int, ...] = ()
    #: For a number: the highest it can be.
    most: int = 0
    _places: dict[object, int] = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        places = {known: place for place, known in reversed([*enumerate(self.values)])}
        object.__setattr__(self, "_places", places)

    @property
    def everything(self) -> int:
        """The set of all its values, one bit for each position in ``values``."""
        return (1 << len(self.values)) - 1

    def position(self, value: object) -> int | None:
        """The place of a value in ``values``; ``None`` for what is no value of this fact, ``True`` for 1 included.

        >>> level("seriousness", 4).position(3), level("seriousness", 4).position(True)
        (3, None)
        """
        if self.points:
            return self.keyed(range(len(self.values)))[value] if type(value) is int and self.holds(value) else None
        try:
            place = self._places.get(value)
        except TypeError:  # a list or table is no member of anything
            return None
        return place if place is not None and _alike(self.values[place], value) else None

    def holds(self, number: int) -> bool:
        """Whether a number lies within its bounds."""
        return int(self.values[0] or 0) <= number <= self.most

    def keyed(self, items: Sequence[T]) -> dict[object, T]:
        """One item for each of its values, to be looked up by whatever value the fact can have."""
        return _Cells(self.values, items) if self.points else dict(zip(self.values, items, strict=True))

    def as_declared(self, value: object) -> Value:
        """A value that is known to be right, in the type that was declared: codes as texts, numbers as they are."""
        return int(str(value)) if self.points else self.values[self.position(value) or 0]

    @property
    def domain(self) -> str:
        """Its values in words, for messages.

        >>> level("seriousness", 4).domain, flag("is_minor").domain
        ('a whole number from 0 to 4', 'true or false')
        """
        if self.ordered:
            return f"a whole number from {self.values[0]} to {self.most if self.points else self.values[-1]}"
        if self.values == (False, True):
            return "true or false"
        return "one of " + ", ".join(str(value) for value in self.values if value is not None)


class _Cells(dict[object, T]):
    """Items for the cells of a number: any number is looked up in the cell where it lies."""

    def __init__(self, lowest: Sequence[Value], items: Sequence[T]) -> None:
        self._lowest = [int(value or 0) for value in lowest]
        self._items = items

    def __missing__(self, number: object) -> T:
        return self._items[bisect_right(self._lowest, int(str(number))) - 1]


@frozen(eq=False)
class _Numbers:
    """The domain of a number, asked only whether something lies in it."""

    fact: Fact

    def __contains__(self, value: object) -> bool:
        return type(value) is int and self.fact.holds(value)


def _alike(known: Value, value: object) -> bool:
    """Numbers and truth values are never taken for each other; a code may be a text or its enumeration."""
    return type(known) is type(value) or (isinstance(known, str) and isinstance(value, str))


def level(name: str, top: int, kind: FactKind = FactKind.ASSESSED, fact_id: str = "") -> Fact:
    """A fact with levels from 0 to ``top``; 0 unless handed in."""
    return Fact(name=name, kind=kind, values=tuple(range(top + 1)), default=0, ordered=True, id=fact_id)


def number(
    name: str, points: Iterable[int], kind: FactKind = FactKind.MATTER, *, least: int = 0, most: int = 10**12
) -> Fact:
    """A whole number from ``least`` to ``most``, compared only with ``points``; ``least`` unless handed in.

    Between the points all numbers are alike, so that a table over it is checked as completely as any other.

    >>> distance = number("kilometres", [1500, 3500], most=20_000)
    >>> distance.values, distance.position(1499), distance.position(2000), distance.position(20_001)
    ((0, 1500, 1501, 3500, 3501), 0, 2, None)
    """
    marks = sorted({*points})
    lowest = sorted({least, *(low for point in marks for low in (point, point + 1) if least <= low <= most)})
    return Fact(name=name, kind=kind, values=tuple(lowest), default=least, ordered=True, points=tuple(marks), most=most)


def flag(name: str, kind: FactKind = FactKind.NEED) -> Fact:
    """A fact that is true or false; false unless handed in."""
    return Fact(name=name, kind=kind, values=(False, True), default=False)


def choice(name: str, codes: Sequence[str], kind: FactKind) -> Fact:
    """A fact that is always one of a few codes: the first of them unless handed in."""
    return Fact(name=name, kind=kind, values=tuple(map(str, codes)), default=str(codes[0]))


def code(name: str, codes: Iterable[str], kind: FactKind) -> Fact:
    """A fact that is one of a few codes, or nothing; nothing unless handed in."""
    return Fact(name=name, kind=kind, values=(None, *map(str, codes)), default=None)


@frozen
class FactSheet:
    """The facts of one policy, and the check that what is handed in is exactly what they allow.

    >>> sheet = FactSheet((level("seriousness", 4), flag("is_minor")))
    >>> sheet.complete({"seriousness": 2})
    {'seriousness': 2, 'is_minor': False}
    >>> sheet.complete({"seriousnes": 2})
    Traceback (most recent call last):
    complaintkit.errors.UnknownName: there is no fact 'seriousnes' (did you mean 'seriousness'?)
    >>> sheet.complete({"seriousness": "5"})
    Traceback (most recent call last):
    complaintkit.errors.MalformedInput: the fact 'seriousness' must be a whole number from 0 to 4, but is the text '5'
    """

    facts: tuple[Fact, ...]
    #: Names that may be handed in and are never read, with the kind that forbids it.
    never_read: Mapping[str, FactKind] = field(factory=dict)
    _by_name: dict[str, Fact] = field(init=False, repr=False, eq=False)
    _defaults: dict[str, Value] = field(init=False, repr=False, eq=False)
    _domains: tuple[frozenset[Value] | _Numbers, ...] = field(init=False, repr=False, eq=False)
    _types: list[type] = field(init=False, repr=False, eq=False)
    _required: frozenset[str] = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        # Codes come last: a text can be taken for nothing else, but 1 and True are equal, so types are compared.
        ordered = sorted(self.facts, key=_is_code)
        types = [type(fact.default) for fact in ordered if not _is_code(fact)]
        object.__setattr__(self, "_by_name", {fact.name: fact for fact in self.facts})
        object.__setattr__(self, "_defaults", {fact.name: fact.default for fact in ordered})
        object.__setattr__(self, "_domains", tuple(map(_domain, ordered)))
        object.__setattr__(self, "_types", types)
        object.__setattr__(self, "_required", frozenset(fact.name for fact in self.facts if fact.required))

    def __getitem__(self, name: str) -> Fact:
        return self._by_name[name]

    def names(self) -> tuple[str, ...]:
        """Every name that a condition may read."""
        return tuple(self._by_name)

    def complete(self, facts: Mapping[str, object]) -> dict[str, object]:
        """The facts with every declared default filled in, each of the right type and within its domain.

        Raises ``UnknownName`` for a fact that nobody declared and ``MalformedInput`` for a wrong value.
        """
        if not self._required <= facts.keys():
            missing = ", ".join(sorted(self._required - facts.keys()))
            raise MalformedInput(f"facts are missing that decide here: {missing}", hint="hand them in; none is assumed")
        full = {**self._defaults, **facts}
        if len(full) != len(self._defaults):
            full = self._without_never_read(facts)
        try:
            right = all(map(contains, self._domains, full.values()))
        except TypeError:  # a list or table is no member of anything
            right = False
        if not right or [*map(type, full.values())][: len(self._types)] != self._types:
            full = {name: value.value if isinstance(value, Enum) else value for name, value in full.items()}
            self._refuse(full)
        return full

    def _without_never_read(self, facts: Mapping[str, object]) -> dict[str, object]:
        for name in facts:
            if name not in self._defaults and name not in self.never_read:
                raise UnknownName(f"there is no fact {str(name)[:80]!r}{suggestion(str(name), self.names())}")
        return {**self._defaults, **{name: facts[name] for name in facts if name not in self.never_read}}

    def _refuse(self, full: Mapping[str, object]) -> None:
        for fact in self.facts:
            if fact.position(full[fact.name]) is None:
                found = described(full[fact.name])
                raise MalformedInput(f"the fact {fact.name!r} must be {fact.domain}, but is {found}")


def _domain(fact: Fact) -> frozenset[Value] | _Numbers:
    return _Numbers(fact) if fact.points else frozenset(fact.values)


def _is_code(fact: Fact) -> bool:
    return isinstance(fact.values[-1], str)
