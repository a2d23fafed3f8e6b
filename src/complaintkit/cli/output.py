"""What reaches the terminal: answers on standard output, messages on standard error, never a raw control character."""

from __future__ import annotations

import json
import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Final, NamedTuple, TextIO
from zoneinfo import ZoneInfo

from complaintkit.errors import UnknownName
from complaintkit.vocabulary import Language
from complaintkit.wording import embed, label, set_apart

#: What could steer a terminal or turn a line around: control characters but the line end, and bidi embeddings.
_UNSAFE: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ud800-\udfff]")
_ENGLISH: Final = Language.ENGLISH
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


class Answer(NamedTuple):
    """What a command answers: the same as plain ``data`` and as ``lines`` of text, and the exit code."""

    data: Mapping[str, object]
    lines: Sequence[str]
    code: int = 0


class Heading(str):
    """A line that stands out where the terminal can show it."""

    __slots__ = ()


def show(answer: Answer, *, as_json: bool) -> None:
    """Write an answer to standard output."""
    if as_json:
        write_json(answer.data)
    else:
        for line in answer.lines:
            _write(sys.stdout, line, bold=isinstance(line, Heading) and _colours(sys.stdout))


def note(message: str) -> None:
    """Write a message to standard error."""
    _write(sys.stderr, message)


def write_json(data: Mapping[str, object]) -> None:
    """Write one JSON document in ASCII, so that no terminal and no encoding stands in its way."""
    text = json.dumps(data, indent=2, ensure_ascii=True, allow_nan=False).replace("\x7f", "\\u007f")
    sys.stdout.write(text + "\n")


def _write(stream: TextIO, text: str, *, bold: bool = False) -> None:
    encoding = getattr(stream, "encoding", None) or "utf-8"
    shown = safe(text).encode(encoding, "backslashreplace").decode(encoding)
    stream.write(f"{_BOLD}{shown}{_PLAIN}\n" if bold else f"{shown}\n")


def _colours(stream: TextIO) -> bool:
    """Whether a stream shows more than plain text (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and os.name != "nt"


def safe(text: str) -> str:
    r"""A text whose control characters are written out; the line end may stay.

    >>> safe("red: \x1b[31m")
    'red: \\x1b[31m'
    """
    return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def cell(value: object) -> str:
    """A value as it stands in a table: one line, isolated from the direction of what stands beside it.

    >>> cell("a\\nb"), cell(None), cell("")
    ('a\\\\nb', '-', '')
    """
    if value is None:
        return "-"
    return embed(safe(str(value)).replace("\n", "\\n"), _ENGLISH)


def prose(text: str, indent: str = "  ") -> list[str]:
    """A text that a person wrote, line by line."""
    return [f"{indent}{line}" for line in set_apart(safe(text), _ENGLISH).split("\n")]


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], indent: str = "") -> list[str]:
    """Rows under headings, in columns as wide as they need.

    >>> print(*table(["a", "name"], [[1, "x"], [22, None]]), sep="\\n")
    a   name
    1   x
    22  -
    """
    cells = [[cell(value) for value in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(headings, *cells, strict=True)]
    lines = [indent + _columns(row, widths) for row in (headings, *cells)]
    return [Heading(lines[0]), *lines[1:]]


def facts(pairs: Iterable[tuple[str, object]]) -> list[str]:
    """Names and values, one pair on each line; what is not there is left out."""
    there = [(name, cell(value)) for name, value in pairs if value not in (None, "", ())]
    width = max((len(name) for name, _ in there), default=0)
    return [f"{name:<{width}}  {value}" for name, value in there]


def _columns(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = (text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True))
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(_columns_of(character) for character in text)


def _columns_of(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def local(at: datetime | None, zone: ZoneInfo) -> str | None:
    """An instant on the wall clock of a zone, to the minute.

    >>> from datetime import UTC
    >>> local(datetime(2026, 3, 2, 9, 5, tzinfo=UTC), ZoneInfo("Asia/Jerusalem"))
    '2026-03-02 11:05'
    """
    return None if at is None else f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def words(code: object) -> str | None:
    """A coded value in words: its label where the catalogue has one.

    >>> from complaintkit.vocabulary import Role
    >>> words(Role.CASE_HANDLER), words("complaint-registered"), words(None)
    ('complaint handler', 'complaint registered', None)
    """
    if code is None:
        return None
    if isinstance(code, Enum):
        try:
            return label(_ENGLISH, code)
        except UnknownName:
            code = code.value
    return str(code).replace("-", " ").replace("_", " ")
