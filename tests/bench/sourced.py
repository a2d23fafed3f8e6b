"""The peer eventsourcing: an aggregate with as many events and as much text as a complaint of ours."""

from __future__ import annotations

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from tests.bench.script import MOVES

#: As much text as an entry of ours has beside its target: ids, times, role, the digest of the policy.
NOTE = "x" * 400


class Case(Aggregate):
    """A complaint that knows its owner and its place."""

    @event("Registered")
    def __init__(self, owner: str) -> None:
        self.owner, self.place = owner, "received"

    @event("Moved")
    def move(self, name: str, target: str, note: str) -> None:
        """Go on to a place."""
        self.place = target


def application(path: str | None = None) -> Application:
    """An application that keeps its events in memory, or in a SQLite file."""
    return Application(env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": path} if path else {})


def case(events: int) -> Case:
    """An aggregate with so many events, none of them saved."""
    made = Case(owner="handler-2")
    for number in range(events - 1):
        name, target = MOVES[number % len(MOVES)]
        made.move(name=name, target=target, note=NOTE)
    return made
