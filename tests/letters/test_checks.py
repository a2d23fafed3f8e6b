"""A letter that lacks a part, or says what it must not, does not go out (INV-50)."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.complaint import Complaint
from complaintkit.errors import LetterRefused
from complaintkit.letters.checks import check, lint
from complaintkit.letters.compose import compose
from complaintkit.letters.contents import owed_parts
from complaintkit.letters.models import Letter, Part
from complaintkit.letters.render import render
from complaintkit.policy import load_profile
from complaintkit.ports import Contact
from complaintkit.vocabulary import Language, NoticeRule
from complaintkit.wording import names
from tests.letters import cases

EN, HE, FA = Language.ENGLISH, Language.HEBREW, Language.PERSIAN
OWED = [(rule, part) for rule in NoticeRule for part in sorted(owed_parts(rule, cases.CASES[rule]()))]


def letter(rule: NoticeRule, complaint: Complaint | None = None, language: Language = EN, **changes: Any) -> Letter:
    """A letter of a rule, with one thing changed."""
    given_: dict[str, Any] = {
        "profile": cases.profile(),
        "contact": cases.CONTACTS[language],
        "texts": cases.texts(language),
    } | changes
    return compose(rule, complaint or cases.CASES[rule](), cases.notice(rule, language), **given_)


def without(written: Letter, part: Part) -> Letter:
    """The letter with a part torn out."""
    sections = [
        attrs.evolve(section, rows=tuple(row for row in section.rows if row.part is not part))
        for section in written.sections
        if section.part is not part
    ]
    return attrs.evolve(written, sections=tuple(sections))


@pytest.mark.parametrize(("rule", "part"), OWED)
def test_no_letter_goes_out_without_a_part_that_it_owes(rule: NoticeRule, part: Part) -> None:
    with pytest.raises(LetterRefused, match=f"'{part}' is missing") as refused:
        render(without(letter(rule), part))
    assert refused.value.code == "letter-refused"
    assert refused.value.to_dict()["reasons"]


@pytest.mark.parametrize("no", [1, 2, 3])
def test_the_outcome_letter_mentions_every_issue(no: int) -> None:
    written = letter(NoticeRule.OUTCOME)
    shorter = attrs.evolve(written, sections=tuple(s for s in written.sections if s.issue != no))
    assert {reason.text for reason in check(shorter)} >= {f"issue {no}: the part 'found' is missing"}


@pytest.mark.parametrize("part", [Part.TOLD, Part.LOOKED_AT, Part.FOUND, Part.WHY, Part.STANDARD])
def test_every_issue_is_answered_in_full(part: Part) -> None:
    reasons = check(without(letter(NoticeRule.OUTCOME), part))
    assert {str(reason) for reason in reasons} == {
        f"INV-50: issue {no}: the part '{part}' is missing" for no in (1, 2, 3)
    }


@pytest.mark.parametrize(
    ("rule", "ref", "place"),
    [
        (NoticeRule.OUTCOME, "reasons2", "issue 2: the text of 'why'"),
        (NoticeRule.OUTCOME, "issue1", "issue 1: the text of 'told'"),
        (NoticeRule.OUTCOME, "evidence1", "issue 1: the text of 'looked_at'"),
        (NoticeRule.OUTCOME, "explanation", "the text of 'overall'"),
        (NoticeRule.RESOLUTION, "terms", "the text of 'agreed'"),
        (NoticeRule.REVIEW_DECIDED, "review", "the text of 'reasons'"),
    ],
)
def test_a_text_that_cannot_be_read_any_more_stops_the_letter(rule: NoticeRule, ref: str, place: str) -> None:
    texts = {key: text for key, text in cases.texts(EN).items() if key != ref}
    with pytest.raises(LetterRefused, match=place):
        render(letter(rule, texts=texts))


def test_every_reason_is_given_at_once() -> None:
    written = letter(NoticeRule.OUTCOME, texts={}, contact=Contact(name=""))
    found = " ".join(map(str, check(written)))
    assert all(f"issue {no}: the text of 'why'" in found for no in (1, 2, 3))
    assert "'contact'" in found
    assert "'overall'" in found


def test_without_an_outside_body_no_letter_of_rights_goes_out() -> None:
    alone = load_profile({"base": "standard", "id": "alone", "version": "1", "external_bodies": []})
    assert "the part 'external_review' is missing" in [r.text for r in check(letter(NoticeRule.OUTCOME, profile=alone))]


def test_an_acknowledgement_without_any_date_does_not_go_out() -> None:
    reasons = check(letter(NoticeRule.ACKNOWLEDGEMENT, cases.complaint(commitments=())))
    assert [str(reason) for reason in reasons] == ["N-01: the part 'by_when' is missing"]


@pytest.mark.parametrize("ref", ["reasons1", "explanation", "evidence2", "sought3"])
def test_unfit_words_stop_the_outcome_letter(ref: str) -> None:
    texts = cases.texts(EN, **{ref: "It was your own fault. Write to sam@example.net."})
    rules = {reason.rule for reason in check(letter(NoticeRule.OUTCOME, texts=texts))}
    assert rules == {"N-00.7", "INV-50"}


def test_the_complainants_own_words_are_not_judged() -> None:
    texts = cases.texts(EN, issue1="The agent said it was your fault, sorry but no. Her mail is sam@example.net.")
    assert check(letter(NoticeRule.OUTCOME, texts=texts)) == ()


def test_the_contact_of_the_letter_may_be_named_in_it() -> None:
    texts = cases.texts(EN, explanation="Write to alex.sample@example.org for a copy.")
    assert check(letter(NoticeRule.OUTCOME, texts=texts)) == ()


CONDITIONAL = [
    (EN, "We are sorry if you feel that we let you down."),
    (EN, "We apologise for any inconvenience."),
    (EN, "If we caused you distress, we are sorry."),
    (EN, "We\u2019re sorry, but the rules are clear."),
    (EN, "I AM SORRY IF YOU\nWERE upset"),
    (HE, "אנחנו מצטערים אם נפגעתם."),
    (HE, "אנו מתנצלים על כל אי-נוחות."),
    (HE, "אנחנו מצטערים על האיחור, אבל כך קבוע בנוהל."),
    (HE, "אִם נִפְגַּעְתֶּם, אנו מתנצלים"),
    (FA, "اگر ناراحت شده‌اید، عذر می‌خواهیم."),
    (FA, "بابت هرگونه ناراحتی عذرخواهی می‌کنیم."),
    (FA, "متاسفيم اما مقررات روشن است."),
    (FA, "عذر می خواهیم ولی کاری از ما برنمی‌آید"),
]
BLAME = [
    (EN, "Unfortunately it was your own fault."),
    (EN, "You failed to read the terms."),
    (HE, "הדבר קרה באשמתכם."),
    (HE, "היה עליכם לקרוא את התנאים."),
    (FA, "تقصیر خودتان بود."),
    (FA, "شما باید می‌دانستید که مهلت گذشته است."),
    (FA, "این از بی‌دقتی شما بود"),
]
FIT = [
    (EN, "We charged you twice. We are sorry that this happened. If you need anything else, call us."),
    (EN, "We looked at whether we caused the damage. But the log shows nothing; it was the machine's fault."),
    (EN, "We paid 1,200.00 on 2026-03-13 10:00 under C-W4P1-AZ00-A7SS-W."),
    (HE, "חייבנו אתכם פעמיים. אנחנו מצטערים על כך. אם תרצו לשאול דבר, פנו אלינו."),
    (HE, "בדקנו אם נגרם נזק. לא מצאנו נזק, אך תיקנו את המכונה."),
    (FA, "دو بار از شما پول گرفتیم. بابت این عذر می‌خواهیم. اگر پرسشی دارید، تماس بگیرید."),
    (FA, "بررسی کردیم که آیا خطایی رخ داده است، اما چیزی نیافتیم."),
]


@pytest.mark.parametrize(("language", "text"), CONDITIONAL)
def test_a_conditional_apology_is_found(language: Language, text: str) -> None:
    assert {reason.rule for reason in lint(text, language)} == {"R-21"}


@pytest.mark.parametrize(("language", "text"), BLAME)
def test_blame_of_the_complainant_is_found(language: Language, text: str) -> None:
    assert {reason.rule for reason in lint(text, language)} == {"N-00.7"}


@pytest.mark.parametrize(("language", "text"), FIT)
def test_fit_words_pass(language: Language, text: str) -> None:
    assert lint(text, language) == ()


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", ["passive", "blame"])
def test_every_phrase_of_the_lists_is_found_alone(language: Language, kind: str) -> None:
    assert all(lint(phrase, language) for phrase in names(language, f"phrases.{kind}"))


@pytest.mark.parametrize("language", Language)
def test_every_apology_with_every_condition_is_found_in_either_order(language: Language) -> None:
    for sorry in names(language, "phrases.apology"):
        for condition in names(language, "phrases.condition"):
            assert lint(f"{sorry}, {condition}", language)
            assert lint(f"{condition} ... {sorry}".replace("...", ","), language)
        for retraction in names(language, "phrases.retraction"):
            assert lint(f"{sorry}, {retraction} x", language)


@pytest.mark.parametrize(
    "text",
    ["Ask sam@example.net.", "Call +972 3 555 0100.", "Call 020 7946 0000 now", "تماس: ۰۹۱۲۱۲۳۴۵۶۷", "טל' 03-555-0100"],
)
def test_addresses_and_numbers_of_others_are_found_and_not_repeated(text: str) -> None:
    reasons = lint(text, EN)
    assert {reason.rule for reason in reasons} == {"INV-50"}
    assert not any(word in reason.text for reason in reasons for word in ("sam@", "555", "7946", "۰۹۱۲"))


@given(st.text(max_size=300), st.sampled_from(Language))
def test_any_text_can_be_linted(text: str, language: Language) -> None:
    assert isinstance(lint(text, language), tuple)


@pytest.mark.parametrize("text", ["a" * 200_000, "0 " * 100_000, "a@" * 100_000, "sorry " * 33_000, "if you " * 28_000])
def test_long_hostile_texts_are_read_once(text: str) -> None:
    assert lint(text, EN) is not None
