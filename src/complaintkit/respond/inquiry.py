"""Looking into it: the lightest adequate approach, and evidence until each issue can be answered (EV-22 to EV-29)."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import field, frozen

from complaintkit.commitments import promise, release
from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import EvidenceItem, Resolution
from complaintkit.complaint.step import Context, Decides, Past, given, may, refuse, stay
from complaintkit.errors import Reason
from complaintkit.journal import event
from complaintkit.letters.delivery import request
from complaintkit.respond.guards import quotable, track_permits
from complaintkit.values import Personal, maybe_personal, personal, whole_numbers
from complaintkit.vocabulary import Approach, CommitmentKind, EvidenceKind, Handling, NoticeRule, Role, Support

#: Which chart event an approach takes; two of them lead to steps that are not available yet.
APPROACH_MOVES = {
    Approach.RESOLVE_INFORMALLY: "approach_settle",
    Approach.CONCILIATION: "approach_settle",
    Approach.DESK_REVIEW: "approach_desk_review",
    Approach.FORMAL_INVESTIGATION: "approach_investigate",
    Approach.SPECIALIST: "approach_investigate",
    Approach.REFER: "approach_refer",
}

# Commands ------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class SelectApproach:
    """EV-22: choose how it is looked into, with the reason why nothing lighter is enough (E-21, INV-39)."""

    complaint: str
    approach: Approach = field(converter=Approach)
    reason: Personal | None = field(default=None, converter=maybe_personal)


@frozen(kw_only=True)
class AddEvidence:
    """EV-26a: add an item by its digest (``sha256:...``); the bytes stay with the host."""

    complaint: str
    kind: EvidenceKind = field(converter=EvidenceKind)
    description: Personal = field(converter=personal)
    source: str
    digest: str
    issues: tuple[int, ...] = field(converter=whole_numbers)
    lawful_basis: str = ""
    supports: Support = field(default=Support.NEUTRAL, converter=Support)


@frozen(kw_only=True)
class CompleteEvidence:
    """EV-27: the search is over; ``exhausted`` lists the issues for which nothing was found, with a note."""

    complaint: str
    exhausted: tuple[int, ...] = field(default=(), converter=whole_numbers)
    note: Personal | None = field(default=None, converter=maybe_personal)


@frozen(kw_only=True)
class SeekMoreEvidence:
    """EV-28: go back for what is missing."""

    complaint: str
    gap: Personal | None = field(default=None, converter=maybe_personal)


@frozen(kw_only=True)
class ProceedToReport:
    """EV-29: the solution in view is suitable and possible; the note says why (G-19)."""

    complaint: str
    note: Personal | None = field(default=None, converter=maybe_personal)


# Events --------------------------------------------------------------------------------------------


@event
class ApproachSelected:
    """How it is looked into is decided."""

    target: Handling
    approach: Approach
    reason: Personal


@event
class EvidenceAdded:
    """An item of evidence is on file."""

    target: Handling
    item: EvidenceItem


@event
class EvidenceCompleted:
    """Each issue has evidence, or a note that the search was exhausted."""

    target: Handling
    exhausted: tuple[int, ...]
    note: Personal | None


@event
class MoreEvidenceSought:
    """A gap was named."""

    target: Handling
    gap: Personal


@event
class ReportBegun:
    """The inquiry goes on to its report."""

    target: Handling
    note: Personal


# Decide --------------------------------------------------------------------------------------------


def is_proportionate(_complaint: Complaint, cmd: SelectApproach, _ctx: Context) -> Reason | None:
    """G-14, INV-39: the choice has its reason."""
    return None if cmd.reason else refuse("G-14", "no reason of proportionality is given")


def may_settle(complaint: Complaint, cmd: SelectApproach, ctx: Context) -> Reason | None:
    """G-12 into early resolution."""
    settles = APPROACH_MOVES[cmd.approach] == "approach_settle"
    return track_permits(complaint, cmd, ctx) if settles else None


def is_lawful(complaint: Complaint, cmd: AddEvidence, _ctx: Context) -> Reason | None:
    """G-17: collected on a lawful basis, and relevant to an issue of this complaint."""
    if not cmd.lawful_basis:
        return refuse("G-17", "no lawful basis of collection is named")
    unknown = [no for no in cmd.issues if complaint.issue(no) is None]
    if unknown or not cmd.issues:
        return refuse("G-17", f"no issue has the number {unknown[0]}" if unknown else "no issue is named")
    return None


def is_searched(complaint: Complaint, cmd: CompleteEvidence, _ctx: Context) -> Reason | None:
    """G-18: each issue has evidence or an exhausted search."""
    covered = {no for item in complaint.inquiry.evidence for no in item.issues}
    if cmd.note:
        covered |= set(cmd.exhausted)
    bare = [issue.no for issue in complaint.issues if issue.no not in covered]
    return refuse("G-18", f"issue {bare[0]} has neither evidence nor a note of an exhausted search") if bare else None


def departments_had_their_time(complaint: Complaint, _cmd: object, ctx: Context) -> Reason | None:
    """G-18: a department that still has time to answer is waited for; one that let it pass was escalated."""
    open_ = (owed for owed in complaint.open_commitments if owed.kind is CommitmentKind.LIAISON)
    waits = any(not owed.is_overdue(ctx.occurred) for owed in open_)
    return refuse("G-18", "a department still has time to answer its question") if waits else None


def names_gap(_complaint: Complaint, cmd: SeekMoreEvidence, _ctx: Context) -> Reason | None:
    """G-30: what is missing is named."""
    return None if cmd.gap else refuse("G-30", "the gap is not named")


def is_suitable(_complaint: Complaint, cmd: ProceedToReport, _ctx: Context) -> Reason | None:
    """G-19: suitable, lawful, feasible, funded, with an owner."""
    return None if cmd.note else refuse("G-19", "no note says that the solution is suitable and possible")


def select(complaint: Complaint, cmd: SelectApproach, ctx: Context) -> Iterator[object]:
    """Decide how, and tell the person the method and the times."""
    yield ApproachSelected(target=ctx.target, approach=cmd.approach, reason=given(cmd.reason))
    if ctx.target is Handling.EARLY_RESOLUTION:
        yield from promise(complaint, CommitmentKind.EARLY_RESOLUTION, ctx.occurred, ctx)
    yield from request(NoticeRule.PROGRESS, complaint, ctx)


def add_evidence(_complaint: Complaint, cmd: AddEvidence, ctx: Context) -> Iterator[object]:
    """Put the item on file."""
    item = EvidenceItem(
        id=ctx.id("evidence"),
        kind=cmd.kind,
        description=cmd.description,
        source=cmd.source,
        digest=cmd.digest,
        lawful_basis=cmd.lawful_basis,
        supports=cmd.supports,
        issues=cmd.issues,
        obtained_at=ctx.occurred,
        added_by=ctx.actor.id,
    )
    yield EvidenceAdded(target=ctx.target, item=item)


def complete(complaint: Complaint, cmd: CompleteEvidence, ctx: Context) -> Iterator[object]:
    """End the search; what a department did not answer in time keeps its verdict, and nobody waits for it now."""
    yield EvidenceCompleted(target=ctx.target, exhausted=cmd.exhausted, note=cmd.note)
    yield from release(complaint, ctx.occurred, ctx, keep=set(CommitmentKind) - {CommitmentKind.LIAISON})


def seek_more(_complaint: Complaint, cmd: SeekMoreEvidence, ctx: Context) -> Iterator[object]:
    """Go back."""
    yield MoreEvidenceSought(target=ctx.target, gap=given(cmd.gap))


def proceed(_complaint: Complaint, cmd: ProceedToReport, ctx: Context) -> Iterator[object]:
    """Go on to report."""
    yield ReportBegun(target=ctx.target, note=given(cmd.note))


# Evolve --------------------------------------------------------------------------------------------


def selected(complaint: Complaint, happened: ApproachSelected, past: Past) -> Complaint:
    """The approach stands; where it leads back to settling, a new attempt begins."""
    inquiry = changed(complaint.inquiry, approach=happened.approach)
    settles = happened.target is Handling.EARLY_RESOLUTION
    attempt = Resolution(tried_at=past.when) if settles else complaint.resolution
    return changed(complaint, handling=happened.target, inquiry=inquiry, resolution=attempt)


def added(complaint: Complaint, happened: EvidenceAdded, _past: Past) -> Complaint:
    """The item is on file."""
    inquiry = changed(complaint.inquiry, evidence=(*complaint.inquiry.evidence, happened.item))
    return changed(complaint, handling=happened.target, inquiry=inquiry)


def completed(complaint: Complaint, happened: EvidenceCompleted, _past: Past) -> Complaint:
    """The search is over."""
    return changed(complaint, handling=happened.target, inquiry=changed(complaint.inquiry, complete=True))


def reopened_search(complaint: Complaint, happened: MoreEvidenceSought, _past: Past) -> Complaint:
    """The search goes on."""
    return changed(complaint, handling=happened.target, inquiry=changed(complaint.inquiry, complete=False))


_INVESTIGATORS = may(Role.INVESTIGATOR)
DECIDES = (
    Decides(
        command=SelectApproach,
        ev="EV-22",
        by=may(Role.CASE_HANDLER, Role.TEAM_LEADER),
        move=lambda _complaint, cmd: APPROACH_MOVES[cmd.approach],
        moves=tuple(dict.fromkeys(APPROACH_MOVES.values())),
        guards=(is_proportionate, may_settle),
        decide=select,
    ),
    Decides(
        command=AddEvidence,
        ev="EV-26a",
        by=may(Role.CASE_HANDLER, Role.LIAISON, Role.INVESTIGATOR),
        move="add_evidence",
        guards=(is_lawful, quotable("description")),
        decide=add_evidence,
    ),
    Decides(
        command=CompleteEvidence,
        ev="EV-27",
        by=_INVESTIGATORS,
        move="evidence_complete",
        requires=(departments_had_their_time,),
        guards=(is_searched,),
        decide=complete,
    ),
    Decides(
        command=SeekMoreEvidence,
        ev="EV-28",
        by=may(Role.INVESTIGATOR, Role.DECISION_MAKER),
        move="more_evidence",
        guards=(names_gap,),
        decide=seek_more,
    ),
    Decides(
        command=ProceedToReport,
        ev="EV-29",
        by=_INVESTIGATORS,
        move="proceed_to_report",
        guards=(is_suitable,),
        decide=proceed,
    ),
)
EVOLVES = {
    ApproachSelected: selected,
    EvidenceAdded: added,
    EvidenceCompleted: completed,
    MoreEvidenceSought: reopened_search,
    ReportBegun: stay,
}
