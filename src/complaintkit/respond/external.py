"""External review runs beside handling and blocks nothing but closing (EV-38, EV-39, EV-55; INV-61)."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import field, frozen

from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import ExternalReview
from complaintkit.complaint.step import Context, Decides, Past, may, refuse
from complaintkit.errors import Reason
from complaintkit.journal import event
from complaintkit.values import Personal, maybe_personal
from complaintkit.vocabulary import ExternalState, Handling, Role

# Commands ------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class OpenExternalReview:
    """EV-38: an outside body looks into it; nothing can block this."""

    complaint: str
    body: str


@frozen(kw_only=True)
class RecordDetermination:
    """EV-39: the body has decided; ``determination`` is what it said."""

    complaint: str
    body: str
    determination: Personal | None = field(default=None, converter=maybe_personal)


@frozen(kw_only=True)
class RecordExternalReturn:
    """EV-55: the body gave it back (premature, withdrawn), by its letter."""

    complaint: str
    body: str
    letter: Personal | None = field(default=None, converter=maybe_personal)


# Events --------------------------------------------------------------------------------------------


@event
class ExternalReviewOpened:
    """An outside body has opened its review."""

    target: Handling
    body: str


@event
class ExternalReviewDetermined:
    """An outside body has decided."""

    target: Handling
    body: str
    determination: Personal | None


@event
class ExternalReviewReturned:
    """An outside body has given it back."""

    target: Handling
    body: str
    letter: Personal | None


# Decide --------------------------------------------------------------------------------------------


def is_new_to_body(complaint: Complaint, cmd: OpenExternalReview, _ctx: Context) -> Reason | None:
    """Region X: one open record for each body; a second body opens a second one."""
    return refuse("EV-38", "this body's review is open already") if _open(complaint, cmd.body) else None


def is_with_body(complaint: Complaint, cmd: RecordDetermination | RecordExternalReturn, _ctx: Context) -> Reason | None:
    """Region X: only an open review ends."""
    return None if _open(complaint, cmd.body) else refuse("EV-39", "this body has no open review")


def is_with_a_body(complaint: Complaint, _cmd: object, _ctx: Context) -> Reason | None:
    """Region X: some review is open."""
    return None if complaint.externally_open else refuse("EV-39", "no body has an open review")


def _open(complaint: Complaint, body: str) -> bool:
    return any(review.body == body and review.state is ExternalState.OPEN for review in complaint.external)


def open_review(_complaint: Complaint, cmd: OpenExternalReview, ctx: Context) -> Iterator[object]:
    """Note that the body has it."""
    yield ExternalReviewOpened(target=ctx.target, body=cmd.body)


def determine(_complaint: Complaint, cmd: RecordDetermination, ctx: Context) -> Iterator[object]:
    """Note the decision."""
    yield ExternalReviewDetermined(target=ctx.target, body=cmd.body, determination=cmd.determination)


def give_back(_complaint: Complaint, cmd: RecordExternalReturn, ctx: Context) -> Iterator[object]:
    """Note the return."""
    yield ExternalReviewReturned(target=ctx.target, body=cmd.body, letter=cmd.letter)


# Evolve --------------------------------------------------------------------------------------------


def opened(complaint: Complaint, happened: ExternalReviewOpened, past: Past) -> Complaint:
    """One more record."""
    record = ExternalReview(body=happened.body, state=ExternalState.OPEN, opened_at=past.when)
    return changed(complaint, handling=happened.target, external=(*complaint.external, record))


def determined(complaint: Complaint, happened: ExternalReviewDetermined, past: Past) -> Complaint:
    """The record is closed by a decision."""
    return _end(complaint, happened.body, ExternalState.DETERMINED, past)


def returned(complaint: Complaint, happened: ExternalReviewReturned, past: Past) -> Complaint:
    """The record is closed without one."""
    return _end(complaint, happened.body, ExternalState.RETURNED, past)


def _end(complaint: Complaint, body: str, state: ExternalState, past: Past) -> Complaint:
    external = tuple(
        changed(review, state=state, ended_at=past.when)
        if review.body == body and review.state is ExternalState.OPEN
        else review
        for review in complaint.external
    )
    return changed(complaint, external=external)


_BODY = may(Role.EXTERNAL_BODY, Role.COMPLAINANT)
DECIDES = (
    Decides(
        command=OpenExternalReview,
        ev="EV-38",
        by=_BODY,
        move="external_opened",
        guards=(is_new_to_body,),
        decide=open_review,
    ),
    Decides(
        command=RecordDetermination,
        ev="EV-39",
        by=may(Role.COMPLAINTS_MANAGER),
        move="external_determined",
        requires=(is_with_a_body,),
        guards=(is_with_body,),
        decide=determine,
    ),
    Decides(
        command=RecordExternalReturn,
        ev="EV-55",
        by=may(Role.COMPLAINTS_MANAGER),
        move="external_returned",
        requires=(is_with_a_body,),
        guards=(is_with_body,),
        decide=give_back,
    ),
)
EVOLVES = {ExternalReviewOpened: opened, ExternalReviewDetermined: determined, ExternalReviewReturned: returned}
