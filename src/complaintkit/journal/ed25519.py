"""Verification of Ed25519 signatures with the standard library alone (RFC 8032), in some milliseconds each.

It verifies public values only, so nothing has to be kept secret and time does not matter; signing needs the extra
``crypto``. Encodings that are not canonical are refused, and so are keys of small order, which no honest person has
and under which one signature fits many texts.
"""

from __future__ import annotations

import hashlib
from typing import Final

_P: Final = 2**255 - 19
_ORDER: Final = 2**252 + 27742317777372353535851937790883648493
_D: Final = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT_OF_MINUS_ONE: Final = pow(2, (_P - 1) // 4, _P)

#: A point of the curve in extended coordinates: x = X/Z, y = Y/Z, xy = T/Z.
_Point = tuple[int, int, int, int]
_NEUTRAL: Final[_Point] = (0, 1, 1, 0)


def verifies(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether ``signature`` (64 bytes) over ``message`` is that of the key ``public`` (32 bytes).

    >>> verifies(bytes(32), bytes(64), b"")
    False
    """
    if len(public) != 32 or len(signature) != 64:
        return False
    key, point = _point(public), _point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or point is None or scalar >= _ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _ORDER
    return not _is_small(key) and _is_neutral(_add(_both(scalar, _BASE, challenge, _minus(key)), _minus(point)))


def _point(encoded: bytes) -> _Point | None:
    """The point that 32 bytes stand for, or None."""
    number = int.from_bytes(encoded, "little")
    y, odd = number & (2**255 - 1), number >> 255
    if y >= _P:
        return None
    x = _x_of(y, odd)
    return None if x is None else (x, y, 1, x * y % _P)


def _x_of(y: int, odd: int) -> int | None:
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if (x * x - square) % _P or (x == 0 and odd):
        return None
    return x if x & 1 == odd else _P - x


def _add(one: _Point, other: _Point) -> _Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % _P
    b = (one[1] + one[0]) * (other[1] + other[0]) % _P
    c = 2 * one[3] * other[3] * _D % _P
    d = 2 * one[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _is_neutral(point: _Point) -> bool:
    return point[0] % _P == 0 and (point[1] - point[2]) % _P == 0


def _is_small(point: _Point) -> bool:
    for _ in range(3):
        point = _add(point, point)
    return _is_neutral(point)


def _minus(point: _Point) -> _Point:
    return -point[0] % _P, point[1], point[2], -point[3] % _P


def _both(a: int, one: _Point, b: int, other: _Point) -> _Point:
    """``a`` times a point and ``b`` times another, added; the doublings are shared."""
    terms = {(1, 0): one, (0, 1): other, (1, 1): _add(one, other)}
    made = _NEUTRAL
    for height in reversed(range(max(a.bit_length(), b.bit_length()))):
        made = _add(made, made)
        bits = a >> height & 1, b >> height & 1
        if bits in terms:
            made = _add(made, terms[bits])
    return made


_BASE_Y: Final = 4 * pow(5, _P - 2, _P) % _P
_BASE_X: Final = _x_of(_BASE_Y, 0) or 0
_BASE: Final[_Point] = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % _P)
