"""Who answers for what: one unit, one person, never nobody (E-52, INV-35, INV-74, SoD-7)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.errors import PolicyRefused, UnknownName
from complaintkit.policy import BUILT_IN, Profile, load_profile
from complaintkit.policy.routing import COMPLAINTS, LAST_RESORT
from complaintkit.values import UNASSIGNED

UNITS = {
    "billing": {"owner": "biller", "deputy": "biller-2", "liaison": "answers", "above": "money"},
    "money": {"owner": "treasurer", "escalation": {"RO-08": "leader", "RO-13": "director"}},
    "privacy": {"owner": "officer", "escalation": {"RO-08": "officer"}},
}
TOPICS = [
    {"topic": "money", "unit": "money", "playbook": "PB-1"},
    {"topic": "fee", "under": "money"},
    {"topic": "late_fee", "under": "fee", "unit": "billing"},
    {"topic": "privacy", "unit": "privacy"},
]


def profile(units: Any = UNITS, routing: Any = TOPICS) -> Profile:
    return load_profile({"base": "standard", "id": "o", "version": "1", "units": units, "routing": routing})


OURS = profile().routing
PEOPLE = ["biller", "biller-2", "answers", "treasurer", "officer", UNASSIGNED, LAST_RESORT]
some = st.sets(st.sampled_from(PEOPLE))
topics = st.sampled_from([*(line["topic"] for line in TOPICS), "noise", "", None])


@pytest.mark.parametrize(
    ("topic", "unit", "owner", "playbook"),
    [
        ("money", "money", "treasurer", "PB-1"),
        ("fee", "money", "treasurer", "PB-1"),  # of the topic above it
        ("late_fee", "billing", "biller", ""),  # its own line counts
        ("noise", COMPLAINTS, UNASSIGNED, ""),
        (None, COMPLAINTS, UNASSIGNED, ""),
    ],
)
def test_inv_74_a_topic_leads_to_one_unit_and_one_person(
    topic: str | None, unit: str, owner: str, playbook: str
) -> None:
    route = OURS.route(topic)
    assert (route.unit, route.owner, route.playbook) == (unit, owner, playbook)


@given(topics, some, some)
def test_inv_74_nobody_is_never_the_answer_and_the_excluded_never_are(
    topic: str | None, excluded: set[str], absent: set[str]
) -> None:
    route = OURS.route(topic, excluded=excluded, absent=absent)
    for who in (route.owner, route.liaison):
        assert who
        assert who not in excluded or excluded >= {UNASSIGNED, LAST_RESORT}
        if who in absent:  # only where nobody else was left
            assert UNASSIGNED in excluded | absent


@given(topics)
def test_a_taxonomy_of_the_host_may_stand_above_the_topics(topic: str | None) -> None:
    """A leaf that the profile does not know takes the line of the nearest one above it that it does."""
    assert OURS.route("leaf", above=("unknown", topic or "")).unit == OURS.route(topic).unit


def test_an_own_line_is_nearer_than_those_above() -> None:
    assert OURS.route("privacy", above=("money",)).unit == "privacy"


def test_who_stands_in() -> None:
    assert OURS.route("late_fee", excluded={"biller"}).owner == "biller-2"
    assert OURS.route("late_fee", absent={"biller"}).owner == "biller-2"
    assert OURS.route("late_fee", excluded={"biller", "biller-2"}).owner == "treasurer"  # of the unit above
    assert OURS.route("privacy", excluded={"officer"}).owner == UNASSIGNED
    assert OURS.route("privacy", absent={"officer", UNASSIGNED, LAST_RESORT}).owner == "officer"  # somebody must


def test_sod_7_the_complaints_manager_does_not_handle_a_complaint_about_themself() -> None:
    assert OURS.route("noise", excluded={UNASSIGNED}).owner == LAST_RESORT


def test_inv_74_at_the_end_of_every_chain_is_the_unit_of_the_complaints_manager() -> None:
    ours = profile(
        {**UNITS, COMPLAINTS: {"owner": "chief", "deputy": "chief-2", "escalation": {"RO-12": "chief"}}}
    ).routing
    others = {"biller", "biller-2", "treasurer"}
    assert ours.route("late_fee", excluded=others).owner == "chief"
    assert ours.route("late_fee", excluded=others, absent={"chief"}).owner == "chief-2"
    assert ours.escalation("billing", "RO-12") == "chief"


def test_the_liaison_answers_questions_and_the_deputy_stands_in() -> None:
    assert OURS.liaison("billing") == "answers"
    assert OURS.liaison("billing", excluded={"answers"}) == "biller-2"
    assert OURS.liaison("money") == "treasurer"  # a unit without one
    with pytest.raises(UnknownName, match="did you mean 'billing'"):
        OURS.liaison("biling")


def test_ev_52_the_chain_of_escalation_goes_up() -> None:
    assert OURS.escalation("billing", "RO-08") == "leader"  # named by the unit above
    assert OURS.escalation("billing", "RO-12") == "RO-12"  # nobody names one
    assert OURS.escalation("billing", "RO-08", excluded={"leader"}) == "RO-08"
    assert OURS.escalation(None, "RO-08") == "RO-08"
    assert OURS.escalation("a-unit-of-before", "RO-08") == "RO-08"


def test_the_route_says_why() -> None:
    route = OURS.route("fee", excluded={"treasurer"})
    assert route.explain().splitlines() == [
        f"fee: {UNASSIGNED} of money",
        "  E-52: fee is under money",
        "  INV-74: money belongs to money",
        f"  INV-35: treasurer may not, or is not there; {UNASSIGNED} stands in",
    ]
    assert "nobody mapped it, so complaints answers" in OURS.route("noise").explain()
    assert route.to_dict()["owner"] == UNASSIGNED


@given(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from([None, *"abcdef", "money", "privacy"])))
def test_inv_74_every_leaf_of_any_taxonomy_is_covered(categories: dict[str, str | None]) -> None:
    """Also of one that turns in a circle: the taxonomy refuses that, routing survives it."""
    coverage = OURS.coverage(categories)
    leaves = set(categories) - set(categories.values())
    assert set(coverage.units) == leaves
    assert all(unit in OURS.units for unit in coverage.units.values())
    assert set(coverage.unmapped) == {leaf for leaf in leaves if OURS.route(leaf).mapped == ""} & {
        leaf for leaf, unit in coverage.units.items() if unit == COMPLAINTS
    }


def test_inv_74_a_leaf_goes_where_the_nearest_category_above_it_goes() -> None:
    coverage = OURS.coverage({"privacy": None, "letters": "privacy", "opened": "letters", "late_fee": None})
    assert coverage.units == {"opened": "privacy", "late_fee": "billing"}
    assert coverage.unmapped == ()


WRONG = {
    "an unknown unit": (
        UNITS,
        [{"topic": "a", "unit": "biling"}],
        "there is no unit 'biling' (did you mean 'billing'?)",
    ),
    "an unknown topic above": (
        UNITS,
        [*TOPICS, {"topic": "a", "under": "fees"}],
        "no topic 'fees' (did you mean 'fee'?)",
    ),
    "two units for one topic": (UNITS, [*TOPICS, {"topic": "fee", "unit": "privacy"}], "another line for 'fee'"),
    "a topic that leads nowhere": (UNITS, [{"topic": "a"}], "needs a unit, or the topic that it is under"),
    "topics in a circle": (
        UNITS,
        [{"topic": "a", "under": "b"}, {"topic": "b", "under": "a"}],
        "routing[0].under: turns in a circle: a > b > a",
    ),
    "a topic under itself": (UNITS, [{"topic": "a", "under": "a"}], "turns in a circle: a > a"),
    "units in a circle": (
        {"a": {"owner": "x", "above": "b"}, "b": {"owner": "y", "above": "c"}, "c": {"owner": "z", "above": "b"}},
        [],
        "turns in a circle: b > c > b",
    ),
    "an unknown unit above": ({"a": {"owner": "x", "above": "money"}}, [], "there is no unit 'money'"),
    "nobody who owns": ({"a": {"deputy": "x"}}, [], "units.a.owner: is missing"),
    "a name and no id": ({"a": {"owner": "Dana Levi"}}, [], "must be an opaque id of a person"),
    "an address": ({"a": {"owner": "x", "liaison": "dana@example.org"}}, [], "must be an opaque id of a person"),
    "a deputy for oneself": ({"a": {"owner": "x", "deputy": "x"}}, [], "must be somebody else than the owner"),
    "an unknown role": ({"a": {"owner": "x", "escalation": {"RO-8": "y"}}}, [], "there is no role 'RO-8' here"),
    "a misspelt key": ({"a": {"owner": "x", "liason": "y"}}, [], "there is no 'liason' here (did you mean 'liaison'?)"),
}


@pytest.mark.parametrize(("units", "routing", "problem"), WRONG.values(), ids=WRONG)
def test_what_routes_to_nobody_is_refused(units: Any, routing: Any, problem: str) -> None:
    with pytest.raises(PolicyRefused) as refused:
        profile(units, routing)
    assert problem in str(refused.value)


def test_every_problem_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text(
        'base = "standard"\nid = "ours"\nversion = "1"\n\n[units.a]\nowner = "x"\nabove = "q"\n\n'
        '[[routing]]\ntopic = "t"\nunit = "b"\n\n[[routing]]\ntopic = "t"\nunit = "a"\n',
        encoding="utf-8",
    )
    with pytest.raises(PolicyRefused) as refused:
        load_profile(file)
    assert [(problem.line, problem.path) for problem in refused.value.problems] == [
        (7, "units.a.above"),
        (11, "routing[0].unit"),
        (14, "routing[1].topic"),
    ]


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_built_in_profile_knows_who_answers(name: str) -> None:
    routing = load_profile(name).routing
    assert COMPLAINTS in routing.units
    assert routing.route("anything").unit == COMPLAINTS
    assert routing.route("anything", excluded={routing.route("anything").owner}).owner


def test_units_of_a_base_are_merged_key_by_key() -> None:
    own = {"base": "regulated", "id": "o", "version": "1", "units": {"privacy": {"deputy": "second"}}}
    unit = load_profile(own).routing.unit("privacy")
    assert (unit.owner, unit.deputy, unit.above) == ("privacy-officer", "second", COMPLAINTS)
