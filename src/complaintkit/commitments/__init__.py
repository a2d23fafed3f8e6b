"""The clocks of a complaint: dated promises, what stops and moves them, who is told, and their verdicts (E-35)."""

from complaintkit.commitments.clocks import (
    CommitmentBreached,
    CommitmentCompleted,
    CommitmentMade,
    CommitmentMet,
    CommitmentMoved,
    CommitmentReleased,
    JudgeCommitment,
    SettleCommitments,
    promise,
    release,
    settle,
)
from complaintkit.commitments.explanation import explain_commitment
from complaintkit.commitments.extensions import CommitmentExtended, ExtendCommitment
from complaintkit.commitments.pauses import (
    CommitmentPaused,
    CommitmentResumed,
    HoldBegun,
    HoldEnded,
    PauseClocks,
    ResumeClocks,
)
from complaintkit.commitments.promises import KeepCommitment, MakePromise
from complaintkit.commitments.reckoning import unfinished
from complaintkit.commitments.revisions import (
    CommitmentRestored,
    CommitmentsRevised,
    ReviseCommitments,
    bring_forward,
    give_back,
    has_balance,
    reopen_clocks,
    take_over,
    take_up,
)
from complaintkit.commitments.signals import (
    JUST_AFTER,
    EscalateUndelivered,
    RaiseSignal,
    SignalRaised,
    climbed_at,
    next_climb,
    signal_key,
)

__all__ = [
    "JUST_AFTER",
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
    "EscalateUndelivered",
    "ExtendCommitment",
    "HoldBegun",
    "HoldEnded",
    "JudgeCommitment",
    "KeepCommitment",
    "MakePromise",
    "PauseClocks",
    "RaiseSignal",
    "ResumeClocks",
    "ReviseCommitments",
    "SettleCommitments",
    "SignalRaised",
    "bring_forward",
    "climbed_at",
    "explain_commitment",
    "give_back",
    "has_balance",
    "next_climb",
    "promise",
    "release",
    "reopen_clocks",
    "settle",
    "signal_key",
    "take_over",
    "take_up",
    "unfinished",
]
