"""What ``complaintkit audit`` hands to others: a receipt, the verifier, a case file; and the epoch after a restore."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from complaintkit.adapters.anchors import FileSink, SignedFile
from complaintkit.cli.desks import actor, opened
from complaintkit.cli.output import Answer
from complaintkit.cli.parsing import Parser, a_role
from complaintkit.desk import Checkpoints, receipt
from complaintkit.errors import UsageError
from complaintkit.exchange.casefile import archive, export_case
from complaintkit.journal import Note, NoteSigner
from complaintkit.journal.keys import Ed25519Key, HmacKey, WitnessKey, read_key
from complaintkit.journal.receipts import unpacked
from complaintkit.journal.standalone import verifier
from complaintkit.ports import Store
from complaintkit.privacy.certificate import Certificate
from complaintkit.values import Actor


def hand_receipt(args: Namespace, note: Note) -> Answer:
    """The receipt of a complaint, for the person whose complaint it is."""
    ref, by = _of(args)
    with opened(args) as desk:
        line = receipt(desk, ref, by, note)
    return Answer({"receipt": line, "content": json.loads(unpacked(line))}, [line])


def write_verifier(args: Namespace) -> Answer:
    """The verifier, to be redirected into a file or published."""
    source = verifier()
    return Answer({"verifier": source}, source.rstrip("\n").split("\n"))


def export(args: Namespace, note: Note) -> Answer:
    """Write the case file of a complaint into a folder, or into a ZIP archive."""
    ref, by = _of(args)
    if args.into is None:
        raise UsageError("no place is named", hint="add --into FOLDER, or --into FILE.zip")
    if args.into.exists() and (args.into.is_file() or any(args.into.iterdir())):
        raise UsageError(f"{args.into} is there already", hint="name a new file, or an empty folder")
    if args.redact is (args.to is not None):
        raise UsageError("to whom does the case file go?", hint="add --to BODY, or --redact to leave out every text")
    with opened(args) as desk:
        files = export_case(desk, ref, by, note, language=args.language, to=args.to)
    _write(args.into, files)
    return Answer({"into": str(args.into), "files": list(files)}, [f"{len(files)} files in {args.into}", *files])


def begin_epoch(args: Namespace, checkpoints: Checkpoints, now: datetime) -> Answer:
    """Let a restored book go on; two persons answer for it."""
    if args.reason is None or len(args.approved) != 2:
        hint = "add --reason TICKET, and twice --approved ROLE:ID, for two persons"
        raise UsageError("a new epoch takes a reason and two persons", hint=hint)
    first, second = map(_approver, args.approved)
    epoch = checkpoints.new_epoch(args.reason, first, second, now)
    origin = checkpoints.origin()
    return Answer(
        {"epoch": epoch, "origin": origin}, [f"epoch {epoch} has begun: {origin}", "sign it: audit checkpoint"]
    )


LogKey = Ed25519Key | HmacKey


def a_signature(parser: Parser) -> None:
    """The option of every command that hands out a certificate."""
    parser.add_argument(
        "--sign", metavar="FILE", type=Path, help="sign the certificate with this private key of the log"
    )


def signer(args: Namespace) -> LogKey | None:
    """The key that ``--sign`` names; to be read before anything is done that cannot be taken back."""
    if args.sign is None:
        return None
    key = read_key(args.sign.read_text(encoding="ascii").strip())
    if isinstance(key, WitnessKey):
        raise UsageError("this is the key of a witness", hint="name the key of the log")
    return key


def checkpoints_of(store: Store, key: LogKey, path: Path, into: Path) -> Checkpoints:
    """What signs the book of a store with the key that lies at a path, and keeps its checkpoints in a folder."""
    into.mkdir(parents=True, exist_ok=True)
    host = key.log if isinstance(key, HmacKey) else key.name
    return Checkpoints(store, key, SignedFile(f"{path}.signed"), host=host, sinks=[FileSink(into)])


def signed(certificate: Certificate | None, key: NoteSigner | None) -> str | None:
    """The certificate as a signed note, where there is one and somebody signs."""
    return None if certificate is None or key is None else certificate.signed(key).to_text()


def _approver(text: str) -> Actor:
    """Who approves, as ``ROLE:ID``."""
    role, parted, name = text.partition(":")
    if not parted:
        raise UsageError(f"{text[:60]!r} names no person", hint="as in RO-12:manager-1")
    return Actor(name, a_role(role))


def _of(args: Namespace) -> tuple[str, Actor]:
    """The complaint, and who asks for it."""
    if args.ref is None or args.role is None:
        hint = "as in: audit receipt REF --as RO-04 --actor handler-2; that texts were read is recorded"
        raise UsageError("it is not said of which complaint, or for whom", hint=hint)
    return args.ref, actor(args)


def _write(into: Path, files: Mapping[str, bytes]) -> None:
    if into.suffix == ".zip":
        into.write_bytes(archive(files))
        return
    for name, content in files.items():
        path = into / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
