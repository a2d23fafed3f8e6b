"""The book is the key of every row: two books in one database, and nothing of one is ever seen through the other."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from complaintkit import commands as c
from complaintkit.adapters.keys import EncryptedVault, MemoryKeyStore
from complaintkit.adapters.notifiers import MemoryNotifier
from complaintkit.adapters.sqlite import SqliteStore
from complaintkit.desk import ComplaintDesk, disclosures, export_person, health, retained, verify_book
from complaintkit.errors import CommandRefused, UnknownComplaint
from complaintkit.measures import read_facts, write_report
from complaintkit.ports import Query, Store
from complaintkit.timekeeping.clock import FrozenClock
from complaintkit.vocabulary import Role
from tests.adapters.sqls import engine_of, opened
from tests.privacy.erasing import AGENT, MANAGER, OFFICER, START

MARKS = {"north": "Marker-North-7f", "south": "Marker-South-3c"}


class Tenant:
    """One book of a database with everything in it, marked in every name and text."""

    def __init__(self, store: Store, book: str, vault: Any) -> None:
        self.mark, self.store = MARKS[book], store
        self.clock, self.notifier = FrozenClock(START), MemoryNotifier()
        self.desk = ComplaintDesk(
            store, clock=self.clock, notifier=self.notifier, vault=vault, plaintext_vault=True,
            entropy=random.Random(book).randbytes,
        )  # fmt: skip
        # The same command ids, person and actors in both books: only the book may tell them apart.
        command = c.RegisterComplaint(
            person="person-1", owner="agent-7", narrative=f"{self.mark} narrative", name=f"{self.mark} name",
            reach=f"{self.mark}@example.org", unit=self.mark, attributes={"topic": self.mark},
        )  # fmt: skip
        outcome = self.desk.handle(command, AGENT, "register-1")
        self.ref = outcome.complaint.ref
        self.sealed = [item.ref for item in _personals(outcome)]
        self.desk.reveal(self.ref, OFFICER, "audit")
        self.desk.handle(c.RecordContact(complaint=self.ref, text=f"{self.mark} contact"), AGENT, f"contact-{book}")

    def everything(self, folder: Path) -> Iterator[Any]:
        """What every function of store and desk shows, over all that there is."""
        store, desk, far = self.store, self.desk, START + timedelta(days=9_999)
        yield list(store.journal(-1, 10_000))
        yield list(store.find(Query()))
        yield [list(store.find(query)) for query in (Query(person="person-1"), Query(owner="agent-7"))]
        yield store.due(far, 10_000)
        yield [store.entries(stream) for stream in (self.ref, "book", "person/person-1")]
        with store.transaction() as unit:
            yield unit.head()
            yield unit.answer("register-1"), unit.answer("contact-north"), unit.answer("contact-south")
            yield [item.content for item in unit.sealed([*self.sealed, f"{self.ref}#key"]).values()]
        yield desk.get(self.ref, OFFICER), desk.allowed(self.ref, OFFICER), desk.find(Query(), OFFICER)
        yield dict(desk.reveal(self.ref, OFFICER, "audit"))
        yield verify_book(store, vault=desk.vault), health(store, far)
        yield [each.to_dict() for each in disclosures(store)], list(retained(store, desk.profile, far))
        export = export_person(desk, "person-1", OFFICER)
        yield export.json(), export.html()
        write_report(read_facts(store, far, desk.profile.calendar), folder, store=desk.store)
        yield [path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())]
        desk.dispatch()
        yield self.notifier.messages


def _personals(outcome: Any) -> list[Any]:
    from complaintkit.journal.codec import personals

    return [item for entry in outcome.entries for item in personals(entry.event)]


@pytest.fixture(params=["sqlite", "sql-sqlite", "sql-postgresql"])
def tenants(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Tenant, Tenant]]:
    """Two books in one database."""
    kind = request.param.removeprefix("sql-")
    with ExitStack() as stack:
        if request.param == "sqlite":
            stores = [stack.enter_context(SqliteStore(tmp_path / "both.db", book)) for book in MARKS]
        else:
            server = request.getfixturevalue("postgres") if kind == "postgresql" else None
            engine = stack.enter_context(engine_of(kind, server, tmp_path))
            stores = [opened(engine, book) for book in MARKS]  # type: ignore[misc]
        keys = MemoryKeyStore()
        north, south = (
            Tenant(store, book, EncryptedVault(keys) if kind == "postgresql" else None)
            for store, book in zip(stores, MARKS, strict=True)
        )
        yield north, south


def test_nothing_of_one_book_is_seen_through_the_other(tenants: tuple[Tenant, Tenant], tmp_path: Path) -> None:
    for one, other in (tenants, tenants[::-1]):
        seen = [(what, repr(what)) for what in one.everything(tmp_path / one.mark)]
        assert any(one.mark in shown for _, shown in seen)  # the search finds what is there
        assert not [what for what, shown in seen if other.mark in shown]


def test_one_book_writes_claims_answers_and_erases_nothing_of_the_other(tenants: tuple[Tenant, Tenant]) -> None:
    north, south = tenants
    before = list(south.store.journal(-1, 10_000)), list(south.store.find(Query())), south.store.due(START, 100)
    with north.store.transaction() as unit, south.store.transaction() as _:
        assert unit.answer("contact-south") is None
    for tenant in tenants:  # the same key is free in each book once
        with tenant.store.transaction() as unit:
            unit.head()
            assert unit.claim("the-same-key")
    again = north.desk.handle(
        c.RecordContact(complaint=north.ref, text="Another."), AGENT, "contact-south"
    )  # that id was used in the other book only
    assert not again.repeated
    withdraw = c.WithdrawComplaint(complaint=north.ref, words="Leave it.")
    north.desk.handle(withdraw, AGENT.on_behalf_of(Role.COMPLAINANT))
    north.desk.erase("person-1", OFFICER)
    north.desk.erase("person-1", MANAGER)
    north.clock.advance(timedelta(days=90))
    north.desk.tick(confirmed=True)
    assert dict(north.desk.reveal(north.ref, OFFICER, "audit")) == {}
    assert (
        list(south.store.journal(-1, 10_000)),
        list(south.store.find(Query())),
        south.store.due(START, 100),
    ) == before
    assert len(south.desk.reveal(south.ref, OFFICER, "audit")) == 4
    for tenant in tenants:
        assert verify_book(tenant.store, vault=tenant.desk.vault).sound


def test_a_reference_of_the_other_book_names_nothing_here(tenants: tuple[Tenant, Tenant]) -> None:
    north, south = tenants
    only = south.desk.handle(c.RegisterComplaint(person="person-2", owner="agent-7", narrative="South."), AGENT)
    ref = only.complaint.ref
    for ask in (
        lambda: north.desk.get(ref, OFFICER),
        lambda: north.desk.reveal(ref, OFFICER, "audit"),
        lambda: north.desk.handle(c.RecordContact(complaint=ref, text="x"), AGENT),
        lambda: north.desk.erase("person-2", OFFICER),
        lambda: export_person(north.desk, "person-2", OFFICER),
        lambda: list(disclosures(north.store, complaint=ref)),
    ):
        with pytest.raises((UnknownComplaint, CommandRefused)):
            ask()
