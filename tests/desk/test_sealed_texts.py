"""Personal texts are sealed at the door: what is answered has none, and nobody refers to another's (DESIGN 7)."""

from __future__ import annotations

import pytest

from complaintkit import Actor, ComplaintDesk, MemoryStore, Personal
from complaintkit.commands import RegisterComplaint, WithdrawComplaint
from complaintkit.complaint import Complaint
from complaintkit.errors import MalformedInput
from complaintkit.journal.codec import personals
from complaintkit.vocabulary import Role

AGENT = Actor("agent-1", Role.FRONT_LINE_AGENT)
SECRET = "They told my neighbour about my debts."


@pytest.fixture
def desk() -> ComplaintDesk:
    """A desk over an empty book."""
    return ComplaintDesk(MemoryStore())


def registered(desk: ComplaintDesk, text: str) -> Complaint:
    """A complaint in the register."""
    return desk.handle(RegisterComplaint(narrative=text, owner="handler-1", person="person-1"), AGENT).complaint


def test_an_answer_has_no_text(desk: ComplaintDesk) -> None:
    complaint = registered(desk, SECRET)
    assert [personal.text for personal in personals(complaint)] == [None]
    preview = desk.preview(RegisterComplaint(narrative=SECRET, owner="handler-1"), AGENT)
    assert [personal.text for event in preview.events for personal in personals(event)] == [None]


def test_the_callers_own_command_keeps_its_text(desk: ComplaintDesk) -> None:
    command = RegisterComplaint(narrative=SECRET, owner="handler-1")
    desk.handle(command, AGENT)
    assert command.narrative is not None
    assert command.narrative.text == SECRET


def test_a_text_is_revealed_to_its_own_complaint_only(desk: ComplaintDesk) -> None:
    theirs, mine = registered(desk, SECRET), registered(desk, "The bill is wrong.")
    stolen = theirs.intake.narrative
    assert stolen is not None
    behalf = AGENT.on_behalf_of(Role.COMPLAINANT)
    before = len(desk.store.journal())
    with pytest.raises(MalformedInput, match="text of something else"):
        desk.handle(WithdrawComplaint(complaint=mine.ref, words=Personal(ref=stolen.ref, commitment="x")), behalf)
    assert len(desk.store.journal()) == before
    assert SECRET not in desk.reveal(mine.ref, AGENT, "handle").values()
