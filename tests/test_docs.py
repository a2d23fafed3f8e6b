"""Every code block of README.md and of docs/ is executed; one file is one test, and one program.

What counts, in fenced blocks (three backticks at the start of a line):

- ``python``: executed; all blocks of a file share one namespace. A block that starts with ``>>>`` is a doctest.
- ``python`` with a first line ``# name.py``: written to that file, for a later block to run.
- ``console`` or ``sh``: each line ``$ complaintkit ...`` or ``$ python ...`` is run by a shell and must succeed; with a
  last line ``[exit 4]`` it must end with that code. What stands below is what it prints, ``...`` being anything;
  with nothing below, it may print what it likes. Other commands (``$ make``, ``$ pip``) are left alone.
- ``toml`` with a first line ``# name.toml``: written to that file, so that a later block can use it.
- ``text``, ``json``, ``csv``, ``mermaid``, other ``toml``: shown only. Any other language is an error.

A file starts in a folder that holds nothing but a copy of examples/. (Sybil makes each block a test of its own; the
blocks of one program would then be torn apart by parallel workers.)
"""

from __future__ import annotations

import doctest
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```(?P<language>[a-z]+)[^\n]*\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(
    r"^\$ (?P<command>(?:complaintkit|python)\b(?:[^\n]*\\\n)*[^\n]*)\n?(?P<shown>(?:(?!\$ )[^\n]*\n?)*)", re.MULTILINE
)
EXIT = re.compile(r"^\[exit (\d+)\]\n?\Z", re.MULTILINE)
SHOWN_ONLY = {"text", "json", "csv", "mermaid", "toml"}
LENIENT = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


class Block(NamedTuple):
    """One fenced block: its language, its text, and the line on which the text starts."""

    language: str
    text: str
    line: int


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page, from top to bottom."""
    text = page.read_text(encoding="utf-8")
    for found in FENCE.finditer(text):
        yield Block(found["language"], found["text"], text.count("\n", 0, found.start("text")))


def run_python(block: Block, page: Path, names: dict[str, object]) -> None:
    """Execute a block so that a traceback names the page and its line."""
    if not block.text.startswith(">>>"):
        exec(compile("\n" * block.line + block.text, str(page), "exec"), names)
        return
    test = doctest.DocTestParser().get_doctest(block.text, names, page.name, str(page), block.line)
    assert doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, clear_globs=False).failed == 0
    names.update(test.globs)


def run_shell(block: Block, page: Path, shell: dict[str, str]) -> None:
    """Run the commands of a block and compare what they print with what is shown."""
    for found in COMMAND.finditer(block.text):
        code = EXIT.search(found["shown"])
        shown = EXIT.sub("", found["shown"])
        run = subprocess.run(found["command"], shell=True, env=shell, capture_output=True, text=True)
        place = f"{page}:{block.line + 1}: $ {found['command']}\n{run.stdout}{run.stderr}"
        assert run.returncode == (int(code[1]) if code else 0), place
        assert not shown.strip() or doctest.OutputChecker().check_output(shown, run.stdout + run.stderr, LENIENT), place


def write_file(block: Block) -> bool:
    """Write a block that begins with the name of a file, and say whether it did."""
    name = re.match(r"# ([\w.-]+\.(?:toml|py))\n", block.text)
    if name is not None:
        Path(name[1]).write_text(block.text, encoding="utf-8")
    return name is not None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_code_blocks(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shell: dict[str, str]) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "__main__"}
    for block in blocks(page):
        match block.language:
            case "python" | "toml" if write_file(block):
                continue
            case "python":
                run_python(block, page, names)
            case "console" | "sh":
                run_shell(block, page, shell)
            case language:
                assert language in SHOWN_ONLY, f"{page}:{block.line}: '{language}' is not executed; see {__file__}"
