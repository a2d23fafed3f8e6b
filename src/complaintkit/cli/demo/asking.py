"""What cannot wait for the end: acting at once, and asking departments, complainants and whom a draft goes against."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from complaintkit import commands as do
from complaintkit.cli.demo import people
from complaintkit.cli.demo.acts import DAY, HOUR, Act, Script, complainant, handler
from complaintkit.cli.demo.cases import Case
from complaintkit.complaint import Complaint
from complaintkit.respond.information import takes_answers


def immediate(case: Case, ref: str) -> do.TakeImmediateAction:
    """What is done at once."""
    return do.TakeImmediateAction(complaint=ref, what=case.words["act_what"], why=case.words["act_why"])


def asked(case: Case, now: Complaint, at: datetime) -> Iterator[Act]:
    """Something that only the complainant knows; who does not answer is reminded, and then it is decided without."""
    if not takes_answers(now):
        return
    ask, why = case.words["ask"], case.words["ask_why"]
    until = at + timedelta(days=7)
    yield Act(HOUR, handler(case), do.RequestInformation(complaint=now.ref, questions=ask, why=why, until=until))
    if case.special == "answered":
        answer = do.RecordInformation(complaint=now.ref, information=case.words["ask_answer"], channel=case.channel)
        yield Act(DAY, complainant(case), answer)
    else:
        yield Act(7 * DAY, handler(case))


def ask_department(case: Case, now: Complaint) -> Script:
    """What only the department knows; some of its answers come late."""
    ask = do.AskLiaison(
        complaint=now.ref,
        unit=case.topic["unit"],
        liaison=people.LIAISON.id,
        question=case.words["liaison"],
        lawful_basis="contract",
    )
    now = yield Act(HOUR, people.INVESTIGATOR, ask)
    answer = do.AnswerLiaison(
        complaint=now.ref,
        question=now.inquiry.questions[-1].id,
        answer=case.words["liaison_answer"],
        description=case.words["liaison_item"],
        digest=f"sha256:{case.number + 10**6:064x}",
    )
    return (yield Act(6 * DAY if case.number % 5 == 0 else DAY, people.LIAISON, answer))


def hear(case: Case, now: Complaint) -> Script:
    """Whoever the draft goes against comments, or lets the time pass."""
    invite = do.InviteComment(
        complaint=now.ref,
        issues=[issue.no for issue in now.issues],
        points=case.words["points"],
        basis=case.words["basis"],
        party=case.topic["unit"],
    )
    now = yield Act(HOUR, people.INVESTIGATOR, invite)
    if case.number % 2:
        return (yield Act(7 * DAY, people.INVESTIGATOR))
    comment = do.RecordComment(
        complaint=now.ref, invitation=now.inquiry.invitations[-1].id, comment=case.words["comment"]
    )
    return (yield Act(2 * DAY, people.INVESTIGATOR, comment))
