"""Which column is a node cut along, and which of its rows go where? Compiled. Heavy.

A cut of a column makes a part of each group below the node's cell. A group too small to stand alone
stays behind: the groups left behind are one more part, the rest, which keeps the node's own cell.
A rest too small takes in the smallest part. So every part has a named cell and keeps the rule.
"""

import math
from typing import Final, NamedTuple

import numpy as np

from anonymize.tables.mondrian_forest import Floats, Forest, Ints, compiled
from anonymize.tables.mondrian_rule import NONE, Rule, forget, keeps, tally

_SPARSE: Final = 4
"""Groups a row from which on it is cheaper to note what is seen than to look through all groups."""
_REST: Final = -1
_BEST: Final = 1e300


class Bench(NamedTuple):
    """Work space of one tree. `counts` and `tallies` are all zero whenever nobody uses them.

    The groups of level `level[c]` in column c are `kids[begin[c]:end[c]]`; group g has `counts[g]` rows and
    goes to part `part[g]`. Part p ends at `ends[p]` and has the cell `cells[p]`.
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


@compiled
def bench_for(forest: Forest, rule: Rule, width: int) -> Bench:
    """Return the work space."""
    groups = len(forest.depth)
    return Bench(
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
    )


@compiled
def is_nameless(forest: Forest, cell: Ints) -> bool:
    """Tell whether some column of the node has no name yet."""
    for column in range(len(cell)):
        if _is_root(forest, cell, column):
            return True
    return False


@compiled
def _is_root(forest: Forest, cell: Ints, column: int) -> bool:
    """Tell whether the cell is a root without a name: no row may be told under it."""
    return bool(forest.nameless[column]) and cell[column] == forest.roots[column]


@compiled
def cut(forest: Forest, rule: Rule, bench: Bench, cell: Ints, mine, other) -> tuple[int, int]:  # type: ignore[no-untyped-def]  # noqa: ANN001  compiled: buffers of rows, order, sensitive
    """Write the parts of the best allowed cut into `other`; return its column and their number.

    The column is -1 if no cut is allowed. `cell` is narrowed to what the rows have in common.
    """
    for column in range(len(cell)):
        _look(forest, rule, bench, mine[0], cell, column)
    parts = 0
    chosen = _best(bench.scores)
    while chosen >= 0:
        parts = _deal(forest, rule, bench, cell, chosen, mine, other)
        if parts > 0:
            break
        bench.scores[chosen] = 0.0
        chosen = _best(bench.scores)
    for column in range(len(cell)):
        _clear(bench, column)
    return chosen, parts


@compiled
def _best(scores: Floats) -> int:
    """Return the first column of the highest score, -1 if none is above 0."""
    best = np.int64(-1)
    for column in range(len(scores)):
        if scores[column] > max(0.0, scores[best] if best >= 0 else 0.0):
            best = column
    return best


@compiled
def _look(forest: Forest, rule: Rule, bench: Bench, rows: Ints, cell: Ints, column: int) -> None:
    """Find the groups to cut the column into, and their score.

    Those right below the cell, or, if they allow no cut, the finest of the next levels that do.
    """
    begin = bench.end[column - 1] if column else 0
    bench.begin[column] = bench.end[column] = begin
    bench.scores[column] = 0.0
    level = forest.depth[cell[column]] - 1
    while level >= 0:
        most = _count(forest, bench, rows, cell[column], column, level)
        if most == len(rows) and not _is_root(forest, cell, column):
            cell[column] = bench.kids[begin]
        else:
            bench.level[column] = level
            bench.scores[column] = _score(forest, rule, bench, cell, column, len(rows))
            if bench.scores[column] > 0 or most < rule.k or level == 0:
                return
        _clear(bench, column)
        level -= 1


@compiled
def _clear(bench: Bench, column: int) -> None:
    for one in range(bench.begin[column], bench.end[column]):
        bench.counts[bench.kids[one]] = 0
    bench.end[column] = bench.begin[column]


@compiled
def _count(forest: Forest, bench: Bench, rows: Ints, group: int, column: int, level: int) -> int:
    """Count the rows in each group of the level below the group; return the highest count."""
    first, last = group, group + 1
    for _ in range(forest.depth[group] - level):
        first, last = forest.first[first], forest.last[last - 1]
    base = forest.base[column, level]
    begin = bench.begin[column]
    end = begin
    if last - first > _SPARSE * len(rows):
        for row in range(len(rows)):
            kid = forest.above[base + rows[row, column]]
            if bench.counts[kid] == 0:
                bench.kids[end] = kid
                end += 1
            bench.counts[kid] += 1
        bench.kids[begin:end].sort()
    else:
        for row in range(len(rows)):
            bench.counts[forest.above[base + rows[row, column]]] += 1
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
def _score(forest: Forest, rule: Rule, bench: Bench, cell: Ints, column: int, rows: int) -> float:
    """Return the loss that the cut takes away by nat of information that it tells; 0 if none.

    What is told cannot be told again: a node of n rows has ln(n / k) nats at most to give. So the
    cut is best that buys most for them. Only quasi-identifiers are looked at.
    """
    gain = told = 0.0
    rest = parts = 0
    least = rows + 1
    lost = 0.0
    for one in range(bench.begin[column], bench.end[column]):
        kid = bench.kids[one]
        count = bench.counts[kid]
        if count < rule.k:
            rest += count
            continue
        saved = count * (forest.cost[cell[column]] - forest.cost[kid])
        parts += 1
        gain += saved
        told += count * math.log(count)
        if count < least:
            least, lost = count, saved
    if 0 < rest < rule.k and parts and not _is_root(forest, cell, column):
        rest += least
        parts -= 1
        gain -= lost
        told -= least * math.log(least)
    if parts == 0:
        return 0.0
    if rest > 0:
        told += rest * math.log(rest)
    told = rows * math.log(rows) - told
    return gain / told if told > 0 else _BEST


@compiled
def _deal(forest: Forest, rule: Rule, bench: Bench, cell: Ints, column: int, mine, other) -> int:  # type: ignore[no-untyped-def]  # noqa: ANN001, PLR0913  compiled
    """Write the parts of the cut; return how many, 0 if the rule forbids it."""
    begin, end = bench.begin[column], bench.end[column]
    base = forest.base[column, bench.level[column]]
    free = _is_root(forest, cell, column)
    rest = 0
    for one in range(begin, end):
        kid = bench.kids[one]
        small = bench.counts[kid] < rule.k
        bench.part[kid] = _REST if small else one - begin
        rest += bench.counts[kid] if small else 0
    demanding = rule.kind != NONE or rule.distance != NONE
    if demanding:
        rest = _veto(forest, rule, bench, base, column, mine, other)
    if rest > 0 and not free and not _mend(rule, bench, column, rest, demanding, other[2]):
        return 0
    parts = 0
    for one in range(begin, end):
        kid = bench.kids[one]
        if bench.part[kid] != _REST:
            bench.part[kid] = parts
            bench.cells[parts] = kid
            bench.ends[parts] = bench.counts[kid]
            parts += 1
    if parts == 0:
        return 0
    left = len(mine[0])
    for part in range(parts):
        left -= bench.ends[part]
    for one in range(begin, end):
        if bench.part[bench.kids[one]] == _REST:
            bench.part[bench.kids[one]] = parts
    if left > 0:
        bench.ends[parts], bench.cells[parts] = left, cell[column]
        parts += 1
    _move(forest.above, base, bench, column, parts, mine, other)
    return parts


@compiled
def _move(above: Ints, base: int, bench: Bench, column: int, parts: int, mine, other) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001, PLR0913  compiled
    """Write the rows part by part; `ends` holds the sizes of the parts, then their ends."""
    place = 0
    for part in range(parts):
        bench.place[part] = place
        place += bench.ends[part]
        bench.ends[part] = place
    rows, order, sensitive = mine
    to_rows, to_order, to_sensitive = other
    for row in range(len(rows)):
        part = bench.part[above[base + rows[row, column]]]
        to = bench.place[part]
        bench.place[part] = to + 1
        for one in range(rows.shape[1]):
            to_rows[to, one] = rows[row, one]
        for one in range(sensitive.shape[1]):
            to_sensitive[to, one] = sensitive[row, one]
        to_order[to] = order[row]


@compiled
def _veto(forest: Forest, rule: Rule, bench: Bench, base: int, column: int, mine, other) -> int:  # type: ignore[no-untyped-def]  # noqa: ANN001, PLR0913  compiled
    """Leave behind each group that fails l or t by itself; return how many rows are left behind.

    The rows are written group by group, so that each group's sensitive values stand together.
    """
    begin, end = bench.begin[column], bench.end[column]
    for one in range(begin, end):
        bench.ends[one - begin] = bench.counts[bench.kids[one]]
        bench.place[one - begin] = bench.part[bench.kids[one]]
        bench.part[bench.kids[one]] = one - begin
    own = bench.place[: end - begin].copy()
    _move(forest.above, base, bench, column, end - begin, mine, other)
    rest = 0
    for one in range(begin, end):
        kid = bench.kids[one]
        count = bench.counts[kid]
        high = bench.ends[one - begin]
        fails = own[one - begin] == _REST
        if not fails:
            found = tally(other[2][high - count : high], rule, bench.tallies, bench.seen, 0)
            fails = not keeps(rule, bench.tallies, bench.seen, found, count)
            forget(bench.tallies, bench.seen, found)
        bench.part[kid] = _REST if fails else one - begin
        rest += count if fails else 0
    return rest


@compiled
def _mend(
    rule: Rule, bench: Bench, column: int, rest: int, demanding: bool, sensitive: Ints
) -> bool:
    """Take smallest parts into the rest until it keeps the rule; False if no part remains."""
    begin, end = bench.begin[column], bench.end[column]
    found = np.int64(0)
    if demanding:
        for one in range(begin, end):
            kid = bench.kids[one]
            if bench.part[kid] == _REST:
                high = bench.ends[one - begin]
                values = sensitive[high - bench.counts[kid] : high]
                found = tally(values, rule, bench.tallies, bench.seen, found)
    while True:
        good = rest >= rule.k and (
            not demanding or keeps(rule, bench.tallies, bench.seen, found, rest)
        )
        if good:
            break
        least = -1
        for one in range(begin, end):
            kid = bench.kids[one]
            if bench.part[kid] != _REST and (
                least < 0 or bench.counts[kid] < bench.counts[bench.kids[least]]
            ):
                least = one
        if least < 0:
            break
        kid = bench.kids[least]
        if demanding:
            high = bench.ends[least - begin]
            values = sensitive[high - bench.counts[kid] : high]
            found = tally(values, rule, bench.tallies, bench.seen, found)
        bench.part[kid] = _REST
        rest += bench.counts[kid]
    forget(bench.tallies, bench.seen, found)
    return good
