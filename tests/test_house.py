"""The rules of the house: short functions, short modules, docstrings, no clock but the clock, cheap imports."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import complaintkit.policy
import complaintkit.timekeeping
from tests.conftest import ROOT
from tests.sources import (
    FILES,
    MODULES,
    PACKAGE,
    Function,
    body_lines,
    code_lines,
    definitions,
    module_name,
    public_definitions,
)

USUAL_FUNCTION, LARGE_FUNCTION, LONGEST_FUNCTION = 8, 20, 50  # lines of the body: median, nine of ten, all
LONGEST_MODULE = 400

CLOCK = PACKAGE / "timekeeping" / "clock.py"
CLOCK_READS = re.compile(
    r"\b(datetime|date|DateTime|pendulum)\.(now|utcnow|today)\b|\btime\.(time|monotonic|perf_counter)(_ns)?\b"
)
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError)\b")

HEAVY = {"asyncio", "attr", "babel", "duckdb", "msgspec", "pendulum", "rich", "sqlite3", "statemachine"}
NOT_FOR_POLICY = HEAVY - {"attr"}


def lines_with(pattern: re.Pattern[str], files: list[Path]) -> list[str]:
    """Where a pattern stands, as file:line."""
    return [
        f"{file.relative_to(PACKAGE)}:{number} {line.strip()}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def loaded_by(statement: str) -> set[str]:
    """The top-level modules that a fresh interpreter holds after one statement."""
    code = f"import sys; {statement}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


@pytest.mark.parametrize("name", MODULES)
def test_every_module_can_be_imported(name: str) -> None:
    import_module(name)


def test_functions_are_short() -> None:
    long = [
        f"{place}: {body_lines(node)} lines"
        for file in FILES
        for place, node in definitions(file)
        if isinstance(node, Function) and body_lines(node) > LONGEST_FUNCTION
    ]
    assert not long


def test_most_functions_are_much_shorter() -> None:
    lengths = [body_lines(node) for file in FILES for _, node in definitions(file) if isinstance(node, Function)]
    assert statistics.median(lengths) <= USUAL_FUNCTION
    assert statistics.quantiles(lengths, n=10)[-1] <= LARGE_FUNCTION


def test_modules_are_short() -> None:
    assert not [f"{module_name(file)}: {code_lines(file)} lines" for file in FILES if code_lines(file) > LONGEST_MODULE]


def test_everything_public_has_a_docstring() -> None:
    bare = [module_name(file) for file in FILES if not ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))]
    bare += [place for file in FILES for place, node in public_definitions(file) if not ast.get_docstring(node)]
    assert not bare


def test_nothing_is_left_unfinished() -> None:
    assert not lines_with(UNFINISHED, FILES)


def test_only_the_clock_reads_the_clock() -> None:
    assert not lines_with(CLOCK_READS, [file for file in FILES if file != CLOCK])


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert not loaded_by("import complaintkit") & HEAVY


def test_the_policy_engine_can_be_used_alone() -> None:
    assert not loaded_by("import complaintkit.policy") & NOT_FOR_POLICY


@pytest.mark.parametrize(
    "package", [complaintkit, complaintkit.policy, complaintkit.timekeeping], ids=lambda p: p.__name__
)
def test_public_names_are_the_ones_that_type_checkers_see(package: ModuleType) -> None:
    tree = ast.parse(Path(str(package.__file__)).read_text(encoding="utf-8"))
    guarded = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.name: str(node.module).removeprefix(f"{package.__name__}.")
        for node in guarded.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == package._NAMES
    assert sorted({*package.__all__} - {"__version__"}) == sorted(seen)
    assert {*package.__all__} <= {*dir(package)}
    assert all(getattr(package, name) for name in package.__all__)


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Ticket'"):
        complaintkit.Ticket  # noqa: B018


def test_the_package_is_marked_as_typed() -> None:
    assert (PACKAGE / "py.typed").exists()


def test_the_version_is_the_newest_one_of_the_changelog() -> None:
    newest = re.search(r"^## \[(\d[^]]*)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest is not None
    assert newest[1] == complaintkit.__version__


def test_every_extra_is_described_in_the_readme() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert not [extra for extra in extras if f"| `{extra}` |" not in readme]


def test_all_takes_every_other_extra() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert extras["all"] == [f"complaintkit[{','.join(name for name in extras if name != 'all')}]"]
