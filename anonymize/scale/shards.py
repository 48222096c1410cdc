"""Into which shards is a table cut, so that no class crosses one? Heavy.

A shard holds whole groups of one quasi-identifier. For a search class by class it is the first cut
of Mondrian's tree, made by the tree's measure (`mondrian_cut`): what is too small, or fails l or t,
goes into the rest. For a search over all rows it is any set of groups of the level that leaves.
So what holds in each shard holds in the whole, and the shards' figures add up exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from anonymize.tables.coded import Codes, Hierarchy
from anonymize.tables.mondrian_rule import Rule, fits

MOST_SHARDS: Final = 256
ROWS: Final = 1_000_000
"""Rows that a shard should not exceed, if the hierarchies allow it."""

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Shard:
    """Rows that all lie in one group of a column's level, gathered from some heaps of a cut."""

    column: int
    level: int
    group: int
    heaps: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """Row by row, `heap[leaf]` by the leaf in a column; heap i is of group `groups[i]`.

    The last heap has the level's name `*` if groups were too small to stand alone.
    """

    column: int
    heap: Codes
    levels: tuple[int, ...]
    groups: tuple[int, ...]

    def shards(self) -> tuple[Shard, ...]:
        """Return each heap as a shard."""
        named = enumerate(zip(self.levels, self.groups, strict=True))
        return tuple(Shard(self.column, level, group, (one,)) for one, (level, group) in named)


def whole(hierarchies: Sequence[Hierarchy]) -> Cut:
    """Return the one shard of all rows."""
    if not hierarchies:
        return Cut(0, np.zeros(1, np.int32), (0,), (0,))
    first = hierarchies[0]
    return Cut(0, np.zeros(first.leaves, np.int32), (first.height - 1,), (0,))


def first_cut(hierarchies: Sequence[Hierarchy], rows: Sequence[Counts], k: int, most: int) -> Cut:
    """Return the cut of the tree's root; `rows[c][leaf]` counts the rows of each leaf.

    Of each column the coarsest level that makes no shard of more than `most` rows is a candidate,
    or, if none does, the one of the smallest shards; of those that take away most loss by nat told
    is taken. Groups below k make up the last shard.
    """
    total = int(rows[0].sum()) if rows else 0
    best, found = (-float(total), 0.0), whole(hierarchies)
    if total <= most:
        return found
    for column, hierarchy in enumerate(hierarchies):
        level = _level(hierarchy, rows[column], most)
        counts = _counts(hierarchy, rows[column], level)
        rank = (-float(max(counts.max(), most)), _score(hierarchy, level, counts, k))
        if rank[1] > 0 and rank > best:
            best, found = rank, _cut(column, hierarchy, level, counts, k)
    return found


def mended(cut: Cut, top: int, rule: Rule, tallies: Counts, rows: Counts) -> tuple[Shard, ...]:
    """Return the shards, those that fail the rule gathered in the rest, of the level `top`.

    `tallies[heap]` counts the sensitive values of a heap, as `Rule` numbers them.
    """
    heaps = range(len(cut.levels))
    rest = [one for one in heaps if cut.levels[one] == top]
    rest += [one for one in heaps if one not in rest and not fits(rule, tallies[one], rows[one])]
    alone = sorted((one for one in heaps if one not in rest), key=lambda one: int(rows[one]))
    while rest and alone and not fits(rule, tallies[rest].sum(axis=0), rows[rest].sum()):
        rest.append(alone.pop(0))
    shards = cut.shards()
    kept = [shards[one] for one in sorted(alone)]
    return (*kept, Shard(cut.column, top, 0, tuple(sorted(rest)))) if rest else tuple(kept)


def any_cut(hierarchies: Sequence[Hierarchy], node: Sequence[int], total: int, most: int) -> Cut:
    """Return shards of whole groups of the node's level, in the column that has most of them."""
    if total <= most or not hierarchies:
        return whole(hierarchies)
    sizes = [len(one.labels[level]) for one, level in zip(hierarchies, node, strict=True)]
    column = int(np.argmax(sizes))
    shards = min(-(-total // most), MOST_SHARDS, sizes[column])
    of_leaf = (hierarchies[column].up[node[column]] % shards).astype(np.int32)
    top = hierarchies[column].height - 1
    return Cut(column, of_leaf, (top,) * shards, (0,) * shards)


def _level(hierarchy: Hierarchy, rows: Counts, most: int) -> int:
    """Return the coarsest level whose groups are small enough, else the finest of few groups."""
    fine = hierarchy.height - 1
    for level in range(hierarchy.height - 1, -1, -1):
        if len(hierarchy.labels[level]) > MOST_SHARDS:
            break
        fine = level
        if _counts(hierarchy, rows, level).max(initial=0) <= most:
            break
    return fine


def _counts(hierarchy: Hierarchy, rows: Counts, level: int) -> Counts:
    groups = len(hierarchy.labels[level])
    return np.bincount(hierarchy.up[level], weights=rows, minlength=groups).astype(np.int64)


def _score(hierarchy: Hierarchy, level: int, counts: Counts, k: int) -> float:
    """Return the loss taken away by nat told, as `mondrian_cut` does."""
    leaves = np.bincount(hierarchy.up[level], minlength=len(counts))
    alone = counts >= k
    rest = int(counts[~alone].sum())
    parts = np.append(counts[alone], rest)
    parts = parts[parts > 0]
    if len(parts) < 2:  # noqa: PLR2004  a cut has two parts
        return 0.0
    saved = 1 - (leaves[alone] - 1) / max(hierarchy.leaves - 1, 1)
    total = int(counts.sum())
    told = total * np.log(total) - float((parts * np.log(parts)).sum())
    return float((counts[alone] * saved).sum() / told)


def _cut(column: int, hierarchy: Hierarchy, level: int, counts: Counts, k: int) -> Cut:
    alone = [int(group) for group in np.flatnonzero(counts >= k)]
    number = np.full(len(counts), len(alone), np.int32)
    number[alone] = np.arange(len(alone), dtype=np.int32)
    levels, groups = (level,) * len(alone), tuple(alone)
    if counts[counts < k].sum() > 0:
        levels, groups = (*levels, hierarchy.height - 1), (*groups, 0)
    return Cut(column, number[hierarchy.up[level]], levels, groups)
