"""Between typed values and plain data: strict both ways, and canonical on the way out.

msgspec on attrs classes is fast, but lets unknown fields and naive datetimes through and knows
nothing of our ``Personal``. So an instant is :data:`Instant` (a zone is required), key sets are
compared before anything is built, and a ``Personal`` is written as its reference.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import (
    Annotated,
    Any,
    ClassVar,
    Final,
    Protocol,
    TypeVar,
    Union,
    cast,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

import attrs
import msgspec

from complaintkit.errors import MalformedInput, NaiveDatetime, UnknownName
from complaintkit.values import Personal

#: A point in time of an event or command: aware, or it is refused.
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class Event(Protocol):
    """What has happened: a frozen attrs class made with :func:`event`."""

    #: The stored name, which never changes.
    event_type: ClassVar[str]
    #: The number of the stored shape; a change of shape raises it and adds an upcaster.
    schema: ClassVar[int]


T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(attrs.field,))
def event(cls: type[T]) -> type[T]:
    """Make a class an event: frozen, keyword-only, with its stored name derived from the class name.

    ``schema`` may be set in the class body; it starts at 1. The golden book in the tests pins name and shape.
    """
    made = attrs.frozen(kw_only=True)(cls)
    made.event_type = type_name(made)  # type: ignore[attr-defined]
    if "schema" not in vars(made):
        made.schema = 1  # type: ignore[attr-defined]
    return made


def type_name(cls: type) -> str:
    """The stored name of a class: its words, lower case, joined by hyphens.

    >>> type_name(type("RemedyOffered", (), {}))
    'remedy-offered'
    """
    return _hyphened(cls.__name__)


@cache
def _hyphened(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def _write_personal(value: object) -> object:
    if isinstance(value, Personal):
        return value.ref
    raise MalformedInput(f"a {type(value).__name__} cannot be written", hint="use texts, integers, instants and tuples")


#: What msgspec repeats of a wrong value: it may be personal, so errors leave it out.
_VALUE: Final = re.compile(r" (?:'.*'|\d+)(?= - at `|$)", re.DOTALL)
_ENCODER: Final = msgspec.json.Encoder(order="sorted", enc_hook=_write_personal)
_AS_DECLARED: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder()
#: What every reader of JSON keeps exactly; RFC 8785 has no larger integers.
_LARGEST: Final = 2**53 - 1
#: A number of things, or the place of one among them.
Count = Annotated[int, msgspec.Meta(ge=0, le=_LARGEST)]
#: Our entries are five levels deep. Each level doubles what the strict reader builds when this module is loaded.
_DEPTH: Final = 8
_LISTS: Final = (list, tuple)


def _our_values(depth: int) -> Any:
    """Texts, integers, true, false, null, and lists and objects of them: the profile of RFC 8785 that we write."""
    value: Any = None | bool | str | Annotated[int, msgspec.Meta(ge=-_LARGEST, le=_LARGEST)]
    scalar = value
    for _ in range(depth):
        value = scalar | list[value] | dict[str, value]
    return value


_STRICT: Final = msgspec.json.Decoder(_our_values(_DEPTH))


def canonical(value: object) -> bytes:
    """The canonical bytes of plain or typed data: RFC 8785 for texts, integers, truth values, lists and objects.

    Raises :class:`~complaintkit.errors.MalformedInput` for what other readers may read in another way, or write
    with other bytes: floats, integers beyond 2**53, keys outside ASCII, lone surrogates, anything too deep.

    >>> canonical({"b": 1, "a": "\\u00e9"})
    b'{"a":"\\xc3\\xa9","b":1}'
    >>> canonical({"a": 0.5})
    Traceback (most recent call last):
    ...
    complaintkit.errors.MalformedInput: a value cannot be written in one way only (...)
    """
    try:
        body = _ENCODER.encode(value)
        strict(body)
        if b"null" in body:  # what msgspec also writes for a float that is no number
            _no_float(value)
    except MalformedInput:
        raise
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise _ambiguous() from None
    return body


def as_declared(value: msgspec.Struct) -> bytes:
    """The canonical bytes of a class that declares its fields in the order of their names, with types that refuse.

    What is inside is neither sorted nor looked at again, which is most of the cost of :func:`canonical`.
    """
    try:
        return _AS_DECLARED.encode(value)
    except UnicodeEncodeError:
        raise _ambiguous() from None


def _ambiguous() -> MalformedInput:
    return MalformedInput(
        "a value cannot be written in one way only", hint="use texts, integers, instants and tuples; keys in ASCII"
    )


def strict(body: bytes) -> Any:
    """Read JSON bytes whose values are those that :func:`canonical` writes; raises ``ValueError`` for others."""
    value = _STRICT.decode(body)
    if not body.isascii():
        _ascii_keys(value)
    return value


def _ascii_keys(value: Any) -> None:
    if isinstance(value, dict):
        if not all(map(str.isascii, value)):
            raise MalformedInput("a key outside ASCII", hint="name fields in ASCII")
        value = [*value.values()]
    if isinstance(value, list):
        for part in value:
            _ascii_keys(part)


def _no_float(value: Any) -> None:
    """Refuse a float inside plain data, or inside a class that has room for one."""
    kind: Any = type(value)
    if not _may_hold_float(kind):
        return
    if isinstance(value, float):
        raise MalformedInput("a float", hint="write an integer of the smallest unit, or a text")
    if isinstance(value, _LISTS):
        parts: Iterable[Any] = value
    elif isinstance(value, dict):
        parts = value.values()
    else:
        parts = [getattr(value, name) for name in _roomy(kind)]
    for part in parts:
        _no_float(part)


@cache
def _may_hold_float(cls: Any) -> bool:
    """Whether something of this class could be a float or have one inside: no event of ours has room for one."""
    return issubclass(cls, (float, dict, *_LISTS)) or bool(_roomy(cls))


@cache
def _roomy(cls: Any) -> tuple[str, ...]:
    """The fields of an attrs class in which a float could be; any other class has none."""
    if not attrs.has(cls):
        return ()
    hints = get_type_hints(cls)
    return tuple(field.name for field in attrs.fields(cls) if _has_room(hints[field.name]))


def _has_room(hint: Any) -> bool:
    parts = get_args(hint)
    return hint in (float, Any, object) or any(map(_has_room, parts)) or bool(_roomy(hint))


def is_canonical(value: Any, body: bytes) -> bool:
    """Whether ``body``, which was read to ``value``, is written as :func:`canonical` writes it."""
    return _ENCODER.encode(value) == body


def plain(body: bytes) -> Any:
    """Read JSON bytes to plain data."""
    return _DECODER.decode(body)


def to_dict(value: object) -> dict[str, Any]:
    """A command or event as plain data under its ``type``; a ``Personal`` shows its text or, sealed, its reference.

    The way back is :func:`from_dict`.
    """
    data = msgspec.to_builtins(value, enc_hook=_show_personal)
    return {"type": type_name(type(value)), **data}


def _show_personal(value: object) -> object:
    return value.ref or value.text if isinstance(value, Personal) else _write_personal(value)


def from_dict(data: Mapping[str, Any], classes: Mapping[str, type[T]]) -> T:
    """Build the class that ``data["type"]`` names out of plain data.

    Raises :class:`~complaintkit.errors.UnknownName` for an unknown type or field, with what is meant,
    and :class:`~complaintkit.errors.MalformedInput` for a value of the wrong kind, with its place.
    """
    name = str(data.get("type"))[:60]
    if name not in classes:
        raise UnknownName(f"{name!r} is not known", hint=_did_you_mean(name, classes))
    rest = {key: value for key, value in data.items() if key != "type"}
    return attrs.evolve(build(classes[name], rest, read_personal=Personal))  # type: ignore[misc]  # runs the converters


def build(cls: type[T], data: Mapping[str, Any], *, read_personal: Callable[[str], Personal]) -> T:
    """Build one attrs class out of plain data, refusing unknown keys at every depth.

    Fields that hold name and value pairs may be given as a mapping too.
    """
    _compare_keys(cls, data, cls.__name__)
    named = {name: data[name] for name in _paired(cast(Any, cls)) if isinstance(data.get(name), Mapping)}
    listed = {name: sorted(pairs.items(), key=lambda pair: str(pair[0])) for name, pairs in named.items()}
    return convert(cls, {**data, **listed}, read_personal)


def convert(cls: type[T], data: Mapping[str, Any], read_personal: Callable[[str], Personal]) -> T:
    """Build one attrs class out of plain data whose keys were compared already."""
    try:
        return msgspec.convert(data, cls, dec_hook=lambda _, value: read_personal(value))
    except msgspec.ValidationError as error:
        if isinstance(error.__cause__, MalformedInput):
            raise error.__cause__ from None
        kind = NaiveDatetime if "timezone" in str(error) else MalformedInput
        raise kind(
            f"{cls.__name__}: {_VALUE.sub('', str(error))}",
            hint="an instant needs a zone, as in 2026-03-02T10:00:00Z"
            if kind is NaiveDatetime
            else "see the fields of this type in the reference",
        ) from None


@cache
def field_names(cls: type) -> frozenset[str]:
    """The names of the fields of an attrs class."""
    return frozenset(field.name for field in attrs.fields(cls))


@cache
def _paired(cls: Any) -> tuple[str, ...]:
    """The fields of a class that hold (name, value) pairs."""
    hints = get_type_hints(cls)
    inner = {name: get_args(hints[name])[:1] for name in sorted(field_names(cls)) if get_origin(hints[name]) is tuple}
    return tuple(name for name, args in inner.items() if args and get_args(args[0])[:1] == (str,))


@cache
def _nested(cls: type) -> tuple[tuple[str, type], ...]:
    """The fields of a class that hold other attrs classes, alone or in tuples."""
    hints = get_type_hints(cls)
    return tuple((name, inner) for name in sorted(field_names(cls)) for inner in _attrs_in(hints[name]))


def _attrs_in(hint: Any) -> list[type]:
    if isinstance(hint, type) and attrs.has(hint):
        return [hint]
    if get_origin(hint) in (tuple, Union, types.UnionType):
        return [inner for part in get_args(hint) for inner in _attrs_in(part)]
    return []


@cache
def personal_fields(cls: Any) -> tuple[str, ...]:
    """The fields of an attrs class that may hold a ``Personal`` at some depth; the others are never walked.

    Any other class has none.
    """
    if not attrs.has(cls):
        return ()
    hints = get_type_hints(cls)
    return tuple(
        field.name
        for field in attrs.fields(cls)
        if "Personal" in str(hints[field.name]) or any(map(personal_fields, _attrs_in(hints[field.name])))
    )


def personals(value: Any) -> list[Personal]:
    """Every ``Personal`` inside an attrs object, in the order of its fields."""
    if isinstance(value, Personal):
        return [value]
    if not isinstance(value, tuple):
        kind: Any = type(value)
        value = [getattr(value, name) for name in personal_fields(kind)]
    return [text for part in value for text in personals(part)]


def _compare_keys(cls: type, data: object, path: str) -> None:
    if not isinstance(data, Mapping):
        raise MalformedInput(f"{path} is not a table of fields", hint="hand in a mapping")
    for key in data:
        if key not in field_names(cls):
            raise UnknownName(f"{path} has no field {str(key)[:40]!r}", hint=_did_you_mean(str(key), field_names(cls)))
    for name, inner in _nested(cls):
        value = data.get(name)
        for number, part in enumerate(
            value if isinstance(value, list | tuple) else [value] if value is not None else []
        ):
            _compare_keys(inner, part, f"{path}.{name}[{number}]")


def _did_you_mean(name: str, known: Any) -> str:
    import difflib

    close = difflib.get_close_matches(name, sorted(known), 1)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(sorted(known))}"
