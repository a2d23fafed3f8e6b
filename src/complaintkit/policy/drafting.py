"""What the strict readers ask for, learned by letting them read a file that does not exist.

A :class:`Draft` stands where a :class:`~complaintkit.policy.section.Section` would. It answers each question with a
harmless stand-in and notes what was asked: the key, its shape, whether it may be left out. A reader whose next
question depends on an answer is asked again with each other answer, one at a time: what it then asks more, or no
longer, belongs to that answer. So the schema of a file has no second list of keys that could be forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from enum import Enum
from typing import Any, Final, TypeVar, cast

from attrs import define, field

from complaintkit.errors import FileRefused
from complaintkit.policy.document import Document
from complaintkit.policy.section import REQUIRED, Section
from complaintkit.policy.toml_places import Path

E = TypeVar("E", bound=Enum)

#: Stands for any key, where a table takes names of the author's own; a date too, since some tables have days as keys.
ANY: Final = "2000-01-01"
#: The answers to whether a key is there.
THERE: Final = (None, "there")
#: A question that has several answers: where, the key, and whether it is about the key being there.
Point = tuple[Path, str, bool]


@define
class Form:
    """What was asked of one table in one reading: its keys, whether each was needed, and what was answered."""

    needed: dict[str, bool] = field(factory=dict)
    answers: dict[str, Any] = field(factory=dict)
    supplied: set[str] = field(factory=set)

    def ask(self, key: str, *, needed: bool) -> None:
        """Note a question; once needed, always needed. Where the reader supplies the answer, it asks nothing."""
        if key not in self.supplied:
            self.needed[key] = self.needed.get(key, False) or needed


@define
class Table:
    """All that is known of one table of a file.

    ``shapes`` holds the schema of each key that is no table; ``inner`` the tables under a key, ``lists`` those keys
    under which there is a list of tables. ``forms`` are the readings. ``depends`` holds the questions whose answer
    brings keys in or takes them away: for each key, the form under the first answer, and the forms under the others.
    """

    shapes: dict[str, dict[str, Any]] = field(factory=dict)
    inner: dict[str, Table] = field(factory=dict)
    lists: set[str] = field(factory=set)
    forms: list[Form] = field(factory=list)
    depends: dict[str, tuple[Form, dict[Any, Form]]] = field(factory=dict)
    name: str = ""
    same_as: str = ""


class Drafted(Exception):
    """A reader has asked all it wanted to know."""


class _Paper(Document):
    """The document that does not exist."""

    def __init__(self, reading: _Reading) -> None:
        self.reading = reading
        super().__init__("(schema)", {}, FileRefused)
        self.root = Draft(self, ())

    def finish(self, message: str) -> None:
        raise Drafted


class _Reading:
    """One reading under some answers, and what was asked in it."""

    def __init__(self, whole: Drafting, answers: dict[Point, Any]) -> None:
        self.whole = whole
        self.answers = answers
        self.met: dict[Point, tuple[Any, ...]] = {}
        self.forms: dict[Path, Form] = {}

    def answer(self, point: Point, possible: tuple[Any, ...]) -> Any:
        """The answer of this reading to a question: the first possible one unless another was chosen."""
        self.met.setdefault(point, possible)
        path, key, _ = point
        answer = self.forms[path].answers[key] = self.answers.get(point, possible[0])
        return answer


class Drafting:
    """The drafting of one kind of file: the tables that its ``reader`` asked for, the root first."""

    def __init__(self, reader: Callable[[Document], object]) -> None:
        self.root = Table()
        self.named: dict[str, Path] = {}
        self._seen: set[tuple[Point, Any]] = set()
        waiting: list[tuple[dict[Point, Any], Point | None, _Reading | None]] = [({}, None, None)]
        while waiting:
            answers, point, before = waiting.pop()
            reading = self._read(reader, answers)
            if point and before:
                self._compare(point, answers[point], before, reading)
            waiting += [(answers | {new: other}, new, reading) for new, other in self._unseen(reading)]

    def _read(self, reader: Callable[[Document], object], answers: dict[Point, Any]) -> _Reading:
        reading = _Reading(self, answers)
        with suppress(Drafted):
            reader(_Paper(reading))
        for path, form in reading.forms.items():
            self.table(path).forms.append(form)
        return reading

    def _unseen(self, reading: _Reading) -> Iterator[tuple[Point, Any]]:
        """Every other answer to a question of this reading that no reading has tried yet."""
        for point, possible in reading.met.items():
            for other in possible[1:]:
                if (point, other) not in self._seen:
                    self._seen.add((point, other))
                    yield point, other

    def _compare(self, point: Point, answer: Any, before: _Reading, after: _Reading) -> None:
        path, key, _ = point
        if path in after.forms and after.forms[path].needed != before.forms[path].needed:
            _, others = self.table(path).depends.setdefault(key, (before.forms[path], {}))
            others[answer] = after.forms[path]

    def table(self, path: Path) -> Table:
        """The table at a path; what stands in a list is the list's one table."""
        found = self.root
        for part in path:
            if part != 0:
                found = found.inner.setdefault(str(part), Table())
        return found


class Draft(Section):
    """A section of a file that does not exist: it notes what it is asked."""

    def __init__(self, paper: _Paper, path: Path) -> None:
        super().__init__(paper, path, {})
        self._reading = paper.reading
        self._form = paper.reading.forms.setdefault(path, Form())
        self._described = paper.reading.whole.table(path)

    def __contains__(self, key: str) -> bool:
        self._form.ask(key, needed=False)
        return self._reading.answer((self.path, key, True), THERE) is not None

    def __iter__(self) -> Iterator[str]:
        return iter([ANY])

    def _note(self, key: str, default: Any, shape: dict[str, Any]) -> None:
        self._form.ask(key, needed=default is REQUIRED)
        self._described.shapes.setdefault(key, shape)

    def raw(self, key: str, default: Any = REQUIRED, *, of: str = "anything") -> Any:
        """Note a value of a named shape."""
        self._note(key, default, {"$ref": f"#/$defs/{of}"})
        return None

    def text(self, key: str, default: str = REQUIRED) -> str:
        """Note a text that is not empty unless its default is."""
        self._note(key, default, {"type": "string"} if default == "" else {"type": "string", "minLength": 1})
        return ""

    def integer(self, key: str, default: int = REQUIRED, *, least: int | None = None, most: int | None = None) -> int:
        """Note a whole number with its bounds."""
        bounds = {"minimum": least, "maximum": most}
        self._note(key, default, {"type": "integer"} | {name: n for name, n in bounds.items() if n is not None})
        return least or 0

    def flag(self, key: str, default: bool = REQUIRED) -> bool:
        """Note ``true`` or ``false``; both are tried."""
        self._note(key, default, {"type": "boolean"})
        return bool(self._reading.answer((self.path, key, False), (False, True)))

    def choice(self, key: str, choices: type[E], default: E = REQUIRED) -> E:
        """Note one of the values of an enumeration; each is tried."""
        self._note(key, default, {"enum": [member.value for member in choices]})
        first = next(iter(choices)) if default is REQUIRED else default
        others = [member for member in choices if member is not first]
        return cast("E", self._reading.answer((self.path, key, False), (first, *others)))

    def choices(self, key: str, choices: type[E], default: tuple[E, ...] = REQUIRED) -> tuple[E, ...]:
        """Note a list of values of an enumeration, none of them twice."""
        items = {"enum": [member.value for member in choices]}
        self._note(key, default, {"type": "array", "items": items, "uniqueItems": True})
        return (next(iter(choices)),)

    def day(self, key: str, what: str, default: date | None = REQUIRED) -> date | None:
        """Note a date."""
        self._note(key, default, {"$ref": "#/$defs/day", "description": what})
        return None

    def moment(self, key: str) -> date:
        """Note a date or an instant."""
        self._note(key, REQUIRED, {"$ref": "#/$defs/moment"})
        return date.min

    def mapping(self, key: str, default: Mapping[str, Any] = REQUIRED) -> Mapping[str, Any]:
        """Note a table of any content."""
        self._note(key, default, {"type": "object"})
        return {}

    def list(self, key: str, default: tuple[Any, ...] = REQUIRED, *, of: str = "anything") -> list[Any]:
        """Note a list of values of a named shape."""
        self._note(key, default, {"type": "array", "items": {"$ref": f"#/$defs/{of}"}})
        return []

    def texts(self, key: str, default: tuple[str, ...] = REQUIRED) -> tuple[str, ...]:
        """Note a list of texts."""
        self._note(key, default, {"type": "array", "items": {"type": "string"}})
        return ()

    def table(self, key: str, *, required: bool = True) -> Section:
        """Note a table, and draft it."""
        if key not in self._inner:
            self._form.ask(key, needed=required)
            self._inner[key] = (self._draft((*self.path, key)),)
        return self._inner[key][0]

    def tables(self, key: str, *, required: bool = True) -> tuple[Section, ...]:
        """Note a list of tables, and draft one."""
        if key not in self._inner:
            self._form.ask(key, needed=required)
            self._described.lists.add(key)
            there = required or key in self
            self._inner[key] = (self._draft((*self.path, key, 0)),) if there else ()
        return self._inner[key]

    def exchange(self, key: str, other: str) -> None:
        """Note that what stands under the other key is found elsewhere."""
        self._form.supplied.add(other)
        self._form.needed.pop(other, None)

    def _draft(self, path: Path) -> Section:
        return Draft(cast("_Paper", self.document), path)

    def others(self, *named: str, of: str) -> dict[str, Any]:
        """Note that the keys of a shape stand beside the ones that are named."""
        self._note("", None, {"$ref": f"#/$defs/{of}"})
        return {}

    def known_as(self, shape: str) -> bool:
        """Whether the shape is being described elsewhere; this is where it is described if it is not."""
        owner = self._reading.whole.named.setdefault(shape, self.path)
        if owner == self.path:
            self._described.name = shape
        else:
            self._described.same_as = shape
        return owner != self.path
