"""The few statistics that measures need, on plain numbers and with the standard library alone (MC-5).

Textbook methods: Wilson's score interval, the estimator of Kaplan and Meier with the log-log interval
of Greenwood's variance, and order statistics around a quantile.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from statistics import NormalDist
from typing import Final, NamedTuple

#: The normal quantile of a two-sided 95 % interval.
Z: Final = NormalDist().inv_cdf(0.975)
#: What binary fractions may be off by where a curve meets a level exactly.
_EPSILON: Final = 1e-12


class Interval(NamedTuple):
    """A 95 % interval; a bound that the data do not give is None."""

    low: float | None
    high: float | None


def wilson(successes: int, trials: int) -> Interval:
    """Wilson's 95 % interval for a proportion (MC-4).

    >>> [round(bound, 4) for bound in wilson(37, 120)]
    [0.2327, 0.3958]
    >>> wilson(0, 12).low
    0.0
    """
    share, spread = successes / trials, Z * Z / trials
    centre = (share + spread / 2) / (1 + spread)
    half = math.sqrt(share * (1 - share) * spread + spread * spread / 4) / (1 + spread)
    low = 0.0 if successes == 0 else centre - half
    return Interval(low, 1.0 if successes == trials else centre + half)


class Step(NamedTuple):
    """A step of a survival curve: from ``time`` on the share ``waiting`` waits still, between ``low`` and ``high``."""

    time: int
    waiting: float
    low: float
    high: float | None


def kaplan_meier(observed: Iterable[tuple[int, int, int]]) -> tuple[Step, ...]:
    """The share that waits longer than each time, where some are only known to wait still.

    ``observed`` holds (time, ended, still waiting) with each time once, in order. Who is last seen waiting at
    a time counts as waiting at it.

    >>> [round(step.waiting, 3) for step in kaplan_meier([(1, 1, 0), (2, 0, 1), (3, 1, 1)])]
    [0.75, 0.375]
    """
    observations = tuple(observed)
    at_risk = sum(ended + waiting for _, ended, waiting in observations)
    share, variance, steps = 1.0, 0.0, []
    for time, ended, waiting in observations:
        if ended:
            share *= 1 - ended / at_risk
            left = at_risk - ended
            variance += ended / (at_risk * left) if left else 0.0
            steps.append(Step(time, share, *_log_log(share, variance)) if left else Step(time, 0.0, 0.0, None))
        at_risk -= ended + waiting
    return tuple(steps)


def _log_log(share: float, variance: float) -> tuple[float, float]:
    """The interval of a survival share that stays between 0 and 1."""
    reach = Z * math.sqrt(variance) / math.log(share)
    return share ** math.exp(-reach), share ** math.exp(reach)


def survival_quantile(steps: Iterable[Step], part: float) -> tuple[int | None, Interval]:
    """The time by which ``part`` of all have ended, with its interval; None where it was not reached.

    It is the first time at which at most ``1 - part`` waits still; the bounds are where the bounds of the
    curve get there.

    >>> survival_quantile(kaplan_meier([(1, 1, 0), (2, 1, 0), (3, 1, 0), (4, 1, 0)]), 0.5)[0]
    2
    """
    level, curve = 1 - part + _EPSILON, tuple(steps)
    time = next((step.time for step in curve if step.waiting <= level), None)
    low = next((step.time for step in curve if step.low <= level), None)
    high = next((step.time for step in curve if step.high is not None and step.high <= level), None)
    return time, Interval(low, high)


def surrounding_ranks(n: int, part: float) -> tuple[int | None, int | None]:
    """Between which of ``n`` sorted values the quantile of a population lies with 95 % confidence.

    Ranks count from 1 and are rounded outwards; None where the sample ends before.

    >>> surrounding_ranks(100, 0.5)
    (40, 61)
    """
    centre, half = n * part, Z * math.sqrt(n * part * (1 - part))
    low, high = math.floor(centre - half), math.ceil(centre + half) + 1
    return (low if low >= 1 else None), (high if high <= n else None)
