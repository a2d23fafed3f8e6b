"""What an event of one step causes in another: event in, command out, one line each.

The command is given by the same actor and decided in the same transaction; roles were asked of the
command that caused the event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from complaintkit.commitments import EscalateUndelivered, PauseClocks, ResumeClocks, SettleCommitments
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.step import Context
from complaintkit.learn.evaluation import ResumeLearning, StartEvaluation
from complaintkit.letters.contents import SATISFIES
from complaintkit.letters.delivery import LetterFailed, LetterSent, can_write_to, counts
from complaintkit.receive.acknowledgement import AcknowledgeComplaint
from complaintkit.receive.assessment import IssuesSet, TriageRecorded
from complaintkit.receive.corrected import RecordCorrected
from complaintkit.receive.duplicates import ComplaintUnmerged
from complaintkit.receive.intake import ComplaintRegistered
from complaintkit.receive.priority import AskSecondLook, UrgencyDeclared
from complaintkit.receive.responsibility import RECUSED, ConflictDeclared, ReassignComplaint, RouteComplaint
from complaintkit.respond.closing import ComplaintWithdrawn
from complaintkit.respond.early_resolution import ResolutionAgreed
from complaintkit.respond.information import InformationReceived, InformationRequested, InformationRequestLapsed
from complaintkit.respond.outcome import OutcomeIssued
from complaintkit.respond.review import InternalReviewDecided
from complaintkit.vocabulary import HoldReason, LearningState, NoticeRule, ReviewOutcome

Reaction = Callable[[Complaint, Any, Context], Any]


def _letter_keeps(complaint: Complaint, sent: LetterSent, ctx: Context) -> Any:
    """INV-33: a letter that counts keeps what it promised."""
    return _settle(complaint, sent.rule, ctx) if sent.counts else None


def _letter_owes(complaint: Complaint, failed: LetterFailed, _ctx: Context) -> Any:
    """N-06: an unsent letter that was to keep a promise is a matter of that promise, before its date."""
    kinds = SATISFIES[failed.rule]
    return EscalateUndelivered(complaint=complaint.ref, kinds=kinds) if kinds and complaint.is_open else None


def _untold(rule: NoticeRule) -> Reaction:
    """Where nobody can be written to, the decision itself keeps what its letter would have kept."""
    return lambda complaint, _, ctx: None if can_write_to(complaint.intake) else _settle(complaint, rule, ctx)


def _settle(complaint: Complaint, rule: NoticeRule, ctx: Context) -> Any:
    kinds = SATISFIES[rule]
    return SettleCommitments(complaint=complaint.ref, kinds=kinds, at=ctx.occurred) if kinds else None


def _after_review(complaint: Complaint, decided: InternalReviewDecided, ctx: Context) -> Any:
    """LE-8: a decision that did not stand is looked at again for what can be learned."""
    return ResumeLearning(complaint=complaint.ref) if decided.outcome is not ReviewOutcome.CONFIRMED else None


def _kept_meanwhile(rule: NoticeRule) -> Reaction:
    """INV-33: a letter that counted while the complaint was merged keeps what is owed again (EV-41)."""

    def reaction(complaint: Complaint, unmerged: ComplaintUnmerged, ctx: Context) -> Any:
        left = [n.at for n in complaint.notices if n.rule is rule and n.at and counts(n.status, ctx.profile)]
        since = [at for at in left if at >= unmerged.merged_at]
        return SettleCommitments(complaint=complaint.ref, kinds=SATISFIES[rule], at=min(since)) if since else None

    return reaction


def _learns_after_withdrawal(complaint: Complaint, _withdrawn: ComplaintWithdrawn, _ctx: Context) -> Any:
    """LE-1: handling stops, learning does not (EV-45)."""
    fresh = complaint.registered and complaint.learning is LearningState.NOT_STARTED
    return StartEvaluation(complaint=complaint.ref) if fresh else None


def _waits_for_the_person(complaint: Complaint, asked: InformationRequested, _ctx: Context) -> Any:
    """EV-48: who was asked is waited for; a complaint that waits for something else already goes on doing so."""
    if complaint.hold is not None:
        return None
    return PauseClocks(complaint=complaint.ref, reason=HoldReason.AWAITING_COMPLAINANT, until=asked.until)


def _waits_no_more(complaint: Complaint, _ended: Any, _ctx: Context) -> Any:
    """EV-49: the clocks go on at the instant of the answer, unless they stand for another reason."""
    waits = complaint.hold is not None and complaint.hold.reason is HoldReason.AWAITING_COMPLAINANT
    return ResumeClocks(complaint=complaint.ref) if waits else None


def _route(complaint: Complaint, _event: Any, _ctx: Context) -> Any:
    """E-52: who answers follows from what it is about, and never is who is complained about (INV-35)."""
    return RouteComplaint(complaint=complaint.ref)


def _route_anew(complaint: Complaint, right: RecordCorrected, ctx: Context) -> Any:
    """E-52: a topic that was wrong led to the wrong unit, and nobody owns what they complain about (INV-35)."""
    leads = any(each.fact in ("person", "attribute.topic", "issue.1.category") for each in right.corrections)
    return _route(complaint, right, ctx) if leads and complaint.registered and complaint.is_open else None


def _look_again(complaint: Complaint, _event: Any, _ctx: Context) -> Any:
    """P-08: the person's own urgency is compared with the assessed one whenever one of them changes."""
    return AskSecondLook(complaint=complaint.ref) if complaint.declared_urgency else None


def _hand_on(complaint: Complaint, _declared: ConflictDeclared, _ctx: Context) -> Any:
    """EV-10, EV-11: an owner who is recused owns it no longer (INV-07, INV-35)."""
    recused = complaint.owner in complaint.recused
    return ReassignComplaint(complaint=complaint.ref, reason=RECUSED) if recused else None


#: Letters that may be on their way while a complaint is merged.
_IN_FLIGHT: Final = (NoticeRule.ACKNOWLEDGEMENT, NoticeRule.RESOLUTION, NoticeRule.OUTCOME)

#: What follows from which event: EV-02 queues N-01, EV-05 to EV-07 stop clocks and let them go on, letters keep
#: promises, EV-37 and EV-45 go on to learning.
REACTIONS: Final[dict[type, tuple[Reaction, ...]]] = {
    InformationRequested: (_waits_for_the_person,),
    InformationReceived: (_waits_no_more,),
    InformationRequestLapsed: (_waits_no_more,),
    ComplaintRegistered: (
        _route,
        lambda c, e, _: AcknowledgeComplaint(complaint=c.ref) if e.acknowledge else None,
    ),
    IssuesSet: (_route,),
    RecordCorrected: (_route_anew,),
    TriageRecorded: (_look_again,),
    UrgencyDeclared: (_look_again,),
    ConflictDeclared: (_hand_on,),
    LetterSent: (_letter_keeps,),
    LetterFailed: (_letter_owes,),
    ResolutionAgreed: (_untold(NoticeRule.RESOLUTION),),
    OutcomeIssued: (_untold(NoticeRule.OUTCOME),),
    InternalReviewDecided: (_after_review, _untold(NoticeRule.REVIEW_DECIDED)),
    ComplaintUnmerged: tuple(map(_kept_meanwhile, _IN_FLIGHT)),
    ComplaintWithdrawn: (_learns_after_withdrawal,),
}


def reactions_to(complaint: Complaint, event: Any, ctx: Context) -> Iterator[Any]:
    """The commands that follow from an event."""
    for reaction in REACTIONS.get(type(event), ()):
        command = reaction(complaint, event, ctx)
        if command is not None:
            yield command
