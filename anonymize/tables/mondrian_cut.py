"""Which column is a node cut along? The one that buys most for what it tells. Compiled. Heavy.

A cut of a column makes a part of each group below the node's cell (`mondrian_deal`). Groups below k
stay behind as one more part, the rest, under the node's own name.
"""

import math
from typing import Final, NamedTuple

import numpy as np

from anonymize.tables.mondrian_forest import Floats, Forest, Ints, compiled, inlined, making
from anonymize.tables.mondrian_rule import Rule

_SPARSE: Final = 4
"""Groups a row from which on noting what is seen costs less than looking through all groups."""
_FEW: Final = 40
"""Numbers up to which insertion sorts sooner than what is called for it."""
_BEST: Final = 1e300


class Bench(NamedTuple):
    """Work space of one tree. `counts` and `tallies` are all zero whenever nobody uses them.

    The groups present of level `level[c]` in column c are `kids[begin[c]:end[c]]`; group g has
    `counts[g]` rows and goes to part `part[g]`. Part p ends at `ends[p]`; its cell is `cells[p]`.
    A column that is `done` allows no cut of the node, nor of any part of it: counts only fall.
    """

    counts: Ints
    kids: Ints
    begin: Ints
    end: Ints
    level: Ints
    part: Ints
    place: Ints
    ends: Ints
    cells: Ints
    scores: Floats
    tallies: Ints
    seen: Ints
    done: Ints


class Tree(NamedTuple):
    """What every node of a tree uses."""

    forest: Forest
    rule: Rule
    bench: Bench


class Rows(NamedTuple):
    """The rows of a node: leaves, places in the input, sensitive values; a view of a buffer."""

    leaves: Ints
    order: Ints
    sensitive: Ints


@making
def tree_of(forest: Forest, rule: Rule) -> Tree:
    """Return a tree with its work space."""
    groups, width = len(forest.depth), len(forest.roots)
    bench = Bench(
        np.zeros(groups, np.int64),
        np.empty(groups, np.int64),
        np.zeros(width, np.int64),
        np.zeros(width, np.int64),
        np.zeros(width, np.int64),
        np.empty(groups, np.int64),
        np.empty(groups + 1, np.int64),
        np.empty(groups + 1, np.int64),
        np.empty(groups + 1, np.int64),
        np.empty(width, np.float64),
        np.zeros(len(rule.whole), np.int64),
        np.empty(len(rule.whole), np.int64),
        np.zeros(width, np.int64),
    )
    return Tree(forest, rule, bench)


@inlined
def is_root(forest: Forest, cell: Ints, column: int) -> bool:
    """Tell whether the cell is a root without a name: no row may be told under it."""
    return bool(forest.nameless[column]) and cell[column] == forest.roots[column]


@inlined
def is_nameless(forest: Forest, cell: Ints) -> bool:
    """Tell whether some column of the node has no name yet."""
    found = False
    for column in range(len(cell)):
        found = found or is_root(forest, cell, column)
    return found


@inlined
def look(tree: Tree, rows: Rows, cell: Ints) -> None:
    """Find and score the cut of every column; `cell` is narrowed to what the rows share."""
    bench = tree.bench
    for column in range(len(cell)):
        bench.begin[column] = bench.end[column] = bench.end[column - 1] if column else 0
        bench.scores[column] = 0.0
        if not bench.done[column]:
            _look_at(tree, rows.leaves, cell, column)
            bench.done[column] = bench.scores[column] == 0.0


@inlined
def best(scores: Floats) -> int:
    """Return the first column of the highest score, -1 if none is above 0."""
    found = -1
    for column in range(len(scores)):
        if scores[column] > max(0.0, scores[found] if found >= 0 else 0.0):
            found = column
    return found


@inlined
def clear(bench: Bench, column: int) -> None:
    """Forget what was counted in a column."""
    for one in range(bench.begin[column], bench.end[column]):
        bench.counts[bench.kids[one]] = 0
    bench.end[column] = bench.begin[column]


@inlined
def _look_at(tree: Tree, leaves: Ints, cell: Ints, column: int) -> None:
    """Find the groups to cut the column into, and their score.

    Those right below the cell, or, if they allow no cut, the coarsest of the next levels that do.
    """
    bench = tree.bench
    begin = bench.begin[column]
    level = tree.forest.depth[cell[column]] - 1
    while level >= 0:
        most = _count(tree, leaves, cell[column], column, level)
        if most == len(leaves) and not is_root(tree.forest, cell, column):
            cell[column] = bench.kids[begin]
        else:
            bench.level[column] = level
            bench.scores[column] = _score(tree, cell, column, len(leaves))
            if bench.scores[column] > 0 or most < tree.rule.k or level == 0:
                return
        clear(bench, column)
        level -= 1


@inlined
def _count(tree: Tree, leaves: Ints, group: int, column: int, level: int) -> int:
    """Count the rows in each group of the level below the group; return the highest count."""
    forest, bench = tree.forest, tree.bench
    first, last = group, group + 1
    for _ in range(forest.depth[group] - level):
        first, last = forest.first[first], forest.last[last - 1]
    base, begin = forest.base[column, level], bench.begin[column]
    if last - first > _SPARSE * len(leaves):
        end = _note(tree, leaves, column, base, begin)
    else:
        _bin(bench.counts, forest.above, leaves, column, base)
        end = begin
        for kid in range(first, last):
            if bench.counts[kid] > 0:
                bench.kids[end] = kid
                end += 1
    bench.end[column] = end
    most = 0
    for one in range(begin, end):
        most = max(most, bench.counts[bench.kids[one]])
    return most


@compiled
def _bin(counts: Ints, above: Ints, leaves: Ints, column: int, base: int) -> None:
    """Count the rows of each group. The hottest loop: plain arrays, so nothing is loaded twice."""
    local = above[base:]
    for row in range(len(leaves)):
        counts[local[leaves[row, column]]] += 1


@compiled
def _note(tree: Tree, leaves: Ints, column: int, base: int, begin: int) -> int:
    """Count the rows of few groups out of many; return where the noted groups end."""
    forest, bench = tree.forest, tree.bench
    end = begin
    for row in range(len(leaves)):
        kid = forest.above[base + leaves[row, column]]
        if bench.counts[kid] == 0:
            bench.kids[end] = kid
            end += 1
        bench.counts[kid] += 1
    _sort(bench.kids[begin:end])
    return end


@making
def _sort(groups: Ints) -> None:
    """Sort; few numbers by insertion, which starts at once."""
    if len(groups) > _FEW:
        groups.sort()
        return
    for one in range(1, len(groups)):
        group, place = groups[one], one
        while place > 0 and groups[place - 1] > group:
            groups[place] = groups[place - 1]
            place -= 1
        groups[place] = group


@inlined
def _score(tree: Tree, cell: Ints, column: int, rows: int) -> float:
    """Return the loss that the cut takes away by nat of information that it tells; 0 if none.

    What is told cannot be told again: a node of n rows has ln(n / k) nats at most to give. So the
    cut is best that buys most for them. Only quasi-identifiers are looked at.
    """
    forest, bench, k = tree.forest, tree.bench, tree.rule.k
    gain = told = lost = 0.0
    rest = parts = 0
    least = rows + 1
    for one in range(bench.begin[column], bench.end[column]):
        kid = bench.kids[one]
        count = bench.counts[kid]
        if count < k:
            rest += count
            continue
        saved = count * (forest.cost[cell[column]] - forest.cost[kid])
        parts += 1
        gain += saved
        told += count * math.log(count)
        if count < least:
            least, lost = count, saved
    if 0 < rest < k and parts and not is_root(forest, cell, column):
        rest += least
        parts -= 1
        gain -= lost
        told -= least * math.log(least)
    if parts == 0:
        return 0.0
    told = rows * math.log(rows) - told - rest * math.log(max(rest, 1))
    return gain / told if told > 0 else _BEST
