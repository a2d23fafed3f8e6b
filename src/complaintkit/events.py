"""Everything that can have happened, gathered from the steps: the classes that a journal entry carries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from complaintkit.commitments import (
    CommitmentBreached,
    CommitmentCompleted,
    CommitmentExtended,
    CommitmentMade,
    CommitmentMet,
    CommitmentMoved,
    CommitmentPaused,
    CommitmentReleased,
    CommitmentRestored,
    CommitmentResumed,
    CommitmentsRevised,
    HoldBegun,
    HoldEnded,
    SignalRaised,
)
from complaintkit.journal import Event, codec
from complaintkit.learn.evaluation import EvaluationStarted, LearningConcluded, LearningResumed
from complaintkit.letters.delivery import LetterFailed, LetterRequested, LetterSent
from complaintkit.lifecycle.steps import EVENTS, AttemptRefused, EpochBegun, TextRevealed
from complaintkit.privacy.erasure import DisposalBegun, ErasureApproved, ErasureCompleted, ErasureRequested, TextsErased
from complaintkit.receive.acknowledgement import ComplaintAcknowledged
from complaintkit.receive.assessment import AssessmentBegun, IssuesSet, TriageRecorded
from complaintkit.receive.contacts import ContactRecorded
from complaintkit.receive.corrected import RecordCorrected
from complaintkit.receive.duplicates import ComplaintMerged, ComplaintUnmerged, DuplicateJoined, DuplicateParted
from complaintkit.receive.history import MilestoneReached, RecordAnswered, RecordImported
from complaintkit.receive.intake import ComplaintCaptured, ComplaintRegistered
from complaintkit.receive.priority import (
    OverrideConfirmed,
    OverrideLeftUnconfirmed,
    OverrideRejected,
    PriorityOverridden,
    SecondLookAsked,
    SecondLookEnded,
    UrgencyDeclared,
)
from complaintkit.receive.responsibility import ComplaintReassigned, ComplaintRouted, ConflictDeclared
from complaintkit.respond.closing import ComplaintClosed, ComplaintReopened, ComplaintWithdrawn
from complaintkit.respond.comment import CommentInvited, CommentReceived
from complaintkit.respond.early_resolution import (
    EarlyResolutionFailed,
    EarlyResolutionSkipped,
    EarlyResolutionTried,
    ResolutionAgreed,
)
from complaintkit.respond.external import ExternalReviewDetermined, ExternalReviewOpened, ExternalReviewReturned
from complaintkit.respond.immediate_action import ImmediateActionTaken
from complaintkit.respond.information import (
    ComplainantReminded,
    InformationReceived,
    InformationRequested,
    InformationRequestLapsed,
)
from complaintkit.respond.inquiry import (
    ApproachSelected,
    EvidenceAdded,
    EvidenceCompleted,
    MoreEvidenceSought,
    ReportBegun,
)
from complaintkit.respond.legal_hold import LegalHoldPlaced, LegalHoldReleased
from complaintkit.respond.liaison import LiaisonAnswered, LiaisonAsked
from complaintkit.respond.outcome import OutcomeAccepted, OutcomeIssued
from complaintkit.respond.report import ReportApproved, ReportReturned, ReportSubmitted
from complaintkit.respond.review import InternalReviewDecided, InternalReviewRequested
from complaintkit.respond.withholding import PrivilegeLifted, PrivilegeMarked, TextRedacted

__all__ = [
    "BY_NAME",
    "ApproachSelected",
    "AssessmentBegun",
    "AttemptRefused",
    "CommentInvited",
    "CommentReceived",
    "CommitmentBreached",
    "CommitmentCompleted",
    "CommitmentExtended",
    "CommitmentMade",
    "CommitmentMet",
    "CommitmentMoved",
    "CommitmentPaused",
    "CommitmentReleased",
    "CommitmentRestored",
    "CommitmentResumed",
    "CommitmentsRevised",
    "ComplainantReminded",
    "ComplaintAcknowledged",
    "ComplaintCaptured",
    "ComplaintClosed",
    "ComplaintMerged",
    "ComplaintReassigned",
    "ComplaintRegistered",
    "ComplaintReopened",
    "ComplaintRouted",
    "ComplaintUnmerged",
    "ComplaintWithdrawn",
    "ConflictDeclared",
    "ContactRecorded",
    "DisposalBegun",
    "DuplicateJoined",
    "DuplicateParted",
    "EarlyResolutionFailed",
    "EarlyResolutionSkipped",
    "EarlyResolutionTried",
    "EpochBegun",
    "ErasureApproved",
    "ErasureCompleted",
    "ErasureRequested",
    "EvaluationStarted",
    "EvidenceAdded",
    "EvidenceCompleted",
    "ExternalReviewDetermined",
    "ExternalReviewOpened",
    "ExternalReviewReturned",
    "HoldBegun",
    "HoldEnded",
    "ImmediateActionTaken",
    "InformationReceived",
    "InformationRequestLapsed",
    "InformationRequested",
    "InternalReviewDecided",
    "InternalReviewRequested",
    "IssuesSet",
    "LearningConcluded",
    "LearningResumed",
    "LegalHoldPlaced",
    "LegalHoldReleased",
    "LetterFailed",
    "LetterRequested",
    "LetterSent",
    "LiaisonAnswered",
    "LiaisonAsked",
    "MilestoneReached",
    "MoreEvidenceSought",
    "OutcomeAccepted",
    "OutcomeIssued",
    "OverrideConfirmed",
    "OverrideLeftUnconfirmed",
    "OverrideRejected",
    "PriorityOverridden",
    "PrivilegeLifted",
    "PrivilegeMarked",
    "RecordAnswered",
    "RecordCorrected",
    "RecordImported",
    "ReportApproved",
    "ReportBegun",
    "ReportReturned",
    "ReportSubmitted",
    "ResolutionAgreed",
    "SecondLookAsked",
    "SecondLookEnded",
    "SignalRaised",
    "TextRedacted",
    "TextRevealed",
    "TextsErased",
    "TriageRecorded",
    "UrgencyDeclared",
    "from_dict",
    "to_dict",
]

#: The event classes by stored name, such as ``complaint-registered``.
BY_NAME: Final[Mapping[str, type[Event]]] = EVENTS


def to_dict(event: Any) -> dict[str, Any]:
    """An event as plain data under its ``type``; a personal text is its reference."""
    return codec.to_dict(event)


def from_dict(data: Mapping[str, Any]) -> Any:
    """Build the event that ``data["type"]`` names; refuses unknown types and fields."""
    return codec.from_dict(data, EVENTS)
