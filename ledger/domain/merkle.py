"""Is this entry in that tree, and does that tree continue this one?

The SHA-256 Merkle tree of RFC 6962 section 2.1; verification as in RFC 9162 section 2.1.
"""

import hashlib
from collections.abc import Callable, Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

Node = Callable[[int, int], bytes]
"""`node(level, index)` is the hash over the 2**level leaves that start at index * 2**level."""


class ProofError(ValueError):
    """A proof does not lead to the root it should lead to."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of one entry (the prefix 0x00 keeps leaves apart from nodes)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two neighbouring subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Return the root over equally high subtrees, of which only the last may be incomplete."""
    row = list(hashes)
    if not row:
        return EMPTY_ROOT
    while len(row) > 1:
        above = [node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)]
        if len(row) % 2:
            above.append(row[-1])
        row = above
    return row[0]


def span_hash(node: Node, start: int, end: int) -> bytes:
    """Return the Merkle tree hash of the leaves start..end-1, for a span the tree itself cuts.

    Such a span starts at a multiple of the largest power of two that it holds.
    """
    if start == end:
        return EMPTY_ROOT
    parts = []
    while start < end:
        level = (end - start).bit_length() - 1
        parts.append(node(level, start >> level))
        start += 1 << level
    total = parts.pop()
    while parts:
        total = node_hash(parts.pop(), total)
    return total


def inclusion_proof(index: int, size: int, node: Node) -> tuple[bytes, ...]:
    """Return the audit path of a leaf, its sibling first (RFC 6962 section 2.1.1).

    Raises ProofError if the tree of that size has no such leaf.
    """
    if not 0 <= index < size:
        raise ProofError(f"大小为 {size} 的树没有序号 {index} 的条目")
    path = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(span_hash(node, middle, end))
            end = middle
        else:
            path.append(span_hash(node, start, middle))
            start = middle
    return tuple(reversed(path))


def consistency_proof(old: int, new: int, node: Node) -> tuple[bytes, ...]:
    """Return the proof that the tree of size `new` only adds to the tree of size `old`.

    RFC 6962 section 2.1.2; empty for old = 0 and old = new. Raises ProofError if old > new.
    """
    if not 0 <= old <= new:
        raise ProofError(f"大小 {new} 的树不能延续大小 {old} 的树")
    if old in (0, new):
        return ()
    path = []
    start, end = 0, new
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(span_hash(node, middle, end))
            end = middle
        else:
            path.append(span_hash(node, start, middle))
            start = middle
    if start:
        path.append(span_hash(node, start, end))
    return tuple(reversed(path))


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Raise ProofError unless the leaf hash stands at the index of the tree with that root.

    RFC 9162 section 2.1.3.2.
    """
    if not 0 <= index < size:
        raise ProofError(f"大小为 {size} 的树没有序号 {index} 的条目")
    position, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofError("包含证明过长")
        if position % 2 or position == last:
            found = node_hash(sibling, found)
            while position % 2 == 0 and position:
                position, last = position >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise ProofError("包含证明过短")
    if found != root:
        raise ProofError("包含证明与树根不符")


def verify_consistency(
    old: tuple[int, bytes], new: tuple[int, bytes], proof: Sequence[bytes]
) -> None:
    """Raise ProofError unless the new (size, root) only adds leaves to the old (size, root).

    RFC 9162 section 2.1.4.2; a log of size 0 is continued by every log.
    """
    (old_size, old_root), (new_size, new_root) = old, new
    if not 0 <= old_size <= new_size:
        raise ProofError(f"日志从 {old_size} 条缩短到 {new_size} 条")
    if old_size in (0, new_size):
        expected = EMPTY_ROOT if old_size == 0 else new_root
        if proof or old_root != expected:
            raise ProofError("大小相同或为零的两个检查点，根却不同")
        return
    if not proof:
        raise ProofError("缺少一致性证明")
    _climb(old, new, proof)


def _climb(old: tuple[int, bytes], new: tuple[int, bytes], proof: Sequence[bytes]) -> None:
    (old_size, old_root), (new_size, new_root) = old, new
    hashes = list(proof)
    if old_size & (old_size - 1) == 0:
        hashes.insert(0, old_root)
    position, last = old_size - 1, new_size - 1
    while position % 2:
        position, last = position >> 1, last >> 1
    found_old = found_new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise ProofError("一致性证明过长")
        if position % 2 or position == last:
            found_old = node_hash(sibling, found_old)
            found_new = node_hash(sibling, found_new)
            while position % 2 == 0 and position:
                position, last = position >> 1, last >> 1
        else:
            found_new = node_hash(found_new, sibling)
        position, last = position >> 1, last >> 1
    if last or found_old != old_root or found_new != new_root:
        raise ProofError("新日志没有延续已知的检查点（历史被改写或分叉）")


def _split(width: int) -> int:
    """Return the largest power of two below the width."""
    return 1 << ((width - 1).bit_length() - 1)
