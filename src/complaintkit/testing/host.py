"""The contract of a store that joins a host's transaction: the host decides, and we never commit for it."""

from __future__ import annotations

from typing import Any

import pytest

from complaintkit.journal import Tree, merkle_root
from complaintkit.ports import Batch, Query, Store
from complaintkit.testing.base import StoreSuite, elsewhere
from complaintkit.testing.samples import answer, append, append_many, keep, moment, notice, sealed, summary, timer
from complaintkit.testing.store_transactions import Stop, assert_nothing, everything, give_up


class HostContract(StoreSuite):
    """Besides :class:`~complaintkit.testing.StoreContract`, for stores whose ``transaction`` takes ``join``."""

    def begin_host(self, store: Store) -> Any:
        """Begin a host's transaction and return what the store is to join."""
        raise TypeError(f"override begin_host in {type(self).__name__}: it returns an open host transaction")

    def end_host(self, host: Any, keep: bool) -> None:
        """End the host's transaction: commit it where ``keep`` is true, otherwise roll it back."""
        raise TypeError(f"override end_host in {type(self).__name__}: it commits or rolls back")

    def test_what_the_host_commits_is_kept(self, store: Store) -> None:
        """Every kind of row, with the host's own."""
        host = self.begin_host(store)
        with store.transaction(join=host) as tx:
            written = append(
                tx, vault=[sealed()], outbox=[notice()], timers=[timer()], summaries=[summary()], answer=answer()
            )
        self.end_host(host, keep=True)
        assert list(store.journal()) == [written]
        assert list(store.find(Query())) == [summary()]
        assert [list(part) for part in store.due(moment())] == [[timer()], [notice()]]

    def test_what_the_host_rolls_back_is_gone(self, store: Store) -> None:
        """A success inside a host's transaction is the host's to keep."""
        host = self.begin_host(store)
        with store.transaction(join=host) as tx:
            everything(tx)
        self.end_host(host, keep=False)
        assert_nothing(store)

    def test_nothing_is_seen_outside_before_the_host_commits(self, store: Store) -> None:
        """We commit nothing for it."""
        host = self.begin_host(store)
        with store.transaction(join=host) as tx:
            everything(tx)
        assert elsewhere(lambda: len(store.journal())) == 0
        self.end_host(host, keep=True)
        assert elsewhere(lambda: len(store.journal())) == 1

    def test_an_error_in_our_block_undoes_ours_alone(self, store: Store) -> None:
        """The savepoint is ours; what was joined before it stays."""
        host = self.begin_host(store)
        with store.transaction(join=host) as tx:
            first = append(tx)
        with pytest.raises(Stop):
            give_up(store, everything, join=host)
        with store.transaction(join=host) as tx:
            assert tx.head().frontier.size == 1
            assert tx.claim("claim")
            second = append(tx)
        self.end_host(host, keep=True)
        assert list(store.journal()) == [first, second]

    def test_a_joined_transaction_sees_what_the_one_before_it_wrote(self, store: Store) -> None:
        """Two commands in one transaction of the host."""
        before = keep(store)
        host = self.begin_host(store)
        with store.transaction(join=host) as tx:
            written = append(tx, answer=answer("cmd-1"))
        with store.transaction(join=host) as tx:
            assert list(tx.entries("C-1")) == [before, written]
            assert tx.answer("cmd-1") == answer("cmd-1")
        self.end_host(host, keep=True)

    @pytest.mark.parametrize("kept", [True, False])
    def test_a_letter_is_taken_inside_the_host(self, store: Store, kept: bool) -> None:
        """It is in hand where the host commits, and as it was before where not."""
        keep(store, outbox=[notice()])
        host = self.begin_host(store)
        with store.transaction(join=host) as tx:
            assert tx.take([notice()]) == notice()
            tx.commit(Batch(outbox=[notice(minutes=60, tries=1)]))
        with store.transaction(join=host) as tx:
            assert tx.take([notice()]) is None
        self.end_host(host, kept)
        assert list(store.due(moment(60)).notices) == [notice(minutes=60, tries=1) if kept else notice()]

    def test_the_log_goes_on_after_the_host(self, store: Store) -> None:
        """A rollback of the host burns no number."""
        for kept in (True, False, True):
            host = self.begin_host(store)
            with store.transaction(join=host) as tx:
                append(tx)
            self.end_host(host, kept)
        assert keep(store)[:3] == (2, "C-1", 3)

    def test_a_tile_that_is_filled_inside_the_host_is_kept(self, store: Store) -> None:
        """Over two transactions in one of the host, and not where the host rolls back."""
        for kept in (False, True):
            host = self.begin_host(store)
            for number in (200, 100):
                with store.transaction(join=host) as tx:
                    append_many(tx, number)
            self.end_host(host, kept)
            assert len(store.tile(1, 0)) == (32 if kept else 0)
        assert Tree(300, store.tile).root() == merkle_root(entry.body for entry in store.journal())
