"""What an import did: counts, and everything odd by name with the lines where it stands; no personal text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from attrs import define, field, frozen

#: So many lines of each oddity are listed; all are counted.
LINES: Final = 20
#: So many different words of one oddity are told apart; the rest is counted under ``(others)``.
_WORDS: Final = 200
_LONGEST_WORD: Final = 60
#: What the kinds of oddities mean.
KINDS: Final = {
    "preamble": "lines before the header, passed over",
    "separator": "the fields are not separated by commas",
    "byte-order-mark": "the file begins with a byte order mark",
    "cp1252": "lines with bytes that are not UTF-8, read as cp1252",
    "blank-line": "empty lines, passed over",
    "no-end-of-line": "the last line has no end: was the file cut off?",
    "ignored-column": "columns that the mapping profile does not know, not taken in",
    "absent-column": "columns that this table does not have",
    "unknown-value": "words that the mapping profile does not know",
    "negative-interval": "dates before the date of receipt, kept as they are",
    "erased": "texts that were erased here, not taken in again",
    "duplicate-id": "rows with the id of an earlier row, which counts",
    "refused": "rows that were not taken in",
}


@define
class Finding:
    """One oddity: its ``kind`` (see :data:`KINDS`), column and word or reason, how often, and its first lines."""

    kind: str
    column: str
    what: str
    count: int = 0
    lines: list[int] = field(factory=list)

    def __str__(self) -> str:
        name = ": ".join(filter(None, (self.column, self.what)))
        where = ", ".join(map(str, self.lines)) + (" ..." if self.count > len(self.lines) else "")
        return f"{self.count:,}" + (f" x {name}" if name else "") + (f" (lines {where})" if self.lines else "")


class Findings:
    """Collects what is odd while a table is read."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str], Finding] = {}
        #: How many cells of each column were not answered.
        self.unanswered: Counter[str] = Counter()

    def note(self, kind: str, column: str = "", what: str = "", line: int = 0, count: int = 1) -> None:
        """Count one oddity; ``line`` 0 says that it has no line of its own."""
        key = (kind, column, what)
        if key not in self._found:
            key = self._new(kind, column, shown(what))
        finding = self._found[key]
        finding.count += count
        if line and len(finding.lines) < LINES:
            finding.lines.append(line)

    def _new(self, kind: str, column: str, what: str) -> tuple[str, str, str]:
        if len(self._found) >= _WORDS:
            what = "(others)"
        self._found.setdefault((kind, column, what), Finding(kind, column, what))
        return kind, column, what

    def listed(self) -> tuple[Finding, ...]:
        """Every oddity, in the order of :data:`KINDS` and then of finding."""
        order = list(KINDS)
        return tuple(sorted(self._found.values(), key=lambda finding: order.index(finding.kind)))


def shown(word: str) -> str:
    """A word of a coded column or a heading as a report may show it: short and harmless, or only its length.

    >>> shown("Carrier pigeon"), shown("two\\nlines")
    ('Carrier pigeon', '(9 characters)')
    """
    return word if len(word) <= _LONGEST_WORD and word.isprintable() else f"({len(word)} characters)"


@frozen(kw_only=True)
class ImportReport:
    """What an import did.

    Each row read is either ``new``, ``known`` (nothing changed, nothing written), ``changed`` (a correction
    was recorded), ``repeated`` (its id stood in the file before) or ``refused``. ``encoding`` and ``separator``
    are those of the file, ``header_line`` where its header stands; ``unanswered`` counts empty cells by column.
    """

    profile: str
    source: str
    encoding: str
    separator: str
    header_line: int
    rows: int
    new: int
    known: int
    changed: int
    repeated: int
    refused: int
    findings: tuple[Finding, ...]
    unanswered: tuple[tuple[str, int], ...]

    def count(self, kind: str, column: str | None = None) -> int:
        """How often an oddity was found, in one column or in all."""
        return sum(f.count for f in self.findings if f.kind == kind and column in (None, f.column))

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data."""
        names = ("profile", "source", "encoding", "separator", "header_line")
        counts = ("rows", "new", "known", "changed", "repeated", "refused")
        found = [{"kind": f.kind, "column": f.column, "what": f.what, "count": f.count, "lines": f.lines}
                 for f in self.findings]  # fmt: skip
        plain = {name: getattr(self, name) for name in (*names, *counts)}
        return plain | {"findings": found, "unanswered": dict(self.unanswered)}

    def __str__(self) -> str:
        return "\n".join(self._told())

    def _told(self) -> Iterable[str]:
        yield f"{self.source}, read with the mapping profile {self.profile}"
        yield (
            f"{self.rows:,} rows: {self.new:,} new, {self.known:,} known, {self.changed:,} changed, "
            f"{self.repeated:,} repeated, {self.refused:,} refused"
        )
        for kind in dict.fromkeys(finding.kind for finding in self.findings):
            yield f"{kind}: {KINDS[kind]}"
            yield from (f"  {finding}" for finding in self.findings if finding.kind == kind)
        if self.unanswered:
            yield "not answered: " + ", ".join(f"{name} {count:,}" for name, count in self.unanswered)
