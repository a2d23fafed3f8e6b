"""The sections of the report: each asks one measure and says what it found; None where there is nothing to count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from attrs import frozen

from complaintkit.measures import charts
from complaintkit.measures.attainment import Population, acknowledgement_attainment, final_attainment
from complaintkit.measures.contents import SHOWN, Section, Table, capital, table_of
from complaintkit.measures.counts import pareto, volume
from complaintkit.measures.duplicates import exact_duplicates
from complaintkit.measures.facts import Facts
from complaintkit.measures.measure import ENOUGH, Figures, Measure, Period, Scale, proportion
from complaintkit.measures.phrasing import DAY, HOUR, Phrases, spoken
from complaintkit.measures.statistic import Interval
from complaintkit.measures.times import Reckoned, Waiting, quantiles, time_to_final
from complaintkit.ports import Store
from complaintkit.wording import direction

_MARKS: Final = {
    "calendar": (1, 2, 3, 5, 7, 10, 14, 21, 28, 42, 56, 84, 112, 168, 252, 365, 730),
    "working": (1, 2, 4, 8, 16, 24, 40, 80, 120, 160, 240, 320, 480, 960, 1920),
}
_LINES: Final = 8


@frozen
class Ask:
    """What every section needs: the facts, the period, and the language to say it in."""

    facts: Facts
    period: Period
    phrases: Phrases

    @property
    def mirrored(self) -> bool:
        """Whether reading begins at the right."""
        return direction(self.phrases.language) == "rtl"


def volume_section(ask: Ask) -> Section | None:
    """M-01 by month."""
    phrases, figures = ask.phrases, volume(ask.facts, grain="month", period=ask.period)
    if not figures.total.numerator:
        return None
    title, rows = phrases.say("section.volume"), figures.rows
    top = max(rows, key=lambda row: row.numerator)
    alt = phrases.say(
        "alt.columns", title=title, first=phrases.month(rows[0].label), last=phrases.month(rows[-1].label),
        most=top.numerator,
    )  # fmt: skip
    bars = [charts.Bar(_month(phrases, row.label), row.numerator, phrases.count(row.numerator)) for row in rows]
    months = [(phrases.month(row.label), row) for row in rows]
    note = phrases.say("note.volume", count=figures.total.numerator, month=phrases.month(top.label), most=top.numerator)
    return Section(
        id="volume", title=title, figures=(figures.total, *rows), notes=(note,),
        chart=charts.columns("volume", bars, alt),
        tables=(table_of(phrases, phrases.say("field.month"), [*months, _all(phrases, figures.total)]),),
    )  # fmt: skip


def _month(phrases: Phrases, month: str) -> str:
    year, number = month.split("-")
    return f"{phrases.count(int(number))}/{phrases.count(int(year[2:]))}"


def acknowledgement_section(ask: Ask) -> Section | None:
    """M-08 by channel."""
    return _attainment(ask, "acknowledgement", acknowledgement_attainment(ask.facts, "channel", period=ask.period))


def final_section(ask: Ask, population: Population) -> Section | None:
    """M-09 by channel in one of its populations; what was moved is shown where anything was."""
    figures = final_attainment(ask.facts, "channel", population=population, period=ask.period)
    if population == "due_as_moved":
        first = final_attainment(ask.facts, "channel", period=ask.period)
        if _counts(first) == _counts(figures):
            return None
    return _attainment(ask, f"final_{population}", figures)


def _counts(figures: Figures) -> list[tuple[str, int, int]]:
    return [(row.label, row.numerator, row.denominator) for row in figures.rows]


def _attainment(ask: Ask, name: str, figures: Figures) -> Section | None:
    """Shares of promises kept: points with their intervals for the groups that are large enough."""
    if not figures.total.denominator:
        return None
    phrases, title = ask.phrases, ask.phrases.say(f"section.{name}")
    groups = [(phrases.group("channel", row.label), row) for row in figures.rows]
    rows = [_all(phrases, figures.total), *groups]
    points = [
        charts.Point(label, row.value, row.interval.low or 0, row.interval.high or 0, phrases.percent(row.value))
        for label, row in rows if row.value is not None and row.interval is not None
    ]  # fmt: skip
    alt = phrases.say("alt.dots", title=title, groups=len(points))
    chart = charts.dots(name, points, alt, _whole_percent(phrases), mirrored=ask.mirrored) if points else ""
    return Section(
        id=name, title=title, figures=(figures.total, *figures.rows), chart=chart,
        tables=(table_of(phrases, phrases.say("field.channel"), rows),),
    )  # fmt: skip


def _whole_percent(phrases: Phrases) -> Callable[[float], str]:
    return lambda share: phrases.percent(share).replace(".0", "").replace("٫۰", "")


def time_section(ask: Ask, reckoned: Reckoned) -> Section | None:
    """M-11: median, P75 and P90, and the curve of those who wait still."""
    waiting = time_to_final(ask.facts, reckoned, period=ask.period)
    if not waiting.curve:
        return None
    phrases, name = ask.phrases, f"time_{reckoned}"
    title, size = phrases.say(f"section.{name}"), DAY if reckoned == "calendar" else HOUR
    units = phrases.say("report.days" if reckoned == "calendar" else "report.hours")
    steps = [(step.time / size, step.waiting, step.low, step.waiting if step.high is None else step.high)
             for step in waiting.curve]  # fmt: skip
    alt, marks = phrases.say("alt.curve", title=title), _marks(waiting, size)
    chart = charts.curve(name, steps, alt, _whole_percent(phrases), lambda time: phrases.decimal(time, 0), units)
    key = "report.after" if reckoned == "calendar" else "report.after_hours"
    lines = [(phrases.say(key, **{"days" if size == DAY else "hours": mark}), row) for mark, row in marks]
    parts = [(phrases.group("quantile", row.segment[0][1]), row) for row in waiting.quantiles]
    return Section(
        id=name, title=title, figures=(*waiting.quantiles, *(row for _, row in marks)), chart=chart,
        notes=(phrases.say("note.curve", answered=waiting.answered, waiting=waiting.waiting),),
        tables=(
            table_of(phrases, phrases.say("field.quantile"), parts, units=units, caption=title),
            _curve_table(phrases, lines),
        ),
    )  # fmt: skip


def _curve_table(phrases: Phrases, lines: Sequence[tuple[str, Measure]]) -> Table:
    words = [phrases.say(key) for key in ("field.waiting", "report.still_waiting", "report.interval")]
    rows = tuple((label, phrases.value(row), phrases.interval(row)) for label, row in lines)
    return Table(caption=phrases.say("report.table"), columns=tuple(map(capital, words)), rows=rows)


def _marks(waiting: Waiting, size: int) -> list[tuple[int, Measure]]:
    """The share that waits still at round times within the curve."""
    last, median = waiting.curve[-1].time, waiting.median
    marks = [mark for mark in _MARKS[waiting.reckoned] if mark * size <= last][-_LINES:]
    return [(mark, _still_waiting(waiting, mark * size, median)) for mark in marks]


def _still_waiting(waiting: Waiting, time: int, like: Measure) -> Measure:
    step = next((step for step in reversed(waiting.curve) if step.time <= time), None)
    enough = like.denominator >= ENOUGH
    return Measure(
        id=like.id, period=like.period, basis=like.basis, unit=like.unit, scale=Scale.SHARE,
        numerator=like.numerator, denominator=like.denominator, excluded=like.excluded,
        value=(step.waiting if step else 1.0) if enough else None,
        interval=(Interval(step.low, step.high) if step else Interval(1.0, 1.0)) if enough else None,
        segment=(("waiting", str(time)),),
    )  # fmt: skip


def milestone_section(ask: Ask, milestone: str) -> Section | None:
    """Days to a step of the source, with what is odd about them (D1)."""
    phrases, spread = ask.phrases, quantiles(ask.facts, milestone, period=ask.period)
    if spread.mean is None:
        return None
    note = phrases.say(
        "note.spread", mean=phrases.decimal(spread.mean), least=spread.least or 0, most=spread.most or 0,
        zero=spread.zero, negative=spread.negative,
    )  # fmt: skip
    title = phrases.say("section.milestone", name=spoken(milestone))
    parts = [(phrases.group("quantile", row.segment[1][1]), row) for row in spread.quantiles]
    table = table_of(phrases, phrases.say("field.quantile"), parts, units=phrases.say("report.days"), caption=title)
    return Section(id=f"milestone-{milestone}", title=title, figures=spread.quantiles, notes=(note,), tables=(table,))


def field_section(ask: Ask, field: str, *, repeating: bool = False) -> Section | None:
    """Count and share by a field, most frequent first; with ``repeating``, only where values come again and again."""
    phrases, ranked = ask.phrases, pareto(ask.facts, field, period=ask.period)
    total, rows = ranked.figures.total, ranked.figures.rows
    if len(rows) < 2 or (repeating and 2 * len(rows) > total.denominator):
        return None
    named = [(phrases.group(field, row.label), row) for row in rows[:SHOWN]]
    title = phrases.say("section.by", name=phrases.field(field))
    bars = [charts.Bar(label, row.numerator, phrases.count(row.numerator)) for label, row in named]
    alt = phrases.say("alt.bars", title=title, top=named[0][0], value=named[0][1].numerator)
    notes = (phrases.say("note.pareto", few=ranked.n80, all=ranked.categories),) if len(rows) > 3 else ()
    return Section(
        id=f"by-{field}", title=title, figures=(total, *rows), notes=notes,
        chart=charts.bars(f"by-{field}", bars, alt, mirrored=ask.mirrored),
        tables=(table_of(phrases, phrases.field(field), named + _others(phrases, rows[SHOWN:])),),
    )  # fmt: skip


def _others(phrases: Phrases, rest: Sequence[Measure]) -> list[tuple[str, Measure]]:
    """What is not shown one by one, in one line."""
    if not rest:
        return []
    like = rest[0]
    about = {"id": like.id, "period": like.period, "basis": like.basis, "unit": like.unit, "excluded": like.excluded}
    together = proportion(sum(row.numerator for row in rest), like.denominator, **about)
    return [(phrases.say("report.other", count=len(rest)), together)]


def duplicates_section(ask: Ask, store: Store | None) -> Section | None:
    """The same words again (D13), where a store to read them from is given."""
    if store is None:
        return None
    phrases, found = ask.phrases, exact_duplicates(ask.facts, store, period=ask.period)
    if not found.texts:
        return None
    note = phrases.say("note.duplicates", groups=found.groups, surplus=found.surplus)
    title = phrases.say("section.duplicates")
    table = table_of(phrases, phrases.say("unit.text"), [_all(phrases, found.share)], caption=title)
    return Section(id="duplicates", title=title, figures=(found.share,), notes=(note,), tables=(table,))


def _all(phrases: Phrases, total: Measure) -> tuple[str, Measure]:
    return phrases.say("report.all"), total
