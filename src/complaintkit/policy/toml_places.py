"""Where things stand in a TOML text: limits before parsing, and the line of each key after it.

``tomllib`` says nothing about lines once a text is parsed, and it can be made to work very hard by a
text that was written to do so. This module reads the same text as a flat run of tokens: first to refuse
what is too deep or too long, later, and only when there is a problem to report, to tell its line.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import NamedTuple

#: A path from the root of a document: keys of tables, numbers of list items.
Path = tuple[str | int, ...]

MAX_BYTES = 64 * 1024
#: Words, marks, texts, comments and ends of lines: what reading a text costs is in proportion to these.
MAX_TOKENS = 4_500
MAX_DEPTH = 16
MAX_WORD = 200
#: How long a number of that many digits is.
MAX_BITS = 664
MAX_KEY_PARTS = 16

# Every alternative ends at the end of the text, so that an unclosed string costs one pass and not many. It is compiled
# when it is first used: the files of the library are read without it.
_PIECE = r'''(?xs)
    (?P<string> """ (?:\\.|[^\\])*? (?:"{3,5}|\Z) | \'\'\' .*? (?:'{3,5}|\Z)
              | "(?:\\.|[^"\\\n])*+ (?:"|\Z|(?=\n)|\\\Z) | '[^'\n]*+ (?:'|\Z|(?=\n)) )
    | (?P<comment>\#[^\n]*)
    | (?P<newline>\n)
    | (?P<mark>[\[\]{}=,.])
    | (?P<word>[^\s\[\]{}=,."'\#]+)
    '''


class Token(NamedTuple):
    """One piece of a TOML text: its kind (``string``, ``newline``, ``mark``, ``word``), text and line."""

    kind: str
    text: str
    line: int


def tokens(text: str) -> Iterator[Token]:
    """The pieces of a TOML text without its comments; never fails, whatever the text is.

    >>> [token.text for token in tokens("a = [1] # note")]
    ['a', '=', '[', '1', ']']
    """
    line = 1
    for match in re.finditer(_PIECE, text):
        kind, piece = str(match.lastgroup), match.group()
        if kind != "comment":
            yield Token(kind, piece, line)
        if kind in {"newline", "string"}:
            line += piece.count("\n")


class Excess(NamedTuple):
    """Why a text is not parsed at all: the line and what is too much there."""

    line: int
    text: str


def excess(text: str) -> Excess | None:
    """The first place where a text goes over a limit of depth, key length, number length, or of what it is made of.

    >>> excess("a = 1") is None
    True
    >>> excess("a = " + "[" * 99)
    Excess(line=1, text='nested deeper than 16')
    """
    depth = dots = 0
    for count, match in enumerate(re.finditer(_PIECE, text)):
        kind, piece = match.lastgroup, match.group()
        if count >= MAX_TOKENS:
            return _excess(match, f"more than {MAX_TOKENS} words, marks and lines; divide it into several files")
        if kind == "word" and len(piece) > MAX_WORD:
            return _excess(match, f"a key or number of {len(piece)} characters; the limit is {MAX_WORD}")
        if kind == "newline" or (kind == "mark" and piece != "."):
            dots = 0
            depth = max(0, depth + (piece in "[{") - (piece in "]}"))
        dots += kind == "mark" and piece == "."
        if depth > MAX_DEPTH or dots >= MAX_KEY_PARTS:
            return _excess(match, f"nested deeper than {MAX_DEPTH}")
    return None


def _excess(match: re.Match[str], text: str) -> Excess:
    return Excess(match.string.count("\n", 0, match.start()) + 1, text)


def locate(text: str) -> dict[Path, int]:
    r"""The line of every key and list item of a TOML text that ``tomllib`` has accepted.

    >>> locate("[a]\nb = [{c = 1}]")
    {('a',): 1, ('a', 'b'): 2, ('a', 'b', 0): 2, ('a', 'b', 0, 'c'): 2}
    """
    return _Walk(text).lines


class _Walk:
    """One walk over the tokens of a valid text, noting a line for each path on the way."""

    def __init__(self, text: str) -> None:
        self._tokens = [*tokens(text), Token("newline", "\n", text.count("\n") + 1)]
        self._at = 0
        self._counts: dict[Path, int] = {}
        self.lines: dict[Path, int] = {}
        here: Path = ()
        while self._at < len(self._tokens):
            if self._peek().kind == "newline":
                self._at += 1
            elif self._peek().text == "[":
                here = self._header()
            else:
                self._assignment(here)

    def _peek(self) -> Token:
        return self._tokens[self._at]

    def _next(self) -> Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _header(self) -> Path:
        line = self._next().line
        many = self._peek().text == "["
        self._at += many
        path = self._descend((), self._key(), line)
        self._at += 1 + many
        if not many:
            return path
        self._counts[path] = self._counts.get(path, -1) + 1
        item = (*path, self._counts[path])
        self.lines[item] = line
        return item

    def _descend(self, path: Path, parts: list[str], line: int) -> Path:
        """Go down by key parts; an array of tables on the way stands for its newest item."""
        for part in parts:
            if path in self._counts:
                path = (*path, self._counts[path])
            path = (*path, part)
            self.lines.setdefault(path, line)
        return path

    def _key(self) -> list[str]:
        parts = []
        while self._peek().text not in {"=", "]"}:
            token = self._next()
            if token.kind == "string":
                parts.append(tomllib.loads(f"key = {token.text}")["key"])
            elif token.text != ".":
                parts.append(token.text)
        return parts

    def _assignment(self, here: Path) -> None:
        line = self._peek().line
        path = self._descend(here, self._key(), line)
        self._at += 1
        self._value(path)

    def _value(self, path: Path) -> None:
        opening = self._next().text
        if opening == "[":
            self._items(path)
        elif opening == "{":
            self._members(path)
        else:
            while self._peek().text not in {",", "]", "}", "\n"}:
                self._at += 1

    def _items(self, path: Path) -> None:
        number = 0
        while (token := self._peek()).text != "]":
            if token.kind == "newline" or token.text == ",":
                self._at += 1
                continue
            self.lines[(*path, number)] = token.line
            self._value((*path, number))
            number += 1
        self._at += 1

    def _members(self, path: Path) -> None:
        while (token := self._peek()).text != "}":
            if token.kind == "newline" or token.text == ",":
                self._at += 1
            else:
                self._assignment(path)
        self._at += 1
