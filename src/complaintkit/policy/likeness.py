"""Like cases are treated alike: how an award compares with earlier ones of its kind (domain 6.7, R-80 to R-84).

A precedent names nobody, and nothing of what a customer is worth (INV-76).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from statistics import median
from typing import Final

from attrs import field, frozen

from complaintkit.errors import MalformedInput
from complaintkit.money import Money
from complaintkit.policy.verdict import Line

#: How far back precedents are like a case (R-80).
_MONTHS_24: Final = timedelta(days=730)
#: A set of fewer precedents than this says nothing (R-80).
ENOUGH: Final = 8
#: Beyond this many robust standard deviations an award is an outlier (R-81).
_LIMIT: Final = Fraction(5, 2)
_SCALE: Final = Fraction(6745, 10_000)


class Flag(StrEnum):
    """What somebody must look at before an award goes out."""

    OUTLIER = "outlier"
    """A written reason, and a checker one level higher (R-81)."""
    BELOW_FOR_VULNERABLE = "below_median_for_a_vulnerable_person"
    ABOVE_AFTER_PUBLICITY = "above_median_after_publicity"


@frozen(kw_only=True)
class Features:
    """What makes cases alike: the issue category in today's taxonomy, and coded levels (R-80)."""

    category: str
    severity: int
    duration_band: int
    aggravations: int
    vulnerable: bool = False
    after_publicity: bool = False

    def like(self, other: Features) -> bool:
        """Whether another case is of the same kind: same category and duration, severity and aggravation near."""
        return (
            (self.category, self.duration_band) == (other.category, other.duration_band)
            and abs(self.severity - other.severity) <= 1
            and abs(self.aggravations - other.aggravations) <= 1
        )


@frozen(kw_only=True)
class Precedent:
    """One award that was made (E-56): its features, its non-financial component, when; its ``weight``.

    An external determination enters with more weight than one (R-84). ``unit`` is for the dispersion report only.
    """

    features: Features
    amount: Money
    on: date
    weight: int = field(default=1, validator=lambda _, __, weight: _positive(weight))
    unit: str = ""


def _positive(weight: int) -> None:
    if type(weight) is not int or not 1 <= weight <= 100:
        raise MalformedInput("a precedent has a weight from 1 to 100", hint="1 for an award of your own")


@frozen(kw_only=True)
class Likeness:
    """How an award compares: with how many, their median and spread in minor units, ``z`` where it can be said."""

    count: int
    median: Fraction | None
    spread: Fraction | None
    z: Fraction | None
    flags: tuple[Flag, ...]

    @property
    def explanation(self) -> tuple[Line, ...]:
        """A line with the figures, and one for each flag."""
        figures: dict[str, int | bool | str | None] = {
            "count": self.count,
            "median": str(self.median),
            "spread": str(self.spread),
        }
        lines = [Line("R-81", figures, str(self.z), "likeness.figures")]
        rules = {Flag.OUTLIER: "R-81"}
        return (*lines, *(Line(rules.get(flag, "R-82"), {}, flag.value, "likeness.flag") for flag in self.flags))


def like_cases(features: Features, precedents: Iterable[Precedent], on: date) -> tuple[Precedent, ...]:
    """The precedents of the last 24 months that are like a case (R-80)."""
    return tuple(each for each in precedents if on - _MONTHS_24 <= each.on <= on and features.like(each.features))


def compare(features: Features, amount: Money, precedents: Iterable[Precedent], on: date) -> Likeness:
    """How a non-financial award compares with like ones; without figures where there are fewer than eight.

    >>> case = Features(category="delay", severity=2, duration_band=1, aggravations=0)
    >>> day = date(2026, 3, 2)
    >>> before = [Precedent(features=case, amount=Money(minor, "GBP"), on=day) for minor in (100, 110, 120, 130) * 2]
    >>> compare(case, Money(200, "GBP"), before, day).flags
    (<Flag.OUTLIER: 'outlier'>,)
    """
    like = like_cases(features, precedents, on)
    if any(each.amount.currency != amount.currency for each in like):
        raise MalformedInput("precedents and award must be in one currency", hint="compare within one currency")
    if len(like) < ENOUGH:
        return Likeness(count=len(like), median=None, spread=None, z=None, flags=())
    middle, spread = centre(like)
    distance = amount.minor - middle
    z = _SCALE * distance / spread if spread else None
    outlier = abs(z) > _LIMIT if z is not None else abs(distance) * 4 > middle
    raised = {
        Flag.OUTLIER: outlier,
        Flag.BELOW_FOR_VULNERABLE: features.vulnerable and distance < 0,
        Flag.ABOVE_AFTER_PUBLICITY: features.after_publicity and distance > 0,
    }
    flags = tuple(flag for flag, up in raised.items() if up)
    return Likeness(count=len(like), median=middle, spread=spread, z=z, flags=flags)


def centre(precedents: Sequence[Precedent]) -> tuple[Fraction, Fraction]:
    """The median of some awards and the median distance from it, each by weight, in minor units."""
    amounts = [Fraction(each.amount.minor) for each in precedents for _ in range(each.weight)]
    middle = median(amounts)
    return middle, median([abs(amount - middle) for amount in amounts])


@frozen(kw_only=True)
class Dispersion:
    """How far the awards of one group lie apart (R-83, M-31): drift calls for a better guideline."""

    group: Hashable
    count: int
    median: Fraction
    spread: Fraction


def dispersion(precedents: Iterable[Precedent]) -> tuple[Dispersion, ...]:
    """The dispersion by unit, category and currency, in that order (R-83)."""
    groups: dict[tuple[str, str, str], list[Precedent]] = {}
    for each in precedents:
        groups.setdefault((each.unit, each.features.category, each.amount.currency), []).append(each)
    found = []
    for group, members in sorted(groups.items()):
        middle, spread = centre(members)
        found.append(Dispersion(group=group, count=len(members), median=middle, spread=spread))
    return tuple(found)


def reexamine(
    determined: Precedent, open_cases: Mapping[str, Features], closed: Mapping[str, tuple[Features, date]]
) -> tuple[str, ...]:
    """The refs of like cases that an external determination makes us look at again (R-84).

    ``closed`` gives for each closed case its features and the end of its limitation period.
    """
    case = determined.features
    again = [ref for ref, features in open_cases.items() if case.like(features)]
    again += [ref for ref, (features, until) in closed.items() if case.like(features) and determined.on <= until]
    return tuple(sorted(again))
