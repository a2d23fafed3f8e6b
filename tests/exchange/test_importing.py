"""Records become history with its own times, once; what changes becomes a correction."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest

from complaintkit.adapters.sqlite import SqliteStore
from complaintkit.desk import ComplaintDesk, read_stream
from complaintkit.desk.reading import read_entries
from complaintkit.exchange import import_records, load_mapping
from complaintkit.timekeeping import FrozenClock
from complaintkit.vocabulary import Channel, Handling, Purpose
from tests.exchange.samples import (
    NOW,
    OURS,
    READER,
    ROW,
    as_csv,
    changed,
    lines_of,
    new_desk,
    ref_of,
    size,
    take_in,
    told,
)


def history(desk: ComplaintDesk, record: str = "17") -> list[tuple[str, datetime | None]]:
    return [(entry.type, entry.occurred) for entry in read_entries(desk.store.entries(ref_of(record)))]


def text_of(desk: ComplaintDesk, record: str = "17") -> str:
    return desk.reveal(ref_of(record), by=READER, purpose=Purpose.AUDIT).of(told(desk, record).intake.narrative)


def test_a_record_is_replayed_with_its_own_times_and_recorded_today() -> None:
    desk = new_desk()
    report = take_in(desk, as_csv(ROW))
    assert (report.rows, report.new, report.refused) == (1, 1, 0)
    # New York is four hours behind UTC in July, so a local day begins at 04:00.
    assert history(desk) == [
        ("record-imported", datetime(2025, 7, 1, 4, tzinfo=UTC)),
        ("milestone-reached", datetime(2025, 7, 3, 4, tzinfo=UTC)),
        ("record-answered", None),
    ]
    entries = read_entries(desk.store.entries(ref_of("17")))
    assert {entry.at for entry in entries} == {NOW}
    assert {(entry.actor.authority, entry.imported) for entry in entries} == {("import:cfpb", True)}


def test_a_record_becomes_a_complaint_that_says_what_the_row_says() -> None:
    desk = new_desk()
    take_in(desk, as_csv(ROW))
    complaint = told(desk)
    assert complaint.intake.record == "17"
    assert complaint.intake.channel is Channel.WEB_FORM
    assert dict(complaint.intake.attributes) == {
        "product": "Mortgage", "submitted_via": "Web", "response": "Closed with explanation", "disputed": "no",
    }  # fmt: skip
    assert (complaint.handling, complaint.source_timely) == (Handling.CLOSED, True)
    assert dict(complaint.milestones) == {"sent_to_company": datetime(2025, 7, 3, 4, tzinfo=UTC)}
    assert text_of(desk) == "They charged me twice."


def test_a_narrative_stands_in_no_entry() -> None:
    desk = new_desk()
    take_in(desk, as_csv(ROW))
    assert not any(b"charged" in record.body for record in desk.store.journal())


def test_what_is_not_answered_is_left_out_and_counted() -> None:
    desk = new_desk()
    report = take_in(desk, as_csv(changed(consumer_disputed="N/A", submitted_via=" ", consumer_complaint_narrative="")))
    complaint = told(desk)
    assert "disputed" not in dict(complaint.intake.attributes)
    assert complaint.intake.narrative is None
    assert complaint.intake.channel is Channel.THIRD_PARTY
    assert dict(report.unanswered)["disputed"] == dict(report.unanswered)["narrative"] == 1


@pytest.mark.parametrize(
    ("response", "state"),
    [("Closed", Handling.CLOSED), ("In progress", Handling.RECEIVED), ("Untimely response", Handling.RECEIVED),
     ("", Handling.RECEIVED)],
)  # fmt: skip
def test_the_profile_says_which_answers_close(response: str, state: Handling) -> None:
    desk = new_desk()
    take_in(desk, as_csv(changed(company_response_to_consumer=response)))
    assert told(desk).handling is state


def test_a_second_import_changes_nothing() -> None:
    desk = new_desk()
    table = as_csv(ROW, changed(complaint_id="18"))
    take_in(desk, table)
    before = size(desk)
    report = take_in(desk, table)
    assert (report.new, report.known, report.changed) == (0, 2, 0)
    assert size(desk) == before


@pytest.mark.parametrize(
    "cells",
    [{"product": "Credit card"}, {"date_received": "2025-06-30"}, {"consumer_complaint_narrative": "Three times."},
     {"consumer_complaint_narrative": ""}, {"submitted_via": "Fax"}, {"date_sent_to_company": "2025-07-04"},
     {"date_sent_to_company": ""}, {"company_response_to_consumer": "In progress"}, {"timely_response": "No"},
     {"timely_response": ""}, {"consumer_disputed": "Yes"}],
)  # fmt: skip
def test_a_change_is_a_correction_and_there_and_back_again_is_too(cells: dict[str, str]) -> None:
    desk, other = new_desk(), new_desk()
    first, second = as_csv(ROW), as_csv(changed(**cells))
    take_in(desk, first)
    take_in(other, second)
    texts = []
    for table in (second, first, second):
        assert take_in(desk, table).changed == 1
        before = size(desk)
        assert take_in(desk, table).known == 1
        assert size(desk) == before
        texts.append(text_of(desk))
    assert texts == [text_of(other), "They charged me twice.", text_of(other)]
    seen, wanted = told(desk), told(other)
    assert seen.intake.attributes == wanted.intake.attributes
    assert seen.intake.channel is wanted.intake.channel
    assert (seen.received_at, dict(seen.milestones)) == (wanted.received_at, dict(wanted.milestones))
    assert (seen.handling, seen.source_timely) == (wanted.handling, wanted.source_timely)


def test_a_correction_keeps_what_was_said_before() -> None:
    desk = new_desk()
    take_in(desk, as_csv(ROW))
    take_in(desk, as_csv(changed(product="Credit card")))
    records = desk.store.entries(ref_of("17"))
    earlier = read_stream(records[:3])
    assert earlier is not None
    assert dict(earlier.intake.attributes)["product"] == "Mortgage"
    assert [record.type for record in records[3:]] == ["record-corrected"]


def test_a_correction_leaves_the_complaint_where_it_stands_here() -> None:
    """Only a new answer of the source moves it."""
    desk = new_desk()
    take_in(desk, as_csv(ROW))
    take_in(desk, as_csv(changed(product="Credit card")))
    assert "record-answered" not in [name for name, _ in history(desk)[3:]]


def test_the_ids_follow_from_the_profile_and_the_record() -> None:
    one, other = new_desk(), new_desk()
    take_in(one, as_csv(ROW))
    take_in(other, as_csv(changed(complaint_id="1"), ROW))
    assert told(one).ref == told(other).ref


def test_a_row_that_is_refused_stops_no_other() -> None:
    desk = new_desk()
    rows = [
        ROW,
        changed(complaint_id="18", consumer_complaint_narrative="NUL \0 here"),
        changed(complaint_id="19", product="two\nlines"),
        changed(complaint_id="20", consumer_complaint_narrative="\u202egnorw"),
        changed(complaint_id="21", consumer_complaint_narrative="x" * 200_001),
        changed(complaint_id="", product="x"),
        changed(complaint_id="23", date_received="1.7.2025"),
        changed(complaint_id="24", date_received=""),
        changed(complaint_id="25", date_sent_to_company="soon"),
        changed(complaint_id="26", date_received="2026-03-03"),
        changed(complaint_id="27"),
    ]
    report = take_in(desk, as_csv(*rows))
    assert (report.rows, report.new, report.refused) == (11, 2, 9)
    refused = {column: what for column, what, _, _ in lines_of(report, "refused") if column}
    assert refused["record"] == "no-id"
    assert refused["sent_to_company"] == "not-a-date"
    lines = {line for _, _, _, found in lines_of(report, "refused") for line in found}
    assert lines == {3, 4, 6, 7, 8, 9, 10, 11, 12}
    assert told(desk, "27").version == 3


def test_the_report_shows_no_personal_text() -> None:
    report = take_in(new_desk(), as_csv(changed(consumer_complaint_narrative="Dana \0 Levi"), ["17", "too few"]))
    assert report.refused == 2
    assert "Dana" not in str(report)
    assert "Dana" not in repr(report.to_dict())


def test_negative_intervals_are_kept_and_named() -> None:
    desk = new_desk()
    report = take_in(desk, as_csv(ROW, changed(complaint_id="18", date_sent_to_company="2025-06-30")))
    assert lines_of(report, "negative-interval") == [("sent_to_company", "", 1, [3])]
    assert dict(told(desk, "18").milestones)["sent_to_company"] < told(desk, "18").received_at


def test_unknown_words_are_kept_and_named() -> None:
    desk = new_desk()
    odd = changed(complaint_id="18", submitted_via="Pigeon", consumer_disputed="Perhaps", timely_response="Nearly",
                  company_response_to_consumer="Lost")  # fmt: skip
    report = take_in(desk, as_csv(ROW, odd))
    assert sorted(lines_of(report, "unknown-value")) == [
        ("disputed", "Perhaps", 1, [3]), ("response", "Lost", 1, [3]),
        ("submitted_via", "Pigeon", 1, [3]), ("timely", "Nearly", 1, [3]),
    ]  # fmt: skip
    complaint = told(desk, "18")
    assert dict(complaint.intake.attributes)["disputed"] == "Perhaps"
    assert (complaint.intake.channel, complaint.source_timely) == (Channel.THIRD_PARTY, None)
    assert complaint.handling is Handling.RECEIVED


def test_a_repeated_id_counts_once_and_the_first_row_holds() -> None:
    desk = new_desk()
    table = as_csv(ROW, changed(product="Credit card"), ROW)
    report = take_in(desk, table)
    assert (report.rows, report.new, report.repeated) == (3, 1, 2)
    assert lines_of(report, "duplicate-id") == [("record", "", 2, [3, 4])]
    assert dict(told(desk).intake.attributes)["product"] == "Mortgage"
    before = size(desk)
    assert take_in(desk, table).known == 1
    assert size(desk) == before


def test_everything_read_is_counted_once() -> None:
    report = take_in(new_desk(), as_csv(ROW, ROW, ["18"], changed(complaint_id="19")))
    assert report.rows == report.new + report.known + report.changed + report.repeated + report.refused == 4


def test_columns_that_nobody_asked_for_and_columns_that_are_not_there_are_named() -> None:
    header = ["Complaint ID", "Date received", "Mood"]
    report = take_in(new_desk(), as_csv(["1", "2025-07-01", "cross"], header=header))
    assert lines_of(report, "ignored-column") == [("", "Mood", 1, [])]
    assert {column for column, _, _, _ in lines_of(report, "absent-column")} >= {"product", "narrative", "timely"}


def test_a_profile_of_ones_own_with_a_closing_date() -> None:
    desk = new_desk()
    table = as_csv(["A-1", "31.12.2025", "Nothing.", "north", "2.1.2026"], ["A-2", "1.1.2026", "Still.", "", ""],
                   header=["Case no", "Opened", "What happened", "Area", "Answered"], delimiter=";")  # fmt: skip
    report = take_in(desk, table, load_mapping(OURS))
    assert report.new == 2
    done, still = (told(desk, record, "water-board") for record in ("A-1", "A-2"))
    assert done.received_at == datetime(2025, 12, 30, 23, tzinfo=UTC)  # Berlin is an hour ahead of UTC
    assert (done.handling, done.closure.at) == (Handling.CLOSED, datetime(2026, 1, 1, 23, tzinfo=UTC))
    assert (still.handling, still.intake.channel) == (Handling.RECEIVED, Channel.LETTER)


def test_progress_is_told_after_each_chunk(tmp_path: Path) -> None:
    rows = [changed(complaint_id=str(number)) for number in range(25)]
    path = tmp_path / "records.csv"
    path.write_text(as_csv(*rows))
    heard: list[tuple[int, float | None]] = []
    import_records(new_desk(), path, progress=lambda rows, share: heard.append((rows, share)), chunk=10)
    assert [rows for rows, _ in heard] == [10, 20, 25]
    assert heard[-1][1] == 1.0
    unknown: list[float | None] = []
    import_records(new_desk(), StringIO(as_csv(ROW)), progress=lambda _, share: unknown.append(share))
    assert unknown == [None]


def test_an_import_that_broke_off_goes_on_where_it_was(tmp_path: Path) -> None:
    rows = [changed(complaint_id=str(number)) for number in range(30)]
    path = tmp_path / "records.csv"
    path.write_text(as_csv(*rows))

    class Stopped(Exception):
        pass

    def stop(rows: int, _share: float | None) -> None:
        if rows == 20:
            raise Stopped

    with SqliteStore(tmp_path / "book.db") as store:
        desk = ComplaintDesk(store, clock=FrozenClock(NOW), plaintext_vault=True)
        with pytest.raises(Stopped):
            import_records(desk, path, progress=stop, chunk=10)
        report = import_records(desk, path, chunk=10)
    assert (report.new, report.known) == (10, 20)


def test_a_report_is_plain_data_and_readable() -> None:
    report = take_in(new_desk(), as_csv(ROW, ["18"]))
    data = report.to_dict()
    assert (data["rows"], data["new"], data["refused"], data["profile"]) == (2, 1, 1, "cfpb 1")
    assert {"kind": "refused", "column": "", "what": "width: 1 fields where the header has 9", "count": 1,
            "lines": [3]} in data["findings"]  # fmt: skip
    assert "2 rows: 1 new, 0 known, 0 changed, 0 repeated, 1 refused" in str(report)
    assert report.count("refused") == 1
