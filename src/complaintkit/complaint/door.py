"""What a command may hold, asked before anything else: values of the declared types, short codes, opaque ids.

A caller may hand in a number where an id is meant; written down, it could never be read again. What a person
wrote belongs into a ``Personal`` field: plain texts stand in the journal for ever.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable
from datetime import datetime
from functools import cache
from itertools import repeat
from typing import Any, Final, Literal, NoReturn, Union, get_args, get_origin, get_type_hints

import attrs

from complaintkit.errors import MalformedInput
from complaintkit.timekeeping.instants import instant
from complaintkit.values import opaque

#: Fields that name somebody or something by an opaque id.
_IDS: Final = frozenset(
    (
        "complaint",
        "person",
        "owner",
        "unit",
        "respondent",
        "reviewer",
        "body",
        "notice",
        "commitment",
        "survivor",
        "matter",
        "liaison",
        "deputy",
        "question",
        "party",
        "invitation",
    )
)
_CODE_LIMIT: Final = 300
#: What no code has: control characters, ends of lines, lone surrogates, bidi overrides. Real names of products
#: have non-breaking spaces, joiners and direction marks.
_NO_CODE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202d\u202e\ud800-\udfff]")

#: Looks at the value of a field and raises ``MalformedInput`` where it may not stand there.
Check = Callable[[Any, str], object]


def check_command(command: object) -> None:
    """Refuse a command that holds what may not be written down.

    Raises :class:`~complaintkit.errors.MalformedInput`, ``NaiveDatetime`` for an instant without a zone.
    """
    cls: Any = type(command)
    for name, check in _checks(cls):
        check(getattr(command, name), name)


@cache
def _checks(cls: Any) -> tuple[tuple[str, Check], ...]:
    hints = get_type_hints(cls)
    return tuple((field.name, _check(hints[field.name], field.name)) for field in attrs.fields(cls))


def _check(hint: Any, name: str) -> Check:
    """The check of one declared type."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _optional(_check(next(part for part in parts if part is not types.NoneType), name))
    if origin is tuple:
        return _each([_check(part, name) for part in parts if part is not ...], same=... in parts)
    if origin is Literal:
        return _one_of(parts)
    if hint is str:
        return opaque if name in _IDS else _code
    if hint is datetime:
        return instant
    return _inside(hint) if attrs.has(hint) else _exactly(hint)


def _optional(check: Check) -> Check:
    return lambda value, name: None if value is None else check(value, name)


def _each(checks: list[Check], *, same: bool) -> Check:
    def check(value: Any, name: str) -> None:
        if type(value) is not tuple or not (same or len(value) == len(checks)):
            _wrong(value, name)
        for part, its in zip(value, repeat(checks[0]) if same else checks, strict=False):
            its(part, name)

    return check


def _one_of(words: tuple[Any, ...]) -> Check:
    def check(value: Any, name: str) -> None:
        if value not in words:
            raise MalformedInput(f"{name} is none of the words for it", hint=f"one of {', '.join(words)}")

    return check


def _inside(cls: type) -> Check:
    def check(value: Any, name: str) -> None:
        if type(value) is not cls:
            _wrong(value, name)
        check_command(value)

    return check


def _exactly(cls: type) -> Check:
    def check(value: Any, name: str) -> None:
        if type(value) is not cls:
            _wrong(value, name)

    return check


def _code(value: Any, name: str) -> None:
    if type(value) is str and len(value) <= _CODE_LIMIT and value.isascii() and value.isprintable():
        return
    if not isinstance(value, str):
        _wrong(value, name)
    if len(value) > _CODE_LIMIT or _NO_CODE.search(value):
        raise MalformedInput(f"{name} is not a short code", hint="put what a person wrote into a personal field")


def _wrong(value: Any, name: str) -> NoReturn:
    raise MalformedInput(
        f"{name} is of the wrong type: {type(value).__name__}", hint="see the fields of this command in the reference"
    )
