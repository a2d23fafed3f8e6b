"""Reading a file that a person wrote: strictly, with every problem at once, each with its line.

A :class:`Document` is a TOML file, or a mapping, that has been parsed but not yet understood. Its
:class:`Section` readers ask for what they expect; what is missing, of a wrong type, unknown or was never
asked for is noted as a problem, and :meth:`Document.finish` raises them all together. Profiles use it, and
so does anything else that people write for complaintkit in TOML.

>>> document = read_document({"name": "desk", "tiers": "1", "langauges": ["en"]})
>>> section = document.root
>>> section.text("name"), section.integer("tiers"), section.texts("languages")
('desk', 0, ())
>>> document.finish("this is not a desk")
Traceback (most recent call last):
complaintkit.errors.FileRefused: this is not a desk (correct the lines named and load it again)
  (mapping):0: langauges: there is no 'langauges' here (did you mean 'languages'?)
  (mapping):0: languages: is missing
  (mapping):0: tiers: must be a whole number, but is the text '1'
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, time
from enum import Enum
from typing import TYPE_CHECKING, Any, NoReturn

from complaintkit.errors import FileRefused, Problem
from complaintkit.policy.section import MAX_PROBLEMS, Section
from complaintkit.policy.toml_places import MAX_BITS, MAX_BYTES, MAX_DEPTH, MAX_WORD, Path, excess, locate

if TYPE_CHECKING:  # loaded where a file of one's own is read
    from pathlib import Path as FilePath


def read_document(
    source: FilePath | str | Mapping[str, object], *, refuse: type[FileRefused] = FileRefused
) -> Document:
    """A TOML file (given by its path) or a mapping, parsed and within the limits, not yet understood.

    ``refuse`` is the error for everything that is wrong with it, now and in :meth:`Document.finish`.
    Raises it at once when the text is no TOML, is larger than 64 KiB or has more than 4,500 words, marks
    and lines, is nested deeper than 16, or has a key or number of more than 200 characters.
    """
    if isinstance(source, Mapping):
        return Document("(mapping)", _plain(source, refuse), refuse)
    from pathlib import Path as FilePath

    path = FilePath(source)
    document = parse_document(file_bytes(path, refuse), str(source), refuse=refuse)
    document.folder = path.parent
    return document


def parse_document(content: bytes, name: str, *, refuse: type[FileRefused] = FileRefused) -> Document:
    """The TOML text that somebody already holds as bytes; ``name`` stands in its problems."""
    text = decoded(content, name, refuse).replace("\r\n", "\n")
    if too_much := excess(text):
        _stop(refuse, name, *too_much)
    return Document(name, _parsed(text, name, refuse), refuse, text)


def file_bytes(path: FilePath, refuse: type[FileRefused]) -> bytes:
    """The content of a file, as far as one byte beyond the limit."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        _stop(refuse, str(path), 0, f"cannot be read: {error.strerror}")


def decoded(content: bytes, name: str, refuse: type[FileRefused]) -> str:
    """The text of a file within the limit of size."""
    if len(content) > MAX_BYTES:
        _stop(refuse, name, 1, f"is larger than {MAX_BYTES // 1024} KiB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        _stop(refuse, name, line, f"byte 0x{content[error.start]:02x} is not UTF-8; save the file as UTF-8")


def _parsed(text: str, name: str, refuse: type[FileRefused]) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        message = str(error)
        place = re.search(r"\(at line (\d+), column (\d+)\)", message)
        line, column = map(int, place.groups()) if place else (text.count("\n") + 1, 0)
        _stop(refuse, name, line, f"is no TOML: {message.split(' (at ')[0][:MAX_WORD]}", column)


def _stop(refuse: type[FileRefused], name: str, line: int, text: str, column: int = 0) -> NoReturn:
    raise refuse("this file cannot be read", [Problem(name, line, "", text, column)]) from None


def _plain(source: Mapping[str, object], refuse: type[FileRefused]) -> dict[str, Any]:
    """A copy of a mapping that consists of what TOML knows and nothing else."""

    def stop(text: str) -> NoReturn:
        _stop(refuse, "(mapping)", 0, text)

    def copy(value: object, depth: int) -> object:
        if depth > MAX_DEPTH:
            stop(f"nested deeper than {MAX_DEPTH}")
        if isinstance(value, Mapping):
            return {key(name): copy(item, depth + 1) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [copy(item, depth + 1) for item in value]
        if isinstance(value, Enum):
            return copy(value.value, depth)
        if wrong := _misplaced(value):
            stop(wrong)
        return value

    def key(name: object) -> str:
        if not isinstance(name, str) or len(name) > MAX_WORD or _misplaced(name):
            stop(f"a key must be a text of at most {MAX_WORD} characters")
        return str(name)

    return {key(name): copy(item, 1) for name, item in source.items()}


def _misplaced(value: object) -> str:
    """Why a single value has no place in a mapping; nothing where it has."""
    if isinstance(value, str):
        half = not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value)
        return "a text holds half of a surrogate pair" if half else ""
    if value is None or not isinstance(value, bool | int | float | date | time):
        return f"a value of the type {type(value).__name__} has no place here"
    long = isinstance(value, int) and value.bit_length() > MAX_BITS
    return f"a number has more than {MAX_WORD} characters" if long else ""


class Document:
    """A parsed file or mapping, with the problems found in it so far.

    ``data`` is its content as plain data; ``root`` reads it.
    """

    #: Whether its tables are known to be right, so that who reads it need not check them again.
    proved = False

    def __init__(self, name: str, data: dict[str, Any], refuse: type[FileRefused], text: str = "") -> None:
        self.name = name
        self.data = data
        self._refuse = refuse
        self._text = text
        #: Where things were written, as line and column; worked out for TOML when first asked for.
        self.spots: dict[Path, tuple[int, int]] = {}
        #: Where other files that it names may stand; none beside a mapping.
        self.folder: FilePath | None = None
        #: How many problems have been noted so far, those of stand-ins included.
        self.found = 0
        self._problems: dict[tuple[Path, str], None] = {}
        self._wrong: dict[Path, bool] = {}
        self._sections: list[Section] = []
        #: How many combinations of conditions were looked at to check its tables.
        self.looked_at = 0
        #: How many cells of spreadsheets were read into it.
        self.cells = 0
        #: Paths whose content was taken from another document (or another place of one).
        self.borrowed: dict[Path, tuple[Document, Path]] = {}
        self.root = Section(self, (), data)

    def problem(self, path: Path, text: str, *, unread: bool = False) -> None:
        """Note that something at ``path`` is wrong; reading goes on.

        ``unread`` says that a stand-in takes its place: what is wrong with that is nobody's mistake, and is not told.
        """
        self.found += 1
        if not self._wrong.get(path, False):
            self._problems[path, text] = None
            self._wrong[path] = unread

    def has_problem(self, path: Path) -> bool:
        """Whether something is wrong right at a path."""
        return path in self._wrong

    def is_sound(self, *path: str | int) -> bool:
        """Whether nothing is known to be wrong with what stands at a path and below it."""
        return self.found < MAX_PROBLEMS and not any(wrong[: len(path)] == path for wrong in self._wrong)

    def adopt(self, section: Section) -> None:
        """Remember a section, so that its unasked keys are found at the end."""
        self._sections.append(section)

    def place(self, path: Path) -> tuple[str, int, Path]:
        """The file, the line and the path where ``path`` was written, before anything was merged.

        The line of something that is missing is that of the nearest thing around it; it is 0 in a mapping.
        """
        document, whole = self.origin(path)
        return document.name, document.spot(whole)[0], whole

    def origin(self, path: Path) -> tuple[Document, Path]:
        """The document in which a path was written, and what it is called there."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.borrowed:
                document, original = self.borrowed[path[:length]]
                whole = original + path[length:]
                return document.origin(whole) if document is not self else (self, whole)
        return self, path

    def spot(self, path: Path) -> tuple[int, int]:
        """The line and the column of a path of its own, or of the nearest thing around it; 0 where there is none."""
        if not self.spots:
            self.spots = {found: (line, 0) for found, line in locate(self._text).items()}
        known = (self.spots[path[:length]] for length in range(len(path), 0, -1) if path[:length] in self.spots)
        return next(known, (1 if self._text else 0, 0))

    def finish(self, message: str) -> None:
        """Raise the document's error with every problem, unknown keys included; return when there is none."""
        for section in self._sections:
            section.refuse_unasked()
        if self._problems:
            self.refuse(message, "correct the lines named and load it again")

    def refuse(self, message: str, hint: str) -> NoReturn:
        """Raise the document's error with every problem noted so far."""
        raise self._refuse(message, self._listed(), hint=hint)

    def _listed(self) -> list[Problem]:
        told = [self._problem(path, text) for path, text in [*self._problems][:MAX_PROBLEMS]]
        cells = {(each.file, each.line, each.column): each for each in reversed(told) if each.column}  # one for each
        listed = [*cells.values(), *(each for each in told if not each.column)]
        listed.sort(key=lambda problem: (problem.file, problem.line, problem.column, problem.path))
        more = len(self._problems) - MAX_PROBLEMS
        return [*listed, Problem(self.name, 0, "", f"and {more} problems more")] if more > 0 else listed

    def _problem(self, path: Path, text: str) -> Problem:
        document, whole = self.origin(path)
        line, column = document.spot(whole)
        told = "" if whole and isinstance(whole[0], int) else dotted(whole)  # a cell has no path, but a place
        return Problem(document.name, line, "" if column else told, text, column)

    def __repr__(self) -> str:
        return f"Document({self.name!r}, {len(self._problems)} problems)"


class ShippedDocument(Document):
    """A TOML file of the library itself, which its tests have read whole and found right.

    So its parts may be read one at a time, and without looking at its tables again. Should somebody have changed it,
    the first problem that is met is raised at once: nobody is going to ask for the others.
    """

    proved = True

    def __init__(self, name: str, content: bytes, refuse: type[FileRefused]) -> None:
        text = decoded(content, name, refuse)
        super().__init__(name, _parsed(text, name, refuse), refuse, text)

    def problem(self, path: Path, text: str, *, unread: bool = False) -> None:
        """Raise the document's error: something at ``path`` is wrong."""
        super().problem(path, text, unread=unread)
        self.refuse("a file of complaintkit was changed", "install it again")


def dotted(path: Path) -> str:
    """A path as people write it.

    >>> dotted(("band", "rule", 1, "then"))
    'band.rule[1].then'
    """
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")
