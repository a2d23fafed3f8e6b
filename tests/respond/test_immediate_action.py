"""EV-20: owed by triage in P1, and where triage says so; kept by doing it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from complaintkit import commands as c
from complaintkit.vocabulary import CommitmentKind, CommitmentStatus
from tests.commitments.clocked import Clocked, at
from tests.lives import AGENT, LEADER, PERSON, SYSTEM, TRIAGE, levels

ACTION = CommitmentKind.IMMEDIATE_ACTION
DONE = {"what": "The gas is shut off", "why": "The smell was strong"}
HAZARD: dict[str, Any] = {"health_safety": 3}


def triaged(hour: int = 11, *, act_now: bool = False, **raised: Any) -> Clocked:
    """Received on Monday at 10:00, triaged the same day."""
    life = Clocked().registered(at(2, 10))
    life.act(at(2, hour), c.BeginAssessment)
    life.act(at(2, hour), c.SetIssues, issues=(c.NewIssue(statement="Gas"),))
    again(life, at(2, hour), act_now=act_now, **raised)
    return life


def again(life: Clocked, when: Any, *, act_now: bool = False, **raised: Any) -> None:
    life.act(when, c.RecordTriage, TRIAGE, levels=levels(**raised), note="Seen", act_now=act_now)


def actions(life: Clocked) -> list[Any]:
    return [owed for owed in life.complaint.commitments if owed.kind is ACTION]


def test_ev_08_p1_owes_it_within_four_elapsed_hours_of_receipt() -> None:
    life = triaged(**HAZARD)
    assert [(owed.started_at, owed.due) for owed in actions(life)] == [(at(2, 10), at(2, 14))]
    life.act(at(2, 14), c.TakeImmediateAction, AGENT, **DONE)
    assert (life.owed(ACTION).status, life.owed(ACTION).settled_at) == (CommitmentStatus.MET, at(2, 14))
    assert [(action.at, action.by, action.episode) for action in life.complaint.actions] == [(at(2, 14), AGENT.id, 1)]


def test_it_is_warned_about_breached_and_can_still_be_done() -> None:
    life = triaged(**HAZARD)
    life.tick(at(3, 9))
    assert life.signals(ACTION) == [("warning", at(2, 13, 12)), ("breach", at(2, 14) + timedelta(microseconds=1))]
    life.act(at(3, 10), c.TakeImmediateAction, AGENT, **DONE)
    assert (life.owed(ACTION).status, life.owed(ACTION).ended_at) == (CommitmentStatus.BREACHED, at(3, 10))


def test_p2_owes_it_where_triage_says_so_and_the_bands_below_have_no_term() -> None:
    assert actions(triaged(seriousness=3)) == []
    assert [owed.due for owed in actions(triaged(act_now=True, seriousness=3))] == [at(3, 17)]
    assert actions(triaged(act_now=True, seriousness=1)) == []


def test_what_was_done_before_triage_is_not_owed_again() -> None:
    life = Clocked().registered(at(2, 10))
    life.act(at(2, 10), c.TakeImmediateAction, AGENT, **DONE)
    life.triaged(at(2, 11), **HAZARD)
    assert actions(life) == []
    again(life, at(2, 12), act_now=True, **HAZARD)
    assert [(owed.started_at, owed.due) for owed in actions(life)] == [(at(2, 12), at(2, 16))], "something more"


def test_a_triage_repeated_owes_it_once_and_one_that_raises_from_then_on() -> None:
    life = triaged(**HAZARD)
    again(life, at(2, 12), act_now=True, **HAZARD)
    assert len(actions(life)) == 1
    later = triaged(seriousness=2)
    again(later, at(9, 9), **HAZARD)
    assert [owed.due for owed in actions(later)] == [at(9, 13)]


def test_more_urgency_brings_it_forward() -> None:
    life = triaged(act_now=True, seriousness=3)
    again(life, at(2, 12), **HAZARD)
    assert [owed.due for owed in actions(life)] == [at(2, 14)]


def test_it_is_owed_no_more_when_handling_ends() -> None:
    life = triaged(**HAZARD)
    life.withdrawn(at(2, 12))
    assert life.owed(ACTION).status is CommitmentStatus.CANCELLED
    life.tick(at(9))
    assert life.signals(ACTION) == []


@pytest.mark.parametrize("missing", ["what", "why"])
def test_g_29_it_is_said_what_was_done_and_why(missing: str) -> None:
    life = triaged(**HAZARD)
    assert life.rules(at(2, 12), c.TakeImmediateAction, AGENT, **{**DONE, missing: None}) == {"G-29"}


def test_it_takes_somebody_of_ours() -> None:
    life = triaged(**HAZARD)
    for by in (PERSON, SYSTEM):
        assert life.rules(at(2, 12), c.TakeImmediateAction, by, **DONE) == {"4.7"}


def test_no_record_keeps_it_but_the_step() -> None:
    life = triaged(**HAZARD)
    assert life.rules(at(2, 12), c.KeepCommitment, LEADER, commitment=life.owed(ACTION).id) == {"INV-33"}
