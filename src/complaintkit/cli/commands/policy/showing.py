"""``complaintkit policy show``: one policy for a person to read, or as the file that it is."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator, Mapping
from typing import Any

from complaintkit.cli.output import Answer, Heading, facts, prose, table, words
from complaintkit.cli.parsing import Parser, common
from complaintkit.policy import Pack, Policy, Profile
from complaintkit.policy.trial import Subject, file_of, load_subject
from complaintkit.policy.verdict import value_in_words
from complaintkit.timekeeping import Term, parse_unit
from complaintkit.timekeeping.explanation import term_in_words
from complaintkit.timekeeping.parsing import CONVENTIONS, UNITS
from complaintkit.vocabulary import Band, Language

EXAMPLES = """\
  complaintkit policy show standard
  complaintkit policy show uk.fca.disp1
  complaintkit policy show standard --toml > ours.toml
"""


def configure(parser: Parser) -> None:
    """Add the options."""
    parser.add_argument("name", metavar="NAME", help="a name of the library, or a TOML file")
    parser.add_argument("--toml", action="store_true", help="print the file itself")
    common(parser, run, EXAMPLES)


def run(args: Namespace) -> Answer:
    """Show the policy; with ``--json`` its whole content, what it takes from its base included."""
    subject = load_subject(args.name)
    data = {"policy": subject.identity.pin, "content": json.loads(subject.identity.content)}
    if args.toml:
        text = file_of(args.name).read_text(encoding="utf-8")
        return Answer(data | {"toml": text}, text.rstrip("\n").split("\n"))
    return Answer(data, [*_lines(subject, data["content"])])


def _lines(subject: Subject, content: Any) -> Iterator[str]:
    yield Heading(subject.identity.pin)
    yield from prose(" ".join(content.get("note", "").split())) if content.get("note") else ()
    if isinstance(subject, Profile):
        yield from _of_profile(subject, content)
    elif isinstance(subject, Pack):
        yield from _of_pack(subject, content)
    else:
        yield from _of_tables(subject, content)
    if subject.tests:
        yield from ("", f"{len(subject.tests)} tests stand in it; see: complaintkit policy test")


#: The days of an edition, in words.
_DAYS = {"since": "from", "until": "until"}


def _of_profile(profile: Profile, content: Any) -> Iterator[str]:
    calendar = profile.calendar
    yield from facts([
        ("languages", ", ".join(profile.languages)),
        ("calendar", f"{calendar.id}, {calendar.zone.key}"),
        ("reviews", f"{profile.review_tiers}, within {_term(content['review']['window'])}"),
        ("counts as sent", words(profile.counts_as_sent)),
        ("second person", words(profile.second_person.way)),
        ("packs", ", ".join(pack.label for pack in profile.packs)),
        ("amounts", "stated" if profile.remedies.distress or profile.remedies.interest else "none are stated"),
        ("authority", ", ".join(level.id for level in profile.authority.levels) if profile.authority else None),
    ])  # fmt: skip
    owed = content["commitments"]
    rows = [(words(kind), *(_term(owed[kind][b]) if b in owed[kind] else None for b in Band)) for kind in owed]
    yield from ("", Heading("what is owed"), *table(("kind", *Band), rows, "  "))
    for name in ("band", "raise", "track"):
        yield from _rules(name, content["priority"][name])
    weights = content["priority"]["weights"]
    yield from ("", Heading("weights"), *table(("fact", "points a level"), weights.items(), "  "))


def _of_pack(pack: Pack, content: Any) -> Iterator[str]:
    yield from facts([
        ("title", pack.title),
        ("jurisdiction", pack.jurisdiction),
        ("status", "provisional: " + ", ".join(pack.doubtful) if pack.provisional else "no limit is second-hand"),
        ("facts", ", ".join(pack.facts)),
        ("editions", ", ".join(f"{each.id} from {each.since or 'the beginning'}" for each in pack.editions)),
    ])  # fmt: skip
    anchors = pack.anchors.items()
    yield from ("", Heading("anchors"), *table(("event", "what happens then"), anchors, "  ")) if anchors else ()
    sources = [(name, source.title, source.where, source.as_of) for name, source in pack.sources.items()]
    yield from ("", Heading("sources"), *table(("name", "title", "where", "as of"), sources, "  "))
    rows = [row for each in content["milestone"] for row in _milestone(each)]
    heads = ("milestone", "kind", "limit", "only when", "source", "section", "mark")
    yield from ("", Heading("milestones"), *table(heads, rows, "  "))
    duties = [(each.id, each.about, each.source, each.section, each.mark.value) for each in pack.duties]
    columns = ("without a clock", "what is owed", "source", "section", "mark")
    yield from ("", Heading("duties"), *table(columns, duties, "  ")) if duties else ()
    options = [(each.name, each.question, ", ".join(each.choices)) for each in pack.options.values()]
    if options:
        yield from (
            "",
            Heading("options"),
            *table(("option", "question", "readings, the default first"), options, "  "),
        )


def _milestone(written: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    """A row for each limit of a milestone; its name stands on the first one."""
    first: tuple[object, ...] = (written["id"], words(written["kind"]))
    last = (written["source"], written["section"], written["mark"])
    for limit in written.get("limit", [{}]):
        yield (*first, _limit(limit), _condition(limit["when"]) if "when" in limit else "", *last)
        first, last = ("", ""), ("", "", "")


def _limit(limit: Mapping[str, Any]) -> str:
    for together in ("earliest", "latest"):
        if together in limit:
            return f"the {together} of: {'; '.join(map(_limit, limit[together]))}"
    stands = "".join(f", standing from {each['since']} to {each['until']}" for each in limit.get("stands", ()))
    return f"{_term(limit)} after {limit['after']}{stands}" if "after" in limit else "none fixed"


def _term(written: Mapping[str, Any]) -> str:
    """The units of a term, and by what conventions they are counted where it says so."""
    units = {unit: n for unit, n in written.items() if unit in UNITS}
    term = Term(parse_unit(units)).extended(*map(parse_unit, written.get("extended_by", ())))
    how = ", ".join(f"{key} {words(value)}" for key, value in written.items() if key in CONVENTIONS)
    return term_in_words(term, Language.ENGLISH) + (f" ({how})" if how else "")


def _of_tables(policy: Policy, content: Any) -> Iterator[str]:
    rows = [(name, fact["type"], fact["kind"]) for name, fact in content.get("facts", {}).items()]
    yield from ("", Heading("facts"), *table(("fact", "type", "kind"), rows, "  "))
    for name in policy.tables:
        yield from _rules(name, content["table"][name])


def _rules(name: str, written: Mapping[str, Any]) -> Iterator[str]:
    """The rules of a table, in their order, with what holds otherwise; those of its editions first."""
    rows = [_row(rule, f"{_since(each)}: ") for each in written.get("edition", ()) for rule in each.get("rule", ())]
    rows += [_row(rule) for rule in written.get("rule", ())]
    if "default" in written:
        rows.append((written["default_id"], written["default"], "otherwise"))
    by = f", by the date {written['edition_by']}" if "edition_by" in written else ""
    yield from ("", Heading(f"{name}: {words(written['hit'])}{by}"), *table(("rule", "gives", "when"), rows, "  "))


def _row(rule: Mapping[str, Any], within: str = "") -> tuple[object, ...]:
    return rule["id"], rule["then"], within + _condition(rule["when"])


def _since(edition: Mapping[str, Any]) -> str:
    """From when an edition holds, and until when where nothing follows it.

    >>> _since({"id": "2026", "since": "2026-04-08"}), _since({"id": "old", "until": "2027-01-01"})
    ('from 2026-04-08', 'until 2027-01-01')
    """
    return " ".join(f"{word} {edition[key]}" for key, word in _DAYS.items() if key in edition) or str(edition["id"])


def _condition(written: Mapping[str, Any], *, inside: bool = False) -> str:
    """A condition as people read it.

    >>> _condition({"all": [{"fact": "harm", "at_least": 2}, {"not": {"fact": "minor", "is": True}}]})
    'harm at least 2 and not (minor is true)'
    """
    if "fact" in written:
        ((operator, value),) = ((key, value) for key, value in written.items() if key != "fact")
        listed = ", ".join(map(value_in_words, value)) if isinstance(value, list) else value_in_words(value)
        return f"{written['fact']} {words(operator)} {listed}"
    if "not" in written:
        return f"not ({_condition(written['not'])})"
    ((joint, parts),) = written.items()
    told = f" {'and' if joint == 'all' else 'or'} ".join(_condition(part, inside=True) for part in parts)
    return f"({told})" if inside and len(parts) > 1 else told
