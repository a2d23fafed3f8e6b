"""The right of access: what a complaint holds about a person, and what of its texts they get; pure, without I/O.

Others stay out of it: people are told as their roles, other complainants not at all. What is not known to be
without harm is left out, and listed with the ground.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any, Final, NamedTuple

import attrs

from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.correcting import Correction
from complaintkit.complaint.parts import ContactRecord, Intake
from complaintkit.errors import Reason
from complaintkit.journal import Entry
from complaintkit.journal.codec import personals
from complaintkit.privacy.redaction import Shown, redact
from complaintkit.timekeeping.instants import format_instant
from complaintkit.values import Actor, Personal
from complaintkit.vocabulary import Direction, Involvement, Role, WithheldFor

#: Who hands out what is kept of a person: who answers for privacy, and whose process it is.
EXPORTERS: Final = (Role.PRIVACY_OFFICER, Role.COMPLAINTS_MANAGER)
_OWN_VOICE: Final = frozenset((Role.COMPLAINANT, Role.REPRESENTATIVE))
#: Fields whose words are codes of the host or of a policy; any other plain text may be the id of somebody.
_CODED: Final = frozenset((
    "about", "attributes", "body", "calendar", "category", "fact", "lawful_basis", "levels", "name",
    "perceived_cause", "playbook", "reason", "record", "regime", "rules", "rung", "specialist_matter", "term",
    "topic", "unit",
))  # fmt: skip
#: What a corrected fact said and says: codes, but where the fact is who complained.
_BOTH: Final = frozenset(("before", "after"))
_YOU: Final = "you"
#: The author of a text that was put right twice: perhaps of whoever was taken for the complainant in between.
_SOMEBODY: Final = ""


def objections(person: str, by: Actor) -> Iterator[Reason]:
    """Why somebody may not hand out what is kept of a person."""
    if by.role not in EXPORTERS:
        yield Reason("4.7", f"{by.role.value} may not do this; it takes {', '.join(EXPORTERS)}")
    if by.id == person:
        yield Reason("SoD-1", "whose data they are does not decide what is withheld: this takes another person")


def involvement(complaint: Complaint, entries: Sequence[Entry], person: str) -> tuple[Involvement, ...]:
    """As what a person stands in a complaint: whose it is, who speaks for them, who was written to, who is named."""
    parties = [issue.respondent for issue in complaint.issues] + [each.person for each in complaint.conflicts]
    invited = [each.party for each in complaint.inquiry.invitations]
    mistaken = [each.before for entry in entries for each in _corrections(entry) if each.fact == "person"]
    spoke = (entry.actor.id == person and entry.actor.role is Role.REPRESENTATIVE for entry in entries)
    found = {
        Involvement.COMPLAINANT: complaint.intake.person == person,
        Involvement.JOINED: complaint.intake.person != person and person in complaint.persons,
        Involvement.REPRESENTATIVE: any(spoke),
        Involvement.ADDRESSEE: any(notice.to == person for notice in complaint.notices),
        Involvement.PARTY: person in (*parties, *invited, *mistaken),
    }
    return tuple(kind for kind, there in found.items() if there)


# Texts ---------------------------------------------------------------------------------------------


class Told(NamedTuple):
    """A personal text of an entry: whose words it is (None: the organisation's), and whom it was written to.

    What came through a complaint that was merged is told as of that complaint: it may be another person's (INV-51).
    """

    ref: str
    entry: Entry
    author: str | None
    to: str | None


def texts_of(complaint: Complaint, entries: Sequence[Entry]) -> tuple[Told, ...]:
    """Every personal text of a complaint in the order in which they came, each once."""
    found: dict[str, Told] = {}
    for entry in entries:
        to = _written_to(complaint, entry.event)
        for item, author in _authored(complaint, entry):
            if item.ref:
                found.setdefault(item.ref, Told(item.ref, entry, author, to))
    return tuple(found.values())


def _written_to(complaint: Complaint, event: Any) -> str | None:
    """Whom the texts of an event were meant for, where that is somebody outside."""
    if (notice := complaint.notice(getattr(event, "notice", None) or "")) is not None:
        return notice.to or complaint.intake.person
    return getattr(event, "party", None)


def _authored(complaint: Complaint, entry: Entry) -> Iterator[tuple[Personal, str | None]]:
    """The texts of an entry with their authors."""
    event: Any = entry.event
    intake, contact = getattr(event, "intake", None), getattr(event, "contact", None)
    if isinstance(intake, Intake):
        yield from _handed_in(complaint, intake)
        return
    if isinstance(contact, ContactRecord) and contact.direction is Direction.INCOMING:
        author = contact.via[0] if contact.via else complaint.intake.person
    elif (invited := complaint.inquiry.invitation(getattr(event, "invitation", ""))) and hasattr(event, "comment"):
        author = invited.party or complaint.intake.person
    elif entry.actor.roles.isdisjoint(_OWN_VOICE):
        author = None
    else:
        author = entry.actor.id if entry.actor.role in _OWN_VOICE else complaint.intake.person
    right = _corrected(complaint, entry)
    yield from ((item, right.get(item, author)) for item in personals(event))


def _handed_in(complaint: Complaint, intake: Intake) -> Iterator[tuple[Personal, str | None]]:
    """What stands is the complainant's; what was put right may be of whoever was taken for them (INV-72)."""
    stands = {*personals(complaint.intake)}
    yield from ((item, complaint.intake.person if item in stands else intake.person) for item in personals(intake))


def _corrected(complaint: Complaint, entry: Entry) -> dict[Personal, str | None]:
    """The complainant's words as they were put right, which somebody else only wrote down again."""
    stands, person = {*personals(complaint.intake)}, complaint.intake.person
    right = [each.text_after for each in _corrections(entry) if not each.fact.startswith("issue.") and each.text_after]
    return {text: person if text in stands else _SOMEBODY for text in right}


def _corrections(entry: Entry) -> tuple[Correction, ...]:
    found: tuple[Correction, ...] = getattr(entry.event, "corrections", ())
    return found


class Wanted(NamedTuple):
    """Who asks, in which complaints they are the complainant, and what is withheld in all of theirs."""

    person: str
    own: frozenset[str]
    marks: Mapping[str, tuple[Any, ...]]
    privileged: Mapping[str, WithheldFor]
    mark: str

    def said(self, told: Told) -> bool:
        """Whether a text is in their own words, also where it came through a complaint of theirs."""
        return told.author == self.person or told.author in self.own


def wanted(person: str, complaints: Iterable[Complaint], mark: str) -> Wanted:
    """What is to be known before the texts of some complaints are looked at; a mark in one counts in all."""
    several = tuple(complaints)
    return Wanted(
        person,
        frozenset(each.ref for each in several if each.intake.person == person),
        {each.text: each.spans for complaint in several for each in complaint.redactions},
        {each.text: each.ground for complaint in several for each in complaint.privileged},
        mark,
    )


def handed_out(told: Sequence[Told], kept: Mapping[str, tuple[str, str]], asked: Wanted) -> Shown:
    """What of some texts the person gets: ``kept`` has their words by reference, with the complaint they came with.

    Their own words as they are. What was written to them, and what the organisation wrote in a complaint of theirs,
    without the marked parts. Somebody else's words in a complaint of theirs only where somebody has looked at them.
    """
    texts, withheld = dict[str, str](), dict[str, WithheldFor]()
    redacted = set[str]()
    for each in told:
        words, stream = kept.get(each.ref, ("", ""))
        ground = _ground(each, stream, asked)
        if ground is not None:
            withheld[each.ref] = ground
        elif asked.said(each) or not asked.marks.get(each.ref):
            texts[each.ref] = words
        else:
            texts[each.ref] = redact(words, asked.marks[each.ref], asked.mark)
            redacted.add(each.ref)
    return Shown(texts, frozenset(redacted), withheld)


def _ground(told: Told, stream: str, asked: Wanted) -> WithheldFor | None:
    """Why the person does not get a text; None where they do. ``stream`` is empty where nobody has it any more."""
    if told.ref in asked.privileged:
        return asked.privileged[told.ref]
    if not stream:
        return WithheldFor.ERASED
    if asked.said(told) or told.to == asked.person:
        return None
    looked_at = told.author is None or told.ref in asked.marks
    return None if stream in asked.own and looked_at else WithheldFor.THIRD_PARTY


# Facts ---------------------------------------------------------------------------------------------


def facts_of(entry: Entry, asked: Wanted) -> dict[str, Any]:
    """An entry as the person may read it: its codes and times; people are roles, texts are references."""
    roles = [_YOU] if entry.actor.id == asked.person else sorted(role.value for role in entry.actor.roles)
    return {
        "entry": entry.seq,
        "complaint": entry.stream,
        "type": entry.type,
        "at": format_instant(entry.at),
        "occurred": format_instant(entry.occurred) if entry.occurred else None,
        "by": roles,
        "data": _facts(entry.event, asked, coded=False) or {},
    }


def _facts(value: Any, asked: Wanted, *, coded: bool) -> Any:
    """Codes, numbers and times as they are; a plain text only where its field is a code, or it is the person."""
    if isinstance(value, Personal):
        return {"text": value.ref}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, str):
        return _YOU if value == asked.person else value if coded or value in asked.own else None
    if isinstance(value, tuple):
        return [told for part in value if (told := _facts(part, asked, coded=coded)) is not None]
    if attrs.has(type(value)):
        known = _CODED | _BOTH if isinstance(value, Correction) and value.fact != "person" else _CODED
        told = {f.name: _facts(getattr(value, f.name), asked, coded=f.name in known) for f in attrs.fields(type(value))}
        return {name: each for name, each in told.items() if each is not None}
    return value
