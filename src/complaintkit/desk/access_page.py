"""What a person reads who has asked what is kept of them: one page in their language, built from the export."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from complaintkit.complaint.complaint import Complaint
from complaintkit.letters.models import Paragraph, Part, Row, Section, Voice
from complaintkit.letters.render import page
from complaintkit.timekeeping import local_day
from complaintkit.wording import date_in_words, label, say

if TYPE_CHECKING:
    from complaintkit.desk.access import Held, PersonExport
    from complaintkit.desk.disclosures import Disclosure


def access_page(export: PersonExport) -> str:
    """The page: a section for each complaint, who has read or got texts, and how far an erasure has come."""
    return page(
        export.language,
        _say(export, "title", person=export.person),
        _say(export, "opening"),
        tuple(_sections(export)),
        (*filter(None, export.organisation), _say(export, "made", date=_day(export, export.at))),
    )


def _sections(export: PersonExport) -> Iterator[Section]:
    for held in export.held:
        rows = (*_facts(export, held), *_texts(export, held), *_left_out(export, held))
        yield Section(part=Part.ABOUT, heading=_say(export, "complaint", ref=held.complaint.ref), rows=rows)
    told = tuple(_disclosure(export, each) for each in export.disclosures)
    nobody = () if told else (Paragraph(_say(export, "nobody")),)
    yield Section(part=Part.TOLD, heading=_say(export, "disclosures"), paragraphs=nobody, rows=told)
    if export.erasure is not None:
        said = Paragraph(label(export.language, export.erasure.stage))
        yield Section(part=Part.DONE, heading=_say(export, "erasures"), paragraphs=(said,))


def _facts(export: PersonExport, held: Held) -> Iterator[Row]:
    """The complaint in words; who is only named in it reads no more than that it is there."""
    complaint = held.complaint
    yield _row(_say(export, "involvement"), *(label(export.language, each) for each in held.involvement))
    yield _row(_say(export, "received"), _day(export, complaint.received_at))
    if complaint.ref in export.asked.own:
        for name, value in _codes(complaint):
            if value is not None:
                yield _row(_say(export, name), label(export.language, value))
        yield from _more(export, complaint)


def _codes(complaint: Complaint) -> Iterator[tuple[str, Enum | None]]:
    yield "kind", complaint.kind
    yield "channel", complaint.intake.channel
    yield "state", complaint.handling
    yield "band", complaint.band
    yield "outcome", complaint.outcome.value if complaint.outcome else None
    yield "closed", complaint.closure.reason if complaint.closure else None


def _more(export: PersonExport, complaint: Complaint) -> Iterator[Row]:
    """Coded facts, issues, promises and letters."""
    if complaint.intake.attributes:
        pairs = (f"{name}: {value}" for name, value in complaint.intake.attributes)
        yield _row(_say(export, "facts"), *pairs)
    for issue in complaint.issues:
        yield _row(_say(export, "issue", n=issue.no), issue.category or "-")
    for owed in complaint.commitments:
        said = (label(export.language, owed.kind), _day(export, owed.due), label(export.language, owed.status))
        yield _row(_say(export, "promise"), *said)
    for notice in complaint.notices:
        yield _row(_say(export, "letter"), label(export.language, notice.rule), _day(export, notice.requested_at))


def _texts(export: PersonExport, held: Held) -> Iterator[Row]:
    for told in held.texts:
        if told.ref not in held.shown.texts:
            continue
        day = _day(export, told.entry.occurred or told.entry.at)
        title = _say(export, "text", date=day, author=_say(export, export.voice(told)))
        note = (Paragraph(_say(export, "redacted")),) if told.ref in held.shown.redacted else ()
        words = Paragraph(held.shown.texts[told.ref], Voice.COMPLAINANT)
        yield Row(part=Part.TOLD, label=title, paragraphs=(words, *note))


def _left_out(export: PersonExport, held: Held) -> Iterator[Row]:
    grounds = Counter(held.shown.withheld.values())
    said = (
        _say(export, "withheld_count", ground=label(export.language, ground), n=count)
        for ground, count in sorted(grounds.items())
    )
    if grounds:
        yield _row(_say(export, "withheld"), *said)


def _disclosure(export: PersonExport, each: Disclosure) -> Row:
    """People of the organisation are told as their roles, bodies outside by their ids."""
    purpose = label(export.language, each.purpose)
    if each.to is None:
        said = _say(export, "to_inside", purpose=purpose, role=label(export.language, each.by.role))
    else:
        to = _say(export, "you_yourself") if each.to == export.person else each.to
        said = _say(export, "to_outside", purpose=purpose, to=to)
    return _row(_day(export, each.at), said)


def _row(title: str, *said: str) -> Row:
    return Row(part=Part.TOLD, label=title, paragraphs=tuple(map(Paragraph, said)))


def _day(export: PersonExport, at: datetime) -> str:
    return date_in_words(export.language, local_day(at, export.zone))


def _say(export: PersonExport, key: str, **values: str | int | Enum) -> str:
    told: dict[str, Any] = values
    return say(export.language, f"access.{key}", **told)
