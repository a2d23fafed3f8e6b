"""The complaint and its parts: frozen state, folded from the journal, without the behaviour of any step."""

from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import (
    Acknowledgement,
    Closure,
    Commitment,
    EvidenceItem,
    ExternalReview,
    Finding,
    Inquiry,
    Intake,
    InternalReview,
    Issue,
    Notice,
    Outcome,
    Participation,
    Report,
    Resolution,
    Triage,
)

__all__ = [
    "Acknowledgement",
    "Closure",
    "Commitment",
    "Complaint",
    "EvidenceItem",
    "ExternalReview",
    "Finding",
    "Inquiry",
    "Intake",
    "InternalReview",
    "Issue",
    "Notice",
    "Outcome",
    "Participation",
    "Report",
    "Resolution",
    "Triage",
]
