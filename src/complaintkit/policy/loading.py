"""Loading a profile: from the library, a TOML file or a mapping; all of it is right or nothing of it is used."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from complaintkit.errors import CalendarRefused, MalformedInput, PolicyRefused, UnknownName
from complaintkit.policy.document import Document, read_document
from complaintkit.policy.duties import PauseReason, read_ladder, read_regimes, read_terms
from complaintkit.policy.identity import TESTS, identify, read_name
from complaintkit.policy.overlay import overlay
from complaintkit.policy.profile import (
    FLOORS,
    ByLanguage,
    CountsAsSent,
    ExternalBody,
    Organisation,
    Profile,
    Sizing,
)
from complaintkit.policy.reading import read_priority
from complaintkit.policy.remedy_reading import read_remedies, read_second_person
from complaintkit.policy.retention import read_retention
from complaintkit.policy.routing_reading import read_routing
from complaintkit.policy.section import Section, suggestion
from complaintkit.policy.table_reading import read_unit
from complaintkit.timekeeping import Hours, Unit, WorkingCalendar, WorkingDays
from complaintkit.vocabulary import Band, CommitmentKind, Language

if TYPE_CHECKING:  # packs and amounts are loaded for profiles that have them
    from complaintkit.policy.authority import Authority
    from complaintkit.policy.cases import Case
    from complaintkit.policy.pack import Pack
    from complaintkit.policy.priority import PriorityPolicy
    from complaintkit.policy.settings import Remedies

#: The profiles that come with the library.
BUILT_IN: Final = ("standard", "micro", "regulated")
#: Where they stand.
PROFILES: Final = Path(__file__).with_name("profiles")
#: What every band must have: without these nobody would ever hear from us.
_OWED: Final = (CommitmentKind.ACKNOWLEDGE, CommitmentKind.PROGRESS, CommitmentKind.FINAL)
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
    return read_profile(read_document(source, refuse=PolicyRefused))


@cache
def _built_in(name: str) -> Profile:
    return read_profile(_built_in_document(name))


def _built_in_document(name: str) -> Document:
    return read_document(PROFILES / f"{name}.toml", refuse=PolicyRefused)


def read_profile(document: Document) -> Profile:
    """The profile that a document describes, or ``PolicyRefused`` with everything that is wrong with it.

    Every part is read, so that every problem is found; then, if there was none, the profile is made.
    """
    root = document.root
    _over_base(document)
    root.text("note", "")
    languages = root.choices("languages", Language)
    parts: dict[str, Any] = {
        "languages": languages,
        "calendar": _calendar(root),
        "organisation": _organisation(root.table("organisation"), languages),
        "external_bodies": tuple(_body(body, languages) for body in root.tables("external_bodies", required=False)),
        "review_window": _review_window(root.table("review")),
        "review_tiers": root.table("review").integer("tiers", least=1, most=3),
        "pause_reasons": root.choices("pause_reasons", PauseReason),
        "counts_as_sent": root.choice("counts_as_sent", CountsAsSent),
        "draft_registers_after": read_unit(root, "draft_registers_after"),
        "terms": _terms(root.table("commitments")),
        "extensions": read_terms(root.table("extensions", required=False)),
        "ladder": read_ladder(root.tables("ladder")),
        "regimes": read_regimes(root.tables("regimes", required=False)),
        "retention": read_retention(root.tables("retention", required=False)),
        "priority": read_priority(root),
        "routing": read_routing(root),
        "remedies": read_remedies(root.table("remedies")),
        "authority": _authority(root),
        "second_person": read_second_person(root.table("second_person")),
        "floors": _floors(root),
        "sizing": _sizing(root.table("sizing", required=False)),
        "packs": tuple(_pack(section) for section in root.tables("packs", required=False)),
    }
    parts["tests"] = _tests(root, parts["priority"], parts["remedies"]) if TESTS in root else ()
    identity = identify(root, _FORM, _content(document.data, parts["packs"]))
    document.finish("this profile is refused")
    return Profile(identity=identity, **parts)


def _content(data: Mapping[str, Any], packs: tuple[Pack | None, ...]) -> dict[str, object]:
    """What the digest covers: everything the profile says, and the text of each pack that it names."""
    content = {key: value for key, value in data.items() if key != "base"}
    if packs and all(packs):
        named = zip(data["packs"], packs, strict=True)
        content["packs"] = [{**written, "digest": pack.identity.digest} for written, pack in named if pack]
    return content


def _authority(root: Section) -> Authority | None:
    if "authority" not in root:
        return None
    from complaintkit.policy.money_reading import read_authority

    return read_authority(root.table("authority"))


def _tests(root: Section, priority: PriorityPolicy, remedies: Remedies) -> tuple[Case, ...]:
    from complaintkit.policy.cases import of_profile, read_cases

    distress = remedies.distress.table if remedies.distress else None
    rules = [rule for table in (*priority.tables.values(), distress) if table for rule in table.ids]
    return read_cases(root, of_profile(rules, priority.sheet, distress.sheet if distress else None))


def _pack(section: Section) -> Pack | None:
    """A regulatory pack by its name, in the text that the profile was made with, with the readings it chose."""
    from complaintkit.policy.pack import load_pack

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


def _over_base(document: Document) -> None:
    """Lay a document over the built-in one that it names, and that one over its own first."""
    root = document.root
    name = root.text("base") if "base" in root else ""
    if name in BUILT_IN:
        base = _built_in_document(name)
        _over_base(base)
        overlay(document, base)
    elif name:
        root.problem(f"there is no built-in profile {name!r}{root.near(name, BUILT_IN)}", "base")


def _floors(root: Section) -> tuple[str, ...]:
    """The floor, which a profile may list for its readers and can neither shorten nor name otherwise (CF-04)."""
    listed = root.texts("floors", FLOORS)
    missing = [rule for rule in FLOORS if rule not in listed]
    if missing:
        root.problem(f"no profile can switch off {', '.join(missing)} (CF-04)", "floors")
    for rule in listed:
        if rule not in FLOORS:
            root.problem(f"{rule!r} is not of the floor{root.near(rule, FLOORS)}", "floors")
    return FLOORS


def _sizing(section: Section) -> dict[Sizing, str]:
    """What the organisation considered when it chose the size of its process (CF-06)."""
    return {each: section.text(each.value) for each in Sizing if each.value in section}


def _calendar(root: Section) -> WorkingCalendar | None:
    written = root.raw("calendar", of="calendar")
    try:
        return WorkingCalendar.from_dict(written) if written is not None else None
    except (CalendarRefused, MalformedInput) as error:
        root.problem(str(error), "calendar")
    return None


def _review_window(section: Section) -> Hours | WorkingDays:
    """The time to ask for a review, in the units that letters can tell people."""
    window = read_unit(section, "window")
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
                terms[kind, band] = read_unit(bands, band.value)
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
    return ExternalBody(id=read_name(section, "id"), name=name, how=how, within=within)
