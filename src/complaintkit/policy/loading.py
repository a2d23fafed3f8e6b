"""Loading a profile: from the library, a TOML file or a mapping; all of it is right or nothing of it is used."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pkgutil import get_data
from typing import TYPE_CHECKING, Final

from complaintkit import policy
from complaintkit.errors import PolicyRefused, UnknownName
from complaintkit.policy.document import Document, ShippedDocument, read_document
from complaintkit.policy.parts import PARTS
from complaintkit.policy.profile import Profile
from complaintkit.policy.section import suggestion

if TYPE_CHECKING:  # loaded where a file of one's own is read
    from pathlib import Path

#: The profiles that come with the library.
BUILT_IN: Final = ("standard", "micro", "regulated")
#: Where they stand.
PROFILES: Final = f"{policy.__path__[0]}/profiles"


def load_profile(source: str | Path | Mapping[str, object] = "standard") -> Profile:
    """The profile that ``source`` names or holds.

    ``source`` is the name of a built-in profile, the path of a TOML file, or a mapping of the same shape. A
    profile with ``base = "standard"`` needs only what differs. Built-in profiles are read once, each part of them
    when it is first asked for.

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
    return _profile(_built_in_document(name))


def _built_in_document(name: str) -> Document:
    content = get_data(policy.__name__, f"profiles/{name}.toml") or b""
    return ShippedDocument(f"{PROFILES}/{name}.toml", content, PolicyRefused)


def read_profile(document: Document) -> Profile:
    """The profile that a document describes, or ``PolicyRefused`` with everything that is wrong with it.

    Every part is read, so that every problem is found; the profile is used if there was none.
    """
    profile = _profile(document)
    for part in PARTS:
        getattr(profile, part)
    document.finish("this profile is refused")
    return profile


def _profile(document: Document) -> Profile:
    """The profile that a document describes, none of its parts read yet."""
    _over_base(document)
    document.root.text("note", "")
    return Profile(document.root)


def _over_base(document: Document) -> None:
    """Lay a document over the built-in one that it names, and that one over its own first."""
    root = document.root
    name = root.text("base") if "base" in root else ""
    if name in BUILT_IN:
        from complaintkit.policy.overlay import overlay

        base = _built_in_document(name)
        _over_base(base)
        overlay(document, base)
    elif name:
        root.problem(f"there is no built-in profile {name!r}{root.near(name, BUILT_IN)}", "base")
