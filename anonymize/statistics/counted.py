"""What is asked of a table, as counts that add up: each combination of values with its pupils.

Statistics are answered from these alone, so a table in parts is answered as one. Polars.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from anonymize.plan.query_document import Query
from anonymize.statistics.linked import Numbers

PUPILS: Final = "\0pupils"
"""The column that counts."""


@dataclass(frozen=True, slots=True)
class Counted:
    """`lines[columns]` has the combinations of these columns, one a line, each with its PUPILS.

    A row is a pupil; there are `rows` in all.
    """

    rows: int
    lines: Mapping[tuple[str, ...], pl.DataFrame]

    @staticmethod
    def of(queries: Sequence[Query], frame: pl.DataFrame) -> "Counted":
        """Return the counts of a table, of all columns that a query reads together."""
        wanted = dict.fromkeys(tuple(sorted(query.columns)) for query in queries)
        pupils = pl.len().cast(pl.Int64).alias(PUPILS)
        return Counted(
            frame.height,
            {names: frame.group_by(names).agg(pupils) for names in wanted if names},
        )

    @staticmethod
    def added(parts: Iterable["Counted"]) -> "Counted":
        """Return the counts of a table from those of its parts, at least one."""
        first, *rest = parts
        lines = {
            names: pl.concat([frame, *(one.lines[names] for one in rest)])
            .group_by(names)
            .agg(pl.col(PUPILS).sum())
            for names, frame in first.lines.items()
        }
        return Counted(first.rows + sum(one.rows for one in rest), lines)

    def by(self, *names: str) -> pl.DataFrame:
        """Return lines with these columns, which some query reads together; they may repeat."""
        if not names:
            return pl.DataFrame({PUPILS: [self.rows]}, schema={PUPILS: pl.Int64})
        held = next(frame for columns, frame in self.lines.items() if {*names} <= {*columns})
        return held.select(*names, PUPILS)

    def tally(self, by: tuple[str, ...]) -> list[tuple[tuple[str | None, ...], int]]:
        """Return the number of pupils of each combination that occurs."""
        found = self.by(*by).group_by(by).agg(pl.col(PUPILS).sum())
        return [(row[:-1], row[-1]) for row in found.iter_rows()]

    def numbers(self, of: str, by: tuple[str, ...]) -> Numbers:
        """Return the finite numbers of each group; None is the group of all, or of no value."""
        read = self.by(*by, of).with_columns(number(of))
        each = read.select(*by, pl.col(of).repeat_by(PUPILS)).explode(of)
        if not by:
            return {None: each[of].drop_nulls().to_list()}
        return dict(each.group_by(by).agg(pl.col(of).drop_nulls()).iter_rows())


def number(name: str) -> pl.Expr:
    """The column as finite numbers; what is none is null."""
    read = pl.col(name).str.strip_chars().cast(pl.Float64, strict=False)
    return pl.when(read.is_finite()).then(read).alias(name)
