"""How is one shard recoded? Into classes, class by class or all at one node. Heavy.

Both ways answer with a `Partition`, so what follows (labels, order, figures) is one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymize.scale.shards import Shard
from anonymize.tables.coded import Codes, Hierarchy
from anonymize.tables.demands import Demands
from anonymize.tables.mondrian import LEFT_OUT, Partition, classes_of
from anonymize.tables.mondrian_forest import NARROW, Forest, Ints, Names
from anonymize.tables.mondrian_jit import grow
from anonymize.tables.mondrian_rule import Rule


@dataclass(frozen=True, slots=True)
class Recoder:
    """What all shards share. `node` is the level of each column, or None: class by class."""

    hierarchies: tuple[Hierarchy, ...]
    forest: Forest
    names: Names
    rule: Rule
    demands: Demands
    node: tuple[int, ...] | None

    def partition(self, shard: Shard, rows: Ints, sensitive: Ints) -> Partition:
        """Return the classes of the shard's rows, given as leaves and sensitive values."""
        if self.node is not None:
            return self._at_node(self.node, rows, sensitive)
        narrow = all(one.leaves <= NARROW for one in self.hierarchies)
        leaves = np.empty(rows.shape, np.uint16 if narrow else np.int32)
        for column, of_leaf in enumerate(self.names.leaves):
            leaves[:, column] = of_leaf[rows[:, column]]
        start = self.forest.roots.copy()
        if len(start):
            start[shard.column] = self._group(shard)
        secrets = np.ascontiguousarray(sensitive, np.int32)
        if not self.rule.demanding:
            secrets = np.empty((len(rows), 0), np.int32)
        return classes_of(grow(self.forest, self.rule, start, leaves, secrets), self.names)

    def _group(self, shard: Shard) -> int:
        """Return the forest's number of the shard's group."""
        up = self.hierarchies[shard.column].up[shard.level]
        leaf = self.names.leaves[shard.column][int(np.flatnonzero(up == shard.group)[0])]
        return int(self.forest.above[self.forest.base[shard.column, shard.level] + leaf])

    def _at_node(self, node: Sequence[int], rows: Ints, sensitive: Ints) -> Partition:
        """Return the classes that rows fall into at the node; those that fail are left out."""
        groups = np.empty(rows.shape, np.int32)
        for column, level in enumerate(node):
            groups[:, column] = self.hierarchies[column].up[level][rows[:, column]]
        order, starts = _grouped(groups)
        sizes = np.diff(starts)
        good = self.demands.sized(sizes)
        if self.demands.by_value:
            secrets = [np.ascontiguousarray(one, np.int32) for one in sensitive.T]
            ones = np.ones(len(rows), np.int64)
            good &= self.demands.valued(order.astype(np.int32), starts, secrets, ones)
        kept = np.repeat(good, sizes)
        number = np.where(good, np.cumsum(good) - 1, LEFT_OUT).astype(np.int32)
        classes = np.full(len(rows), LEFT_OUT, np.int32)
        classes[order] = np.repeat(number, sizes)
        cells = groups[order[starts[:-1][good]]]
        return Partition(
            classes=classes,
            levels=np.broadcast_to(np.array(node, np.int8), cells.shape).copy(),
            groups=cells,
            order=order[kept].astype(np.int32),
            starts=np.concatenate([[0], np.cumsum(sizes[good])]).astype(np.int64),
        )


def _grouped(groups: Codes) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return rows class by class, classes in order of their groups, and where each begins."""
    rows = len(groups)
    if not rows or not groups.shape[1]:
        return np.arange(rows), np.array([0, rows] if rows else [0], np.int64)
    order = np.lexsort(groups.T[::-1])
    lines = groups[order]
    new = np.concatenate([[True], (lines[1:] != lines[:-1]).any(axis=1)])
    return order, np.append(np.flatnonzero(new), rows)
