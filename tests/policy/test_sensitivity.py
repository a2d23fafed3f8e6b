"""The sensitivity of the weights, against an order that is worked out anew for every move (P-15)."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.errors import UnknownName
from complaintkit.policy import load_profile
from complaintkit.policy.sensitivity import AGING, CHANGES, Sensitivity, sensitivity
from tests.policy.test_priority import levels

PROFILE = load_profile()
WEIGHTS = {
    "seriousness": 10, "time_criticality": 8, "vulnerability": 6, "health_safety": 6, "systemic": 5, "hardship": 5,
    "legal": 4, "prior_failure": 4, "publicity": 1,
}  # fmt: skip
queues = st.lists(levels, min_size=1, max_size=8).map(
    lambda cases: {f"C-{number}": facts for number, facts in enumerate(cases)}
)


def order(cases: dict[str, dict[str, Any]], weight: str = "", percent: Fraction = Fraction()) -> dict[str, list[str]]:
    """The queue of each band by P-15, written out a second time, with one weight moved."""

    def rank(facts: dict[str, Any]) -> Fraction:
        safety = facts["health_safety"] >= 1 or facts["seriousness"] == 4
        points = Fraction()
        for name, points_each in WEIGHTS.items():
            moved = points_each * (1 + percent / 100) if name == weight else Fraction(points_each)
            points += 0 if name == "publicity" and safety else moved * facts[name]
        return points

    bands: dict[str, list[str]] = {}
    for ref in sorted(cases, key=lambda ref: -rank(cases[ref])):  # stable: ties keep the order of receipt
        bands.setdefault(PROFILE.priority(cases[ref]).value, []).append(ref)
    return bands


def pairs(bands: dict[str, list[str]]) -> set[tuple[str, str]]:
    return {pair for refs in bands.values() for pair in combinations(refs, 2)}


@given(queues, st.sampled_from(sorted(WEIGHTS)), st.sampled_from(CHANGES))
def test_what_swaps_is_what_swaps_in_the_order(cases: dict[str, Any], weight: str, percent: int) -> None:
    report = sensitivity(PROFILE, cases)
    before, after = pairs(order(cases)), pairs(order(cases, weight, Fraction(percent)))
    swapped = before - after
    if any(move.weight == weight for move in report.moves):
        move = report.move(weight, percent)
        assert (move.pairs, move.swapped) == (len(before), len(swapped))
        assert move.first in swapped if swapped else move.first is None
        assert -1 <= move.correlation <= 1
        assert (move.correlation == 1) is (not swapped)
    else:
        assert not swapped  # nobody has points from it


@given(queues)
def test_nothing_swaps_before_a_weight_tips_and_something_does_beyond(cases: dict[str, Any]) -> None:
    report = sensitivity(PROFILE, cases)
    before = pairs(order(cases))
    for tip in report.tips:
        sign, bit = (1 if tip.up else -1), Fraction(1, 10**6)
        nearer, beyond = tip.percent - sign * bit, tip.percent + sign * bit
        assert tip.percent * sign >= 0
        if abs(nearer) < abs(tip.percent):
            assert pairs(order(cases, tip.weight, nearer)) == before
        assert tip.first in before - pairs(order(cases, tip.weight, beyond))


def test_the_time_used_is_a_weight_too() -> None:
    cases = {"late": {"legal": 1}, "new": {"legal": 1, "systemic": 1}}
    report = sensitivity(PROFILE, cases, {"late": Fraction(1, 4)})  # 4 + 10 points against 9
    assert report.move(AGING, -50).swapped == 0  # 9 against 9: the earlier one stays ahead
    assert report.move(AGING, 50).swapped == 0
    tip = next(tip for tip in report.tips if tip.weight == AGING)
    assert (tip.percent, tip.up, tip.first) == (Fraction(-50), False, ("late", "new"))


def test_each_weight_is_moved_a_little_and_by_half_down_and_up() -> None:
    report = sensitivity(PROFILE, {"C-1": {"legal": 1, "systemic": 1}})
    assert [(move.weight, move.percent) for move in report.moves] == [
        (weight, percent) for weight in ("systemic", "legal") for percent in (-50, -25, -10, 10, 25, 50)
    ]


def test_bands_are_never_left() -> None:
    report = sensitivity(PROFILE, {"calm": {"seriousness": 1}, "urgent": {"health_safety": 3}})
    assert {(move.pairs, move.swapped) for move in report.moves} == {(0, 0)}
    assert report.tips == ()


def test_an_empty_queue_has_an_empty_report() -> None:
    report = sensitivity(PROFILE, {})
    assert (report.cases, report.moves, report.tips) == (0, (), ())


def three() -> Sensitivity:
    cases = {"C-1": {"seriousness": 2}, "C-2": {"time_criticality": 2}, "C-3": {"hardship": 2, "legal": 1}}
    return sensitivity(PROFILE, cases)


def test_the_table_shows_every_move_and_every_tip() -> None:
    text = three().table().splitlines()
    assert text[0] == f"3 cases by {PROFILE.label}"
    words = [line.split() for line in text]
    assert ["seriousness", "-25%", "1", "of", "3", "0.3333", "C-2", "before", "C-1"] in words
    assert ["seriousness", "-20.0%", "C-2", "before", "C-1"] in words


def test_the_report_is_plain_data() -> None:
    data = three().to_dict()
    assert set(data) == {"policy", "cases", "moves", "tips"}
    assert {
        "weight": "seriousness", "percent": -25, "pairs": 3, "swapped": 1, "first": ("C-1", "C-2"),
        "correlation": "0.3333",
    } in data["moves"]  # type: ignore[operator]  # fmt: skip


def test_other_moves_can_be_asked_for_and_unknown_ones_are_refused() -> None:
    report = sensitivity(PROFILE, {"C-1": {"seriousness": 2}}, changes=(100,))
    assert [move.percent for move in report.moves] == [100]
    with pytest.raises(UnknownName):
        report.move("seriousness", 10)
    with pytest.raises(UnknownName):
        sensitivity(PROFILE, {"C-1": {"seriousnes": 2}})
