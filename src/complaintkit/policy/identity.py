"""What a policy is called and how it is proved: canonical content, digest, label."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date, time
from typing import Final

from attrs import field, frozen

from complaintkit.policy.section import Section

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
#: Under this key stand the tests of a policy (see :mod:`complaintkit.policy.cases`).
TESTS: Final = "tests"
#: How much of a digest stands in a label.
_SHORT: Final = 12


@frozen
class Identity:
    """A policy's id and version, its whole content as canonical JSON, and the SHA-256 over that, in hex.

    >>> from complaintkit.policy import load_profile
    >>> load_profile().label.partition("#")[0]
    'standard@1'
    """

    id: str
    version: str
    content: str = field(repr=False)
    digest: str

    @property
    def label(self) -> str:
        """``id@version#digest``, short enough to stand in every verdict."""
        return f"{self.id}@{self.version}#{self.digest[:_SHORT]}"

    @property
    def pin(self) -> str:
        """The same with the whole digest."""
        return f"{self.id}@{self.version}#{self.digest}"


def identify(root: Section, form: str, data: Mapping[str, object]) -> Identity:
    """The identity that a document states; ``form`` says what kind of policy its content is read as.

    Tests decide nothing, so they are no part of it.
    """
    content = canonical({key: value for key, value in data.items() if key != TESTS})
    digest = hashlib.sha256(f"{form}\n{content}".encode()).hexdigest()
    return Identity(read_name(root, "id"), read_name(root, "version"), content, digest)


def canonical(data: Mapping[str, object]) -> str:
    """Content as one text that does not depend on how or in what order it was written."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_iso)


def _iso(value: date | time) -> str:
    """Dates and times are all that a document has besides what JSON has."""
    return value.isoformat()


def read_name(section: Section, key: str) -> str:
    """A name that can stand in labels, file names and the journal."""
    name = section.text(key)
    if name and not _NAME.fullmatch(name):
        section.problem("must be 1 to 64 of A-Z a-z 0-9 . _ -", key)
    return name
