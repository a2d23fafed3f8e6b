"""The words that files and stored records use. Another word for the same thing would make old files and records
unreadable, and two engines would not understand each other."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from enum import Enum
from typing import Any

import pytest

from complaintkit.money import Money
from complaintkit.policy import load_policy, load_profile
from complaintkit.policy.amount import Cut, Head, calculate, goodwill, reduced, restored
from complaintkit.policy.authority import Scope
from complaintkit.policy.cases import Question
from complaintkit.policy.clock import Kind, Mark, Nature, Strength, Together, Why
from complaintkit.policy.differences import How, Past, changes, replay
from complaintkit.policy.duties import PauseReason
from complaintkit.policy.editions import Governing
from complaintkit.policy.facts import FactKind
from complaintkit.policy.interest import DayCount
from complaintkit.policy.likeness import Features, Flag, Precedent, compare
from complaintkit.policy.organisation import CountsAsSent, Sizing
from complaintkit.policy.overrides import Standing
from complaintkit.policy.priority import Raise
from complaintkit.policy.redress import RemedyType, Step, Trigger
from complaintkit.policy.retention import KeptFrom
from complaintkit.policy.settings import ApologyProtection, SecondWay
from complaintkit.policy.table_reading import FactType
from complaintkit.policy.tables import HitPolicy
from complaintkit.policy.verdict import Line
from complaintkit.vocabulary import Band
from tests.policy.test_remedies import DISTRESS, INTEREST
from tests.policy.test_schema import TARIFF

WORDS: dict[type[Enum], str] = {
    Head: "legal_duty loss interest distress fees goodwill",  # in the order of the total
    Cut: "avoidable_contribution failure_to_mitigate",
    Scope: "issue complaint complainant",
    Kind: "acknowledge early_resolution holding progress final_response determine correct pay notify refer retain"
    " report",
    Nature: "duty window right retention",
    Strength: "must should internal",
    Mark: "verified secondary own",
    Why: "runs open does_not_apply_under_these_facts no_fixed_limit not_in_force_at_that_date",
    Together: "earliest latest",
    How: "added removed changed moved",
    PauseReason: "awaiting_complainant court_stay",
    Governing: "received event referred",
    FactKind: "assessed effort publicity need matter process our_failure channel customer_value tone contact_count"
    " sender_reach representation handler demographic",
    DayCount: "act/365f act/360",
    Flag: "outlier below_median_for_a_vulnerable_person above_median_after_publicity",
    Standing: "refused waiting provisional confirmed",
    Raise: "one_band_up",
    CountsAsSent: "dispatch delivery",
    Sizing: "customers interactions volume risk value cost",  # CF-06
    RemedyType: " ".join(f"R-{number}" for number in range(20, 35)),
    Trigger: "misleading_communication unfair_decision_or_service poor_complaint_handling no_finding",
    Step: "explanation_or_apology correction quantifiable_loss non_financial",  # R-41, in its order
    KeptFrom: "received closed",
    ApologyProtection: "full partial none",
    SecondWay: "internal external delayed_self_approval",
    FactType: "level number flag code choice",
    HitPolicy: "first unique any collect most_urgent collect_sum collect_max",
}


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words.__name__)
def test_the_words_of_files_and_records_stay(words: type[Enum]) -> None:
    assert [word.value for word in words] == WORDS[words].split()


def gbp(text: str) -> Money:
    return Money.of(text, "GBP")


def test_a_priority_as_plain_data() -> None:
    found = load_profile().priority({"seriousness": 2, "vulnerability": 2})
    data = found.to_dict()
    assert {name: data[name] for name in ("value", "rank", "track")} == {"value": "P2", "rank": 32, "track": "standard"}
    assert (data["policy"], data["rules"]) == (load_profile().label, list(found.rules))
    assert data["reads"] == found.reads
    assert data["explanation"] == [line.to_dict() for line in found.explanation]
    assert Line("X-1", {"a": 1}, "P2", "k").to_dict() == {
        "rule": "X-1", "inputs": {"a": 1}, "contribution": "P2", "text_key": "k",
    }  # fmt: skip


def test_a_decision_as_plain_data() -> None:
    """A table of one's own: what it answered, by which rules, from which facts, under which policy."""
    tariff = load_policy(TARIFF)
    heavy = {"grams": 100, "fragile": False, "care": 0, "zone": "near"}
    data = tariff.decide("size", heavy).to_dict()
    (line,) = tariff.decide("size", heavy).explanation
    assert data == {
        "table": "size", "value": "parcel", "values": ["parcel"], "policy": tariff.label,
        "explanation": [line.to_dict()],
    }  # fmt: skip
    assert (line.rule, line.inputs, line.contribution) == ("T-1", {"grams": 100}, "parcel")


def test_an_override_as_plain_data() -> None:
    """Both values are kept (EV-09), with everybody who acted."""
    who: dict[str, Any] = {"by": "a", "reason": "soon", "second": "b"}
    verdict = load_profile().override({"is_minor": True}, Band.P2, **who, assessed=Band.P4, hazard_ended=True)
    data: dict[str, Any] = verdict.to_dict()
    assert data["policy"] == load_profile().label
    assert data | {"policy": "", "explanation": []} == {
        "value": "P2", "assessed": "P4", "to": "P2", "by": "a", "reason": "soon", "second": "b", "hazard_ended": True,
        "standing": "confirmed", "reasons": [], "explanation": [], "policy": "",
    }  # fmt: skip
    assert [line["rule"] for line in data["explanation"]] == ["P-14"]
    refused = load_profile().override({}, Band.P4, by="a", reason="soon").to_dict()
    assert refused["reasons"] == [{"rule": "G-05", "text": "it has this band already"}]


def test_what_differs_as_plain_data() -> None:
    heavier = {"base": "standard", "id": "standard", "version": "1", "priority": {"weights": {"legal": 5}}}
    old, new = load_profile(), load_profile(heavier)
    (change,) = changes(old, new)
    assert change.to_dict() == {"how": "changed", "path": "priority.weights.legal", "old": 4, "new": 5}
    assert change.part == "priority"
    (rank,) = replay(old, new, Past("C-1", Question(facts={"legal": 2}))).differences
    rules = list(rank.old.rules)
    assert rank.to_dict() == {"name": "rank", "old": 8, "new": 10, "old_rules": rules, "new_rules": rules}


def test_an_amount_explains_itself_line_by_line() -> None:
    """Each entry, each head, the total (R-56); a head below nothing is told as such and counts as nothing (R-58)."""
    lost = restored(gbp("10.00"), gbp("40.00"))
    found = calculate("GBP", [lost, goodwill(gbp("5.00"))])
    of_entry, of_gift, loss, gift, whole = found.explanation
    assert (of_entry.text_key, of_entry.contribution, of_gift.rule) == ("remedy.entry", "-3000", "R-26")
    assert loss == Line("R-58", {"head": "loss", "exact": "-3000"}, 0, "remedy.head")
    assert gift == Line("R-56", {"head": "goodwill", "exact": "500"}, 500, "remedy.head")
    assert whole == Line("R-56", {}, 0, "remedy.total")
    penny = calculate("GBP", [restored(gbp("40.00"), gbp("40.01"))]).explanation[1]
    assert penny == Line("R-58", {"head": "loss", "exact": "-1"}, 0, "remedy.head")
    half = reduced(restored(gbp("40"), gbp("0")), 50, Cut.FAILURE_TO_MITIGATE)
    assert (half.rule, half.inputs["percent"], half.inputs["cut"]) == ("R-45", 50, "failure_to_mitigate")


def test_the_digest_of_an_amount_is_of_its_entries_and_how_they_are_rounded() -> None:
    """Approvals are bound to it (R-62), also those that were given long ago."""
    gift = {"amount": 500, "head": "goodwill", "issue": "", "currency": "GBP", "undisputed": False}
    line = {"rule": "R-26", "inputs": gift, "contribution": "500", "text_key": "remedy.entry"}
    content = {"currency": "GBP", "rounding": "half_up", "lines": [line]}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    assert calculate("GBP", [goodwill(gbp("5.00"))]).digest == hashlib.sha256(text.encode()).hexdigest()


def test_interest_and_distress_say_what_they_read() -> None:
    (entry,) = INTEREST.deprivation(gbp("1200"), date(2024, 3, 15), date(2026, 3, 4), date(2025, 12, 31))
    assert dict(entry.inputs) == {
        "amount": 120_000, "percent": "8", "days": 719, "year": 365, "since": "2024-03-15", "until": "2026-03-04",
    }  # fmt: skip
    assert (entry.head, entry.rule) == (Head.INTEREST, "R-51")
    award = DISTRESS.award({"duration": 2, "intensity": 2, "mitigated": True}, [("a long wait", 2)])
    assert dict(award.entry.inputs) == {"amount": award.amount.minor, "band": "B2"}
    assert [(line.rule, line.inputs, line.contribution, line.text_key) for line in award.explanation[-3:]] == [
        ("R-54", {"mitigated": True}, -1, "distress.move"),
        ("R-54", {"reason": "a long wait", "band": "B2"}, 2, "distress.step"),
        (
            "R-53",
            {"band": "B2", "place": 2, "above": 10_000, "up_to": 30_000, "rounded_to": 500, "bands": 6},
            award.amount.minor,
            "distress.amount",
        ),
    ]
    nothing = DISTRESS.award({})
    assert (nothing.band, nothing.entry.inputs) == (None, {"amount": 0, "band": ""})


def test_a_comparison_says_its_figures() -> None:
    case = Features(category="delay", severity=2, duration_band=1, aggravations=0, vulnerable=True)
    before = [Precedent(features=case, amount=Money(each, "GBP"), on=date(2026, 3, 2)) for each in (100, 110) * 4]
    found = compare(case, Money(50, "GBP"), before, date(2026, 3, 2))
    figures, outlier, below = found.explanation
    assert figures.inputs == {"count": 8, "median": "105", "spread": "5"}
    assert (figures.rule, figures.contribution, figures.text_key) == ("R-81", str(found.z), "likeness.figures")
    assert (outlier.rule, outlier.contribution, outlier.text_key) == ("R-81", "outlier", "likeness.flag")
    assert (below.rule, below.contribution) == ("R-82", "below_median_for_a_vulnerable_person")


def test_a_route_as_plain_data() -> None:
    routing = load_profile().routing
    data = routing.route("anything").to_dict()
    (line,) = routing.route("anything").explanation[:1]
    assert {name: data[name] for name in ("topic", "mapped", "unit")} == {
        "topic": "anything", "mapped": "", "unit": "complaints",
    }  # fmt: skip
    assert {"owner", "liaison", "playbook"} < data.keys()
    assert data["explanation"] == [line.to_dict()]
    assert (line.text_key, line.contribution) == ("routing.unmapped", "complaints")
