"""A key store in memory, for tests and demonstrations."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping, Sequence

from complaintkit.ports import DataKey
from complaintkit.privacy import KEY_BYTES
from complaintkit.privacy.encryption import ID_BYTES, unwrap, wrap
from complaintkit.privacy.sealing import Entropy


class MemoryKeyStore:
    """Keys that live as long as the object; safe for threads. Wrapped as a file would keep them.

    ``entropy`` gives random bytes. Needs ``complaintkit[crypto]``.

    >>> keys = MemoryKeyStore()
    >>> keys.take("C-1") == keys.take("C-1") != keys.take("C-2")
    True
    >>> keys.rotate(), keys.epoch
    (2, 2)
    """

    def __init__(self, *, entropy: Entropy = secrets.token_bytes) -> None:
        self._entropy = entropy
        self._guard = threading.Lock()
        self._wrapped: dict[str, bytes] = {}
        self._scopes: dict[str, str] = {}
        self._root = entropy(KEY_BYTES)
        self._epoch = 1

    @property
    def epoch(self) -> int:
        """The number of the present root key."""
        return self._epoch

    def take(self, scope: str) -> DataKey:
        """The key of a scope, made where it has none."""
        with self._guard:
            if scope not in self._scopes:
                id_ = self._entropy(ID_BYTES).hex()
                self._scopes[scope], self._wrapped[id_] = id_, wrap(self._root, self._entropy(KEY_BYTES))
            id_ = self._scopes[scope]
            return DataKey(id_, unwrap(self._root, self._wrapped[id_]))

    def find(self, ids: Sequence[str]) -> Mapping[str, bytes]:
        """The keys of these ids that are still there."""
        with self._guard:
            return {id_: unwrap(self._root, self._wrapped[id_]) for id_ in ids if id_ in self._wrapped}

    def retire(self, scopes: Sequence[str]) -> None:
        """Let these scopes have new keys the next time."""
        with self._guard:
            for scope in scopes:
                self._scopes.pop(scope, None)

    def destroy(self, ids: Sequence[str]) -> int:
        """Forget keys."""
        with self._guard:
            gone = [id_ for id_ in set(ids) if self._wrapped.pop(id_, None) is not None]
            self._scopes = {scope: id_ for scope, id_ in self._scopes.items() if id_ in self._wrapped}
            return len(gone)

    def rotate(self) -> int:
        """Wrap every key under a new root key and forget the old one."""
        with self._guard:
            root = self._entropy(KEY_BYTES)
            self._wrapped = {id_: wrap(root, unwrap(self._root, kept)) for id_, kept in self._wrapped.items()}
            self._root, self._epoch = root, self._epoch + 1
            return self._epoch
