"""Bad input: each a typed error that says what to do, with nothing lost and nothing written."""

from __future__ import annotations

import sqlite3
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from complaintkit import commands as c
from complaintkit.adapters.memory import MemoryStore
from complaintkit.adapters.sqlite import SqliteStore
from complaintkit.desk import ComplaintDesk
from complaintkit.errors import (
    CommandConflict,
    CommandRefused,
    ComplaintKitError,
    HostileText,
    MalformedInput,
    NaiveDatetime,
    NewerSchema,
    StaleVersion,
    StoreBusy,
    StoreFull,
    StoreReadOnly,
    UnknownComplaint,
    UnknownName,
)
from complaintkit.ports import Query
from complaintkit.values import Actor, Personal
from complaintkit.vocabulary import Channel, Handling, Role
from tests import lives
from tests.lives import AGENT, HANDLER, PERSON, Life

NAIVE = datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001
MILLION = "x" * 1_000_000
HOSTILE = {
    "NUL": "a\0b",
    "lone high surrogate": "a\ud800b",
    "lone low surrogate": "\udc00",
    "right-to-left override": "paid \u202egnihton",
    "left-to-right override": "\u202dx",
    "a megabyte": MILLION,
}


def nothing_written(
    life: Life, error: type[ComplaintKitError], act: Any, match: str | None = None
) -> ComplaintKitError:
    """The error that an act raises; the journal and the complaint are as before."""
    log, before, rows = life.log(), life.state(), list(life.store.find(Query()))
    with pytest.raises(error, match=match) as raised:
        act()
    assert (life.log(), life.state(), list(life.store.find(Query()))) == (log, before, rows)
    assert raised.value.hint, "it says what to do"
    assert "x" * 300 not in str(raised.value)
    return raised.value


@pytest.fixture
def life() -> Life:
    return Life().received()


def test_an_illegal_command_says_why_and_what_is_allowed_instead(life: Life) -> None:
    refusal = life.refused(c.CloseComplaint, HANDLER)
    assert [reason.rule for reason in refusal.reasons] == ["EV-43"]
    assert "begin-assessment" in refusal.allowed
    assert refusal.to_dict()["allowed"] == list(refusal.allowed)


@pytest.mark.parametrize("name", ["model", "__class__", "states", "close", "CloseComplaint", "complaint-closed"])
def test_an_unknown_command(life: Life, name: str) -> None:
    nothing_written(life, UnknownName, lambda: life.desk.handle({"type": name, "complaint": life.ref}, HANDLER))


def test_an_unknown_field_with_what_was_meant(life: Life) -> None:
    data = {"type": "begin-assessment", "complaint": life.ref, "conflit": False}
    error = nothing_written(life, UnknownName, lambda: life.desk.handle(data, HANDLER))
    assert "conflict" in error.hint


def test_an_unknown_field_deep_inside(life: Life) -> None:
    data = {"type": "set-issues", "complaint": life.ref, "issues": [{"statement": "x", "nr": 1}]}
    nothing_written(life, UnknownName, lambda: life.desk.handle(data, HANDLER), "issues")


@pytest.mark.parametrize("version", [0, 1, 99, -1])
def test_a_stale_version(life: Life, version: int) -> None:
    command = c.BeginAssessment(complaint=life.ref)
    nothing_written(life, StaleVersion, lambda: life.desk.handle(command, HANDLER, version=version))
    life.desk.handle(command, HANDLER, version=life.state().version)  # type: ignore[union-attr]


def test_the_same_command_id_with_other_content(life: Life) -> None:
    command = c.BeginAssessment(complaint=life.ref)
    life.desk.handle(command, HANDLER, "begin")
    others: list[tuple[Any, Actor]] = [
        (c.BeginAssessment(complaint=life.ref, conflict=True), HANDLER),
        (command, Actor("handler-3", Role.CASE_HANDLER)),
        (command, HANDLER.on_behalf_of(Role.COMPLAINANT)),
        (c.StartEvaluation(complaint=life.ref), HANDLER),
        (c.RegisterComplaint(owner="handler-2", narrative="other"), HANDLER),
    ]
    for other, by in others:
        nothing_written(life, CommandConflict, lambda other=other, by=by: life.desk.handle(other, by, "begin"))
    assert life.desk.handle(command, HANDLER, "begin").repeated


def test_the_same_command_id_with_another_personal_text() -> None:
    life = Life()
    first = life.do(c.RegisterComplaint, AGENT, key="one", owner="handler-2", narrative="first")
    other = c.RegisterComplaint(owner="handler-2", narrative="second")
    nothing_written(life, CommandConflict, lambda: life.desk.handle(other, AGENT, "one"))
    same = c.RegisterComplaint(owner="handler-2", narrative="first")
    assert life.desk.handle(same, AGENT, "one").complaint == first


def test_naive_datetimes(life: Life) -> None:
    register = {"owner": "handler-2", "narrative": "x"}
    nothing_written(
        life, NaiveDatetime, lambda: life.desk.handle(c.RegisterComplaint(**register, received_at=NAIVE), AGENT)
    )
    data = {"type": "register-complaint", **register, "received_at": "2026-03-02T09:00:00"}
    nothing_written(life, NaiveDatetime, lambda: life.desk.handle(data, AGENT))
    begin = c.BeginAssessment(complaint=life.ref)
    nothing_written(life, NaiveDatetime, lambda: life.desk.handle(begin, HANDLER, occurred=NAIVE))
    nothing_written(life, MalformedInput, lambda: life.desk.handle(begin, HANDLER, occurred="yesterday"))  # type: ignore[arg-type]


def test_what_has_not_happened_yet(life: Life) -> None:
    begin = c.BeginAssessment(complaint=life.ref)
    later = life.clock.now() + timedelta(seconds=1)
    nothing_written(life, MalformedInput, lambda: life.desk.handle(begin, HANDLER, occurred=later), "future")


@pytest.mark.parametrize("ref", ["C-0000-0000-0000-0", "C-0000-0000-0000-1", "nobody", "book", "x" * 128])
def test_an_unknown_complaint(life: Life, ref: str) -> None:
    nothing_written(life, UnknownComplaint, lambda: life.desk.handle(c.CloseComplaint(complaint=ref), HANDLER))
    nothing_written(life, UnknownComplaint, lambda: life.desk.preview(c.CloseComplaint(complaint=ref), HANDLER))
    nothing_written(life, UnknownComplaint, lambda: life.desk.get(ref, HANDLER))
    nothing_written(life, UnknownComplaint, lambda: life.desk.allowed(ref, HANDLER))
    nothing_written(life, UnknownComplaint, lambda: life.desk.reveal(ref, HANDLER, "handle"))


@pytest.mark.parametrize("ref", [5, "", " ", "dana@example.org", "a b", None, "x" * 129, b"C-1"])
def test_what_is_no_reference(life: Life, ref: Any) -> None:
    nothing_written(life, MalformedInput, lambda: life.desk.handle(c.CloseComplaint(complaint=ref), HANDLER))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_personal_text(life: Life, text: str) -> None:
    with pytest.raises(HostileText) as raised:
        c.RegisterComplaint(owner="handler-2", narrative=text)
    assert raised.value.hint
    data = {"type": "register-complaint", "owner": "handler-2", "narrative": text}
    nothing_written(life, HostileText, lambda: life.desk.handle(data, AGENT))
    nested = {"type": "set-issues", "complaint": life.ref, "issues": [{"statement": text}]}
    nothing_written(life, HostileText, lambda: life.desk.handle(nested, HANDLER))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("name", ["recording", "unit", "person", "owner"])
def test_hostile_codes(life: Life, text: str, name: str) -> None:
    fields = {"owner": "handler-2", "narrative": "x", name: text}
    nothing_written(life, MalformedInput, lambda: life.desk.handle(c.RegisterComplaint(**fields), AGENT))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_attributes_and_keys(life: Life, text: str) -> None:
    for pairs in ({"product": text}, {text: "water"}):
        command = c.RegisterComplaint(owner="handler-2", narrative="x", attributes=pairs)
        nothing_written(life, MalformedInput, lambda command=command: life.desk.handle(command, AGENT))
    begin = c.BeginAssessment(complaint=life.ref)
    nothing_written(life, MalformedInput, lambda: life.desk.handle(begin, HANDLER, text))
    with pytest.raises(MalformedInput):
        Actor(text, Role.CASE_HANDLER)


def test_texts_of_real_languages_are_no_threat() -> None:
    life = Life()
    words = "می‌خواهم 👩‍👧 ישראל\u200f \u2067abc\u2069 e\u0301 ' ; drop table entry; --"
    life.do(c.RegisterComplaint, AGENT, owner="handler-2", narrative=words, attributes={"product": "می‌خواهم"})
    texts = life.desk.reveal(life.ref, HANDLER, "handle")
    assert list(texts.values()) == [words.replace("e\u0301", "\u00e9")]  # kept in NFC


@pytest.mark.parametrize("blank", ["", " ", "\t\n", "\u00a0"])
def test_blank_words_are_no_words(blank: str) -> None:
    life = Life()
    assert life.rules(c.RegisterComplaint, AGENT, owner="handler-2", narrative=blank) == {"G-01"}
    data = {"type": "register-complaint", "owner": "handler-2", "narrative": blank}
    with pytest.raises(CommandRefused):
        life.desk.handle(data, AGENT)
    with pytest.raises(MalformedInput):
        c.NewIssue(statement=blank)
    life.received()
    assert life.rules(c.WithdrawComplaint, PERSON, words=Personal(blank)) == {"IT-23"}


#: Values that Python lets a caller hand in where the type says something else.
WRONG = [
    (c.RegisterComplaint, {"owner": 5, "narrative": "x"}),
    (c.RegisterComplaint, {"owner": uuid.UUID(int=1), "narrative": "x"}),
    (c.RegisterComplaint, {"owner": b"handler-2", "narrative": "x"}),
    (c.RegisterComplaint, {"owner": ["handler-2"], "narrative": "x"}),
    (c.RegisterComplaint, {"owner": "h", "narrative": "x", "person": 77}),
    (c.RegisterComplaint, {"owner": "h", "narrative": 5}),
    (c.RegisterComplaint, {"owner": "h", "narrative": "x", "attributes": {"price": 5}}),
    (c.RegisterComplaint, {"owner": "h", "narrative": "x", "attributes": {"price": Decimal(5)}}),
    (c.RegisterComplaint, {"owner": "h", "narrative": "x", "acknowledge": 1}),
    (c.RegisterComplaint, {"owner": "h", "narrative": "x", "received_at": "2026-03-02T09:00:00Z"}),
    (c.RegisterComplaint, {"owner": "h", "narrative": "x", "received_at": 5}),
    (c.BeginAssessment, {"conflict": "false"}),
    (c.BeginAssessment, {"conflict": float("nan")}),
    (c.SetIssues, {"issues": ("charged twice",)}),
    (c.SetIssues, {"issues": (c.CloseComplaint(complaint="x"),)}),
    (c.RecordTriage, {"levels": {"seriousness": "2"}}),
    (c.RecordTriage, {"levels": {"seriousness": 2.0}}),
    (c.RecordTriage, {"levels": {"seriousness": True}}),
    (c.SubmitReport, {"findings": ("found",)}),
    (c.AddEvidence, {"kind": "document", "description": "x", "source": 5, "digest": "d", "issues": (1,)}),
    (c.AddEvidence, {"kind": "document", "description": "x", "source": "s", "digest": "d", "issues": ("1",)}),
    (c.DecideReview, {"outcome": "remitted", "remit_to": "somewhere"}),
]


@pytest.mark.parametrize(("command", "fields"), WRONG)
def test_values_of_the_wrong_type_never_reach_the_journal(life: Life, command: type, fields: dict[str, Any]) -> None:
    def act() -> None:
        if command is not c.RegisterComplaint:
            fields["complaint"] = life.ref
        life.desk.handle(command(**fields), HANDLER)

    nothing_written(life, MalformedInput, act)


@pytest.mark.parametrize("name", ["channel", "language", "kind"])
def test_an_unknown_code_is_not_repeated_back(life: Life, name: str) -> None:
    data = {"type": "register-complaint", "owner": "handler-2", "narrative": "x", name: "Dana Levi - at `$.x`"}
    error = nothing_written(life, MalformedInput, lambda: life.desk.handle(data, AGENT), name)
    assert "Dana" not in str(error)


def test_an_unknown_code_in_a_command_made_in_python_is_a_typed_error() -> None:
    for make in (
        lambda: c.RegisterComplaint(owner="h", narrative="x", channel="Dana"),  # type: ignore[arg-type]
        lambda: c.DecideReview(complaint="x", outcome="Dana"),  # type: ignore[arg-type]
        lambda: Actor("h", "RO-04"),  # type: ignore[arg-type]
    ):
        with pytest.raises(MalformedInput) as error:
            make()
        assert "Dana" not in str(error.value)
        assert error.value.hint


def test_levels_out_of_range_or_unknown(life: Life) -> None:
    life.do(c.BeginAssessment, HANDLER)
    for levels in (lives.levels(seriousness=5), lives.levels(seriousness=-1), lives.levels(loyalty=1)):
        command = c.RecordTriage(complaint=life.ref, levels=levels, note="x")
        log = life.log()
        with pytest.raises(MalformedInput):
            life.desk.handle(command, lives.TRIAGE)
        assert life.log() == log


def test_a_purpose_that_nobody_knows(life: Life) -> None:
    nothing_written(life, MalformedInput, lambda: life.desk.reveal(life.ref, HANDLER, "curiosity"))


def test_searching_is_for_the_organisation(life: Life) -> None:
    with pytest.raises(CommandRefused) as refusal:
        life.desk.find(Query(), PERSON)
    assert refusal.value.reasons


# The store's own troubles ----------------------------------------------------------------------------


def on_sqlite(path: Path, **rest: Any) -> Life:
    return Life(SqliteStore(path, **rest))


def test_a_locked_database(tmp_path: Path) -> None:
    life = on_sqlite(tmp_path / "book.db", busy_timeout=0.05).received()
    other = sqlite3.connect(tmp_path / "book.db", isolation_level=None)
    other.execute("begin immediate")
    command = c.BeginAssessment(complaint=life.ref)
    error = nothing_written(life, StoreBusy, lambda: life.desk.handle(command, HANDLER, "begin"))
    assert error.retryable
    other.execute("rollback")
    other.close()
    assert not life.desk.handle(command, HANDLER, "begin").repeated


def test_a_full_disk(tmp_path: Path) -> None:
    crm = sqlite3.connect(tmp_path / "crm.db", isolation_level=None)
    life = Life(SqliteStore.on(crm)).received()
    life.do(c.BeginAssessment, HANDLER)
    pages = crm.execute("pragma page_count").fetchone()[0]
    crm.execute(f"pragma max_page_count = {pages}")
    command = c.SetIssues(complaint=life.ref, issues=[c.NewIssue(statement="y" * 100_000) for _ in range(3)])
    nothing_written(life, StoreFull, lambda: life.desk.handle(command, HANDLER, "issues"))
    crm.execute("pragma max_page_count = 1000000")
    assert not life.desk.handle(command, HANDLER, "issues").repeated
    crm.close()


def test_a_database_that_cannot_be_written(tmp_path: Path) -> None:
    crm = sqlite3.connect(tmp_path / "crm.db", isolation_level=None)
    life = Life(SqliteStore.on(crm)).received()
    crm.execute("pragma query_only = on")
    command = c.BeginAssessment(complaint=life.ref)
    nothing_written(life, StoreReadOnly, lambda: life.desk.handle(command, HANDLER, "begin"))
    crm.execute("pragma query_only = off")
    assert not life.desk.handle(command, HANDLER, "begin").repeated
    crm.close()


def test_a_book_of_a_newer_version(tmp_path: Path) -> None:
    life = on_sqlite(tmp_path / "book.db").received()
    life.store.close()  # type: ignore[attr-defined]
    with sqlite3.connect(tmp_path / "book.db") as connection:
        version = connection.execute("pragma user_version").fetchone()[0]
        connection.execute(f"pragma user_version = {version + 1}")
    connection.close()
    before = (tmp_path / "book.db").read_bytes()
    with pytest.raises(NewerSchema) as error:
        on_sqlite(tmp_path / "book.db").received()
    assert error.value.hint
    assert (tmp_path / "book.db").read_bytes() == before


def test_a_store_that_lasts_keeps_no_plain_text_unasked(tmp_path: Path) -> None:
    with pytest.raises(MalformedInput, match="unencrypted"):
        ComplaintDesk(SqliteStore(tmp_path / "book.db"))


# Time ------------------------------------------------------------------------------------------------


def test_things_happen_at_their_own_time(life: Life) -> None:
    when = life.clock.now() - timedelta(days=2)
    outcome = life.desk.handle(c.BeginAssessment(complaint=life.ref), HANDLER, occurred=when)
    assert [(entry.occurred, entry.at) for entry in outcome.entries] == [(when, life.clock.now())]


def test_a_local_time_is_the_same_instant(life: Life) -> None:
    from zoneinfo import ZoneInfo

    local = datetime(2026, 3, 1, 9, tzinfo=ZoneInfo("Asia/Tehran"))
    done = life.do(c.RegisterComplaint, AGENT, owner="h", narrative="x", complaint=None, received_at=local)
    assert done == life.desk.get(done.ref, HANDLER)
    assert done.received_at == datetime(2026, 3, 1, 5, 30, tzinfo=UTC)
    assert done.received_at.tzinfo is UTC


def test_recording_never_goes_back_when_the_clock_does(life: Life) -> None:
    last = life.log()[-1].recorded_at
    life.clock.advance(timedelta(days=-3))
    life.do(c.BeginAssessment, HANDLER)
    life.refused(c.CloseComplaint, HANDLER)
    life.desk.reveal(life.ref, HANDLER, "handle")
    times = [record.recorded_at for record in life.log()]
    assert times == sorted(times)
    assert times[-1] == last


def test_old_history_is_kept_with_its_own_times() -> None:
    life = Life()
    importer = Actor("importer", Role.SYSTEM, "import:cfpb")
    received, sent = lives.START - timedelta(days=4000), lives.START - timedelta(days=3990)
    life.do(
        c.ImportRecord, importer, record="row-1", received_at=received, channel=Channel.EMAIL,
        milestones=(("sent_to_company", sent),), state=Handling.CLOSED, closed_at=None, timely=True,
    )  # fmt: skip
    entries = life.desk.handle(c.StartEvaluation(complaint=life.ref), HANDLER).complaint
    assert entries.received_at == received
    assert entries.source_timely is True


# A host's transaction --------------------------------------------------------------------------------


@pytest.mark.parametrize("keep", [True, False])
def test_the_host_decides_whether_both_are_kept(tmp_path: Path, keep: bool) -> None:
    crm = sqlite3.connect(tmp_path / "crm.db", isolation_level=None)
    crm.execute("create table visit (id integer primary key, complaint text)")
    life = Life(SqliteStore.on(crm))
    crm.execute("begin immediate")
    command = c.RegisterComplaint(owner="handler-2", narrative="x")
    outcome = life.desk.handle(command, AGENT, "visit-1", tx=life.store.transaction(join=crm))
    with pytest.raises(CommandRefused):
        life.desk.handle(
            c.CloseComplaint(complaint=outcome.complaint.ref), HANDLER, tx=life.store.transaction(join=crm)
        )
    crm.execute("insert into visit (complaint) values (?)", (outcome.complaint.ref,))
    crm.execute("commit" if keep else "rollback")
    assert len(life.log()) == (len(outcome.entries) + 1 if keep else 0)
    assert crm.execute("select count(*) from visit").fetchone()[0] == int(keep)
    assert life.desk.handle(command, AGENT, "visit-1").repeated is keep
    crm.close()


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_many_commands_in_one_transaction(tmp_path: Path, kind: str) -> None:
    life = Life(MemoryStore() if kind == "memory" else SqliteStore(tmp_path / "book.db"))
    with life.store.transaction() as unit:
        first = life.desk.handle(c.RegisterComplaint(owner="handler-2", narrative="x"), AGENT, "one", tx=unit)
        with pytest.raises(CommandRefused):
            life.desk.handle(c.CloseComplaint(complaint=first.complaint.ref), HANDLER, "two", tx=unit)
        with pytest.raises(MalformedInput):
            life.desk.handle(c.RegisterComplaint(owner=5, narrative="x"), AGENT, "three", tx=unit)  # type: ignore[arg-type]
        life.desk.handle(c.BeginAssessment(complaint=first.complaint.ref), HANDLER, "four", tx=unit)
        assert life.desk.handle(c.BeginAssessment(complaint=first.complaint.ref), HANDLER, "four", tx=unit).repeated
    assert {record.command for record in life.log()} == {"one", "two", "four"}


def test_a_transaction_that_fails_keeps_nothing_of_its_commands() -> None:
    life = Life()

    def host() -> None:
        with life.store.transaction() as unit:
            life.desk.handle(c.RegisterComplaint(owner="handler-2", narrative="x"), AGENT, "one", tx=unit)
            raise KeyError("the host's own mistake")

    with pytest.raises(KeyError):
        host()
    assert life.log() == []
