"""What each letter owes its reader, and which promises it keeps (domain communication 7.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from complaintkit.complaint import Complaint
from complaintkit.letters.models import Part
from complaintkit.vocabulary import CommitmentKind, FindingValue, NoticeRule, ReviewOutcome

#: The commitments that a letter keeps once it counts as given (INV-33). An early resolution is kept by the agreement.
SATISFIES: Final[Mapping[NoticeRule, tuple[CommitmentKind, ...]]] = {
    NoticeRule.ACKNOWLEDGEMENT: (CommitmentKind.ACKNOWLEDGE,),
    NoticeRule.PROGRESS: (CommitmentKind.PROGRESS,),
    NoticeRule.INFORMATION_REQUEST: (),
    NoticeRule.HANDLER_CHANGED: (),
    NoticeRule.MERGED: (),
    NoticeRule.RESOLUTION: (CommitmentKind.FINAL, CommitmentKind.PROGRESS),
    NoticeRule.COMMENT_INVITATION: (),
    NoticeRule.OUTCOME: (CommitmentKind.FINAL, CommitmentKind.PROGRESS),
    NoticeRule.REVIEW_RECEIVED: (),
    NoticeRule.REVIEW_DECIDED: (CommitmentKind.REVIEW,),
}

#: What an answer to an issue consists of (INV-50).
ANSWER: Final = frozenset({Part.TOLD, Part.LOOKED_AT, Part.FOUND, Part.WHY, Part.STANDARD})

#: Findings that say that we failed: an apology is due (INV-50, R-21).
FAILED: Final = (FindingValue.SUBSTANTIATED, FindingValue.PARTLY_SUBSTANTIATED)

#: Review outcomes that put new findings in the place of the old ones.
REPLACED: Final = (ReviewOutcome.VARIED, ReviewOutcome.SUBSTITUTED)

_ALWAYS: Final = {Part.REFERENCE, Part.CONTACT}
_REVIEW: Final = {Part.HOW, Part.UNTIL, Part.WHO, Part.EXTERNAL_REVIEW, Part.FREE}
_OWED: Final[Mapping[NoticeRule, set[Part]]] = {
    # E-16: the minimum of an acknowledgement.
    NoticeRule.ACKNOWLEDGEMENT: {
        Part.RECEIVED, Part.NEXT_STEPS, Part.BY_WHEN, Part.LIMITS, Part.ADD_INFORMATION, Part.CONFIDENTIALITY,
        Part.HELP, Part.FREE, Part.INTERNAL_REVIEW, Part.EXTERNAL_REVIEW,
    },
    NoticeRule.PROGRESS: {Part.DONE, Part.NEXT_STEPS, Part.BY_WHEN, Part.CHANGE},
    NoticeRule.INFORMATION_REQUEST: {
        Part.ASKED, Part.NEEDED_FOR, Part.HOW_TO_REPLY, Part.HELP, Part.REPLY_BY, Part.WITHOUT_REPLY,
    },
    NoticeRule.HANDLER_CHANGED: {Part.NEXT_STEPS, Part.CHANGE},
    NoticeRule.MERGED: {Part.COVERS, Part.FREE, Part.INTERNAL_REVIEW, Part.EXTERNAL_REVIEW},
    NoticeRule.RESOLUTION: {Part.TREATED, Part.AGREED, *_REVIEW},
    NoticeRule.COMMENT_INVITATION: {
        Part.POINTS, Part.BASIS, Part.REPLY_BY, Part.HOW_TO_REPLY, Part.SUPPORT, Part.NO_REPRISAL, Part.WITHOUT_REPLY,
    },
    # INV-50; the answers to the issues are checked one by one.
    NoticeRule.OUTCOME: {Part.OVERALL, Part.COULD_NOT, Part.DOCUMENTS, *_REVIEW},
    NoticeRule.REVIEW_RECEIVED: {Part.REVIEWER, Part.BY_WHEN, Part.SCOPE, Part.EXTERNAL_REVIEW},
    NoticeRule.REVIEW_DECIDED: {Part.DECISION, Part.REASONS, Part.CHANGES, Part.EXTERNAL_REVIEW},
}  # fmt: skip


def owed_parts(rule: NoticeRule, complaint: Complaint) -> frozenset[Part]:
    """The parts without which a letter of this rule may not go out: an apology too, where an issue was found true."""
    apology = {Part.APOLOGY} if answered_issues(rule, complaint) and failures(complaint) else set()
    return frozenset(_ALWAYS | _OWED[rule] | apology)


def answered_issues(rule: NoticeRule, complaint: Complaint) -> tuple[int, ...]:
    """The numbers of the issues that the letter must answer one by one: all, or none of them."""
    replaced = rule is NoticeRule.REVIEW_DECIDED and review_replaced(complaint)
    return tuple(issue.no for issue in complaint.issues) if rule is NoticeRule.OUTCOME or replaced else ()


def failures(complaint: Complaint) -> tuple[int, ...]:
    """The numbers of the issues in which the complainant was right, wholly or partly."""
    report = complaint.inquiry.report
    return tuple(finding.issue for finding in report.findings if finding.value in FAILED) if report else ()


def review_replaced(complaint: Complaint) -> bool:
    """Whether the newest review put other findings in the place of the report's."""
    review = complaint.reviews[-1] if complaint.reviews else None
    return review is not None and review.outcome in REPLACED and complaint.inquiry.report is not None
