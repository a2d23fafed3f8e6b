"""W: a whole life in memory: one priority verdict, three deadlines, ten recorded transitions.

Ours is the functional core with one commit at the end, as the peers work: the eleven commands of
:mod:`tests.bench.script` are sealed and decided, each on the state that the one before has left; real steps, all
their guards, the built-in profile. Among them are a priority verdict of the policy and the deadlines of the
registration (acknowledgement, progress, final response). Every event becomes an entry with its canonical bytes and
its leaf, the Merkle head moves with it, and the whole is committed to a ``MemoryStore`` with its summary row.

The peers: python-statemachine (an instance, ten events, two guards each), zen-engine (a decision table of as many
rules as our bands have), pandas (three business days from an instant), eventsourcing (one aggregate with eleven
events, triggered and saved once, in memory).
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from complaintkit.adapters.memory import MemoryStore
from complaintkit.complaint.complaint import Complaint
from complaintkit.complaint.step import Context
from complaintkit.journal import Record, encode_entry
from complaintkit.lifecycle import Decision, decide, summary_of
from complaintkit.policy import load_profile
from complaintkit.ports import Batch, Head
from complaintkit.privacy.sealing import seal
from complaintkit.timekeeping.instants import format_instant
from complaintkit.values import Actor, derived_id
from tests.bench.measure import Growth, Row, Side, Sizes, installed, seconds
from tests.bench.peers import statemachine_life, zen_table
from tests.bench.script import INVESTIGATOR, LEVELS, MOVES, START, life, moment, registration

_LOG = "complaintkit/main"
_REF = "C-0000-0000-0000-0"
_PEERS = ("statemachine", "zen", "pandas", "eventsourcing")


class Life:
    """The commands of a life with their contexts, to be lived again and again."""

    def __init__(self, more_evidence: int = 0) -> None:
        profile = load_profile("standard")
        script = [_writable(registration()), *life(_REF, derived_id(_id(6), "evidence"))]
        script[7:7] = [(script[6][0], INVESTIGATOR)] * more_evidence
        self._given = [
            (
                command,
                Context(now=moment(n), occurred=moment(n), actor=by, command_id=_id(n), ref=_REF, profile=profile),
            )
            for n, (command, by) in enumerate(script)
        ]
        self._entropy = random.Random(7).randbytes

    def __call__(self) -> int:
        """Live it; returns how many entries it left."""
        state: Complaint | None = None
        head, records = Head(), list[Record]()
        for given, ctx in self._given:
            sealed = seal(given, _LOG, _REF, ctx.command_id, self._entropy)
            decision = decide(state, sealed.command, ctx)
            sealed.close()
            assert isinstance(decision, Decision), decision
            state, head = decision.complaint, _record(decision, ctx, head, records)
        assert state is not None
        with MemoryStore().transaction() as tx:
            tx.head()
            tx.commit(Batch(entries=records, head=head, summaries=[summary_of(state)]))
        return len(records)


def _id(number: int) -> str:
    return f"c0ffee00-0000-4000-8000-{number:012}"


def _writable(given: tuple[Any, Actor]) -> tuple[Any, Actor]:
    """The registration of somebody who can be written to, so that an acknowledgement is owed too."""
    from attrs import evolve

    return evolve(given[0], reach="person@example.org"), given[1]


def _record(decision: Decision, ctx: Context, head: Head, records: list[Record]) -> Head:
    frontier = head.frontier
    for _, happened in decision.pairs:
        seq = frontier.size
        entry = encode_entry(
            _LOG, seq, _REF, seq + 1, happened.event, ctx.now, happened.occurred, ctx.actor, ctx.command_id,
            ctx.profile.pin, ("person-1",),
        )  # fmt: skip
        records.append(entry)
        frontier = frontier.append(entry.leaf)
    return Head(frontier, format_instant(ctx.now))


def _theirs() -> Callable[[], object]:
    transitions, verdict, deadlines, record = statemachine_life(), _zen(), _pandas(), _eventsourcing()

    def live() -> None:
        transitions()
        verdict()
        deadlines()
        record()

    return live


def _zen() -> Callable[[], object]:
    rules = [
        {"_id": f"{name}-{level}", **dict.fromkeys(LEVELS, ""), name: f">= {level}", "band": json.dumps(band)}
        for level, band in ((4, "P1"), (3, "P2"))
        for name in list(LEVELS)[:8]
    ]
    return zen_table(LEVELS, rules, "band")


def _pandas() -> Callable[[], object]:
    import pandas as pd
    from pandas.tseries.offsets import CustomBusinessDay

    start = pd.Timestamp(START)
    return lambda: [start + CustomBusinessDay(days) for days in (1, 10, 20)]


def _eventsourcing() -> Callable[[], object]:
    from tests.bench.sourced import application, case

    app = application()
    return lambda: app.save(case(len(MOVES) + 1))


@contextmanager
def _life(sizes: Sizes) -> Iterator[tuple[Side, Side | None]]:
    ours, theirs = Life(), _theirs() if all(map(installed, _PEERS)) else None
    yield (
        lambda: seconds(ours, sizes.repeat),
        None if theirs is None else lambda: seconds(theirs, sizes.repeat),
    )


@contextmanager
def _longer(sizes: Sizes) -> Iterator[tuple[Side, Side]]:
    long, short = Life(more_evidence=90), Life(more_evidence=30)
    entries_long, entries_short = long(), short()
    yield (
        lambda: seconds(long, sizes.repeat) / entries_long,
        lambda: seconds(short, sizes.repeat) / entries_short,
    )


ROWS = (
    Row(
        id="W", work="a whole life: a verdict, three deadlines, ten recorded transitions",
        peer="python-statemachine + zen-engine + pandas + eventsourcing",
        gate=1 / 15, aim=1 / 60, sides=_life,
        growths=(Growth(what="an entry of a life of twice the entries", limit=1.2, sides=_longer),),
    ),
)  # fmt: skip
