"""What README.md and docs/ say of the code is what the code says, and every page can be reached."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from complaintkit import errors
from tests import pages
from tests.conftest import ROOT

DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))


@pytest.mark.parametrize("page", pages.PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_made_parts_are_current(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert pages.remade(text) == text, "run: python -m tests.pages"


def test_every_part_stands_in_a_page() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in pages.PAGES)
    assert {found["name"] for found in pages.MADE.finditer(text)} == set(pages.PARTS)


def test_the_picture_of_the_chart_is_current() -> None:
    assert pages.PICTURE.read_text(encoding="utf-8") == pages.picture(), "run: python -m tests.pages"


def test_the_examples_of_the_readme_are_short() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lengths = [
        block.count("\n") for block in re.findall(r"^```(?:python|console|toml)\n([^`]*)^```", text, re.MULTILINE)
    ]
    assert len(lengths) >= 3
    assert max(lengths) <= 15


def test_the_example_of_the_crm_is_short() -> None:
    assert (ROOT / "examples" / "embed_in_a_crm.py").read_text(encoding="utf-8").count("\n") <= 60


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_has_its_four_parts_and_fits_a_screen(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["What was asked", "Decision", "Why", "What follows"]
    assert text.startswith(f"# {int(page.stem[:4])}. ")
    assert text.count("\n") <= 60


def test_every_error_is_told_what_to_do_about() -> None:
    page = (ROOT / "docs" / "how-to" / "when-something-is-refused.md").read_text(encoding="utf-8")
    told = re.findall(r"`([a-z-]+)`(?=.*\n:)", page)
    classes = [each for each in vars(errors).values() if isinstance(each, type)]
    codes = [each.code for each in classes if issubclass(each, errors.ComplaintKitError)]
    assert sorted(told) == sorted(codes)
