"""The contract of the rows beside the log: answers, claims, vault, outbox, timers, summaries."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from complaintkit.errors import StoreError
from complaintkit.ports import Batch, Query, Store, Transaction
from complaintkit.testing.base import StoreSuite
from complaintkit.testing.samples import (
    TEXTS,
    answer,
    append,
    at,
    keep,
    moment,
    notice,
    sealed,
    summary,
    timer,
)
from complaintkit.testing.store_transactions import Stop, give_up
from complaintkit.vocabulary import Band, Handling

QUERIES: dict[str, tuple[Query, list[str]]] = {
    "everything": (Query(), ["C-4", "C-2", "C-1", "C-3"]),
    "state": (Query(state=Handling.RECEIVED), ["C-1", "C-3"]),
    "band": (Query(band=Band.P2), ["C-2", "C-1"]),
    "owner": (Query(owner="agent-2"), ["C-2", "C-3"]),
    "unit": (Query(unit="unit-2"), ["C-4"]),
    "person": (Query(person="person-2"), ["C-1"]),
    "due-before": (Query(due_before=moment(60)), ["C-2"]),
    "due-soon-after": (Query(due_before=moment(60.001)), ["C-2", "C-1"]),
    "open": (Query(is_open=True), ["C-2", "C-1", "C-3"]),
    "closed": (Query(is_open=False), ["C-4"]),
    "together": (Query(band=Band.P2, owner="agent-2", is_open=True), ["C-2"]),
    "nothing": (Query(band=Band.P4), []),
    "contradiction": (Query(state=Handling.CLOSED, is_open=True), []),
}


def rows(store: Store, *batches: Any) -> None:
    """Commit batches without entries in one transaction."""
    with store.transaction() as tx:
        tx.head()
        for batch in batches:
            tx.commit(Batch(**batch))


def keys(found: Any) -> list[str]:
    """The keys of timers or outbox rows."""
    return [row.key for row in found]


class RowCases(StoreSuite):
    """Everything that a command writes besides its entries."""

    def test_an_unknown_command_has_no_answer(self, store: Store) -> None:
        """An unknown id is new work."""
        keep(store, answer=answer("cmd-0"))
        with store.transaction() as tx:
            assert tx.answer("cmd-1") is None

    def test_an_answer_is_remembered_byte_for_byte(self, store: Store) -> None:
        """The same command id twice gives the first answer, before and after the lock."""
        first = answer(body=bytes(range(256)))
        keep(store, answer=first)
        for locked in (False, True):
            with store.transaction() as tx:
                if locked:
                    tx.head()
                assert tx.answer("cmd-0") == first

    def test_a_command_is_answered_once(self, store: Store) -> None:
        """A second answer is refused, with everything that came with it."""
        keep(store, answer=answer())
        with pytest.raises(StoreError), store.transaction() as tx:
            append(tx, answer=answer(body=b"another"))
        with store.transaction() as tx:
            assert tx.answer("cmd-0") == answer()
        assert len(store.journal()) == 1

    def test_a_claim_has_one_winner(self, store: Store) -> None:
        """In the same transaction and in later ones."""
        with store.transaction() as tx:
            tx.head()
            assert [tx.claim("a"), tx.claim("a"), tx.claim("b")] == [True, False, True]
        with store.transaction() as tx:
            tx.head()
            assert [tx.claim("a"), tx.claim("b"), tx.claim("c")] == [False, False, True]

    def test_a_claim_of_a_failed_transaction_is_free_again(self, store: Store) -> None:
        """A claim is kept with its transaction."""

        def take(tx: Transaction) -> None:
            tx.head()
            assert tx.claim("a")

        with pytest.raises(Stop):
            give_up(store, take)
        with store.transaction() as tx:
            tx.head()
            assert tx.claim("a")

    def test_a_claim_among_threads_has_one_winner(self, store: Store) -> None:
        """However many ask at once."""

        def take(_: int) -> bool:
            with store.transaction() as tx:
                tx.head()
                return tx.claim("a")

        with ThreadPoolExecutor(4) as pool:
            assert sorted(pool.map(take, range(8))) == [False] * 7 + [True]

    @pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
    def test_the_vault_gives_back_what_was_sealed(self, store: Store, text: str) -> None:
        """Text, salt and version: the commitment is checked against them."""
        item = sealed(f"cmd-0/{text}", text.encode())
        keep(store, vault=[item])
        with store.transaction() as tx:
            assert dict(tx.sealed([item.ref])) == {item.ref: item}

    def test_the_vault_leaves_out_what_it_does_not_have(self, store: Store) -> None:
        """An erased text is no error."""
        keep(store, vault=[sealed("a"), sealed("b")])
        with store.transaction() as tx:
            assert set(tx.sealed(["b", "c"])) == {"b"}
            assert dict(tx.sealed([])) == {}

    def test_an_erased_item_is_gone(self, store: Store) -> None:
        """In its own transaction and for ever; the others stay, and an unknown reference is no error."""
        keep(store, vault=[sealed("a"), sealed("b")])
        with store.transaction() as tx:
            tx.head()
            tx.commit(Batch(erased=["a", "unknown"]))
            assert set(tx.sealed(["a", "b"])) == {"b"}
        with store.transaction() as tx:
            assert set(tx.sealed(["a", "b"])) == {"b"}

    def test_an_erasure_that_is_undone_erased_nothing(self, store: Store) -> None:
        """All or nothing."""
        keep(store, vault=[sealed("a")])

        def erase(tx: Transaction) -> None:
            tx.head()
            tx.commit(Batch(erased=["a"]))

        with pytest.raises(Stop):
            give_up(store, erase)
        with store.transaction() as tx:
            assert set(tx.sealed(["a"])) == {"a"}

    def test_an_item_may_be_erased_and_kept_anew_in_one_batch(self, store: Store) -> None:
        """A text is put under another key; it need not have been there before."""
        keep(store, vault=[sealed("a", b"old")])
        rows(store, {"erased": ["a", "b"], "vault": [sealed("a", b"new"), sealed("b", b"other")]})
        with store.transaction() as tx:
            assert dict(tx.sealed(["a", "b"])) == {"a": sealed("a", b"new"), "b": sealed("b", b"other")}

    def test_an_item_that_was_kept_and_erased_in_one_transaction_is_gone(self, store: Store) -> None:
        """The last word counts."""
        rows(store, {"vault": [sealed("a")]}, {"erased": ["a"]})
        with store.transaction() as tx:
            assert dict(tx.sealed(["a"])) == {}

    def test_the_vault_keeps_many_and_large_items(self, store: Store) -> None:
        """More references in one call than a statement has parameters, and a megabyte in one item."""
        items = [sealed(f"cmd/{number}", b"%d" % number) for number in range(1200)]
        large = sealed("large", "\u05d0".encode() * 500_000)
        keep(store, vault=[*items, large])
        with store.transaction() as tx:
            found = tx.sealed([item.ref for item in items])
            assert [found[item.ref] for item in items] == items
            assert tx.sealed(["large"])["large"] == large

    def test_what_is_due_comes_in_the_order_of_its_instants(self, store: Store) -> None:
        """The oldest duty first, and nothing before its time."""
        minutes = {"d": 30, "b": 10.5, "a": 10.25, "c": 20, "late": 90}
        rows(store, {"timers": [timer(key, when) for key, when in minutes.items()]})
        rows(store, {"outbox": [notice(key, when) for key, when in minutes.items()]})
        due = store.due(moment(30))
        assert keys(due.timers) == keys(due.notices) == ["a", "b", "c", "d"]

    def test_due_means_at_the_instant_itself(self, store: Store) -> None:
        """A deadline that is reached is due."""
        rows(store, {"timers": [timer(minutes=10)], "outbox": [notice(minutes=10)]})
        assert [list(part) for part in store.due(moment(9.999))] == [[], []]
        assert [list(part) for part in store.due(moment(10))] == [[timer(minutes=10)], [notice(minutes=10)]]

    def test_a_limit_holds_for_timers_and_notices_each(self, store: Store) -> None:
        """Many timers must not keep the letters back."""
        rows(store, {"timers": [timer(f"t{n}", n) for n in range(5)], "outbox": [notice(f"n{n}", n) for n in range(5)]})
        due = store.due(moment(99), limit=3)
        assert (keys(due.timers), keys(due.notices)) == (["t0", "t1", "t2"], ["n0", "n1", "n2"])

    def test_asking_what_is_due_takes_nothing_away(self, store: Store) -> None:
        """Only a commit ends a timer: a worker may die after asking."""
        rows(store, {"timers": [timer(f"t{n}", n) for n in range(5)]})
        assert keys(store.due(moment(99)).timers) == keys(store.due(moment(99)).timers) == [f"t{n}" for n in range(5)]

    def test_a_timer_is_replaced_by_its_key(self, store: Store) -> None:
        """Put off or brought forward, it is due once."""
        rows(store, {"timers": [timer(minutes=10)]}, {"timers": [timer(minutes=50, command=b"later")]})
        assert list(store.due(moment(49)).timers) == []
        assert list(store.due(moment(50)).timers) == [timer(minutes=50, command=b"later")]
        rows(store, {"timers": [timer(minutes=5)]})
        assert list(store.due(moment(5)).timers) == [timer(minutes=5)]

    def test_a_timer_that_is_done_is_gone(self, store: Store) -> None:
        """And an unknown key is no error."""
        rows(store, {"timers": [timer("a"), timer("b")]})
        rows(store, {"timers_done": ["a", "unknown"]})
        assert keys(store.due(moment()).timers) == ["b"]

    def test_a_timer_may_be_done_and_set_again_in_one_batch(self, store: Store) -> None:
        """The end of one cycle is the beginning of the next."""
        rows(store, {"timers": [timer(minutes=0)]})
        rows(store, {"timers_done": ["t"], "timers": [timer(minutes=30)]})
        assert list(store.due(moment(60)).timers) == [timer(minutes=30)]

    def test_a_timer_set_and_done_in_one_transaction_is_gone(self, store: Store) -> None:
        """The last word counts."""
        rows(store, {"timers": [timer()]}, {"timers_done": ["t"]})
        assert list(store.due(moment()).timers) == []

    def test_a_notice_is_replaced_by_its_key(self, store: Store) -> None:
        """A failed delivery is tried again later, under the same key."""
        rows(store, {"outbox": [notice()]})
        rows(store, {"outbox": [notice(minutes=15, tries=1)]})
        assert list(store.due(moment(14)).notices) == []
        (again,) = store.due(moment(15)).notices
        assert again == notice(minutes=15, tries=1)
        assert again.done is False

    def test_a_notice_that_is_done_is_not_due(self, store: Store) -> None:
        """Nobody gets a letter again."""
        rows(store, {"outbox": [notice("a"), notice("b")]})
        rows(store, {"outbox": [notice("a", done=True)]})
        assert keys(store.due(moment()).notices) == ["b"]

    def test_notices_of_one_instant_come_in_the_order_of_the_log(self, store: Store) -> None:
        """Letters about one complaint go out in the order of what happened."""
        rows(store, {"outbox": [notice("a", seq=3), notice("b", seq=1), notice("c", seq=2)]})
        assert keys(store.due(moment()).notices) == ["b", "c", "a"]

    def test_a_summary_is_replaced(self, store: Store) -> None:
        """Every column of it, back to None as well."""
        whole = summary(
            version=2, state="closed", band="P1", rank=9, owner="agent-2", unit="unit-2", due_at=None,
            person="person-2", received_at=at(1), open=False,
        )  # fmt: skip
        rows(store, {"summaries": [summary()]}, {"summaries": [summary(rank=1)]})
        rows(store, {"summaries": [whole]})
        (found,) = store.find(Query())
        assert found == whole
        assert found.open is False

    def test_one_batch_keeps_the_summaries_of_several_streams(self, store: Store) -> None:
        """A command may change more than one complaint."""
        rows(store, {"summaries": [summary("C-1"), summary("C-2", rank=30)]})
        rows(store, {"summaries": [summary("C-1", state="closed"), summary("C-2", rank=40)]})
        assert list(store.find(Query())) == [summary("C-2", rank=40), summary("C-1", state="closed")]

    def test_a_summary_may_lose_its_owner_and_get_one_again(self, store: Store) -> None:
        """What is found follows."""
        for owner in ("agent-1", None, "agent-3"):
            rows(store, {"summaries": [summary(owner=owner)]})
            assert [found.owner for found in store.find(Query())] == [owner]
        assert list(store.find(Query(owner="agent-1"))) == []

    @pytest.mark.parametrize("name", QUERIES)
    def test_a_query_finds_all_that_agree(self, store: Store, name: str) -> None:
        """Each field alone and together, closed complaints included."""
        for row in (
            summary("C-1", band="P2", rank=10, person="person-2"),
            summary("C-2", band="P2", rank=30, state="assessing", owner="agent-2", due_at=at(30)),
            summary("C-3", band=None, rank=99, owner="agent-2", due_at=None),
            summary("C-4", band="P1", state="closed", unit="unit-2", due_at=None, open=False),
        ):
            rows(store, {"summaries": [row]})
        query, expected = QUERIES[name]
        assert [found.stream for found in store.find(query)] == expected

    def test_the_queue_is_ordered_by_band_rank_receipt_and_reference(self, store: Store) -> None:
        """The order of work (P-15); what has no band yet comes last."""
        order = [
            summary("C-7", band="P1", rank=1),
            summary("C-6", band="P2", rank=50),
            summary("C-5", band="P2", rank=40, received_at=at(1)),
            summary("C-3", band="P2", rank=40, received_at=at(2)),
            summary("C-4", band="P2", rank=40, received_at=at(2)),
            summary("C-2", band="P4", rank=99),
            summary("C-1", band=None, rank=100),
        ]
        for row in sorted(order):
            rows(store, {"summaries": [row]})
        assert list(store.find(Query())) == order

    @pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
    def test_keys_and_names_are_only_texts(self, store: Store, text: str) -> None:
        """No character in a key, owner or claim has a meaning of its own."""
        key = f"k{text}"
        rows(store, {"timers": [timer(key)], "outbox": [notice(key)], "summaries": [summary(key, owner=key)]})
        due = store.due(moment())
        assert (list(due.timers), list(due.notices)) == ([timer(key)], [notice(key)])
        assert list(store.find(Query(owner=key))) == [summary(key, owner=key)]
        with store.transaction() as tx:
            tx.head()
            assert [tx.claim(key), tx.claim(key)] == [True, False]
