"""Figures over small books whose every figure is reckoned by hand."""

from __future__ import annotations

import statistics
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.commands import CorrectFacts, CorrectRecord
from complaintkit.errors import MalformedInput, UnknownName
from complaintkit.measures import (
    Facts,
    Period,
    acknowledgement_attainment,
    arrivals,
    exact_duplicates,
    final_attainment,
    pareto,
    quantiles,
    share,
    share_by,
    time_to_final,
    volume,
)
from complaintkit.measures.engine import rows
from complaintkit.timekeeping import format_instant
from complaintkit.vocabulary import Channel, Handling, NoticeRule
from tests.measures.book import HANDLER, IMPORTER, Office, day

PHONE, EMAIL = Channel.PHONE, Channel.EMAIL


@pytest.fixture(scope="module")
def office() -> Office:
    """Twelve complaints by telephone, all in time; four by e-mail: late, overdue, withdrawn, and not yet due."""
    office = Office()
    phones = [office.register(day(0, 9 + n / 4), PHONE, narrative=f"Nothing came, {n % 4}.") for n in range(12)]
    late = office.register(day(0, 13), EMAIL, narrative="Nothing  CAME, 0.")
    office.register(day(0, 14), EMAIL, narrative="Something else.")
    nobody = office.register(day(0, 15), EMAIL, reach=None, narrative="Never mind.")
    for ref in phones:
        office.deliver(day(1), ref, NoticeRule.ACKNOWLEDGEMENT)
    for n, ref in enumerate(phones):
        office.settle(day(2 + n // 6), ref, category="delay" if n < 9 else "price")
    office.withdraw(day(4), nobody)
    office.tick(day(35))
    office.deliver(day(36), late, NoticeRule.ACKNOWLEDGEMENT)
    office.settle(day(37), late)
    office.register(day(38), EMAIL, narrative="The newest.")
    return office


@pytest.fixture(scope="module")
def facts(office: Office) -> Facts:
    return office.facts(day(38, 12))


def test_volume_counts_by_field_and_fills_empty_months(facts: Facts) -> None:
    """M-01."""
    by_channel = volume(facts, by="channel")
    assert by_channel.total.numerator == 16
    assert [(row.label, row.numerator) for row in by_channel.rows] == [("phone", 12), ("email", 4)]
    by_month = volume(facts, grain="month")
    assert [(row.label, row.numerator) for row in by_month.rows] == [("2026-03", 15), ("2026-04", 1)]
    march = Period(date(2025, 12, 1), date(2026, 3, 31))
    assert [row.numerator for row in volume(facts, grain="month", period=march).rows] == [0, 0, 0, 15]
    both = volume(facts, by="channel", grain="month")
    assert both.of("email", "2026-04").numerator == 1
    assert sum(row.numerator for row in both.rows) == 16


def test_acknowledgements_leave_out_and_count_who_could_not_be_written_to(facts: Facts) -> None:
    """M-08: of 14 due, 12 were given in time; one is waived, and the newest is not yet due."""
    figures = acknowledgement_attainment(facts, by="channel", period=Period(date(2026, 3, 1), date(2026, 4, 10)))
    assert (figures.total.numerator, figures.total.denominator) == (12, 14)
    assert figures.total.excluded == (("not_yet_due", 1), ("waived", 1))
    assert figures.of("phone").numerator == 12
    assert (figures.of("email").numerator, figures.of("email").denominator) == (0, 2)


def test_final_responses_due_in_the_period_count_open_overdue_ones_as_breached(facts: Facts) -> None:
    """M-09, first population."""
    figures = final_attainment(facts)
    assert (figures.total.numerator, figures.total.denominator) == (12, 14)
    assert figures.total.excluded == (("no_longer_owed", 1),)
    email = figures.of("email")
    assert (email.numerator, email.denominator, email.value, email.interval) == (0, 2, None, None)  # MC-4: n < 10
    assert figures.of("phone").value == 1.0


def test_an_overdue_promise_is_breached_also_before_anybody_noticed() -> None:
    office = Office()
    office.register(day(0), PHONE)
    figures = final_attainment(office.facts(day(60)))
    assert (figures.total.numerator, figures.total.denominator) == (0, 1)
    before = final_attainment(office.facts(day(10)))
    assert before.total.denominator == 0
    assert before.total.value is None


def test_closed_only_is_another_population(facts: Facts) -> None:
    """M-09, second population: the only closed one was withdrawn, and is owed nothing."""
    figures = final_attainment(facts, population="closed")
    assert (figures.total.denominator, figures.total.excluded) == (0, (("no_longer_owed", 1),))


def test_as_the_source_says_is_a_third_population() -> None:
    office = Office()
    said = [True] * 9 + [False] * 3 + [None] * 2
    for n, timely in enumerate(said):
        office.take_in(day(0), f"r{n}", day(-20), timely=timely)
    figures = final_attainment(office.facts(day(1)), population="source")
    assert (figures.total.numerator, figures.total.denominator, figures.total.value) == (9, 12, 0.75)
    assert figures.total.excluded == (("not_answered", 2),)


def test_a_decision_stands_for_the_letter_where_nobody_can_be_written_to() -> None:
    office = Office()
    ref = office.register(day(0), PHONE, reach=None)
    office.settle(day(1), ref)
    facts = office.facts(day(40))
    assert final_attainment(facts).total.numerator == 1
    assert (time_to_final(facts).answered, time_to_final(facts).curve[0].time) == (1, 86400)


def test_a_moved_promise_is_judged_twice() -> None:
    """M-09: by the original due date, and by the date as it was brought forward (EV-08)."""
    office = Office()
    ref = office.register(day(0), PHONE)  # a final response is first due on 30 March, after twenty working days
    office.settle(day(18), ref, seriousness=3)  # triage finds P2: due after ten, 16 March, already past
    facts = office.facts(day(19))
    first, moved = final_attainment(facts), final_attainment(facts, population="due_as_moved")
    assert first.total.denominator == 0  # its original due date lies after the period
    assert (moved.total.numerator, moved.total.denominator) == (0, 1)
    later = office.facts(day(40))
    assert (final_attainment(later).total.numerator, final_attainment(later).total.denominator) == (1, 1)


def test_time_to_the_final_response_keeps_those_who_wait(facts: Facts) -> None:
    """M-11, by hand: 16 registered, six ended on day 2, six on day 3, one withdrawn, one late, two waiting."""
    waiting = time_to_final(facts)
    assert (waiting.answered, waiting.waiting, waiting.median.denominator) == (13, 3, 16)
    # Who was received at 09:15, 09:30 ... was answered at 09:00 of the second or third day after.
    seconds = sorted([2 * 86400 - n * 900 for n in range(6)] + [3 * 86400 - n * 900 for n in range(6, 12)])
    share, expected = 1.0, []
    at_risk = 16 - 1  # the newest complaint was last seen waiting three hours after it came
    for time in seconds:
        share *= 1 - 1 / at_risk
        at_risk -= 1
        expected.append((time, share))
    assert [step.time for step in waiting.curve[:12]] == [time for time, _ in expected]
    assert [step.waiting for step in waiting.curve[:12]] == pytest.approx([share for _, share in expected])
    assert waiting.median.value == next(time for time, share in expected if share <= 0.5 + 1e-12)


def test_working_time_is_counted_besides(facts: Facts) -> None:
    working = time_to_final(facts, "working")
    assert working.curve[0].time == 16 * 3600 - 5 * 900  # two days of eight hours, less what had passed on the first
    assert working.median.denominator == 16


def test_history_without_times_is_left_out_and_counted() -> None:
    office = Office()
    for n in range(12):
        office.take_in(day(0), f"a{n}", day(-30), closed_at=day(-30 + n))
    office.take_in(day(0), "b", day(-30))  # closed, the source does not say when
    office.take_in(day(0), "c", day(-30), closed_at=day(-31))  # closed before it was received
    figure = time_to_final(office.facts(day(1))).median
    assert figure.excluded == (("time_unknown", 1), ("time_not_countable", 1))
    assert (figure.numerator, figure.denominator, figure.value) == (12, 12, 5 * 86400)


def test_shares_leave_out_and_count_what_is_not_answered() -> None:
    """D3: yes of yes and no; D4: with the blank ones in the denominator."""
    office = Office()
    for n, answer in enumerate(["Yes"] * 4 + ["No"] * 8 + ["N/A"] * 3 + [""] * 5):
        product = "loan" if n % 2 else "card"
        office.take_in(day(0), f"r{n}", day(-9), attributes={"disputed": answer, "product": product})
    facts = office.facts(day(1))
    disputed = share(facts, "disputed", {"Yes"}, not_answered={"N/A"}, by="product")
    assert (disputed.total.numerator, disputed.total.denominator) == (4, 12)
    assert disputed.total.excluded == (("not_answered", 8),)
    assert [(row.label, row.numerator, row.denominator) for row in disputed.rows] == [("card", 2, 6), ("loan", 2, 6)]
    assert share(facts, "disputed", {"Yes"}, count_blank=True).total.denominator == 20
    assert share(facts, "disputed", {"", "N/A"}, count_blank=True).total.numerator == 8
    nothing = share(facts, "disputed", {"Yes"}, not_answered={"Yes", "No", "N/A"}).total
    assert (nothing.denominator, nothing.value) == (0, None)
    with pytest.raises(MalformedInput, match="set of values"):
        share(facts, "disputed", "Yes")


def test_pareto_takes_the_fewest_values_that_make_up_four_fifths() -> None:
    """D7."""
    office = Office()
    for n, name in enumerate("aaaaaaaabbbbccd" + "efghi"):
        office.take_in(day(0), f"r{n}", day(-9), attributes={"issue": name})
    found = pareto(office.facts(day(1)), "issue")
    assert (found.categories, found.n80) == (9, 5)  # 8 + 4 + 2 + 1 + 1 = 16 of 20
    assert [(row.label, row.numerator) for row in found.figures.rows[:3]] == [("a", 8), ("b", 4), ("c", 2)]


def test_days_to_a_milestone_keep_negative_ones() -> None:
    """D1: by local dates, signed."""
    office = Office()
    for n, days in enumerate([-2, -1, 0, 0, 1, 1, 2, 3, 5, 9]):
        office.take_in(day(0), f"r{n}", day(-30, 23), milestones=(("sent", day(-30 + days, 1)),))
    office.take_in(day(0), "none", day(-30))
    spread = quantiles(office.facts(day(1)), "sent")
    assert (spread.n, spread.negative, spread.zero, spread.least, spread.most, spread.mean) == (10, 2, 2, -2, 9, 1.8)
    assert spread.quantiles[0].value == 1.0
    assert spread.quantiles[0].excluded == (("not_reached", 1),)


@given(st.lists(st.integers(-400, 400), min_size=10, max_size=40), st.sampled_from([0.25, 0.5, 0.75, 0.9, 0.95]))
def test_quantiles_are_of_type_seven(days: list[int], part: float) -> None:
    office = Office()
    received = datetime(2020, 6, 1, 12, tzinfo=UTC)
    for n, value in enumerate(days):
        office.take_in(day(0), f"r{n}", received, milestones=(("sent", received + timedelta(days=value)),))
    found = quantiles(office.facts(day(1)), "sent", parts=[part]).quantiles[0]
    cuts = statistics.quantiles(days, n=20, method="inclusive")
    assert found.value == pytest.approx(cuts[round(part * 20) - 1], abs=1e-9)
    assert found.interval is not None
    assert found.interval.low is None or found.interval.low <= found.value
    assert found.interval.high is None or found.interval.high >= found.value


def test_equal_texts_are_found_behind_other_forms(office: Office, facts: Facts) -> None:
    """D13: twelve texts of four kinds and one that differs in spaces and capitals; three that nobody repeats."""
    found = exact_duplicates(facts, office.store)
    assert (found.texts, found.groups, found.surplus) == (16, 4, 9)


def test_arrivals_name_the_first_of_the_busiest_months(facts: Facts) -> None:
    found = arrivals(facts)
    assert found is not None
    assert (found.first, found.last, found.months) == (date(2026, 3, 2), date(2026, 4, 9), 2)
    assert (found.busiest_month, found.in_busiest_month) == ("2026-03", 15)


def test_the_book_can_be_seen_as_it_stood(office: Office) -> None:
    assert volume(office.facts(day(0, 9.5))).total.numerator == 3
    assert volume(office.facts(day(-1))).total.numerator == 0
    assert arrivals(office.facts(day(-1))) is None


def test_a_correction_by_the_source_counts() -> None:
    office = Office()
    ref = office.take_in(day(0), "r", day(-9), attributes={"product": "loan"}, timely=True)
    office.clock.set(day(1))
    correction = CorrectRecord(
        complaint=ref, received_at=day(-9), channel=Channel.WEB_FORM, attributes={"product": "card"},
        state=Handling.CLOSED, timely=False,
    )  # fmt: skip
    office.desk.handle(correction, by=IMPORTER)
    assert [row.label for row in share_by(office.facts(day(0, 12)), "product").rows] == ["loan"]
    assert [row.label for row in share_by(office.facts(day(2)), "product").rows] == ["card"]
    assert final_attainment(office.facts(day(2)), population="source").total.numerator == 0


def test_a_correction_of_ours_counts_and_the_first_date_stays_beside_the_new_one() -> None:
    """INV-72, M-09: the corrected value is counted, from then on."""
    office = Office()
    ref = office.register(day(0), Channel.WEB_FORM, attributes={"product": "loan"})
    office.clock.set(day(1))
    facts = {"attribute.product": "card", "channel": "phone", "received_at": day(-5)}
    office.desk.handle(CorrectFacts(complaint=ref, facts=facts, reason="Typed wrongly"), by=HANDLER)
    for field, before, after in (("product", "loan", "card"), ("channel", "web_form", "phone")):
        assert [row.label for row in share_by(office.facts(day(0, 12)), field).rows] == [before]
        assert [row.label for row in share_by(office.facts(day(2)), field).rows] == [after]
    columns = ("commitment_kind", "started_at", "is_moved", "due_at", "first_due_at")
    found = {kind: rest for kind, *rest in rows(office.facts(day(2)).commitments.select(*columns))}
    started, moved, due, first_due = found["final"]
    assert (started, moved) == (format_instant(day(-5)), 1)
    assert due < first_due


def test_every_figure_says_what_it_is(facts: Facts) -> None:
    """MC-1, MC-7, MC-8."""
    said = acknowledgement_attainment(facts).total.to_dict()
    assert said["id"] == "M-08"
    assert said["unit"] == "commitment"
    assert said["time_basis"] == "due"
    assert said["period"] == {"first": "2026-03-02", "last": "2026-04-09"}
    assert said["interval"]["low"] < said["value"] < said["interval"]["high"]
    assert all(said[part] for part in ("name", "population", "counted", "of", "limits"))


def test_what_hosts_call_their_attributes_is_never_part_of_a_query() -> None:
    office = Office()
    names = {'x"; drop table complaints; --': "1", "State": "CA", "state": "NY", "channel": "ours", "a.b": '"q", \\'}
    office.take_in(day(0), "r", day(-9), attributes=names)
    facts = office.facts(day(1))
    for name, value in names.items():
        field = name if name != "channel" else "attribute:channel"
        assert [row.label for row in share_by(facts, field).rows] == [value]
    assert [row.label for row in share_by(facts, "channel").rows] == ["web_form"]
    assert set(facts.fields) >= {"attribute:channel", "State", "state"}
    with pytest.raises(UnknownName, match="did you mean 'channel'"):
        volume(facts, by="chanel")
    with pytest.raises(UnknownName):
        quantiles(facts, "sent")


def test_a_period_must_not_end_before_it_begins() -> None:
    with pytest.raises(MalformedInput):
        Period(date(2026, 3, 2), date(2026, 3, 1))


def test_of_a_source_that_tells_no_times_its_open_records_are_no_waiting_times_either() -> None:
    office = Office()
    office.take_in(day(0), "a", day(-30))
    office.take_in(day(0), "b", day(-30), state=Handling.RECEIVED)
    figure = time_to_final(office.facts(day(1))).median
    assert (figure.denominator, figure.excluded) == (0, (("time_unknown", 2),))
    office.take_in(day(1), "c", day(-30), closed_at=day(-29))
    assert time_to_final(office.facts(day(2))).waiting == 1
