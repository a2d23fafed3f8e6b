"""``walk``: a complaint in any state that this version reaches, through public commands only."""

from __future__ import annotations

import pytest

from complaintkit.adapters.memory import MemoryStore
from complaintkit.adapters.notifiers import MemoryNotifier
from complaintkit.desk import ComplaintDesk, verify_book
from complaintkit.errors import StoreBusy, UnknownName
from complaintkit.testing import FaultyStore, walk
from complaintkit.vocabulary import Handling
from tests.lives import SYSTEM, WAYS


@pytest.mark.parametrize("profile", ["micro", "standard", "regulated"])
@pytest.mark.parametrize("state", WAYS)
def test_every_state_is_reached(state: str, profile: str) -> None:
    store = MemoryStore()
    desk = ComplaintDesk(store, profile, notifier=MemoryNotifier(), plaintext_vault=True)
    complaint = walk(desk, to=state)
    assert complaint.handling.value == state
    assert desk.get(complaint.ref, SYSTEM) == complaint
    assert verify_book(store).sound
    assert {record.actor.split("-")[0] for record in store.journal()} <= {"walk", "system"}


@pytest.mark.parametrize("state", [Handling.PLANNING, "somewhere", ""])
def test_a_state_without_a_way_is_named_and_nothing_is_written(state: str) -> None:
    store = MemoryStore()
    with pytest.raises(UnknownName, match="ways to draft, received"):
        walk(ComplaintDesk(store, plaintext_vault=True), to=state)
    assert list(store.journal()) == []


def test_a_host_says_what_is_registered() -> None:
    desk = ComplaintDesk(plaintext_vault=True)
    one = walk(desk, to="assessing", owner="agent-7", attributes={"product": "loan"}, unit="billing")
    other = walk(desk)
    assert one.ref != other.ref
    assert (one.owner, one.intake.attributes, one.unit) == ("agent-7", (("product", "loan"),), "billing")


def test_what_a_store_raises_comes_through() -> None:
    store = FaultyStore(MemoryStore())
    desk = ComplaintDesk(store, plaintext_vault=True)
    store.fail("end", error=StoreBusy("busy", hint="call again"), after=True)
    assert walk(desk).handling is Handling.RECEIVED
    assert len({record.command for record in store.journal()}) == 1
