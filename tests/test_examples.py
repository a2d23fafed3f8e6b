"""Every script of examples/ runs to its end, anywhere, and complains about nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


@pytest.mark.parametrize("script", EXAMPLES, ids=lambda script: script.stem)
def test_example_runs(script: Path, tmp_path: Path, shell: dict[str, str]) -> None:
    run = subprocess.run(
        [sys.executable, script],
        cwd=tmp_path,
        env=shell,
        capture_output=True,
        text=True,
    )
    assert (run.returncode, run.stderr) == (0, "")
