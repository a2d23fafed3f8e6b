"""A mutation run over the policy engine: does a test of ``tests/policy`` notice each of many small faults?

``python -m tests.policy.mutation 1000`` (``make mutation``) draws that many faults from a seed, puts each into a fresh
process and runs the tests that go through the changed lines. It ends with 1 where fewer than nine of ten are noticed,
or where one is not noticed and ``survivors.toml`` gives no reason for it.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.abc
import importlib.machinery
import io
import json
import os
import random
import signal
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Final, NamedTuple

import hypothesis  # noqa: F401 - loaded before the processes part, so that each need not load it again
import pytest

from tests.conftest import ROOT
from tests.policy.mutator import Fault, faults
from tests.sources import PACKAGE, module_name

POLICY: Final = PACKAGE / "policy"
TESTS: Final = ROOT / "tests" / "policy"
SURVIVORS: Final = Path(__file__).with_name("survivors.toml")
#: Of so many faults in a hundred the tests must notice.
LEAST_PERCENT: Final = 90
#: A fault may make a test hang: so many seconds, and so many times what its tests took, are allowed.
PATIENCE: Final = (15, 10)
_LOADED_BEFORE: Final = ("complaintkit.timekeeping", "complaintkit.vocabulary", "xdist")
_ARGUMENTS: Final = (
    "-q",
    "-x",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:xdist",
    "--no-header",
    "-W",
    "ignore::pytest.PytestWarning",
)


class Seen(NamedTuple):
    """What one test went through: how long it took, and the lines of each file of the engine."""

    test: str
    seconds: float
    lines: dict[str, list[int]]


class Found(NamedTuple):
    """A fault, and how it ended: ``noticed``, ``hung`` or ``survived``."""

    fault: Fault
    end: str


# What each test goes through.


class _Tracer:
    """A plugin that notes the lines of the policy engine that each test goes through."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self._lines: dict[str, set[int]] = {}
        self._here = str(POLICY)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Note one test."""
        self._lines = {}
        begun = time.process_time()
        sys.settrace(self._called)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            lines = {file: sorted(found) for file, found in self._lines.items()}
            self.seen.append(Seen(item.nodeid, time.process_time() - begun, lines))

    def _called(self, frame: FrameType, _event: str, _arg: Any) -> Any:
        return self._line if frame.f_code.co_filename.startswith(self._here) else None

    def _line(self, frame: FrameType, event: str, _arg: Any) -> Any:
        if event == "line":
            self._lines.setdefault(frame.f_code.co_filename, set()).add(frame.f_lineno)
        return self._line


def trace(into: Path) -> None:
    """Run every test once and write what each went through; for a process of its own."""
    tracer = _Tracer()
    if pytest.main([*_ARGUMENTS, str(TESTS)], plugins=[tracer]) != 0:
        raise SystemExit("the tests fail before there is any fault")
    into.write_text(json.dumps([seen._asdict() for seen in tracer.seen]), encoding="utf-8")


# One fault at a time.


class _Faulty(importlib.abc.MetaPathFinder, importlib.abc.SourceLoader):  # type: ignore[misc]
    """Imports one module from another source than its file."""

    def __init__(self, fault: Fault) -> None:
        self._name, self._fault = module_name(fault.file), fault

    def find_spec(self, fullname: str, _path: object, _target: object = None) -> importlib.machinery.ModuleSpec | None:
        """Its own module only."""
        if fullname != self._name:
            return None
        paths = [str(POLICY)] if self._fault.file.name == "__init__.py" else None
        spec = importlib.machinery.ModuleSpec(
            fullname, self, origin=str(self._fault.file), is_package=paths is not None
        )
        spec.submodule_search_locations = paths
        spec.has_location = True
        return spec

    def get_filename(self, _fullname: str) -> str:
        """The file that it stands for."""
        return str(self._fault.file)

    def get_data(self, _path: str) -> bytes:
        """The source with the fault."""
        return self._fault.source.encode()

    def get_code(self, fullname: str) -> CodeType:
        """The faulty code, never a compiled file."""
        return self.source_to_code(self.get_data(fullname), self.get_filename(fullname))


def choose(fault: Fault, seen: Sequence[Seen]) -> list[Seen]:
    """The tests that go through a fault, the quickest first.

    For what happens at import all that use the file, and all there are where it holds nothing but data.
    """
    name = str(fault.file)
    using = [each for each in seen if name in each.lines]
    through = [each for each in using if any(fault.first <= line <= fault.last for line in each.lines[name])]
    return sorted(through or using or seen, key=lambda each: each.seconds)


def tried(fault: Fault, seen: Sequence[Seen]) -> Found:
    """How the tests take a fault, in a process of its own."""
    tests = choose(fault, seen)
    child = os.fork()
    if child == 0:
        os._exit(_noticed(fault, [each.test for each in tests]))
    patience = PATIENCE[0] + PATIENCE[1] * sum(each.seconds for each in tests)
    return Found(fault, _awaited(child, time.monotonic() + patience))


def _noticed(fault: Fault, tests: list[str]) -> int:
    """Run the tests with the fault in; 1 where they notice."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    sys.meta_path.insert(0, _Faulty(fault))
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        return int(pytest.main([*_ARGUMENTS, *tests]) != 0)


def _awaited(child: int, until: float) -> str:
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return "survived" if status == 0 else "noticed"
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "hung"


# The run.


def drawn(count: int, seed: int, only: str = "") -> list[Fault]:
    """So many different faults of all the modules of the engine."""
    every = [fault for file in sorted(POLICY.glob("*.py")) if only in file.name for fault in faults(file)]
    return random.Random(seed).sample(every, min(count, len(every)))


def reasons() -> dict[str, str]:
    """Why some faults are not noticed, by their names."""
    listed = tomllib.loads(SURVIVORS.read_text(encoding="utf-8")) if SURVIVORS.exists() else {}
    return {each["fault"]: each["reason"] for each in listed.get("survivor", [])}


def run(chosen: Sequence[Fault], workers: int) -> Iterator[Found]:
    """Try each fault; ``complaintkit.policy`` must not be loaded in this process."""
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder) / "seen.json"
        child = os.fork()
        if child == 0:
            trace(into)
            os._exit(0)
        if os.waitpid(child, 0)[1] != 0:
            raise SystemExit("the tests fail before there is any fault")
        seen = [Seen(**each) for each in json.loads(into.read_text(encoding="utf-8"))]
    for name in _LOADED_BEFORE:
        importlib.import_module(name)
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(lambda fault: tried(fault, seen), chosen)


def main() -> int:
    """Try as many faults as the command line says; 1 where the tests notice too few, or nobody says why not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", default="", help="modules whose name holds this")
    told = parser.parse_args()
    known = reasons()
    missed, tried_so_far, unexplained = 0, 0, 0
    for found in run(drawn(told.count, told.seed, told.only), told.workers):
        tried_so_far += 1
        if found.end in {"noticed", "hung"}:
            continue
        missed += 1
        unexplained += found.fault.name not in known
        why = known.get(found.fault.name, "no reason is given in survivors.toml")
        print(f"{found.end} at line {found.fault.first}: {found.fault.name}\n  {why}", flush=True)
    percent = 100 * (tried_so_far - missed) / max(tried_so_far, 1)
    print(
        f"{tried_so_far} faults, {tried_so_far - missed} noticed: {percent:.1f} %; {unexplained} survivors unexplained"
    )
    return int(percent < LEAST_PERCENT or unexplained > 0)


if __name__ == "__main__":
    sys.exit(main())
