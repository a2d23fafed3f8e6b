"""What a profile promises: when people work, what is owed how soon, other rules on the same complaint, the ladder.

>>> from complaintkit.policy import load_profile
>>> [(rung.id, rung.to) for rung in load_profile().ladder][:2]
[('warning', 'owner'), ('breach', 'RO-08')]
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from attrs import field, frozen

from complaintkit.errors import CalendarRefused, MalformedInput
from complaintkit.policy.section import Section
from complaintkit.timekeeping import Hours, Term, Unit, WorkingCalendar, WorkingDays, parse_term
from complaintkit.vocabulary import Band, CommitmentKind, Role

#: Who is told that is no role: whoever owns the complaint at that time.
OWNER: Final = "owner"
_ADDRESSEES: Final = (OWNER, *(role.value for role in Role if "RO-03" <= role.value <= "RO-19"))
_MOST: Final = 10_000
#: What every band must have: without these nobody would ever hear from us.
_OWED: Final = (CommitmentKind.ACKNOWLEDGE, CommitmentKind.PROGRESS, CommitmentKind.FINAL)
_WEEKDAYS: Final = {"tz": "UTC", "weekend": ["sat", "sun"]}


class PauseReason(StrEnum):
    """What may stop a clock (INV-52): never our own waiting (IT-08)."""

    AWAITING_COMPLAINANT = "awaiting_complainant"
    COURT_STAY = "court_stay"


@frozen(kw_only=True)
class Rung:
    """One rung of the ladder (EV-52): when somebody is told about a commitment, and who.

    Exactly one of the three says when: ``percent`` of the budget used (100: it is breached), ``hours_left`` of
    the budget, in the commitment's own clock, ``working_days_over`` after the due day, at close of business.
    """

    id: str
    to: str
    percent: int | None = None
    hours_left: int | None = None
    working_days_over: int | None = None


@frozen(kw_only=True)
class Regime:
    """Rules of somebody else that apply to the same complaints, side by side with the profile's own (F37).

    ``terms`` hold for every band; ``pauses`` are the reasons that stop its clocks, none as a rule: a legal
    time limit is a pin. ``extensions`` is the longest extension for each kind.
    """

    id: str
    source: str
    terms: Mapping[CommitmentKind, Term] = field(repr=False)
    pauses: tuple[PauseReason, ...] = ()
    extensions: Mapping[CommitmentKind, Term] = field(factory=dict, repr=False)


def as_term(unit: Unit | Term) -> Term:
    """A unit with its usual conventions, or the term that it is."""
    return unit if isinstance(unit, Term) else Term(unit, unit.usual)


def read_calendar(root: Section) -> WorkingCalendar:
    """The working calendar of a profile; a week of weekdays stands in for a wrong one."""
    written = root.raw("calendar", of="calendar")
    try:
        return WorkingCalendar.from_dict(_WEEKDAYS if written is None else written)
    except (CalendarRefused, MalformedInput) as error:
        root.problem(str(error), "calendar")
    return WorkingCalendar.from_dict(_WEEKDAYS)


def read_term(section: Section, key: str) -> Unit | Term:
    """The term under a key, with or without conventions; an hour stands in for a wrong one."""
    written = section.raw(key, of="term")
    if written is None:
        return Hours(1)
    try:
        return parse_term(written)
    except MalformedInput as error:
        section.problem(str(error), key)
        return Hours(1)


def read_unit(section: Section, key: str) -> Unit:
    """The term under a key: a count of one unit, by its usual conventions; an hour stands in for a wrong one."""
    written = section.raw(key, of="unit")
    if written is None:
        return Hours(1)
    try:
        term = parse_term(written)
    except MalformedInput as error:
        section.unread(str(error), key)
        return Hours(1)
    if isinstance(term, Term):
        section.unread("must be a count of one unit, without conventions of its own", key)
        return Hours(1)
    return term


def read_window(section: Section) -> Hours | WorkingDays:
    """The time to ask for a review, in the units that letters can tell people."""
    window = read_unit(section, "window")
    if isinstance(window, Hours | WorkingDays):
        return window
    section.problem("must be given in hours or working_days", "window")
    return Hours(1)


def read_commitments(section: Section) -> dict[tuple[CommitmentKind, Band], Unit]:
    """The commitments by band (REF-1)."""
    terms = {}
    for kind in CommitmentKind:
        bands = section.table(kind.value, required=kind in _OWED)
        for band in Band:
            if kind in _OWED or band.value in bands:
                terms[kind, band] = read_unit(bands, band.value)
    return terms


def read_terms(section: Section) -> dict[CommitmentKind, Term]:
    """One term for each kind of commitment that is named."""
    kinds = [kind.value for kind in CommitmentKind]
    for name in section:
        if name not in kinds:
            section.problem(f"there is no {name!r} here{section.near(name, kinds)}", name)
    return {kind: as_term(read_term(section, kind.value)) for kind in CommitmentKind if kind.value in section}


def read_ladder(sections: tuple[Section, ...]) -> tuple[Rung, ...]:
    """The rungs in their order, each with a name of its own."""
    rungs = tuple(_rung(section) for section in sections)
    _refuse_repeated([rung.id for rung in rungs], sections)
    return rungs


def _rung(section: Section) -> Rung:
    when = [key for key in ("percent", "hours_left", "working_days_over") if key in section]
    if len(when) != 1:
        section.problem("needs exactly one of percent, hours_left and working_days_over")
    amounts = {key: section.integer(key, least=0, most=100 if key == "percent" else _MOST) for key in when[:1]}
    to = section.text("to")
    if to and to not in _ADDRESSEES:
        section.problem(f"{to[:40]!r} is not one of {', '.join(_ADDRESSEES)}", "to")
    return Rung(id=section.text("id"), to=to, **amounts)


def read_regimes(sections: tuple[Section, ...]) -> tuple[Regime, ...]:
    """The other rules that apply, each with a name of its own and its source."""
    regimes = tuple(_regime(section) for section in sections)
    _refuse_repeated([regime.id for regime in regimes], sections)
    return regimes


def _regime(section: Section) -> Regime:
    return Regime(
        id=section.text("id"),
        source=section.text("source"),
        terms=read_terms(section.table("commitments")),
        pauses=section.choices("pauses", PauseReason, ()),
        extensions=read_terms(section.table("extensions", required=False)),
    )


def _refuse_repeated(ids: list[str], sections: tuple[Section, ...]) -> None:
    for number, (name, section) in enumerate(zip(ids, sections, strict=True)):
        if name in ids[:number]:
            section.problem(f"there is another {name!r} in this list", "id")
