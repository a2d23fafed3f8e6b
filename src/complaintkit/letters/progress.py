"""N-03 and N-07: what was done, what is next, by when, and any change, also of who looks after it."""

from __future__ import annotations

from collections.abc import Iterator

from complaintkit.letters.common import about, external_review, is_overdue, next_steps
from complaintkit.letters.draft import Draft
from complaintkit.letters.models import Paragraph, Part, Section
from complaintkit.vocabulary import AckState, CommitmentKind, CommitmentStatus, ConflictDecision, Handling

_PROMISED = (CommitmentKind.EARLY_RESOLUTION, CommitmentKind.FINAL)


def progress(draft: Draft) -> Iterator[Section]:
    """Where it stands; where a date was missed, the way outside is named as well (INV-61)."""
    yield about(draft)
    yield draft.section(Part.DONE, *_done(draft))
    yield next_steps(draft, *_PROMISED)
    yield draft.section(Part.CHANGE, *_changes(draft))
    if is_overdue(draft, *_PROMISED):
        yield external_review(draft)


def handler_changed(draft: Draft) -> Iterator[Section]:
    """N-07: who looks after it now, that somebody may have had an interest in it, and that nothing is lost (S4-65)."""
    yield about(draft)
    yield draft.section(Part.CHANGE, *_hands(draft))
    yield next_steps(draft, CommitmentKind.PROGRESS, *_PROMISED)


def _hands(draft: Draft) -> Iterator[Paragraph]:
    at = draft.notice.requested_at
    told = {each.decision for each in draft.complaint.conflicts if each.at == at}
    if ConflictDecision.RECUSE in told:
        yield draft.say("change.recused")
    if ConflictDecision.MANAGE in told:
        yield draft.say("change.managed")
    yield draft.to_contact("change.handler")
    yield draft.say("change.nothing_lost")


def _done(draft: Draft) -> Iterator[Paragraph]:
    """The steps that were taken, as the complaint itself shows them."""
    complaint, inquiry = draft.complaint, draft.complaint.inquiry
    confirmed = complaint.acknowledgement.state in (AckState.SENT, AckState.DELIVERED)
    dated = {
        "received": complaint.received_at,
        "acknowledged": complaint.acknowledgement.at if confirmed else None,
        "assessed": complaint.triage.at if complaint.triage else None,
        "acted": complaint.actions[-1].at if complaint.actions else None,
        "tried": complaint.resolution.tried_at if complaint.resolution else None,
        "reported": inquiry.report.submitted_at if inquiry.report else None,
    }
    yield from (draft.say(f"done.{step}", date=draft.day(at)) for step, at in dated.items() if at)
    if inquiry.approach:
        yield draft.say("done.approach", approach=inquiry.approach)
    if inquiry.evidence:
        yield draft.say("done.evidence", n=len(inquiry.evidence))
    if complaint.episode > 1:
        yield draft.say("done.reopened")


def _changes(draft: Draft) -> list[Paragraph]:
    """Dates that were missed, a solution that was not found; else that nothing changed."""
    complaint = draft.complaint
    changes = [
        draft.say("change.breached", date=draft.last_day(owed.due), what=owed.kind)
        for owed in complaint.commitments
        if owed.status is CommitmentStatus.BREACHED and owed.kind in (*_PROMISED, CommitmentKind.PROGRESS)
    ]
    settled = complaint.resolution is None or complaint.resolution.agreed is not False
    if not settled and complaint.handling is not Handling.EARLY_RESOLUTION:
        changes.append(draft.say("change.not_agreed"))
    return changes or [draft.say("change.none")]
