"""``complaintkit diagram``: the process as a state chart, drawn from the charts that decide."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

from complaintkit.cli.output import Answer, table
from complaintkit.cli.parsing import Parser, common, one_of

EXAMPLES = """\
  complaintkit diagram                                     the handling of a complaint, for Mermaid
  complaintkit diagram handling --format dot | dot -Tsvg > handling.svg
  complaintkit diagram handling --format table             every move, with its id and its availability
"""

CHARTS: Final = ("handling", "acknowledgement", "learning")
#: As dot writes it inside a label.
LINE_BREAK: Final = r"\n"


class Move(NamedTuple):
    """One arrow of a chart; ``available`` says whether this version can take it."""

    source: str
    event: str
    target: str
    ev: str
    available: bool


class Place(NamedTuple):
    """One state of a chart; only those of handling have a phase and a number among the ten steps."""

    id: str
    name: str
    phase: str | None
    step: int | None


def configure(parser: Parser) -> None:
    """Add the options."""
    parser.add_argument("chart", metavar="CHART", nargs="?", default="handling", type=one_of(CHARTS, "chart"))
    formats = ", ".join(DRAW)
    parser.add_argument(
        "--format", metavar="FORMAT", default="mermaid", type=one_of(DRAW, "format"), help=f"one of {formats}"
    )
    parser.add_argument(
        "--all",
        action="store_true",
        help="draw moves that stay in their state and moves that are not available yet, too",
    )
    common(parser, run, EXAMPLES)


def run(args: Namespace) -> Answer:
    """Read the chart and draw it."""
    places, moves = read_chart(args.chart)
    data = {
        "chart": args.chart,
        "states": [place._asdict() for place in places],
        "moves": [move._asdict() for move in moves],
    }
    drawn = [move for move in moves if args.all or args.format == "table" or _matters(move)]
    return Answer(data, DRAW[args.format](places, drawn))


def read_chart(name: str) -> tuple[list[Place], list[Move]]:
    """The states and moves of a chart, in its order."""
    from complaintkit.lifecycle import charts
    from complaintkit.lifecycle.steps import NOT_YET

    chart: Any = getattr(charts, f"{name.capitalize()}Chart")
    places = [_place(state) for state in chart.states]
    ids, missing = (charts.EV_IDS, NOT_YET) if name == "handling" else ({}, {})
    moves = [
        Move(str(state.value), str(event), str(way.target.value), ids.get(str(event), ""), str(event) not in missing)
        for state in chart.states
        for way in state.transitions
        for event in way.events
    ]
    return places, moves


def _place(state: Any) -> Place:
    phase = getattr(state, "phase", None)
    return Place(str(state.value), str(state.name), phase and phase.value, getattr(state, "step", None))


def _matters(move: Move) -> bool:
    return move.available and move.source != move.target


def _arrows(moves: Iterable[Move]) -> dict[tuple[str, str], list[str]]:
    """The events between each two states: one arrow for all of them."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for move in moves:
        event = move.event.replace("_", " ") + ("" if move.available else " (not yet)")
        arrows.setdefault((move.source, move.target), []).append(event)
    return arrows


def _mermaid(places: Sequence[Place], moves: Sequence[Move]) -> list[str]:
    names = {place.id: "[*]" if place.id == "start" else place.id for place in places}
    lines = ["stateDiagram-v2"]
    lines += [f"    {place.id} : {place.name}" for place in places if place.id != "start"]
    arrows = _arrows(moves).items()
    return lines + [f"    {names[a]} --> {names[b]} : {'<br/>'.join(events)}" for (a, b), events in arrows]


def _dot(places: Sequence[Place], moves: Sequence[Move]) -> list[str]:
    lines = ["digraph chart {", "    rankdir=TB;", '    node [shape=box, style=rounded, fontname="sans-serif"];']
    lines += [
        f'    {place.id} [label="{place.name}"{", shape=circle" if place.id == "start" else ""}];' for place in places
    ]
    lines += [f'    {a} -> {b} [label="{LINE_BREAK.join(events)}"];' for (a, b), events in _arrows(moves).items()]
    return [*lines, "}"]


def _table(_places: Sequence[Place], moves: Sequence[Move]) -> list[str]:
    rows = [(move.source, move.event, move.target, move.ev, "" if move.available else "not yet") for move in moves]
    return table(("from", "event", "to", "rule", "available"), rows)


#: How a chart can be drawn.
DRAW: Final[dict[str, Callable[[Sequence[Place], Sequence[Move]], list[str]]]] = {
    "mermaid": _mermaid,
    "dot": _dot,
    "table": _table,
}
