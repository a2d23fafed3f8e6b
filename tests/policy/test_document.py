"""Reading a file that a person wrote: its limits, its lines, and whatever is no TOML."""

from __future__ import annotations

import tomllib
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import complaintkit.policy
from complaintkit.errors import FileRefused, ImportRefused, PolicyRefused
from complaintkit.policy import Document, load_pack, load_policy, load_profile, parse_document, read_document
from complaintkit.policy.tables import HitPolicy
from complaintkit.policy.toml_places import excess, locate, tokens

STANDARD_FILE = Path(complaintkit.policy.__file__).parent / "profiles" / "standard.toml"


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


def refusal(content: str | bytes) -> str:
    raw = content.encode() if isinstance(content, str) else content
    with pytest.raises(FileRefused) as refused:
        parse_document(raw, "file.toml")
    (problem,) = refused.value.problems
    return f"{problem.line}:{problem.column}: {problem.text}"


def found(document: Document) -> list[str]:
    with pytest.raises(FileRefused) as refused:
        document.finish("refused")
    return [f"{problem.path}: {problem.text}" for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a = 1\nb = ", "2:0: is no TOML"),
        ("a = 1\na = 2\n", "2:6: is no TOML"),
        ("\n\n%PDF-1.7", "3:1: is no TOML"),
        (b"a = 1\nb = '\xff'", "2:0: byte 0xff is not UTF-8; save the file as UTF-8"),
        ("a = 2026-02-30", "1:5: is no TOML"),
        ("a = " + "[" * 50_000, "1:0: nested deeper than 16"),
        ("\n" + "a." * 40 + "b = 1", "2:0: nested deeper than 16"),
        ("[" + " a ." * 40 + "b]", "1:0: nested deeper than 16"),
        ("a = {" * 60, "1:0: nested deeper than 16"),
        ("k" * 300 + " = 1", "1:0: a key or number of 300 characters; the limit is 200"),
        ("a = " + "9" * 10_000, "1:0: a key or number of 10000 characters; the limit is 200"),
        ("#" * 300_000, "1:0: is larger than 64 KiB"),
        ('a = """' + '\\"""' * 15_000, "1:0: is no TOML"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_cannot_be_read_is_refused_with_its_place(content: str | bytes, expected: str) -> None:
    assert refusal(content).startswith(expected)


@pytest.mark.parametrize(
    "text",
    [
        "#" * 65_536,
        "a = " + "[" * 16 + "]" * 16,
        ".".join(["a"] * 16) + " = 1\n" + ".".join(["b"] * 16) + " = 1",
        "[" + ".".join(["a"] * 16) + "]",
        "k" * 200 + " = 1",
        "a = " + "9" * 200,
    ],
    ids=lambda text: text[:20],
)
def test_what_is_as_long_and_as_deep_as_it_may_be_is_read(text: str) -> None:
    parse_document(text.encode(), "file.toml")


def test_a_file_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "file.toml"
    path.write_bytes(b"#" * 65_530 + b"\na = 1")
    assert read_document(path).data == {"a": 1}
    path.write_bytes(b"#" * 65_537)
    with pytest.raises(FileRefused, match="is larger than 64 KiB"):
        read_document(path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#" * 65_537, "1:0: is larger than 64 KiB"),
        ("a = " + "[" * 17 + "]" * 17, "1:0: nested deeper than 16"),
        (".".join(["a"] * 17) + " = 1", "1:0: nested deeper than 16"),
        ("a = 1\n" + ".".join(["b"] * 17) + " = 1", "2:0: nested deeper than 16"),
        ("k" * 201 + " = 1", "1:0: a key or number of 201 characters; the limit is 200"),
        ("a = " + "9" * 201, "1:0: a key or number of 201 characters; the limit is 200"),
    ],
    ids=lambda text: text[:20],
)
def test_what_is_a_little_more_is_not(text: str, expected: str) -> None:
    assert refusal(text) == expected


@given(st.text(alphabet="[]{}=.,\"'#\\\n a1é", max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Short texts are within the limits, and a line is found for everything in whatever is TOML."""
    assert excess(text) is None
    try:
        data = parse_document(text.encode(), "file.toml").data
    except FileRefused:
        return
    places = locate(text.replace("\r\n", "\n"))
    assert all(path in places for path in paths(data))
    assert all(1 <= line <= text.count("\n") + 1 for line in places.values())


def paths(value: Any, here: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every path of parsed data."""
    if isinstance(value, dict):
        return [path for key, inner in value.items() for path in [(*here, key), *paths(inner, (*here, key))]]
    if isinstance(value, list):
        return [path for i, inner in enumerate(value) for path in [(*here, i), *paths(inner, (*here, i))]]
    return []


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_every_key_of_a_profile_stands_on_the_line_that_is_named(ending: str) -> None:
    text = STANDARD_FILE.read_text(encoding="utf-8")
    lines = text.split("\n")
    document = parse_document(text.replace("\n", ending).encode(), "standard.toml")
    for path in paths(tomllib.loads(text)):
        line = lines[document.place(path)[1] - 1]
        last = next(part for part in reversed(path) if isinstance(part, str))
        assert last in line or not isinstance(path[-1], str)


def test_lines_of_what_toml_allows() -> None:
    text = '''"a b".'c' = [ # a note with ] and }
  """x
  ]""",
  {d = 1}, {e = [2,
  3]} ]
[[t]]
[[t.u]]
v = 'it''s'
[[t]]
[t.u]
w = 1
'''.replace("it''s", "its")
    assert locate(text) == {
        ("a b",): 1,
        ("a b", "c"): 1,
        ("a b", "c", 0): 2,
        ("a b", "c", 1): 4,
        ("a b", "c", 1, "d"): 4,
        ("a b", "c", 2): 4,
        ("a b", "c", 2, "e"): 4,
        ("a b", "c", 2, "e", 0): 4,
        ("a b", "c", 2, "e", 1): 5,
        ("t",): 6,
        ("t", 0): 6,
        ("t", 0, "u"): 7,
        ("t", 0, "u", 0): 7,
        ("t", 0, "u", 0, "v"): 8,
        ("t", 1): 9,
        ("t", 1, "u"): 10,
        ("t", 1, "u", "w"): 11,
    }


def test_a_byte_order_mark_and_windows_line_ends_are_read() -> None:
    assert parse_document(b"\xef\xbb\xbfa = 1\r\nb = 2\r\n", "file.toml").data == {"a": 1, "b": 2}


def test_tokens_never_lose_a_line() -> None:
    assert [token.line for token in tokens('a = """\n\n"""\nb = 1') if token.text in {"a", "b"}] == [1, 4]


def test_a_section_reads_what_it_asks_for() -> None:
    section = read_document(
        {"name": "x", "n": 3, "on": True, "size": "large", "sizes": ["small"], "t": {"n": 1}, "ts": [{"n": 2}]}
    ).root
    assert (section.text("name"), section.integer("n"), section.flag("on")) == ("x", 3, True)
    assert (section.choice("size", Size), section.choices("sizes", Size)) == (Size.LARGE, (Size.SMALL,))
    assert (section.table("t").integer("n"), section.tables("ts")[0].integer("n")) == (1, 2)
    assert section.text("other", "as ever") == "as ever"
    assert section.choices("others", Size, (Size.LARGE,)) == (Size.LARGE,)
    assert (section.flag("off", False), section.integer("m", 7), section.texts("words", ())) == (False, 7, ())
    assert (list(section.tables("none", required=False)), list(section.table("nothing", required=False))) == ([], [])
    section.document.finish("refused")


def test_a_section_notes_every_wrong_value_and_goes_on() -> None:
    document = read_document(
        {"name": 1, "n": True, "m": 11, "on": 1, "size": "huge", "words": [1], "t": [], "when": date(2026, 1, 1)}
    )
    root = document.root
    assert (root.text("name"), root.integer("n"), root.integer("m", most=10, least=5)) == ("", 0, 5)
    assert (root.flag("on"), root.choice("size", Size), root.texts("words")) == (False, Size.SMALL, ())
    assert list(root.table("t")) == []
    assert root.text("when") == ""
    assert found(document) == [
        "m: must be between 5 and 10, but is 11",
        "n: must be a whole number, but is the truth value 'True'",
        "name: must be a text, but is the number '1'",
        "on: must be true or false, but is the number '1'",
        "size: the text 'huge' is not one of small, large",
        "t: must be a table, but is a list",
        "when: must be a text, but is a date or time",
        "words[0]: must be a text, but is the number '1'",
    ]


def test_the_callers_own_error_is_raised() -> None:
    document = read_document({"columns": 1}, refuse=ImportRefused)
    document.root.tables("columns")
    with pytest.raises(ImportRefused, match="not a mapping profile"):
        document.finish("not a mapping profile")
    with pytest.raises(ImportRefused):
        read_document(Path("there/is/none.toml"), refuse=ImportRefused)


@pytest.mark.parametrize("value", [None, object(), 1j, b"x", {1: 2}, {"k" * 300: 1}])
def test_a_mapping_holds_what_toml_knows(value: Any) -> None:
    with pytest.raises(FileRefused):
        read_document({"a": value})


def test_a_mapping_that_holds_itself_is_refused() -> None:
    endless: dict[str, object] = {}
    endless["again"] = endless
    with pytest.raises(FileRefused, match="nested deeper"):
        read_document(endless)


def test_more_problems_than_anybody_reads_are_counted() -> None:
    document = read_document({f"key{n}": n for n in range(500)})
    for n in range(150):
        document.root.problem("is odd", f"key{n}")
    listed = found(document)
    assert len(listed) == 101
    assert listed[-1] == ": and 150 problems more"


def told(data: dict[str, Any]) -> list[str]:
    with pytest.raises(PolicyRefused) as refused:
        load_policy(data)
    return [f"{problem.path}: {problem.text}" for problem in refused.value.problems]


def test_what_is_wrong_is_told_once() -> None:
    """Nothing more is said about what could not be read: what follows from its stand-in is nobody's mistake."""
    rule: dict[str, Any] = {"then": "x", "when": "harm"}
    table = {"hit": "frist", "rule": [rule, {"id": 7, "then": "x", "when": {"all": 7}}], "outcomes": "x"}
    facts = {"harm": {"type": "level", "kind": "assessed", "top": 2}}
    tests = [{"name": "a", "expect": 7}]
    assert told({"id": "x", "version": "1", "facts": facts, "table": {"t": table}, "tests": tests}) == [
        f"table.t.hit: the text 'frist' is not one of {', '.join(HitPolicy)} (did you mean 'first'?)",
        "table.t.outcomes: must be a list, but is the text 'x'",
        "table.t.rule[0].id: is missing",
        "table.t.rule[0].when: must be a table, but is the text 'harm'",
        "table.t.rule[1].id: must be a text, but is the number '7'",
        "table.t.rule[1].when.all: must be a list, but is the number '7'",
        "tests[0].expect: must be a table, but is the number '7'",
    ]


def test_nor_is_a_pack_or_a_profile_told_anything_twice() -> None:
    """What several readers ask for is missing once; a key that cannot be read is not also unknown."""
    with pytest.raises(PolicyRefused) as refused:
        load_pack({"id": "x", "version": "1", "milestone": [{"about": "a", "waives": ["b", 7]}]})
    found = [f"{problem.path}: {problem.text}" for problem in refused.value.problems]
    assert len(set(found)) == len(found)
    assert "milestone[0].id: is missing" in found
    with pytest.raises(PolicyRefused) as refused:
        load_profile({"base": "standard", "id": "x", "version": "1", "extensions": {"fnial": {"hours": 1}}})
    assert [problem.text for problem in refused.value.problems] == ["there is no 'fnial' here (did you mean 'final'?)"]
