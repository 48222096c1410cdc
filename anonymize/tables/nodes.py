"""Which nodes of a lattice are finer than which? A node is a set of bits: one question, one word.

A level L of a column of h levels is L bits of h − 1 (thermometer code). Then a node is finer than
another, or it, if its bits are a subset of the other's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from anonymize.compiled import compiled

Node: TypeAlias = tuple[int, ...]
Places: TypeAlias = npt.NDArray[np.int64]
_Words: TypeAlias = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Nodes:
    """All nodes of a lattice in lexical order: `levels[place]` is one, `words[place]` its bits."""

    levels: npt.NDArray[np.int32]
    words: _Words

    @staticmethod
    def of(heights: Sequence[int]) -> "Nodes":
        """Return the nodes of columns with so many levels each."""
        levels = np.indices(heights, np.int32).reshape(len(heights), prod(heights)).T
        return Nodes(levels, _words(levels, heights))

    def node(self, place: int) -> Node:
        """Return the node as its levels."""
        return tuple(int(level) for level in self.levels[place])

    def finer(self, place: int, among: Places) -> npt.NDArray[np.bool_]:
        """Return for each of these nodes whether it is finer than one, or it."""
        is_finer: npt.NDArray[np.bool_] = ~(self.words[among] & ~self.words[place]).any(axis=1)
        return is_finer

    def finer_counts(self, places: Places, among: Places) -> Places:
        """Return for each of the first nodes how many of the second are finer, or it."""
        found: Places = _counts(self.words[places], self.words[among])
        return found


def bits(node: Node, heights: Sequence[int]) -> int:
    """Return a node's bits as one number: finer `one` than `other` is `one & ~other == 0`."""
    found = 0
    for level, height in zip(node, heights, strict=True):
        found = (found << height - 1) + (1 << level) - 1
    return found


def _words(levels: npt.NDArray[np.int32], heights: Sequence[int]) -> _Words:
    words = np.zeros((len(levels), 1 + sum(height - 1 for height in heights) // 64), np.uint64)
    bit = 0
    for column, height in enumerate(heights):
        for level in range(1, height):
            words[:, bit // 64] |= (levels[:, column] >= level).astype(np.uint64) << np.uint64(
                bit % 64
            )
            bit += 1
    return words


@compiled
def _counts(some: _Words, others: _Words) -> Places:
    found = np.zeros(len(some), np.int64)
    for one in range(len(some)):
        count = 0
        for other in range(len(others)):
            more = np.uint64(0)
            for word in range(some.shape[1]):
                more |= others[other, word] & ~some[one, word]
            count += more == 0
        found[one] = count
    return found
