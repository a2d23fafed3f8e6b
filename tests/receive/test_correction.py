"""INV-72: a fact that was written down wrongly is put right by an event; both values stay, and the last one counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit import commands as c
from complaintkit.cli.story import story
from complaintkit.commitments import CommitmentMoved
from complaintkit.complaint import Complaint
from complaintkit.desk import verify_book
from complaintkit.desk.reading import read_entries
from complaintkit.errors import CommandRefused, ErasureHeld, MalformedInput, NaiveDatetime, UnknownName
from complaintkit.events import RecordCorrected
from complaintkit.journal import decode_entry, leaf_hash
from complaintkit.journal.codec import canonical, plain
from complaintkit.lifecycle import BOOK, fold
from complaintkit.values import Actor, Personal
from complaintkit.vocabulary import (
    Channel,
    CommitmentKind,
    CommitmentStatus,
    Language,
    MoveReason,
    NoticeRule,
    Role,
)
from tests.commitments.clocked import FINAL, PROGRESS, Clocked, at
from tests.lives import AGENT, CREW, HANDLER, LEADER, MANAGER, PERSON, START, WAYS, Life
from tests.receive.test_duplicates import merged, two, unmerged
from tests.receive.test_history import FIRST, IMPORTER
from tests.receive.test_responsibility import OURS

AUDITOR = Actor("auditor-1", Role.AUDITOR)
OFFICER = Actor("privacy-1", Role.PRIVACY_OFFICER)
LAWYER = Actor("lawyer-3", Role.LEGAL_ADVISER)
BODY = "ombudsman"
ACKNOWLEDGE = CommitmentKind.ACKNOWLEDGE


def state(life: Life) -> Complaint:
    complaint = life.state()
    assert complaint is not None
    return complaint


def put_right(life: Life, by: Actor = HANDLER, **fields: Any) -> Complaint:
    return life.do(c.CorrectFacts, by, **{"reason": "Typed wrongly", **fields})


def happened(life: Life | Clocked, kind: type = RecordCorrected) -> list[Any]:
    entries = read_entries(life.store.entries(life.ref))
    return [entry.event for entry in entries if isinstance(entry.event, kind)]


# What a fact says ---------------------------------------------------------------------------------------


def test_every_coded_fact_is_put_right_and_says_what_it_said() -> None:
    life = Life().triaged(issues=(c.NewIssue(statement="Charged twice", category="fee"),))
    received = START - timedelta(days=3)
    facts = {
        "received_at": received, "channel": "phone", "language": "he", "person": "person-9", "unit": "billing",
        "attribute.account": "77-1", "issue.1.category": "delay",
    }  # fmt: skip
    complaint = put_right(life, facts=facts)
    intake = complaint.intake
    assert (complaint.received_at, intake.channel, intake.language) == (received, Channel.PHONE, Language.HEBREW)
    assert (intake.person, intake.unit, dict(intake.attributes)) == ("person-9", "billing", {"account": "77-1"})
    assert [issue.category for issue in complaint.issues] == ["delay"]
    (event,) = happened(life)
    assert {each.fact: (each.before, each.after) for each in event.corrections} == {
        "attribute.account": (None, "77-1"),
        "channel": ("web_form", "phone"),
        "issue.1.category": ("fee", "delay"),
        "language": ("en", "he"),
        "person": ("person-1", "person-9"),
        "received_at": ("2026-03-02T10:07:00.000000Z", "2026-02-27T10:00:00.000000Z"),
        "unit": (None, "billing"),
    }
    assert verify_book(life.store).sound


def test_an_auditor_reads_both_texts_and_the_reason() -> None:
    life = Life().triaged()
    wrong = state(life).intake.narrative
    complaint = put_right(
        life, texts={"narrative": "I was charged thrice.", "issue.1.statement": "Charged thrice"}, reason="Misheard"
    )
    texts = life.desk.reveal(life.ref, AUDITOR, "audit")
    assert {"I was charged twice.", "I was charged thrice.", "Charged twice", "Charged thrice", "Misheard"} <= {
        *texts.values()
    }
    assert texts[complaint.intake.narrative.ref] == "I was charged thrice."  # type: ignore[union-attr, index]
    assert texts[complaint.issues[0].statement.ref] == "Charged thrice"  # type: ignore[index]
    (event,) = happened(life)
    assert [each.text_before for each in event.corrections if each.fact == "narrative"] == [wrong]
    assert b"thrice" not in b"".join(record.body for record in life.log())


def test_what_there_never_was_goes() -> None:
    life = Life().received(attributes={"product": "water"}, unit="billing", desired_outcome="An apology")
    complaint = put_right(life, absent=("person", "name", "unit", "desired_outcome", "attribute.product"))
    intake = complaint.intake
    assert (intake.person, intake.name, intake.unit, intake.desired_outcome, intake.attributes) == (None,) * 4 + ((),)
    assert "An apology" in life.desk.reveal(life.ref, AUDITOR, "audit").values()


@pytest.mark.parametrize("way", WAYS)
def test_a_correction_stands_beside_handling_in_every_state(way: str) -> None:
    life = WAYS[way](Life())
    before = state(life)
    complaint = put_right(life, facts={"channel": "letter"}, texts={"narrative": "I was charged twice, on 1 March."})
    assert (complaint.handling, complaint.owner, complaint.triage) == (before.handling, before.owner, before.triage)
    assert complaint.intake.channel is Channel.LETTER
    assert complaint.version == before.version + 1


def test_the_story_tells_both_values() -> None:
    life = Life().received()
    put_right(life, facts={"channel": "phone"}, texts={"name": "Dina"})
    told = story(read_entries(life.store.entries(life.ref)), life.desk.profile.calendar.zone)
    assert [row[3] for row in told if row[2] == "record corrected"] == ["corrections: channel: web_form -> phone, name"]


# Who, and what is refused ---------------------------------------------------------------------------------


def test_whoever_answers_for_the_complaint_or_for_privacy_may() -> None:
    life = Life().received()
    may = {role for role in Role if _is_possible(life, Actor("somebody-1", role))}
    assert may == {Role.CASE_HANDLER, Role.TEAM_LEADER, Role.COMPLAINTS_MANAGER, Role.PRIVACY_OFFICER}
    for who in {*CREW} - {HANDLER, LEADER, MANAGER}:
        assert life.rules(c.CorrectFacts, who, reason="Typed wrongly", facts={"channel": "phone"}) == {"4.7"}


def _is_possible(life: Life, who: Actor) -> bool:
    try:
        return any(option.possible for option in life.desk.allowed(life.ref, who) if option.command == "correct-facts")
    except CommandRefused:  # who may not read it
        return False


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no fact": ({}, "INV-72"),
    "what it says already": ({"facts": {"channel": "web_form"}}, "INV-72"),
    "one of two says it already": ({"facts": {"channel": "web_form", "language": "he"}}, "INV-72"),
    "the same words": ({"texts": {"narrative": "I was charged twice."}}, "INV-72"),
    "nothing for nothing": ({"absent": ("unit",)}, "INV-72"),
    "a fact twice": ({"facts": {"unit": "billing"}, "absent": ("unit",)}, "INV-72"),
    "its kind": ({"facts": {"kind": "claim"}}, "INV-72"),
    "its place": ({"facts": {"handling": "closed"}}, "INV-72"),
    "its owner": ({"facts": {"owner": "handler-9"}}, "INV-72"),
    "its priority": ({"facts": {"band": "P1"}}, "INV-72"),
    "its findings": ({"facts": {"findings": "substantiated"}}, "INV-72"),
    "a date of a source": ({"facts": {"milestone.sent": "2026-03-01T10:00:00Z"}}, "INV-72"),
    "an issue that there is not": ({"facts": {"issue.2.category": "fee"}}, "E-10"),
    "received after it was logged": ({"facts": {"received_at": "2026-03-02T11:00:00Z"}}, "INV-01"),
}


@pytest.mark.parametrize(("fields", "rule"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_right_is_refused(fields: dict[str, Any], rule: str) -> None:
    life = Life().triaged()
    assert life.rules(c.CorrectFacts, HANDLER, reason="Typed wrongly", **fields) == {rule}


MALFORMED: dict[str, tuple[dict[str, Any], type[Exception]]] = {
    "an unknown fact": ({"facts": {"colour": "red"}}, UnknownName),
    "an unknown text": ({"texts": {"story": "x"}}, UnknownName),
    "an attribute without a name": ({"facts": {"attribute.": "x"}}, UnknownName),
    "an issue without a number": ({"facts": {"issue.x.category": "fee"}}, UnknownName),
    "an issue written oddly": ({"facts": {"issue.01.category": "fee"}}, UnknownName),
    "all attributes": ({"facts": {"attributes": "[]"}}, UnknownName),
    "another fact of an issue": ({"facts": {"issue.1.respondent": "clerk-1"}}, UnknownName),
    "no channel": ({"facts": {"channel": "telex"}}, UnknownName),
    "no instant": ({"facts": {"received_at": "yesterday"}}, MalformedInput),
    "no zone": ({"facts": {"received_at": "2026-03-01T10:00:00"}}, NaiveDatetime),
    "an address": ({"facts": {"person": "dana@example.org"}}, MalformedInput),
    "a number": ({"facts": {"unit": 5}}, MalformedInput),
    "no words": ({"facts": {"attribute.product": ""}}, MalformedInput),
    "two lines": ({"facts": {"attribute.product": "a\nb"}}, MalformedInput),
    "a text among the codes": ({"facts": {"narrative": "I was"}}, MalformedInput),
    "a code among the texts": ({"texts": {"channel": "phone"}}, MalformedInput),
    "a blank text": ({"texts": {"narrative": " "}}, MalformedInput),
    "no channel at all": ({"absent": ("channel",)}, MalformedInput),
    "no statement": ({"absent": ("issue.1.statement",)}, MalformedInput),
    "no reason": ({"facts": {"channel": "phone"}, "reason": " "}, MalformedInput),
}


@pytest.mark.parametrize(("fields", "error"), MALFORMED.values(), ids=MALFORMED)
def test_what_is_malformed_is_an_error_and_leaves_nothing(fields: dict[str, Any], error: type[Exception]) -> None:
    life = Life().triaged()
    log = life.log()
    with pytest.raises(error):
        put_right(life, **fields)
    assert life.log() == log


def test_a_text_of_its_own_is_no_right_text_for_another() -> None:
    life = Life().received()
    name = state(life).intake.name
    assert life.rules(c.CorrectFacts, HANDLER, reason="x", texts={"narrative": name}) == {"INV-72"}
    other = Life(seed=8).received(person="person-2", name="Noa").state()
    with pytest.raises(MalformedInput):
        put_right(life, texts={"narrative": other.intake.name})  # type: ignore[union-attr]


def test_a_record_of_another_system_is_corrected_there_and_what_we_added_here() -> None:
    life = Life()
    life.do(c.ImportRecord, IMPORTER, record="row-1", narrative="They lost my letter.", **FIRST)
    for fields in (
        {"facts": {"channel": "phone"}}, {"facts": {"language": "he"}}, {"facts": {"received_at": START}},
        {"facts": {"attribute.product": "card"}}, {"texts": {"narrative": "Lost"}}, {"absent": ("attribute.product",)},
    ):  # fmt: skip
        assert life.rules(c.CorrectFacts, HANDLER, reason="Typed wrongly", **fields) == {"INV-72"}
    assert put_right(life, facts={"person": "person-3", "unit": "loans"}).intake.person == "person-3"


# History keeps both values, the fold shows the last --------------------------------------------------------

CODES = st.fixed_dictionaries(
    {},
    optional={
        "channel": st.sampled_from([channel.value for channel in Channel]),
        "language": st.sampled_from([language.value for language in Language]),
        "person": st.sampled_from(("person-1", "person-2", "person-3")),
        "attribute.product": st.sampled_from(("water", "gas")),
        "received_at": st.integers(-400, 0).map(lambda hours: START + timedelta(hours=hours)),
        "issue.2.category": st.sampled_from(("fee", "delay")),
    },
)
WORDS = st.dictionaries(
    st.sampled_from(("narrative", "name", "reach", "desired_outcome", "issue.1.statement")),
    st.sampled_from(("One", "Two", "Three")),
    max_size=2,
)
GONE = st.sets(st.sampled_from(("person", "name", "unit", "attribute.product", "desired_outcome")), max_size=1)


@given(st.lists(st.tuples(CODES, WORDS, GONE), max_size=6))
def test_history_keeps_both_values_and_the_fold_shows_the_last(tried: list[Any]) -> None:
    issues = (c.NewIssue(statement="Charged twice"), c.NewIssue(statement="Nobody answered"))
    life = Life().triaged(issues=issues)
    said = [facts_of(life)]
    for facts, texts, gone in tried:
        try:
            put_right(life, facts=facts, texts=texts, absent=gone)
        except CommandRefused:
            assert facts_of(life) == said[-1]
        else:
            said.append(facts_of(life))
    events = happened(life)
    assert len(events) == len(said) - 1
    texts = life.desk.reveal(life.ref, AUDITOR, "audit")
    for event, before, after in zip(events, said, said[1:], strict=False):
        told = {each.fact: _both(each, texts) for each in event.corrections}
        assert told == {name: (before.get(name), after.get(name)) for name in told}
        assert {name for name in before | after if before.get(name) != after.get(name)} == {*told}
    entries = read_entries(life.store.entries(life.ref))
    assert fold(entries) == state(life)
    assert verify_book(life.store).sound


def facts_of(life: Life) -> dict[str, str]:
    """Every fact that may be corrected, by name, as the complaint has it; texts in their words."""
    complaint, texts = state(life), life.desk.reveal(life.ref, AUDITOR, "audit")
    intake = complaint.intake
    found: dict[str, Any] = {
        "received_at": f"{complaint.received_at:%Y-%m-%dT%H:%M:%S.%fZ}",
        "channel": intake.channel.value, "language": intake.language.value, "person": intake.person,
        "unit": intake.unit, "name": intake.name, "reach": intake.reach, "narrative": intake.narrative,
        "desired_outcome": intake.desired_outcome,
    }  # fmt: skip
    found |= {f"attribute.{name}": value for name, value in intake.attributes}
    for issue in complaint.issues:
        found |= {f"issue.{issue.no}.category": issue.category, f"issue.{issue.no}.statement": issue.statement}
    worded = {name: texts[value.ref] if isinstance(value, Personal) else value for name, value in found.items()}  # type: ignore[index]
    return {name: value for name, value in worded.items() if value is not None}


def _both(each: Any, texts: Any) -> tuple[str | None, str | None]:
    if each.text_before or each.text_after:
        return tuple(text and texts[text.ref] for text in (each.text_before, each.text_after))
    return each.before, each.after


# Dates (decision 21) -----------------------------------------------------------------------------------------
# Owed from receipt on Monday 9 March, 09:00: an acknowledgement by the 10th, progress by the 23rd, an answer by 6 April


def receipt(life: Clocked, when: Any, on: Any, by: Actor = HANDLER, **rest: Any) -> Complaint:
    return life.act(when, c.CorrectFacts, by, reason="Typed wrongly", facts={"received_at": on}, **rest)


def moved(life: Clocked) -> dict[str, Any]:
    return {each.kind.value: (each.because, each.started_at, each.due) for each in life.events(CommitmentMoved)}


def test_an_earlier_receipt_brings_what_runs_from_it_forward() -> None:
    life = Clocked().registered(at(9), reach="dana@example.org")
    life.act(at(9, 10), c.MakePromise, due=at(20), about="call_back")
    receipt(life, at(9, 11), at(4))
    because = MoveReason.CORRECTED
    assert moved(life) == {
        "acknowledge": (because, at(4), at(5, 17)),
        "progress": (because, at(4), at(18, 17)),
        "final": (because, at(4), at(1, 17, month=4)),
    }
    assert life.owed(CommitmentKind.PROMISE).due == at(20)
    assert life.complaint.received_at == at(4)


def test_pauses_and_extensions_are_replayed_and_a_verdict_stays() -> None:
    life = Clocked().registered(at(9))
    life.act(at(10), c.PauseClocks, reason="court_stay")
    life.act(at(12), c.ResumeClocks)
    life.act(
        at(12, 10), c.ExtendCommitment, LEADER, commitment=life.owed().id, count=5, reason="Ill", notified_at=at(12)
    )
    life.tick(at(24))
    assert life.owed(PROGRESS).cycle == 2
    before = {owed.id: owed for owed in life.complaint.commitments}
    receipt(life, at(24, 10), at(5))
    assert {*moved(life)} == {"final"}  # the second report counts from the date of the first one
    assert life.owed().due == at(13, 17, month=4)  # 5 March + 20 + 5 working days, and 2 that did not count
    others = [owed for owed in life.complaint.commitments if owed.kind is not FINAL]
    assert all(owed == before[owed.id] for owed in others)
    assert CommitmentStatus.BREACHED in {owed.status for owed in others}


def test_a_receipt_that_makes_it_late_is_a_breach_with_the_next_sweep() -> None:
    life = Clocked().registered(at(9))
    receipt(life, at(9, 11), at(2, month=2))
    life.tick(at(9, 12))
    assert life.owed().status is CommitmentStatus.BREACHED
    assert ("breach", at(2, 17, month=3) + timedelta(microseconds=1)) in life.signals(FINAL)


def test_a_date_that_nobody_was_told_becomes_later_by_its_entry() -> None:
    life = Clocked().registered(at(9), received_at=at(2), reach="dana@example.org")
    receipt(life, at(9, 11), at(5))
    assert life.owed().due == at(2, 17, month=4)
    assert {because for because, _, _ in moved(life).values()} == {MoveReason.CORRECTED}


def test_a_date_that_was_told_becomes_later_only_for_leaders_and_when_it_was_told_anew() -> None:
    """INV-53: first the person is told, as with an extension."""
    life = Clocked().registered(at(9), received_at=at(4), reach="dana@example.org")
    life.delivered(at(9, 10), NoticeRule.ACKNOWLEDGEMENT)
    fact = {"reason": "Typed wrongly", "facts": {"received_at": at(6)}}
    assert life.rules(at(9, 11), c.CorrectFacts, HANDLER, **fact) == {"EV-47", "INV-53"}
    assert life.rules(at(9, 11), c.CorrectFacts, LEADER, **fact) == {"INV-53"}
    assert life.rules(at(9, 11), c.CorrectFacts, LEADER, **fact, notified_at=at(10)) == {"INV-53"}
    assert life.rules(at(9, 11), c.CorrectFacts, HANDLER, **fact, notified_at=at(9, 11)) == {"EV-47"}
    receipt(life, at(9, 12), at(6), LEADER, notified_at=at(9, 11))
    assert life.owed().due == at(3, 17, month=4)
    (event,) = happened(life)
    assert event.notified_at == at(9, 11)
    receipt(life, at(9, 13), at(4))
    assert life.owed().due == at(1, 17, month=4), "earlier again needs neither"


def test_told_after_the_date_is_too_late() -> None:
    life = Clocked().registered(at(9), received_at=at(9), reach="dana@example.org")
    life.delivered(at(9, 10), NoticeRule.ACKNOWLEDGEMENT)
    life.act(at(9, 11), c.CorrectFacts, reason="x", facts={"received_at": at(2, month=2)})
    fact = {"reason": "Typed wrongly", "facts": {"received_at": at(9, 9)}, "notified_at": at(9, 12)}
    assert life.rules(at(9, 12), c.CorrectFacts, LEADER, **fact) == {"INV-53"}


def test_a_closed_complaint_is_corrected_and_nothing_of_its_verdicts_changes() -> None:
    life = Clocked().registered(at(9))
    life.withdrawn(at(10))
    before = life.complaint.commitments
    receipt(life, at(11), at(2))
    assert life.complaint.commitments == before
    assert life.complaint.received_at == at(2)


def test_a_draft_registers_itself_after_its_right_receipt() -> None:
    life = Clocked()
    life.act(at(9), c.CaptureComplaint, AGENT, narrative="It was late.", received_at=at(9))
    receipt(life, at(9, 10), at(2))
    assert life.tick(at(9, 11)) > 0
    assert life.complaint.registered
    assert life.owed().started_at == at(2)


# Merged (INV-51) ---------------------------------------------------------------------------------------------


def test_a_survivor_counts_from_the_earliest_receipt_whichever_was_wrong() -> None:
    survivor = Clocked().registered(at(5, 13), received_at=at(2, 10))
    loser = survivor.beside().registered(at(5, 14), received_at=at(5, 10))
    merged(loser, survivor)
    assert survivor.complaint.received_at == at(2, 10) == survivor.owed().started_at
    receipt(survivor, at(6, 11), at(5, 12))
    assert survivor.complaint.received_at == at(5, 10) == survivor.owed().started_at, "the other one is earlier now"
    unmerged(loser)
    assert survivor.complaint.received_at == at(5, 12) == survivor.owed().started_at


def test_what_is_dealt_with_elsewhere_keeps_receipt_and_person_until_it_is_taken_out() -> None:
    survivor, loser = two()
    merged(loser, survivor)
    for facts in ({"received_at": at(1)}, {"person": "person-9"}):
        assert loser.rules(at(6, 11), c.CorrectFacts, reason="x", facts=facts) == {"INV-51"}
    loser.act(at(6, 12), c.CorrectFacts, reason="x", facts={"channel": "phone"})
    unmerged(loser)
    assert receipt(loser, at(9, 11), at(1)).received_at == at(1)


# What follows from a fact ---------------------------------------------------------------------------------------


def test_a_wrong_topic_led_to_the_wrong_unit() -> None:
    life = Life(profile=OURS).received(owner=None, attributes={"topic": "money"})
    assert state(life).owner == "treasurer"
    complaint = put_right(life, facts={"attribute.topic": "late_fee"})
    assert complaint.unit == "billing"
    closed = Life(profile=OURS).received(owner=None, attributes={"topic": "money"})
    closed.do(c.WithdrawComplaint, PERSON, words="Never mind")
    assert put_right(closed, facts={"attribute.topic": "late_fee"}).owner == "treasurer"


def test_nobody_owns_what_they_turn_out_to_complain_about() -> None:
    life = Life(profile=OURS).received(owner="clerk-5", attributes={"topic": "late_fee"})
    complaint = put_right(life, facts={"person": "clerk-5"})
    assert complaint.owner not in complaint.excluded


def test_the_right_person_finds_it_and_the_wrong_one_does_not() -> None:
    life = Life().received()
    put_right(life, facts={"person": "person-2"})
    assert life.desk.get(life.ref, Actor("person-2", Role.COMPLAINANT)).ref == life.ref
    with pytest.raises(CommandRefused):
        life.desk.get(life.ref, PERSON)


# What is withheld and what is erased ------------------------------------------------------------------------------


def test_what_was_marked_in_the_wrong_text_is_left_out_of_the_right_one_until_somebody_has_looked() -> None:
    life = Life().received(narrative="Noa saw it.", desired_outcome="What our lawyer said")
    refs = {words: ref for ref, words in life.desk.reveal(life.ref, OFFICER, "handle").items()}
    life.do(c.RedactText, OFFICER, text=refs["Noa saw it."], spans=((0, 3),))
    life.do(c.MarkPrivileged, LAWYER, text=refs["What our lawyer said"], ground="legal_advice")
    put_right(life, texts={"narrative": "It was Noa who saw it.", "desired_outcome": "What our lawyers said"})
    shown = life.desk.reveal(life.ref, OFFICER, "share_with_external_body", to=BODY)
    assert not any("Noa" in words or "lawyer" in words for words in shown.values())
    right = state(life).intake.narrative.ref  # type: ignore[union-attr]
    assert shown[right] == "[third party]"  # type: ignore[index]
    life.do(c.RedactText, OFFICER, text=right, spans=((7, 10),))
    shown = life.desk.reveal(life.ref, OFFICER, "share_with_external_body", to=BODY)
    assert shown[right] == "It was [third party] who saw it."  # type: ignore[index]


def test_an_erasure_takes_both_texts_and_nothing_is_written_down_again() -> None:
    life = Life().received()
    put_right(life, texts={"narrative": "I was charged thrice."})
    life.do(c.WithdrawComplaint, PERSON, words="Never mind")
    life.desk.erase(PERSON.id, OFFICER)
    life.desk.erase(PERSON.id, MANAGER)
    revealed = life.desk.reveal(life.ref, AUDITOR, "audit")
    assert dict(revealed) == {}
    (event,) = happened(life)
    wrong = event.corrections[0]
    assert {wrong.text_before.ref, wrong.text_after.ref, event.reason.ref} <= revealed.erased
    for fields in ({"texts": {"narrative": "I was charged."}}, {"facts": {"channel": "phone"}}, {"absent": ("name",)}):
        assert life.rules(c.CorrectFacts, HANDLER, reason="Typed wrongly", **fields) == {"INV-08"}
    assert verify_book(life.store).sound


def test_an_erasure_that_waits_is_not_led_astray_by_another_person() -> None:
    life = Life().received()
    life.do(c.PlaceLegalHold, LAWYER, matter="suit-1")
    life.do(c.WithdrawComplaint, PERSON, words="Never mind")
    life.desk.erase(PERSON.id, OFFICER)
    with pytest.raises(ErasureHeld):
        life.desk.erase(PERSON.id, MANAGER)
    for fields in ({"facts": {"person": "person-2"}}, {"absent": ("person",)}):
        assert life.rules(c.CorrectFacts, OFFICER, reason="The other account", **fields) == {"INV-08"}
    put_right(life, facts={"channel": "phone"}, texts={"name": "Dina"})
    life.do(c.ReleaseLegalHold, LAWYER, matter="suit-1")
    life.clock.advance(timedelta(days=1))
    life.desk.tick()
    assert dict(life.desk.reveal(life.ref, AUDITOR, "audit")) == {}


# What is stored -------------------------------------------------------------------------------------------------


def test_an_entry_of_schema_1_is_read_as_the_facts_that_it_told() -> None:
    life = Life()
    row = {"narrative": "They lost my letter.", "milestones": (("sent", START),), **FIRST}
    life.do(c.ImportRecord, IMPORTER, record="row-1", **row)
    life.do(c.CorrectRecord, IMPORTER, narrative="They lost both.", received_at=START, channel=Channel.PHONE)
    *records, new = life.store.entries(life.ref)
    body, now = plain(new.body), state(life).intake.narrative
    text = now and now.ref
    old = {
        "received_at": "2026-03-02T10:00:00Z", "channel": "phone", "dropped": ["sent"], "narrative": text,
        "attributes": [["product", "mortgage"], ["state", "NY"]],
    }  # fmt: skip
    written = canonical(body | {"schema": 1, "data": old})
    entry = decode_entry(new._replace(body=written, leaf=leaf_hash(written)), BOOK)
    complaint = fold([*read_entries(records), entry])
    assert complaint is not None
    assert (complaint.received_at, complaint.intake.channel) == (START, Channel.PHONE)
    assert dict(complaint.intake.attributes) == {"product": "mortgage", "state": "NY"}
    assert complaint.milestones == ()
    assert complaint.intake.narrative == now


def test_the_same_id_again_gives_the_first_answer() -> None:
    life = Life().received()
    command = c.CorrectFacts(complaint=life.ref, reason="x", facts={"channel": "phone"}, texts={"name": "Dina"})
    first = life.desk.handle(command, HANDLER, "key-1")
    again = life.desk.handle(c.to_dict(command), HANDLER, "key-1")
    assert again.repeated
    assert again.complaint == first.complaint
    assert c.from_dict(c.to_dict(command)).facts == command.facts


def test_plain_data_will_do() -> None:
    life = Life().received()
    data = {
        "type": "correct-facts", "complaint": life.ref, "reason": "Misheard", "absent": ["reach"],
        "facts": {"received_at": "2026-03-02T09:00:00+02:00"}, "texts": {"name": "Dina"},
    }  # fmt: skip
    complaint = life.desk.handle(data, HANDLER).complaint
    assert (complaint.received_at, complaint.intake.reach) == (START - timedelta(hours=3), None)


def test_a_preview_says_the_same() -> None:
    life = Life().received()
    same = c.CorrectFacts(complaint=life.ref, reason="x", texts={"narrative": "I was charged twice."})
    refusal = life.desk.preview(same, HANDLER).refusal
    assert refusal is not None
    assert [reason.rule for reason in refusal.reasons] == ["INV-72"]
