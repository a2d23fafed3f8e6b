"""What another system said first and what it says now: a correction is an event, and both values stay (INV-72)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from complaintkit import commands as c
from complaintkit.complaint import Complaint
from complaintkit.desk import verify_book
from complaintkit.desk.reading import read_entries
from complaintkit.journal import decode_entry
from complaintkit.lifecycle import BOOK, fold
from complaintkit.values import Actor
from complaintkit.vocabulary import Channel, CommitmentKind, Role
from tests.lives import HANDLER, START, TRIAGE, Life, levels

IMPORTER = Actor("importer", Role.SYSTEM, "import:example")
AUDITOR = Actor("auditor-1", Role.AUDITOR)
RECEIVED = START - timedelta(days=400)
FIRST: dict[str, Any] = {"received_at": RECEIVED, "channel": Channel.EMAIL, "attributes": {"product": "loan"}}
NOW: dict[str, Any] = {
    "received_at": RECEIVED + timedelta(days=1),
    "channel": Channel.PHONE,
    "attributes": {"product": "mortgage"},
}


def corrected() -> Life:
    life = Life()
    life.do(c.ImportRecord, IMPORTER, record="row-1", narrative="They lost my letter.", **FIRST)
    life.do(c.CorrectRecord, IMPORTER, narrative="They lost both letters.", **NOW)
    return life


def values(complaint: Complaint | None) -> dict[str, Any]:
    assert complaint is not None
    intake = complaint.intake
    return {
        "received_at": complaint.received_at,
        "channel": intake.channel,
        "attributes": dict(intake.attributes),
    }


def test_the_newest_values_count_and_the_first_ones_are_still_in_the_journal() -> None:
    life = corrected()
    entries = [decode_entry(record, BOOK) for record in life.store.entries(life.ref)]
    place = next(no for no, entry in enumerate(entries) if entry.event.event_type == "record-corrected")
    assert values(fold(entries[:place])) == FIRST
    assert values(life.state()) == NOW
    assert verify_book(life.store).sound


def test_an_auditor_reads_both_texts() -> None:
    life = corrected()
    texts = life.desk.reveal(life.ref, AUDITOR, "audit").values()
    assert {"They lost my letter.", "They lost both letters."} <= set(texts)


def test_a_text_that_the_source_took_back_is_still_there_for_who_checks() -> None:
    life = corrected()
    life.do(c.CorrectRecord, IMPORTER, narrative=None, **NOW)
    complaint = life.state()
    assert complaint is not None
    assert complaint.intake.narrative is None
    assert "They lost both letters." in set(life.desk.reveal(life.ref, AUDITOR, "audit").values())


def test_each_fact_that_changed_is_told_with_both_values() -> None:
    life = corrected()
    (event,) = (entry.event for entry in read_entries(life.store.entries(life.ref)) if entry.type == "record-corrected")
    right: Any = event
    assert {each.fact: (each.before, each.after) for each in right.corrections if each.fact != "narrative"} == {
        "received_at": ("2025-01-26T10:00:00.000000Z", "2025-01-27T10:00:00.000000Z"),
        "channel": ("email", "phone"),
        "attribute.product": ("loan", "mortgage"),
    }
    assert right.reason is None


def test_what_is_promised_here_on_a_record_follows_its_corrected_receipt() -> None:
    """Decision 21: nothing is promised on an imported record until somebody works on it here."""
    life = Life()
    life.do(c.ImportRecord, IMPORTER, record="row-1", narrative="The valve is hot.", **FIRST)
    life.do(c.BeginAssessment, HANDLER)
    life.do(c.SetIssues, HANDLER, issues=(c.NewIssue(statement="It is hot"),))
    life.do(c.RecordTriage, TRIAGE, levels=levels(health_safety=3, seriousness=3), note="Somebody may be scalded")
    earlier = FIRST | {"received_at": RECEIVED - timedelta(days=3)}
    complaint = life.do(c.CorrectRecord, IMPORTER, narrative="The valve is hot.", **earlier)
    (owed,) = complaint.open_commitments
    assert (owed.kind, owed.started_at) == (CommitmentKind.IMMEDIATE_ACTION, RECEIVED - timedelta(days=3))
