"""The contract of a store that outlives the process; ``make_store`` must open the same place each time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from complaintkit.ports import Query, Store
from complaintkit.testing.base import StoreSuite
from complaintkit.testing.samples import answer, append, keep, moment, notice, sealed, summary, timer


class DurableContract(StoreSuite):
    """Besides :class:`~complaintkit.testing.StoreContract`: what was kept is there when it is opened again."""

    def test_it_says_that_it_lasts(self, store: Store) -> None:
        """A durable store says so."""
        assert store.durable

    def test_everything_is_there_after_opening_again(self, store: Store) -> None:
        """Every kind of row."""
        with store.transaction() as tx:
            tx.head()
            tx.claim("claim")
            written = append(
                tx, vault=[sealed()], outbox=[notice()], timers=[timer()], summaries=[summary()], answer=answer()
            )
            head = tx.head()
        self.close_store(store)
        again = self.open()
        assert list(again.journal()) == list(again.entries("C-1")) == [written]
        assert [list(part) for part in again.due(moment())] == [[timer()], [notice()]]
        assert list(again.find(Query())) == [summary()]
        with again.transaction() as tx:
            assert tx.head() == head
            assert tx.answer("cmd-0") == answer()
            assert dict(tx.sealed(["cmd-0/words"])) == {"cmd-0/words": sealed()}
            assert not tx.claim("claim")

    def test_the_log_goes_on_after_opening_again(self, store: Store) -> None:
        """Numbers and versions continue."""
        keep(store)
        self.close_store(store)
        assert keep(self.open())[:3] == (1, "C-1", 2)

    def test_two_open_stores_share_the_book(self, store: Store) -> None:
        """What one has kept, the other sees at once."""
        other = self.open()
        keep(store)
        assert len(other.journal()) == 1
        assert keep(other).seq == 1
        assert keep(store).seq == 2

    def test_writers_of_two_open_stores_leave_one_gapless_log(self, store: Store) -> None:
        """The lock is the database's, not the object's."""
        stores = (store, self.open())
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda which: [keep(which) for _ in range(10)], stores))
        assert [(entry.seq, entry.ver) for entry in store.journal()] == [(n, n + 1) for n in range(20)]
