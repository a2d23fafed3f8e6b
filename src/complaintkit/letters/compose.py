"""Composing a letter: the rule says which parts, the complaint says what they hold (N-00.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from complaintkit.complaint import Complaint, Notice
from complaintkit.letters.acknowledgement import acknowledgement
from complaintkit.letters.comment import comment_invitation
from complaintkit.letters.contents import answered_issues, owed_parts
from complaintkit.letters.draft import Draft
from complaintkit.letters.information import information_request
from complaintkit.letters.merged import merged
from complaintkit.letters.models import Letter, Section
from complaintkit.letters.outcome import outcome
from complaintkit.letters.progress import handler_changed, progress
from complaintkit.letters.resolution import resolution
from complaintkit.letters.review import review_decided, review_received
from complaintkit.policy import Profile
from complaintkit.ports import Contact
from complaintkit.vocabulary import NoticeRule
from complaintkit.wording import DateStyle, embed

_LETTERS: Final[Mapping[NoticeRule, Callable[[Draft], Iterator[Section]]]] = {
    NoticeRule.ACKNOWLEDGEMENT: acknowledgement,
    NoticeRule.PROGRESS: progress,
    NoticeRule.INFORMATION_REQUEST: information_request,
    NoticeRule.HANDLER_CHANGED: handler_changed,
    NoticeRule.MERGED: merged,
    NoticeRule.RESOLUTION: resolution,
    NoticeRule.COMMENT_INVITATION: comment_invitation,
    NoticeRule.OUTCOME: outcome,
    NoticeRule.REVIEW_RECEIVED: review_received,
    NoticeRule.REVIEW_DECIDED: review_decided,
}


def compose(
    rule: NoticeRule,
    complaint: Complaint,
    notice: Notice,
    *,
    profile: Profile,
    contact: Contact,
    texts: Mapping[str, str],
    calendar: DateStyle = DateStyle.GREGORIAN,
    addressee: Contact | None = None,
) -> Letter:
    """The content of a letter by a rule, in the language of the notice.

    ``contact`` is the person who signs and is reached, ``texts`` are the revealed personal texts by vault
    reference, ``addressee`` is to whom it goes where that is not the complainant. Nothing is refused here: what
    is missing stays empty, so that
    :func:`~complaintkit.letters.checks.check` can name everything at once.

    Raises ``MissingExtra`` for another calendar than the Gregorian one where its library is not installed.
    """
    draft = Draft(complaint=complaint, notice=notice, profile=profile, contact=contact, texts=texts, calendar=calendar)
    return Letter(
        rule=rule,
        language=notice.language,
        subject=draft.phrase(f"subject.{rule}", ref=complaint.ref),
        greeting=_greeting(draft, addressee),
        sections=tuple(_LETTERS[rule](draft)),
        signature=_signature(draft),
        owes=owed_parts(rule, complaint),
        issues=answered_issues(rule, complaint),
        reach=(draft.reach, contact.reach, profile.organisation.contact),
    )


def _greeting(draft: Draft, addressee: Contact | None) -> str:
    """By name where the person gave one that can still be read, or the directory has one."""
    name = addressee.name.strip() if addressee else draft.reveal(draft.complaint.intake.name)
    return draft.phrase("greeting", name=name) if name else draft.phrase("greeting_nameless")


def _signature(draft: Draft) -> tuple[str, ...]:
    """Who signs: a person with a role, for the organisation, with its address."""
    organisation, titles = draft.profile.organisation, draft.contact.role_title
    title = titles.get(draft.language) or next(iter(titles.values()), "")
    lines = (draft.contact.name, title, draft.reach)
    signed = [embed(line, draft.language) for line in lines if line]
    sender = (draft.ours(organisation.name), embed(organisation.address, draft.language))
    return (draft.phrase("closing"), *signed, *(line for line in sender if line))
