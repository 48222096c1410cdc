"""Does a class satisfy l-diversity and t-closeness? One pass over the values of its rows.

l-diversity: Machanavajjhala et al., TKDD 1 (2007). t-closeness: Li, Li, Venkatasubramanian, ICDE
2007. Kernels take rows sorted by class: class c has rows `start[c] … start[c + 1]` of `order`;
each row weighs `count[row]` (a row may stand for several equal ones).
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from anonymize.compiled import compiled
from anonymize.tables.coded import Codes
from anonymize.tables.grouping import Longs

Doubles = npt.NDArray[np.float64]

DISTINCT: Final = 0
ENTROPY: Final = 1
RECURSIVE: Final = 2


@compiled
def by_class(of_row: Codes, classes: int) -> tuple[Codes, Longs]:
    """Return the rows in order of their class, and where each class starts (counting sort)."""
    start = np.zeros(classes + 1, np.int64)
    for row in range(len(of_row)):
        start[of_row[row] + 1] += 1
    for one in range(classes):
        start[one + 1] += start[one]
    fill = start[:-1].copy()
    order = np.empty(len(of_row), np.int32)
    for row in range(len(of_row)):
        one = of_row[row]
        order[fill[one]] = row
        fill[one] += 1
    return order, start


@compiled
def frequencies(
    order: Codes, start: Longs, value: Codes, count: Longs, values: int
) -> tuple[Longs, Codes, Longs]:
    """Return, class by class, its distinct values and how often each occurs.

    Class c has `values[at[c] : at[c + 1]]` with those counts, in rising order of value. Rows of
    count 0 do not occur.
    """
    classes = len(start) - 1
    at = np.zeros(classes + 1, np.int64)
    which = np.empty(len(order), np.int32)
    often = np.empty(len(order), np.int64)
    tally = np.zeros(values, np.int64)
    filled = 0
    for one in range(classes):
        begin = filled
        for place in range(start[one], start[one + 1]):
            row = order[place]
            if count[row] == 0:
                continue
            if tally[value[row]] == 0:
                which[filled] = value[row]
                filled += 1
            tally[value[row]] += count[row]
        which[begin:filled].sort()
        for place in range(begin, filled):
            often[place] = tally[which[place]]
            tally[which[place]] = 0
        at[one + 1] = filled
    return at, which[:filled].copy(), often[:filled].copy()


@compiled
def diverse(
    at: Longs, often: Longs, kind: int, least: float, factor: float
) -> npt.NDArray[np.bool_]:
    """Tell for each class whether it is l-diverse (`least` is l, `factor` is c).

    Entropy compares n (ln n − ln l) with Σ f ln f, as ARX does and in its rounding: a class of l
    equally frequent values stands exactly at l, and rounding may refuse it.
    """
    classes = len(at) - 1
    passes = np.zeros(classes, np.bool_)
    needed = int(np.ceil(least))
    for one in range(classes):
        found = often[at[one] : at[one + 1]]
        if len(found) < needed:
            continue
        if kind == 0:
            passes[one] = True
        elif kind == 1:
            total = found.sum()
            room = total * (np.log(total) - np.log(least))
            spent = 0.0
            for frequency in found:
                spent += frequency * np.log(frequency)
            passes[one] = spent <= room
        else:
            falling = np.sort(found)[::-1]
            passes[one] = falling[0] < factor * falling[needed - 1 :].sum()
    return passes


@compiled
def distances_equal(at: Longs, which: Codes, often: Longs, whole: Doubles) -> Doubles:
    """Return each class's distance to the distribution `whole`: half of Σ |p − q|."""
    classes = len(at) - 1
    found = np.zeros(classes, np.float64)
    for one in range(classes):
        total = often[at[one] : at[one + 1]].sum()
        distance = 1.0
        for place in range(at[one], at[one + 1]):
            share = whole[which[place]]
            distance += abs(share - often[place] / total) - share
        found[one] = distance / 2
    return found


@compiled
def distances_ordered(at: Longs, which: Codes, often: Longs, whole: Doubles) -> Doubles:
    """Return each class's distance over values in order: Σ |cumulated p − q| / (m − 1).

    Between two values of a class p stands still and q rises, so that whole stretches are summed by
    prefix sums: the time depends on the values in the class, not on all values.
    """
    classes, values = len(at) - 1, len(whole)
    found = np.zeros(classes, np.float64)
    if values <= 1:
        return found
    level = np.cumsum(whole)
    area = np.zeros(values + 1, np.float64)
    area[1:] = np.cumsum(level)
    for one in range(classes):
        total = often[at[one] : at[one + 1]].sum()
        reached, begin, distance = 0.0, 0, 0.0
        for place in range(at[one], at[one + 1] + 1):
            end = which[place] if place < at[one + 1] else values
            if end > begin:
                turn = begin + np.searchsorted(level[begin:end], reached)
                distance += reached * (turn - begin) - (area[turn] - area[begin])
                distance += (area[end] - area[turn]) - reached * (end - turn)
            if place < at[one + 1]:
                reached += often[place] / total
            begin = end
        found[one] = distance / (values - 1)
    return found


@compiled
def distances_hierarchical(
    at: Longs, which: Codes, often: Longs, whole: Doubles, up: Codes
) -> Doubles:
    """Return each class's distance over a hierarchy: Σ over groups (level / height) · min(+, −).

    `up[j, v]` is the group of value v at level j; the last level is one group. + and − are what
    the group's children have too much and too little (Li et al., section 5.3).
    """
    classes, height = len(at) - 1, len(up) - 1
    found = np.zeros(classes, np.float64)
    for one in range(classes):
        total = often[at[one] : at[one + 1]].sum()
        extra = -whole
        for place in range(at[one], at[one + 1]):
            extra[which[place]] += often[place] / total
        for level in range(1, height + 1):
            found[one] += level / height * _moved(extra, up[level - 1], up[level])
    return found


@compiled
def _moved(extra: Doubles, child: Codes, parent: Codes) -> float:
    """Return how much must move between the children of each parent, over all parents."""
    spare, home = np.zeros(child.max() + 1), np.zeros(child.max() + 1, np.int32)
    for value in range(len(extra)):
        spare[child[value]] += extra[value]
        home[child[value]] = parent[value]
    more, less = np.zeros(parent.max() + 1), np.zeros(parent.max() + 1)
    for place in range(len(spare)):
        more[home[place]] += max(spare[place], 0.0)
        less[home[place]] += max(-spare[place], 0.0)
    return float(np.minimum(more, less).sum())
