"""Evaluation: every complaint is looked at for what can be learned from it (region E: LE-1, LE-6, LE-8)."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.step import STAFF, Context, Decides, Past, may, refuse
from complaintkit.errors import Reason
from complaintkit.journal import event
from complaintkit.vocabulary import LearningState, Role

# Commands ------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class StartEvaluation:
    """LE-1: begin to learn from the complaint; ``perceived_cause`` is a code of why it felt like a failure."""

    complaint: str
    perceived_cause: str = "not_coded"


@frozen(kw_only=True)
class ConcludeWithoutAction:
    """LE-6: nothing has to change, for a stated reason."""

    complaint: str
    reason: str


@frozen(kw_only=True)
class ResumeLearning:
    """LE-8: a review overturned the decision, so what was learned is looked at again; follows from the review."""

    complaint: str


# Events --------------------------------------------------------------------------------------------


@event
class EvaluationStarted:
    """Learning from the complaint has begun."""

    learning: LearningState
    perceived_cause: str


@event
class LearningConcluded:
    """Nothing has to change."""

    learning: LearningState
    reason: str


@event
class LearningResumed:
    """The cause is looked for again."""

    learning: LearningState


# Decide --------------------------------------------------------------------------------------------


def not_begun(complaint: Complaint, _cmd: object, _ctx: Context) -> Reason | None:
    """LE-1: learning begins once."""
    fresh = complaint.learning is LearningState.NOT_STARTED
    return None if fresh else refuse("LE-1", f"learning is {complaint.learning} already")


def is_registered(complaint: Complaint, _cmd: object, _ctx: Context) -> Reason | None:
    """LE-1: from registration on, in every state."""
    return None if complaint.registered else refuse("LE-1", "it is not registered yet")


def is_evaluating(complaint: Complaint, _cmd: object, _ctx: Context) -> Reason | None:
    """LE-6: from evaluation, or from the search for causes."""
    fine = complaint.learning in (LearningState.EVALUATING, LearningState.ROOT_CAUSE)
    return None if fine else refuse("LE-6", f"learning is {complaint.learning}")


def gives_reason(_complaint: Complaint, cmd: ConcludeWithoutAction, _ctx: Context) -> Reason | None:
    """LE-6: nothing is left as it is without a reason."""
    return None if cmd.reason.strip() else refuse("LE-6", "no reason is given")


def start(_complaint: Complaint, cmd: StartEvaluation, _ctx: Context) -> Iterator[object]:
    """Begin."""
    yield EvaluationStarted(learning=LearningState.EVALUATING, perceived_cause=cmd.perceived_cause)


def conclude(_complaint: Complaint, cmd: ConcludeWithoutAction, _ctx: Context) -> Iterator[object]:
    """End without action."""
    yield LearningConcluded(learning=LearningState.NO_ACTION, reason=cmd.reason)


def resume(complaint: Complaint, _cmd: ResumeLearning, _ctx: Context) -> Iterator[object]:
    """Go back to the cause, where learning was over."""
    if complaint.learning in (LearningState.LEARNED, LearningState.NO_ACTION):
        yield LearningResumed(learning=LearningState.ROOT_CAUSE)


# Evolve --------------------------------------------------------------------------------------------


def moved(
    complaint: Complaint, happened: EvaluationStarted | LearningConcluded | LearningResumed, _past: Past
) -> Complaint:
    """Learning stands where the event says."""
    return changed(complaint, learning=happened.learning)


DECIDES = (
    Decides(command=StartEvaluation, ev="LE-1", by=STAFF, requires=(is_registered, not_begun), decide=start),
    Decides(
        command=ConcludeWithoutAction,
        ev="LE-6",
        by=may(Role.QUALITY_ANALYST),
        requires=(is_evaluating,),
        guards=(gives_reason,),
        decide=conclude,
    ),
    Decides(command=ResumeLearning, ev="LE-8", by=may(), decide=resume),
)
EVOLVES = {EvaluationStarted: moved, LearningConcluded: moved, LearningResumed: moved}
