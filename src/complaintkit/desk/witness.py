"""A witness: somebody else who remembers the last state of a log and signs only what continues it.

It holds no entries and learns nothing of the complaints: a size, a root, and a proof of some hashes are all it sees.
What it is asked and what it answers are those of C2SP tlog-witness; the way there (HTTP, mail, a file) is the host's.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from attrs import frozen

from complaintkit.errors import ProofRefused
from complaintkit.journal import Checkpoint, Consistency, NoteSignature, NoteVerifier, verify_consistency
from complaintkit.journal.keys import WitnessKey
from complaintkit.ports import LastSigned, Signed
from complaintkit.timekeeping.instants import format_instant, instant

_log = logging.getLogger("complaintkit")
_EPOCH: Final = re.compile(r"/e[1-9][0-9]*")


@frozen
class Witness:
    """Signs checkpoints of the logs it knows, each only if it continues the one before.

    ``logs`` are the keys of each log, by its origin without the epoch. ``signed`` remembers the last checkpoint of
    each origin; it is advanced before a signature leaves.
    """

    key: WitnessKey
    signed: LastSigned
    logs: Mapping[str, Sequence[NoteVerifier]]

    def size(self, origin: str) -> int:
        """From which size a log must prove that it continues: that of the last checkpoint, 0 before the first."""
        last = self.signed.last(origin)
        return 0 if last is None else last.size

    def cosign(self, request: Consistency | str, now: datetime) -> NoteSignature:
        """The signature line for the checkpoint of a request, with the time ``now``.

        Raises ``ProofRefused`` for a log that is not known, a signature or a proof that is wrong, and a request
        that does not begin at :meth:`size`, which may have moved in the meantime.
        """
        asked = Consistency.of(request) if isinstance(request, str) else request
        checkpoint = Checkpoint.of(asked.note)
        asked.note.must_be_signed_by(self._keys(checkpoint.origin))
        last = self.signed.last(checkpoint.origin)
        self._must_continue(last, asked, checkpoint)
        at = instant(now, "now")
        after = Signed(checkpoint.size, checkpoint.root, format_instant(at))
        if not self.signed.advance(checkpoint.origin, last, after):
            raise ProofRefused("another checkpoint of this log came first", hint="ask for the size and try again")
        return self.key.sign_at(asked.note.text, int(at.timestamp()))

    def _keys(self, origin: str) -> Sequence[NoteVerifier]:
        log, epoch = origin.rpartition("/e")[0], _EPOCH.search(origin)
        keys = self.logs.get(origin) or (self.logs.get(log) if epoch and origin.endswith(epoch[0]) else None)
        if not keys:
            raise ProofRefused("this witness does not know the log", hint="give it the public key of the log first")
        return keys

    def _must_continue(self, last: Signed | None, asked: Consistency, to: Checkpoint) -> None:
        size = 0 if last is None else last.size
        if asked.older != size:
            raise ProofRefused(f"the last checkpoint seen has {size} entries", hint=f"prove it from size {size} on")
        if last is None or size == 0:
            if asked.proof:
                raise ProofRefused("the proof is too long", hint="a first checkpoint needs none")
            return
        try:
            verify_consistency(last.size, to.size, last.root, to.root, asked.proof)
        except ProofRefused:
            _log.warning("the log %s was presented with a checkpoint that does not continue it", to.origin)
            raise
