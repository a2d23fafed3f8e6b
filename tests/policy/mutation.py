"""A mutation run over the policy engine: does a test of ``tests/policy`` notice each of many small faults?

``python -m tests.policy.mutation 1000`` (``make mutation``) draws that many faults from a seed, puts each into a fresh
process and runs the tests that go through the changed lines, the quickest first. It ends with 1 where fewer than nine
of ten are noticed, or where one is not noticed and ``survivors.toml`` gives no reason for it. With ``--into FILE`` each
fault is noted there as soon as it was tried: a run that was stopped goes on where it ended, and one after a change
tries the faults that are new, and those that were not noticed without a reason.
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
import resource
import signal
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Final, NamedTuple

import pytest
from hypothesis import Phase, settings

from tests.conftest import ROOT
from tests.policy import mutator
from tests.policy.mutator import Fault
from tests.sources import PACKAGE, module_name

POLICY: Final = PACKAGE / "policy"
TESTS: Final = ROOT / "tests" / "policy"
SURVIVORS: Final = Path(__file__).with_name("survivors.toml")
#: Of so many faults in a hundred the tests must notice.
LEAST_PERCENT: Final = 90
#: A fault may make a test hang: so many seconds of the processor, and so many times what its tests took, are allowed.
PATIENCE: Final = (5, 5)
#: One that waits for something else has so many times as long, and one that eats memory is stopped at so many bytes.
IDLE: Final = 20
MOST_BYTES: Final = 4 * 1024**3
#: Most faults are noticed by one of so few tests, which need not wait until the modules of all others are loaded.
FEW: Final = 25
#: What every process would load again; nothing of the engine.
_LOADED_BEFORE: Final = (
    "complaintkit.timekeeping", "complaintkit.vocabulary", "faulthandler", "jsonschema", "numpy", "pdb", "statistics",
    "xdist.newhooks", "xml.etree.ElementTree", "_pytest.junitxml", "_pytest.pastebin", "_pytest.doctest",
    "_hypothesis_pytestplugin",
)  # fmt: skip
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
    """A plugin that notes the lines of the policy engine that each test goes through.

    What happens while a module of tests is loaded belongs to each of its tests. Nothing that the engine keeps is kept
    from one test to the next, or only the first of them would be seen to go through it.
    """

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self._lines: dict[str, set[int]] = {}
        self._loading: dict[Path, dict[str, set[int]]] = {}
        self._here = str(POLICY)

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Generator[None, Any, Any]:
        """Note what loading a module of tests goes through."""
        if not isinstance(collector, pytest.Module):
            return (yield)
        self._lines = self._loading[collector.path] = {}
        return (yield from self._traced())

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Note one test."""
        self._lines = {file: set(lines) for file, lines in self._loading[item.path].items()}
        begun = time.process_time()
        try:
            return (yield from self._traced())
        finally:
            lines = {file: sorted(found) for file, found in self._lines.items()}
            self.seen.append(Seen(item.nodeid, time.process_time() - begun, lines))

    def _traced(self) -> Generator[None, Any, Any]:
        _forget()
        sys.settrace(self._called)
        try:
            return (yield)
        finally:
            sys.settrace(None)

    def _called(self, frame: FrameType, _event: str, _arg: Any) -> Any:
        return self._line if frame.f_code.co_filename.startswith(self._here) else None

    def _line(self, frame: FrameType, event: str, _arg: Any) -> Any:
        if event == "line":
            self._lines.setdefault(frame.f_code.co_filename, set()).add(frame.f_lineno)
        return self._line


def _forget() -> None:
    """Empty what the functions of the engine and of its tests have kept."""
    rooms = ("complaintkit.policy", "tests.policy")
    modules = [module for name, module in sys.modules.items() if name.startswith(rooms)]
    for kept in (value for module in modules for value in vars(module).values()):
        if callable(getattr(kept, "cache_clear", None)):
            kept.cache_clear()


def trace(into: Path) -> None:
    """Run every test once and write what each went through; for a process of its own.

    One that asks whether something is kept may fail here, where nothing is; it has gone through its lines all the same.
    """
    for file in POLICY.glob("*.py"):  # what happens when it is imported belongs to no test, or rather to all
        importlib.import_module(module_name(file))
    tracer = _Tracer()
    pytest.main([*_ARGUMENTS, "--maxfail", "9", str(TESTS)], plugins=[tracer])
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

    What happens at import no test goes through: then those that use the file come first, and after them all others.
    """
    name = str(fault.file)
    using = [each for each in seen if name in each.lines]
    through = [each for each in using if any(fault.first <= line <= fault.last for line in each.lines[name])]
    return sorted(through or seen, key=lambda each: (name not in each.lines, each.seconds))


def tried(fault: Fault, seen: Sequence[Seen]) -> Found:
    """How the tests take a fault, in a process of its own; where a few tests do not notice, the rest in another."""
    tests = choose(fault, seen)
    for some in (tests[:FEW], tests[FEW:]):
        end = _end(fault, some) if some else "survived"
        if end != "survived":
            return Found(fault, end)
    return Found(fault, "survived")


def _end(fault: Fault, tests: list[Seen]) -> str:
    """How these tests take a fault."""
    patience = PATIENCE[0] + PATIENCE[1] * sum(each.seconds for each in tests)
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (int(patience) + 1, int(patience) + 2))
        resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
        os._exit(_noticed(fault, [each.test for each in tests]))
    return _awaited(child, time.monotonic() + IDLE * patience)


def _noticed(fault: Fault, tests: list[str]) -> int:
    """Run the tests with the fault in; 1 where they notice."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    sys.meta_path.insert(0, _Faulty(fault))
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        return int(pytest.main([*_ARGUMENTS, *tests]) != 0)


def _awaited(child: int, until: float) -> str:
    """How a process ended: what the system itself stopped has hung."""
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return "hung" if os.WIFSIGNALED(status) else "noticed" if status else "survived"
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "hung"


# The run.


def drawn(count: int, seed: int, only: str = "") -> list[Fault]:
    """So many faults of all the modules of the engine, none of a name twice.

    Each has a lot of its own and the lowest are drawn, so that a change of some lines leaves the draw of all others.
    """
    files = [file for file in sorted(POLICY.glob("*.py")) if only in file.name]
    found: dict[str, Fault] = {}
    for _, file, place in sorted(lot for each in files for lot in _lots(each, seed)):
        if len(found) < count:
            fault = mutator.fault(file, place)
            found.setdefault(fault.name, fault)
    return [*found.values()]


def _lots(file: Path, seed: int) -> Iterator[tuple[float, Path, int]]:
    """The lot of each fault of a file; it follows from its statement, not from where that stands."""
    met: Counter[str] = Counter()
    for place, head in enumerate(mutator.heads(file)):
        met[head] += 1
        yield random.Random(f"{seed} {file.name} {head} {met[head]}").random(), file, place


def reasons() -> dict[str, str]:
    """Why some faults are not noticed, by their names."""
    listed = tomllib.loads(SURVIVORS.read_text(encoding="utf-8")) if SURVIVORS.exists() else {}
    return {each["fault"]: each["reason"] for each in listed.get("survivor", [])}


def looked() -> list[Seen]:
    """What each test goes through, found out in a process of its own: the engine must not be loaded in this one."""
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder) / "seen.json"
        child = os.fork()
        if child == 0:
            trace(into)
            os._exit(0)
        os.waitpid(child, 0)
        return [Seen(**each) for each in json.loads(into.read_text(encoding="utf-8"))]


def prepare() -> None:
    """Load what every process would load again; a fault is noticed or not, whatever the smallest example of it is."""
    for name in _LOADED_BEFORE:
        importlib.import_module(name)
    settings.register_profile("mutation", settings.default, phases=(Phase.explicit, Phase.generate))
    settings.load_profile("mutation")


def run(chosen: Sequence[Fault], workers: int, noted: Mapping[str, str]) -> Iterator[Found]:
    """Try each fault that is not noted yet."""
    some_open = any(fault.name not in noted for fault in chosen)
    seen = looked() if some_open else []
    prepare()
    if some_open and _end(_none(), seen) != "survived":
        raise SystemExit("the tests fail before there is any fault")

    def end(fault: Fault) -> Found:
        known = noted.get(fault.name)
        return Found(fault, known) if known else tried(fault, seen)

    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(end, chosen)


def _none() -> Fault:
    """No fault at all, in a module that most tests go through."""
    file = POLICY / "facts.py"
    return Fault(file, 1, 1, "", "", file.read_text(encoding="utf-8"))


def _noted(file: Path | None, known: Collection[str]) -> dict[str, str]:
    """How the faults ended that an earlier run has noted; one without a reason may be noticed by now."""
    lines = file.read_text(encoding="utf-8").splitlines() if file and file.exists() else []
    ends = dict(map(json.loads, lines))
    return {name: end for name, end in ends.items() if end != "survived" or name in known}


def _note(file: Path | None, found: Found) -> None:
    if file:
        with file.open("a", encoding="utf-8") as into:
            into.write(json.dumps([found.fault.name, found.end]) + "\n")


def main() -> int:
    """Try as many faults as the command line says; 1 where the tests notice too few, or nobody says why not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", default="", help="modules whose name holds this")
    parser.add_argument("--into", type=Path, help="a file that notes each fault and how it ended; another run goes on")
    told = parser.parse_args()
    chosen, known = drawn(told.count, told.seed, told.only), reasons()
    noted = _noted(told.into, known)
    ends: Counter[str] = Counter()
    unexplained = 0
    for found in run(chosen, told.workers, noted):
        if found.fault.name not in noted:
            _note(told.into, found)
        ends[found.end] += 1
        if found.end == "survived":
            unexplained += found.fault.name not in known
            why = known.get(found.fault.name, "no reason is given in survivors.toml")
            print(f"{found.end} at line {found.fault.first}: {found.fault.name}\n  {why}", flush=True)
    percent = 100 * (len(chosen) - ends["survived"]) / max(len(chosen), 1)
    noticed = f"{ends['noticed'] + ends['hung']} noticed ({ends['hung']} of them by hanging)"
    print(f"{len(chosen)} faults, {noticed}: {percent:.1f} %; {unexplained} survivors unexplained")
    return int(percent < LEAST_PERCENT or unexplained > 0)


if __name__ == "__main__":
    sys.exit(main())
