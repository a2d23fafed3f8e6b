"""The golden book of legal holds and erasures: each of their events, once.

``python -m tests.journal.golden_erasure`` wrote ``golden_book_erasure.jsonl``; it is never written again.
"""

from __future__ import annotations

import random

from complaintkit import commands as c
from complaintkit.adapters.keys import EncryptedVault, MemoryKeyStore
from complaintkit.adapters.memory import MemoryStore
from complaintkit.values import Actor
from complaintkit.vocabulary import Role
from tests.journal.golden import FILE, write
from tests.lives import MANAGER, PERSON, Life

OFFICER = Actor("privacy-1", Role.PRIVACY_OFFICER)
LAWYER = Actor("lawyer-3", Role.LEGAL_ADVISER)


def script() -> Life:
    """A complaint that a lawsuit kept, and whose person was then erased; keys and nonces stand still."""
    entropy = random.Random(11).randbytes
    vault = EncryptedVault(MemoryKeyStore(entropy=entropy), entropy=entropy)
    life = Life(MemoryStore(), seed=3, vault=vault)
    life.received()
    life.do(c.WithdrawComplaint, PERSON, words="I found the receipt")
    life.do(c.PlaceLegalHold, LAWYER, matter="suit-1")
    life.desk.erase(PERSON.id, OFFICER, key="request-1")
    life.do(c.ReleaseLegalHold, LAWYER, matter="suit-1")
    life.desk.erase(PERSON.id, MANAGER, key="approve-1")
    return life


if __name__ == "__main__":
    write(script(), FILE.with_name("golden_book_erasure.jsonl"))
