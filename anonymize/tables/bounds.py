"""How little can a node lose, if at least so many rows are suppressed? For all nodes at once.

Suppressed rows cost least if they are those that cost most already.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymize.compiled import compiled
from anonymize.tables.criteria import Doubles
from anonymize.tables.grouping import Longs
from anonymize.tables.loss import Costs
from anonymize.tables.nodes import Places


@dataclass(frozen=True, slots=True)
class Bounds:
    """Level j of column c is pair `first[c] + j`, whose groups stand from `begins[pair]` on.

    They fall in `cost`; `below` rows stand before each, which cost `spare` in all. A pair has one
    entry more than groups: where all of them end.
    """

    costs: Costs
    first: Longs
    column: Longs
    begins: Longs
    cost: Longs
    below: Longs
    spare: Longs

    @staticmethod
    def of(costs: Costs) -> "Bounds":
        """Return the bounds of a table's nodes."""
        pairs = [
            _falling(cost, rows)
            for each, held in zip(costs.more, costs.held, strict=True)
            for cost, rows in zip(each, held, strict=True)
        ]
        heights = [len(each) for each in costs.more]
        cost, below, spare = (_flat([pair[part] for pair in pairs]) for part in range(3))
        return Bounds(
            costs,
            np.cumsum([0, *heights])[:-1],
            np.repeat(np.arange(len(heights)), heights),
            np.cumsum([0, *(len(pair[0]) for pair in pairs)]),
            cost,
            below,
            spare,
        )

    def of_nodes(self, suppressed: int, levels: npt.NDArray[np.int32], places: Places) -> Doubles:
        """Return the least loss of `levels[place]` for each place."""
        total = _flat([np.asarray(one) for one in self.costs.total])
        losses = _losses(
            suppressed, self.cost, self.below, self.spare, self.begins, total,
            self.costs.most[self.column], self.costs.rows,
        )  # fmt: skip
        logs = np.log1p(losses) * self.costs.weights[self.column]
        return _of_nodes(logs, self.first, self.costs.weights.sum() or 1.0, levels, places)


def _flat(parts: Sequence[Longs]) -> Longs:
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)


def _falling(cost: Longs, rows: Longs) -> tuple[Longs, Longs, Longs]:
    order = np.argsort(-cost, kind="stable") if cost.any() else np.arange(len(cost))
    falling = np.zeros((3, len(cost) + 1), np.int64)
    falling[0, :-1] = cost[order]
    held = rows[order]
    np.cumsum(held, out=falling[1, 1:])
    np.cumsum(falling[0, :-1] * held, out=falling[2, 1:])
    return falling[0], falling[1], falling[2]


@compiled
def _losses(  # noqa: PLR0913, PLR0917  compiled code has no room for a record
    suppressed: int, cost: Longs, below: Longs, spare: Longs, begins: Longs, total: Longs,
    most: Longs, rows: int,
) -> Doubles:  # fmt: skip
    """Return the least loss of each pair of a column and a level."""
    losses = np.zeros(len(total), np.float64)
    for pair in range(len(total)):
        begin, end = begins[pair], begins[pair + 1] - 1
        place = begin + np.searchsorted(below[begin + 1 : end + 1], suppressed)
        spared = spare[place]
        if place < end:
            spared += cost[place] * (suppressed - below[place])
        summed = total[pair] - spared + suppressed * most[pair]
        if most[pair] * rows:
            losses[pair] = summed / (most[pair] * rows)
    return losses


@compiled
def _of_nodes(
    logs: Doubles, first: Longs, weights: float, levels: npt.NDArray[np.int32], places: Places
) -> Doubles:
    found = np.empty(len(places), np.float64)
    for row in range(len(places)):
        summed = 0.0
        for column in range(len(first)):
            summed += logs[first[column] + levels[places[row], column]]
        found[row] = np.expm1(summed / weights)
    return found
