"""Proofs beside the definitions of RFC 6962, section 2.1, and refused wherever anything of them is changed."""

from __future__ import annotations

import base64
import json
import random
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.errors import ProofRefused
from complaintkit.journal import EMPTY, TILE, Frontier, Tree, completed, leaf_hash, verify_consistency, verify_inclusion


def leaves(number: int) -> list[bytes]:
    return [leaf_hash(b"%d" % each) for each in range(number)]


# The RFC, word for word: MTH, PATH and PROOF over lists of leaf hashes --------------------------------------


def split(count: int) -> int:
    return next(1 << power for power in range(64) if 1 << power < count <= 2 << power)


def mth(hashes: list[bytes]) -> bytes:
    if len(hashes) < 2:
        return hashes[0] if hashes else sha256(b"").digest()
    k = split(len(hashes))
    return sha256(b"\x01" + mth(hashes[:k]) + mth(hashes[k:])).digest()


def path(m: int, hashes: list[bytes]) -> list[bytes]:
    if len(hashes) == 1:
        return []
    k = split(len(hashes))
    if m < k:
        return [*path(m, hashes[:k]), mth(hashes[k:])]
    return [*path(m - k, hashes[k:]), mth(hashes[:k])]


def subproof(m: int, hashes: list[bytes], whole: bool) -> list[bytes]:
    if m == len(hashes):
        return [] if whole else [mth(hashes)]
    k = split(len(hashes))
    if m <= k:
        return [*subproof(m, hashes[:k], whole), mth(hashes[k:])]
    return [*subproof(m - k, hashes[k:], False), mth(hashes[:k])]


class Tiles:
    """The tiles of a log as a store has them, and which of them were read."""

    def __init__(self, hashes: list[bytes], batch: int = 1) -> None:
        self.levels: dict[int, list[bytes]] = {0: hashes}
        self.read: list[tuple[int, int]] = []
        frontier = EMPTY
        for begin in range(0, len(hashes), batch):
            some = hashes[begin : begin + batch]
            for level, place, root in completed(frontier, some):
                assert place == len(self.levels.setdefault(level, []))
                self.levels[level].append(root)
            for leaf in some:
                frontier = frontier.append(leaf)
        self.frontier = frontier

    def __call__(self, level: int, number: int) -> bytes:
        self.read.append((level, number))
        return b"".join(self.levels.get(level, [])[number * TILE : (number + 1) * TILE])


MANY = leaves(70_000)


@pytest.fixture(scope="module")
def many() -> Tiles:
    return Tiles(MANY, 997)


@pytest.mark.parametrize("size", range(1, 301))
def test_every_inclusion_in_every_small_log(size: int) -> None:
    hashes = MANY[:size]
    tree, root = Tree(size, Tiles(hashes)), mth(hashes)
    assert tree.root() == root
    for seq in random.Random(size).sample(range(size), min(size, 12)):
        proof = tree.inclusion(seq)
        assert list(proof) == path(seq, hashes)
        verify_inclusion(seq, size, hashes[seq], proof, root)


@pytest.mark.parametrize("size", range(1, 301))
def test_every_small_log_continues_the_smaller_ones(size: int) -> None:
    hashes = MANY[:size]
    tree, root = Tree(size, Tiles(hashes)), mth(hashes)
    for older in {1, size, *random.Random(size).sample(range(1, size + 1), min(size, 12))}:
        proof = tree.consistency(older)
        assert list(proof) == subproof(older, hashes, True)
        verify_consistency(older, size, mth(hashes[:older]), root, proof)


@pytest.mark.long
def test_every_pair_of_small_sizes() -> None:
    for size in range(1, 161):
        hashes = MANY[:size]
        tree, root = Tree(size, Tiles(hashes)), mth(hashes)
        for number in range(size):
            assert list(tree.inclusion(number)) == path(number, hashes)
            assert list(tree.consistency(number + 1)) == subproof(number + 1, hashes, True)
            verify_inclusion(number, size, hashes[number], tree.inclusion(number), root)
            verify_consistency(number + 1, size, mth(hashes[: number + 1]), root, tree.consistency(number + 1))


@given(st.integers(1, len(MANY)), st.data())
def test_larger_logs(many: Tiles, size: int, data: st.DataObject) -> None:
    tree = Tree(size, many)
    assert tree.frontier().root() == tree.root()
    seq, older = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    verify_inclusion(seq, size, MANY[seq], tree.inclusion(seq), tree.root())
    verify_consistency(older, size, Tree(older, many).root(), tree.root(), tree.consistency(older))


def test_a_large_log_is_that_of_the_rfc(many: Tiles) -> None:
    tree = Tree(len(MANY), many)
    assert tree.root() == mth(MANY) == many.frontier.root()
    assert tree.frontier() == many.frontier
    assert list(tree.inclusion(65_535)) == path(65_535, MANY)
    assert list(tree.consistency(65_537)) == subproof(65_537, MANY, True)


@pytest.mark.parametrize("seq", [0, 255, 256, 40_000, 65_535, 65_536, 69_999])
def test_a_proof_reads_few_tiles(many: Tiles, seq: int) -> None:
    for ask in (Tree.inclusion, Tree.consistency):
        many.read.clear()
        ask(Tree(len(MANY), many), seq)
        assert len(set(many.read)) == len(many.read) <= 5, "two a level at most, for three levels"


@given(st.integers(0, 600), st.integers(1, 600), st.integers(1, 40))
def test_tiles_do_not_depend_on_the_batches(before: int, size: int, batch: int) -> None:
    assert Tiles(MANY[:size], batch).levels == Tiles(MANY[:size], size).levels
    assert Tree(0, Tiles([])).root() == mth([])
    assert Tree(min(before, size), Tiles(MANY[:size])).frontier() == Tiles(MANY[: min(before, size)]).frontier


def test_a_tile_that_is_not_there_is_said() -> None:
    with pytest.raises(ProofRefused, match="tile"):
        Tree(300, Tiles(MANY[:256])).inclusion(2)
    for wrong in (-1, 300):
        with pytest.raises(ProofRefused):
            Tree(300, Tiles(MANY[:300])).inclusion(wrong)
    for wrong in (-1, 301):
        with pytest.raises(ProofRefused):
            Tree(300, Tiles(MANY[:300])).consistency(wrong)


def test_an_empty_frontier_completes_nothing_with_nothing() -> None:
    assert completed(Frontier(), []) == []


# Nothing else is taken for a proof ------------------------------------------------------------------------


def other(hash_: bytes) -> bytes:
    return sha256(hash_).digest()


def with_one_changed(proof: list[bytes]) -> list[list[bytes]]:
    return [[*proof[:at], other(each), *proof[at + 1 :]] for at, each in enumerate(proof)]


@given(st.integers(1, 40), st.data())
def test_a_changed_inclusion_proof_proves_nothing(size: int, data: st.DataObject) -> None:
    hashes = MANY[:size]
    seq = data.draw(st.integers(0, size - 1))
    proof, root = path(seq, hashes), mth(hashes)
    wrong: list[tuple[Any, ...]] = [
        (seq, size, other(hashes[seq]), proof, root),
        (seq, size, hashes[seq], proof, other(root)),
        (seq, size, hashes[seq], [*proof, root], root),
        (seq, size, hashes[seq], [root, *proof], root),
        (size, size, hashes[seq], proof, root),
        (-1, size, hashes[seq], proof, root),
        (seq, 0, hashes[seq], proof, root),
        (seq, size, hashes[seq][:-1], proof, root),
        (seq, size, hashes[seq], proof, root[:-1]),
        *((seq, size, hashes[seq], proof[:cut] + proof[cut + 1 :], root) for cut in range(len(proof))),
        *(
            (seq, size, hashes[seq], [*proof[:at], other(proof[at]), *proof[at + 1 :]], root)
            for at in range(len(proof))
        ),
        *((each, size, hashes[seq], proof, root) for each in range(size) if each != seq),
    ]
    for each in wrong:
        with pytest.raises(ProofRefused):
            verify_inclusion(*each)


@given(st.integers(2, 40), st.data())
def test_a_changed_consistency_proof_proves_nothing(size: int, data: st.DataObject) -> None:
    hashes = MANY[:size]
    older = data.draw(st.integers(1, size - 1))
    proof, first, last = subproof(older, hashes, True), mth(hashes[:older]), mth(hashes)
    wrong: list[tuple[Any, ...]] = [
        (older, size, other(first), last, proof),
        (older, size, first, other(last), proof),
        (older, size, first, last, [*proof, last]),
        (older, size, first, last, [first, *proof]),
        (older, size, first, last, []),
        (0, size, first, last, proof),
        (0, size, sha256(b"").digest(), last, []),
        (size, older, last, first, proof),
        (size, size, last, last, proof),
        (older, size, first, last[:-1], proof),
        *((older, size, first, last, proof[:cut] + proof[cut + 1 :]) for cut in range(len(proof))),
        *((older, size, first, last, changed) for changed in with_one_changed(proof)),
    ]
    for each in wrong:
        with pytest.raises(ProofRefused):
            verify_consistency(*each)
    with pytest.raises(ProofRefused):
        verify_consistency(older, older, first, other(first), [])
    verify_consistency(older, older, first, first, [])


# The reference tree of the certificate transparency project: eight leaves, and what is proved of them ---------------

CT_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def test_the_reference_tree_of_certificate_transparency() -> None:
    hashes = [leaf_hash(bytes.fromhex(each)) for each in CT_LEAVES]
    tiles = Tiles(hashes)
    roots = [bytes.fromhex(each) for each in CT_ROOTS]
    assert [Tree(size, tiles).root() for size in range(1, 9)] == roots
    for size in range(1, 9):
        for seq in range(size):
            verify_inclusion(seq, size, hashes[seq], Tree(size, tiles).inclusion(seq), roots[size - 1])
            verify_consistency(seq + 1, size, roots[seq], roots[size - 1], Tree(size, tiles).consistency(seq + 1))


# S-H2: published vectors, where the real data is -----------------------------------------------------------


def decoded(value: Any) -> bytes:
    return base64.b64decode(value or "")


@pytest.mark.parametrize(("name", "number", "valid"), [("inclusion", 49, 3), ("consistency", 43, 3)])
def test_s_h2_published_proofs(real_data: Path, name: str, number: int, valid: int) -> None:
    lines = (real_data / "h_audit" / f"merkle_{name}.jsonl").read_text(encoding="utf-8").splitlines()
    vectors = [json.loads(line) for line in lines]
    verdicts = [held(name, each) for each in vectors]
    assert verdicts == [not each["wantErr"] for each in vectors]
    assert (len(verdicts), sum(verdicts)) == (number, valid)


def held(name: str, vector: dict[str, Any]) -> bool:
    proof = [decoded(each) for each in vector["proof"] or []]
    try:
        if name == "inclusion":
            leaf, root = decoded(vector["leafHash"]), decoded(vector["root"])
            verify_inclusion(vector["leafIdx"], vector["treeSize"], leaf, proof, root)
        else:
            first, last = decoded(vector["root1"]), decoded(vector["root2"])
            verify_consistency(vector["size1"], vector["size2"], first, last, proof)
    except ProofRefused:
        return False
    return True
