"""The opportunity to comment (EV-30): whoever the draft goes against hears of it first, and may answer (INV-46)."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import field, frozen

from complaintkit.commitments import promise, settle
from complaintkit.complaint.asked import CommentInvitation
from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.step import COMPLAINANT, Context, Decides, Past, given, may, refuse
from complaintkit.errors import Reason
from complaintkit.journal import event
from complaintkit.letters.delivery import can_write_to, request
from complaintkit.respond.guards import may_still_comment, quotable
from complaintkit.values import Personal, maybe_personal, whole_numbers
from complaintkit.vocabulary import Band, Channel, CommitmentKind, Handling, NoticeRule, Role

# Commands ------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class InviteComment:
    """EV-30: tell a ``party`` (None: the complainant) the points that go against them, and on what these rest.

    The letter (N-13) goes to the address that the directory has for the party; ``in_person`` says that they
    were told in another way, and none is written.
    """

    complaint: str
    issues: tuple[int, ...] = field(converter=whole_numbers)
    points: Personal | None = field(default=None, converter=maybe_personal)
    basis: Personal | None = field(default=None, converter=maybe_personal)
    party: str | None = None
    in_person: bool = False


@frozen(kw_only=True)
class RecordComment:
    """What somebody who was invited said; it is weighed whenever it comes before the report."""

    complaint: str
    invitation: str
    comment: Personal | None = field(default=None, converter=maybe_personal)
    channel: Channel = field(default=Channel.EMAIL, converter=Channel)


# Events --------------------------------------------------------------------------------------------


@event
class CommentInvited:
    """Somebody knows what the draft says against them; ``notice`` is the letter that tells it, if one does."""

    target: Handling
    invitation: str
    party: str | None
    issues: tuple[int, ...]
    points: Personal
    basis: Personal
    notice: str | None


@event
class CommentReceived:
    """Somebody who was invited has commented."""

    invitation: str
    comment: Personal
    channel: Channel


# Decide --------------------------------------------------------------------------------------------


def says_what_against_them(complaint: Complaint, cmd: InviteComment, _ctx: Context) -> Reason | None:
    """G-33: the adverse points, on what they rest, and the issues that they belong to."""
    if not (cmd.points and cmd.basis):
        return refuse("G-33", "the adverse points, or what they rest on, are not told")
    unknown = [no for no in cmd.issues if complaint.issue(no) is None]
    if unknown or not cmd.issues:
        return refuse("G-33", f"no issue has the number {unknown[0]}" if unknown else "no issue is named")
    return None


def can_be_told(complaint: Complaint, cmd: InviteComment, _ctx: Context) -> Reason | None:
    """G-33: a letter reaches them, or they were told in another way."""
    lost = cmd.party is None and not cmd.in_person and not can_write_to(complaint.intake)
    return refuse("G-33", "nobody can be written to: tell them in person") if lost else None


def has_time_for_it(complaint: Complaint, _cmd: object, ctx: Context) -> Reason | None:
    """G-33, INV-46: the rules give a reasonable time."""
    terms = ctx.profile.terms(CommitmentKind.COMMENT, complaint.band or Band.P4)
    return None if terms else refuse("G-33", "the profile gives no time to comment")


def is_not_invited(complaint: Complaint, cmd: InviteComment, ctx: Context) -> Reason | None:
    """G-33: nobody is asked the same again while their time runs."""
    again = any(
        each.party == cmd.party and set(cmd.issues) <= set(each.issues) and may_still_comment(complaint, each, ctx)
        for each in complaint.inquiry.invitations
    )
    return refuse("G-33", "they are invited already, and their time runs") if again else None


def may_comment(complaint: Complaint, cmd: RecordComment, ctx: Context) -> Reason | None:
    """INV-46: one comment to each invitation; a complainant's is to their own."""
    invitation = complaint.inquiry.invitation(cmd.invitation)
    if invitation is None or invitation.received_at is not None:
        return refuse("INV-46", "the invitation has its comment already, or does not exist")
    strangers = ctx.actor.role in COMPLAINANT and invitation.party is not None
    return refuse("INV-46", "somebody else was invited to comment") if strangers else None


def says_something(_complaint: Complaint, cmd: RecordComment, _ctx: Context) -> Reason | None:
    """INV-46: a comment has words."""
    return None if cmd.comment else refuse("INV-46", "the words of the comment are not recorded")


def is_awaited(complaint: Complaint, _cmd: object, _ctx: Context) -> Reason | None:
    """INV-46: somebody was invited and has not commented, and the report is not handed in."""
    waits = any(each.received_at is None for each in complaint.inquiry.invitations)
    if complaint.handling is not Handling.REPORTING or not waits:
        return refuse("INV-46", "no draft waits for a comment")
    return None


def invite(complaint: Complaint, cmd: InviteComment, ctx: Context) -> Iterator[object]:
    """Tell them, and give them their time."""
    letters = () if cmd.in_person else tuple(request(NoticeRule.COMMENT_INVITATION, complaint, ctx, to=cmd.party))
    invitation = ctx.id("invitation")
    yield CommentInvited(
        target=ctx.target,
        invitation=invitation,
        party=cmd.party,
        issues=cmd.issues,
        points=given(cmd.points),
        basis=given(cmd.basis),
        notice=letters[0].notice if letters else None,
    )
    yield from promise(complaint, CommitmentKind.COMMENT, ctx.occurred, ctx, about=invitation)
    yield from letters


def receive(complaint: Complaint, cmd: RecordComment, ctx: Context) -> Iterator[object]:
    """Put the comment on file; its time is over."""
    yield CommentReceived(invitation=cmd.invitation, comment=given(cmd.comment), channel=cmd.channel)
    yield from settle(complaint, (CommitmentKind.COMMENT,), ctx.occurred, ctx, about=cmd.invitation)


# Evolve --------------------------------------------------------------------------------------------


def invited(complaint: Complaint, happened: CommentInvited, past: Past) -> Complaint:
    """One more invitation."""
    invitation = CommentInvitation(
        id=happened.invitation,
        party=happened.party,
        issues=happened.issues,
        points=happened.points,
        basis=happened.basis,
        invited_at=past.when,
        notice=happened.notice,
    )
    inquiry = changed(complaint.inquiry, invitations=(*complaint.inquiry.invitations, invitation))
    return changed(complaint, handling=happened.target, inquiry=inquiry)


def received(complaint: Complaint, happened: CommentReceived, past: Past) -> Complaint:
    """The invitation has its comment."""
    invitations = tuple(
        changed(each, comment=happened.comment, received_at=past.when) if each.id == happened.invitation else each
        for each in complaint.inquiry.invitations
    )
    return changed(complaint, inquiry=changed(complaint.inquiry, invitations=invitations))


DECIDES = (
    Decides(
        command=InviteComment,
        ev="EV-30",
        by=may(Role.INVESTIGATOR),
        move="invite_comment",
        requires=(has_time_for_it,),
        guards=(says_what_against_them, can_be_told, is_not_invited, quotable("points", "basis")),
        decide=invite,
    ),
    Decides(
        command=RecordComment,
        ev="EV-30",
        by=may(Role.CASE_HANDLER, Role.INVESTIGATOR) | COMPLAINANT,
        requires=(is_awaited,),
        guards=(may_comment, says_something),
        decide=receive,
    ),
)
EVOLVES = {CommentInvited: invited, CommentReceived: received}
