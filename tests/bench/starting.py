"""I1: what ``import complaintkit`` costs a program, in a fresh interpreter.

Each turn is one interpreter for each side; counted is the import alone, taken inside by the interpreter's own clock,
after the compiled files are there. The peer is ``import attrs``, which ours needs as soon as a name is asked for.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.measure import Growth, Row, Side, Sizes

_PROGRAM = "import time; begin = time.perf_counter(); {}; print(time.perf_counter() - begin)"
_ROOM = "from complaintkit import load_profile"
_WHOLE = "from complaintkit import ComplaintDesk, MemoryStore"


def start(statement: str) -> float:
    """How long a statement takes as the first one of a program, which may keep what it compiles for the next one."""
    told = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM.format(statement)], capture_output=True, text=True, check=True, env=told
    )
    return float(done.stdout)


@contextmanager
def _import(_sizes: Sizes) -> Iterator[tuple[Side, Side]]:
    yield lambda: start("import complaintkit"), lambda: start("import attrs")


@contextmanager
def _one_room(_sizes: Sizes) -> Iterator[tuple[Side, Side]]:
    yield lambda: start(_ROOM), lambda: start(_WHOLE)


ROWS = (
    Row(
        id="I1", work="import complaintkit", peer="import attrs", gate=0.5, aim=0.1, sides=_import, turns="starts",
        growths=(Growth(what="the policy engine beside the whole desk", limit=0.7, sides=_one_room),),
    ),
)  # fmt: skip
