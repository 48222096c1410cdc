"""What became of each value of a column? Counts, from which the utility is told. Polars."""

from dataclasses import dataclass
from typing import TypeAlias

import polars as pl

Tally: TypeAlias = dict[str | None, int]
"""In how many rows each value stands; None for an absent one."""


@dataclass(frozen=True, slots=True)
class Recoded:
    """`counts` (`old`, `rows`) are raw values; `pairs` (`old`, `new`, `cells`) what they became.

    A pair counts rows that leave; the other rows of a raw value were left out.
    """

    counts: pl.DataFrame
    pairs: pl.DataFrame

    @staticmethod
    def of(raw: pl.Series, shown: pl.Series, kept: pl.Series) -> "Recoded":
        """Return the counts of a column; `shown[i]` was made of `raw[kept[i]]`."""
        counts = pl.DataFrame({"old": raw}).group_by("old").agg(pl.len().alias("rows"))
        made = pl.DataFrame({"old": raw.gather(kept), "new": shown})
        return Recoded(counts, made.group_by("old", "new").agg(pl.len().alias("cells")))

    @property
    def rows(self) -> int:
        """How many rows there were."""
        return sum(self.counts["rows"].to_list())

    @property
    def left_out(self) -> pl.DataFrame:
        """Return the raw values (`old`) of rows that were left out, and of how many (`rows`)."""
        left = self.pairs.group_by("old").agg(pl.col("cells").sum())
        short = self.counts.join(left, on="old", how="left", nulls_equal=True)
        return short.select(
            "old", (pl.col("rows") - pl.col("cells").fill_null(0)).alias("rows")
        ).filter(pl.col("rows") > 0)

    def shown(self) -> Tally:
        """Return the released values."""
        return tally(self.pairs.select("new", "cells"))

    def lost(self, forms: pl.DataFrame | None = None) -> Tally | None:
        """Return what was left out as it would have been released; None if that has no one form.

        `forms` (`old`, `new`) gives it for each raw value; else it is read off what was released.
        That is refused if any raw value has two released forms.
        """
        left = self.left_out
        made = self.pairs.select("old", "new") if forms is None else forms
        if made["old"].is_duplicated().any():
            return None
        found = left.join(made, on="old", nulls_equal=True)
        return tally(found.select("new", "rows")) if found.height == left.height else None


def tally(counts: pl.DataFrame) -> Tally:
    """Return values (first column) with the sums of their rows (second column)."""
    value, rows = counts.columns
    return dict(counts.group_by(value).agg(pl.col(rows).sum()).iter_rows())
