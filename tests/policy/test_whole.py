"""What is written is what is read: every part of a profile and of a pack, and what each does at its edges."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from complaintkit.errors import FileRefused, MalformedInput, PolicyRefused
from complaintkit.money import Money
from complaintkit.policy import load_pack, load_policy, load_profile
from complaintkit.policy.amount import calculate, restored, time_and_trouble
from complaintkit.policy.authority import Level
from complaintkit.policy.clock import Kind, Mark, Milestone, Nature, Strength
from complaintkit.policy.differences import changes
from complaintkit.policy.distress import DistressBand
from complaintkit.policy.document import parse_document, read_document
from complaintkit.policy.duties import PauseReason, Regime, Rung, as_term
from complaintkit.policy.editions import Edition, Governing
from complaintkit.policy.facts import FactKind, number
from complaintkit.policy.interest import DayCount
from complaintkit.policy.likeness import Features, Flag, Precedent, compare
from complaintkit.policy.organisation import Sizing
from complaintkit.policy.overlay import MERGED, overlay
from complaintkit.policy.pack import FOLDER, Duty, Option, Source
from complaintkit.policy.redress import RemedyType, Trigger, objections
from complaintkit.policy.retention import Floor, KeptFrom
from complaintkit.policy.sensitivity import sensitivity
from complaintkit.policy.settings import ApologyProtection, OfferRules, SecondPerson, SecondWay
from complaintkit.policy.toml_places import locate
from complaintkit.policy.trial import kind_of, try_out
from complaintkit.timekeeping import CalendarDays, Hours, Weeks, WorkingCalendar, WorkingDays, Years
from complaintkit.vocabulary import Band, CommitmentKind, Language, Role
from tests.policy.test_packs import OWN as PACK
from tests.policy.test_places import EXAMPLE, told
from tests.policy.test_remedies import DISTRESS
from tests.policy.test_schema import TARIFF


def own(**changes: Any) -> Any:
    return load_profile({"base": "standard", "id": "own", "version": "1", **changes})


def test_what_a_profile_owes() -> None:
    profile = own(
        ladder=[
            {"id": "half", "to": "owner", "percent": 100},
            {"id": "late", "to": "RO-03", "hours_left": 10_000},
            {"id": "over", "to": "RO-19", "working_days_over": 0},
        ],
        extensions={"final": {"working_days": 5}},
        regimes=[{
            "id": "act", "source": "7", "commitments": {"final": {"weeks": 8}}, "pauses": ["court_stay"],
            "extensions": {"final": {"weeks": 2}},
        }],
        pause_reasons=["court_stay"],
        draft_registers_after={"hours": 5},
        review={"window": {"hours": 400}, "tiers": 3},
        sizing={"risk": "low"},
    )  # fmt: skip
    assert profile.ladder == (
        Rung(id="half", to="owner", percent=100),
        Rung(id="late", to="RO-03", hours_left=10_000),
        Rung(id="over", to="RO-19", working_days_over=0),
    )
    final = CommitmentKind.FINAL
    assert profile.extensions[final] == as_term(WorkingDays(5))
    (regime,) = profile.regimes
    assert regime == Regime(
        id="act", source="7", terms={final: as_term(Weeks(8))}, pauses=(PauseReason.COURT_STAY,),
        extensions={final: as_term(Weeks(2))},
    )  # fmt: skip
    assert (profile.pause_reasons, profile.draft_registers_after) == ((PauseReason.COURT_STAY,), Hours(5))
    assert (profile.review_window, profile.review_tiers, profile.sizing) == (Hours(400), 3, {Sizing.RISK: "low"})


def test_other_rules_are_known_by_their_names() -> None:
    act, code = ({"id": name, "source": "7", "commitments": {"final": {"weeks": 8}}} for name in ("act", "code"))
    profile = own(regimes=[act, code])
    assert [profile.regime(name) for name in ("act", "code")] == [*profile.regimes]
    assert profile.regime("") is profile.regime("repealed") is None


def test_what_a_profile_leaves_out_is_the_least() -> None:
    profile = own(regimes=[{"id": "act", "source": "7", "commitments": {"final": {"weeks": 8}}}])
    (regime,) = profile.regimes
    assert (regime.pauses, regime.extensions, profile.packs, profile.tests, profile.authority) == ((), {}, (), (), None)
    assert profile.terms(CommitmentKind.ACKNOWLEDGE, Band.P1).keys() == {""}


def test_who_a_profile_writes_for() -> None:
    names = {each.value: f"the office ({each.value})" for each in Language}
    profile = own(
        languages=["fa", "en"],
        organisation={"name": names, "contact": "at the desk", "address": "1 Example Street"},
        external_bodies=[{"id": "ombudsman", "name": names, "how": names, "within": names}],
    )
    assert profile.languages == (Language.PERSIAN, Language.ENGLISH)
    assert dict(profile.organisation.name) == {Language(key): text for key, text in names.items()}
    assert (profile.organisation.contact, profile.organisation.address) == ("at the desk", "1 Example Street")
    (body,) = profile.external_bodies
    assert (body.id, body.name, body.how, body.within) == ("ombudsman", *[profile.organisation.name] * 3)


def test_what_a_profile_keeps_and_who_the_second_person_is() -> None:
    profile = own(
        retention=[{"id": "law", "keep": {"years": 6}, "after": "closed", "source": "7", "when": {"topic": ["fee"]}}],
        second_person={"way": "delayed_self_approval", "who": "x", "delay": {"hours": 24}, "below": {"GBP": "50.00"}},
        remedies={"offer": {
            "expires_after": {"calendar_days": 45}, "paid_within": {"working_days": 5},
            "advice_within": {"working_days": 15},
            "offset_against_arrears": True, "confidentiality": True, "apology_protection": "full",
        }},
    )  # fmt: skip
    keep = as_term(Years(6))
    assert profile.retention == (
        Floor(id="law", keep=keep, after=KeptFrom.CLOSED, source="7", when={"topic": ("fee",)}),
    )
    second = profile.second_person
    assert second == SecondPerson(way=SecondWay.DELAYED_SELF_APPROVAL, who="x", delay=Hours(24), below={"GBP": 5_000})
    assert [second.alone_for(Money(minor, "GBP")) for minor in (5_000, 5_001)] == [True, False]
    assert not second.alone_for(Money(0, "ILS"))
    assert profile.remedies.offer == OfferRules(
        expires_after=CalendarDays(45), paid_within=WorkingDays(5), advice_within=WorkingDays(15),
        offset_against_arrears=True, confidentiality=True, apology_protection=ApologyProtection.FULL,
    )  # fmt: skip
    plain = own().remedies.offer
    assert (plain.offset_against_arrears, plain.confidentiality, plain.apology_protection) == (
        False, False, ApologyProtection.NONE,
    )  # fmt: skip


def test_what_a_profile_says_about_money() -> None:
    profile = load_profile(EXAMPLE)
    interest, distress, authority = profile.remedies.interest, profile.remedies.distress, profile.authority
    assert interest
    assert distress
    assert authority
    assert (interest.late_percent, interest.day_count, interest.rate_digits) == (Fraction(8), DayCount.ACT_365F, None)
    flat, over = interest.rules
    assert (flat.id, flat.since, flat.percent, flat.base) == ("flat", date(2000, 1, 1), Fraction(8), None)
    assert over.base
    assert over.base.name == "central_bank"
    assert over.base.steps[0] == (date(2023, 8, 3), Fraction(21, 4))
    assert (distress.currency, distress.rounded_to, len(distress.bands)) == ("GBP", 500, 6)
    assert distress.bands[0] == DistressBand(id="B1", above=0, up_to=10_000)
    assert distress.bands[-1] == DistressBand(id="B6", above=500_000, up_to=None)
    assert (authority.alone, authority.two_above, authority.two_of) == ("A1", "A4", "A5")
    assert authority.levels[2] == Level(
        id="A2", roles=(Role("RO-04"),),
        limits={"GBP": 25_000, "ILS": 100_000, "IRR": Money.of("50000000", "IRR").minor},
        powers=("fee_waiver", "replacement"),
    )  # fmt: skip
    assert (authority.levels[-1].limits, authority.levels[-1].roles, authority.levels[-1].powers) == ({}, (), ())


MILESTONE = {
    "id": "answer", "kind": "progress", "nature": "window", "strength": "should", "about": "An answer.",
    "source": "act", "section": "7", "mark": "secondary", "stage": 9, "another_person": True, "extends": "first",
    "needs": ["a reason"], "waives": ["first"], "content": ["the outcome"], "met_by": "sent", "opens": "first",
    "limit": [{"after": "received", "weeks": 1}],
}  # fmt: skip
FIRST = {"id": "first", "kind": "holding", "about": "x.", "source": "act", "section": "6", "mark": "own"}
WHOLE = PACK | {
    "note": "as we read it",
    "sources": {"act": {"title": "The Act", "where": "example.org", "as_of": date(2026, 1, 1), "sha256": "0" * 64}},
    "anchors": {"received": "it came in", "sent": "it went out"},
    "options": {"reading": {"question": "Which?", "choices": ["a", "b"]}},
    "edition_by": "received",
    "edition": [{"id": "old", "until": date(2026, 4, 8)}, {"id": "new", "since": date(2026, 4, 8)}],
    "milestone": [FIRST, MILESTONE],
    "duty": [{"id": "d", "about": "To publish.", "source": "act", "section": "9", "mark": "own"}],
}


@pytest.mark.filterwarnings("ignore::complaintkit.errors.PolicyWarning")
def test_a_pack_with_everything() -> None:
    pack = load_pack(WHOLE)
    assert (pack.title, pack.jurisdiction, pack.edition_by) == ("An example", "nowhere", "received")
    assert pack.sources == {
        "act": Source(title="The Act", where="example.org", as_of=date(2026, 1, 1), sha256="0" * 64)
    }
    assert pack.options == {"reading": Option(name="reading", question="Which?", choices=("a", "b"))}
    assert pack.chosen == {"reading": "a"}
    assert pack.editions == (
        Edition(id="old", until=date(2026, 4, 8)),
        Edition(id="new", since=date(2026, 4, 8)),
    )
    assert pack.duties == (Duty(id="d", about="To publish.", source="act", section="9", mark=Mark.OWN),)
    assert pack.milestones["answer"] == Milestone(
        id="answer", kind=Kind.PROGRESS, nature=Nature.WINDOW, strength=Strength.SHOULD, about="An answer.",
        source="act", section="7", mark=Mark.SECONDARY, stage=9, another_person=True, extends="first",
        needs=("a reason",), waives=("first",), content=("the outcome",), met_by="sent", opens="first",
    )  # fmt: skip
    assert pack.milestones["first"] == Milestone(
        id="first", kind=Kind.HOLDING, nature=Nature.DUTY, strength=Strength.MUST, about="x.", source="act",
        section="6", mark=Mark.OWN,
    )  # fmt: skip


def test_an_edition_may_have_no_rule_of_its_own() -> None:
    """The rules that stand under the table hold in every edition."""
    data: dict[str, Any] = {**TARIFF, "table": {"size": {
        **TARIFF["table"]["size"], "edition_by": "event",
        "edition": [{"id": "old"}, {"id": "new", "since": date(2026, 4, 8)}],
    }}, "tests": []}  # fmt: skip
    policy = load_policy(data)
    for day in (date(2026, 4, 7), date(2026, 4, 8)):
        assert policy.decide("size", {"grams": 100, "event": day}).value == "parcel"
    assert policy.dated["size"].by is Governing.EVENT


def test_a_rule_of_ones_own_in_the_place_of_another_is_told_where_it_stands(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(
        'base = "standard"\nid = "o"\nversion = "1"\n\n[[priority.band.rule]]\nid = "O-1"\nthen = "P9"\n'
        'when = { fact = "legal", at_least = 1 }\n\n[[priority.band.rule]]\nid = "P-10.10"\nthen = "P8"\n'
        'when = { fact = "hardship", at_least = 3 }\n',
        encoding="utf-8",
    )
    with pytest.raises(PolicyRefused) as refused:
        load_profile(file)
    assert {(problem.file, problem.line, problem.path) for problem in refused.value.problems} == {
        (str(file), 7, "priority.band.rule[0].then"), (str(file), 12, "priority.band.rule[1].then"),
    }  # fmt: skip


def test_inline_tables_have_a_line_for_each_key() -> None:
    assert locate("a = 1979-05-27 07:32:00\nb = [1.5, -2e3]\nc = 3")[("c",)] == 3  # values of several words
    assert locate("a = {b = 1, c = 2}") == {("a",): 1, ("a", "b"): 1, ("a", "c"): 1}
    assert locate("\na = [{b = 1, c = [2,\n3]},\n{d = 4}]\n") == {
        ("a",): 2, ("a", 0): 2, ("a", 0, "b"): 2, ("a", 0, "c"): 2, ("a", 0, "c", 0): 2, ("a", 0, "c", 1): 3,
        ("a", 1): 4, ("a", 1, "d"): 4,
    }  # fmt: skip


@pytest.mark.parametrize("key", ["title", "jurisdiction"])
def test_what_must_be_said_is_not_empty(key: str) -> None:
    assert told("pack", {key: ""}) == [f"{key}: must not be empty"]


def test_an_everyday_annoyance_is_paid_nothing_whatever_aggravates_it() -> None:
    """Below the first band nothing moves (B0, R-53, R-54)."""
    award = DISTRESS.award({"vulnerability_aggravated": True, "promises_broken": True})
    assert (award.band, award.amount) == (None, Money(0, "GBP"))


@pytest.mark.parametrize(
    ("minor", "flags"),
    [(99, (Flag.BELOW_FOR_VULNERABLE,)), (100, ()), (101, (Flag.ABOVE_AFTER_PUBLICITY,))],
)
def test_at_the_median_nobody_need_look(minor: int, flags: tuple[Flag, ...]) -> None:
    """R-82: below it for a vulnerable person, above it after publicity; a penny is enough."""
    case = Features(
        category="delay", severity=2, duration_band=1, aggravations=0, vulnerable=True, after_publicity=True
    )
    day = date(2026, 3, 2)
    awards = (90, 95, 100, 100, 100, 105, 110, 120)
    before = [Precedent(features=case, amount=Money(each, "GBP"), on=day) for each in awards]
    assert compare(case, Money(minor, "GBP"), before, day).flags == flags


def test_a_complainant_is_a_person_unless_it_is_said_otherwise() -> None:
    """R-44 asks who is an organisation; nobody has to say that a person is one, nor that nothing is due (R-26)."""
    distress = frozenset({RemedyType.DISTRESS})
    upheld = Trigger.UNFAIR_DECISION_OR_SERVICE
    rules = [reason.rule for reason in objections(distress, upheld, {}, prevention_considered=True)]
    assert "R-44" not in rules
    gift = frozenset({RemedyType.GOODWILL})
    assert "R-26" not in [reason.rule for reason in objections(gift, upheld, {}, prevention_considered=True)]


def test_a_number_has_edges() -> None:
    fact = number("grams", [5], FactKind.MATTER)
    assert [fact.holds(each) for each in (-1, 0, 10**12, 10**12 + 1)] == [False, True, True, False]


@pytest.mark.parametrize(("together", "day"), [("earliest", date(2026, 3, 12)), ("latest", date(2026, 4, 1))])
@pytest.mark.filterwarnings("ignore::complaintkit.errors.PolicyWarning")
def test_the_earliest_or_the_latest_of_several_terms(together: str, day: date) -> None:
    limit = {together: [{"after": "received", "calendar_days": each} for each in (10, 30)]}
    pack = load_pack(PACK | {"milestone": [FIRST | {"limit": [limit]}]})
    weekdays = WorkingCalendar.from_dict({"tz": "UTC", "weekend": ["sat", "sun"]})
    assert pack.clock("first", {"received": date(2026, 3, 2)}, calendar=weekdays).day == day


@pytest.mark.filterwarnings("ignore::complaintkit.errors.PolicyWarning")
def test_a_pack_tests_its_dates(tmp_path: Path) -> None:
    file = tmp_path / "pack.toml"
    whole = (FOLDER / "generic.two_stage.toml").read_text(encoding="utf-8")
    first = next(iter(load_pack("generic.two_stage").milestones))
    for expect, passed in (('why = "open"', True), ("due = 2026-03-02", False), ('why = "no_fixed_limit"', False)):
        file.write_text(f'{whole}\n[[tests]]\nname = "n"\nmilestone = "{first}"\n[tests.expect]\n{expect}\n', "utf-8")
        assert try_out(file).tried[-1].passed is passed, expect


@pytest.mark.parametrize(("depth", "right"), [(16, True), (17, False)])
def test_how_deep_lists_may_be(depth: int, right: bool) -> None:
    """In a text as in a mapping."""
    inner: list[Any] = []
    for _ in range(depth - 1):
        inner = [inner]
    for read, source in ((parse_document, (f"a = {inner}".encode(), "t")), (read_document, ({"a": inner},))):
        if right:
            assert read(*source).data == {"a": inner}
        else:
            with pytest.raises(FileRefused, match="nested deeper than 16"):
                read(*source)


@pytest.mark.parametrize(
    ("data", "kind"),
    [({"table": {}}, "policy"), ({"milestone": []}, "pack"), ({"base": "micro"}, "profile"), ({}, "profile")],
)
def test_a_file_says_what_it_is(data: dict[str, Any], kind: str) -> None:
    assert kind_of(read_document(data)) == kind


@pytest.mark.parametrize("key", [*MERGED])
def test_what_a_base_leaves_to_others(key: str) -> None:
    """Key by key where the table is merged, also in the tables within it where two levels are; whole below."""
    base = {key: {"a": 1, "b": {"c": 1, "d": {"e": 1}}}}
    over = overlay(read_document({key: {"b": {"d": {"f": 2}}}}), read_document(base)).data[key]
    one_level = {"a": 1, "b": {"d": {"f": 2}}}
    assert over == (one_level if key in {"organisation", "review", "extensions", "facts"} else {
        "a": 1, "b": {"c": 1, "d": {"f": 2}},
    })  # fmt: skip


def test_what_a_base_says_about_itself_is_left_to_it() -> None:
    base = {"id": "theirs", "version": "7", "note": "for shops", "base": "micro", "tests": [{}], "languages": ["fa"]}
    assert overlay(read_document({"id": "own"}), read_document(base)).data == {"id": "own", "languages": ["fa"]}


def test_a_profile_without_a_base_lacks_all_of_it() -> None:
    with pytest.raises(PolicyRefused) as refused:
        load_profile({"id": "own", "version": "1"})
    missing = {problem.path for problem in refused.value.problems if problem.text == "is missing"}
    assert missing >= {
        "languages", "calendar", "organisation", "review", "pause_reasons", "counts_as_sent", "draft_registers_after",
        "commitments", "ladder", "priority", "remedies", "second_person",
    }  # fmt: skip
    assert not missing & {
        "external_bodies", "extensions", "regimes", "retention", "units", "routing", "authority", "floors", "sizing",
        "packs", "tests", "note", "facts",
    }  # fmt: skip


def test_a_rank_counts_from_receipt_unless_time_is_told() -> None:
    profile = load_profile()
    assert profile.rank({"seriousness": 2}) == profile.priority({"seriousness": 2}).rank == 20
    assert profile.rank({"seriousness": 2}, 1) == 20 + profile.aging(1)


def test_a_floor_says_whether_a_hazard_holds_it() -> None:
    """G-05, IT-15: some floors end with the hazard, others stand on who the person is (P-14)."""
    who: dict[str, Any] = {"by": "a", "reason": "calm"}
    (minor,) = load_profile().override({"is_minor": True}, Band.P4, **who).reasons
    (hazard,) = load_profile().override({"health_safety": 2}, Band.P3, **who).reasons
    assert (minor.rule, hazard.rule) == ("P-14", "IT-15")
    assert ("while the hazard is open" in minor.text, "while the hazard is open" in hazard.text) == (False, True)


def test_a_head_that_comes_to_nothing_is_not_below_nothing() -> None:
    """R-56; R-58 is for what would be negative."""
    even = restored(Money(500, "GBP"), Money(500, "GBP"))
    assert calculate("GBP", [even]).explanation[1].rule == "R-56"


def test_changes_are_told_in_the_letters_of_the_language() -> None:
    assert any("נמוך" in str(change) for change in changes(load_profile(), own(sizing={"risk": "נמוך"})))


def test_a_cap_below_nothing_is_refused() -> None:
    """R-55: a rate does not make up for it."""
    with pytest.raises(MalformedInput, match="must not be negative"):
        time_and_trouble(1, Money(1_000, "GBP"), Money(-1, "GBP"))


def test_a_report_of_weights_says_what_its_columns_are() -> None:
    table = sensitivity(load_profile(), {"C-1": {"seriousness": 2}, "C-2": {"legal": 2}}).table()
    heads = [line for line in table.splitlines() if line.startswith("weight")]
    assert ["moved by" in line for line in heads] == [True, False]
    assert ["tips at" in line for line in heads] == [False, True]
