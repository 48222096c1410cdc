"""Which values has a column of text, and which row has which? Short values by their Arrow views.

A view of up to twelve bytes holds its text itself, padded with zeros (Arrow Columnar Format,
"Variable-size Binary View Layout"), so two such texts are equal if two words of 64 bits are. A
column with a longer value goes the slower way of polars.
"""

from typing import Final, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from anonymize.compiled import compiled
from anonymize.tables.coded import Codes

Words: TypeAlias = NDArray[np.uint64]

_LENGTH: Final = np.uint64(2**32 - 1)
"""The bits of a view's first word that hold the length of its text."""
_INLINE: Final = np.uint64(12)
_HALF: Final = np.uint64(32)
_ODD: Final = np.uint64(0x9E3779B97F4A7C15)
"""2^64 / φ, odd (Knuth, vol. 3, 6.4)."""
_OTHER: Final = np.uint64(0xD6E8FEB86659FD93)
_FEW: Final = 10
"""Bits of the first hash table; it grows as values appear."""


def distinct(column: pl.Series) -> tuple[list[str], Codes]:
    """Return the values of a column of text, and for each row the place of its value among them.

    A null row has the place after the last value. Values stand in the order of their first rows.
    """
    views = column.to_arrow(compat_level=pl.CompatLevel.newest())
    words = np.frombuffer(views.buffers()[1] or b"", np.uint64)[2 * views.offset :]
    nulls = column.is_null().to_numpy() if column.has_nulls() else np.empty(0, np.bool_)
    place, first = _places(words[: 2 * len(column)], nulls)
    if len(place) == len(column):
        return column[first].to_list(), place
    values = column.unique(maintain_order=True).drop_nulls()
    places = column.replace_strict(
        values, range(len(values)), default=len(values), return_dtype=pl.Int32
    )
    return values.to_list(), places.to_numpy()


def _places(words: Words, nulls: NDArray[np.bool_]) -> tuple[Codes, Codes]:
    """Return the places and the first row of each value; nothing if a value is a longer one."""
    rows = len(words) // 2
    place, first = np.empty(rows, np.int32), np.empty(rows, np.int32)
    # The words of the values stand close together, where the processor's cache keeps them.
    values = np.empty(len(words), np.uint64)
    row, count, bits = 0, 0, _FEW
    while row < rows:
        seen = _laid(values[: 2 * count], bits)
        row, count = _numbered(words, nulls, row, place, first, values, count, seen, bits)
        if row < 0:
            return place[:0], first[:0]
        bits += 2
    if len(nulls):
        place[nulls] = count
    return place, first[:count]


@compiled
def _numbered(  # noqa: PLR0913, PLR0917  compiled code has no room for a record
    words: Words, nulls: NDArray[np.bool_], row: int,
    place: Codes, first: Codes, values: Words, count: int, seen: Codes, bits: int,
) -> tuple[int, int]:  # fmt: skip
    """Place rows from `row` on; return the next row and the number of values so far.

    Stops when the hash table `seen` of 2^bits is half full; the row is -1 at a longer value.
    """
    while row < len(place) and 2 * count < len(seen):
        one, two = words[2 * row], words[2 * row + 1]
        if len(nulls) and nulls[row]:
            row += 1
            continue
        if one & _LENGTH > _INLINE:
            return -1, count
        slot = _slot(one, two, bits)
        found = seen[slot]
        while found >= 0 and (values[2 * found] != one or values[2 * found + 1] != two):
            slot = (slot + 1) & (len(seen) - 1)
            found = seen[slot]
        if found < 0:
            found = count
            seen[slot] = found
            first[found] = row
            values[2 * found], values[2 * found + 1] = one, two
            count += 1
        place[row] = found
        row += 1
    return row, count


@compiled
def _laid(values: Words, bits: int) -> Codes:
    seen = np.full(1 << bits, -1, np.int32)
    for place in range(len(values) // 2):
        slot = _slot(values[2 * place], values[2 * place + 1], bits)
        while seen[slot] >= 0:
            slot = (slot + 1) & (len(seen) - 1)
        seen[slot] = place
    return seen


@compiled
def _slot(one: np.uint64, two: np.uint64, bits: int) -> np.int64:
    """Return where a value is first looked for: the high bits of products with odd constants."""
    mixed = one * _ODD
    mixed = ((mixed ^ mixed >> _HALF) + two) * _OTHER
    return np.int64((mixed ^ mixed >> _HALF) * _ODD >> np.uint64(64 - bits))
