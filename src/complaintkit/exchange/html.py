"""HTML by construction: whatever is put into an element is escaped, unless it is an element itself."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape


class Html(str):
    """A text that is HTML already."""

    __slots__ = ()


def tag(name: str, *inside: str, **attributes: str) -> Html:
    """An element with what stands in it; a trailing underscore of an attribute's name is left out.

    >>> tag("p", "1 < 2 ", tag("b", "&"), class_="note")
    '<p class="note">1 &lt; 2 <b>&amp;</b></p>'
    """
    said = "".join(f' {key.rstrip("_")}="{escape(value)}"' for key, value in attributes.items())
    return Html(f"<{name}{said}>{''.join(_safe(each) for each in inside)}</{name}>")


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Html:
    """A table; the first line of it is repeated on every printed page."""
    lines = [tag("tr", *(tag("td", cell) for cell in row)) for row in rows]
    return tag("table", tag("thead", tag("tr", *(tag("th", cell) for cell in head))), tag("tbody", *lines))


def isolated(text: str) -> Html:
    """A value among words of another direction: an id, a hash, a text of somebody's own."""
    return tag("bdi", text)


def _safe(text: str) -> str:
    return text if isinstance(text, Html) else escape(text)


def codes(value: object) -> str:
    """A code, a number, or several of them, as text; empty for what is none.

    >>> codes((("seriousness", 2), ("safety", 0))), codes(("G-12",)), codes(True), codes(None)
    ('seriousness=2, safety=0', 'G-12', 'yes', '')
    """
    match value:
        case bool():
            return "yes" if value else ""
        case str() | int():
            return str(value)
        case tuple():
            pairs = ["=".join(map(codes, part)) if isinstance(part, tuple) else codes(part) for part in value]
            return ", ".join(filter(None, pairs))
    return ""
