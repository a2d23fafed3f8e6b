"""The command: choose rows, measure them, print the table."""

from __future__ import annotations

import argparse
import json
import platform
import sqlite3
import sys
from collections.abc import Sequence

from attrs import asdict, evolve, frozen

from tests.bench import auditing, deciding, desk, judging, living, sharing, starting, storing, taking_in, timing
from tests.bench.measure import FULL, QUICK, TINY, Figure, Row, Sizes, compare

ROWS: tuple[Row, ...] = (
    *timing.ROWS, *deciding.ROWS, *judging.ROWS, *desk.ROWS, *storing.ROWS, *auditing.ROWS, *sharing.ROWS,
    *taking_in.ROWS,
    *starting.ROWS, *living.ROWS,
)  # fmt: skip


@frozen
class Grown:
    """A growth statement as measured."""

    what: str
    ratio: float
    limit: float

    @property
    def holds(self) -> bool:
        """Whether the cost grew no more than it may."""
        return self.ratio <= self.limit


@frozen
class Line:
    """A row as measured."""

    row: Row
    figure: Figure
    growths: tuple[Grown, ...]

    @property
    def verdict(self) -> str:
        """Which of its marks the row reached."""
        ratio = self.figure.ratio
        if ratio is None:
            return "no peer"
        return "aim" if ratio <= self.row.aim else "gate" if ratio <= self.row.gate else "missed"

    @property
    def holds(self) -> bool:
        """Whether nothing was missed."""
        return self.verdict != "missed" and all(grown.holds for grown in self.growths)


def measure(row: Row, sizes: Sizes) -> Line:
    """Measure a row and how it grows."""
    turns: int = getattr(sizes, row.turns)
    figure = compare(row.sides, sizes, turns)
    growths = []
    for growth in row.growths:
        grown = compare(growth.sides, sizes, 1 if growth.once else turns)
        growths.append(Grown(growth.what, grown.ratio or 0.0, growth.limit))
    return Line(row, figure, tuple(growths))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; 0, or with ``--strict`` 1 where a gate or a growth statement was missed."""
    asked = _parser().parse_args(arguments)
    lines = []
    if not asked.json:
        print(_machine(), *_HEAD, sep="\n")
    for row in _chosen(asked.row):
        lines.append(measure(row, _sizes(asked)))
        if not asked.json:
            print(*told(lines[-1]), sep="\n", flush=True)
    if asked.json:
        print(json.dumps([as_data(line) for line in lines], indent=2))
    return int(asked.strict and not all(line.holds for line in lines))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=sys.modules["tests.bench"].__doc__)
    parser.add_argument("--row", default="", metavar="L1,S2", help="only these rows")
    parser.add_argument("--rows", type=int, metavar="N", help="how many records X1 takes in")
    parser.add_argument("--rounds", type=int, metavar="N", help="how many turns each side takes")
    parser.add_argument("--full", action="store_true", help="large numbers: a million entries in the log, for one")
    parser.add_argument("--tiny", action="store_true", help="every row once and small, to see that it runs")
    parser.add_argument("--json", action="store_true", help="print the table as JSON")
    parser.add_argument("--strict", action="store_true", help="exit with 1 where a gate is missed")
    return parser


def _chosen(names: str) -> list[Row]:
    wanted = [name.strip().upper() for name in names.split(",") if name.strip()]
    unknown = set(wanted) - {row.id.upper() for row in ROWS}
    if unknown:
        raise SystemExit(f"no row {', '.join(sorted(unknown))}; there are {', '.join(row.id for row in ROWS)}")
    return [row for row in ROWS if not wanted or row.id.upper() in wanted]


def _sizes(asked: argparse.Namespace) -> Sizes:
    sizes = FULL if asked.full else TINY if asked.tiny else QUICK
    given = {"rows": asked.rows} | dict.fromkeys(("turns", "rounds", "starts"), asked.rounds)
    return evolve(sizes, **{name: number for name, number in given.items() if number})


def _machine() -> str:
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{python}, SQLite {sqlite3.sqlite_version}, {platform.system()} {platform.machine()}\n"


_HEAD = (
    "| row | work | peer | ours | peer's | ratio | gate | aim | verdict |",
    "|---|---|---|---|---|---|---|---|---|",
)


def told(line: Line) -> list[str]:
    """A line of the table, and one below it for each statement about growth."""
    row, figure = line.row, line.figure
    cells = (
        row.id, row.work, row.peer, _time(figure.ours), _time(figure.theirs), _share(figure.ratio), _share(row.gate),
        _share(row.aim), line.verdict,
    )  # fmt: skip
    return ["| " + " | ".join(cells) + " |", *map(_told_growth, line.growths)]


def _told_growth(grown: Grown) -> str:
    verdict = "holds" if grown.holds else "missed"
    return f"| | {grown.what} | itself | | | {grown.ratio:.2f} x | {grown.limit:g} x | | {verdict} |"


def as_data(line: Line) -> dict[str, object]:
    """A measured row as plain data; times are in seconds."""
    row = line.row
    return {
        "row": row.id, "work": row.work, "peer": row.peer, **asdict(line.figure), "gate": row.gate, "aim": row.aim,
        "verdict": line.verdict, "growths": [asdict(grown) | {"holds": grown.holds} for grown in line.growths],
    }  # fmt: skip


def _time(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    for size, unit in ((1, "s"), (1e-3, "ms"), (1e-6, "us")):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def _share(ratio: float | None) -> str:
    """A ratio as people say it: 1/40, or 1.6 x."""
    if ratio is None:
        return "-"
    return f"1/{1 / ratio:.3g}" if ratio < 1 else f"{ratio:.3g} x"
