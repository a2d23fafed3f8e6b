"""A day in a small office: its inbox is a CSV file, its promises are a TOML file, its workflow is this script.

Run it: python examples/scripted_day.py
"""

import csv
import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from complaintkit import Actor, ComplaintDesk, Role, SqliteStore
from complaintkit.commands import RegisterComplaint
from complaintkit.timekeeping import FrozenClock

# Only what differs from the built-in profile: own hours, a holiday, and an answer within ten working days.
Path("office.toml").write_text("""\
base = "standard"
id = "harbour-office"
version = "1"

[calendar]
id = "harbour-office"
tz = "Asia/Jerusalem"
weekly.sun = [["08:00", "16:00"]]
weekly.mon = [["08:00", "16:00"]]
weekly.tue = [["08:00", "16:00"]]
weekly.wed = [["08:00", "16:00"]]
weekly.thu = [["08:00", "13:00"]]
holidays = ["2026-03-03"]

[commitments.final]
P3 = { working_days = 10 }
P4 = { working_days = 10 }
""")

Path("inbox.csv").write_text("""\
id,received,name,email,product,words
1041,2026-03-01T07:12:00Z,Noa Example,noa@example.org,parcel,My parcel came open and half empty.
1042,2026-03-01T20:40:00Z,Amir Example,amir@example.org,bill,I was billed for a month in which I was no customer.
1043,2026-03-02T06:05:00Z,Lea Example,lea@example.org,heating,We have no heating and a baby of three weeks.
""")


def register_inbox() -> None:
    """Take in each row once: the row's own id is the command id, so running this again changes nothing."""
    clock = FrozenClock(datetime(2026, 3, 2, 7, 0, tzinfo=UTC))
    agent = Actor("agent-7", Role.FRONT_LINE_AGENT)
    with SqliteStore("day.db") as store, Path("inbox.csv").open(encoding="utf-8") as inbox:
        desk = ComplaintDesk(store, "office.toml", clock=clock, plaintext_vault=True)
        for row in csv.DictReader(inbox):
            command = RegisterComplaint(
                owner="handler-2",
                narrative=row["words"],
                name=row["name"],
                reach=row["email"],
                attributes={"product": row["product"]},
                received_at=datetime.fromisoformat(row["received"]),
            )
            outcome = desk.handle(command, by=agent, key=f"inbox-{row['id']}")
            print(outcome.complaint.ref, "known already" if outcome.repeated else "registered")


def run(*arguments: str, now: str = "2026-03-02T09:00:00Z") -> str:
    """Run one command as a shell script would, and return what it prints."""
    options = ["--book", "day.db", "--policy", "office.toml", "--now", now]
    return subprocess.run(["complaintkit", *arguments, *options], check=True, stdout=subprocess.PIPE, text=True).stdout


def triage(complaint: str, product: str) -> None:
    """This office's own rule: no heating is a matter of health, in March and with small children."""
    dimensions = ["seriousness", "health_safety", "time_criticality", "complexity", "systemic"]
    dimensions += ["legal", "publicity", "vulnerability", "prior_failure", "hardship"]
    levels = dict.fromkeys(dimensions, 0) | {"seriousness": 1}
    if product == "heating":
        levels |= {"health_safety": 2, "vulnerability": 2}
    begin = {"type": "begin-assessment", "complaint": complaint}
    rate = {"type": "record-triage", "complaint": complaint, "levels": levels, "note": "By product and first words."}
    run("do", json.dumps(begin), "--as", "case-handler", "--actor", "handler-2")
    run("do", json.dumps(rate), "--as", "triage-officer", "--actor", "triage-1")


register_inbox()
register_inbox()  # as it happens when a script is started twice
for row in json.loads(run("find", "--open", "--json"))["complaints"]:
    shown = json.loads(run("show", row["ref"], "--json"))["complaint"]
    triage(row["ref"], shown["attributes"]["product"])
print("\nWhat to work on first:", run("find", "--open"), sep="\n")
print("The letters of the day:", run("dispatch", "--letters", "letters"), sep="\n")
print("Three weeks later:", run("tick", now="2026-03-23T09:00:00Z"), sep="\n")
print("The book:", run("audit", "verify"), sep="\n")
