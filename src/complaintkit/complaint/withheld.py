"""What of a complaint's texts not everybody may read: parts about third parties, and texts under legal privilege."""

from __future__ import annotations

from typing import NamedTuple

from complaintkit.vocabulary import WithheldFor


class Span(NamedTuple):
    """A part of a text: from which character on, and before which one it ends, counted from 0."""

    start: int
    end: int


class Redaction(NamedTuple):
    """The parts of a text that only its author reads, because they are about third parties (E-07).

    ``text`` is the reference of the text in the vault. Without parts somebody has looked and found none.
    """

    text: str
    spans: tuple[Span, ...]


class Privileged(NamedTuple):
    """A text that is handed to nobody outside, and why; ``text`` is its reference in the vault."""

    text: str
    ground: WithheldFor
