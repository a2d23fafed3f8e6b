"""Routing: which unit answers for a topic, and which of its people (E-52, INV-74).

Every topic resolves to exactly one unit, and every unit to exactly one person. A topic without an entry takes that of
the topic above it; what nobody mapped belongs to the complaints manager, never to nobody. Whoever is complained about
or has a conflict of interest is passed over (INV-35), the complaints manager too (SoD-7).

>>> from complaintkit.policy import load_profile
>>> ours = load_profile({"base": "standard", "id": "ours", "version": "1",
...     "units": {"billing": {"owner": "handler-2", "deputy": "handler-3", "liaison": "liaison-1"}},
...     "routing": [{"topic": "money", "unit": "billing"}, {"topic": "late_fee", "under": "money"}]})
>>> ours.routing.route("late_fee").owner, ours.routing.route("late_fee", excluded={"handler-2"}).owner
('handler-2', 'handler-3')
>>> ours.routing.route("noise").unit, ours.routing.route("noise").owner
('complaints', 'complaints-manager')
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from attrs import field, frozen

from complaintkit.errors import UnknownName
from complaintkit.policy.section import suggestion
from complaintkit.policy.verdict import Line
from complaintkit.values import UNASSIGNED
from complaintkit.vocabulary import Role

#: The unit of the complaints manager: it answers for whatever nobody mapped (RO-12).
COMPLAINTS: Final = "complaints"
#: Who answers where the complaints manager may not either: the executive sponsor (SoD-7).
LAST_RESORT: Final = "executive-sponsor"


@frozen(kw_only=True)
class OrganisationUnit:
    """A unit and its people, by their ids (E-52).

    ``owner`` is accountable; ``liaison`` answers questions about cases (INV-37), the owner where there is none;
    ``deputy`` stands in for either. ``escalation`` names who is told at a rung of the ladder (EV-52) that names a
    role; ``above`` is the unit that is asked next.
    """

    id: str
    owner: str
    deputy: str = ""
    liaison: str = ""
    escalation: Mapping[Role, str] = field(factory=dict)
    above: str = ""


@frozen(kw_only=True)
class Topic:
    """A line of the matrix: the unit that answers for a topic, or the topic that it is ``under``, or both.

    ``playbook`` says where staff read what to do.
    """

    topic: str
    unit: str = ""
    under: str = ""
    playbook: str = ""


@frozen(kw_only=True)
class Route:
    """Who answers for a topic, and why: one unit, one person.

    ``mapped`` is the topic whose line decided, empty where none did.
    """

    topic: str
    mapped: str
    unit: str
    owner: str
    liaison: str
    playbook: str
    explanation: tuple[Line, ...]

    def explain(self) -> str:
        """The route in English sentences, one for each line."""
        head = f"{self.topic or 'no topic'}: {self.owner} of {self.unit}"
        return "\n".join([head, *(f"  {_sentence(line)}" for line in self.explanation)])

    def to_dict(self) -> dict[str, object]:
        """The route as plain data."""
        names = ("topic", "mapped", "unit", "owner", "liaison", "playbook")
        lines = [line.to_dict() for line in self.explanation]
        return {name: getattr(self, name) for name in names} | {"explanation": lines}


_SENTENCES: Final = {
    "routing.topic": "{rule}: {topic} belongs to {contribution}",
    "routing.under": "{rule}: {topic} is under {contribution}",
    "routing.unmapped": "{rule}: nobody mapped it, so {contribution} answers",
    "routing.passed_over": "{rule}: {person} may not, or is not there; {contribution} stands in",
}


def _sentence(line: Line) -> str:
    return _SENTENCES[line.text_key].format(**{**line.inputs, **line.to_dict()})


@frozen(kw_only=True)
class Routing:
    """The responsibility matrix of a profile."""

    units: Mapping[str, OrganisationUnit]
    topics: Mapping[str, Topic]

    def unit(self, name: str) -> OrganisationUnit:
        """A unit by its id; raises ``UnknownName`` for one that the profile does not have."""
        if name not in self.units:
            raise UnknownName(f"there is no unit {name[:60]!r}{suggestion(name, self.units)}", hint="see the profile")
        return self.units[name]

    def route(
        self,
        topic: str | None,
        *,
        above: Iterable[str] = (),
        excluded: Collection[str] = (),
        absent: Collection[str] = (),
    ) -> Route:
        """Who answers for a topic; ``above`` are the topics over it in a taxonomy of the host, the nearest first.

        ``excluded`` are never chosen: who is complained about, or has a conflict. ``absent`` are passed over as long
        as anybody else is there.
        """
        why: list[Line] = []
        name, playbook = self._mapped((topic or "", *above), why)
        unit = self.units[self.topics[name].unit if name else COMPLAINTS]
        if not name:
            why.append(Line("INV-74", {"topic": topic}, unit.id, "routing.unmapped"))
        owner = self._person(unit, unit.owner, excluded, absent)
        if owner != unit.owner:
            why.append(Line("INV-35", {"person": unit.owner}, owner, "routing.passed_over"))
        liaison = self.liaison(unit.id, excluded=excluded, absent=absent)
        return Route(
            topic=topic or "", mapped=name, unit=unit.id, owner=owner, liaison=liaison, playbook=playbook,
            explanation=tuple(why),
        )  # fmt: skip

    def _mapped(self, names: Iterable[str], why: list[Line]) -> tuple[str, str]:
        """The nearest topic with a unit, and the nearest playbook on the way to it."""
        playbook = ""
        for name in names:
            for line in self._upwards(name):
                playbook = playbook or line.playbook
                if line.unit:
                    why.append(Line("INV-74", {"topic": line.topic}, line.unit, "routing.topic"))
                    return line.topic, playbook
                why.append(Line("E-52", {"topic": line.topic}, line.under, "routing.under"))
        return "", playbook

    def _upwards(self, name: str) -> Iterator[Topic]:
        """The line of a topic, and those above it."""
        while name in self.topics:
            yield self.topics[name]
            name = self.topics[name].under

    def _chain(self, unit: OrganisationUnit) -> Iterator[OrganisationUnit]:
        """A unit, those above it, and the complaints manager's at the end."""
        while unit.id != COMPLAINTS:
            yield unit
            unit = self.units[unit.above or COMPLAINTS]
        while True:
            yield unit
            if not unit.above:
                return
            unit = self.units[unit.above]

    def _person(self, unit: OrganisationUnit, first: str, excluded: Collection[str], absent: Collection[str]) -> str:
        """The first who may and is there; where nobody is there, the first who may."""
        people = [first, unit.deputy, *(who for each in self._chain(unit) for who in (each.owner, each.deputy))]
        able = [who for who in (*people, UNASSIGNED, LAST_RESORT) if who and who not in excluded]
        return next((who for who in able if who not in absent), able[0] if able else LAST_RESORT)

    def liaison(self, unit: str, *, excluded: Collection[str] = (), absent: Collection[str] = ()) -> str:
        """Who of a unit answers a question about a case (INV-37)."""
        asked = self.unit(unit)
        return self._person(asked, asked.liaison or asked.owner, excluded, absent)

    def escalation(self, unit: str | None, role: str, *, excluded: Collection[str] = ()) -> str:
        """Who is told at a rung that names a role (EV-52): whom the unit or one above it names, else the role.

        A role of which the person complained about is the holder is told as a role, so that the host chooses another.
        """
        start = self.units.get(unit or COMPLAINTS, self.units[COMPLAINTS])
        named = (each.escalation.get(Role(role), "") for each in self._chain(start))
        return next((who for who in named if who and who not in excluded), role)

    def coverage(self, categories: Mapping[str, str | None]) -> Coverage:
        """Where every leaf of a taxonomy goes: ``categories`` is the category above each code, None at the top.

        >>> from complaintkit.policy import load_profile
        >>> load_profile().routing.coverage({"money": None, "late_fee": "money"})
        Coverage(units={'late_fee': 'complaints'}, unmapped=('late_fee',))
        """
        leaves = [code for code in categories if code not in set(categories.values())]
        routes = {leaf: self.route(leaf, above=_above(leaf, categories)) for leaf in leaves}
        return Coverage(
            units={leaf: route.unit for leaf, route in routes.items()},
            unmapped=tuple(leaf for leaf, route in routes.items() if not route.mapped),
        )


@frozen
class Coverage:
    """The unit of every leaf (INV-74), and the leaves that only the complaints manager answers for."""

    units: Mapping[str, str]
    unmapped: tuple[str, ...]


def _above(code: str, categories: Mapping[str, str | None]) -> Iterator[str]:
    seen = {code}
    while (over := categories.get(code)) is not None and over not in seen:
        seen.add(over)
        yield over
        code = over
