"""A key store in two files: the wrapped keys in an SQLite database of their own, the root key beside it or elsewhere.

A wrapped key never moves: rows are added at the end, changed in their place, and none is deleted. A row that moved
would leave a copy where it was, and a destroyed key would live on in it.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from complaintkit.adapters.keys.root import RootFile, check_private, make_private
from complaintkit.adapters.sqlite.filesystems import refuse_network
from complaintkit.adapters.sqlite.opening import connect, setting
from complaintkit.adapters.sqlite.places import check_process
from complaintkit.adapters.sqlite.trouble import TROUBLE, typed
from complaintkit.errors import CorruptStore, StoreError
from complaintkit.ports import DataKey
from complaintkit.privacy import KEY_BYTES
from complaintkit.privacy.encryption import ID_BYTES, unwrap, wrap
from complaintkit.privacy.sealing import Entropy

_TABLES: Final = (
    """create table if not exists complaintkit_key (
        slot integer primary key autoincrement, id text not null unique, epoch integer not null, wrapped blob not null
    ) strict""",
    """create table if not exists complaintkit_key_scope (
        scope text primary key, id text not null
    ) strict, without rowid""",
    "create index if not exists complaintkit_key_scope_id on complaintkit_key_scope (id)",
)
#: What stands in the place of a destroyed key: as long as a wrapped one.
_DESTROYED: Final = bytes(KEY_BYTES + 8)
#: SQLite takes at most this many parameters in every build.
_MANY: Final = 500


class SqliteKeyStore:
    """Keys in an SQLite file of their own; safe for threads and for many processes on one machine.

    ``path`` is the file of the wrapped keys, ``root`` the one of the root key that opens them (default: the same
    name with ``.root``); both are made where they are missing, and refused where others can read them. Keep the
    root key out of the backups of ``path``: then :meth:`rotate` makes all of those unreadable. ``entropy`` gives
    random bytes, ``busy_timeout`` is how many seconds to wait for another process. Needs ``complaintkit[crypto]``.

    Raises ``StoreError`` where a file is not private, ``CorruptStore`` where the two do not belong together.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, SqliteKeyStore(f"{folder}/keys.db") as keys:
    ...     key = keys.take("C-1")
    ...     keys.rotate(), keys.take("C-1") == key, keys.destroy([key.id]), dict(keys.find([key.id]))
    (2, True, 1, {})
    """

    def __init__(
        self,
        path: str | PathLike[str],
        root: str | PathLike[str] | None = None,
        *,
        entropy: Entropy = secrets.token_bytes,
        busy_timeout: float = 30.0,
    ) -> None:
        self.path = Path(path)
        self._root = RootFile(Path(root) if root is not None else self.path.with_name(f"{self.path.name}.root"))
        self._entropy = entropy
        self._guard = threading.Lock()
        self._connection = _open(self.path, busy_timeout)
        self._process = os.getpid()
        try:
            with self._writing():
                self._prepare()
                halfway = len(self._root.read()) > 1
            if halfway:
                self._finish()
        except BaseException:
            self._connection.close()
            raise

    @property
    def epoch(self) -> int:
        """The number of the present root key."""
        return max(self._root.read())

    def take(self, scope: str) -> DataKey:
        """The key of a scope, made where it has none, and on the disk before it is handed out."""
        with self._writing() as run:
            rows = run("select id, epoch, wrapped from complaintkit_key join complaintkit_key_scope using (id) "
                       "where scope = ?", (scope,))  # fmt: skip
            roots = self._root.read()
            if rows:
                ((id_, epoch, wrapped),) = rows
                return DataKey(id_, unwrap(_root_of(roots, epoch), wrapped))
            made = DataKey(self._entropy(ID_BYTES).hex(), self._entropy(KEY_BYTES))
            newest = max(roots)
            wrapped = wrap(roots[newest], made.key)
            run("insert into complaintkit_key (id, epoch, wrapped) values (?,?,?)", (made.id, newest, wrapped))
            run("insert into complaintkit_key_scope values (?,?)", (scope, made.id))
            return made

    def find(self, ids: Sequence[str]) -> Mapping[str, bytes]:
        """The keys of these ids that are still there."""
        found: dict[str, bytes] = {}
        for start in range(0, len(ids), _MANY):
            some = ids[start : start + _MANY]
            marks = ",".join("?" * len(some))
            where = f"where id in ({marks}) and wrapped <> ?"
            sql = f"select id, epoch, wrapped from complaintkit_key {where}"  # noqa: S608 (only marks)
            found |= self._unwrapped(sql, [*some, _DESTROYED])
        return found

    def retire(self, scopes: Sequence[str]) -> None:
        """Let these scopes have new keys the next time."""
        with self._writing() as run:
            for scope in scopes:
                run("delete from complaintkit_key_scope where scope = ?", (scope,))

    def destroy(self, ids: Sequence[str]) -> int:
        """Overwrite keys in their place."""
        with self._writing() as run:
            gone = 0
            for id_ in set(ids):
                run("delete from complaintkit_key_scope where id = ?", (id_,))
                known = run("select 1 from complaintkit_key where id = ? and wrapped <> ?", (id_, _DESTROYED))
                gone += len(known)
                run("update complaintkit_key set wrapped = ? where id = ?", (_DESTROYED, id_))
            return gone

    def rotate(self) -> int:
        """Begin an epoch; where it is interrupted, the next opening goes on with it."""
        with self._writing():
            roots = self._root.read()
            if len(roots) == 1:
                self._root.write({**roots, max(roots) + 1: self._entropy(KEY_BYTES)})
        return self._finish()

    def close(self) -> None:
        """Close the file; calling it again does nothing."""
        with self._guard:
            self._connection.close()

    def __enter__(self) -> SqliteKeyStore:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.close()

    def _prepare(self) -> None:
        """Make the tables and the first root key; a root key that is missing beside keys is a mistake."""
        for statement in _TABLES:
            self._run(statement)
        if self._root.read():
            return
        if self._run("select 1 from complaintkit_key where wrapped <> ? limit 1", (_DESTROYED,)):
            raise CorruptStore(
                f"the root key file {self._root.path} is missing", hint="put it back: nothing can be read without it"
            )
        self._root.write({1: self._entropy(KEY_BYTES)})

    def _finish(self) -> int:
        """Wrap every key under the newest root key; only then, in a transaction of its own, forget the others."""
        with self._writing() as run:
            roots = self._root.read()
            newest = max(roots)
            rows = run(
                "select id, epoch, wrapped from complaintkit_key where epoch <> ? and wrapped <> ?",
                (newest, _DESTROYED),
            )
            for id_, epoch, wrapped in rows:
                anew = wrap(roots[newest], unwrap(_root_of(roots, epoch), wrapped))
                run("update complaintkit_key set epoch = ?, wrapped = ? where id = ?", (newest, anew, id_))
        with self._writing():
            if len(self._root.read()) > 1:
                self._root.write({newest: roots[newest]})
        return newest

    def _unwrapped(self, sql: str, values: Sequence[object]) -> dict[str, bytes]:
        """Read under the lock, so that no rotation stands between the keys and their root."""
        with self._writing() as run:
            roots = self._root.read()
            return {id_: unwrap(_root_of(roots, epoch), wrapped) for id_, epoch, wrapped in run(sql, values)}

    @contextmanager
    def _writing(self) -> Iterator[Callable[..., list[Any]]]:
        """One transaction, alone in this process and among all others."""
        check_process(self._process)
        with self._guard:
            self._run("begin immediate")
            try:
                yield self._run
                self._run("commit")
            except BaseException:
                if self._connection.in_transaction:
                    self._run("rollback")
                raise

    def _run(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        try:
            return self._connection.execute(sql, parameters).fetchall()
        except TROUBLE as error:
            raise typed(error) from error


def _open(path: Path, busy_timeout: float) -> sqlite3.Connection:
    """Open the file of the wrapped keys; its journal is emptied with each commit, so no old copy of a key stays."""
    if not path.resolve().parent.is_dir():
        raise StoreError(f"the folder {path.resolve().parent} does not exist", hint="create it, or correct the path")
    refuse_network(path.resolve())
    make_private(path)
    check_private(path)
    connection = connect(str(path), busy_timeout)
    try:
        setting(connection, "journal_mode", "truncate", "truncate")
        setting(connection, "synchronous", "extra", 3)
    except BaseException:
        connection.close()
        raise
    return connection


def _root_of(roots: Mapping[int, bytes], epoch: int) -> bytes:
    if epoch not in roots:
        raise CorruptStore(
            f"the root key of epoch {epoch} is not in its file",
            hint="the two files do not belong together: this copy of the keys is from before a rotation, or the other",
        )
    return roots[epoch]
