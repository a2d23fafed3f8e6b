"""N-13: what a draft says against you, what it rests on, and your time to comment before anything is decided."""

from __future__ import annotations

from collections.abc import Iterator

from complaintkit.complaint.asked import CommentInvitation
from complaintkit.letters.common import about
from complaintkit.letters.draft import Draft
from complaintkit.letters.models import Paragraph, Part, Section, Voice
from complaintkit.vocabulary import CommitmentKind


def comment_invitation(draft: Draft) -> Iterator[Section]:
    """To whom it goes against, the complainant included: in the investigator's words, with support and no threat."""
    invited = next((i for i in reversed(draft.complaint.inquiry.invitations) if i.party == draft.notice.to), None)
    yield about(draft, draft.say("invited.text"))
    yield draft.section(Part.POINTS, draft.words(invited.points if invited else None, Voice.HANDLER))
    yield draft.section(Part.BASIS, draft.words(invited.basis if invited else None, Voice.HANDLER))
    yield draft.section(Part.REPLY_BY, *_until(draft, invited))
    yield draft.section(Part.HOW_TO_REPLY, draft.to_contact("how_to_reply.text"))
    yield draft.section(Part.SUPPORT, draft.say("support.text"))
    yield draft.section(Part.NO_REPRISAL, draft.say("no_reprisal.text"))
    yield draft.section(Part.WITHOUT_REPLY, draft.say("without_reply.invited"))


def _until(draft: Draft, invited: CommentInvitation | None) -> Iterator[Paragraph]:
    """The last of the days that the rules give; the person may use all of them."""
    clocks = [owed for owed in draft.complaint.commitments if owed.kind is CommitmentKind.COMMENT]
    dues = [owed.due for owed in clocks if invited and owed.about == invited.id]
    if dues:
        yield draft.say("reply_by.invited", date=draft.last_day(max(dues)))
