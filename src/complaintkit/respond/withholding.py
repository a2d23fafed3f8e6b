"""What is not for everybody: parts of texts about third parties are marked, and texts under legal privilege.

Both stand beside handling, in any state. The texts stay as they are; whoever gets a copy gets it without these
parts (E-07, INV-18).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from attrs import field, frozen

from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.step import Context, Decides, Past, may, refuse
from complaintkit.complaint.withheld import Privileged, Redaction, Span
from complaintkit.errors import Reason
from complaintkit.journal import event
from complaintkit.vocabulary import Role, WithheldFor

#: The grounds of privilege; the others follow from what a text is.
PRIVILEGES: Final = (WithheldFor.LEGAL_ADVICE, WithheldFor.LITIGATION, WithheldFor.SETTLEMENT)


def _spans(value: Iterable[Iterable[int]]) -> tuple[Span, ...]:
    return tuple(Span(*pair) for pair in value)


# Commands ------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class RedactText:
    """E-07: mark what of a text is about third parties, as it was revealed; the newest marks of a text count.

    ``text`` is its reference, ``spans`` are the parts (:func:`complaintkit.privacy.redaction.spans_of` finds them).
    No part says that somebody has looked and found none.
    """

    complaint: str
    text: str
    spans: tuple[Span, ...] = field(default=(), converter=_spans)


@frozen(kw_only=True)
class MarkPrivileged:
    """A text is under legal privilege: it is left out of everything that is handed out, and listed there."""

    complaint: str
    text: str
    ground: WithheldFor = field(converter=WithheldFor)


@frozen(kw_only=True)
class LiftPrivilege:
    """A text is not under legal privilege, or whose privilege it is gives it up."""

    complaint: str
    text: str


#: The commands that name a text by its reference: the desk makes sure that it is one of the complaint.
NAMING: Final = (RedactText, MarkPrivileged, LiftPrivilege)

# Events --------------------------------------------------------------------------------------------


@event
class TextRedacted:
    """From now on only its author reads these parts of a text."""

    text: str
    spans: tuple[Span, ...]


@event
class PrivilegeMarked:
    """From now on the text is handed to nobody."""

    text: str
    ground: WithheldFor


@event
class PrivilegeLifted:
    """From now on the text is one like any other."""

    text: str


# Decide --------------------------------------------------------------------------------------------


def exists(complaint: Complaint | None, _cmd: object, _ctx: Context) -> Reason | None:
    """E-07: there is a complaint with texts."""
    return None if complaint else refuse("E-07", "there is no complaint with texts")


def in_order(_complaint: Complaint, cmd: RedactText, _ctx: Context) -> Reason | None:
    """E-07: the parts follow each other and none is empty, so that nobody is mistaken about what is left."""
    ends = [0, *(place for span in cmd.spans for place in span)]
    orderly = ends == sorted(ends) and all(span.start < span.end for span in cmd.spans)
    return None if orderly else refuse("E-07", "the parts of a text are given in their order, none of them empty")


def is_privilege(_complaint: Complaint, cmd: MarkPrivileged, _ctx: Context) -> Reason | None:
    """E-07: nobody keeps a text back for any other reason."""
    known = ", ".join(PRIVILEGES)
    return None if cmd.ground in PRIVILEGES else refuse("E-07", f"the grounds of privilege are {known}")


def some_privileged(complaint: Complaint, _cmd: object, _ctx: Context) -> Reason | None:
    """E-07: there is a text under privilege."""
    return None if complaint.privileged else refuse("E-07", "no text of this complaint is under privilege")


def is_privileged(complaint: Complaint, cmd: LiftPrivilege, _ctx: Context) -> Reason | None:
    """E-07: this one is."""
    marked = any(each.text == cmd.text for each in complaint.privileged)
    return None if marked else refuse("E-07", "this text is not under privilege")


def redact(_complaint: Complaint, cmd: RedactText, _ctx: Context) -> Iterator[object]:
    """Note the parts."""
    yield TextRedacted(text=cmd.text, spans=cmd.spans)


def mark(_complaint: Complaint, cmd: MarkPrivileged, _ctx: Context) -> Iterator[object]:
    """Note the ground."""
    yield PrivilegeMarked(text=cmd.text, ground=cmd.ground)


def lift(_complaint: Complaint, cmd: LiftPrivilege, _ctx: Context) -> Iterator[object]:
    """Note that there is none."""
    yield PrivilegeLifted(text=cmd.text)


# Evolve --------------------------------------------------------------------------------------------


def redacted(complaint: Complaint, happened: TextRedacted, _past: Past) -> Complaint:
    """The newest parts of a text are its parts."""
    redaction = Redaction(happened.text, happened.spans)
    return changed(complaint, redactions=(*_others(complaint.redactions, happened.text), redaction))


def marked(complaint: Complaint, happened: PrivilegeMarked, _past: Past) -> Complaint:
    """One more text, or another ground."""
    privileged = Privileged(happened.text, happened.ground)
    return changed(complaint, privileged=(*_others(complaint.privileged, happened.text), privileged))


def lifted(complaint: Complaint, happened: PrivilegeLifted, _past: Past) -> Complaint:
    """One less."""
    return changed(complaint, privileged=_others(complaint.privileged, happened.text))


def _others(marks: tuple[Any, ...], text: str) -> tuple[Any, ...]:
    return tuple(each for each in marks if each.text != text)


_OFFICER = may(Role.PRIVACY_OFFICER)
_LEGAL = may(Role.LEGAL_ADVISER, Role.COMPLAINTS_MANAGER)
DECIDES = (
    Decides(
        command=RedactText, ev="E-07", by=_OFFICER, requires=(exists,), guards=(in_order,), decide=redact
    ),
    Decides(
        command=MarkPrivileged, ev="E-07", by=_LEGAL, requires=(exists,), guards=(is_privilege,), decide=mark
    ),
    Decides(
        command=LiftPrivilege, ev="E-07", by=_LEGAL, requires=(some_privileged,), guards=(is_privileged,), decide=lift
    ),
)  # fmt: skip
EVOLVES = {TextRedacted: redacted, PrivilegeMarked: marked, PrivilegeLifted: lifted}
