"""The contracts of a key store and of a vault: what is destroyed is gone, what is kept opens in one place only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from complaintkit.errors import CorruptStore
from complaintkit.ports import KeyStore, Vault
from complaintkit.privacy import VaultItem, commitment
from complaintkit.testing.samples import TEXTS, sealed

LOG = "complaintkit/main"


class KeyStoreContract:
    """What every key store must do. Override :meth:`make_keys`; a durable one opens the same place each time."""

    #: An empty folder, new for each test.
    folder: Path
    #: Whether keys outlive the object; a test that opens the place again asks it.
    durable = True
    _opened: list[KeyStore]

    def make_keys(self) -> KeyStore:
        """Make the key store under test."""
        raise TypeError(f"override make_keys in {type(self).__name__}: it returns the key store under test")

    def files(self) -> Sequence[Path]:
        """The files in which wrapped keys and root keys are; none where nobody can look."""
        return ()

    @pytest.fixture(autouse=True)
    def _surroundings(self, tmp_path: Path) -> Iterator[None]:
        self.folder, self._opened = tmp_path, []
        yield
        for keys in self._opened:
            getattr(keys, "close", lambda: None)()

    @pytest.fixture
    def keys(self) -> KeyStore:
        """The key store under test."""
        return self.open()

    def open(self) -> KeyStore:
        """Make a key store that is closed when the test ends."""
        keys = self.make_keys()
        self._opened.append(keys)
        return keys

    def test_a_scope_has_one_key(self, keys: KeyStore) -> None:
        """The same one each time, of 32 bytes under an id of 32 hex digits."""
        first = keys.take("C-1")
        assert keys.take("C-1") == first
        assert (len(first.key), len(bytes.fromhex(first.id))) == (32, 16)

    def test_scopes_share_no_key(self, keys: KeyStore) -> None:
        """Destroying one must leave the others alone."""
        made = [keys.take(f"C-{number}") for number in range(20)]
        assert len({each.key for each in made}) == len({each.id for each in made}) == 20

    def test_threads_get_the_same_key(self, keys: KeyStore) -> None:
        """However many ask at once."""
        with ThreadPoolExecutor(4) as pool:
            assert len(set(pool.map(lambda _: keys.take("C-1"), range(8)))) == 1

    def test_keys_are_found_by_their_ids(self, keys: KeyStore) -> None:
        """More than a statement has parameters; unknown ones are left out."""
        made = [keys.take(f"C-{number}") for number in range(5)]
        unknown = [f"{number:032x}" for number in range(1200)]
        assert dict(keys.find([*unknown, *(each.id for each in made)])) == {each.id: each.key for each in made}
        assert dict(keys.find(["00" * 16])) == dict(keys.find([])) == {}

    def test_a_retired_key_is_found_and_taken_no_more(self, keys: KeyStore) -> None:
        """What was encrypted under it is readable until it is destroyed."""
        old = keys.take("C-1")
        keys.retire(["C-1", "unknown"])
        new = keys.take("C-1")
        assert new.id != old.id
        assert new.key != old.key
        assert dict(keys.find([old.id, new.id])) == {old.id: old.key, new.id: new.key}

    def test_a_destroyed_key_is_gone(self, keys: KeyStore) -> None:
        """Retired or not; the others are there, and doing it again does nothing."""
        retired, other = keys.take("C-1"), keys.take("C-2")
        keys.retire(["C-1"])
        present = keys.take("C-1")
        assert keys.destroy([retired.id, present.id, "00" * 16]) == 2
        assert dict(keys.find([retired.id, present.id, other.id])) == {other.id: other.key}
        assert keys.destroy([retired.id]) == 0

    def test_a_scope_whose_key_is_destroyed_gets_another(self, keys: KeyStore) -> None:
        """What is said later is under a new key."""
        old = keys.take("C-1")
        keys.destroy([old.id])
        assert keys.take("C-1").key != old.key

    def test_an_epoch_keeps_every_key(self, keys: KeyStore) -> None:
        """Only their wrapping changes; destroyed ones do not come back."""
        made = [keys.take(f"C-{number}") for number in range(10)]
        keys.retire(["C-0"])
        keys.destroy([made[9].id])
        before = keys.epoch
        assert keys.rotate() == keys.epoch == before + 1
        assert keys.rotate() == keys.epoch == before + 2
        assert dict(keys.find([each.id for each in made])) == {each.id: each.key for each in made[:9]}
        assert keys.take("C-1") == made[1]

    def test_a_key_does_not_show_itself(self, keys: KeyStore) -> None:
        """Neither in ``repr`` nor in a log line."""
        key = keys.take("C-1")
        assert key.key.hex() not in repr(key)
        assert repr(key.key) not in repr(key)

    def test_keys_are_there_after_opening_again(self, keys: KeyStore) -> None:
        """A key was kept before it was handed out."""
        kept, gone = keys.take("C-1"), keys.take("C-2")
        keys.destroy([gone.id])
        keys.rotate()
        if self.durable:
            again = self.open()
            assert dict(again.find([kept.id, gone.id])) == {kept.id: kept.key}
            assert again.take("C-1") == kept
            assert again.epoch == keys.epoch

    def test_no_file_holds_a_key_in_the_clear(self, keys: KeyStore) -> None:
        """A copy of the file alone must open nothing."""
        made = [keys.take(f"C-{number}") for number in range(10)]
        assert not any(each.key in path.read_bytes() for path in self.files() for each in made)

    def test_an_older_copy_opens_nothing_after_an_epoch(self, keys: KeyStore) -> None:
        """The root key that a copy was wrapped under is in no file any more."""
        keys.take("C-1")
        roots = [path.read_bytes() for path in self.files() if path.suffix == ".root"]
        keys.rotate()
        left = b"".join(path.read_bytes() for path in self.files())
        assert not any(line in left for root in roots for line in root.splitlines())


class VaultContract:
    """What every vault must do. Override :meth:`make_vault`; ``encrypts`` False is for one that keeps texts plain."""

    encrypts = True

    def make_vault(self) -> Vault:
        """Make the vault under test."""
        raise TypeError(f"override make_vault in {type(self).__name__}: it returns the vault under test")

    @pytest.fixture
    def vault(self) -> Vault:
        """The vault under test."""
        return self.make_vault()

    @pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
    def test_what_was_locked_is_unlocked(self, vault: Vault, text: str) -> None:
        """Text, salt, version and place, byte for byte, so that the commitment still agrees."""
        item = sealed(f"cmd-0/{text}", text.encode())
        (opened,) = vault.unlock(LOG, vault.lock(LOG, [item]))
        assert opened == item
        assert commitment(LOG, opened) == commitment(LOG, item)

    def test_many_items_keep_their_order(self, vault: Vault) -> None:
        """Of several streams at once; a key without a salt too."""
        items = [sealed(f"cmd/{number}", b"%d" % number, stream=f"C-{number % 7}") for number in range(700)]
        items.append(VaultItem("C-1#key", "C-1", 1, b"", b"k" * 32))
        kept = vault.lock(LOG, items)
        assert [item.ref for item in kept] == [item.ref for item in items]
        assert list(vault.unlock(LOG, kept)) == items
        assert list(vault.lock(LOG, [])) == list(vault.unlock(LOG, [])) == []

    def test_nothing_readable_is_kept(self, vault: Vault) -> None:
        """Neither the text nor the salt by which a guess could be tested."""
        item = sealed()
        (kept,) = vault.lock(LOG, [item])
        if self.encrypts:
            assert item.content not in kept.content
            assert item.salt not in kept.salt + kept.content
            assert (kept.ref, kept.stream, kept.version) == (item.ref, item.stream, item.version)

    def test_the_same_text_never_looks_the_same(self, vault: Vault) -> None:
        """Nobody sees that two people wrote the same."""
        if self.encrypts:
            assert len({vault.lock(LOG, [sealed()])[0].content for _ in range(20)}) == 20

    def test_an_item_opens_in_its_own_place_only(self, vault: Vault) -> None:
        """Moved to another row, stream, version or book it is refused."""
        (kept,) = vault.lock(LOG, [sealed()])
        moved = [kept._replace(ref="other"), kept._replace(stream="C-2"), kept._replace(version=2)]
        for item, log in [*((item, LOG) for item in moved), (kept, "complaintkit/other")]:
            if self.encrypts:
                with pytest.raises(CorruptStore):
                    vault.unlock(log, [item])

    def test_a_changed_byte_is_found(self, vault: Vault) -> None:
        """Every one of them; in the id of the key it may mean that there is no such key."""
        (kept,) = vault.lock(LOG, [sealed(content=b"short")])
        for place in range(2, len(kept.content)) if self.encrypts else ():
            content = bytearray(kept.content)
            content[place] ^= 1
            changed = kept._replace(content=bytes(content))
            if vault.keys([changed]) == vault.keys([kept]):
                with pytest.raises(CorruptStore):
                    vault.unlock(LOG, [changed])
            else:
                assert list(vault.unlock(LOG, [changed])) == []

    def test_a_stream_has_a_key_of_its_own(self, vault: Vault) -> None:
        """A complaint or a person; with it goes what is theirs and nothing else."""
        mine, theirs = sealed("a"), sealed("b", stream="person/person-2")
        kept = vault.lock(LOG, [mine, theirs])
        if self.encrypts:
            assert vault.destroy(vault.keys(kept[:1])) == 1
            assert list(vault.unlock(LOG, kept)) == [theirs]

    def test_what_is_locked_after_retiring_outlives_the_old_key(self, vault: Vault) -> None:
        """Between deleting and destroying others go on writing."""
        before, after = sealed("a"), sealed("b")
        old = vault.lock(LOG, [before])
        vault.retire(LOG, ["C-1"])
        new = vault.lock(LOG, [after])
        assert list(vault.unlock(LOG, [*old, *new])) == [before, after]
        vault.destroy(vault.keys(old))
        assert list(vault.unlock(LOG, new)) == [after]

    def test_books_share_no_key(self, vault: Vault) -> None:
        """Erasing in one book leaves the other alone."""
        ours, theirs = vault.lock(LOG, [sealed()]), vault.lock("complaintkit/other", [sealed()])
        vault.destroy(vault.keys(ours))
        assert list(vault.unlock("complaintkit/other", theirs)) == [sealed()]

    def test_plain_items_have_no_keys(self, vault: Vault) -> None:
        """What was kept before a book was encrypted is read as it is."""
        assert list(vault.keys([sealed()])) == []
        assert list(vault.unlock(LOG, [sealed()])) == [sealed()]
