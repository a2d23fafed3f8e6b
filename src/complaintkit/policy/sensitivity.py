"""How much the order of a queue hangs on the weights: each one moved up and down, over a given list of cases (P-15).

The bands stay: weights order inside them. What is told for each move is how many pairs swap, the rank correlation,
and the first two cases that change places; and for each weight the smallest move at which anything swaps at all.

>>> from complaintkit.policy import load_profile
>>> queue = {"C-1": {"seriousness": 2}, "C-2": {"time_criticality": 2}, "C-3": {"seriousness": 1}}
>>> report = sensitivity(load_profile(), queue)
>>> report.move("seriousness", -25).swapped, report.move("seriousness", -25).first
(1, ('C-1', 'C-2'))
>>> [(tip.weight, tip.percent) for tip in report.tips if tip.first == ("C-1", "C-2")]
[('seriousness', Fraction(-20, 1)), ('time_criticality', Fraction(25, 1))]
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby, pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from attrs import frozen

from complaintkit.errors import UnknownName
from complaintkit.vocabulary import Band

if TYPE_CHECKING:
    from complaintkit.policy.priority import Share
    from complaintkit.policy.profile import Profile
    from complaintkit.policy.verdict import Line

#: By how many percent each weight is moved, up and down.
CHANGES: Final = (-50, -25, -10, 10, 25, 50)
#: The weight of the time used, beside those of the levels.
AGING: Final = "aging"
_Facts = Mapping[str, Mapping[str, object]]


@frozen(kw_only=True)
class Placed:
    """A case in its queue: its band, and its points by weight; what adds up to the rank (P-15)."""

    ref: str
    band: Band
    place: int
    points: Mapping[str, int]

    def rank(self, weight: str = "", percent: int = 0) -> int:
        """A hundred times its rank after a weight was moved; whole numbers, so that nothing is rounded."""
        return 100 * sum(self.points.values()) + percent * self.points.get(weight, 0)


class Move(NamedTuple):
    """What one move of one weight does: of ``pairs`` in the same band ``swapped`` change places.

    ``first`` are the two that were next to the top: the one that was ahead, and the first that overtakes it.
    """

    weight: str
    percent: int
    pairs: int
    swapped: int
    first: tuple[str, str] | None

    @property
    def correlation(self) -> Fraction:
        """Kendall's rank correlation within the bands: 1 where no pair swaps, -1 where all do."""
        return Fraction(self.pairs - 2 * self.swapped, self.pairs) if self.pairs else Fraction(1)


class Tip(NamedTuple):
    """The smallest move of a weight, up or down, at which two cases are level; beyond it they have changed places."""

    weight: str
    up: bool
    percent: Fraction
    first: tuple[str, str]


@frozen(kw_only=True)
class Sensitivity:
    """The report: what each move does, and where each weight tips."""

    policy: str
    cases: int
    moves: tuple[Move, ...]
    tips: tuple[Tip, ...]

    def move(self, weight: str, percent: int) -> Move:
        """One of the moves."""
        found = next((move for move in self.moves if (move.weight, move.percent) == (weight, percent)), None)
        if found is None:
            raise UnknownName(f"{weight[:60]} was not moved by {percent} %", hint="see the moves of this report")
        return found

    def to_dict(self) -> dict[str, object]:
        """The report as plain data; shares and percentages as decimal texts."""
        moves = [{**move._asdict(), "correlation": f"{float(move.correlation):.4f}"} for move in self.moves]
        tips = [{**tip._asdict(), "percent": f"{float(tip.percent):.1f}"} for tip in self.tips]
        return {"policy": self.policy, "cases": self.cases, "moves": moves, "tips": tips}

    def table(self) -> str:
        """The report as a table of text."""
        lines = [f"{self.cases} cases by {self.policy}", ""]
        lines += [f"{'weight':<18}{'moved by':>9}{'swapped pairs':>20}{'correlation':>13}  first to change places"]
        lines += [_move_line(move) for move in self.moves]
        lines += ["", f"{'weight':<18}{'tips at':>9}  first to change places"]
        lines += [f"{tip.weight:<18}{_signed(tip):>9}  {_pair(tip.first)}" for tip in self.tips]
        return "\n".join(lines)


def _move_line(move: Move) -> str:
    share = f"{move.swapped} of {move.pairs}"
    correlation = float(move.correlation)
    return f"{move.weight:<18}{move.percent:>+8}%{share:>20}{correlation:>13.4f}  {_pair(move.first)}"


def _signed(tip: Tip) -> str:
    return f"{'+' if tip.up else '-'}{abs(float(tip.percent)):.1f}%"


def _pair(pair: tuple[str, str] | None) -> str:
    return f"{pair[1]} before {pair[0]}" if pair else "-"


def sensitivity(
    profile: Profile, cases: _Facts, elapsed: Mapping[str, Share] | None = None, changes: Sequence[int] = CHANGES
) -> Sensitivity:
    """How the order of these cases changes when each weight is moved by each of ``changes`` (percent).

    ``cases`` are facts by reference in the order of receipt, which breaks ties (P-15); ``elapsed`` the part of the
    target time that each one has used, 0 where it is left out. The points of the time used are moved as they stand,
    without being cut to whole ones again.

    Raises ``UnknownName`` and ``MalformedInput`` as :meth:`~complaintkit.policy.Profile.priority` does.
    """
    used = elapsed or {}
    placed = [_placed(profile, ref, place, facts, used.get(ref, 0)) for place, (ref, facts) in enumerate(cases.items())]
    queue = sorted(placed, key=lambda case: (case.band, -case.rank(), case.place))
    weights = list(dict.fromkeys(name for case in queue for name in case.points))
    return Sensitivity(
        policy=profile.label,
        cases=len(queue),
        moves=tuple(_moved(queue, weight, percent) for weight in weights for percent in changes),
        tips=tuple(tip for weight in weights for tip in _tips(queue, weight)),
    )


def _placed(profile: Profile, ref: str, place: int, facts: Mapping[str, object], elapsed: Share) -> Placed:
    """A case with its points as its own explanation lists them."""
    verdict = profile.priority(facts, elapsed)
    points = {_weight(line): int(line.contribution) for line in verdict.explanation if line.text_key in _WEIGHED}
    return Placed(ref=ref, band=verdict.value, place=place, points=points)


_WEIGHED: Final = {"priority.points", "priority.aging"}


def _weight(line: Line) -> str:
    """What is moved: the fact, which a line of points names before its weight, or the time used."""
    return AGING if line.text_key == "priority.aging" else next(iter(line.inputs))


def _moved(queue: Sequence[Placed], weight: str, percent: int) -> Move:
    """What one move does to the queue, band by band."""
    pairs, swapped, first = 0, 0, None
    for _, group in groupby(queue, key=attrgetter("band")):
        before = list(group)
        after = sorted(before, key=lambda case: (-case.rank(weight, percent), case.place))
        places = {case.ref: number for number, case in enumerate(after)}
        pairs += len(before) * (len(before) - 1) // 2
        swapped += _inversions([places[case.ref] for case in before])
        first = first or _overtaken(before, places)
    return Move(weight, percent, pairs, swapped, first)


def _inversions(places: Sequence[int]) -> int:
    """How many pairs stand the other way round."""
    seen: list[int] = []
    count = 0
    for place in places:
        count += len(seen) - bisect_right(seen, place)
        insort(seen, place)
    return count


def _overtaken(before: Sequence[Placed], places: Mapping[str, int]) -> tuple[str, str] | None:
    """The first case of the old order that another one overtakes, and the first that does."""
    for number, case in enumerate(before):
        later = [other for other in before[number + 1 :] if places[other.ref] < places[case.ref]]
        if later:
            return case.ref, min(later, key=lambda other: places[other.ref]).ref
    return None


def _tips(queue: Sequence[Placed], weight: str) -> Iterator[Tip]:
    """The nearest move down and up: as a weight moves, the first two to meet stand next to each other."""
    met = [tip for ahead, behind in pairwise(queue) if (tip := _meeting(ahead, behind, weight)) is not None]
    for up in (False, True):
        side = [tip for tip in met if tip.up is up and tip.percent >= -100]
        if side:
            yield min(side, key=lambda tip: abs(tip.percent))


def _meeting(ahead: Placed, behind: Placed, weight: str) -> Tip | None:
    """The move at which two neighbours of a band have the same rank."""
    lead = sum(ahead.points.values()) - sum(behind.points.values())
    gain = behind.points.get(weight, 0) - ahead.points.get(weight, 0)
    if ahead.band is not behind.band or not gain:
        return None
    return Tip(weight, gain > 0, Fraction(100 * lead, gain), (ahead.ref, behind.ref))
