"""N-17 and N-18: an internal review is under way; an internal review is decided (INV-60)."""

from __future__ import annotations

from collections.abc import Iterator

from complaintkit.complaint.parts import InternalReview
from complaintkit.letters.common import about, external_review, internal_review, promises
from complaintkit.letters.contents import review_replaced
from complaintkit.letters.draft import Draft
from complaintkit.letters.models import Paragraph, Part, Section, Voice
from complaintkit.letters.outcome import answers, apology, overall
from complaintkit.vocabulary import CommitmentKind, ReviewOutcome


def review_received(draft: Draft) -> Iterator[Section]:
    """Who reviews, independent of the decision, by when, and what is looked at again."""
    review = draft.complaint.reviews[-1] if draft.complaint.reviews else None
    asked = (draft.say("review.requested", date=draft.day(review.requested_at)),) if review else ()
    yield about(draft, draft.say("received.N-17"), *asked)
    yield draft.section(Part.REVIEWER, draft.to_contact("review.named"), draft.say("review.reviewer"))
    yield draft.section(Part.BY_WHEN, rows=promises(draft, CommitmentKind.REVIEW))
    yield _scope(draft)
    yield external_review(draft)


def _scope(draft: Draft) -> Section:
    """The whole decision, issue by issue; without a list of issues, what was agreed."""
    rows = tuple(
        draft.row(
            Part.SCOPE,
            draft.words(issue.statement, Voice.COMPLAINANT),
            label=draft.phrase("heading.issue", no=issue.no),
        )
        for issue in draft.complaint.issues
    )
    lead = draft.say("review.scope", n=len(rows)) if rows else draft.say("review.scope_whole")
    return draft.section(Part.SCOPE, lead, draft.say("review.more"), rows=rows)


def review_decided(draft: Draft) -> Iterator[Section]:
    """What the review decided, why, what changes by it, and the right that remains (INV-61)."""
    review = draft.complaint.reviews[-1] if draft.complaint.reviews else None
    yield about(draft)
    yield draft.section(Part.DECISION, _decision(draft, review))
    yield draft.section(Part.REASONS, draft.words(review.reasons if review else None, Voice.HANDLER))
    yield _changes(draft, review)
    if review_replaced(draft.complaint):
        yield overall(draft)
        yield from apology(draft)
        yield from answers(draft)
    yield from _rights(draft, review)


def _decision(draft: Draft, review: InternalReview | None) -> Paragraph:
    if review is None or review.outcome is None:
        return Paragraph("")
    return draft.say("review.decided", outcome=review.outcome)


def _changes(draft: Draft, review: InternalReview | None) -> Section:
    """What now holds; a matter that was sent back has a new date."""
    if review is None or review.outcome is None:
        return draft.section(Part.CHANGES)
    again = review.outcome is ReviewOutcome.REMITTED
    rows = promises(draft, CommitmentKind.FINAL) if again else ()
    return draft.section(Part.CHANGES, draft.say(f"changes.{review.outcome}"), rows=rows)


def _rights(draft: Draft, review: InternalReview | None) -> Iterator[Section]:
    """Another internal review while the profile has one more; the outside body always."""
    used = sum(earlier.decided_at is not None for earlier in draft.complaint.reviews)
    if review is not None and review.outcome is ReviewOutcome.REMITTED:
        yield external_review(draft)
    elif used < draft.profile.review_tiers:
        yield internal_review(draft)
        yield external_review(draft)
    else:
        yield external_review(draft, draft.say("internal.ended"))
