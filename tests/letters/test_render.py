"""The form of a letter: hostile text stays text, directions stay in their place, nothing is loaded from outside."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.letters.compose import compose
from complaintkit.letters.render import Rendered, render
from complaintkit.ports import Contact
from complaintkit.values import checked_text
from complaintkit.vocabulary import Language, NoticeRule
from complaintkit.wording import direction
from tests.letters import cases

OPENERS, PDI = "\u2066\u2067\u2068", "\u2069"
EVERY = [(rule, language) for rule in NoticeRule for language in Language]
ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "section", "table", "tr", "th", "td",
    "footer", "br", "span",
}  # fmt: skip
ATTACKS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</td></table><form action=//evil.example><input>",
    "<!-- </style> --><a href='javascript:alert(1)'>x</a>",
    "&lt;b&gt; & 'x'",
    "{name} {ref} %s",
]


class Page(HTMLParser):
    """Reads a page as a browser's parser does: tags, attributes, text."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def written(rule: NoticeRule, language: Language, hostile: str | None = None, **changes: Any) -> Rendered:
    """A rendered letter; ``hostile`` stands in every text and every name."""
    texts = {key: hostile or text for key, text in cases.texts(language).items()}
    contact = (
        Contact(name=hostile, role_title={language: hostile}, reach=hostile) if hostile else cases.CONTACTS[language]
    )
    given_: dict[str, Any] = {"profile": cases.profile(), "contact": contact, "texts": texts} | changes
    return render(compose(rule, cases.CASES[rule](), cases.notice(rule, language), **given_))


def deepest(line: str) -> tuple[int, int]:
    """The least and the last isolate depth of a line."""
    depth = least = 0
    for character in line:
        depth += (character in OPENERS) - (character == PDI)
        least = min(least, depth)
    return least, depth


@pytest.mark.parametrize(("rule", "language"), EVERY)
def test_the_page_is_well_formed_and_needs_nothing_from_outside(rule: NoticeRule, language: Language) -> None:
    html = written(rule, language).html
    page = Page(html)
    assert page.open == []
    assert set(page.tags) <= ALLOWED
    assert html.startswith("<!DOCTYPE html>")
    assert ("lang", language.value) in page.attributes
    assert ("dir", direction(language)) in page.attributes
    assert {name for name, _ in page.attributes} <= {
        "lang",
        "dir",
        "charset",
        "name",
        "content",
        "http-equiv",
        "class",
        "scope",
    }
    assert not re.search(r"url\(|@import|https?:|src=|href=", html)
    assert page.tags.count("h1") == 1


@pytest.mark.parametrize(("rule", "language"), EVERY)
@pytest.mark.parametrize("attack", ATTACKS)
def test_hostile_markup_stays_text(rule: NoticeRule, language: Language, attack: str) -> None:
    harmless, page = Page(written(rule, language, "harmless").html), Page(written(rule, language, attack).html)
    assert page.tags == harmless.tags
    assert page.attributes == harmless.attributes
    assert attack in page.text


@pytest.mark.parametrize(("rule", "language"), EVERY)
@given(
    hostile=st.text(
        alphabet=st.sampled_from("ab \n\r\u2028\x07\u2066\u2067\u2068\u2069\u202a\u202b\u202cאس<&"), max_size=30
    )
)
def test_directions_and_lines_never_leak(rule: NoticeRule, language: Language, hostile: str) -> None:
    letter = written(rule, language, f"x{checked_text(hostile, 'text')}y")
    for line in [letter.subject, *letter.text.split("\n"), *Page(letter.html).text.split("\n")]:
        assert deepest(line) == (0, 0)
    assert len(letter.subject.splitlines()) == 1
    assert not re.search("[\x00-\x08\x0e-\x1f\u2028\u2029]", letter.text + letter.html)


def test_a_name_cannot_add_a_header_to_the_message() -> None:
    letter = written(NoticeRule.ACKNOWLEDGEMENT, Language.ENGLISH, "Robin\r\nBcc: all@example.org")
    assert "\n" not in letter.subject
    assert letter.text.startswith("Dear Robin Bcc:")


@pytest.mark.parametrize("language", [Language.HEBREW, Language.PERSIAN])
@pytest.mark.parametrize("rule", NoticeRule)
def test_right_to_left_lines_say_so_and_isolate_what_is_latin(rule: NoticeRule, language: Language) -> None:
    letter = written(rule, language)
    assert all(line.startswith("\u200f") for line in letter.text.splitlines() if line)
    assert f"\u2068{cases.REF}\u2069" in letter.text
    assert f"\u2068{cases.REF}\u2069" in letter.subject
    for latin in re.finditer(r"[A-Za-z][\w@.+-]*", letter.text):
        before = letter.text[: latin.start()].rsplit("\n", 1)[-1]
        assert deepest(before)[1] > 0, f"{latin[0]!r} is not isolated"


def test_a_hebrew_text_in_an_english_letter_finds_its_own_direction() -> None:
    letter = written(NoticeRule.OUTCOME, Language.ENGLISH, texts=cases.texts(Language.HEBREW))
    assert f"\u2068{cases.TEXTS[Language.HEBREW]['issue2']}\u2069" in letter.text
    assert f'dir="auto">{cases.TEXTS[Language.HEBREW]["issue2"]}' in letter.html


def test_plain_english_has_no_invisible_characters() -> None:
    assert all(written(rule, Language.ENGLISH).text.isascii() for rule in NoticeRule)


@pytest.mark.parametrize(("rule", "language"), EVERY)
def test_text_and_page_say_the_same(rule: NoticeRule, language: Language) -> None:
    letter = written(rule, language)
    page = Page(letter.html).text
    for key, text in cases.texts(language).items():
        if key != "name":
            assert (text in letter.text) == (text in page), key


@pytest.mark.parametrize("rule", NoticeRule)
def test_what_people_wrote_stands_in_no_repr(rule: NoticeRule) -> None:
    texts = dict.fromkeys(cases.TEXTS[Language.ENGLISH], "unspeakable")
    letter = compose(
        rule, cases.CASES[rule](), cases.notice(rule, Language.ENGLISH), profile=cases.profile(),
        contact=Contact(name="unspeakable"), texts=texts,
    )  # fmt: skip
    assert "unspeakable" not in repr(letter) + repr(letter.sections) + repr(render(letter))
