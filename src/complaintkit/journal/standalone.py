"""The verifier as one file that needs only Python: made of the modules of this room, so that it cannot drift."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Final

_ROOM: Final = "complaintkit.journal"
#: Each in front of those that use it.
_MODULES: Final = ("encoding", "ed25519", "proofs", "receipts")
_OURS: Final = re.compile(r"^from (?:complaintkit[.\w]*|__future__) import .*\n", re.MULTILINE)

_BEGIN: Final = '''\
#!/usr/bin/env python3
"""Verifies receipts of a complaints log, offline, with Python 3.11 or later and nothing else.

    python verify_receipt.py receipt.json --key "KEY" --text my_complaint.txt

It is a part of complaintkit (modules of complaintkit.journal, put together).
"""

from __future__ import annotations

import hashlib
import sys


class ProofRefused(Exception):
    """Something does not hold: what, and what to do."""

    def __init__(self, text: str, hint: str) -> None:
        super().__init__(f"{text} ({hint})")


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node of the Merkle tree."""
    return hashlib.sha256(b"\\x01" + left + right).digest()


'''
_END: Final = """

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdout.write))
"""


def verifier() -> str:
    """The source of the single-file verifier, to be written out as ``verify_receipt.py``.

    >>> "complaintkit import" in verifier()
    False
    """
    room = files(_ROOM)
    parts = [_OURS.sub("", room.joinpath(f"{name}.py").read_text(encoding="utf-8")).strip() for name in _MODULES]
    return _BEGIN + "\n\n\n".join(parts) + "\n" + _END
