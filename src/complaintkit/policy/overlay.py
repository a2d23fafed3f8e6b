"""A profile over another: ``base = "standard"`` and only what differs.

Tables listed in :data:`MERGED` are merged key by key, everything else is replaced whole: a term or a calendar
made half of one profile and half of another would belong to nobody. The rules of a decision table are merged
by ``id``: the same id replaces a rule where it stands, a new one is added at the end, none can be left out.
"""

from __future__ import annotations

from typing import Any, Final

from complaintkit.policy.document import Document
from complaintkit.policy.toml_places import Path

#: How deep the tables under each key are merged: 1 merges the table itself, 2 the tables in it too.
MERGED: Final = {
    "organisation": 1,
    "review": 1,
    "commitments": 2,
    "extensions": 1,
    "facts": 1,
    "priority": 2,
    "remedies": 2,
    "units": 2,
}
#: What a profile says about itself and never takes over.
OWN: Final = ("id", "version", "note", "base", "tests")
_RULES: Final = "rule"


def overlay(own: Document, base: Document) -> Document:
    """The document of ``own`` with everything from ``base`` that it does not say itself.

    It is changed in place and knows where each part was written.

    >>> from complaintkit.policy.document import read_document
    >>> base = read_document({"id": "b", "commitments": {"final": {"P1": {"hours": 9}, "P2": {"hours": 90}}}})
    >>> own = read_document({"id": "o", "commitments": {"final": {"P1": {"working_days": 2}}}})
    >>> overlay(own, base).data
    {'id': 'o', 'commitments': {'final': {'P1': {'working_days': 2}, 'P2': {'hours': 90}}}}
    """
    for key, theirs in base.data.items():
        if key in OWN:
            continue
        _lay(own, base, own.data, key, theirs, (), MERGED.get(key, 0))
    return own


def _lay(own: Document, base: Document, mine: dict[str, Any], key: str, theirs: Any, path: Path, depth: int) -> None:
    here = (*path, key)
    if key not in mine:
        mine[key] = theirs
        own.borrowed[here] = (base, here)
    elif key == _RULES and isinstance(mine[key], list) and isinstance(theirs, list):
        mine[key] = _merged_rules(own, base, mine[key], theirs, here)
    elif depth and isinstance(mine[key], dict) and isinstance(theirs, dict):
        mine[key] = dict(mine[key])
        for inner, value in theirs.items():
            _lay(own, base, mine[key], inner, value, here, depth - 1)


def _merged_rules(own: Document, base: Document, mine: list[Any], theirs: list[Any], path: Path) -> list[Any]:
    """The rules of the base with mine in their places, then my new ones; where each was written is kept."""
    places = {_rule_id(rule): number for number, rule in enumerate(mine)}
    merged: list[Any] = []
    for number, rule in enumerate(theirs):
        taken = places.pop(_rule_id(rule), None)
        own.borrowed[(*path, len(merged))] = (base, (*path, number)) if taken is None else (own, (*path, taken))
        merged.append(rule if taken is None else mine[taken])
    known = {_rule_id(rule) for rule in theirs}
    for number, rule in enumerate(mine):
        if _rule_id(rule) not in known:
            own.borrowed[(*path, len(merged))] = (own, (*path, number))
            merged.append(rule)
    return merged


def _rule_id(rule: Any) -> object:
    return rule.get("id") if isinstance(rule, dict) else None
