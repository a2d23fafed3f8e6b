"""What the priority policy answers: a band, a rank and a track, and an explanation that recomputes them.

The explanation is data (rule ids, the values read, what each contributed); words are made from it when
somebody reads it, so that it can be kept in the journal and told in any language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import prod
from typing import Final, NamedTuple

from attrs import field, frozen

from complaintkit.errors import MalformedInput
from complaintkit.vocabulary import Band, Language, Track

#: One band up, but never above P2 (P-11).
RAISED: Final[Mapping[Band, Band]] = {Band.P1: Band.P1, Band.P2: Band.P2, Band.P3: Band.P2, Band.P4: Band.P3}

#: Inputs of an explanation that are no facts; no fact may have one of these names.
NUMBERS: Final = frozenset({"weight", "elapsed", "target", "cap_percent"})


class Line(NamedTuple):
    """One line of an explanation (V-08): the rule, what it read, what it contributed, and its text key."""

    rule: str
    inputs: Mapping[str, int | bool | str | None]
    contribution: int | str
    text_key: str

    def to_dict(self) -> dict[str, object]:
        """The line as plain data."""
        return self._asdict() | {"inputs": dict(self.inputs)}


class Result(NamedTuple):
    """What an explanation adds up to."""

    value: Band
    rank: int
    track: Track


def recompute(explanation: Iterable[Line | Mapping[str, object]]) -> Result:
    """Work the result out again from an explanation alone (P-01, V-08); lines may be plain data.

    Raises ``MalformedInput`` when a line is unknown or says that it contributed something else than it does.

    >>> recompute([
    ...     Line("P-10.9", {"seriousness": 2, "vulnerability": 2}, "P2", "priority.floor"),
    ...     Line("P-15", {"seriousness": 2, "weight": 10}, 20, "priority.points"),
    ...     Line("P-15", {"vulnerability": 2, "weight": 6}, 12, "priority.points"),
    ...     Line("P-17", {"complexity": 1}, "standard", "priority.track"),
    ... ])
    Result(value=<Band.P2: 'P2'>, rank=32, track=<Track.STANDARD: 'standard'>)
    """
    lines = [line if isinstance(line, Line) else _line(line) for line in explanation]
    floors = [Band(str(line.contribution)) for line in lines if line.text_key in {"priority.floor", "priority.default"}]
    tracks = [Track(str(line.contribution)) for line in lines if line.text_key == "priority.track"]
    if not floors or not tracks:
        raise MalformedInput("this is no whole explanation of a priority", hint="hand in every line, in order")
    band = min(floors)
    if any(line.text_key == "priority.raise" for line in lines):
        band = RAISED[band]
    return Result(band, sum(map(_points, lines)), tracks[0])


def _line(data: Mapping[str, object]) -> Line:
    try:
        return Line(**data)  # type: ignore[arg-type]  # what the data hold is checked where it is used
    except TypeError:
        raise MalformedInput("a line of an explanation has rule, inputs, contribution and text_key") from None


def _points(line: Line) -> int:
    """What a line adds to the rank, from its inputs; the contribution it names must agree."""
    if line.text_key == "priority.points":
        points = prod(int(value or 0) for value in line.inputs.values())
    elif line.text_key == "priority.aging":
        points = aging(**{key: int(value or 0) for key, value in line.inputs.items()})
    else:
        return 0
    if points != line.contribution:
        raise MalformedInput(f"a line of {line.rule} does not add up: {points} is not {line.contribution}")
    return points


def aging(elapsed: int, target: int, weight: int, cap_percent: int) -> int:
    """The points that consumed time gives (P-15), in whole numbers: ``floor(weight * min(cap, elapsed / target))``.

    >>> aging(1, 2, 40, 150), aging(3, 1, 40, 150)
    (20, 60)
    """
    return min(weight * elapsed // target, weight * cap_percent // 100)


@frozen(kw_only=True)
class Verdict:
    """How urgent a complaint is and why: what :meth:`complaintkit.policy.Profile.priority` answers.

    ``value`` is the band, ``rank`` orders complaints within it (highest first), ``track`` says how much
    process it gets, ``rules`` are the ids of the rules that fired, ``policy`` is the label of the profile.
    """

    value: Band
    rank: int
    track: Track
    rules: tuple[str, ...]
    policy: str
    _explain: Callable[[], tuple[Line, ...]] = field(eq=False, repr=False)

    @property
    def explanation(self) -> tuple[Line, ...]:
        """Every rule that fired, each weight with its level, aging, total and track (P-16), in that order."""
        return self._explain()

    @property
    def reads(self) -> dict[str, int | bool | str | None]:
        """The facts that made a difference, with the values they had."""
        inputs = (item for line in self.explanation for item in line.inputs.items())
        return {name: value for name, value in inputs if name not in NUMBERS}

    def explain(self, language: Language = Language.ENGLISH) -> str:
        """The explanation in sentences of a language, one for each line (P-16)."""
        from complaintkit.policy.sentences import verdict_in_words  # words are loaded for those who read them

        return verdict_in_words(self, language)

    def to_dict(self) -> dict[str, object]:
        """The verdict as plain data, its explanation included."""
        return {
            "value": self.value.value,
            "rank": self.rank,
            "track": self.track.value,
            "rules": list(self.rules),
            "reads": self.reads,
            "policy": self.policy,
            "explanation": [line.to_dict() for line in self.explanation],
        }


def value_in_words(value: object) -> str:
    """A value of a fact as people read it.

    >>> value_in_words(True), value_in_words(3)
    ('true', '3')
    """
    return str(value).lower() if isinstance(value, bool) else str(value)
