"""How is one shard recoded? Into classes, class by class or all at one node. Heavy.

Both ways answer with a `Partition`, so what follows (labels, order, figures) is one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from anonymize.scale.coding import Coding, Counts
from anonymize.scale.shards import Shard
from anonymize.tables.coded import Coded, Codes, Hierarchy
from anonymize.tables.demands import Demands
from anonymize.tables.mondrian import LEFT_OUT, Partition, classes_of
from anonymize.tables.mondrian_forest import NARROW, Forest, Ints, Names
from anonymize.tables.mondrian_jit import grow
from anonymize.tables.mondrian_rule import Rule


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many of the population have each combination of groups at the node.

    `classes` has a column "0", "1" … for each quasi-identifier, and `people`; `rows` are all.
    """

    rows: int
    classes: pl.DataFrame

    @staticmethod
    def of(people: Coded, coding: Coding, mine: Coding, node: Sequence[int]) -> "Crowd | None":
        """Return the population, coded by its own coding, in the groups of mine at the node.

        Groups are the same if they have the same label. None if the population's values leave no
        room for a level of mine. Persons outside all groups of mine are in no class.
        """
        groups = {}
        for place, (quasi, own, level, codes) in enumerate(
            zip(coding.quasi, mine.quasi, node, people.columns, strict=True)
        ):
            if own.levels[level] not in quasi.levels:
                return None
            there = quasi.levels.index(own.levels[level])
            number = {label: group for group, label in enumerate(own.hierarchy.labels[level])}
            of_group = np.array([number.get(one, -1) for one in quasi.hierarchy.labels[there]])
            groups[str(place)] = of_group.astype(np.int32)[quasi.hierarchy.up[there][codes]]
        counted = pl.DataFrame(groups).group_by(list(groups)).len("people") if groups else None
        return Crowd(people.rows, pl.DataFrame() if counted is None else counted)

    @property
    def count(self) -> int:
        """How many classes there are."""
        return self.classes.height if self.classes.width else min(self.rows, 1)

    def sizes(self, cells: Codes) -> Counts:
        """Return how many of the population fall into each class, given by its groups."""
        if not cells.shape[1]:
            return np.full(len(cells), self.rows, np.int64)
        names = [str(place) for place in range(cells.shape[1])]
        asked = pl.DataFrame({name: cells[:, int(name)] for name in names})
        found = asked.join(self.classes, on=names, how="left", maintain_order="left")
        return found["people"].fill_null(0).cast(pl.Int64).to_numpy()


@dataclass(frozen=True, slots=True)
class Recoded:
    """A shard in classes; `people` and `met` as in `output.Figures`."""

    partition: Partition
    people: Counts
    met: int = 0


@dataclass(frozen=True, slots=True)
class Recoder:
    """What all shards share: `node` is the level of each column, or `tree` recodes by class."""

    hierarchies: tuple[Hierarchy, ...]
    tree: tuple[Forest, Names] | None
    rule: Rule
    demands: Demands
    node: tuple[int, ...] | None
    crowd: Crowd | None = None

    def recoded(self, shard: Shard, rows: Ints, sensitive: Ints) -> Recoded:
        """Return the classes of the shard's rows, given as leaves and sensitive values."""
        if self.node is not None:
            return self._at_node(self.node, rows, sensitive)
        if self.tree is None:
            raise ValueError("a recoder has a node or a tree")
        forest, names = self.tree
        narrow = all(one.leaves <= NARROW for one in self.hierarchies)
        leaves = np.empty(rows.shape, np.uint16 if narrow else np.int32)
        for column, of_leaf in enumerate(names.leaves):
            leaves[:, column] = of_leaf[rows[:, column]]
        start = forest.roots.copy()
        if len(start):
            start[shard.column] = self._group(shard, forest, names)
        secrets = np.ascontiguousarray(sensitive, np.int32)
        if not self.rule.demanding:
            secrets = np.empty((len(rows), 0), np.int32)
        grown = grow(forest, self.rule, start, leaves, secrets)
        return Recoded(classes_of(grown, names), np.zeros(0, np.int64))

    def _group(self, shard: Shard, forest: Forest, names: Names) -> int:
        """Return the forest's number of the shard's group."""
        up = self.hierarchies[shard.column].up[shard.level]
        leaf = names.leaves[shard.column][int(np.flatnonzero(up == shard.group)[0])]
        return int(forest.above[forest.base[shard.column, shard.level] + leaf])

    def _at_node(self, node: Sequence[int], rows: Ints, sensitive: Ints) -> Recoded:
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
        cells = groups[order[starts[:-1]]]
        people, met = np.zeros(0, np.int64), 0
        if self.crowd is not None:
            people = self.crowd.sizes(cells)
            good &= self.demands.placed(sizes, people)
            people, met = people[good], int((people > 0).sum())
        kept = np.repeat(good, sizes)
        number = np.where(good, np.cumsum(good) - 1, LEFT_OUT).astype(np.int32)
        classes = np.full(len(rows), LEFT_OUT, np.int32)
        classes[order] = np.repeat(number, sizes)
        partition = Partition(
            classes=classes,
            levels=np.broadcast_to(np.array(node, np.int8), cells[good].shape).copy(),
            groups=cells[good],
            order=order[kept].astype(np.int32),
            starts=np.concatenate([[0], np.cumsum(sizes[good])]).astype(np.int64),
        )
        return Recoded(partition, people, met)


def _grouped(groups: Codes) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return rows class by class, classes in order of their groups, and where each begins."""
    rows = len(groups)
    if not rows or not groups.shape[1]:
        return np.arange(rows), np.array([0, rows] if rows else [0], np.int64)
    order = np.lexsort(groups.T[::-1])
    lines = groups[order]
    new = np.concatenate([[True], (lines[1:] != lines[:-1]).any(axis=1)])
    return order, np.append(np.flatnonzero(new), rows)
