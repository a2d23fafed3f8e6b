"""Reading one table of a document key by key, noting every problem and going on.

See :mod:`complaintkit.policy.document` for the whole picture.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, TypeVar

from complaintkit.policy.toml_places import MAX_WORD, Path

if TYPE_CHECKING:
    from complaintkit.policy.document import Document

E = TypeVar("E", bound=Enum)

#: What a key has that has no default: leaving it out is a problem.
REQUIRED: Final[Any] = object()
#: More problems than these are counted, not listed: nobody reads them, and finding suggestions costs time.
MAX_PROBLEMS: Final = 100
#: For so many problems of a document a similar name is looked for; and in how many names, and how long ones.
MAX_NEAR: Final = 20
_KNOWN: Final = 40
_LONGEST: Final = 40


def suggestion(word: str, known: Collection[str]) -> str:
    """`` (did you mean ...)`` for a word that is nearly one of the known ones, else nothing.

    >>> suggestion("urgnet", ["urgent", "normal"])
    " (did you mean 'urgent'?)"
    """
    from difflib import get_close_matches

    if len(word) > _LONGEST:
        return ""
    likely = sorted({name for name in known if len(name) <= _LONGEST}, key=lambda name: (name[:1] != word[:1], name))
    near = get_close_matches(word, likely[:_KNOWN], n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""


class Section:
    """One table of a document, read key by key.

    Each reader notes a problem and returns a harmless stand-in where the value is not what it must be, so
    that one reading finds everything. A key without ``default`` is required.
    """

    def __init__(self, document: Document, path: Path, data: dict[str, Any]) -> None:
        self.document = document
        self.path = path
        self._data = data
        self._asked: set[str] = set()
        self._inner: dict[str, tuple[Section, ...]] = {}
        document.adopt(self)

    def __contains__(self, key: str) -> bool:
        self._asked.add(key)
        return key in self._data

    def __iter__(self) -> Iterator[str]:
        """The keys that were written, where any name is possible (languages, facts)."""
        return iter(self._data)

    def problem(self, text: str, key: str | None = None) -> None:
        """Note a problem of this section, or of one of its keys."""
        self.document.problem(self.path if key is None else (*self.path, key), text)

    def unread(self, text: str, key: str) -> None:
        """Note why a key cannot be read; a stand-in takes its place."""
        self.document.problem((*self.path, key), text, unread=True)

    def near(self, word: object, known: Iterable[object]) -> str:
        """The :func:`suggestion` for something written here; none once the document has many problems."""
        if not isinstance(word, str) or self.document.found >= MAX_NEAR:
            return ""
        return suggestion(word, [str(name) for name in known])

    def raw(self, key: str, default: Any = REQUIRED, *, of: str = "anything") -> Any:
        """The value as it was parsed; ``None`` when it is required and missing.

        Whoever asks checks it; ``of`` names its shape for :mod:`complaintkit.policy.schema`.
        """
        return self._raw(key, default)

    def _raw(self, key: str, default: Any) -> Any:
        if key in self:
            return self._data[key]
        if default is REQUIRED:
            self.unread("is missing", key)
            return None
        return default

    def _typed(self, key: str, kind: type, what: str, default: Any) -> Any:
        value = self._raw(key, default)
        right = type(value) is kind
        if key in self._data and not right:
            self.unread(f"must be {what}, but is {described(value)}", key)
        return value if right or (key not in self._data and default is not REQUIRED) else None

    def text(self, key: str, default: str = REQUIRED) -> str:
        """A text that is not empty."""
        value = self._typed(key, str, "a text", default)
        if value == "" != default:
            self.unread("must not be empty", key)
        return value or ""

    def integer(self, key: str, default: int = REQUIRED, *, least: int | None = None, most: int | None = None) -> int:
        """A whole number, within ``least`` and ``most`` where they are given."""
        value = self._typed(key, int, "a whole number", default)
        if value is None:
            return least or 0
        if (least is not None and value < least) or (most is not None and value > most):
            bounds = f"at least {least}" if most is None else f"between {least} and {most}"
            self.problem(f"must be {bounds}, but is {str(value)[:20]}", key)
            return least or 0
        return int(value)

    def flag(self, key: str, default: bool = REQUIRED) -> bool:
        """``true`` or ``false``."""
        return bool(self._typed(key, bool, "true or false", default))

    def choice(self, key: str, choices: type[E], default: E = REQUIRED) -> E:
        """One of the values of an enumeration; its default or its first member stands in for a wrong one."""
        value = self._raw(key, default)
        stand_in = next(iter(choices)) if default is REQUIRED else default
        return stand_in if key not in self._data else self._member(choices, value, key) or stand_in

    def choices(self, key: str, choices: type[E], default: tuple[E, ...] = REQUIRED) -> tuple[E, ...]:
        """A list of values of an enumeration, none of them twice."""
        if key not in self and default is not REQUIRED:
            return default
        found = [self._member(choices, item, key) for item in self.list(key)]
        if len(set(found)) < len(found):
            self.problem("names something twice", key)
        return tuple(member for member in found if member is not None)

    def _member(self, choices: type[E], value: object, key: str) -> E | None:
        known = {member.value: member for member in choices}
        if isinstance(value, str) and value in known:
            return known[value]
        listed = ", ".join(map(str, known))
        self.problem(f"{described(value)} is not one of {listed}{self.near(value, known)}", key)
        return None

    def day(self, key: str, what: str, default: date | None = REQUIRED) -> date | None:
        """A date, which is ``what`` in words; ``None`` stands in for a wrong one."""
        value = self._raw(key, default)
        if key in self._data and type(value) is not date:
            self.problem(f"must be {what}, but is {described(value)}", key)
        return value if type(value) is date else None

    def moment(self, key: str) -> date:
        """A date, or an instant with its offset; the first day of all stands in for a wrong one."""
        value = self._raw(key, REQUIRED)
        if type(value) is date or (isinstance(value, datetime) and value.tzinfo is not None):
            return value
        if key in self._data:
            self.problem(f"must be a date, or an instant with its offset, but is {described(value)}", key)
        return date.min

    def mapping(self, key: str, default: Mapping[str, Any] = REQUIRED) -> Mapping[str, Any]:
        """A table of any content, as it was parsed."""
        return dict(self._typed(key, dict, "a table", default) or {})

    def list(self, key: str, default: tuple[Any, ...] = REQUIRED, *, of: str = "anything") -> list[Any]:
        """A list of values of any type; ``of`` names their shape as in :meth:`raw`."""
        return list(self._typed(key, list, "a list", default) or ())

    def texts(self, key: str, default: tuple[str, ...] = REQUIRED) -> tuple[str, ...]:
        """A list of texts."""
        items = self.list(key, default, of="text")
        for number, item in enumerate(items):
            if type(item) is not str:
                self.document.problem((*self.path, key, number), f"must be a text, but is {described(item)}")
        return tuple(item for item in items if type(item) is str)

    def table(self, key: str, *, required: bool = True) -> Section:
        """The section under ``key``; an empty one stands in for a missing or wrong one."""
        if key not in self._inner:
            data = self._typed(key, dict, "a table", REQUIRED if required else {})
            self._inner[key] = (Section(self.document, (*self.path, key), data or {}),)
        return self._inner[key][0]

    def tables(self, key: str, *, required: bool = True) -> tuple[Section, ...]:
        """The sections of a list of tables, in order; what is no table is left out."""
        if key not in self._inner:
            items = list(enumerate(self.list(key, REQUIRED if required else ())))
            for number, item in items:
                if type(item) is not dict:
                    self.document.problem((*self.path, key, number), f"must be a table, but is {described(item)}")
            tables = [(number, item) for number, item in items if type(item) is dict]
            self._inner[key] = tuple(Section(self.document, (*self.path, key, number), item) for number, item in tables)
        return self._inner[key]

    def put(self, key: str, value: object, borrowed: tuple[Document, Path]) -> None:
        """Have a value as if it had been written here; ``borrowed`` says where it was."""
        self._data[key] = value
        self.document.borrowed[*self.path, key] = borrowed

    def exchange(self, key: str, other: str) -> None:
        """Leave out a key that has done its work: it says where the list under the other key is found."""
        self._data.pop(key, None)
        self._data.setdefault(other, [])

    def others(self, *named: str, of: str) -> dict[str, Any]:
        """Every key but the ones that are named, as parsed, to be read together as one value of a shape."""
        return {key: self._raw(key, None) for key in self._data if key not in named}

    def known_as(self, shape: str) -> bool:
        """Whether this shape is described already; only ever true where a schema is drafted (a shape may recur)."""
        return False

    def refuse_unasked(self) -> None:
        """Note a problem for every key that nobody asked for: it would have been ignored."""
        unasked = (key for key in self._data.keys() - self._asked if not self.document.has_problem((*self.path, key)))
        for key in sorted(unasked)[:MAX_PROBLEMS]:
            near = self.near(key, self._asked - self._data.keys()) or self.near(key, self._asked)
            self.problem(f"there is no {key[:MAX_WORD]!r} here{near}", key)


def described(value: object) -> str:
    """A wrong value for a message: its type in words, and what it is as far as that is short."""
    names = {str: "the text", bool: "the truth value", int: "the number", float: "the decimal number"}
    names |= {dict: "a table", list: "a list", type(None): "nothing"}
    name = names.get(type(value), "a date or time")
    return f"{name} {str(value)[:40]!r}" if name.startswith("the ") else name
