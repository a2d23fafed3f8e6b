"""A book in a database that is named by a URL, for programs that have no engine of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError

from complaintkit.adapters.sql.schema import DEFAULT_PREFIX
from complaintkit.adapters.sql.store import SqlStore
from complaintkit.errors import MissingExtra, StoreError

_KNOWN: Final = ("postgresql", "sqlite")


@contextmanager
def open_url(url: str, *, busy_timeout: float = 30.0) -> Iterator[SqlStore]:
    """The store of the book in a database, as SQLAlchemy writes it; the engine is closed at the end.

    What stands behind ``#`` is the prefix of the tables. ``postgresql://`` is reached through psycopg 3. No error
    repeats the URL, which may hold a password. Raises ``StoreError`` where it is none.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, open_url(f"sqlite:///{folder}/crm.db#crm_ck_") as store:
    ...     store.create()
    ...     store.tables.entry.name
    'crm_ck_entry'
    """
    address, _, prefix = url.partition("#")
    engine = _engine(address, busy_timeout)
    try:
        yield SqlStore(engine, prefix=prefix or DEFAULT_PREFIX, busy_timeout=busy_timeout)
    finally:
        engine.dispose()


def _engine(address: str, busy_timeout: float) -> Engine:
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise _no_url() from None
    if url.get_backend_name() not in _KNOWN:
        raise _no_url()
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    waits = {"timeout": busy_timeout} if url.get_backend_name() == "sqlite" else {}
    try:
        return create_engine(url, connect_args=waits, hide_parameters=True)
    except ArgumentError:
        raise _no_url() from None
    except ModuleNotFoundError:
        raise MissingExtra("complaintkit[postgres]", "a book in PostgreSQL") from None


def _no_url() -> StoreError:
    return StoreError(
        "this is no URL of a database that keeps books",
        hint="as in postgresql://user@host/name, or sqlite:////path/file.db",
    )
