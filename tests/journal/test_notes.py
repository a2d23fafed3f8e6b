"""Signed notes, keys and checkpoints: the published examples, and everything that is none of them refused."""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.errors import MissingExtra, ProofRefused
from complaintkit.journal import (
    Checkpoint,
    Consistency,
    EntryProof,
    Note,
    NoteSignature,
    Tree,
    ed25519,
    leaf_hash,
    open_checkpoint,
    prove,
    read_note,
)
from complaintkit.journal.encoding import from_base64
from complaintkit.journal.keys import (
    Ed25519Key,
    Ed25519PublicKey,
    HmacKey,
    WitnessKey,
    new_key,
    read_key,
    read_public_key,
)
from complaintkit.journal.notes import key_id

#: RFC 8032, section 7.1: secret, public, message, signature.
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]

EXAMPLE = """Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore \
NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
"""
CHECKPOINT = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa \
Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
"""
NAME = "complaints.example.org"
KEY = Ed25519Key(NAME, bytes(range(32)))
OTHER = Ed25519Key(NAME, bytes(32))
TEXT = Checkpoint(f"{NAME}/complaintkit/main/e1", 8, bytes(range(32))).to_text()


# Ed25519 ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("secret", "public", "message", "signature"), RFC_8032)
def test_the_vectors_of_rfc_8032(secret: str, public: str, message: str, signature: str) -> None:
    key, told, made = (bytes.fromhex(each) for each in (public, message, signature))
    assert ed25519.verifies(key, made, told)
    assert Ed25519Key(NAME, bytes.fromhex(secret)).public_key().public == key
    assert not ed25519.verifies(key, made, told + b"x")
    for place in (0, 31, 32, 62):
        changed = bytearray(made)
        changed[place] ^= 1
        assert not ed25519.verifies(key, bytes(changed), told)


def test_signatures_that_are_no_signatures() -> None:
    key, made = (bytes.fromhex(RFC_8032[0][at]) for at in (1, 3))
    order = 2**252 + 27742317777372353535851937790883648493
    larger = made[:32] + (int.from_bytes(made[32:], "little") + order).to_bytes(32, "little")
    assert not ed25519.verifies(key, larger, b""), "the same scalar, written larger"
    assert not ed25519.verifies(key, made[:-1], b"")
    assert not ed25519.verifies(key[:-1], made, b"")
    assert not ed25519.verifies(b"\xff" * 32, made, b""), "beyond the field"
    assert not ed25519.verifies(b"\x01" + bytes(30) + b"\x80", made, b""), "minus zero"
    for small in (bytes(32), b"\x01" + bytes(31), (2**255 - 20).to_bytes(32, "little")):
        assert not ed25519.verifies(small, small + bytes(32), b""), "a key of small order"
        assert not ed25519.verifies(small, bytes(64), b""), "a key of small order"
    assert not ed25519.verifies((2).to_bytes(32, "little"), made, b""), "not on the curve"


@given(st.binary(min_size=32, max_size=32), st.text())
def test_our_verification_agrees_with_the_librarys_signature(seed: bytes, text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    key = Ed25519Key(NAME, seed)
    signature = key.sign(text)
    assert key.verifies(text, signature.value)
    assert not key.verifies(text + "x", signature.value)


# Notes ------------------------------------------------------------------------------------------------


def test_the_example_notes_of_the_specification_are_read_and_written() -> None:
    for text in (EXAMPLE, CHECKPOINT):
        assert read_note(text).to_text() == text
    note = read_note(EXAMPLE)
    assert note.text.endswith("ed è subito sera.\n")
    assert note.signatures[0].name == "quasimodo.example/salvatore"
    assert len(note.signatures[0].value) == 64
    checkpoint = Checkpoint.of(read_note(CHECKPOINT))
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.to_text() == read_note(CHECKPOINT).text


NOT_NOTES = {
    "nothing": "",
    "no signatures": "text\n",
    "no last line end": CHECKPOINT[:-1],
    "a control character": CHECKPOINT.replace("sofa", "so\tfa"),
    "a carriage return": CHECKPOINT.replace("\n", "\r\n"),
    "a hyphen for a dash": CHECKPOINT.replace("\u2014", "-"),
    "no name": CHECKPOINT.replace("\u2014 example.com/behind-the-sofa ", "\u2014  "),
    "a plus in the name": CHECKPOINT.replace("\u2014 example.com/", "\u2014 example.com+"),
    "base64 with a space": CHECKPOINT.replace("Az3grl", "Az3 grl"),
    "base64 in another form": CHECKPOINT.replace("YQ8=\n", "YQ9=\n"),
    "only a key id": "text\n\n\u2014 a AAAAAA==\n",
    "too many signatures": "text\n\n" + "\u2014 a AAAAAAAA\n" * 65,
    "too long": "x" * 600_000 + "\n\n\u2014 a AAAAAAAA\n",
}


@pytest.mark.parametrize("name", NOT_NOTES)
def test_what_is_no_note_is_refused(name: str) -> None:
    with pytest.raises(ProofRefused):
        read_note(NOT_NOTES[name])


@pytest.mark.parametrize(
    "text",
    [
        "a\n1\n",
        f"a\n01\n{'A' * 43}=\n",
        f"a\n-1\n{'A' * 43}=\n",
        f"\n1\n{'A' * 43}=\n",
        "a\n1\nAAAA\n",
        "a\n1\n?\n",
        "",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(ProofRefused):
        Checkpoint.of(text)


def test_lines_behind_the_third_are_passed_over() -> None:
    assert Checkpoint.of(TEXT + "more\n") == Checkpoint.of(TEXT)


# Keys -------------------------------------------------------------------------------------------------


def signed(*keys: Any) -> Note:
    return Note(TEXT, tuple(key.sign(TEXT) for key in keys))


def test_a_note_is_believed_for_a_known_key_only() -> None:
    note = read_note(signed(KEY).to_text())
    assert note.signed_by(KEY.public_key()) == (NAME,)
    assert note.signed_by(OTHER.public_key()) == ()
    with pytest.raises(ProofRefused, match="no known key"):
        note.must_be_signed_by([OTHER.public_key()])
    assert open_checkpoint(note.to_text(), None, [OTHER, KEY]).size == 8
    with pytest.raises(ProofRefused, match="another log"):
        open_checkpoint(note.to_text(), f"{NAME}/complaintkit/main/e2", [KEY])


def test_unknown_signatures_are_passed_over_and_wrong_ones_are_not() -> None:
    assert signed(OTHER, KEY).signed_by(KEY) == (NAME,)
    forged = Note(TEXT, (KEY.sign(TEXT), NoteSignature(NAME, OTHER.key, bytes(64))))
    with pytest.raises(ProofRefused, match="is wrong"):
        forged.must_be_signed_by([KEY, OTHER])
    with pytest.raises(ProofRefused, match="is wrong"):
        Note(TEXT.replace("8", "9"), signed(KEY).signatures).signed_by(KEY)


def test_a_signature_of_the_same_key_is_replaced() -> None:
    note = signed(KEY, OTHER)
    assert note.with_signature(KEY.sign(TEXT)).signatures == (OTHER.sign(TEXT), KEY.sign(TEXT))


def test_keys_are_written_and_read() -> None:
    witness, shared = WitnessKey("witness.example.net", bytes(range(32))), HmacKey(NAME, bytes(range(32)))
    for key in (KEY, witness, shared):
        assert read_key(key.to_text()) == key
        assert "seed" not in repr(key)
        assert repr(bytes(range(32))) not in repr(key)
    for public in (KEY.public_key(), witness.public_key()):
        assert read_public_key(public.to_text()) == public
    assert KEY.key == key_id(NAME, b"\x01", KEY.public_key().public) != witness.public_key().key


@given(st.binary(min_size=32, max_size=32))
def test_every_key_is_read_as_it_was_written(seed: bytes) -> None:
    for key in (Ed25519Key(NAME, seed), WitnessKey(NAME, seed), HmacKey(NAME, seed)):
        assert read_key(key.to_text()) == key
    for public in (Ed25519Key(NAME, seed).public_key(), WitnessKey(NAME, seed).public_key()):
        assert read_public_key(public.to_text()) == public


NOT_KEYS = [
    "", "x", KEY.public_key().to_text(), KEY.to_text()[:-4], KEY.to_text().replace(KEY.key.hex(), OTHER.key.hex()),
    KEY.to_text().replace(NAME, "another"), "PRIVATE+KEY+a+00000000+AAAA",
]  # fmt: skip


@pytest.mark.parametrize("text", NOT_KEYS)
def test_what_is_no_private_key_is_refused(text: str) -> None:
    with pytest.raises(ProofRefused):
        read_key(text)


@pytest.mark.parametrize("text", ["", "a+b", KEY.to_text(), KEY.public_key().to_text().replace(NAME, "another")])
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(ProofRefused):
        read_public_key(text)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\nb", "x" * 300])
def test_names_that_cannot_stand_in_a_signature_line(name: str) -> None:
    with pytest.raises(ProofRefused):
        Ed25519PublicKey(name, bytes(32))


def test_a_witness_signs_the_time() -> None:
    key = WitnessKey("witness.example.net", bytes(range(32)))
    line = key.sign_at(TEXT, 1_679_315_147)
    assert int.from_bytes(line.value[:8], "big") == 1_679_315_147
    assert key.public_key().verifies(TEXT, line.value)
    later = (1_679_315_148).to_bytes(8, "big") + line.value[8:]
    assert not key.public_key().verifies(TEXT, later)
    assert not key.public_key().verifies(TEXT, b"\xff" * 8 + line.value[8:])
    assert ed25519.verifies(
        key.public_key().public, line.value[8:], b"cosignature/v1\ntime 1679315147\n" + TEXT.encode()
    )


def test_what_hmac_signs_says_that_only_the_holder_can_verify() -> None:
    key = HmacKey(NAME, b"k" * 32)
    note = Note(TEXT, (key.sign(TEXT),))
    assert "verifiable-by-the-key-holder-only" in note.to_text()
    assert read_note(note.to_text()).signed_by(key) == (key.name,)
    assert HmacKey(NAME, b"l" * 32).key != key.key
    with pytest.raises(ProofRefused):
        read_public_key(f"{NAME}+{key.key.hex()}+{base64.b64encode(b'k' * 33).decode()}")


def test_without_the_extra_a_new_key_is_hmac(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(new_key(NAME, bytes(32)), Ed25519Key)
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.asymmetric.ed25519", None)
    assert isinstance(new_key(NAME, bytes(32)), HmacKey)
    with pytest.raises(MissingExtra, match=r"complaintkit\[crypto\]"):
        KEY.sign(TEXT)
    public = bytes.fromhex(RFC_8032[0][1])
    assert not Ed25519PublicKey(NAME, public).verifies(TEXT, bytes(64)), "to verify needs no extra"


# Proofs as texts ---------------------------------------------------------------------------------------

BODIES = [b'{"seq":%d}' % number for number in range(9)]
LEAVES = [leaf_hash(body) for body in BODIES]


def tree(size: int) -> Tree:
    return Tree(size, lambda level, number: b"".join(LEAVES) if level == number == 0 else b"")


def checkpoint(size: int) -> Note:
    text = Checkpoint(f"{NAME}/complaintkit/main/e1", size, tree(size).root()).to_text()
    return Note(text, (KEY.sign(text),))


def test_a_request_to_a_witness_is_written_and_read() -> None:
    asked = Consistency(0, (), checkpoint(9))
    for older in (0, 3, 9):
        asked = Consistency(older, tree(9).consistency(older), checkpoint(9))
        assert asked.to_text().startswith(f"old {older}\n")
        assert Consistency.of(asked.to_text()) == asked
    for wrong in ("", "old 1", asked.to_text()[1:], asked.to_text().replace("old 9", "old 09"), "old 1\n\ntext\n"):
        with pytest.raises(ProofRefused):
            Consistency.of(wrong)
    with pytest.raises(ProofRefused):
        Consistency.of(asked.to_text().replace("old 9\n", "old 9\n" + f"{'A' * 43}=\n" * 64))


def test_an_entry_is_proved_to_whoever_has_the_public_key() -> None:
    proof = prove(tree(9), 4, BODIES[4], checkpoint(9))
    again = EntryProof.from_dict(json.loads(json.dumps(proof.to_dict())))
    assert again == proof
    again.verify([KEY.public_key()])
    assert again.checkpoint.size == 9
    for wrong in (
        EntryProof(4, BODIES[5], proof.proof, proof.note),
        EntryProof(5, BODIES[4], proof.proof, proof.note),
        EntryProof(4, BODIES[4], proof.proof[1:], proof.note),
        EntryProof(4, BODIES[4], proof.proof, checkpoint(8)),
    ):
        with pytest.raises(ProofRefused):
            wrong.verify([KEY.public_key()])
    with pytest.raises(ProofRefused):
        proof.verify([OTHER.public_key()])
    with pytest.raises(ProofRefused):
        prove(tree(9), 4, BODIES[5], checkpoint(9))
    for broken in (None, {}, proof.to_dict() | {"seq": "4"}, proof.to_dict() | {"proof": ["?"]}):
        with pytest.raises(ProofRefused):
            EntryProof.from_dict(broken)


# S-H4: published vectors, where the real data is -----------------------------------------------------------


def test_s_h4_wycheproof_hmac(real_data: Path) -> None:
    """A truncated tag is compared over its own length, in constant time, and only where the test says so."""
    import hmac

    groups = json.loads((real_data / "h_audit" / "wycheproof_hmac_sha256.json").read_text(encoding="utf-8"))[
        "testGroups"
    ]
    verdicts = []
    for group in groups:
        for each in group["tests"]:
            made = hmac.digest(bytes.fromhex(each["key"]), bytes.fromhex(each["msg"]), "sha256")[
                : group["tagSize"] // 8
            ]
            verdicts.append(hmac.compare_digest(made, bytes.fromhex(each["tag"])) == (each["result"] == "valid"))
    assert len(verdicts) >= 90
    assert all(verdicts)


def test_base64_has_one_form() -> None:
    assert from_base64("AAAA") == bytes(3)
    for wrong in ("AAA", "AAAA\n", "AB==", "____"):
        with pytest.raises(ProofRefused):
            from_base64(wrong)
