"""How is a column drawn? Seeded choices from pools, and text joined by the column."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

Ints: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]


def zipf(chance: np.random.Generator, choices: int, size: int, power: float = 0.8) -> Ints:
    """Return `size` numbers under `choices`, the first the likeliest, by a Zipf law."""
    weights = 1.0 / np.arange(1, choices + 1) ** power
    return weighted(chance, weights.tolist(), size)


def weighted(chance: np.random.Generator, weights: Sequence[float], size: int) -> Ints:
    """Return `size` numbers under `len(weights)`, each as likely as its weight says."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    found = np.searchsorted(edges, chance.random(size) * edges[-1], side="right")
    return np.asarray(found, dtype=np.int64)


def pick(pool: Sequence[str], places: Ints) -> pl.Series:
    """Return the words of the pool at these places."""
    return pl.Series(list(pool), dtype=pl.String).gather(places)


def any_of(chance: np.random.Generator, pool: Sequence[str], size: int) -> pl.Series:
    """Return `size` words of the pool, all equally likely."""
    return pick(pool, chance.integers(0, len(pool), size))


def join(*parts: pl.Series | str) -> pl.Series:
    """Return the parts one behind the other, row by row; a plain text stands in every row."""
    named = [part.alias(str(i)) for i, part in enumerate(parts) if isinstance(part, pl.Series)]
    columns = [
        pl.col(str(i)) if isinstance(part, pl.Series) else pl.lit(part)
        for i, part in enumerate(parts)
    ]
    return pl.DataFrame(named).select(pl.concat_str(columns).alias("joined"))["joined"]


def where(flags: Flags, yes: pl.Series, no: pl.Series) -> pl.Series:
    """Return `yes` where the flag is set and `no` elsewhere."""
    frame = pl.DataFrame({"flag": pl.Series(flags), "yes": yes, "no": no})
    return frame.select(pl.when("flag").then("yes").otherwise("no").alias("one"))["one"]


def rank_within(*keys: Ints) -> Ints:
    """Return each row's place (0, 1, …) among the rows with the same keys, in row order."""
    order = np.lexsort((np.arange(len(keys[0])), *keys))
    new = np.zeros(len(order), dtype=bool)
    new[:1] = True
    for key in keys:
        ordered = key[order]
        new[1:] |= ordered[1:] != ordered[:-1]
    starts = np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = np.arange(len(order)) - starts
    return ranks
