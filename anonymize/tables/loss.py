"""How much does a generalization lose? The Loss measure with geometric mean (ADR 5).

A cell in a group of g of the m leaf values of its hierarchy costs (g − 1) / (m − 1); a suppressed
row costs 1 in every column; a column of a single leaf value can lose nothing and costs 0. A
column's loss is the mean over rows; columns aggregate as (∏ (1 + loss_c)^w_c)^(1 / ∑ w) − 1.
Sources: Iyengar, KDD 2002 (the cell's cost); Prasser et al., ARX (aggregation).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from anonymize.compiled import compiled
from anonymize.tables.coded import Coded, Codes, Hierarchy
from anonymize.tables.criteria import Doubles
from anonymize.tables.grouping import Longs


@dataclass(frozen=True, slots=True)
class Costs:
    """What cells cost: `more[c][j][group]` is g − 1, `held[c][j][group]` its rows.

    `total[c][j]` is the sum over all rows. All sums are whole numbers, so that a loss does not
    depend on the order of the rows.
    """

    rows: int
    more: tuple[tuple[Longs, ...], ...]
    held: tuple[tuple[Longs, ...], ...]
    total: tuple[Longs, ...]
    most: Longs
    weights: Doubles

    @staticmethod
    def of(coded: Coded, weights: Mapping[str, float]) -> "Costs":
        """Return the costs of a table's columns; weights not named count 1."""
        more, held, total = [], [], []
        for hierarchy, codes in zip(coded.hierarchies, coded.columns, strict=True):
            leaves = _counted(codes, hierarchy.leaves)
            costs = group_costs(hierarchy)
            rows = tuple(
                _summed(up, leaves, len(cost)) for up, cost in zip(hierarchy.up, costs, strict=True)
            )
            more.append(costs)
            held.append(rows)
            total.append(np.array([cost @ row for cost, row in zip(costs, rows, strict=True)]))
        return Costs(
            coded.rows, tuple(more), tuple(held), tuple(total),
            np.array([hierarchy.leaves - 1 for hierarchy in coded.hierarchies], np.int64),
            np.array([weights.get(one.name, 1.0) for one in coded.hierarchies], np.float64),
        )  # fmt: skip

    def column_loss(self, column: int, summed: int) -> float:
        """Return a column's loss from the sum of its cells' g − 1."""
        most = int(self.most[column]) * self.rows
        return summed / most if most else 0.0

    def aggregate(self, losses: Sequence[float]) -> float:
        """Return the loss of a table from those of its columns."""
        logs = np.log1p(np.array(losses, np.float64)) * self.weights
        return float(np.expm1(sum(logs.tolist()) / (self.weights.sum() or 1.0)))


def group_costs(hierarchy: Hierarchy) -> tuple[Longs, ...]:
    """Return, for each level, each group's number of leaf values less one."""
    return tuple(
        _counted(up, len(labels)) - 1
        for up, labels in zip(hierarchy.up, hierarchy.labels, strict=True)
    )


@compiled
def _counted(codes: Codes, size: int) -> Longs:
    found = np.zeros(size, np.int64)
    for row in range(len(codes)):
        found[np.uint32(codes[row])] += 1
    return found


@compiled
def _summed(codes: Codes, rows: Longs, size: int) -> Longs:
    found = np.zeros(size, np.int64)
    for row in range(len(codes)):
        found[np.uint32(codes[row])] += rows[row]
    return found
