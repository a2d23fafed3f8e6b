"""Texts as others than their author read them: without the parts about third parties; pure, without I/O."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import ContactRecord
from complaintkit.complaint.withheld import Span
from complaintkit.journal.codec import personals
from complaintkit.vocabulary import Direction, WithheldFor


def spans_of(text: str, *words: str) -> tuple[Span, ...]:
    """Every place in a text where one of some words stands, whatever its case; parts that touch are one.

    >>> spans_of("Ask Noa. NOA Levi saw it.", "Noa", "Levi", "Noa Levi")
    (Span(start=4, end=7), Span(start=9, end=17))
    """
    wanted = sorted((word for word in words if word.strip()), key=len, reverse=True)
    if not wanted:
        return ()
    found = re.finditer("|".join(map(re.escape, wanted)), text, re.IGNORECASE)
    return tuple(_joined(Span(*match.span()) for match in found))


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    last: Span | None = None
    for span in spans:
        if last is not None and span.start <= last.end:
            last = Span(last.start, max(last.end, span.end))
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last


def fits(text: str, spans: Iterable[Span]) -> bool:
    """Whether these parts follow each other inside a text.

    >>> fits("Ask Noa.", [Span(4, 7)]), fits("Ask Noa.", [Span(4, 9)])
    (True, False)
    """
    places = [0, *(place for span in spans for place in span), len(text)]
    return places == sorted(places)


def redact(text: str, spans: Iterable[Span], mark: str) -> str:
    """The text with a mark in place of each part; where the parts do not fit the text, the mark alone.

    >>> redact("Ask Noa about it.", spans_of("Ask Noa about it.", "Noa"), "[third party]")
    'Ask [third party] about it.'
    >>> redact("Ask Noa.", [Span(4, 99)], "[third party]")
    '[third party]'
    """
    several = tuple(spans)
    if not fits(text, several):
        return mark
    told, at = [], 0
    for start, end in several:
        told += [text[at:start], mark]
        at = end
    return "".join((*told, text[at:]))


class Shown(NamedTuple):
    """Texts as somebody outside reads them by reference, which of them lack a part, and which they do not get."""

    texts: Mapping[str, str]
    redacted: frozenset[str]
    withheld: Mapping[str, WithheldFor]


def shown(complaint: Complaint, texts: Mapping[str, str], mark: str, own: frozenset[str] = frozenset()) -> Shown:
    """What of some texts of a complaint is shown outside: ``own`` are those that the reader gave.

    ``texts`` are revealed texts by reference. A text under privilege is left out, also for who gave it.
    """
    spans = {each.text: each.spans for each in complaint.redactions if each.spans and each.text not in own}
    grounds = {each.text: each.ground for each in complaint.privileged if each.text in texts}
    left = {
        ref: redact(text, spans[ref], mark) if ref in spans else text
        for ref, text in texts.items()
        if ref not in grounds
    }
    return Shown(left, frozenset(spans.keys() & left.keys()), grounds)


def given_by_complainant(complaint: Complaint) -> frozenset[str]:
    """The references of what the complainant said at intake and in contacts: they are its author.

    What came through a complaint that was merged may be another person's, and is not among it.
    """
    contacts = (each.text for each in complaint.contacts if _is_told(each))
    return frozenset(item.ref for item in (*personals(complaint.intake), *contacts) if item.ref)


def _is_told(contact: ContactRecord) -> bool:
    return contact.direction is Direction.INCOMING and not contact.via
