"""S-C8 and S-C9: tables of the DMN kit and real compensation cases, expressed as policies."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from complaintkit.money import Money, Rounding
from complaintkit.policy import Policy, load_policy

TCK = "{http://www.omg.org/spec/DMN/20160719/testcase}"
#: The age of the applicant goes by another name: a fact called age is a demographic one, and no rule may read it.
APPROVAL = {
    "full_years": {"type": "number", "kind": "matter", "points": [18], "required": True},
    "risk": {"type": "code", "kind": "matter", "codes": ["High", "Low", "Medium"], "required": True},
    "affordable": {"type": "flag", "kind": "matter", "required": True},
}
GROWN, YOUNG = {"fact": "full_years", "at_least": 18}, {"fact": "full_years", "less_than": 18}
RISKY, SAFE = {"fact": "risk", "is": "High"}, {"fact": "risk", "one_of": ["Medium", "Low"]}
DEAR, CHEAP = {"fact": "affordable", "is": False}, {"fact": "affordable", "is": True}
TABLES = {
    "0004-simpletable-U": ("unique", [(GROWN, SAFE, CHEAP), (YOUNG, SAFE, CHEAP), (RISKY, CHEAP), (DEAR,)]),
    "0005-simpletable-A": ("any", [(GROWN, SAFE, CHEAP), (YOUNG,), (RISKY,), (DEAR,)]),
}
NAMES = {"Age": "full_years", "RiskCategory": "risk", "isAffordable": "affordable"}


def approval(name: str) -> Policy:
    hit, conditions = TABLES[name]
    rules = [
        {"id": f"{number}", "when": {"all": list(parts)}, "then": "Declined" if number else "Approved"}
        for number, parts in enumerate(conditions)
    ]
    table = {"hit": hit, "outcomes": ["Approved", "Declined"], "rule": rules}
    return load_policy({"id": name, "version": "1", "facts": APPROVAL, "table": {"approval": table}})


def typed(value: ET.Element) -> Any:
    kind = value.get("{http://www.w3.org/2001/XMLSchema-instance}type")
    text = value.text or ""
    return {"xsd:decimal": lambda: int(text), "xsd:boolean": lambda: text == "true"}.get(kind or "", lambda: text)()


@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_the_dmn_kit_as_a_policy(real_data: Path, name: str) -> None:
    policy = approval(name)
    cases = ET.parse(real_data / "c_dmn_tck" / f"{name}-test-01.xml").findall(f"{TCK}testCase")
    assert cases
    for case in cases:
        inputs = {node.get("name", ""): node.find(f"{TCK}value") for node in case.findall(f"{TCK}inputNode")}
        facts = {NAMES[key]: typed(value) for key, value in inputs.items() if value is not None}
        expected = case.find(f"{TCK}resultNode/{TCK}expected/{TCK}value")
        assert expected is not None
        assert policy.decide("approval", facts).value == expected.text


def number(*points: int) -> dict[str, Any]:
    return {"type": "number", "kind": "matter", "points": list(points)}


def at(fact: str, operator: str, value: Any) -> dict[str, Any]:
    return {"fact": fact, operator: value}


def both(*parts: Any) -> dict[str, Any]:
    return {"all": list(parts)}


SHORT = at("distance_km", "at_most", 1500)
FAR = both(at("distance_km", "more_than", 3500), at("intra_eu", "is", False))
DELAYED = at("event", "is", "delay")
CANCELLED, OFFERED = at("event", "is", "cancellation"), at("rebooked", "is", True)
COMPENSATION: dict[str, Any] = {
    "id": "air-passengers",
    "version": "1",
    "facts": {
        "event": {"type": "code", "kind": "matter", "codes": ["delay", "cancellation"], "required": True},
        "distance_km": {**number(1500, 3500), "required": True},
        "intra_eu": {"type": "flag", "kind": "matter"},
        "in_scope": {"type": "flag", "kind": "matter"},
        "extraordinary": {"type": "flag", "kind": "matter"},
        "delay_minutes": number(180),
        "notice_days": number(7, 14),
        "rebooked": {"type": "flag", "kind": "matter"},
        "departs_early_min": number(60, 120),
        "arrives_late_min": number(120, 180, 240),
    },
    "table": {
        "eligible": {
            "hit": "first",
            "outcomes": ["yes", "no"],
            "default": "yes",
            "default_id": "eligible",
            "rule": [
                {"id": "scope", "then": "no", "when": at("in_scope", "is", False)},
                {"id": "extraordinary", "then": "no", "when": at("extraordinary", "is", True)},
                {"id": "short-delay", "then": "no", "when": both(DELAYED, at("delay_minutes", "less_than", 180))},
                {"id": "notice", "then": "no", "when": both(CANCELLED, at("notice_days", "at_least", 14))},
                {
                    "id": "early-notice",
                    "then": "no",
                    "when": both(
                        CANCELLED, OFFERED, at("notice_days", "at_least", 7),
                        at("departs_early_min", "at_most", 120), at("arrives_late_min", "less_than", 240),
                    ),
                },
                {
                    "id": "late-notice",
                    "then": "no",
                    "when": both(
                        CANCELLED, OFFERED, at("notice_days", "less_than", 7),
                        at("departs_early_min", "at_most", 60), at("arrives_late_min", "less_than", 120),
                    ),
                },
            ],
        },
        "amount": {
            "hit": "first",
            "outcomes": [250, 400, 600],
            "default": 400,
            "default_id": "middle",
            "rule": [{"id": "short", "then": 250, "when": SHORT}, {"id": "far", "then": 600, "when": FAR}],
        },
        "percent": {
            "hit": "first",
            "outcomes": [100, 50],
            "default": 100,
            "default_id": "whole",
            "rule": [
                {"id": "half-short", "then": 50, "when": both(OFFERED, SHORT, at("arrives_late_min", "at_most", 120))},
                {"id": "half-far", "then": 50, "when": both(OFFERED, FAR, at("arrives_late_min", "at_most", 240))},
                {
                    "id": "half-middle",
                    "then": 50,
                    "when": both(OFFERED, {"not": SHORT}, {"not": FAR}, at("arrives_late_min", "at_most", 180)),
                },
            ],
        },
    },
}  # fmt: skip


def test_nine_compensation_cases_as_a_policy(real_data: Path) -> None:
    policy = load_policy(COMPENSATION)
    cases = json.loads((real_data / "c_rules" / "eu261_compensation_cases.json").read_text(encoding="utf-8"))["cases"]
    assert len(cases) == 9
    for case in cases:
        offer = case.get("rebooked") or {}
        known = {key: value for key, value in case.items() if key in COMPENSATION["facts"]}
        facts = {**known, **offer, "rebooked": bool(offer)}
        eligible = policy.decide("eligible", facts).value == "yes"
        assert eligible is case["eligible"], case["name"]
        if eligible:
            amount, percent = (policy.decide(table, facts).value for table in ("amount", "percent"))
            paid = Money.of(str(amount), "EUR").times(Fraction(f"{percent}/100"), Rounding.DOWN)
            assert paid == Money.of(case["amount_eur"], "EUR"), case["name"]
