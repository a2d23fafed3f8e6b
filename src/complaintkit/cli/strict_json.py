"""Reading a command that a script wrote: JSON without its loopholes."""

from __future__ import annotations

import json
from typing import Any, Final, NoReturn

from complaintkit.errors import MalformedInput

#: A command holds a few texts of at most 200,000 characters each; more is no command.
LIMIT: Final = 4_000_000
_HINT: Final = """as in {"type": "close-complaint", "complaint": "C-W4P1-AZ00-A7SS-W"}"""


def read_object(source: bytes, what: str = "the command", hint: str = _HINT) -> dict[str, Any]:
    """One JSON object out of UTF-8 bytes; ``what`` it is, and how it looks (``hint``), for messages.

    Raises ``MalformedInput`` for anything else: a key that stands twice, ``NaN``, fractions (nothing in a command
    is one), text that is not UTF-8, and documents that are too large or too deep.

    >>> read_object(b'{"type": "a", "type": "b"}')
    Traceback (most recent call last):
    ...
    complaintkit.errors.MalformedInput: the key 'type' stands twice in one object (keep one of them)
    """
    if len(source) > LIMIT:
        raise MalformedInput(f"{what} has more than {LIMIT} bytes", hint="attach long texts as documents")
    try:
        text = source.decode("utf-8-sig")
        value = json.loads(
            text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_no_fraction, parse_int=_whole
        )
    except UnicodeDecodeError as error:
        raise MalformedInput(f"{what} is not UTF-8 at byte {error.start}", hint="save it as UTF-8") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise MalformedInput(f"{what} is not JSON: {error.msg} at {place}", hint=hint) from None
    except RecursionError:
        raise MalformedInput(f"{what} is nested too deeply", hint=hint) from None
    if not isinstance(value, dict):
        raise MalformedInput(f"{what} is no JSON object", hint=hint)
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    for key, value in pairs:
        if key in seen:
            raise MalformedInput(f"the key {key[:40]!r} stands twice in one object", hint="keep one of them")
        seen[key] = value
    return seen


def _whole(text: str) -> int:
    if len(text) > 20:
        raise MalformedInput(f"{text[:20]}... is too large a number", hint="no number of a command has 20 digits")
    return int(text)


def _no_number(text: str) -> NoReturn:
    raise MalformedInput(f"{text} is no value of JSON", hint="leave the field out where there is no value")


def _no_fraction(text: str) -> NoReturn:
    raise MalformedInput(f"{text[:20]} is a fraction", hint="numbers of a command are whole")
