"""Reading the command line: strict, without abbreviations, and with the word that was probably meant."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from complaintkit.errors import CalendarRefused, MalformedInput, UsageError
from complaintkit.timekeeping import WorkingCalendar
from complaintkit.timekeeping.instants import parse_instant
from complaintkit.vocabulary import Language, Role

E = TypeVar("E", bound=Enum)


class Parser(argparse.ArgumentParser):
    """The parser of one command; what is wrong raises ``UsageError`` instead of ending the process.

    >>> parser = Parser(prog="complaintkit show")
    >>> _ = parser.add_argument("--texts")
    >>> parser.read(["--text", "x"])
    Traceback (most recent call last):
    ...
    complaintkit.errors.UsageError: there is no option --text (did you mean --texts? see: complaintkit show --help)
    """

    def __init__(self, **settings: Any) -> None:
        self._names: list[str] = []
        super().__init__(allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter, **settings)

    def add_argument(self, *names: Any, **settings: Any) -> argparse.Action:
        """As ``argparse`` does it; the names are remembered for suggestions."""
        self._names += [name for name in names if name.startswith("--")]
        return super().add_argument(*names, **settings)

    def read(self, arguments: Sequence[str]) -> argparse.Namespace:
        """Parse everything; raises ``UsageError`` for what is missing, wrong or too much."""
        args, extras = self.parse_known_args(arguments)
        if extras:
            self._refuse(extras[0].partition("=")[0])
        return args

    def _refuse(self, extra: str) -> NoReturn:
        if not extra.startswith("-"):
            self.error(f"{extra[:40]!r} is one argument too many")
        meant = suggestion(extra, self._names)
        hint = f"{meant} see: {self.prog} --help" if meant else f"see: {self.prog} --help"
        raise UsageError(f"there is no option {extra[:40]}", hint=hint)

    def error(self, message: str) -> NoReturn:
        """Raise ``UsageError`` with what argparse has to say."""
        raise UsageError(message, hint=f"see: {self.prog} --help")


def suggestion(word: str, known: Iterable[str]) -> str:
    """A question after the known word that is nearest, or nothing.

    >>> suggestion("shwo", ["find", "show"])
    'did you mean show?'
    """
    close = difflib.get_close_matches(word, list(known), 1)
    return f"did you mean {close[0]}?" if close else ""


def one_of(words: Iterable[str], what: str) -> Callable[[str], str]:
    """An argument that must be one of some words."""
    known = tuple(words)

    def read(text: str) -> str:
        if text not in known:
            meant = suggestion(text, known)
            raise argparse.ArgumentTypeError(
                f"{text[:40]!r} is no {what}" + (f" ({meant})" if meant else f" (there are {', '.join(known)})")
            )
        return text

    return read


def code_of(kind: type[E], what: str) -> Callable[[str], E]:
    """An argument that must be a stored word of an enumeration.

    >>> from complaintkit.vocabulary import Band
    >>> code_of(Band, "band")("P1")
    <Band.P1: 'P1'>
    """
    read = one_of([str(member.value) for member in kind], what)
    return lambda text: kind(read(text))


def a_role(text: str) -> Role:
    """A role by its id or by its name.

    >>> a_role("RO-04") is a_role("case-handler") is Role.CASE_HANDLER
    True
    """
    names = {role.name.lower().replace("_", "-"): role for role in Role}
    read = one_of([*(role.value for role in Role), *names], "role")(text)
    return names.get(read) or Role(read)


def an_instant(text: str) -> datetime:
    """A point in time with its offset."""
    try:
        return parse_instant(text)
    except MalformedInput as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def a_moment(text: str) -> date:
    """A date, or a point in time with its offset.

    >>> a_moment("2026-03-02")
    datetime.date(2026, 3, 2)
    """
    try:
        return date.fromisoformat(text) if len(text) == len("2026-03-02") else an_instant(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is neither a date nor an instant") from None


def read_calendar(path: str) -> WorkingCalendar:
    """A working calendar from its file."""
    try:
        return WorkingCalendar.from_toml(Path(path).read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise CalendarRefused(f"{path} is no text in UTF-8", hint="save the calendar as UTF-8") from None


def a_number(text: str) -> int:
    """A whole number from 0 on."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no whole number from 0 on")
    return int(text)


def common(parser: Parser, run: Callable[[argparse.Namespace], Any], examples: str) -> None:
    """What every command has: ``--json``, its examples, and the function that carries it out."""
    parser.epilog = f"examples:\n{examples.rstrip()}"
    parser.add_argument("--json", action="store_true", help="answer with one JSON document")
    parser.set_defaults(run=run)


def on_a_book(parser: Parser) -> None:
    """The options of every command that opens a book."""
    parser.add_argument(
        "--book", metavar="FILE", help="the book, an SQLite file or a database's URL (default: $COMPLAINTKIT_BOOK)"
    )
    parser.add_argument(
        "--keys", metavar="FILE", help="the key store of an encrypted book (default: $COMPLAINTKIT_KEYS)"
    )
    parser.add_argument(
        "--root-key",
        metavar="FILE",
        help="its root key (default: $COMPLAINTKIT_ROOT_KEY, or the file's name with .root)",
    )
    parser.add_argument("--policy", metavar="PATH", default="standard", help="the organisation's own profile, in TOML")
    parser.add_argument(
        "--now", metavar="INSTANT", type=an_instant, help="let the clock stand at this instant (2026-03-02T10:00:00Z)"
    )
    parser.add_argument(
        "--wait", metavar="SECONDS", type=a_number, default=5, help="how long to wait for another writer (default: 5)"
    )


def an_actor(parser: Parser, *, required: bool) -> None:
    """The options that say who acts."""
    parser.add_argument(
        "--as", dest="role", metavar="ROLE", type=a_role, required=required, help="the role: RO-04 or case-handler"
    )
    parser.add_argument("--actor", metavar="ID", required=required, help="the opaque id of who acts, never a name")


def a_language(parser: Parser, more: str = "") -> None:
    """The option that says in which language something is told; ``more`` is added to its help."""
    parser.add_argument(
        "--language",
        metavar="CODE",
        type=code_of(Language, "language"),
        default=Language.ENGLISH,
        help=f"en, he or fa (default: en){more}",
    )


def may_create(parser: Parser) -> None:
    """The option without which no new book is made."""
    parser.add_argument(
        "--plaintext-vault",
        action="store_true",
        help="make the book if it is missing, with personal texts unencrypted in the file (else name --keys)",
    )
