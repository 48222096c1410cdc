"""What does a table keep? k, l, t, δ-presence and k-map, measured on the table as it stands.

Knows nothing of how the table was made: rows are sorted by one packed number of their columns and
read once. Faster than a search's bookkeeping, and independent of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from anonymize.compiled import compiled
from anonymize.plan.model import Distance
from anonymize.tables.coded import Codes
from anonymize.tables.criteria import Doubles
from anonymize.tables.demands import Attribute
from anonymize.tables.grouping import Longs

_BITS: Final = 62


@dataclass(frozen=True, slots=True)
class Diverse:
    """The least l over all classes, by each definition (Machanavajjhala et al. 2007).

    `distinct` values; `entropy` is e^H, the number of equally frequent values that is as diverse;
    every class is recursively (c, l)-diverse for c above `recursive_c` (infinite if for none).
    """

    distinct: int
    entropy: float
    recursive_c: float


@dataclass(frozen=True, slots=True)
class Classes:
    """The classes of a table with the values of one sensitive column.

    `size[c]` rows; values `which[at[c] : at[c + 1]]`, each `often` times.
    """

    size: Longs
    at: Longs
    which: Codes
    often: Longs

    def diversity(self, least: float = 2) -> Diverse:
        """Return the least diversity; `least` is the l of the recursive definition."""
        if not len(self.size):
            return Diverse(0, 0.0, float("inf"))
        distinct, entropy, factor = _diversity(self.at, self.often, int(np.ceil(least)))
        return Diverse(int(distinct), float(np.exp(entropy)), float(factor))

    def closeness(self, attribute: Attribute, distance: Distance) -> float:
        """Return the largest distance of a class to the attribute's distribution."""
        found = attribute.distances(self.at, self.which, self.often, distance)
        return float(found.max(initial=0.0))


def class_sizes(columns: Sequence[Codes], rows: int) -> Longs:
    """Return how many rows each class has (all of them, without columns); least first is k."""
    key = np.sort(_packed(columns, rows))
    starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])[:rows])
    return np.diff(np.append(starts, rows))


def classes(columns: Sequence[Codes], sensitive: Codes) -> Classes:
    """Return the classes of rows that agree in the columns, with their sensitive values."""
    rows = len(sensitive)
    values = int(sensitive.max(initial=0)) + 1
    key = _packed(columns, rows, room=values)
    key *= values
    key += sensitive
    key.sort()
    return Classes(*_read(key, values))


def joint_sizes(tables: Sequence[Sequence[Codes]], rows: Sequence[int]) -> tuple[Longs, ...]:
    """Return, for each class of any of the tables of so many rows, its rows in each of them."""
    whole = [np.concatenate(parts) for parts in zip(*tables, strict=True)]
    _, of_row = np.unique(_packed(whole, sum(rows)), return_inverse=True)
    number = int(of_row.max(initial=-1)) + 1
    parts = np.split(of_row, np.cumsum(rows)[:-1])
    return tuple(np.bincount(part, minlength=number) for part in parts)


def _packed(columns: Sequence[Codes], rows: int, room: int = 1) -> Longs:
    """Return one number a row, equal for rows that agree; its product with `room` fits 62 bits."""
    key, domain = np.zeros(rows, np.int64), 1
    for codes in columns:
        size = int(codes.max(initial=0)) + 1
        if domain * size * room >= 1 << _BITS:
            distinct, key = np.unique(key, return_inverse=True)
            domain = len(distinct)
        key = key * size + codes
        domain *= size
    if domain * room >= 1 << _BITS:
        key = np.unique(key, return_inverse=True)[1]
    return key.astype(np.int64, copy=False)


@compiled
def _read(key: Longs, values: int) -> tuple[Longs, Longs, Codes, Longs]:
    rows = len(key)
    size, at = np.empty(rows, np.int64), np.zeros(rows + 1, np.int64)
    which, often = np.empty(rows, np.int32), np.empty(rows, np.int64)
    found = filled = 0
    begin = mine = 0
    for row in range(1, rows + 1):
        if row < rows and key[row] == key[row - 1]:
            continue
        which[filled] = key[row - 1] % values
        often[filled] = row - mine
        filled += 1
        mine = row
        if row == rows or key[row] // values != key[row - 1] // values:
            size[found] = row - begin
            found += 1
            at[found] = filled
            begin = row
    return (
        size[:found].copy(), at[: found + 1].copy(), which[:filled].copy(), often[:filled].copy(),
    )  # fmt: skip


@compiled
def _diversity(at: Longs, often: Longs, least: int) -> tuple[int, float, float]:
    distinct, entropy, factor = len(often), np.inf, 0.0
    for one in range(len(at) - 1):
        found = often[at[one] : at[one + 1]]
        distinct = min(distinct, len(found))
        total = found.sum()
        told = 0.0
        for frequency in found:
            told -= frequency / total * np.log(frequency / total)
        entropy = min(entropy, told)
        tail = 0
        if len(found) >= least:
            tail = np.sort(found)[::-1][least - 1 :].sum()
        factor = max(factor, found.max() / tail if tail > 0 else np.inf)
    return distinct, entropy, factor


def shares(sensitive: Codes, values: int) -> Doubles:
    """Return the share of each value in a column."""
    counts = np.bincount(sensitive, minlength=values).astype(np.float64)
    return counts / max(len(sensitive), 1)
