"""``complaintkit demo``: a year at Lindenbrook Water, a company that does not exist.

The project's own data set in English, Hebrew and Persian, worked by scripted agents under a frozen clock:
every run gives the same book, the same letters and the same figures. What it leaves behind is meant to be
opened: the book (SQLite), the letters (``.eml`` files), and the report (one page of HTML).
"""

from __future__ import annotations

import shutil
import sys
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
from complaintkit.desk.reading import read_entries
from complaintkit.errors import MalformedInput
from complaintkit.journal import verify_log
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
    desk = run_year(store, demo_profile(), EmlNotifier(into / "letters"), cases, progress=_progress(len(cases)))
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


def _progress(cases: int) -> object:
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
