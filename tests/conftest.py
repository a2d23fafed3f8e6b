"""What all tests share: how much the property tests try, the real data, the command line."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import complaintkit
from tests.postgres import HASTY, Server, running

ROOT = Path(__file__).resolve().parents[1]

# Both draw the same examples in each run, so that a red test is the fault of the change before it; "search" looks for
# new ones. None has a deadline: the machine may be busy. A failure prints how to reproduce it, so no database of
# examples is kept.
settings.register_profile(
    "quick", max_examples=50, stateful_step_count=30, derandomize=True, deadline=None, database=None
)
settings.register_profile(
    "long",
    max_examples=500,
    stateful_step_count=50,
    derandomize=True,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("search", parent=settings.get_profile("long"), derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_report_header() -> list[str]:
    """Say which complaintkit is under test, so that nobody tests the wrong one."""
    real_data = os.environ.get("COMPLAINTKIT_REAL_DATA", "not set: the tests on real data are skipped")
    return [
        f"complaintkit {complaintkit.__version__} from {Path(complaintkit.__file__).parent}",
        f"COMPLAINTKIT_REAL_DATA: {real_data}",
    ]


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real complaints that COMPLAINTKIT_REAL_DATA names; without it the test is skipped, saying so."""
    folder = os.environ.get("COMPLAINTKIT_REAL_DATA")
    if not folder:
        pytest.skip("COMPLAINTKIT_REAL_DATA is not set: it names the folder of real complaints")
    return Path(folder).resolve()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A real PostgreSQL, one for each process that runs tests and asks for it."""
    with running(*HASTY) as server:
        yield server


@pytest.fixture(scope="session")
def shell(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which `complaintkit` and `python` are those under test, whatever the folder."""
    scripts = Path(sysconfig.get_path("scripts"))
    if not (scripts / "complaintkit").exists():  # the library is imported from its source tree
        scripts = tmp_path_factory.mktemp("bin")
        for name, arguments in {"complaintkit": "-m complaintkit", "python": ""}.items():
            (scripts / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n', encoding="utf-8")
            (scripts / name).chmod(0o755)
    search = [str(Path(folder).resolve()) for folder in os.environ.get("PYTHONPATH", "").split(os.pathsep) if folder]
    path = os.pathsep.join([str(scripts), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "PYTHONPATH": os.pathsep.join(search)}
