"""Asking a policy of any kind, and running the tests that stand in it.

>>> from complaintkit.policy import load_profile
>>> from complaintkit.policy.cases import Question
>>> [(answer.name, answer.value) for answer in ask(load_profile(), Question(facts={"seriousness": 3}))]
[('value', 'P2'), ('rank', 30), ('track', 'standard')]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, NamedTuple

from complaintkit.errors import ComplaintKitError, PolicyRefused, UnknownName
from complaintkit.policy.cases import Case, Question, same_moment
from complaintkit.policy.clock import Clock
from complaintkit.policy.document import Document, read_document
from complaintkit.policy.loading import BUILT_IN, PROFILES, load_profile
from complaintkit.policy.pack import FOLDER, PACKS, Pack, load_pack
from complaintkit.policy.profile import Profile
from complaintkit.policy.rules import Policy, load_policy
from complaintkit.policy.section import suggestion
from complaintkit.policy.verdict import Line
from complaintkit.timekeeping import WorkingCalendar, format_instant, local_day
from complaintkit.timekeeping.conventions import Reckoning
from complaintkit.vocabulary import Band, CommitmentKind

#: What can be checked, asked, tested and compared.
Subject = Profile | Pack | Policy
#: What only a pack says, and only tables of one's own.
_OF_PACKS: Final = frozenset({"milestone", "sources", "anchors", "jurisdiction"})
_OF_TABLES: Final = "table"


def kind_of(document: Document) -> str:
    """Which kind of file a document is: ``profile``, ``pack`` or ``policy`` (tables of one's own).

    >>> kind_of(read_document({"id": "x", "table": {}}))
    'policy'
    """
    if _OF_PACKS & document.data.keys():
        return "pack"
    return "policy" if _OF_TABLES in document.data else "profile"


def load_subject(source: str | Path) -> Subject:
    """The policy that a name of the library or a path stands for, whichever kind it is, read whole.

    Raises ``PolicyRefused`` with every problem, ``UnknownName`` for a name that is neither of the library nor a path.

    >>> load_subject("standard").id, load_subject("uk.fca.disp1").identity.id
    ('standard', 'uk.fca.disp1')
    """
    if source in PACKS:
        return load_pack(source)
    source = file_of(source)
    match kind_of(read_document(source, refuse=PolicyRefused)):
        case "pack":
            return load_pack(source)
        case "policy":
            return load_policy(source)
    return load_profile(source)


def file_of(source: str | Path) -> Path:
    """The file of a name of the library, or the path itself.

    Raises ``UnknownName`` for a name that is neither of the library nor a path.

    >>> file_of("micro").name
    'micro.toml'
    """
    name, names = str(source), (*BUILT_IN, *PACKS)
    if name in names:
        return Path(PROFILES if name in BUILT_IN else FOLDER, f"{name}.toml")
    if not name.endswith(".toml") and not set("/\\") & set(name) and not Path(source).exists():
        hint = f"name one of {', '.join(names)}, or the path of a .toml file"
        raise UnknownName(f"there is no policy {name[:80]!r}{suggestion(name, names)}", hint=hint)
    return Path(source)


class Answer(NamedTuple):
    """One thing that a policy answers: its name, the value as plain data, the rules behind it and why.

    ``day`` is the local day where the value is an instant.
    """

    name: str
    value: Any
    rules: tuple[str, ...] = ()
    explanation: tuple[Line, ...] = ()
    day: str | None = None


def ask(subject: Subject, question: Question) -> tuple[Answer, ...]:
    """Everything that a policy answers to a question, one answer for each name.

    A profile answers ``value`` (the band), ``rank`` and ``track``; with an anchor ``received`` the first due date of
    each kind as ``due.final``; with any anchor each milestone of its packs, as ``uk.fca.disp1.final_response``; with
    anchors of distress an ``amount``. A pack answers each milestone, tables of one's own each table.

    Raises ``UnknownName`` and ``MalformedInput`` for facts that are not declared or wrong.
    """
    if isinstance(subject, Profile):
        return tuple(_of_profile(subject, question))
    if isinstance(subject, Pack):
        return tuple(_of_pack(subject, question))
    return tuple(_of_tables(subject, question))


def _of_profile(profile: Profile, question: Question) -> Iterator[Answer]:
    verdict = profile.priority(own_facts(profile, question.facts), Fraction(question.elapsed_percent, 100))
    lines = verdict.explanation
    band = [line for line in lines if line.text_key in {"priority.floor", "priority.default", "priority.raise"}]
    rank = [line for line in lines if line.rule in {"P-15", "INV-55"}]
    track = [line for line in lines if line.text_key == "priority.track"]
    parts = {"value": (verdict.value.value, band), "rank": (verdict.rank, rank), "track": (verdict.track.value, track)}
    for name, (value, because) in parts.items():
        yield Answer(name, value, tuple(dict.fromkeys(line.rule for line in because)), tuple(because))
    if "received" in question.when:
        yield from owed_dates(profile, verdict.value, question)
    if question.when:
        yield from _of_its_packs(profile, question)
    if question.distress is not None:
        yield _distress(profile, question)


def own_facts(profile: Profile, facts: Mapping[str, object]) -> dict[str, object]:
    """The facts of a profile without those that only its packs know."""
    declared, of_packs = profile.tables["band"].sheet.names(), {name for pack in profile.packs for name in pack.facts}
    return {name: value for name, value in facts.items() if name in declared or name not in of_packs}


def _of_its_packs(profile: Profile, question: Question) -> Iterator[Answer]:
    """The clocks of the packs of a profile, the one that ends first at the front (F37)."""
    known = {name for pack in profile.packs for name in pack.facts}
    facts = {name: value for name, value in question.facts.items() if name in known}
    for clock in profile.clocks(question.when, facts):
        yield _told(f"{clock.pack.partition('@')[0]}.{clock.milestone.id}", clock, profile.calendar)


def owed_dates(profile: Profile, band: Band, question: Question) -> Iterator[Answer]:
    """The first due date of each kind of commitment in a band, counted from receipt; the strictest rule counts."""
    for kind in CommitmentKind:
        terms = profile.terms(kind, band)
        ends = {name: term.reckon(question.when["received"], profile.calendar) for name, term in terms.items()}
        if ends:
            strictest = min(ends, key=lambda name: ends[name].at)
            yield _dated(f"due.{kind}", ends[strictest], profile.calendar, strictest or f"commitments.{kind}")


def _dated(name: str, found: Reckoning, calendar: WorkingCalendar, rule: str) -> Answer:
    day: date = found.day or local_day(found.at, calendar.zone)
    return Answer(name, format_instant(found.at), (rule,), day=day.isoformat())


def _distress(profile: Profile, question: Question) -> Answer:
    rules = profile.remedies.distress
    if rules is None:
        raise UnknownName(f"{profile.label} states no bands of distress", hint="add [remedies.distress] (CF-07)")
    award = rules.award(question.distress or {})
    fired = tuple(dict.fromkeys(line.rule for line in award.explanation if line.text_key == "distress.band"))
    return Answer("amount", f"{award.amount}", fired or (rules.table.default_id,), award.explanation)


def _of_pack(pack: Pack, question: Question) -> Iterator[Answer]:
    calendar = question.calendar or WorkingCalendar.from_dict({"tz": "UTC", "weekend": ["sat", "sun"]})
    for name in [question.about] if question.about else pack.milestones:
        yield _told(name, pack.clock(name, question.when, question.facts, calendar=calendar), calendar)


def _told(name: str, clock: Clock, calendar: WorkingCalendar) -> Answer:
    """What a clock answers: when it ends, or why it does not."""
    line = Line(clock.rule or clock.why.value, dict(clock.read), clock.why.value, "pack.clock")  # type: ignore[arg-type]
    due = format_instant(clock.due) if clock.due else None
    day = clock.day or (local_day(clock.due, calendar.zone) if clock.due else None)
    value = clock.why.value if due is None else due
    return Answer(name, value, (clock.rule,) if clock.rule else (), (line,), day.isoformat() if day else None)


def _of_tables(policy: Policy, question: Question) -> Iterator[Answer]:
    for name in [question.about] if question.about else policy.tables:
        found = policy.decide(name, question.facts)
        value = list(found.values) if found.value is None else found.value
        yield Answer(name, value, found.rules, found.explanation)


def rules_of(subject: Subject, file: Path | None = None) -> tuple[str, ...]:
    """Every rule that a test could fire, as ``table.rule``: what coverage is counted over.

    Of a profile over a base, with its ``file``, only the rules that stand in the file itself.
    """
    written = read_document(file, refuse=PolicyRefused).data if file else {}
    own = {*_written(written)} if "base" in written else None
    every = ((name, rule) for name, table in subject.tables.items() for rule in table.ids)
    return tuple(_named(name, rule) for name, rule in every if own is None or rule in own)


def _written(data: object) -> Iterator[str]:
    """The ids of the rules and defaults that stand in a file."""
    if isinstance(data, dict):
        yield from (rule.get("id", "") for rule in data.get("rule", ()))
        yield from filter(None, [data.get("default_id")])
        for inner in data.values():
            yield from _written(inner)


def _named(table: str, rule: str) -> str:
    """A rule with its table; the limits of a pack are named after their milestones anyway."""
    return rule if rule.startswith(f"{table}.") else f"{table}.{rule}"


class Tried(NamedTuple):
    """How one test ended: what was not as expected, in sentences, and the rules that it fired."""

    case: Case
    failures: tuple[str, ...]
    fired: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.failures


class Trial(NamedTuple):
    """The tests of a policy with their results, and which of its rules no test fired."""

    subject: Subject
    tried: tuple[Tried, ...]
    rules: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether every test passed."""
        return all(each.passed for each in self.tried)

    @property
    def unfired(self) -> tuple[str, ...]:
        """The rules that no test fired, in the order of the file."""
        fired = {rule for each in self.tried for rule in each.fired}
        return tuple(rule for rule in self.rules if rule not in fired)

    @property
    def percent(self) -> int:
        """How many of a hundred rules were fired, rounded down; 100 where there is none."""
        return 100 * (len(self.rules) - len(self.unfired)) // len(self.rules) if self.rules else 100


def try_out(source: str | Path) -> Trial:
    """Run every test that stands in a policy, given by its name in the library or its path.

    >>> trial = try_out("standard")
    >>> trial.passed, len(trial.tried), trial.unfired[0]
    (True, 9, 'band.P-10.2')
    """
    subject = load_subject(source)
    tried = tuple(_try(subject, case) for case in subject.tests)
    return Trial(subject, tried, rules_of(subject, file_of(source)))


def _try(subject: Subject, case: Case) -> Tried:
    try:
        answers = ask(subject, case.question)
    except ComplaintKitError as error:
        if case.expect.get("error") == error.code:
            return Tried(case, (), ())
        return Tried(case, (f"there was an error: {error}",), ())
    failures = tuple(_failures(subject, case, answers))
    return Tried(case, failures, tuple(dict.fromkeys(_fired(subject, answers))))


def _fired(subject: Subject, answers: Iterable[Answer]) -> Iterator[str]:
    """The rules of some answers as ``table.rule``; one that stands in no table (a weight) is none of them."""
    for answer in answers:
        places = _PLACES.get(answer.name, ()) if isinstance(subject, Profile) else (answer.name,)
        for table in filter(subject.tables.__contains__, places):
            yield from (_named(table, rule) for rule in answer.rules if rule in subject.tables[table].ids)


#: The tables of a profile behind each of its answers.
_PLACES: Final = {"value": ("band", "raise"), "track": ("track",), "amount": ("distress",)}


def _failures(subject: Subject, case: Case, answers: Sequence[Answer]) -> Iterator[str]:
    """What is not as expected, one sentence each."""
    by_name = {answer.name: answer for answer in answers}
    single = None if isinstance(subject, Profile) else answers[0]
    for name, expected in case.expect.items():
        if name == "error":
            yield f"expected the error {expected}, but there was none"
        elif name == "rules":
            fired = {rule for answer in answers for rule in answer.rules}
            yield from (f"rule {rule} did not fire" for rule in expected if rule not in fired)
        else:
            found = single or by_name.get(name)
            if found is None or not _agrees(name, expected, found):
                yield f"{name}: expected {_shown(expected)}, but is {_shown_answer(expected, found)}"


def _agrees(name: str, expected: Any, found: Answer) -> bool:
    if isinstance(expected, date):
        return same_moment(expected, str(found.value), found.day)
    if name == "values":
        return sorted(map(str, expected)) == sorted(map(str, _every(found)))
    return bool(expected == found.value and type(expected) is type(found.value))


def _every(found: Answer) -> tuple[Any, ...]:
    """Every value of a table, each once."""
    return tuple(dict.fromkeys(line.contribution for line in found.explanation))


def _shown(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _shown_answer(expected: Any, found: Answer | None) -> str:
    if found is None:
        return "nothing"
    whole_day = type(expected) is date and found.day
    return str(found.day if whole_day else found.value)
