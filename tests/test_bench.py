"""The benchmark runs, and what must not grow does not: counted in calls and steps of the database, never in time."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from types import FrameType
from unittest.mock import patch

import pytest

from complaintkit.adapters.sqlite import SqliteStore
from complaintkit.lifecycle import engine, handling_table
from tests.bench.deciding import life_decided, step_added, wider
from tests.bench.desk import EVENTS, Book
from tests.bench.living import Life
from tests.bench.measure import TINY, Figure, Row, compare
from tests.bench.run import ROWS, Grown, Line, main, measure
from tests.bench.script import HANDLER
from tests.bench.storing import Writer
from tests.bench.taking_in import Takers, write_records


def calls(work: Callable[[], object]) -> int:
    """How many functions are called, ours and built in; the second time, when caches are full."""
    work()
    count = 0

    def seen(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_row_runs(row: Row) -> None:
    line = measure(row, TINY)
    assert line.figure.ours > 0
    assert (line.figure.ratio is None) == (line.figure.theirs is None)
    assert [grown.what for grown in line.growths] == [growth.what for growth in row.growths]


def test_the_rows_that_are_promised_are_there() -> None:
    assert [row.id for row in ROWS] == [
        "T1", "T1.pandas", "T2", "T3", "T3.bd", "T4", "T4.workalendar", "T5", "S6",
        "L1", "L2", "P1",
        *(f"P1.{peer}.{rules}" for peer in ("business", "durable", "function") for rules in (30, 300, 3000)),
        "P2", "P3", "I2", "C1", "S1", "S2", "S3", "S3.rows", "S4", "S5", "S2.pg1", "S2.pg4", "S2.pg16", "X1", "I1", "W",
    ]  # fmt: skip
    assert all(row.aim < row.gate for row in ROWS)


def test_rows_are_chosen_by_name_and_told_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--tiny", "--json", "--row", "s2"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert told["row"] == "S2"
    assert told["ratio"] > 0


def test_an_unknown_row_is_named() -> None:
    with pytest.raises(SystemExit, match="Q9"):
        main(["--row", "Q9"])


@pytest.mark.parametrize(
    ("ratio", "verdict"), [(0.1, "aim"), (0.3, "gate"), (1.0, "gate"), (1.1, "missed"), (None, "no peer")]
)
def test_a_verdict_follows_from_the_ratio(ratio: float | None, verdict: str) -> None:
    row = Row(id="X", work="w", peer="p", gate=1.0, aim=0.2, sides=lambda _: pytest.fail("not measured"))
    line = Line(row, Figure(1.0, None, ratio), ())
    assert line.verdict == verdict
    assert line.holds == (verdict != "missed")
    assert not Line(row, Figure(1.0, None, ratio), (Grown("it grows", 2.0, 1.1),)).holds


def test_sides_take_turns_and_the_first_turn_does_not_count() -> None:
    ours, theirs = iter([9.0, 2.0, 4.0, 6.0]), iter([1.0, 4.0, 4.0, 4.0])
    figure = compare(lambda _: nullcontext((lambda: next(ours), lambda: next(theirs))), TINY, 3)
    assert figure == Figure(4.0, 4.0, 1.0)


def test_deciding_is_flat_in_states_and_transitions() -> None:
    live, wide = life_decided(), wider(handling_table(), 10)
    with step_added():
        few = calls(live)
        with patch.object(engine, "handling_table", lambda: wide):
            assert abs(calls(live) - few) <= EVENTS + 1  # the function in the place of the cached one


def test_a_command_is_flat_in_the_book() -> None:
    most = 2 * (60).bit_length()  # the Merkle head joins at most one pair of subtrees for each bit of the log's size
    assert abs(_command_in(Book(others=60)) - _command_in(Book(others=2))) <= most


def _command_in(book: Book) -> int:
    todo = iter(book.commands(2))
    return calls(lambda: book.desk.handle(*next(todo)))


def test_loading_is_flat_in_the_book(tmp_path: Path) -> None:
    assert _load_in(tmp_path / "small.db", 2) == _load_in(tmp_path / "big.db", 60)


def _load_in(path: Path, others: int) -> tuple[int, int]:
    with SqliteStore(path) as store:
        book = Book(store, others)
        ref = book.complaint()
        steps = _steps(store._place._reader, lambda: store.entries(ref))  # type: ignore[union-attr]
        return calls(lambda: book.desk.get(ref, HANDLER)), steps


def _steps(connection: sqlite3.Connection, work: Callable[[], object]) -> int:
    """How many instructions SQLite carries out."""
    count = 0

    def seen() -> int:
        nonlocal count
        count += 1
        return 0

    connection.set_progress_handler(seen, 1)
    work()
    connection.set_progress_handler(None, 0)
    return count


def test_appending_is_flat_in_the_log(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "short.db") as short, SqliteStore(tmp_path / "long.db") as long:
        few, many = Writer(short), Writer(long)
        few.many(31)
        many.many(1023)  # a whole power of two with the next one, so that both heads merge nothing when counted
        assert calls(few.one) == calls(many.one)


def test_importing_is_linear_in_the_rows(tmp_path: Path) -> None:
    takers = Takers(tmp_path)
    few, many = (calls(lambda rows=rows: takers.ours(write_records(tmp_path / "r.csv", rows))) for rows in (40, 160))  # type: ignore[misc]
    assert many <= 4 * few


def test_a_life_is_linear_in_its_entries() -> None:
    none, some, more = (calls(Life(more_evidence=number)) for number in (0, 20, 40))
    assert more - some <= 1.1 * (some - none)
