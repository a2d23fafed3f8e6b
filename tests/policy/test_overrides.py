"""What a person may change about a priority (G-05, IT-15, P-14, P-20), as a verdict of the policy alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.errors import MalformedInput, PolicyRefused, UnknownName
from complaintkit.policy import load_profile
from complaintkit.policy.overrides import Override, OverrideRules, Standing, judge, second_look
from complaintkit.timekeeping import Hours
from complaintkit.vocabulary import Band
from tests.policy.test_priority import facts_of_triage

PROFILE = load_profile()
NUMBER = {band: number for number, band in enumerate(Band, 1)}
bands = st.sampled_from(Band)


def floor(f: dict[str, Any], hazard_ended: bool) -> int:
    """The safety floors of G-05 with P-12 and P-14, written out a second time; 4 where none binds."""
    d1, d2, d8 = f["seriousness"], f["health_safety"], f["vulnerability"]
    least = 4
    if not hazard_ended:
        least = 2 if d2 >= 2 else least
        least = 1 if d2 == 3 or d1 == 4 or (d8 == 3 and (d1 >= 2 or d2 >= 1)) else least
    if f["is_minor"] or f["adult_at_risk"]:
        least = min(least, 3)
    if f["reopened_band"]:
        least = min(least, 3, int(f["reopened_band"][1]))
    return least


@given(facts_of_triage, bands, st.sampled_from(["", "leader-6", "triage-1"]), st.booleans())
def test_g_05_is_what_the_document_says(facts: dict[str, Any], to: Band, second: str, ended: bool) -> None:
    assessed = PROFILE.priority(facts).value
    verdict = PROFILE.override(facts, to, by="triage-1", reason="seen", second=second, hazard_ended=ended)
    distance = NUMBER[to] - NUMBER[assessed]
    allowed = 1 <= abs(distance) <= 2 and second != "triage-1"
    allowed = allowed and (distance < 0 or NUMBER[to] <= floor(facts, ended))
    assert (verdict.standing is not Standing.REFUSED) is allowed
    assert bool(verdict.reasons) is not allowed
    assert (verdict.override.assessed, verdict.override.to) == (assessed, to)  # both values stay
    counts = allowed and (distance < 0 or second != "")
    assert verdict.value is (to if counts else assessed)


@given(facts_of_triage, bands, bands)
def test_p_20_nobody_lowers_alone(facts: dict[str, Any], assessed: Band, to: Band) -> None:
    verdict = PROFILE.override(facts, to, by="triage-1", reason="seen", assessed=assessed, hazard_ended=True)
    assert verdict.value <= assessed


@given(facts_of_triage, bands)
def test_a_verdict_explains_itself_as_plain_data_and_in_words(facts: dict[str, Any], to: Band) -> None:
    verdict = PROFILE.override(facts, to, by="triage-1", reason="seen")
    data = verdict.to_dict()
    assert data["value"] in {data["assessed"], data["to"]}
    assert data["policy"] == PROFILE.label
    text = verdict.explain()
    assert all(reason.rule in text for reason in verdict.reasons)
    assert text.splitlines()[0].endswith(f"({verdict.standing}) by {PROFILE.label}")


def test_a_lowering_waits_a_raise_is_provisional_and_both_can_be_confirmed() -> None:
    def standing(to: Band, second: str = "") -> Standing:
        return PROFILE.override({"seriousness": 2}, to, by="t", reason="x", second=second).standing

    assert standing(Band.P4) is Standing.WAITING
    assert standing(Band.P2) is Standing.PROVISIONAL
    assert standing(Band.P4, "leader") is standing(Band.P2, "leader") is Standing.CONFIRMED


def test_every_objection_is_listed_at_once() -> None:
    verdict = PROFILE.override({"health_safety": 3}, Band.P4, by="t", reason=" ", second="t")
    assert [reason.rule for reason in verdict.reasons] == ["G-05", "G-05", "SoD-1", "IT-15", "IT-15"]
    assert [(line.rule, line.contribution) for line in verdict.explanation] == [("P-10.1", "P1"), ("P-10.5", "P2")]
    assert [line.inputs for line in verdict.explanation] == [{"health_safety": 3}, {"health_safety": 3}]


def test_facts_are_asked_as_strictly_as_ever() -> None:
    with pytest.raises(UnknownName, match="did you mean 'seriousness'"):
        PROFILE.override({"seriousnes": 2}, Band.P2, by="t", reason="x")
    with pytest.raises(MalformedInput):
        PROFILE.override({"seriousness": "2"}, Band.P2, by="t", reason="x")


def test_bands_may_be_words_and_no_others() -> None:
    verdict = PROFILE.override({"seriousness": 2}, "P2", by="t", reason="x", assessed="P4")
    assert verdict == PROFILE.override({"seriousness": 2}, Band.P2, by="t", reason="x", assessed=Band.P4)
    assert verdict.to_dict()["to"] == "P2"
    with pytest.raises(UnknownName):
        PROFILE.override({}, "P5", by="t", reason="x")


def test_a_stricter_profile_permits_less() -> None:
    asked = Override(assessed=Band.P3, to=Band.P1, by="t", reason="x")
    assert judge(asked, {}, OverrideRules()).standing is Standing.PROVISIONAL
    assert judge(asked, {}, OverrideRules(most_bands=1)).standing is Standing.REFUSED


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ({"most_bands": 3}, "priority.override.most_bands: must be between 1 and 2, but is 3"),
        ({"most_bands": 0}, "must be between 1 and 2"),
        ({"confirm_within": {"hours": 25}}, "a raise is confirmed within 1 to 24 hours (G-05)"),
        ({"confirm_within": {"hours": 0}}, "a raise is confirmed within 1 to 24 hours (G-05)"),
        ({"confirm_within": {"working_days": 1}}, "a raise is confirmed within 1 to 24 hours (G-05)"),
        ({"second_person": False}, "there is no 'second_person' here"),
    ],
)
def test_no_profile_is_laxer_than_g_05(written: dict[str, Any], problem: str) -> None:
    with pytest.raises(PolicyRefused) as refused:
        load_profile({"base": "standard", "id": "o", "version": "1", "priority": {"override": written}})
    assert problem in str(refused.value)


def test_a_profile_may_be_stricter() -> None:
    own = {"base": "standard", "id": "o", "version": "1", "priority": {"override": {"confirm_within": {"hours": 8}}}}
    assert load_profile(own).overrides == OverrideRules(most_bands=2, confirm_within=Hours(8))


@given(bands, bands)
def test_p_08_a_second_look_is_for_two_levels_or_more(declared: Band, assessed: Band) -> None:
    assert second_look(declared, assessed) is (NUMBER[assessed] - NUMBER[declared] >= 2)
