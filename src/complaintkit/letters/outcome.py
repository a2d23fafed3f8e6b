"""N-14: the answer, issue by issue, with reasons, apology, limits and rights (E-29, INV-50)."""

from __future__ import annotations

from collections.abc import Iterator

from complaintkit.complaint.parts import Finding, Issue
from complaintkit.letters.common import about, external_review, free, internal_review
from complaintkit.letters.contents import FAILED, failures
from complaintkit.letters.draft import Draft
from complaintkit.letters.models import Paragraph, Part, Row, Section, Voice
from complaintkit.values import Personal
from complaintkit.vocabulary import FindingValue, Jurisdiction
from complaintkit.wording import label


def outcome(draft: Draft) -> Iterator[Section]:
    """The whole answer first, then what it rests on, then what can be done against it."""
    yield about(draft)
    yield overall(draft, draft.words(_explanation(draft), Voice.HANDLER))
    yield from apology(draft)
    yield from answers(draft)
    yield draft.section(Part.COULD_NOT, *_could_not(draft))
    yield internal_review(draft)
    yield external_review(draft)
    yield free(draft)
    yield draft.section(Part.DOCUMENTS, draft.to_contact("documents.text"))


def overall(draft: Draft, *own_words: Paragraph) -> Section:
    """The outcome that follows from the findings, and the handler's own words on it (INV-24, N-00.7)."""
    decided = draft.complaint.outcome
    value = draft.say("overall.outcome", outcome=decided.value) if decided else Paragraph("")
    return draft.section(Part.OVERALL, value, *own_words)


def _explanation(draft: Draft) -> Personal | None:
    return draft.complaint.outcome.explanation if draft.complaint.outcome else None


def answers(draft: Draft) -> Iterator[Section]:
    """Each issue with its finding."""
    report = draft.complaint.inquiry.report
    findings = {finding.issue: finding for finding in report.findings} if report else {}
    for issue in draft.complaint.issues:
        rows = _answer(draft, issue, findings[issue.no]) if issue.no in findings else ()
        yield draft.section(Part.ISSUE, rows=rows, heading=draft.phrase("heading.issue", no=issue.no), issue=issue.no)


def _answer(draft: Draft, issue: Issue, finding: Finding) -> tuple[Row, ...]:
    """What you told us, what we looked at, what we found, why, and on which standard (INV-50)."""
    return (
        draft.row(Part.TOLD, draft.words(issue.statement, Voice.COMPLAINANT)),
        draft.row(Part.LOOKED_AT, *_looked_at(draft, finding)),
        draft.row(Part.FOUND, draft.say(f"found.{finding.value}")),
        draft.row(Part.WHY, draft.words(finding.reasons, Voice.HANDLER)),
        draft.row(Part.STANDARD, Paragraph(label(draft.language, finding.gravity))),
    )


def _looked_at(draft: Draft, finding: Finding) -> list[Paragraph]:
    """The evidence of a finding, and what was sought in vain; or else that nothing was looked at."""
    items = {item.id: item for item in draft.complaint.inquiry.evidence}
    told = [draft.words(items[no].description, Voice.HANDLER) for no in finding.evidence if no in items]
    if finding.value is FindingValue.UNABLE_TO_DETERMINE:
        told += [draft.say("looked_at.sought"), draft.words(finding.sought, Voice.HANDLER)]
    if finding.value is FindingValue.NOT_INVESTIGATED and not told:
        told = [draft.say("looked_at.nothing")]
    return told


def apology(draft: Draft) -> Iterator[Section]:
    """An apology for each failure by name, without an if and without a but (R-21)."""
    failed = failures(draft.complaint)
    if failed:
        rows = tuple(_failure(draft, no) for no in failed)
        yield draft.section(Part.APOLOGY, draft.say("apology.lead"), rows=rows)


def _failure(draft: Draft, no: int) -> Row:
    """The failure as the complainant named it, and whether all of it was found to be true."""
    complaint = draft.complaint
    issue, report = complaint.issue(no), complaint.inquiry.report
    partly = report and any(f.issue == no and f.value is FindingValue.PARTLY_SUBSTANTIATED for f in report.findings)
    named = draft.words(issue.statement if issue else None, Voice.COMPLAINANT)
    told = (draft.say("apology.partly"), named) if partly else (named,)
    return draft.row(Part.APOLOGY, *told, label=draft.phrase("heading.issue", no=no))


def _could_not(draft: Draft) -> list[Paragraph]:
    """What was asked for and cannot be done, and where the reason stands."""
    report = draft.complaint.inquiry.report
    refused = [finding for finding in (report.findings if report else ()) if finding.value not in FAILED]
    limits = [draft.say(f"could_not.{finding.value}", no=finding.issue) for finding in refused]
    foreign = [issue.no for issue in draft.complaint.issues if issue.jurisdiction is not Jurisdiction.YES]
    limits += [draft.say("could_not.not_ours", no=no) for no in foreign]
    return limits or [draft.say("could_not.nothing")]
