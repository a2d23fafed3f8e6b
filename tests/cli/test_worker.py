"""``complaintkit worker``, and the ways in which letters leave from the command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from complaintkit.adapters.anchors import FileSink
from complaintkit.adapters.sqlite import SqliteStore
from complaintkit.journal import Checkpoint, read_note
from tests.adapters.receivers import Mailbox, Service, http_server, mail_server
from tests.cli.conftest import AGENT, LATER, NOW, REGISTER, CommandLine

SECRET = "a secret of the tests"


def registered(ck: CommandLine, count: int, **changed: str) -> list[str]:
    fields = json.dumps({**REGISTER, **changed})
    ran = [ck("do", fields, *AGENT, "--now", NOW, "--plaintext-vault", "--json") for _ in range(count)]
    return [each.data["complaint"] for each in ran]


# One round -----------------------------------------------------------------------------------------------------------


def test_one_round_fires_and_sends(ck: CommandLine, ref: str, tmp_path: Path) -> None:
    ran = ck("worker", "--once", "--letters", "out", "--now", "2026-03-03T17:00:01Z", "--json")
    assert ran.code == 0
    assert ran.data == {"rounds": 1, "fired": 3, "sent": 1, "failed": 0, "later": 0}
    assert len(list((tmp_path / "out").iterdir())) == 1
    assert f"N-01 of {ref}: dispatched" in ran.err
    assert ck("worker", "--once", "--letters", "out", "--now", "2026-03-03T17:00:01Z", "--quiet").err == ""


SIGNS = ("--sign", "log.key", "--anchors", "anchors")


def test_it_signs_what_is_due_and_leaves_a_restored_book_alone(ck: CommandLine, ref: str, book: Path) -> None:
    new_key = ("--key", "log.key", "--new-key", "complaints.example.org", "--into", "anchors")
    ck("audit", "checkpoint", *new_key, "--now", NOW)
    older = book.read_bytes()
    round_ = ("worker", "--once", "--letters", "out", *SIGNS, "--json", "--now")
    assert [ck(*round_, f"2026-03-02T{hour}:00:00Z").code for hour in (12, 14)] == [0, 0]
    sizes = [Checkpoint.of(read_note(note)).size for note in FileSink("anchors").notes()]
    assert len(sizes) == 3, "each round is over an hour after the last"
    assert sizes[0] < sizes[2], "and signs what it finds"
    book.write_bytes(older)
    ck("do", json.dumps({**REGISTER, "person": "p-9"}), *AGENT, "--now", LATER)
    before = book.read_bytes()
    ran = ck(*round_, "2026-03-02T16:00:00Z")
    assert (ran.code, ran.error["code"]) == (1, "fork-detected")
    assert "can only be read" in ran.err
    assert book.read_bytes() == before


@pytest.mark.parametrize("half", [SIGNS[:2], SIGNS[2:]])
def test_a_key_without_a_place_is_half(ck: CommandLine, ref: str, half: tuple[str, ...]) -> None:
    ck("audit", "checkpoint", "--key", "log.key", "--new-key", "complaints.example.org", "--into", "elsewhere")
    ran = ck("worker", "--once", "--letters", "out", *half)
    assert (ran.code, "belong together" in ran.err) == (2, True)


def test_a_letter_that_failed_is_a_finding_of_one_round(ck: CommandLine) -> None:
    registered(ck, 1, reach="no address")
    ran = ck("worker", "--once", "--letters", "out", "--now", LATER, "--json")
    assert (ran.code, ran.data["failed"]) == (1, 1)


def test_a_clock_in_doubt_fires_nothing_and_keeps_no_letter_back(ck: CommandLine, ref: str) -> None:
    ck("tick", "--now", LATER)
    ran = ck("worker", "--once", "--letters", "out", "--now", "2036-03-02T10:00:00Z", "--json")
    assert (ran.code, ran.data["fired"], ran.data["sent"]) == (1, 0, 1)
    assert "nothing was fired: clock-in-doubt" in ran.err


def test_a_busy_book_is_left_to_the_next_round(ck: CommandLine, ref: str, book: Path) -> None:
    with SqliteStore(book) as store, store.transaction() as unit:
        unit.head()
        ran = ck("worker", "--once", "--letters", "out", "--now", LATER, "--wait", "0", "--json")
    assert (ran.code, ran.data["sent"]) == (1, 0)
    assert "store-busy" in ran.err
    assert ck("worker", "--once", "--letters", "out", "--now", LATER).code == 0


def test_nothing_personal_is_told(ck: CommandLine) -> None:
    registered(ck, 1, reach="planted-marker@example.org", name="Planted-Marker")
    registered(ck, 1, reach="planted-marker")
    ran = ck("worker", "--once", "--letters", "out", "--now", LATER)
    assert "planted-marker" not in (ran.out + ran.err).lower()


# How letters leave ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["worker", "--once"], ["dispatch"]])
@pytest.mark.parametrize(
    "ways", [[], ["--letters", "out", "--webhook", "https://example.org/"], ["--smtp", "localhost"],
             ["--smtp", "localhost:port", "--sender", "a@example.org"], ["--smtp", ":25", "--sender", "a@example.org"],
             ["--webhook", "https://example.org/"], ["--apprise"], ["--smtp", "h", "--security", "tlss"]],
)  # fmt: skip
def test_a_way_that_cannot_be_meant_is_a_usage_error(
    ck: CommandLine, ref: str, command: list[str], ways: list[str]
) -> None:
    ran = ck(*command, *ways, "--now", LATER, "--json")
    assert (ran.code, ran.error["code"]) == (2, "usage")


def test_letters_leave_by_smtp(ck: CommandLine, ref: str) -> None:
    box = Mailbox()
    with mail_server(box) as port:
        place = ["--smtp", f"127.0.0.1:{port}", "--security", "none", "--sender", "complaints@example.org"]
        assert ck("dispatch", *place, "--now", LATER).code == 0
    assert [mail["X-Complaint"] for mail in box.mails] == [ref]


def test_a_webhook_must_be_encrypted(ck: CommandLine, ref: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPLAINTKIT_WEBHOOK_SECRET", SECRET)
    ran = ck("dispatch", "--webhook", "http://127.0.0.1:1/", "--now", LATER)
    assert ran.code == 3
    assert SECRET not in ran.err
    ran = ck("dispatch", "--webhook", "https://127.0.0.1:1/", "--now", LATER, "--json")
    assert (ran.code, ran.data["letters"][0]["status"]) == (1, None)


def test_letters_leave_through_apprise(ck: CommandLine, ref: str, monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service()
    with http_server(service) as port:
        monkeypatch.setenv("COMPLAINTKIT_APPRISE_URL", f"json://127.0.0.1:{port}/?+Idempotency-Key={{key}}")
        assert ck("dispatch", "--apprise", "--now", LATER).code == 0
    assert len(service.keys) == 1


# Round after round ---------------------------------------------------------------------------------------------------


@pytest.fixture
def gate() -> Iterator[tuple[Mailbox, int, threading.Semaphore]]:
    """A mail server that tells of every letter that it has taken."""
    box, taken = Mailbox(), threading.Semaphore(0)
    take = box.handle_DATA

    async def handle_DATA(*args: Any) -> str:  # noqa: N802
        answer = await take(*args)
        taken.release()
        return answer

    box.handle_DATA = handle_DATA  # type: ignore[method-assign, assignment]
    with mail_server(box) as port:
        yield box, port, taken


def started(book: Path, port: int) -> subprocess.Popen[str]:
    arguments = ["worker", "--book", str(book), "--interval", "0", "--json", "--sender", "complaints@example.org"]
    arguments += ["--smtp", f"127.0.0.1:{port}", "--security", "none"]
    return subprocess.Popen(
        [sys.executable, "-m", "complaintkit", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )  # fmt: skip


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_worker_after_the_letter_in_hand(
    ck: CommandLine, book: Path, gate: tuple[Mailbox, int, threading.Semaphore], number: int
) -> None:
    """The last letter was taken by the mail server: it is recorded before the end, and no other is begun for it."""
    registered(ck, 3)
    box, port, taken = gate
    worker = started(book, port)
    for _ in range(3):
        assert taken.acquire(timeout=60)
    worker.send_signal(number)
    out, err = worker.communicate(timeout=60)
    assert worker.returncode == 0, err
    assert json.loads(out)["sent"] == 3
    assert "stopped after" in err
    assert len(box.mails) == 3


def test_several_workers_share_the_work(
    ck: CommandLine, book: Path, gate: tuple[Mailbox, int, threading.Semaphore]
) -> None:
    registered(ck, 12)
    box, port, taken = gate
    workers = [started(book, port) for _ in range(2)]
    for _ in range(12):
        assert taken.acquire(timeout=60)
    for worker in workers:
        worker.terminate()
    told = [json.loads(worker.communicate(timeout=60)[0]) for worker in workers]
    assert sum(each["sent"] for each in told) == len(box.mails) == len(box.keys) == 12
