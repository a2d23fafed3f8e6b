"""The clocks of a complaint: dated promises, and their final verdicts (E-35)."""

from complaintkit.commitments.clocks import (
    CommitmentBreached,
    CommitmentMade,
    CommitmentMet,
    CommitmentMoved,
    CommitmentReleased,
    JudgeCommitment,
    SettleCommitments,
    bring_forward,
    promise,
    release,
    settle,
)

__all__ = [
    "CommitmentBreached",
    "CommitmentMade",
    "CommitmentMet",
    "CommitmentMoved",
    "CommitmentReleased",
    "JudgeCommitment",
    "SettleCommitments",
    "bring_forward",
    "promise",
    "release",
    "settle",
]
