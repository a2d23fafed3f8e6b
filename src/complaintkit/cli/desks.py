"""Opening a book: the desk that a command works on."""

from __future__ import annotations

import os
import sqlite3
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from complaintkit.adapters.sqlite import SqliteStore
from complaintkit.adapters.sqlite.trouble import TROUBLE, typed
from complaintkit.cli.output import note
from complaintkit.desk import Checkpoints, ComplaintDesk
from complaintkit.errors import StoreError, UsageError
from complaintkit.journal.codec import plain
from complaintkit.policy import load_profile
from complaintkit.ports import Notifier, Store, Vault
from complaintkit.privacy import VaultItem, key_ref
from complaintkit.privacy.encryption import is_encrypted
from complaintkit.timekeeping.clock import FrozenClock
from complaintkit.values import Actor
from complaintkit.vocabulary import Role

if TYPE_CHECKING:  # loaded where a key store is named
    from complaintkit.adapters.keys import SqliteKeyStore

#: Who looks, where nobody says who it is: what is read without texts is not recorded.
ONLOOKER = Actor("command-line", Role.AUDITOR)
#: So many of the newest entries tell whether a book in a database is encrypted.
_LOOK_BACK: Final = 200
_ENCRYPTED: Final = "this book is encrypted"
_NAME_KEYS: Final = "add --keys FILE, or set COMPLAINTKIT_KEYS"
_AGREE: Final = "add --plaintext-vault once, if it may keep personal texts unencrypted, or --keys FILE to encrypt them"


@contextmanager
def opened(
    args: Namespace, *, notifier: Notifier | None = None, signing: Callable[[Store], Checkpoints | None] | None = None
) -> Iterator[ComplaintDesk]:
    """The desk on the book that ``--book`` or ``COMPLAINTKIT_BOOK`` names; closed at the end.

    A missing book is made only where the command has ``--plaintext-vault`` and it was given. ``signing`` gives what
    signs the checkpoints of the book.
    """
    profile = load_profile(args.policy)
    with opened_store(args) as store, vault_of(args) as vault:
        yield ComplaintDesk(
            store,
            profile,
            notifier=notifier,
            clock=FrozenClock(args.now) if args.now else None,
            vault=vault,
            plaintext_vault=True,
            checkpoints=signing(store) if signing else None,
        )


@contextmanager
def vault_of(args: Namespace) -> Iterator[Vault | None]:
    """The vault of the key store that ``--keys`` or ``COMPLAINTKIT_KEYS`` names; None where none is named."""
    if not _named(args.keys, "COMPLAINTKIT_KEYS"):
        yield None
        return
    from complaintkit.adapters.keys import EncryptedVault

    with opened_keys(args, make=False) as keys:
        yield EncryptedVault(keys)


@contextmanager
def opened_keys(args: Namespace, *, make: bool) -> Iterator[SqliteKeyStore]:
    """The key store that is named; a missing one is made only where a book begins to be encrypted."""
    from complaintkit.adapters.keys import SqliteKeyStore

    named = _named(args.keys, "COMPLAINTKIT_KEYS")
    if not named:
        raise UsageError("no key store is named", hint="add --keys FILE, or set COMPLAINTKIT_KEYS")
    if not make and not Path(named).is_file():
        raise StoreError(f"there is no key store in {named}", hint="check the path: without it nothing can be read")
    root = _named(args.root_key, "COMPLAINTKIT_ROOT_KEY")
    with SqliteKeyStore(named, root or None, busy_timeout=args.wait) as keys:
        yield keys


@contextmanager
def opened_store(args: Namespace) -> Iterator[Store]:
    """The store alone, for what needs no policy."""
    if "://" in (named := _named(args.book, "COMPLAINTKIT_BOOK")):
        with _opened_database(args, named) as database:
            yield database
        return
    path = _book(args)
    new, keys = not holds_book(path, args.wait), _named(args.keys, "COMPLAINTKIT_KEYS")
    if new:
        agreed = getattr(args, "plaintext_vault", None)
        _ask_first(path, agreed if agreed is None else agreed or bool(keys))
    elif not keys and is_encrypted_book(path, args.wait) and getattr(args, "plaintext_vault", None) is not None:
        raise UsageError(_ENCRYPTED, hint=_NAME_KEYS)
    with SqliteStore(path, busy_timeout=args.wait) as store:
        if new:
            _begin_keys(args, path)
        yield store


@contextmanager
def _opened_database(args: Namespace, url: str) -> Iterator[Store]:
    """The book in a host's database; its tables are the host's to make."""
    from complaintkit.adapters.sql import open_url

    with open_url(url, busy_timeout=args.wait) as store:
        if getattr(args, "plaintext_vault", None) is False and not _named(args.keys, "COMPLAINTKIT_KEYS"):
            _must_be_plain(store)
        yield store


def _must_be_plain(store: Store) -> None:
    """Refuse to write plain texts into a book that is encrypted, or that has none yet, without a word."""
    with store.transaction() as unit:
        last = store.journal(unit.head().frontier.size - _LOOK_BACK - 1, _LOOK_BACK)
        refs = {str(item["ref"]) for record in last for item in plain(record.body)["pii"]}
        kept = unit.sealed([*refs, *map(key_ref, {record.stream for record in last})])
    if any(map(is_encrypted, kept.values())):
        raise UsageError(_ENCRYPTED, hint=_NAME_KEYS)
    if not kept:
        raise StoreError("the book keeps no personal text yet", hint=_AGREE)


def _begin_keys(args: Namespace, path: Path) -> None:
    """Say how a new book keeps texts, and make the key store that it was named."""
    if not _named(args.keys, "COMPLAINTKIT_KEYS"):
        note(f"made the book {path}; personal texts are kept in it unencrypted")
        return
    with opened_keys(args, make=True) as keys:
        note(f"made the book {path}; personal texts are encrypted under the keys in {keys.path}")


def existing_book(args: Namespace) -> Path:
    """The path of the book that is named; raises ``StoreError`` where there is none."""
    if "://" in _named(args.book, "COMPLAINTKIT_BOOK"):
        raise UsageError("this looks at the file of a book", hint="for a database ask its own tools")
    path = _book(args)
    if not holds_book(path, args.wait):
        _ask_first(path, None)
    return path


def actor(args: Namespace) -> Actor:
    """Who acts, from ``--as`` and ``--actor``; both or neither."""
    if (args.role is None) != (args.actor is None):
        raise UsageError("--as and --actor belong together", hint="as in: --as RO-04 --actor handler-2")
    return ONLOOKER if args.role is None else Actor(args.actor, args.role)


def holds_book(path: Path, wait: float = 5) -> bool:
    """Whether a file holds a book, its own or among a host's tables; nothing is made or changed by asking.

    Raises ``CorruptStore`` for a file that is no database, ``StoreBusy`` where a writer keeps everybody out.
    """
    if not path.is_file() or path.stat().st_size == 0:
        return False
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", timeout=wait, uri=True)) as connection:
            asked = connection.execute("select count(*) from sqlite_schema where name = 'complaintkit_schema'")
            return bool(asked.fetchone()[0])
    except TROUBLE as error:
        raise typed(error) from error


def is_encrypted_book(path: Path, wait: float = 5) -> bool:
    """Whether the text that was kept last is encrypted."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", timeout=wait, uri=True)) as connection:
            rows = connection.execute("select content from complaintkit_vault order by rowid desc limit 1").fetchall()
    except TROUBLE as error:
        raise typed(error) from error
    return any(is_encrypted(VaultItem("", "", 1, b"", content)) for (content,) in rows)


def _named(option: str | None, variable: str) -> str:
    return option or os.environ.get(variable, "")


def _book(args: Namespace) -> Path:
    named = _named(args.book, "COMPLAINTKIT_BOOK")
    if not named:
        raise UsageError("no book is named", hint="add --book FILE, or set COMPLAINTKIT_BOOK")
    return Path(named)


def _ask_first(path: Path, agreed: bool | None) -> None:
    """A new book is made where somebody has agreed to its vault; a command that only reads makes none."""
    if agreed is None:
        hint = "check the path; complaintkit import and complaintkit do make a new one with --keys or --plaintext-vault"
        raise StoreError(f"there is no book in {path}", hint=hint)
    if not agreed:
        raise StoreError(f"there is no book in {path} yet", hint=_AGREE)
