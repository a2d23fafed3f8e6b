"""Priority: the band by floors and one raise, the rank inside the band, the track (P-10 to P-17).

The rules, weights and tracks are data of the profile. What no profile can change stands here: floors combine
by the most urgent, a raise lifts by one band and never above P2, publicity adds nothing to the rank of a
safety case (INV-55).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from functools import partial
from typing import Any, Final, Protocol, TypeVar

from attrs import frozen

from complaintkit.errors import MalformedInput
from complaintkit.policy.facts import FactSheet
from complaintkit.policy.tables import DecisionTable, Rule
from complaintkit.policy.verdict import RAISED, Line, Verdict, aging
from complaintkit.vocabulary import Band, Dimension, Track

V = TypeVar("V", bound=Enum)

_PUBLICITY: Final = Dimension.PUBLICITY.fact
_SERIOUSNESS: Final = Dimension.SERIOUSNESS.fact
_HEALTH: Final = Dimension.HEALTH_SAFETY.fact


class Share(Protocol):
    """A part of a whole, such as 0, 0.5 or, exactly, ``Fraction(used_seconds, target_seconds)``."""

    def as_integer_ratio(self) -> tuple[int, int]:
        """Numerator and denominator."""


class Raise(Enum):
    """What a raising rule does (P-11)."""

    ONE_BAND_UP = "one_band_up"


@frozen(eq=False, kw_only=True)
class PriorityPolicy:
    """The priority part of a profile.

    ``floors`` decides the band, ``raises`` whether it goes one up, ``tracks`` the track, reading the band as a
    fact. ``weights`` are points for each level of a fact; ``aging_weight`` and ``aging_cap_percent`` say how
    many points consumed time gives, and at most.
    """

    floors: DecisionTable[Band]
    raises: DecisionTable[Raise]
    tracks: DecisionTable[Track]
    weights: Mapping[str, int]
    aging_weight: int
    aging_cap_percent: int

    @property
    def sheet(self) -> FactSheet:
        """The facts that may be handed in."""
        return self.floors.sheet

    @property
    def tables(self) -> Mapping[str, DecisionTable[Any]]:
        """Its decision tables by the names that files use."""
        return {"band": self.floors, "raise": self.raises, "track": self.tracks}

    def decide(self, facts: Mapping[str, object], elapsed: Share = 0, policy: str = "") -> Verdict:
        """The verdict on some facts; see :meth:`complaintkit.policy.Profile.priority`."""
        full = self.sheet.complete(facts)
        used = _ratio(elapsed)
        floors, raises = self.floors.matching(full), self.raises.matching(full)
        band = self.floors.answer(floors) or Band.P4
        if raises:
            band = RAISED[band]
        full["band"] = band.value
        tracks = self.tracks.matching(full)[:1]
        ids = _ids(self.floors, floors) + tuple(rule.id for rule in raises) + _ids(self.tracks, tracks)
        return Verdict(
            value=band,
            rank=self._points(full) + self._aging(used),
            track=self.tracks.answer(tracks) or Track.STANDARD,
            rules=ids,
            policy=policy,
            explain=partial(self._lines, full, used),
        )

    def rank(self, levels: Mapping[str, object], elapsed: Share) -> int:
        """The rank by P-15 of some levels after a fraction of the target time has been used."""
        return self._points(self.sheet.complete(levels)) + self._aging(_ratio(elapsed))

    def aging(self, elapsed: Share) -> int:
        """The points of the rank that consumed time alone gives."""
        return self._aging(_ratio(elapsed))

    def _aging(self, used: tuple[int, int]) -> int:
        return aging(*used, self.aging_weight, self.aging_cap_percent) if used[0] else 0

    def _points(self, facts: Mapping[str, Any]) -> int:
        points: int = sum([weight * facts[name] for name, weight in self.weights.items()])
        if facts[_PUBLICITY] and _is_safety(facts):
            points -= self.weights.get(_PUBLICITY, 0) * facts[_PUBLICITY]
        return points

    def _weighed(self, facts: Mapping[str, Any]) -> Iterator[Line]:
        """A line for each weight times level that is not nothing."""
        for name, weight in self.weights.items():
            if name == _PUBLICITY and facts[name] and _is_safety(facts):
                inputs = {name: facts[name], _SERIOUSNESS: facts[_SERIOUSNESS], _HEALTH: facts[_HEALTH]}
                yield Line("INV-55", inputs, 0, "priority.points_withheld")
            elif weight and facts[name]:
                yield Line("P-15", {name: facts[name], "weight": weight}, weight * facts[name], "priority.points")

    def _lines(self, facts: dict[str, object], used: tuple[int, int]) -> tuple[Line, ...]:
        """The explanation, worked out when it is asked for."""
        band = str(facts["band"])
        points = tuple(self._weighed(facts))
        if used[0]:
            inputs = {"elapsed": used[0], "target": used[1]}
            inputs |= {"weight": self.aging_weight, "cap_percent": self.aging_cap_percent}
            points += (Line("P-15", inputs, aging(**inputs), "priority.aging"),)
        return (
            *_fired(self.floors, facts, "priority.floor", "priority.default"),
            *(Line(rule.id, read, band, "priority.raise") for rule, read in self.raises.reads(facts).items()),
            *points,
            Line("P-15", {}, sum([int(line.contribution) for line in points]), "priority.total"),
            *_fired(self.tracks, facts, "priority.track", "priority.track")[:1],
        )


def _is_safety(facts: Mapping[str, Any]) -> bool:
    """Among safety cases publicity orders nothing (INV-55)."""
    return bool(facts[_HEALTH] >= 1 or facts[_SERIOUSNESS] == Dimension.SERIOUSNESS.top)


def _ratio(share: Share) -> tuple[int, int]:
    try:
        used, target = share.as_integer_ratio()
    except (AttributeError, ValueError, OverflowError):
        raise MalformedInput("the share of time used must be a number", hint="such as 0.5 for one half") from None
    if used < 0:
        raise MalformedInput("the share of time used must not be negative", hint="0 is the moment of receipt")
    return used, target


def _ids(table: DecisionTable[Any], matching: Sequence[Rule[Any]]) -> tuple[str, ...]:
    return tuple([rule.id for rule in matching]) or (table.default_id,)


def _fired(table: DecisionTable[V], facts: dict[str, object], fired: str, default: str) -> tuple[Line, ...]:
    """A line for each rule that fired, or one for the default."""
    lines = [Line(rule.id, read, rule.then.value, fired) for rule, read in table.reads(facts).items()]
    return tuple(lines) or (Line(table.default_id, {}, str(table.default), default),)
