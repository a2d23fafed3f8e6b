"""A store beside a plain model: random transactions, kept or given up, and the same answers after each."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Final

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from complaintkit.errors import StoreError
from complaintkit.journal import Record
from complaintkit.ports import Answer, Batch, OutboxRow, Query, Store, Summary, Timer, Transaction
from complaintkit.privacy import VaultItem
from complaintkit.testing.base import StoreSuite
from complaintkit.testing.samples import at, head_after, moment, notice, record, sealed, summary, timer
from complaintkit.vocabulary import Band, Handling

STREAMS: Final = ("C-1", "C-2", "C-3")
_KEYS = st.sampled_from("abcd")
_MINUTES = st.integers(0, 20)
_TIMERS = st.lists(st.builds(timer, _KEYS, _MINUTES), max_size=2)
_NOTICES = st.lists(
    st.builds(notice, _KEYS, _MINUTES, seq=st.integers(0, 3), tries=st.integers(0, 2), done=st.booleans()), max_size=2
)
_SUMMARIES = st.builds(
    summary,
    st.sampled_from(STREAMS),
    state=st.sampled_from(["received", "assessing", "closed"]),
    band=st.sampled_from([None, "P1", "P2"]),
    rank=st.integers(0, 3),
    owner=st.sampled_from([None, "agent-1", "agent-2"]),
    person=st.sampled_from([None, "person-1"]),
    due_at=st.none() | st.builds(at, _MINUTES),
    open=st.booleans(),
)
_PARTS = st.fixed_dictionaries(
    {
        "streams": st.lists(st.sampled_from(STREAMS), max_size=3),
        "timers": _TIMERS,
        "timers_done": st.lists(_KEYS, max_size=2),
        "outbox": _NOTICES,
        "summaries": st.lists(_SUMMARIES, max_size=2),
        "claim": st.none() | _KEYS,
        "erased": st.lists(st.sampled_from([f"command-{number}" for number in range(8)]), max_size=2),
    }
)
_QUERIES = st.builds(
    Query,
    state=st.none() | st.sampled_from([Handling.RECEIVED, Handling.CLOSED]),
    band=st.none() | st.sampled_from([Band.P1, Band.P2]),
    owner=st.none() | st.just("agent-1"),
    person=st.none() | st.just("person-1"),
    due_before=st.none() | st.builds(moment, _MINUTES),
    is_open=st.none() | st.booleans(),
)


class Plain:
    """A book in plain lists and dictionaries: what a store must agree with."""

    def __init__(self) -> None:
        self.log: list[Record] = []
        self.timers: dict[str, Timer] = {}
        self.outbox: dict[str, OutboxRow] = {}
        self.summaries: dict[str, Summary] = {}
        self.answers: dict[str, Answer] = {}
        self.vault: dict[str, VaultItem] = {}
        self.claims: set[str] = set()

    def entries(self, stream: str) -> list[Record]:
        """The entries of a stream."""
        return [entry for entry in self.log if entry.stream == stream]

    def take(self, batch: Batch) -> None:
        """Take over a batch."""
        self.log += batch.entries
        for ref in batch.erased:
            self.vault.pop(ref, None)
        self.vault |= {item.ref: item for item in batch.vault}
        self.outbox |= {row.key: row for row in batch.outbox}
        self.timers = {key: row for key, row in self.timers.items() if key not in batch.timers_done}
        self.timers |= {row.key: row for row in batch.timers}
        self.summaries |= {row.stream: row for row in batch.summaries}
        if batch.answer is not None:
            self.answers[batch.answer.command] = batch.answer

    def due(self, now: str) -> tuple[list[str], list[OutboxRow]]:
        """What is due: the instants of the timers, and the notices in their order."""
        timers = sorted(row.due_at for row in self.timers.values() if row.due_at <= now)
        waiting = [row for row in self.outbox.values() if not row.done and row.due_at <= now]
        return timers, sorted(waiting, key=lambda row: (row.due_at, row.seq, row.key))

    def find(self, query: Query) -> list[Summary]:
        """The summaries that agree, in the order of the queue."""
        found = [row for row in self.summaries.values() if _agrees(row, query)]
        return sorted(found, key=lambda r: (r.band is None, r.band or "", -r.rank, r.received_at, r.stream))


def _agrees(row: Summary, query: Query) -> bool:
    pairs = ((row.state, query.state), (row.band, query.band), (row.owner, query.owner), (row.person, query.person))
    same = all(wanted is None or value == wanted for value, wanted in (*pairs, (row.open, query.is_open)))
    if query.due_before is None:
        return same
    minutes = (query.due_before - moment()).total_seconds() / 60
    return same and row.due_at is not None and row.due_at < at(minutes)


class StoreMachine(RuleBasedStateMachine):
    """Random transactions on :attr:`store`, mirrored in a plain model."""

    store: Store

    def __init__(self) -> None:
        super().__init__()
        self.model = Plain()
        self.commands = itertools.count()
        self.steps = -1  # the book is compared before the first step too

    @rule(batches=st.lists(_PARTS, min_size=1, max_size=4), kept=st.booleans(), gap=st.booleans())
    def transact(self, batches: list[dict[str, Any]], kept: bool, gap: bool) -> None:
        """One transaction of several batches, kept or given up, with a refused batch in between or not."""
        model = deepcopy(self.model)
        try:
            with self.store.transaction() as tx:
                tx.head()
                for parts in batches:
                    self._commit(tx, model, dict(parts))
                    if gap:
                        _refused(tx, model)
                if not kept:
                    raise GivenUpError
        except GivenUpError:
            return
        self.model = model

    def _commit(self, tx: Transaction, model: Plain, parts: dict[str, Any]) -> None:
        streams, claim = parts.pop("streams"), parts.pop("claim")
        if claim is not None:
            assert tx.claim(claim) is (claim not in model.claims)
            model.claims.add(claim)
        command = f"command-{next(self.commands)}"
        entries = list(_following(model, streams))
        batch = Batch(
            entries=entries,
            vault=[sealed(command, command.encode())],
            answer=Answer(command, "C-1", b"f", command.encode()),
            head=head_after(tx.head(), *entries) if entries else None,
            **parts,
        )
        tx.commit(batch)
        model.take(batch)
        assert tx.head().frontier.size == len(model.log)
        assert tx.answer(command) == batch.answer
        for stream in STREAMS:
            assert list(tx.entries(stream)) == model.entries(stream)

    @rule(stale=st.sets(_KEYS, max_size=2), minutes=_MINUTES, locked=st.booleans())
    def take(self, stale: set[str], minutes: int, locked: bool) -> None:
        """The first letter that was not read too early is taken, and put off."""
        outbox = self.model.outbox
        free = [row for row in outbox.values() if row.key not in stale and not row.done]
        expected = min(free, key=lambda row: (row.seq, row.key), default=None)
        with self.store.transaction() as tx:
            if locked:
                tx.head()
            asked = [row._replace(tries=row.tries + 1) if row.key in stale else row for row in outbox.values()]
            assert tx.take(asked) == expected
            if expected is not None:
                moved = expected._replace(due_at=at(minutes), tries=expected.tries + 1)
                tx.commit(Batch(outbox=[moved]))
                outbox[moved.key] = moved

    @rule(query=_QUERIES)
    def find(self, query: Query) -> None:
        """The store finds what the model finds, in the same order."""
        assert list(self.store.find(query)) == self.model.find(query)

    @rule(minutes=_MINUTES, limit=st.integers(1, 6))
    def due(self, minutes: int, limit: int) -> None:
        """The store says what is due as the model does."""
        timers, notices = self.model.due(at(minutes))
        due = self.store.due(moment(minutes), limit)
        assert [row.due_at for row in due.timers] == timers[:limit]
        assert all(self.model.timers[row.key] == row for row in due.timers)
        assert list(due.notices) == notices[:limit]

    @rule(after=st.integers(-1, 12), limit=st.integers(1, 5))
    def page(self, after: int, limit: int) -> None:
        """A page of the journal is the page of the model's log."""
        assert list(self.store.journal(after, limit)) == self.model.log[after + 1 :][:limit]

    @invariant()
    def same_book(self) -> None:
        """Log, streams, answers, vault and queue are the model's."""
        self.steps += 1
        assert list(self.store.journal()) == self.model.log
        assert list(self.store.find(Query())) == self.model.find(Query())
        for stream in STREAMS:
            assert list(self.store.entries(stream)) == self.model.entries(stream)
        with self.store.transaction() as tx:
            assert {command: tx.answer(command) for command in self.model.answers} == self.model.answers
            assert dict(tx.sealed([*self.model.vault, "never"])) == self.model.vault


class GivenUpError(Exception):
    """Raised in a transaction that is not to be kept."""


def _following(model: Plain, streams: list[str]) -> Iterator[Record]:
    versions = {stream: len(model.entries(stream)) for stream in STREAMS}
    for seq, stream in enumerate(streams, len(model.log)):
        versions[stream] += 1
        yield record(seq, stream, versions[stream])


def _refused(tx: Transaction, model: Plain) -> None:
    entry = record(len(model.log) + 1)
    with pytest.raises(StoreError):
        tx.commit(Batch(entries=[entry], head=head_after(tx.head(), entry), timers=[timer("refused")]))


class ModelCases(StoreSuite):
    """The random part of the contract; how much it tries, the hypothesis profile decides."""

    #: At most so many examples, less for a store that answers slowly; None leaves it to the profile.
    model_examples: int | None = 100
    #: How many steps the last run took.
    model_steps = 0

    @pytest.mark.hypothesis
    def test_it_agrees_with_a_plain_model(self) -> None:
        """Each example has a book of its own."""
        books = itertools.count()
        taken: list[int] = []

        class Machine(StoreMachine):
            def __init__(machine) -> None:  # noqa: N805 (self is the suite)
                super().__init__()
                machine.store = self.open(f"model-{next(books)}")

            def teardown(machine) -> None:  # noqa: N805
                taken.append(machine.steps)
                self.close_store(machine.store)

        limit = self.model_examples or settings().max_examples
        run_state_machine_as_test(Machine, settings=settings(max_examples=min(limit, settings().max_examples)))
        self.model_steps = sum(taken)
