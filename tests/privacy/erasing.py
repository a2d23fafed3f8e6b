"""Books with people in them, for the tests of erasure: two complaints of one person and one of another, on any desk."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from complaintkit import commands as c
from complaintkit.desk import ComplaintDesk
from complaintkit.ports import Store, Vault
from complaintkit.timekeeping.clock import FrozenClock
from complaintkit.values import Actor
from complaintkit.vocabulary import Role

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
AGENT = Actor("agent-7", Role.FRONT_LINE_AGENT)
OFFICER = Actor("privacy-1", Role.PRIVACY_OFFICER)
MANAGER = Actor("manager-9", Role.COMPLAINTS_MANAGER)
LAWYER = Actor("lawyer-3", Role.LEGAL_ADVISER)
PERSON = Actor("person-1", Role.COMPLAINANT)


class Office:
    """A desk whose clock and randomness stand still, with short ways to work it."""

    def __init__(self, store: Store, *, vault: Vault | None = None, profile: Any = None, notifier: Any = None) -> None:
        self.clock = FrozenClock(START)
        self.store = store
        self.desk = ComplaintDesk(
            store,
            profile or "standard",
            clock=self.clock,
            vault=vault,
            notifier=notifier,
            entropy=random.Random(5).randbytes,
            plaintext_vault=vault is None,
        )

    def register(self, person: str = "person-1", **fields: Any) -> str:
        """A complaint in the register."""
        told = {"narrative": "They charged me twice.", "name": "Dana Example", "reach": "dana@example.org"}
        command = c.RegisterComplaint(person=person, owner="agent-7", **(told | fields))
        return self.desk.handle(command, AGENT).complaint.ref

    def withdraw(self, ref: str, words: str = "Leave it.") -> None:
        """The person wants no more; handling ends."""
        self.desk.handle(c.WithdrawComplaint(complaint=ref, words=words), AGENT.on_behalf_of(Role.COMPLAINANT))

    def closed(self, person: str = "person-1", **fields: Any) -> str:
        """A complaint whose handling is over."""
        ref = self.register(person, **fields)
        self.withdraw(ref)
        return ref

    def hold(self, ref: str, matter: str = "suit-1") -> None:
        """A matter keeps it."""
        self.desk.handle(c.PlaceLegalHold(complaint=ref, matter=matter), LAWYER)

    def release(self, ref: str, matter: str = "suit-1") -> None:
        """The matter is over."""
        self.desk.handle(c.ReleaseLegalHold(complaint=ref, matter=matter), LAWYER)

    def request(self, person: str = "person-1") -> Any:
        """The first of the two."""
        return self.desk.erase(person, OFFICER)

    def erase(self, person: str = "person-1") -> Any:
        """Both of the two."""
        self.request(person)
        return self.desk.erase(person, MANAGER)

    def sweep_after(self, **time: float) -> int:
        """Let time go by, and sweep."""
        self.clock.advance(timedelta(**time))
        return self.desk.tick(confirmed=True)

    def types(self) -> list[str]:
        """The types of all entries."""
        return [record.type for record in self.store.journal(limit=100_000)]


def traces(marker: str) -> Iterator[bytes]:
    """Every form in which a text might lie about in a file."""
    for text in {marker, marker.lower(), marker.upper()}:
        raw = text.encode()
        yield raw
        yield text.encode("utf-16-le")
        yield text.encode("utf-16-be")
        yield raw.hex().encode()
        yield raw.hex().upper().encode()
        # Inside a longer text, base64 begins at one of three places; what does not depend on its neighbours is sought.
        for shift in range(3):
            coded = base64.b64encode(b"x" * shift + raw)
            yield coded[4 if shift else 0 : len(coded) - 4]


def found(contents: Iterable[bytes], sought: Iterable[bytes]) -> list[bytes]:
    """Which of the sought bytes are in any of the contents."""
    several = list(contents)
    return [each for each in sought if any(each in content for content in several)]
