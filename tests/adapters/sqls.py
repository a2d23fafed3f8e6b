"""Engines for tests of the SQL store: a schema of PostgreSQL or a file of SQLite, new for each test."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, text

from complaintkit.adapters.sql import SqlStore
from tests.postgres import Server

KINDS = ("postgresql", "sqlite")
_NUMBERS = itertools.count()


@contextmanager
def schema_of(server: Server) -> Iterator[tuple[Engine, str]]:
    """An empty schema, and an engine whose tables lie in it."""
    name = f"test_{next(_NUMBERS)}"
    engine = server.engine(
        connect_args={"options": f"-c search_path={name}"}, pool_size=20, max_overflow=20, hide_parameters=True
    )
    with engine.begin() as connection:
        connection.execute(text(f"create schema {name}"))
    try:
        yield engine, name
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"drop schema {name} cascade"))
        engine.dispose()


@contextmanager
def file_of(path: Path, **options: Any) -> Iterator[Engine]:
    """An engine on a SQLite file that waits for a lock as long as our own store does."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30}, pool_size=20, max_overflow=20, **options)
    event.listen(engine, "connect", _hasty)
    try:
        yield engine
    finally:
        engine.dispose()


def _hasty(connection: Any, _: Any) -> None:
    """How durable a commit is, nobody asks here."""
    connection.execute("pragma synchronous = off")


@contextmanager
def engine_of(kind: str, server: Server | None, folder: Path) -> Iterator[Engine]:
    """An engine of that kind on an empty place."""
    if kind == "sqlite":
        with file_of(folder / "crm.db") as engine:
            yield engine
    else:
        assert server is not None
        with schema_of(server) as (engine, _):
            yield engine


def opened(engine: Engine, book: str = "main", **options: Any) -> SqlStore:
    """A store whose tables are there."""
    store = SqlStore(engine, book, **options)
    store.create()
    return store
