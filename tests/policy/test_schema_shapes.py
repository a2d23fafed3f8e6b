"""The shapes that a schema names: calendars, terms and days; and that a schema says nothing in words nobody knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from complaintkit.errors import CalendarRefused, MalformedInput
from complaintkit.policy.schema import KINDS, schema
from complaintkit.timekeeping import WorkingCalendar, parse_term
from complaintkit.timekeeping.parsing import parse_unit
from tests.policy.test_schema import leaves, mutant, plain, validator

#: Every word of a schema that the drafts use: validators pass over any other in silence.
KNOWN = {
    "$schema", "title", "$defs", "$ref", "type", "properties", "required", "additionalProperties", "items", "enum",
    "const", "minimum", "maximum", "minLength", "minItems", "maxItems", "minProperties", "maxProperties",
    "uniqueItems", "format", "description", "allOf", "anyOf", "oneOf", "not", "if", "then", "else",
}  # fmt: skip
#: Those under which names of the file stand, or a list of schemas, or one schema.
OF_NAMES, OF_LISTS = {"properties", "$defs"}, {"allOf", "anyOf", "oneOf"}
OF_ONE = {"additionalProperties", "items", "not", "if", "then", "else"}


def parts(written: Any) -> Iterator[dict[str, Any]]:
    """Every schema within a schema."""
    if isinstance(written, dict):
        yield written
        for word, value in written.items():
            inner = value.values() if word in OF_NAMES else value if word in OF_LISTS else ()
            for each in [*inner, *([value] if word in OF_ONE else [])]:
                yield from parts(each)


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_uses_no_word_that_validators_pass_over(kind: str) -> None:
    whole: Any = validator(kind).schema
    assert {word for part in parts(whole) for word in part} <= KNOWN
    assert {part["format"] for part in parts(whole) if "format" in part} <= {"date", "date-time"}
    named = {part["$ref"].removeprefix("#/$defs/") for part in parts(whole) if "$ref" in part}
    assert named <= whole["$defs"].keys()
    for part in parts(whole):  # what is demanded may also stand there, unless a form leaves it out
        if part.get("additionalProperties") is False:
            assert {*part.get("required", [])} <= part["properties"].keys()


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_says_what_it_is_for(kind: str) -> None:
    whole: Any = validator(kind).schema
    assert whole["$schema"].endswith("2020-12/schema")
    assert {"profile": "profile", "pack": "pack", "policy": "tables"}[kind] in whole["title"]


CALENDAR: dict[str, Any] = {
    "id": "own", "note": "as agreed", "tz": "Asia/Jerusalem",
    "weekly": {"sun": [["08:00", "12:00"], ["13:00", "17:00"]]},
    "holidays": [date(2026, 4, 2), {"date": date(2026, 4, 8), "name": "a feast", "estimated": True}],
    "years": [2025, 2030],
    "dated": {"2026-04-01": [["08:00", "12:00"]]},
    "periods": [{"from": date(2026, 7, 1), "to": date(2026, 8, 31), "weekend": ["sat"]}],
}  # fmt: skip
#: In each place of it, of which type nothing can be right there.
NEVER: tuple[Any, ...] = (7.5, [[["x"]]], {"zzz": 7})
TERM = {
    "working_days": 3, "convention": "statutory", "count": "inclusive", "receipt": "rolled",
    "roll": "forward", "end": "close_of_business",
    "cut_off": "16:00", "zone": "UTC", "extended_by": [{"working_days": 2}],
}  # fmt: skip


@cache
def shape(name: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": schema("policy")["$defs"] | defs("profile")})


def defs(kind: str) -> Any:
    whole: Any = validator(kind).schema
    return whole["$defs"]


def agreed(name: str, read: Callable[[Any], object], data: Any) -> bool:
    """Whether something is of a shape, as the schema and the reader say alike."""
    try:
        read(data)
    except (MalformedInput, CalendarRefused):
        taken = False
    else:
        taken = True
    assert shape(name).is_valid(plain(data)) is taken, data
    return bool(taken)


def calendar(data: Any) -> bool:
    return agreed("calendar", WorkingCalendar.from_dict, data)


def term(data: Any) -> bool:
    return agreed("term", parse_term, data)


@pytest.mark.parametrize(
    "form", [CALENDAR, {"id": "both", "note": "n", "all_of": [CALENDAR, {"tz": "Asia/Jerusalem", "weekend": ["sat"]}]}]
)
def test_a_calendar_with_everything_fits_and_nothing_else_in_its_places(form: dict[str, Any]) -> None:
    assert calendar(form)
    for path in leaves(form):
        free = path[-1] == "dated"  # days are its own keys
        said = path[-1] == "note" or path[:1] + path[-1:] == ("all_of", "id")  # anything; nobody reads the id of a part
        for value in () if said else NEVER[: 2 if free else 3]:
            assert not calendar(mutant(deepcopy(form), path, value)), (path, value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"weekend": ["sat"]},
        {"tz": "UTC", "zzz": 1},
        {"all_of": [{"tz": "UTC"}], "tz": "UTC"},
        {"tz": "UTC", "weekend": ["saturday"]},
        {"tz": "UTC", "years": [2026]},
        {"tz": "UTC", "years": [2026, 2027, 2028]},
        {"tz": "UTC", "weekly": {"monday": []}},
        {"tz": "UTC", "weekly": {"mon": [["08:00"]]}},
        {"tz": "UTC", "weekly": {"mon": [["08:00", "12:00", "13:00"]]}},
        {"tz": "UTC", "holidays": [{"name": "a feast"}]},
        {"tz": "UTC", "holidays": [{"date": date(2026, 4, 2), "zzz": 1}]},
        {"tz": "UTC", "periods": [{"to": date(2026, 4, 2)}]},
        {"tz": "UTC", "periods": [{"from": date(2026, 4, 2), "tz": "UTC"}]},
    ],
)
def test_a_calendar_of_another_shape_does_not_fit(wrong: dict[str, Any]) -> None:
    assert not calendar(wrong)


def test_a_term_with_everything_fits_and_nothing_else_in_its_places() -> None:
    assert term(TERM)
    for path in leaves(TERM):
        for value in (*NEVER, True, "zzz"):
            if not (path in {("zone",), ("cut_off",)} and value == "zzz"):  # a text, though none that means anything
                assert not term(mutant(deepcopy(TERM), path, value)), (path, value)


@pytest.mark.parametrize(
    ("unit", "right"),
    [
        ({"hours": 0}, True), ({"hours": 1}, True), ({"hours": 1_000_000}, True), ({"hours": 1_000_001}, False),
        ({"hours": 1, "weeks": 1}, False), ({}, False), ({"moons": 1}, False),
    ],
)  # fmt: skip
def test_a_unit_is_one_count(unit: dict[str, int], right: bool) -> None:
    assert agreed("unit", parse_unit, unit) is right


@pytest.mark.parametrize("moment", [date(2026, 3, 2), datetime(2026, 3, 2, 10, tzinfo=UTC)])
def test_a_moment_is_a_day_or_an_instant(moment: date) -> None:
    assert shape("moment").is_valid(plain(moment))


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("outcome", ["a", 1], [True, None, [1]]), ("value", ["a", 1, False], [None, [1], {}]),
        ("values", [[], ["a", 1, True]], ["a", [[1]]]), ("integer", [1], ["1", True]), ("day", ["2026-03-02"], [1]),
        ("moment", ["2026-03-02"], [1]),
    ],
)  # fmt: skip
def test_values_of_a_shape(name: str, right: list[Any], wrong: list[Any]) -> None:
    assert [shape(name).is_valid(each) for each in (*right, *wrong)] == [True] * len(right) + [False] * len(wrong)
