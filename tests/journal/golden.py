"""The golden book: a scripted life in which every type of event happens, written down, and the shapes of the events.

``python -m tests.journal.golden`` writes all of it: ``golden_book_1.jsonl``, ``golden_epoch_1.jsonl`` (a log that was
restored), ``shapes_1.toml``, and ``golden_file_N.sql`` (a database file of the newest schema). Once schema 1 is
released they are never written again: what they say must be readable for ever, and a change of a stored shape is a new
schema number, an upcaster, and a golden book and shapes of its own.
"""

from __future__ import annotations

import json
import random
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import attrs

from complaintkit import commands as c
from complaintkit.adapters.anchors import SignedInMemory
from complaintkit.adapters.keys import EncryptedVault, MemoryKeyStore
from complaintkit.adapters.memory import MemoryStore
from complaintkit.adapters.sqlite import SqliteStore
from complaintkit.adapters.sqlite.schema import APPLICATION_ID, SCHEMA
from complaintkit.complaint import Complaint
from complaintkit.desk import Checkpoints
from complaintkit.events import BY_NAME
from complaintkit.journal import Record, merkle_root
from complaintkit.journal.keys import HmacKey
from complaintkit.policy import load_profile
from complaintkit.values import Actor, is_complaint_ref
from complaintkit.vocabulary import (
    Band,
    Channel,
    CommitmentKind,
    DeliveryStatus,
    FindingValue,
    Handling,
    Language,
    Role,
)
from tests import lives
from tests.lives import (
    AGENT,
    ANALYST,
    BODY,
    DECIDER,
    HANDLER,
    INVESTIGATOR,
    LEADER,
    LIAISON,
    MANAGER,
    PERSON,
    REVIEWER,
    SYSTEM,
    TRIAGE,
    Life,
    finding,
    levels,
)

FILE: Final = Path(__file__).with_name("golden_book_1.jsonl")
#: What a file of our own says of itself, which a dump does not say.
MARKS: Final = {"application_id": APPLICATION_ID, "user_version": SCHEMA}
SHAPES: Final = FILE.with_name("shapes_1.toml")

OFFICER = Actor("privacy-1", Role.PRIVACY_OFFICER)
LAWYER = Actor("lawyer-3", Role.LEGAL_ADVISER)
LEAVER = Actor("person-2", Role.COMPLAINANT)
PROFILE: Final = {
    "base": "standard",
    "id": "golden",
    "version": "1",
    "units": {"billing": {"owner": "handler-2", "deputy": "handler-3"}},
    "routing": [{"topic": "fee", "unit": "billing", "playbook": "PB-1"}],
    "retention": [
        {"id": "samples", "erase_after": {"calendar_days": 7}, "source": "rule 4", "when": {"product": ["sample"]}}
    ],
}
#: The end of a restored log whose second epoch begins with its last entry; written once, like the book.
EPOCH_FILE: Final = Path(__file__).with_name("golden_epoch_1.jsonl")


def read(file: Path = FILE) -> tuple[list[Record], dict[str, Any]]:
    """The records of a book, and what it says of them."""
    *lines, last = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return list(map(_record, lines)), last


def read_epoch() -> list[Record]:
    """The records of the log that was restored."""
    return [_record(json.loads(line)) for line in EPOCH_FILE.read_text(encoding="utf-8").splitlines()]


def _record(line: dict[str, Any]) -> Record:
    return Record(**{**line, "body": line["body"].encode(), "leaf": bytes.fromhex(line["leaf"])})


def _line(record: Record) -> dict[str, Any]:
    return {**record._asdict(), "body": record.body.decode(), "leaf": record.leaf.hex()}


def stated(complaint: Complaint) -> dict[str, Any]:
    """What the book says of a complaint, in plain words."""
    return {
        "version": complaint.version,
        "handling": complaint.handling.value,
        "owner": complaint.owner,
        "received_at": complaint.received_at.isoformat(),
        "band": complaint.band.value if complaint.band else None,
        "issues": [issue.category for issue in complaint.issues],
        "evidence": len(complaint.inquiry.evidence),
        "acknowledgement": complaint.acknowledgement.state.value,
        "outcome": complaint.outcome.value.value if complaint.outcome else None,
        "reviews": [review.outcome.value if review.outcome else None for review in complaint.reviews],
        "external": [[review.body, review.state.value] for review in complaint.external],
        "commitments": [[owed.kind.value, owed.status.value] for owed in complaint.commitments],
        "notices": [
            [notice.rule.value, notice.status.value if notice.status else None] for notice in complaint.notices
        ],
        "learning": complaint.learning.value,
        "contacts": [[contact.direction.value, len(contact.via)] for contact in complaint.contacts],
        "joined": len(complaint.joined),
        "closure": complaint.closure.reason.value if complaint.closure else None,
        "episode": complaint.episode,
        "milestones": [name for name, _ in complaint.milestones],
        "timely": complaint.source_timely,
    }


def shapes() -> dict[str, dict[str, Any]]:
    """The schema number and the fields of every event, as today's code has them."""
    return {
        name: {"schema": cls.schema, "fields": sorted(field.name for field in attrs.fields(cls))}  # type: ignore[arg-type]
        for name, cls in sorted(BY_NAME.items())
    }


def script() -> Life:
    """Eleven complaints, one of them imported, whose lives take every event there is; keys and nonces stand still."""
    entropy = random.Random(11).randbytes
    vault = EncryptedVault(MemoryKeyStore(entropy=entropy), entropy=entropy)
    life = Life(MemoryStore(), seed=1, profile=load_profile(PROFILE), vault=vault)
    _long_way(life)
    _short_way(life)
    _draft_withdrawn(life)
    _safety(life)
    _asked(life)
    _clocks(life)
    _told_twice(life)
    _history(life)
    _disputed(life)
    _erased(life)
    _withheld(life)
    _corrected(life)
    return life


def _long_way(life: Life) -> None:
    """Settling fails in time, inquiry with a detour, review overturns, reopened, external review."""
    life.early_resolution()
    life.refused(c.CloseComplaint, HANDLER)
    life.send()
    life.clock.advance(timedelta(days=5))
    life.desk.tick()
    life.do(c.SelectApproach, HANDLER, approach="desk_review", reason="All facts are on file")
    life.add_evidence()
    life.do(c.CompleteEvidence, INVESTIGATOR)
    life.do(c.SeekMoreEvidence, INVESTIGATOR, gap="The photo of the meter")
    item = life.add_evidence(description="The photo", issues=(1,))
    life.do(c.CompleteEvidence, INVESTIGATOR)
    life.do(c.ProceedToReport, INVESTIGATOR, note="Suitable and possible")
    found = finding(FindingValue.NOT_SUBSTANTIATED, item, perceived_cause="slow_answer")
    life.do(c.SubmitReport, INVESTIGATOR, findings=(found,))
    life.do(c.ReturnReport, DECIDER, reasons="Say why")
    life.do(c.SubmitReport, INVESTIGATOR, findings=(found,))
    life.do(c.ApproveReport, DECIDER)
    life.do(c.IssueOutcome, HANDLER, explanation="The ledger shows one charge.")
    life.send()
    life.desk.reveal(life.ref, HANDLER, "handle")
    life.do(c.StartEvaluation, HANDLER, perceived_cause="slow_answer")
    life.do(c.ConcludeWithoutAction, ANALYST, reason="isolated")
    life.do(c.RequestInternalReview, PERSON, reviewer=REVIEWER.id, words="Please look again")
    life.do(c.OpenExternalReview, BODY, body="ombudsman")
    new = finding(FindingValue.SUBSTANTIATED, item)
    life.do(c.DecideReview, REVIEWER, outcome="substituted", reasons="The photo shows two", findings=(new,))
    life.send()
    life.do(c.RecordExternalReturn, MANAGER, body="ombudsman", letter="Premature")
    life.do(c.AcceptOutcome, HANDLER.on_behalf_of(Role.COMPLAINANT), words="Thank you", channel=Channel.PHONE)
    life.do(c.CloseComplaint, HANDLER)
    life.do(c.ReopenComplaint, LEADER, reason="new_evidence", words="There is another charge")
    life.do(c.OpenExternalReview, PERSON, body="regulator")
    life.do(c.RecordDetermination, MANAGER, body="regulator", determination="Pay it back")
    life.clock.advance(timedelta(days=20))
    life.desk.tick()


def _short_way(life: Life) -> None:
    """Settled at the first attempt, by a letter that failed and one that arrived; closed by time."""
    life.ref = ""
    life.early_resolution()
    life.notifier.fail_next(1, retryable=False)
    life.send()
    life.do(c.AcknowledgeComplaint, HANDLER)
    life.send()
    life.do(c.AgreeResolution, AGENT, terms="Ten back by Friday", words="Yes", channel=Channel.PHONE)
    life.send()
    letter = life.state().notices[-1].id  # type: ignore[union-attr]
    life.do(c.RecordDelivery, SYSTEM, notice=letter, status=DeliveryStatus.DELIVERED)
    life.do(c.StartEvaluation, HANDLER)
    life.clock.advance(timedelta(days=40))
    life.desk.tick()


def _draft_withdrawn(life: Life) -> None:
    """Captured, registered by time, withdrawn in the person's own words."""
    life.ref = ""
    life.draft(language=Language.HEBREW, unit="billing", attributes={"product": "water"}, recording="call-77")
    life.clock.advance(timedelta(days=1))
    life.desk.tick()
    life.do(c.WithdrawComplaint, PERSON, words="I found the receipt")


def _safety(life: Life) -> None:
    """A safety case skips settling; its promises are brought forward."""
    life.ref = ""
    life.triaged(changed={"health_safety": 3, "seriousness": 3}, is_minor=True)
    life.do(c.TakeImmediateAction, AGENT, what="The valve is shut", why="Somebody may be scalded")
    life.do(c.SkipEarlyResolution, HANDLER, reason="safety")


def _asked(life: Life) -> None:
    """A department, the complainant and whoever the draft goes against are asked; one of them says nothing."""
    life.ref = ""
    life.gathering_evidence()
    life.do(c.AskLiaison, INVESTIGATOR, unit="billing", liaison="liaison-5", question="Two?", lawful_basis="contract")
    question = life.state().inquiry.questions[-1].id  # type: ignore[union-attr]
    answer = {"answer": "Two, on one day.", "description": "The ledger", "digest": "sha256:0b"}
    life.do(c.AnswerLiaison, LIAISON, question=question, **answer)
    ask = {"questions": "Do you have the receipt?", "why": "It names the machine"}
    life.do(c.RequestInformation, HANDLER, **ask, until=life.clock.now() + timedelta(days=3))
    life.do(c.RecordInformation, PERSON, information="Here it is")
    life.do(c.RequestInformation, HANDLER, **ask, until=life.clock.now() + timedelta(days=3))
    for _ in range(5):
        life.clock.advance(timedelta(days=1))
        life.desk.tick()
        life.send()
    life.do(c.CompleteEvidence, INVESTIGATOR)
    life.do(c.ProceedToReport, INVESTIGATOR, note="Suitable and possible")
    draft = {"points": "You charged twice", "basis": "The ledger", "issues": (1,)}
    life.do(c.InviteComment, INVESTIGATOR, **draft, party="clerk-11", in_person=True)
    invitation = life.state().inquiry.invitations[-1].id  # type: ignore[union-attr]
    life.do(c.RecordComment, INVESTIGATOR, invitation=invitation, comment="The machine did")


def _clocks(life: Life) -> None:
    """A wait, an extension, a revision, a promise that was kept too late, and the signals about it."""
    life.ref = ""
    life.received()
    life.do(c.PauseClocks, HANDLER, reason="court_stay")
    life.clock.advance(timedelta(days=2))
    life.do(c.ResumeClocks, HANDLER)
    final = life.state().commitment(CommitmentKind.FINAL).id  # type: ignore[union-attr]
    told = life.clock.now()
    life.do(c.ExtendCommitment, LEADER, commitment=final, count=5, reason="The expert is ill", notified_at=told)
    life.do(c.MakePromise, HANDLER, due=life.clock.now() + timedelta(days=1), about="call_back")
    life.clock.advance(timedelta(days=2))
    life.desk.tick()
    life.do(c.MakePromise, HANDLER, due=life.clock.now() + timedelta(minutes=8))
    late = life.state().commitment(CommitmentKind.PROMISE).id  # type: ignore[union-attr]
    life.clock.advance(timedelta(hours=1))
    life.do(c.KeepCommitment, HANDLER, commitment=late)
    life.do(c.ReviseCommitments, MANAGER, because="policy")


def _told_twice(life: Life) -> None:
    """Merged with its contacts and promises, asked about under the old reference, taken out again."""
    life.ref = ""
    life.received(reach=None)
    survivor, life.ref = life.ref, ""
    life.triaged(changed={"seriousness": 3})
    life.do(c.RecordContact, AGENT, text="It is about the meter", channel=Channel.PHONE)
    life.do(c.MakePromise, AGENT, due=life.clock.now() + timedelta(days=3), about="call_back")
    life.do(c.MergeDuplicate, HANDLER, survivor=survivor, shared="The same meter, the same day", consent="Both agree")
    life.do(c.RecordContact, PERSON, text="Is there any news?")
    life.send()
    life.do(c.UnmergeComplaint, LEADER, reason="There are two meters")


def _history(life: Life) -> None:
    """Another system's record, and what it said later."""
    life.ref = ""
    importer = Actor("importer", Role.SYSTEM, "import:example")
    received = lives.START - timedelta(days=400)
    row = {"received_at": received, "channel": Channel.EMAIL, "narrative": "They lost my letter."}
    sent = ("sent_to_company", received + timedelta(days=1))
    life.do(c.ImportRecord, importer, **row, record="row-1", attributes={"product": "loan"}, milestones=(sent,))
    answered = {"milestones": (sent,), "state": Handling.CLOSED, "closed_at": received + timedelta(days=9)}
    changed = {**row, "attributes": {"product": "mortgage"}, "timely": True, **answered}
    life.do(c.CorrectRecord, importer, **changed)


def _disputed(life: Life) -> None:
    """Overrides with their second look, a routed issue, conflicts of interest, and changes of owner."""
    life.ref = ""
    life.received(owner=None)
    life.do(c.BeginAssessment, HANDLER)
    life.do(c.DeclareUrgency, PERSON, urgency=Band.P1)
    life.do(c.SetIssues, HANDLER, issues=(c.NewIssue(statement="Charged twice", category="fee"),))
    life.do(c.RecordTriage, TRIAGE, levels=levels(seriousness=2), note="An act is needed")
    life.do(c.OverridePriority, TRIAGE, band="P2", reason="The repair is tomorrow")
    life.clock.advance(timedelta(days=2))
    life.desk.tick()
    life.do(c.ConfirmOverride, LEADER)
    life.do(c.RecordTriage, TRIAGE, levels=levels(seriousness=2, time_criticality=3), note="The date is tomorrow")
    life.do(c.OverridePriority, TRIAGE, band="P3", reason="The repair was done")
    life.do(c.RejectOverride, LEADER, reason="It leaks again")
    life.do(c.DeclareConflict, AGENT, decision="none")
    life.do(c.ReassignComplaint, MANAGER, owner="handler-3", reason="absence", handover="All facts are on file")
    life.do(c.DeclareConflict, MANAGER, nature="family", person="handler-3")
    life.send()


def _erased(life: Life) -> None:
    """What a lawsuit kept; then its person is erased."""
    life.ref = ""
    life.received(person=LEAVER.id)
    life.do(c.WithdrawComplaint, LEAVER, words="I found the receipt")
    life.do(c.PlaceLegalHold, LAWYER, matter="suit-1")
    life.desk.erase(LEAVER.id, OFFICER, key="request-1")
    life.do(c.ReleaseLegalHold, LAWYER, matter="suit-1")
    life.desk.erase(LEAVER.id, MANAGER, key="approve-1")


def _corrected(life: Life) -> None:
    """Facts were typed wrongly: when it came, by which channel, from whom, and in which words."""
    life.ref = ""
    life.received(attributes={"topic": "water"})
    received = life.clock.now() - timedelta(days=2)
    facts = {"received_at": received, "channel": "phone", "person": "person-4", "attribute.topic": "fee"}
    life.do(c.CorrectFacts, HANDLER, facts=facts, texts={"name": "Dina Levi"}, absent=("reach",), reason="Misheard")


def _withheld(life: Life) -> None:
    """Parts of a text are marked, and a privilege that is lifted; handed to a body; then kept long enough."""
    life.ref = ""
    life.received(person="person-3", attributes={"product": "sample"})
    text = next(iter(life.desk.reveal(life.ref, OFFICER, "handle")))
    life.do(c.RedactText, OFFICER, text=text, spans=((0, 2), (3, 4)))
    life.do(c.MarkPrivileged, LAWYER, text=text, ground="litigation")
    life.desk.reveal(life.ref, OFFICER, "share_with_external_body", to="ombudsman")
    life.do(c.LiftPrivilege, LAWYER, text=text)
    life.do(c.WithdrawComplaint, Actor("person-3", Role.COMPLAINANT), words="I found the receipt")
    life.clock.advance(timedelta(days=9))
    life.desk.tick()


def write(life: Life, file: Path = FILE) -> None:
    """Write the book, with what it says of its complaints."""
    log = life.log()
    lines = list(map(_line, log))
    streams = list(dict.fromkeys(record.stream for record in log if is_complaint_ref(record.stream)))
    states = {stream: stated(life.desk.get(stream, SYSTEM)) for stream in streams}
    root = merkle_root(record.body for record in log).hex()
    lines.append({"log": "complaintkit/main", "size": len(log), "root": root, "states": states})
    file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")


def write_shapes(file: Path = SHAPES) -> None:
    """Write the shapes of the events."""
    lines = ["# Names, schema numbers and fields of every event, as the golden book has them.\n"]
    for name, shape in shapes().items():
        fields = ", ".join(map(json.dumps, shape["fields"]))
        lines.append(f"{name} = {{ schema = {shape['schema']}, fields = [{fields}] }}\n")
    file.write_text("".join(lines), encoding="utf-8")


def write_file(folder: Path = FILE.parent) -> None:
    """Write the database file of a small book as SQL: the store of every later version must open and verify it."""
    with TemporaryDirectory() as place:
        with SqliteStore(f"{place}/book.db") as store:
            life = Life(store, seed=5)
            life.outcome_issued()
            life.ref = ""
            life.received()
        with closing(sqlite3.connect(f"{place}/book.db")) as connection:
            marks = [f"pragma {name} = {number};" for name, number in MARKS.items()]
            lines = [*marks, *connection.iterdump()]
    (folder / f"golden_file_{SCHEMA}.sql").write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_epoch() -> None:
    """Write the restored log: signed with two complaints, carried on with from a copy that has the first one only."""
    key, signed = HmacKey("complaints.example.org", bytes(32)), SignedInMemory()
    newer, older = Life(MemoryStore(), seed=1), Life(MemoryStore(), seed=1)
    for life in (newer, older):
        _safety(life)
    _draft_withdrawn(newer)
    books = [Checkpoints(life.desk.store, key, signed, host="complaints.example.org") for life in (newer, older)]
    books[0].issue(lives.START + timedelta(days=30))
    executive = Actor("executive-1", Role.EXECUTIVE)
    books[1].new_epoch("CHG-2026-17", MANAGER, executive, lives.START + timedelta(days=31))
    EPOCH_FILE.write_text("".join(json.dumps(_line(each)) + "\n" for each in older.log()), encoding="utf-8")


if __name__ == "__main__":
    write(script())
    write_epoch()
    write_shapes()
    write_file()
