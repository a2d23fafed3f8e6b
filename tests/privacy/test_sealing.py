"""Personal text: sealed at the door, committed to, revealed for a purpose, and gone when its row is gone."""

from __future__ import annotations

import copy
import hashlib
import hmac
import json
import logging
import pickle
from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit import commands as c
from complaintkit.errors import CommandConflict
from complaintkit.journal.codec import personals
from complaintkit.privacy import commitment, fingerprint, seal
from complaintkit.values import Personal
from complaintkit.vocabulary import Purpose
from tests import lives
from tests.lives import AGENT, HANDLER, Life

LOG = "complaintkit/main"
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\u202d\u202e"), min_size=1).filter(
    lambda text: not text.isspace()
)


def test_the_commitment_is_the_stated_hmac() -> None:
    command, items, _ = seal(
        c.RegisterComplaint(owner="h", narrative="Twice."), LOG, "C-1", "cmd-1", lambda n: b"s" * n
    )
    (item,) = items
    assert (item.ref, item.stream, item.content) == ("cmd-1/narrative", "C-1", b"Twice.")
    message = b"\0".join((LOG.encode(), b"C-1", b"cmd-1/narrative", b"1", b"Twice."))
    expected = hmac.new(b"s" * 32, message, hashlib.sha256).digest()
    assert b64decode(commitment(LOG, item)) == expected
    assert command.narrative is not None
    assert command.narrative.commitment == commitment(LOG, item)


@given(st.lists(texts, min_size=1, max_size=4))
def test_every_text_at_every_depth_is_sealed_under_its_own_path(words: list[str]) -> None:
    command = c.SetIssues(complaint="C-1", issues=[c.NewIssue(statement=word, desired_outcome=word) for word in words])
    sealed, items, texts_ = seal(command, LOG, "C-1", "cmd-1", lambda n: b"s" * n)
    found = list(personals(sealed))
    assert [item.ref for item in items] == [personal.ref for personal in found]
    assert len({item.ref for item in items}) == 2 * len(words)
    assert all(personal.commitment == commitment(LOG, item) for personal, item in zip(found, items, strict=True))
    assert seal(sealed, LOG, "C-1", "cmd-2", lambda n: b"t" * n) == (sealed, [], [])
    assert texts_ == found


@given(texts, texts)
def test_a_fingerprint_tells_contents_apart_and_nothing_else(one: str, other: str) -> None:
    def mark(key: bytes, text: str) -> bytes:
        return fingerprint(key, c.RegisterComplaint(owner="h", narrative=text), {"id": "a"})

    assert mark(b"k", one) == mark(b"k", one) != mark(b"l", one)
    assert (mark(b"k", one) == mark(b"k", other)) == (Personal(one).text == Personal(other).text)


def test_a_personal_text_never_shows_itself() -> None:
    word = Personal("Dana Levi")
    sealed = Personal("Dana Levi", ref="r", commitment="c")
    for shown in (word, sealed, [word], {"a": sealed}, c.RegisterComplaint(owner="h", narrative=word)):
        assert "Dana" not in repr(shown)
        assert "Dana" not in str(shown)
    assert word != Personal("Dana Levi"), "unsealed texts are not compared"
    assert sealed == Personal(ref="r", commitment="c") != Personal(ref="r", commitment="d")
    assert hash(sealed) == hash(Personal(ref="r", commitment="c"))
    with pytest.raises(AttributeError):
        word.text = "x"


def test_copies_and_pickles_of_a_sealed_text_have_no_text() -> None:
    sealed = Personal("Dana Levi", ref="r", commitment="c")
    for made in (pickle.loads(pickle.dumps(sealed)), copy.deepcopy(sealed)):
        assert made == sealed
        assert made.text is None
    assert b"Dana" not in pickle.dumps(sealed)


def test_a_loaded_complaint_has_no_text_and_reveal_records_why(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    life = Life().closed()
    complaint = life.state()
    assert complaint is not None
    assert all(personal.text is None for personal in personals(complaint))
    revealed = life.desk.reveal(life.ref, HANDLER, Purpose.AUDIT)
    assert revealed.of(complaint.intake.name) == "Dana Levi"
    assert "Dana" not in repr(revealed)
    last = json.loads(life.log()[-1].body)
    assert last["type"] == "text-revealed"
    assert last["data"]["purpose"] == "audit"
    assert last["actor"]["id"] == HANDLER.id
    assert last["ver"] is None
    assert "Dana" not in caplog.text
    assert "charged" not in caplog.text


def test_an_answer_and_a_preview_have_no_text() -> None:
    life = Life()
    command = c.RegisterComplaint(owner="h", narrative="Twice.", person=lives.PERSON.id)
    seen = life.desk.preview(command, AGENT)
    outcome = life.desk.handle(command, AGENT)
    for answered in (seen.complaint, outcome.complaint, *seen.events, *(entry.event for entry in outcome.entries)):
        assert all(personal.text is None for personal in personals(answered))
    assert command.narrative is not None
    assert command.narrative.text == "Twice.", "the caller's own command stays as it is"


def test_entries_carry_reference_commitment_and_subject_only() -> None:
    life = Life().closed()
    for record in life.log():
        assert b"Dana" not in record.body
        assert b"example.org" not in record.body
        assert b"charged" not in record.body
    body = json.loads(life.log()[0].body)
    assert [item["ref"].split("/")[1] for item in body["pii"]] == ["name", "reach", "narrative"]
    assert all(item["subj"] == [lives.PERSON.id] for item in body["pii"])
    with life.store.transaction() as unit:
        items = unit.sealed([item["ref"] for item in body["pii"]])
    assert {item["ref"]: item["c"] for item in body["pii"]} == {ref: commitment(LOG, i) for ref, i in items.items()}


def test_what_was_erased_reveals_nothing_and_the_log_stays_as_it_is() -> None:
    life = Life().received()
    before = life.log()
    vault = life.store.kept._vault  # type: ignore[attr-defined]
    vault.clear()
    assert dict(life.desk.reveal(life.ref, HANDLER, "handle")) == {}
    assert life.log()[:-1] == before
    assert life.state() is not None


def test_the_fingerprint_dies_with_the_key() -> None:
    life = Life()
    command = c.RegisterComplaint(owner="h", narrative="x")
    life.desk.handle(command, AGENT, "one")
    life.store.kept._vault.clear()  # type: ignore[attr-defined]
    with pytest.raises(CommandConflict):
        life.desk.handle(command, AGENT, "one")  # nobody can say any more whether it is the same
