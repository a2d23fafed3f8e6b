"""Acknowledgement (EV-03): the person learns that the complaint has arrived, who has it and what comes next (N-01)."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import Acknowledgement
from complaintkit.complaint.step import Context, Decides, Past, may, refuse
from complaintkit.errors import Reason
from complaintkit.journal import event
from complaintkit.letters.delivery import request
from complaintkit.vocabulary import AckState, Handling, NoticeRule, Role


@frozen(kw_only=True)
class AcknowledgeComplaint:
    """EV-03: send N-01; also again after a delivery failed."""

    complaint: str


@event
class ComplaintAcknowledged:
    """The acknowledgement was handed over for sending; it counts when it left or arrived (INV-33)."""

    target: Handling


def is_owed(complaint: Complaint, _cmd: AcknowledgeComplaint | None, _ctx: Context) -> Reason | None:
    """Region B: PENDING or FAILED; a second acknowledgement tells the person nothing."""
    if complaint.acknowledgement.state in (AckState.PENDING, AckState.FAILED):
        return None
    return refuse("EV-03", f"the acknowledgement is {complaint.acknowledgement.state} already")


def acknowledge(complaint: Complaint, _cmd: AcknowledgeComplaint, ctx: Context) -> Iterator[object]:
    """Queue the letter."""
    yield ComplaintAcknowledged(target=ctx.target)
    yield from request(NoticeRule.ACKNOWLEDGEMENT, complaint, ctx)


def acknowledged(complaint: Complaint, happened: ComplaintAcknowledged, past: Past) -> Complaint:
    """The acknowledgement is on its way."""
    return changed(
        complaint, handling=happened.target, acknowledgement=Acknowledgement(state=AckState.SENT, at=past.when)
    )


DECIDES = (
    Decides(
        command=AcknowledgeComplaint,
        ev="EV-03",
        by=may(Role.FRONT_LINE_AGENT, Role.CASE_HANDLER, Role.SYSTEM),
        move="acknowledge",
        requires=(is_owed,),
        decide=acknowledge,
    ),
)
EVOLVES = {ComplaintAcknowledged: acknowledged}
