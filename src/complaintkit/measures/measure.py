"""What every measure gives: a figure that says what it counted, over which time, and how sure it is (MC-1, MC-7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final

from attrs import field, frozen

from complaintkit.errors import MalformedInput, UnknownName
from complaintkit.measures.statistic import Interval, wilson
from complaintkit.vocabulary import Language
from complaintkit.wording import say

#: Below this many only counts are shown (MC-4).
ENOUGH: Final = 10
#: The version of the definitions; it grows when a measure is defined anew.
VERSION: Final = 1


class Basis(StrEnum):
    """Which time puts an item into a period; never two of them in one ratio (MC-2)."""

    RECEIVED = "received"
    DUE = "due"
    CLOSED = "closed"


class Unit(StrEnum):
    """What is counted (MC-8)."""

    COMPLAINT = "complaint"
    COMMITMENT = "commitment"
    TEXT = "text"


class Scale(StrEnum):
    """What the value of a measure is."""

    COUNT = "count"
    SHARE = "share"
    DAYS = "days"
    SECONDS = "seconds"


@frozen
class Period:
    """Local dates from ``first`` to ``last``, both included.

    >>> str(Period(date(2026, 1, 1), date(2026, 3, 31)))
    '2026-01-01..2026-03-31'
    """

    first: date
    last: date

    def __attrs_post_init__(self) -> None:
        if self.first > self.last:
            raise MalformedInput("the period ends before it begins", hint="hand in the earlier date first")

    def __str__(self) -> str:
        return f"{self.first.isoformat()}..{self.last.isoformat()}"


@frozen(kw_only=True)
class Measure:
    """One figure with all that is needed to read it right.

    ``numerator`` of ``denominator`` are counted items; ``value`` is on ``scale``, and None where it is not known
    or where fewer than ten items make it up (MC-4); ``interval`` covers 95 %; ``excluded`` counts by reason what
    belongs to the population and could not be counted; ``segment`` names the group it speaks of.
    """

    id: str
    period: Period
    basis: Basis
    unit: Unit
    scale: Scale
    numerator: int
    denominator: int
    value: float | None = None
    interval: Interval | None = None
    excluded: tuple[tuple[str, int], ...] = ()
    segment: tuple[tuple[str, str], ...] = ()
    version: int = field(default=VERSION)

    @property
    def label(self) -> str:
        """The group it speaks of, in one text; empty where it speaks of all."""
        return " · ".join(value for _, value in self.segment)

    @property
    def excluded_in_all(self) -> int:
        """How many could not be counted."""
        return sum(count for _, count in self.excluded)

    def text(self, part: str, language: Language | str = Language.ENGLISH) -> str:
        """A part of the definition in words: name, population, numerator, denominator or limits ("cannot tell")."""
        return say(language, f"measures.definition.{self.id}.{part}")

    def to_dict(self, language: Language | str = Language.ENGLISH) -> dict[str, Any]:
        """The figure and its definition as plain data; shares and times are rounded to nine decimals."""
        words = {part: self.text(part, language) for part in ("name", "population", "counted", "of", "limits")}
        low, high = self.interval or (None, None)
        return {
            "id": self.id, "version": self.version, **words, "segment": dict(self.segment),
            "period": {"first": self.period.first.isoformat(), "last": self.period.last.isoformat()},
            "time_basis": self.basis.value, "unit": self.unit.value, "scale": self.scale.value,
            "numerator": self.numerator, "denominator": self.denominator, "value": _rounded(self.value),
            "interval": None if self.interval is None else {"low": _rounded(low), "high": _rounded(high)},
            "excluded": dict(self.excluded),
        }  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 9)


@frozen(kw_only=True)
class Figures:
    """A measure over all, and over each group; ``rows`` is empty where no group was asked for."""

    total: Measure
    rows: tuple[Measure, ...] = ()

    def of(self, *labels: str) -> Measure:
        """The figure of one group, named by its value, or values where there are several.

        Raises ``UnknownName`` where no such group was counted.
        """
        for row in self.rows:
            if tuple(value for _, value in row.segment) == labels:
                return row
        raise UnknownName("no such group was counted", hint="see rows for the groups that were")

    def to_dict(self, language: Language | str = Language.ENGLISH) -> dict[str, Any]:
        """The figures as plain data."""
        return {"total": self.total.to_dict(language), "rows": [row.to_dict(language) for row in self.rows]}


def proportion(successes: int, trials: int, **about: Any) -> Measure:
    """A share with its Wilson interval; fewer than ten show counts only, none at all is no share (MC-4)."""
    enough = trials >= ENOUGH
    return Measure(
        scale=Scale.SHARE, numerator=successes, denominator=trials,
        value=successes / trials if enough else None, interval=wilson(successes, trials) if enough else None, **about,
    )  # fmt: skip


def left_out(reasons: Mapping[str, int | None]) -> tuple[tuple[str, int], ...]:
    """The reasons that left anything out, with how many."""
    return tuple((reason, count) for reason, count in reasons.items() if count)
