"""JSON Schema of profiles, packs and tables of one's own, so that an editor completes and checks what people write.

It is drafted from the readers themselves (:mod:`complaintkit.policy.drafting`): a key that the loader learns to read
is in the schema from then on. A schema knows shapes only; what a policy must not do, such as a rule that can never
fire, is for ``complaintkit policy check``.

>>> found = schema("policy")["properties"]["table"]["additionalProperties"]
>>> found["required"], found["properties"]["hit"]["enum"][:2]
(['hit', 'outcomes'], ['first', 'unique'])
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from itertools import combinations
from typing import Any, Final

from complaintkit.errors import UnknownName
from complaintkit.policy.document import Document
from complaintkit.policy.drafting import ANY, THERE, Drafting, Table
from complaintkit.policy.loading import read_profile
from complaintkit.policy.overlay import MERGED
from complaintkit.policy.pack_reading import read_pack
from complaintkit.policy.rules import read_policy
from complaintkit.policy.section import suggestion
from complaintkit.timekeeping.hours import WEEKDAYS
from complaintkit.timekeeping.parsing import CHOICES, PRESETS, UNITS
from complaintkit.timekeeping.reading import HOLIDAY_KEYS, KEYS, PERIOD_KEYS, SHARED_KEYS

#: A part of a schema, as JSON has it.
Schema = dict[str, Any]

#: Each kind of file: who reads it, and what it is called in an editor.
_KINDS: Final[dict[str, tuple[Callable[[Document], object], str]]] = {
    "profile": (read_profile, "A policy profile of complaintkit"),
    "pack": (read_pack, "A regulatory pack of complaintkit"),
    "policy": (read_policy, "Decision tables for complaintkit"),
}
#: The kinds of files that have a schema.
KINDS: Final = tuple(_KINDS)


def schema(kind: str) -> Schema:
    """The JSON Schema (2020-12) of a kind of file: ``profile``, ``pack`` or ``policy``.

    Dates are texts in it, as editors hand them over. Raises ``UnknownName`` for another kind.

    >>> schema("profile")["title"]
    'A policy profile of complaintkit'
    """
    if kind not in _KINDS:
        raise UnknownName(f"there is no schema {kind!r}{suggestion(kind, KINDS)}", hint=f"one of {', '.join(KINDS)}")
    reader, title = _KINDS[kind]
    drafting = Drafting(reader)
    written = _Writer()
    whole = written.table(drafting.root)
    if "base" in whole["properties"]:
        over = written.table(drafting.root, own=MERGED)
        whole = {"if": {"required": ["base"]}, "then": over, "else": whole, "properties": over["properties"]}
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title}
    return {**head, **whole, "$defs": {**_shapes(), **written.defs}}


class _Writer:
    """Writes tables as schemas; ``defs`` collects those that have names."""

    def __init__(self) -> None:
        self.defs: dict[str, Schema] = {}

    def table(self, table: Table, own: Mapping[str, int] | int | None = None) -> Schema:
        """The schema of a table. ``own`` says what may be left to a base: how deep, or how deep for each key."""
        if table.same_as:
            return {"$ref": f"#/$defs/{table.same_as}"}
        keys = [
            key for key in dict.fromkeys(key for form in table.forms for key in form.needed) if key not in {ANY, ""}
        ]
        needed = [key for key in keys if all(form.needed.get(key, False) for form in table.forms)]
        needed = needed if own is None else [key for key in needed if key in {"id", "version"}]
        found: Schema = {"type": "object", "properties": {key: self._value(table, key, own) for key in keys}}
        found["properties"] |= _beside(table)
        found["required"] = needed
        found["additionalProperties"] = self._value(table, ANY, own) if _takes_any(table) else False
        conditions = [*_conditions(table, needed), *_together(table, needed)] if own is None else []
        found["allOf"] = [*_one_unit(table), *conditions]
        found = {key: value for key, value in found.items() if key not in {"required", "allOf"} or value}
        return self._named(table.name, found)

    def _named(self, name: str, found: Schema) -> Schema:
        if not name:
            return found
        self.defs[name] = found
        return {"$ref": f"#/$defs/{name}"}

    def _value(self, table: Table, key: str, own: Mapping[str, int] | int | None) -> Schema:
        """The schema of what stands under a key."""
        if key in table.lists:
            return {"type": "array", "items": self.table(table.inner[key])}
        if key in table.inner:
            return self.table(table.inner[key], _left_to_base(own, key))
        return table.shapes.get(key, {})


def _left_to_base(own: Mapping[str, int] | int | None, key: str) -> int | None:
    """How deep below a key things may be left to a base; ``None`` where nothing may."""
    depth = own.get(key) if isinstance(own, Mapping) else own and own - 1
    return depth or None


def _takes_any(table: Table) -> bool:
    return ANY in table.shapes or ANY in table.inner


def _beside(table: Table) -> dict[str, Schema]:
    """The keys of a term that stand beside a table's own; an option may say how its end rolls."""
    by_option: Schema = {"roll": {"anyOf": [_CONVENTIONS["roll"], {"type": "string"}]}}
    return _TERM["properties"] | by_option if "" in table.shapes else {}


def _one_unit(table: Table) -> Iterable[Schema]:
    """A table that holds a term has exactly one unit, unless it says otherwise what it holds."""
    if "" in table.shapes:
        others = [{"required": [key]} for key in table.depends]
        yield {"anyOf": [{"oneOf": [{"required": [unit]} for unit in UNITS]}, *others]}


def _conditions(table: Table, needed: Iterable[str]) -> Iterable[Schema]:
    """For each question on whose answer the keys of a table depend: which it needs then, and which it may not have."""
    for key, (before, others) in table.depends.items():
        first = before.answers[key]
        bound = _bound(table, key)
        then = {answer: _then(table, key, answer, bound, needed) for answer in (first, *others)}
        each = [{"if": _answered(key, answer), "then": then[answer]} for answer in others]
        any_of = {"if": {"anyOf": [one["if"] for one in each]}, "then": {"allOf": each}}
        rule: Schema = (any_of if len(each) > 1 else each[0]) | {"else": then[first]}
        asked = [*_asked_if(table, key)]
        yield {"if": {"allOf": asked}, "then": rule} if asked else rule


def _together(table: Table, needed: Iterable[str]) -> Iterable[Schema]:
    """Which keys are needed only under the answers to two questions, such as rules where neither a file holds them."""
    for one, two in combinations(table.depends, 2):
        for name in sorted(_bound(table, one) & _bound(table, two) - {*needed, one, two}):
            pairs = {(form.answers.get(one, ...), form.answers.get(two, ...)) for form in table.forms}
            for answers in sorted(pairs, key=str):
                asked = dict(zip((one, two), answers, strict=True))
                if _needs(table, name, asked) and not any(_needs(table, name, {key: asked[key]}) for key in asked):
                    yield {"if": {"allOf": [_whether(*each) for each in asked.items()]}, "then": {"required": [name]}}


def _needs(table: Table, name: str, answers: Mapping[str, object]) -> bool:
    """Whether a key is needed in every form with these answers."""
    forms = [form for form in table.forms if answers.items() <= form.answers.items()]
    return bool(forms) and all(form.needed.get(name, False) for form in forms)


def _whether(key: str, answer: object) -> Schema:
    """That a question was answered so, a key that is not there included."""
    return {"not": _answered(key, answer)} if answer is None else _answered(key, answer)


def _bound(table: Table, key: str) -> set[str]:
    """The keys that depend on the answer to the question about a key."""
    before, others = table.depends[key]
    return {name for form in others.values() for name, _ in form.needed.items() ^ before.needed.items()} - {key}


def _asked_if(table: Table, key: str) -> Iterable[Schema]:
    """When the question about a key is asked at all: what must have been answered to the others."""
    for other, (before, answers) in table.depends.items():
        if other != key and key in _bound(table, other):
            there = key in before.needed
            changing = [
                _answered(other, answer) for answer, form in answers.items() if (key in form.needed) is not there
            ]
            yield {"not": {"anyOf": changing}} if there else {"anyOf": changing}


def _answered(key: str, answer: object) -> Schema:
    """That a question was answered so: a key that is there, or the value that it has."""
    value = answer.value if isinstance(answer, Enum) else answer
    stated = {} if value in THERE else {"properties": {key: {"const": value}}}
    return {**stated, "required": [key]}


def _then(table: Table, key: str, answer: object, bound: set[str], needed: Iterable[str]) -> Schema:
    """What holds under an answer for the keys that depend on it: which may not be there, and which must."""
    forms = [form for form in table.forms if key in form.answers and form.answers[key] == answer]
    gone = bound - {name for form in forms for name in form.needed}
    gone |= {*_TERM["properties"]} if "" in gone else set()
    more = sorted(name for name in bound - {*needed, ANY, ""} if all(form.needed.get(name, False) for form in forms))
    found: Schema = {"properties": dict.fromkeys(sorted(gone - {ANY, ""}), False), "required": more}
    return {name: value for name, value in found.items() if value}


def _object(properties: Mapping[str, Schema], *required: str) -> Schema:
    found = {"type": "object", "properties": {name: properties[name] for name in sorted(properties)}}
    return found | ({"required": [*required]} if required else {}) | {"additionalProperties": False}


_UNITS: Final[dict[str, Schema]] = {unit: {"type": "integer", "minimum": 0, "maximum": 1_000_000} for unit in UNITS}
_UNIT: Final[Schema] = {"type": "object", "properties": _UNITS, "minProperties": 1, "maxProperties": 1} | {
    "additionalProperties": False
}
_CONVENTIONS: Final[dict[str, Schema]] = {
    **{key: {"enum": [str(choice) for choice in choices]} for key, choices in CHOICES.items()},
    "convention": {"enum": [*PRESETS]},
    "cut_off": {"type": "string"},
    "zone": {"type": "string"},
    "extended_by": {"type": "array", "items": {"$ref": "#/$defs/unit"}},
}
_TERM: Final[Schema] = _object(_UNITS | _CONVENTIONS) | {"oneOf": [{"required": [unit]} for unit in UNITS]}
_SPANS: Final[Schema] = {
    "type": "array",
    "items": {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2},
}
#: The shape of each key of a calendar; which keys there are, its reader says.
_OF_CALENDAR: Final[dict[str, Schema]] = {
    **{key: {"type": "string"} for key in ("id", "tz", "name")},
    "note": {},
    **{key: {"$ref": "#/$defs/day"} for key in ("date", "from", "to")},
    "weekly": _object(dict.fromkeys(WEEKDAYS, _SPANS)),
    "weekend": {"type": "array", "items": {"enum": [*WEEKDAYS]}},
    "years": {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2},
    "dated": {"type": "object", "additionalProperties": _SPANS},
    "estimated": {"type": "boolean"},
    "holidays": {"type": "array", "items": {"anyOf": [{"$ref": "#/$defs/day"}, {"$ref": "#/$defs/holiday"}]}},
    "periods": {"type": "array", "items": {"$ref": "#/$defs/period"}},
    "all_of": {"type": "array", "items": {"$ref": "#/$defs/calendar"}},
}


def _of_calendar(keys: Iterable[str], *required: str) -> Schema:
    return _object({key: _OF_CALENDAR[key] for key in keys}, *required)


def _shapes() -> dict[str, Schema]:
    """The shapes that readers name where they read a value whole."""
    values: Schema = {"type": ["string", "integer", "boolean"]}
    united = {"if": {"required": ["all_of"]}, "then": _of_calendar(SHARED_KEYS), "else": _of_calendar(KEYS, "tz")}
    return {
        "anything": {},
        "integer": {"type": "integer"},
        "value": values,
        "values": {"type": "array", "items": values},
        "outcome": {"type": ["string", "integer"]},
        "day": {"type": "string", "format": "date"},
        "moment": {"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]},
        "unit": _UNIT,
        "term": _TERM,
        "calendar": united,
        "period": _of_calendar(PERIOD_KEYS, "from"),
        "holiday": _of_calendar(HOLIDAY_KEYS, "date"),
    }
