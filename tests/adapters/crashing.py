"""Commands that write every kind of row, and what must be true of a book whose writers or server were killed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from complaintkit.journal import Record, merkle_root
from complaintkit.ports import Batch, Store
from complaintkit.testing.samples import answer, head_after, notice, record, summary, timer


def write_once(store: Store, command: str) -> bool:
    """Write an entry with all that belongs to it under a command id; False where it had been kept before."""
    with store.transaction() as tx:
        head = tx.head()
        if tx.answer(command) is not None:
            return False
        entry = record(head.frontier.size, command, 1)._replace(command=command)
        tx.commit(
            Batch(
                entries=[entry],
                head=head_after(head, entry),
                answer=answer(command),
                outbox=[notice(command)],
                timers=[timer(command)],
                summaries=[summary(command)],
            )
        )
    return True


def assert_nothing_lost(store: Store, kept: Mapping[str, Set[str]], acknowledged: Set[str]) -> Sequence[Record]:
    """The log has no gap, each command its effect once and whole, and all that was acknowledged is there.

    ``kept`` are the command ids of which each kind of row was kept.
    """
    log = store.journal(-1, 1_000_000)
    with store.transaction() as tx:
        assert tx.head().frontier.root() == merkle_root(entry.body for entry in log)
    assert [entry.seq for entry in log] == list(range(len(log)))
    commands = {entry.command for entry in log}
    assert len(commands) == len(log), "each command has its effect once"
    assert acknowledged <= commands, "what was acknowledged is kept"
    torn = {kind: commands ^ keys for kind, keys in kept.items() if keys != commands}
    assert not torn, "entry, outbox row and timer row together or not at all"
    return log
