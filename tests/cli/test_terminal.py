"""What reaches the terminal: readable, harmless, on the right stream; and the program as a process."""

from __future__ import annotations

import io
import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.cli import main
from complaintkit.cli.output import Answer, Heading, cell, facts, note, prose, safe, show, table
from complaintkit.cli.progress import progress_bar
from complaintkit.cli.story import story
from complaintkit.wording import FSI, PDI
from tests.cli.conftest import AGENT, HANDLER, NOW, REGISTER, CommandLine, command

STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ud800-\udfff]")
HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31m\r\x08\u202egnp.exe\u2028next\x7f"


@given(st.text(st.characters() | st.sampled_from(HOSTILE)))
def test_nothing_that_steers_a_terminal_passes(text: str) -> None:
    assert not STEERING.search(safe(text))
    assert not STEERING.search(cell(text))
    assert "\n" not in cell(text)
    assert not any(STEERING.search(line) or "\n" in line for line in prose(text))


@given(st.text(st.characters() | st.sampled_from("\u2066\u2067\u2068\u2069אب")))
def test_no_cell_turns_its_neighbours_around(text: str) -> None:
    depth = 0
    for character in cell(text):
        depth += (character in "\u2066\u2067\u2068") - (character == PDI)
        assert depth >= 0
    assert depth == 0


def test_hostile_facts_of_an_import_do_no_harm(ck: CommandLine) -> None:
    """What a CSV brings in stands in attributes; a terminal sees it written out."""
    Path("bad.csv").write_text(f'Complaint ID,Date received,Product\n17,2026-03-02,"{HOSTILE}"\n', encoding="utf-8")
    ck("import", "bad.csv", "--profile", "cfpb", "--plaintext-vault", "--now", "2026-04-01T00:00:00Z")
    for row in ck("find", "--json").data["complaints"]:
        for arguments in (["show", row["ref"]], ["show", row["ref"], "--json"], ["find"], ["find", "--json"]):
            assert not STEERING.search(ck(*arguments).out)


def test_hostile_words_are_shown_written_out(ck: CommandLine) -> None:
    words = HOSTILE.replace("\u202e", "")
    done = ck("do", json.dumps({**REGISTER, "narrative": words}), *AGENT, "--plaintext-vault", "--json")
    arguments = ("show", done.data["complaint"], "--texts", "--purpose", "handle", *HANDLER)
    shown = ck(*arguments).out
    assert not STEERING.search(shown)
    assert r"\x1b[2J" in shown
    told = ck(*arguments, "--json")
    assert not re.search("[^\n\x20-\x7e]", told.out)
    assert words in [text["text"] for text in told.data["texts"]]


@pytest.mark.parametrize("name", ["show", "allowed"])
def test_hostile_arguments_come_back_harmless(ck: CommandLine, ref: str, name: str) -> None:
    ran = ck(name, HOSTILE, *HANDLER)
    assert ran.code == 3
    assert not STEERING.search(ran.err)
    for arguments in ([HOSTILE], [name, f"--{HOSTILE}"], [name, "x", "--as", HOSTILE, "--actor", "x"]):
        ran = ck(*arguments)
        assert ran.code == 2
        assert not STEERING.search(ran.err)


def test_hebrew_and_persian_words_are_isolated(ck: CommandLine) -> None:
    hebrew = json.dumps({**REGISTER, "narrative": "חויבתי פעמיים.", "name": "دانا"}, ensure_ascii=False)
    done = ck("do", hebrew, *AGENT, "--plaintext-vault", "--json")
    shown = ck("show", done.data["complaint"], "--texts", "--purpose", "handle", *HANDLER).out
    assert f"{FSI}חויבתי פעמיים.{PDI}" in shown
    assert f"{FSI}دانا{PDI}" in shown


def test_columns_line_up_whatever_stands_in_them() -> None:
    rows = table(["a", "b"], [["שלום", 1], ["漢字", 2], ["e\u0301", 3], ["plain", None]])
    assert rows == ["a      b", f"{FSI}שלום{PDI}   1", "漢字   2", "e\u0301      3", "plain  -"]


def test_facts_leave_out_what_is_not_there() -> None:
    assert facts([("a", 1), ("bcd", None), ("ef", "")]) == ["a  1"]


class Screen(io.StringIO):
    """A terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("no_color", "term", "bold"), [("", "xterm", True), ("1", "xterm", False), ("", "dumb", False)]
)
def test_headings_stand_out_unless_somebody_minds(
    monkeypatch: pytest.MonkeyPatch, no_color: str, term: str, bold: bool
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(sys, "stdout", screen := Screen())
    show(Answer({}, [Heading("promises"), "none"]), as_json=False)
    assert ("\x1b[1m" in screen.getvalue()) is bold
    assert screen.getvalue().replace("\x1b[1m", "").replace("\x1b[0m", "") == "promises\nnone\n"


def test_nothing_stands_out_in_a_pipe(ck: CommandLine, ref: str) -> None:
    assert "\x1b" not in ck("show", ref).out


def test_a_narrow_encoding_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stderr", stream)
    note("שלום")
    stream.seek(0)
    assert stream.read() == r"\u05e9\u05dc\u05d5\u05dd" + "\n"


class TestProgress:
    """The bar of an import: only where somebody watches, with rich or without."""

    def test_nobody_watches(self) -> None:
        with progress_bar() as told:
            assert told is None

    def test_with_json_there_is_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stderr", screen := Screen())
        with progress_bar(wanted=False) as told:
            assert told is None
        assert not screen.getvalue()

    @pytest.mark.parametrize("rich", [True, False])
    def test_on_a_terminal(self, monkeypatch: pytest.MonkeyPatch, rich: bool) -> None:
        if not rich:
            monkeypatch.setitem(sys.modules, "rich.progress", None)
        monkeypatch.setattr(sys, "stderr", screen := Screen())
        with progress_bar() as told:
            assert told is not None
            told(1000, 0.25)
            told(2000, None)
        assert "1,000 rows" in screen.getvalue() or rich
        assert screen.getvalue().rstrip("\n").endswith(("\x1b[K", "\x1b[2K", "\x1b[?25h"))


def test_a_warning_is_one_line(ck: CommandLine, ref: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import warnings

    import complaintkit.cli.commands.tick as tick

    def warned(_args: object) -> Answer:
        warnings.simplefilter("always")
        warnings.warn("mind the step", RuntimeWarning, stacklevel=1)
        return Answer({}, [])

    monkeypatch.setattr(tick, "run", warned)
    assert ck("tick") == (0, "", "warning: mind the step\n")


def test_an_interruption_is_no_traceback(ck: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    import complaintkit.cli.commands.tick as tick

    def interrupted(_args: object) -> Answer:
        raise KeyboardInterrupt

    monkeypatch.setattr(tick, "run", interrupted)
    ran = ck("tick")
    assert (ran.code, ran.out) == (130, "")
    assert ran.err == "interrupted; what was reported as done is kept\n"


def test_the_story_marks_on_whose_behalf(ck: CommandLine, ref: str) -> None:
    ck("do", command("withdraw-complaint", ref, words="settled"), *HANDLER, "--for", "complainant")
    assert "handler-2 (complaint handler for complainant)  complaint withdrawn" in ck("show", ref).out
    assert "settled" not in ck("show", ref).out
    assert story([], ZoneInfo("UTC")) == []


class TestProcess:
    """The program as the shell sees it."""

    @pytest.fixture
    def book(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
        path = tmp_path / "book.db"
        main(["do", json.dumps(REGISTER), *AGENT, "--now", NOW, "--plaintext-vault", "--book", str(path)])
        return path

    def run(self, shell: dict[str, str], line: str, **settings: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(line, shell=True, env=shell, capture_output=True, text=True, **settings)  # type: ignore[call-overload, no-any-return]

    def test_module_and_script_are_the_same(self, shell: dict[str, str], book: Path) -> None:
        script = self.run(shell, f"complaintkit find --book '{book}' --json")
        module = self.run(shell, f"python -m complaintkit find --book '{book}' --json")
        assert script.returncode == module.returncode == 0
        assert json.loads(script.stdout) == json.loads(module.stdout)

    def test_a_command_from_a_pipe(self, shell: dict[str, str], tmp_path: Path) -> None:
        made = tmp_path / "made.db"
        line = f"complaintkit do - --as RO-03 --actor agent-7 --plaintext-vault --book '{made}'"
        ran = self.run(shell, line, input=json.dumps(REGISTER))
        assert ran.returncode == 0
        assert ran.stderr == f"made the book {made}; personal texts are kept in it unencrypted\n"

    def test_exit_codes_and_streams(self, shell: dict[str, str], book: Path) -> None:
        refused = self.run(shell, f"complaintkit find --as RO-01 --actor p-1 --book '{book}'")
        usage = self.run(shell, "complaintkit fnd")
        data = self.run(shell, "complaintkit find --book none.db", cwd=book.parent)
        assert [ran.returncode for ran in (refused, usage, data)] == [1, 2, 3]
        assert all(not ran.stdout and ran.stderr and "Traceback" not in ran.stderr for ran in (refused, usage, data))

    def test_a_reader_that_goes_away(self, shell: dict[str, str]) -> None:
        line = "complaintkit diagram --format table | head -n 1; echo ${PIPESTATUS[0]}"
        run = subprocess.run(["bash", "-c", line], env=shell, capture_output=True, text=True)
        assert run.stdout.splitlines()[0].split()[0] == "from"
        assert run.stdout.splitlines()[1] in {"0", "141"}  # 0 where the pipe took everything at once
        assert not run.stderr

    def test_a_closed_pipe(self, shell: dict[str, str]) -> None:
        """The reading end is closed before anything is written."""
        command_line = [sys.executable, "-m", "complaintkit", "diagram"]
        with subprocess.Popen(command_line, env=shell, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            message = process.stderr.read()
            assert process.wait() == 141
        assert not message

    def test_an_interrupt(self, shell: dict[str, str], tmp_path: Path) -> None:
        """Waiting for a command on standard input is where a person presses ctrl-c."""
        heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "  # whoever runs the tests
        code = heard + "from complaintkit.cli import main; raise SystemExit(main())"
        line = [sys.executable, "-c", code, "do", "-", *AGENT, "--book", str(tmp_path / "none.db")]
        with subprocess.Popen(line, env=shell, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdin is not None
            process.stdin.write(b"{" + b" " * 200_000)  # returns once the program has begun to read
            process.stdin.flush()
            process.send_signal(signal.SIGINT)
            process.stdin.close()  # a signal that arrives just before the read is noticed after it
            assert process.wait(timeout=60) == 130
            assert process.stderr is not None
            assert process.stderr.read() == b"interrupted; what was reported as done is kept\n"

    def test_a_light_start(self, shell: dict[str, str]) -> None:
        code = "import sys, complaintkit.cli; print(*sys.modules)"
        run = subprocess.run([sys.executable, "-c", code], env=shell, capture_output=True, text=True, check=True)
        loaded = {name.partition(".")[0] for name in run.stdout.split()}
        assert not loaded & {"sqlite3", "statemachine", "pendulum", "msgspec", "rich", "duckdb"}

    def test_an_import_says_the_same_each_time(self, shell: dict[str, str], tmp_path: Path) -> None:
        """Whatever the hashes of this process are: what is absent is named in the order of the profile."""
        (tmp_path / "r.csv").write_text("Complaint ID,Date received\n17,2026-03-02\n", encoding="utf-8")
        line = "complaintkit import r.csv --profile cfpb --plaintext-vault --now 2026-04-01T00:00:00Z --book"
        told = {self.run({**shell, "PYTHONHASHSEED": seed}, f"{line} {seed}.db", cwd=tmp_path).stdout for seed in "123"}
        assert len(told) == 1

    def test_words_in_an_ascii_terminal(self, shell: dict[str, str], book: Path) -> None:
        ascii_only = {**shell, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
        words = json.dumps({**REGISTER, "narrative": "חויבתי פעמיים"})
        done = self.run(shell, f"complaintkit do '{words}' --as RO-03 --actor agent-7 --book '{book}' --json")
        ref = json.loads(done.stdout)["complaint"]
        asked = f"complaintkit show {ref} --texts --purpose handle --as RO-04 --actor handler-2 --book '{book}'"
        shown = self.run(ascii_only, asked)
        assert shown.returncode == 0
        assert r"\u05d7\u05d5\u05d9" in shown.stdout
        assert json.loads(self.run(ascii_only, asked + " --json").stdout)["texts"]
