"""How much of the data's use is lost? Loss and entropy by column, sizes of classes. Polars.

Sources: loss (docs/adr/0005-plan-version-2.md); non-uniform entropy (Gionis and Tassa 2009);
discernibility (Bayardo and Agrawal 2005); average class size (LeFevre et al. 2006).
"""

import math
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from anonymize.report.recoded import Recoded
from anonymize.risk.sizes import Sizes
from anonymize.risk.summary import DIGITS

BANDS: Final = (1, 2, 5, 10, 100)
"""Class sizes are told in bands that begin at these multiples of k."""


@dataclass(frozen=True, slots=True)
class ColumnLoss:
    """`loss` (0 nothing is coarser, 1 nothing left) and `entropy` (share of bits lost, 0 to 1)."""

    loss: float
    entropy: float


def column_loss(column: Recoded) -> ColumnLoss:
    """Return what a column lost.

    A released value stands for the raw values it was made of. One that stands for g of the m values
    of the column costs (g − 1) / (m − 1); a lost row costs 1.
    """
    rows = column.rows
    if not rows:
        return ColumnLoss(0.0, 0.0)
    counts = column.counts
    pairs = column.pairs.join(counts, on="old", nulls_equal=True)
    groups = pairs.group_by("new").agg(
        pl.col("cells").sum(), pl.len().alias("values"), pl.col("rows").sum().alias("group")
    )
    values, lost = counts.height, rows - sum(column.pairs["cells"].to_list())
    cost = sum((g - 1) * cells for g, cells in groups.select("values", "cells").iter_rows())
    loss = (cost / (values - 1) if values > 1 else 0.0) + lost
    return ColumnLoss(round(loss / rows, DIGITS), round(_entropy(column, pairs, groups), DIGITS))


def _entropy(column: Recoded, pairs: pl.DataFrame, groups: pl.DataFrame) -> float:
    """Return the bits lost as a share of the bits that were there.

    A cell loses log2(rows of its group / rows of its value); a lost row all of its value's.
    """
    counts, rows = column.counts, column.rows
    there = _bits(counts["rows"], counts["rows"], rows)
    if not there:
        return 0.0
    found = pairs.join(groups.select("new", "group"), on="new", nulls_equal=True)
    gone = math.fsum(
        cells * math.log2(group / alone)
        for cells, group, alone in found.select("cells", "group", "rows").sort(pl.all()).iter_rows()
    )
    left = column.left_out.rename({"rows": "lost"})
    short = left.join(counts, on="old", nulls_equal=True)
    return (gone + _bits(short["lost"], short["rows"], rows)) / there


def _bits(cells: pl.Series, alone: pl.Series, rows: int) -> float:
    return math.fsum(
        n * math.log2(rows / a)
        for n, a in sorted(zip(cells.to_list(), alone.to_list(), strict=True))
    )


def class_figures(sizes: Sizes, k: int, rows_in: int) -> dict[str, Any]:
    """Return average size, discernibility and the bands of class sizes.

    Discernibility is the number of pairs of rows that cannot be told apart, a lost row counting as
    alike to every row of the input.
    """
    lost = rows_in - sizes.rows
    average = sizes.rows / sizes.classes if sizes.classes else 0.0
    return {
        "average_class_size": round(average, DIGITS),
        "average_over_k": round(average / k, DIGITS),
        "discernibility": int((sizes.size**2) @ sizes.many) + lost * rows_in,
        "classes": _bands(sizes, k),
    }


def _bands(sizes: Sizes, k: int) -> list[dict[str, Any]]:
    starts = [1, *(k * times for times in BANDS)]
    ends = [start - 1 for start in starts[1:]]
    bands = []
    for start, end in zip(starts, [*ends, None], strict=True):
        inside = (sizes.size >= start) & (sizes.size <= (end or sizes.size))
        classes = int(sizes.many[inside].sum())
        if start >= k or classes:
            bands.append({
                "least": start, "most": end, "classes": classes,
                "rows": int(sizes.size[inside] @ sizes.many[inside]),
            })  # fmt: skip
    return bands
