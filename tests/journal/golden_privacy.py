"""The golden book of withheld texts and of the retention schedule: each of their events, once.

``python -m tests.journal.golden_privacy`` wrote ``golden_book_privacy.jsonl``; it is never written again.
"""

from __future__ import annotations

from datetime import timedelta

from complaintkit import commands as c
from complaintkit.adapters.memory import MemoryStore
from complaintkit.policy import load_profile
from tests.journal.golden import FILE, write
from tests.journal.golden_erasure import LAWYER, OFFICER
from tests.lives import PERSON, Life

RULE = {"id": "schedule", "erase_after": {"years": 2}, "after": "closed", "source": "our rules 4"}


def script() -> Life:
    """A complaint of which parts are withheld, that was handed to a body, and that was kept long enough."""
    profile = load_profile({"base": "standard", "id": "golden", "version": "1", "retention": [RULE]})
    life = Life(MemoryStore(), seed=5, profile=profile)
    life.received()
    text = next(iter(life.desk.reveal(life.ref, OFFICER, "handle")))
    life.do(c.RedactText, OFFICER, text=text, spans=((0, 2), (3, 4)))
    life.do(c.MarkPrivileged, LAWYER, text=text, ground="litigation")
    life.desk.reveal(life.ref, OFFICER, "share_with_external_body", to="ombudsman")
    life.do(c.LiftPrivilege, LAWYER, text=text)
    life.do(c.WithdrawComplaint, PERSON, words="I found the receipt")
    life.clock.advance(timedelta(days=800))
    life.desk.tick(confirmed=True)
    return life


if __name__ == "__main__":
    write(script(), FILE.with_name("golden_book_privacy.jsonl"))
