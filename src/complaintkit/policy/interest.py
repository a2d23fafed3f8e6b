"""Interest for having been without money (R-51) and for being paid late (R-52): simple, by days, exact.

Which rate holds is a matter of dates: a rule is chosen by the governing date of the matter, and a base rate by
each day. Days are half-open: the first counts, the day of payment does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Final, NamedTuple

from attrs import frozen

from complaintkit.errors import MalformedInput
from complaintkit.money import Money, Rounding
from complaintkit.policy.amount import Entry, Head


class DayCount(StrEnum):
    """By what a rate for a year is divided; days are counted as they are, leap days included."""

    ACT_365F = "act/365f"
    ACT_360 = "act/360"

    @property
    def year(self) -> int:
        """The days of its year."""
        return {DayCount.ACT_365F: 365, DayCount.ACT_360: 360}[self]


class Segment(NamedTuple):
    """A stretch of days with one rate, in percent for a year."""

    percent: Fraction
    since: date
    until: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.until - self.since).days


@frozen
class BaseRate:
    """A rate that somebody sets from time to time: from each day on, so many percent.

    >>> base = BaseRate("bank", ((date(2024, 1, 1), Fraction(5)), (date(2025, 2, 6), Fraction(9, 2))))
    >>> [segment.days for segment in base.segments(date(2025, 2, 1), date(2025, 2, 10))]
    [5, 4]
    """

    name: str
    steps: tuple[tuple[date, Fraction], ...]

    def segments(self, since: date, until: date) -> Iterator[Segment]:
        """The rates in force from ``since`` until the day before ``until``.

        Raises ``MalformedInput`` for days before the first rate that is known.
        """
        if since < self.steps[0][0]:
            raise MalformedInput(
                f"the base rate {self.name!r} is not known before {self.steps[0][0]}; it is needed from {since}",
                hint="add the earlier rates to the table",
            )
        for (begins, percent), (ends, _) in pairwise((*self.steps, (date.max, Fraction()))):
            if max(begins, since) < min(ends, until):
                yield Segment(percent, max(begins, since), min(ends, until))


@frozen(kw_only=True)
class RateRule:
    """A flat rate, or a margin over a base rate; ``since`` is the first governing date for which it holds."""

    id: str
    since: date
    percent: Fraction
    base: BaseRate | None = None

    def segments(self, since: date, until: date) -> Iterator[Segment]:
        """The rates from ``since`` until the day before ``until``."""
        if until <= since:
            return
        if self.base is None:
            yield Segment(self.percent, since, until)
            return
        for segment in self.base.segments(since, until):
            yield segment._replace(percent=segment.percent + self.percent)


@frozen(kw_only=True)
class InterestRules:
    """How an organisation pays interest: rules by governing date, the late rate, how days and rates are taken.

    ``rate_digits`` rounds the time-weighted average rate to so many digits where a scheme asks for that.
    """

    rules: tuple[RateRule, ...]
    late_percent: Fraction
    day_count: DayCount = DayCount.ACT_365F
    rate_digits: int | None = None

    def rule_for(self, governing: date) -> RateRule:
        """The rule by the governing date: of referral or decision, as the scheme says (R-51)."""
        for rule in reversed(self.rules):
            if rule.since <= governing:
                return rule
        raise MalformedInput(f"no interest rule holds on {governing}", hint="add the rule for earlier dates")

    def deprivation(self, amount: Money, lost: date, until: date, governing: date) -> tuple[Entry, ...]:
        """Interest on one amount from the day it was lost until the day of payment (R-51), an entry a rate.

        A negative amount, an item by which the person gained, gives negative interest.

        >>> flat = RateRule(id="flat", since=date(2000, 1, 1), percent=Fraction(8))
        >>> rules = InterestRules(rules=(flat,), late_percent=Fraction(8))
        >>> lost = Money.of("1200.00", "GBP")
        >>> (entry,) = rules.deprivation(lost, date(2024, 3, 15), date(2026, 3, 4), governing=date(2026, 3, 4))
        >>> entry.inputs["days"], Money.rounded(entry.exact, "GBP", Rounding.HALF_UP)
        (719, Money('189.11', 'GBP'))
        """
        segments = list(self.rule_for(governing).segments(lost, until))
        if self.rate_digits is not None and segments:
            segments = [_averaged(segments, self.rate_digits)]
        return tuple(self._entry("R-51", amount, segment) for segment in segments)

    def late(self, amount: Money, due: date, paid: date) -> tuple[Entry, ...]:
        """Interest on the whole sum due, for each day from the due date until it was paid (R-52)."""
        if paid <= due or amount.minor <= 0:
            return ()
        return (self._entry("R-52", amount, Segment(self.late_percent, due, paid)),)

    def _entry(self, rule: str, amount: Money, segment: Segment) -> Entry:
        inputs: dict[str, int | str] = {"amount": amount.minor, "percent": str(segment.percent), "days": segment.days}
        inputs |= {"year": self.day_count.year, "since": segment.since.isoformat(), "until": segment.until.isoformat()}
        return Entry.of(Head.INTEREST, rule, amount.currency, inputs)


def _averaged(segments: list[Segment], digits: int) -> Segment:
    """One stretch with the time-weighted average rate, rounded."""
    days = sum(segment.days for segment in segments)
    average = sum((segment.percent * segment.days for segment in segments), Fraction()) / days
    scale: Final = 10**digits
    return Segment(Fraction(Rounding.HALF_UP.whole(average * scale), scale), segments[0].since, segments[-1].until)
