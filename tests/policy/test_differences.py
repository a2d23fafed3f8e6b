"""What differs between two policies, and which past complaints change with them."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from complaintkit.errors import MalformedInput
from complaintkit.policy import load_pack, load_policy, load_profile
from complaintkit.policy.cases import Question
from complaintkit.policy.differences import How, Past, changes, count, replay
from tests.policy.test_priority import facts_of_triage
from tests.policy.test_schema import TARIFF

OLD = load_profile()
OWN: dict[str, Any] = {"base": "standard", "id": "standard", "version": "1"}


def told(new: dict[str, Any], old: Any = OLD) -> list[str]:
    return [str(change) for change in changes(old, load_profile(OWN | new))]


def test_nothing_differs_from_itself() -> None:
    assert changes(OLD, load_profile(OWN)) == ()


def test_constants_and_calendars() -> None:
    calendar = {"id": "ours", "tz": "UTC", "weekend": ["sat", "sun"]}
    assert told({"commitments": {"final": {"P1": {"working_days": 4}}}, "priority": {"weights": {"legal": 5}}}) == [
        "changed commitments.final.P1.working_days: 5 -> 4",
        "changed priority.weights.legal: 4 -> 5",
    ]
    assert {change.part for change in changes(OLD, load_profile(OWN | {"calendar": calendar}))} == {"calendar"}


def test_rules_added_changed_removed_and_moved() -> None:
    """By their ids: one more rule is one change, wherever it stands."""
    rule = {"id": "ours-1", "then": "P2", "when": {"fact": "hardship", "at_least": 2}}
    with_rule = load_profile(OWN | {"priority": {"band": {"rule": [rule]}}})
    (added,) = changes(OLD, with_rule)
    assert (added.how, added.path, added.new) == (How.ADDED, ("priority", "band", "rule", "ours-1"), rule)
    (removed,) = changes(with_rule, OLD)
    assert (removed.how, removed.old) == (How.REMOVED, rule)
    turned = deepcopy(TARIFF)
    turned["table"]["size"]["rule"].reverse()
    turned["table"]["size"]["rule"][0]["then"] = "letter"
    assert [str(change) for change in changes(load_policy(TARIFF), load_policy(turned))] == [
        'changed table.size.rule.T-2.then: "parcel" -> "letter"',
        "moved table.size.rule.T-2: from place 2 to 1",
        "moved table.size.rule.T-1: from place 1 to 2",
    ]


def test_a_list_that_was_empty() -> None:
    regime = {"id": "own", "source": "agreed", "commitments": {"final": {"weeks": 8}}}
    none, one = (load_profile(OWN | {"regimes": [regime | {"pauses": each}]}) for each in ([], ["court_stay"]))
    assert [str(change) for change in changes(none, one)] == ['changed regimes.own.pauses: [] -> ["court_stay"]']


def test_policies_of_two_kinds_are_not_compared() -> None:
    with pytest.raises(MalformedInput, match="different kinds"):
        changes(OLD, load_pack("uk.fca.disp1"))


def test_a_past_complaint_changes_for_a_reason() -> None:
    rule = {"id": "ours-1", "then": "P2", "when": {"fact": "hardship", "at_least": 2}}
    new = load_profile(OWN | {"priority": {"band": {"rule": [rule]}}})
    when = {"received": datetime(2026, 3, 2, 10, tzinfo=UTC)}
    found = replay(OLD, new, Past("C-1", Question(facts={"hardship": 2}, when=when)))
    by_name = {each.name: each for each in found.differences}
    assert (by_name["value"].old.value, by_name["value"].new.value) == ("P3", "P2")
    assert (by_name["value"].old_only, by_name["value"].new_only) == ((), ("ours-1",))
    assert (by_name["due.final"].old.day, by_name["due.final"].new.day) == ("2026-03-30", "2026-03-16")
    assert by_name["due.immediate_action"].old.value is None
    assert "rank" not in by_name
    same = replay(OLD, new, Past("C-2", Question(facts={"hardship": 1})))
    wrong = replay(OLD, new, Past("C-3", Question(facts={"hardships": 1})))
    assert same.same
    assert "did you mean 'hardship'" in wrong.error
    counts = count([found, same, wrong])
    assert {name: counts[name] for name in ("complaints", "same", "failed", "value")} == {
        "complaints": 3, "same": 1, "failed": 1, "value": 1,
    }  # fmt: skip


def test_nothing_to_replay_is_counted_as_nothing() -> None:
    assert count([]) == {"complaints": 0, "same": 0}


@given(facts_of_triage)
def test_a_replay_is_what_each_policy_says(facts: dict[str, Any]) -> None:
    new = load_profile("micro")
    heavier = load_profile(OWN | {"priority": {"weights": {"legal": 5}}})
    assert replay(OLD, new, Past("C-1", Question(facts=facts))).same
    found = {each.name for each in replay(OLD, heavier, Past("C-1", Question(facts=facts))).differences}
    assert found == ({"rank"} if facts["legal"] else set())
