"""The retention schedule of a profile: read strictly, counted as the documents count, the longest rule decides."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from complaintkit.errors import PolicyRefused
from complaintkit.policy import KeptFrom, load_profile
from complaintkit.timekeeping import local_day
from tests.conftest import ROOT

VECTORS = json.loads((ROOT / "tests/conformance/regulation_vectors.json").read_text(encoding="utf-8"))["vectors"]
GENERAL = {"id": "general", "keep": {"years": 3}, "source": "DISP 1.9.1R"}
FUNDS = {"id": "funds", "keep": {"years": 5}, "source": "DISP 1.9.1R", "when": {"product": ["ucits", "fund"]}}
RECEIVED = datetime(2024, 2, 29, 12, tzinfo=UTC)


def loaded(*floors: Any, **changes: Any) -> Any:
    return load_profile({"base": "standard", "id": "ours", "version": "1", "retention": list(floors)} | changes)


def test_the_built_in_profiles_state_no_floor() -> None:
    for name in ("standard", "micro", "regulated"):
        assert load_profile(name).retention == ()


@pytest.mark.parametrize("vector", [v for v in VECTORS if v["milestone"] == "retention"], ids=lambda v: v["id"])
def test_a_floor_ends_when_the_vectors_say(vector: Any) -> None:
    floor = {"id": "law", "keep": {"years": vector["term"]["n"]}, "source": "DISP 1.9"}
    at = datetime.fromisoformat(vector["anchors"]["received"]).replace(hour=12, tzinfo=UTC)
    profile = loaded(floor)
    (kept,) = profile.kept_until({KeptFrom.RECEIVED: at})
    last = local_day(kept.until - (kept.until.resolution), profile.calendar.zone)
    assert last.isoformat() == vector["expect"]


def test_a_class_is_its_attributes_and_every_rule_that_holds_counts() -> None:
    profile = loaded(GENERAL, FUNDS)

    def kept(**attributes: str) -> list[str]:
        return [each.rule for each in profile.kept_until({KeptFrom.RECEIVED: RECEIVED}, attributes)]

    assert kept() == kept(product="water") == ["general"]
    assert kept(product="fund", other="x") == ["general", "funds"]


def test_what_counts_from_closing_has_no_end_before_it() -> None:
    profile = loaded(GENERAL | {"after": "closed"})
    (kept,) = profile.kept_until({KeptFrom.RECEIVED: RECEIVED})
    assert kept.until is None
    (kept,) = profile.kept_until({KeptFrom.RECEIVED: RECEIVED, KeptFrom.CLOSED: datetime(2025, 6, 2, tzinfo=UTC)})
    assert kept.until == datetime(2028, 6, 3, tzinfo=UTC)


def test_how_long_a_complaint_is_kept_at_most() -> None:
    """Only a rule that says so does; it counts as the others do."""
    profile = loaded({"id": "most", "erase_after": {"years": 3}, "after": "closed", "source": "own"}, GENERAL)
    (kept,) = profile.kept_at_most({KeptFrom.RECEIVED: RECEIVED})
    assert (kept.rule, kept.until) == ("most", None)
    (kept,) = profile.kept_at_most({KeptFrom.CLOSED: datetime(2025, 6, 2, tzinfo=UTC)})
    assert kept.until == datetime(2028, 6, 3, tzinfo=UTC)
    profile = loaded({"id": "short", "erase_after": {"years": 1}, "source": "own", "when": {"product": ["water"]}})
    assert not profile.kept_at_most({KeptFrom.RECEIVED: RECEIVED})
    assert profile.kept_at_most({KeptFrom.RECEIVED: RECEIVED}, {"product": "water"})


@pytest.mark.parametrize(("attributes", "years"), [({}, 3), ({"collective_portfolio_management": "true"}, 5)])
def test_the_packs_of_a_profile_keep_too(attributes: dict[str, str], years: int) -> None:
    profile = loaded(packs=[{"id": "uk.fca.disp1"}])
    (kept,) = profile.kept_until({KeptFrom.RECEIVED: RECEIVED}, attributes)
    assert (kept.rule, kept.source) == ("uk.fca.disp1.retention", "DISP 1.9")
    assert kept.until == datetime(2024 + years, 3, 1, tzinfo=UTC)  # 28 February, to the end of the day


def test_the_schedule_is_part_of_the_digest() -> None:
    assert loaded(GENERAL).digest != loaded(FUNDS).digest != loaded().digest


WRONG = {
    "no source": (GENERAL | {"source": ""}, "source: must not be empty"),
    "no term": ({"id": "x", "source": "y"}, "keep: is missing"),
    "a bare day": (GENERAL | {"keep": {"days": 3}}, "keep:"),
    "an unknown event": (GENERAL | {"after": "reopened"}, "'reopened' is not one of received, closed"),
    "a stray key": (GENERAL | {"until": "2030"}, "there is no 'until' here"),
    "a class without a value": (GENERAL | {"when": {"product": []}}, "when.product: names no value"),
    "a class that is a text": (GENERAL | {"when": {"product": "fund"}}, "when.product: must be a list"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_rule_is_refused_with_its_place(name: str) -> None:
    floor, message = WRONG[name]
    with pytest.raises(PolicyRefused) as refused:
        loaded(floor)
    assert message in str(refused.value)


def test_two_rules_of_one_name_are_refused() -> None:
    with pytest.raises(PolicyRefused, match="there is another 'general'"):
        loaded(GENERAL, GENERAL)
