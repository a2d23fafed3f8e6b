"""The message catalogues: for each language a folder of TOML files with the same keys (N-40).

A key is the name of the file and the path inside it: ``letters.outcome.subject`` is ``subject`` under
``[outcome]`` in ``letters.toml``. A text is a string; a text that counts is a table ``one``, ``two``,
``other``; a list holds names in order (months) or phrases.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from complaintkit.errors import UnknownName
from complaintkit.vocabulary import Language


@lru_cache(maxsize=64)
def _file(language: Language, name: str) -> dict[str, Any]:
    """One catalogue file, read once; raises ``FileNotFoundError`` where there is none."""
    path = files("complaintkit.wording") / "catalogues" / language.value / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=4096)
def entry(language: Language, key: str) -> Any:
    """What a catalogue holds under a key: a text, a table or a list.

    Raises ``UnknownName`` where the key does not exist.

    >>> entry(Language.HEBREW, "labels.outcome_value.upheld")
    'מוצדקת'
    """
    name, *path = key.split(".")
    try:
        found: Any = _file(language, name)
        for part in path:
            found = found[part]
    except (FileNotFoundError, KeyError, TypeError):
        raise UnknownName(f"the {language.value} catalogue has no {key!r}", hint="see wording/catalogues") from None
    return found


def text(language: Language, key: str, form: str = "other") -> str:
    """The text under a key; ``form`` chooses the plural where the text counts.

    >>> text(Language.ENGLISH, "labels.band.P1")
    'most urgent'
    """
    found = entry(language, key)
    if isinstance(found, dict):
        found = found.get(form, found.get("other"))
    if not isinstance(found, str):
        raise UnknownName(f"{key!r} of the {language.value} catalogue is not a text", hint="name one of its keys")
    return found


def names(language: Language, key: str) -> tuple[str, ...]:
    """The list under a key: months in their order, or the phrases that a linter looks for.

    >>> names(Language.ENGLISH, "dates.months.gregorian")[3]
    'April'
    """
    return tuple(entry(language, key))
