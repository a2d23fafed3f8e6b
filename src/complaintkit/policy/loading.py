"""Loading a profile: from the library, a TOML file or a mapping; all of it is right or nothing of it is used."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any, Final

from complaintkit.errors import CalendarRefused, MalformedInput, PolicyRefused, UnknownName
from complaintkit.policy.document import Document, read_document
from complaintkit.policy.duties import PauseReason, read_ladder, read_regimes, read_term, read_terms
from complaintkit.policy.overlay import overlay
from complaintkit.policy.profile import (
    ByLanguage,
    CountsAsSent,
    ExternalBody,
    Organisation,
    Profile,
)
from complaintkit.policy.reading import read_priority
from complaintkit.policy.section import Section, suggestion
from complaintkit.timekeeping import Hours, Term, Unit, WorkingCalendar, WorkingDays
from complaintkit.vocabulary import Band, CommitmentKind, Language

#: The profiles that come with the library.
BUILT_IN: Final = ("standard",)
#: What every band must have: without these nobody would ever hear from us.
_OWED: Final = (CommitmentKind.ACKNOWLEDGE, CommitmentKind.PROGRESS, CommitmentKind.FINAL)
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
#: The form of profiles that this version reads; part of the digest, since the same text could come to mean more.
_FORM: Final = "complaintkit/profile@1"


def load_profile(source: str | Path | Mapping[str, object] = "standard") -> Profile:
    """The profile that ``source`` names or holds.

    ``source`` is the name of a built-in profile, the path of a TOML file, or a mapping of the same shape. A
    profile with ``base = "standard"`` needs only what differs. Built-in profiles are read once.

    Raises ``PolicyRefused`` with every problem as file, line, path and text; ``UnknownName`` for a name that is
    neither a built-in profile nor a path.

    >>> load_profile().id
    'standard'
    >>> load_profile({"base": "standard", "id": "ours", "version": "1", "review": {"tiers": "2"}})
    Traceback (most recent call last):
    complaintkit.errors.PolicyRefused: this profile is refused (correct the lines named and load it again)
      (mapping):0: review.tiers: must be a whole number, but is the text '2'
    """
    if isinstance(source, str):
        if source in BUILT_IN:
            return _built_in(source)
        if not source.endswith(".toml") and not set("/\\") & set(source):
            raise UnknownName(
                f"there is no profile {source!r}{suggestion(source, BUILT_IN)}",
                hint=f"name one of {', '.join(BUILT_IN)}, or the path of a .toml file",
            )
    return _read(read_document(source, refuse=PolicyRefused))


@cache
def _built_in(name: str) -> Profile:
    return _read(_built_in_document(name))


def _built_in_document(name: str) -> Document:
    return read_document(Path(__file__).with_name("profiles") / f"{name}.toml", refuse=PolicyRefused)


def _read(document: Document) -> Profile:
    """Read every part, so that every problem is found; then, if there was none, make the profile."""
    root = document.root
    if "base" in root:
        _over_base(document, root)
    root.text("note", "")
    languages = root.choices("languages", Language)
    parts: dict[str, Any] = {
        "id": _name(root, "id"),
        "version": _name(root, "version"),
        "languages": languages,
        "calendar": _calendar(root),
        "organisation": _organisation(root.table("organisation"), languages),
        "external_bodies": tuple(_body(body, languages) for body in root.tables("external_bodies", required=False)),
        "review_window": _review_window(root.table("review")),
        "review_tiers": root.table("review").integer("tiers", least=1, most=3),
        "pause_reasons": root.choices("pause_reasons", PauseReason),
        "counts_as_sent": root.choice("counts_as_sent", CountsAsSent),
        "draft_registers_after": _term(root, "draft_registers_after"),
        "terms": _terms(root.table("commitments")),
        "extensions": read_terms(root.table("extensions", required=False)),
        "ladder": read_ladder(root.tables("ladder")),
        "regimes": read_regimes(root.tables("regimes", required=False)),
        "priority": read_priority(root),
    }
    document.finish("this profile is refused")
    content = _canonical(document.data)
    digest = hashlib.sha256(f"{_FORM}\n{content}".encode()).hexdigest()
    return Profile(digest=digest, content=content, **parts)


def _over_base(document: Document, root: Section) -> None:
    name = root.text("base")
    if name in BUILT_IN:
        overlay(document, _built_in_document(name))
    elif name:
        root.problem(f"there is no built-in profile {name!r}{suggestion(name, BUILT_IN)}", "base")


def _canonical(data: Mapping[str, object]) -> str:
    """The content of a profile as one text that does not depend on how or in what order it was written."""
    content = {key: value for key, value in data.items() if key != "base"}
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_iso)


def _iso(value: object) -> str:
    if isinstance(value, date | time):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _name(section: Section, key: str) -> str:
    name = section.text(key)
    if name and not _NAME.fullmatch(name):
        section.problem("must be 1 to 64 of A-Z a-z 0-9 . _ -", key)
    return name


def _calendar(root: Section) -> WorkingCalendar | None:
    written = root.raw("calendar")
    try:
        return WorkingCalendar.from_dict(written) if written is not None else None
    except (CalendarRefused, MalformedInput) as error:
        root.problem(str(error), "calendar")
    return None


def _term(section: Section, key: str) -> Unit:
    """The term under a key: a count of one unit, by its usual conventions; an hour stands in for a wrong one."""
    term = read_term(section, key)
    if isinstance(term, Term):
        section.problem("must be a count of one unit, without conventions of its own", key)
        return Hours(1)
    return term


def _review_window(section: Section) -> Hours | WorkingDays:
    """The time to ask for a review, in the units that letters can tell people."""
    window = _term(section, "window")
    if isinstance(window, Hours | WorkingDays):
        return window
    section.problem("must be given in hours or working_days", "window")
    return Hours(1)


def _terms(section: Section) -> dict[tuple[CommitmentKind, Band], Unit]:
    """The commitments by band (REF-1)."""
    terms = {}
    for kind in CommitmentKind:
        bands = section.table(kind.value, required=kind in _OWED)
        for band in Band:
            if kind in _OWED or band.value in bands:
                terms[kind, band] = _term(bands, band.value)
    return terms


def _by_language(section: Section, key: str, languages: tuple[Language, ...]) -> ByLanguage:
    """A text for each language of the profile; more may be given."""
    texts = section.table(key)
    return {
        language: texts.text(language.value)
        for language in Language
        if language in languages or language.value in texts
    }


def _organisation(section: Section, languages: tuple[Language, ...]) -> Organisation:
    return Organisation(
        name=_by_language(section, "name", languages),
        contact=section.text("contact"),
        address=section.text("address"),
    )


def _body(section: Section, languages: tuple[Language, ...]) -> ExternalBody:
    name, how, within = (_by_language(section, key, languages) for key in ("name", "how", "within"))
    return ExternalBody(id=_name(section, "id"), name=name, how=how, within=within)
