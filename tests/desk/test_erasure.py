"""Erasure of a person's texts: two people, what stands against it, what is left of it, and what goes on by itself."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from complaintkit import commands as c
from complaintkit.adapters.anchors import SignedInMemory
from complaintkit.adapters.keys import EncryptedVault, MemoryKeyStore
from complaintkit.adapters.memory import MemoryStore
from complaintkit.desk import Checkpoints, ComplaintDesk, prove_consistency, prove_entry, receipt, verify_book
from complaintkit.errors import (
    CommandConflict,
    CommandRefused,
    ErasureHeld,
    MalformedInput,
    ProofRefused,
    StoreBusy,
    StoreError,
    TextErased,
    UnknownComplaint,
)
from complaintkit.journal import Checkpoint, decode_entry, leaf_hash, read_note, verify_consistency
from complaintkit.journal.keys import Ed25519Key
from complaintkit.journal.receipts import verify_receipt
from complaintkit.lifecycle import BOOK
from complaintkit.ports import Store
from complaintkit.testing import FaultyStore
from complaintkit.timekeeping.clock import FrozenClock
from complaintkit.values import Actor
from complaintkit.vocabulary import DeliveryStatus, ErasureBasis, ErasureStage, Language, Role
from tests.privacy.erasing import AGENT, LAWYER, MANAGER, OFFICER, PERSON, START, Office

EXECUTIVE = Actor("executive-2", Role.EXECUTIVE)
KEEP = {"id": "law", "keep": {"years": 3}, "after": "received", "source": "DISP 1.9.1R"}


def profile(*floors: dict[str, Any]) -> dict[str, Any]:
    """The built-in profile with a retention schedule."""
    return {"base": "standard", "id": "ours", "version": "1", "retention": list(floors)}


@pytest.fixture(params=["encrypted", "plain"])
def office(request: pytest.FixtureRequest) -> Office:
    """An office on a store in memory."""
    vault = EncryptedVault(MemoryKeyStore()) if request.param == "encrypted" else None
    return Office(MemoryStore(), vault=vault)


def rules(refused: pytest.ExceptionInfo[CommandRefused]) -> set[str]:
    """The rules that a refusal names."""
    return {reason.rule for reason in refused.value.reasons}


# Two people ------------------------------------------------------------------------------------------------


def test_one_requests_and_another_one_carries_it_out(office: Office) -> None:
    ref = office.closed()
    asked = office.request()
    assert (asked.erasure.stage, asked.erasure.texts, asked.certificate) == (ErasureStage.REQUESTED, 0, None)
    assert dict(office.desk.reveal(ref, OFFICER, "audit"))
    done = office.desk.erase("person-1", MANAGER, basis=ErasureBasis.OBJECTION)
    assert done.erasure.stage is ErasureStage.COMPLETED
    assert done.erasure.basis is ErasureBasis.REQUEST  # what was requested counts
    assert (done.erasure.requested_by, done.erasure.approved_by) == (OFFICER.id, MANAGER.id)
    assert done.erasure.complaints == (ref,)
    assert dict(office.desk.reveal(ref, OFFICER, "audit")) == {}
    assert office.types()[-4:-1] == ["erasure-approved", "texts-erased", "erasure-completed"]


@pytest.mark.parametrize("by", [OFFICER, AGENT, LAWYER, PERSON], ids=lambda actor: actor.id)
def test_who_requested_it_or_does_not_answer_for_privacy_approves_nothing(office: Office, by: Actor) -> None:
    ref = office.closed()
    office.request()
    with pytest.raises(CommandRefused) as refused:
        office.desk.erase("person-1", by)
    assert rules(refused) == ({"SoD-1"} if by is OFFICER else {"4.7"})
    assert office.types()[-1] == "attempt-refused"
    assert dict(office.desk.reveal(ref, OFFICER, "audit"))


def test_a_person_asks_for_their_own_and_for_nobody_elses(office: Office) -> None:
    office.closed()
    office.closed("person-2")
    with pytest.raises(CommandRefused) as refused:
        office.desk.erase("person-2", PERSON)
    assert rules(refused) == {"4.7"}
    assert office.desk.erase("person-1", PERSON).erasure.requested_by == "person-1"
    assert office.desk.erase("person-1", OFFICER).erasure.stage is ErasureStage.COMPLETED


def test_who_is_complained_about_neither_requests_nor_approves(office: Office) -> None:
    ref = office.register()
    handler = Actor("handler-2", Role.CASE_HANDLER)
    office.desk.handle(c.BeginAssessment(complaint=ref), handler)
    issue = c.NewIssue(statement="The manager shouted.", category="conduct", respondent=MANAGER.id)
    office.desk.handle(c.SetIssues(complaint=ref, issues=(issue,)), handler)
    office.withdraw(ref)
    for step in (office.request, lambda: None):
        with pytest.raises(CommandRefused) as refused:
            office.desk.erase("person-1", MANAGER)
        assert "SoD-6" in rules(refused)
        step()
    assert office.desk.erase("person-1", EXECUTIVE).erasure.stage is ErasureStage.COMPLETED


def test_the_same_key_again_asks_nothing_new(office: Office) -> None:
    office.closed()
    for _ in range(2):
        assert office.desk.erase("person-1", OFFICER, key="ask-1").erasure.stage is ErasureStage.REQUESTED
    first, again = (office.desk.erase("person-1", MANAGER, key="ask-2") for _ in range(2))
    assert first == again
    assert office.types().count("texts-erased") == 1


@pytest.mark.parametrize("person", ["dana@example.org", "", "Dana Example", None, 5])
def test_a_person_is_named_by_an_opaque_id(office: Office, person: Any) -> None:
    with pytest.raises(MalformedInput):
        office.desk.erase(person, OFFICER)


def test_a_person_of_no_complaint_is_unknown_and_leaves_no_entry(office: Office) -> None:
    with pytest.raises(UnknownComplaint):
        office.request("person-9")
    assert office.types() == []


# What stands against it ----------------------------------------------------------------------------------------


def test_an_open_complaint_waits_until_it_is_closed(office: Office) -> None:
    ref = office.register()
    blocks = office.request().blocks
    assert [(block.complaint, block.rule, block.until) for block in blocks] == [(ref, "E-53", None)]
    with pytest.raises(ErasureHeld) as held:
        office.desk.erase("person-1", MANAGER)
    assert held.value.until is None
    office.withdraw(ref)
    assert office.sweep_after(hours=23) == 0
    assert office.sweep_after(hours=1) == 1
    assert dict(office.desk.reveal(ref, OFFICER, "audit")) == {}


def test_a_legal_hold_keeps_everything_until_it_is_released(office: Office) -> None:
    ref = office.closed()
    office.hold(ref)
    office.hold(ref, "suit-2")
    with pytest.raises(ErasureHeld) as held:
        office.erase()
    assert [reason.rule for reason in held.value.reasons] == ["INV-75", "INV-75"]
    assert "suit-1" in str(held.value)
    for _ in range(3):
        office.sweep_after(days=40)
    office.release(ref)
    assert office.desk.tick() == 1
    assert dict(office.desk.reveal(ref, OFFICER, "audit"))
    office.release(ref, "suit-2")
    assert office.desk.tick() == 1
    assert dict(office.desk.reveal(ref, OFFICER, "audit")) == {}
    assert office.desk.tick() == 0


def test_a_hold_that_is_released_wakes_nothing_where_nobody_approved_anything(office: Office) -> None:
    ref = office.closed()
    for step in (lambda: None, office.request):
        step()
        office.hold(ref)
        office.release(ref)
        assert office.desk.tick() == 1
        assert office.desk.tick() == 0
    assert dict(office.desk.reveal(ref, OFFICER, "audit"))


def test_a_retention_rule_says_until_when_and_the_sweep_after_it_erases() -> None:
    office = Office(MemoryStore(), profile=profile(KEEP))
    ref = office.closed()
    with pytest.raises(ErasureHeld) as held:
        office.erase()
    assert held.value.until == datetime(2029, 3, 3, tzinfo=UTC)  # three years after 2 March 2026, to the end of the day
    assert held.value.to_dict()["until"] == "2029-03-03T00:00:00+00:00"
    assert "DISP 1.9.1R" in str(held.value)
    office.clock.advance(held.value.until - START - timedelta(seconds=1))
    assert office.desk.tick(confirmed=True) == 0
    assert office.sweep_after(seconds=1) == 1
    assert dict(office.desk.reveal(ref, OFFICER, "audit")) == {}


def test_a_hold_placed_while_a_date_is_waited_for_counts() -> None:
    office = Office(MemoryStore(), profile=profile(KEEP))
    ref = office.closed()
    with pytest.raises(ErasureHeld):
        office.erase()
    office.hold(ref)
    office.sweep_after(days=4 * 366)
    assert dict(office.desk.reveal(ref, OFFICER, "audit"))
    office.release(ref)
    assert office.desk.tick() == 1
    assert dict(office.desk.reveal(ref, OFFICER, "audit")) == {}


def test_what_nothing_keeps_goes_at_once_and_the_rest_later(office: Office) -> None:
    free, held = office.closed(), office.closed(narrative="The bill is wrong.")
    office.hold(held)
    part = office.erase()
    assert part.erasure.stage is ErasureStage.APPROVED
    assert (part.erasure.complaints, part.erasure.waiting) == ((free,), 1)
    assert part.certificate is not None
    assert part.certificate.waiting == 1
    assert dict(office.desk.reveal(free, OFFICER, "audit")) == {}
    assert len(office.desk.reveal(held, OFFICER, "audit")) == 4
    office.release(held)
    office.desk.tick()
    whole = office.desk.erase("person-1", OFFICER)
    assert whole.erasure.stage is ErasureStage.COMPLETED
    assert (whole.erasure.complaints, whole.erasure.waiting) == ((free, held), 0)
    assert whole.erasure.texts == 10


def merged(office: Office) -> tuple[str, str]:
    """A complaint of person one that was merged into one of person two, and told something more since."""
    mine, theirs = office.register(), office.register("person-2", narrative="Their words.")
    office.desk.handle(
        c.MergeDuplicate(complaint=mine, survivor=theirs, shared="The same pipe.", consent="Both agreed."),
        Actor("handler-2", Role.CASE_HANDLER),
    )
    office.desk.handle(c.RecordContact(complaint=mine, text="Any news of my pipe?"), AGENT)
    return mine, theirs


def test_what_is_dealt_with_in_somebody_elses_complaint_waits_for_it(office: Office) -> None:
    """INV-51: neither open handling nor a lawsuit is got round by the erasure of a duplicate."""
    mine, theirs = merged(office)
    office.hold(theirs)
    with pytest.raises(ErasureHeld) as held:
        office.erase()
    assert [reason.rule for reason in held.value.reasons] == ["INV-51"]
    office.withdraw(theirs)
    office.sweep_after(days=1)
    assert dict(office.desk.reveal(mine, OFFICER, "audit")), "the hold is still there"
    office.release(theirs)
    office.sweep_after(days=1)
    assert office.desk.erase("person-1", OFFICER).erasure.complaints == (mine,)


def test_what_was_said_through_a_duplicate_goes_with_it_and_nothing_of_anybody_else(office: Office) -> None:
    mine, theirs = merged(office)
    office.withdraw(theirs)
    assert office.erase().erasure.complaints == (mine,)
    assert dict(office.desk.reveal(mine, OFFICER, "audit")) == {}
    assert sorted(office.desk.reveal(theirs, OFFICER, "audit").values()) == [
        "Dana Example", "Leave it.", "Their words.", "dana@example.org",
    ]  # fmt: skip
    with office.store.transaction() as unit:
        contact = office.desk.get(theirs, OFFICER).contacts[-1]
        assert dict(unit.sealed([contact.text.ref or ""])) == {}
    assert verify_book(office.store, vault=office.desk.vault).sound


def test_what_came_through_somebody_elses_duplicate_stays_theirs(office: Office) -> None:
    mine, theirs = merged(office)
    office.withdraw(theirs)
    office.hold(mine)
    assert office.erase("person-2").erasure.complaints == (theirs,)
    kept = office.desk.reveal(mine, OFFICER, "audit").values()
    assert {"They charged me twice.", "The same pipe."} <= set(kept)
    assert list(office.desk.reveal(theirs, OFFICER, "audit").values()) == ["Any news of my pipe?"]
    assert office.request("person-2").erasure.is_over, "nothing of theirs is left to ask for"


def test_another_complaint_begins_another_round(office: Office) -> None:
    office.closed()
    office.erase()
    ref = office.closed(narrative="Again.")
    assert office.request().erasure.stage is ErasureStage.REQUESTED
    assert office.desk.erase("person-1", MANAGER).erasure.complaints == (ref,)


# What is left ------------------------------------------------------------------------------------------------


def test_reveal_says_which_texts_were_erased(office: Office) -> None:
    ref = office.closed()
    office.erase()
    texts = office.desk.reveal(ref, OFFICER, "audit")
    narrative = office.desk.get(ref, OFFICER).intake.narrative
    assert texts.was_erased(narrative)
    assert texts.of(narrative) == ""
    assert len(texts.erased) == 4
    with pytest.raises(TextErased) as erased:
        texts[narrative.ref]  # type: ignore[union-attr, index]
    assert erased.value.code == "text-erased"
    assert "charged" not in repr(texts)
    assert not texts.was_erased(None)


def test_the_log_verifies_and_the_state_is_the_same(office: Office) -> None:
    ref, theirs = office.closed(), office.closed("person-2")
    before = [office.desk.get(each, OFFICER) for each in (ref, theirs)]
    entries = list(office.store.journal(limit=1000))
    office.erase()
    assert [office.desk.get(each, OFFICER) for each in (ref, theirs)] == before
    assert list(office.store.journal(limit=1000))[: len(entries)] == entries
    audit = verify_book(office.store, vault=office.desk.vault)
    assert (audit.sound, audit.texts, audit.gone) == (True, 4, 4)
    assert len(office.desk.reveal(theirs, OFFICER, "audit")) == 4


def test_proofs_from_before_an_erasure_hold_after_it(office: Office) -> None:
    """Receipts, inclusion and consistency: nothing that was given out is worth less because somebody was forgotten."""
    ref, host = office.closed(), "complaints.example.org"
    key = Ed25519Key(host, bytes(range(32)))
    checkpoints = Checkpoints(office.store, key, SignedInMemory(), host=host)
    before = checkpoints.issue(START)
    given = receipt(office.desk, ref, OFFICER, before)
    proofs = [prove_entry(office.store, seq, before) for seq in range(Checkpoint.of(before).size)]
    office.erase()
    after = checkpoints.issue(office.clock.now())
    for proof in (*proofs, *(prove_entry(office.store, seq, after) for seq in range(Checkpoint.of(after).size))):
        proof.verify([key.public_key()])
    assert verify_receipt(given, key.public_key().to_text(), ["They charged me twice."]).entry["stream"] == ref
    old, new = Checkpoint.of(before), Checkpoint.of(after)
    way = prove_consistency(office.store, old.size, after).proof
    verify_consistency(old.size, new.size, old.root, new.root, way)
    assert verify_book(office.store, [old, new], vault=office.desk.vault).sound


def test_no_entry_of_it_holds_anything_personal(office: Office) -> None:
    office.closed()
    outcome = office.erase()
    mine = [record for record in office.store.journal(limit=1000) if record.stream == "person/person-1"]
    told = b"".join(record.body for record in mine) + json.dumps(outcome.certificate.to_dict()).encode()
    assert not any(word in told for word in (b"Dana", b"charged", b"example.org"))
    assert all(decode_entry(record, BOOK).ver == number for number, record in enumerate(mine, 1))


def test_a_repeated_command_is_not_known_again_and_leaves_nothing(office: Office) -> None:
    command = c.RegisterComplaint(person="person-1", owner="agent-7", narrative="They charged me twice.")
    ref = office.desk.handle(command, AGENT, key="call-1").complaint.ref
    assert office.desk.handle(command, AGENT, key="call-1").repeated
    office.withdraw(ref)
    office.erase()
    size = len(office.store.journal(limit=1000))
    for again in (command, c.RegisterComplaint(person="person-1", owner="agent-7", narrative="A guess.")):
        with pytest.raises(CommandConflict) as conflict:
            office.desk.handle(again, AGENT, key="call-1")
        assert "erased" in str(conflict.value)
    assert len(office.store.journal(limit=1000)) == size


def test_what_is_said_later_is_kept_under_a_new_key(office: Office) -> None:
    ref = office.closed()
    office.erase()
    office.desk.handle(
        c.ReopenComplaint(complaint=ref, reason="new_evidence", words="There is more"),
        Actor("leader", Role.TEAM_LEADER),
    )
    assert list(office.desk.reveal(ref, OFFICER, "audit").values()) == ["There is more"]
    office.withdraw(ref, "No.")
    office.request()
    assert office.desk.erase("person-1", MANAGER).erasure.texts == 3


def test_a_letter_that_waited_is_not_sent_and_the_journal_says_why(office: Office) -> None:
    ref = office.closed()
    office.erase()
    sent = office.desk.dispatch()
    assert {(each.complaint, each.status, each.detail) for each in sent} == {
        (ref, DeliveryStatus.FAILED, "text-erased")
    }
    assert office.desk.dispatch() == []


@pytest.mark.parametrize(("language", "placeholder"), [("en", "[erased]"), ("he", "[נמחק]"), ("fa", "[پاک شده]")])
def test_a_letter_has_a_placeholder_where_a_text_was_erased(language: str, placeholder: str) -> None:
    from complaintkit.letters import compose, render
    from complaintkit.policy import load_profile
    from complaintkit.ports import Contact
    from complaintkit.wording import say

    office = Office(MemoryStore())
    ref = office.register(language=Language(language))
    complaint = office.desk.get(ref, OFFICER)
    refs = {complaint.intake.name.ref}  # type: ignore[union-attr]
    with office.store.transaction() as unit:
        unit.head()
        from complaintkit.ports import Batch

        unit.commit(Batch(erased=sorted(filter(None, refs))))
    texts = office.desk.reveal(ref, OFFICER, "letter")
    told = texts.or_else(say(Language(language), "letters.erased"))
    notice, contact = complaint.notices[0], Contact(name="Noa", reach="noa@example.org")
    letter = render(compose(notice.rule, complaint, notice, profile=load_profile(), contact=contact, texts=told))
    assert placeholder in letter.text
    office.desk.dispatch()
    assert office.desk.get(ref, OFFICER).notices[0].status is DeliveryStatus.DISPATCHED


def test_the_certificate_follows_from_the_journal(office: Office) -> None:
    office.closed()
    first = office.erase().certificate
    again = office.desk.erase("person-1", OFFICER).certificate
    assert first is not None
    assert again is not None
    assert first == again
    assert first.to_dict()["digest"] == again.digest
    log = office.store.journal(limit=1000)
    for seq, leaf in first.entries:
        assert leaf_hash(log[seq].body).hex() == leaf
    assert [log[seq].type for seq, _ in first.entries] == ["texts-erased", "erasure-completed"]


# When something goes wrong ---------------------------------------------------------------------------------------


def faulty(vault: bool = True) -> Office:
    """An office whose store fails where it is told to."""
    return Office(FaultyStore(MemoryStore()), vault=EncryptedVault(MemoryKeyStore()) if vault else None)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_an_error_at_any_call_erases_all_or_nothing_and_a_second_try_ends_it(after: bool) -> None:
    for at in range(1, 60):
        office = faulty()
        store: Any = office.store
        ref = office.closed()
        office.request()
        store.fail(at=at, after=after)
        try:
            office.desk.erase("person-1", MANAGER, key="approve")
        except StoreBusy:
            pass
        else:
            break
        store._error = None
        texts = office.desk.reveal(ref, OFFICER, "audit")
        assert len(texts) in (0, 4)
        assert verify_book(store, vault=office.desk.vault).sound
        done = office.desk.erase("person-1", MANAGER, key="approve")
        assert done.erasure.stage is ErasureStage.COMPLETED
        assert len(office.desk.vault.key_store._wrapped) == 0  # type: ignore[attr-defined]
        assert office.types().count("erasure-completed") == office.types().count("texts-erased") == 1
    else:
        pytest.fail("the calls have no end")
    assert at > 10


def test_what_a_crash_left_over_the_next_sweep_ends() -> None:
    office = faulty()
    store: Any = office.store
    office.closed()
    office.request()
    store.fail("scrub", error=StoreError("the process was killed"))
    with pytest.raises(StoreError):
        office.desk.erase("person-1", MANAGER)
    assert office.types()[-1] == "texts-erased"
    assert office.desk.tick() == 1
    assert office.types()[-1] == "erasure-completed"
    assert office.desk.tick() == 0


def test_what_others_write_between_deleting_and_destroying_stays() -> None:
    office = faulty()
    store: Any = office.store
    ref = office.closed()
    office.request()
    store.fail("scrub", error=StoreError("the process was killed"))
    vault: Any = office.desk.vault
    destroy = vault.destroy
    vault.destroy = lambda _keys: (_ for _ in ()).throw(StoreError("the process was killed before"))
    with pytest.raises(StoreError):
        office.desk.erase("person-1", MANAGER)
    words = c.ReopenComplaint(complaint=ref, reason="new_evidence", words="There is more")
    office.desk.handle(words, Actor("leader", Role.TEAM_LEADER))
    vault.destroy = destroy
    store._error = None
    office.desk.tick()
    assert office.types()[-1] == "erasure-completed"
    assert list(office.desk.reveal(ref, OFFICER, "audit").values()) == ["There is more"]


# The vault of a desk ---------------------------------------------------------------------------------------------


class Durable(MemoryStore):
    """A store in memory that says it outlives the process."""

    durable = True


def test_a_durable_store_wants_a_vault_or_the_word() -> None:
    store: Store = Durable()
    with pytest.raises(MalformedInput, match="unencrypted") as refused:
        ComplaintDesk(store)
    assert "vault=EncryptedVault" in refused.value.hint
    ComplaintDesk(store, plaintext_vault=True)
    ComplaintDesk(store, vault=EncryptedVault(MemoryKeyStore()))


def test_an_encrypted_book_is_read_and_written_with_its_vault_only() -> None:
    office = Office(MemoryStore(), vault=EncryptedVault(MemoryKeyStore()))
    ref = office.register()
    plain = ComplaintDesk(office.store, clock=FrozenClock(START))
    assert plain.get(ref, AGENT).ref == ref
    with pytest.raises(StoreError, match="encrypted"):
        plain.reveal(ref, OFFICER, "audit")
    with pytest.raises(StoreError, match="encrypted"):
        plain.handle(c.WithdrawComplaint(complaint=ref, words="x"), AGENT.on_behalf_of(Role.COMPLAINANT))
    assert verify_book(office.store).locked == 3


def test_a_hosts_transaction_is_encrypted_too() -> None:
    office = Office(MemoryStore(), vault=EncryptedVault(MemoryKeyStore()))
    command = c.RegisterComplaint(person="person-1", owner="agent-7", narrative="They charged me twice.")
    with office.store.transaction() as unit:
        office.desk.handle(command, AGENT, tx=unit)
    office.desk.handle(command, AGENT, tx=office.store.transaction())
    office.desk.handle(command, AGENT, tx=office.desk.store.transaction())
    with office.desk.store.transaction() as unit:
        office.desk.handle(command, AGENT, tx=unit)
    assert verify_book(office.store).locked == 4
    assert verify_book(office.store, vault=office.desk.vault).texts == 4


def test_a_certificate_is_signed_and_verified_without_the_book(office: Office) -> None:
    office.closed()
    certificate = office.erase().certificate
    key = Ed25519Key("complaints.example.org", bytes(range(32)))
    note = certificate.signed(key).to_text()
    assert certificate.digest == hashlib.sha256(note.splitlines()[1].encode()).hexdigest()
    read_note(note).must_be_signed_by([key.public_key()])
    with pytest.raises(ProofRefused):
        read_note(note.replace('"person":"person-1"', '"person":"person-2"')).must_be_signed_by([key.public_key()])
