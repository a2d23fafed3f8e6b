"""How many, and which share: M-01, shares by any field, Pareto, and the time over which items came (D2 to D7)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any, Literal

from attrs import frozen

from complaintkit.errors import MalformedInput
from complaintkit.measures.engine import Frame, narwhals, rows, tally
from complaintkit.measures.facts import Facts
from complaintkit.measures.measure import Basis, Figures, Measure, Period, Scale, Unit, left_out, proportion

#: How many calendar units a count is broken down by.
Grain = Literal["month"]


def within(frame: Frame, column: str, period: Period) -> Frame:
    """The rows whose local date lies in the period."""
    nw = narwhals()
    return frame.filter((nw.col(column) >= period.first) & (nw.col(column) <= period.last))


def received(facts: Facts, period: Period) -> Frame:
    """The complaints that were received in the period."""
    return within(facts.complaints, "received_on", period)


def volume(facts: Facts, by: str | None = None, *, grain: Grain | None = None, period: Period | None = None) -> Figures:
    """M-01: how many items were received, by a field, by month, or by both; months without any count 0.

    ``by`` is a field of :attr:`~complaintkit.measures.facts.Facts.fields`; a value that is not stated has the label "".
    """
    period = period or facts.whole
    about: dict[str, Any] = _about("M-01", period) | {"scale": Scale.COUNT}
    names = [name for name in (by, grain) if name]
    columns = ([facts.column(by)] if by else []) + (["received_month"] if grain else [])
    counted = tally(received(facts, period), columns) if columns else []
    total = tally(received(facts, period), ())[0][0]
    found = {tuple(value or "" for value in row[:-1]): row[-1] for row in counted}
    if grain and not by:
        found = {(month,): found.get((month,), 0) for month in months(period)}
    segments = found if not by else sorted(found, key=lambda key: (-found[key], key))
    return Figures(
        total=Measure(numerator=total, denominator=total, value=total, **about),
        rows=tuple(
            Measure(numerator=found[key], denominator=total, value=found[key],
                    segment=tuple(zip(names, key, strict=True)), **about)
            for key in segments
        ),
    )  # fmt: skip


def months(period: Period) -> Iterator[str]:
    """The months of a period as ``YYYY-MM``.

    >>> list(months(Period(date(2025, 12, 31), date(2026, 2, 1))))
    ['2025-12', '2026-01', '2026-02']
    """
    year, month = period.first.year, period.first.month
    while (year, month) <= (period.last.year, period.last.month):
        yield f"{year:04}-{month:02}"
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def share_by(facts: Facts, field: str, *, not_answered: Collection[str] = (), period: Period | None = None) -> Figures:
    """What share each value of a field has among the complaints that state it.

    Blank and ``not_answered`` values are left out of the denominator and counted as excluded.
    """
    period = period or facts.whole
    counts = _values(facts, field, period)
    silent = sum(count for value, count in counts if not value or value in not_answered)
    stated = [(value, count) for value, count in counts if value and value not in not_answered]
    total = sum(count for _, count in stated)
    about = _about("share", period) | {"excluded": left_out({"not_answered": silent})}
    return Figures(
        total=proportion(total, total, **about),
        rows=tuple(proportion(count, total, segment=((field, value),), **about) for value, count in stated),
    )


def share(
    facts: Facts, field: str, of: Collection[str], *, not_answered: Collection[str] = (), count_blank: bool = False,
    by: str | None = None, period: Period | None = None,
) -> Figures:  # fmt: skip
    """The share of complaints whose field has one of the values ``of`` (D2 to D5).

    Left out and counted are ``not_answered`` values and, unless ``count_blank``, complaints that do not state the
    field; with ``count_blank`` the value "" stands for them.
    """
    if isinstance(of, str):
        raise MalformedInput("the values of a share are a text", hint="hand in a set of values, as in of={'Yes'}")
    period = period or facts.whole
    silent = {*not_answered} if count_blank else {*not_answered, ""}
    columns = list(dict.fromkeys([*([facts.column(by)] if by else []), facts.column(field)]))
    counted = tally(received(facts, period), columns)
    cells = [(row[0] or "", row[-2] or "", row[-1]) for row in counted]
    about = _about("share", period)

    def figure(group: str | None) -> Measure:
        mine = [(value, n) for label, value, n in cells if group is None or label == group]
        segment = ((by, group),) if by and group is not None else ()
        return _share_of(mine, of, silent, segment=segment, **about)

    groups = sorted({label for label, _, _ in cells}) if by else []
    return Figures(total=figure(None), rows=tuple(figure(group) for group in groups))


def _share_of(counts: Sequence[tuple[str, int]], of: Collection[str], silent: Collection[str], **about: Any) -> Measure:
    answered = [(value, count) for value, count in counts if value not in silent]
    missing = sum(count for value, count in counts if value in silent)
    yes = sum(count for value, count in answered if value in of)
    return proportion(yes, sum(count for _, count in answered), excluded=left_out({"not_answered": missing}), **about)


@frozen(kw_only=True)
class Pareto:
    """The values of a field by how often they occur; the first ``n80`` make up at least 80 % (D7).

    ``figures.rows`` are in that order; ``categories`` is how many values there are.
    """

    field: str
    categories: int
    n80: int
    figures: Figures

    def to_dict(self, language: str = "en") -> dict[str, Any]:
        """The ranking as plain data."""
        return {"field": self.field, "categories": self.categories, "n80": self.n80, **self.figures.to_dict(language)}


def pareto(facts: Facts, field: str, *, part: float = 0.8, period: Period | None = None) -> Pareto:
    """Rank the values of a field, and say how few of them make up ``part`` of all (D7)."""
    figures = share_by(facts, field, period=period)
    total, so_far, n80 = figures.total.denominator, 0, 0
    for row in figures.rows:
        if so_far >= part * total:
            break
        so_far, n80 = so_far + row.numerator, n80 + 1
    return Pareto(field=field, categories=len(figures.rows), n80=n80, figures=figures)


@frozen(kw_only=True)
class Arrivals:
    """When complaints came: the first and the last local date, and the month in which most came."""

    first: date
    last: date
    months: int
    busiest_month: str
    in_busiest_month: int


def arrivals(facts: Facts, *, period: Period | None = None) -> Arrivals | None:
    """First and last receipt, in how many months any came, and the busiest month (the earliest of equals)."""
    nw, frame = narwhals(), received(facts, period or facts.whole)
    by_month = tally(frame, ["received_month"])
    if not by_month:
        return None
    (days,) = rows(frame.select(nw.col("received_on").min().alias("a"), nw.col("received_on").max().alias("b")))
    month, count = max(by_month, key=lambda row: row[1])
    return Arrivals(first=days[0], last=days[1], months=len(by_month), busiest_month=month, in_busiest_month=count)


def _values(facts: Facts, field: str, period: Period) -> list[tuple[str, int]]:
    """Each value of a field with its count, most frequent first."""
    counted = tally(received(facts, period), [facts.column(field)])
    return sorted(((value or "", count) for value, count in counted), key=lambda row: (-row[1], row[0]))


def _about(measure: str, period: Period) -> dict[str, Any]:
    return {"id": measure, "period": period, "basis": Basis.RECEIVED, "unit": Unit.COMPLAINT}
