"""S-G7: medians of Kaplan and Meier over published life times, some of them censored."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from complaintkit.measures.statistic import kaplan_meier, survival_quantile


@pytest.mark.parametrize(("group", "subjects", "median"), [(None, 163, 56), ("control", 129, 58), ("miR-137", 34, 26)])
def test_medians_of_life_times(real_data: Path, group: str | None, subjects: int, median: int) -> None:
    with (real_data / "g_stats" / "lifelines_waltons.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if group in (None, row["group"])]
    assert len(rows) == subjects
    lives = [(int(float(row["T"])), int(row["E"])) for row in rows]
    observed = [
        (time, sum(died for t, died in lives if t == time), sum(1 - died for t, died in lives if t == time))
        for time in sorted({time for time, _ in lives})
    ]
    assert survival_quantile(kaplan_meier(observed), 0.5)[0] == median
