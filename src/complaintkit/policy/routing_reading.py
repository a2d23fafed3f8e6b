"""Reading the units and topics of a profile, strictly: nobody is named who is not there, nothing goes in circles."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from complaintkit.errors import MalformedInput
from complaintkit.policy.identity import read_name
from complaintkit.policy.routing import COMPLAINTS, OrganisationUnit, Routing, Topic
from complaintkit.policy.section import Section, suggestion
from complaintkit.values import UNASSIGNED, opaque
from complaintkit.vocabulary import Role

#: The roles to which a rung of the ladder may lead.
_RUNGS: Final = tuple(role.value for role in Role if "RO-03" <= role.value <= "RO-19")


def read_routing(root: Section) -> Routing:
    """The responsibility matrix of a profile; the complaints manager's unit is there even where nobody names it."""
    section = root.table("units", required=False)
    units = {name: _unit(name, section.table(name), tuple(section)) for name in section}
    units.setdefault(COMPLAINTS, OrganisationUnit(id=COMPLAINTS, owner=UNASSIGNED))
    _refuse_circles({name: unit.above for name, unit in units.items()}, section.table, "above")
    return Routing(units=units, topics=_topics(root.tables("routing", required=False), units))


def _unit(name: str, section: Section, known: Sequence[str]) -> OrganisationUnit:
    owner, deputy = _person(section, "owner"), _person(section, "deputy", "")
    if owner and owner == deputy:
        section.problem("must be somebody else than the owner", "deputy")
    if name and not _is_opaque(name):
        section.problem("the name of a unit is 1 to 128 of A-Z a-z 0-9 . _ : / -")
    above = section.text("above", "")
    if above and above not in (*known, COMPLAINTS):
        section.problem(f"there is no unit {above[:40]!r}{suggestion(above, known)}", "above")
        above = ""
    return OrganisationUnit(
        id=name,
        owner=owner,
        deputy=deputy,
        liaison=_person(section, "liaison", ""),
        escalation=_escalation(section.table("escalation", required=False)),
        above=above,
    )


def _escalation(section: Section) -> dict[Role, str]:
    """Persons by the role in which the ladder names them."""
    for name in section:
        if name not in _RUNGS:
            section.problem(f"there is no role {name[:40]!r} here{suggestion(name, _RUNGS)}", name)
    return {Role(name): _person(section, name) for name in _RUNGS if name in section}


def _person(section: Section, key: str, *default: str) -> str:
    """The id of somebody: it will stand in the journal for ever."""
    who = section.text(key, *default)
    if who and not _is_opaque(who):
        section.problem("must be an opaque id of a person: 1 to 128 of A-Z a-z 0-9 . _ : / -", key)
    return who


def _is_opaque(name: str) -> bool:
    try:
        opaque(name, "id")
    except MalformedInput:
        return False
    return True


def _topics(sections: tuple[Section, ...], units: Mapping[str, OrganisationUnit]) -> dict[str, Topic]:
    """The lines of the matrix: one for each topic, each of which leads to a unit."""
    written = [(_topic(section, units), section) for section in sections]
    topics: dict[str, Topic] = {}
    for topic, section in written:
        if topic.topic in topics:
            section.problem(
                f"there is another line for {topic.topic!r}: one unit answers for a topic (INV-74)", "topic"
            )
        topics.setdefault(topic.topic, topic)
    for topic, section in written:
        if topic.under and topic.under not in topics:
            section.problem(f"there is no topic {topic.under[:40]!r}{suggestion(topic.under, topics)}", "under")
    sections_of = {topic.topic: section for topic, section in reversed(written)}
    _refuse_circles({name: topic.under for name, topic in topics.items()}, sections_of.__getitem__, "under")
    return topics


def _topic(section: Section, units: Mapping[str, OrganisationUnit]) -> Topic:
    unit, under = section.text("unit", ""), section.text("under", "")
    if unit and unit not in units:
        section.problem(f"there is no unit {unit[:40]!r}{suggestion(unit, units)}", "unit")
    if not unit and not under:
        section.problem("needs a unit, or the topic that it is under")
    return Topic(topic=read_name(section, "topic"), unit=unit, under=under, playbook=section.text("playbook", ""))


def _refuse_circles(over: Mapping[str, str], section: Callable[[str], Section], key: str) -> None:
    """Whoever goes up from anywhere must arrive; a circle is told once, at its first member."""
    arrived: set[str] = set()
    for start in over:
        path, name = [start], over[start]
        while name and name not in path and name not in arrived and name in over:
            path.append(name)
            name = over[name]
        if name in path:
            circle = path[path.index(name) :]
            section(circle[0]).problem(f"turns in a circle: {' > '.join([*circle, name])}", key)
        arrived.update(path)
