"""Tables as people's programs write them, and files that are no tables."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.errors import ImportRefused
from complaintkit.exchange import import_records, load_mapping
from complaintkit.exchange.tables import BadRow, Row, open_source
from tests.exchange.samples import HEADER, ROW, as_csv, changed, lines_of, new_desk, take_in_bytes, told

CFPB = load_mapping("cfpb")


def read(content: bytes, folder: Path) -> list[Row | BadRow]:
    path = folder / "table.csv"
    path.write_bytes(content)
    with open_source(path) as source:
        return list(source.table(CFPB).rows())


def bad(content: str, folder: Path) -> list[tuple[int, str]]:
    return [(row.line, row.code) for row in read(content.encode(), folder) if isinstance(row, BadRow)]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found_in_the_header(separator: str, tmp_path: Path) -> None:
    desk = new_desk()
    report = take_in_bytes(desk, as_csv(ROW, delimiter=separator).encode(), tmp_path)
    assert (report.new, report.separator) == (1, separator)
    assert bool(report.count("separator")) is (separator != ",")
    assert dict(told(desk).intake.attributes)["product"] == "Mortgage"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_end_of_line_will_do(end: str, tmp_path: Path) -> None:
    report = take_in_bytes(new_desk(), as_csv(ROW, changed(complaint_id="18"), lineterminator=end).encode(), tmp_path)
    assert (report.new, report.count("no-end-of-line")) == (2, 0)


def test_a_preamble_is_passed_over_and_named(tmp_path: Path) -> None:
    report = take_in_bytes(new_desk(), b"Archive:  records.zip\n  inflating, slowly\n" + as_csv(ROW).encode(), tmp_path)
    assert (report.new, report.header_line, report.count("preamble")) == (1, 3, 2)


def test_a_byte_order_mark_is_no_part_of_the_first_heading(tmp_path: Path) -> None:
    report = take_in_bytes(new_desk(), b"\xef\xbb\xbf" + as_csv(ROW).encode(), tmp_path)
    assert (report.new, report.count("byte-order-mark"), report.encoding) == (1, 1, "utf-8")


def test_bytes_of_cp1252_are_read_and_named(tmp_path: Path) -> None:
    desk = new_desk()
    table = as_csv(ROW, changed(complaint_id="18", product="Crédit “rapide”")).encode("cp1252")
    report = take_in_bytes(desk, table, tmp_path)
    assert (report.new, report.encoding) == (2, "cp1252")
    assert lines_of(report, "cp1252") == [("", "", 1, [3])]
    assert dict(told(desk, "18").intake.attributes)["product"] == "Crédit “rapide”"


def test_many_lines_of_cp1252_are_all_counted(tmp_path: Path) -> None:
    rows = [changed(complaint_id=str(number), product="Crédit") for number in range(30)]
    report = take_in_bytes(new_desk(), as_csv(*rows).encode("cp1252"), tmp_path)
    assert lines_of(report, "cp1252") == [("", "", 30, list(range(2, 22)))]


def test_bytes_that_mean_nothing_in_any_encoding_refuse_their_row(tmp_path: Path) -> None:
    table = as_csv(ROW, changed(complaint_id="18", consumer_complaint_narrative="so \x81 odd")).encode("latin-1")
    report = take_in_bytes(new_desk(), table, tmp_path)
    assert (report.new, report.refused) == (1, 1)
    assert [(what.split(":")[0], lines) for _, what, _, lines in lines_of(report, "refused")] == [("hostile-text", [3])]


def test_utf_8_stays_utf_8(tmp_path: Path) -> None:
    desk = new_desk()
    report = take_in_bytes(desk, as_csv(changed(product="משכנתא وام é")).encode(), tmp_path)
    assert (report.encoding, dict(told(desk).intake.attributes)["product"]) == ("utf-8", "משכנתא وام é")


def test_lines_are_physical_lines_also_after_fields_of_several_lines(tmp_path: Path) -> None:
    rows = [changed(consumer_complaint_narrative="one\ntwo\r\nthree"), changed(complaint_id="18"), ["19", "short"]]
    found = read(("junk\n" + as_csv(*rows)).encode(), tmp_path)
    assert [row.line for row in found] == [3, 6, 7]
    assert isinstance(found[0], Row)
    assert found[0].cells[3] == "one\ntwo\r\nthree"


def test_empty_lines_are_passed_over_and_counted(tmp_path: Path) -> None:
    table = as_csv(ROW, [""] * len(HEADER), [], changed(complaint_id="18"))
    report = take_in_bytes(new_desk(), table.encode(), tmp_path)
    assert (report.rows, report.new, report.count("blank-line")) == (2, 2, 2)


def test_a_row_with_too_few_or_too_many_fields_is_refused_with_its_line(tmp_path: Path) -> None:
    assert bad(as_csv(ROW, ROW[:-1], [*ROW, "more"], ROW), tmp_path) == [(3, "width"), (4, "width")]


def test_a_last_row_that_is_cut_off_between_fields(tmp_path: Path) -> None:
    table = as_csv(ROW, ROW)
    assert bad(table[: -len("Yes,No\n")], tmp_path) == [(3, "truncated")]


def test_a_last_row_that_is_cut_off_inside_a_quoted_field(tmp_path: Path) -> None:
    table = as_csv(ROW, changed(consumer_complaint_narrative='She said "no",\nand again\n"no".'))
    cut = table[: table.index("again")]
    found = read(cut.encode(), tmp_path)
    assert [(row.line, type(row)) for row in found] == [(2, Row), (3, BadRow)]
    assert isinstance(found[1], BadRow)
    assert found[1].code == "truncated"
    assert "line 4" in found[1].text


@pytest.mark.parametrize("rows", [60, 700])
def test_cutting_a_file_anywhere_loses_no_row_silently(rows: int, tmp_path: Path) -> None:
    """Also where more was read than the search for the header and one block of rows took."""
    table = as_csv(*(changed(complaint_id=str(number), product="a\nb") for number in range(rows)))
    cut = table[: table.rindex("a\nb") + 1]
    found = read(cut.encode(), tmp_path)
    assert len(found) == rows
    assert [row.code for row in found if isinstance(row, BadRow)] == ["truncated"]


def test_a_file_without_a_last_end_of_line_is_whole_but_named(tmp_path: Path) -> None:
    report = take_in_bytes(new_desk(), as_csv(ROW).rstrip("\n").encode(), tmp_path)
    assert (report.new, report.count("no-end-of-line")) == (1, 1)


def test_something_after_a_closing_quote_refuses_the_row(tmp_path: Path) -> None:
    """To read on would drop the quotes without a word."""
    table = as_csv(ROW) + '18,2025-07-01,"Mort"gage,,,,,,\n' + as_csv(changed(complaint_id="19")).split("\n", 1)[1]
    assert bad(table, tmp_path) == [(3, "quoting")]


def test_a_field_of_a_megabyte_refuses_its_row_and_no_other(tmp_path: Path) -> None:
    limit = csv.field_size_limit()
    huge = changed(complaint_id="18", consumer_complaint_narrative="x" * 1_000_000)
    report = take_in_bytes(new_desk(), as_csv(ROW, huge, changed(complaint_id="19")).encode(), tmp_path)
    assert (report.new, report.refused) == (2, 1)
    assert csv.field_size_limit() == limit


def zipped() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("records.csv", as_csv(ROW))
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "PDF"),
        (zipped(), "ZIP"),
        (gzip.compress(as_csv(ROW).encode()), "gzip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "office"),
        (b"<!DOCTYPE html><html>", "HTML"),
        (as_csv(ROW).encode("utf-16"), "UTF-16"),
        (as_csv(ROW).encode("utf-16-le"), "NUL"),
        (bytes(range(256)) * 40, "header"),
        (b"", "empty"),
        (b"one line of prose", "header"),
        (b'{"Complaint ID": 17}\n', "header"),
    ],
)
def test_what_is_no_table_is_refused_with_file_and_line(content: bytes, said: str, tmp_path: Path) -> None:
    desk = new_desk()
    with pytest.raises(ImportRefused) as caught:
        take_in_bytes(desk, content, tmp_path)
    (problem,) = caught.value.problems
    assert (Path(problem.file).name, problem.line) == ("records.csv", 1)
    assert said in problem.text
    assert not desk.store.journal()


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.csv", tmp_path):
        with pytest.raises(ImportRefused, match="cannot be read"):
            import_records(new_desk(), path)


def test_a_missing_column_is_refused_with_file_line_and_column(tmp_path: Path) -> None:
    table = "junk\n" + as_csv(["17", "2025-07-01", "x"], header=["Complaint No", "Date received", "Product"])
    with pytest.raises(ImportRefused) as caught:
        take_in_bytes(new_desk(), table.encode(), tmp_path)
    (problem,) = caught.value.problems
    assert (problem.line, problem.path) == (2, "record")
    assert "'Complaint ID'" in problem.text
    assert "did you mean 'Complaint No'?" in problem.text


def test_two_columns_that_mean_the_same_are_refused(tmp_path: Path) -> None:
    table = as_csv(["17", "2025-07-01", "18"], header=["Complaint ID", "Date received", "public_id"])
    with pytest.raises(ImportRefused) as caught:
        take_in_bytes(new_desk(), table.encode(), tmp_path)
    (problem,) = caught.value.problems
    assert (problem.line, problem.column, problem.path) == (1, 3, "public_id")


@pytest.mark.parametrize("form", ["2025-07-01", "7/1/2025", "7/1/25", "07/01/2025"])
def test_every_form_of_a_date_that_the_profile_accepts(form: str, tmp_path: Path) -> None:
    desk = new_desk()
    assert take_in_bytes(desk, as_csv(changed(date_received=form)).encode(), tmp_path).new == 1
    assert told(desk).received_at.isoformat() == "2025-07-01T04:00:00+00:00"


@pytest.mark.parametrize("form", ["1.7.2025", "2025/07/01", "2025-02-30", "13/13/2025", "July 1st"])
def test_no_other_form_of_a_date(form: str, tmp_path: Path) -> None:
    report = take_in_bytes(new_desk(), as_csv(changed(date_received=form)).encode(), tmp_path)
    assert lines_of(report, "refused") == [("received", "not-a-date", 1, [2])]


PRINTABLE = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u202d\u202e"), max_size=12)
TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0\u202d\u202e") | st.sampled_from('",;\t|\r\n'),
    max_size=20,
)
QUOTED = [csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]
#: Before Python 3.13 the module did not quote a lone carriage return where lines end in a line feed.
DIALECTS = st.fixed_dictionaries(
    {"delimiter": st.sampled_from(",;\t|"), "quoting": st.sampled_from(QUOTED), "lineterminator": st.just("\n")}
) | st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from(",;\t|"),
        "quoting": st.sampled_from([*QUOTED, csv.QUOTE_MINIMAL]),
        "lineterminator": st.just("\r\n"),
    }
)


@given(rows=st.lists(st.tuples(TEXT, TEXT, PRINTABLE), max_size=6), dialect=DIALECTS, preamble=st.integers(0, 3),
       mark=st.sampled_from([b"", b"\xef\xbb\xbf"]))  # fmt: skip
def test_whatever_the_csv_module_writes_comes_back_the_same(
    rows: list[tuple[str, str, str]], dialect: dict[str, Any], preamble: int, mark: bytes,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:  # fmt: skip
    whole = [["17", *row] for row in rows]
    header = ["Complaint ID", "Consumer complaint narrative", "Issue", "Date received"]
    content = mark + ("junk\n" * preamble + as_csv(*whole, header=header, **dialect)).encode()
    found = read(content, tmp_path_factory.mktemp("tables"))
    assert [row.cells for row in found if isinstance(row, Row)] == whole
    assert len(found) == len(whole)


def after_a_table(text: str) -> bytes:
    return (as_csv(ROW) + text).encode("utf-8", "surrogatepass")


@given(content=st.binary(max_size=400) | st.text(max_size=200).map(after_a_table))
def test_any_bytes_are_a_table_or_a_typed_refusal(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    try:
        report = take_in_bytes(new_desk(), content, tmp_path_factory.mktemp("bytes"))
    except ImportRefused:
        return
    assert report.rows == report.new + report.repeated + report.refused
