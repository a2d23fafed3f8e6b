"""Decision tables as CSV: there and back, the cells that people write, and what is refused."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from complaintkit.errors import MalformedInput, PolicyRefused
from complaintkit.policy import load_policy, table_from_csv, table_to_csv
from complaintkit.policy.cells import NotUnderstood, read_condition_cell, read_text, written_condition, written_text
from complaintkit.policy.checks import check_table
from complaintkit.policy.document import read_document
from complaintkit.policy.facts import Fact, FactKind, FactSheet, choice, code, flag, level, number
from complaintkit.policy.tables import DecisionTable, HitPolicy, Rule

HARM, GRAMS, URGENT = level("harm", 4), number("grams", [20, 21, 500], least=-5, most=900), flag("urgent")
ODD = ["=1+1", "one of a", "not a", "a; b", 'say "a"', "-", "", " a", "é", "TRUE", "7", "a and b", "a-b.c/d", "'x"]
WAY = code("way", ["sea", "air", *(each for each in ODD if each)], FactKind.MATTER)
ROUTE = choice("route", ["land", "sea", "air"], FactKind.MATTER)
SHEET = FactSheet((HARM, GRAMS, URGENT, WAY, ROUTE))
LETTER = FactSheet((HARM, GRAMS, URGENT, ROUTE))


def comparable(fact: Fact, operator: str, value: Any) -> int:
    """The values of a fact for which a comparison is true, worked out one by one."""
    compare: Callable[[Any], bool] = {
        "is": lambda a: a == value,
        "is_not": lambda a: a != value,
        "at_least": lambda a: a >= value,
        "more_than": lambda a: a > value,
        "at_most": lambda a: a <= value,
        "less_than": lambda a: a < value,
        "one_of": lambda a: a in value,
        "none_of": lambda a: a not in value,
    }[operator]
    return sum(1 << place for place, known in enumerate(fact.values) if compare(known))


def kept(cell: str, fact: Fact) -> int:
    allowed = fact.everything
    for operator, value in read_condition_cell(cell, fact):
        allowed &= comparable(fact, operator, value)
    return allowed


@pytest.mark.parametrize("fact", [HARM, URGENT, ROUTE, code("few", ["a", "b"], FactKind.MATTER)], ids=lambda f: f.name)
def test_every_set_of_values_can_be_written_and_read(fact: Fact) -> None:
    for allowed in range(1, fact.everything + 1):
        cell = written_condition(allowed, fact)
        assert kept(cell, fact) == allowed, cell
    assert (written_condition(None, fact), read_condition_cell("-", fact)) == ("-", [])


def test_every_set_of_a_number_that_conditions_can_keep() -> None:
    """All meetings of two comparisons with its points."""
    one = {
        comparable(GRAMS, operator, point)
        for operator in ("is", "is_not", "at_least", "more_than", "at_most", "less_than")
        for point in GRAMS.points
    }
    lists = {
        comparable(GRAMS, operator, some)
        for operator in ("one_of", "none_of")
        for size in range(4)
        for some in itertools.combinations(GRAMS.points, size)
    }
    for left, middle, right in itertools.product(one, one, one | lists):
        if allowed := left & middle & right:
            assert kept(written_condition(allowed, GRAMS), GRAMS) == allowed


@pytest.mark.parametrize(
    ("cell", "fact", "expected"),
    [
        ("3", HARM, [("is", 3)]),
        (">= 3", HARM, [("at_least", 3)]),
        (">=3", HARM, [("at_least", 3)]),
        ("≥ 3", HARM, [("at_least", 3)]),
        (">3", HARM, [("more_than", 3)]),
        ("<= 3", HARM, [("at_most", 3)]),
        ("≤3", HARM, [("at_most", 3)]),
        ("< 3", HARM, [("less_than", 3)]),
        ("!= 3", HARM, [("is_not", 3)]),
        ("≠3", HARM, [("is_not", 3)]),
        ("not 3", HARM, [("is_not", 3)]),
        ("1 to 3", HARM, [("at_least", 1), ("at_most", 3)]),
        ("one of 1; 3", HARM, [("one_of", [1, 3])]),
        ("none of 1;3", HARM, [("none_of", [1, 3])]),
        ("none of", HARM, [("none_of", [])]),
        ("> -5 and not 20", GRAMS, [("more_than", -5), ("is_not", 20)]),
        ("true", URGENT, [("is", True)]),
        ("FALSE", URGENT, [("is", False)]),
        ("one of true; FALSE", URGENT, [("one_of", [True, False])]),
        (" sea ", WAY, [("is", "sea")]),
        ("not sea", WAY, [("is_not", "sea")]),
        ("one of sea; air", WAY, [("one_of", ["sea", "air"])]),
        ('one of "a; b"; air', WAY, [("one_of", ["a; b", "air"])]),
        ('"say ""a"""', WAY, [("is", 'say "a"')]),
        ("a and b", WAY, [("is", "a and b")]),
        ("notable", WAY, [("is", "notable")]),
    ],
)
def test_what_a_cell_means(cell: str, fact: Fact, expected: list[tuple[str, object]]) -> None:
    assert read_condition_cell(cell, fact) == expected


@pytest.mark.parametrize(
    ("cell", "fact", "text"),
    [
        ("", HARM, "is empty; write - for any"),
        ("three", HARM, "'three' is not understood"),
        ("=3", HARM, "'=3' is not understood"),
        (">", HARM, "is not understood"),
        ("> 1; 2", HARM, "is not understood"),
        ("1; 2", HARM, "is not understood"),
        ("1 to", HARM, "is not understood"),
        ("3.0", HARM, "is not understood"),
        ("۳", HARM, "is not understood"),
        ("= 3 and 2", HARM, "is not understood"),
        ("yes", URGENT, "neither true nor false"),
        ("> sea", WAY, "is not understood"),
        ("sea; air", WAY, "is not understood"),
        ('"sea', WAY, "is not understood"),
        ('one of "sea" air', WAY, "is not understood"),
    ],
)
def test_a_cell_that_is_not_understood_is_refused(cell: str, fact: Fact, text: str) -> None:
    with pytest.raises(NotUnderstood, match=text):
        read_condition_cell(cell, fact)


@pytest.mark.parametrize(
    "text", ["=1", "+1x", "-x", "@a", "\ta", "\ra", "\na", " a", "＝1", "＋1", "－1", "＠a", "'a", "\u00a0a"]
)
def test_nothing_is_written_that_a_spreadsheet_would_run(text: str) -> None:
    assert written_text(text) == "'" + text
    assert read_text("'" + text) == text
    if not text.startswith("'"):
        with pytest.raises(NotUnderstood, match="formula"):
            read_text(text)


def test_one_value_is_written_as_it_is() -> None:
    assert [written_condition(1 << place, HARM) for place in range(5)] == ["0", "1", "2", "3", "4"]


@given(st.text(max_size=12))
def test_any_text_comes_back(text: str) -> None:
    assert read_text(written_text(text)) == text
    assert written_text(text)[:1] not in set("=+-@\t\r ＝＋－＠")


@st.composite
def boxes(draw: st.DrawFn) -> dict[str, int]:
    """A box such as conditions make: any set of a small fact, a meeting of comparisons of a number."""
    chosen = draw(st.lists(st.sampled_from(SHEET.facts), unique_by=lambda fact: fact.name, min_size=1))
    box = {}
    for fact in chosen:
        allowed = draw(st.integers(1, fact.everything))
        if fact.points:
            low, high = sorted(draw(st.tuples(*(st.integers(0, len(fact.values) - 1),) * 2)))
            allowed = sum(1 << place for place in range(low, high + 1))
        box[fact.name] = allowed
    return box


IDS = st.one_of(
    st.sampled_from(["R-1", "=1", "'", "a,b", 'a"b', "a\r\nb", "-", " x", "-1"]), st.text(min_size=1, max_size=6)
)
WORDS = IDS.filter(lambda text: "\0" not in text and text.isprintable())


@given(
    st.sampled_from([HitPolicy.FIRST, HitPolicy.UNIQUE]),
    st.lists(WORDS, unique=True, min_size=3, max_size=6),
    st.lists(WORDS, unique=True, min_size=2, max_size=2),
    st.lists(st.lists(boxes(), min_size=1, max_size=3, unique_by=lambda box: tuple(sorted(box.items()))), max_size=2),
)
def test_a_table_comes_back_from_a_spreadsheet(
    hit: HitPolicy, ids: list[str], outcomes: list[str], conditions: list[list[dict[str, int]]]
) -> None:
    rules = tuple(Rule(ids[i], tuple(found), outcomes[i % 2]) for i, found in enumerate(conditions))
    table = DecisionTable(SHEET, rules, hit, outcomes[1], ids[-1], tuple(outcomes))
    document = read_document({"rule": [{} for _ in rules]})
    check_table(table, document.root, document.root.tables("rule"))
    assume(not document.found)  # rules at random overlap, and such a table is no table
    written = table_to_csv(table)
    again = table_from_csv(written, table)
    assert (again.default, again.default_id, again.hit, again.outcomes) == (outcomes[1], ids[-1], hit, tuple(outcomes))
    assert [(each.id, each.then) for each in again.rules] == [(each.id, each.then) for each in rules]
    assert [each.boxes for each in again.rules] == [each.boxes for each in rules]
    assert table_to_csv(again) == written


LIKE = DecisionTable(LETTER, (), HitPolicy.FIRST, outcomes=("now", "later"))
GOOD = "id,harm,grams,urgent,route,then,note\r\nR-1,>= 2,< 500,-,land,now,\r\nR-9,-,-,-,-,later,whoever is left\r\n"


def refusals(text: str | bytes, like: DecisionTable[Any] = LIKE) -> list[str]:
    with pytest.raises(PolicyRefused) as refused:
        table_from_csv(text, like, "t.csv")
    return [str(problem) for problem in refused.value.problems]


def test_what_spreadsheets_save_is_read() -> None:
    expected = table_to_csv(table_from_csv(GOOD, LIKE))
    assert list(csv.reader(io.StringIO(expected))) == [
        ["id", "harm", "grams", "route", "then"],
        ["R-1", ">= 2", "< 500", "land", "now"],
        ["R-9", "-", "-", "-", "later"],
    ]
    for text in (
        GOOD.replace("\r\n", "\n"),
        GOOD.replace(",", ";"),
        GOOD.replace(",", "\t"),
        "\ufeff" + GOOD,
        GOOD + ",,,,,,\r\n\r\n",
        GOOD.replace("note", "note,,").replace("now,", "now,,,").replace("left", "left,,"),
        GOOD.replace("R-1", '"R-1"').replace("id,", '"id",'),
    ):
        assert table_to_csv(table_from_csv(text.encode(), LIKE)) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("harm", "hram"), "t.csv:1:2: there is no fact 'hram' (did you mean 'harm'?)"),
        (("harm", "grams"), "t.csv:1:3: there are two columns 'grams'"),
        (("then,note", "thn,note"), "t.csv:1: lacks the column then, which says what each rule gives"),
        (("id,", "name,"), "t.csv:1:1: must begin with the headings: id, a column for each fact, then"),
        ((">= 2", ">= two"), "t.csv:2:2: 'two' is not understood; write for instance >= 3"),
        ((">= 2", ">= 7"), "t.csv:2:2: 'harm' is a whole number from 0 to 4, never the number '7'"),
        (("< 500", "< 400"), "t.csv:2:3: 'grams' is compared only with its points 20, 21, 500, not with 400"),
        (("land", "lnd"), "t.csv:2:5: 'route' is one of land, sea, air, never the text 'lnd' (did you mean 'land'?)"),
        (("land,now", "land,nwo"), "t.csv:2:6: the text 'nwo' is not one of now, later (did you mean 'now'?)"),
        (("R-1", "=R"), "t.csv:2:1: '=R' could be taken for a formula; put an apostrophe before it"),
        (("R-1", ""), "t.csv:2:1: must not be empty"),
        (("R-9", "R-1"), ""),
        ((",later,whoever is left", ",later"), "t.csv:3:6: has 6 cells, and there are 7 columns"),
        (("left", "left,more"), "t.csv:3:8: has 8 cells, and there are 7 columns"),
        (("whoever", '"whoever'), "t.csv:3: is no CSV: a quotation mark is not closed"),
        (("whoever", "\0"), "t.csv:3: holds a character that is no text"),
        (("R-1,>= 2,< 500,-,land", "R-1,-,-,-,-"), "t.csv:2:1: only the last row of a whole table may have -"),
        (("R-9,-", "R-9,0"), "no rule matches where harm is 1"),
    ],
)
def test_what_is_wrong_is_told_with_line_and_column(change: tuple[str, str], expected: str) -> None:
    text = GOOD.replace(*change, 1)
    if expected:
        assert any(found.startswith(expected) or expected in found for found in refusals(text)), refusals(text)
    else:
        assert table_from_csv(text, LIKE).default_id == "R-1"


def test_every_problem_is_told_at_once() -> None:
    text = GOOD.replace(">= 2", "x").replace("land,now", "lnd,nwo")
    assert [found.partition(": ")[0] for found in refusals(text)] == ["t.csv:2:2", "t.csv:2:5", "t.csv:2:6"]


def test_limits_of_a_spreadsheet() -> None:
    filled = GOOD + "\n" * (2_000 - sum(map(GOOD.count, ",\n")))
    assert table_from_csv(filled, LIKE).default == "later"
    assert refusals(filled + "\n") == [
        "t.csv:1: goes beyond the 2000 cells that a policy may have in all; divide the policy"
    ]
    rows = "".join(f"R{i},1,20,-,land,now,\r\n" for i in range(400))
    assert refusals(GOOD + rows) == [
        "t.csv:1: goes beyond the 2000 cells that a policy may have in all; divide the policy"
    ]
    assert refusals(GOOD + "#" * 70_000) == ["t.csv:1: is larger than 64 KiB"]
    assert refusals(GOOD + "\ud800") == ["t.csv:4: byte 0xed is not UTF-8; save the file as UTF-8"]
    assert refusals(b"\n\xff") == ["t.csv:2: byte 0xff is not UTF-8; save the file as UTF-8"]
    assert refusals(GOOD.encode() + b"\xff") == ["t.csv:4: byte 0xff is not UTF-8; save the file as UTF-8"]


def test_only_first_and_unique_stand_in_a_spreadsheet() -> None:
    for hit in set(HitPolicy) - {HitPolicy.FIRST, HitPolicy.UNIQUE}:
        other = DecisionTable(LETTER, (), hit, outcomes=("now",))
        with pytest.raises(MalformedInput, match=hit.value):
            table_to_csv(other)
        with pytest.raises(MalformedInput, match=hit.value):
            table_from_csv(GOOD, other)


def test_whole_numbers_as_outcomes() -> None:
    like = DecisionTable(LETTER, (), HitPolicy.UNIQUE, outcomes=(-5, 7))
    table = table_from_csv("id,urgent,then\nA,true,-5\nB,-,7\n", like)
    assert ([rule.then for rule in table.rules], table.default) == ([-5], 7)
    assert table_to_csv(table) == "id,urgent,then\r\nA,true,-5\r\nB,-,7\r\n"
    only = table_from_csv("id,then\nB,7\n", DecisionTable(LETTER, (), HitPolicy.FIRST, outcomes=(7,)))
    assert (only.rules, only.default) == ((), 7)
    assert refusals("id,urgent,then\nA,true,x\nB,-,7\n", like) == ["t.csv:2:3: the text 'x' is not one of -5, 7"]


TOML = """id = "x"
version = "1"
[facts]
urgent = { type = "flag", kind = "matter" }
[table.t]
hit = "unique"
outcomes = ["a", "b"]
file = "t.csv"
"""
ROWS = "id,urgent,then\nA,true,a\nB,-,b\n"


def loaded(folder: Path, toml: str = TOML, rows: str = ROWS) -> Any:
    (folder / "x.toml").write_text(toml, "utf-8")
    (folder / "t.csv").write_text(rows, "utf-8")
    return load_policy(folder / "x.toml")


def test_a_policy_names_the_file_of_a_table(tmp_path: Path) -> None:
    found = loaded(tmp_path)
    assert found.decide("t", {"urgent": True}).rules == ("A",)
    assert found.decide("t", {}).rules == ("B",)
    written = TOML.replace('file = "t.csv"', 'default = "b"\ndefault_id = "B"')
    rule = '[[table.t.rule]]\nid = "A"\nthen = "a"\nwhen.all = [{ fact = "urgent", is = true }]\n'
    assert loaded(tmp_path, written + rule).label == found.label
    assert loaded(tmp_path, rows=ROWS.replace("B,", "C,")).label != found.label


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (('"t.csv"', '"../t.csv"'), "x.toml:8: table.t.file: must name a file beside the policy"),
        (('"t.csv"', '"/etc/passwd"'), "x.toml:8: table.t.file: must name a file beside the policy"),
        (('"t.csv"', '"link.csv"'), "x.toml:8: table.t.file: must name a file beside the policy"),
        (('"t.csv"', '"none.csv"'), "x.toml:8: table.t.file: there is no file 'none.csv' beside the policy"),
        (('"t.csv"', '"folder.csv"'), "x.toml:8: table.t.file: there is no file 'folder.csv' beside the policy"),
        (('"unique"', '"any"'), "x.toml:8: table.t.file: a table with the hit policy any cannot stand in a spread"),
        (('"t.csv"', '"t.csv"\nrule = []'), "x.toml:8: table.t.file: the rules stand either here or in the file"),
        (('"t.csv"', '"t.csv"\ndefault = "a"\ndefault_id = "D"'), "t.csv:3:1: the table has a default already"),
    ],
)
def test_a_file_that_is_not_beside_the_policy_is_refused(
    tmp_path: Path, change: tuple[str, str], expected: str
) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "outside.csv").write_text(ROWS, "utf-8")
    (tmp_path / "inner" / "link.csv").symlink_to(tmp_path / "outside.csv")
    (tmp_path / "inner" / "folder.csv").mkdir()
    with pytest.raises(PolicyRefused) as refused:
        loaded(tmp_path / "inner", TOML.replace(*change))
    assert any(expected in str(problem) for problem in refused.value.problems), refused.value


def test_a_file_that_is_not_there_is_the_only_problem(tmp_path: Path) -> None:
    """Nobody is told that the rules are missing, too, which would stand in it."""
    with pytest.raises(PolicyRefused) as refused:
        loaded(tmp_path, TOML.replace('"t.csv"', '"none.csv"'))
    (problem,) = refused.value.problems
    assert problem.text == "there is no file 'none.csv' beside the policy"


def test_a_mapping_has_no_files_beside_it() -> None:
    table = {"hit": "first", "outcomes": ["a"], "file": "t.csv"}
    with pytest.raises(PolicyRefused, match="must name a file beside the policy"):
        load_policy({"id": "x", "version": "1", "facts": {}, "table": {"t": table}})
