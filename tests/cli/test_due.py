"""``complaintkit due``: from a term and a calendar, from a profile, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

OFFICE = """
id = "office"
tz = "Asia/Jerusalem"
holidays = [{ date = "2026-03-03", name = "Purim" }]
[weekly]
sun = [["09:00", "17:00"]]
mon = [["09:00", "17:00"]]
tue = [["09:00", "17:00"]]
wed = [["09:00", "17:00"]]
thu = [["09:00", "17:00"]]
"""
RULES = """
base = "standard"
id = "ours"
version = "1"
[[regimes]]
id = "statute"
source = "section 7"
commitments.final = { calendar_days = 10 }
"""


@pytest.fixture
def office(tmp_path: Path) -> str:
    path = tmp_path / "office.toml"
    path.write_text(OFFICE, encoding="utf-8")
    return str(path)


def test_from_a_term_and_a_calendar(ck: Any, office: str) -> None:
    ran = ck("due", "--start", "2026-03-02T08:00:00Z", "--term", "working_days=2", "--calendar", office)
    assert ran.out == "Due on 5 March 2026 (2026-03-05) at 17:00 (Asia/Jerusalem).\nThe time allowed: 2 working days.\n"
    assert ck("due", "--start", "2026-03-02", "--term", "weeks=1", "--calendar", office, "--json").data == {
        "due": "2026-03-09T22:00:00.000000Z",
        "dates": [
            {"due": "2026-03-09T22:00:00.000000Z", "rule": "", "term": {"weeks": 1}, "calendar": "office"},
        ],
    }


def test_it_explains(ck: Any, office: str) -> None:
    pause = "2026-03-02T08:00:00Z/2026-03-02T10:00:00Z"
    fields = ("--start", "2026-03-02T07:00:00Z", "--term", "working_hours=8", "--calendar", office, "--pause", pause)
    told = ck("due", *fields, "--explain").out
    for words in ("The clock stood", "Not counted: 3 March 2026", "Together 8:00 hours.", "Calendar office, version"):
        assert words in told
    data = ck("due", *fields, "--explain", "--json").data["dates"][0]
    assert sum(span["seconds"] for span in data["spans"]) == data["budget_seconds"] == 8 * 3600
    assert "۸" in ck("due", *fields, "--explain", "--language", "fa").out


def test_from_a_profile_the_strictest_comes_first(ck: Any, tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(RULES, encoding="utf-8")
    ran = ck("due", "--start", "2026-03-02T10:00:00Z", "--kind", "final", "--policy", "ours.toml", "--json")
    assert [found["rule"].split("@")[0] for found in ran.data["dates"]] == ["statute", "ours"]
    assert ran.data["due"] == ran.data["dates"][0]["due"] == "2026-03-13T00:00:00.000000Z"
    extended = ck("due", "--start", "2026-03-02", "--term", "months=1", "--extend", "weeks=2", "--json")
    assert extended.data["due"] == "2026-04-17T00:00:00.000000Z"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--start", "2026-03-02"), "one of --term and --kind"),
        (("--start", "2026-03-02", "--term", "days=5"), "ambiguous"),
        (("--start", "tomorrow", "--term", "weeks=1"), "--start"),
        (("--start", "2026-13-02", "--term", "weeks=1"), "neither a date nor an instant"),
        (("--start", "2026-03-02", "--term", "weeks=1", "--pause", "2026-03-02"), "FROM/TO"),
        (("--start", "2026-03-02", "--kind", "remedy"), "owes no remedy"),
        (("--start", "2026-03-02", "--term", "weeks=1", "--extend", "moons=1"), "unit"),
    ],
)
def test_what_is_wrong_is_said(ck: Any, arguments: tuple[str, ...], words: str) -> None:
    ran = ck("due", *arguments, "--json")
    assert ran.code == 2
    assert words in ran.error["message"] + ran.error["hint"]


def test_a_calendar_that_cannot_be_read_is_data(ck: Any, tmp_path: Path) -> None:
    (tmp_path / "odd.toml").write_bytes(b"\xff\xfe")
    assert ck("due", "--start", "2026-03-02", "--term", "weeks=1", "--calendar", "odd.toml").code == 3
    assert ck("due", "--start", "2026-03-02", "--term", "weeks=1", "--calendar", "missing.toml").code == 3
