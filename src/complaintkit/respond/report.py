"""The report: one finding for each issue, on evidence, approved by somebody else (EV-31, EV-32, EV-33)."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import field, frozen

from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import Finding, Report
from complaintkit.complaint.step import Context, Decides, Past, given, may, no_conflict, refuse
from complaintkit.errors import Reason
from complaintkit.journal import event
from complaintkit.respond.findings import FINDING_GUARDS, as_findings
from complaintkit.respond.guards import may_still_comment, quotable
from complaintkit.values import Personal, maybe_personal
from complaintkit.vocabulary import Handling, Role

# Commands ------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class SubmitReport:
    """EV-31: hand in the findings, one for each issue (E-25, E-26)."""

    complaint: str
    findings: tuple[Finding, ...] = field(converter=as_findings)
    conflict: bool = False


@frozen(kw_only=True)
class ReturnReport:
    """EV-32: send the report back, with reasons."""

    complaint: str
    reasons: Personal | None = field(default=None, converter=maybe_personal)


@frozen(kw_only=True)
class ApproveReport:
    """EV-33: approve the report; nobody approves their own (INV-48)."""

    complaint: str
    conflict: bool = False


# Events --------------------------------------------------------------------------------------------


@event
class ReportSubmitted:
    """The findings wait for approval."""

    target: Handling
    findings: tuple[Finding, ...]


@event
class ReportReturned:
    """The report goes back to its author; this version stays in the journal."""

    target: Handling
    reasons: Personal


@event
class ReportApproved:
    """A second person stands behind the report."""

    target: Handling


# Decide --------------------------------------------------------------------------------------------


def nobody_may_still_comment(complaint: Complaint, _cmd: object, ctx: Context) -> Reason | None:
    """INV-46: the report waits for whoever was invited to comment, until they did or their time is over."""
    waits = any(may_still_comment(complaint, each, ctx) for each in complaint.inquiry.invitations)
    return refuse("INV-46", "somebody who was invited to comment still has time") if waits else None


def gives_reasons(_complaint: Complaint, cmd: ReturnReport, _ctx: Context) -> Reason | None:
    """G-31: why it is returned."""
    return None if cmd.reasons else refuse("G-31", "no reasons are given")


def not_the_author(complaint: Complaint, _cmd: object, ctx: Context) -> Reason | None:
    """INV-48, SoD-1, IT-05: the approver is not the author."""
    report = complaint.inquiry.report
    own = report is not None and report.author == ctx.actor.id
    return refuse("INV-48", "nobody approves their own report (IT-05)") if own else None


def submit(_complaint: Complaint, cmd: SubmitReport, ctx: Context) -> Iterator[object]:
    """Hand in."""
    yield ReportSubmitted(target=ctx.target, findings=cmd.findings)


def send_back(_complaint: Complaint, cmd: ReturnReport, ctx: Context) -> Iterator[object]:
    """Send back."""
    yield ReportReturned(target=ctx.target, reasons=given(cmd.reasons))


def approve(_complaint: Complaint, _cmd: ApproveReport, ctx: Context) -> Iterator[object]:
    """Stand behind it."""
    yield ReportApproved(target=ctx.target)


# Evolve --------------------------------------------------------------------------------------------


def submitted(complaint: Complaint, happened: ReportSubmitted, past: Past) -> Complaint:
    """The newest version of the report counts."""
    before = complaint.inquiry.report
    report = Report(
        author=past.actor.id,
        submitted_at=past.when,
        findings=happened.findings,
        returned=before.returned if before else 0,
    )
    return _with_report(complaint, happened.target, report)


def returned(complaint: Complaint, happened: ReportReturned, _past: Past) -> Complaint:
    """The report is counted as returned once more."""
    report = given(complaint.inquiry.report)
    return _with_report(complaint, happened.target, changed(report, returned=report.returned + 1))


def approved(complaint: Complaint, happened: ReportApproved, past: Past) -> Complaint:
    """The report has its approver."""
    report = given(complaint.inquiry.report)
    return _with_report(complaint, happened.target, changed(report, approver=past.actor.id, approved_at=past.when))


def _with_report(complaint: Complaint, target: Handling, report: Report) -> Complaint:
    return changed(complaint, handling=target, inquiry=changed(complaint.inquiry, report=report))


_APPROVERS = may(Role.DECISION_MAKER, Role.REMEDY_APPROVER)
DECIDES = (
    Decides(
        command=SubmitReport,
        ev="EV-31",
        by=may(Role.INVESTIGATOR),
        move="submit_report",
        requires=(nobody_may_still_comment,),
        guards=(no_conflict, *FINDING_GUARDS, quotable("findings")),
        decide=submit,
    ),
    Decides(
        command=ReturnReport,
        ev="EV-32",
        by=may(Role.DECISION_MAKER),
        move="return_report",
        guards=(gives_reasons,),
        decide=send_back,
    ),
    Decides(
        command=ApproveReport,
        ev="EV-33",
        by=_APPROVERS,
        move="approve_report",
        requires=(not_the_author,),
        guards=(no_conflict,),
        decide=approve,
    ),
)
EVOLVES = {ReportSubmitted: submitted, ReportReturned: returned, ReportApproved: approved}
