"""Processes that write to a SQLite file and are killed while they do: nothing acknowledged is lost or halved."""

from __future__ import annotations

import multiprocessing
import random
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from complaintkit.adapters.sqlite import SqliteStore, opening
from tests.adapters.crashing import assert_nothing_lost, write_once

#: Processes that share nothing with this one, and yet have loaded everything already.
FRESH = multiprocessing.get_context("forkserver")
FRESH.set_forkserver_preload([__name__])
MODES = {"truncate": (3, 40, 1), "wal": (3, 51, 3)}


def work(path: str, version: tuple[int, ...], first: int, told: Connection) -> None:
    """Write command after command, and say of each that it is kept, and whether it had been before, until killed."""
    opening.library_version = lambda: version
    with SqliteStore(path) as store:
        number = first
        while True:
            told.send((number, write_once(store, f"command-{number}")))
            number += 1


class Killer:
    """Starts a writer and kills it at some moment; the next one begins with the command that nobody answered for."""

    def __init__(self, path: Path, version: tuple[int, ...], seed: int) -> None:
        self.path, self.version = path, version
        self.chance = random.Random(seed)
        self.acknowledged: list[int] = []
        self.found = 0

    def once(self) -> None:
        """One writer, from its first acknowledgement to its death."""
        heard, told = FRESH.Pipe(duplex=False)
        writer = FRESH.Process(target=work, args=(str(self.path), self.version, len(self.acknowledged), told))
        writer.start()
        told.close()
        with heard:
            if self.chance.random() < 0.9:
                self.hear(*heard.recv())
            time.sleep(self.chance.uniform(0, 0.02))
            writer.kill()
            writer.join()
            try:
                while True:
                    self.hear(*heard.recv())
            except EOFError:  # the end, perhaps in the middle of a word
                return

    def hear(self, number: int, written: bool) -> None:
        """What a writer has told."""
        assert number == len(self.acknowledged)
        self.acknowledged.append(number)
        self.found += not written


def kept(path: Path) -> dict[str, set[str]]:
    """The command ids of which each kind of row was kept."""
    columns = {"entry": "command", "outbox": "key", "timer": "key", "answer": "command", "summary": "stream"}
    with closing(sqlite3.connect(path)) as connection:
        return {
            name: {key for (key,) in connection.execute(f"select {column} from complaintkit_{name}")}
            for name, column in columns.items()
        }


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kills", [8, pytest.param(500, marks=pytest.mark.long)])
def test_writers_that_are_killed_lose_nothing_that_was_acknowledged(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
    mode: str,
    kills: int,
) -> None:
    monkeypatch.setattr(opening, "library_version", lambda: MODES[mode])
    path = tmp_path / "book.db"
    killer = Killer(path, MODES[mode], seed=kills)
    for _ in range(kills):
        killer.once()
    with SqliteStore(path) as store:
        log = assert_nothing_lost(store, kept(path), {f"command-{number}" for number in killer.acknowledged})
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("pragma journal_mode").fetchone()[0] == (mode if mode == "wal" else "delete")
        assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
    assert len(log) - len(killer.acknowledged) in {0, 1}, "only the last command of the last writer may be unknown"
    print(f"{kills} kills, {len(log)} entries, {killer.found} had been kept though nobody was told")
    assert kills < 100 or killer.found > 0, "some died between the commit and its answer"
