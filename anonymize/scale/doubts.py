"""Do a whole column's values bear out the plan, though it is seen in parts only? Heavy: polars.

What is kept of a part is little: days with their rows, hashes of tokens until there are enough.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from anonymize.fields import doubts
from anonymize.fields.columns import Column
from anonymize.plan.plan import Plan
from anonymize.plan.treatment import Kind

Hashes = npt.NDArray[np.uint64]


class Doubts:
    """Judges columns as `fields.doubts` does, once all `rows` rows were seen."""

    def __init__(self, plan: Plan, names: Sequence[str], rows: int) -> None:
        self._rows = rows
        self._suspects = {name: False for name in names if doubts.is_kept(plan, name)}
        self._tokens = {
            name: np.zeros(0, np.uint64) for name in names if doubts.is_keyed(plan, name)
        }
        self._days: dict[str, pl.DataFrame | None] = {
            name: None for name in names if plan.fields[name].kind is Kind.DATE
        }
        self._told = Counter[str]()

    def see(self, frame: pl.DataFrame, done: Mapping[str, Column]) -> None:
        """Take in some rows: as they came, and transformed."""
        for name, known in self._suspects.items():
            self._suspects[name] = known or doubts.is_suspect(frame[name])
        for name, days in self._days.items():
            more = doubts.days(frame[name])
            self._days[name] = more if days is None else _added(days, more)
        for name in self._tokens:
            self._see_tokens(name, done[name].values.drop_nulls())

    def refuse(self, distinct: Callable[[str], pl.Series]) -> None:
        """Raise InvalidError if a column belies the plan; `distinct` gives one's distinct values."""
        for name, suspect in self._suspects.items():
            if suspect:
                doubts.refuse_identifiers(distinct(name))
        for days in self._days.values():
            if days is not None:
                doubts.refuse_event(days)
        for name, found in self._tokens.items():
            doubts.refuse_few_tokens(name, len(found), self._told[name])

    def _see_tokens(self, name: str, tokens: pl.Series) -> None:
        self._told[name] += len(tokens)
        if len(self._tokens[name]) < doubts.enough_tokens(self._rows):
            more: Hashes = tokens.hash().to_numpy()
            self._tokens[name] = np.unique(np.concatenate([self._tokens[name], more]))


def _added(one: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    whole: Any = pl.concat([one, more]).group_by(one.columns[0]).agg(pl.col("rows").sum())
    return whole  # type: ignore[no-any-return]
