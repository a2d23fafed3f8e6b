"""The report: self-contained, in three directions of mind and two of writing, the same bytes for the same book."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from complaintkit.errors import MissingExtra, UnknownName
from complaintkit.measures import Facts, Period, Report, build_report, write_report
from complaintkit.measures.phrasing import Phrases
from complaintkit.vocabulary import Channel, Language, NoticeRule
from tests.measures.book import Office, day

HOSTILE = "<script>alert(1)</script><b onclick=alert(2)>"
VOID = {"meta", "link", "br", "img", "hr", "input"}
#: What a drawing of ours may consist of; an SVG can hold more than pictures.
DRAWN = {"svg", "g", "path", "text", "defs", "style", "use", "clipPath", "rect", "tspan"}


class Page(HTMLParser):
    """What a reader's program makes of the page: elements with their attributes, nesting, and text by element."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def office() -> Office:
    """Thirty complaints with attributes that mean harm, most of them answered, and some records taken in."""
    office = Office()
    names = [HOSTILE, "=1+1", "$x^2$ & co", "خدمات اینترنت", "שירות לקוחות", "\u2067turned", "日本", "plain"]
    refs = [
        office.register(
            day(n / 2, 10), [Channel.PHONE, Channel.EMAIL][n % 2], unit="billing" if n % 3 else "delivery",
            narrative=f"It was late, {n % 20}.", attributes={"product": names[n % 8], "<b>bold</b>": "=cmd|x"},
        )
        for n in range(30)
    ]  # fmt: skip
    for ref in refs[:25]:
        office.deliver(day(15), ref, NoticeRule.ACKNOWLEDGEMENT)
    for n, ref in enumerate(refs[:24]):
        office.settle(day(16 + n), ref, seriousness=3 if n % 5 == 0 else 0)
    for n in range(12):
        record = {"timely": n > 2, "milestones": (("sent_to_company", day(n - 3)),), "closed_at": day(n + 1)}
        office.take_in(day(41), f"r{n}", day(0), **record)
    return office


@pytest.fixture(scope="module")
def facts(office: Office) -> Facts:
    return office.facts(day(60))


@pytest.fixture(scope="module", params=list(Language))
def report(request: pytest.FixtureRequest, office: Office, facts: Facts) -> Report:
    return build_report(facts, language=request.param, store=office.store)


def test_it_is_one_page_that_fetches_nothing_and_runs_nothing(report: Report) -> None:
    page = Page(report.html())
    assert page.open == []
    assert not page.all("script") + page.all("link") + page.all("img") + page.all("iframe") + page.all("object")
    assert not re.search(r"(?i)(https?:)?//[a-z0-9]|@import|url\((?!#)|javascript:", report.html())
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on")], tag
        for name in ("href", "src", "xlink:href"):
            assert (attributes.get(name) or "#").startswith("#"), (tag, name)


def test_every_chart_has_words_and_a_table(report: Report) -> None:
    page, charts = Page(report.html()), [section for section in report.sections if section.chart]
    drawings = page.all("svg")
    assert len(drawings) == len(charts) >= 8
    assert all(drawing["role"] == "img" and len(drawing["aria-label"] or "") > 20 for drawing in drawings)
    for section in report.sections:
        assert section.tables
        assert all(
            table.rows and len({len(row) for row in table.rows} | {len(table.columns)}) == 1 for table in section.tables
        )
    for chart in charts:
        assert {tag for tag, _ in Page(chart.chart).elements} <= {name.lower() for name in DRAWN}
        assert "<text" in chart.chart


def test_links_and_ids_fit_together(report: Report) -> None:
    page = Page(report.html())
    ids = [attributes["id"] for _, attributes in page.elements if attributes.get("id")]
    assert len(ids) == len(set(ids))
    targets = {str(a["href"])[1:] for a in page.all("a") + page.all("use")} | set(
        re.findall(r"url\(#([^)]+)\)", report.html())
    )
    assert targets <= set(ids)
    assert {f"def-{figure.id}" for _, figure in report.figures} <= set(ids)
    headings = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert headings[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(headings))


def test_it_is_written_in_its_language_and_direction(report: Report) -> None:
    (html,) = Page(report.html()).all("html")
    language = report.phrases.language
    assert html == {"lang": language.value, "dir": "ltr" if language is Language.ENGLISH else "rtl"}
    if language is Language.PERSIAN:
        figures = " ".join(cell for section in report.sections for table in section.tables for row in table.rows
                           for cell in row[1:])  # fmt: skip
        assert not re.search("[0-9]", figures)


def test_what_hosts_write_stays_text(report: Report) -> None:
    page = Page(report.html())
    shown = [text for tag, text in page.texts if HOSTILE in text]
    assert len(shown) == 2  # in the table and in the chart
    assert "$x^2$ & co" in [text for tag, text in page.texts if tag == "text"]
    assert not page.all("b")


def test_a_spreadsheet_finds_no_formula(report: Report) -> None:
    lines = list(csv.DictReader(io.StringIO(report.csv())))
    assert not [cell for line in lines for cell in line.values() if cell and re.match(r"[=+@\t]|-(?![0-9])", cell)]
    assert len(lines) == len(list(report.figures))


def test_page_table_and_json_say_the_same(report: Report) -> None:
    said = json.loads(report.json())
    figures = [figure for section in said["sections"] for figure in section["figures"]]
    lines = list(csv.DictReader(io.StringIO(report.csv())))
    for line, figure in zip(lines, figures, strict=True):
        assert (line["measure"], int(line["numerator"]), int(line["denominator"])) == (
            figure["id"], figure["numerator"], figure["denominator"],
        )  # fmt: skip
        assert line["value"] == ("" if figure["value"] is None else str(figure["value"]))
        assert all(figure[part] for part in ("limits", "population", "counted", "of", "period"))  # MC-7
    page = report.html()
    for section in report.sections:
        assert all(figure.text("limits", report.phrases.language) for figure in section.figures)
        assert section.about.id in page


def test_the_same_book_gives_the_same_bytes(office: Office, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_report(office.facts(day(60)), tmp_path / name, language="fa", store=office.store)
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == ["report.csv", "report.html", "report.json"]
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_small_groups_show_numbers_only(facts: Facts) -> None:
    """MC-4."""
    report = build_report(facts, fields=["product"])
    (section,) = [section for section in report.sections if section.id == "by-product"]
    assert all(row[3] for row in section.tables[0].rows)
    few = build_report(facts, period=Period(date(2026, 3, 9), date(2026, 3, 10)), fields=["unit"])
    (section,) = [section for section in few.sections if section.id == "by-unit"]
    assert [row[3:] for row in section.tables[0].rows] == [("too few (under 10)", "")] * 2


def test_what_cannot_be_counted_is_named(office: Office) -> None:
    empty = build_report(office.facts(day(-10)))
    assert empty.sections == ()
    assert "How many complaints came" in empty.skipped
    assert "Not in this report" in empty.html()
    with pytest.raises(UnknownName):
        build_report(office.facts(day(60)), fields=["prodct"])
    with pytest.raises(UnknownName):
        build_report(office.facts(day(60)), language="xx")


def test_figures_in_three_languages() -> None:
    english, hebrew, persian = map(Phrases, Language)
    assert (english.decimal(1234.5), persian.decimal(1234.5)) == ("1,234.5", "۱٬۲۳۴٫۵")
    assert (english.percent(0.5), hebrew.percent(0.5), persian.percent(0.5)) == ("50.0%", "50.0%", "۵۰٫۰٪")
    assert english.group("channel", "phone") == "telephone"
    assert persian.group("channel", "") == "نامشخص"
    assert hebrew.month("2026-03") == "מרץ 2026"


@pytest.mark.parametrize("module", ["matplotlib", "jinja2", "duckdb", "narwhals"])
def test_without_the_extra_it_says_what_to_install(
    office: Office, module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = office.facts(day(60))
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtra, match=r"pip install 'complaintkit\[learn\]'"):
        write_report(facts if module in ("matplotlib", "jinja2") else office.facts(day(60)), tmp_path, fields=[])


def test_importing_the_measures_loads_none_of_their_libraries() -> None:
    code = (
        "import sys, complaintkit.measures; print(*{'duckdb', 'narwhals', 'jinja2', 'matplotlib'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""
