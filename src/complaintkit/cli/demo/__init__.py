"""``complaintkit demo``: a year at Lindenbrook Water, a company that does not exist.

The project's own data set in English, Hebrew and Persian, worked by scripted agents under a frozen clock:
every run gives the same book, the same letters and the same figures. What it leaves behind is meant to be
opened: the book (SQLite), the letters (``.eml`` files), and the report (one page of HTML).
"""

from __future__ import annotations

import gc
import shutil
import sys
from collections.abc import Callable
from datetime import timedelta
from importlib.resources import as_file, files
from pathlib import Path
from typing import TextIO

from complaintkit.adapters.notifiers import EmlNotifier
from complaintkit.adapters.sqlite import SqliteStore
from complaintkit.cli.demo.cases import DAYS, FIRST_DAY, Case, all_cases
from complaintkit.cli.demo.days import run_year
from complaintkit.cli.demo.people import HANDLERS
from complaintkit.cli.demo.telling import told
from complaintkit.desk import ComplaintDesk
from complaintkit.desk.audit import verify_book
from complaintkit.desk.reading import read_entries
from complaintkit.errors import MalformedInput
from complaintkit.measures import (
    Measure,
    acknowledgement_attainment,
    final_attainment,
    read_facts,
    time_to_final,
    volume,
    write_report,
)
from complaintkit.policy import Profile, load_profile
from complaintkit.values import complaint_ref, derived_id
from complaintkit.vocabulary import Language

#: What a run writes into its folder; a folder that holds anything else is left alone.
LEAVES = ("book.db", "letters", "report")


def run_demo(into: Path, *, out: TextIO, language: Language | str = Language.ENGLISH) -> None:
    """Work through the year, tell one complaint, print the figures, and say what was left where.

    ``into`` is made if need be; what an earlier run left there is replaced, anything else is refused.
    """
    _make_room(into)
    cases = all_cases()
    store = SqliteStore(into / "book.db")
    gc.disable()  # a short run that keeps little: looking for garbage costs a fifth of its time
    try:
        desk = run_year(store, demo_profile(), EmlNotifier(into / "letters"), cases, progress=_progress(len(cases)))
    finally:
        gc.enable()
    _tell_one(desk, cases[0], out)
    _tell_figures(desk, into, Language(language), out)
    _tell_rest(desk, into, out)


def demo_profile() -> Profile:
    """The profile of Lindenbrook Water: ten lines over the built-in one."""
    with as_file(files(__package__).joinpath("lindenbrook.toml")) as path:
        return load_profile(path)


def _make_room(into: Path) -> None:
    """An empty folder, or what an earlier run left in one; nothing else is ever removed."""
    into.mkdir(parents=True, exist_ok=True)
    strangers = sorted(path.name for path in into.iterdir() if not path.name.startswith(LEAVES))
    if strangers:
        raise MalformedInput(f"{into} holds other things, such as {strangers[0]}", hint="name an empty folder")
    for path in into.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _progress(cases: int) -> Callable[[int], None]:
    """A line that counts the days on a terminal; silent elsewhere."""

    def show(day: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if day == DAYS else ""
            print(f"\r{cases} complaints, day {day} of {DAYS}", end=end, file=sys.stderr, flush=True)

    return show


def _tell_one(desk: ComplaintDesk, case: Case, out: TextIO) -> None:
    ref = complaint_ref(derived_id("demonstration", case.number, 0))
    handler = HANDLERS[case.number % len(HANDLERS)]
    entries = read_entries(desk.store.entries(ref))
    texts = desk.reveal(ref, handler, "learning")
    for line in told(desk.get(ref, handler), entries, texts, desk.profile.calendar.zone):
        print(line, file=out)


def _tell_figures(desk: ComplaintDesk, into: Path, language: Language, out: TextIO) -> None:
    """The year in a few figures, each with what it rests on; the report has the rest."""
    at = FIRST_DAY + timedelta(days=DAYS)
    facts = read_facts(desk.store, at, desk.profile.calendar)
    write_report(facts, into / "report", language=language, store=desk.store)
    count, waiting = volume(facts), time_to_final(facts)
    print(f"\nThe year {count.total.period}, {count.total.numerator} items received", file=out)
    for name, figure in (
        ("acknowledged by the due date", acknowledgement_attainment(facts).total),
        ("answered by the original due date", final_attainment(facts).total),
        ("the same, of closed complaints only", final_attainment(facts, population="closed").total),
    ):
        print(f"  {name:<38}{_share(figure)}", file=out)
    print(f"  {'median time to the final response':<38}{_days(waiting.median)} (M-11, open ones censored)", file=out)


def _share(figure: Measure) -> str:
    """A share with its counts and its interval (MC-4, MC-7)."""
    counted = f"{figure.numerator} of {figure.denominator}"
    if figure.value is None or figure.interval is None:
        return counted
    low, high = figure.interval
    return f"{figure.value:.1%}  [{low:.1%}, {high:.1%}]  {counted} ({figure.id})"


def _days(figure: Measure) -> str:
    return "not reached" if figure.value is None else f"{figure.value / 86_400:.1f} days"


def _tell_rest(desk: ComplaintDesk, into: Path, out: TextIO) -> None:
    """What was left where, and the proof that the journal is whole."""
    checked = verify_book(desk.store)
    letters = sum(1 for _ in (into / "letters").iterdir())
    print(f"\nThe journal has {checked.size} entries and is {'sound' if checked.sound else 'NOT SOUND'}", file=out)
    print(f"  its Merkle root is {checked.root}", file=out)
    print("\nLeft for you to look at", file=out)
    for path, what in (
        (into / "report" / "report.html", "the report: open it in a browser"),
        (into / "letters", f"{letters} letters in English, Hebrew and Persian: open one with a mail program"),
        (into / "book.db", "the book: complaintkit find --book ... --state received, complaintkit audit verify"),
    ):
        print(f"  {path!s:<34} {what}", file=out)
