"""How far an import is, on a terminal only: with rich where it is installed, else in one plain line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from complaintkit.exchange import Progress


@contextmanager
def progress_bar(*, wanted: bool = True) -> Iterator[Progress | None]:
    """What an importer tells its progress to; None where nobody watches. The terminal is left clean."""
    if not (wanted and sys.stderr.isatty()):
        yield None
        return
    try:
        import rich.progress  # noqa: F401 (only whether it is there)
    except ImportError:
        yield _plain
        sys.stderr.write("\r\x1b[K")
        return
    with _rich() as told:
        yield told


def _plain(rows: int, share: float | None) -> None:
    part = "" if share is None else f", {share:.0%} of the file"
    sys.stderr.write(f"\r{rows:,} rows{part}\x1b[K")
    sys.stderr.flush()


@contextmanager
def _rich() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (TextColumn("{task.fields[rows]:,} rows"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("import", total=None, rows=0)
        yield lambda rows, share: bar.update(task, rows=rows, completed=share or 0, total=None if share is None else 1)
