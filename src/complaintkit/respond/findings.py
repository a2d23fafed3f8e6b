"""What makes a finding sound, and which outcome follows from the findings (INV-24, INV-25, INV-45 to INV-47)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from complaintkit.complaint.asked import CommentInvitation
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import Finding
from complaintkit.complaint.step import Context, Guard, refuse
from complaintkit.errors import Reason
from complaintkit.respond.guards import was_heard
from complaintkit.vocabulary import FindingValue, Gravity, OutcomeValue

_DECIDED: Final = (FindingValue.SUBSTANTIATED, FindingValue.PARTLY_SUBSTANTIATED, FindingValue.NOT_SUBSTANTIATED)


def derive_outcome(values: Iterable[FindingValue], *, agreed: bool = False) -> OutcomeValue:
    """The outcome of a complaint from the values of its findings; nobody chooses it (INV-24).

    >>> derive_outcome([FindingValue.SUBSTANTIATED, FindingValue.NOT_SUBSTANTIATED])
    <OutcomeValue.PARTLY_UPHELD: 'partly_upheld'>
    >>> derive_outcome([FindingValue.NOT_INVESTIGATED])
    <OutcomeValue.NOT_DECIDED: 'not_decided'>
    """
    found = [value for value in values if value is not FindingValue.NOT_INVESTIGATED]
    if not found:
        return OutcomeValue.RESOLVED_BY_AGREEMENT if agreed else OutcomeValue.NOT_DECIDED
    if all(value is FindingValue.SUBSTANTIATED for value in found):
        return OutcomeValue.UPHELD
    if any(value in (FindingValue.SUBSTANTIATED, FindingValue.PARTLY_SUBSTANTIATED) for value in found):
        return OutcomeValue.PARTLY_UPHELD
    if all(value is FindingValue.NOT_SUBSTANTIATED for value in found):
        return OutcomeValue.NOT_UPHELD
    return OutcomeValue.UNDETERMINED


def as_findings(value: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings as a tuple, from any iterable of them."""
    return tuple(value)


def one_for_each_issue(complaint: Complaint, cmd: Any, _ctx: Context) -> Reason | None:
    """INV-24, IT-03: exactly one finding for each issue."""
    given = Counter(finding.issue for finding in cmd.findings)
    for issue in complaint.issues:
        if given[issue.no] != 1:
            return refuse("INV-24", f"issue {issue.no} has {given[issue.no]} findings, and needs one (IT-03)")
    extra = sorted(set(given) - {issue.no for issue in complaint.issues})
    return refuse("INV-24", f"no issue has the number {extra[0]}") if extra else None


def _each(check: Callable[[Complaint, Finding], Reason | None], text: str) -> Guard:
    """A guard that asks every finding of a command the same question and gives the first reason."""

    def guard(complaint: Complaint, cmd: Any, _ctx: Context) -> Reason | None:
        return next((reason for finding in cmd.findings if (reason := check(complaint, finding))), None)

    guard.__doc__ = text
    guard.__name__ = check.__name__
    return guard


def _stands_on_evidence(complaint: Complaint, finding: Finding) -> Reason | None:
    if not finding.reasons:
        return refuse("INV-45", f"issue {finding.issue} is answered without reasons")
    on_file = {item.id for item in complaint.inquiry.evidence}
    if unknown := set(finding.evidence) - on_file:
        return refuse("INV-45", f"issue {finding.issue} rests on {len(unknown)} items that are not on file")
    if finding.value in _DECIDED and not finding.evidence:
        return refuse("INV-45", f"issue {finding.issue} is decided without any item of evidence")
    if finding.value is FindingValue.UNABLE_TO_DETERMINE and finding.sought is None:
        return refuse("INV-45", f"issue {finding.issue} does not say what was sought")
    return None


def person_was_heard(complaint: Complaint, cmd: Any, ctx: Context) -> Reason | None:
    """INV-46, IT-21: nobody is found against unheard, unless a lawful reason says why."""
    for finding in cmd.findings:
        adverse = finding.adverse_to_person and finding.value in _DECIDED[:2] and finding.no_comment_reason is None
        if adverse and not any(was_heard(complaint, each, ctx) for each in _invited(complaint, finding.issue)):
            return refuse("INV-46", f"issue {finding.issue} goes against a person who was not heard (IT-21)")
    return None


def _invited(complaint: Complaint, no: int) -> Iterator[CommentInvitation]:
    """The invitations of whom an issue is about; of anybody but the complainant, where it names nobody."""
    issue = complaint.issue(no)
    person = issue.respondent if issue and issue.identifies_person else None
    for each in complaint.inquiry.invitations:
        if no in each.issues and each.party is not None and person in (None, each.party):
            yield each


def _serious_needs_two(_complaint: Complaint, finding: Finding) -> Reason | None:
    alone = finding.gravity is Gravity.SERIOUS and finding.value in _DECIDED and len(set(finding.evidence)) < 2
    if alone and finding.one_item_reason is None:
        return refuse("INV-47", f"issue {finding.issue} is serious and rests on one item without a reason")
    return None


def _cause_is_perceived(_complaint: Complaint, finding: Finding) -> Reason | None:
    if finding.value is FindingValue.NOT_SUBSTANTIATED and not finding.perceived_cause:
        return refuse("INV-25", f"issue {finding.issue} does not say why it felt like a failure")
    return None


#: G-20: what is asked of the findings of a report, and of a review that replaces them.
FINDING_GUARDS: Final[tuple[Guard, ...]] = (
    one_for_each_issue,
    _each(_stands_on_evidence, "INV-45: a finding stands on evidence, or says what was sought."),
    person_was_heard,
    _each(_serious_needs_two, "INV-47: a serious finding rests on two items, or says why one is enough."),
    _each(_cause_is_perceived, "INV-25: an issue that is not substantiated still had a cause."),
)
