"""Legal hold: who may place and release it, for which matters, in any state, and that it touches nothing else."""

from __future__ import annotations

import pytest

from complaintkit.commands import PlaceLegalHold, ReleaseLegalHold
from complaintkit.errors import MalformedInput
from complaintkit.values import Actor
from complaintkit.vocabulary import Role
from tests.lives import AGENT, HANDLER, MANAGER, PERSON, Life

LAWYER = Actor("lawyer-3", Role.LEGAL_ADVISER)


@pytest.fixture
def life() -> Life:
    """A complaint in the register."""
    life = Life()
    life.received()
    return life


def matters(life: Life) -> list[str]:
    """The matters that keep the complaint."""
    state = life.state()
    assert state is not None
    return [hold.matter for hold in state.legal_holds]


def test_several_matters_keep_a_complaint_each_by_itself(life: Life) -> None:
    since = life.do(PlaceLegalHold, LAWYER, matter="suit-1").legal_holds[0].since
    assert since == life.clock.now()
    life.do(PlaceLegalHold, MANAGER, matter="suit-2")
    assert matters(life) == ["suit-1", "suit-2"]
    life.do(ReleaseLegalHold, LAWYER, matter="suit-1")
    assert matters(life) == ["suit-2"]


def test_it_stops_no_clock_and_moves_no_state(life: Life) -> None:
    before = life.state()
    after = life.do(PlaceLegalHold, LAWYER, matter="suit-1")
    assert before is not None
    assert (after.handling, after.commitments, after.hold) == (before.handling, before.commitments, before.hold)


def test_a_closed_complaint_can_be_kept(life: Life) -> None:
    from complaintkit.commands import WithdrawComplaint

    life.do(WithdrawComplaint, PERSON, words="Leave it")
    life.do(PlaceLegalHold, LAWYER, matter="suit-1")
    assert matters(life) == ["suit-1"]


@pytest.mark.parametrize("by", [AGENT, HANDLER, PERSON], ids=lambda actor: actor.id)
def test_others_may_not(life: Life, by: Actor) -> None:
    assert "4.7" in life.rules(PlaceLegalHold, by, matter="suit-1")
    life.do(PlaceLegalHold, LAWYER, matter="suit-1")
    assert "4.7" in life.rules(ReleaseLegalHold, by, matter="suit-1")


def test_a_matter_keeps_it_once_and_only_what_keeps_it_lets_go(life: Life) -> None:
    assert life.rules(ReleaseLegalHold, LAWYER, matter="suit-1") == {"E-53"}
    life.do(PlaceLegalHold, LAWYER, matter="suit-1")
    assert life.rules(PlaceLegalHold, MANAGER, matter="suit-1") == {"E-53"}
    assert life.rules(ReleaseLegalHold, LAWYER, matter="suit-2") == {"E-53"}


def test_a_matter_is_an_opaque_id(life: Life) -> None:
    with pytest.raises(MalformedInput):
        life.do(PlaceLegalHold, LAWYER, matter="Example against Us")
