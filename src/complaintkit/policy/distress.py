"""Payments for distress and inconvenience: a band by anchors, a place within it by named steps (R-53, R-54).

The library ships no amounts (CF-07): bands are data of a profile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from attrs import frozen

from complaintkit.errors import MalformedInput
from complaintkit.money import Money, Rounding
from complaintkit.policy.amount import Entry, Head
from complaintkit.policy.facts import Fact, FactKind, flag, level
from complaintkit.policy.tables import DecisionTable
from complaintkit.policy.verdict import Line

#: The anchors of a band (R-54). What our failure forced on the person counts, not how often they wrote.
DISTRESS_FACTS: Final[tuple[Fact, ...]] = (
    level("duration", 4),
    level("intensity", 4),
    level("contacts_forced", 4, FactKind.OUR_FAILURE),
    flag("vulnerability_aggravated", FactKind.NEED),
    flag("promises_broken", FactKind.OUR_FAILURE),
    flag("mitigated", FactKind.MATTER),
)
#: What moves a band, each by one at most.
_MOVES: Final = {"vulnerability_aggravated": 1, "promises_broken": 1, "mitigated": -1}
#: A step within a band is this part of it.
_STEP: Final = Fraction(1, 8)


@frozen(kw_only=True)
class DistressBand:
    """From above ``above`` up to and including ``up_to``, in minor units; the highest band may have no upper edge."""

    id: str
    above: int
    up_to: int | None

    def holds(self, minor: int) -> bool:
        """Whether an amount lies in it."""
        return self.above < minor and (self.up_to is None or minor <= self.up_to)


@frozen(kw_only=True)
class DistressAward:
    """An amount for distress, with the bands and steps that led to it."""

    band: DistressBand | None
    amount: Money
    explanation: tuple[Line, ...]

    @property
    def entry(self) -> Entry:
        """The award as an entry of a calculation."""
        inputs: dict[str, int | str] = {"amount": self.amount.minor, "band": self.band.id if self.band else ""}
        return Entry.of(Head.DISTRESS, "R-54", self.amount.currency, inputs)


@frozen(kw_only=True, eq=False)
class DistressRules:
    """The bands of a scheme, lowest first, and the table that chooses one; results are rounded to ``rounded_to``.

    Below the first band there is no payment: an everyday annoyance (B0).
    """

    currency: str
    bands: tuple[DistressBand, ...]
    table: DecisionTable[str | int]
    rounded_to: int

    def award(
        self, facts: Mapping[str, object], steps: Sequence[tuple[str, int]] = (), *, of: Money | None = None
    ) -> DistressAward:
        """The award on some facts, named as :data:`DISTRESS_FACTS`.

        ``steps`` are the reasons for a place above or below the middle of the band, each with a number of eighths
        of it. In a band without an upper edge ``of`` states the amount; elsewhere it has no place.

        Raises ``MalformedInput`` where steps lead out of the band: that is another band's matter.
        """
        full = self.table.sheet.complete(facts)
        place, lines = self._place(full)
        if place == 0:
            return DistressAward(band=None, amount=Money(0, self.currency), explanation=tuple(lines))
        band = self.bands[place - 1]
        minor = self._within(band, sum(step for _, step in steps), of)
        lines += [Line("R-54", {"reason": reason, "band": band.id}, step, "distress.step") for reason, step in steps]
        lines.append(Line("R-53", {"band": band.id}, minor, "distress.amount"))
        return DistressAward(band=band, amount=Money(minor, self.currency), explanation=tuple(lines))

    def _place(self, full: Mapping[str, Any]) -> tuple[int, list[Line]]:
        """How many bands up, and why: the table, then each aggravation and mitigation by one."""
        ids = [band.id for band in self.bands]
        found = self.table.answer(self.table.matching(full))
        lines = [Line(rule.id, read, str(rule.then), "distress.band") for rule, read in self.table.reads(full).items()]
        place = ids.index(found) + 1 if found in ids else 0
        if place:
            moves = {name: move for name, move in _MOVES.items() if full[name]}
            lines += [Line("R-54", {name: True}, move, "distress.move") for name, move in moves.items()]
            place = min(max(place + sum(moves.values()), 0), len(self.bands))
        return place, lines

    def _within(self, band: DistressBand, steps: int, stated: Money | None) -> int:
        """An amount in a band: its middle, moved by steps and rounded; without an upper edge, what was stated."""
        if band.up_to is None:
            minor = self._stated(band, stated)
        elif stated is not None:
            raise MalformedInput(f"the band {band.id} gives its own amount", hint="leave the stated one out")
        else:
            width = band.up_to - band.above
            exact = band.above + Fraction(width, 2) + steps * width * _STEP
            minor = Rounding.HALF_UP.whole(exact / self.rounded_to) * self.rounded_to
        if not band.holds(minor):
            raise MalformedInput(f"this leads out of the band {band.id}", hint="take fewer steps, or argue for another")
        return minor

    def _stated(self, band: DistressBand, stated: Money | None) -> int:
        if stated is None or stated.currency != self.currency:
            raise MalformedInput(f"the band {band.id} has no upper edge", hint=f"state the amount, in {self.currency}")
        return stated.minor
