"""Small immutable values that every room uses: who acts, what is personal, how a complaint is named."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import uuid
from collections.abc import Iterable, Mapping
from functools import lru_cache
from operator import mul
from typing import Final

from attrs import frozen

from complaintkit.errors import HostileText, MalformedInput, UnknownName
from complaintkit.money import Money as Money  # noqa: PLC0414  # people look for it among the values
from complaintkit.vocabulary import ActorKind, Role

#: A personal text longer than this many characters is refused: attach it as a document instead.
TEXT_LIMIT: Final = 200_000
#: Ids of actors, units, persons, documents and commands: opaque, never an e-mail address or a name.
_OPAQUE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}")
#: U+202D and U+202E reverse what a reader sees; marks, joiners and isolates of real Hebrew and Persian stay.
_OVERRIDES: Final = re.compile("[\u202d\u202e]")
_NAMESPACE: Final = uuid.UUID("8a6f2c1e-6c54-5d0b-9a4e-3f0c7f6b2d11")
_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: The place of each character in the alphabet, from 1; 0 for any other.
_PLACES: Final = bytes(_CROCKFORD.find(chr(code)) + 1 for code in range(256))
_REF: Final = re.compile(r"C-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]")


def opaque(value: str, what: str) -> str:
    """Check an id that will stand in the journal in the clear: ASCII, short, not an address.

    >>> opaque("agent-7", "actor")
    'agent-7'
    >>> opaque("dana@example.org", "actor")
    Traceback (most recent call last):
    ...
    complaintkit.errors.MalformedInput: actor is not an opaque id (use 1 to 128 of A-Z a-z 0-9 . _ : / -; \
ids stand in the journal for ever, so never a name or an e-mail address)
    """
    if not isinstance(value, str) or not _OPAQUE.fullmatch(value):
        raise MalformedInput(
            f"{what} is not an opaque id",
            hint="use 1 to 128 of A-Z a-z 0-9 . _ : / -; ids stand in the journal for ever, "
            "so never a name or an e-mail address",
        )
    return value


def derived_id(*parts: object) -> str:
    """An id that follows from its parts alone, so that a replay gives the same ids.

    >>> derived_id("command-1", 0) == derived_id("command-1", 0) != derived_id("command-1", 1)
    True
    """
    return str(uuid.uuid5(_NAMESPACE, "\x1f".join(map(str, parts))))


@lru_cache(maxsize=1024)
def complaint_ref(command_id: str) -> str:
    """The reference of the complaint that a command creates (V-16).

    Readable, not guessable from its neighbours, with a check character at the end.

    >>> complaint_ref("command-1")
    'C-W4P1-AZ00-A7SS-W'
    """
    number = int.from_bytes(hashlib.sha256(command_id.encode()).digest()[:8], "big") >> 4
    body = "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(55, -5, -5))
    return f"C-{body[:4]}-{body[4:8]}-{body[8:]}-{_check_character(body)}"


def is_complaint_ref(text: object) -> bool:
    """Whether a text is a well-formed reference whose check character agrees.

    >>> is_complaint_ref(complaint_ref("command-1")), is_complaint_ref("C-0000-0000-0000-1")
    (True, False)
    """
    if not isinstance(text, str) or not _REF.fullmatch(text):
        return False
    return _check_character(text[2:-2].replace("-", "")) == text[-1]


def _check_character(body: str) -> str:
    """The weighted sum of the characters, modulo 31: one wrong character or one swap of neighbours is seen."""
    return _CROCKFORD[sum(map(mul, range(2, 2 + len(body)), body.encode().translate(_PLACES))) % 31]


def checked_text(text: str, what: str) -> str:
    """Refuse text that cannot be kept as text or would deceive its reader; return it in NFC.

    Raises :class:`~complaintkit.errors.HostileText` for NUL, lone surrogates, bidi overrides and more
    than ``TEXT_LIMIT`` characters. Joiners and direction marks of real Hebrew and Persian stay.

    >>> checked_text("\\u05e9\\u05dc\\u05d5\\u05dd\\u200f", "narrative")[-1] == "\\u200f"
    True
    """
    if not isinstance(text, str):
        raise MalformedInput(f"{what} is not text", hint="hand in a str")
    if len(text) > TEXT_LIMIT:
        raise HostileText(f"{what} has more than {TEXT_LIMIT} characters", hint="attach it as a document instead")
    if "\0" in text:
        raise HostileText(f"{what} contains a NUL character", hint="remove it: no text needs one")
    if not text.isascii():
        if any("\ud800" <= c <= "\udfff" for c in text):
            raise HostileText(f"{what} contains a lone surrogate", hint="decode the source with its right encoding")
        if _OVERRIDES.search(text):
            raise HostileText(
                f"{what} contains a bidi override", hint="remove U+202D and U+202E; marks and isolates may stay"
            )
        text = unicodedata.normalize("NFC", text)
    return text


class Personal:
    """A text that may name or describe a person; sealed at the door (DESIGN section 7).

    Made by the host with its text. The desk seals it: the text goes to the vault under ``ref``, and
    the journal keeps ``ref`` and ``commitment``. Equality, ``repr`` and the journal never see the text.

    >>> words = Personal("They charged me twice.")
    >>> words
    <Personal unsealed>
    >>> words.text
    'They charged me twice.'
    """

    __slots__ = ("commitment", "ref", "text")

    #: Reference of the vault item, None before sealing.
    ref: str | None
    #: HMAC over the text under a salt that only the vault has, base64; None before sealing.
    commitment: str | None
    #: The text, only on its way in; None on everything that was loaded.
    text: str | None

    def __init__(self, text: str | None = None, *, ref: str | None = None, commitment: str | None = None) -> None:
        object.__setattr__(self, "text", None if text is None else checked_text(text, "personal text"))
        object.__setattr__(self, "ref", ref)
        object.__setattr__(self, "commitment", commitment)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("Personal is immutable")

    def __bool__(self) -> bool:
        return self.ref is not None or bool(self.text and not self.text.isspace())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Personal):
            return NotImplemented
        if self.ref is None or other.ref is None:
            return self is other
        return (self.ref, self.commitment) == (other.ref, other.commitment)

    def __hash__(self) -> int:
        return hash((self.ref, self.commitment)) if self.ref else id(self)

    def __repr__(self) -> str:
        return f"<Personal {self.ref}>" if self.ref else "<Personal unsealed>"

    def __reduce__(self) -> tuple[object, ...]:
        return (_loaded, (self.ref, self.commitment))


def _loaded(ref: str | None, commitment: str | None) -> Personal:
    return Personal(ref=ref, commitment=commitment)


def personal(value: Personal | str) -> Personal:
    """Let a caller write plain text where a personal field is meant; the field then holds ``Personal``.

    Raises :class:`~complaintkit.errors.MalformedInput` for nothing but blanks.
    """
    text = Personal(value) if isinstance(value, str) else value
    if isinstance(text, Personal) and not text:
        raise MalformedInput("a personal text that must be given is blank", hint="write what is meant")
    return text


def maybe_personal(value: Personal | str | None) -> Personal | None:
    """As :func:`personal`, for a field that may be empty; nothing but blanks is nothing.

    >>> maybe_personal(" ") is None
    True
    """
    text = Personal(value) if isinstance(value, str) else value
    return None if isinstance(text, Personal) and not text else text


def pairs(value: Mapping[str, str] | Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Coded name and value pairs, sorted by name, from a mapping or from pairs.

    >>> pairs({"unit": "billing", "product": "water"})
    (('product', 'water'), ('unit', 'billing'))
    """
    items = value.items() if isinstance(value, Mapping) else value
    return tuple(sorted((str(name), text) for name, text in items))


def listed(value: Iterable[str]) -> tuple[str, ...]:
    """Words as a tuple, from any iterable of them."""
    return tuple(value)


def whole_numbers(value: Iterable[int]) -> tuple[int, ...]:
    """Whole numbers as a tuple, from any iterable of them."""
    return tuple(value)


@frozen
class Actor:
    """Who acts (V-05): an opaque id, the role acted in, and the authority it is done under.

    ``authority`` is empty for one's own role, ``for:RO-01`` where a complainant's own act is recorded
    by somebody else on their behalf, ``import:<profile>`` for taken-in history.

    >>> agent = Actor("agent-7", Role.FRONT_LINE_AGENT)
    >>> agent.on_behalf_of(Role.COMPLAINANT).roles == {Role.FRONT_LINE_AGENT, Role.COMPLAINANT}
    True
    >>> Actor("system", Role.SYSTEM).kind
    <ActorKind.SYSTEM: 'system'>
    """

    id: str
    role: Role
    authority: str = ""

    def __attrs_post_init__(self) -> None:
        opaque(self.id, "actor id")
        if not isinstance(self.role, Role):
            raise UnknownName("an actor's role is no role", hint="use complaintkit.vocabulary.Role")
        if self.authority:
            opaque(self.authority, "authority")
            self._check_authority()

    def _check_authority(self) -> None:
        """SoD-9 and DESIGN section 2: nobody decides in somebody else's name, and the system in nobody's."""
        lent = self.authority.startswith("for:")
        if lent and (self.authority not in _RECORDED_FOR or self.role is Role.SYSTEM):
            raise UnknownName(
                "nobody may act under this authority",
                hint="people record acts of RO-01, RO-02 or RO-21; whoever decides gives the command themselves",
            )

    @property
    def kind(self) -> ActorKind:
        """Whether a person, the system or an outside body acts."""
        return _KINDS.get(self.role, ActorKind.HUMAN)

    @property
    def takes_part(self) -> bool:
        """Whether the act counts for independence (INV-60): a person's own, and no other system's history."""
        return self.role not in _KINDS and not self.imports

    @property
    def roles(self) -> frozenset[Role]:
        """The own role, and the role on whose behalf the act is recorded."""
        if self.authority.startswith("for:"):
            return frozenset((self.role, Role(self.authority[4:])))
        return frozenset((self.role,))

    @property
    def imports(self) -> bool:
        """Whether the act is taken over from another system's records."""
        return self.authority.startswith("import:")

    def on_behalf_of(self, role: Role) -> Actor:
        """The same actor, recording an act of ``role`` (DESIGN: the complainant's own acts)."""
        return Actor(self.id, self.role, f"for:{role.value}")


#: Who is no person.
_KINDS: Final = {Role.SYSTEM: ActorKind.SYSTEM, Role.EXTERNAL_BODY: ActorKind.EXTERNAL}
#: On whose behalf an act may be recorded: the complainant's own acts, and those of an outside body.
_RECORDED_FOR: Final = {f"for:{role.value}" for role in (Role.COMPLAINANT, Role.REPRESENTATIVE, Role.EXTERNAL_BODY)}

#: The actor of everything that a stated time limit ends (SoD-9).
SYSTEM: Final = Actor("system", Role.SYSTEM)
#: Who owns what nobody took on: the complaints manager, never nobody (INV-07, INV-74).
UNASSIGNED: Final = "complaints-manager"
