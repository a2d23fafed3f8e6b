"""Mapping profiles: what the columns of somebody's table mean, kept as data in TOML.

A profile names the zone of the table's local times, the headings that each column may have, and the words
that stand for our codes. ``cfpb`` comes with the library; a user writes another one. What such a file
must say is read here; :mod:`complaintkit.exchange.reading` applies it to rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Final

from attrs import field, frozen

from complaintkit.errors import MalformedInput, MappingRefused, UnknownName
from complaintkit.policy.document import Document, read_document
from complaintkit.policy.section import Section, suggestion
from complaintkit.timekeeping.civil import reader
from complaintkit.timekeeping.zones import zone_named
from complaintkit.vocabulary import Channel, FeedbackKind, Language

#: The mapping profiles that come with the library.
BUILT_IN: Final = ("cfpb",)
#: Without these columns a table cannot be taken in.
REQUIRED: Final = ("record", "received")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_WORD: Final = re.compile(r"\w+")


@frozen(kw_only=True)
class ChannelWords:
    """By which way a record's complaint came: the words of a column, and what stands where none of them does."""

    otherwise: Channel
    column: str = ""
    words: Mapping[str, Channel] = field(factory=dict)


@frozen(kw_only=True)
class YesOrNo:
    """A column of which some words mean yes, and some no."""

    column: str
    words: Mapping[str, bool]


@frozen(kw_only=True)
class MappingProfile:
    """What the columns of a table mean.

    ``columns`` gives each column's headings by our name of it; ``record`` and ``received`` are always
    there. ``dates`` are the accepted forms of a date, in the zone ``zone``; ``not_answered`` the words that
    mean an empty cell. ``milestones``, ``attributes`` and ``closed_at`` name columns, ``values`` the words of
    attributes that have codes. ``timely`` is the source's own verdict, ``closed`` where a record stands. A
    word that no table knows is kept as it is, and reported.
    """

    id: str
    version: str
    zone: str
    columns: Mapping[str, tuple[str, ...]] = field(repr=False)
    dates: tuple[str, ...]
    channel: ChannelWords = field(repr=False)
    language: Language = Language.ENGLISH
    kind: FeedbackKind = FeedbackKind.COMPLAINT
    not_answered: tuple[str, ...] = field(default=(), repr=False)
    milestones: tuple[str, ...] = field(default=(), repr=False)
    attributes: tuple[str, ...] = field(default=(), repr=False)
    values: Mapping[str, Mapping[str, str]] = field(factory=dict, repr=False)
    timely: YesOrNo | None = field(default=None, repr=False)
    closed: YesOrNo | None = field(default=None, repr=False)
    closed_at: str = field(default="", repr=False)

    def column_of(self, heading: str) -> str | None:
        """Our name of the column with this heading, or None.

        >>> load_mapping("cfpb").column_of("consumer_disputed")
        'disputed'
        """
        return self._by_heading().get(bare(heading))

    def recognised(self, cells: Sequence[str]) -> int:
        """How many of these cells are headings of the profile: by this the header of a table is found."""
        headings = self._by_heading()
        return len({bare(cell) for cell in cells} & headings.keys())

    def _by_heading(self) -> dict[str, str]:
        return {bare(heading): name for name, headings in self.columns.items() for heading in headings}


def bare(heading: str) -> str:
    """A heading without what does not count: case, punctuation and spaces.

    >>> bare(" Timely response? ") == bare("timely_response")
    True
    """
    return "".join(_WORD.findall(heading.casefold())).replace("_", "")


def load_mapping(source: str | Path | Mapping[str, object] = "cfpb") -> MappingProfile:
    """The mapping profile that ``source`` names or holds: a built-in name, the path of a TOML file, or a mapping.

    Raises ``MappingRefused`` with every problem as file, line, path and text, and ``UnknownName`` for a name
    that is neither built in nor a path.

    >>> load_mapping({"id": "ours", "version": "1", "zone": "Europe/Nowhere", "dates": ["D.M.YYYY"],
    ...               "columns": {"record": ["No"], "received": ["Received"]}, "channel": {"otherwise": "phone"}})
    Traceback (most recent call last):
    complaintkit.errors.MappingRefused: this mapping profile is refused (correct the lines named and load it again)
      (mapping):0: zone: the time zone is not known (name one of the tz database, such as Europe/London)
    """
    if isinstance(source, str):
        if source in BUILT_IN:
            return _built_in(source)
        if not source.endswith(".toml") and not set("/\\") & set(source):
            raise UnknownName(
                f"there is no mapping profile {source!r}{suggestion(source, BUILT_IN)}",
                hint=f"name one of {', '.join(BUILT_IN)}, or the path of a .toml file",
            )
    return _read(read_document(source, refuse=MappingRefused))


@cache
def _built_in(name: str) -> MappingProfile:
    return _read(read_document(Path(__file__).with_name("profiles") / f"{name}.toml", refuse=MappingRefused))


def _read(document: Document) -> MappingProfile:
    """Read every part, so that every problem is found; then, if there was none, make the profile."""
    root = document.root
    root.text("note", "")
    columns = _columns(root.table("columns"))
    zone = _zone(root)
    attributes = _named(root, "attributes", columns)
    profile = MappingProfile(
        id=_name(root, "id"),
        version=_name(root, "version"),
        zone=zone,
        columns=columns,
        dates=_dates(root, zone),
        channel=_channel(root.table("channel"), columns),
        language=root.choice("language", Language, Language.ENGLISH),
        kind=root.choice("kind", FeedbackKind, FeedbackKind.COMPLAINT),
        not_answered=root.texts("not_answered", ()),
        milestones=_named(root, "milestones", columns),
        attributes=attributes,
        values=_values(root.table("values", required=False), attributes),
        timely=_yes_or_no(root, "timely", ("yes", "no"), columns),
        closed=_yes_or_no(root, "state", ("closed", "open"), columns),
        closed_at=_column(root, "closed_at", columns) if "closed_at" in root else "",
    )
    document.finish("this mapping profile is refused")
    return profile


def _name(section: Section, key: str) -> str:
    name = section.text(key)
    if name and not _NAME.fullmatch(name):
        section.problem("must be 1 to 64 of A-Z a-z 0-9 . _ -", key)
    return name


def _zone(root: Section) -> str:
    """The zone of the table's local times; UTC stands in for a wrong one."""
    name = root.text("zone")
    try:
        return zone_named(name).key if name else "UTC"
    except MalformedInput as error:
        root.problem(str(error), "zone")
        return "UTC"


def _dates(root: Section, zone: str) -> tuple[str, ...]:
    """The accepted forms of a date; two that the same text could be written in are refused."""
    forms = root.texts("dates")
    for form in forms:
        try:
            reader(form, zone)
        except MalformedInput as error:
            root.problem(str(error), "dates")
    for one, other in combinations(forms, 2):
        if _shape(one) == _shape(other) and _order(one) != _order(other):
            root.problem(f"{one} and {other} cannot be told apart: accept the one that the source writes", "dates")
    return forms


def _shape(form: str) -> str:
    """What a text of this form looks like to somebody who does not know which part is the day."""
    return re.sub("YYYY|YY|MM?|DD?", lambda part: part[0] if part[0] == "YYYY" else "0", form)


def _order(form: str) -> list[str]:
    """The order of year, month and day."""
    return [part[0] for part in re.findall("Y+|M+|D+", form)]


def _columns(section: Section) -> dict[str, tuple[str, ...]]:
    """The headings of each column; a heading of two columns would be read twice."""
    columns = {name: section.texts(name) for name in section}
    for name in REQUIRED:
        if name not in columns:
            section.problem("is missing", name)
    seen: dict[str, str] = {}
    for name, headings in columns.items():
        if not all(map(bare, headings)) or not headings:
            section.problem("needs at least one heading, of letters or digits", name)
        for heading in headings:
            if seen.setdefault(bare(heading), name) != name:
                section.problem(f"{heading!r} is a heading of {seen[bare(heading)]!r} too", name)
    return columns


def _column(section: Section, key: str, columns: Mapping[str, object]) -> str:
    """The name of a declared column under a key."""
    name = section.text(key)
    if name and name not in columns:
        section.problem(f"there is no column {name!r}{suggestion(name, columns.keys())}", key)
    return name


def _named(root: Section, key: str, columns: Mapping[str, object]) -> tuple[str, ...]:
    """A list of names of declared columns."""
    names = root.texts(key, ())
    for name in names:
        if name not in columns:
            root.problem(f"there is no column {name!r}{suggestion(name, columns.keys())}", key)
        elif name == "narrative":
            root.problem("the narrative is personal and cannot stand here", key)
    if len(set(names)) < len(names):
        root.problem("names something twice", key)
    return names


def _values(section: Section, attributes: Sequence[str]) -> dict[str, dict[str, str]]:
    """The words of attributes that have codes."""
    for name in section:
        if name not in attributes:
            section.problem(f"there is no attribute {name!r}{suggestion(name, attributes)}", name)
    return {name: {word: table.text(word) for word in table} for name in section for table in (section.table(name),)}


def _channel(section: Section, columns: Mapping[str, object]) -> ChannelWords:
    table = section.table("words", required=False)
    return ChannelWords(
        otherwise=section.choice("otherwise", Channel),
        column=_column(section, "column", columns) if "column" in section else "",
        words={word: table.choice(word, Channel) for word in table},
    )


def _yes_or_no(root: Section, key: str, words: tuple[str, str], columns: Mapping[str, object]) -> YesOrNo | None:
    """A table with a list of words for yes and one for no; a word cannot be in both."""
    if key not in root:
        return None
    section = root.table(key)
    yes, no = (section.texts(word) for word in words)
    for word in sorted({*yes} & {*no}):
        section.problem(f"{word!r} is in {words[0]!r} too", words[1])
    return YesOrNo(
        column=_column(section, "column", columns), words=dict.fromkeys(yes, True) | dict.fromkeys(no, False)
    )
