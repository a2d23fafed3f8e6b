"""Regulatory packs: the limits and duties of one regime as data, each with where it comes from.

>>> from datetime import date
>>> from complaintkit.timekeeping import WorkingCalendar
>>> weekdays = WorkingCalendar.from_dict({"tz": "Europe/London", "weekend": ["sat", "sun"]})
>>> found = load_pack("uk.fca.disp1").clock("final_response", {"received": date(2026, 3, 2)}, calendar=weekdays)
>>> found.day, found.milestone.section
(datetime.date(2026, 4, 27), 'DISP 1.6.2R')

A pack states facts; it is no legal advice, and the calendar is the host's own.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Final

from attrs import evolve, field, frozen

from complaintkit.errors import PolicyRefused, PolicyWarning, UnknownName
from complaintkit.policy.cases import Case
from complaintkit.policy.clock import Clock, Course, Limit, Mark, Milestone, Why
from complaintkit.policy.document import read_document
from complaintkit.policy.editions import Edition, in_force
from complaintkit.policy.facts import EDITION, FactSheet
from complaintkit.policy.identity import Identity
from complaintkit.policy.section import suggestion
from complaintkit.policy.tables import DecisionTable
from complaintkit.timekeeping import WorkingCalendar
from complaintkit.timekeeping.deadlines import Anchors

FOLDER: Final = Path(__file__).with_name("packs")
#: The packs that come with the library.
PACKS: Final = tuple(sorted(file.name.removesuffix(".toml") for file in FOLDER.iterdir() if file.suffix == ".toml"))


@frozen(kw_only=True)
class Source:
    """Where rules were read: the work, where it is found, which edition or day of it, and which text."""

    title: str
    where: str
    as_of: date
    sha256: str = ""


@frozen(kw_only=True)
class Option:
    """A question that the law leaves open, and the readings that a host may choose; the first is the default."""

    name: str
    question: str
    choices: tuple[str, ...]


@frozen(kw_only=True)
class Duty:
    """A duty, a definition or a power without a clock of its own, in our own words."""

    id: str
    about: str
    source: str
    section: str
    mark: Mark


@frozen(kw_only=True, eq=False)
class Pack:
    """The rules of one regime: made by :func:`load_pack`, never changed.

    ``anchors`` are the events from which its clocks count, with what happens then; ``edition_by`` is the one whose
    date chooses the edition. ``chosen`` holds the reading of each option.
    """

    identity: Identity
    title: str
    jurisdiction: str
    sources: Mapping[str, Source] = field(repr=False)
    anchors: Mapping[str, str] = field(repr=False)
    milestones: Mapping[str, Milestone] = field(repr=False)
    duties: tuple[Duty, ...] = field(repr=False)
    options: Mapping[str, Option] = field(repr=False)
    editions: tuple[Edition, ...] = field(repr=False)
    edition_by: str = field(repr=False)
    chosen: Mapping[str, str] = field(repr=False)
    tests: tuple[Case, ...] = field(repr=False)
    _sheet: FactSheet = field(repr=False)
    _limits: Mapping[str, DecisionTable[Limit]] = field(repr=False)

    @property
    def label(self) -> str:
        """``id@version#digest``."""
        return self.identity.label

    @property
    def doubtful(self) -> tuple[str, ...]:
        """The milestones that were not read in a primary text; a pack that has any is provisional."""
        return tuple(milestone.id for milestone in self.milestones.values() if milestone.mark is Mark.SECONDARY)

    @property
    def provisional(self) -> bool:
        """Whether any of its limits still has to be read in the primary text."""
        return bool(self.doubtful)

    @property
    def facts(self) -> tuple[str, ...]:
        """The names of the facts that its rules read, beside its options and its edition."""
        return tuple(name for name in self._sheet.names() if name not in self.options and name != EDITION)

    @property
    def tables(self) -> Mapping[str, DecisionTable[Limit]]:
        """The limits of each milestone, as a decision table."""
        return self._limits

    def with_options(self, options: Mapping[str, str]) -> Pack:
        """The same pack with other readings of what the law leaves open.

        >>> load_pack("eu.psd2.101").with_options({"long_stop": "additional"}).chosen["long_stop"]
        'additional'
        """
        for name, choice in options.items():
            if name not in self.options:
                raise UnknownName(f"{self.identity.id} has no option {name!r}{suggestion(name, self.options)}")
            if choice not in self.options[name].choices:
                listed = ", ".join(self.options[name].choices)
                raise UnknownName(f"the option {name!r} of {self.identity.id} is one of {listed}, not {choice!r}")
        return evolve(self, chosen={**self.chosen, **options})

    @property
    def alternatives(self) -> Mapping[str, Pack]:
        """The pack under each reading that was not chosen, as ``option=reading``, to show the outer limits."""
        return {
            f"{option.name}={choice}": self.with_options({option.name: choice})
            for option in self.options.values()
            for choice in option.choices
            if choice != self.chosen[option.name]
        }

    def clock(
        self,
        name: str,
        anchors: Anchors,
        facts: Mapping[str, object] | None = None,
        *,
        calendar: WorkingCalendar,
        zone: str | None = None,
    ) -> Clock:
        """What the milestone ``name`` means for a complaint.

        ``anchors`` says when things happened, as dates or aware instants; names that the milestone does not
        count from are ignored. ``facts`` are those of the pack. ``zone`` decides the local day of an instant
        where it is not the zone of ``calendar``, which gives the working days.

        Raises ``UnknownName`` for a milestone or fact that the pack does not have.
        """
        if name not in self.milestones:
            raise UnknownName(f"{self.identity.id} has no milestone {name!r}{suggestion(name, self.milestones)}")
        full = self._sheet.complete({**self.chosen, **(facts or {})})
        return self._clock(self.milestones[name], full, Course(anchors, calendar, zone))

    def _clock(self, milestone: Milestone, full: dict[str, object], course: Course) -> Clock:
        """The clock by the first limit whose condition is true."""
        calendar = f"{course.calendar.id}#{course.calendar.digest}"
        stated = partial(Clock, pack=self.label, milestone=milestone, calendar=calendar)
        if self.editions:
            full[EDITION] = edition = self._edition(course)
            if edition is None and self.edition_by not in course.anchors:
                return stated(why=Why.OPEN, open=(self.edition_by,), read={})
            if edition is None:
                return stated(why=Why.NOT_IN_FORCE, read={})
        table = self._limits[milestone.id]
        if not table.rules:
            return stated(why=Why.NO_FIXED_LIMIT, read={})
        for rule, read in table.reads(full).items():
            found = rule.then.reckon(course, full)
            why, begun = Why.RUNS if found else Why.OPEN, rule.then.begun(course)
            return stated(
                why=why, rule=rule.id, open=rule.then.open(course), read=read, counted_from=begun, reckoning=found
            )
        return stated(why=Why.NOT_HERE, read={name: full[name] for name in _read_by(table)})

    def _edition(self, course: Course) -> str | None:
        """The edition in force when the event that chooses it happened; the only one where that is unknown."""
        if self.edition_by not in course.anchors:
            return self.editions[0].id if len(self.editions) == 1 else None
        return in_force(self.editions, course.day(self.edition_by))


def _read_by(table: DecisionTable[Limit]) -> tuple[str, ...]:
    """The facts that the conditions of a table read."""
    return tuple(dict.fromkeys(name for rule in table.rules for box in rule.boxes for name in box))


def load_pack(source: str | Path | Mapping[str, object], options: Mapping[str, str] | None = None) -> Pack:
    """The regulatory pack that ``source`` names or holds, with other readings of its ``options``.

    ``source`` is the name of a pack of the library (:data:`PACKS`), the path of a TOML file, or a mapping of the
    same shape. A pack with a limit that was not read in the primary text warns that it is provisional.

    Raises ``PolicyRefused`` with every problem, ``UnknownName`` for a name that is neither a pack nor a path.
    """
    pack = _named(source) if isinstance(source, str) and source in PACKS else _from(source)
    if pack.provisional:
        doubtful = ", ".join(pack.doubtful)
        warnings.warn(
            f"the pack {pack.label} is provisional: not read in the primary text: {doubtful}",
            PolicyWarning,
            stacklevel=2,
        )
    return pack.with_options(options or {})


def _from(source: str | Path | Mapping[str, object]) -> Pack:
    from complaintkit.policy.pack_reading import read_pack

    if isinstance(source, str) and not source.endswith(".toml") and not set("/\\") & set(source):
        hint = f"name one of {', '.join(PACKS)}, or the path of a .toml file"
        raise UnknownName(f"there is no pack {source!r}{suggestion(source, PACKS)}", hint=hint)
    return read_pack(read_document(source, refuse=PolicyRefused))


@cache
def _named(name: str) -> Pack:
    return _from(FOLDER / f"{name}.toml")


def clocks(
    packs: Iterable[Pack],
    anchors: Anchors,
    facts: Mapping[str, object] | None = None,
    *,
    calendar: WorkingCalendar,
    zone: str | None = None,
) -> tuple[Clock, ...]:
    """The clocks of several packs on one complaint: all of them, the one that ends first at the front (F37).

    Nothing is merged: where two regimes ask for the same thing, the first of the two is the stricter one, and
    meeting it meets only its own rule. Each pack is handed the facts that it knows.

    Raises ``UnknownName`` for a fact that none of them knows.
    """
    several, given = tuple(packs), dict(facts or {})
    for name in given:
        if not any(name in pack.facts for pack in several):
            known = [known for pack in several for known in pack.facts]
            raise UnknownName(f"none of these packs knows the fact {name!r}{suggestion(name, known)}")
    found = [
        pack.clock(name, anchors, known, calendar=calendar, zone=zone)
        for pack in several
        for known in [{fact: given[fact] for fact in pack.facts if fact in given}]
        for name in pack.milestones
    ]
    return tuple(sorted(found, key=lambda clock: (clock.due is None, clock.due)))
