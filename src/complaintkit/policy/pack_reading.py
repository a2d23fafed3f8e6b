"""Reading a regulatory pack: every rule with its provenance, or it is refused.

The shape, by example::

    id = "example.regime"
    version = "1"
    title = "An example"
    jurisdiction = "nowhere"

    [sources.act]
    title = "The Example Act"
    where = "example.org"
    as_of = 2026-01-01

    [anchors]
    received = "the complaint came in"

    [[milestone]]
    id = "answer"
    kind = "final_response"
    about = "An answer in writing."
    source = "act"
    section = "7"
    mark = "verified"
    limit = [{ after = "received", calendar_days = 30 }]
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from complaintkit.errors import MalformedInput, PolicyRefused, UnknownName
from complaintkit.policy.cases import of_pack, read_cases
from complaintkit.policy.checks import check_table
from complaintkit.policy.clock import Kind, Limit, Mark, Milestone, Nature, Part, Stand, Strength, Together
from complaintkit.policy.conditions import read_condition
from complaintkit.policy.document import Document
from complaintkit.policy.editions import Edition, edition_fact, read_editions
from complaintkit.policy.facts import FactKind, FactSheet, choice
from complaintkit.policy.identity import identify
from complaintkit.policy.pack import Duty, Option, Pack, Source, load_pack
from complaintkit.policy.section import REQUIRED, Section
from complaintkit.policy.table_reading import read_sheet
from complaintkit.policy.tables import DecisionTable, HitPolicy, Rule
from complaintkit.timekeeping import Hours, Roll, Term, Unit, parse_term

#: Part of the digest of a pack: the same text could come to mean more.
_FORM: Final = "complaintkit/pack@1"


def read_pack(document: Document) -> Pack:
    """The pack that a document describes, or ``PolicyRefused`` with everything that is wrong with it."""
    root = document.root
    root.text("note", "")
    sources = {name: _source(root.table("sources").table(name)) for name in root.table("sources")}
    anchors = {name: root.table("anchors").text(name) for name in root.table("anchors", required=False)}
    options = {name: _option(name, root.table("options").table(name)) for name in root.table("options", required=False)}
    editions = read_editions(root)
    sheet = _sheet(root, options, editions)
    written = root.tables("milestone")
    pack = Pack(
        identity=identify(root, _FORM, document.data),
        title=root.text("title"),
        jurisdiction=root.text("jurisdiction"),
        sources=sources,
        anchors=anchors,
        milestones={section.text("id"): _milestone(section, sources) for section in written},
        duties=tuple(_duty(section, sources) for section in root.tables("duty", required=False)),
        options=options,
        editions=editions,
        edition_by=root.text("edition_by") if editions else "",
        chosen={name: option.choices[0] for name, option in options.items()},
        tests=read_cases(root, of_pack([section.text("id") for section in written], sheet, anchors)),
        sheet=sheet,
        limits={section.text("id"): _limits(section, sheet, anchors) for section in written},
    )
    _check_names(pack, root, written, anchors)
    document.finish("this pack is refused")
    return pack


def read_chosen(section: Section) -> Pack | None:
    """A regulatory pack by its name, in the text that the profile was made with, with the readings it chose."""
    name, chosen = section.text("id"), section.table("options", required=False)
    pinned = section.text("digest", "")
    try:
        pack = load_pack(name, {option: chosen.text(option) for option in chosen}) if name else None
    except (UnknownName, PolicyRefused) as error:
        section.problem(str(error), "id")
        return None
    if pack and pinned not in {"", pack.identity.digest}:
        section.problem(f"this version holds another text of the pack: {pack.identity.digest}", "digest")
    return pack


def _source(section: Section) -> Source:
    as_of = section.day("as_of", "the day of the text that was read, such as 2026-06-01") or date.min
    title, where, sha256 = section.text("title"), section.text("where"), section.text("sha256", "")
    return Source(title=title, where=where, as_of=as_of, sha256=sha256)


def _option(name: str, section: Section) -> Option:
    choices = section.texts("choices")
    if len(set(choices)) < 2:
        section.problem("must name at least two readings, the default first", "choices")
    return Option(name=name, question=section.text("question"), choices=choices or ("",))


def _sheet(root: Section, options: Mapping[str, Option], editions: tuple[Edition, ...]) -> FactSheet:
    """The facts of a pack: declared ones, its options, and which edition is in force."""
    read = [choice(option.name, option.choices, FactKind.PROCESS) for option in options.values()]
    if editions:
        read.append(edition_fact(editions))
    return read_sheet(root, read)


def _milestone(section: Section, sources: Mapping[str, Source]) -> Milestone:
    return Milestone(
        id=section.text("id"),
        kind=section.choice("kind", Kind),
        nature=section.choice("nature", Nature, Nature.DUTY),
        strength=section.choice("strength", Strength, Strength.MUST),
        about=section.text("about"),
        source=_known(section, "source", sources, "source"),
        section=section.text("section"),
        mark=section.choice("mark", Mark),
        stage=section.integer("stage", 0, least=0, most=9),
        another_person=section.flag("another_person", False),
        extends=section.text("extends", ""),
        needs=section.texts("needs", ()),
        waives=section.texts("waives", ()),
        content=section.texts("content", ()),
        met_by=section.text("met_by", ""),
        opens=section.text("opens", ""),
    )


def _duty(section: Section, sources: Mapping[str, Source]) -> Duty:
    return Duty(
        id=section.text("id"),
        about=section.text("about"),
        source=_known(section, "source", sources, "source"),
        section=section.text("section"),
        mark=section.choice("mark", Mark),
    )


def _known(section: Section, key: str, known: Mapping[str, object], what: str, default: str = REQUIRED) -> str:
    """A name under ``key`` that stands for one of the ``known`` things."""
    name = section.text(key, default)
    if name and name not in known:
        section.problem(f"there is no {what} {name!r}{section.near(name, [*known])}", key)
    return name


def _limits(section: Section, sheet: FactSheet, anchors: Mapping[str, str]) -> DecisionTable[Limit]:
    """The limits of a milestone: the first whose condition is true, and no limit where none is."""
    written = section.tables("limit", required=False)
    before = section.document.found
    rules = tuple(
        Rule(
            f"{section.text('id')}.{number}",
            read_condition(limit.table("when"), sheet) if "when" in limit else ({},),
            _limit(limit, sheet, anchors),
        )
        for number, limit in enumerate(written, 1)
    )
    table = DecisionTable(sheet, rules, HitPolicy.FIRST, Limit())
    if section.document.found == before:
        check_table(table, section, written)
    return table


def _limit(section: Section, sheet: FactSheet, anchors: Mapping[str, str]) -> Limit:
    for together in Together:
        if together.value in section:
            parts = section.tables(together.value)
            if not parts:
                section.problem("names no term", together.value)
            return Limit(tuple(_part(part, sheet, anchors) for part in parts), together)
    return Limit((_part(section, sheet, anchors),))


def _part(section: Section, sheet: FactSheet, anchors: Mapping[str, str]) -> Part:
    after = _known(section, "after", anchors, "anchor")
    stands = tuple(_stand(each, anchors) for each in section.tables("stands", required=False))
    written = section.others("after", "when", "stands", of="term")
    option = str(written.get("roll", ""))
    by_option = option in sheet.names() and set(sheet[option].values) <= {*map(str, Roll)}
    if by_option:
        del written["roll"]
    return Part(after=after, term=_term(section, written), roll_option=option if by_option else "", stands=stands)


def _stand(section: Section, anchors: Mapping[str, str]) -> Stand:
    since, until = (_known(section, key, anchors, "anchor") for key in ("since", "until"))
    return Stand(since=since, until=until)


def _term(section: Section, written: Mapping[str, object]) -> Term:
    """A term as statutes count it unless it says otherwise: the day of the event excluded, no roll, to midnight."""
    try:
        term: Unit | Term = parse_term({"convention": "statutory", **written})
    except MalformedInput as error:
        section.problem(str(error))
        return Term(Hours(1))
    return term if isinstance(term, Term) else Term(term)


def _check_names(pack: Pack, root: Section, written: tuple[Section, ...], anchors: Mapping[str, str]) -> None:
    """Refuse what names nothing, and names that are taken twice."""
    if len(pack.milestones) < len(written):
        root.problem("two milestones have the same id", "milestone")
    for section in written:
        for key in ("extends", "opens"):
            _known(section, key, pack.milestones, "milestone", "")
        _known(section, "met_by", anchors, "anchor", "")
        for name in section.texts("waives", ()):
            if name not in pack.milestones:
                section.problem(f"there is no milestone {name!r}{section.near(name, pack.milestones)}", "waives")
    if pack.editions:
        _known(root, "edition_by", anchors, "anchor")
