"""Who may approve what (R-60 to R-66), and whether like cases are treated alike (R-80 to R-84)."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.errors import MalformedInput, PolicyRefused, UnknownName
from complaintkit.money import Money
from complaintkit.policy import load_profile
from complaintkit.policy.amount import calculate, goodwill, owed_by_law
from complaintkit.policy.authority import (
    Approval,
    Authority,
    Level,
    Paid,
    Proposal,
    Scope,
    Widening,
    for_checker,
    just_below,
)
from complaintkit.policy.likeness import Features, Flag, Precedent, compare, dispersion, like_cases, reexamine
from complaintkit.policy.settings import SecondWay
from complaintkit.vocabulary import Role
from tests.conftest import ROOT

EXAMPLE = load_profile(str(ROOT / "examples" / "remedies.toml"))
assert EXAMPLE.authority is not None
AUTHORITY: Authority = EXAMPLE.authority
DAY = date(2026, 3, 2)


def gbp(text: str) -> Money:
    return Money.of(text, "GBP")


def proposal(amount: str, duty: str = "0", maker: str = "maker", on: date = DAY, currency: str = "GBP") -> Proposal:
    entries = [goodwill(Money.of(amount, currency)), owed_by_law(Money.of(duty, currency))]
    return Proposal(calculation=calculate(currency, entries), maker=maker, complaint="C-1", complainant="P-1", on=on)


def paid(amount: str, complaint: str = "C-0", days: int = 0, currency: str = "GBP", **told: str) -> Paid:
    told = {"complainant": "P-1", **told}
    return Paid(amount=Money.of(amount, currency), complaint=complaint, on=DAY - timedelta(days), **told)


@pytest.mark.parametrize(
    ("amount", "level", "checkers", "checker"),
    [
        ("0", "A0", 0, "A0"),
        ("0.01", "A1", 0, "A1"),
        ("50", "A1", 0, "A1"),
        ("50.01", "A2", 1, "A2"),
        ("1000", "A3", 1, "A3"),
        ("5000", "A4", 1, "A4"),
        ("5000.01", "A5", 2, "A5"),
        ("25000.01", "A6", 2, "A6"),
    ],
)
def test_the_level_and_the_checkers_by_amount(amount: str, level: str, checkers: int, checker: str) -> None:
    found = AUTHORITY.clearance(proposal(amount))
    assert (found.level.id, found.checkers, found.checker_level.id) == (level, checkers, checker)


@pytest.mark.parametrize(
    ("before", "level", "scope"),
    [
        ([paid("30", "C-1")], "A2", Scope.ISSUE),
        ([paid("30", "C-1", days=900, issue="2")], "A2", Scope.COMPLAINT),  # however long ago
        ([paid("30", days=364)], "A2", Scope.COMPLAINANT),
        ([paid("30", days=365)], "A1", Scope.ISSUE),
        ([paid("30", complainant="P-2")], "A1", Scope.ISSUE),
        ([paid("30")] * 8, "A3", Scope.COMPLAINANT),
        ([paid("400", currency="ILS")], "A2", Scope.COMPLAINANT),  # 40 of 250 and 400 of 1,000
        ([paid("900", currency="ILS")], "A3", Scope.COMPLAINANT),  # 40 of 250 and 900 of 1,000 are more than all
    ],
)
def test_splitting_does_not_help(before: list[Paid], level: str, scope: Scope) -> None:
    found = AUTHORITY.clearance(proposal("40"), before)
    assert (found.level.id, found.scope) == (level, scope)


def test_what_is_owed_by_law_needs_a_check_and_no_permission() -> None:
    found = AUTHORITY.clearance(proposal("0", duty="90000"))
    assert (found.level.id, found.checkers, found.duty_check) == ("A0", 0, True)
    assert not AUTHORITY.clearance(proposal("0", duty="50")).duty_check  # recomputing does, up to A1
    large = proposal("0", duty="90000")
    assert [reason.rule for reason in AUTHORITY.missing(large, [])] == ["R-61"]
    assert not AUTHORITY.missing(large, [Approval(by="b", level="A1", digest=large.digest)])


def test_an_approval_is_for_one_calculation_and_nobodys_own() -> None:
    asked = proposal("200")
    good = Approval(by="other", level="A2", digest=asked.digest)
    assert AUTHORITY.missing(asked, [good]) == ()
    for wrong, rules in [
        (evolve(good, by="maker"), ["R-61", "R-61"]),
        (evolve(good, level="A1"), ["R-61"]),
        (evolve(good, digest=proposal("200.01").digest), ["R-62", "R-61"]),
    ]:
        assert [reason.rule for reason in AUTHORITY.missing(asked, [wrong])] == rules
    with pytest.raises(UnknownName):
        AUTHORITY.missing(asked, [evolve(good, level="A9")])


def test_two_checkers_are_two_people() -> None:
    asked = proposal("6000")
    one = Approval(by="first", level="A5", digest=asked.digest)
    assert AUTHORITY.missing(asked, [one, one])
    assert not AUTHORITY.missing(asked, [one, evolve(one, by="second")])
    assert AUTHORITY.missing(asked, [one, evolve(one, by="second", level="A4")])


amounts = st.integers(0, 10**7).map(lambda minor: f"{minor // 100}.{minor % 100:02}")
before = st.lists(st.builds(paid, amounts, st.sampled_from(["C-0", "C-1"]), st.integers(0, 800)), max_size=5)


@given(amounts, amounts, before)
def test_more_money_never_needs_less_authority(a: str, b: str, earlier: list[Paid]) -> None:
    low, high = sorted((a, b), key=Fraction)
    order = [level.id for level in AUTHORITY.levels]
    less, more = (AUTHORITY.clearance(proposal(each), earlier) for each in (low, high))
    assert order.index(less.level.id) <= order.index(more.level.id)
    assert less.checkers <= more.checkers
    assert order.index(AUTHORITY.clearance(proposal(low)).level.id) <= order.index(less.level.id)


@given(amounts, amounts)
def test_an_approval_is_void_on_any_change(a: str, b: str) -> None:
    """[H: INV-49 void when the amount changes]"""
    first, second = proposal(a), proposal(b)
    approvals = [Approval(by=who, level="A6", digest=first.digest) for who in ("x", "y")]
    assert not AUTHORITY.missing(first, approvals)
    voided = "R-62" in [reason.rule for reason in AUTHORITY.missing(second, approvals)]
    assert voided is (Fraction(a) != Fraction(b))


@given(amounts, st.sampled_from(["C-1", "C-2"]), st.sampled_from(["P-1", "P-2"]))
def test_an_approval_is_void_for_somebody_else(amount: str, complaint: str, person: str) -> None:
    """[H: INV-49 void when the beneficiary changes]"""
    approved = proposal(amount)
    asked = evolve(approved, complaint=complaint, complainant=person)
    approvals = [Approval(by=who, level="A6", digest=approved.digest) for who in ("x", "y")]
    voided = "R-62" in [reason.rule for reason in AUTHORITY.missing(asked, approvals)]
    assert voided is ((complaint, person) != ("C-1", "P-1"))


def test_requests_just_below_a_limit_are_listed() -> None:
    near = [proposal("48", maker="a", on=DAY - timedelta(days)) for days in range(4)]
    assert just_below(AUTHORITY, "A1", near, DAY) == ("a",)
    assert just_below(AUTHORITY, "A1", near[1:], DAY) == ()
    assert just_below(AUTHORITY, "A1", [proposal("47.49")] * 9, DAY) == ()
    assert just_below(AUTHORITY, "A1", [proposal("47.50")] * 4, DAY) == ("maker",)
    assert just_below(AUTHORITY, "A1", [proposal("50.01")] * 9, DAY) == ()
    assert just_below(AUTHORITY, "A1", [near[0]] * 4, DAY + timedelta(29)) == ("a",)
    assert just_below(AUTHORITY, "A1", [near[0]] * 4, DAY + timedelta(30)) == ()
    for level, currency in (("A6", "GBP"), ("A0", "GBP"), ("A1", "USD")):  # where there is no limit nothing is near it
        assert just_below(AUTHORITY, level, [proposal("0", currency=currency)] * 9, DAY) == ()


def test_a_wider_limit_needs_its_reasons() -> None:
    asked = Widening(
        trained=True,
        simulated_days=90,
        within_limit_percent=97,
        error_cost=gbp("12"),
        risk_sign_off="risk-1",
        review_on=DAY + timedelta(90),
    )
    assert asked.missing(DAY) == ()
    nothing = Widening(
        trained=False, simulated_days=89, within_limit_percent=None, error_cost=None, risk_sign_off="", review_on=None
    )
    assert len(nothing.missing(DAY)) == 6
    assert evolve(asked, review_on=DAY + timedelta(91)).missing(DAY)


def test_an_absence_raises_nobodys_limit() -> None:
    chain = [("lead", "A3"), ("deputy", "A2"), ("manager", "A4")]
    assert AUTHORITY.stand_in(chain, "A3", absent=lambda who: False) == "lead"
    assert AUTHORITY.stand_in(chain, "A3", absent=lambda who: who == "lead") == "manager"
    assert AUTHORITY.stand_in(chain, "A5", absent=lambda who: False) is None


def test_a_checker_does_not_see_what_the_customer_is_worth() -> None:
    record = {"refund": 3, "customer_value": "gold", "loyalty_tier": 1, "severity": 2}
    assert for_checker(record) == {"refund": 3, "severity": 2}


def test_roles_have_their_level() -> None:
    assert AUTHORITY.own(Role.COMPLAINTS_MANAGER).id == "A4"
    assert AUTHORITY.own(Role.AUDITOR).id == "A0"


def levels(*limits: dict[str, str]) -> dict[str, Any]:
    named = [{"id": f"L{number}", "limits": limit} for number, limit in enumerate(limits)]
    return {"alone": "L0", "two_above": "L0", "two_of": "L0", "level": named}


@pytest.mark.parametrize(
    ("authority", "problem"),
    [
        (levels({"GBP": "5"}), "the highest has no limits"),
        (levels({"GBP": "5"}, {"GBP": "5"}, {}), "must rise"),
        (levels({"GBP": "5"}, {"ILS": "9"}, {}), "in the same currencies"),
        (levels({"GBP": "x"}, {}), "must|text"),
        (levels({"GPB": "5"}, {}), "no currency 'GPB'"),
        ({**levels({"GBP": "5"}, {}), "alone": "L7"}, "no level 'L7'"),
    ],
)
def test_wrong_levels_are_refused(authority: dict[str, Any], problem: str) -> None:
    with pytest.raises(PolicyRefused, match=problem):
        load_profile({"base": "standard", "id": "x", "version": "1", "authority": authority})


def test_a_second_person_is_never_switched_off() -> None:
    own = {"base": "micro", "id": "x", "version": "1"}
    assert load_profile("micro").second_person.way is SecondWay.EXTERNAL
    for wrong in ({"way": "none"}, {"way": "external"}, {"way": "delayed_self_approval"}):
        with pytest.raises(PolicyRefused):
            load_profile({**own, "second_person": wrong})
    alone = {"way": "delayed_self_approval", "delay": {"working_days": 5}, "below": {"GBP": "20"}}
    found = load_profile({**own, "second_person": alone}).second_person
    assert [found.alone_for(gbp(text)) for text in ("20", "20.01")] == [True, False]
    assert not found.alone_for(Money.of("1", "ILS"))


# Like cases

CASE = Features(category="delay", severity=2, duration_band=1, aggravations=1)


def precedents(*pounds: int, **changes: Any) -> list[Precedent]:
    return [Precedent(features=evolve(CASE, **changes), amount=gbp(str(each)), on=DAY) for each in pounds]


EIGHT = precedents(100, 110, 120, 130, 140, 150, 160, 170)  # median 135, distance from it 20


@pytest.mark.parametrize(
    ("amount", "outlier"), [("135", False), ("209.12", False), ("209.13", True), ("60.87", True), ("60.88", False)]
)
def test_an_outlier_by_the_median(amount: str, outlier: bool) -> None:
    found = compare(CASE, gbp(amount), EIGHT, DAY)
    assert (found.median, found.spread) == (13500, 2000)
    assert found.z == Fraction(6745, 10000) * (gbp(amount).minor - 13500) / 2000
    assert (Flag.OUTLIER in found.flags) is outlier


@pytest.mark.parametrize(("amount", "outlier"), [("125", False), ("125.01", True), ("75", False), ("74.99", True)])
def test_where_all_awards_were_the_same(amount: str, outlier: bool) -> None:
    found = compare(CASE, gbp(amount), precedents(*[100] * 8), DAY)
    assert found.z is None
    assert (Flag.OUTLIER in found.flags) is outlier


def test_few_precedents_say_nothing() -> None:
    found = compare(CASE, gbp("9999"), EIGHT[:7], DAY)
    assert (found.count, found.median, found.flags) == (7, None, ())


def test_what_is_always_flagged() -> None:
    below, above = gbp("134"), gbp("136")
    assert compare(evolve(CASE, vulnerable=True), below, EIGHT, DAY).flags == (Flag.BELOW_FOR_VULNERABLE,)
    assert compare(evolve(CASE, vulnerable=True), above, EIGHT, DAY).flags == ()
    assert compare(evolve(CASE, after_publicity=True), above, EIGHT, DAY).flags == (Flag.ABOVE_AFTER_PUBLICITY,)
    assert compare(evolve(CASE, after_publicity=True), below, EIGHT, DAY).flags == ()


@pytest.mark.parametrize(
    ("change", "like"),
    [
        ({}, True),
        ({"severity": 3}, True),
        ({"severity": 4}, False),
        ({"aggravations": 0}, True),
        ({"aggravations": 3}, False),
        ({"duration_band": 2}, False),
        ({"category": "damage"}, False),
        ({"vulnerable": True}, True),
    ],
)
def test_what_is_like(change: dict[str, Any], like: bool) -> None:
    assert bool(like_cases(CASE, precedents(1, **change), DAY)) is like


def test_only_the_last_two_years_count() -> None:
    assert like_cases(CASE, EIGHT, DAY + timedelta(730))
    assert not like_cases(CASE, EIGHT, DAY + timedelta(731))
    assert not like_cases(CASE, EIGHT, DAY - timedelta(1))


def test_an_external_determination_weighs_more_and_opens_like_cases_again() -> None:
    determined = evolve(EIGHT[0], amount=gbp("400"), weight=8)
    assert compare(CASE, gbp("400"), [*EIGHT, determined], DAY).median == (17000 + 40000) // 2
    closed = {"C-3": (CASE, DAY), "C-4": (CASE, DAY - timedelta(1))}
    other = {"C-1": CASE, "C-2": evolve(CASE, category="damage")}
    assert reexamine(determined, other, closed) == ("C-1", "C-3")
    with pytest.raises(MalformedInput):
        evolve(determined, weight=0)


def test_dispersion_by_unit() -> None:
    first, second = dispersion([*EIGHT, *(evolve(each, unit="north") for each in precedents(5, 5))])
    assert (first.count, first.median, first.spread) == (8, 13500, 2000)
    assert (second.group, second.spread) == (("north", "delay", "GBP"), 0)


@given(st.lists(st.integers(0, 10**6), min_size=8, max_size=20), st.integers(0, 10**6), st.randoms())
def test_the_order_of_precedents_changes_nothing(minors: list[int], minor: int, random: Any) -> None:
    known = [Precedent(features=CASE, amount=Money(each, "GBP"), on=DAY) for each in minors]
    mixed = random.sample(known, len(known))
    assert compare(CASE, Money(minor, "GBP"), known, DAY) == compare(CASE, Money(minor, "GBP"), mixed, DAY)


@pytest.mark.parametrize(
    ("amounts", "carried"),
    [
        ([("1.00", "GBP"), ("0", "EUR")], True),
        ([("1.01", "GBP"), ("0", "EUR")], False),
        ([("0.01", "EUR")], False),
        ([("0", "GBP"), ("0", "EUR")], True),
    ],
)
def test_where_a_level_may_grant_nothing_in_a_currency(amounts: list[tuple[str, str]], carried: bool) -> None:
    level = Level(id="A1", roles=(), limits={"GBP": 100, "EUR": 0})
    assert level.carries(Money.of(*each) for each in amounts) is carried
