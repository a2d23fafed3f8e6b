"""Conditions and tables against a plain evaluation of the same data, and the checks made when they are loaded."""

from __future__ import annotations

import itertools
import re
import warnings
from collections.abc import Callable
from enum import Enum, IntEnum, StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.errors import FileRefused, PolicyWarning
from complaintkit.policy.checks import MAX_STEPS, check_table
from complaintkit.policy.conditions import Box, meet, read_condition
from complaintkit.policy.document import read_document
from complaintkit.policy.facts import Fact, FactKind, FactSheet, choice, code, flag, level, number
from complaintkit.policy.tables import DecisionTable, HitPolicy, Rule
from complaintkit.vocabulary import Band

SHEET = FactSheet(
    (level("harm", 3), level("money", 2), flag("is_minor"), code("stage", ["one", "two"], FactKind.MATTER))
)
EVERY_CASE: list[dict[str, Any]] = [
    dict(zip(SHEET.names(), values, strict=True)) for values in itertools.product(*(f.values for f in SHEET.facts))
]

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "is": lambda known, value: known == value,
    "is_not": lambda known, value: known != value,
    "at_least": lambda known, value: known >= value,
    "more_than": lambda known, value: known > value,
    "at_most": lambda known, value: known <= value,
    "less_than": lambda known, value: known < value,
    "one_of": lambda known, value: known in value,
    "none_of": lambda known, value: known not in value,
}


def true_of(condition: dict[str, Any], facts: dict[str, Any]) -> bool:
    """What a condition means, evaluated in the plainest way."""
    if "all" in condition:
        return all(true_of(part, facts) for part in condition["all"])
    if "any" in condition:
        return any(true_of(part, facts) for part in condition["any"])
    if "not" in condition:
        return not true_of(condition["not"], facts)
    operator = next(key for key in condition if key != "fact")
    return bool(OPERATORS[operator](facts[condition["fact"]], condition[operator]))


@st.composite
def comparisons(draw: st.DrawFn) -> dict[str, Any]:
    fact: Fact = draw(st.sampled_from(SHEET.facts))
    values = [value for value in fact.values if value is not None]
    operators = list(OPERATORS) if fact.ordered else ["is", "is_not", "one_of", "none_of"]
    operator = draw(st.sampled_from(operators))
    some = st.lists(st.sampled_from(values), unique=True) if operator.endswith("_of") else st.sampled_from(values)
    return {"fact": fact.name, operator: draw(some)}


conditions = st.recursive(
    comparisons(),
    lambda inner: st.one_of(
        st.fixed_dictionaries({"all": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"not": inner}),
    ),
    max_leaves=6,
)


def holds(box: Box, facts: dict[str, Any]) -> bool:
    return all(allowed >> (SHEET[name].position(facts[name]) or 0) & 1 for name, allowed in box.items())


def compiled(condition: dict[str, Any]) -> tuple[Box, ...]:
    document = read_document(condition)
    boxes = read_condition(document.root, SHEET)
    document.finish("a condition of this test is wrong")
    return boxes


def table(
    *conditions: dict[str, Any], hit: HitPolicy, then: str = "P1", default: Band | None = None
) -> DecisionTable[Band]:
    """A table of rules R-0, R-1 ...; ``then`` gives the band of each as a digit."""
    outcomes = [Band(f"P{digit}") for digit in then.removeprefix("P")]
    rules = [Rule(f"R-{i}", compiled(c), band) for i, (c, band) in enumerate(zip(conditions, outcomes, strict=True))]
    return DecisionTable(SHEET, tuple(rules), hit, default, outcomes=tuple(Band))


def problems(checked: DecisionTable[Band]) -> list[str]:
    document = read_document({"rule": [{} for _ in checked.rules]})
    check_table(checked, document.root, document.root.tables("rule"))
    try:
        document.finish("refused")
    except FileRefused as refused:
        return [problem.text for problem in refused.problems]
    return []


@given(conditions)
def test_a_compiled_condition_means_what_it_says(condition: dict[str, Any]) -> None:
    boxes = compiled(condition)
    for facts in EVERY_CASE:
        assert any(holds(box, facts) for box in boxes) == true_of(condition, facts)


@given(st.lists(conditions, min_size=1, max_size=12), st.data())
def test_the_index_finds_every_rule_that_matches(parts: list[dict[str, Any]], data: st.DataObject) -> None:
    bands = data.draw(st.lists(st.sampled_from("1234"), min_size=len(parts), max_size=len(parts)))
    built = table(*parts, hit=HitPolicy.MOST_URGENT, then="".join(bands))
    for facts in EVERY_CASE:
        matching = built.matching(facts)
        expected = [i for i, part in enumerate(parts) if true_of(part, facts)]
        assert [rule.id for rule in matching] == [f"R-{i}" for i in expected]
        assert list(built.reads(facts)) == list(matching)
        assert all(facts[name] == value for read in built.reads(facts).values() for name, value in read.items())
        assert built.answer(matching) == min((Band(f"P{bands[i]}") for i in expected), default=None)


def facts_of(witness: str) -> dict[str, Any]:
    """The facts that a witness states, in a text such as "harm is 2 and is_minor is true"."""
    written = {
        fact.name: {str(value).lower() if isinstance(value, bool) else str(value): value for value in fact.values}
        for fact in SHEET.facts
    }
    stated = [part.split(" is ") for part in witness.split(" and ")] if witness != "nothing is stated" else []
    return {name: written[name][value] for name, value in stated}


def cases_of(witness: str) -> list[dict[str, Any]]:
    """Every case that a witness stands for; what it does not state may be anything."""
    stated = facts_of(witness)
    return [facts for facts in EVERY_CASE if stated.items() <= facts.items()]


@given(st.lists(conditions, min_size=1, max_size=5), st.data())
def test_every_witness_shows_what_it_is_said_to_show(parts: list[dict[str, Any]], data: st.DataObject) -> None:
    then = "".join(data.draw(st.lists(st.sampled_from("12"), min_size=len(parts), max_size=len(parts))))
    for hit in HitPolicy:
        for text in problems(table(*parts, hit=hit, then=then)):
            if gap := re.fullmatch(r"no rule matches where (.*); add a rule or a default", text):
                assert cases_of(gap[1])
                assert not any(true_of(part, facts) for facts in cases_of(gap[1]) for part in parts)
            elif pair := re.search(r"rule R-(\d) .* (?:with|instance) R-(\d),?.* where (.*)", text):
                both = [parts[int(number)] for number in pair.groups()[:2]]
                assert cases_of(pair[3])
                assert all(true_of(part, facts) for facts in cases_of(pair[3]) for part in both)
            elif outweighed := re.fullmatch(r"P2 is never the answer: .* instance R-(\d) where (.*)", text):
                taken = [part for part, band in zip(parts, then, strict=True) if band == "2"]
                assert then[int(outweighed[1])] == "1"
                assert all(true_of(parts[int(outweighed[1])], facts) for facts in cases_of(outweighed[2]))
                assert all(any(true_of(part, facts) for part in taken) for facts in cases_of(outweighed[2]))
            else:
                assert "can never be true" in text


@given(st.lists(conditions, min_size=1, max_size=5), st.data())
def test_an_outcome_is_called_unreachable_when_no_case_has_it(parts: list[dict[str, Any]], data: st.DataObject) -> None:
    then = "".join(data.draw(st.lists(st.sampled_from("123"), min_size=len(parts), max_size=len(parts))))
    for default in (None, Band.P2):
        built = table(*parts, hit=HitPolicy.MOST_URGENT, then=then, default=default)
        found = {text[:2] for text in problems(built) if "is never the answer" in text}
        answered = {str(built.answer(built.matching(facts))) for facts in EVERY_CASE}
        given_by_some = {
            f"P{band}"
            for band, part in zip(then, parts, strict=True)
            if any(true_of(part, facts) for facts in EVERY_CASE)
        }
        assert found == given_by_some - answered - {str(default)}


def pigeons(count: int) -> DecisionTable[str]:
    """A table that decides every case, which is hard to see: so many pigeons do not fit into one hole less."""
    names = [[f"p{pigeon}_{hole}" for hole in range(count - 1)] for pigeon in range(count)]
    nowhere = [dict.fromkeys(holes, 0b01) for holes in names]
    together = [
        {one[hole]: 0b10, other[hole]: 0b10}
        for hole in range(count - 1)
        for one, other in itertools.combinations(names, 2)
    ]
    sheet = FactSheet(tuple(flag(name) for holes in names for name in holes))
    rules = tuple(Rule(f"R-{i}", (box,), "x") for i, box in enumerate([*nowhere, *together]))
    return DecisionTable(sheet, rules, HitPolicy.ANY, outcomes=("x",))


def test_a_question_that_was_left_open_is_told() -> None:
    for count in (4, 9):
        built = pigeons(count)
        document = read_document({"rule": [{} for _ in built.rules]})
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            check_table(built, document.root, document.root.tables("rule"))
        assert not document.found
        assert (count == 4) == (not said)
        assert all(f"more than {MAX_STEPS} combinations and was not worked out" in str(each.message) for each in said)
        assert all(each.category is PolicyWarning for each in said)


@given(st.lists(conditions, min_size=1, max_size=5))
def test_what_the_checks_say_is_true(parts: list[dict[str, Any]]) -> None:
    """Dead rules, overlaps and gaps, compared with trying every case."""
    found = problems(table(*parts, hit=HitPolicy.FIRST, then="1" * len(parts)))
    matching = [{i for i, facts in enumerate(EVERY_CASE) if true_of(part, facts)} for part in parts]
    for place, cases in enumerate(matching):
        early = set().union(*matching[:place])
        assert any(f"R-{place} can never be true" in text for text in found) == (not cases)
        assert any(f"R-{place} can never decide" in text for text in found) == (bool(cases) and cases <= early)
    assert any("no rule matches where" in text for text in found) == (len(set().union(*matching)) < len(EVERY_CASE))
    overlapping = problems(table(*parts, hit=HitPolicy.UNIQUE, then="1" * len(parts)))
    pairs = sum(bool(one & other) for one, other in itertools.combinations(matching, 2))
    assert sum("matches together with" in text for text in overlapping) == pairs


MONEY: dict[str, Any] = {"fact": "money", "at_least": 1}
HARM: dict[str, Any] = {"fact": "harm", "at_least": 2}
ALWAYS: dict[str, Any] = {"fact": "harm", "at_least": 0}


def test_a_gap_is_shown_with_a_witness() -> None:
    assert problems(table(HARM, hit=HitPolicy.FIRST)) == ["no rule matches where harm is 0; add a rule or a default"]
    assert problems(table(HARM, hit=HitPolicy.FIRST, default=Band.P4)) == []


def test_a_gap_is_shown_by_no_more_facts_than_it_has() -> None:
    far = {"all": [{"fact": "harm", "at_most": 1}, {"fact": "money", "at_least": 2}]}
    found = problems(table(MONEY, far, hit=HitPolicy.MOST_URGENT, then="21"))
    assert found == ["no rule matches where money is 0; add a rule or a default"]


def test_rules_of_several_facts_leave_no_gap_together() -> None:
    """Each takes one quarter of all cases; without the last one its quarter is the gap."""
    quarters: list[dict[str, Any]] = [
        {"all": [{"fact": "harm", harm: 2}, {"fact": "money", money: 1}]}
        for harm, money in itertools.product(("at_least", "less_than"), repeat=2)
    ]
    assert problems(table(*quarters, hit=HitPolicy.UNIQUE, then="1234")) == []
    assert problems(table(*quarters[:3], hit=HitPolicy.UNIQUE, then="123")) == [
        "no rule matches where harm is 0 and money is 0; add a rule or a default"
    ]


def test_an_overlap_is_shown_with_a_witness() -> None:
    both = "rule R-1 matches together with R-0, for instance where harm is 2 and money is 1"
    assert both in problems(table(HARM, MONEY, hit=HitPolicy.UNIQUE, then="12", default=Band.P4))
    assert problems(table(HARM, MONEY, hit=HitPolicy.ANY, then="12", default=Band.P4)) == [both]
    assert problems(table(HARM, MONEY, hit=HitPolicy.ANY, then="11", default=Band.P4)) == []


def test_a_rule_for_every_case_is_shown_as_such() -> None:
    assert problems(table(ALWAYS, HARM, hit=HitPolicy.UNIQUE, then="12"))[0].endswith("for instance where harm is 2")
    assert problems(table(ALWAYS, ALWAYS, hit=HitPolicy.FIRST, then="12")) == [
        "rule R-1 can never decide: the rules before it take every case, for instance R-0 where harm is 0"
    ]


@pytest.mark.parametrize(
    ("hit", "facts", "answer"),
    [
        (HitPolicy.FIRST, {"harm": 3, "money": 1}, Band.P3),
        (HitPolicy.MOST_URGENT, {"harm": 3, "money": 1}, Band.P2),
        (HitPolicy.MOST_URGENT, {"harm": 3}, Band.P3),
        (HitPolicy.FIRST, {"money": 2}, Band.P2),
        (HitPolicy.FIRST, {}, Band.P4),
    ],
)
def test_what_the_hit_policies_answer(hit: HitPolicy, facts: dict[str, int], answer: Band) -> None:
    built = table(HARM, MONEY, hit=hit, then="32", default=Band.P4)
    assert built.answer(built.matching(SHEET.complete(facts))) is answer


def test_collecting_gives_every_rule_and_needs_no_default() -> None:
    built = table(HARM, MONEY, hit=HitPolicy.COLLECT, then="32")
    assert [rule.then for rule in built.matching(SHEET.complete({"harm": 2, "money": 2}))] == [Band.P3, Band.P2]
    assert built.matching(SHEET.complete({})) == ()
    assert problems(built) == []


@given(conditions, conditions)
def test_two_boxes_meet_where_both_hold(one: dict[str, Any], other: dict[str, Any]) -> None:
    for left, right in itertools.product(compiled(one), compiled(other)):
        common = meet(left, right)
        for facts in EVERY_CASE:
            both = holds(left, facts) and holds(right, facts)
            assert both == (common is not None and holds(common, facts))


def test_facts_may_be_handed_in_as_enumerations() -> None:
    """What a host calls by its own enumeration is taken for what it stands for."""

    class Stage(StrEnum):
        LATER = "two"

    class Plain(Enum):
        LATER = "two"

    class Harm(IntEnum):
        GREAT = 3

    built = table({"all": [{"fact": "stage", "is": "two"}, HARM]}, hit=HitPolicy.FIRST)
    for stage in (Stage.LATER, Plain.LATER, "two"):
        assert built.matching(SHEET.complete({"stage": stage, "harm": Harm.GREAT}))
    assert SHEET.complete({"stage": Plain.LATER, "harm": Harm.GREAT}) == SHEET.complete({"stage": "two", "harm": 3})


def test_right_facts_are_known_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing is wrong, nothing is looked through fact by fact: a verdict costs no more than it must."""
    stage, way = code("stage", ["one"], FactKind.MATTER), choice("way", ["post", "hand"], FactKind.MATTER)
    sheet = FactSheet((stage, way, level("harm", 3), flag("is_minor"), number("grams", [100], most=2_000)))
    monkeypatch.delattr(FactSheet, "_refuse")
    for grams, values in itertools.product((0, 99, 101, 2_000), itertools.product(*(f.values for f in sheet.facts))):
        right = dict(zip(sheet.names(), values, strict=True)) | {"grams": grams}
        assert sheet.complete(right) == right
    with pytest.raises(AttributeError):
        sheet.complete({"grams": 2_001})
