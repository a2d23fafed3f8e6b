"""N-12: it was treated as a complaint, this is what we agreed, and these rights remain."""

from __future__ import annotations

from collections.abc import Iterator

from complaintkit.letters.common import about, external_review, free, internal_review
from complaintkit.letters.draft import Draft
from complaintkit.letters.models import Part, Section, Voice


def resolution(draft: Draft) -> Iterator[Section]:
    """The agreement in writing; who agreed gives up no right by it."""
    complaint = draft.complaint
    received = draft.day(complaint.received_at)
    terms = complaint.resolution.terms if complaint.resolution else None
    yield about(draft)
    yield draft.section(Part.TREATED, draft.say("treated.text", date=received, ref=complaint.ref))
    yield draft.section(
        Part.AGREED, draft.say("agreed.lead"), draft.words(terms, Voice.HANDLER), draft.say("agreed.kept")
    )
    yield internal_review(draft)
    yield external_review(draft)
    yield free(draft)
