"""What differs between two policies, and what that would have meant for complaints of the past.

>>> from complaintkit.policy import load_profile
>>> from complaintkit.policy.cases import Question
>>> ours = load_profile({"base": "standard", "id": "ours", "version": "2", "priority": {"weights": {"hardship": 6}}})
>>> [str(change) for change in changes(load_profile(), ours) if change.part == "priority"]
['changed priority.weights.hardship: 5 -> 6']
>>> replayed = replay(load_profile(), ours, Past("C-1", Question(facts={"hardship": 1})))
>>> [(each.name, each.old.value, each.new.value) for each in replayed.differences]
[('rank', 5, 6)]
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple

from complaintkit.errors import ComplaintKitError, MalformedInput
from complaintkit.policy.cases import Question
from complaintkit.policy.document import dotted
from complaintkit.policy.toml_places import Path
from complaintkit.policy.trial import Answer, Subject, ask

#: What tells one thing of a list from the others.
_KEY: Final = "id"
#: What no reader of a list of changes misses.
_UNTOLD: Final = frozenset({"note"})


class How(StrEnum):
    """What became of something."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


class Change(NamedTuple):
    """One difference: what became of the thing at ``path``, and how it was written before and after."""

    how: How
    path: Path
    old: Any
    new: Any

    @property
    def part(self) -> str:
        """The part of the policy in which it lies, such as ``calendar`` or ``priority``."""
        return str(self.path[0])

    def __str__(self) -> str:
        where = f"{self.how} {dotted(self.path)}"
        if self.how is How.MOVED:
            return f"{where}: from place {self.old} to {self.new}"
        both = [_short(value) for value in (self.old, self.new) if value is not None]
        return f"{where}: {' -> '.join(both)}"

    def to_dict(self) -> dict[str, object]:
        """The change as plain data."""
        return {"how": self.how.value, "path": dotted(self.path), "old": self.old, "new": self.new}


def changes(old: Subject, new: Subject) -> tuple[Change, ...]:
    """Every difference between two policies of the same kind, in the order of what they say.

    Rules, milestones and whatever else has an ``id`` are compared by it, so that one more rule is one change; where
    things that both have stand in another order, each that moved is named. What a profile takes from its base counts
    as its own.

    Raises ``MalformedInput`` for two policies of different kinds.
    """
    if type(old) is not type(new):
        raise MalformedInput(
            f"{old.label} and {new.label} are of different kinds", hint="compare two profiles, two packs or two tables"
        )
    return tuple(_changes(json.loads(old.identity.content), json.loads(new.identity.content), ()))


def _changes(old: Any, new: Any, path: Path) -> Iterator[Change]:
    if _named(old) and _named(new):
        yield from _of_lists(old, new, path)
    elif isinstance(old, dict) and isinstance(new, dict):
        yield from _of_tables(old, new, path)
    elif old != new or type(old) is not type(new):
        yield Change(How.CHANGED, path, old, new)


def _named(value: Any) -> bool:
    """Whether it is a list of things with an id each."""
    return isinstance(value, list) and all(isinstance(item, dict) and _KEY in item for item in value)


def _of_tables(old: Mapping[str, Any], new: Mapping[str, Any], path: Path) -> Iterator[Change]:
    for key in (*old, *(key for key in new if key not in old)):
        if key in _UNTOLD:
            continue
        if key not in new:
            yield Change(How.REMOVED, (*path, key), old[key], None)
        elif key not in old:
            yield Change(How.ADDED, (*path, key), None, new[key])
        else:
            yield from _changes(old[key], new[key], (*path, key))


def _of_lists(old: list[Any], new: list[Any], path: Path) -> Iterator[Change]:
    """Things by their ids; one that stood alone before or after stands at its place."""
    before, after = ({str(item[_KEY]): item for item in items} for items in (old, new))
    yield from _of_tables(before, after, path)
    common = [[name for name in side if name in before.keys() & after.keys()] for side in (before, after)]
    places = [{name: place for place, name in enumerate(side, 1)} for side in common]
    for name in common[1]:
        if places[0][name] != places[1][name]:
            yield Change(How.MOVED, (*path, name), places[0][name], places[1][name])


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 100 else f"{text[:97]}..."


class Past(NamedTuple):
    """A complaint of the past: its reference, and the question that its facts put to a policy."""

    ref: str
    question: Question


class Difference(NamedTuple):
    """One answer that two policies give differently, and the rules that only one of them fired."""

    name: str
    old: Answer
    new: Answer

    @property
    def old_only(self) -> tuple[str, ...]:
        """The rules that fired under the old policy alone."""
        return tuple(rule for rule in self.old.rules if rule not in self.new.rules)

    @property
    def new_only(self) -> tuple[str, ...]:
        """The rules that fired under the new policy alone."""
        return tuple(rule for rule in self.new.rules if rule not in self.old.rules)

    def to_dict(self) -> dict[str, object]:
        """The difference as plain data."""
        values = {"name": self.name, "old": self.old.value, "new": self.new.value}
        return values | {"old_rules": list(self.old.rules), "new_rules": list(self.new.rules)}


class Replayed(NamedTuple):
    """What two policies say about one complaint, where they differ; ``error`` where one of them cannot say anything."""

    ref: str
    differences: tuple[Difference, ...]
    error: str = ""

    @property
    def same(self) -> bool:
        """Whether nothing changes for it."""
        return not self.differences and not self.error


_NOTHING: Final = Answer("", None)


def replay(old: Subject, new: Subject, past: Past) -> Replayed:
    """Ask two policies the same, and say where they give another value."""
    try:
        before, after = ({answer.name: answer for answer in ask(each, past.question)} for each in (old, new))
    except ComplaintKitError as error:
        return Replayed(past.ref, (), str(error))
    return Replayed(past.ref, differences(before, after))


def differences(old: Mapping[str, Answer], new: Mapping[str, Answer]) -> tuple[Difference, ...]:
    """Where the answers of two policies have other values; what only one of them answers is among them."""
    names = dict.fromkeys((*old, *new))
    pairs = (Difference(name, old.get(name, _NOTHING), new.get(name, _NOTHING)) for name in names)
    return tuple(pair for pair in pairs if pair.old.value != pair.new.value)


def count(replayed: Iterable[Replayed]) -> dict[str, int]:
    """How many complaints there were, how many stay as they were, and how many change in each respect.

    >>> count([Replayed("C-1", ()), Replayed("C-2", (), "the fact 'x' is wrong")])
    {'complaints': 2, 'same': 1, 'failed': 1}
    """
    found = Counter({"complaints": 0, "same": 0})
    for each in replayed:
        found["complaints"] += 1
        found["same"] += each.same
        found["failed"] += bool(each.error)
        found.update(pair.name for pair in each.differences)
    return {name: number for name, number in found.items() if number or name in {"complaints", "same"}}
