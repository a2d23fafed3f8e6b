"""Receipts: that one entry was in a log, checked offline with the standard library alone, and one's own text with it.

A receipt is JSON: ``entry`` (the stored bytes), ``proof`` (the hashes to the root, one after another), ``checkpoint``
(the signed note), ``salts`` (what opens the commitments to one's own texts). Packed it is one line for a letter or a
QR code. Either way its bytes are the only ones that say the same, so that a changed byte is always seen.

This module is also the body of the single-file verifier: it needs the standard library and what it imports from this
package, which :func:`~complaintkit.journal.standalone.verifier` copies in.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from complaintkit.errors import ProofRefused
from complaintkit.journal.ed25519 import verifies
from complaintkit.journal.encoding import from_base64, to_base64
from complaintkit.journal.proofs import verify_inclusion

#: The longest packed receipt, in bytes: it has to fit into one QR code, and a letter.
LONGEST: Final = 2048
_MOST: Final = 1_000_000
_PACKED: Final = "CKR1."
#: What stands in every receipt, for the compression to leave out. It is a part of the format, and never changes.
_USUAL: Final = (
    rb'{"checkpoint":"/complaintkit/main/e1\n","entry":"{\"actor\":{\"authority\":\"\",\"id\":\"\",\"role\":\"RO-03\"},'
    rb"\"at\":\"2026-00-00T00:00:00.000000Z\",\"cmd\":\"\",\"data\":{\"acknowledge\":true,\"intake\":{\"attributes\":[],"
    rb"\"channel\":\"web_form\",\"desired_outcome\":null,\"language\":\"en\",\"name\":\"/name\","
    rb"\"narrative\":\"/narrative\",\"person\":\"person-\",\"reach\":\"/reach\",\"record\":null,\"unit\":null},"
    rb"\"kind\":\"complaint\",\"owner\":\"\",\"received_at\":\"2026-00-00T00:00:00Z\",\"recording\":null,"
    rb"\"target\":\"received\"},\"log\":\"complaintkit/main\",\"occurred\":\"2026-00-00T00:00:00.000000Z\",\"pii\":["
    rb"{\"c\":\"=\",\"ref\":\"/name\",\"subj\":[]},{\"c\":\"=\",\"ref\":\"/reach\",\"subj\":[\"person-\"]},"
    rb"{\"c\":\"=\",\"ref\":\"/narrative\",\"subj\":[\"person-\"]}],\"policy\":\"standard@1#\",\"schema\":1,\"seq\":0,"
    rb'\"stream\":\"C-\",\"type\":\"complaint-registered\",\"v\":1,\"ver\":1}","proof":"","salts":{"/narrative":"="},"v":1}'
)
_FIELDS: Final = {"v": int, "entry": str, "proof": str, "checkpoint": str, "salts": dict}
_NAMED: Final = ("log", "stream", "type", "at")
_URL: Final = str.maketrans("-_+/", "+/!!")
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_KEY: Final = re.compile(r"([^\s+\x00-\x1f\x7f]{1,255})\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)")
_NOTE: Final = re.compile("([^\n]+)\n([0-9]+)\n([^\n]+)\n\n\u2014 ([^ \n]+) ([^ \n]+)\n")


class Verified(NamedTuple):
    """What a receipt proves: the entry in full, the log's name and size; ``salts`` open texts of the entry."""

    entry: dict[str, Any]
    origin: str
    size: int
    salts: dict[str, bytes]

    def has(self, text: str) -> bool:
        """Whether a text is one that the entry committed to."""
        promised = _promised(self.entry, self.salts)
        return any(_opens(self.entry, ref, self.salts[ref], told, text) for ref, told in promised.items())


def written(entry: str, proof: Sequence[bytes], checkpoint: str, salts: Mapping[str, bytes]) -> str:
    """The JSON of a receipt; one line without a line end."""
    return _json(
        {
            "v": 1,
            "entry": entry,
            "proof": to_base64(b"".join(proof)),
            "checkpoint": checkpoint,
            "salts": {ref: to_base64(salt) for ref, salt in salts.items()},
        }
    )


def packed(receipt: str) -> str:
    """A receipt in JSON as the short line.

    >>> unpacked(packed("{}"))
    '{}'
    """
    making = zlib.compressobj(9, zdict=_USUAL)
    block = making.compress(receipt.encode()) + making.flush()
    return _PACKED + base64.urlsafe_b64encode(hashlib.sha256(block).digest()[:6] + block).decode().rstrip("=")


def unpacked(line: str) -> str:
    """The JSON of a packed receipt; raises ``ProofRefused`` where a character of the line was changed."""
    encoded = line.removeprefix(_PACKED)
    value = from_base64((encoded + "=" * (-len(encoded) % 4)).translate(_URL))
    if not line.startswith(_PACKED) or hashlib.sha256(value[6:]).digest()[:6] != value[:6]:
        raise ProofRefused("this is no receipt, or a character of it was changed", hint="copy the receipt whole")
    try:
        return zlib.decompressobj(zdict=_USUAL).decompress(value[6:], _MOST).decode()
    except (zlib.error, UnicodeDecodeError):
        raise ProofRefused("this is no receipt", hint="copy the receipt whole") from None


def verify_receipt(receipt: str, key: str, texts: Sequence[str] = ()) -> Verified:
    """Check a receipt, packed or not, against the public key of the log (``name+id+base64``).

    Each of ``texts`` must be one that the entry committed to; a salt whose text is not handed in is not checked.
    Raises ``ProofRefused`` with what does not hold.
    """
    data = _fields(receipt if receipt.startswith("{") else unpacked(receipt))
    origin, size, root = _signed(data["checkpoint"], key)
    entry = _entry(data["entry"])
    if not origin.rpartition("/")[0].endswith(f"/{entry['log']}"):
        raise ProofRefused("the signature is of another log than the entry", hint="ask for a new receipt")
    block = from_base64(data["proof"])
    proof = [block[at : at + 32] for at in range(0, len(block), 32)]
    verify_inclusion(entry["seq"], size, hashlib.sha256(b"\0" + data["entry"].encode()).digest(), proof, root)
    salts = {ref: from_base64(salt) for ref, salt in data["salts"].items()}
    if any(len(salt) != 32 for salt in salts.values()):
        raise ProofRefused("a salt has 32 bytes", hint="copy the receipt whole")
    _promised(entry, salts)
    found = Verified(entry, origin, size, salts)
    if not all(map(found.has, texts)):
        raise ProofRefused("this is not the text that was registered", hint="give it letter for letter as you sent it")
    return found


def _fields(receipt: str) -> dict[str, Any]:
    """The fields of a receipt that is written as receipts are written, and in no other way."""
    data = _parsed(receipt) if len(receipt) <= _MOST else {}
    if _json(data) != receipt or {name: type(value) for name, value in data.items()} != _FIELDS or data["v"] != 1:
        raise ProofRefused("this is no receipt, or a part of it was changed", hint="copy the receipt whole")
    if not all(isinstance(salt, str) for salt in data["salts"].values()):
        raise ProofRefused("a salt is a text", hint="copy the receipt whole")
    return data


def _parsed(text: str) -> dict[str, Any]:
    """The object that a JSON text is; an empty one where it is something else."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _entry(text: str) -> dict[str, Any]:
    """What the entry says."""
    entry = _parsed(text)
    named = all(isinstance(entry.get(name), str) for name in _NAMED)
    if not named or type(entry.get("seq")) is not int or not isinstance(entry.get("pii"), list):
        raise ProofRefused("the receipt holds no entry", hint="copy the receipt whole")
    return entry


def _signed(checkpoint: str, key: str) -> tuple[str, int, bytes]:
    """Origin, size and root of a checkpoint that this key, and nobody else, has signed."""
    name, mark, public = _public(key)
    note = _NOTE.fullmatch(checkpoint)
    if note is None or not _SIZE.fullmatch(note[2]):
        raise ProofRefused("the receipt holds no signed checkpoint", hint="copy the receipt whole")
    root, value = from_base64(note[3]), from_base64(note[5])
    if note[4] != name or value[:4] != mark:
        raise ProofRefused("another key has signed it", hint="name the key that the organisation publishes")
    text = f"{note[1]}\n{note[2]}\n{note[3]}\n"
    if not verifies(public, value[4:], text.encode()):
        raise ProofRefused("the signature is wrong", hint="the receipt was changed, or is not from that organisation")
    return note[1], int(note[2]), root


def _public(key: str) -> tuple[str, bytes, bytes]:
    """Name, id and value of an encoded public key."""
    parts = _KEY.fullmatch(key.strip())
    value = from_base64(parts[3]) if parts else b""
    mark = hashlib.sha256(parts[1].encode() + b"\n" + value).digest()[:4] if parts else b""
    if parts is None or value[:1] != b"\x01" or len(value) != 33 or mark.hex() != parts[2]:
        raise ProofRefused(
            "this is no public key", hint="copy it whole: a name, a plus sign, an id, a plus sign, the key"
        )
    return parts[1], mark, value[1:]


def _promised(entry: dict[str, Any], salts: Mapping[str, bytes]) -> dict[str, str]:
    """The commitments of an entry that the salts open; a salt for anything else does not belong here."""
    try:
        promised = {str(item["ref"]): str(item["c"]) for item in entry["pii"] if item["ref"] in salts}
    except (KeyError, TypeError):
        promised = {}
    if set(promised) != set(salts):
        raise ProofRefused("a salt belongs to no text of the entry", hint="copy the receipt whole")
    return promised


def _opens(entry: dict[str, Any], ref: str, salt: bytes, told: str, text: str) -> bool:
    """Whether a text is the one that was committed to under a reference."""
    message = b"\0".join((entry["log"].encode(), entry["stream"].encode(), ref.encode(), b"1", text.encode()))
    return hmac.compare_digest(to_base64(hmac.digest(salt, message, "sha256")), told)


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


_HELP: Final = """\
usage: python verify_receipt.py RECEIPT... --key KEY [--text FILE]

RECEIPT is the file that you were given. KEY is the public key of the organisation, as it publishes it; take it from
its website or from a letter, and not from whoever gave you the receipt. --text compares your own text with what was
registered. Nothing is sent anywhere. It ends with 0 where all holds, 1 where something does not, and 2 where it was
asked wrongly or a file cannot be read.
"""


def main(arguments: Sequence[str], say: Callable[[str], object]) -> int:
    """The command line: 0 where everything holds, 1 where something does not, 2 where it was asked wrongly."""
    given = list(arguments)
    options: dict[str, list[str]] = {"--key": [], "--text": []}
    while (at := next((n for n, each in enumerate(given[:-1]) if each in options), None)) is not None:
        options[given.pop(at)].append(given.pop(at))
    if len(options["--key"]) != 1 or not given or any(each.startswith("--") for each in given):
        say(_HELP)
        return 2
    try:
        texts = [_read(each) for each in options["--text"]]
        return max([_report(each, _read(each), options["--key"][0], texts, say) for each in given])
    except (OSError, UnicodeDecodeError):
        say("A file cannot be read. Check the names; each must be a text file in UTF-8.\n")
        return 2


def _read(name: str) -> str:
    with open(name, encoding="utf-8-sig", newline="") as file:  # noqa: PTH123 (pathlib costs a third of the time)
        return file.read()


def _report(name: str, receipt: str, key: str, texts: Sequence[str], say: Callable[[str], object]) -> int:
    try:
        found = verify_receipt(receipt.removesuffix("\n"), key)
        for text in texts:
            verify_text(found, text)
    except ProofRefused as refused:
        say(f"{name}: DOES NOT HOLD: {refused}\n")
        return 1
    entry = found.entry
    say(
        f"{name}: HOLDS. The record '{entry['type']}' of {entry['stream']}, made on {entry['at']}, is number "
        f"{entry['seq']} of the log {found.origin}, which had {found.size} entries when it was signed.\n"
    )
    say("Your text is the one that was registered.\n" if texts else "No text was compared (--text FILE does that).\n")
    return 0


def verify_text(found: Verified, text: str) -> None:
    """Check a text as it is in a file, but for its line ends, which programs change by themselves."""
    plain = text.replace("\r\n", "\n")
    bare = plain.rstrip("\n")
    if not any(map(found.has, (text, plain, bare, plain.replace("\n", "\r\n"), bare.replace("\n", "\r\n")))):
        raise ProofRefused("this is not the text that was registered", hint="give it letter for letter as you sent it")
