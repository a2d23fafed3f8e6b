"""Every mistake is told at its own place: the path that a person must go to."""

from __future__ import annotations

import tomllib
from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from complaintkit.errors import PolicyRefused, PolicyWarning
from complaintkit.policy import load_pack, load_policy, load_profile
from tests.conftest import ROOT
from tests.policy.test_packs import OWN as PACK
from tests.policy.test_schema import TARIFF

EXAMPLE = tomllib.loads((ROOT / "examples" / "remedies.toml").read_text(encoding="utf-8"))
LOAD: dict[str, Any] = {"profile": load_profile, "pack": load_pack, "policy": load_policy}
GOOD: dict[str, dict[str, Any]] = {"profile": EXAMPLE, "pack": PACK, "policy": TARIFF}
DAY: dict[str, Any] = {"calendar_days": 1, "after": "received"}
REST: dict[str, Any] = {
    "id": "answer-2", "kind": "final_response", "about": "An answer.", "source": "act", "section": "8",
    "mark": "verified",
}  # fmt: skip
CASE: dict[str, Any] = {"name": "one", "expect": {"value": "P2"}}
OF_PACK: dict[str, Any] = {"name": "one", "milestone": "answer", "expect": {"due": date(2026, 3, 2)}}
OF_TABLE: dict[str, Any] = {"name": "one", "facts": {"grams": 20}, "expect": {"value": "letter"}}
EDITIONS: list[dict[str, Any]] = [{"id": "old"}, {"id": "new", "since": date(2026, 4, 8)}]


def spoilt(kind: str, changes: dict[str, Any]) -> dict[str, Any]:
    """The good one with some values at their dotted paths replaced, added or (``None``) left out."""
    data = deepcopy(GOOD[kind])
    for path, value in changes.items():
        *above, last = (int(part) if part.isdigit() else part for part in path.split("/"))
        here: Any = data
        for part in above:
            here = here.setdefault(part, {}) if isinstance(here, dict) else here[part]
        if value is None:
            del here[last]
        elif isinstance(here, list) and last == len(here):
            here.append(value)
        else:
            here[last] = value
    return data


def told(kind: str, changes: dict[str, Any]) -> list[str]:
    with pytest.raises(PolicyRefused) as refused:
        LOAD[kind](spoilt(kind, changes))
    return [f"{problem.path}: {problem.text}" for problem in refused.value.problems]


WRONG: list[tuple[str, dict[str, Any], list[str]]] = [
    # what a profile owes
    ("profile", {"ladder": [{"id": "a", "to": "RO-02", "percent": 80}]},
     ["ladder[0].to: 'RO-02' is not one of owner, RO-03"]),
    ("profile", {"ladder": [{"id": "a", "to": "owner"}]}, ["ladder[0]: needs exactly one of percent, hours_left"]),
    ("profile", {"ladder": [{"id": "a", "to": "owner", "percent": 101}]},
     ["ladder[0].percent: must be between 0 and 100"]),
    ("profile", {"ladder": [{"id": "a", "to": "owner", "hours_left": 10_001}]},
     ["ladder[0].hours_left: must be between 0 and 10000"]),
    ("profile", {"ladder": [{"id": "a", "to": "owner", "percent": 0}, {"id": "a", "to": "owner", "percent": 1}]},
     ["ladder[1].id: there is another 'a'"]),
    ("profile", {"extensions": {"finall": {"working_days": 5}}},
     ["extensions.finall: there is no 'finall' here (did you mean 'final'?)"]),
    ("profile", {"extensions": {"final": {"moons": 5}}}, ["extensions.final: "]),
    ("profile", {"regimes": [{"id": "r", "source": "act", "commitments": {"final": {"days": 1}}}]},
     ["regimes[0].commitments.final: "]),
    ("profile", {"review": {"window": {"calendar_days": 3}}},
     ["review.window: must be given in hours or working_days"]),
    ("profile", {"draft_registers_after": {"hours": 1, "roll": "forward"}},
     ["draft_registers_after: hours know no counting convention"]),
    ("profile", {"base": "mikro"}, ["base: there is no built-in profile 'mikro' (did you mean 'micro'?)"]),
    ("profile", {"floors": ["INV-99"]},
     ["floors: no profile can switch off INV-01", "floors: 'INV-99' is not of the floor"]),
    ("profile", {"calendar": {"tz": "Mars/Base"}}, ["calendar: "]),
    ("profile", {"packs": [{"id": "uk.fca.disp"}]}, ["packs[0].id: there is no pack 'uk.fca.disp'"]),
    ("profile", {"packs": [{"id": "uk.fca.disp1", "digest": "0" * 64}]},
     ["packs[0].digest: this version holds another text"]),
    # who answers
    ("profile", {"units": {"a": {"owner": "x", "above": "q"}}}, ["units.a.above: there is no unit 'q'"]),
    ("profile", {"units": {"a": {"owner": "x y"}}}, ["units.a.owner: must be an opaque id of a person"]),
    ("profile", {"units": {"a": {"owner": "x", "deputy": "x"}}}, ["units.a.deputy: must be somebody else"]),
    ("profile", {"units": {"a": {"owner": "x", "deputy": "@"}}}, ["units.a.deputy: must be an opaque id of a person"]),
    ("profile", {"units": {"a b": {"owner": "x"}}}, ["units.a b: the name of a unit is"]),
    ("profile", {"units": {"a": {"owner": "x", "escalation": {"RO-8": "y"}}}},
     ["units.a.escalation.RO-8: there is no role 'RO-8' here"]),
    ("profile", {"units": {"a": {"owner": "x", "escalation": {"RO-08": "@"}}}},
     ["units.a.escalation.RO-08: must be an opaque id"]),
    ("profile", {"units": {"a": {"owner": "x", "above": "b"}, "b": {"owner": "y", "above": "a"}}},
     ["units.a.above: turns in a circle: a > b > a"]),
    ("profile", {"routing": [{"topic": "t", "under": "s"}]}, ["routing[0].under: there is no topic 's'"]),
    ("profile", {"routing": [{"topic": "t", "unit": "s"}]}, ["routing[0].unit: there is no unit 's'"]),
    ("profile", {"routing": [{"topic": "t"}]}, ["routing[0]: needs a unit, or the topic that it is under"]),
    ("profile", {"routing": [{"topic": "t!", "unit": "complaints"}]}, ["routing[0].topic: must be 1 to 64 of"]),
    # how urgent
    ("profile", {"priority/weights": {"legl": 1}},
     ["priority.weights.legl: there is no fact 'legl' with levels (did you mean 'legal'?)"]),
    ("profile", {"priority/weights": {"is_minor": 1}},
     ["priority.weights.is_minor: there is no fact 'is_minor' with levels"]),
    ("profile", {"priority/weights": {"complexity": 1}}, ["priority.weights.complexity: effort may choose the track"]),
    ("profile", {"priority/weights": {"legal": 10_001}}, ["priority.weights.legal: must be between 0 and 10000"]),
    ("profile", {"priority/weights": {"publicity": 9}}, ["priority.weights.publicity: publicity must weigh no more"]),
    ("profile", {"priority/aging": {"weight": 10_001}}, ["priority.aging.weight: must be between 1 and 10000"]),
    ("profile", {"priority/aging": {"cap_percent": 0}}, ["priority.aging.cap_percent: must be between 1 and 10000"]),
    ("profile", {"priority/override": {"most_bands": 3}}, ["priority.override.most_bands: must be between 1 and 2"]),
    ("profile", {"priority/override": {"confirm_within": {"hours": 25}}},
     ["priority.override.confirm_within: a raise is confirmed within 1 to 24 hours"]),
    ("profile", {"priority/override": {"confirm_within": {"working_days": 1}}},
     ["priority.override.confirm_within: a raise is confirmed"]),
    ("profile", {"priority/band": {"hit": "first"}},
     ["priority.band.hit: the hit policy of this table is most_urgent"]),
    # what is paid
    ("profile", {"remedies/distress/currency": "GPB"}, ["remedies.distress.currency: there is no currency 'GPB' "]),
    ("profile", {"remedies/distress/rounded_to": "-5"}, ["remedies.distress.rounded_to: must not be negative"]),
    ("profile", {"remedies/distress/rounded_to": "5.001"}, ["remedies.distress.rounded_to: "]),
    ("profile", {"remedies/distress/band/0/up_to": "0"},
     ["remedies.distress.band[0].up_to: must be more than what it is above"]),
    ("profile", {"remedies/distress/band/0/above": "ten", "remedies/distress/band/1/up_to": "x"},
     ["remedies.distress.band[0].above: ", "remedies.distress.band[1].up_to: "]),
    ("profile", {"remedies/distress/band/1/above": "99"}, ["remedies.distress.band: bands rise"]),
    ("profile", {"remedies/distress/band/1/up_to": None}, ["remedies.distress.band: bands rise"]),
    ("profile", {"remedies/distress/band/1/id": "B1"},
     ["remedies.distress.band: bands have ids of their own", "remedies.distress.rule[1].then: the text 'B2' is not"]),
    ("profile", {"remedies/distress/hit": "first"},
     ["remedies.distress.hit: the hit policy of this table is most_urgent"]),
    ("profile", {"remedies/distress/rule/0/when": {"fact": "duration", "at_most": 1}},
     ["remedies.distress.rule[0].when: more 'duration' would mean less urgency"]),
    ("profile", {"remedies/distress/rule/0/when": {"fact": "duration", "up": 1}},
     ["remedies.distress.rule[0].when: needs exactly one operator"]),
    ("profile", {"remedies/distress/rule/0/when": {"fact": "duration", "is": 9}},
     ["remedies.distress.rule[0].when.is: 'duration' is a whole number"]),
    ("profile", {"remedies/distress/rule/0/when": {"fact": "lenght", "is": 1}},
     ["remedies.distress.rule[0].when.fact: there is no fact 'lenght'"]),
    ("profile", {"remedies/distress/rule/0/when": {"all": []}},
     ["remedies.distress.rule[0].when.all: names no condition"]),
    ("profile", {"remedies/distress/rule/1/id": "R-53.1"},
     ["remedies.distress.rule[1].id: there is another rule 'R-53.1'"]),
    ("profile", {"remedies/interest/late_percent": "1001"},
     ["remedies.interest.late_percent: must be percent for a year"]),
    ("profile", {"remedies/interest/late_percent": "many"},
     ["remedies.interest.late_percent: must be percent for a year"]),
    ("profile", {"remedies/interest/rate_digits": 10}, ["remedies.interest.rate_digits: must be between 0 and 9"]),
    ("profile", {"remedies/interest/rule": []},
     ["remedies.interest.rule: rules stand in the order of their first days"]),
    ("profile", {"remedies/interest/rule/1/since": date(2000, 1, 1)},
     ["remedies.interest.rule: rules stand in the order of their first days"]),
    ("profile", {"remedies/interest/rule/1/since": "2026-01-01"}, ["remedies.interest.rule[1].since: must be a date"]),
    ("profile", {"remedies/interest/rule/1/base": "central"},
     ["remedies.interest.rule[1].base: there is no base rate 'central'"]),
    ("profile", {"remedies/interest/base/central_bank": {}}, ["remedies.interest.base.central_bank: holds no rate"]),
    ("profile", {"remedies/interest/base/central_bank/2026-13-01": "4"},
     ["remedies.interest.base.central_bank.2026-13-01: must be a day"]),
    ("profile", {"remedies/interest/base/central_bank/2026-12-01": "-1"},
     ["remedies.interest.base.central_bank.2026-12-01: must be percent"]),
    # who may approve it
    ("profile", {"authority/alone": "A9"}, ["authority.alone: there is no level 'A9'"]),
    ("profile", {"authority/two_above": "A9"}, ["authority.two_above: there is no level 'A9'"]),
    ("profile", {"authority/two_of": "A9"}, ["authority.two_of: there is no level 'A9'"]),
    ("profile", {"authority/level/1/id": "A0"},
     ["authority.alone: there is no level 'A1'", "authority.level: levels have different ids"]),
    ("profile", {"authority/level/6/limits": {"GBP": "30000", "ILS": "200000", "IRR": "9999999999"}},
     ["authority.level: levels have different ids, and the highest has no limits"]),
    ("profile", {"authority/level/2/limits/GBP": "50"},
     ["authority.level: the limits of A2 must rise above those of A1"]),
    ("profile", {"authority/level/2/limits/USD": "50"},
     ["authority.level: the limits of A2 must rise", "authority.level: the limits of A3 must rise"]),
    ("profile", {"authority/level/1/limits/GBP": "-1"},
     ["authority.level[1].limits.GBP: must not be negative", "authority.level: the limits of A1 must rise"]),
    ("profile", {"authority/level/2/limits/GBP": "many"}, ["authority.level[2].limits.GBP: "]),
    ("profile", {"authority/level/1/roles": ["RO-99"]}, ["authority.level[1].roles: "]),
    ("profile", {"second_person": {"way": "external"}}, ["second_person.who: is missing"]),
    ("profile", {"second_person": {"way": "delayed_self_approval", "delay": {"hours": 24}, "below": {"GPB": "1"}}},
     ["second_person.below.GPB: there is no currency 'GPB'"]),
    # its tests
    ("profile", {"tests": [CASE, CASE]}, ["tests[1].name: there is another test 'one'"]),
    ("profile", {"tests": [CASE | {"expect": {}}]}, ["tests[0].expect: expects nothing"]),
    ("profile", {"tests": [CASE | {"expect": {"amount": "GBP 1"}}]},
     ["tests[0].distress: is needed where an amount is expected"]),
    ("profile", {"tests": [CASE | {"expect": {"due": {"final": date(2026, 3, 2)}}}]},
     ["tests[0].received: is needed where a due date is expected"]),
    ("profile", {"tests": [CASE | {"expect": {"rules": ["P-1"]}}]}, ["tests[0].expect.rules: there is no rule 'P-1'"]),
    ("profile", {"tests": [CASE | {"expect": {"error": "unknown"}}]},
     ["tests[0].expect.error: there is no error 'unknown'"]),
    ("profile", {"tests": [CASE | {"elapsed_percent": 10_001}]},
     ["tests[0].elapsed_percent: must be between 0 and 10000"]),
    # a pack
    ("pack", {"milestone/0/source": "acts"}, ["milestone[0].source: there is no source 'acts' (did you mean 'act'?)"]),
    ("pack", {"milestone/0/stage": 10}, ["milestone[0].stage: must be between 0 and 9"]),
    ("pack", {"milestone/0/extends": "anser"},
     ["milestone[0].extends: there is no milestone 'anser' (did you mean 'answer'?)"]),
    ("pack", {"milestone/0/opens": "x"}, ["milestone[0].opens: there is no milestone 'x'"]),
    ("pack", {"milestone/0/waives": ["x"]}, ["milestone[0].waives: there is no milestone 'x'"]),
    ("pack", {"milestone/0/met_by": "sent"}, ["milestone[0].met_by: there is no anchor 'sent'"]),
    ("pack", {"milestone/1": REST | {"id": "answer"}}, ["milestone: two milestones have the same id"]),
    ("pack", {"milestone/0/limit/1/after": "seen"}, ["milestone[0].limit[1].after: there is no anchor 'seen'"]),
    ("pack", {"milestone/0/limit/1": {"after": "received"}}, ["milestone[0].limit[1]: "]),
    ("pack", {"milestone/0/limit/1": {"earliest": []}}, ["milestone[0].limit[1].earliest: names no term"]),
    ("pack", {"milestone/0/limit/1": {"latest": [DAY, DAY | {"after": "x"}]}},
     ["milestone[0].limit[1].latest[1].after: there is no anchor 'x'"]),
    ("pack", {"milestone/0/limit/0/when": {"fact": "urgent", "is": 1}},
     ["milestone[0].limit[0].when.is: 'urgent' is true or false"]),
    ("pack", {"sources/act/as_of": "2026"}, ["sources.act.as_of: must be the day of the text that was read"]),
    ("pack", {"options": {"reading": {"question": "Which?", "choices": ["a", "a"]}}},
     ["options.reading.choices: must name at least two readings"]),
    ("pack", {"edition": EDITIONS}, ["edition_by: is missing"]),
    ("pack", {"edition": EDITIONS, "edition_by": "seen"}, ["edition_by: there is no anchor 'seen'"]),
    ("pack", {"duty": [{"id": "d", "about": "x.", "source": "a", "section": "1", "mark": "own"}]},
     ["duty[0].source: there is no source 'a'"]),
    ("pack", {"tests": [OF_PACK | {"milestone": "anser"}]},
     ["tests[0].milestone: there is no milestone 'anser' (did you mean 'answer'?)"]),
    ("pack", {"tests": [OF_PACK | {"calendar": {"tz": "Mars/Base"}}]}, ["tests[0].calendar: "]),
    ("pack", {"tests": [OF_PACK | {"when": {"received": "soon"}}]}, ["tests[0].when.received: "]),
    # tables of one's own
    ("policy", {"id": "a b"}, ["id: must be 1 to 64 of A-Z a-z 0-9 . _ -"]),
    ("policy", {"facts/band": {"type": "flag", "kind": "matter"}}, ["facts.band: the name of an own fact must be new"]),
    ("policy", {"facts/Care": {"type": "flag", "kind": "matter"}}, ["facts.Care: the name of an own fact must be new"]),
    ("policy", {"facts/care/top": 101}, ["facts.care.top: must be between 1 and 100"]),
    ("policy", {"facts/grams/points": []},
     ["facts.grams.points: must list 1 to 50 whole numbers from 1 to 1000000000000"]),
    ("policy", {"facts/grams/points": [0, 20, 100]}, ["facts.grams.points: must list 1 to 50 whole numbers from 1"]),
    ("policy", {"facts/grams/most": 0},
     ["facts.grams.most: must be between 1 and 1000000000000", "facts.grams.points: must list 1 to 50"]),
    ("policy", {"facts/zone/codes": None}, ["facts.zone.codes: is missing"]),
    ("policy", {"table/size/outcomes": ["letter", "letter", "parcel"]},
     ["table.size.outcomes: must list texts, or whole numbers, none of them twice"]),
    ("policy", {"table/size/hit": "collect_sum"}, ["table.size.outcomes: collect_sum takes whole numbers"]),
    ("policy", {"table/size/default": "packet"},
     ["table.size.default: the text 'packet' is not one of letter, parcel"]),
    ("policy", {"table/size/rule/0/then": "parsel"},
     ["table.size.rule[0].then: the text 'parsel' is not one of letter, parcel (did you mean 'parcel'?)"]),
    ("policy", {"table/size/rule/1/id": "T-1"}, ["table.size.rule[1].id: there is another rule 'T-1' in this table"]),
    ("policy", {"table/size/rule/0/when": {"fact": "zone", "at_least": "far"}},
     ["table.size.rule[0].when.at_least: 'zone' has no levels to compare"]),
    ("policy", {"table/size/rule/0/when": {"fact": "grams", "less_than": 50}},
     ["table.size.rule[0].when.less_than: 'grams' is compared only with its points"]),
    ("policy", {"table/size/edition": EDITIONS}, ["table.size.edition_by: is missing"]),
    ("policy", {"table/size/edition": [EDITIONS[0], EDITIONS[1] | {"id": "old"}], "table/size/edition_by": "received"},
     ["table.size.edition: editions have different ids"]),
    ("policy", {"table/size/edition": [EDITIONS[1], EDITIONS[1] | {"id": "x"}], "table/size/edition_by": "received"},
     ["table.size.edition[1].since: editions stand in the order"]),
    ("policy", {"table/size/edition": [EDITIONS[1] | {"until": date(2026, 4, 8)}], "table/size/edition_by": "received"},
     ["table.size.edition[0].until: it would end before it begins"]),
    ("policy", {"tests": [OF_TABLE | {"table": "sizes"}]},
     ["tests[0].table: there is no table 'sizes' (did you mean 'size'?)"]),
    ("policy", {"tests": [OF_TABLE | {"expect": {"value": True}}]},
     ["tests[0].expect.value: must be a text or a whole number"]),
    ("policy", {"tests": [OF_TABLE | {"expect": {"rules": ["T-3"]}}]},
     ["tests[0].expect.rules: there is no rule 'T-3'"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "changes", "expected"),
    WRONG,
    ids=[f"{number} {told_at[0]}" for number, (_, _, told_at) in enumerate(WRONG)],
)
@pytest.mark.filterwarnings(f"ignore::{PolicyWarning.__module__}.{PolicyWarning.__name__}")
def test_a_mistake_is_told_at_its_place(kind: str, changes: dict[str, Any], expected: list[str]) -> None:
    found = told(kind, changes)
    assert all(any(each.startswith(start) for each in found) for start in expected), found


def test_a_key_that_is_wrong_is_not_called_unknown_too() -> None:
    assert told("profile", {"remedies/interest/base/central_bank/2026-13-01": "4"}) == [
        "remedies.interest.base.central_bank.2026-13-01: must be a day, such as 2026-01-31"
    ]


@pytest.mark.parametrize("kind", GOOD)
def test_what_is_spoilt_here_was_good(kind: str) -> None:
    assert LOAD[kind](GOOD[kind]).identity.id == GOOD[kind]["id"]
