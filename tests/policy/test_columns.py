"""Whole columns at once: the same answers as one by one, for every hit policy, kind of fact and number of rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.errors import MalformedInput, PolicyRefused, UnknownName
from complaintkit.policy import Policy, load_policy
from complaintkit.policy.columns import _ROWS, answers
from complaintkit.policy.facts import FactSheet, level
from complaintkit.policy.tables import DecisionTable, HitPolicy, Rule

FACTS: dict[str, Any] = {
    "harm": {"type": "level", "top": 3, "kind": "matter"},
    "days": {"type": "number", "kind": "matter", "points": [3, 10], "least": -5},
    "urgent": {"type": "flag", "kind": "need"},
    "topic": {"type": "code", "codes": ["bill", "staff"], "kind": "matter"},
}
VALUES: dict[str, Sequence[Any]] = {
    "harm": range(4),
    "days": [-5, 0, 2, 3, 4, 10, 11, 10**12],
    "urgent": [True, False],
    "topic": ["bill", "staff", None],
}
COMPARED: dict[str, list[Any]] = {"harm": [1, 2, 3], "days": [3, 10], "urgent": [True], "topic": ["bill", "staff"]}
SINGLE: dict[str, list[Any]] = {
    "first": list("abc"),
    "most_urgent": list("abc"),
    "collect_sum": [1, 5, -2],
    "collect_max": [-1, -5, -2],
}


@st.composite
def comparisons(draw: st.DrawFn) -> dict[str, Any]:
    fact = draw(st.sampled_from(sorted(COMPARED)))
    ordered = ["at_least", "less_than"] if fact in {"harm", "days"} else []
    operator = draw(st.sampled_from(["is", "is_not", *ordered]))
    return {"fact": fact, operator: draw(st.sampled_from(COMPARED[fact]))}


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """A policy with one table; rules that can never fire are left out, since no policy has them."""
    hit = draw(st.sampled_from(sorted(SINGLE)))
    several = st.lists(comparisons(), min_size=1, max_size=3)
    rules = [
        {"id": f"R-{number}", "then": draw(st.sampled_from(SINGLE[hit])), "when": {form: parts}}
        for number, (form, parts) in enumerate(
            draw(st.lists(st.tuples(st.sampled_from(["all", "any"]), several), min_size=1, max_size=8))
        )
    ]
    return _sound(hit, rules)


def _sound(hit: str, rules: list[dict[str, Any]]) -> Policy:
    sound: list[dict[str, Any]] = []
    for rule in rules:
        try:
            _load(hit, [*sound, rule])
        except PolicyRefused:
            continue
        sound.append(rule)
    return _load(hit, sound or [{"id": "R", "then": SINGLE[hit][0], "when": {"fact": "harm", "at_least": 1}}])


def _load(hit: str, rules: list[dict[str, Any]]) -> Policy:
    otherwise = {} if hit.startswith("collect") else {"default": "c", "default_id": "else"}
    table = {"hit": hit, "outcomes": SINGLE[hit], "rule": rules, **otherwise}
    return load_policy({"id": "own", "version": "1", "facts": FACTS, "table": {"t": table}})


CASES = st.lists(st.fixed_dictionaries({name: st.sampled_from(list(values)) for name, values in VALUES.items()}))
TYPES: dict[str, Any] = {"harm": np.int8, "days": np.int64, "urgent": np.bool_, "topic": object}


@given(policies(), CASES)
def test_columns_answer_what_each_row_answers(own: Policy, cases: list[dict[str, Any]]) -> None:
    arrays: dict[str, Any] = {
        name: np.array([case[name] for case in cases], TYPES[name]) for name in FACTS if name in TYPES
    }
    expected = [own.decide("t", case).value for case in cases]
    assert own.decide_many("t", arrays).tolist() == expected
    assert own.decide_many("t", {name: column.tolist() for name, column in arrays.items()}) == expected


@given(policies(), st.sampled_from(sorted(VALUES)), st.data())
def test_facts_without_a_column_have_their_defaults(own: Policy, name: str, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.sampled_from(list(VALUES[name])), min_size=1))
    expected = [own.decide("t", {name: value}).value for value in values]
    assert own.decide_many("t", {name: np.array(values, TYPES[name])}).tolist() == expected


def test_more_alternatives_than_a_word_has_and_more_rows_than_a_part() -> None:
    facts = {f"f{n}": {"type": "level", "top": 9, "kind": "matter"} for n in range(20)}
    rules = [
        {"id": f"R-{n}-{level}", "then": f"{n}-{level}", "when": {"fact": f"f{n}", "is": level}}
        for level in range(9, 0, -1)
        for n in range(20)
    ]
    table = {"hit": "first", "outcomes": [rule["then"] for rule in rules] + ["none"], "rule": rules,
             "default": "none", "default_id": "else"}  # fmt: skip
    own = load_policy({"id": "own", "version": "1", "facts": facts, "table": {"t": table}})
    rows = np.random.default_rng(7)
    columns = {name: rows.integers(0, 10, _ROWS + 200) * (rows.random(_ROWS + 200) < 0.1) for name in facts}
    found = own.decide_many("t", columns)
    for row in (*range(300), *range(_ROWS - 100, _ROWS + 200)):
        assert found[row] == own.decide("t", {name: int(column[row]) for name, column in columns.items()}).value
    assert "none" in found
    assert len({*found}) > 100


def test_facts_that_only_late_rules_ask_about() -> None:
    """The first word of alternatives knows nothing of them, and none of its rules is the less true."""
    facts = {"place": {"type": "level", "top": 64, "kind": "matter"}, "urgent": FACTS["urgent"]}
    rules = [{"id": f"R-{place}", "then": "early", "when": {"fact": "place", "is": place}} for place in range(1, 65)]
    late = {"id": "R-65", "then": "late", "when": {"fact": "urgent", "is": True}}
    table = {"hit": "first", "outcomes": ["early", "late", "none"], "rule": [*rules, late], "default": "none",
             "default_id": "else"}  # fmt: skip
    own = load_policy({"id": "own", "version": "1", "facts": facts, "table": {"t": table}})
    columns = {"place": np.array([1, 63, 64, 0, 0]), "urgent": np.array([True, False, True, True, False])}
    assert own.decide_many("t", columns).tolist() == ["early", "early", "early", "late", "none"]


def test_what_is_never_read_changes_nothing_in_columns_either() -> None:
    own = _load("first", [{"id": "R", "then": "a", "when": {"fact": "urgent", "is": True}}])
    urgent = np.array([True, False])
    assert own.decide_many("t", {"urgent": urgent, "channel": np.array(["phone", "fax"])}).tolist() == ["a", "c"]


@pytest.mark.parametrize(
    ("columns", "error", "match"),
    [
        ({}, MalformedInput, "at least one column"),
        ({"harm": np.array([1]), "days": np.array([1, 2])}, MalformedInput, "one length"),
        ({"harm": [1], "days": [1, 2]}, MalformedInput, "one length"),
        ({"harm": np.array([0, 1, 4])}, MalformedInput, "row 2: the fact 'harm' must be a whole number from 0 to 3"),
        ({"harm": np.array([0.0])}, MalformedInput, "array of float64"),
        ({"harm": np.array([True])}, MalformedInput, "array of bool"),
        ({"urgent": np.array([0, 1])}, MalformedInput, "array of int64"),
        ({"days": np.array([0, -6])}, MalformedInput, "row 1: the fact 'days'"),
        ({"topic": np.array(["bill", "bil"])}, MalformedInput, "row 1: the fact 'topic' must be one of bill, staff"),
        ({"hamr": np.array([1])}, UnknownName, "did you mean 'harm'"),
    ],
)
def test_wrong_columns_are_refused(columns: dict[str, Any], error: type[Exception], match: str) -> None:
    own = _load("first", [{"id": "R", "then": "a", "when": {"fact": "urgent", "is": True}}])
    with pytest.raises(error, match=match):
        own.decide_many("t", columns)


def test_a_column_that_decides_must_be_there() -> None:
    facts = {"days": {**FACTS["days"], "required": True}, "urgent": FACTS["urgent"]}
    table = {"hit": "collect_max", "outcomes": [1], "rule": [{"id": "R", "then": 1, "when": {"fact": "days", "is": 3}}]}
    own = load_policy({"id": "own", "version": "1", "facts": facts, "table": {"t": table}})
    with pytest.raises(MalformedInput, match="decide here: days"):
        own.decide_many("t", {"urgent": np.array([True])})


def test_a_rule_without_a_condition_is_true_of_every_row() -> None:
    sheet = FactSheet((level("harm", 3),))
    table = DecisionTable(sheet, (Rule("R", ({},), "always"),), HitPolicy.FIRST, "never")
    assert answers(table, {"harm": np.array([0, 3])}).tolist() == ["always", "always"]


@pytest.mark.parametrize("columns", [{"days": np.array([3])}, {"days": [3]}])
def test_a_table_that_collects_has_no_single_value(columns: dict[str, Any]) -> None:
    table = {"hit": "collect", "outcomes": ["x"], "rule": [{"id": "R", "then": "x", "when": {"fact": "days", "is": 3}}]}
    own = load_policy({"id": "own", "version": "1", "facts": FACTS, "table": {"t": table}})
    with pytest.raises(MalformedInput, match="no single value"):
        own.decide_many("t", columns)
