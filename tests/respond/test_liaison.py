"""EV-26b and EV-26c: questions to departments, each with its own clock inside ours (INV-37)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from complaintkit import commands as c
from complaintkit.adapters.memory import MemoryStore
from complaintkit.adapters.sqlite import SqliteStore
from complaintkit.commitments import release, take_up
from complaintkit.ports import Store
from complaintkit.values import Actor
from complaintkit.vocabulary import CommitmentKind, CommitmentStatus, EvidenceKind, Role
from tests.commitments.clocked import FINAL, at
from tests.commitments.test_clocks import after, context
from tests.lives import HANDLER, INVESTIGATOR, LIAISON
from tests.respond.asked import CLERK, Asked

ANSWER = CommitmentKind.LIAISON
ASK = {"unit": "billing", "liaison": LIAISON.id, "question": "How often?", "lawful_basis": "contract"}


def ask(life: Asked, when: datetime, **changed: Any) -> str:
    life.act(when, c.AskLiaison, INVESTIGATOR, **{**ASK, **changed})
    return life.complaint.inquiry.questions[-1].id


def answer(question: str, **changed: Any) -> dict[str, Any]:
    given = {"answer": "Twice on one day.", "description": "Their list", "digest": "sha256:0b"}
    return {"question": question, **given, **changed}


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Any) -> Any:
    if request.param == "memory":
        yield MemoryStore()
    else:
        with SqliteStore(tmp_path / "book.db") as kept:
            yield kept


def test_a_question_has_its_date_and_its_answer_is_evidence(store: Store) -> None:
    life = Asked(store=store).gathering(at(3))
    question = ask(life, at(3, 10), issues=(2,))
    assert (life.owed(ANSWER).about, life.owed(ANSWER).due) == (question, at(6, 17))  # P3: three working days
    life.act(at(6, 17), c.AnswerLiaison, LIAISON, **answer(question, supports="for"))
    assert life.owed(ANSWER).status is CommitmentStatus.MET
    item = life.complaint.inquiry.evidence[-1]
    assert (item.kind, item.source, item.issues, item.lawful_basis, item.supports.value) == (
        EvidenceKind.STATEMENT, "billing", (2,), "contract", "for",
    )  # fmt: skip
    assert not life.complaint.inquiry.questions[0].is_open


def test_several_run_at_once_and_each_is_kept_by_its_own_answer() -> None:
    life = Asked().gathering(at(3))
    first = ask(life, at(3, 10))
    second = ask(life, at(4, 10), unit="repairs", liaison="liaison-6")
    life.act(at(5), c.AnswerLiaison, HANDLER, **answer(second))
    status = {owed.about: owed.status.value for owed in life.complaint.commitments if owed.kind is ANSWER}
    assert status == {first: "open", second: "met"}
    assert life.complaint.inquiry.evidence[-1].issues == (1, 2), "one that names no issue is about all of them"
    life.tick(at(12))
    assert life.signals(ANSWER) == [
        ("warning", at(6, 10, 48)),  # 31 working hours from Tuesday, 10:00: 24.8 of them
        ("breach", at(6, 17) + timedelta(microseconds=1)),
        ("escalation-1", at(10, 17)),
    ]
    life.act(at(12, 10), c.AnswerLiaison, LIAISON, **answer(first))
    owed = next(owed for owed in life.complaint.commitments if owed.about == first)
    assert (owed.status, owed.ended_at) == (CommitmentStatus.BREACHED, at(12, 10))


def test_waiting_for_a_department_stops_nothing_and_no_hold_stops_the_department() -> None:
    life = Asked().gathering(at(3))
    due = life.owed(FINAL).due
    ask(life, at(3, 10))
    assert (life.owed(FINAL).due, life.complaint.hold) == (due, None)
    life.act(at(4), c.PauseClocks, reason="court_stay")
    assert life.owed(ANSWER).paused_since is None


def test_a_part_of_an_answer_is_evidence_and_the_rest_is_still_owed() -> None:
    life = Asked().gathering(at(3))
    question = ask(life, at(3, 10))
    items = len(life.complaint.inquiry.evidence)
    life.act(at(4), c.AnswerLiaison, LIAISON, **answer(question, quality="rejected"))
    assert len(life.complaint.inquiry.evidence) == items
    life.act(at(4), c.AnswerLiaison, LIAISON, **answer(question, quality="partial"))
    assert len(life.complaint.inquiry.evidence) == items + 1
    assert life.owed(ANSWER).status is CommitmentStatus.OPEN
    life.act(at(5), c.AnswerLiaison, LIAISON, **answer(question))
    assert life.owed(ANSWER).status is CommitmentStatus.MET
    assert life.rules(at(5), c.AnswerLiaison, LIAISON, **answer(question)) == {"INV-37"}


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"lawful_basis": ""}, "G-17"),
        ({"issues": (7,)}, "G-17"),
        ({"deputy": LIAISON.id}, "INV-37"),
        ({"liaison": CLERK.id}, "SoD-6"),
        ({"deputy": CLERK.id}, "SoD-6"),
    ],
)
def test_g_17_whom_and_what_may_be_asked(changed: dict[str, Any], rule: str) -> None:
    life = Asked().gathering(at(3))
    assert life.rules(at(3), c.AskLiaison, INVESTIGATOR, **{**ASK, **changed}) == {rule}


def test_inv_37_a_department_has_one_liaison_and_a_deputy() -> None:
    life = Asked().gathering(at(3))
    assert life.rules(at(3), c.AnswerLiaison, LIAISON, **answer("none")) == {"INV-37"}
    question = ask(life, at(3, 10), deputy="liaison-7")
    assert life.rules(at(3), c.AskLiaison, INVESTIGATOR, **{**ASK, "liaison": "liaison-8"}) == {"INV-37"}
    stranger, deputy = (Actor(name, Role.LIAISON) for name in ("liaison-8", "liaison-7"))
    assert life.rules(at(4), c.AnswerLiaison, stranger, **answer(question)) == {"INV-37"}
    life.act(at(4), c.AnswerLiaison, deputy, **answer(question))
    life.act(at(4), c.AskLiaison, INVESTIGATOR, **{**ASK, "liaison": "liaison-8"})


def test_g_18_the_search_waits_for_a_department_that_has_time_and_not_for_one_that_let_it_pass() -> None:
    life = Asked().gathering(at(3))
    ask(life, at(3, 10))
    searched = {"exhausted": (1, 2), "note": "The archive is empty"}
    assert life.rules(at(6, 17), c.CompleteEvidence, INVESTIGATOR, **searched) == {"G-18"}
    options = {option.command: option for option in life.desk.allowed(life.ref, INVESTIGATOR)}
    assert not options["complete-evidence"].possible
    life.act(at(9), c.CompleteEvidence, INVESTIGATOR, **searched)
    assert life.owed(ANSWER).status is CommitmentStatus.BREACHED
    assert [rung for rung, _ in life.signals(ANSWER)] == ["warning", "breach"], "it was escalated, not ignored"
    life.tick(at(30))
    assert [rung for rung, _ in life.signals(ANSWER)] == ["warning", "breach"], "nobody needs it any more"


def test_it_is_owed_no_more_when_handling_ends() -> None:
    life = Asked().gathering(at(3))
    ask(life, at(3, 10))
    life.withdrawn(at(4))
    assert life.owed(ANSWER).status is CommitmentStatus.CANCELLED


def test_a_complaint_that_is_taken_out_again_has_every_question_back() -> None:
    life = Asked().gathering(at(3))
    asked = [ask(life, at(3, 10)), ask(life, at(4, 10), unit="repairs", liaison="liaison-6")]
    joined, parted = context(life, at(5)), context(life, at(6))
    gone = after(life.complaint, release(life.complaint, at(5), joined), joined)
    assert not gone.open_commitments
    again = after(
        gone, take_up(gone, tuple(owed.id for owed in life.complaint.open_commitments), parted), parted
    ).open_commitments
    assert {owed.about: owed.due for owed in again if owed.kind is ANSWER} == dict(
        zip(asked, (at(6, 17), at(9, 17)), strict=True)
    )
