"""A CRM with its own tables: its row and our entries are one transaction, and its mail carries our letters.

Run it: python examples/embed_in_a_crm.py
"""

import sqlite3
from datetime import UTC, datetime

from complaintkit import Actor, ComplaintDesk, Query, Role, SqliteStore
from complaintkit.commands import RegisterComplaint
from complaintkit.ports import Delivery, Message
from complaintkit.timekeeping import FrozenClock
from complaintkit.vocabulary import DeliveryStatus

crm = sqlite3.connect("crm.db", isolation_level="IMMEDIATE")  # so that waiting for the lock can succeed
crm.executescript("""
    create table customer (id text primary key, name text, email text);
    create table call (id integer primary key, customer text, minutes integer, complaint text);
    create table mail (key text primary key, email text, subject text);
    insert into customer values ('p-17', 'Dana Example', 'dana@example.org');
""")


class CrmMail:
    """A notifier: our letters become rows of the CRM's own mail."""

    def send(self, message: Message) -> Delivery:
        """Keep a letter once, however often it is handed over."""
        with crm:
            crm.execute("insert or ignore into mail values (?, ?, ?)", (message.key, message.to, message.subject))
        return Delivery(status=DeliveryStatus.DISPATCHED)


clock = FrozenClock(datetime(2026, 3, 2, 10, 0, tzinfo=UTC))  # leave it out for the real time
store = SqliteStore.on(crm)
desk = ComplaintDesk(store, notifier=CrmMail(), clock=clock, plaintext_vault=True)
agent = Actor("agent-7", Role.FRONT_LINE_AGENT)


def log_call(customer: str, minutes: int, words: str) -> None:
    """The CRM's own business: a call that was a complaint. All of it is kept, or nothing."""
    with crm:
        call = crm.execute("insert into call (customer, minutes) values (?, ?)", (customer, minutes)).lastrowid
        name, email = crm.execute("select name, email from customer where id = ?", (customer,)).fetchone()
        command = RegisterComplaint(owner=agent.id, person=customer, name=name, reach=email, narrative=words)
        done = desk.handle(command, by=agent, key=f"call-{call}", tx=store.transaction(join=crm))
        crm.execute("update call set complaint = ? where id = ?", (done.complaint.ref, call))
        if minutes > 600:
            raise ValueError("no call lasts ten hours")


log_call("p-17", 4, "The heating has been off since Sunday, and nobody calls back.")
try:
    log_call("p-17", 4000, "The heating is off.")
except ValueError as error:
    print("undone, theirs and ours:", error)
print("letters sent:", [each.rule.value for each in desk.dispatch()])
print("in the CRM:", *crm.execute("select call.id, complaint, subject from call, mail").fetchall())
for found in desk.find(Query(owner=agent.id, is_open=True), by=agent):
    print("in the queue:", found.stream, "is", found.state, "and owes the next word by", found.due_at)
