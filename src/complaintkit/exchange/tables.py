"""Tables in text files: CSV as people's programs really write it, read row by row in constant memory.

What can be understood is read and reported (preamble, separator, byte order mark, cp1252 bytes, empty
lines); a row that cannot is given as a :class:`BadRow` and reading goes on; what is no table at all is
refused with file and line. Lines are physical lines, counted from 1, also where a field spans several.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, NoReturn, TextIO

from complaintkit.errors import ImportRefused, Problem
from complaintkit.exchange.mapping import REQUIRED, MappingProfile
from complaintkit.exchange.report import LINES

#: Separators that are tried on the header.
SEPARATORS: Final = (",", ";", "\t", "|")
#: The header must be among so many first lines.
HEADER_WITHIN: Final = 50
#: A field longer than so many characters is a quote that nobody closed.
FIELD_LIMIT: Final = 4_000_000
#: What files of other kinds begin with.
_KINDS: Final = (
    (b"%PDF", "a PDF document"), (b"PK\3\4", "a ZIP archive or an office document"), (b"\x1f\x8b", "a gzip archive"),
    (b"\xd0\xcf\x11\xe0", "an old office document"), (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"),
    (b"SQLite format 3", "a SQLite database"), (b"PAR1", "a Parquet file"), (b"{\\rtf", "an RTF document"),
    (b"<", "a page of HTML or XML"), (b"\xff\xfe", "text in UTF-16"), (b"\xfe\xff", "text in UTF-16"),
)  # fmt: skip
_BOM: Final = b"\xef\xbb\xbf"
_PEEK: Final = 8192
_BLOCK: Final = 500
#: A byte that is not UTF-8, as ``surrogateescape`` keeps it.
_STRAY: Final = re.compile("[\udc80-\udcff]")
#: What such a byte means in cp1252; five bytes mean nothing there and stay, to be refused with their row.
_CP1252: Final = {0xDC00 + byte: text for byte in range(128, 256) if (text := bytes([byte]).decode("cp1252", "ignore"))}


class BadRow(NamedTuple):
    """A row that cannot be read: the line where it begins, a code, and what is wrong in words."""

    line: int
    code: str
    text: str


class Row(NamedTuple):
    """A row: the line where it begins, and its cells, as many as the header has."""

    line: int
    cells: list[str]


class Lines:
    """The physical lines of a text, with what was found in them; given to others again from any line on."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        #: How many lines were read, and the last of them.
        self.count = 0
        self.last = ""
        #: How many lines had bytes that are not UTF-8 and were read as cp1252, and the first of them.
        self.cp1252 = 0
        self.cp1252_lines: list[int] = []

    def __iter__(self) -> Iterator[str]:
        for line in self._stream:
            self.count += 1
            self.last = line
            yield line if line.isascii() else self._repaired(line)

    def _repaired(self, line: str) -> str:
        if not _STRAY.search(line):
            return line
        self.cp1252 += 1
        if len(self.cp1252_lines) < LINES:
            self.cp1252_lines.append(self.count)
        return line.translate(_CP1252)


class Table:
    """An open table: its header was found, its rows can be read once.

    ``name`` is what the file is called in problems; ``preamble`` the number of lines before the header, which
    were skipped; ``bom`` whether it began with a byte order mark.
    """

    def __init__(self, name: str, lines: Lines, profile: MappingProfile, bom: bool = False) -> None:
        self.name = name
        self.lines = lines
        self.bom = bom
        #: How many empty lines were passed over.
        self.blank = 0
        feed = iter(lines)
        first = list(islice(feed, HEADER_WITHIN))
        self.preamble, self.separator, self.header = _find_header(name, first, profile)
        self._rest = chain(first[self.preamble + 1 :], feed)

    @property
    def header_line(self) -> int:
        """The line of the header."""
        return self.preamble + 1

    @property
    def open_ended(self) -> bool:
        """Whether the last line that was read has no end of line: the file may have been cut off there."""
        return not self.lines.last.endswith(("\n", "\r"))

    def rows(self) -> Iterator[Row | BadRow]:
        """Each row that is not empty, in order; a row that cannot be read comes as a :class:`BadRow`."""
        each = self._each()
        while block := _within_limit(each):
            yield from block

    def _each(self) -> Iterator[Row | BadRow]:
        """The rows; a row after one that cannot be split begins with the next line."""
        reader = csv.reader(self._rest, delimiter=self.separator, strict=True)
        before, width = self.header_line, len(self.header)
        while True:
            line = before + reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield self._unsplit(line, before + reader.line_num, str(error))
                continue
            if len(cells) == width and any(cells):
                yield Row(line, cells)
            elif any(cells):
                yield self._wrong_width(line, before + reader.line_num, len(cells))
            else:
                self.blank += 1

    def _unsplit(self, line: int, end: int, error: str) -> BadRow:
        """Why the csv module gave a row up; its own words may repeat what it read, so they are not passed on."""
        if "end of data" in error:
            return BadRow(line, "truncated", f"the file ends in line {end} inside a quoted field that begins here")
        if "field limit" in error:
            return BadRow(line, "field-too-long", f"a field has over {FIELD_LIMIT} characters: a quote is not closed")
        return BadRow(line, "quoting", f"in line {end} something stands between a closing quote and the separator")

    def _wrong_width(self, line: int, end: int, cells: int) -> BadRow:
        text = f"{cells} fields where the header has {len(self.header)}"
        if cells < len(self.header) and self.open_ended and end == self.lines.count:
            return BadRow(line, "truncated", f"the file ends within this row: {text}")
        return BadRow(line, "width", text)


def _within_limit(rows: Iterator[Row | BadRow]) -> list[Row | BadRow]:
    """The next rows, with the csv module's limit (one for the whole process) set for as long as that takes."""
    usual = csv.field_size_limit(FIELD_LIMIT)
    try:
        return list(islice(rows, _BLOCK))
    finally:
        csv.field_size_limit(usual)


class Source:
    """A text that a table is read from; ``name`` is what it is called in problems.

    ``file`` is the open file behind it and ``size`` its size in bytes, where there is one.
    """

    def __init__(
        self, name: str, text: TextIO, *, bom: bool = False, file: BinaryIO | None = None, size: int = 0
    ) -> None:
        self.name = name
        self._text = text
        self._bom = bom
        self._file = file
        self._size = size

    @property
    def done(self) -> float | None:
        """The share of the file that was read, None where its size is not known."""
        return min(self._file.tell() / self._size, 1.0) if self._file is not None and self._size else None

    def table(self, profile: MappingProfile) -> Table:
        """Find the header (the line of which the profile knows most cells) and open the table.

        Raises ``ImportRefused`` where no line is a header.
        """
        return Table(self.name, Lines(self._text), profile, self._bom)


@contextmanager
def open_source(source: Path | str | TextIO) -> Iterator[Source]:
    """Open a file by its path, or take an open text as it is.

    Raises ``ImportRefused`` for a file that cannot be read or is no text.

    >>> from io import StringIO
    >>> from complaintkit.exchange.mapping import load_mapping
    >>> with open_source(StringIO("made by hand\\nComplaint ID;Date received\\n1;2026-03-02\\n")) as source:
    ...     table = source.table(load_mapping("cfpb"))
    ...     list(table.rows()), table.preamble, table.separator
    ([Row(line=3, cells=['1', '2026-03-02'])], 1, ';')
    """
    if not isinstance(source, Path | str):
        yield Source(str(getattr(source, "name", "(text)")), source)
        return
    name = str(source)
    with _open(name) as file:
        start = file.read(_PEEK)
        _must_be_text(name, start)
        bom = start.startswith(_BOM)
        file.seek(len(_BOM) if bom else 0)
        text = TextIOWrapper(file, encoding="utf-8", errors="surrogateescape", newline="")
        yield Source(name, text, bom=bom, file=file, size=Path(name).stat().st_size)


def _open(name: str) -> BinaryIO:
    try:
        return Path(name).open("rb")
    except OSError as error:
        _refuse(name, 0, f"cannot be read: {error.strerror}")


def _must_be_text(name: str, start: bytes) -> None:
    for magic, kind in _KINDS:
        if start.removeprefix(_BOM).lstrip().startswith(magic):
            _refuse(name, 1, f"this is {kind}, not a table in a text file: save the table as CSV in UTF-8")
    if start.count(b"\0") * 50 > len(start):
        _refuse(name, 1, "too many NUL bytes: this is not a text file in UTF-8; save the table as CSV in UTF-8")


def _find_header(name: str, first: list[str], profile: MappingProfile) -> tuple[int, str, list[str]]:
    """How many lines stand before the header, its separator and its cells."""
    if not first:
        _refuse(name, 1, "the file is empty")
    found = [
        (profile.recognised(cells), -number, -order, separator, cells)
        for number, line in enumerate(first)
        for order, separator in enumerate(SEPARATORS)
        for cells in _split(line, separator)
    ]
    score, number, _, separator, cells = max(found, default=(0, 0, 0, "", []))
    if score < 2:
        expected = ", ".join(repr(profile.columns[column][0]) for column in REQUIRED)
        _refuse(name, 1, f"none of the first {len(first)} lines is a header: {profile.id} expects {expected} ...")
    return -number, separator, cells


def _split(line: str, separator: str) -> Iterator[list[str]]:
    """The cells of one line, or nothing where it cannot be split."""
    try:
        yield from csv.reader([line], delimiter=separator)
    except csv.Error:
        return


def _refuse(name: str, line: int, text: str) -> NoReturn:
    problem = Problem(name, line, "", text)
    raise ImportRefused("this file cannot be taken in", [problem], hint="nothing of it was") from None
