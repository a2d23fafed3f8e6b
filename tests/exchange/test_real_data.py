"""S-A1 to S-A5, as far as the import alone decides them; the measures have tests of their own."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from complaintkit.desk import ComplaintDesk
from complaintkit.exchange import import_records, load_mapping
from complaintkit.exchange.reading import Binding
from complaintkit.exchange.report import Findings
from complaintkit.exchange.tables import Row, open_source
from tests.exchange.samples import new_desk, size, told

CFPB = load_mapping("cfpb")


@pytest.fixture
def folder(real_data: Path) -> Path:
    return real_data / "a_cfpb"


def cells_of(path: Path) -> list[dict[str, str]]:
    with open_source(path) as source:
        table = source.table(CFPB)
        binding = Binding(CFPB, table, Findings())
        return [binding.cells(row.cells) for row in table.rows() if isinstance(row, Row)]


def state_of(desk: ComplaintDesk, record: str) -> tuple[object, ...]:
    complaint = told(desk, record)
    intake = complaint.intake
    return (complaint.received_at, intake.channel, intake.attributes, dict(complaint.milestones), complaint.handling,
            complaint.source_timely, intake.narrative is None)  # fmt: skip


def test_s_a1_s_a4_a_real_export_and_a_later_one_over_it(folder: Path) -> None:
    desk = new_desk()
    report = import_records(desk, folder / "cfpb_2020_preamble_6623.csv")
    assert (report.rows, report.new, report.refused, report.repeated) == (6623, 6623, 0, 0)
    assert (report.header_line, report.count("preamble"), report.count("unknown-value")) == (3, 2, 0)
    assert report.count("negative-interval") == 0
    unanswered = dict(report.unanswered)
    assert (unanswered["disputed"], 6623 - unanswered["narrative"]) == (6591, 1532)

    later = folder / "cfpb_2020b_reimport_268.csv"
    before = size(desk)
    report = import_records(desk, later)
    assert (report.rows, report.known, report.new, report.changed, report.refused) == (268, 236, 32, 0, 0)
    assert size(desk) == before + 32 * 3
    report = import_records(desk, later)
    assert (report.known, report.new, report.changed) == (268, 0, 0)
    assert size(desk) == before + 32 * 3


def test_s_a3_an_old_export_with_other_headings_and_dates(folder: Path) -> None:
    report = import_records(new_desk(), folder / "cfpb_2013_snake_1000.csv")
    assert (report.rows, report.new, report.refused) == (1000, 1000, 0)
    assert report.count("negative-interval", "sent_to_company") == 23
    assert report.count("unknown-value") == 0


def test_s_a5_two_forms_of_one_table_say_the_same(folder: Path) -> None:
    intake, public = folder / "cfpb_official_v1_intake.csv", folder / "cfpb_official_v1_public.csv"
    cells = cells_of(intake)
    assert (len(cells), len(cells[0])) == (30, 18)
    assert cells == cells_of(public)
    one, other = new_desk(), new_desk()
    assert import_records(one, intake).new == import_records(other, public).new == 30
    assert all(state_of(one, row["record"]) == state_of(other, row["record"]) for row in cells)
    assert import_records(one, public).known == 30


@pytest.mark.parametrize("name", ["cfpb_2020_preamble_6623", "cfpb_2013_snake_1000", "cfpb_2020b_reimport_268"])
def test_every_cell_is_read_as_the_csv_module_reads_it(name: str, folder: Path) -> None:
    path = folder / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if len(row) == 18]
    assert [list(row.values()) for row in cells_of(path)] == rows[1:]
