"""Questions to departments (EV-26b, EV-26c): each to one named person, with a clock of its own inside ours (INV-37)."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import field, frozen

from complaintkit.commitments import promise, settle
from complaintkit.complaint.asked import LiaisonQuestion
from complaintkit.complaint.changing import changed
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.parts import EvidenceItem
from complaintkit.complaint.step import Context, Decides, Past, given, may, refuse
from complaintkit.errors import Reason
from complaintkit.journal import event
from complaintkit.respond.guards import quotable
from complaintkit.values import Personal, personal, whole_numbers
from complaintkit.vocabulary import AnswerQuality, CommitmentKind, EvidenceKind, Handling, Role, Support

# Commands ------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class AskLiaison:
    """EV-26b: ask a department, by its named liaison; ``issues`` are the numbers it is about (none: all of them).

    Waiting for the answer stops no clock of ours.
    """

    complaint: str
    unit: str
    liaison: str
    question: Personal = field(converter=personal)
    lawful_basis: str = ""
    deputy: str | None = None
    issues: tuple[int, ...] = field(default=(), converter=whole_numbers)


@frozen(kw_only=True)
class AnswerLiaison:
    """EV-26c: what the department answered to the ``question`` of an id.

    The answer is evidence under its digest (E-24), and ``description`` names it in a letter. One that is only
    ``partial`` is evidence too, and the rest is still owed; a ``rejected`` one is noted and is none.
    """

    complaint: str
    question: str
    answer: Personal = field(converter=personal)
    description: Personal = field(converter=personal)
    digest: str
    quality: AnswerQuality = field(default=AnswerQuality.COMPLETE, converter=AnswerQuality)
    supports: Support = field(default=Support.NEUTRAL, converter=Support)


# Events --------------------------------------------------------------------------------------------


@event
class LiaisonAsked:
    """A department has a question and a date for its answer."""

    target: Handling
    question: str
    unit: str
    liaison: str
    deputy: str | None
    text: Personal
    issues: tuple[int, ...]
    lawful_basis: str


@event
class LiaisonAnswered:
    """A department has answered; ``item`` is the evidence that the answer is, if it is any."""

    target: Handling
    question: str
    answer: Personal
    quality: AnswerQuality
    item: EvidenceItem | None


# Decide --------------------------------------------------------------------------------------------


def may_be_asked(complaint: Complaint, cmd: AskLiaison, _ctx: Context) -> Reason | None:
    """G-17: on a lawful basis, and about issues of this complaint."""
    if not cmd.lawful_basis:
        return refuse("G-17", "no lawful basis of the question is named")
    unknown = [no for no in cmd.issues if complaint.issue(no) is None]
    return refuse("G-17", f"no issue has the number {unknown[0]}") if unknown else None


def has_one_liaison(complaint: Complaint, cmd: AskLiaison, _ctx: Context) -> Reason | None:
    """INV-37: one department, one named liaison with a deputy."""
    if cmd.deputy == cmd.liaison:
        return refuse("INV-37", "the deputy is the liaison: somebody else must be")
    others = [q for q in complaint.inquiry.questions if q.is_open and q.unit == cmd.unit and q.liaison != cmd.liaison]
    return refuse("INV-37", "the department answers another question by another liaison") if others else None


def not_about_themselves(complaint: Complaint, cmd: AskLiaison, _ctx: Context) -> Reason | None:
    """SoD-6: the person complained about does not answer for the department."""
    respondents = {issue.respondent for issue in complaint.issues}
    own = respondents & ({cmd.liaison, cmd.deputy} - {None})
    return refuse("SoD-6", "the person complained about does not answer for the department") if own else None


def is_waiting(complaint: Complaint, cmd: AnswerLiaison, _ctx: Context) -> Reason | None:
    """INV-37: an answer is to a question that waits for one."""
    question = complaint.inquiry.question(cmd.question)
    fine = question is not None and question.is_open
    return None if fine else refuse("INV-37", "the question is answered already, or does not exist")


def is_the_liaison(complaint: Complaint, cmd: AnswerLiaison, ctx: Context) -> Reason | None:
    """INV-37: for the department answers who was asked, or the deputy."""
    question = complaint.inquiry.question(cmd.question)
    stranger = ctx.actor.role is Role.LIAISON and question is not None and ctx.actor.id not in question.asked
    return refuse("INV-37", "somebody else was asked to answer for the department") if stranger else None


def asks_something(complaint: Complaint, _cmd: object, _ctx: Context) -> Reason | None:
    """INV-37: some question waits for its answer."""
    waits = any(question.is_open for question in complaint.inquiry.questions)
    return None if waits else refuse("INV-37", "no question to a department waits for an answer")


def ask(complaint: Complaint, cmd: AskLiaison, ctx: Context) -> Iterator[object]:
    """Ask, and set the date."""
    question = ctx.id("question")
    yield LiaisonAsked(
        target=ctx.target,
        question=question,
        unit=cmd.unit,
        liaison=cmd.liaison,
        deputy=cmd.deputy,
        text=cmd.question,
        issues=cmd.issues,
        lawful_basis=cmd.lawful_basis,
    )
    yield from promise(complaint, CommitmentKind.LIAISON, ctx.occurred, ctx, about=question)


def answer(complaint: Complaint, cmd: AnswerLiaison, ctx: Context) -> Iterator[object]:
    """Put the answer on file; a complete one keeps what the department owed."""
    usable = cmd.quality is not AnswerQuality.REJECTED
    yield LiaisonAnswered(
        target=ctx.target,
        question=cmd.question,
        answer=cmd.answer,
        quality=cmd.quality,
        item=_evidence(complaint, cmd, ctx) if usable else None,
    )
    if cmd.quality is AnswerQuality.COMPLETE:
        yield from settle(complaint, (CommitmentKind.LIAISON,), ctx.occurred, ctx, about=cmd.question)


def _evidence(complaint: Complaint, cmd: AnswerLiaison, ctx: Context) -> EvidenceItem:
    question = given(complaint.inquiry.question(cmd.question))
    return EvidenceItem(
        id=ctx.id("evidence"),
        kind=EvidenceKind.STATEMENT,
        description=cmd.description,
        source=question.unit,
        digest=cmd.digest,
        lawful_basis=question.lawful_basis,
        supports=cmd.supports,
        issues=question.issues or tuple(issue.no for issue in complaint.issues),
        obtained_at=ctx.occurred,
        added_by=ctx.actor.id,
    )


# Evolve --------------------------------------------------------------------------------------------


def asked(complaint: Complaint, happened: LiaisonAsked, past: Past) -> Complaint:
    """One more question."""
    question = LiaisonQuestion(
        id=happened.question,
        unit=happened.unit,
        liaison=happened.liaison,
        deputy=happened.deputy,
        question=happened.text,
        issues=happened.issues,
        lawful_basis=happened.lawful_basis,
        asked_at=past.when,
    )
    inquiry = changed(complaint.inquiry, questions=(*complaint.inquiry.questions, question))
    return changed(complaint, handling=happened.target, inquiry=inquiry)


def answered(complaint: Complaint, happened: LiaisonAnswered, past: Past) -> Complaint:
    """The newest answer counts, and is evidence where it is worth something."""
    inquiry = complaint.inquiry
    questions = tuple(
        changed(each, answer=happened.answer, quality=happened.quality, answered_at=past.when)
        if each.id == happened.question
        else each
        for each in inquiry.questions
    )
    evidence = inquiry.evidence if happened.item is None else (*inquiry.evidence, happened.item)
    inquiry = changed(inquiry, questions=questions, evidence=evidence)
    return changed(complaint, handling=happened.target, inquiry=inquiry)


_WHO = may(Role.CASE_HANDLER, Role.LIAISON, Role.INVESTIGATOR)
DECIDES = (
    Decides(
        command=AskLiaison,
        ev="EV-26b",
        by=_WHO,
        move="ask_liaison",
        guards=(may_be_asked, has_one_liaison, not_about_themselves),
        decide=ask,
    ),
    Decides(
        command=AnswerLiaison,
        ev="EV-26c",
        by=_WHO,
        move="answer_liaison",
        requires=(asks_something,),
        guards=(is_waiting, is_the_liaison, quotable("description")),
        decide=answer,
    ),
)
EVOLVES = {LiaisonAsked: asked, LiaisonAnswered: answered}
