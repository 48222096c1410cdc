"""How does the compiled tree grow? Nodes of rows are cut until no cut is allowed. Heavy.

Rows lie in two buffers; a cut writes the parts of a node into the other buffer, at the same places.
Whatever is chosen depends on counts only, so the order of the rows changes nothing.
"""

import numpy as np

from anonymize.tables.mondrian_cut import bench_for, cut, is_nameless
from anonymize.tables.mondrian_forest import Forest, Ints, compiled
from anonymize.tables.mondrian_rule import Rule, forget, keeps, tally

_FIRST = 64


@compiled
def grow(
    forest: Forest, rule: Rule, start: Ints, rows: Ints, sensitive: Ints
) -> tuple[Ints, Ints, Ints]:
    """Return the cells of each class, where each class begins, and the rows class by class.

    `start[c]` is the root's cell in column c; a root that fails the rule has no class at all.
    A class with a nameless cell may not be told. `rows` and `sensitive` are overwritten.
    """
    count, width = rows.shape
    order = np.arange(count).astype(np.int32)
    both = (rows, np.empty_like(rows))
    orders = (order, np.empty_like(order))
    secrets = (sensitive, np.empty_like(sensitive))
    bench = bench_for(forest, rule, width)
    cells = np.empty((_FIRST, width), np.int32)
    starts = np.empty(_FIRST, np.int64)
    found = 0
    labels = np.empty((_FIRST, width), np.int32)
    nodes = np.empty((_FIRST, 3), np.int64)
    labels[0] = start
    nodes[0, 0], nodes[0, 1], nodes[0, 2] = 0, count, 0
    waiting = 1 if is_nameless(forest, start) or _holds(rule, sensitive) else 0
    while waiting:
        waiting -= 1
        low, high, side = nodes[waiting, 0], nodes[waiting, 1], nodes[waiting, 2]
        cell = labels[waiting].copy()
        mine = (both[side][low:high], orders[side][low:high], secrets[side][low:high])
        other = (both[1 - side][low:high], orders[1 - side][low:high], secrets[1 - side][low:high])
        column, parts = -1, 0
        if high - low >= 2 * rule.k or is_nameless(forest, cell):
            column, parts = cut(forest, rule, bench, cell, mine, other)
        if column < 0:
            if found == len(starts):
                cells = np.concatenate((cells, np.empty_like(cells)))
                starts = np.concatenate((starts, np.empty_like(starts)))
            _narrow(forest, mine[0], cell)
            cells[found] = cell
            starts[found] = low
            found += 1
            orders[0][low:high] = mine[1]
            continue
        while waiting + parts > len(labels):
            labels = np.concatenate((labels, np.empty_like(labels)))
            nodes = np.concatenate((nodes, np.empty_like(nodes)))
        # The last part goes on the stack first, so classes are numbered from left to right.
        for part in range(parts - 1, -1, -1):
            labels[waiting] = cell
            labels[waiting, column] = bench.cells[part]
            nodes[waiting, 0] = low + bench.ends[part - 1] if part else low
            nodes[waiting, 1] = low + bench.ends[part]
            nodes[waiting, 2] = 1 - side
            waiting += 1
    return cells[:found], starts[:found], orders[0]


@compiled
def _holds(rule: Rule, sensitive: Ints) -> bool:
    """Tell whether all rows together keep the rule."""
    rows = len(sensitive)
    if rows < rule.k:
        return False
    tallies = np.zeros(len(rule.whole), np.int64)
    seen = np.empty(len(rule.whole), np.int64)
    found = tally(sensitive, rule, tallies, seen, 0)
    return keeps(rule, tallies, seen, found, rows)


@compiled
def _narrow(forest: Forest, rows: Ints, cell: Ints) -> None:
    """Lower each named cell to the finest group that holds all rows: their common ancestor."""
    for column in range(len(cell)):
        depth = forest.depth[cell[column]]
        if depth == 0 or forest.roots[column] == cell[column] and forest.nameless[column]:
            continue
        least = most = rows[0, column]
        for row in range(1, len(rows)):
            least = min(least, rows[row, column])
            most = max(most, rows[row, column])
        # Leaves stand in the order of the tree: what holds both ends holds all between.
        for level in range(depth):
            base = forest.base[column, level]
            if forest.above[base + least] == forest.above[base + most]:
                cell[column] = forest.above[base + least]
                break
