"""What a report consists of: sections with a chart, tables and the figures behind them, in one language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import frozen

from complaintkit.measures.measure import Measure, Scale
from complaintkit.measures.phrasing import Phrases

#: How many groups a table and its chart show; the rest is summed up in a last line.
SHOWN = 10


@frozen(kw_only=True)
class Table:
    """Written cells; the first of each row names it."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@frozen(kw_only=True)
class Section:
    """A part of the report: ``figures`` is everything it shows, for JSON and CSV; ``chart`` is inline SVG."""

    id: str
    title: str
    figures: tuple[Measure, ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()
    chart: str = ""

    @property
    def about(self) -> Measure:
        """The measure that the section is about."""
        return self.figures[0]


def table_of(
    phrases: Phrases, head: str, rows: Sequence[tuple[str, Measure]], *, units: str = "", caption: str = ""
) -> Table:
    """A table of labelled measures of one scale: number, of how many, value, interval."""
    scale = rows[0][1].scale if rows else Scale.COUNT
    named = {Scale.COUNT: ("number",), Scale.SHARE: ("number", "of", "share", "interval")}.get(scale, ())
    words = [phrases.say(f"report.{name}") for name in named] or [
        phrases.say("report.number"),
        units,
        _interval(phrases),
    ]
    cells = [(label, *_cells(phrases, measure)) for label, measure in rows]
    return Table(caption=caption or phrases.say("report.table"), columns=(capital(head), *words), rows=tuple(cells))


def capital(text: str) -> str:
    """A text with its first letter as at the beginning of a line, where the script has capitals."""
    return text[:1].upper() + text[1:]


def _interval(phrases: Phrases) -> str:
    return phrases.say("report.interval")


def _cells(phrases: Phrases, measure: Measure) -> Iterable[str]:
    if measure.scale is Scale.COUNT:
        return (phrases.count(measure.numerator),)
    shown = (phrases.value(measure), phrases.interval(measure))
    if measure.scale is Scale.SHARE:
        return (phrases.count(measure.numerator), phrases.count(measure.denominator), *shown)
    return (phrases.count(measure.denominator), *shown)
