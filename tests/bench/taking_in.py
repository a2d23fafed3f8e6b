"""X1: a CSV of real records taken in, every step replayed.

Ours is ``import_records`` into a fresh ``SqliteStore``: rows are read, their words understood, each record becomes a
command of its own with its id, its sealed narrative, two or three entries with their own times, a summary row and an
answer; 1,000 rows a commit. The peer reads the same file with the ``csv`` module and inserts each row, all columns as
text, into one table of bare sqlite3 with the same settings, 1,000 rows a commit.

The file has the columns of the public export of the CFPB. It is made here, of plainly fictional content, unless
``COMPLAINTKIT_REAL_DATA`` names the folder of real records; then the first 6,000 real rows are taken.
"""

from __future__ import annotations

import csv
import os
import random
import sqlite3
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from complaintkit.adapters.sqlite import SqliteStore
from complaintkit.desk import ComplaintDesk
from complaintkit.exchange import import_records
from tests.bench.measure import Growth, Row, Side, Sizes

HEADER = (
    "Date received", "Product", "Sub-product", "Issue", "Sub-issue", "Consumer complaint narrative",
    "Company public response", "Company", "State", "ZIP code", "Tags", "Consumer consent provided?", "Submitted via",
    "Date sent to company", "Company response to consumer", "Timely response?", "Consumer disputed?", "Complaint ID",
)  # fmt: skip
_TEXT = (
    "The bank charged me twice for one payment, and nobody called back although I wrote to them in March about the fee."
    " They said that it would be refunded within ten days, but the account still shows the amount."
)
_WORDS = _TEXT.split()
_PRODUCTS = ("Mortgage", "Checking account", "Credit card", "Student loan", "Money transfer")
_ISSUES = ("Charged twice", "Payment not credited", "Fee not explained", "Account closed", "Wrong balance")
_VIA = ("Web", "Phone", "Referral", "Postal mail", "Fax")
_RESPONSES = (
    "Closed with explanation",
    "Closed with monetary relief",
    "In progress",
    "Closed with non-monetary relief",
)


def write_records(path: Path, rows: int) -> Path:
    """Write so many fictional records, the same for the same number; three in ten have a narrative."""
    draw = random.Random(20260302)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(HEADER)
        table.writerows(_record(number, draw) for number in range(rows))
    return path


def _record(number: int, draw: random.Random) -> tuple[str, ...]:
    received = date(2024, 1, 1) + timedelta(days=draw.randrange(700))
    told = draw.random() < 0.3
    return (
        received.isoformat(), draw.choice(_PRODUCTS), f"Kind {draw.randrange(9)}", draw.choice(_ISSUES),
        f"Detail {draw.randrange(30)}", " ".join(draw.choices(_WORDS, k=120)) if told else "",
        "", f"Fictional Bank {draw.randrange(200)}", draw.choice(("NY", "CA", "TX")), f"{draw.randrange(900):03}XX",
        draw.choice(("", "Older American")), "Consent provided" if told else "N/A", draw.choice(_VIA),
        (received + timedelta(days=draw.randrange(5))).isoformat(), draw.choice(_RESPONSES),
        draw.choice(("Yes", "Yes", "Yes", "No")), draw.choice(("", "N/A", "Yes", "No")), str(9_000_000 + number),
    )  # fmt: skip


def records(folder: Path, rows: int) -> Path:
    """The real file where there is one, else fictional records."""
    real = os.environ.get("COMPLAINTKIT_REAL_DATA")
    found = Path(real) / "a_cfpb" / "cfpb_2020_preamble_6623.csv" if real else None
    return found if found and found.exists() else write_records(folder / f"records-{rows}.csv", rows)


class Takers:
    """Both ways to take in a file, each time into fresh database files of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count()

    def ours(self, source: Path) -> tuple[float, int]:
        """The seconds that our import takes, and its rows."""
        with SqliteStore(self._folder / f"ours-{next(self._numbers)}.db") as store:
            desk = ComplaintDesk(store, "standard", plaintext_vault=True)
            begin = time.perf_counter()
            report = import_records(desk, source, "cfpb")
            return time.perf_counter() - begin, report.rows

    def bare(self, source: Path) -> float:
        """The seconds that bare inserting takes."""
        with SqliteStore(self._folder / f"like-{next(self._numbers)}.db") as like:
            writer = like._place._writer  # type: ignore[union-attr]
            settings = {
                name: writer.execute(f"pragma {name}").fetchone()[0]
                for name in ("journal_mode", "synchronous", "secure_delete")
            }
        with closing(
            sqlite3.connect(self._folder / f"bare-{next(self._numbers)}.db", isolation_level=None)
        ) as database:
            for name, value in settings.items():
                database.execute(f"pragma {name} = {value}")
            database.execute(f"create table record ({', '.join(f'c{n} text' for n in range(len(HEADER)))})")
            begin = time.perf_counter()
            _insert(database, source)
            return time.perf_counter() - begin


def _insert(database: sqlite3.Connection, source: Path) -> None:
    with source.open(encoding="utf-8", newline="") as file:
        rows = (row for row in csv.reader(file) if len(row) == len(HEADER))
        while some := list(islice(rows, 1000)):
            database.execute("begin immediate")
            database.executemany(f"insert into record values ({','.join('?' * len(HEADER))})", some)
            database.execute("commit")


@contextmanager
def _import(sizes: Sizes) -> Iterator[tuple[Side, Side]]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        takers, source = Takers(folder), records(folder, sizes.rows)
        yield lambda: takers.ours(source)[0], lambda: takers.bare(source)


@contextmanager
def _more_rows(sizes: Sizes) -> Iterator[tuple[Side, Side]]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        takers = Takers(folder)
        many, few = write_records(folder / "many.csv", sizes.rows), write_records(folder / "few.csv", sizes.rows // 4)

        def per_row(source: Path) -> float:
            took, rows = takers.ours(source)
            return took / rows

        yield lambda: per_row(many), lambda: per_row(few)


@contextmanager
def _memory(sizes: Sizes) -> Iterator[tuple[Side, Side]]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        takers = Takers(folder)
        many, few = write_records(folder / "many.csv", 3 * sizes.rows), write_records(folder / "few.csv", sizes.rows)

        def peak(source: Path) -> float:
            tracemalloc.start()
            try:
                takers.ours(source)
                return float(tracemalloc.get_traced_memory()[1])
            finally:
                tracemalloc.stop()

        yield lambda: peak(many), lambda: peak(few)


ROWS = (
    Row(
        id="X1", work="import of a CSV of records, every step replayed", peer="bare sqlite3, 1,000 rows a commit",
        gate=12, aim=6, sides=_import, turns="rounds",
        growths=(
            Growth(what="a row among four times as many", limit=1.2, sides=_more_rows),
            Growth(what="memory with three times the rows", limit=1.2, sides=_memory, once=True),
        ),
    ),
)  # fmt: skip
