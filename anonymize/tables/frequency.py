"""How many rows has each class at a node? Counted from the smallest finer table that is at hand.

A frequency set (LeFevre et al., Incognito, SIGMOD 2005) holds one line for each combination of
groups and sensitive values that occurs, with its number of rows. Coarser ones are merged from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from anonymize.tables import criteria
from anonymize.tables.coded import Coded, Codes
from anonymize.tables.compiled import compiled
from anonymize.tables.demands import Demands, Flags
from anonymize.tables.grouping import Grouping, Longs, group, identity
from anonymize.tables.loss import Costs

Node = tuple[int, ...]

_WORTH: Final = 0.7
"""A merged table is kept if it has at most this share of the lines it came from."""


@dataclass(frozen=True, slots=True)
class Table:
    """Lines at a node: group codes a column, sensitive codes, rows and population of each line."""

    node: Node
    columns: tuple[Codes, ...]
    sensitive: tuple[Codes, ...]
    count: Longs
    population: Longs | None

    @property
    def lines(self) -> int:
        """How many lines there are."""
        return len(self.count)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a node costs: `small` rows are in classes below k.

    `suppressed` rows are in classes that fail anything, and `losses` are the columns' losses; None
    and nothing if the node is refused for another reason.
    """

    small: int
    suppressed: int | None = None
    losses: tuple[float, ...] = ()


class Frequencies:
    """The frequency sets of one table under one list of demands."""

    def __init__(
        self, coded: Coded, population: Coded | None, demands: Demands, costs: Costs
    ) -> None:
        self._hierarchies, self._demands, self._costs = coded.hierarchies, demands, costs
        self._rows = _table_of_rows(coded, population, demands)
        self._inputs = coded.rows
        self._tables = [self._rows]

    def judge(self, node: Node, limit: int) -> Verdict:
        """Return what the node costs; stops early if more rows than the limit are below k."""
        table, classes = self._grouped(node)
        size = _sums(classes, table.count)
        passes = self._demands.sized(size)
        small = int(size[~passes].sum())
        self._keep(table, classes, node)
        if small > limit:
            return Verdict(small)
        passes, covered = self._passes(table, classes, size, passes)
        failed = size[~passes]
        suppressed = int(failed.sum())
        if suppressed > limit or not covered:
            return Verdict(small)
        return Verdict(small, suppressed, self._losses(table, classes, node, size, passes))

    def kept(self, node: Node) -> Flags:
        """Return for each input row whether its class at the node satisfies everything."""
        table = self._rows
        classes = group(table.lines, self._columns(table, node))
        size = _sums(classes, table.count)
        passes, _ = self._passes(table, classes, size, self._demands.sized(size))
        return passes[classes.of_row[: self._inputs]]

    def _passes(
        self, table: Table, classes: Grouping, size: Longs, passes: Flags
    ) -> tuple[Flags, bool]:
        """Return which classes pass, and whether no class of the population alone fails.

        Such a class cannot be suppressed: that nobody of it is in the table is what tells.
        """
        covered = True
        if table.population is not None:
            population = _sums(classes, table.population)
            placed = self._demands.placed(size, population)
            presence = self._demands.presence
            covered = presence is None or presence.least == 0 or bool(placed[size == 0].all())
            passes = passes & placed
        if self._demands.by_value:
            order, start = criteria.by_class(classes.of_row, classes.classes)
            passes = passes & self._demands.valued(order, start, table.sensitive, table.count)
        return passes, covered

    def _losses(
        self, table: Table, classes: Grouping, node: Node, size: Longs, passes: Flags
    ) -> tuple[float, ...]:
        failed = np.flatnonzero(~passes)
        lines, rows = classes.first[failed], size[failed]
        losses = []
        for column, level in enumerate(node):
            cost = self._costs.more[column][level]
            spared = cost[self._value(table, column, level)[table.columns[column][lines]]]
            most = int(self._costs.most[column])
            summed = int(self._costs.total[column][level]) + int((rows * (most - spared)).sum())
            losses.append(self._costs.column_loss(column, summed))
        return tuple(losses)

    def _grouped(self, node: Node) -> tuple[Table, Grouping]:
        finer = (table for table in self._tables if _is_finer(table.node, node))
        table = min(finer, key=lambda one: one.lines)
        return table, group(table.lines, self._columns(table, node))

    def _keep(self, table: Table, classes: Grouping, node: Node) -> None:
        if self._demands.by_value:
            columns = [*self._columns(table, node), *_sensitive_columns(table, self._demands)]
            classes = group(table.lines, columns)
        if classes.classes > _WORTH * table.lines:
            return
        first = classes.first
        self._tables.append(
            Table(
                node,
                tuple(
                    self._value(table, column, level).astype(np.int32)[codes[first]]
                    for column, (codes, level) in enumerate(zip(table.columns, node, strict=True))
                ),
                tuple(codes[first] for codes in table.sensitive),
                _sums(classes, table.count),
                None if table.population is None else _sums(classes, table.population),
            )
        )

    def _columns(self, table: Table, node: Node) -> list[tuple[Codes, Longs, int]]:
        return [
            (
                codes,
                self._value(table, column, node[column]),
                len(self._hierarchies[column].labels[node[column]]),
            )
            for column, codes in enumerate(table.columns)
        ]

    def _value(self, table: Table, column: int, level: int) -> Longs:
        """Return the group at the level for each group at the table's own level."""
        up = self._hierarchies[column].up
        value = np.zeros(len(self._hierarchies[column].labels[table.node[column]]), np.int64)
        value[up[table.node[column]]] = up[level]
        return value


def _table_of_rows(coded: Coded, population: Coded | None, demands: Demands) -> Table:
    columns, sensitive = coded.columns, coded.sensitive if demands.by_value else ()
    count = np.ones(coded.rows, np.int64)
    people = None
    if population is not None:
        columns = tuple(
            np.concatenate(pair) for pair in zip(columns, population.columns, strict=True)
        )
        rest = np.zeros(population.rows, np.int32)
        sensitive = tuple(np.concatenate([codes, rest]) for codes in sensitive)
        people = np.concatenate(
            [np.zeros(coded.rows, np.int64), np.ones(population.rows, np.int64)]
        )
        count = np.concatenate([count, np.zeros(population.rows, np.int64)])
    return Table((0,) * len(columns), columns, sensitive, count, people)


def _sensitive_columns(table: Table, demands: Demands) -> list[tuple[Codes, Longs, int]]:
    sizes = [len(attribute.whole) for attribute in demands.attributes]
    return [
        (codes, identity(size), size) for codes, size in zip(table.sensitive, sizes, strict=True)
    ]


def _is_finer(one: Sequence[int], other: Sequence[int]) -> bool:
    return all(mine <= its for mine, its in zip(one, other, strict=True))


def _sums(classes: Grouping, count: Longs) -> Longs:
    return _sums_of(classes.of_row, count, classes.classes)


@compiled
def _sums_of(of_row: Codes, count: Longs, classes: int) -> Longs:
    found = np.zeros(classes, np.int64)
    for row in range(len(of_row)):
        found[of_row[row]] += count[row]
    return found
