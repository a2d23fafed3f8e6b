"""The same machine over the stores on SQLAlchemy: the long run only, since each step reads everything back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Engine, select

from complaintkit.ports import Store
from tests.adapters.sqls import KINDS, engine_of, opened
from tests.desk.test_machine import DeskMachine, Desks


class SqlDesks(Desks):
    """The desk beside the one in memory works on an engine; each example has an empty place of its own."""

    def __init__(self, folder: Path, kind: str, server: Any) -> None:
        self._engine_of = engine_of(kind, server, folder)
        super().__init__(folder)

    def open(self, folder: Path) -> Store:
        self.engine: Engine = self._engine_of.__enter__()
        self.store = opened(self.engine)
        return self.store

    def close(self) -> None:
        self._engine_of.__exit__(None, None, None)

    def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        with self.engine.connect() as connection:
            return {
                table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
                for table in self.store.tables
            }


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_the_desk_works_the_same_on_an_engine(kind: str, request: pytest.FixtureRequest) -> None:
    server = request.getfixturevalue("postgres") if kind == "postgresql" else None

    class Machine(DeskMachine):
        def open(self, folder: Path) -> SqlDesks:
            return SqlDesks(folder, kind, server)

    run_state_machine_as_test(Machine, settings=settings(max_examples=15, stateful_step_count=25))
