"""RFC 6962 section 2.1 and RFC 9162 section 2.1: tree hash, inclusion and consistency proofs."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from ledger.domain.merkle import (
    EMPTY_ROOT,
    Node,
    ProofError,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

# The seven-leaf example of RFC 6962 section 2.1.3 has its leaves named d0..d6; these inputs and
# the root are the published test vectors of the Certificate Transparency reference code.
VECTOR = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657",
          "606162636465666768696a6b6c6d6e6f"]  # fmt: skip
VECTOR_ROOT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def entries_of(size: int) -> list[bytes]:
    return [b"entry %d" % number for number in range(size)]


def node_of(hashes: Sequence[bytes]) -> Node:
    return lambda level, index: root_of(hashes[index << level : (index + 1) << level])


def oracle(entries: Sequence[bytes]) -> InmemoryTree:
    tree = InmemoryTree(algorithm="sha256")
    for entry in entries:
        tree.append_entry(entry)
    return tree


def mth(entries: Sequence[bytes]) -> bytes:
    """The definition of section 2.1, word for word."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return hashlib.sha256(b"\x01" + mth(entries[:k]) + mth(entries[k:])).digest()


def subproof(m: int, entries: Sequence[bytes], *, whole: bool) -> list[bytes]:
    """The definition of section 2.1.2, word for word."""
    if m == len(entries):
        return [] if whole else [mth(entries)]
    k = 1
    while k * 2 < len(entries):
        k *= 2
    if m <= k:
        return [*subproof(m, entries[:k], whole=whole), mth(entries[k:])]
    return [*subproof(m - k, entries[k:], whole=False), mth(entries[:k])]


def test_section_2_1_the_empty_tree_hashes_to_the_hash_of_nothing() -> None:
    assert root_of([]) == EMPTY_ROOT == hashlib.sha256(b"").digest()


def test_section_2_1_the_reference_vector_gives_its_published_root() -> None:
    leaves = [leaf_hash(bytes.fromhex(text)) for text in VECTOR]
    assert root_of(leaves).hex() == VECTOR_ROOT


@given(st.lists(st.binary(max_size=40), max_size=70))
def test_section_2_1_the_root_equals_definition_and_oracle(entries: list[bytes]) -> None:
    found = root_of([leaf_hash(entry) for entry in entries])
    assert found == mth(entries) == oracle(entries).get_root()


@given(st.data(), st.integers(1, 90))
def test_section_2_1_1_the_audit_path_equals_the_oracles_and_verifies(
    data: st.DataObject, size: int
) -> None:
    entries = entries_of(size)
    leaves = [leaf_hash(entry) for entry in entries]
    index = data.draw(st.integers(0, size - 1))
    path = inclusion_proof(index, size, node_of(leaves))
    assert [leaves[index], *path] == oracle(entries).prove_inclusion(index + 1, size).path
    verify_inclusion(leaves[index], index, size, path, root_of(leaves))


@given(st.data(), st.integers(1, 90))
def test_section_2_1_2_the_consistency_proof_equals_the_definition_and_verifies(
    data: st.DataObject, new: int
) -> None:
    entries = entries_of(new)
    leaves = [leaf_hash(entry) for entry in entries]
    old = data.draw(st.integers(1, new))
    proof = consistency_proof(old, new, node_of(leaves))
    assert list(proof) == subproof(old, entries, whole=True)
    tree = oracle(entries)
    verify_consistency((old, tree.get_root(old)), (new, tree.get_root(new)), proof)


@given(st.data(), st.integers(2, 60))
def test_rfc9162_2_1_3_2_a_changed_path_index_size_or_leaf_is_refused(
    data: st.DataObject, size: int
) -> None:
    leaves = [leaf_hash(entry) for entry in entries_of(size)]
    index = data.draw(st.integers(0, size - 1))
    path = list(inclusion_proof(index, size, node_of(leaves)))
    root = root_of(leaves)
    spot = data.draw(st.integers(0, len(path) - 1))
    spoilt = [*path[:spot], bytes(32), *path[spot + 1 :]]
    wrong = [
        (leaves[index], index, size, spoilt, root),
        (leaves[index], index, size, path[:-1], root),
        (leaves[index], index, size, [*path, bytes(32)], root),
        (leaves[index], (index + 1) % size, size, path, root),
        (leaves[index - 1], index, size, path, root),
        (leaves[index], index, size, path, bytes(32)),
        (leaves[index], size, size, path, root),
        (leaves[index], -1, size, path, root),
    ]
    for case in wrong:
        with pytest.raises(ProofError):
            verify_inclusion(*case)


def test_rfc9162_2_1_3_2_a_path_of_another_length_is_named_so() -> None:
    leaves = [leaf_hash(entry) for entry in entries_of(9)]
    path = inclusion_proof(4, 9, node_of(leaves))
    with pytest.raises(ProofError, match="过短"):
        verify_inclusion(leaves[4], 4, 9, path[:-1], root_of(leaves))
    with pytest.raises(ProofError, match="过长"):
        verify_inclusion(leaves[4], 4, 9, [*path, bytes(32)], root_of(leaves))


@given(st.data(), st.integers(3, 60))
def test_rfc9162_2_1_4_2_a_rewritten_or_shortened_history_is_refused(
    data: st.DataObject, new: int
) -> None:
    leaves = [leaf_hash(entry) for entry in entries_of(new)]
    old = data.draw(st.integers(1, new - 1))
    altered = data.draw(st.integers(0, old - 1))
    other = [*leaves[:altered], leaf_hash(b"another"), *leaves[altered + 1 :]]
    known = (old, root_of(leaves[:old]))
    forked = consistency_proof(old, new, node_of(other))
    honest = consistency_proof(old, new, node_of(leaves))
    wrong = [
        (known, (new, root_of(other)), forked),
        (known, (new, root_of(other)), honest),
        (known, (new, root_of(leaves)), honest[:-1]),
        (known, (new, root_of(leaves)), [*honest, bytes(32)]),
        (known, (new, root_of(leaves)), []),
        ((new, root_of(leaves)), known, honest),
        (known, (old, root_of(other[:old])), []),
    ]
    for case in wrong:
        with pytest.raises(ProofError):
            verify_consistency(*case)


def test_rfc9162_2_1_4_every_log_continues_the_empty_one_and_itself() -> None:
    leaves = [leaf_hash(entry) for entry in entries_of(9)]
    verify_consistency((0, EMPTY_ROOT), (9, root_of(leaves)), [])
    verify_consistency((9, root_of(leaves)), (9, root_of(leaves)), [])
    assert consistency_proof(0, 9, node_of(leaves)) == ()
    with pytest.raises(ProofError):
        verify_consistency((0, bytes(32)), (9, root_of(leaves)), [])
    with pytest.raises(ProofError):
        consistency_proof(9, 8, node_of(leaves))
    with pytest.raises(ProofError):
        inclusion_proof(9, 9, node_of(leaves))
