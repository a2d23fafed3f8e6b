"""What several letters say in the same way: what it is about, what is promised, which rights there are."""

from __future__ import annotations

from collections.abc import Iterator

from complaintkit.complaint.parts import Commitment
from complaintkit.letters.draft import Draft
from complaintkit.letters.models import Paragraph, Part, Row, Section
from complaintkit.policy import ExternalBody
from complaintkit.timekeeping import Hours
from complaintkit.vocabulary import CommitmentKind, CommitmentStatus
from complaintkit.wording import embed, label


def about(draft: Draft, *opening: Paragraph) -> Section:
    """What every letter names: when it came, the reference, and one person with a direct contact (N-00.6)."""
    return draft.section(
        Part.ABOUT,
        *opening,
        rows=(
            draft.row(Part.RECEIVED, draft.dated(draft.complaint.received_at)),
            draft.row(Part.REFERENCE, Paragraph(embed(draft.complaint.ref, draft.language))),
            draft.row(Part.CONTACT, draft.to_contact("contact.named")),
        ),
    )


def next_steps(draft: Draft, *kinds: CommitmentKind) -> Section:
    """What comes next in the state the complaint is in, and by when (N-01, N-03)."""
    return draft.section(Part.NEXT_STEPS, draft.say(f"next.{draft.complaint.handling}"), rows=promises(draft, *kinds))


def promises(draft: Draft, *kinds: CommitmentKind) -> Iterator[Row]:
    """For each kind the date that is promised, or the admission that it was not kept (INV-61)."""
    for kind in kinds:
        owed = draft.complaint.commitment(kind)
        standing = _standing(draft, owed) if owed else ""
        if owed and standing:
            told = draft.say(f"by_when.{standing}", date=draft.last_day(owed.due))
            yield draft.row(Part.BY_WHEN, told, label=label(draft.language, kind))


def is_overdue(draft: Draft, *kinds: CommitmentKind) -> bool:
    """Whether a promise of one of these kinds was broken and is still owed."""
    newest = (draft.complaint.commitment(kind) for kind in kinds)
    return any(owed and _standing(draft, owed) == "overdue" for owed in newest)


def _standing(draft: Draft, owed: Commitment) -> str:
    """How a commitment stood when the letter was asked for: open, overdue, or owed no more."""
    if owed.settled_at is None or owed.settled_at >= draft.notice.requested_at:
        return "open"
    return "overdue" if owed.status is CommitmentStatus.BREACHED else ""


def internal_review(draft: Draft) -> Section:
    """How to ask for an internal review, by when, and who decides: somebody independent (INV-50, INV-60)."""
    return draft.section(
        Part.INTERNAL_REVIEW,
        rows=(
            draft.row(Part.HOW, draft.to_contact("internal.how")),
            draft.row(Part.UNTIL, draft.say("internal.until", window=window(draft))),
            draft.row(Part.WHO, draft.say("internal.who")),
        ),
    )


def window(draft: Draft) -> str:
    """The time in which a review can be asked for; whole days where it is given in hours that make them."""
    term = draft.profile.review_window
    if not isinstance(term, Hours):
        return draft.phrase("window.working_days", n=term.n)
    if term.n % 24:
        return draft.phrase("window.hours", n=term.n)
    return draft.phrase("window.calendar_days", n=term.n // 24)


def external_review(draft: Draft, *opening: Paragraph) -> Section:
    """The right to go outside: each body, how to reach it, its time limit; free of charge (INV-61).

    Empty, and so missing, where the profile names no body.
    """
    bodies = draft.profile.external_bodies
    told = (*opening, draft.say("external.text")) if bodies else ()
    return draft.section(Part.EXTERNAL_REVIEW, *told, rows=(_body(draft, body) for body in bodies))


def _body(draft: Draft, body: ExternalBody) -> Row:
    told = (Paragraph(draft.ours(body.how)), Paragraph(draft.ours(body.within)))
    return draft.row(Part.EXTERNAL_REVIEW, *told, label=draft.ours(body.name))


def free(draft: Draft) -> Section:
    """It costs nothing, at any step."""
    return draft.section(Part.FREE, draft.say("free.text"))
