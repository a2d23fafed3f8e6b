"""Letters: asked for by a step, rendered when sent, and proved by what the notifier answers (E-16, INV-33).

A letter that was sent is never changed: its text is sealed into the vault with the event.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from attrs import field, frozen

from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import Acknowledgement, Intake, Notice
from complaintkit.complaint.step import STAFF, Context, Decides, Past, given, may, refuse
from complaintkit.errors import Reason
from complaintkit.journal import event
from complaintkit.policy import Profile
from complaintkit.values import Personal, maybe_personal
from complaintkit.vocabulary import AckState, DeliveryStatus, Language, NoticeRule, Role

#: Letters whose arrival opens the window for asking a review (EV-34).
OUTCOME_LETTERS = (NoticeRule.RESOLUTION, NoticeRule.OUTCOME, NoticeRule.REVIEW_DECIDED)

# Commands ------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class RecordDelivery:
    """What became of a letter: dispatched, delivered or failed.

    ``body`` is the text as it was sent, ``detail`` the notifier's own code.
    """

    complaint: str
    notice: str
    status: DeliveryStatus
    body: Personal | None = field(default=None, converter=maybe_personal)
    detail: str = ""


# Events --------------------------------------------------------------------------------------------


@event
class LetterRequested:
    """A letter is to be sent by a rule of communication; ``to`` is an id of the directory (None: the complainant)."""

    notice: str
    rule: NoticeRule
    language: Language
    signed_by: str
    to: str | None = None


@event
class LetterSent:
    """The letter left, or arrived; ``counts`` says whether that keeps a commitment under the profile (INV-33)."""

    notice: str
    rule: NoticeRule
    status: DeliveryStatus
    counts: bool
    body: Personal | None
    detail: str


@event
class LetterFailed:
    """The letter did not reach the person (N-06)."""

    notice: str
    rule: NoticeRule
    detail: str


# Decide --------------------------------------------------------------------------------------------


def can_write_to(intake: Intake) -> bool:
    """Whether there is a point to write to; without one an acknowledgement is waived (region B)."""
    return intake.reach is not None


def request(
    rule: NoticeRule, complaint: Complaint, ctx: Context, signed_by: str | None = None, to: str | None = None
) -> Iterator[LetterRequested]:
    """Ask for a letter, unless nobody can be written to, or a progress letter waits to be sent anyway (N-00.3).

    ``to`` is the id of somebody else than the complainant: the directory has the address.
    """
    waiting = rule is NoticeRule.PROGRESS and any(n.rule is rule and n.status is None for n in complaint.notices)
    if (to or can_write_to(complaint.intake)) and not waiting:
        yield LetterRequested(
            notice=ctx.id("letter", rule.value),
            rule=rule,
            language=complaint.intake.language,
            signed_by=signed_by or complaint.owner or ctx.actor.id,
            to=to,
        )


def counts(status: DeliveryStatus | None, profile: Profile) -> bool:
    """Whether a letter with this result counts as given under the profile (INV-33)."""
    if status is DeliveryStatus.DISPATCHED:
        return profile.counts_as_sent == "dispatch"
    return status is DeliveryStatus.DELIVERED


def given_at(complaint: Complaint, notice_id: str, profile: Profile) -> datetime | None:
    """When a letter counted as given to the person; None while it does not."""
    notice = complaint.notice(notice_id)
    return notice.at if notice and counts(notice.status, profile) else None


def is_undecided(complaint: Complaint, cmd: RecordDelivery, _ctx: Context) -> Reason | None:
    """INV-33: a letter that arrived has its result; one that left may still, one that failed may another way."""
    notice = complaint.notice(cmd.notice)
    if notice is None:
        return refuse("INV-33", "no letter has this id")
    arrived = notice.status is DeliveryStatus.DELIVERED
    return refuse("INV-33", "the letter has its result already") if arrived else None


def record_delivery(complaint: Complaint, cmd: RecordDelivery, ctx: Context) -> Iterator[object]:
    """Record the result; what it keeps follows from it as a reaction."""
    notice = given(complaint.notice(cmd.notice))
    if cmd.status is DeliveryStatus.FAILED:
        yield LetterFailed(notice=notice.id, rule=notice.rule, detail=cmd.detail)
    else:
        fine = counts(cmd.status, ctx.profile)
        yield LetterSent(
            notice=notice.id, rule=notice.rule, status=cmd.status, counts=fine, body=cmd.body, detail=cmd.detail
        )


# Evolve --------------------------------------------------------------------------------------------


def requested(complaint: Complaint, happened: LetterRequested, past: Past) -> Complaint:
    """Add the letter."""
    notice = Notice(
        id=happened.notice,
        rule=happened.rule,
        requested_at=past.when,
        language=happened.language,
        signed_by=happened.signed_by,
        to=happened.to,
    )
    return changed(complaint, notices=(*complaint.notices, notice))


def sent(complaint: Complaint, happened: LetterSent, past: Past) -> Complaint:
    """Note the result; an outcome that arrived opens the review window."""
    complaint = _note(complaint, happened.notice, happened.status, past)
    if happened.rule is NoticeRule.ACKNOWLEDGEMENT and happened.status is DeliveryStatus.DELIVERED:
        return changed(complaint, acknowledgement=Acknowledgement(state=AckState.DELIVERED, at=past.when))
    if happened.rule in OUTCOME_LETTERS and happened.counts and complaint.outcome:
        return changed(complaint, outcome=changed(complaint.outcome, delivered_at=past.when))
    return complaint


def failed(complaint: Complaint, happened: LetterFailed, past: Past) -> Complaint:
    """Note the failure; a failed acknowledgement may be tried again (region B)."""
    complaint = _note(complaint, happened.notice, DeliveryStatus.FAILED, past)
    if happened.rule is NoticeRule.ACKNOWLEDGEMENT:
        return changed(complaint, acknowledgement=Acknowledgement(state=AckState.FAILED, at=past.when))
    return complaint


def _note(complaint: Complaint, notice_id: str, status: DeliveryStatus, past: Past) -> Complaint:
    notices = tuple(
        changed(notice, status=status, at=past.when) if notice.id == notice_id else notice
        for notice in complaint.notices
    )
    return changed(complaint, notices=notices)


DECIDES = (
    Decides(
        command=RecordDelivery, ev="INV-33", by=may(Role.SYSTEM) | STAFF, guards=(is_undecided,), decide=record_delivery
    ),
)
EVOLVES = {LetterRequested: requested, LetterSent: sent, LetterFailed: failed}
