"""The retention schedule carried out: what is kept long enough goes by itself, and what keeps the rest is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit import commands as c
from complaintkit.adapters.keys import EncryptedVault, MemoryKeyStore
from complaintkit.adapters.memory import MemoryStore
from complaintkit.desk import disposal_certificate, retained, verify_book
from complaintkit.errors import PolicyRefused, StoreBusy, UnknownComplaint
from complaintkit.policy import load_profile
from complaintkit.privacy.disposal import disposal_due, why_kept
from complaintkit.values import Actor
from complaintkit.vocabulary import Role
from tests.privacy.erasing import AGENT, OFFICER, START, Office
from tests.privacy.test_erasure import complaint

SIX = {"id": "schedule", "erase_after": {"calendar_days": 60}, "source": "our rules 4", "after": "closed"}
KEEP = {"id": "law", "keep": {"calendar_days": 90}, "source": "law 1"}
HANDLER = Actor("handler-2", Role.CASE_HANDLER)


def profile(*rules: dict[str, Any], version: str = "1") -> Any:
    return load_profile({"base": "standard", "id": "ours", "version": version, "retention": list(rules)})


@pytest.fixture(params=["encrypted", "plain"])
def office(request: pytest.FixtureRequest) -> Office:
    """An office whose schedule erases sixty days after closing."""
    vault = EncryptedVault(MemoryKeyStore()) if request.param == "encrypted" else None
    return Office(MemoryStore(), vault=vault, profile=profile(SIX))


def texts(office: Office, ref: str) -> dict[str, str]:
    return dict(office.desk.reveal(ref, OFFICER, "audit"))


def gone(office: Office, ref: str) -> bool:
    """Whether the schedule disposed of a complaint; the log verifies in any case."""
    assert verify_book(office.store, vault=office.desk.vault).sound
    return not texts(office, ref)


def test_what_is_old_enough_goes_by_itself_and_leaves_a_certificate(office: Office) -> None:
    ref, younger = office.closed(), office.register("person-2")
    before = office.desk.get(ref, OFFICER)
    assert office.sweep_after(days=59) == 0 or not gone(office, ref)
    office.sweep_after(days=2)
    assert gone(office, ref)
    assert not gone(office, younger)
    assert office.desk.get(ref, OFFICER) == before
    certificate = disposal_certificate(office.store, ref)
    assert certificate is not None
    assert (certificate.person, certificate.basis, certificate.requested_by) == (ref, "no_longer_needed", "system")
    assert certificate.texts == 5
    assert [t for t in office.types() if t in TYPES] == ["disposal-begun", "texts-erased", "erasure-completed"]
    count = len(office.types())
    office.sweep_after(days=300)
    assert [t for t in office.types()[count:] if t in TYPES] == []


TYPES = ("disposal-begun", "texts-erased", "erasure-completed")


def test_an_anonymous_complaint_goes_too(office: Office) -> None:
    ref = office.closed(person=None)  # type: ignore[arg-type]
    office.sweep_after(days=61)
    assert gone(office, ref)


def test_a_hold_a_floor_and_handling_come_first() -> None:
    office = Office(MemoryStore(), profile=profile(SIX, KEEP))
    held, opened, free = office.closed(), office.register(), office.closed("person-3")
    office.hold(held)
    office.sweep_after(days=61)
    assert not any(gone(office, ref) for ref in (held, opened, free))  # the floor of ninety days
    kept = {each.complaint: each for each in retained(office.store, office.desk.profile, office.clock.now())}
    assert [block.rule for block in kept[held].blocks] == ["INV-75", "E-53"]
    assert [block.text for block in kept[free].blocks] == ["must be kept by law (law 1)"]
    assert kept[opened].due is None
    office.sweep_after(days=30)
    assert [gone(office, ref) for ref in (held, opened, free)] == [False, False, True]
    office.release(held)
    office.desk.tick()
    assert gone(office, held)


def test_who_writes_again_is_not_forgotten_at_once(office: Office) -> None:
    ref = office.closed()
    office.clock.advance(timedelta(days=40))
    office.desk.handle(c.RecordContact(complaint=ref, text="One more thing."), AGENT)
    office.sweep_after(days=30)
    assert not gone(office, ref)
    office.sweep_after(days=31)
    assert gone(office, ref)


def test_a_schedule_that_comes_later_reaches_what_is_closed_and_one_that_goes_lets_it_be() -> None:
    store = MemoryStore()
    ref = Office(store, profile=profile()).closed()
    ruled = Office(store, profile=profile(SIX, version="2"))
    ruled.clock.advance(timedelta(days=10))
    ruled.desk.tick()
    assert [t.key for t in store.due(START + timedelta(days=100)).timers if "|disposal|" in t.key]
    without = Office(store, profile=profile(version="3"))
    without.sweep_after(days=70)
    assert not gone(without, ref)
    again = Office(store, profile=profile(SIX, version="4"))
    again.sweep_after(days=71)
    assert gone(again, ref)


def test_a_duplicate_goes_with_the_complaint_it_is_dealt_with_in(office: Office) -> None:
    one, other = office.register(), office.register()
    merge = c.MergeDuplicate(complaint=one, survivor=other, shared="The same bill.")
    office.desk.handle(merge, HANDLER)
    office.sweep_after(days=70)
    assert not gone(office, one)  # its survivor is still being handled
    office.withdraw(other)
    office.sweep_after(days=61)
    assert gone(office, other)
    assert gone(office, one)


def test_an_interrupted_disposal_is_brought_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemoryStore()
    keys = MemoryKeyStore()
    vault = EncryptedVault(keys)
    office = Office(store, vault=vault, profile=profile(SIX))
    ref = office.closed()
    destroyed = vault.destroy
    monkeypatch.setattr(vault, "destroy", _fails)
    office.clock.advance(timedelta(days=61))
    with pytest.raises(StoreBusy):
        office.desk.tick(confirmed=True)
    assert disposal_certificate(store, ref) is None
    monkeypatch.setattr(vault, "destroy", destroyed)
    office.desk.tick()
    assert disposal_certificate(store, ref) is not None
    assert gone(office, ref)


def _fails(_keys: Any) -> int:
    raise StoreBusy("the key store is busy")


def test_the_explanation_of_one_and_of_none(office: Office) -> None:
    ref = office.closed()
    (kept,) = retained(office.store, office.desk.profile, office.clock.now(), ref)
    assert kept.due == datetime(2026, 5, 2, tzinfo=UTC)
    assert [str(block.reason) for block in kept.blocks] == [
        f"E-53: {ref} may be kept by schedule (our rules 4) until 2026-05-02"
    ]
    with pytest.raises(UnknownComplaint):
        list(retained(office.store, office.desk.profile, office.clock.now(), "C-0000-0000-0000-0"))


@given(st.integers(0, 200), st.none() | st.integers(0, 200), st.integers(0, 1), st.integers(0, 200))
def test_it_is_due_exactly_when_nothing_keeps_it(days: int, closed: int | None, held: int, later: int) -> None:
    one = complaint(1, days, closed, held, "x")
    now = START + timedelta(days=later)
    kept = why_kept(one, profile(SIX, KEEP), now)
    due = disposal_due(one, profile(SIX, KEEP))
    assert kept.is_due is (due is not None and due <= now)
    assert why_kept(one, profile(KEEP), now).is_due is False


@pytest.mark.parametrize("rule", [{"id": "x", "source": "y"}, SIX | {"erase_after": {"days": 3}}], ids=["none", "days"])
def test_a_rule_says_at_least_or_at_most(rule: Any) -> None:
    with pytest.raises(PolicyRefused):
        profile(rule)
