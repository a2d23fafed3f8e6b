"""S2.pg1, S2.pg4, S2.pg16: what it costs to make entries last in PostgreSQL, when several processes write one book.

The work is that of S2: one command a commit, with a row of the outbox and a timer, through ``SqlStore``. The peer is
bare psycopg on the same server: lock, the head raised by ``update .. returning``, one row with as many bytes, commit.
The server is a fresh one with its default settings (``fsync`` on) on a local socket. The cost is wall time over all
commits of all processes.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import cache, partial
from itertools import count
from typing import Any

import psycopg
from sqlalchemy import create_engine

from complaintkit.adapters.sql import SqlStore
from complaintkit.ports import Head
from tests.bench.measure import Row, Side, Sizes, seconds
from tests.bench.storing import Writer, batch, decided, weight
from tests.postgres import Server, database

_FRESH = multiprocessing.get_context("forkserver")
_FRESH.set_forkserver_preload([__name__])
_PLACES = count()


@cache
def _server() -> Server:
    """One server for all rows; stopped when the program ends."""
    server = Server()
    atexit.register(server.stop)
    return server.start()


@cache
def _writer(url: str) -> Writer:
    """The writer of this process; its numbers are its own."""
    writer = Writer(SqlStore(create_engine(url), busy_timeout=60))
    writer._numbers = count(os.getpid() * 1_000_000)
    return writer


@cache
def _bare(conninfo: str) -> psycopg.Connection[Any]:
    return psycopg.connect(conninfo)


def _ours(url: str, times: int) -> None:
    writer = _writer(url)
    for _ in range(times):
        writer.one()


def _theirs(conninfo: str, row: bytes, times: int) -> None:
    connection = _bare(conninfo)
    for _ in range(times):
        with connection.transaction():
            connection.execute("select pg_advisory_xact_lock(1)")
            (seq,) = connection.execute("update bare_head set size = size + 1 returning size").fetchone() or (0,)
            connection.execute("insert into bare values (%s, %s)", (seq, row))


@contextmanager
def _sides(writers: int, sizes: Sizes) -> Iterator[tuple[Side, Side]]:
    url = database(_server(), f"bench_{next(_PLACES)}")
    address, conninfo = url.render_as_string(), f"host={url.query['host']} dbname={url.database} user={url.username}"
    engine = create_engine(address)
    SqlStore(engine).create()
    engine.dispose()
    with psycopg.connect(conninfo) as connection:
        connection.execute("create table bare_head (size bigint) with (fillfactor = 50)")
        connection.execute("insert into bare_head values (0)")
        connection.execute("create table bare (seq bigint primary key, body bytea not null)")
    row = b"x" * weight(batch(Head(), decided(0)))
    with ProcessPoolExecutor(writers, mp_context=_FRESH) as pool:

        def together(work: Callable[[int], None]) -> float:
            def turn() -> None:
                for each in [pool.submit(work, sizes.commits) for _ in range(writers)]:
                    each.result()

            return seconds(turn, 1) / (writers * sizes.commits)

        yield partial(together, partial(_ours, address)), partial(together, partial(_theirs, conninfo, row))


def _row(writers: int, gate: float, aim: float) -> Row:
    return Row(
        id=f"S2.pg{writers}",
        work=f"durable append to PostgreSQL, {writers} {'process writes' if writers == 1 else 'processes write'}",
        peer="bare psycopg, same lock and bytes",
        gate=gate,
        aim=aim,
        sides=partial(_sides, writers),
    )


ROWS = tuple(_row(writers, 5, 4) for writers in (1, 4, 16))
