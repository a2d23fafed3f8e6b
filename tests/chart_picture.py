"""The handling chart as an SVG for the documentation: one column of states, and each move on a lane of its own.

Moves to the next state run down the middle, other moves forward on the right, moves back on the left. A move is
labelled with its id in the domain and tells its name when it is pointed at. Withdrawing, and merging with the way
back, which are possible nearly everywhere, are dots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Final, NamedTuple

from complaintkit.cli.commands.diagram import Move, Place

ROW, WIDTH, HEIGHT, LANE, GAP, TOP, MIDDLE = 92, 200, 56, 26, 82, 20, 390
COLOURS: Final = {"receive": "#dbeafe", "respond": "#dcfce7", "learn": "#fef3c7"}
STYLE: Final = (
    "text { font: 13px sans-serif; text-anchor: middle; } .id { font-size: 10px; } "
    "path { fill: none; stroke: #475569; stroke-width: 1.2; marker-end: url(#head); } "
    ".box { stroke: #475569; } .bare { stroke-dasharray: 4 3; } .left { text-anchor: start; }"
)

#: Moves to the end that are possible nearly everywhere, as dots of a colour.
DOTS: Final = {"EV-45": "#b91c1c", "EV-12": "#6d28d9"}
_DOTTED: Final = tuple((ev, "closed") for ev in DOTS)


class Arrow(NamedTuple):
    """All moves between two states: their rows, and what is written at them."""

    source: int
    target: int
    label: str
    name: str

    @property
    def side(self) -> int:
        """-1: back, on the left; 0: to the next state; 1: forward, on the right."""
        step = self.target - self.source
        return -1 if step < 0 else int(step > 1)


def draw(places: Sequence[Place], moves: Sequence[Move]) -> str:
    """The picture of the moves that are available and lead elsewhere."""
    rows = {place.id: number for number, place in enumerate(places)}
    shown = [move for move in moves if move.available and move.source != move.target]
    dots = {(rows[move.source], move.ev) for move in shown if move.ev in DOTS and move.target == "closed"}
    drawn = [move for move in shown if (move.ev, move.target) not in _DOTTED and move.ev != "EV-41"]
    pairs = groupby(sorted(drawn, key=lambda move: _ends(move, rows)), key=lambda move: _ends(move, rows))
    arrows = [_arrow(*pair, list(group)) for pair, group in pairs]
    met = {row for arrow in arrows for row in arrow[:2]}
    height = TOP + ROW * len(places) + 10
    parts = [_straight(arrow) for arrow in arrows if arrow.side == 0]
    parts += _lanes([arrow for arrow in arrows if arrow.side < 0], -1)
    parts += _lanes([arrow for arrow in arrows if arrow.side > 0], 1)
    parts += [
        _box(row, place, [ev for ev in DOTS if (row, ev) in dots], bare=row not in met)
        for row, place in enumerate(places)
    ]
    parts.append(_legend(height))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * MIDDLE} {height + 60}" role="img" '
        f'aria-label="The handling chart">\n<style>{STYLE}</style>\n<defs><marker id="head" viewBox="0 0 8 8" refX="7" '
        'refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0,0 L8,4 L0,8" style="marker-end: none"/>'
        f'</marker></defs>\n<rect width="100%" height="100%" fill="white"/>\n{"".join(parts)}</svg>\n'
    )


def _arrow(source: int, target: int, moves: list[Move]) -> Arrow:
    ids = ", ".join(dict.fromkeys(move.ev for move in moves))
    return Arrow(source, target, ids, ", ".join(move.event.replace("_", " ") for move in moves))


def _y(row: int) -> int:
    return TOP + ROW * row


def _ends(move: Move, rows: Mapping[str, int]) -> tuple[int, int]:
    return rows[move.source], rows[move.target]


def _box(row: int, place: Place, dots: Sequence[str], *, bare: bool) -> str:
    name = place.name + (f" ({place.step})" if place.step else "")
    dot = "".join(
        f'<circle fill="{DOTS[ev]}" cx="{MIDDLE + WIDTH // 2 - 9 - 12 * n}" cy="{_y(row) + 9}" r="4"/>'
        for n, ev in enumerate(dots)
    )
    kind, fill = "box bare" if bare else "box", COLOURS[place.phase or "receive"]
    return (
        f'<rect class="{kind}" x="{MIDDLE - WIDTH // 2}" y="{_y(row)}" width="{WIDTH}" height="{HEIGHT}" rx="9" '
        f'fill="{fill}"/>'
        f'<text x="{MIDDLE}" y="{_y(row) + HEIGHT // 2 + 5}">{escape(name)}</text>{dot}\n'
    )


def _straight(arrow: Arrow) -> str:
    top, bottom = _y(arrow.source) + HEIGHT, _y(arrow.target) - 1
    label = escape(f"{arrow.label} {arrow.name}")
    return (
        f'<path d="M{MIDDLE},{top} V{bottom}"/>'
        f'<text class="id left" x="{MIDDLE + 8}" y="{(top + bottom) // 2 + 3}">{label}</text>\n'
    )


def _lanes(arrows: list[Arrow], side: int) -> list[str]:
    """Short moves on the inner lanes; two moves share a lane where they do not meet."""
    lanes: list[list[Arrow]] = []
    drawn = []
    for arrow in sorted(arrows, key=lambda arrow: (abs(arrow.target - arrow.source), arrow)):
        lane = next((n for n, taken in enumerate(lanes) if not any(_meet(arrow, other) for other in taken)), len(lanes))
        lanes[lane:] = [*lanes[lane:]] or [[]]
        lanes[lane].append(arrow)
        drawn.append(_bent(arrow, side, MIDDLE + side * (WIDTH // 2 + GAP + LANE * lane), arrows))
    return drawn


def _meet(one: Arrow, other: Arrow) -> bool:
    return max(min(one[:2]), min(other[:2])) <= min(max(one[:2]), max(other[:2]))


def _bent(arrow: Arrow, side: int, lane: int, arrows: list[Arrow]) -> str:
    edge = MIDDLE + side * WIDTH // 2
    leave, arrive = _port(arrow, arrow.source, arrows), _port(arrow, arrow.target, arrows)
    return (
        f'<g><title>{escape(arrow.name)}</title><path d="M{edge},{leave} H{lane} V{arrive} H{edge + side}"/>'
        f'<text class="id" x="{edge + side * 40}" y="{leave - 3}">{escape(arrow.label)}</text></g>\n'
    )


def _port(arrow: Arrow, row: int, arrows: list[Arrow]) -> int:
    """Where on the side of a state an arrow begins or ends: those that go up above those that go down."""
    here = sorted((other for other in arrows if row in other[:2]), key=lambda other: (sum(other[:2]), other))
    return _y(row) + (here.index(arrow) + 1) * HEIGHT // (len(here) + 1)


def _legend(height: int) -> str:
    words = (
        "Blue: receive. Green: respond. Yellow: learn. In brackets: which of the ten steps.",
        "Red dot: EV-45, withdrawn, leads to closed. Violet dot: EV-12, merged, leads to closed, and EV-41 back.",
        "Dashed: no way leads there yet.",
    )
    return "".join(f'<text x="{MIDDLE}" y="{height + 20 * n}">{line}</text>\n' for n, line in enumerate(words))
