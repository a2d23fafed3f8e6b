"""Everything that can be asked of a desk, gathered from the steps.

Each command is a frozen attrs class with keyword arguments. Plain text may be given where a field is
personal. :func:`from_dict` builds a command out of plain data, :func:`to_dict` is the way back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from complaintkit.commitments import (
    ExtendCommitment,
    JudgeCommitment,
    KeepCommitment,
    MakePromise,
    PauseClocks,
    RaiseSignal,
    ResumeClocks,
    ReviseCommitments,
)
from complaintkit.complaint.parts import Finding
from complaintkit.errors import MalformedInput, NotAvailableYet
from complaintkit.journal import codec
from complaintkit.learn.evaluation import ConcludeWithoutAction, StartEvaluation
from complaintkit.letters.delivery import RecordDelivery
from complaintkit.lifecycle.steps import COMMANDS, NOT_YET
from complaintkit.receive.acknowledgement import AcknowledgeComplaint
from complaintkit.receive.assessment import BeginAssessment, NewIssue, RecordTriage, SetIssues
from complaintkit.receive.contacts import RecordContact
from complaintkit.receive.correction import CorrectFacts
from complaintkit.receive.duplicates import MergeDuplicate, UnmergeComplaint
from complaintkit.receive.history import CorrectRecord, ImportRecord
from complaintkit.receive.intake import CaptureComplaint, RegisterComplaint
from complaintkit.receive.priority import (
    ConfirmOverride,
    DeclareUrgency,
    OverridePriority,
    RejectOverride,
    ReportOverdueOverride,
)
from complaintkit.receive.responsibility import DeclareConflict, ReassignComplaint
from complaintkit.respond.closing import CloseComplaint, ReopenComplaint, WithdrawComplaint
from complaintkit.respond.comment import InviteComment, RecordComment
from complaintkit.respond.early_resolution import (
    AgreeResolution,
    FailEarlyResolution,
    SkipEarlyResolution,
    TryEarlyResolution,
)
from complaintkit.respond.external import OpenExternalReview, RecordDetermination, RecordExternalReturn
from complaintkit.respond.immediate_action import TakeImmediateAction
from complaintkit.respond.information import (
    LapseInformationRequest,
    RecordInformation,
    RemindOfInformation,
    RequestInformation,
)
from complaintkit.respond.inquiry import (
    AddEvidence,
    CompleteEvidence,
    ProceedToReport,
    SeekMoreEvidence,
    SelectApproach,
)
from complaintkit.respond.legal_hold import PlaceLegalHold, ReleaseLegalHold
from complaintkit.respond.liaison import AnswerLiaison, AskLiaison
from complaintkit.respond.outcome import AcceptOutcome, IssueOutcome
from complaintkit.respond.report import ApproveReport, ReturnReport, SubmitReport
from complaintkit.respond.review import DecideReview, RequestInternalReview
from complaintkit.respond.withholding import LiftPrivilege, MarkPrivileged, RedactText

__all__ = [
    "AcceptOutcome",
    "AcknowledgeComplaint",
    "AddEvidence",
    "AgreeResolution",
    "AnswerLiaison",
    "ApproveReport",
    "AskLiaison",
    "BeginAssessment",
    "CaptureComplaint",
    "CloseComplaint",
    "CompleteEvidence",
    "ConcludeWithoutAction",
    "ConfirmOverride",
    "CorrectFacts",
    "CorrectRecord",
    "DecideReview",
    "DeclareConflict",
    "DeclareUrgency",
    "ExtendCommitment",
    "FailEarlyResolution",
    "Finding",
    "ImportRecord",
    "InviteComment",
    "IssueOutcome",
    "JudgeCommitment",
    "KeepCommitment",
    "LapseInformationRequest",
    "LiftPrivilege",
    "MakePromise",
    "MarkPrivileged",
    "MergeDuplicate",
    "NewIssue",
    "OpenExternalReview",
    "OverridePriority",
    "PauseClocks",
    "PlaceLegalHold",
    "ProceedToReport",
    "RaiseSignal",
    "ReassignComplaint",
    "RecordComment",
    "RecordContact",
    "RecordDelivery",
    "RecordDetermination",
    "RecordExternalReturn",
    "RecordInformation",
    "RecordTriage",
    "RedactText",
    "RegisterComplaint",
    "RejectOverride",
    "ReleaseLegalHold",
    "RemindOfInformation",
    "ReopenComplaint",
    "ReportOverdueOverride",
    "RequestInformation",
    "RequestInternalReview",
    "ResumeClocks",
    "ReturnReport",
    "ReviseCommitments",
    "SeekMoreEvidence",
    "SelectApproach",
    "SetIssues",
    "SkipEarlyResolution",
    "StartEvaluation",
    "SubmitReport",
    "TakeImmediateAction",
    "TryEarlyResolution",
    "UnmergeComplaint",
    "WithdrawComplaint",
    "from_dict",
    "to_dict",
]


def from_dict(data: Mapping[str, Any]) -> Any:
    """Build the command that ``data["type"]`` names; personal texts are plain strings in the data.

    Raises ``UnknownName`` for a type or a field that does not exist, ``NotAvailableYet`` for a command
    of the model that this version cannot carry out, ``MalformedInput`` for a wrong value.

    >>> from_dict({"type": "close-complaint", "complaint": "C-0000-0000-0000-2"})
    CloseComplaint(complaint='C-0000-0000-0000-2')
    >>> from_dict({"type": "register-complaint", "owner": "agent-7", "attributes": {"product": "bill"}}).attributes
    (('product', 'bill'),)
    >>> from_dict({"type": "split-complaint", "complaint": "C-0000-0000-0000-2"})
    Traceback (most recent call last):
    ...
    complaintkit.errors.NotAvailableYet: split-complaint is not available yet (see 'not available yet' in the docs)
    """
    if not isinstance(data, Mapping):
        raise MalformedInput("a command is a mapping with a 'type'", hint="or an object from complaintkit.commands")
    if data.get("type") in NOT_YET.values():
        raise NotAvailableYet(f"{data['type']} is not available yet", hint="see 'not available yet' in the docs")
    return codec.from_dict(data, {name: cls for name, cls in COMMANDS.items() if cls.__name__ in __all__})


def to_dict(command: Any) -> dict[str, Any]:
    """A command as plain data under its ``type``.

    >>> to_dict(CloseComplaint(complaint="C-0000-0000-0000-2"))
    {'type': 'close-complaint', 'complaint': 'C-0000-0000-0000-2'}
    """
    return codec.to_dict(command)
