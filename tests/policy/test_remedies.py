"""Amounts: golden values, the laws of money and interest, distress by anchors, what entitles to what (R-20 to R-76)."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.errors import MalformedInput, PolicyRefused
from complaintkit.money import Money, Rounding
from complaintkit.policy import load_profile
from complaintkit.policy.amount import (
    Calculation,
    Cut,
    Entry,
    Head,
    already_paid,
    calculate,
    convert,
    fee_refunded,
    goodwill,
    owed_by_law,
    pay_out,
    recompute_amount,
    reduced,
    restored,
    time_and_trouble,
)
from complaintkit.policy.distress import DISTRESS_FACTS, DistressRules, recompute_award
from complaintkit.policy.interest import DayCount, InterestRules, Segment
from complaintkit.policy.redress import (
    TYPES_OF,
    Offer,
    Offset,
    RemedyType,
    Step,
    Trigger,
    accepted,
    failure,
    may_replace,
    next_step,
    objections,
    offer_objections,
)
from complaintkit.policy.verdict import Line
from tests.conftest import ROOT

EXAMPLE = load_profile(str(ROOT / "examples" / "remedies.toml"))
assert EXAMPLE.remedies.interest is not None
assert EXAMPLE.remedies.distress is not None
INTEREST: InterestRules = EXAMPLE.remedies.interest
DISTRESS: DistressRules = EXAMPLE.remedies.distress
BEFORE, AFTER = date(2025, 12, 31), date(2026, 1, 1)  # the governing date chooses the rule


def gbp(text: str) -> Money:
    return Money.of(text, "GBP")


def rounded(entries: tuple[Entry, ...]) -> Money:
    return calculate("GBP", entries).total


# Golden values


def test_flat_rate_and_late_payment() -> None:
    lost = gbp("1200")
    (entry,) = INTEREST.deprivation(lost, date(2024, 3, 15), date(2026, 3, 4), BEFORE)
    assert entry.inputs["days"] == 719
    found = calculate("GBP", [restored(lost, gbp("0")), entry])
    assert found.heads == {Head.LOSS: lost, Head.INTEREST: gbp("189.11")}
    assert found.total == gbp("1389.11")
    late = INTEREST.late(gbp("1539.11"), date(2026, 3, 4), date(2026, 3, 24))
    assert (late[0].inputs["days"], rounded(late)) == (20, gbp("6.75"))


def test_base_rate_over_a_leap_day() -> None:
    entries = INTEREST.deprivation(gbp("2500"), date(2024, 2, 1), date(2026, 2, 1), AFTER)
    assert [entry.inputs["days"] for entry in entries] == [371, 182, 178]
    assert [round(float(entry.exact) / 100, 4) for entry in entries] == [152.4658, 68.5616, 60.9589]
    assert rounded(entries) == gbp("281.99")


@pytest.mark.parametrize(("day", "rule"), [(BEFORE, "flat"), (AFTER, "base-plus-one"), (date(2000, 1, 1), "flat")])
def test_the_governing_date_chooses_the_rule(day: date, rule: str) -> None:
    assert INTEREST.rule_for(day).id == rule


def test_days_before_any_rate_are_refused() -> None:
    with pytest.raises(MalformedInput, match="not known before 2023-08-03"):
        INTEREST.deprivation(gbp("1"), date(2023, 8, 2), date(2024, 1, 1), AFTER)
    with pytest.raises(MalformedInput, match="no interest rule holds"):
        INTEREST.rule_for(date(1999, 12, 31))


def test_a_rounded_average_rate_is_another_amount() -> None:
    averaged = evolve(INTEREST, rate_digits=1)
    (entry,) = averaged.deprivation(gbp("250000"), date(2024, 2, 1), date(2026, 2, 1), AFTER)
    # (371 x 6.00 + 182 x 5.50 + 178 x 5.00) / 731 = 5.632..., rounded to 5.6
    assert (entry.inputs["percent"], entry.inputs["days"]) == ("28/5", 731)
    assert rounded((entry,)) == gbp("28038.36")


def test_another_year_divides_by_another_number() -> None:
    banker = evolve(INTEREST, day_count=DayCount.ACT_360)
    assert rounded(banker.deprivation(gbp("3600"), BEFORE, BEFORE + timedelta(10), BEFORE)) == gbp("8.00")


# Laws of interest [H]

days = st.dates(date(2024, 1, 1), date(2027, 12, 31))
pence = st.integers(0, 10**9)
governing = st.sampled_from([BEFORE, AFTER])


def exact(entries: tuple[Entry, ...]) -> Fraction:
    return sum((entry.exact for entry in entries), Fraction())


@given(pence, days, days, days, governing)
def test_splitting_a_period_changes_nothing(minor: int, a: date, b: date, c: date, day: date) -> None:
    """[H: R-58 invariant to splitting]"""
    first, middle, last = sorted([a, b, c])
    money = Money(minor, "GBP")
    halves = (*INTEREST.deprivation(money, first, middle, day), *INTEREST.deprivation(money, middle, last, day))
    assert exact(halves) == exact(INTEREST.deprivation(money, first, last, day))


@given(pence, pence, days, days, governing)
def test_interest_is_additive_over_items_and_grows_with_days(x: int, y: int, a: date, b: date, day: date) -> None:
    """[H: R-58 additive over items] [H: R-58 monotone in days]"""
    lost, until = sorted([a, b])
    one, two, both = (INTEREST.deprivation(Money(m, "GBP"), lost, until, day) for m in (x, y, x + y))
    assert exact(one) + exact(two) == exact(both)
    assert exact(one) <= exact(INTEREST.deprivation(Money(x, "GBP"), lost, until + timedelta(1), day))
    assert exact(INTEREST.deprivation(Money(-x, "GBP"), lost, until, day)) == -exact(one)
    assert exact(one) >= 0


@given(days, days)
def test_the_segments_cover_each_day_once(a: date, b: date) -> None:
    since, until = sorted([a, b])
    segments = list(INTEREST.rule_for(AFTER).segments(since, until))
    assert sum(segment.days for segment in segments) == (until - since).days
    assert all(x.until == y.since for x, y in itertools.pairwise(segments))
    assert all(isinstance(segment, Segment) and segment.days for segment in segments)


@given(pence, days, st.integers(-5, 400))
def test_late_interest_runs_only_after_the_due_date(minor: int, due: date, late: int) -> None:
    entries = INTEREST.late(Money(minor, "GBP"), due, due + timedelta(late))
    assert exact(entries) == (Fraction(minor * 8 * late, 36500) if late > 0 else 0)


# The total

minor_amounts = st.integers(0, 10**7)
entries = st.one_of(
    st.builds(lambda a, b: restored(Money(a, "GBP"), Money(b, "GBP")), minor_amounts, minor_amounts),
    st.builds(lambda a: owed_by_law(Money(a, "GBP")), minor_amounts),
    st.builds(lambda a: fee_refunded(Money(a, "GBP")), minor_amounts),
    st.builds(lambda a: goodwill(Money(a, "GBP")), minor_amounts),
    st.builds(lambda h, a: already_paid(h, Money(a, "GBP")), st.sampled_from(Head), minor_amounts),
    st.builds(
        lambda a, x, y, g: INTEREST.deprivation(Money(a, "GBP"), min(x, y), max(x, y) + timedelta(1), g)[0],
        minor_amounts,
        days,
        days,
        governing,
    ),
    st.builds(lambda n, r, c: time_and_trouble(n, Money(r, "GBP"), Money(c, "GBP")), st.integers(0, 9), pence, pence),
)


@given(st.lists(entries, max_size=12), st.sampled_from(Rounding))
def test_an_amount_follows_from_its_explanation_and_nobody_is_billed(parts: list[Entry], rounding: Rounding) -> None:
    """[H: R-58 never below nothing] [H: V-08 recomputed from its explanation]"""
    found = calculate("GBP", parts, rounding)
    assert found.total.minor >= 0
    assert all(money.minor >= 0 for money in found.heads.values())
    assert found.payable == found.total + found.heads.get(Head.GOODWILL, gbp("0"))
    assert found.due_at_once <= found.payable
    assert recompute_amount(found.explanation, "GBP", rounding) == found


@given(st.lists(entries, min_size=1, max_size=8), st.data())
def test_any_change_of_an_entry_changes_the_digest(parts: list[Entry], data: st.DataObject) -> None:
    """[H: INV-49 void when a component changes]"""
    place = data.draw(st.integers(0, len(parts) - 1))
    changed = [*parts]
    changed[place] = data.draw(st.sampled_from([changed[place].for_issue("other"), goodwill(Money(10**8, "GBP"))]))
    assert calculate("GBP", parts).digest != calculate("GBP", changed).digest
    assert calculate("GBP", parts).digest != calculate("GBP", parts[:-1]).digest


def test_a_line_that_was_changed_is_found() -> None:
    line = calculate("GBP", [goodwill(gbp("5"))]).explanation[0]
    with pytest.raises(MalformedInput, match="does not add up"):
        recompute_amount([line._replace(contribution="501")], "GBP")


def example() -> Calculation:
    return calculate(
        "GBP",
        [
            goodwill(gbp("20")),
            owed_by_law(gbp("40")),
            restored(gbp("130"), gbp("100")).for_issue("1", undisputed=True),
            restored(gbp("10"), gbp("90")).for_issue("2"),
            fee_refunded(gbp("12")),
            already_paid(Head.FEES, gbp("2")),
            time_and_trouble(3, gbp("10"), gbp("25")),
        ],
    )


def test_the_order_of_the_total_and_a_head_below_nothing() -> None:
    found = example()
    assert list(found.heads) == [Head.LEGAL_DUTY, Head.LOSS, Head.DISTRESS, Head.FEES, Head.GOODWILL]
    assert [str(money.amount) for money in found.heads.values()] == ["40.00", "0.00", "25.00", "10.00", "20.00"]
    assert (found.total, found.payable) == (gbp("75"), gbp("95"))
    assert [line.inputs["head"] for line in found.explanation if line.rule == "R-58"] == ["loss"]
    assert found.due_at_once == gbp("40")  # the loss comes to nothing, so that only the duty is left
    undisputed = [restored(gbp("130"), gbp("100")).for_issue("1", undisputed=True), goodwill(gbp("9"))]
    assert calculate("GBP", undisputed).due_at_once == gbp("30")


def test_rounding_happens_once() -> None:
    thirds = [INTEREST.late(gbp("1"), date(2026, 1, 1), date(2026, 1, 24))[0] for _ in range(3)]
    assert calculate("GBP", thirds).total == gbp("0.02")  # 3 x 0.504 pence, and not 3 x 1
    assert calculate("GBP", thirds, Rounding.DOWN).total == gbp("0.01")


def test_distress_is_paid_by_band_or_by_the_unit() -> None:
    band = DISTRESS.award({"intensity": 1}).entry
    effort = time_and_trouble(1, gbp("10"), gbp("25"))
    with pytest.raises(MalformedInput, match="never both"):
        calculate("GBP", [band, effort])
    assert calculate("GBP", [band.for_issue("1"), effort.for_issue("2")]).total == gbp("60")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: goodwill(gbp("-1")),
        lambda: already_paid(Head.LOSS, gbp("-1")),
        lambda: calculate("ILS", [goodwill(gbp("1"))]),
        lambda: restored(gbp("1"), Money(1, "ILS")),
        lambda: time_and_trouble(1, gbp("1"), Money(1, "ILS")),
        lambda: reduced(restored(gbp("1"), gbp("0")), 0, Cut.FAILURE_TO_MITIGATE),
        lambda: reduced(goodwill(gbp("1")), 10, Cut.FAILURE_TO_MITIGATE),
        lambda: convert(gbp("1"), "ILS", 0, AFTER),
    ],
    ids=range(8),
)
def test_wrong_amounts_are_refused(wrong: Any) -> None:
    with pytest.raises(MalformedInput):
        wrong()


def test_a_loss_is_reduced_for_the_persons_own_avoidable_part() -> None:
    loss = restored(gbp("130"), gbp("30"))
    assert calculate("GBP", [loss, reduced(loss, 25, Cut.AVOIDABLE_CONTRIBUTION)]).total == gbp("75")


def test_one_conversion_at_payment() -> None:
    paid = convert(gbp("95.00"), "ILS", Decimal("4.7015"), AFTER)
    assert (paid.paid, paid.on) == (Money.of("446.64", "ILS"), AFTER)
    assert convert(gbp("1"), "IRR", 55_000, AFTER).paid == Money.of("5500", "IRT")


# Distress by anchors


@pytest.mark.parametrize(
    ("facts", "steps", "band", "amount"),
    [
        ({}, [], None, "0"),
        ({"intensity": 1}, [], "B1", "50"),
        ({"contacts_forced": 2}, [], "B2", "200"),
        ({"contacts_forced": 2}, [("apologised at once", -1)], "B2", "175"),
        ({"contacts_forced": 2}, [("apologised at once", -1), ("short", -1)], "B2", "150"),
        ({"contacts_forced": 2}, [("every morning", 4)], "B2", "300"),  # the upper edge belongs to the band
        ({"contacts_forced": 2, "vulnerability_aggravated": True}, [], "B3", "525"),
        ({"contacts_forced": 2, "vulnerability_aggravated": True, "promises_broken": True}, [], "B4", "1125"),
        ({"contacts_forced": 2, "mitigated": True}, [], "B1", "50"),
        ({"intensity": 1, "mitigated": True}, [], None, "0"),
        ({"duration": 2, "intensity": 1}, [("weeks", 1)], "B3", "580"),  # 525 + 56.25 to the nearest five
    ],
)
def test_bands_and_steps(facts: dict[str, Any], steps: list[tuple[str, int]], band: str | None, amount: str) -> None:
    found = DISTRESS.award(facts, steps)
    assert (found.band.id if found.band else None, found.amount) == (band, gbp(amount))
    assert found.entry.exact == found.amount.minor


def test_aggravation_alone_is_no_award_and_the_highest_band_has_a_ceiling() -> None:
    assert DISTRESS.award({"vulnerability_aggravated": True}).band is None
    top = DISTRESS.award({"intensity": 4, "promises_broken": True}, of=gbp("6000"))
    assert top.band is not None
    assert top.band.id == "B6"


@pytest.mark.parametrize(
    ("facts", "steps", "of"),
    [
        ({"contacts_forced": 2}, [("too little", -4)], None),  # 100 is of the band below
        ({"contacts_forced": 2}, [("too much", 5)], None),
        ({"intensity": 4}, [], None),
        ({"intensity": 4}, [], gbp("5000")),
        ({"intensity": 4}, [], Money.of("9000", "ILS")),
        ({"intensity": 1}, [], gbp("70")),
    ],
)
def test_an_amount_outside_its_band_is_refused(facts: dict[str, Any], steps: Any, of: Money | None) -> None:
    with pytest.raises(MalformedInput):
        DISTRESS.award(facts, steps, of=of)


@pytest.mark.parametrize("anchor", ["duration", "intensity", "contacts_forced"])
def test_anchors_of_distress_have_levels_from_0_to_4(anchor: str) -> None:
    with pytest.raises(MalformedInput, match="from 0 to 4"):
        DISTRESS.award({anchor: 5})


distress_facts = st.fixed_dictionaries({fact.name: st.sampled_from(fact.values) for fact in DISTRESS_FACTS})


@given(distress_facts, st.lists(st.tuples(st.text(), st.integers(-2, 2)), max_size=3))
def test_v_08_an_award_follows_from_its_explanation(facts: dict[str, Any], steps: list[tuple[str, int]]) -> None:
    try:
        found = DISTRESS.award(facts, steps)
    except MalformedInput:  # the steps lead out of the band, or it has no upper edge
        return
    assert recompute_award(found.explanation) == found.amount.minor


def test_an_award_that_was_changed_is_found() -> None:
    found = DISTRESS.award({"contacts_forced": 2, "promises_broken": True}, [("short", -1)])
    for number, line in enumerate(found.explanation):
        more = "B9" if line.text_key == "distress.band" else int(line.contribution) + 1
        inputs = {**line.inputs, "place": 1} if line.text_key == "distress.band" else line.inputs
        changed = [*found.explanation]
        changed[number] = line._replace(contribution=more, inputs=inputs)
        with pytest.raises(MalformedInput, match="do not add up"):
            recompute_award(changed)
    with pytest.raises(MalformedInput, match="do not add up"):
        recompute_award(found.explanation[:-1])
    below = Line("R-53.0", {"place": 0}, "none", "distress.band")
    assert recompute_award([below]) == recompute_award(DISTRESS.award({}).explanation) == 0
    with pytest.raises(MalformedInput, match="do not add up"):
        recompute_award([below, Line("R-54", {"promises_broken": True}, 1, "distress.move")])
    top = DISTRESS.award({"intensity": 4}, of=gbp("6000"))
    assert recompute_award(top.explanation) == 600_000


def amount_of(facts: dict[str, Any]) -> Money:
    try:
        return DISTRESS.award(facts).amount
    except MalformedInput:  # the highest band
        return gbp("1000000")


@given(distress_facts, st.sampled_from(DISTRESS_FACTS))
def test_more_harm_is_never_less_money(facts: dict[str, Any], fact: Any) -> None:
    higher = {**facts, fact.name: fact.values[-1]}
    less, more = amount_of(facts), amount_of(higher)
    assert (more <= less) if fact.name == "mitigated" else (more >= less)


@given(distress_facts, st.text(max_size=5), st.integers(0, 99))
def test_what_must_never_decide_changes_no_amount(facts: dict[str, Any], word: str, count: int) -> None:
    """[H: R-06 constant in what must never decide]"""
    told = {
        **facts,
        "customer_value": word,
        "channel": word,
        "contact_count": count,
        "tone": word,
        "sender_reach": count,
    }
    assert amount_of(told) == amount_of(facts)


# What entitles to what, and offers

NO_MORE = dict.fromkeys(Step, True)


def test_one_goes_on_only_while_injustice_remains() -> None:
    remains: dict[Step, bool] = {}
    for step in Step:
        assert next_step(remains) is step
        assert next_step({**remains, step: False}) is None
        remains[step] = True
    assert next_step(remains) is None


@pytest.mark.parametrize(
    ("chosen", "trigger", "remains", "settings", "rules"),
    [
        ({RemedyType.APOLOGY}, Trigger.UNFAIR_DECISION_OR_SERVICE, {}, {}, []),
        ({RemedyType.LOSS}, Trigger.UNFAIR_DECISION_OR_SERVICE, {Step.EXPLANATION_OR_APOLOGY: True}, {}, ["R-41"]),
        ({RemedyType.LOSS}, Trigger.UNFAIR_DECISION_OR_SERVICE, NO_MORE, {}, []),
        ({RemedyType.APOLOGY}, Trigger.POOR_COMPLAINT_HANDLING, {}, {"prevention_considered": False}, ["R-41"]),
        ({RemedyType.DISTRESS}, Trigger.POOR_COMPLAINT_HANDLING, NO_MORE, {"person": False}, ["R-44"]),
        ({RemedyType.GOODWILL}, Trigger.NO_FINDING, {}, {"refund_due": True}, ["R-26"]),
        ({RemedyType.GOODWILL, RemedyType.LEGAL_DUTY}, Trigger.NO_FINDING, {}, {"refund_due": True}, []),
        ({RemedyType.LOSS}, Trigger.NO_FINDING, NO_MORE, {}, ["R-40"]),
        ({RemedyType.LEGAL_DUTY}, Trigger.NO_FINDING, {}, {}, []),
    ],
)
def test_what_entitles_to_what(
    chosen: set[RemedyType], trigger: Trigger, remains: dict[Step, bool], settings: dict[str, bool], rules: list[str]
) -> None:
    settings = {"prevention_considered": True, **settings}
    found = objections(frozenset(chosen), trigger, remains, **settings)
    assert [reason.rule for reason in found] == rules


def test_goodwill_without_a_finding_is_not_upheld() -> None:
    assert [trigger for trigger in Trigger if not trigger.upheld] == [Trigger.NO_FINDING]
    assert not any(RemedyType.GOODWILL in types for types in TYPES_OF.values())


OFFER = Offer(
    amounts={"loss": gbp("75")},
    computation_shown=True,
    acceptance_explained=True,
    rights_unaffected=True,
    expires_on=date(2026, 4, 1),
    paid_by=date(2026, 4, 15),
)


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({}, []),
        ({"computation_shown": False}, ["R-70"]),
        ({"acceptance_explained": False}, ["R-70"]),
        ({"rights_unaffected": False}, ["R-70"]),
        ({"rights_unaffected": False, "full_and_final": True}, ["R-70"]),
        ({"rights_unaffected": False, "full_and_final": True, "advice_until": date(2026, 3, 16)}, []),
        ({"expires_on": date(2026, 3, 31)}, ["R-70"]),
        ({"paid_by": date(2026, 4, 16)}, ["R-70"]),
        ({"offset": Offset(disputed=False, notice_given=True)}, ["R-74"]),
        ({"offset": Offset(disputed=True, notice_given=False)}, ["R-74", "R-74", "R-74"]),
        ({"amounts": {"legal_duty": gbp("5")}}, []),
        ({"amounts": {"legal_duty": gbp("5")}, "offset": Offset(disputed=False, notice_given=True)}, ["R-30", "R-74"]),
        ({"amounts": {"legal_duty": gbp("5")}, "full_and_final": True, "advice_until": date(2026, 3, 16)}, ["R-30"]),
        ({"confidentiality": frozenset({"amount"})}, ["R-76"]),
        *(({"confidentiality": frozenset({never})}, ["R-76", "R-76"]) for never in ("safety", "crime", "regulator")),
    ],
)
def test_what_an_offer_owes(change: dict[str, Any], rules: list[str]) -> None:
    dates = {"earliest_expiry": date(2026, 4, 1), "latest_payment": date(2026, 4, 15)}
    found = offer_objections(
        evolve(OFFER, **change), EXAMPLE.remedies.offer, **dates, earliest_advice=date(2026, 3, 16)
    )
    assert [reason.rule for reason in found] == rules


@pytest.mark.parametrize(
    ("disputed", "notice", "rules"),
    [(False, True, []), (True, True, ["R-74"]), (False, False, ["R-74"])],
)
def test_r_74_arrears_are_set_off_with_notice_and_permission(disputed: bool, notice: bool, rules: list[str]) -> None:
    permitted = evolve(EXAMPLE.remedies.offer, offset_against_arrears=True)
    found = offer_objections(
        evolve(OFFER, offset=Offset(disputed=disputed, notice_given=notice)),
        permitted,
        earliest_expiry=date(2026, 4, 1),
        latest_payment=date(2026, 4, 15),
        earliest_advice=date(2026, 3, 16),
    )
    assert [reason.rule for reason in found] == rules


@pytest.mark.parametrize(
    ("answers", "heads", "settled"),
    [
        ({}, [], []),
        ({"loss": True}, ["loss"], []),
        ({"loss": False, "distress": False}, [], []),
        ({"loss": True, "distress": True}, ["loss", "distress"], ["loss", "distress"]),
    ],
)
def test_r_71_and_r_72_silence_accepts_nothing_and_a_part_may_be_accepted(
    answers: dict[str, bool], heads: list[str], settled: list[str]
) -> None:
    offer = evolve(OFFER, amounts={"loss": gbp("75"), "distress": gbp("50")})
    assert [*accepted(offer, answers)] == heads
    assert [*accepted(evolve(offer, full_and_final=True), answers)] == settled


def test_r_75_a_payment_that_is_late_bears_interest_by_itself() -> None:
    """R-59 (i): 20 days late on 1,539.11 are 6.75."""
    offer, sum_due = evolve(OFFER, paid_by=date(2026, 3, 4)), gbp("1539.11")
    late = failure(offer, sum_due, INTEREST, proved_on=None, today=date(2026, 3, 24))
    assert late is not None
    assert calculate("GBP", late.late_interest).total == gbp("6.75")
    assert late.owes == {RemedyType.APOLOGY}
    proved = failure(offer, sum_due, INTEREST, proved_on=date(2026, 3, 24), today=date(2026, 9, 1))
    assert proved == late
    assert failure(offer, sum_due, INTEREST, proved_on=None, today=date(2026, 3, 4)) is None
    assert failure(offer, sum_due, INTEREST, proved_on=date(2026, 3, 4), today=date(2026, 9, 1)) is None
    without_rates = failure(offer, sum_due, None, proved_on=None, today=date(2026, 3, 5))
    assert without_rates is not None
    assert without_rates.late_interest == ()


def test_r_56_tax_is_withheld_from_the_interest_alone() -> None:
    entries = [restored(gbp("1200"), gbp("0")), *INTEREST.late(gbp("1539.11"), date(2026, 3, 4), date(2026, 3, 24))]
    whole = calculate("GBP", entries)
    found = pay_out(whole, lambda interest: interest.times(Fraction(1, 5), Rounding.HALF_UP))
    assert (found.withheld, found.paid) == (gbp("1.35"), gbp("1205.40"))  # a fifth of 6.75
    for wrong in (gbp("6.76"), gbp("-0.01")):
        with pytest.raises(MalformedInput, match="from the interest"):
            pay_out(whole, {gbp("6.75"): wrong}.__getitem__)
    assert pay_out(calculate("GBP", entries[:1]), lambda interest: interest).paid == gbp("1200")


@pytest.mark.parametrize(
    ("after", "asked", "error", "may"),
    [("80", True, False, True), ("70", True, False, False), ("70", True, True, True), ("70", False, False, True)],
)
def test_an_offer_is_never_lowered_because_a_review_was_asked_for(
    after: str, asked: bool, error: bool, may: bool
) -> None:
    assert may_replace(gbp("75"), gbp(after), review_asked=asked, computation_error_shown=error) is may


# Loading


def test_the_library_ships_no_amounts() -> None:
    for name in ("standard", "micro", "regulated"):
        profile = load_profile(name)
        assert (profile.remedies.interest, profile.remedies.distress, profile.authority) == (None, None, None)


@pytest.mark.parametrize(
    ("remedies", "problem"),
    [
        ({"interest": {"late_percent": 8}}, "must be a text"),
        ({"interest": {"late_percent": "8%", "rule": []}}, "percent for a year"),
        ({"interest": {"late_percent": "8", "rule": []}}, "in the order of their first days"),
        ({"interest": {"late_percent": "8", "base": {"b": {"soon": "1"}}}}, "must be a day"),
        (
            {"interest": {"late_percent": "8", "rule": [{"id": "x", "since": AFTER, "percent": "1", "base": "bnak"}]}},
            "no base rate 'bnak'",
        ),
        ({"distress": {"currency": "GPB"}}, "no currency 'GPB'"),
        ({"distress": {"currency": "GBP", "band": [{"id": "B", "above": "5", "up_to": "5"}]}}, "more than what it is"),
        ({"offer": {"expires_after": {"days": 30}}}, "bare days"),
        ({"offer": {"expires_after": {"calendar_days": 29}}}, r"must be at least calendar_days = 30 \(R-70\)"),
        ({"offer": {"expires_after": {"hours": 900}}}, r"must be at least calendar_days = 30 \(R-70\)"),
        ({"offer": {"paid_within": {"working_days": 11}}}, r"must be at most working_days = 10 \(R-70\)"),
        ({"offer": {"advice_within": {"working_days": 9}}}, r"must be at least working_days = 10 \(R-70\)"),
        ({"offer": {"silence_accepts": True}}, "there is no 'silence_accepts' here"),
    ],
)
def test_wrong_remedies_are_refused(remedies: dict[str, Any], problem: str) -> None:
    with pytest.raises(PolicyRefused, match=problem):
        load_profile({"base": "standard", "id": "x", "version": "1", "remedies": remedies})


def distress_with(when: dict[str, Any]) -> dict[str, Any]:
    band = {"id": "B1", "above": "0", "up_to": "100"}
    rule = {"id": "1", "then": "B1", "when": when}
    table = {"hit": "most_urgent", "default": "none", "default_id": "0", "rule": [rule], "band": [band]}
    return {"distress": {"currency": "GBP", "rounded_to": "5", **table}}


@pytest.mark.parametrize(
    ("when", "problem"),
    [
        ({"fact": "intensity", "at_most": 2}, "more 'intensity' would mean less"),
        ({"fact": "customer_value", "is": "gold"}, "never decides anything"),
        ({"fact": "contact_count", "at_least": 3}, "never decides anything"),
    ],
)
def test_rules_that_no_award_may_follow_are_refused(when: dict[str, Any], problem: str) -> None:
    with pytest.raises(PolicyRefused, match=problem):
        load_profile({"base": "standard", "id": "x", "version": "1", "remedies": distress_with(when)})
