"""Overrides of a priority (EV-09, G-05, P-20): what one person may change, what takes a second one, what nobody may.

Both values are kept. Raising counts at once and is confirmed afterwards; lowering counts only once a second person
has confirmed it; nothing goes below a safety floor while its hazard is open. A profile may be stricter, never laxer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

from attrs import field, frozen

from complaintkit.errors import Reason
from complaintkit.policy.duties import read_unit
from complaintkit.policy.section import Section
from complaintkit.policy.verdict import Line, value_in_words
from complaintkit.timekeeping import Hours
from complaintkit.vocabulary import Band

#: The least facts of each safety floor and the band they must have at least (P-10.1 to P-10.3, P-12, P-14).
SAFETY_FLOORS: Final[tuple[tuple[str, Mapping[str, int | bool | str], Band], ...]] = (
    ("P-10.1", {"health_safety": 3}, Band.P1),
    ("P-10.2", {"seriousness": 4}, Band.P1),
    ("P-10.3", {"vulnerability": 3, "seriousness": 2}, Band.P1),
    ("P-10.3", {"vulnerability": 3, "health_safety": 1}, Band.P1),
    ("P-10.5", {"health_safety": 2}, Band.P2),
    ("P-12", {"reopened_band": "P1"}, Band.P1),
    ("P-12", {"reopened_band": "P2"}, Band.P2),
    ("P-12", {"reopened_band": "P3"}, Band.P3),
    ("P-12", {"reopened_band": "P4"}, Band.P3),
    ("P-14", {"is_minor": True}, Band.P3),
    ("P-14", {"adult_at_risk": True}, Band.P3),
)
#: The floors that stand on a hazard; they end with it (G-05, IT-15). The others stand on who the person is.
_HAZARDS: Final = frozenset({"P-10.1", "P-10.2", "P-10.3", "P-10.5"})
#: What no profile can widen (G-05).
_MOST_BANDS: Final = 2
_MOST_HOURS: Final = 24
_BANDS: Final = tuple(Band)


class Standing(StrEnum):
    """Where an override stands: which of the two values counts, and what it waits for."""

    REFUSED = "refused"
    WAITING = "waiting"
    """A lowering that nobody else has confirmed: the assessed band counts."""
    PROVISIONAL = "provisional"
    """A raise that nobody else has confirmed yet: the new band counts."""
    CONFIRMED = "confirmed"


@frozen(kw_only=True)
class OverrideRules:
    """What a profile has decided about overrides: by how many bands at most, and how soon a raise is confirmed."""

    most_bands: int = _MOST_BANDS
    confirm_within: Hours = Hours(_MOST_HOURS)


@frozen(kw_only=True)
class Override:
    """What is asked: from the ``assessed`` band to another one, by whom and why; ``second`` is who has confirmed it.

    In a verdict ``second`` is a statement of the caller; in a book it is that person's own command.
    ``hazard_ended`` says that what made it a safety case is over, and is confirmed with the rest.
    """

    assessed: Band = field(converter=Band)
    to: Band = field(converter=Band)
    by: str
    reason: str
    second: str = ""
    hazard_ended: bool = False

    @property
    def lowers(self) -> bool:
        """Whether it makes the complaint less urgent."""
        return self.to > self.assessed


@frozen(kw_only=True)
class OverrideVerdict:
    """Whether a band may be overridden, which one counts now, and why: both values stay."""

    override: Override
    standing: Standing
    reasons: tuple[Reason, ...]
    explanation: tuple[Line, ...]
    policy: str
    rules: OverrideRules = field(repr=False)

    @property
    def value(self) -> Band:
        """The band that counts now."""
        counts = self.standing in {Standing.PROVISIONAL, Standing.CONFIRMED}
        return self.override.to if counts else self.override.assessed

    def explain(self) -> str:
        """The verdict in English sentences, one for each line."""
        head = f"{self.value} counts: {self.override.assessed} was assessed, {self.override.to} is asked for"
        lines = [f"{head} ({self.standing}) by {self.policy}"]
        lines += [f"  {line.rule}: at least {line.contribution}, because {_because(line)}" for line in self.explanation]
        return "\n".join([*lines, *(f"  {reason}" for reason in self.reasons)])

    def to_dict(self) -> dict[str, object]:
        """The verdict as plain data."""
        asked = self.override
        return {
            "value": self.value.value,
            "assessed": asked.assessed.value,
            "to": asked.to.value,
            "by": asked.by,
            "reason": asked.reason,
            "second": asked.second,
            "hazard_ended": asked.hazard_ended,
            "standing": self.standing.value,
            "reasons": [reason._asdict() for reason in self.reasons],
            "explanation": [line.to_dict() for line in self.explanation],
            "policy": self.policy,
        }


def judge(override: Override, facts: Mapping[str, object], rules: OverrideRules, policy: str = "") -> OverrideVerdict:
    """The verdict on an override of a complaint with these facts, as they were assessed.

    >>> asked = Override(assessed=Band.P4, to=Band.P2, by="triage-1", reason="the repair is tomorrow")
    >>> judge(asked, {"seriousness": 1}, OverrideRules()).standing
    <Standing.PROVISIONAL: 'provisional'>
    >>> lower = Override(assessed=Band.P1, to=Band.P2, by="triage-1", reason="it is calm now")
    >>> print(*judge(lower, {"health_safety": 3}, OverrideRules()).reasons)
    IT-15: P2 lies below the safety floor P1 of P-10.1 while the hazard is open
    """
    floors = tuple(open_floors(facts, hazard_ended=override.hazard_ended))
    reasons = (*_objections(override, rules), *_below(override, floors))
    return OverrideVerdict(
        override=override,
        standing=Standing.REFUSED if reasons else _standing(override),
        reasons=reasons,
        explanation=floors,
        policy=policy,
        rules=rules,
    )


def _standing(override: Override) -> Standing:
    if override.second:
        return Standing.CONFIRMED
    return Standing.WAITING if override.lowers else Standing.PROVISIONAL


def open_floors(facts: Mapping[str, object], *, hazard_ended: bool = False) -> Iterator[Line]:
    """The safety floors that bind some facts, each with what it read.

    >>> [(line.rule, line.contribution) for line in open_floors({"health_safety": 2, "is_minor": True})]
    [('P-10.5', 'P2'), ('P-14', 'P3')]
    >>> [line.rule for line in open_floors({"health_safety": 2, "is_minor": True}, hazard_ended=True)]
    ['P-14']
    """
    for rule, least, band in SAFETY_FLOORS:
        binds = all(_reaches(facts.get(name), value) for name, value in least.items())
        if binds and not (hazard_ended and rule in _HAZARDS):
            yield Line(rule, {name: _plain(facts[name]) for name in least}, band.value, "override.floor")


def _reaches(value: object, least: int | bool | str) -> bool:
    """Levels are compared by size, everything else is the same or not."""
    ordered = type(least) is int and isinstance(value, int)
    return value >= least if ordered else value == least  # type: ignore[operator]


def _plain(value: object) -> int | bool | str:
    return value if isinstance(value, int) else str(value)


def _objections(override: Override, rules: OverrideRules) -> Iterator[Reason]:
    """What speaks against an override whatever the case is (G-05, SoD-1)."""
    distance = abs(_BANDS.index(override.to) - _BANDS.index(override.assessed))
    if not distance:
        yield Reason("G-05", "it has this band already")
    if distance > rules.most_bands:
        yield Reason("G-05", f"from {override.assessed} to {override.to} is more than {rules.most_bands} bands")
    if not override.reason.strip():
        yield Reason("G-05", "no reason is given")
    if override.second == override.by:
        yield Reason("SoD-1", "nobody confirms their own override")


def _below(override: Override, floors: tuple[Line, ...]) -> Iterator[Reason]:
    """The floors below which it would go; a raise goes below none (IT-15)."""
    for line in floors if override.lowers else ():
        if override.to > str(line.contribution):
            open_ = " while the hazard is open" if line.rule in _HAZARDS else ""
            text = f"{override.to} lies below the safety floor {line.contribution} of {line.rule}{open_}"
            yield Reason("IT-15" if line.rule in _HAZARDS else line.rule, text)


def _because(line: Line) -> str:
    return " and ".join(f"{name} is {value_in_words(value)}" for name, value in line.inputs.items())


def read_overrides(section: Section) -> OverrideRules:
    """What a profile says about overrides; it may be stricter than G-05, never laxer."""
    most = section.integer("most_bands", _MOST_BANDS, least=1, most=_MOST_BANDS)
    within = read_unit(section, "confirm_within") if "confirm_within" in section else Hours(_MOST_HOURS)
    if isinstance(within, Hours) and 1 <= within.n <= _MOST_HOURS:
        return OverrideRules(most_bands=most, confirm_within=within)
    section.problem(f"a raise is confirmed within 1 to {_MOST_HOURS} hours (G-05)", "confirm_within")
    return OverrideRules(most_bands=most)


def second_look(declared: Band, assessed: Band) -> bool:
    """Whether the urgency that the person names lies two levels or more above the assessed one (P-08).

    It is never an input: it only asks somebody else to look again.

    >>> second_look(Band.P1, Band.P3), second_look(Band.P2, Band.P3), second_look(Band.P4, Band.P1)
    (True, False, False)
    """
    return _BANDS.index(assessed) - _BANDS.index(declared) >= 2
