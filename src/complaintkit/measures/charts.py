"""Charts as inline SVG by matplotlib: text stays text, nothing is random, nothing is fetched.

Bars grow from the side where reading begins; time and number axes run from left to right in every language.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from html import escape
from io import StringIO
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from complaintkit.errors import MissingExtra

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH: Final = 760
_INK, _MUTED, _LINE, _FILL, _SOFT = "#1d2b33", "#4a5a63", "#d5dde1", "#22667a", "#b9d3da"
_BAR, _PAD = 30, 14
_CHARACTER: Final = 6.3
_LABEL: Final = 46
_STEPS: Final = 400
_STYLE: Final[Any] = {
    "svg.fonttype": "none", "text.parse_math": False, "font.family": ["DejaVu Sans"], "font.size": 11,
    "text.color": _INK, "axes.edgecolor": _LINE, "xtick.color": _MUTED, "ytick.color": _INK,
    "axes.unicode_minus": False, "figure.dpi": 72, "savefig.dpi": 72, "path.simplify": False,
}  # fmt: skip


class Bar(NamedTuple):
    """A labelled value; ``text`` is how it is written."""

    label: str
    value: float
    text: str


class Point(NamedTuple):
    """A labelled share with its interval; ``text`` is how it is written."""

    label: str
    value: float
    low: float
    high: float
    text: str


class Drawing:
    """One chart on its way to SVG; ``name`` keeps its element ids apart from those of other charts."""

    def __init__(
        self, name: str, height: float, *, left: float = _PAD, right: float = _PAD, top: float = 8, bottom: float = 26,
    ) -> None:  # fmt: skip
        from matplotlib.figure import Figure

        self.name = name
        self.figure = Figure(figsize=(WIDTH / 72, height / 72))
        place = (left / WIDTH, bottom / height, 1 - (left + right) / WIDTH, 1 - (bottom + top) / height)
        self.axes: Axes = self.figure.add_axes(place)
        self.axes.set_facecolor("none")
        for side in ("top", "right", "left", "bottom"):
            self.axes.spines[side].set_visible(False)
        self.axes.tick_params(length=0)

    def svg(self, alt: str) -> str:
        """The chart as an ``svg`` element that may stand in HTML, with ``alt`` as its description."""
        import matplotlib as mpl

        written = StringIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        with mpl.rc_context({**_STYLE, "svg.hashsalt": self.name}):
            self.figure.savefig(written, format="svg", transparent=True, metadata=nothing)
        return _inline(written.getvalue(), alt)


@contextmanager
def _drawing() -> Iterator[None]:
    """Our own style, whatever the host has set; letters that matplotlib's font lacks are the reader's to draw."""
    try:
        import matplotlib as mpl
    except ImportError:
        raise MissingExtra("complaintkit[learn]", "the report") from None
    with warnings.catch_warnings(), mpl.rc_context(_STYLE):
        warnings.filterwarnings("ignore", category=UserWarning)
        yield


def bars(name: str, rows: Sequence[Bar], alt: str, *, mirrored: bool) -> str:
    """Horizontal bars, the first on top; ``mirrored`` lets them grow from the right."""
    with _drawing():
        drawing = _rows(name, [row.label for row in rows], mirrored, bottom=4)
        places = range(len(rows))
        drawing.axes.barh(places, [row.value for row in rows], height=0.62, color=_FILL)
        widest = max((row.value for row in rows), default=0) or 1
        _scale(drawing.axes, widest * 1.2, mirrored)
        for place, row in zip(places, rows, strict=True):
            _beside(drawing.axes, row.value, place, row.text, mirrored)
        drawing.axes.xaxis.set_visible(False)
        return drawing.svg(alt)


def dots(name: str, rows: Sequence[Point], alt: str, percent: Callable[[float], str], *, mirrored: bool) -> str:
    """Shares as points with their intervals on one scale from nothing to all."""
    with _drawing():
        drawing = _rows(name, [row.label for row in rows], mirrored, bottom=28)
        for place, row in enumerate(rows):
            drawing.axes.plot([row.low, row.high], [place, place], color=_SOFT, linewidth=7, solid_capstyle="round")
            drawing.axes.plot([row.value], [place], "o", color=_FILL, markersize=8)
            _beside(drawing.axes, row.high, place, row.text, mirrored)
        _scale(drawing.axes, 1.16, mirrored, start=-0.02)
        ticks = [0, 0.25, 0.5, 0.75, 1]
        drawing.axes.set_xticks(ticks, [percent(tick) for tick in ticks])
        drawing.axes.grid(axis="x", color=_LINE, linewidth=0.8)
        drawing.axes.set_axisbelow(True)
        return drawing.svg(alt)


def columns(name: str, rows: Sequence[Bar], alt: str) -> str:
    """Columns over time; labels and numbers are thinned out where they would touch."""
    with _drawing():
        drawing = Drawing(name, 240, top=24)
        places, every = range(len(rows)), -(-len(rows) // 12)
        drawing.axes.bar(places, [row.value for row in rows], width=0.72, color=_FILL)
        shown = [place for place in places if place % every == 0]
        drawing.axes.set_xticks(shown, [rows[place].label for place in shown], fontsize=10)
        drawing.axes.set_xlim(-0.6, len(rows) - 0.4)
        drawing.axes.yaxis.set_visible(False)
        top = max(range(len(rows)), key=lambda place: rows[place].value, default=0)
        for place in places if every == 1 else [top]:
            above = (place, rows[place].value)
            drawing.axes.annotate(rows[place].text, above, (0, 4), textcoords="offset points", ha="center", fontsize=10)
        return drawing.svg(alt)


def curve(
    name: str, steps: Sequence[tuple[float, float, float, float]], alt: str, percent: Callable[[float], str],
    number: Callable[[float], str], units: str,
) -> str:  # fmt: skip
    """A falling step curve with its band, from 1 at 0; ``steps`` are (time, share, low, high), time in ``units``."""
    with _drawing():
        drawing = Drawing(name, 280, left=60, right=24, bottom=44)
        times, shares, lows, highs = zip((0.0, 1.0, 1.0, 1.0), *_thinned(steps), strict=True)
        drawing.axes.fill_between(times, lows, highs, step="post", color=_SOFT, linewidth=0, alpha=0.75)
        drawing.axes.step(times, shares, where="post", color=_FILL, linewidth=2)
        drawing.axes.set_ylim(0, 1.03)
        drawing.axes.set_xlim(0, times[-1] or 1)
        ticks = [0, 0.25, 0.5, 0.75, 1]
        drawing.axes.set_yticks(ticks, [percent(tick) for tick in ticks], fontsize=10)
        across = [tick for tick in drawing.axes.get_xticks() if 0 <= tick <= times[-1]]
        drawing.axes.set_xticks(across, [number(tick) for tick in across], fontsize=10)
        drawing.axes.set_xlabel(units, color=_MUTED, fontsize=10)
        drawing.axes.grid(color=_LINE, linewidth=0.8)
        drawing.axes.set_axisbelow(True)
        return drawing.svg(alt)


def _rows(name: str, labels: Sequence[str], mirrored: bool, bottom: float) -> Drawing:
    """A chart with a label for each row, at the side where reading begins."""
    written = [_short(label) for label in labels]
    margin = min(max((len(label) for label in written), default=0), _LABEL) * _CHARACTER + 2 * _PAD
    sides = {"right": margin} if mirrored else {"left": margin}
    drawing = Drawing(name, len(labels) * _BAR + bottom + 8, bottom=bottom, **sides)
    drawing.axes.set_ylim(len(labels) - 0.4, -0.6)
    drawing.axes.set_yticks(range(len(labels)), written)
    if mirrored:
        drawing.axes.yaxis.tick_right()
    drawing.axes.tick_params(length=0, pad=8)
    return drawing


def _scale(axes: Axes, end: float, mirrored: bool, start: float = 0) -> None:
    axes.set_xlim(*((end, start) if mirrored else (start, end)))


def _beside(axes: Axes, value: float, place: float, text: str, mirrored: bool) -> None:
    """A number at the end of its bar."""
    axes.annotate(
        text, (value, place), (-8 if mirrored else 8, 0), textcoords="offset points", va="center",
        ha="right" if mirrored else "left", fontsize=10, color=_MUTED,
    )  # fmt: skip


def _short(label: str) -> str:
    return label if len(label) <= _LABEL else label[: _LABEL - 1].rstrip() + "…"


def _thinned(steps: Sequence[tuple[float, float, float, float]]) -> list[tuple[float, float, float, float]]:
    """At most some hundred steps, the last one among them: more than a screen can show."""
    every = -(-len(steps) // _STEPS) if steps else 1
    return [*steps[:-1:every], *steps[-1:]]


def _inline(document: str, alt: str) -> str:
    """The ``svg`` element alone: without prolog, metadata, sizes, namespaces and ids that nothing refers to."""
    body = document[document.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", body, flags=re.DOTALL)
    root, _, rest = body.partition(">")
    box = re.search(r'viewBox="([^"]*)"', root)
    used = set(re.findall(r'(?:url\(#|href="#)([^")]+)', rest))
    rest = re.sub(r' id="([^"]*)"', lambda found: found[0] if found[1] in used else "", rest)
    rest = rest.replace("xlink:href", "href").replace("\n", "").replace("  ", "")
    shape = box[1] if box else f"0 0 {WIDTH} 100"
    return f'<svg class="chart" viewBox="{shape}" role="img" aria-label="{escape(alt)}">{rest.strip()}'
