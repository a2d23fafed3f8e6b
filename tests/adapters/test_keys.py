"""Key stores and vaults keep their contracts, the contracts catch broken ones, and files of keys are private."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from complaintkit.adapters.keys import EncryptedVault, MemoryKeyStore, PlainVault, SqliteKeyStore
from complaintkit.adapters.keys.root import RootFile
from complaintkit.errors import CorruptStore, MissingExtra, StoreError
from complaintkit.ports import DataKey
from complaintkit.privacy import VaultItem
from complaintkit.privacy.encryption import encrypt, unwrap, wrap
from complaintkit.testing import KeyStoreContract, VaultContract
from complaintkit.testing.samples import sealed

LOG = "complaintkit/main"


class TestMemoryKeyStore(KeyStoreContract):
    durable = False

    def make_keys(self) -> MemoryKeyStore:
        return MemoryKeyStore()


class TestSqliteKeyStore(KeyStoreContract):
    def make_keys(self) -> SqliteKeyStore:
        return SqliteKeyStore(self.folder / "keys.db")

    def files(self) -> Sequence[Path]:
        return [path for path in self.folder.iterdir() if path.is_file()]


class TestEncryptedVault(VaultContract):
    def make_vault(self) -> EncryptedVault:
        return EncryptedVault(MemoryKeyStore())


class TestPlainVault(VaultContract):
    encrypts = False

    def make_vault(self) -> PlainVault:
        return PlainVault()


# Vectors of others ---------------------------------------------------------------------------------------


def test_keys_are_wrapped_as_rfc_3394_says() -> None:
    # RFC 3394, 4.6: 256 bits of key data with a 256-bit key.
    root = bytes.fromhex("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F")
    key = bytes.fromhex("00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F")
    wrapped = bytes.fromhex("28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21")
    assert wrap(root, key) == wrapped
    assert unwrap(root, wrapped) == key


def test_a_box_is_aes_gcm_over_salt_and_text_bound_to_its_place() -> None:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    item, key = sealed(), b"k" * 32
    kept = encrypt(LOG, item, "ab" * 16, key, lambda size: b"n" * size)
    head = b"\xff\x01" + b"\xab" * 16
    place = b"complaintkit/main\0C-1\0cmd-0/words\x001\0" + head
    told = bytes([32]) + item.salt + item.content
    assert kept.content == head + b"n" * 12 + AESGCM(key).encrypt(b"n" * 12, told, place)


# Broken ones ---------------------------------------------------------------------------------------------


class OneKeyForAll(MemoryKeyStore):
    def take(self, scope: str) -> DataKey:
        return super().take("everything")


class DestroysNothing(MemoryKeyStore):
    def destroy(self, ids: Sequence[str]) -> int:
        return len(self.find(ids))


class ForgetsTheRetired(MemoryKeyStore):
    def retire(self, scopes: Sequence[str]) -> None:
        self.destroy([self._scopes[scope] for scope in scopes if scope in self._scopes])


class RetiresNothing(MemoryKeyStore):
    def retire(self, scopes: Sequence[str]) -> None:
        """Go on with the present keys."""


class CountsNoEpoch(MemoryKeyStore):
    def rotate(self) -> int:
        super().rotate()
        self._epoch = 1
        return 1


class LosesRetiredInAnEpoch(MemoryKeyStore):
    def rotate(self) -> int:
        self._wrapped = {id_: self._wrapped[id_] for id_ in self._scopes.values()}
        return super().rotate()


class RefusesTheUnknown(MemoryKeyStore):
    def find(self, ids: Sequence[str]) -> Mapping[str, bytes]:
        return {id_: unwrap(self._root, self._wrapped[id_]) for id_ in ids}


class ShortKeys(MemoryKeyStore):
    def take(self, scope: str) -> DataKey:
        key = super().take(scope)
        return key._replace(key=key.key[:16])


BROKEN_KEYS = {
    OneKeyForAll: "test_scopes_share_no_key",
    DestroysNothing: "test_a_destroyed_key_is_gone",
    ForgetsTheRetired: "test_a_retired_key_is_found_and_taken_no_more",
    RetiresNothing: "test_a_retired_key_is_found_and_taken_no_more",
    CountsNoEpoch: "test_an_epoch_keeps_every_key",
    LosesRetiredInAnEpoch: "test_an_epoch_keeps_every_key",
    RefusesTheUnknown: "test_keys_are_found_by_their_ids",
    ShortKeys: "test_a_scope_has_one_key",
}


class Plain(EncryptedVault):
    """Says that it encrypts, and does not."""

    def lock(self, log: str, items: Sequence[VaultItem]) -> Sequence[VaultItem]:
        return items


class SaltInTheClear(EncryptedVault):
    def lock(self, log: str, items: Sequence[VaultItem]) -> Sequence[VaultItem]:
        return [kept._replace(salt=item.salt) for kept, item in zip(super().lock(log, items), items, strict=True)]


class BoundToNothing(EncryptedVault):
    """Every box is made for one and the same place."""

    def lock(self, log: str, items: Sequence[VaultItem]) -> Sequence[VaultItem]:
        there = [item._replace(ref="", stream="", version=0) for item in items]
        kept = super().lock("", there)
        return [item._replace(salt=b"", content=box.content) for item, box in zip(items, kept, strict=True)]

    def unlock(self, log: str, items: Sequence[VaultItem]) -> Sequence[VaultItem]:
        there = super().unlock("", [item._replace(ref="", stream="", version=0) for item in items])
        return [item._replace(salt=box.salt, content=box.content) for item, box in zip(items, there, strict=True)]


class SameNonce(EncryptedVault):
    def __init__(self, keys: Any) -> None:
        super().__init__(keys, entropy=lambda size: b"0" * size)


class OneKeyForAllBooks(EncryptedVault):
    def lock(self, log: str, items: Sequence[VaultItem]) -> Sequence[VaultItem]:
        keys = {stream: self.key_store.take(stream) for stream in {item.stream for item in items}}
        return [encrypt(log, item, *keys[item.stream], self._entropy) for item in items]


class RetiresNoStream(EncryptedVault):
    def retire(self, log: str, streams: Sequence[str]) -> None:
        """Go on with the present keys."""


class Reorders(EncryptedVault):
    def lock(self, log: str, items: Sequence[VaultItem]) -> Sequence[VaultItem]:
        return super().lock(log, items)[::-1]


class Unsalted(EncryptedVault):
    def unlock(self, log: str, items: Sequence[VaultItem]) -> Sequence[VaultItem]:
        return [item._replace(salt=b"") for item in super().unlock(log, items)]


BROKEN_VAULTS = {
    Plain: "test_nothing_readable_is_kept",
    SaltInTheClear: "test_nothing_readable_is_kept",
    BoundToNothing: "test_an_item_opens_in_its_own_place_only",
    SameNonce: "test_the_same_text_never_looks_the_same",
    OneKeyForAllBooks: "test_books_share_no_key",
    RetiresNoStream: "test_what_is_locked_after_retiring_outlives_the_old_key",
    Reorders: "test_many_items_keep_their_order",
    Unsalted: "test_what_was_locked_is_unlocked",
}


def fails(case: Callable[..., None], *arguments: Any) -> bool:
    """Whether a case of a contract notices."""
    try:
        case(*arguments)
    except (AssertionError, KeyError, pytest.fail.Exception):
        return True
    return False


@pytest.mark.parametrize("broken", BROKEN_KEYS, ids=lambda cls: cls.__name__)
def test_the_contract_catches_a_broken_key_store(broken: type[MemoryKeyStore]) -> None:
    case = getattr(TestMemoryKeyStore(), BROKEN_KEYS[broken])
    assert fails(case, broken())
    assert not fails(case, MemoryKeyStore())


@pytest.mark.parametrize("broken", BROKEN_VAULTS, ids=lambda cls: cls.__name__)
def test_the_contract_catches_a_broken_vault(broken: type[EncryptedVault]) -> None:
    case = getattr(TestEncryptedVault(), BROKEN_VAULTS[broken])
    text = ("words",) if "locked_is_unlocked" in BROKEN_VAULTS[broken] else ()
    assert fails(case, broken(MemoryKeyStore()), *text)
    assert not fails(case, EncryptedVault(MemoryKeyStore()), *text)


# Files ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["keys.db", "keys.db.root"])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, name: str) -> None:
    SqliteKeyStore(tmp_path / "keys.db").close()
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.iterdir())
    (tmp_path / name).chmod(0o640)
    with pytest.raises(StoreError, match="others can read") as refusal:
        SqliteKeyStore(tmp_path / "keys.db")
    assert refusal.value.hint == f"run: chmod 600 {tmp_path / name}"


def wrapped_keys(path: Path) -> dict[str, bytes]:
    """The wrapped keys by id, as they are in the file."""
    with sqlite3.connect(path) as connection:
        found = dict(connection.execute("select id, wrapped from complaintkit_key"))
    connection.close()
    return found


def test_no_wrapped_key_outlives_its_destruction_in_any_page(tmp_path: Path) -> None:
    draw = random.Random(11)
    with SqliteKeyStore(tmp_path / "keys.db") as keys:
        keys._run("pragma synchronous = off")  # many commits, none of which has to last
        made = [keys.take(f"C-{number}") for number in range(400)]
        gone: list[bytes] = []
        while made:
            before = wrapped_keys(tmp_path / "keys.db")
            some = [made.pop(draw.randrange(len(made))) for _ in range(80)]
            assert keys.destroy([key.id for key in some]) == 80
            gone += [before[key.id] for key in some]
            contents = [path.read_bytes() for path in tmp_path.iterdir()]
            assert not any(each in content for each in gone for content in contents)
            gone += [*wrapped_keys(tmp_path / "keys.db").values()]
            keys.rotate()
            gone = [each for each in gone if any(each)]


def test_an_old_backup_dies_with_its_root_key(tmp_path: Path) -> None:
    with SqliteKeyStore(tmp_path / "keys.db") as keys:
        key = keys.take("C-1")
        shutil.copy(tmp_path / "keys.db", tmp_path / "backup.db")
        keys.destroy([key.id])
        with SqliteKeyStore(tmp_path / "backup.db", tmp_path / "keys.db.root") as backup:
            assert dict(backup.find([key.id])) == {key.id: key.key}
        keys.rotate()
    with SqliteKeyStore(tmp_path / "backup.db", tmp_path / "keys.db.root") as backup, pytest.raises(CorruptStore):
        backup.find([key.id])


@pytest.mark.parametrize("moment", ["after-the-new-root", "after-the-rewrap"])
def test_a_rotation_that_was_interrupted_is_finished(tmp_path: Path, moment: str) -> None:
    with SqliteKeyStore(tmp_path / "keys.db") as keys:
        key, old = keys.take("C-1"), RootFile(tmp_path / "keys.db.root").read()
    RootFile(tmp_path / "keys.db.root").write({**old, 2: b"r" * 32})
    if moment == "after-the-rewrap":
        connection = sqlite3.connect(tmp_path / "keys.db")
        with connection:
            connection.execute("update complaintkit_key set epoch = 2, wrapped = ?", (wrap(b"r" * 32, key.key),))
        connection.close()
    with SqliteKeyStore(tmp_path / "keys.db") as keys:
        assert (keys.epoch, keys.take("C-1")) == (2, key)
    assert RootFile(tmp_path / "keys.db.root").read() == {2: b"r" * 32}


def test_two_processes_share_the_keys_through_a_rotation(tmp_path: Path) -> None:
    with SqliteKeyStore(tmp_path / "keys.db") as one, SqliteKeyStore(tmp_path / "keys.db") as two:
        key = one.take("C-1")
        two.rotate()
        assert (one.take("C-1"), one.epoch) == (key, 2)
        assert one.take("C-2") == two.take("C-2")


@pytest.mark.parametrize("content", [None, b"", b"1:zz\n", b"1:00\n", b"one:" + b"00" * 32])
def test_a_root_key_that_is_missing_or_damaged_is_named(tmp_path: Path, content: bytes | None) -> None:
    with SqliteKeyStore(tmp_path / "keys.db") as keys:
        keys.take("C-1")
    root = tmp_path / "keys.db.root"
    root.unlink() if content is None else root.write_bytes(content)
    with pytest.raises(CorruptStore, match="root key file"):
        SqliteKeyStore(tmp_path / "keys.db")


def test_the_root_key_may_lie_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "safe").mkdir()
    with SqliteKeyStore(tmp_path / "keys.db", tmp_path / "safe" / "root") as keys:
        key = keys.take("C-1")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["keys.db", "keys.db-journal", "safe"]
    assert (tmp_path / "keys.db-journal").stat().st_size == 0
    with SqliteKeyStore(tmp_path / "keys.db", tmp_path / "safe" / "root") as keys:
        assert keys.take("C-1") == key


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="does not exist"):
        SqliteKeyStore(tmp_path / "missing" / "keys.db")


def test_a_key_store_is_not_used_after_a_fork(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with SqliteKeyStore(tmp_path / "keys.db") as keys:
        present = os.getpid()
        monkeypatch.setattr(os, "getpid", lambda: present + 1)
        with pytest.raises(StoreError, match="another process"):
            keys.take("C-1")


def test_without_the_extra_the_vault_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = MemoryKeyStore()
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.ciphers.aead", None)
    with pytest.raises(MissingExtra, match=r"complaintkit\[crypto\]"):
        EncryptedVault(keys)
