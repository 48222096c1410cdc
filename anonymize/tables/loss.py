"""How much does a generalization lose? The Loss measure with geometric mean (ADR 5).

A cell in a group of g of the m leaf values of its hierarchy costs (g − 1) / (m − 1); a suppressed
row costs 1 in every column; a column of a single leaf value can lose nothing and costs 0. A
column's loss is the mean over rows; columns aggregate as (∏ (1 + loss_c)^w_c)^(1 / ∑ w) − 1.
Sources: Iyengar, KDD 2002 (the cell's cost); Prasser et al., ARX (aggregation).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymize.tables.coded import Coded, Hierarchy
from anonymize.tables.criteria import Doubles
from anonymize.tables.grouping import Longs


@dataclass(frozen=True, slots=True)
class Costs:
    """What cells cost: `more[c][j][group]` is g − 1; `total[c][j]` its sum over all rows.

    All sums are whole numbers, so that a loss does not depend on the order of the rows.
    """

    rows: int
    more: tuple[tuple[Longs, ...], ...]
    total: tuple[Longs, ...]
    most: Longs
    weights: Doubles
    falling: tuple[tuple[tuple[Longs, Longs, Longs], ...], ...]
    """`falling[c][j]` has the groups' costs from high to low; then, one entry more, how many rows
    stand before each, and what these cost."""

    @staticmethod
    def of(coded: Coded, weights: Mapping[str, float]) -> "Costs":
        """Return the costs of a table's columns; weights not named count 1."""
        more, total, falling = [], [], []
        for hierarchy, codes in zip(coded.hierarchies, coded.columns, strict=True):
            leaves = np.bincount(codes, minlength=hierarchy.leaves)
            costs = group_costs(hierarchy)
            rows = [
                np.bincount(up, leaves, minlength=len(cost)).astype(np.int64)
                for up, cost in zip(hierarchy.up, costs, strict=True)
            ]
            more.append(costs)
            total.append(
                np.array([(cost * row).sum() for cost, row in zip(costs, rows, strict=True)])
            )
            falling.append(
                tuple(_falling(cost, row) for cost, row in zip(costs, rows, strict=True))
            )
        return Costs(
            coded.rows, tuple(more), tuple(total),
            np.array([hierarchy.leaves - 1 for hierarchy in coded.hierarchies], np.int64),
            np.array([weights.get(one.name, 1.0) for one in coded.hierarchies], np.float64),
            tuple(falling),
        )  # fmt: skip

    def column_loss(self, column: int, summed: int) -> float:
        """Return a column's loss from the sum of its cells' g − 1."""
        most = int(self.most[column]) * self.rows
        return summed / most if most else 0.0

    def at_least(self, column: int, level: int, suppressed: int) -> float:
        """Return the least loss of a column at a level if so many rows are suppressed.

        They cost least if they are those that cost most already.
        """
        cost, below, spare = self.falling[column][level]
        place = int(below[1:].searchsorted(suppressed))
        spared = int(spare[place])
        if place < len(cost):
            spared += int(cost[place]) * (suppressed - int(below[place]))
        summed = int(self.total[column][level]) - spared + suppressed * int(self.most[column])
        return self.column_loss(column, summed)

    def aggregate(self, losses: Sequence[float]) -> float:
        """Return the loss of a table from those of its columns."""
        one = np.zeros((1, len(self.weights)), np.int32)
        return float(self.aggregates([[loss] for loss in losses], one)[0])

    def aggregates(
        self, losses: Sequence[Sequence[float]], nodes: npt.NDArray[np.int32]
    ) -> Doubles:
        """Return the loss of each node from those of its columns; `losses[c][j]` is of level j."""
        logs = np.zeros(len(nodes))
        for column, weight in enumerate(self.weights):
            logs += np.take(np.log1p(losses[column]) * weight, nodes[:, column])
        return np.asarray(np.expm1(logs / (self.weights.sum() or 1.0)), np.float64)


def group_costs(hierarchy: Hierarchy) -> tuple[Longs, ...]:
    """Return, for each level, each group's number of leaf values less one."""
    return tuple(
        np.bincount(up, minlength=len(labels)).astype(np.int64) - 1
        for up, labels in zip(hierarchy.up, hierarchy.labels, strict=True)
    )


def _falling(cost: Longs, rows: Longs) -> tuple[Longs, Longs, Longs]:
    order = np.argsort(-cost, kind="stable")
    cost, rows = cost[order], rows[order]
    nothing = np.zeros(1, np.int64)
    below, spare = (np.concatenate([nothing, np.cumsum(each)]) for each in (rows, cost * rows))
    return cost, below, spare
