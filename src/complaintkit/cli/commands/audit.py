"""``complaintkit audit``: whether a book still says what was written into it, and how to prove it to others."""

from __future__ import annotations

import json
import os
import secrets
from argparse import Namespace
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

from complaintkit.adapters.anchors import FileSink, SignedFile
from complaintkit.cli.desks import opened_store, vault_of
from complaintkit.cli.evidence import begin_epoch, checkpoints_of, export, hand_receipt, write_verifier
from complaintkit.cli.output import Answer, note
from complaintkit.cli.parsing import Parser, a_language, a_number, an_actor, common, on_a_book, one_of
from complaintkit.desk import (
    Audit,
    Checkpoints,
    Witness,
    prove_consistency,
    prove_entry,
    restore_rows,
    verify_book,
    verify_rows,
)
from complaintkit.errors import UsageError
from complaintkit.journal import Checkpoint, Consistency, Note, NoteVerifier, read_note
from complaintkit.journal.keys import Ed25519Key, HmacKey, WitnessKey, new_key, read_key, read_public_key
from complaintkit.policy import load_profile
from complaintkit.ports import Store
from complaintkit.timekeeping.clock import SystemClock

AnyKey = Ed25519Key | HmacKey | WitnessKey

EXAMPLES = """\
  complaintkit audit verify --book book.db
  complaintkit audit verify --book book.db --checkpoint anchors/checkpoints.jsonl --trust "$PUBLIC_KEY"
  complaintkit audit rows --book book.db --restore
  complaintkit audit checkpoint --book book.db --key log.key --new-key complaints.example.org --into anchors
  complaintkit audit prove --book book.db --entry 3 --checkpoint anchors/checkpoints.jsonl > proof.json
  complaintkit audit prove --book book.db --older 0 --checkpoint anchors/checkpoints.jsonl > request.txt
  complaintkit audit witness --key witness.key --trust "$PUBLIC_KEY" --request request.txt
  complaintkit audit receipt C-W4P1-AZ00-A7SS-W --checkpoint anchors/checkpoints.jsonl --as RO-04 --actor handler-2
  complaintkit audit verifier > verify_receipt.py
  complaintkit audit export C-W4P1-AZ00-A7SS-W --into case.zip --to court-1 --checkpoint now.txt --as RO-12 --actor m-1
  complaintkit audit epoch --key log.key --into anchors --reason CHG-17 --approved RO-12:m-1 --approved RO-15:p-1

Keep the checkpoints where nobody can change them together with the book: with them you can tell later that not even
the whole book was replaced.
"""


def configure(parser: Parser) -> None:
    """Add the options."""
    parser.add_argument("what", metavar="|".join(_WHAT), type=one_of(_WHAT, "audit"), help="what to do")
    add = parser.add_argument
    add("--key", metavar="FILE", type=Path, help="the private key; what was signed is remembered in FILE.signed")
    add("--new-key", metavar="NAME", help="make the key if it is missing; a log's name begins the origin of its book")
    add("--into", metavar="FOLDER", type=Path, help="checkpoint, epoch: the folder outside; export: a folder or a .zip")
    add("--if-due", action="store_true", help="checkpoint: only after 256 entries or an hour (for cron)")
    add(
        "--checkpoint",
        metavar="FILE",
        type=Path,
        help="verify, prove, receipt, export: checkpoints, one as a text or checkpoints.jsonl",
    )
    add("--trust", metavar="KEY", action="append", default=[], help="verify, witness: a public key; may be repeated")
    add("--entry", metavar="N", type=a_number, help="prove: that this entry is in the book")
    add("--restore", action="store_true", help="rows: write anew what is wrong; others wait until it is done")
    add("--older", metavar="N", type=a_number, help="prove: that the book continues the one of N entries")
    add("ref", metavar="REF", nargs="?", help="receipt, export: the complaint")
    add("--to", metavar="BODY", help="export: the opaque id of the court or body that gets it")
    add("--redact", action="store_true", help="export: for nobody in particular, without any personal text")
    add("--reason", metavar="TICKET", help="epoch: why the log begins anew")
    add("--approved", metavar="ROLE:ID", action="append", default=[], help="epoch: each of the two who decided it")
    add("--request", metavar="FILE", type=Path, help="witness: what prove --older has written")
    a_language(parser, "; of the page of export")
    an_actor(parser, required=False)
    on_a_book(parser)
    common(parser, run, EXAMPLES)


def run(args: Namespace) -> Answer:
    """Do one of them."""
    return _WHAT[args.what](args)


def _verify(args: Namespace) -> Answer:
    """Verify every entry, the head, the commitments to the texts that still exist, and the checkpoints of before."""
    kept = _checkpoints(args) if args.checkpoint else []
    with opened_store(args) as store, vault_of(args) as vault:
        audit = verify_book(store, kept, vault=vault)
    data = {
        "sound": audit.sound,
        "entries": audit.size,
        "root": audit.root,
        "texts": audit.texts,
        "texts_gone": audit.gone,
        "texts_locked": audit.locked,
        "faults": list(audit.faults),
    }
    if kept:
        data |= {"checkpoints": len(kept)}
    return Answer(data, _lines(audit, kept), code=0 if audit.sound else 1)


def _lines(audit: Audit, kept: list[Checkpoint]) -> list[str]:
    lines = [
        f"{audit.size} entries, Merkle root {audit.root}",
        f"{audit.texts} personal texts agree with their commitments, {audit.gone} are gone",
    ]
    if kept:
        lines.append(f"compared with {len(kept)} checkpoints, the last of {max(each.size for each in kept)} entries")
    if audit.locked:
        lines.append(f"{audit.locked} are encrypted, and were not compared: name --keys")
    if audit.sound:
        return [*lines, "sound: nothing was edited, removed, inserted or moved"]
    return [*lines, "NOT sound:", *_indented(audit.faults)]


def _rows(args: Namespace) -> Answer:
    """Compare what find, dispatch and tick work from with the entries, and put it right where that is asked for."""
    profile = load_profile(args.policy)
    with opened_store(args) as store:
        restored = restore_rows(store, profile) if args.restore else ()
        found = verify_rows(store, profile)
    data = {
        "sound": found.sound,
        "complaints": found.complaints,
        "apart": found.apart,
        "faults": list(found.faults),
        "restored": list(restored),
    }
    lines = [f"the rows of {found.complaints} complaints were compared with their entries"]
    if found.apart:
        lines.append(f"{found.apart} have entries under other rules: their clocks were not compared; name --policy")
    lines += [f"written anew: {fault}" for fault in restored]
    told = ["sound: they say what the entries say"] if found.sound else ["NOT sound:", *_indented(found.faults)]
    return Answer(data, [*lines, *told], code=0 if found.sound else 1)


def _indented(faults: Iterable[str]) -> list[str]:
    return [f"  {fault}" for fault in faults]


def _checkpoints(args: Namespace) -> list[Checkpoint]:
    """The checkpoints of the file; their signatures are verified where a key was named."""
    notes, keys = _notes(args.checkpoint), _trusted(args)
    if not keys:
        note("nobody's signature was asked for: name the public key with --trust")
    for each in notes if keys else ():
        each.must_be_signed_by(keys)
    return [Checkpoint.of(each) for each in notes]


def _checkpoint(args: Namespace) -> Answer:
    """Sign the book as it stands, and keep the checkpoint outside."""
    key = _key(args, new_key)
    with opened_store(args) as store:
        checkpoints = _signing(args, store, key)
        checkpoints.check()
        now = _now(args)
        made = checkpoints.keep_up(now) if args.if_due else checkpoints.issue(now)
    if made is None:
        return Answer({"checkpoint": None}, ["not due yet: nothing was signed"])
    public = key.public_key().to_text() if isinstance(key, Ed25519Key) else None
    told = f"public key: {public}" if public else "HMAC: verifiable by the holder of the key only"
    return Answer({"checkpoint": made.to_text(), "public_key": public}, [*made.to_text().splitlines(), told])


def _signing(args: Namespace, store: Store, key: AnyKey) -> Checkpoints:
    """What signs the book of a store."""
    if isinstance(key, WitnessKey):
        raise UsageError("this is the key of a witness", hint="name the key of the log")
    if args.into is None:
        raise UsageError("no folder is named", hint="add --into FOLDER, best on another machine")
    return checkpoints_of(store, key, args.key, args.into)


def _epoch(args: Namespace) -> Answer:
    """Begin a new epoch after a restore."""
    with opened_store(args) as store:
        return begin_epoch(args, _signing(args, store, _key(args, new_key)), _now(args))


def _receipt(args: Namespace) -> Answer:
    """A receipt for the complainant."""
    return hand_receipt(args, _newest(args))


def _export(args: Namespace) -> Answer:
    """A case file for a court."""
    return export(args, _newest(args))


def _newest(args: Namespace) -> Note:
    """The newest of the checkpoints that are named."""
    if args.checkpoint is None:
        raise UsageError("no checkpoint is named", hint="add --checkpoint FILE, as audit checkpoint wrote it")
    return max(_notes(args.checkpoint), key=lambda each: Checkpoint.of(each).size)


def _prove(args: Namespace) -> Answer:
    """Prove that an entry is in the book, or that the book continues what it was."""
    if args.checkpoint is None or (args.entry is None) == (args.older is None):
        raise UsageError("it is not said what to prove", hint="add --checkpoint FILE, and --entry N or --older N")
    newest = _newest(args)
    with opened_store(args) as store:
        if args.entry is not None:
            proof = prove_entry(store, args.entry, newest).to_dict()
            return Answer(proof, [json.dumps(proof)])
        text = prove_consistency(store, args.older, newest).to_text()
    return Answer({"request": text}, text.splitlines())


def _witness(args: Namespace) -> Answer:
    """Sign a checkpoint as a witness, if it continues the last one that was seen of its log."""
    key = _key(args, WitnessKey)
    if not isinstance(key, WitnessKey):
        raise UsageError("this is the key of a log", hint="a witness has one of its own: --new-key NAME")
    if args.request is None:
        return Answer({"public_key": key.public_key().to_text()}, [f"public key: {key.public_key().to_text()}"])
    request = Consistency.of(args.request.read_text(encoding="utf-8"))
    origin = Checkpoint.of(request.note).origin
    keys = [each for each in _trusted(args) if origin.startswith(f"{each.name}/")]
    line = Witness(key, _signed(args), {origin: keys}).cosign(request, _now(args)).line()
    return Answer({"signature": line}, [line.rstrip("\n")])


_WHAT: Final[dict[str, Callable[[Namespace], Answer]]] = {
    "verify": _verify,
    "rows": _rows,
    "checkpoint": _checkpoint,
    "prove": _prove,
    "witness": _witness,
    "receipt": _receipt,
    "verifier": write_verifier,
    "export": _export,
    "epoch": _epoch,
}


def _notes(path: Path) -> list[Note]:
    """The signed checkpoints of a file, or of the folder that keeps them."""
    if path.suffix == ".jsonl":
        found = [read_note(each) for each in FileSink(path.parent).notes()]
    else:
        found = [read_note(path.read_text(encoding="utf-8"))]
    if not found:
        raise UsageError(f"there is no checkpoint in {path}", hint="complaintkit audit checkpoint makes one")
    return found


def _trusted(args: Namespace) -> list[NoteVerifier]:
    """The keys that are believed: those named, and the key in hand (with HMAC there is no other)."""
    own = _read_key(args.key) if args.key is not None and args.key.exists() else None
    held: Iterable[NoteVerifier] = [own] if isinstance(own, HmacKey | Ed25519Key) else []
    return [*map(read_public_key, args.trust), *held]


def _key(args: Namespace, make: Callable[[str, bytes], AnyKey]) -> AnyKey:
    """The private key; made where it is missing and ``--new-key`` names it."""
    if args.key is None:
        raise UsageError("no key is named", hint="add --key FILE")
    if not args.key.exists():
        if args.new_key is None:
            raise UsageError(f"there is no key in {args.key}", hint="make one with --new-key NAME")
        made = make(args.new_key, secrets.token_bytes(32))
        with os.fdopen(os.open(args.key, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
            file.write(made.to_text() + "\n")
        note(f"made the key {args.key}; keep it where the database's administrator is not")
    return _read_key(args.key)


def _read_key(path: Path) -> AnyKey:
    return read_key(path.read_text(encoding="ascii").strip())


def _signed(args: Namespace) -> SignedFile:
    return SignedFile(f"{args.key}.signed")


def _now(args: Namespace) -> datetime:
    return args.now or SystemClock().now()
