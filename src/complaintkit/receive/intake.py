"""Capture and registration (EV-01, EV-02): the clock starts when the dissatisfaction was first voiced (INV-01)."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import field, frozen

from complaintkit.commitments import promise
from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import Acknowledgement, Intake, Pairs
from complaintkit.complaint.step import Context, Decides, Past, given, may, refuse
from complaintkit.errors import Reason
from complaintkit.journal import Instant, event
from complaintkit.letters.delivery import can_write_to
from complaintkit.timekeeping.instants import maybe_instant
from complaintkit.values import Personal, maybe_personal, pairs
from complaintkit.vocabulary import AckState, Channel, CommitmentKind, FeedbackKind, Handling, Language, Role

# Commands ------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class Message:
    """What a person hands in, as far as it is known: nothing but what happened, or a recording of it, is required.

    ``received_at`` is when it first reached any touch-point; without it, the time of the command. ``reach`` is
    where the person can be written to, ``attributes`` are coded facts such as product or branch.
    """

    channel: Channel = field(default=Channel.WEB_FORM, converter=Channel)
    narrative: Personal | None = field(default=None, converter=maybe_personal)
    recording: str | None = None
    language: Language = field(default=Language.ENGLISH, converter=Language)
    kind: FeedbackKind = field(default=FeedbackKind.COMPLAINT, converter=FeedbackKind)
    person: str | None = None
    name: Personal | None = field(default=None, converter=maybe_personal)
    reach: Personal | None = field(default=None, converter=maybe_personal)
    desired_outcome: Personal | None = field(default=None, converter=maybe_personal)
    unit: str | None = None
    attributes: Pairs = field(default=(), converter=pairs)
    received_at: Instant | None = field(default=None, converter=maybe_instant)


@frozen(kw_only=True)
class CaptureComplaint(Message):
    """EV-01: keep a raw message at once; it registers itself after the profile's time (ST-00)."""


@frozen(kw_only=True)
class RegisterComplaint(Message):
    """EV-02: give it a reference, an owner and its commitments; N-01 is queued unless ``acknowledge`` is False.

    Names a captured ``complaint``, or carries the message itself. No form, no word and no language is
    required (INV-05, INV-22), and nothing is charged (INV-04). Without an ``owner`` the profile's routing names one,
    by the coded fact ``topic`` of the intake (E-52).
    """

    owner: str | None = None
    complaint: str | None = None
    acknowledge: bool = True


# Events --------------------------------------------------------------------------------------------


@event
class ComplaintCaptured:
    """A message was kept as a draft (ST-00)."""

    target: Handling
    kind: FeedbackKind
    intake: Intake
    received_at: Instant
    recording: str | None


@event
class ComplaintRegistered:
    """The complaint is in the register (ST-01); ``intake`` is None where it was captured before."""

    target: Handling
    kind: FeedbackKind
    intake: Intake | None
    received_at: Instant
    owner: str
    acknowledge: bool
    recording: str | None


# Decide --------------------------------------------------------------------------------------------


def is_recognisable(complaint: Complaint | None, cmd: Message, _ctx: Context) -> Reason | None:
    """G-01, INV-22: what happened, or a recording of it, is there; nothing else is required."""
    if complaint is not None or cmd.narrative is not None or cmd.recording:
        return None
    return refuse("G-01", "neither what happened nor a recording of it is there")


def not_received_later(complaint: Complaint | None, cmd: Message, ctx: Context) -> Reason | None:
    """INV-01: nothing is received after it is logged."""
    late = complaint is None and cmd.received_at is not None and cmd.received_at > ctx.now
    return refuse("INV-01", "received_at lies after the time of logging") if late else None


def capture(_: None, cmd: CaptureComplaint, ctx: Context) -> Iterator[object]:
    """Keep the message."""
    yield ComplaintCaptured(
        target=ctx.target,
        kind=cmd.kind,
        intake=_intake(cmd),
        received_at=cmd.received_at or ctx.occurred,
        recording=cmd.recording,
    )


def register(complaint: Complaint | None, cmd: RegisterComplaint, ctx: Context) -> Iterator[object]:
    """Enter it into the register and promise what the profile owes from the moment of receipt."""
    intake = complaint.intake if complaint else _intake(cmd)
    received_at = complaint.received_at if complaint else cmd.received_at or ctx.occurred
    kind = complaint.kind if complaint else cmd.kind
    yield ComplaintRegistered(
        target=ctx.target,
        kind=kind,
        intake=None if complaint else intake,
        received_at=received_at,
        owner=cmd.owner or ctx.profile.routing.route(intake.topic, excluded={intake.person or ""}).owner,
        acknowledge=cmd.acknowledge and can_write_to(intake),
        recording=cmd.recording,
    )
    if can_write_to(intake):
        yield from promise(complaint, CommitmentKind.ACKNOWLEDGE, received_at, ctx)
    if kind in (FeedbackKind.COMPLAINT, FeedbackKind.CLAIM):
        yield from promise(complaint, CommitmentKind.PROGRESS, received_at, ctx)
        yield from promise(complaint, CommitmentKind.FINAL, received_at, ctx)


def _intake(cmd: Message) -> Intake:
    return Intake(
        channel=cmd.channel,
        language=cmd.language,
        person=cmd.person,
        name=cmd.name,
        reach=cmd.reach,
        narrative=cmd.narrative,
        desired_outcome=cmd.desired_outcome,
        unit=cmd.unit,
        attributes=cmd.attributes,
    )


# Evolve --------------------------------------------------------------------------------------------


def captured(_: None, happened: ComplaintCaptured | ComplaintRegistered, past: Past) -> Complaint:
    """The complaint begins, as a draft or at once in the register."""
    return Complaint(
        ref="",
        version=0,
        handling=happened.target,
        kind=happened.kind,
        intake=given(happened.intake),
        received_at=happened.received_at,
        profile=past.policy,
    )


def registered(complaint: Complaint | None, happened: ComplaintRegistered, past: Past) -> Complaint:
    """The complaint has a place, an owner and a state of acknowledgement."""
    complaint = complaint or captured(None, happened, past)
    waived = not can_write_to(complaint.intake)
    return changed(
        complaint,
        handling=happened.target,
        registered_at=past.when,
        owner=happened.owner,
        acknowledgement=Acknowledgement(state=AckState.WAIVED if waived else AckState.PENDING),
    )


_FRONT = may(Role.COMPLAINANT, Role.REPRESENTATIVE, Role.FRONT_LINE_AGENT, Role.CASE_HANDLER, Role.SYSTEM)
DECIDES = (
    Decides(
        command=CaptureComplaint,
        ev="EV-01",
        by=_FRONT,
        move="capture",
        guards=(is_recognisable, not_received_later),
        decide=capture,
    ),
    Decides(
        command=RegisterComplaint,
        ev="EV-02",
        by=may(Role.FRONT_LINE_AGENT, Role.CASE_HANDLER, Role.SYSTEM),
        move="register",
        guards=(is_recognisable, not_received_later),
        decide=register,
    ),
)
EVOLVES = {ComplaintCaptured: captured, ComplaintRegistered: registered}
