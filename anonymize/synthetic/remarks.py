"""What do teachers write about invented pupils? Remarks that name them and their guardians."""

import numpy as np
import polars as pl

from anonymize.synthetic import pools
from anonymize.synthetic.draw import Ints, join


def remarks(chance: np.random.Generator, frame: pl.DataFrame) -> pl.Series:
    """Return a remark of two or three clauses for each row, in which name, guardian, phone stand.

    A part is made for all rows of one wording at once.
    """
    size = frame.height
    parts = [
        _worded(frame, pool, chance.integers(0, len(pool), size))
        for pool in (pools.OPENINGS, pools.MIDDLES, pools.ENDINGS)
    ]
    return join(*parts)


def _worded(frame: pl.DataFrame, pool: tuple[str, ...], which: Ints) -> pl.Series:
    chosen: pl.Expr = pl.lit("")
    for place, text in enumerate(pool):
        chosen = pl.when(pl.col("which") == place).then(_filled(text)).otherwise(chosen)
    return frame.with_columns(pl.Series("which", which)).select(chosen.alias("part"))["part"]


def _filled(text: str) -> pl.Expr:
    """Return the wording with the row's own words in its places."""
    pieces: list[pl.Expr] = []
    fields = {"name": "name", "parent": "guardian1_name", "phone": "guardian1_phone"}
    while "{" in text:
        before, _, rest = text.partition("{")
        name, _, text = rest.partition("}")
        pieces += [pl.lit(before), pl.col(fields[name])]
    return pl.concat_str([*pieces, pl.lit(text)])
