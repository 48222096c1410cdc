"""Which rows fall into one class? Codes of several columns packed into one number, then counted.

The number of a row is `Σ code · stride` (mixed radix). Where the product of the columns' sizes
would not fit into 62 bits, the first columns are numbered densely and take part as one column.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from anonymize.compiled import compiled
from anonymize.tables.coded import Codes

Longs: TypeAlias = npt.NDArray[np.int64]
Unsigned: TypeAlias = npt.NDArray[np.uint32] | npt.NDArray[np.uint64]
Mapped: TypeAlias = tuple[Longs, int]
"""What a column's codes stand for, and how many such values there may be."""

_BITS: Final = 62
_SHORT: Final = 2**31 - 1
"""Up to this the numbers take half the room."""
_ROOM: Final = 4
"""A table of all possible numbers is used up to this many cells a row, else a hash table."""
_LEAST_ROOM: Final = 1 << 12


@dataclass(frozen=True, slots=True)
class Grouping:
    """`of_row[row]` is the class of the row, `first[class]` its first row, `size[class]` its sum.

    Summed are the counts of its rows.
    """

    of_row: Codes
    first: Codes
    size: Longs

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return len(self.first)


def group(codes: Sequence[Codes], mapped: Sequence[Mapped], count: Longs) -> Grouping:
    """Return the classes of rows that agree in all columns, numbered by first appearance.

    In column c the row r has the value `value[codes[c][r]]`, where `(value, size) = mapped[c]` and
    0 ≤ value < size. Without columns all rows are one class.
    """
    fit, domain = 0, 1
    while fit < len(mapped) and domain * mapped[fit][1] < 1 << _BITS:
        domain *= mapped[fit][1]
        fit += 1
    if fit < len(mapped):
        front = group(codes[:fit], mapped[:fit], count)
        rest = [front.of_row, *codes[fit:]]
        return group(rest, [(identity(front.classes), front.classes), *mapped[fit:]], count)
    key: Codes | Longs = np.zeros(len(count), np.int32)
    if domain > _SHORT:
        key = key.astype(np.int64)
    stride = 1
    for row, (value, size) in zip(codes, mapped, strict=True):
        if size > 1:
            _add(key, _unsigned(row), value * stride)
        stride *= size
    if domain <= max(_ROOM * len(count), _LEAST_ROOM):
        return Grouping(*_number_dense(_unsigned(key), count, domain))
    bits = max(int(2 * len(count)).bit_length(), 4)
    return Grouping(*_number_hashed(key, count, bits))


def _unsigned(numbers: Codes | Longs) -> Unsigned:
    """Return the same numbers, none below 0: a compiled loop then need not ask whether one is."""
    if numbers.itemsize == np.dtype(np.uint32).itemsize:
        return numbers.view(np.uint32)
    return numbers.view(np.uint64)


def taken(codes: Sequence[Codes], values: Sequence[Longs], rows: Codes) -> tuple[Codes, ...]:
    """Return what the codes of the given rows stand for, column by column."""
    return tuple(
        np.take(value.astype(np.int32), np.take(column, rows))
        for column, value in zip(codes, values, strict=True)
    )


def identity(size: int) -> Longs:
    """Return the values of a column whose codes are taken as they are."""
    return np.arange(size, dtype=np.int64)


@compiled
def _add(key: Codes | Longs, codes: Unsigned, value: Longs) -> None:
    for row in range(len(key)):
        key[row] += value[codes[row]]


@compiled
def _number_dense(key: Unsigned, count: Longs, domain: int) -> tuple[Codes, Codes, Longs]:
    seen = np.full(domain, -1, np.int32)
    of_row = np.empty(len(key), np.int32)
    first = np.empty(min(len(key), domain), np.int32)
    size = np.zeros(min(len(key), domain), np.int64)
    classes = 0
    for row in range(len(key)):
        found = seen[key[row]]
        if found < 0:
            found = classes
            seen[key[row]] = found
            first[found] = row
            classes += 1
        of_row[row] = found
        size[np.uint32(found)] += count[row]
    return of_row, first[:classes].copy(), size[:classes].copy()


@compiled
def _number_hashed(key: Codes | Longs, count: Longs, bits: int) -> tuple[Codes, Codes, Longs]:
    mask = (1 << bits) - 1
    seen = np.full(1 << bits, -1, np.int32)
    of_row = np.empty(len(key), np.int32)
    first = np.empty(len(key), np.int32)
    size = np.zeros(len(key), np.int64)
    classes = 0
    for row in range(len(key)):
        # Fibonacci hashing (Knuth, vol. 3, 6.4): the high bits of a product with 2^64 / φ.
        mixed = np.uint64(key[row]) * np.uint64(0x9E3779B97F4A7C15)
        slot = np.int64(mixed >> np.uint64(64 - bits))
        found = seen[slot]
        while found >= 0 and key[first[found]] != key[row]:
            slot = (slot + 1) & mask
            found = seen[slot]
        if found < 0:
            found = classes
            seen[slot] = found
            first[found] = row
            classes += 1
        of_row[row] = found
        size[found] += count[row]
    return of_row, first[:classes].copy(), size[:classes].copy()
