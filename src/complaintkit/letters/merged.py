"""N-08: which reference to use from now on, and what it covers; every right remains (INV-51)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from complaintkit.letters.common import about, external_review, free, next_steps
from complaintkit.letters.draft import Draft
from complaintkit.letters.models import Part, Row, Section
from complaintkit.vocabulary import CommitmentKind
from complaintkit.wording import embed


def merged(draft: Draft) -> Iterator[Section]:
    """About the survivor, about what was merged into another one, or about one that stands on its own again."""
    yield about(draft)
    yield _covers(draft)
    if draft.complaint.merged_into is None:
        yield next_steps(draft, CommitmentKind.PROGRESS, CommitmentKind.FINAL)
    yield draft.section(Part.INTERNAL_REVIEW, draft.say("internal.outline"))
    yield external_review(draft)
    yield free(draft)


def _covers(draft: Draft) -> Section:
    """The one reference, everything that it covers, and what to do if that is wrong."""
    complaint, alone = draft.complaint, draft.complaint.alone
    told = "merged" if complaint.merged_into else "joined" if complaint.joined else "alone"
    lead = draft.say(f"covers.{told}", ref=complaint.merged_into or complaint.ref)
    rows = [_row(draft, complaint.ref, alone.received_at if alone else complaint.received_at)]
    rows += [_row(draft, joined.ref, joined.received_at) for joined in complaint.joined]
    return draft.section(Part.COVERS, lead, draft.to_contact("covers.wrong"), rows=rows)


def _row(draft: Draft, ref: str, received_at: datetime) -> Row:
    """One complaint that is covered, with the date on which it came."""
    told = draft.say("covers.received", date=draft.day(received_at))
    return draft.row(Part.COVERS, told, label=embed(ref, draft.language))
