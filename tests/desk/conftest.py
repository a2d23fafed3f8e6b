"""The stores on which a desk is tried."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from complaintkit.adapters.memory import MemoryStore
from complaintkit.adapters.sqlite import SqliteStore
from complaintkit.ports import Store
from tests.adapters.sqls import engine_of, opened


@pytest.fixture(params=["memory", "sqlite", "sqlalchemy-sqlite", "sqlalchemy-postgresql"])
def any_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Each store of ours; PostgreSQL is started only where it is asked for."""
    kind = request.param.rpartition("-")[2]
    if kind == request.param:
        yield MemoryStore() if kind == "memory" else SqliteStore(tmp_path / "book.db")
        return
    server = request.getfixturevalue("postgres") if kind == "postgresql" else None
    with engine_of(kind, server, tmp_path) as engine:
        yield opened(engine)
