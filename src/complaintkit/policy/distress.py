"""Payments for distress and inconvenience: a band by anchors, a place within it by named steps (R-53, R-54).

The library ships no amounts (CF-07): bands are data of a profile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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


def _moved(place: int, moves: Iterable[int], bands: int) -> int:
    """The place of a band after aggravations and mitigation; 0 is below the first one."""
    return min(max(place + sum(moves), 0), bands)


def _in_band(above: int, up_to: int, steps: int, rounded_to: int) -> int:
    """The middle of a band, moved by eighths of it, and rounded (R-54)."""
    width = up_to - above
    exact = above + Fraction(width, 2) + steps * width * _STEP
    return Rounding.HALF_UP.whole(exact / rounded_to) * rounded_to


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
        edges = {"above": band.above, "up_to": band.up_to, "rounded_to": self.rounded_to, "bands": len(self.bands)}
        lines.append(Line("R-53", {"band": band.id, "place": place, **edges}, minor, "distress.amount"))
        return DistressAward(band=band, amount=Money(minor, self.currency), explanation=tuple(lines))

    def _place(self, full: Mapping[str, Any]) -> tuple[int, list[Line]]:
        """How many bands up, and why: the table, then each aggravation and mitigation by one."""
        ids = [band.id for band in self.bands]
        found = self.table.answer(self.table.matching(full))
        places = {name: number for number, name in enumerate(ids, 1)}
        lines = [
            Line(rule.id, {**read, "place": places.get(str(rule.then), 0)}, str(rule.then), "distress.band")
            for rule, read in self.table.reads(full).items()
        ]
        place = places.get(str(found), 0)
        if place:
            moves = {name: move for name, move in _MOVES.items() if full[name]}
            lines += [Line("R-54", {name: True}, move, "distress.move") for name, move in moves.items()]
            place = _moved(place, moves.values(), len(self.bands))
        return place, lines

    def _within(self, band: DistressBand, steps: int, stated: Money | None) -> int:
        """An amount in a band: its middle, moved by steps and rounded; without an upper edge, what was stated."""
        if band.up_to is None:
            minor = self._stated(band, stated)
        elif stated is not None:
            raise MalformedInput(f"the band {band.id} gives its own amount", hint="leave the stated one out")
        else:
            minor = _in_band(band.above, band.up_to, steps, self.rounded_to)
        if not band.holds(minor):
            raise MalformedInput(f"this leads out of the band {band.id}", hint="take fewer steps, or argue for another")
        return minor

    def _stated(self, band: DistressBand, stated: Money | None) -> int:
        if stated is None or stated.currency != self.currency:
            raise MalformedInput(f"the band {band.id} has no upper edge", hint=f"state the amount, in {self.currency}")
        return stated.minor


def recompute_award(explanation: Iterable[Line]) -> int:
    """Work an award out again from its explanation alone, in minor units (R-54, V-08).

    Only the amount in a band without an upper edge is taken as it was stated. Raises ``MalformedInput`` where the lines
    do not come to the amount that they tell.

    >>> from complaintkit.policy.facts import FactSheet
    >>> from complaintkit.policy.tables import HitPolicy, Rule
    >>> bands = (DistressBand(id="B1", above=0, up_to=10000), DistressBand(id="B2", above=10000, up_to=30000))
    >>> rule = Rule("R-53.1", ({"intensity": 0b11110},), "B1")
    >>> sheet, outcomes = FactSheet(DISTRESS_FACTS), ("B2", "B1", "none")
    >>> table = DecisionTable(sheet, (rule,), HitPolicy.MOST_URGENT, "none", "R-53", outcomes)
    >>> rules = DistressRules(currency="GBP", bands=bands, table=table, rounded_to=500)
    >>> found = rules.award({"intensity": 1, "promises_broken": True}, [("every week", 1)])
    >>> found.amount, recompute_award(found.explanation)
    (Money('225.00', 'GBP'), 22500)
    """
    lines = tuple(explanation)
    told = next((line for line in lines if line.text_key == "distress.amount"), None)
    known: Mapping[str, Any] = told.inputs if told else {"place": 0, "bands": 1}
    place = max([int(line.inputs["place"] or 0) for line in lines if line.text_key == "distress.band"], default=0)
    moves = [int(line.contribution) for line in lines if line.text_key == "distress.move"]
    steps = sum(int(line.contribution) for line in lines if line.text_key == "distress.step")
    found = int(told.contribution) if told else 0
    if told and known["up_to"] is not None:
        found = _in_band(known["above"], known["up_to"], steps, known["rounded_to"])
    if _moved(place, moves, known["bands"]) != known["place"] or (told and found != told.contribution):
        raise MalformedInput("the lines of this award do not add up", hint="hand in the explanation of one award")
    return found
