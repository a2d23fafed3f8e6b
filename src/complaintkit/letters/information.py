"""N-04: what we need to know from you, why, how to answer, by when, and what happens if you cannot."""

from __future__ import annotations

from collections.abc import Iterator

from complaintkit.letters.common import about
from complaintkit.letters.draft import Draft
from complaintkit.letters.models import Part, Section, Voice


def information_request(draft: Draft) -> Iterator[Section]:
    """The questions in the handler's words; silence costs the person nothing but our not knowing (EV-07)."""
    asked = draft.complaint.inquiry.information
    again = asked is not None and bool(asked.reminders)
    lead = (draft.say("asked.again", date=draft.day(asked.asked_at)),) if asked and again else ()
    yield about(draft, *lead)
    yield draft.section(
        Part.ASKED, draft.say("asked.lead"), draft.words(asked.questions if asked else None, Voice.HANDLER)
    )
    yield draft.section(Part.NEEDED_FOR, draft.words(asked.why if asked else None, Voice.HANDLER))
    yield draft.section(Part.HOW_TO_REPLY, draft.to_contact("how_to_reply.text"))
    yield draft.section(Part.HELP, draft.say("help.text"))
    until = (draft.say("reply_by.asked", date=draft.last_day(asked.until)),) if asked else ()
    yield draft.section(Part.REPLY_BY, *until)
    yield draft.section(Part.WITHOUT_REPLY, draft.say("without_reply.asked"))
