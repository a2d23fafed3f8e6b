"""How long records are kept, by class of complaint and from a stated date: at least, and at most.

Nothing erases before a floor; where a rule says at most how long, the texts are erased when that time is over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from attrs import field, frozen

from complaintkit.policy.duties import as_term, read_term
from complaintkit.policy.section import Section
from complaintkit.timekeeping import Term, WorkingCalendar

if TYPE_CHECKING:  # loaded for profiles that name packs
    from complaintkit.policy.pack import Pack


class KeptFrom(StrEnum):
    """The event from which a record is kept."""

    RECEIVED = "received"
    CLOSED = "closed"


@frozen(kw_only=True)
class Floor:
    """One rule of the retention schedule: complaints of a class are kept at least for ``keep`` after an event.

    ``erase_after`` is how long after it they are kept at most; a rule may say one of the two or both. ``when`` is the
    class: the coded attributes of a complaint, each with the values that belong to it; an empty one is every complaint.
    ``source`` says where the rule stands.
    """

    id: str
    keep: Term | None = field(repr=False)
    after: KeptFrom
    source: str
    when: Mapping[str, tuple[str, ...]] = field(factory=dict)
    erase_after: Term | None = field(default=None, repr=False)

    def holds_for(self, attributes: Mapping[str, str]) -> bool:
        """Whether a complaint with these attributes is of the class."""
        return all(attributes.get(name) in values for name, values in self.when.items())


@frozen
class KeptUntil:
    """Until when a rule keeps a complaint; ``until`` None where the event from which it counts has not happened."""

    rule: str
    source: str
    until: datetime | None


def kept_until(
    floors: tuple[Floor, ...],
    packs: tuple[Pack, ...],
    happened: Mapping[KeptFrom, datetime],
    attributes: Mapping[str, str],
    calendar: WorkingCalendar,
) -> Iterator[KeptUntil]:
    """Every rule that keeps a complaint, the retention rules of regulatory packs included; the last one decides.

    ``happened`` is when the complaint was received and closed, as far as it was; ``attributes`` are its coded facts,
    of which a pack reads those that have the name of a fact of its own and say ``true``.
    """
    for floor in floors:
        if floor.keep is not None and floor.holds_for(attributes):
            at = happened.get(floor.after)
            yield KeptUntil(floor.id, floor.source, None if at is None else floor.keep.due(at, calendar))
    for pack in packs:
        yield from _of_pack(pack, happened, attributes, calendar)


def kept_at_most(
    floors: tuple[Floor, ...],
    happened: Mapping[KeptFrom, datetime],
    attributes: Mapping[str, str],
    calendar: WorkingCalendar,
) -> Iterator[KeptUntil]:
    """Every rule that says at most how long a complaint is kept; of several the last one decides."""
    for floor in floors:
        if floor.erase_after is not None and floor.holds_for(attributes):
            at = happened.get(floor.after)
            yield KeptUntil(floor.id, floor.source, None if at is None else floor.erase_after.due(at, calendar))


def _of_pack(
    pack: Pack, happened: Mapping[KeptFrom, datetime], attributes: Mapping[str, str], calendar: WorkingCalendar
) -> Iterator[KeptUntil]:
    from complaintkit.policy.clock import Nature, Why

    facts = {name: True for name in pack.facts if attributes.get(name) == "true"}
    anchors = {str(event): at for event, at in happened.items()}
    for milestone in pack.milestones.values():
        if milestone.nature is Nature.RETENTION:
            clock = pack.clock(milestone.id, anchors, facts, calendar=calendar)
            if clock.why in (Why.RUNS, Why.OPEN):
                yield KeptUntil(f"{pack.identity.id}.{milestone.id}", milestone.section, clock.due)


def read_retention(sections: tuple[Section, ...]) -> tuple[Floor, ...]:
    """The rules of a profile, each with a name of its own."""
    floors = tuple(_floor(section) for section in sections)
    names = [floor.id for floor in floors]
    for number, (name, section) in enumerate(zip(names, sections, strict=True)):
        if name in names[:number]:
            section.problem(f"there is another {name!r} in this list", "id")
    return floors


def _floor(section: Section) -> Floor:
    classes = section.table("when", required=False)
    when = {name: classes.texts(name) for name in classes}
    for name, values in when.items():
        if not values:
            classes.problem("names no value: leave it out where every complaint is meant", name)
    ends = [key for key in ("keep", "erase_after") if key in section]
    if not ends:
        section.problem("is missing: say keep, erase_after or both", "keep")
    terms = {key: as_term(read_term(section, key)) for key in ends}
    return Floor(
        id=section.text("id"),
        keep=terms.get("keep"),
        erase_after=terms.get("erase_after"),
        after=section.choice("after", KeptFrom, KeptFrom.RECEIVED),
        source=section.text("source"),
        when=when,
    )
