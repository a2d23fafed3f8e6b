"""The one door to DuckDB and narwhals: rows go in as CSV, frames come out, answers are plain tuples.

Only built-in parts of DuckDB are used: no extension is loaded or downloaded, and nothing outside the one file is read.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, TypeAlias

from complaintkit.errors import MissingExtra

if TYPE_CHECKING:
    import narwhals as nw
    from duckdb import DuckDBPyConnection

#: A table that is asked, never held: an expression over a DuckDB relation.
Frame: TypeAlias = "nw.LazyFrame[Any]"
#: What may stand in a cell; an empty text is "not stated", as None is.
Cell = str | int | None
_OFFLINE: Final[dict[str, str | bool | int | float | list[str]]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}

#: How the CSV files are written: rows may end early, and nothing is guessed.
_DIALECT: Final = (
    "header=false, auto_detect=false, null_padding=true, parallel=false, "
    "delim=',', quote='\"', escape='\"', new_line='\\n'"
)


def narwhals() -> Any:
    """The narwhals module; raises ``MissingExtra`` where it is not installed."""
    try:
        import narwhals as nw
    except ImportError:
        raise MissingExtra("complaintkit[learn]", "the report") from None
    return nw


def connection() -> DuckDBPyConnection:
    """A DuckDB in memory; raises ``MissingExtra`` where it is not installed."""
    try:
        import duckdb
    except ImportError:
        raise MissingExtra("complaintkit[learn]", "the report") from None
    return duckdb.connect(":memory:", config=_OFFLINE)


class TableFile:
    """A table that is being written to a temporary CSV file, a row at a time.

    ``columns`` maps names to DuckDB types. A row may be shorter than the table: what is missing is null, so
    that columns may be added while rows are written.
    """

    def __init__(self, name: str, columns: Mapping[str, str]) -> None:
        self.name = name
        self.columns = dict(columns)
        self._folder = tempfile.TemporaryDirectory(prefix="complaintkit-")
        self._path = Path(self._folder.name) / "rows.csv"
        self._file = self._path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, lineterminator="\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._file.close()
        self._folder.cleanup()

    def add(self, row: Sequence[Cell]) -> None:
        """Write one row in the order of the columns."""
        self._writer.writerow(row)

    def load(self, into: DuckDBPyConnection) -> None:
        """Make the file a table of the connection."""
        self._file.close()
        into.execute(
            f"create table {self.name} as select * from read_csv(?, columns={self.columns!r}, {_DIALECT})",  # noqa: S608
            [str(self._path)],
        )


def rows(frame: Frame) -> list[tuple[Any, ...]]:
    """The rows of a frame; the order is the frame's own, so sort it first."""
    found: list[tuple[Any, ...]] = frame.to_native().fetchall()
    return found


def tally(frame: Frame, keys: Sequence[str], sums: Iterable[str] = ()) -> list[tuple[Any, ...]]:
    """For each combination of ``keys`` how many rows there are and what each column of ``sums`` adds up to.

    Without keys it is one row for the whole frame. Sorted by the keys, nulls first.
    """
    nw = narwhals()
    figures = [nw.len().alias("n"), *(nw.col(name).sum().alias(f"sum_{name}") for name in sums)]
    if not keys:
        return rows(frame.select(*figures))
    return rows(frame.group_by(*keys).agg(*figures).sort(*keys, nulls_last=False))
