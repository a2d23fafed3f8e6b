"""The page of a case file that a lawyer reads: one HTML document without scripts or anything from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

import attrs

from complaintkit.commitments import explain_commitment
from complaintkit.complaint.parts import Commitment
from complaintkit.exchange.html import Html, codes, isolated, table, tag
from complaintkit.journal import Entry
from complaintkit.journal.codec import personals
from complaintkit.values import Personal
from complaintkit.vocabulary import Language
from complaintkit.wording import direction, label, number
from complaintkit.wording.catalogue import text

if TYPE_CHECKING:
    from complaintkit.exchange.casefile import CaseFile

#: What ties entries to each other; ``case.json`` has it.
_FOR_MACHINES: Final = frozenset(
    "budget calendar commitment consumed cycle digest id invitation keys moved notice owed refs spans text".split()  # noqa: SIM905
)
_STYLE: Final = Html(
    "body{font:15px/1.5 system-ui,sans-serif;max-width:62em;margin:2em auto;padding:0 1em;color:#111}"
    "h1{font-size:1.6em}h2{font-size:1.2em;border-bottom:1px solid #888;margin-top:2em;break-after:avoid}"
    "table{border-collapse:collapse;width:100%;margin:.5em 0}"
    "th,td{border:1px solid #bbb;padding:.25em .5em;text-align:start;vertical-align:top}"
    "th{background:#eee}tr{break-inside:avoid}thead{display:table-header-group}"
    ".quote,pre{white-space:pre-wrap}code.hash,pre{overflow-wrap:anywhere}"
    "ul.why{columns:2;font-size:.9em}"
    "code{font:.85em monospace;unicode-bidi:isolate;direction:ltr}ul{margin:.2em 0}"
    "@media print{body{margin:0;max-width:none;font-size:10pt}}"
)


def page(case: CaseFile, language: Language) -> str:
    """The whole document in a language; personal texts stand in it as they were written."""
    told = _Page(case, language)
    head = tag(
        "head",
        Html('<meta charset="utf-8">'),
        Html("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"),
        tag("title", f"{told.word('title')} {case.complaint.ref}"),
        tag("style", _STYLE),
    )
    body = tag("body", tag("h1", told.word("title"), " ", isolated(case.complaint.ref)), *told.sections())
    return "<!DOCTYPE html>\n" + tag("html", head, body, lang=language.value, dir=direction(language)) + "\n"


class _Page:
    def __init__(self, case: CaseFile, language: Language) -> None:
        self.case, self.language = case, language
        self.zone = case.profile.calendar.zone

    def word(self, key: str) -> str:
        return text(self.language, f"casefile.word.{key}")

    def sections(self) -> Iterator[Html]:
        """Each heading with what stands under it."""
        yield self.summary()
        for key, parts in (
            ("narrative", self.words()),
            ("promises", self.promises()),
            ("chronology", self.chronology()),
            ("letters", self.letters()),
            ("contacts", self.contacts()),
            ("evidence", self.evidence()),
            ("findings", self.findings()),
            ("decisions", self.decisions()),
            ("refused", self.beside()),
            ("proof", self.proof()),
        ):
            shown = list(parts)
            yield tag("section", tag("h2", self.word(key)), *(shown or [tag("p", self.word("nothing"))]))

    def summary(self) -> Html:
        """What the complaint is and where it stands."""
        its = self.case.complaint
        rows: list[tuple[str, str]] = [
            ("reference", isolated(its.ref)),
            ("state", self.label(its.handling)),
            ("received", self.when(its.received_at)),
            ("registered", self.when(its.registered_at)),
            ("owner", isolated(its.owner or "")),
            ("band", self.label(its.band)),
            ("outcome", self.label(its.outcome.value if its.outcome else None)),
            ("log", isolated(self.case.checkpoint.origin)),
            ("entries", str(self.case.checkpoint.size)),
        ]
        return tag("table", *(tag("tr", tag("th", self.word(key)), tag("td", value)) for key, value in rows if value))

    def words(self) -> Iterator[Html]:
        """The complaint in the person's own words, and its issues."""
        intake = self.case.complaint.intake
        if intake.narrative:
            yield self.quote(intake.narrative)
        if intake.desired_outcome:
            yield tag("h3", self.word("wish"))
            yield self.quote(intake.desired_outcome)
        for issue in self.case.complaint.issues:
            yield tag("h3", f"{self.word('issue')} {number(self.language, issue.no)}: ", isolated(issue.category))
            yield self.quote(issue.statement)

    def promises(self) -> Iterator[Html]:
        """Every clock: what it was for, when it was due and why then, and what became of it."""
        owed = self.case.complaint.commitments
        rows = [[self.label(each.kind), *self.clock(each)] for each in owed]
        if rows:
            yield table([self.word(key) for key in ("kind", "due", "state", "settled")], rows)
        for each in owed:
            why = explain_commitment(each, self.case.profile).told(self.language)
            yield tag("h3", f"{self.label(each.kind)}: {self.word('why')}")
            yield tag("ul", *(tag("li", line) for line in why), class_="why")

    def clock(self, owed: Commitment) -> list[str]:
        """When it was due, and what became of it."""
        return [self.when(owed.due), self.label(owed.status), self.when(owed.settled_at)]

    def chronology(self) -> Iterator[Html]:
        """Every entry of the complaint in order."""
        head = [self.word(key) for key in ("number", "recorded", "occurred", "who", "record", "says")]
        yield table(head, [self.entry(each) for each in self.case.entries])

    def entry(self, entry: Entry) -> list[str]:
        """One row: when it was recorded and happened, by whom, and what it says."""
        happened = "" if entry.occurred in (None, entry.at) else self.when(entry.occurred)
        who = tag("span", isolated(entry.actor.id), " ", self.label(entry.actor.role))
        values = Html(" · ").join(isolated(each) for each in self.values(entry.event))
        texts = [self.quote(each) for each in personals(entry.event)]
        return [
            str(entry.seq),
            self.when(entry.at),
            happened,
            who,
            tag("code", entry.type),
            tag("div", Html(values), *texts),
        ]

    def values(self, event: Any) -> Iterator[str]:
        """The coded values of an event, in words; of a correction both (INV-72)."""
        yield from (each.told for each in getattr(event, "corrections", ()))
        for field in attrs.fields(type(event)):
            value = getattr(event, field.name)
            if isinstance(value, Enum):
                yield self.label(value)
            elif isinstance(value, datetime):
                yield self.plain_when(value)
            elif attrs.has(type(value)) and not isinstance(value, Personal):
                yield from self.values(value)
            elif field.name not in _FOR_MACHINES and (said := codes(value)):
                yield f"{field.name.replace('_', ' ')}: {said}"

    def letters(self) -> Iterator[Html]:
        """The letters, what they were for, and whether they arrived."""
        head = [self.word(key) for key in ("kind", "language", "recorded", "state", "when", "who")]
        rows = [
            [
                self.label(each.rule),
                self.label(each.language),
                self.when(each.requested_at),
                self.label(each.status),
                self.when(each.at),
                isolated(each.signed_by),
            ]
            for each in self.case.complaint.notices
        ]
        if rows:
            yield table(head, rows)

    def contacts(self) -> Iterator[Html]:
        """What was said and written, in both directions."""
        head = [self.word(key) for key in ("when", "direction", "channel", "who", "says")]
        rows = [
            [
                self.when(each.at),
                self.label(each.direction),
                self.label(each.channel),
                isolated(each.by),
                self.quote(each.text),
            ]
            for each in self.case.complaint.contacts
        ]
        if rows:
            yield table(head, rows)

    def evidence(self) -> Iterator[Html]:
        """The evidence list: what, from where, when and by whom, on which basis, and its digest."""
        head = [self.word(key) for key in ("number", "kind", "says", "source", "obtained", "who", "basis", "digest")]
        rows = [
            [
                isolated(each.id),
                self.label(each.kind),
                self.quote(each.description),
                isolated(each.source),
                self.when(each.obtained_at),
                isolated(each.added_by),
                isolated(each.lawful_basis),
                tag("code", each.digest, class_="hash"),
            ]
            for each in self.case.complaint.inquiry.evidence
        ]
        if rows:
            yield table(head, rows)

    def findings(self) -> Iterator[Html]:
        """A finding for each issue, with its reasons and the evidence that it rests on."""
        report = self.case.complaint.inquiry.report
        for each in report.findings if report else ():
            rests = ", ".join(each.evidence)
            yield tag(
                "h3",
                f"{self.word('issue')} {number(self.language, each.issue)}: {self.label(each.value)} ",
                isolated(rests),
            )
            yield self.quote(each.reasons)
        if report:
            signed = [(report.author, report.submitted_at), (report.approver, report.approved_at)]
            yield tag("ul", *(tag("li", isolated(who), " ", self.when(at)) for who, at in signed if who))

    def decisions(self) -> Iterator[Html]:
        """The outcome, its reviews, and what outside bodies did, each with its reasons."""
        its = self.case.complaint
        if its.outcome:
            yield tag(
                "h3", f"{self.word('outcome')}: {self.label(its.outcome.value)} ", self.when(its.outcome.issued_at)
            )
            if its.outcome.explanation:
                yield self.quote(its.outcome.explanation)
        for each in its.reviews:
            yield tag(
                "h3",
                f"{self.word('review')} {number(self.language, each.tier)}: {self.label(each.outcome)} ",
                self.when(each.decided_at),
            )
            if each.reasons:
                yield self.quote(each.reasons)
        for body in its.external:
            yield tag(
                "h3",
                f"{self.word('external')}: ",
                isolated(body.body),
                f" {self.label(body.state)} ",
                self.when(body.opened_at),
            )
        if its.closure:
            yield tag("p", f"{self.label(its.closure.reason)} ", self.when(its.closure.at))

    def beside(self) -> Iterator[Html]:
        """What was refused, and who read personal texts: entries of the book that name the complaint."""
        head = [self.word(key) for key in ("number", "recorded", "who", "record", "says")]
        rows = []
        for entry in self.case.beside:
            number, recorded, _, who, kind, says = self.entry(entry)
            rows.append([number, recorded, who, kind, says])
        if rows:
            yield table(head, rows)

    def proof(self) -> Iterator[Html]:
        """How to verify, the checkpoint, and the hash of each record."""
        yield tag("p", self.word("how"))
        yield tag("pre", self.case.note.to_text(), dir="ltr")
        head = [self.word(key) for key in ("number", "record", "hash")]
        yield table(
            head,
            [
                [str(each.seq), tag("code", each.type), tag("code", each.leaf.hex(), class_="hash")]
                for each in self.case.records
            ],
        )

    def quote(self, personal: Personal | None) -> Html:
        """A text of somebody's own, as it was written, in its own direction."""
        said = self.case.text(personal, self.word("redacted"), self.word("erased"))
        return tag("div", said, class_="quote", dir="auto") if said else Html("")

    def label(self, value: Enum | None) -> str:
        return "" if value is None else label(self.language, value)

    def when(self, at: datetime | None) -> Html:
        """An instant on the wall clock of the organisation, with its distance from UTC."""
        return isolated(self.plain_when(at)) if at else Html("")

    def plain_when(self, at: datetime) -> str:
        return at.astimezone(self.zone).isoformat(sep=" ", timespec="seconds")
