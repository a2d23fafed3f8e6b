"""How long: M-11 time to the final response with open complaints censored, and quantiles of days (D1, D6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

from attrs import frozen

from complaintkit.measures.counts import received
from complaintkit.measures.engine import Frame, narwhals, rows, tally
from complaintkit.measures.facts import Facts
from complaintkit.measures.measure import ENOUGH, Basis, Measure, Period, Scale, Unit, left_out
from complaintkit.measures.statistic import Interval, Step, kaplan_meier, surrounding_ranks, survival_quantile

#: Median, P75 and P90.
PARTS: Final = (0.5, 0.75, 0.9)
#: Elapsed time, or working time of the calendar.
Reckoned = Literal["calendar", "working"]


@frozen(kw_only=True)
class Waiting:
    """How long complaints waited for the final response (M-11).

    ``curve`` is the share that waits longer, by seconds; ``quantiles`` are the median, P75 and P90.
    ``answered`` ended, ``waiting`` are counted as waiting up to when they were last seen.
    """

    reckoned: Reckoned
    answered: int
    waiting: int
    curve: tuple[Step, ...]
    quantiles: tuple[Measure, ...]

    @property
    def median(self) -> Measure:
        """The time by which half have their final response."""
        return self.quantiles[0]

    def to_dict(self, language: str = "en") -> dict[str, Any]:
        """The figures as plain data, without the curve."""
        quantiles = [measure.to_dict(language) for measure in self.quantiles]
        return {"reckoned": self.reckoned, "answered": self.answered, "waiting": self.waiting, "quantiles": quantiles}


def time_to_final(facts: Facts, reckoned: Reckoned = "calendar", *, period: Period | None = None) -> Waiting:
    """M-11: seconds from receipt to the final response, for complaints received in the period.

    Complaints still open, or ended without a response, are censored (MC-3). Left out and counted are those
    whose source does not say when it answers, and those whose times lie outside the known years of the calendar
    or run backwards. Nothing is paused out.
    """
    nw, column, period = narwhals(), f"{reckoned}_seconds", period or facts.whole
    cohort = received(facts, period).filter(~nw.col("registered_at").is_null())
    dated = cohort.filter(~nw.col("is_answered").is_null() & nw.col("source").fill_null("").is_in(_telling(cohort)))
    timed = dated.filter(nw.col(column) >= 0)
    observed = [(time, int(ended), n - int(ended)) for time, n, ended in tally(timed, [column], ["is_answered"])]
    everybody, known, usable = (tally(frame, ())[0][0] for frame in (cohort, dated, timed))
    curve = kaplan_meier(observed)
    about = {
        "id": f"M-11.{reckoned}", "period": period, "basis": Basis.RECEIVED, "unit": Unit.COMPLAINT,
        "excluded": left_out({"time_unknown": everybody - known, "time_not_countable": known - usable}),
    }  # fmt: skip
    answered = sum(ended for _, ended, _ in observed)
    return Waiting(
        reckoned=reckoned, answered=answered, waiting=usable - answered, curve=curve,
        quantiles=tuple(_survival(curve, part, answered, usable, **about) for part in PARTS),
    )  # fmt: skip


def _telling(cohort: Frame) -> list[str]:
    """The sources that say when they answer, and "" for the book itself; of others open records say nothing either."""
    counted = tally(cohort.filter(narwhals().col("is_answered") == 1), ["source"])
    return ["", *(source for source, _ in counted if source)]


def _survival(curve: Sequence[Step], part: float, answered: int, n: int, **about: Any) -> Measure:
    value, interval = survival_quantile(curve, part) if n >= ENOUGH else (None, None)
    return Measure(
        scale=Scale.SECONDS, numerator=answered, denominator=n, value=value, interval=interval,
        segment=(("quantile", _percent(part)),), **about,
    )  # fmt: skip


@frozen(kw_only=True)
class Spread:
    """How a number of whole days is spread over complaints (D1, D6).

    ``n`` state it; ``negative`` and ``zero`` are counted and kept; ``mean`` is None where nobody states it.
    """

    milestone: str
    n: int
    negative: int
    zero: int
    least: int | None
    most: int | None
    mean: float | None
    quantiles: tuple[Measure, ...]

    def to_dict(self, language: str = "en") -> dict[str, Any]:
        """The figures as plain data."""
        return {
            "milestone": self.milestone, "n": self.n, "negative": self.negative, "zero": self.zero,
            "least": self.least, "most": self.most, "mean": None if self.mean is None else round(self.mean, 9),
            "quantiles": [measure.to_dict(language) for measure in self.quantiles],
        }  # fmt: skip


def quantiles(facts: Facts, milestone: str, *, parts: Sequence[float] = PARTS, period: Period | None = None) -> Spread:
    """Whole calendar days from receipt to a milestone of the source, negative ones included.

    Quantiles interpolate linearly between neighbours (D6, "type 7"); their interval lies between order
    statistics. ``parts`` are between 0 and 1.
    """
    nw, period = narwhals(), period or facts.whole
    column = facts.days_to(milestone)
    cohort = received(facts, period)
    stated = cohort.filter(~nw.col(column).is_null())
    counts = tally(stated, [column])
    n = sum(count for _, count in counts)
    about = {
        "id": "quantile", "period": period, "basis": Basis.RECEIVED, "unit": Unit.COMPLAINT,
        "excluded": left_out({"not_reached": tally(cohort, ())[0][0] - n}),
    }  # fmt: skip
    return Spread(
        milestone=milestone, n=n,
        negative=sum(count for days, count in counts if days < 0), zero=sum(c for days, c in counts if days == 0),
        least=counts[0][0] if n else None, most=counts[-1][0] if n else None,
        mean=sum(days * count for days, count in counts) / n if n else None,
        quantiles=tuple(_quantile(stated, column, part, n, milestone, about) for part in parts),
    )  # fmt: skip


def _quantile(frame: Frame, column: str, part: float, n: int, milestone: str, about: dict[str, Any]) -> Measure:
    value, interval = None, None
    if n >= ENOUGH:
        low, high = surrounding_ranks(n, part)
        asked = {"value": part, "low": _place(low, n), "high": _place(high, n)}
        found = _interpolated(frame, column, {name: at for name, at in asked.items() if at is not None})
        value, interval = found["value"], Interval(found.get("low"), found.get("high"))
    segment = (("milestone", milestone), ("quantile", _percent(part)))
    return Measure(
        scale=Scale.DAYS, numerator=n, denominator=n, value=value, interval=interval, segment=segment, **about
    )


def _place(rank: int | None, n: int) -> float | None:
    """The part at which linear interpolation meets the value of a rank."""
    return None if rank is None else (rank - 1) / (n - 1)


def _interpolated(frame: Frame, column: str, parts: dict[str, float]) -> dict[str, float]:
    """Quantiles by linear interpolation; the rounding takes away what binary fractions add."""
    nw = narwhals()
    asked = [nw.col(column).quantile(part, interpolation="linear").alias(name) for name, part in parts.items()]
    (found,) = rows(frame.select(*asked))
    return {name: round(value, 9) for name, value in zip(parts, found, strict=True)}


def _percent(part: float) -> str:
    return f"P{round(part * 100, 2):g}"
