"""Base64 of which there is one text for each value, so that nothing can be changed without being seen."""

from __future__ import annotations

import base64
import binascii

from complaintkit.errors import ProofRefused


def to_base64(value: bytes) -> str:
    """Base64 as in RFC 4648, section 4."""
    return base64.b64encode(value).decode()


def from_base64(text: str) -> bytes:
    """Read base64 strictly: one text for each value, or ``ProofRefused``."""
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        value = b""
    if to_base64(value) != text:
        raise ProofRefused("this is not base64", hint="copy it whole")
    return value
