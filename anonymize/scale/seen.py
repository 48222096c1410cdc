"""What must be kept of values that are seen in parts, to judge whole columns? Heavy: polars.

Little: what was dropped, days with their rows, hashes of tokens until there are enough of them.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from anonymize.fields import doubts
from anonymize.fields.columns import Column
from anonymize.plan.plan import Plan
from anonymize.plan.treatment import Kind

Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Seen:
    """Columns outside the model, as far as they were seen; adds up over the parts of a table.

    `suspects` may hold identifiers; `days[name]` as `doubts.days` gives them; `tokens[name]` are
    hashes of different tokens, `told[name]` the rows that have one.
    """

    missing: Counter[str] = field(default_factory=Counter)
    malformed: Counter[str] = field(default_factory=Counter)
    suspects: frozenset[str] = frozenset()
    days: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    tokens: Mapping[str, Hashes] = field(default_factory=dict)
    told: Counter[str] = field(default_factory=Counter)

    @staticmethod
    def of(plan: Plan, frame: pl.DataFrame, done: Mapping[str, Column]) -> "Seen":
        """Return what is seen of rows: as they came, and transformed."""
        keyed = {
            name: column.values.drop_nulls()
            for name, column in done.items()
            if doubts.is_keyed(plan, name)
        }
        return Seen(
            Counter({name: column.missing for name, column in done.items()}),
            Counter({name: column.malformed for name, column in done.items()}),
            frozenset(
                name
                for name in done
                if doubts.is_kept(plan, name) and doubts.is_suspect(frame[name])
            ),
            {name: doubts.days(frame[name]) for name in done
             if plan.fields[name].kind is Kind.DATE},
            {name: np.unique(tokens.hash().to_numpy()) for name, tokens in keyed.items()},
            Counter({name: len(tokens) for name, tokens in keyed.items()}),
        )  # fmt: skip

    @staticmethod
    def added(parts: Sequence["Seen"], rows: int) -> "Seen":
        """Return what was seen in all parts; of tokens, as many as are enough for `rows` rows."""
        days: dict[str, pl.DataFrame] = {}
        tokens: dict[str, Hashes] = {}
        for part in parts:
            for name, found in part.days.items():
                days[name] = _added(days[name], found) if name in days else found
            for name, hashes in part.tokens.items():
                known = tokens.get(name, hashes)
                few = len(known) < doubts.enough_tokens(rows)
                tokens[name] = np.union1d(known, hashes) if few else known
        return Seen(
            sum((part.missing for part in parts), Counter()),
            sum((part.malformed for part in parts), Counter()),
            frozenset().union(*(part.suspects for part in parts)),
            days,
            tokens,
            sum((part.told for part in parts), Counter()),
        )

    def refuse(self, distinct: Callable[[str], pl.Series]) -> None:
        """Raise InvalidError if a column belies the plan; `distinct` gives the values of one."""
        for name in sorted(self.suspects):
            doubts.refuse_identifiers(distinct(name))
        for days in self.days.values():
            doubts.refuse_event(days)
        for name, found in self.tokens.items():
            doubts.refuse_few_tokens(name, len(found), self.told[name])


def _added(one: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([one, more]).group_by(one.columns[0]).agg(pl.col("rows").sum())
