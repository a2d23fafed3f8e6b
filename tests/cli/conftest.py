"""The command line as the tests use it: called in this process, on a book of the test's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from complaintkit.cli import main

NOW = "2026-03-02T10:00:00Z"
LATER = "2026-03-02T11:00:00Z"
AGENT = ("--as", "front-line-agent", "--actor", "agent-7")
HANDLER = ("--as", "case-handler", "--actor", "handler-2")
REGISTER = {
    "type": "register-complaint",
    "owner": "handler-2",
    "person": "p-1",
    "name": "Dana Example",
    "reach": "dana@example.org",
    "unit": "billing",
    "attributes": [["product", "water"]],
    "narrative": "I was charged twice.",
}


class Ran(NamedTuple):
    """What a call left: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The one JSON document of standard output."""
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        """The error of a call with ``--json``."""
        error: dict[str, Any] = self.data["error"]
        return error


CommandLine = Callable[..., Ran]


@pytest.fixture
def ck(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CommandLine:
    """Call ``complaintkit``; the book is ``book.db`` in the test's folder unless another is named."""
    monkeypatch.setenv("COMPLAINTKIT_BOOK", str(tmp_path / "book.db"))
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> Ran:
        capsys.readouterr()
        code = main(arguments)
        return Ran(code, *capsys.readouterr())

    return call


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """The path of the book, whether it is there or not."""
    return tmp_path / "book.db"


@pytest.fixture
def ref(ck: CommandLine) -> str:
    """A complaint that was registered in a new book."""
    ran = ck("do", json.dumps(REGISTER), *AGENT, "--now", NOW, "--key", "register-1", "--plaintext-vault", "--json")
    return str(ran.data["complaint"])


def command(kind: str, ref: str, **fields: object) -> str:
    """A command as a script would write it."""
    return json.dumps({"type": kind, "complaint": ref, **fields})
