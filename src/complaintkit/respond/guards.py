"""Guards that more than one step of respond asks; a step never imports another step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from complaintkit.complaint.asked import CommentInvitation
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.step import Context, Guard, refuse
from complaintkit.errors import Reason
from complaintkit.letters.delivery import given_at
from complaintkit.letters.phrases import lint
from complaintkit.vocabulary import Track

#: The safety floors of priority: with one of these, no quick settlement (G-12).
SAFETY_RULES: Final = frozenset({"P-10.1", "P-10.2", "P-10.3"})


def is_assessed(complaint: Complaint, _cmd: object, _ctx: Context) -> Reason | None:
    """INV-02, G-26: issues are set and triage is recorded before assessment ends."""
    if not complaint.issues:
        return refuse("INV-02", "no issue is set yet")
    return None if complaint.triage else refuse("G-26", "triage is not recorded yet")


def track_permits(complaint: Complaint, _cmd: object, _ctx: Context) -> Reason | None:
    """G-12, IT-22: no quick settlement of a safety case or on the disclosure and specialist tracks."""
    triage = complaint.triage
    if triage is None:
        return None
    if SAFETY_RULES & set(triage.rules):
        return refuse("G-12", "a safety case is not settled early")
    if triage.track in (Track.SPECIALIST, Track.DISCLOSURE):
        return refuse("G-12", f"the {triage.track} track is not settled early")
    return None


def has_words(_complaint: Complaint, cmd: Any, _ctx: Context) -> Reason | None:
    """IT-23: the complainant's own act is recorded with the complainant's own words."""
    return None if cmd.words else refuse("IT-23", "the complainant's own words are not recorded")


def quotable(*fields: str) -> Guard:
    """INV-50: a guard over texts of a command that a letter will quote: no blame, no conditional apology.

    Asked at the door, because a letter that may not leave helps nobody.
    """

    def guard(complaint: Complaint, cmd: Any, _ctx: Context) -> Reason | None:
        texts = [text for name in fields for text in _texts(getattr(cmd, name))]
        return next((reason for text in texts for reason in lint(text, complaint.intake.language)), None)

    return guard


def may_still_comment(complaint: Complaint, invitation: CommentInvitation, ctx: Context) -> bool:
    """Whether the time to comment runs: there is no comment yet, and its date has not passed."""
    clocks = (owed for owed in complaint.commitments if owed.about == invitation.id)
    return invitation.received_at is None and any(not owed.is_overdue(ctx.occurred) for owed in clocks)


def was_heard(complaint: Complaint, invitation: CommentInvitation, ctx: Context) -> bool:
    """INV-46: they commented; or they were told before their time was over, and let it pass."""
    if invitation.received_at is not None:
        return True
    told = given_at(complaint, invitation.notice, ctx.profile) if invitation.notice else invitation.invited_at
    clocks = [owed for owed in complaint.commitments if owed.about == invitation.id]
    in_time = told is not None and any(told <= owed.due for owed in clocks)
    return in_time and not may_still_comment(complaint, invitation, ctx)


def _texts(value: Any) -> Iterator[str]:
    """The texts of a personal field; of findings, what a letter tells of them."""
    if isinstance(value, tuple):
        for finding in value:
            yield from _texts(finding.reasons)
            yield from _texts(finding.sought)
    elif value is not None and value.text:
        yield value.text
