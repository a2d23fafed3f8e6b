"""The band, the rank and the track: golden cases of the domain (P-18), an oracle, and what must always hold."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import floor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.errors import MalformedInput, UnknownName
from complaintkit.policy import Line, load_profile, recompute
from complaintkit.policy.triage import NEVER_READ
from complaintkit.policy.verdict import aging
from complaintkit.vocabulary import Band, Dimension, Track

PROFILE = load_profile("standard")
D = {dimension.id: dimension for dimension in Dimension}

levels = st.fixed_dictionaries({d.fact: st.integers(0, d.top) for d in Dimension})
needs = st.fixed_dictionaries(
    {
        "is_minor": st.booleans(),
        "adult_at_risk": st.booleans(),
        "protected_disclosure": st.booleans(),
        "sensitive_category": st.booleans(),
        "serious_allegation": st.booleans(),
        "remedy_above_frontline": st.booleans(),
        "reopened_band": st.sampled_from([None, *Band]),
    }
)
facts_of_triage: st.SearchStrategy[dict[str, Any]] = st.builds(lambda one, other: {**one, **other}, levels, needs)


def named(**by_id: int) -> dict[str, int]:
    """Facts by the ids of the domain: ``D1=2``."""
    return {D[name].fact: level for name, level in by_id.items()}


# P-18, case by case: facts, band, rank, and the rules of P-10 and P-11 that the case names.
GOLDEN = {
    "a": (named(D1=1), Band.P4, 10, {"P-10.12"}),
    "b": (named(D1=2), Band.P3, 20, {"P-10.11"}),
    "c": (named(D1=2, D8=2), Band.P2, 32, {"P-10.9"}),
    "d": (named(D2=3, D1=1), Band.P1, 28, {"P-10.1"}),
    "e": (named(D1=1, D7=3), Band.P2, 13, {"P-10.11", "P-11"}),
    "f": (named(D1=2, D9=2), Band.P2, 28, {"P-11"}),
    "g": (named(D7=3, D9=2), Band.P2, 11, {"P-10.11", "P-11"}),
    "h": (named(D4=3), Band.P4, 0, {"P-10.12"}),
}


@pytest.mark.parametrize(("facts", "band", "rank", "rules"), GOLDEN.values(), ids=GOLDEN)
def test_the_worked_examples(facts: dict[str, int], band: Band, rank: int, rules: set[str]) -> None:
    verdict = PROFILE.priority(facts)
    assert (verdict.value, verdict.rank) == (band, rank)
    assert rules <= set(verdict.rules)


def test_the_track_of_example_h() -> None:
    assert PROFILE.priority(named(D4=3)).track is Track.INVESTIGATION


@pytest.mark.parametrize(("share", "points"), [(Fraction(1, 2), 20), (0.5, 20), (Fraction(3, 2), 60), (7, 60), (0, 0)])
def test_consumed_time_adds_points_up_to_a_cap(share: Any, points: int) -> None:
    """Example (i): case (b) at 50 % of its time has 40, at 150 % it has 80."""
    assert PROFILE.aging(share) == points
    assert PROFILE.rank(named(D1=2), share) == 20 + points == PROFILE.priority(named(D1=2), share).rank


@given(st.integers(0, 500), st.integers(1, 500), st.integers(1, 500), st.integers(1, 500))
def test_time_counts_by_any_weight_and_cap(elapsed: int, target: int, weight: int, cap: int) -> None:
    """P-15, in fractions."""
    assert aging(elapsed, target, weight, cap) == floor(weight * min(Fraction(cap, 100), Fraction(elapsed, target)))


def expected_band(f: Mapping[str, Any]) -> Band:
    """Table 5.3 with P-11, P-12 and P-14, written out a second time."""
    d1, d2, d3, d5 = f["seriousness"], f["health_safety"], f["time_criticality"], f["systemic"]
    d6, d7, d8, d9, d10 = f["legal"], f["publicity"], f["vulnerability"], f["prior_failure"], f["hardship"]
    band = 4
    if max(d3, d5, d6, d8, d9, d10, d2) >= 1 or d1 >= 2 or d7 >= 2 or f["is_minor"] or f["adult_at_risk"]:
        band = 3
    if d1 >= 3 or d2 >= 2 or (d3 >= 2 and d1 >= 2) or d6 == 3 or d5 == 3 or (d8 >= 2 and d1 >= 2) or d10 == 3:
        band = 2
    if d2 == 3 or d1 == 4 or (d8 == 3 and (d1 >= 2 or d2 >= 1)) or (d3 == 3 and d1 >= 3):
        band = 1
    if f["reopened_band"]:
        band = min(band, 3, int(f["reopened_band"][1]))
    if d7 == 3 or d9 == 2:
        band = band if band <= 2 else band - 1
    return Band(f"P{band}")


def expected_rank(f: Mapping[str, Any]) -> int:
    """P-15 at receipt, written out a second time."""
    publicity = 0 if f["health_safety"] >= 1 or f["seriousness"] == 4 else f["publicity"]
    return int(
        10 * f["seriousness"]
        + 8 * f["time_criticality"]
        + 6 * f["vulnerability"]
        + 6 * f["health_safety"]
        + 5 * f["systemic"]
        + 5 * f["hardship"]
        + 4 * f["legal"]
        + 4 * f["prior_failure"]
        + publicity
    )


def expected_track(f: Mapping[str, Any], band: Band) -> Track:
    """P-17, written out a second time."""
    if f["protected_disclosure"]:
        return Track.DISCLOSURE
    if f["seriousness"] == 4 or f["sensitive_category"]:
        return Track.SPECIALIST
    if f["complexity"] == 0 and band in {Band.P3, Band.P4} and not f["remedy_above_frontline"]:
        return Track.FRONTLINE
    return Track.INVESTIGATION if f["complexity"] >= 2 or f["serious_allegation"] else Track.STANDARD


@given(facts_of_triage)
def test_the_standard_profile_is_the_table_of_the_domain(facts: dict[str, Any]) -> None:
    """[H: INV-30 a pure function of the levels]"""
    verdict = PROFILE.priority(facts)
    assert verdict.value is expected_band(facts)
    assert verdict.rank == expected_rank(facts)
    assert verdict.track is expected_track(facts, verdict.value)


@given(facts_of_triage, st.sampled_from([d for d in Dimension if d is not Dimension.COMPLEXITY]))
def test_raising_a_dimension_never_lowers_urgency(facts: dict[str, Any], dimension: Dimension) -> None:
    """P-05; the rank holds too, although publicity stops counting where a case becomes a safety case.

    [H: P-05 monotone]
    """
    lower = {**facts, dimension.fact: max(0, facts[dimension.fact] - 1)}
    higher = PROFILE.priority(facts)
    assert higher.value <= PROFILE.priority(lower).value
    assert higher.rank >= PROFILE.priority(lower).rank


@given(facts_of_triage, st.integers(0, Dimension.COMPLEXITY.top))
def test_complexity_changes_no_urgency(facts: dict[str, Any], complexity: int) -> None:
    """P-07."""
    one, other = PROFILE.priority(facts), PROFILE.priority({**facts, "complexity": complexity})
    assert (one.value, one.rank) == (other.value, other.rank)


@given(facts_of_triage, st.dictionaries(st.sampled_from(sorted(NEVER_READ)), st.integers() | st.text() | st.none()))
def test_what_must_never_decide_changes_nothing(facts: dict[str, Any], others: dict[str, Any]) -> None:
    """P-02, INV-13, INV-19: channel, customer value, tone, number of contacts, the handler, demographics.

    [H: P-02 constant in what must never decide] [H: INV-19 constant in the channel]
    """
    assert PROFILE.priority({**facts, **others}).to_dict() == PROFILE.priority(facts).to_dict()


@given(facts_of_triage, st.fractions(0, 3))
def test_the_explanation_recomputes_the_result(facts: dict[str, Any], share: Fraction) -> None:
    """P-01, V-08; also when it was kept as plain data.

    [H: V-08 recomputed from its explanation]
    """
    verdict = PROFILE.priority(facts, share)
    assert recompute(verdict.explanation) == (verdict.value, verdict.rank, verdict.track)
    plain = verdict.to_dict()["explanation"]
    assert isinstance(plain, list)
    assert recompute(plain) == (verdict.value, verdict.rank, verdict.track)


@given(facts_of_triage)
def test_the_explanation_names_what_was_read(facts: dict[str, Any]) -> None:
    verdict = PROFILE.priority(facts)
    assert {name: facts[name] for name in verdict.reads if name != "band"} == {
        name: value for name, value in verdict.reads.items() if name != "band"
    }
    assert set(verdict.rules) <= {line.rule for line in verdict.explanation}
    assert [line.text_key for line in verdict.explanation].count("priority.track") == 1  # the first rule decides it


def test_publicity_orders_nothing_among_safety_cases() -> None:
    """INV-55: the points are withheld and the explanation says so."""
    quiet, loud = PROFILE.priority(named(D2=3)), PROFILE.priority(named(D2=3, D7=3))
    assert quiet.rank == loud.rank == 18
    (withheld,) = [line for line in loud.explanation if line.text_key == "priority.points_withheld"]
    assert (withheld.rule, withheld.contribution) == ("INV-55", 0)


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"seriousnes": 1}, "there is no fact 'seriousnes' (did you mean 'seriousness'?)"),
        ({"seriousness": 5}, "'seriousness' must be a whole number from 0 to 4, but is the number '5'"),
        ({"seriousness": -1}, "but is the number '-1'"),
        ({"seriousness": "5"}, "but is the text '5'"),
        ({"seriousness": True}, "but is the truth value 'True'"),
        ({"seriousness": 1.0}, "but is the decimal number '1.0'"),
        ({"seriousness": None}, "but is nothing"),
        ({"seriousness": [1]}, "but is a list"),
        ({"is_minor": 1}, "'is_minor' must be true or false, but is the number '1'"),
        ({"reopened_band": "P5"}, "'reopened_band' must be one of P1, P2, P3, P4, but is the text 'P5'"),
        ({"band": "P1"}, "there is no fact 'band'"),
        ({3: 1}, "there is no fact '3'"),
    ],
)
def test_facts_that_are_not_understood_are_refused(facts: dict[str, Any], message: str) -> None:
    """Never a silent default: not for a misspelt name, not for a text that looks like a number."""
    with pytest.raises((UnknownName, MalformedInput)) as refused:
        PROFILE.priority(facts)
    assert message in str(refused.value)


@pytest.mark.parametrize("share", [-1, float("nan"), float("inf"), "half", None])
def test_a_share_of_time_that_is_none_is_refused(share: Any) -> None:
    with pytest.raises(MalformedInput, match="share of time"):
        PROFILE.priority({}, share)


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [Line("P-10.12", {}, "P4", "priority.default")],
        [{"rule": "P-15"}],
        [Line("P-15", {"seriousness": 2, "weight": 10}, 21, "priority.points"), *PROFILE.priority({}).explanation],
    ],
)
def test_an_explanation_that_does_not_add_up_is_refused(lines: list[Any]) -> None:
    with pytest.raises(MalformedInput):
        recompute(lines)


def test_an_explanation_may_state_that_no_time_was_used() -> None:
    *lines, total, track = PROFILE.priority(named(D1=2)).explanation
    used = {"elapsed": 0, "target": 4, "weight": 40, "cap_percent": 150}
    assert recompute([*lines, Line("P-15", used, 0, "priority.aging"), total, track]).rank == 20


def test_the_verdict_says_why_in_words() -> None:
    text = PROFILE.priority(named(D1=1, D7=3), Fraction(1, 4)).explain().splitlines()
    assert text == [
        f"P2 (rank 23, track standard) by {PROFILE.label}",
        "  P-10.11: at least P3, because publicity is 3",
        "  P-11: one band up, now P2, because publicity is 3",
        "  P-15: 10 points: seriousness is 1, each level 10",
        "  P-15: 3 points: publicity is 3, each level 1",
        "  P-15: 10 points for the time used: 1 of 4",
        "  P-15: rank 23 in all",
        "  P-17.5: track standard, because no other rule applies",
    ]
