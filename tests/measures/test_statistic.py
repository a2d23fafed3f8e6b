"""Statistics against published values and independent reckoning."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.measures.statistic import kaplan_meier, surrounding_ranks, survival_quantile, wilson

observations = st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=60)


def grouped(pairs: list[tuple[int, bool]]) -> list[tuple[int, int, int]]:
    """(time, ended, waiting) with each time once."""
    return [
        (time, sum(t == time and ended for t, ended in pairs), sum(t == time and not ended for t, ended in pairs))
        for time in sorted({time for time, _ in pairs})
    ]


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"), [(37, 120, 0.2327, 0.3958), (0, 12, 0, 0.2425), (168, 200, 0.7829, 0.8843)]
)
def test_the_golden_values_of_wilson(successes: int, trials: int, low: float, high: float) -> None:
    found = wilson(successes, trials)  # MC-4
    assert [round(bound or 0, 4) for bound in found] == [low, high]


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_is_where_the_score_test_just_rejects(case: tuple[int, int]) -> None:
    successes, trials = case
    for bound in wilson(successes, trials):
        assert bound is not None
        assert -1e-12 <= bound <= 1 + 1e-12
        # The bounds solve (p - bound)^2 = z^2 bound (1 - bound) / n, whatever formula they were found by.
        difference = (successes / trials - bound) ** 2 - 1.959963984540054**2 * bound * (1 - bound) / trials
        assert abs(difference) < 1e-9


def test_the_remission_times_that_everybody_prints() -> None:
    """6-MP group of Freireich et al. (1963): weeks in remission, some patients still in it."""
    ended = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    waiting = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    curve = kaplan_meier(grouped([(t, True) for t in ended] + [(t, False) for t in waiting]))
    assert [(step.time, round(step.waiting, 3)) for step in curve] == [
        (6, 0.857), (7, 0.807), (10, 0.753), (13, 0.69), (16, 0.627), (22, 0.538), (23, 0.448),
    ]  # fmt: skip
    # The 95 % interval of the median by the log-log transform, as the usual packages print it: 13 to not reached.
    assert survival_quantile(curve, 0.5) == (23, (13, None))
    assert survival_quantile(curve, 0.75)[0] is None


@given(observations)
def test_kaplan_and_meier_multiply_what_survives_each_time(pairs: list[tuple[int, bool]]) -> None:
    share, expected = Fraction(1), []
    for time in sorted({t for t, ended in pairs if ended}):
        at_risk = sum(t >= time for t, _ in pairs)
        share *= 1 - Fraction(sum(t == time and ended for t, ended in pairs), at_risk)
        expected.append((time, share))
    found = kaplan_meier(grouped(pairs))
    assert [step.time for step in found] == [time for time, _ in expected]
    assert all(abs(step.waiting - float(share)) < 1e-9 for step, (_, share) in zip(found, expected, strict=True))
    for step in found:
        assert step.low <= step.waiting + 1e-12
        assert step.high is None or step.high >= step.waiting - 1e-12


@given(st.lists(st.integers(0, 40), min_size=1, max_size=60), st.sampled_from([0.25, 0.5, 0.75, 0.9]))
def test_without_anybody_waiting_the_quantile_is_a_value_with_enough_at_or_below(times: list[int], part: float) -> None:
    value, interval = survival_quantile(kaplan_meier(grouped([(t, True) for t in times])), part)
    assert value == min(t for t in times if sum(other <= t for other in times) >= Fraction(str(part)) * len(times))
    assert interval.low is not None
    assert interval.low <= value
    assert interval.high is None or interval.high >= value


def test_the_ranks_around_a_median_of_a_hundred() -> None:
    # Conover's normal approximation: 50 -+ 1.96 * 5, rounded outwards.
    assert surrounding_ranks(100, 0.5) == (40, 61)
    assert surrounding_ranks(10, 0.9) == (7, None)
