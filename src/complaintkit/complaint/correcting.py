"""The facts of a complaint that may have been written down wrongly: their names, what they say, how they are put right.

What a step decides (where it stands, its kind, owner, priority, findings, outcome) is put right by that step.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, Final, NamedTuple

from attrs import frozen

from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.errors import UnknownName
from complaintkit.timekeeping.instants import format_instant, parse_instant
from complaintkit.values import Personal, opaque
from complaintkit.vocabulary import Channel, Language


@frozen(kw_only=True, slots=False)
class Correction:
    """One fact, what it said before and what it says now (INV-72): a coded value, or the two sealed texts.

    None says that there was, or is, nothing. Entries of schema 1 do not tell what was before.
    """

    fact: str
    before: str | None = None
    after: str | None = None
    text_before: Personal | None = None
    text_after: Personal | None = None

    @property
    def changes(self) -> bool:
        """Whether it says anything else than before; two sealed texts are the same only where they are one."""
        return (self.before, self.text_before) != (self.after, self.text_after)

    @property
    def told(self) -> str:
        """Both values in one line; of a text only which it is.

        >>> Correction(fact="unit", after="billing").told
        'unit: - -> billing'
        """
        coded = (self.before, self.after) != (None, None)
        return f"{self.fact}: {self.before or '-'} -> {self.after or '-'}" if coded else self.fact


class Fact(NamedTuple):
    """A fact by its ``name``: which ``part`` of the complaint has it, under which ``key``, of the issue ``no``."""

    name: str
    part: str
    key: str
    no: int = 0

    @property
    def is_text(self) -> bool:
        """Whether it is a personal text."""
        return self.part in ("intake", "issue") and self.key in _TEXTS

    @property
    def is_always_there(self) -> bool:
        """Whether a complaint cannot be without it."""
        return self.part in ("intake", "issue") and self.key in _ALWAYS

    def written(self, value: str) -> str:
        """A coded value in its one written form; refuses what the fact cannot say.

        Raises :class:`~complaintkit.errors.UnknownName` and :class:`~complaintkit.errors.MalformedInput`.
        """
        return _WRITTEN[self.key](value) if self.part == "intake" else value


def _written_instant(value: str) -> str:
    return format_instant(parse_instant(value))


#: The coded facts of the intake with the form in which each is written.
_WRITTEN: Final[dict[str, Callable[[str], str]]] = {
    "received_at": _written_instant,
    "channel": lambda value: Channel(value).value,
    "language": lambda value: Language(value).value,
    "person": lambda value: opaque(value, "person"),
    "unit": lambda value: opaque(value, "unit"),
}
_TEXTS: Final = ("name", "reach", "narrative", "desired_outcome", "statement")
_INTAKE: Final = (*_WRITTEN, "name", "reach", "narrative", "desired_outcome")
_NUMBER: Final = re.compile("[1-9][0-9]{0,5}")
_ISSUE: Final = ("category", "statement", "desired_outcome")
_ALWAYS: Final = ("received_at", "channel", "language", "category", "statement")
#: What is no written-down fact but decided, and by which command.
DECIDED: Final = {
    "kind": "reclassify-complaint",
    "handling": "the steps of the process",
    "owner": "reassign-complaint",
    "issues": "set-issues",
    "triage": "record-triage",
    "band": "override-priority",
    "findings": "return-report, or decide-review",
    "outcome": "decide-review",
}


def fact_named(name: str) -> Fact:
    """The fact that a name means.

    Raises :class:`~complaintkit.errors.UnknownName` for any other name.

    >>> fact_named("issue.2.category")
    Fact(name='issue.2.category', part='issue', key='category', no=2)
    >>> fact_named("attribute.topic").part, fact_named("narrative").is_text
    ('attribute', True)
    """
    part, _, key = name.partition(".")
    if part in ("attribute", "milestone") and key:
        return Fact(name, part, key)
    number, _, field = key.partition(".")
    if part == "issue" and field in _ISSUE and _NUMBER.fullmatch(number):
        return Fact(name, part, field, int(number))
    if name in _INTAKE:
        return Fact(name, "intake", name)
    if name in DECIDED:
        return Fact(name, "decided", name)
    known = ", ".join((*_INTAKE, "attribute.<name>", *(f"issue.<number>.{field}" for field in _ISSUE)))
    raise UnknownName(f"{name[:60]!r} is no fact of a complaint", hint=f"known: {known}")


#: All attributes in one, as JSON: nobody names it, but entries of schema 1 told them as a whole.
_ALL: Final = Fact("attributes", "attributes", "attributes")


def correction_of(complaint: Complaint, name: str, value: str | Personal | None) -> Correction:
    """What a fact says, and that it is to say ``value``."""
    fact = fact_named(name)
    before: Any = _said(complaint, fact)
    after: Any = value
    if fact.is_text:
        return Correction(fact=name, text_before=before, text_after=after)
    return Correction(fact=name, before=before, after=after)


def own_receipt(complaint: Complaint) -> datetime:
    """When the complaint itself was received, whatever was merged into it."""
    return complaint.alone.received_at if complaint.alone else complaint.received_at


def receipt_counted(complaint: Complaint, own: datetime) -> datetime:
    """From when the clocks count where its own receipt is ``own``: the earliest of all that were merged (INV-51)."""
    return min((own, *(each.received_at for each in complaint.joined)))


def _said(complaint: Complaint, fact: Fact) -> str | Personal | None:
    if fact.part == "attribute":
        return dict(complaint.intake.attributes).get(fact.key)
    if fact.part == "milestone":
        reached = dict(complaint.milestones).get(fact.key)
        return None if reached is None else format_instant(reached)
    if fact.key == "received_at":
        return format_instant(own_receipt(complaint))
    said: Any = getattr(complaint.issue(fact.no) if fact.part == "issue" else complaint.intake, fact.key, None)
    return said.value if isinstance(said, Channel | Language) else said


# The fold ------------------------------------------------------------------------------------------


def put_right(complaint: Complaint, corrections: Iterable[Correction]) -> Complaint:
    """The complaint with what the facts say now."""
    for each in corrections:
        fact = _ALL if each.fact == _ALL.name else fact_named(each.fact)
        complaint = _PARTS[fact.part](complaint, fact, each.text_after if fact.is_text else each.after)
    return complaint


def _intake(complaint: Complaint, fact: Fact, value: Any) -> Complaint:
    if fact.key == "received_at":
        return _received(complaint, parse_instant(value))
    typed: Any = {"channel": Channel, "language": Language}.get(fact.key)
    said: dict[str, Any] = {fact.key: typed(value) if typed else value}
    return changed(complaint, intake=changed(complaint.intake, **said))


def _received(complaint: Complaint, own: datetime) -> Complaint:
    alone = changed(complaint.alone, received_at=own) if complaint.alone else None
    return changed(complaint, alone=alone, received_at=receipt_counted(complaint, own))


def _issue(complaint: Complaint, fact: Fact, value: Any) -> Complaint:
    issues = (changed(each, **{fact.key: value}) if each.no == fact.no else each for each in complaint.issues)
    return changed(complaint, issues=tuple(issues))


def _attribute(complaint: Complaint, fact: Fact, value: Any) -> Complaint:
    attributes = tuple(sorted(_with(complaint.intake.attributes, fact.key, value)))
    return changed(complaint, intake=changed(complaint.intake, attributes=attributes))


def _milestone(complaint: Complaint, fact: Fact, value: Any) -> Complaint:
    at = None if value is None else parse_instant(value)
    return changed(complaint, milestones=tuple(_with(complaint.milestones, fact.key, at)))


def _with(pairs: Iterable[tuple[str, Any]], name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Pairs in which a name has this value, or does not occur."""
    yield from (pair for pair in pairs if pair[0] != name)
    if value is not None:
        yield name, value


def _attributes(complaint: Complaint, _fact: Fact, value: Any) -> Complaint:
    attributes = tuple((name, text) for name, text in json.loads(value))
    return changed(complaint, intake=changed(complaint.intake, attributes=attributes))


_PARTS: Final[dict[str, Callable[[Complaint, Fact, Any], Complaint]]] = {
    "intake": _intake, "issue": _issue, "attribute": _attribute, "milestone": _milestone,
    _ALL.part: _attributes,
}  # fmt: skip
