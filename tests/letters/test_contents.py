"""Each letter holds what its rule asks for (domain communication 7.2), in each language."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
import pytest

from complaintkit.complaint import Complaint, Finding, Intake
from complaintkit.letters.checks import check
from complaintkit.letters.compose import compose
from complaintkit.letters.contents import SATISFIES
from complaintkit.letters.models import Letter, Part
from complaintkit.letters.render import render
from complaintkit.ports import Contact
from complaintkit.vocabulary import (
    Channel,
    CommitmentKind,
    CommitmentStatus,
    FindingValue,
    Handling,
    Language,
    NoticeRule,
    OutcomeValue,
    ReviewOutcome,
)
from complaintkit.wording import DateStyle, date_in_words, label, say
from tests.letters import cases

EVERY = [(rule, language) for rule in NoticeRule for language in Language]
ISO = r"\d{4}-\d{2}-\d{2}"


def letter(rule: NoticeRule, language: Language, complaint: Complaint | None = None, **changes: Any) -> Letter:
    """A letter of a rule about its own case, or about another complaint."""
    given: dict[str, Any] = {
        "profile": cases.profile(),
        "contact": cases.CONTACTS[language],
        "texts": cases.texts(language),
    } | changes
    return compose(rule, complaint or cases.CASES[rule](), cases.notice(rule, language), **given)


def said(rule: NoticeRule, language: Language, complaint: Complaint | None = None, **changes: Any) -> str:
    """What a letter says as plain text, without the marks of direction."""
    return unmarked(render(letter(rule, language, complaint, **changes)).text)


def unmarked(text: str) -> str:
    """A text without its isolates and direction marks."""
    return "".join(c for c in text if c not in "\u2066\u2067\u2068\u2069\u200f")


@pytest.mark.parametrize(("rule", "language"), EVERY)
def test_every_letter_holds_what_it_owes_in_every_language(rule: NoticeRule, language: Language) -> None:
    written = letter(rule, language)
    assert check(written) == ()
    assert written.owes <= written.parts


@pytest.mark.parametrize(("rule", "language"), EVERY)
def test_every_letter_names_the_reference_and_one_human_with_a_direct_contact(
    rule: NoticeRule, language: Language
) -> None:
    text = said(rule, language)
    contact = cases.CONTACTS[language]
    assert cases.REF in render(letter(rule, language)).subject
    assert all(part in text for part in (cases.REF, contact.name, contact.reach))
    assert contact.role_title[language] in text
    assert cases.profile().organisation.name[language] in text
    assert cases.TEXTS[language]["name"] in text.splitlines()[0]


@pytest.mark.parametrize("language", Language)
def test_the_acknowledgement_has_the_minimum_of_e_16(language: Language) -> None:
    text = said(NoticeRule.ACKNOWLEDGEMENT, language)
    body = cases.profile().external_bodies[0]
    assert "2026-03-02" in text  # received
    assert f"{label(language, CommitmentKind.PROGRESS)}: " in text
    assert all(day in text for day in ("2026-03-16", "2026-03-30"))  # next steps, by when
    assert all(part[language] in text for part in (body.name, body.how, body.within))
    for key in ("limits.can", "limits.cannot", "confidentiality.text", "help.text", "free.text", "internal.outline"):
        assert say(language, f"letters.{key}") in text


@pytest.mark.parametrize("language", Language)
def test_the_progress_letter_says_what_was_done_what_is_next_by_when_and_what_changed(language: Language) -> None:
    text = said(NoticeRule.PROGRESS, language)
    assert "2026-03-03" in text  # assessed
    assert unmarked(say(language, "letters.done.evidence", n=2)) in text
    assert say(language, f"letters.next.{Handling.GATHERING_EVIDENCE}") in text
    assert "2026-03-30" in text
    assert say(language, "letters.change.not_agreed") in text
    assert "2026-03-16" not in text, "the progress that is owed is this letter"


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("complaint", "told", "use", "days"),
    [
        (cases.survivor, "joined", cases.REF, ("2026-02-28", "2026-03-02", "2026-03-16", "2026-03-30")),
        (cases.merged, "merged", cases.OTHER_REF, ("2026-03-02",)),
        (cases.complaint, "alone", cases.REF, ("2026-03-02", "2026-03-16", "2026-03-30")),
    ],
)
def test_n_08_says_which_reference_to_use_and_what_it_covers(
    language: Language, complaint: Any, told: str, use: str, days: tuple[str, ...]
) -> None:
    written = letter(NoticeRule.MERGED, language, complaint())
    assert check(written) == ()
    text = unmarked(render(written).text)
    assert unmarked(say(language, f"letters.covers.{told}", ref=use)) in text
    assert all(day in text for day in days)
    assert (cases.OTHER_REF in text) is (told != "alone")
    assert say(language, "letters.internal.outline") in text
    assert cases.profile().external_bodies[0].name[language] in text, "every right remains"


def test_a_progress_letter_without_a_change_says_so() -> None:
    text = said(NoticeRule.PROGRESS, Language.ENGLISH, cases.complaint(handling=Handling.ASSESSING))
    assert "Nothing has changed" in text


@pytest.mark.parametrize("language", Language)
def test_a_missed_date_is_admitted_and_the_way_outside_is_named(language: Language) -> None:
    text = said(NoticeRule.PROGRESS, language, cases.in_progress(commitments=cases.OVERDUE))
    assert cases.profile().external_bodies[0].name[language] in text  # INV-61
    assert say(language, "letters.by_when.overdue", date="2026").split("2026")[1].strip("\u2069") in text


@pytest.mark.parametrize("language", Language)
def test_the_resolution_letter_says_that_it_was_a_complaint_what_was_agreed_and_which_rights_remain(
    language: Language,
) -> None:
    text = said(NoticeRule.RESOLUTION, language)
    assert say(language, "letters.heading.treated") in text
    assert cases.TEXTS[language]["terms"] in text
    assert say(language, "letters.internal.who") in text
    assert cases.profile().external_bodies[0].name[language] in text


@pytest.mark.parametrize("language", Language)
def test_the_outcome_letter_answers_every_issue_in_full(language: Language) -> None:
    written = letter(NoticeRule.OUTCOME, language)
    answers = {section.issue: section for section in written.sections if section.part is Part.ISSUE}
    own = cases.TEXTS[language]
    assert sorted(no for no in answers if no) == [1, 2, 3] == sorted(written.issues)
    for finding in cases.FINDINGS:
        told = {row.part: "\n".join(p.text for p in row.paragraphs) for row in answers[finding.issue].rows}
        assert told[Part.TOLD] == own[f"issue{finding.issue}"]
        assert told[Part.WHY] == own[f"reasons{finding.issue}"]
        assert told[Part.FOUND].lower().startswith(label(language, finding.value))
        assert told[Part.STANDARD] == label(language, finding.gravity)
    assert own["evidence1"] in [p.text for _, p in answers[1].all_paragraphs]
    assert own["sought3"] in [p.text for _, p in answers[3].all_paragraphs]


@pytest.mark.parametrize("language", Language)
def test_the_outcome_letter_has_the_other_parts_of_inv_50(language: Language) -> None:
    text = said(NoticeRule.OUTCOME, language)
    body = cases.profile().external_bodies[0]
    assert label(language, OutcomeValue.PARTLY_UPHELD) in text
    assert cases.TEXTS[language]["explanation"] in text
    assert unmarked(say(language, "letters.window.calendar_days", n=30)) in text  # 720 hours, by when
    assert say(language, "letters.internal.who") in text
    assert all(part[language] in text for part in (body.name, body.how, body.within))
    assert say(language, "letters.heading.documents") in text
    assert say(language, "letters.free.text") in text


def apologies(written: Letter) -> str:
    """What stands under the apology, if there is one."""
    found = [section for section in written.sections if section.part is Part.APOLOGY]
    return "\n".join(p.text for section in found for _, p in section.all_paragraphs)


def only(value: FindingValue) -> tuple[Finding, ...]:
    """The same value for each issue."""
    return tuple(
        Finding(
            issue=no,
            value=value,
            reasons=cases.sealed(f"reasons{no}"),
            evidence=("e1",),
            sought=cases.sealed("sought3"),
        )
        for no in (1, 2, 3)
    )


@pytest.mark.parametrize("language", Language)
def test_an_apology_names_each_failure_and_only_the_failures(language: Language) -> None:
    own = cases.TEXTS[language]
    sorry = apologies(letter(NoticeRule.OUTCOME, language))
    assert own["issue1"] in sorry
    assert own["issue2"] in sorry
    assert own["issue3"] not in sorry
    assert (
        sorry.index(own["issue1"]) < sorry.index(say(language, "letters.apology.partly")) < sorry.index(own["issue2"])
    )


@pytest.mark.parametrize(
    "value", [FindingValue.NOT_SUBSTANTIATED, FindingValue.UNABLE_TO_DETERMINE, FindingValue.NOT_INVESTIGATED]
)
@pytest.mark.parametrize("language", Language)
def test_without_a_failure_there_is_no_apology_but_what_could_not_be_done(
    value: FindingValue, language: Language
) -> None:
    written = letter(NoticeRule.OUTCOME, language, cases.decided(only(value)))
    assert check(written) == ()
    assert not apologies(written)
    limits = next(section for section in written.sections if section.part is Part.COULD_NOT)
    assert len(limits.paragraphs) == 3


def test_where_everything_was_right_nothing_could_not_be_done() -> None:
    text = said(NoticeRule.OUTCOME, Language.ENGLISH, cases.decided(only(FindingValue.SUBSTANTIATED)))
    assert "There is no part of your complaint" in text


@pytest.mark.parametrize("language", Language)
def test_the_review_letter_says_who_reviews_by_when_and_what(language: Language) -> None:
    text = said(NoticeRule.REVIEW_RECEIVED, language)
    assert say(language, "letters.review.reviewer") in text  # INV-60
    assert "2026-05-04" in text
    assert all(cases.TEXTS[language][f"issue{no}"] in text for no in (1, 2, 3))
    assert cases.profile().external_bodies[0].name[language] in text


@pytest.mark.parametrize("outcome", ReviewOutcome)
@pytest.mark.parametrize("language", Language)
def test_the_review_decision_gives_reasons_changes_and_the_external_right(
    outcome: ReviewOutcome, language: Language
) -> None:
    written = letter(NoticeRule.REVIEW_DECIDED, language, cases.reviewed(outcome))
    text = said(NoticeRule.REVIEW_DECIDED, language, cases.reviewed(outcome))
    replaced = outcome in (ReviewOutcome.VARIED, ReviewOutcome.SUBSTITUTED)
    assert label(language, outcome) in text
    assert cases.TEXTS[language]["review"] in text
    assert say(language, f"letters.changes.{outcome}") in text
    assert cases.profile().external_bodies[0].name[language] in text
    assert written.issues == ((1, 2, 3) if replaced else ())
    assert ("2026-05-04" in text) == (outcome is ReviewOutcome.REMITTED)  # a new date


def test_the_last_internal_step_says_that_it_is_the_last() -> None:
    assert "last step" in said(NoticeRule.REVIEW_DECIDED, Language.ENGLISH)
    assert "last step" not in said(NoticeRule.REVIEW_DECIDED, Language.ENGLISH, cases.reviewed(ReviewOutcome.REMITTED))


def test_a_letter_keeps_the_promises_of_its_rule() -> None:
    assert set(SATISFIES) == set(NoticeRule)
    assert SATISFIES[NoticeRule.ACKNOWLEDGEMENT] == (CommitmentKind.ACKNOWLEDGE,)
    assert SATISFIES[NoticeRule.PROGRESS] == (CommitmentKind.PROGRESS,)
    assert set(SATISFIES[NoticeRule.OUTCOME]) == {CommitmentKind.FINAL, CommitmentKind.PROGRESS}
    assert SATISFIES[NoticeRule.REVIEW_DECIDED] == (CommitmentKind.REVIEW,)


def test_a_promise_is_told_as_it_stood_when_the_letter_was_asked_for() -> None:
    asked = cases.notice(NoticeRule.ACKNOWLEDGEMENT, Language.ENGLISH, cases.START)
    kept = tuple(
        attrs.evolve(owed, status=CommitmentStatus.MET, settled_at=cases.START + timedelta(days=1))
        for owed in cases.complaint().commitments
    )
    late = compose(
        NoticeRule.ACKNOWLEDGEMENT, cases.complaint(commitments=kept), asked, profile=cases.profile(),
        contact=cases.CONTACTS[Language.ENGLISH], texts=cases.texts(Language.ENGLISH),
    )  # fmt: skip
    assert "2026-03-30" in render(late).text


def test_midnight_belongs_to_the_day_that_it_ends() -> None:
    midnight = cases.FINAL_DUE.replace(hour=0)
    due = (cases.promised(CommitmentKind.FINAL, midnight),)
    assert "2026-03-29" in said(NoticeRule.ACKNOWLEDGEMENT, Language.ENGLISH, cases.complaint(commitments=due))


def test_who_gave_no_name_is_greeted_without_one() -> None:
    intake = Intake(channel=Channel.EMAIL, language=Language.ENGLISH, reach=cases.sealed("reach"))
    assert said(NoticeRule.ACKNOWLEDGEMENT, Language.ENGLISH, cases.complaint(intake=intake)).startswith("Good day\n")


@pytest.mark.parametrize(
    ("language", "style"), [(Language.PERSIAN, DateStyle.JALALI), (Language.HEBREW, DateStyle.HEBREW)]
)
def test_dates_follow_the_calendar_of_the_person(language: Language, style: DateStyle) -> None:
    due = date_in_words(language, cases.FINAL_DUE.date(), style)
    assert due in render(letter(NoticeRule.ACKNOWLEDGEMENT, language, calendar=style)).text


def test_a_contact_without_a_direct_address_is_reached_through_the_organisation() -> None:
    text = said(NoticeRule.ACKNOWLEDGEMENT, Language.ENGLISH, contact=Contact(name="Alex Sample"))
    assert f"Alex Sample, {cases.profile().organisation.contact}" in text
