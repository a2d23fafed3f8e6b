"""What goes wrong is said once, with what to do, and ends with the right exit code; nothing is lost or half done."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaintkit.cli import COMMANDS, main
from complaintkit.cli.failures import exit_code
from complaintkit.cli.strict_json import LIMIT, read_object
from complaintkit.errors import (
    CommandConflict,
    CommandRefused,
    ComplaintKitError,
    CorruptStore,
    ImportRefused,
    MalformedInput,
    MissingExtra,
    NotAvailableYet,
    PolicyRefused,
    StaleVersion,
    StoreBusy,
    UnknownComplaint,
    UsageError,
)
from tests.cli.conftest import AGENT, HANDLER, LATER, NOW, REGISTER, CommandLine, Ran, command

WORDS = st.integers(-(10**18), 10**18) | st.text(max_size=20) | st.booleans() | st.none()


def entries(ck: CommandLine) -> int:
    return int(ck("audit", "verify", "--json").data["entries"])


def test_exit_codes_are_the_documented_ones() -> None:
    assert {
        kind.__name__: exit_code(error)
        for kind, error in {
            CommandRefused: CommandRefused("no", []),
            NotAvailableYet: NotAvailableYet("no"),
            UsageError: UsageError("no"),
            MalformedInput: MalformedInput("no"),
            UnknownComplaint: UnknownComplaint("no"),
            PolicyRefused: PolicyRefused("no", []),
            ImportRefused: ImportRefused("no", []),
            StoreBusy: StoreBusy("no"),
            CorruptStore: CorruptStore("no"),
            MissingExtra: MissingExtra("x", "y"),
            ComplaintKitError: ComplaintKitError("no"),
            OSError: OSError("no"),
            StaleVersion: StaleVersion("no"),
            CommandConflict: CommandConflict("no"),
        }.items()
    } == {
        "CommandRefused": 1,
        "NotAvailableYet": 1,
        "UsageError": 2,
        "MalformedInput": 3,
        "UnknownComplaint": 3,
        "PolicyRefused": 3,
        "ImportRefused": 3,
        "StoreBusy": 3,
        "CorruptStore": 3,
        "MissingExtra": 3,
        "ComplaintKitError": 3,
        "OSError": 3,
        "StaleVersion": 4,
        "CommandConflict": 4,
    }


class TestUsage:
    """Exit code 2: the command line is wrong."""

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["shwo"], "there is no command 'shwo' (did you mean show?"),
            (["model"], "there is no command 'model'"),
            (["--book", "show"], "options come after the command"),
            (["find", "--ownr", "x"], "there is no option --ownr (did you mean --owner?"),
            (["find", "--own", "x"], "there is no option --own (did you mean --owner?"),  # no abbreviations
            (["find", "--state", "closd"], "'closd' is no state (did you mean closed?)"),
            (["find", "--state", "model"], "'model' is no state (there are draft,"),
            (["find", "--band", "P9"], "'P9' is no band"),
            (["find", "--due-before", "2026-03-03T10:00:00"], "an instant has no offset from UTC"),
            (["find", "--due-before", "tomorrow"], "an instant is not in the form of RFC 3339"),
            (["find", "--now", "2026-03-03T25:00:00Z"], "an instant names a day or an hour that does not exist"),
            (["find", "--as", "RO-04"], "--as and --actor belong together"),
            (["find", "--as", "handler", "--actor", "x"], "'handler' is no role"),
            (["find", "--wait", "-1"], "'-1' is no whole number from 0 on"),
            (["show"], "the following arguments are required: REF"),
            (["show", "a", "b"], "'b' is one argument too many"),
            (["show", "C-1", "--purpose", "curiosity"], "'curiosity' is no purpose"),
            (["allowed", "C-1"], "the following arguments are required: --as, --actor"),
            (["diagram", "complaint"], "'complaint' is no chart"),
            (["diagram", "--format", "svg"], "'svg' is no format"),
            (["audit"], "the following arguments are required: verify|rows|checkpoint"),
            (["audit", "verfy"], "did you mean verify?"),
            (["import", "x.csv"], "the following arguments are required: --profile"),
            (["demo", "--language", "xx"], "'xx' is no language"),
        ],
    )
    def test_is_explained(self, ck: CommandLine, arguments: list[str], message: str) -> None:
        ran = ck(*arguments)
        assert ran.code == 2
        assert message in ran.err
        assert not ran.out
        assert "Traceback" not in ran.err

    def test_as_json_it_is_one_document(self, ck: CommandLine) -> None:
        ran = ck("find", "--ownr", "x", "--json")
        assert (ran.code, ran.err) == (2, "")
        assert ran.error == {
            "code": "usage",
            "message": "there is no option --ownr",
            "hint": "did you mean --owner? see: complaintkit find --help",
        }

    def test_without_a_book(self, ck: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("COMPLAINTKIT_BOOK")
        ran = ck("find")
        assert ran.code == 2
        assert "add --book FILE, or set COMPLAINTKIT_BOOK" in ran.err

    def test_nothing_at_all_shows_the_help(self, ck: CommandLine) -> None:
        ran = ck()
        assert ran.code == 2
        assert all(name in ran.err for name in COMMANDS)


class TestHelp:
    """Help goes to standard output and ends well."""

    def test_names_every_command(self, ck: CommandLine) -> None:
        ran = ck("--help")
        assert ran.code == 0
        assert all(name in ran.out for name in COMMANDS)

    @pytest.mark.parametrize("name", COMMANDS)
    def test_of_each_command_has_examples(self, ck: CommandLine, name: str) -> None:
        ran = ck(name, "--help")
        assert ran.code == 0
        assert f"\nexamples:\n  complaintkit {name}" in ran.out
        assert "--json" in ran.out

    def test_version(self, ck: CommandLine) -> None:
        from complaintkit import __version__

        assert ck("--version") == (0, f"complaintkit {__version__}\n", "")


class TestCommands:
    """Bad commands: a typed error that says what to do, and nothing written."""

    def test_an_illegal_one_is_refused_with_every_reason(self, ck: CommandLine, ref: str) -> None:
        before = entries(ck)
        illegal = command("issue-outcome", ref, explanation="x")
        ran = ck("do", illegal, "--as", "RO-16", "--actor", "qa-1", "--json")
        assert (ran.code, ran.error["code"]) == (1, "command-refused")
        assert [reason["rule"] for reason in ran.error["reasons"]] == ["EV-34", "4.7"]
        assert "Allowed now: begin-assessment" in ck("do", illegal, *HANDLER).err
        assert entries(ck) == before + 2  # each attempt is recorded

    @pytest.mark.parametrize("name", ["model", "__class__", "", "close_complaint", "closecomplaint", 7, None, {}])
    def test_an_unknown_name(self, ck: CommandLine, ref: str, name: object) -> None:
        before = entries(ck)
        ran = ck("do", json.dumps({"type": name, "complaint": ref}), *HANDLER, "--json")
        assert (ran.code, ran.error["code"]) == (3, "unknown-name")
        assert entries(ck) == before

    def test_a_name_that_is_nearly_right(self, ck: CommandLine, ref: str) -> None:
        assert "did you mean 'close-complaint'?" in ck("do", command("close-complant", ref), *HANDLER).err

    def test_an_unknown_field(self, ck: CommandLine, ref: str) -> None:
        ran = ck("do", command("close-complaint", ref, __class__="x"), *HANDLER, "--json")
        assert (ran.code, ran.error["code"]) == (3, "unknown-name")

    def test_one_of_a_later_version(self, ck: CommandLine, ref: str) -> None:
        ran = ck("do", command("split-complaint", ref), *HANDLER, "--json")
        assert (ran.code, ran.error["code"]) == (1, "not-available-yet")

    def test_a_stale_version(self, ck: CommandLine, ref: str) -> None:
        begin = command("begin-assessment", ref)
        ran = ck("do", begin, *HANDLER, "--version", "1", "--json")
        assert (ran.code, ran.error["code"]) == (4, "stale-version")
        assert ck("do", begin, *HANDLER, "--version", "6").code == 0

    def test_the_same_key_for_something_else(self, ck: CommandLine, ref: str) -> None:
        ran = ck("do", command("begin-assessment", ref), *HANDLER, "--key", "register-1", "--json")
        assert (ran.code, ran.error["code"]) == (4, "command-conflict")

    def test_the_same_key_with_other_words(self, ck: CommandLine, ref: str) -> None:
        other = json.dumps({**REGISTER, "narrative": "I was charged three times."})
        assert ck("do", other, *AGENT, "--key", "register-1").code == 4

    def test_a_naive_datetime(self, ck: CommandLine, ref: str) -> None:
        naive = json.dumps({**REGISTER, "received_at": "2026-03-01T10:00:00"})
        ran = ck("do", naive, *AGENT, "--json")
        assert (ran.code, ran.error["code"]) == (3, "naive-datetime")
        assert ck("do", json.dumps(REGISTER), *AGENT, "--occurred", "2026-03-01T10:00:00").code == 2

    @pytest.mark.parametrize("name", ["show", "allowed"])
    def test_an_unknown_complaint(self, ck: CommandLine, ref: str, name: str) -> None:
        ran = ck(name, "C-0000-0000-0000-2", *HANDLER, "--json")
        assert (ran.code, ran.error["code"]) == (3, "unknown-complaint")

    def test_a_command_for_an_unknown_complaint(self, ck: CommandLine, ref: str) -> None:
        ran = ck("do", command("close-complaint", "C-0000-0000-0000-2"), *HANDLER, "--json")
        assert (ran.code, ran.error["code"]) == (3, "unknown-complaint")

    def test_an_actor_by_name(self, ck: CommandLine, ref: str) -> None:
        ran = ck("do", command("begin-assessment", ref), "--as", "RO-04", "--actor", "Dana Example", "--json")
        assert (ran.code, ran.error["code"]) == (3, "malformed-input")
        assert "Dana" not in ran.out

    @pytest.mark.parametrize("role", ["decision-maker", "system"])
    def test_nobody_decides_in_the_name_of_another(self, ck: CommandLine, ref: str, role: str) -> None:
        assert ck("do", command("begin-assessment", ref), *HANDLER, "--for", role).code == 3

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("\0", "hostile-text"),
            ("\ud800", "hostile-text"),
            ("\u202e", "hostile-text"),
            ("x" * 1_000_000, "hostile-text"),
        ],
        ids=["NUL", "surrogate", "override", "1 MB"],
    )
    def test_hostile_text(self, ck: CommandLine, ref: str, text: str, code: str) -> None:
        Path("hostile.json").write_text(json.dumps({**REGISTER, "narrative": text}), encoding="utf-8")
        before = entries(ck)
        ran = ck("do", "hostile.json", *AGENT, "--json")
        assert (ran.code, ran.error["code"]) == (3, code)
        assert entries(ck) == before

    @pytest.mark.parametrize("field", ["owner", "unit", "person", "recording"])
    @pytest.mark.parametrize("text", ["\x1b[31mred", "a\nb", "\u202ename", "\ud800"])
    def test_hostile_codes(self, ck: CommandLine, ref: str, field: str, text: str) -> None:
        ran = ck("do", json.dumps({**REGISTER, field: text}), *AGENT)
        assert ran.code == 3
        assert "\x1b" not in ran.err
        assert text not in ran.err


class TestJson:
    """A command is read without the loopholes of JSON."""

    @pytest.mark.parametrize(
        ("source", "message"),
        [
            (b'{"type": "a", "type": "b"}', "the key 'type' stands twice"),
            (b'{"type": "a", "x": {"y": 1, "y": 1}}', "the key 'y' stands twice"),
            (b'{"rank": NaN}', "NaN is no value"),
            (b'{"rank": -Infinity}', "-Infinity is no value"),
            (b'{"rank": 1.0}', "1.0 is a fraction"),
            (b'{"rank": 1e3}', "1e3 is a fraction"),
            (b"{'type': 'a'}", "not JSON"),
            (b'{"type": "a"} x', "not JSON"),
            (b'{"type": "a",}', "not JSON"),
            (b"", "not JSON"),
            (b"[1]", "no JSON object"),
            (b'"x"', "no JSON object"),
            (b'{"type": "\xff"}', "not UTF-8 at byte 10"),
            (b'{"a":' * 100_000, "nested too deeply"),
            (b" " * (LIMIT + 1), "more than"),
            (b'{"rank": ' + b"9" * 5000 + b"}", "too large a number"),
        ],
    )
    def test_loopholes_are_closed(self, source: bytes, message: str) -> None:
        with pytest.raises(MalformedInput, match=message):
            read_object(source)

    @given(st.dictionaries(st.text(max_size=5), st.lists(WORDS, max_size=3) | WORDS, max_size=4))
    def test_honest_objects_are_read(self, value: dict[str, object]) -> None:
        assert read_object(json.dumps(value).encode()) == value

    @given(st.binary(max_size=200))
    def test_anything_else_is_a_typed_error(self, source: bytes) -> None:
        with suppress(MalformedInput):
            assert isinstance(read_object(source), dict)

    @given(st.text(max_size=100))
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_no_argument_makes_a_traceback(self, tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
        book = tmp_path_factory.getbasetemp() / "none.db"
        assert main(["do", "{" + text, *HANDLER, "--book", str(book)]) == 3

    def test_a_file_that_is_not_there(self, ck: CommandLine, ref: str) -> None:
        ran = ck("do", "begin.json", *HANDLER)
        assert ran.code == 3
        assert "there is no file begin.json" in ran.err


class TestBooks:
    """Exit code 3: a book that cannot be used, each with what to do; and no book appears by asking."""

    @pytest.mark.parametrize(
        "arguments",
        [
            ["find"],
            ["show", "C-1"],
            ["tick"],
            ["audit", "verify"],
            ["dispatch", "--letters", "out"],
            ["report", "--into", "r"],
        ],
        ids=lambda arguments: arguments[0],
    )
    def test_a_missing_one_is_not_made(self, ck: CommandLine, book: Path, arguments: list[str]) -> None:
        ran = ck(*arguments)
        assert ran.code == 3
        assert f"there is no book in {book}" in ran.err
        assert not book.exists()

    def test_a_new_one_needs_a_word_about_its_vault(self, ck: CommandLine, book: Path) -> None:
        ran = ck("do", json.dumps(REGISTER), *AGENT)
        assert ran.code == 3
        assert "add --plaintext-vault once" in ran.err
        assert not book.exists()

    def test_what_is_wrong_makes_none(self, ck: CommandLine, book: Path) -> None:
        assert ck("do", '{"type": "model"}', *AGENT, "--plaintext-vault").code == 3
        assert ck("import", "x.csv", "--profile", "none", "--plaintext-vault").code == 3
        assert not book.exists()

    def test_in_a_folder_that_is_not_there(self, ck: CommandLine) -> None:
        ran = ck("do", json.dumps(REGISTER), *AGENT, "--plaintext-vault", "--book", "nowhere/book.db")
        assert ran.code == 3
        assert "does not exist" in ran.err

    @pytest.mark.parametrize("content", [b"%PDF-1.7 and so on" * 100, b"SQLite format 3\0" + b"\xff" * 4000])
    def test_no_database(self, ck: CommandLine, book: Path, content: bytes) -> None:
        book.write_bytes(content)
        ran = ck("find", "--json")
        assert (ran.code, ran.error["code"]) == (3, "corrupt-store")
        assert book.read_bytes() == content

    def test_a_database_of_somebody_else_is_left_alone(self, ck: CommandLine, book: Path) -> None:
        with connected(book) as connection:
            connection.execute("create table customer (name text)")
        assert ck("find").code == 3
        with connected(book) as connection:
            assert connection.execute("select name from sqlite_schema").fetchall() == [("customer",)]

    def test_a_host_database_can_hold_the_book(self, ck: CommandLine, book: Path) -> None:
        with connected(book) as connection:
            connection.execute("create table customer (name text)")
        assert ck("do", json.dumps(REGISTER), *AGENT, "--plaintext-vault").code == 0
        assert ck("audit", "verify").code == 0

    def test_a_newer_schema(self, ck: CommandLine, ref: str, book: Path) -> None:
        with connected(book) as connection:
            connection.execute("update complaintkit_schema set version = 99")
        ran = ck("find", "--json")
        assert (ran.code, ran.error["code"]) == (3, "newer-schema")
        assert "install the newer complaintkit" in ran.error["hint"]

    def test_locked_by_a_writer(self, ck: CommandLine, ref: str, book: Path) -> None:
        with connected(book) as connection:
            connection.execute("begin immediate")
            ran = ck("do", command("begin-assessment", ref), *HANDLER, "--wait", "0", "--json")
            assert (ran.code, ran.error["code"]) == (3, "store-busy")
            assert ck("show", ref, "--wait", "0").code == 0  # reading goes on

    def test_locked_against_everybody(self, ck: CommandLine, ref: str, book: Path) -> None:
        with connected(book) as connection:
            connection.execute("begin exclusive")
            ran = ck("find", "--wait", "0", "--json")
            assert (ran.code, ran.error["code"]) == (3, "store-busy")

    def test_an_entry_that_cannot_be_read(self, ck: CommandLine, ref: str, book: Path) -> None:
        with connected(book) as connection:
            connection.execute("update complaintkit_entry set body = cast('{}' as blob) where seq = 1")
        ran = ck("show", ref, "--json")
        assert (ran.code, ran.error["code"]) == (3, "corrupt-store")
        assert "complaintkit audit verify" in ran.error["hint"]

    def test_a_policy_that_is_wrong(self, ck: CommandLine, ref: str) -> None:
        Path("ours.toml").write_text('base = "standard"\nid = "ours"\nversion = "1"\n[review]\ntiers = "2"\n', "utf-8")
        ran = ck("find", "--policy", "ours.toml", "--json")
        assert (ran.code, ran.error["code"]) == (3, "policy-refused")
        assert ran.error["problems"][0]["line"] == 5
        assert "ours.toml:5: review.tiers" in ck("find", "--policy", "ours.toml").err
        assert ck("find", "--policy", "standrad").code == 3

    def test_an_own_policy_counts(self, ck: CommandLine) -> None:
        calendar = '[calendar]\nid = "ours"\nnote = "x"\ntz = "Asia/Jerusalem"\nweekend = ["fri", "sat"]\n'
        Path("ours.toml").write_text(f'base = "standard"\nid = "ours"\nversion = "1"\n{calendar}', "utf-8")
        ran = ck(
            "do", json.dumps(REGISTER), *AGENT, "--policy", "ours.toml", "--now", NOW, "--plaintext-vault", "--json"
        )
        shown = ck("show", ran.data["complaint"], "--policy", "ours.toml").out
        assert "received  2026-03-02 12:00" in shown
        assert "times in  Asia/Jerusalem" in shown


class TestFiles:
    """Tables that are none, and folders that are files."""

    @pytest.mark.parametrize("content", [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", b"", b"a,b\n1,2\n"])
    def test_a_table_that_is_none(self, ck: CommandLine, content: bytes) -> None:
        Path("records.csv").write_bytes(content)
        ran = ck("import", "records.csv", "--profile", "cfpb", "--plaintext-vault", "--json")
        assert (ran.code, ran.error["code"]) == (3, "import-refused")

    def test_a_table_that_is_not_there(self, ck: CommandLine) -> None:
        assert ck("import", "none.csv", "--profile", "cfpb", "--plaintext-vault").code == 3

    def test_letters_into_a_file(self, ck: CommandLine, ref: str) -> None:
        Path("out").write_text("a file")
        ran = ck("dispatch", "--letters", "out", "--now", LATER)
        assert ran.code == 1
        assert "to be tried again" in ran.out


@contextmanager
def connected(book: Path) -> Iterator[sqlite3.Connection]:
    """A connection of somebody else to the book."""
    connection = sqlite3.connect(book, isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


def test_every_error_has_one_message_without_a_traceback(ck: CommandLine) -> None:
    ran: Ran = ck("find")
    assert ran.err.startswith("complaintkit: ")
    assert ran.err.count("\n") == 1
