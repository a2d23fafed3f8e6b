"""``complaintkit policy explain``: what a policy answers to some facts, and why."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Sequence
from datetime import date
from enum import Enum
from typing import Any

from complaintkit.cli.commands.policy.asking import asks, question
from complaintkit.cli.output import Answer, Heading, local, table
from complaintkit.cli.parsing import Parser, a_language, common
from complaintkit.errors import MalformedInput, UsageError
from complaintkit.money import Money
from complaintkit.policy import Pack, Profile, as_term
from complaintkit.policy.amount import calculate, goodwill
from complaintkit.policy.authority import Clearance, Proposal
from complaintkit.policy.cases import Question
from complaintkit.policy.trial import Answer as Told
from complaintkit.policy.trial import ask, load_subject, own_facts
from complaintkit.policy.verdict import value_in_words
from complaintkit.timekeeping import parse_instant, write_term
from complaintkit.timekeeping.explanation import term_in_words
from complaintkit.vocabulary import Band, CommitmentKind, Language, Track
from complaintkit.wording import label

EXAMPLES = """\
  complaintkit policy explain standard --facts seriousness=2 vulnerability=2
  complaintkit policy explain ours.toml --facts facts.json --at received=2026-03-02T10:00:00Z --language he
  complaintkit policy explain uk.fca.disp1 --at received=2026-03-02 --about final_response
  complaintkit policy explain ours.toml --facts seriousness=2 --amount "GBP 120.00"
"""
#: Nothing was granted before in what is asked here, so the day of a proposal makes no difference.
_SOME_DAY = date(2000, 1, 1)


def configure(parser: Parser) -> None:
    """Add the options."""
    parser.add_argument("file", metavar="FILE", help="a TOML file, or a name of the library")
    asks(parser)
    parser.add_argument("--amount", metavar="AMOUNT", help='who may approve so much by a profile, as in "GBP 120.00"')
    a_language(parser, "; rules and facts keep their names")
    common(parser, run, EXAMPLES)


def run(args: Namespace) -> Answer:
    """Ask, and tell every rule that had a part in the answer."""
    subject = load_subject(args.file)
    asked = question(args, subject)
    answers = ask(subject, asked)
    data: dict[str, object] = {"policy": subject.label, "answers": [_data(answer) for answer in answers]}
    if isinstance(subject, Profile):
        clearance = _clearance(subject, args.amount, answers)
        data |= {"terms": [*_owed(subject, answers)], "authority": clearance and _clearance_data(clearance)}
        return Answer(data, [*_of_profile(subject, asked, answers, clearance, args.language)])
    if args.amount:
        raise UsageError("only a profile says who may approve an amount", hint="leave --amount out")
    lines = _of_pack(subject, answers) if isinstance(subject, Pack) else _of_tables(answers)
    return Answer(data, [Heading(f"by {subject.label}"), *lines])


def _data(answer: Told) -> dict[str, object]:
    told = [line.to_dict() for line in answer.explanation]
    return answer._asdict() | {"rules": list(answer.rules), "explanation": told}


def _of_profile(
    profile: Profile, asked: Question, answers: Sequence[Told], clearance: Clearance | None, language: Language
) -> Iterator[str]:
    found = {answer.name: answer for answer in answers}
    yield Heading(_head(profile, found, language))
    yield from profile.priority(own_facts(profile, asked.facts)).explain(language).split("\n")[1:]
    yield from ("", *_terms(profile, found, language))
    clocks = [
        (pack, found[name]) for pack in profile.packs for name in found if name.startswith(f"{pack.identity.id}.")
    ]
    yield from ("", *_clocks(clocks)) if clocks else ()
    if "amount" in found:
        yield from ("", Heading(f"{found['amount'].value}"), *_reasons(found["amount"].explanation))
    if clearance is not None:
        yield from ("", *_authority(clearance))


def _head(profile: Profile, found: dict[str, Told], language: Language) -> str:
    band, track = Band(found["value"].value), Track(found["track"].value)
    words = f"{band} ({label(language, band)}), {found['rank'].value}, {label(language, track)}, {profile.label}"
    if language is not Language.ENGLISH:
        return words
    return f"{band} ({label(language, band)}), rank {found['rank'].value}, track {track}, by {profile.label}"


def _reasons(lines: Sequence[Any]) -> list[str]:
    """Rules with what they gave and what they read, by their names in any language."""
    rows = [(line.rule, value_in_words(line.contribution), _read(line.inputs)) for line in lines]
    return table(("rule", "gives", "read"), rows, "  ")


def _read(inputs: Any) -> str:
    return ", ".join(f"{name} = {value_in_words(value)}" for name, value in inputs.items())


def _owed(profile: Profile, answers: Sequence[Told]) -> Iterator[dict[str, object]]:
    """The terms that the profile owes in the band that was found."""
    band = Band(answers[0].value)
    for kind in CommitmentKind:
        for regime, term in profile.terms(kind, band).items():
            yield {"kind": kind.value, "regime": regime, "term": write_term(term)}


def _terms(profile: Profile, found: dict[str, Told], language: Language) -> list[str]:
    """The same in words, with the first due date where it is known when the complaint came in."""
    band, zone = Band(found["value"].value), profile.calendar.zone
    rows = []
    for kind in CommitmentKind:
        due = found.get(f"due.{kind}")
        for regime, term in profile.terms(kind, band).items():
            strictest = due is not None and due.rules == (regime or f"commitments.{kind}",)
            when = local(parse_instant(due.value), zone) if due and strictest else None
            rows.append((label(language, kind), term_in_words(as_term(term), language), when, regime or profile.id))
    return table(("what is owed", "within", f"due ({zone.key})", "by"), rows, "  ")


def _clearance(profile: Profile, amount: str | None, answers: Sequence[Told]) -> Clearance | None:
    """What the amount that was named, or that came out, needs; None where there is none or no limits are stated."""
    written = amount or next((str(answer.value) for answer in answers if answer.name == "amount"), None)
    if written is None or profile.authority is None:
        if amount:
            raise UsageError(f"{profile.label} states no limits of authority", hint="add [authority] to it (CF-07)")
        return None
    currency, _, number = written.partition(" ")
    try:
        money = Money.of(number, currency)
    except MalformedInput as error:
        raise UsageError(f"{written[:40]!r} is no amount: {error}", hint='write it as "GBP 120.00"') from None
    calculation = calculate(currency, [goodwill(money)])
    proposal = Proposal(calculation=calculation, maker="", complaint="", complainant="", on=_SOME_DAY)
    return profile.authority.clearance(proposal)


def _clearance_data(clearance: Clearance) -> dict[str, object]:
    return {
        "level": clearance.level.id,
        "roles": [role.value for role in clearance.level.roles],
        "checkers": clearance.checkers,
        "checker_level": clearance.checker_level.id if clearance.checkers else None,
    }


def _authority(clearance: Clearance) -> Iterator[str]:
    roles = ", ".join(_of(role) for role in clearance.level.roles) or "nobody by role"
    yield Heading(f"authority: level {clearance.level.id} ({roles})")
    if clearance.checkers:
        yield f"  approved by {clearance.checkers} more, of level {clearance.checker_level.id} or above (R-61)"
    else:
        yield "  no second person is needed (R-61)"


def _of(role: Enum) -> str:
    return f"{role.value} {label(Language.ENGLISH, role)}"


def _of_pack(pack: Pack, answers: Sequence[Told]) -> Iterator[str]:
    rows = [_clock(pack, answer.name, answer) for answer in answers]
    yield from table(_CLOCK, rows)


#: What is told of a clock of a pack.
_CLOCK = ("milestone", "until, or why not", "section", "read")


def _clock(pack: Pack, milestone: str, answer: Told) -> tuple[object, ...]:
    read = _read(answer.explanation[0].inputs)
    return milestone, answer.day or answer.value, pack.milestones[milestone].section, read


def _clocks(told: Sequence[tuple[Pack, Told]]) -> list[str]:
    """The clocks of the packs of a profile, which run beside its own terms."""
    rows = [
        (*_clock(pack, answer.name.removeprefix(f"{pack.identity.id}."), answer), pack.identity.id)
        for pack, answer in told
    ]
    return table((*_CLOCK, "by"), rows, "  ")


def _of_tables(answers: Sequence[Told]) -> Iterator[str]:
    for answer in answers:
        value = ", ".join(map(str, answer.value)) if isinstance(answer.value, list) else answer.value
        yield from ("", Heading(f"{answer.name}: {'nothing' if value in (None, '') else value}"))
        yield from _reasons(answer.explanation)
