"""The limits that a rule sets, and the clocks that they give a complaint.

A *limit* is one reading of a rule: terms counted from recorded events (anchors), of which the earliest or the
latest decides. A *clock* is what becomes of it for one complaint: the day it ends, or why it does not run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import Enum, StrEnum

from attrs import evolve, field, frozen

from complaintkit.timekeeping import (
    Hours,
    Reckoning,
    Roll,
    Term,
    WorkingCalendar,
    WorkingHours,
    format_instant,
    instant,
    local_day,
    zone_named,
)
from complaintkit.timekeeping.counting import is_instant
from complaintkit.timekeeping.deadlines import Anchors


class Kind(StrEnum):
    """What a milestone asks for (F11)."""

    ACKNOWLEDGE = "acknowledge"
    EARLY_RESOLUTION = "early_resolution"
    HOLDING = "holding"
    PROGRESS = "progress"
    FINAL_RESPONSE = "final_response"
    DETERMINE = "determine"
    CORRECT = "correct"
    PAY = "pay"
    """Money is paid or credited, provisionally included."""
    NOTIFY = "notify"
    REFER = "refer"
    RETAIN = "retain"
    REPORT = "report"


class Nature(StrEnum):
    """What it means that a clock has run out (F19)."""

    DUTY = "duty"
    """Something must have been done by then."""
    WINDOW = "window"
    """A right closes; whoever decides may have discretion."""
    RIGHT = "right"
    """A right opens."""
    RETENTION = "retention"
    """Until then something must be kept."""


class Strength(StrEnum):
    """How binding it is (F11, F38)."""

    MUST = "must"
    SHOULD = "should"
    INTERNAL = "internal"


class Mark(StrEnum):
    """How well a rule is known (F40)."""

    VERIFIED = "verified"
    """Read in the primary text, or on the page of the authority itself."""
    SECONDARY = "secondary"
    """Read only in somebody's account of it."""
    OWN = "own"
    """Nobody's law: a rule of this library's own templates."""


class Why(StrEnum):
    """What a clock says beside its date."""

    RUNS = "runs"
    """It has a date; what is named in ``open`` may still move it."""
    OPEN = "open"
    """No event from which it could be counted has happened, or only its date where hours count; or the clock stands."""
    NOT_HERE = "does_not_apply_under_these_facts"
    NO_FIXED_LIMIT = "no_fixed_limit"
    """The rule says "promptly", or less: set a target of your own (F38)."""
    NOT_IN_FORCE = "not_in_force_at_that_date"


class Together(Enum):
    """Which of several terms decides."""

    EARLIEST = "earliest"
    LATEST = "latest"


@frozen
class Course:
    """When the things happened from which clocks count, and by which calendar and local days they are counted."""

    anchors: Anchors
    calendar: WorkingCalendar
    zone: str | None = None

    def day(self, anchor: str) -> date:
        """The local day of an anchor that has happened."""
        at = self.anchors[anchor]
        zone = zone_named(self.zone) if self.zone else self.calendar.zone
        return local_day(instant(at), zone) if is_instant(at) else at


@frozen(kw_only=True)
class Stand:
    """Two events between which a clock stands by law (F14, F15); what is left of its time runs on after the second."""

    since: str
    until: str


@frozen(kw_only=True)
class Part:
    """One term and the event from which it counts; ``roll_option`` names the option that says how its end rolls."""

    after: str
    term: Term
    roll_option: str = ""
    stands: tuple[Stand, ...] = ()

    def waits_for(self, course: Course) -> str:
        """The event without which it cannot be counted, or not at a known time of day where hours count; or none."""
        at = course.anchors.get(self.after)
        if at is None or not (is_instant(at) or not isinstance(self.term.unit, Hours | WorkingHours)):
            return self.after
        standing = (each for each in self.stands if each.since in course.anchors and each.until not in course.anchors)
        return next((each.until for each in standing), "")

    def counts_from(self, course: Course) -> Iterator[str]:
        """The events from which it is counted, those between which it stood included."""
        yield self.after
        for each in self.stands:
            if each.since in course.anchors:
                yield from (each.since, each.until)

    def reckon(self, course: Course, facts: Mapping[str, object]) -> Reckoning:
        """When it ends."""
        how = self.term.conventions
        how = evolve(how, zone=course.zone) if course.zone else how
        how = evolve(how, roll=Roll(str(facts[self.roll_option]))) if self.roll_option else how
        stood = [
            (course.anchors[each.since], course.anchors[each.until])
            for each in self.stands
            if each.since in course.anchors
        ]
        return evolve(self.term, conventions=how).reckon(course.anchors[self._start(course)], course.calendar, stood)

    def _start(self, course: Course) -> str:
        """The event from which days are counted: what lay elsewhere from its first day on has all of them left then."""
        start = self.after
        if not isinstance(self.term.unit, Hours | WorkingHours):
            for each in self.stands:
                if each.since in course.anchors and course.day(each.since) <= course.day(start) <= course.day(
                    each.until
                ):
                    start = each.until
        return start


@frozen
class Limit:
    """Terms of which the earliest or the latest decides; none at all is no limit."""

    parts: tuple[Part, ...] = ()
    together: Together = Together.EARLIEST

    def begun(self, course: Course) -> dict[str, date]:
        """The events from which it is counted, with their moments."""
        begun = (part for part in self.parts if not part.waits_for(course))
        return {name: course.anchors[name] for part in begun for name in part.counts_from(course)}

    def open(self, course: Course) -> tuple[str, ...]:
        """The events that it counts from and of which we do not know enough, or after which it would run on."""
        return tuple(waited for part in self.parts if (waited := part.waits_for(course)))

    def reckon(self, course: Course, facts: Mapping[str, object]) -> Reckoning | None:
        """When it ends by what has happened so far; a term whose event has not happened is left out."""
        ends = [part.reckon(course, facts) for part in self.parts if not part.waits_for(course)]
        decides = min if self.together is Together.EARLIEST else max
        return decides(ends, key=lambda found: found.at) if ends else None


@frozen(kw_only=True)
class Milestone:
    """One rule of a pack, with where it stands and how well it is known (F40).

    ``stage`` and ``another_person`` belong to staged procedures (F16); ``extends`` names the milestone whose time
    it lengthens, ``needs`` what that takes (F13); ``waives`` the milestones that meeting it switches off (F12);
    ``content`` what a letter that meets it must hold (F11), ``met_by`` the event by which it is met, from which
    other clocks may count (F10); ``opens`` the milestone whose right its breach opens (F39).
    """

    id: str
    kind: Kind
    nature: Nature
    strength: Strength
    about: str
    source: str
    section: str
    mark: Mark
    stage: int = 0
    another_person: bool = False
    extends: str = ""
    needs: tuple[str, ...] = ()
    waives: tuple[str, ...] = ()
    content: tuple[str, ...] = ()
    met_by: str = ""
    opens: str = ""


@frozen(kw_only=True)
class Clock:
    """What a milestone means for one complaint.

    ``due`` is the instant, in UTC, and ``day`` the last day of a term in days; both are empty unless ``why`` is
    ``RUNS``; ``rule`` is the limit that was chosen. ``open`` names the events that could still set or move it. ``pack``
    and ``calendar`` are the labels of the pack and of the working days, ``read`` the facts and options that chose the
    limit, ``counted_from`` the events with their moments, ``reckoning`` the steps of the count.
    """

    pack: str
    milestone: Milestone
    why: Why
    rule: str = ""
    open: tuple[str, ...] = ()
    read: Mapping[str, object]
    calendar: str
    counted_from: Anchors = field(factory=dict)
    reckoning: Reckoning | None = None

    @property
    def due(self) -> datetime | None:
        """The instant at which it ends, in UTC."""
        return self.reckoning.at if self.reckoning else None

    @property
    def day(self) -> date | None:
        """The last day of a term in days."""
        return self.reckoning.day if self.reckoning else None

    def to_dict(self) -> dict[str, object]:
        """The clock as plain data, to be kept with whatever was decided by it (F32)."""
        return {
            "pack": self.pack,
            "milestone": self.milestone.id,
            "rule": self.rule,
            "why": self.why.value,
            "due": format_instant(self.reckoning.at) if self.reckoning else None,
            "open": list(self.open),
            "read": dict(self.read),
            "calendar": self.calendar,
            "counted_from": {name: _iso(at) for name, at in self.counted_from.items()},
            "reckoning": self.reckoning.to_dict() if self.reckoning else None,
        }


def _iso(at: date) -> str:
    return format_instant(instant(at)) if is_instant(at) else at.isoformat()
