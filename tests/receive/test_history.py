"""What another system said first and what it says now: a correction is an event, and both values stay (INV-72)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from complaintkit import commands as c
from complaintkit.complaint import Complaint
from complaintkit.desk import verify_book
from complaintkit.journal import decode_entry
from complaintkit.lifecycle import BOOK, fold
from complaintkit.values import Actor
from complaintkit.vocabulary import Channel, Role
from tests.lives import START, Life

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
