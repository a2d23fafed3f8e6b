"""What is not for everybody: marked parts and privileged texts are in no copy that leaves the organisation."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit import commands as c
from complaintkit.adapters.keys import EncryptedVault, MemoryKeyStore
from complaintkit.adapters.memory import MemoryStore
from complaintkit.adapters.notifiers import MemoryNotifier
from complaintkit.complaint import Span
from complaintkit.desk import disclosures
from complaintkit.errors import CommandRefused, MalformedInput, TextErased
from complaintkit.journal import decode_entry
from complaintkit.journal.codec import canonical
from complaintkit.lifecycle import BOOK
from complaintkit.privacy.redaction import fits, redact, spans_of
from complaintkit.values import Actor
from complaintkit.vocabulary import Purpose, Role, WithheldFor
from tests.commitments.clocked import at
from tests.lives import INVESTIGATOR
from tests.privacy.erasing import AGENT, LAWYER, MANAGER, OFFICER, PERSON, Office
from tests.respond.asked import CLERK, Asked
from tests.respond.test_comment import DRAFT

NARRATIVE = "My neighbour Noa Marker-3 was charged too."
BODY = Actor("ombudsman-1", Role.EXTERNAL_BODY)


@pytest.fixture(params=["encrypted", "plain"])
def office(request: pytest.FixtureRequest) -> Office:
    """An office on a store in memory."""
    vault = EncryptedVault(MemoryKeyStore()) if request.param == "encrypted" else None
    return Office(MemoryStore(), vault=vault, notifier=MemoryNotifier())


def ref_of(office: Office, ref: str, words: str) -> str:
    """The reference of the text that has these words."""
    texts = office.desk.reveal(ref, OFFICER, "handle")
    return next(each for each in texts if words in texts[each])


def marked(office: Office, *spans: tuple[int, int]) -> tuple[str, str]:
    """A complaint whose narrative names a third party, and the reference of the narrative; the name is marked."""
    ref = office.register(narrative=NARRATIVE)
    text = ref_of(office, ref, "neighbour")
    parts = spans or spans_of(NARRATIVE, "Noa Marker-3")
    office.desk.handle(c.RedactText(complaint=ref, text=text, spans=parts), OFFICER)
    return ref, text


# Pure ----------------------------------------------------------------------------------------------


@given(st.text(max_size=40), st.lists(st.integers(0, 45), max_size=6).map(sorted))
def test_nothing_of_a_marked_part_is_left_and_everything_else_is(text: str, places: list[int]) -> None:
    spans = [Span(*pair) for pair in zip(places[::2], places[1::2], strict=False)]
    if not fits(text, spans):
        assert redact(text, spans, "\0") == "\0"
        return
    kept = [letter for place, letter in enumerate(text) if not any(a <= place < b for a, b in spans)]
    assert redact(text, spans, "\0").replace("\0", "") == "".join(kept).replace("\0", "")
    assert redact(text, spans, "\0").count("\0") == len(spans) + kept.count("\0")


@given(st.lists(st.sampled_from(["Noa", "noa levi", "Levi", " saw ", "it. ", "x"]), max_size=12).map("".join))
def test_the_words_are_found_wherever_they_stand(text: str) -> None:
    told = redact(text, spans_of(text, "Noa", "Levi", "Noa Levi"), "#")
    assert "noa" not in told.lower()
    assert "levi" not in told.lower()


def test_no_word_marks_nothing() -> None:
    assert spans_of("anything", "", " ") == spans_of("anything") == ()


# Who may, and of what ----------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [AGENT, MANAGER, PERSON], ids=lambda actor: actor.id)
def test_only_the_privacy_officer_marks_parts(office: Office, by: Actor) -> None:
    ref, text = marked(office)
    with pytest.raises(CommandRefused, match="RO-15"):
        office.desk.handle(c.RedactText(complaint=ref, text=text), by)


@pytest.mark.parametrize("spans", [((5, 3),), ((3, 3),), ((4, 8), (6, 9))])
def test_parts_stand_in_their_order(office: Office, spans: Any) -> None:
    ref, text = marked(office)
    with pytest.raises((CommandRefused, MalformedInput)):
        office.desk.handle(c.RedactText(complaint=ref, text=text, spans=spans), OFFICER)


def test_a_mark_is_on_a_text_of_the_complaint_and_inside_of_it(office: Office) -> None:
    ref, text = marked(office)
    other = office.register(narrative="Another matter.")
    for command in (
        c.RedactText(complaint=other, text=text),
        c.MarkPrivileged(complaint=other, text=text, ground="litigation"),
    ):
        with pytest.raises(MalformedInput, match="no text of this reference"):
            office.desk.handle(command, OFFICER)
    with pytest.raises(MalformedInput, match="outside"):
        office.desk.handle(c.RedactText(complaint=ref, text=text, spans=((0, len(NARRATIVE) + 1),)), OFFICER)


def test_a_text_that_was_erased_has_no_parts(office: Office) -> None:
    ref, text = marked(office)
    office.withdraw(ref)
    office.erase()
    with pytest.raises(TextErased):
        office.desk.handle(c.RedactText(complaint=ref, text=text, spans=((0, 1),)), OFFICER)


def test_privilege_has_a_ground_of_its_own_and_is_lifted(office: Office) -> None:
    ref, text = marked(office)
    with pytest.raises(CommandRefused, match="grounds of privilege"):
        office.desk.handle(c.MarkPrivileged(complaint=ref, text=text, ground="third_party"), LAWYER)
    with pytest.raises(CommandRefused, match=r"not possible|under privilege"):
        office.desk.handle(c.LiftPrivilege(complaint=ref, text=text), LAWYER)
    office.desk.handle(c.MarkPrivileged(complaint=ref, text=text, ground="litigation"), LAWYER)
    assert office.desk.reveal(ref, OFFICER, "audit", to="court-1").withheld == {text: WithheldFor.LITIGATION}
    office.desk.handle(c.LiftPrivilege(complaint=ref, text=text), LAWYER)
    assert office.desk.reveal(ref, OFFICER, "audit", to="court-1").withheld == {}


# Who reads what ----------------------------------------------------------------------------------------


def test_inside_everything_is_read_outside_nothing_that_is_marked(office: Office) -> None:
    ref, text = marked(office)
    assert office.desk.reveal(ref, OFFICER, "handle")[text] == NARRATIVE
    outside = [
        office.desk.reveal(ref, OFFICER, Purpose.SHARE_WITH_EXTERNAL_BODY, to="ombudsman-1"),
        office.desk.reveal(ref, BODY, "review"),
    ]
    for texts in outside:
        assert texts[text] == "My neighbour [third party] was charged too."
        assert "Marker-3" not in "".join(texts.values())


def test_an_author_reads_their_own_words_as_they_are(office: Office) -> None:
    ref, text = marked(office)
    assert office.desk.reveal(ref, PERSON, "handle")[text] == NARRATIVE
    assert office.desk.reveal(ref, OFFICER, "access", to="person-1")[text] == NARRATIVE


def test_the_complainant_does_not_read_what_others_wrote_of_third_parties(office: Office) -> None:
    ref = office.register()
    office.desk.handle(c.RecordContact(complaint=ref, text="Clerk Marker-9 was rude.", direction="outgoing"), AGENT)
    text = ref_of(office, ref, "Marker-9")
    office.desk.handle(c.RedactText(complaint=ref, text=text, spans=((6, 14),)), OFFICER)
    assert office.desk.reveal(ref, PERSON, "handle")[text] == "Clerk [third party] was rude."


def test_whoever_hands_texts_over_says_to_whom(office: Office) -> None:
    ref = office.register()
    for purpose in ("share_with_external_body", "access"):
        with pytest.raises(MalformedInput, match="to whom"):
            office.desk.reveal(ref, OFFICER, purpose)
    with pytest.raises(MalformedInput, match="opaque"):
        office.desk.reveal(ref, OFFICER, "access", to="dana@example.org")


@pytest.mark.parametrize(("language", "mark"), [("en", "[third party]"), ("he", "[צד שלישי]"), ("fa", "[شخص ثالث]")])
def test_the_mark_is_in_the_language_of_the_complaint(office: Office, language: str, mark: str) -> None:
    ref = office.register(narrative=NARRATIVE, language=language)
    text = ref_of(office, ref, "neighbour")
    office.desk.handle(c.RedactText(complaint=ref, text=text, spans=spans_of(NARRATIVE, "Noa Marker-3")), OFFICER)
    assert mark in office.desk.reveal(ref, OFFICER, "audit", to="court-1")[text]


def test_a_letter_to_somebody_else_says_nothing_of_what_is_marked_or_privileged() -> None:
    life = Asked().reporting(at(4))
    points = "Kim shouted at Noa Marker-3."
    life.act(at(4), c.InviteComment, INVESTIGATOR, **{**DRAFT, "party": CLERK.id, "points": points})
    texts = life.desk.reveal(life.ref, OFFICER, "handle")
    text, basis = (next(ref for ref in texts if texts[ref] == words) for words in (points, DRAFT["basis"]))
    life.desk.handle(c.RedactText(complaint=life.ref, text=text, spans=spans_of(points, "Noa Marker-3")), OFFICER)
    life.desk.handle(c.MarkPrivileged(complaint=life.ref, text=basis, ground="legal_advice"), LAWYER)
    life.desk.dispatch()
    (letter,) = (each for each in life.notifier.messages if each.to == "kim.clerk@example.org")
    assert "Kim shouted at [third party]." in letter.text
    assert "Marker-3" not in letter.text + letter.html
    assert str(DRAFT["basis"]) not in letter.text
    assert "[not handed out]" in letter.text
    told = [each for each in disclosures(life.store) if each.to == CLERK.id]
    assert [(each.purpose, each.items) for each in told] == [(Purpose.LETTER, 1)]


# The log ---------------------------------------------------------------------------------------------


def test_the_log_names_who_got_which_texts_and_nothing_personal(office: Office) -> None:
    ref, text = marked(office)
    office.desk.reveal(ref, OFFICER, "share_with_external_body", to="ombudsman-1")
    read, shared = disclosures(office.store, complaint=ref)
    assert (read.purpose, read.by, read.to) == (Purpose.HANDLE, OFFICER, None)
    assert (shared.purpose, shared.to, shared.items) == (Purpose.SHARE_WITH_EXTERNAL_BODY, "ombudsman-1", 3)
    assert text in shared.refs
    assert "Marker" not in str(shared.to_dict())
    assert "Dana" not in str(shared.to_dict())
    assert [each.seq for each in disclosures(office.store, person="person-1")] == [read.seq, shared.seq]
    assert list(disclosures(office.store, person="person-9")) == []


def test_what_was_read_before_references_were_kept_is_in_the_log_too(office: Office) -> None:
    ref, _ = marked(office)
    record = next(each for each in office.store.journal(limit=100) if each.type == "text-revealed")
    body = json.loads(record.body)
    body["schema"], body["data"] = 1, {"complaint": ref, "items": 3, "purpose": "handle"}
    event = decode_entry(record._replace(body=canonical(body)), BOOK).event
    assert (event.items, event.refs, event.to) == (3, (), None)  # type: ignore[attr-defined]
