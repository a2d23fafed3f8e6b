"""The schemas are drafted from the readers: what the library ships fits them, what the loader refuses does not."""

from __future__ import annotations

import random
import tomllib
import warnings
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from complaintkit.errors import PolicyRefused, UnknownName
from complaintkit.policy import load_pack, load_policy, load_profile
from complaintkit.policy.document import Document
from complaintkit.policy.drafting import Drafting
from complaintkit.policy.loading import PROFILES
from complaintkit.policy.pack import FOLDER
from complaintkit.policy.schema import KINDS, schema
from complaintkit.vocabulary import Language
from tests.conftest import ROOT

LOAD: dict[str, Callable[[Any], object]] = {"profile": load_profile, "pack": load_pack, "policy": load_policy}
TARIFF: dict[str, Any] = {
    "id": "tariff",
    "version": "1",
    "note": "what a parcel is",
    "facts": {
        "grams": {"type": "number", "kind": "matter", "points": [20, 100], "least": 1, "required": True},
        "fragile": {"type": "flag", "kind": "matter"},
        "care": {"type": "level", "kind": "assessed", "top": 3},
        "zone": {"type": "code", "kind": "matter", "codes": ["near", "far"]},
    },
    "table": {
        "size": {
            "hit": "first",
            "outcomes": ["letter", "parcel"],
            "default": "letter",
            "default_id": "T-9",
            "rule": [
                {"id": "T-1", "then": "parcel", "when": {"not": {"fact": "grams", "less_than": 100}}},
                {"id": "T-2", "then": "parcel", "when": {"any": [{"all": [
                    {"fact": "fragile", "is": True}, {"fact": "zone", "one_of": ["far"]}]}]}},
            ],
        }
    },
    "tests": [{"name": "heavy", "facts": {"grams": 100}, "expect": {"value": "parcel", "rules": ["T-1"]}}],
}  # fmt: skip


def plain(value: Any) -> Any:
    """A TOML value as editors hand it to a validator: dates are texts."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, date | datetime | time) else value


@cache
def validator(kind: str) -> Draft202012Validator:
    return Draft202012Validator(schema(kind))


def fits(kind: str, data: Any) -> bool:
    return bool(validator(kind).is_valid(plain(data)))


def parsed(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


SHIPPED = [
    *(("profile", path.name, parsed(path)) for path in sorted(Path(PROFILES).glob("*.toml"))),
    *(("pack", path.name, parsed(path)) for path in sorted(FOLDER.glob("*.toml"))),
    ("profile", "remedies.toml", parsed(ROOT / "examples" / "remedies.toml")),
    ("policy", "tariff", TARIFF),
]


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_one(kind: str) -> None:
    Draft202012Validator.check_schema(schema(kind))
    assert schema(kind) == schema(kind)


@pytest.mark.parametrize(("kind", "name", "data"), SHIPPED, ids=[name for _, name, _ in SHIPPED])
def test_what_is_shipped_fits(kind: str, name: str, data: dict[str, Any]) -> None:
    assert [*validator(kind).iter_errors(plain(data))] == []


def tables(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of every table."""
    if isinstance(data, dict):
        yield path
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inner:
        yield from tables(value, (*path, key))


def leaves(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of everything below the root."""
    if path:
        yield path
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inner:
        yield from leaves(value, (*path, key))


def at(data: Any, path: tuple[Any, ...]) -> Any:
    for part in path:
        data = data[part]
    return data


def changes(data: dict[str, Any]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """A key too many in each table, each place left out, and a value of another type in each place."""
    for path in tables(data):
        yield (*path, "zzz"), "x"
    for path in leaves(data):
        yield path, None
        for wrong in (7, "zzz", "", True, [7], {"zzz": 7}, 1.5):
            yield path, wrong


def mutant(data: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """The same with another value in a place, or without the place."""
    changed = deepcopy(data)
    *above, last = path
    if value is None:
        del at(changed, (*above,))[last]
    else:
        at(changed, (*above,))[last] = value
    return changed


def shape_is_wrong(error: PolicyRefused, data: dict[str, Any]) -> bool:
    """Whether the loader found a key or a type that cannot stand there.

    What is missing a base might have; and in which languages a text is needed another table says.
    """
    starts = ["there is no 'zzz' here", "must be a text", "must be a whole", "must be true", "must be a list"]
    starts += ["must be a table", "must not be empty"]
    found = [problem.text for problem in error.problems if problem.text.startswith(tuple(starts))]
    missing = [problem.path.rpartition(".")[2] for problem in error.problems if problem.text == "is missing"]
    return bool(found) or ("base" not in data and not {*missing} <= {*Language})


def disagreement(kind: str, data: dict[str, Any]) -> str:
    """Why schema and loader disagree: refused for its shape although it fits, or taken although it does not."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            LOAD[kind](data)
    except PolicyRefused as error:
        return str(error) if shape_is_wrong(error, data) and fits(kind, data) else ""
    return "" if fits(kind, data) else "the loader takes it, the schema does not"


def disagreements(seed: int, number: int) -> list[tuple[str, tuple[Any, ...], Any, str]]:
    """What is found in a sample of all changes to all shipped files."""
    every = [(kind, name, data, *change) for kind, name, data in SHIPPED for change in changes(data)]
    chosen = random.Random(seed).sample(every, number)
    found = [(name, at, new, disagreement(kind, mutant(data, at, new))) for kind, name, data, at, new in chosen]
    return [each for each in found if each[-1]]


def test_what_the_loader_refuses_does_not_fit() -> None:
    """A key too many or too few and a wrong type, in a seeded sample of all places of all shipped files."""
    assert disagreements(4, 120) == []


def test_nor_does_any_change_of_a_small_policy() -> None:
    found = [(path, new, disagreement("policy", mutant(TARIFF, path, new))) for path, new in changes(TARIFF)]
    assert [each for each in found if each[-1]] == []


@pytest.mark.long
def test_nor_does_any_of_many() -> None:
    assert disagreements(5, 2_000) == []


@pytest.mark.parametrize(
    ("fact", "right"),
    [
        ({"type": "level", "kind": "need", "top": 3}, True),
        ({"type": "level", "kind": "need"}, False),
        ({"type": "flag", "kind": "need", "top": 3}, False),
        ({"type": "code", "kind": "need", "codes": ["a"]}, True),
        ({"type": "code", "kind": "need", "points": [1]}, False),
    ],
)
def test_what_a_key_decides_about_others(fact: dict[str, Any], right: bool) -> None:
    """The type of a fact says which keys it takes."""
    assert fits("policy", TARIFF | {"facts": {"own": fact}}) is right


def test_a_profile_without_base_says_everything() -> None:
    own = {"id": "ours", "version": "1", "review": {"tiers": 2}}
    assert fits("profile", own | {"base": "standard"})
    assert not fits("profile", own)
    assert not fits("profile", {"base": "standard", "id": "ours"})


def test_what_replaces_a_part_of_the_base_is_whole() -> None:
    over = {"base": "standard", "id": "ours", "version": "1"}
    assert fits("profile", over | {"facts": {"stranded": {"type": "flag", "kind": "need"}}})
    assert not fits("profile", over | {"facts": {"stranded": {"type": "flag"}}})


def test_a_limit_of_a_pack_is_one_term_or_several_together() -> None:
    pack = parsed(FOLDER / "us.cfpb.regx.toml")
    for limit, right in (
        ({"after": "received", "weeks": 1}, True),
        ({"after": "received", "weeks": 1, "months": 1}, False),
        ({"after": "received"}, False),
        ({"earliest": [{"after": "received", "weeks": 1}]}, True),
        ({"latest": [{"after": "received", "weeks": 1}]}, True),
        ({"latest": [{"after": "received", "weeks": 1}], "weeks": 1}, False),
        ({"earliest": [{"after": "received", "weeks": 1}], "latest": []}, False),
        ({"after": "received", "weeks": 1, "roll": "own_option"}, True),
    ):
        pack["milestone"][0]["limit"] = [limit]
        assert fits("pack", pack) is right, limit


def test_there_is_no_other_schema() -> None:
    with pytest.raises(UnknownName, match="did you mean 'profile'"):
        schema("profiel")


def test_a_reader_may_ask_whether_a_flag_is_there_and_which_it_is() -> None:
    """Every answer to every question is tried: no key that is read under some of them is forgotten."""

    def read(document: Document) -> None:
        if "on" in document.root and document.root.flag("on"):
            document.root.text("why")

    forms = Drafting(read).root.forms
    assert sorted(sorted(form.needed.items()) for form in forms) == [
        [("on", False)], [("on", True)], [("on", True), ("why", True)],
    ]  # fmt: skip
