"""What an event of one step causes in another: event in, command out, one line each.

The command is given by the same actor and decided in the same transaction; roles were asked of the
command that caused the event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from complaintkit.commitments import SettleCommitments
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.step import Context
from complaintkit.learn.evaluation import ResumeLearning, StartEvaluation
from complaintkit.letters.contents import SATISFIES
from complaintkit.letters.delivery import LetterSent
from complaintkit.receive.acknowledgement import AcknowledgeComplaint
from complaintkit.receive.intake import ComplaintRegistered
from complaintkit.respond.closing import ComplaintWithdrawn
from complaintkit.respond.review import InternalReviewDecided
from complaintkit.vocabulary import LearningState, ReviewOutcome

Reaction = Callable[[Complaint, Any, Context], Any]


def _settles(complaint: Complaint, sent: LetterSent, ctx: Context) -> Any:
    kinds = SATISFIES[sent.rule]
    return SettleCommitments(complaint=complaint.ref, kinds=kinds, at=ctx.occurred) if sent.counts and kinds else None


#: EV-02 queues N-01; INV-33 a letter keeps a promise; EV-37 and EV-45 go on to learning (LE-8, LE-1).
REACTIONS: Final[dict[type, Reaction]] = {
    ComplaintRegistered: lambda c, e, _: AcknowledgeComplaint(complaint=c.ref) if e.acknowledge else None,
    LetterSent: _settles,
    InternalReviewDecided: lambda c, e, _: (
        ResumeLearning(complaint=c.ref) if e.outcome is not ReviewOutcome.CONFIRMED else None
    ),
    ComplaintWithdrawn: lambda c, e, _: (
        StartEvaluation(complaint=c.ref) if c.registered and c.learning is LearningState.NOT_STARTED else None
    ),
}


def reactions_to(complaint: Complaint, event: Any, ctx: Context) -> Iterator[Any]:
    """The commands that follow from an event."""
    reaction = REACTIONS.get(type(event))
    command = reaction(complaint, event, ctx) if reaction else None
    if command is not None:
        yield command
