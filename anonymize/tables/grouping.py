"""Which rows fall into one class? Codes of several columns packed into one number, then counted.

The number of a row is `Σ code · stride` (mixed radix). Where the product of the columns' sizes
would not fit into 62 bits, what is packed so far is numbered densely and packing goes on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from anonymize.tables.coded import Codes
from anonymize.tables.compiled import compiled

Longs: TypeAlias = npt.NDArray[np.int64]

_BITS: Final = 62
_ROOM: Final = 4
"""A table of all possible numbers is used up to this many cells a row, else a hash table."""
_LEAST_ROOM: Final = 1 << 12


@dataclass(frozen=True, slots=True)
class Grouping:
    """`of_row[row]` is the class of the row, `first[class]` the first row of the class."""

    of_row: Codes
    first: Codes

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return len(self.first)


def group(rows: int, columns: Sequence[tuple[Codes, Longs, int]]) -> Grouping:
    """Return the classes of rows that agree in all columns, numbered by first appearance.

    A column is `(codes, value, size)`: row r has the value `value[codes[r]]`, 0 ≤ value < size.
    Without columns all rows are one class.
    """
    key = np.zeros(rows, np.int64)
    domain = 1
    for codes, value, size in columns:
        if domain * size >= 1 << _BITS:
            dense = _number(key, domain)
            key, domain = dense.of_row.astype(np.int64), dense.classes
        _add(key, codes, value * domain)
        domain *= size
    return _number(key, domain)


def identity(size: int) -> Longs:
    """Return the values of a column whose codes are taken as they are."""
    return np.arange(size, dtype=np.int64)


def _number(key: Longs, domain: int) -> Grouping:
    if domain <= max(_ROOM * len(key), _LEAST_ROOM):
        of_row, first = _number_dense(key, domain)
    else:
        bits = max(int(2 * len(key)).bit_length(), 4)
        of_row, first = _number_hashed(key, bits)
    return Grouping(of_row, first)


@compiled
def _add(key: Longs, codes: Codes, value: Longs) -> None:
    for row in range(len(key)):
        key[row] += value[codes[row]]


@compiled
def _number_dense(key: Longs, domain: int) -> tuple[Codes, Codes]:
    seen = np.full(domain, -1, np.int32)
    of_row = np.empty(len(key), np.int32)
    first = np.empty(min(len(key), domain), np.int32)
    classes = 0
    for row in range(len(key)):
        found = seen[key[row]]
        if found < 0:
            found = classes
            seen[key[row]] = found
            first[found] = row
            classes += 1
        of_row[row] = found
    return of_row, first[:classes].copy()


@compiled
def _number_hashed(key: Longs, bits: int) -> tuple[Codes, Codes]:
    mask = (1 << bits) - 1
    seen = np.full(1 << bits, -1, np.int32)
    of_row = np.empty(len(key), np.int32)
    first = np.empty(len(key), np.int32)
    classes = 0
    for row in range(len(key)):
        # Fibonacci hashing (Knuth, vol. 3, 6.4): the high bits of a product with 2^64 / φ.
        mixed = np.uint64(key[row]) * np.uint64(0x9E3779B97F4A7C15)
        slot = np.int64(mixed >> np.uint64(64 - bits))
        while seen[slot] >= 0 and key[first[seen[slot]]] != key[row]:
            slot = (slot + 1) & mask
        if seen[slot] < 0:
            seen[slot] = classes
            first[classes] = row
            classes += 1
        of_row[row] = seen[slot]
    return of_row, first[:classes].copy()
