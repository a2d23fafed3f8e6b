"""Opening a book: the desk that a command works on."""

from __future__ import annotations

import os
import sqlite3
from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from complaintkit.adapters.sqlite import SqliteStore
from complaintkit.adapters.sqlite.trouble import TROUBLE, typed
from complaintkit.cli.output import note
from complaintkit.desk import ComplaintDesk
from complaintkit.errors import StoreError, UsageError
from complaintkit.policy import load_profile
from complaintkit.ports import Notifier
from complaintkit.timekeeping.clock import FrozenClock
from complaintkit.values import Actor
from complaintkit.vocabulary import Role

#: Who looks, where nobody says who it is: what is read without texts is not recorded.
ONLOOKER = Actor("command-line", Role.AUDITOR)


@contextmanager
def opened(args: Namespace, *, notifier: Notifier | None = None) -> Iterator[ComplaintDesk]:
    """The desk on the book that ``--book`` or ``COMPLAINTKIT_BOOK`` names; closed at the end.

    A missing book is made only where the command has ``--plaintext-vault`` and it was given.
    """
    profile = load_profile(args.policy)
    with opened_store(args) as store:
        yield ComplaintDesk(
            store,
            profile,
            notifier=notifier,
            clock=FrozenClock(args.now) if args.now else None,
            plaintext_vault=True,
        )


@contextmanager
def opened_store(args: Namespace) -> Iterator[SqliteStore]:
    """The store alone, for what needs no policy."""
    path = _book(args)
    new = not holds_book(path, args.wait)
    if new:
        _ask_first(path, getattr(args, "plaintext_vault", None))
    with SqliteStore(path, busy_timeout=args.wait) as store:
        if new:
            note(f"made the book {path}; personal texts are kept in it unencrypted")
        yield store


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


def _book(args: Namespace) -> Path:
    named = args.book or os.environ.get("COMPLAINTKIT_BOOK")
    if not named:
        raise UsageError("no book is named", hint="add --book FILE, or set COMPLAINTKIT_BOOK")
    return Path(named)


def _ask_first(path: Path, agreed: bool | None) -> None:
    """A new book is made where somebody has agreed to its vault; a command that only reads makes none."""
    if agreed is None:
        hint = "check the path; complaintkit import and complaintkit do make a new one with --plaintext-vault"
        raise StoreError(f"there is no book in {path}", hint=hint)
    if not agreed:
        hint = "add --plaintext-vault once, if it may keep personal texts unencrypted; protect the file accordingly"
        raise StoreError(f"there is no book in {path} yet", hint=hint)
