"""Step 1: capture, registration, acknowledgement, assessment, and history taken in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from complaintkit import commands as c
from complaintkit.journal import decode_entry
from complaintkit.lifecycle import BOOK
from complaintkit.values import Actor, is_complaint_ref
from complaintkit.vocabulary import Channel, CommitmentKind, DeliveryStatus, FeedbackKind, Handling, Language, Role
from tests import lives
from tests.lives import AGENT, HANDLER, SYSTEM, TRIAGE, Life

IMPORTER = Actor("importer", Role.SYSTEM, "import:example")
RECEIVED = lives.START - timedelta(days=400)


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("language", Language)
def test_inv_05_every_channel_and_language_registers(channel: Channel, language: Language) -> None:
    complaint = Life().do(c.RegisterComplaint, AGENT, owner="h", narrative="...", channel=channel, language=language)
    assert complaint.handling is Handling.RECEIVED
    assert is_complaint_ref(complaint.ref)
    assert complaint.owner == "h"  # INV-07


@pytest.mark.parametrize("kind", FeedbackKind)
def test_only_grievances_promise_an_answer(kind: FeedbackKind) -> None:
    complaint = Life().do(c.RegisterComplaint, AGENT, owner="h", narrative="x", kind=kind, reach="dana@example.org")
    promised = {owed.kind for owed in complaint.commitments}
    grievance = kind in (FeedbackKind.COMPLAINT, FeedbackKind.CLAIM)
    answer = {CommitmentKind.PROGRESS, CommitmentKind.FINAL} if grievance else set()
    assert promised == {CommitmentKind.ACKNOWLEDGE} | answer


def test_a_draft_keeps_its_message_and_its_time_when_it_is_registered() -> None:
    life = Life().draft()
    draft = life.state()
    complaint = life.do(c.RegisterComplaint, HANDLER, owner=HANDLER.id)
    assert draft is not None
    assert (complaint.intake, complaint.received_at, complaint.ref) == (draft.intake, draft.received_at, draft.ref)
    assert life.rules(c.RegisterComplaint, HANDLER, owner=HANDLER.id) == {"EV-02"}


def test_region_b_pending_sent_delivered_failed_and_again() -> None:
    life = Life().received(acknowledge=False)
    assert life.state().acknowledgement.state == "pending"  # type: ignore[union-attr]
    assert life.do(c.AcknowledgeComplaint, AGENT).acknowledgement.state == "sent"
    assert life.rules(c.AcknowledgeComplaint, AGENT) == {"EV-03"}
    life.notifier.fail_next(1, retryable=False)
    life.send()
    assert life.state().acknowledgement.state == "failed"  # type: ignore[union-attr]
    letter = life.do(c.AcknowledgeComplaint, AGENT).notices[-1]
    life.send()
    delivered = life.do(c.RecordDelivery, SYSTEM, notice=letter.id, status=DeliveryStatus.DELIVERED)
    assert delivered.acknowledgement.state == "delivered"


def test_region_b_waived_where_nobody_can_be_written_to() -> None:
    life = Life().received(reach=None)
    assert life.state().acknowledgement.state == "waived"  # type: ignore[union-attr]
    assert life.rules(c.AcknowledgeComplaint, AGENT) == {"EV-03"}


def test_issues_are_numbered_replaced_in_assessment_and_added_later() -> None:
    life = Life().assessing()
    one, two = c.NewIssue(statement="One", category="billing"), c.NewIssue(statement="Two")
    life.do(c.SetIssues, HANDLER, issues=[one, two])
    assert [issue.category for issue in life.do(c.SetIssues, HANDLER, issues=[two, one]).issues] == ["other", "billing"]
    life.do(c.RecordTriage, TRIAGE, levels=lives.CALM)
    life.do(c.SkipEarlyResolution, HANDLER, reason="not wanted")
    added = life.do(c.SetIssues, HANDLER, issues=[one]).issues
    assert [(issue.no, issue.category) for issue in added] == [(1, "other"), (2, "billing"), (3, "billing")]


def test_inv_30_a_new_triage_leaves_the_old_one_in_the_journal() -> None:
    life = Life().triaged()
    life.do(c.RecordTriage, TRIAGE, levels=lives.levels(health_safety=3), note="Gas")
    bands = [
        decode_entry(record, BOOK).event.band.value  # type: ignore[attr-defined]
        for record in life.log()
        if record.type == "triage-recorded"
    ]
    assert bands == ["P3", "P1"]


def test_history_is_marked_and_promises_nothing() -> None:
    life = Life()
    outcome = life.desk.handle(
        c.ImportRecord(
            record="row-1", received_at=RECEIVED, channel=Channel.EMAIL, narrative="Lost.",
            milestones=(("sent", RECEIVED + timedelta(days=1)),), state=Handling.CLOSED, timely=False,
        ),
        IMPORTER,
    )  # fmt: skip
    complaint = outcome.complaint
    assert all(entry.imported for entry in outcome.entries)
    assert [entry.occurred for entry in outcome.entries] == [RECEIVED, RECEIVED + timedelta(days=1), None]
    assert {entry.at for entry in outcome.entries} == {life.clock.now()}
    assert (complaint.commitments, complaint.participants, complaint.owner) == ((), (), "complaints-manager")  # INV-74
    assert complaint.source_timely is False
    assert life.desk.tick() == 0


def test_imported_history_can_be_taken_up_again() -> None:
    life = Life()
    life.do(
        c.ImportRecord, IMPORTER, record="row-1", received_at=RECEIVED, channel=Channel.EMAIL, state=Handling.CLOSED
    )
    complaint = life.do(c.ReopenComplaint, lives.LEADER, reason="recurrence", words="It happened again")
    assert complaint.handling is Handling.ASSESSING
    assert complaint.received_at == RECEIVED
