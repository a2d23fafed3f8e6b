"""Tables of one's own: hit policies, numbers, required facts, and what is refused when they are loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.errors import MalformedInput, PolicyRefused, UnknownName
from complaintkit.policy import Line, Policy, load_policy
from complaintkit.policy.facts import FactKind, number
from complaintkit.policy.rules import recompute_decision
from complaintkit.policy.tables import HitPolicy

FACTS = {
    "days": {"type": "number", "kind": "matter", "points": [3, 10], "required": True},
    "urgent": {"type": "flag", "kind": "matter"},
}
LATE = {"id": "late", "when": {"fact": "days", "more_than": 10}}
SLOW = {"id": "slow", "when": {"fact": "days", "at_least": 3}}
HURRY = {"id": "hurry", "when": {"fact": "urgent", "is": True}}


def policy(hit: str, outcomes: list[Any], *rules: dict[str, Any], **table: Any) -> Policy:
    written = {"hit": hit, "outcomes": outcomes, "rule": list(rules), **table}
    return load_policy({"id": "own", "version": "1", "facts": FACTS, "table": {"t": written}})


@pytest.mark.parametrize(
    ("hit", "outcomes", "thens", "value"),
    [
        ("first", ["a", "b", "c"], ["b", "a", "c"], "b"),
        ("most_urgent", ["a", "b", "c"], ["b", "c", "a"], "a"),
        ("collect", ["a", "b", "c"], ["b", "a", "c"], None),
        ("collect_sum", [5, 7, 1], [5, 5, 1], 11),
        ("collect_max", [5, 7, 1], [5, 7, 1], 7),
    ],
)
def test_what_several_rules_together_come_to(hit: str, outcomes: list[Any], thens: list[Any], value: Any) -> None:
    rules = [{**rule, "then": then} for rule, then in zip((LATE, SLOW, HURRY), thens, strict=True)]
    own = policy(hit, outcomes, *rules, **({} if hit.startswith("collect") else {"default": "c", "default_id": "else"}))
    found = own.decide("t", {"days": 11, "urgent": True})
    assert found.value == value
    assert found.values == tuple(dict.fromkeys(thens if hit != "first" else thens[:1]))
    assert found.rules == (("late",) if hit == "first" else ("late", "slow", "hurry"))
    table = own.tables["t"]
    assert recompute_decision(found.explanation, table.hit, table.outcomes) == (found.value, found.values)
    assert found.policy == own.label


@pytest.mark.parametrize("hit", [HitPolicy.UNIQUE, HitPolicy.ANY])
def test_rules_that_must_agree_recompute_to_what_they_agree_on(hit: HitPolicy) -> None:
    one, same, other = (Line(f"R-{then}", {}, then, "table.rule") for then in "aab")
    assert recompute_decision([one, same], hit, ("a", "b")) == ("a", ("a",))
    assert recompute_decision([], hit, ("a", "b")) == (None, ())
    with pytest.raises(MalformedInput, match="rules that must agree do not"):
        recompute_decision([one, other], hit, ("a", "b"))


@pytest.mark.parametrize("hit", [HitPolicy.SUM, HitPolicy.MAX])
def test_numbers_of_no_rule_recompute_to_nothing(hit: HitPolicy) -> None:
    assert recompute_decision([], hit, (5,)) == (0, ())


def test_where_nothing_matches() -> None:
    nothing = {"days": 1}
    assert policy("collect_sum", [5], {**LATE, "then": 5}).decide("t", nothing).value == 0
    assert policy("collect_max", [5], {**LATE, "then": 5}).decide("t", nothing).value == 0
    assert policy("collect", ["a"], {**LATE, "then": "a"}).decide("t", nothing).values == ()
    found = policy("first", ["a", "b"], {**LATE, "then": "a"}, default="b", default_id="else").decide("t", nothing)
    assert (found.value, found.rules, found.reads) == ("b", ("else",), {})


@given(st.integers(0, 10**12), st.booleans())
def test_numbers_are_compared_as_numbers(days: int, urgent: bool) -> None:
    found = policy("collect", ["l", "s", "h"], {**LATE, "then": "l"}, {**SLOW, "then": "s"}, {**HURRY, "then": "h"})
    expected = {"l": days > 10, "s": days >= 3, "h": urgent}
    decided = found.decide("t", {"days": days, "urgent": urgent})
    assert decided.values == tuple(name for name, holds in expected.items() if holds)
    assert decided.reads.get("days", days) == days


OPERATORS: dict[str, Callable[[int, int], bool]] = {
    "at_least": lambda a, b: a >= b,
    "more_than": lambda a, b: a > b,
    "at_most": lambda a, b: a <= b,
    "less_than": lambda a, b: a < b,
    "is": lambda a, b: a == b,
    "is_not": lambda a, b: a != b,
}


@given(st.sampled_from(sorted(OPERATORS)), st.sampled_from([3, 10]), st.integers(0, 14))
def test_every_operator_on_numbers(operator: str, point: int, days: int) -> None:
    own = policy("collect", ["x"], {"id": "1", "then": "x", "when": {"fact": "days", operator: point}})
    assert bool(own.decide("t", {"days": days}).values) is OPERATORS[operator](days, point)


@given(st.lists(st.integers(-20, 20), min_size=1, max_size=6), st.integers(-25, 25))
def test_a_number_lies_in_one_cell(points: list[int], value: int) -> None:
    fact = number("n", points, FactKind.MATTER, least=-25, most=25)
    place = fact.position(value)
    assert place is not None
    cells = [int(lowest) for lowest in fact.values if lowest is not None]
    assert cells[place] <= value
    assert place + 1 == len(cells) or value < cells[place + 1]
    assert fact.position(-26) is fact.position(26) is fact.position(True) is fact.position("1") is None


@pytest.mark.parametrize(
    ("facts", "error", "match"),
    [
        ({}, MalformedInput, "missing that decide here: days"),
        ({"days": -1}, MalformedInput, "from 0 to"),
        ({"days": 10**12 + 1}, MalformedInput, "from 0 to"),
        ({"days": 1.5}, MalformedInput, "whole number"),
        ({"days": True}, MalformedInput, "whole number"),
        ({"days": 1, "urgnet": True}, UnknownName, "did you mean 'urgent'"),
    ],
)
def test_wrong_facts_are_refused(facts: dict[str, Any], error: type[Exception], match: str) -> None:
    own = policy("collect", ["x"], {**LATE, "then": "x"})
    with pytest.raises(error, match=match):
        own.decide("t", facts)
    with pytest.raises(UnknownName, match="no table 'u'"):
        own.decide("u", {"days": 1})


def test_a_code_that_must_be_handed_in_is_never_nothing() -> None:
    facts = {"zone": {"type": "code", "kind": "matter", "codes": ["near", "far"], "required": True}}
    table = {"hit": "unique", "outcomes": ["a"], "rule": [
        {"id": name, "then": "a", "when": {"fact": "zone", "is": name}} for name in ("near", "far")
    ]}  # fmt: skip
    own = load_policy({"id": "own", "version": "1", "facts": facts, "table": {"t": table}})
    with pytest.raises(MalformedInput, match="must be one of near, far, but is nothing"):
        own.decide("t", {"zone": None})


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (("first", ["a"], {**LATE, "then": "a"}), "no rule matches where days is 0"),
        (("unique", ["a", "b"], {**LATE, "then": "a"}, {**SLOW, "then": "b"}), "slow matches together with late"),
        (("any", ["a", "b"], {**LATE, "then": "a"}, {**SLOW, "then": "b"}), "slow matches together with late"),
        (("first", ["a"], {**SLOW, "then": "a"}, {**LATE, "then": "a"}), "late can never decide"),
        (("collect", ["a"], {**LATE, "then": "b"}), "is not one of a"),
        (("collect", [1], {**LATE, "then": True}), "is not one of 1"),
        (("collect", ["a", 1], {**LATE, "then": "a"}), "must list texts, or whole numbers"),
        (("collect_sum", ["a"], {**LATE, "then": "a"}), "takes whole numbers"),
        (("collect", ["a"], {"id": "1", "then": "a", "when": {"fact": "days", "more_than": 4}}), "its points 3, 10"),
        (("collect", ["a"], {"id": "1", "then": "a", "when": {"fact": "channel", "is": "x"}}), "never decides"),
    ],
)
def test_wrong_tables_are_refused(written: Any, problem: str) -> None:
    with pytest.raises(PolicyRefused, match=problem):
        policy(*written)


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ({"type": "level", "top": 0}, "top: must be between 1 and 100, but is 0"),
        ({"type": "level", "top": 101}, "top: must be between 1 and 100, but is 101"),
        ({"type": "level", "top": 1}, ""),
        ({"type": "level", "top": 100}, ""),
        ({"type": "number", "points": [3, "x"]}, "points: must list 1 to 50 whole numbers from 0 to 1000000000000"),
        ({"type": "number", "points": [True]}, "points: must list 1 to 50 whole numbers"),
        ({"type": "number", "points": [9], "most": 8}, "points: must list 1 to 50 whole numbers from 0 to 8"),
        ({"type": "number", "points": [-1]}, "points: must list 1 to 50 whole numbers from 0 to"),
        ({"type": "number", "points": list(range(51))}, "points: must list 1 to 50 whole numbers"),
        ({"type": "number", "points": []}, "points: must list 1 to 50 whole numbers"),
        ({"type": "number", "points": list(range(50)), "most": 49}, ""),
    ],
)
def test_the_bounds_of_what_a_fact_can_be(written: dict[str, Any], problem: str) -> None:
    policy = {"id": "x", "version": "1", "facts": {"f": {"kind": "matter", **written}}, "table": {}}
    if problem:
        with pytest.raises(PolicyRefused, match=f"facts.f.{problem}"):
            load_policy(policy)
    else:
        assert load_policy(policy).sheet.names() == ("f",)
