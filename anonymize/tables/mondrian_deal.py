"""Which rows of a cut go where? Into parts that keep the rule, and a rest. Compiled. Heavy.

A group that is below k, or fails l or t, stays behind: the groups left behind are one more part,
the rest, which keeps the node's own cell. A rest that fails the rule takes in the smallest part. So
every part has a named cell and keeps the rule, or there is no cut.
"""

from typing import Final

import numpy as np

from anonymize.tables.mondrian_cut import Bench, Rows, Tree, best, clear, is_root, look
from anonymize.tables.mondrian_forest import Ints, compiled
from anonymize.tables.mondrian_rule import forget, keeps, tally

_REST: Final = -1


@compiled
def cut(tree: Tree, rows: Rows, other: Rows, cell: Ints) -> tuple[int, int]:
    """Write the parts of the best allowed cut into `other`; return its column and their number.

    The column is -1 if no cut is allowed. `cell` is narrowed to what the rows have in common.
    """
    look(tree, rows, cell)
    bench = tree.bench
    parts = 0
    chosen = best(bench.scores)
    while chosen >= 0:
        parts = _deal(tree, rows, other, cell, chosen)
        if parts > 0:
            break
        bench.scores[chosen] = 0.0
        chosen = best(bench.scores)
    for column in range(len(cell)):
        clear(bench, column)
    return chosen, parts


@compiled
def _deal(tree: Tree, rows: Rows, other: Rows, cell: Ints, column: int) -> int:
    """Write the parts of the cut; return how many, 0 if the rule forbids it."""
    bench, rule = tree.bench, tree.rule
    base = tree.forest.base[column, bench.level[column]]
    rest = 0
    for one in range(bench.begin[column], bench.end[column]):
        kid = bench.kids[one]
        small = bench.counts[kid] < rule.k
        bench.part[kid] = _REST if small else one
        rest += bench.counts[kid] if small else 0
    if rule.kind != 0 or rule.distance != 0:
        rest = _veto(tree, rows, other, column, base)
    if rest > 0 and not is_root(tree.forest, cell, column):
        rest = _mend(tree, other.sensitive, column, rest)
    parts = _numbered(bench, column, rest, cell[column])
    if parts > 0:
        _move(tree, rows, other, column, base, parts)
    return parts


@compiled
def _numbered(bench: Bench, column: int, rest: int, name: int) -> int:
    """Number the parts, the rest last; return how many. `ends` then holds their sizes."""
    parts = 0
    for one in range(bench.begin[column], bench.end[column]):
        kid = bench.kids[one]
        if bench.part[kid] != _REST:
            bench.part[kid] = parts
            bench.cells[parts] = kid
            bench.ends[parts] = bench.counts[kid]
            parts += 1
    if parts == 0 or rest == 0:
        return parts
    for one in range(bench.begin[column], bench.end[column]):
        if bench.part[bench.kids[one]] == _REST:
            bench.part[bench.kids[one]] = parts
    bench.ends[parts], bench.cells[parts] = rest, name
    return parts + 1


@compiled
def _move(tree: Tree, rows: Rows, other: Rows, column: int, base: int, parts: int) -> None:
    """Write the rows part by part; `ends` holds the sizes of the parts, then their ends."""
    # Plain local arrays: out of the tuples, nothing is loaded twice in the loop.
    part, place, ends = tree.bench.part, tree.bench.place, tree.bench.ends
    above = tree.forest.above[base:]
    leaves, order, sensitive = rows
    to_leaves, to_order, to_sensitive = other
    begin = 0
    for one in range(parts):
        place[one] = begin
        begin += ends[one]
        ends[one] = begin
    for row in range(len(leaves)):
        its = np.uint32(part[above[leaves[row, column]]])
        to = np.uint32(place[its])
        place[its] = to + 1
        for one in range(leaves.shape[1]):
            to_leaves[to, one] = leaves[row, one]
        for one in range(sensitive.shape[1]):
            to_sensitive[to, one] = sensitive[row, one]
        to_order[to] = order[row]


@compiled
def _veto(tree: Tree, rows: Rows, other: Rows, column: int, base: int) -> int:
    """Leave behind each group that fails l or t by itself; return how many rows are left behind.

    The rows are written group by group, so that each group's sensitive values stand together; from
    here on `ends` tells where those of each group end.
    """
    bench, begin, end = tree.bench, tree.bench.begin[column], tree.bench.end[column]
    for one in range(begin, end):
        bench.ends[one - begin] = bench.counts[bench.kids[one]]
        bench.part[bench.kids[one]] = one - begin
    _move(tree, rows, other, column, base, end - begin)
    rest = 0
    for one in range(begin, end):
        kid = bench.kids[one]
        fails = bench.counts[kid] < tree.rule.k
        if not fails:
            found = _tally(tree, other.sensitive, column, one, 0)
            fails = not keeps(tree.rule, bench.tallies, bench.seen, found, bench.counts[kid])
            forget(bench.tallies, bench.seen, found)
        bench.part[kid] = _REST if fails else one
        rest += bench.counts[kid] if fails else 0
    return rest


@compiled
def _tally(tree: Tree, sensitive: Ints, column: int, one: int, found: int) -> int:
    """Add the sensitive values of a group to the tallies; none are needed for k alone."""
    if sensitive.shape[1] == 0:
        return found
    bench = tree.bench
    high = bench.ends[one - bench.begin[column]]
    values = sensitive[high - bench.counts[bench.kids[one]] : high]
    return tally(values, tree.rule, bench.tallies, bench.seen, found)


@compiled
def _mend(tree: Tree, sensitive: Ints, column: int, rest: int) -> int:
    """Take smallest parts into the rest until it keeps the rule; return its rows."""
    rule, bench = tree.rule, tree.bench
    found = 0 * rest  # the constant 0 would have all it is passed to compiled once more
    for one in range(bench.begin[column], bench.end[column]):
        if bench.part[bench.kids[one]] == _REST:
            found = _tally(tree, sensitive, column, one, found)
    least = 0
    while least >= 0 and not (
        rest >= rule.k and keeps(rule, bench.tallies, bench.seen, found, rest)
    ):
        least = _smallest(bench, column)
        if least >= 0:
            found = _tally(tree, sensitive, column, least, found)
            bench.part[bench.kids[least]] = _REST
            rest += bench.counts[bench.kids[least]]
    forget(bench.tallies, bench.seen, found)
    return rest


@compiled
def _smallest(bench: Bench, column: int) -> int:
    """Return where the smallest part's group stands, -1 if there is no part."""
    least = -1
    for one in range(bench.begin[column], bench.end[column]):
        kid = bench.kids[one]
        smaller = least < 0 or bench.counts[kid] < bench.counts[bench.kids[least]]
        if bench.part[kid] != _REST and smaller:
            least = one
    return least
