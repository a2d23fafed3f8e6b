"""Contacts (EV-51): what the person says to us and we to them, kept where the matter is dealt with now (INV-20).

A contact moves no date and raises no priority (P-25): the oldest thing that waits counts, and a missed promise,
which chasing usually reveals, does so on its own account.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import field, frozen

from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import ContactRecord
from complaintkit.complaint.step import COMPLAINANT, STAFF, Context, Decides, Elsewhere, Past, may, survivor_of
from complaintkit.journal import event
from complaintkit.values import Personal, personal
from complaintkit.vocabulary import Channel, Direction, Role

# Commands ------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class RecordContact:
    """EV-51: a contact with the person, at the time of the command; on a merged complaint it lands on the survivor."""

    complaint: str
    text: Personal = field(converter=personal)
    direction: Direction = field(default=Direction.INCOMING, converter=Direction)
    channel: Channel = field(default=Channel.EMAIL, converter=Channel)


# Events --------------------------------------------------------------------------------------------


@event
class ContactRecorded:
    """Somebody was in touch with the person."""

    contact: ContactRecord


# Decide --------------------------------------------------------------------------------------------


def way_to_survivor(complaint: Complaint, others: Mapping[str, Complaint]) -> tuple[str, ...]:
    """The complaints from the named one to where its matter is dealt with, both included.

    A circle, which only a damaged book has, leads nowhere: then the named one stands alone.
    """
    way, here = [complaint.ref], complaint
    while here.merged_into is not None:
        if here.merged_into in way:
            return (complaint.ref,)
        here = others[here.merged_into]
        way.append(here.ref)
    return tuple(way)


def record(complaint: Complaint, cmd: RecordContact, ctx: Context) -> Iterator[object]:
    """Keep it where the matter is dealt with, and by which way it came."""
    *via, last = way_to_survivor(complaint, ctx.others)
    contact = ContactRecord(
        id=ctx.id("contact"),
        direction=cmd.direction,
        channel=cmd.channel,
        at=ctx.occurred,
        text=cmd.text,
        by=ctx.actor.id,
        via=tuple(via),
    )
    yield Elsewhere(last, ContactRecorded(contact=contact))


# Evolve --------------------------------------------------------------------------------------------


def recorded(complaint: Complaint, happened: ContactRecorded, _past: Past) -> Complaint:
    """One more contact; nothing else is different."""
    return changed(complaint, contacts=(*complaint.contacts, happened.contact))


DECIDES = (
    Decides(
        command=RecordContact, ev="EV-51", by=STAFF | COMPLAINANT | may(Role.SYSTEM), others=survivor_of, decide=record
    ),
)
EVOLVES = {ContactRecorded: recorded}
