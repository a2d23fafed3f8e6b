"""The right of access: everything about a person, nothing about anybody else, and what is left out is listed."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest

from complaintkit import commands as c
from complaintkit.adapters.keys import EncryptedVault, MemoryKeyStore
from complaintkit.adapters.memory import MemoryStore
from complaintkit.desk import ComplaintDesk, disclosures, export_person, verify_book
from complaintkit.errors import CommandRefused, MalformedInput, UnknownComplaint, UnknownName
from complaintkit.privacy.redaction import spans_of
from complaintkit.values import Actor
from complaintkit.vocabulary import Purpose, Role
from tests.commitments.clocked import at
from tests.lives import HANDLER, INVESTIGATOR
from tests.privacy.erasing import AGENT, LAWYER, MANAGER, OFFICER, PERSON, Office
from tests.respond.asked import CLERK, Asked
from tests.respond.test_comment import DRAFT

WORDS = "Noa Third saw it; <b>Dana</b> & I paid twice."
OTHER = "Nothing of person two may be seen."


@pytest.fixture(params=["encrypted", "plain"])
def office(request: pytest.FixtureRequest) -> Office:
    """An office on a store in memory."""
    vault = EncryptedVault(MemoryKeyStore()) if request.param == "encrypted" else None
    return Office(MemoryStore(), vault=vault)


def texts_by(office: Any, ref: str) -> dict[str, str]:
    """The references of the texts of a complaint by their words."""
    return {words: text for text, words in office.desk.reveal(ref, OFFICER, "handle").items()}


def filled(office: Office) -> tuple[str, str]:
    """Two complaints, of person one with notes of ours, of person two with theirs; some of it marked."""
    ref = office.register(narrative=WORDS, attributes={"product": "water"})
    other = office.register("person-2", narrative=OTHER)
    for note in ("We told Noa Third to wait.", "Our lawyers think we lose.", "All is paid back."):
        office.desk.handle(c.RecordContact(complaint=ref, text=note, direction="outgoing"), AGENT)
    refs = texts_by(office, ref)
    for words in (WORDS, "We told Noa Third to wait."):
        spans = spans_of(words, "Noa Third")
        office.desk.handle(c.RedactText(complaint=ref, text=refs[words], spans=spans), OFFICER)
    advice = refs["Our lawyers think we lose."]
    office.desk.handle(c.MarkPrivileged(complaint=ref, text=advice, ground="legal_advice"), LAWYER)
    return ref, other


def told(export: Any) -> dict[str, Any]:
    """The export as whoever gets it reads it."""
    data: dict[str, Any] = json.loads(export.json())
    assert data == export.to_dict()
    return data


# What they get -------------------------------------------------------------------------------------------


def test_everything_of_theirs_and_nothing_of_anybody_else(office: Office) -> None:
    ref, other = filled(office)
    export = export_person(office.desk, "person-1", OFFICER)
    data = told(export)
    (held,) = data["complaints"]
    assert (held["complaint"], held["involvement"]) == (ref, ["complainant"])
    texts = {text["text"]: (text["from"], text["redacted"]) for text in held["texts"]}
    assert texts == {
        WORDS: ("you", False),
        "Dana Example": ("you", False),
        "dana@example.org": ("you", False),
        "We told [third party] to wait.": ("organisation", True),
        "All is paid back.": ("organisation", False),
    }
    assert [each["ground"] for each in held["withheld"]] == ["legal_advice"]
    for written in (export.json(), export.html()):
        assert "lawyers" not in written
        assert other not in written
        assert OTHER not in written
        assert not re.search(r"agent-7|privacy-1|lawyer-3|person-2", written)
    assert [entry["type"] for entry in held["entries"]][:2] == ["complaint-registered", "commitment-made"]
    assert held["entries"][0]["data"]["intake"]["attributes"] == [["product", "water"]]
    assert held["entries"][0]["data"]["intake"]["person"] == "you"


def test_it_is_recorded_as_handed_out_and_shown_the_next_time(office: Office) -> None:
    ref, _ = filled(office)
    office.desk.reveal(ref, OFFICER, "share_with_external_body", to="ombudsman-1")
    first = told(export_person(office.desk, "person-1", OFFICER))
    *_, newest = disclosures(office.store)
    assert (newest.complaint, newest.purpose, newest.to, newest.by) == (ref, Purpose.ACCESS, "person-1", OFFICER)
    assert list(newest.refs) == [text["ref"] for text in first["complaints"][0]["texts"]]
    assert [(each["purpose"], each["to"]) for each in first["disclosures"]] == [
        ("handle", None), ("share_with_external_body", "ombudsman-1"),
    ]  # fmt: skip
    again = told(export_person(office.desk, "person-1", MANAGER))
    assert again["disclosures"][-1] | {"entry": 0} == {
        "entry": 0, "at": "2026-03-02T10:00:00.000000Z", "complaint": ref, "purpose": "access", "role": "RO-15",
        "to": "you", "items": 5, "refs": list(newest.refs),
    }  # fmt: skip
    assert verify_book(office.store, vault=office.desk.vault).sound


def test_the_same_book_gives_the_same_bytes() -> None:
    exports = []
    for _ in range(2):
        office = Office(MemoryStore())
        filled(office)
        export = export_person(office.desk, "person-1", OFFICER, language="fa")
        exports.append((export.json(), export.html(), [record.body for record in office.store.journal(limit=1000)]))
    assert exports[0] == exports[1]


@pytest.mark.parametrize(
    ("language", "direction", "mark"),
    [("en", "ltr", "[third party]"), ("he", "rtl", "[צד שלישי]"), ("fa", "rtl", "[شخص ثالث]")],
)
def test_the_page_is_in_their_language_and_escapes_everything(
    office: Office, language: str, direction: str, mark: str
) -> None:
    filled(office)
    office.desk.reveal(filled(office)[0], OFFICER, "audit", to="court-1")
    office.withdraw(filled(office)[0])
    page = export_person(office.desk, "person-1", OFFICER, language=language).html()
    assert f'<html lang="{language}" dir="{direction}">' in page
    assert html.escape(WORDS) in page
    assert "<b>Dana" not in page
    assert mark in page
    assert "court-1" in page
    assert not re.search(r"https?://|src=|<script", page)
    if language != "en":
        shown = re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)
        assert not re.search(r"\b(received|closed|withdrawn|complainant|handling)\b", shown)


def test_what_was_erased_is_listed_as_erased(office: Office) -> None:
    ref, _ = filled(office)
    office.withdraw(ref)
    office.erase()
    data = told(export_person(office.desk, "person-1", OFFICER))
    (held,) = data["complaints"]
    assert held["texts"] == []
    assert {each["ground"] for each in held["withheld"]} == {"erased", "legal_advice"}
    assert data["erasure"] == {"stage": "completed"}


# Others in a complaint -------------------------------------------------------------------------------------


@pytest.fixture
def hearing() -> Asked:
    """A clerk was told what the draft says against them, and has commented."""
    life = Asked().reporting(at(4))
    life.act(at(4), c.InviteComment, INVESTIGATOR, **{**DRAFT, "party": CLERK.id})
    life.desk.dispatch()
    invitation = life.complaint.inquiry.invitations[0].id
    life.act(at(5), c.RecordComment, HANDLER, invitation=invitation, comment="Dana Levi shouted at me first.")
    return life


def test_a_party_gets_what_was_written_to_and_by_them_and_no_more(hearing: Asked) -> None:
    export = export_person(hearing.desk, CLERK.id, OFFICER)
    (held,) = told(export)["complaints"]
    assert held["involvement"] == ["addressee", "party"]
    texts = {text["text"]: text["from"] for text in held["texts"]}
    assert texts["Dana Levi shouted at me first."] == "you"
    assert texts[str(DRAFT["points"])] == texts[str(DRAFT["basis"])] == "organisation"
    assert {each["ground"] for each in held["withheld"]} == {"third_party"}  # the issues as they were put
    assert "dana@example.org" not in export.json() + export.html()
    assert "person-1" not in export.json() + export.html()
    assert told(export)["disclosures"] == []


def test_the_complainant_gets_the_words_of_a_party_only_when_somebody_has_looked(hearing: Asked) -> None:
    words = "Dana Levi shouted at me first."
    text = texts_by(hearing, hearing.ref)[words]
    person = hearing.complaint.intake.person
    assert person is not None
    (held,) = told(export_person(hearing.desk, person, OFFICER))["complaints"]
    assert {"ref": text, "ground": "third_party"} in held["withheld"]
    hearing.desk.handle(c.RedactText(complaint=hearing.ref, text=text, spans=spans_of(words, "shouted")), OFFICER)
    (held,) = told(export_person(hearing.desk, person, OFFICER))["complaints"]
    assert ("somebody", "Dana Levi [third party] at me first.") in [(t["from"], t["text"]) for t in held["texts"]]


def test_a_duplicate_of_somebody_else_stays_theirs(office: Office) -> None:
    mine, theirs = office.register(), office.register("person-2", narrative=OTHER)
    merge = c.MergeDuplicate(complaint=mine, survivor=theirs, shared="The same pipe.", consent="Both agreed.")
    office.desk.handle(merge, HANDLER)
    office.desk.handle(c.RecordContact(complaint=mine, text="Any news of my pipe?"), AGENT)
    export = export_person(office.desk, "person-1", OFFICER)
    held = {each["complaint"]: each for each in told(export)["complaints"]}
    assert {ref: each["involvement"] for ref, each in held.items()} == {mine: ["complainant"], theirs: ["joined"]}
    assert "They charged me twice." in [text["text"] for text in held[mine]["texts"]]
    assert [(text["from"], text["text"]) for text in held[theirs]["texts"]] == [("you", "Any news of my pipe?")]
    assert OTHER not in export.json()
    assert "person-2" not in export.json()
    others = export_person(office.desk, "person-2", OFFICER)
    assert "Any news of my pipe?" not in others.json() + others.html()
    (told_to_them,) = told(others)["complaints"]
    assert [each["ground"] for each in told_to_them["withheld"]] == ["third_party"]


# Who may ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "rule"),
    [(AGENT, "4.7"), (PERSON, "4.7"), (LAWYER, "4.7"), (Actor("person-1", Role.PRIVACY_OFFICER), "SoD-1")],
    ids=["agent", "person", "lawyer", "themselves"],
)
def test_who_may_not_is_refused_and_that_is_recorded(office: Office, by: Actor, rule: str) -> None:
    filled(office)
    with pytest.raises(CommandRefused) as refused:
        export_person(office.desk, "person-1", by)
    assert rule in {reason.rule for reason in refused.value.reasons}
    assert office.types()[-1] == "attempt-refused"
    assert not [each for each in disclosures(office.store) if each.purpose is Purpose.ACCESS]


def test_who_is_complained_about_hands_nothing_out(office: Office) -> None:
    ref = office.register()
    office.desk.handle(c.BeginAssessment(complaint=ref), HANDLER)
    issue = c.NewIssue(statement="The manager shouted.", category="conduct", respondent=MANAGER.id)
    office.desk.handle(c.SetIssues(complaint=ref, issues=(issue,)), HANDLER)
    with pytest.raises(CommandRefused, match="SoD-6"):
        export_person(office.desk, "person-1", MANAGER)


def test_nobody_is_nobody(office: Office) -> None:
    filled(office)
    with pytest.raises(UnknownComplaint, match="nothing about"):
        export_person(office.desk, "person-9", OFFICER)
    with pytest.raises(MalformedInput):
        export_person(office.desk, "dana@example.org", OFFICER)
    with pytest.raises(UnknownName):
        export_person(office.desk, "person-1", OFFICER, language="xx")


def test_an_export_shows_nothing_in_its_repr() -> None:
    desk = ComplaintDesk(MemoryStore())
    desk.handle(c.RegisterComplaint(person="person-1", owner="agent-7", narrative=WORDS), AGENT)
    assert "Noa" not in repr(export_person(desk, "person-1", OFFICER))


# Facts that were put right (INV-72) -----------------------------------------------------------------------------


def mistaken(office: Office) -> str:
    """A complaint of person two, who was taken for person one."""
    ref = office.register("person-1", narrative="I was charged twice.", name="Dana First", reach="dana@example.org")
    right = {"name": "Omar Second", "reach": "omar@example.org"}
    wrong = c.CorrectFacts(complaint=ref, facts={"person": "person-2"}, texts=right, reason="The other account")
    office.desk.handle(wrong, OFFICER)
    return ref


def said(export: Any) -> set[str]:
    return {text["text"] for held in told(export)["complaints"] for text in held["texts"]}


def test_who_was_taken_for_the_complainant_gets_what_was_written_down_about_them(office: Office) -> None:
    mistaken(office)
    export = export_person(office.desk, "person-1", OFFICER)
    assert said(export) == {"Dana First", "dana@example.org"}
    assert [held["involvement"] for held in told(export)["complaints"]] == [["party"]]
    assert "person-2" not in export.json()
    assert "Omar" not in export.html()


def test_whose_complaint_it_is_gets_nothing_of_who_was_taken_for_them(office: Office) -> None:
    mistaken(office)
    export = export_person(office.desk, "person-2", OFFICER)
    assert said(export) == {"I was charged twice.", "Omar Second", "omar@example.org", "The other account"}
    assert "person-1" not in export.json()
    assert "Dana" not in export.json() + export.html()
    (held,) = told(export)["complaints"]
    assert sorted(left["ground"] for left in held["withheld"]) == ["third_party", "third_party"]
    (right,) = (entry["data"]["corrections"] for entry in held["entries"] if entry["type"] == "record-corrected")
    assert [each["fact"] for each in right] == ["person", "name", "reach"]


def test_both_words_of_their_own_and_both_codes_are_theirs(office: Office) -> None:
    ref = office.register(narrative="I was charged twice.")
    wrong = c.CorrectFacts(
        complaint=ref, facts={"channel": "phone"}, texts={"narrative": "I was charged thrice."}, reason="Misheard"
    )
    office.desk.handle(wrong, OFFICER)
    export = export_person(office.desk, "person-1", OFFICER)
    assert {"I was charged twice.", "I was charged thrice."} <= said(export)
    (held,) = told(export)["complaints"]
    voices = {text["text"]: text["from"] for text in held["texts"]}
    assert (voices["I was charged thrice."], voices["Misheard"]) == ("you", "organisation")
    (right,) = (entry["data"]["corrections"] for entry in held["entries"] if entry["type"] == "record-corrected")
    assert right[0] == {"fact": "channel", "before": "web_form", "after": "phone"}


def test_what_was_put_right_twice_waits_for_somebody_to_look(office: Office) -> None:
    ref = mistaken(office)
    again = c.CorrectFacts(complaint=ref, texts={"name": "Omar B. Second"}, reason="His passport says so")
    office.desk.handle(again, OFFICER)
    export = export_person(office.desk, "person-2", OFFICER)
    assert "Omar Second" not in said(export)
    assert "Omar B. Second" in said(export)
