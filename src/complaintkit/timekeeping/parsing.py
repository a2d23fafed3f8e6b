"""Terms from data and back, strictly: one unit with its count, and the conventions that differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import time
from enum import StrEnum

from attrs import evolve

from complaintkit.errors import MalformedInput
from complaintkit.timekeeping.conventions import (
    AT_CLOSE,
    REF_1,
    STATUTORY,
    Conventions,
    Count,
    End,
    Receipt,
    Roll,
)
from complaintkit.timekeeping.terms import Term
from complaintkit.timekeeping.units import (
    CalendarDays,
    Hours,
    Months,
    Unit,
    Weeks,
    WorkingDays,
    WorkingHours,
    Years,
)

#: The units of a term by the word that data uses for them.
UNITS: dict[str, Callable[[int], Unit]] = {
    "hours": Hours,
    "working_hours": WorkingHours,
    "working_days": WorkingDays,
    "calendar_days": CalendarDays,
    "weeks": Weeks,
    "months": Months,
    "years": Years,
}
#: The conventions that a term can start from, and the choices by which it changes one.
PRESETS = {"statutory": STATUTORY, "ref-1": REF_1}
CHOICES: dict[str, type[StrEnum]] = {"count": Count, "receipt": Receipt, "roll": Roll, "end": End}
CONVENTIONS = {*CHOICES, "cut_off", "zone", "convention"}
_KEYS = {*CONVENTIONS, "extended_by"}


def parse_term(mapping: object) -> Unit | Term:
    """The term that data such as ``{"working_days": 5}`` describes.

    One key is the unit with its count; alone, it means the unit with its usual conventions. Further
    keys change one convention each: ``count``, ``receipt``, ``cut_off`` (``HH:MM`` or ``close``),
    ``roll``, ``end``, ``zone``; ``convention`` starts from ``statutory`` or ``ref-1`` instead;
    ``extended_by`` lists further units.

    Raises ``MalformedInput`` for an unknown unit, above all for a bare "day", for an unknown key and for
    a count that is not a whole number.

    >>> parse_term({"hours": 2})
    Hours(n=2)
    >>> parse_term({"months": 6, "count": "inclusive"}).conventions.count
    <Count.INCLUSIVE: 'inclusive'>
    """
    if not isinstance(mapping, Mapping):
        raise MalformedInput("a term is a table", hint='such as {"working_days": 5}')
    unit = parse_unit({key: value for key, value in mapping.items() if key not in _KEYS})
    if len(mapping) == 1:
        return unit
    extensions = mapping.get("extended_by", ())
    if not isinstance(extensions, list | tuple):
        raise MalformedInput("extended_by is a list of units", hint='such as [{"working_days": 10}]')
    return Term(unit, _conventions(unit, mapping), tuple(parse_unit(item) for item in extensions))


def parse_unit(mapping: object) -> Unit:
    """One unit with its count.

    >>> parse_unit({"days": 1})
    Traceback (most recent call last):
        ...
    complaintkit.errors.MalformedInput: a term in bare days is ambiguous (say working_days or calendar_days)
    """
    if not isinstance(mapping, Mapping) or len(mapping) != 1:
        raise MalformedInput("a term is one unit and its count", hint='such as {"working_days": 5}')
    ((unit, count),) = mapping.items()
    if unit in ("day", "days"):
        raise MalformedInput("a term in bare days is ambiguous", hint="say working_days or calendar_days")
    if unit not in UNITS:
        raise MalformedInput("the unit of a term is not known", hint=f"one of {', '.join(UNITS)}")
    return UNITS[unit](count)


def _conventions(unit: Unit, mapping: Mapping[str, object]) -> Conventions:
    """The conventions of a term: where it starts from, and what it changes."""
    preset = mapping.get("convention")
    if preset is not None and (not isinstance(preset, str) or preset not in PRESETS):
        raise MalformedInput("the convention is not known", hint=f"one of {', '.join(PRESETS)}")
    base = unit.usual if preset is None else PRESETS[str(preset)]
    chosen: dict[str, object] = {key: _choice(key, mapping[key]) for key in CHOICES if key in mapping}
    if mapping.get("receipt") == Receipt.AS_RECEIVED:
        chosen["cut_off"] = None
    if "cut_off" in mapping:
        chosen["cut_off"] = _cut_off(mapping["cut_off"])
    if "zone" in mapping:
        chosen["zone"] = _text("zone", mapping["zone"])
    return evolve(base, **chosen)  # type: ignore[arg-type]  # each value has been read as its own type


def _choice(key: str, value: object) -> StrEnum:
    """One of the words that a convention knows."""
    try:
        return CHOICES[key](_text(key, value))
    except ValueError:
        raise MalformedInput(f"{key} of a term is not known", hint=f"one of {', '.join(CHOICES[key])}") from None


def _cut_off(value: object) -> time | str:
    """A local time of day, or the word for the close of business."""
    if isinstance(value, time):
        return value
    if value == AT_CLOSE:
        return AT_CLOSE
    try:
        return time.fromisoformat(_text("cut_off", value))
    except ValueError:
        raise MalformedInput("cut_off of a term is unreadable", hint="write it as 17:00, or close") from None


def _text(key: str, value: object) -> str:
    """``value`` when it is a text."""
    if isinstance(value, str):
        return value
    raise MalformedInput(f"{key} of a term is a text", hint="put it into quotes")


def write_term(term: Unit | Term) -> dict[str, object]:
    """The data that ``parse_term`` reads back to an equal term; a unit with its usual conventions is one key.

    >>> write_term(Term(Months(6), STATUTORY, (Weeks(2),)))
    {'months': 6, 'extended_by': [{'weeks': 2}]}
    """
    whole = term if isinstance(term, Term) else Term(term, term.usual)
    written = _write_unit(whole.unit) | _differences(whole.unit.usual, whole.conventions)
    extensions = [_write_unit(unit) for unit in whole.extensions]
    return written | ({"extended_by": extensions} if extensions else {})


def _write_unit(unit: Unit) -> dict[str, object]:
    return {next(name for name, kind in UNITS.items() if type(unit) is kind): unit.n}


def _differences(usual: Conventions, chosen: Conventions) -> dict[str, object]:
    """What differs from the conventions that statutes use, unless they are the usual ones of the unit."""
    if chosen == usual:
        return {}
    written: dict[str, object] = {} if usual == STATUTORY else {"convention": "statutory"}
    for key in ("count", "receipt", "cut_off", "roll", "end", "zone"):
        value = getattr(chosen, key)
        if value != getattr(STATUTORY, key):
            written[key] = value.isoformat() if isinstance(value, time) else str(value)
    return written
