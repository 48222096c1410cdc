"""How does the compiled tree grow? Nodes of rows are cut until no cut is allowed. Heavy.

Rows lie in two buffers; a cut writes the parts of a node into the other buffer, at the same places.
Whatever is chosen depends on counts only, so the order of the rows changes nothing.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from anonymize.tables import mondrian_cut, mondrian_deal, mondrian_forest, mondrian_rule
from anonymize.tables.mondrian_cut import Rows, is_nameless, is_root, tree_of
from anonymize.tables.mondrian_deal import cut
from anonymize.tables.mondrian_forest import Forest, Ints, compiled, entry, making, version_of
from anonymize.tables.mondrian_rule import Rule, keeps, tally

_FIRST: Final = 64
_LOW: Final = 0
_HIGH: Final = 1
_SIDE: Final = 2
_CELLS: Final = 3


def _entry(version: int) -> Callable[..., tuple[Ints, Ints, Ints]]:
    @entry
    def of_version(
        forest: Forest, rule: Rule, start: Ints, leaves: Ints, sensitive: Ints
    ) -> tuple[Ints, Ints, Ints]:
        return _grow(forest, rule, start, leaves, sensitive, version)

    return of_version


def grow(
    forest: Forest, rule: Rule, start: Ints, leaves: Ints, sensitive: Ints
) -> tuple[Ints, Ints, Ints]:
    """Return the cells of each class, where each class begins, and the rows class by class.

    `start[c]` is the root's cell in column c; a root that fails the rule has no class at all.
    A class with a nameless cell may not be told. `leaves` and `sensitive` are overwritten.
    """
    return _COMPILED(forest, rule, start, leaves, sensitive)


@making
def _grow(
    forest: Forest, rule: Rule, start: Ints, leaves: Ints, sensitive: Ints, _version: int
) -> tuple[Ints, Ints, Ints]:
    count, width = leaves.shape
    tree = tree_of(forest, rule)
    here = Rows(leaves, np.arange(count).astype(np.int32), sensitive)
    there = Rows(np.empty_like(leaves), np.empty_like(here.order), np.empty_like(sensitive))
    buffers = (here, there)
    # A node, and a class that was found, is a line: first row, end, buffer, then the cells and
    # which columns are done.
    cell, done = start.astype(np.int64), tree.bench.done
    nodes = _put(np.empty((_FIRST, _CELLS + 2 * width), np.int64), 0, 0, count, 0, cell, done)
    found = np.empty((_FIRST, _CELLS + 2 * width), np.int64)
    classes = 0
    waiting = 1 if count > 0 and (is_nameless(forest, cell) or _holds(rule, sensitive)) else 0
    while waiting:
        waiting -= 1
        low, high, side = nodes[waiting, _LOW], nodes[waiting, _HIGH], nodes[waiting, _SIDE]
        for column in range(width):
            cell[column] = nodes[waiting, _CELLS + column]
            done[column] = nodes[waiting, _CELLS + width + column]
        rows = _view(buffers[side], low, high)
        chosen, parts = -1, 0
        if high - low >= 2 * rule.k or is_nameless(forest, cell):
            chosen, parts = cut(tree, rows, _view(buffers[1 - side], low, high), cell)
        if chosen < 0:
            _narrow(forest, rows.leaves, cell)
            found = _put(found, classes, low, high, 0, cell, done)
            classes += 1
            for row in range(high - low):
                here.order[low + row] = rows.order[row]
        # The last part goes on the stack first, so classes are numbered from left to right.
        for part in range(parts - 1, -1, -1):
            cell[chosen] = tree.bench.cells[part]
            first = low + (tree.bench.ends[part - 1] if part else 0)
            last = low + tree.bench.ends[part]
            nodes = _put(nodes, waiting, first, last, 1 - side, cell, done)
            waiting += 1
    return found[:classes, _CELLS : _CELLS + width], found[:classes, _LOW], here.order


@making
def _view(rows: Rows, low: int, high: int) -> Rows:
    return Rows(rows.leaves[low:high], rows.order[low:high], rows.sensitive[low:high])


@making
def _put(  # noqa: PLR0913, PLR0917  compiled code has no room for a record
    lines: Ints, at: int, low: int, high: int, side: int, cell: Ints, done: Ints
) -> Ints:
    """Write a line and return the lines, moved to a longer array if there was no room."""
    if at == len(lines):
        longer = np.empty((2 * at, lines.shape[1]), np.int64)
        for line in range(at):
            for one in range(lines.shape[1]):
                longer[line, one] = lines[line, one]
        lines = longer
    lines[at, _LOW], lines[at, _HIGH], lines[at, _SIDE] = low, high, side
    for column in range(len(cell)):
        lines[at, _CELLS + column] = cell[column]
        lines[at, _CELLS + len(cell) + column] = done[column]
    return lines


@making
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
        if depth == 0 or is_root(forest, cell, column):
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


_SOURCES: Final = (mondrian_cut, mondrian_deal, mondrian_forest, mondrian_rule)
_COMPILED: Final = _entry(version_of(__file__, *(str(one.__file__) for one in _SOURCES)))
