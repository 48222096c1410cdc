"""Which values has a column of text, and which row has which? Told apart by two words of 64 bits.

A view of up to twelve bytes holds its text itself, padded with zeros (Arrow Columnar Format,
"Variable-size Binary View Layout"), so two such texts are equal if two words are. A longer text is
told apart by its length, its first four bytes and a hash of all, and then compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from anonymize.compiled import compiled
from anonymize.tables.coded import Codes

Words: TypeAlias = NDArray[np.uint64]
Longs: TypeAlias = NDArray[np.int64]
Byte: TypeAlias = Any
"""A whole number with a sign; compiled code takes Python's and numpy's alike."""

_NEWEST: Final = pl.CompatLevel.newest()
"""Arrow with string views."""
_LENGTH: Final = np.uint64(2**32 - 1)
"""The bits of a view's first word that hold the length of its text."""
_INLINE: Final = 12
_PREFIX: Final = 4
"""Bytes of a longer text that stand in its view."""
_ENDS: Final = 16
"""Bytes at the end of a longer text that are read as two words."""
_HALF: Final = np.uint64(32)
_ODD: Final = np.uint64(0x9E3779B97F4A7C15)
"""2^64 / φ, odd (Knuth, vol. 3, 6.4)."""
_OTHER: Final = np.uint64(0xD6E8FEB86659FD93)
_FEW: Final = 12
"""Bits of the first hash table; it grows as values appear."""


def distinct(column: pl.Series) -> tuple[list[str], Codes]:
    """Return the values of a column of text, and for each row the place of its value among them.

    A null row has the place after the last value. Values stand in the order of their first rows.
    """
    views = column.to_arrow(compat_level=_NEWEST)
    words = _words(views)
    nulls = column.is_null().to_numpy() if column.has_nulls() else np.empty(0, np.bool_)
    if (words[::2] & _LENGTH).max(initial=0) > _INLINE:
        texts, base = _texts(views.buffers()[2:])
        hashed = _hashed(words, nulls, texts, base)
        place, first = _places(hashed, nulls)
        if not _are_equal(words, nulls, texts, base, place, first):
            return _by_polars(column)
    else:
        place, first = _places(words, nulls)
    return column[first].to_list(), place


@dataclass(frozen=True, slots=True)
class Index:
    """Where each of some known values stands among them; none is longer than twelve bytes."""

    words: Words
    seen: Codes
    bits: int

    @staticmethod
    def of(values: Sequence[str]) -> "Index | None":
        """Return the index of these different values; None if one is longer."""
        words = _words(pl.Series(values, dtype=pl.String).to_arrow(compat_level=_NEWEST))
        if (words[::2] & _LENGTH).max(initial=0) > _INLINE:
            return None
        bits = max(_FEW, (4 * len(values)).bit_length())
        return Index(words, _laid(words, bits), bits)

    def places(self, column: pl.Series) -> Codes | None:
        """Return each row's place among the values; None if a row has none of them.

        The column has no nulls.
        """
        words = _words(column.to_arrow(compat_level=_NEWEST))
        found: Codes = _looked_up(words, self.words, self.seen, self.bits)
        return found if len(found) == len(column) else None


def _words(views: pa.Array) -> Words:
    """Return two words for each row of an array of string views."""
    words = np.frombuffer(views.buffers()[1] or b"", np.uint64)
    return words[2 * views.offset : 2 * (views.offset + len(views))]


@compiled
def _looked_up(words: Words, values: Words, seen: Codes, bits: int) -> Codes:
    """Return each row's place among the values; fewer if a row has none of them."""
    place = np.empty(len(words) // 2, np.int32)
    for row in range(len(place)):
        one, two = words[2 * row], words[2 * row + 1]
        slot = _probed(one, two, values, seen, bits)
        found = seen[slot]
        if found < 0:
            return place[:row]
        place[row] = found
    return place


def _texts(buffers: Sequence[pa.Buffer]) -> tuple[Words, Longs]:
    """Return the bytes of longer texts as words, and where each buffer begins, in bytes."""
    parts = [np.frombuffer(buffer, np.uint8) for buffer in buffers]
    sizes = [len(part) for part in parts]
    # A word more than is filled: a text is read by words, and the last may reach beyond it.
    texts = np.zeros(sum(sizes) // 8 + 2, np.uint64)
    np.concatenate(parts, out=texts.view(np.uint8)[: sum(sizes)])
    return texts, np.cumsum([0, *sizes])


@compiled
def _word(texts: Words, byte: Byte) -> np.uint64:
    """Return the eight bytes from one on, wherever it lies."""
    place, shift = byte >> 3, np.uint64(byte & 7) << np.uint64(3)
    # Two shifts, because a shift by 64 bits is none.
    rest = texts[place + 1] << np.uint64(1) << (np.uint64(63) - shift)
    word: np.uint64 = texts[place] >> shift | rest
    return word


@compiled
def _mixed(mixed: np.uint64, word: np.uint64) -> np.uint64:
    found: np.uint64 = (mixed ^ mixed >> _HALF ^ word) * _OTHER
    return found


@compiled
def _start(words: Words, row: int, base: Longs) -> Byte:
    """Return where the longer text of a row begins: its view has the buffer and the byte in it."""
    view = words[2 * row + 1]
    start: np.int64 = base[view & _LENGTH] + np.int64(view >> _HALF)
    return start


@compiled
def _hashed(words: Words, nulls: NDArray[np.bool_], texts: Words, base: Longs) -> Words:
    """Return the words with a hash in place of the second of a longer text."""
    found = words.copy()
    for row in range(len(words) // 2):
        length = np.int64(words[2 * row] & _LENGTH)
        if length <= _INLINE or (len(nulls) and nulls[row]):
            continue
        start, mixed = _start(words, row, base), np.uint64(length)
        for byte in range(_PREFIX + 8, length - _ENDS, 8):
            mixed = _mixed(mixed, _word(texts, start + byte))
        # The last two words overlap the ones before: most texts need these three and no loop.
        mixed = _mixed(mixed, _word(texts, start + _PREFIX))
        mixed = _mixed(mixed, _word(texts, start + max(length - _ENDS, 0)))
        mixed = _mixed(mixed, _word(texts, start + length - 8))
        found[2 * row + 1] = mixed
    return found


@compiled
def _are_equal(
    words: Words, nulls: NDArray[np.bool_], texts: Words, base: Longs, place: Codes, first: Codes
) -> bool:
    """Tell whether each longer text is that of its value."""
    for row in range(len(place)):
        length = np.int64(words[2 * row] & _LENGTH)
        if length <= _INLINE or (len(nulls) and nulls[row]):
            continue
        mine, its = _start(words, row, base), _start(words, first[place[row]], base)
        apart = _word(texts, mine + _PREFIX) ^ _word(texts, its + _PREFIX)
        end = max(length - _ENDS, 0)
        apart |= _word(texts, mine + end) ^ _word(texts, its + end)
        apart |= _word(texts, mine + length - 8) ^ _word(texts, its + length - 8)
        for byte in range(_PREFIX + 8, length - _ENDS, 8):
            apart |= _word(texts, mine + byte) ^ _word(texts, its + byte)
        if apart:
            return False
    return True


def _by_polars(column: pl.Series) -> tuple[list[str], Codes]:
    """Return the same if two different values have one hash."""
    values = column.unique(maintain_order=True).drop_nulls()
    places = column.replace_strict(
        values, range(len(values)), default=len(values), return_dtype=pl.Int32
    )
    return values.to_list(), places.to_numpy()


def _places(words: Words, nulls: NDArray[np.bool_]) -> tuple[Codes, Codes]:
    """Return the places and the first row of each value."""
    rows = len(words) // 2
    place, first = np.empty(rows, np.int32), np.empty(rows, np.int32)
    # The words of the values stand close together, where the processor's cache keeps them.
    values = np.empty(len(words), np.uint64)
    row, count, bits = 0, 0, _FEW
    while row < rows:
        seen = _laid(values[: 2 * count], bits)
        row, count = _numbered(words, nulls, row, place, first, values, count, seen, bits)
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

    Stops when the hash table `seen` of 2^bits is a quarter full.
    """
    while row < len(place) and 4 * count < len(seen):
        one, two = words[2 * row], words[2 * row + 1]
        if len(nulls) and nulls[row]:
            row += 1
            continue
        slot = _probed(one, two, values, seen, bits)
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
def _probed(one: np.uint64, two: np.uint64, values: Words, seen: Codes, bits: int) -> np.int64:
    """Return where a value stands in the hash table, or the free place where it would stand."""
    slot = _slot(one, two, bits)
    while seen[slot] >= 0 and (values[2 * seen[slot]] != one or values[2 * seen[slot] + 1] != two):
        slot = (slot + 1) & (len(seen) - 1)
    return slot


@compiled
def _laid(values: Words, bits: int) -> Codes:
    seen = np.full(1 << bits, -1, np.int32)
    for place in range(len(values) // 2):
        seen[_probed(values[2 * place], values[2 * place + 1], values, seen, bits)] = place
    return seen


@compiled
def _slot(one: np.uint64, two: np.uint64, bits: int) -> np.int64:
    """Return where a value is first looked for: the high bits of products with odd constants."""
    mixed = one * _ODD
    mixed = ((mixed ^ mixed >> _HALF) + two) * _OTHER
    return np.int64((mixed ^ mixed >> _HALF) * _ODD >> np.uint64(64 - bits))
