"""The two runners of time vectors: what they count, and what they refuse to count."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conformance import regulation, sla

HERE = Path(__file__).parent
SLA = HERE / "sla_vectors.json"
REGULATION = HERE / "regulation_vectors.json"


def last_line(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.splitlines()[-1]


def changed(source: Path, target: Path, change: Any) -> list[str]:
    file = json.loads(source.read_text(encoding="utf-8"))
    change(file)
    target.write_text(json.dumps(file), encoding="utf-8")
    return [str(target)]


def test_the_working_time_vectors_of_the_peers(capsys: pytest.CaptureFixture[str]) -> None:
    assert sla.main([str(SLA)]) == 0
    assert last_line(capsys) == "139 agree, 0 disagree, 5 disputed, 21 not run"


def test_the_vectors_of_the_law(capsys: pytest.CaptureFixture[str]) -> None:
    assert regulation.main([str(REGULATION)]) == 0
    assert last_line(capsys) == "74 agree, 0 disagree, 0 skipped"


def test_a_wrong_expectation_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def falsify(file: dict[str, Any]) -> None:
        next(v for v in file["vectors"] if v["id"] == "FH-01")["expect"]["due"] = "2025-03-03T12:00:01Z"

    assert sla.main(changed(SLA, tmp_path / "false.json", falsify)) == 1
    assert last_line(capsys) == "138 agree, 1 disagree, 5 disputed, 21 not run"

    def falsify_law(file: dict[str, Any]) -> None:
        file["vectors"][0]["expect"] = "2026-03-06"

    assert regulation.main(changed(REGULATION, tmp_path / "false.json", falsify_law)) == 1
    assert last_line(capsys) == "73 agree, 1 disagree, 0 skipped"


def test_a_tolerance_is_honoured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """ZAM-25: the peer cuts to the minute."""

    def exact(file: dict[str, Any]) -> None:
        next(v for v in file["vectors"] if v["id"] == "ZAM-25")["tolerance_s"] = 35

    assert sla.main(changed(SLA, tmp_path / "exact.json", exact)) == 1
    assert "found 2016-11-09T09:26:36.000000Z" in capsys.readouterr().out


@pytest.mark.parametrize(
    "change",
    [
        lambda file: file["vectors"][0].update(kind="guess"),
        lambda file: file["vectors"][0].update(extra=1),
        lambda file: file["vectors"][0]["input"].update(holidays=[]),
        lambda file: file["vectors"][0]["expect"].update(due="2026-01-01T00:00:00Z"),
        lambda file: file["vectors"][0].update(status="guessed"),
        lambda file: file["vectors"][0].update(calendar="nowhere"),
        lambda file: file["calendars"]["247_utc"].update(lunch="12:00"),
        lambda file: file.update(extra=1),
        lambda file: file.pop("vectors"),
    ],
    ids=range(9),
)
def test_what_is_not_known_is_not_counted(tmp_path: Path, change: Any) -> None:
    assert sla.main(changed(SLA, tmp_path / "odd.json", change)) == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda file: file["vectors"][0].update(extra=1),
        lambda file: file["vectors"][0]["term"].update(extra=1),
        lambda file: file["vectors"][0]["term"].update(count="guess"),
        lambda file: file.update(extra=1),
    ],
    ids=range(4),
)
def test_what_is_not_known_of_the_law_is_not_counted(tmp_path: Path, change: Any) -> None:
    assert regulation.main(changed(REGULATION, tmp_path / "odd.json", change)) == 2


def test_a_unit_of_the_host_is_skipped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def cycles(file: dict[str, Any]) -> None:
        file["vectors"][0]["term"]["unit"] = "billing_cycles"

    assert regulation.main(changed(REGULATION, tmp_path / "odd.json", cycles)) == 0
    assert last_line(capsys) == "73 agree, 0 disagree, 1 skipped"


def test_no_file_is_an_error(tmp_path: Path) -> None:
    for runner in (sla, regulation):
        assert runner.main([str(tmp_path / "none.json")]) == 2
        assert runner.main([]) == 2


def test_every_pack_agrees_with_the_vectors(capsys: pytest.CaptureFixture[str]) -> None:
    assert regulation.main([str(REGULATION), "--packs"]) == 0
    assert last_line(capsys) == "48 agree, 0 disagree, 26 skipped"
