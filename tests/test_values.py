"""Ids, references, texts, actors."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.errors import HostileText, MalformedInput, UnknownName
from complaintkit.values import (
    SYSTEM,
    TEXT_LIMIT,
    Actor,
    Personal,
    checked_text,
    complaint_ref,
    derived_id,
    is_complaint_ref,
    maybe_personal,
    opaque,
    pairs,
    personal,
)
from complaintkit.vocabulary import ActorKind, Role

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@given(st.text())
def test_a_reference_is_well_formed_and_follows_from_its_command(command: str) -> None:
    command = command.encode("utf-8", "ignore").decode()
    ref = complaint_ref(command)
    assert re.fullmatch(r"C-\w{4}-\w{4}-\w{4}-\w", ref)
    assert is_complaint_ref(ref)
    assert complaint_ref(command) == ref
    assert opaque(ref, "complaint") == ref


@given(st.uuids(), st.integers(0, 11), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_seen(command: object, place: int, other: str) -> None:
    ref = complaint_ref(str(command))
    places = [at for at, character in enumerate(ref) if character != "-"][1:13]
    at = places[place]
    changed = ref[:at] + other + ref[at + 1 :]
    # The check is modulo 31 over 32 characters: only the first and the last of them are mistaken for each other.
    same = changed == ref or {ref[at], other} == {ALPHABET[0], ALPHABET[31]}
    assert is_complaint_ref(changed) is same


@given(st.uuids(), st.integers(0, 10))
def test_a_swap_of_neighbours_is_seen(command: object, place: int) -> None:
    ref = complaint_ref(str(command))
    places = [at for at, character in enumerate(ref) if character != "-"][1:13]
    one, other = places[place], places[place + 1]
    characters = list(ref)
    characters[one], characters[other] = characters[other], characters[one]
    same = ref[one] == ref[other] or {ref[one], ref[other]} == {ALPHABET[0], ALPHABET[31]}
    assert is_complaint_ref("".join(characters)) is same


@pytest.mark.parametrize(
    "text", ["", "C-0000-0000-0000", "c-0000-0000-0000-0", "C-0000-0000-0000-I", None, 5, "C-٠٠٠٠-0000-0000-0"]
)
def test_what_is_no_reference(text: object) -> None:
    assert not is_complaint_ref(text)


@given(st.lists(st.text(), min_size=1, max_size=3), st.lists(st.text(), min_size=1, max_size=3))
def test_derived_ids_follow_from_their_parts(one: list[str], other: list[str]) -> None:
    one, other = (
        [part.encode("utf-8", "ignore").decode().replace("\x1f", "") for part in parts] for parts in (one, other)
    )
    assert (derived_id(*one) == derived_id(*other)) is (one == other)


@pytest.mark.parametrize("value", ["", " ", "a b", "dana@example.org", "x" * 129, "-a", "ä", "a\n", "٣", None, 5, b"a"])
def test_what_is_no_opaque_id(value: object) -> None:
    with pytest.raises(MalformedInput) as error:
        opaque(value, "actor")  # type: ignore[arg-type]
    assert "dana" not in str(error.value)


@given(st.text())
def test_a_text_is_kept_in_nfc_or_refused(text: str) -> None:
    hostile = "\0" in text or any("\ud800" <= c <= "\udfff" or c in "\u202d\u202e" for c in text)
    if hostile:
        with pytest.raises(HostileText):
            checked_text(text, "it")
    else:
        assert checked_text(text, "it") == unicodedata.normalize("NFC", text)


def test_the_limit_of_a_text() -> None:
    assert checked_text("x" * TEXT_LIMIT, "it")
    with pytest.raises(HostileText):
        checked_text("x" * (TEXT_LIMIT + 1), "it")
    with pytest.raises(MalformedInput):
        checked_text(5, "it")  # type: ignore[arg-type]


def test_blank_is_nothing_where_it_may_be_and_refused_where_it_may_not() -> None:
    assert maybe_personal(" ") is maybe_personal(None) is None
    for blank in ("", " \n", Personal(""), Personal("\u00a0")):
        with pytest.raises(MalformedInput):
            personal(blank)
    loaded = Personal(ref="r", commitment="c")
    assert personal(loaded) is maybe_personal(loaded) is loaded


def test_pairs_are_sorted_whatever_they_came_in() -> None:
    assert pairs({"b": "2", "a": "1"}) == pairs([("b", "2"), ("a", "1")]) == (("a", "1"), ("b", "2"))


@pytest.mark.parametrize("role", Role)
def test_the_kind_of_an_actor_follows_from_the_role(role: Role) -> None:
    kinds = {Role.SYSTEM: ActorKind.SYSTEM, Role.EXTERNAL_BODY: ActorKind.EXTERNAL}
    assert Actor("a", role).kind is kinds.get(role, ActorKind.HUMAN)
    assert Actor("a", role).roles == {role}


@pytest.mark.parametrize("authority", ["for:RO-09", "for:RO-99", "for:", "for:RO-22", "for:x"])
def test_nobody_lends_a_decision(authority: str) -> None:
    with pytest.raises(UnknownName):
        Actor("a", Role.CASE_HANDLER, authority)


def test_acts_of_complainants_and_bodies_are_recorded_by_people() -> None:
    handler = Actor("a", Role.CASE_HANDLER)
    for role in (Role.COMPLAINANT, Role.REPRESENTATIVE, Role.EXTERNAL_BODY):
        assert handler.on_behalf_of(role).roles == {Role.CASE_HANDLER, role}
        with pytest.raises(UnknownName):
            SYSTEM.on_behalf_of(role)
    assert Actor("importer", Role.SYSTEM, "import:cfpb").imports
