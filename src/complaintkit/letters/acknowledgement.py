"""N-01: your complaint has arrived, this person has it, this comes next, these are your rights (E-16)."""

from __future__ import annotations

from collections.abc import Iterator

from complaintkit.letters.common import about, external_review, free, next_steps
from complaintkit.letters.draft import Draft
from complaintkit.letters.models import Part, Section
from complaintkit.vocabulary import CommitmentKind


def acknowledgement(draft: Draft) -> Iterator[Section]:
    """The minimum of E-16, in the order in which a person asks."""
    yield about(draft, draft.say("received.N-01"))
    yield next_steps(draft, CommitmentKind.PROGRESS, CommitmentKind.FINAL, CommitmentKind.REVIEW)
    yield draft.section(Part.LIMITS, draft.say("limits.can"), draft.say("limits.cannot"))
    yield draft.section(Part.ADD_INFORMATION, draft.to_contact("add_information.how"))
    yield draft.section(Part.CONFIDENTIALITY, draft.say("confidentiality.text"))
    yield draft.section(Part.HELP, draft.say("help.text"))
    yield free(draft)
    yield draft.section(Part.INTERNAL_REVIEW, draft.say("internal.outline"))
    yield external_review(draft)
