"""How many rows has each class at a node? Counted from the smallest finer table that is at hand.

A frequency set (LeFevre et al., Incognito, SIGMOD 2005) holds one line for each combination of
groups and sensitive values that occurs, with its number of rows. Coarser ones are merged from it.
"""

from bisect import insort
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Final

import numpy as np

from anonymize.compiled import compiled
from anonymize.tables import criteria
from anonymize.tables.coded import Coded, Codes
from anonymize.tables.demands import Demands, Flags
from anonymize.tables.grouping import Grouping, Longs, Mapped, group, identity, taken
from anonymize.tables.loss import Costs
from anonymize.tables.nodes import Node, bits

_WORTH: Final = 0.7
"""A merged table is kept if it has at most this share of the lines it came from."""
_OFTEN: Final = 6
"""How often a helping table is asked for before it is made: most searches never do."""
_WIDE: Final = 3
"""A helping table has the levels of up to so many columns, those of most values."""


class Table:
    """Lines at a node: their codes, and the rows and the population that each stands for.

    `codes[c][line]` has the quasi-identifiers first, then the sensitive columns. They are merged
    when first read: most tables are never coarsened further.
    """

    def __init__(
        self,
        node: Node,
        count: Longs,
        population: Longs | None,
        merge: Callable[[], tuple[Codes, ...]],
    ) -> None:
        self.node, self.count, self.population = node, count, population
        self._merge = merge

    @cached_property
    def codes(self) -> tuple[Codes, ...]:
        """The codes of all columns."""
        return self._merge()

    @property
    def lines(self) -> int:
        """How many lines there are."""
        return len(self.count)

    @property
    def columns(self) -> tuple[Codes, ...]:
        """The quasi-identifiers' codes."""
        return self.codes[: len(self.node)]

    @property
    def sensitive(self) -> tuple[Codes, ...]:
        """The sensitive columns' codes."""
        return self.codes[len(self.node) :]


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
        self._heights = [hierarchy.height for hierarchy in coded.hierarchies]
        columns = range(len(coded.hierarchies))
        self._widest = sorted(columns, key=lambda one: -coded.hierarchies[one].leaves)[:_WIDE]
        self._rows = _table_of_rows(coded, population, demands)
        self._inputs = coded.rows
        self._tables = [(self._rows.lines, 0, self._rows)]
        self._asked = Counter[Node]()
        self._values: dict[tuple[int, int, int], Longs] = {}

    def judge(self, node: Node, limit: int) -> Verdict:
        """Return what the node costs; stops early if more rows than the limit are below k."""
        table, classes = self._grouped(node)
        size = classes.size
        passes = self._demands.sized(size)
        small = int(size[~passes].sum())
        self._keep(table, self._classes(table, node) if self._demands.by_value else classes, node)
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
        classes = group(table.columns, self._mapped(table, node), table.count)
        size = classes.size
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
            passes = passes & self._demands.valued(order, start, [*table.sensitive], table.count)
        return passes, covered

    def _losses(
        self, table: Table, classes: Grouping, node: Node, size: Longs, passes: Flags
    ) -> tuple[float, ...]:
        lines, rows = classes.first[~passes], size[~passes]
        costs = self._costs
        losses = []
        for column, level in enumerate(node):
            value, codes = self._value(table, column, level), table.columns[column]
            more = _more(lines, rows, codes, value, costs.more[column][level], costs.most[column])
            summed = int(costs.total[column][level]) + more
            losses.append(costs.column_loss(column, summed))
        return tuple(losses)

    def _grouped(self, node: Node) -> tuple[Table, Grouping]:
        self._prepare(node)
        table = self._nearest(node)
        return table, group(table.columns, self._mapped(table, node), table.count)

    def _nearest(self, node: Node) -> Table:
        """Return the smallest table that is finer."""
        more = ~bits(node, self._heights)
        return next(table for _, its, table in self._tables if not its & more)

    def _prepare(self, node: Node) -> None:
        """Merge a table that is finer than the node and others to come, if such are often asked.

        It has the node's levels in the columns of most values, and all values of the others.
        """
        levels = [0] * len(node)
        for column in self._widest:
            levels[column] = node[column]
            helper = tuple(levels)
            self._asked[helper] += 1
            if self._asked[helper] == _OFTEN:
                table = self._nearest(helper)
                if table.node != helper:
                    self._keep(table, self._classes(table, helper), helper)

    def _keep(self, table: Table, classes: Grouping, node: Node) -> None:
        if classes.classes > _WORTH * table.lines:
            return
        values = [self._value(table, column, level) for column, level in enumerate(node)]
        values += [value for value, _ in _as_they_are(self._demands)][: len(table.sensitive)]
        people = None if table.population is None else _sums(classes, table.population)
        merge = partial(taken, table.codes, values, classes.first)
        new = Table(node, classes.size, people, merge)
        place = new.lines, bits(node, self._heights), new
        insort(self._tables, place, key=lambda one: one[:2])

    def _classes(self, table: Table, node: Node) -> Grouping:
        """Return the lines that a table has at the node, sensitive values included."""
        as_they_are = _as_they_are(self._demands)[: len(table.sensitive)]
        return group(table.codes, [*self._mapped(table, node), *as_they_are], table.count)

    def _mapped(self, table: Table, node: Node) -> list[Mapped]:
        return [
            (self._value(table, column, level), len(self._hierarchies[column].labels[level]))
            for column, level in enumerate(node)
        ]

    def _value(self, table: Table, column: int, level: int) -> Longs:
        """Return the group at the level for each group at the table's own level."""
        place = column, table.node[column], level
        if place not in self._values:
            hierarchy = self._hierarchies[column]
            value = np.zeros(len(hierarchy.labels[table.node[column]]), np.int64)
            value[hierarchy.up[table.node[column]]] = hierarchy.up[level]
            self._values[place] = value
        return self._values[place]


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
    codes = (*columns, *sensitive)
    return Table((0,) * len(columns), count, people, lambda: codes)


def _as_they_are(demands: Demands) -> list[Mapped]:
    """Return what the sensitive columns' codes stand for: themselves."""
    sizes = [len(attribute.whole) for attribute in demands.attributes]
    return [(identity(size), size) for size in sizes]


@compiled
def _more(lines: Codes, rows: Longs, codes: Codes, value: Longs, cost: Longs, most: int) -> int:
    """Return what suppressing the rows of these lines costs more than their groups in a column."""
    found = 0
    for place in range(len(lines)):
        found += rows[place] * (most - cost[value[codes[lines[place]]]])
    return found


def _sums(classes: Grouping, count: Longs) -> Longs:
    return _sums_of(classes.of_row, count, classes.classes)


@compiled
def _sums_of(of_row: Codes, count: Longs, classes: int) -> Longs:
    found = np.zeros(classes, np.int64)
    for row in range(len(of_row)):
        found[of_row[row]] += count[row]
    return found
