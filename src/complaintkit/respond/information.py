"""What only the complainant can tell us (EV-05 to EV-07): asked once, for a reason, and never a ground to close.

The complaint waits for the answer, and whatever its clocks then do follows from the hold (EV-48, EV-49).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from attrs import field, frozen

from complaintkit.complaint.asked import InformationRequest, Reminder
from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.step import COMPLAINANT, Context, Decides, Past, given, may, refuse
from complaintkit.errors import Reason
from complaintkit.journal import Instant, event
from complaintkit.letters.delivery import can_write_to, given_at, request
from complaintkit.policy import Profile
from complaintkit.respond.guards import quotable
from complaintkit.values import Personal, maybe_personal, personal
from complaintkit.vocabulary import Channel, Handling, NoticeRule, Role

#: How often somebody is reminded before it is decided without their answer (G-28).
REMINDERS: Final = 2
#: ST-02 to ST-09 and ST-13: where an answer still changes something.
TAKES_ANSWERS: Final = (
    Handling.ASSESSING,
    Handling.EARLY_RESOLUTION,
    Handling.SELECTING_APPROACH,
    Handling.PLANNING,
    Handling.AUTHORISING,
    Handling.GATHERING_EVIDENCE,
    Handling.REASSESSING_RESOLUTION,
    Handling.REPORTING,
    Handling.UNDER_INTERNAL_REVIEW,
)

# Commands ------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class RequestInformation:
    """EV-05: ask the complainant what we must know, ``why``, and ``until`` when we wait for it (N-04).

    ``essential`` says that the complaint cannot be decided without it, ``already_held`` that somebody here has it.
    """

    complaint: str
    questions: Personal = field(converter=personal)
    until: Instant
    why: Personal | None = field(default=None, converter=maybe_personal)
    essential: bool = True
    already_held: bool = False


@frozen(kw_only=True)
class RemindOfInformation:
    """G-28: remind the complainant, by letter; where nobody can be written to, somebody did it in another way."""

    complaint: str


@frozen(kw_only=True)
class RecordInformation:
    """EV-06: the complainant answered; what they said is on file, and the clocks go on at that instant."""

    complaint: str
    information: Personal | None = field(default=None, converter=maybe_personal)
    channel: Channel = field(default=Channel.EMAIL, converter=Channel)


@frozen(kw_only=True)
class LapseInformationRequest:
    """EV-07: no answer came; it is decided on what there is, and never closed for that."""

    complaint: str


# Events --------------------------------------------------------------------------------------------


@event
class InformationRequested:
    """The complainant was asked for something."""

    target: Handling
    questions: Personal
    why: Personal
    until: Instant


@event
class ComplainantReminded:
    """The complainant was reminded; ``notice`` is the letter (None: in another way)."""

    notice: str | None


@event
class InformationReceived:
    """The complainant answered."""

    target: Handling
    information: Personal
    channel: Channel


@event
class InformationRequestLapsed:
    """The complainant did not answer in time; what is on file is what there is."""

    target: Handling


# Decide --------------------------------------------------------------------------------------------


def takes_answers(complaint: Complaint) -> bool:
    """Whether the complaint stands where an answer of the complainant still changes something."""
    return complaint.handling in TAKES_ANSWERS


def reminders_given(complaint: Complaint, asked: InformationRequest, profile: Profile) -> list[datetime]:
    """When each reminder was given: by a letter that counts under the profile, or in another way."""
    times = (given_at(complaint, each.notice, profile) if each.notice else each.at for each in asked.reminders)
    return [at for at in times if at is not None]


def is_essential(_complaint: Complaint, cmd: RequestInformation, _ctx: Context) -> Reason | None:
    """G-03: nobody is burdened with what we do not need, or have."""
    if not cmd.essential:
        return refuse("G-03", "what is not essential is not asked for")
    if cmd.already_held:
        return refuse("G-03", "somebody here has it already: ask them")
    return None if cmd.why else refuse("G-03", "it is not said why it is needed")


def has_time(_complaint: Complaint, cmd: RequestInformation, ctx: Context) -> Reason | None:
    """INV-52: the person has time to answer, and the wait has an end."""
    return None if cmd.until > ctx.occurred else refuse("INV-52", "the date to answer by is past already")


def is_not_asked(complaint: Complaint, _cmd: object, ctx: Context) -> Reason | None:
    """G-03: one request at a time; what the person has still time to answer is not asked again."""
    asked = complaint.inquiry.information
    waits = asked is not None and asked.is_open and ctx.occurred <= asked.until
    return refuse("G-03", "the person has still time to answer the request before") if waits else None


def is_asked(complaint: Complaint, _cmd: object, ctx: Context) -> Reason | None:
    """EV-06: a request waits for its answer, and was made before that."""
    asked = complaint.inquiry.information
    fine = asked is not None and asked.is_open and asked.asked_at <= ctx.occurred and takes_answers(complaint)
    return None if fine else refuse("EV-06", "no request for information waits for an answer")


def says_something(_complaint: Complaint, cmd: RecordInformation, _ctx: Context) -> Reason | None:
    """EV-06: what was said is on file."""
    return None if cmd.information else refuse("EV-06", "what the person answered is not recorded")


def can_remind(complaint: Complaint, _cmd: RemindOfInformation | None, ctx: Context) -> Reason | None:
    """SoD-9: the system reminds by letter only."""
    mute = ctx.actor.role is Role.SYSTEM and not can_write_to(complaint.intake)
    return refuse("SoD-9", "nobody can be written to: a person reminds them") if mute else None


def time_is_over(complaint: Complaint, _cmd: object, ctx: Context) -> Reason | None:
    """G-28: the date has passed, and the person was reminded twice."""
    asked = complaint.inquiry.information
    if asked is None or ctx.occurred <= asked.until:
        return refuse("G-28", "the person has still time to answer")
    often = len(reminders_given(complaint, asked, ctx.profile))
    return None if often >= REMINDERS else refuse("G-28", f"the person was reminded {often} times, not {REMINDERS}")


def ask(complaint: Complaint, cmd: RequestInformation, ctx: Context) -> Iterator[object]:
    """Ask; that the complaint waits follows from it."""
    yield InformationRequested(target=ctx.target, questions=cmd.questions, why=given(cmd.why), until=cmd.until)
    yield from request(NoticeRule.INFORMATION_REQUEST, complaint, ctx)


def remind(complaint: Complaint, _cmd: RemindOfInformation, ctx: Context) -> Iterator[object]:
    """Ask once more."""
    letters = tuple(request(NoticeRule.INFORMATION_REQUEST, complaint, ctx))
    yield ComplainantReminded(notice=letters[0].notice if letters else None)
    yield from letters


def receive(_complaint: Complaint, cmd: RecordInformation, ctx: Context) -> Iterator[object]:
    """Keep the answer; that the complaint waits no more follows from it."""
    yield InformationReceived(target=ctx.target, information=given(cmd.information), channel=cmd.channel)


def lapse(_complaint: Complaint, _cmd: LapseInformationRequest, ctx: Context) -> Iterator[object]:
    """Go on without."""
    yield InformationRequestLapsed(target=ctx.target)


# Evolve --------------------------------------------------------------------------------------------


def requested(complaint: Complaint, happened: InformationRequested, past: Past) -> Complaint:
    """The newest request counts."""
    asked = InformationRequest(asked_at=past.when, until=happened.until, questions=happened.questions, why=happened.why)
    return _with(complaint, happened.target, asked)


def reminded(complaint: Complaint, happened: ComplainantReminded, past: Past) -> Complaint:
    """One more reminder."""
    asked = given(complaint.inquiry.information)
    reminders = (*asked.reminders, Reminder(past.when, happened.notice))
    return _with(complaint, complaint.handling, changed(asked, reminders=reminders))


def ended(complaint: Complaint, happened: InformationReceived | InformationRequestLapsed, past: Past) -> Complaint:
    """The request is over."""
    asked = changed(given(complaint.inquiry.information), ended_at=past.when)
    return _with(complaint, happened.target, asked)


def _with(complaint: Complaint, target: Handling, asked: InformationRequest) -> Complaint:
    return changed(complaint, handling=target, inquiry=changed(complaint.inquiry, information=asked))


_ASKERS = may(Role.CASE_HANDLER, Role.INVESTIGATOR)
DECIDES = (
    Decides(
        command=RequestInformation,
        ev="EV-05",
        by=_ASKERS,
        move="request_information",
        requires=(is_not_asked,),
        guards=(is_essential, has_time, quotable("questions", "why")),
        decide=ask,
    ),
    Decides(
        command=RemindOfInformation,
        ev="EV-05",
        by=_ASKERS | may(Role.SYSTEM),
        requires=(is_asked, can_remind),
        decide=remind,
    ),
    Decides(
        command=RecordInformation,
        ev="EV-06",
        by=COMPLAINANT | may(Role.SYSTEM),
        move="information_received",
        requires=(is_asked,),
        guards=(says_something,),
        decide=receive,
    ),
    Decides(
        command=LapseInformationRequest,
        ev="EV-07",
        by=may(Role.SYSTEM),
        move="information_lapsed",
        requires=(is_asked, time_is_over),
        decide=lapse,
    ),
)
EVOLVES = {
    InformationRequested: requested,
    ComplainantReminded: reminded,
    InformationReceived: ended,
    InformationRequestLapsed: ended,
}
