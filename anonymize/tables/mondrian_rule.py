"""Does a part of the table keep what the model demands beyond k? Compiled l and t. Heavy.

All four measures hold for a union of parts if they hold for each part: the number of values and the
tail of the frequent ones only grow, entropy is concave, and the distance is convex.
"""

import math
from typing import Final, NamedTuple

import numpy as np

from anonymize.plan.model import Distance, DiversityKind, TableModel
from anonymize.tables.mondrian_forest import Ints, compiled, entry, making
from kernel.errors import InvalidError

NONE: Final = 0
_DISTINCT: Final = 1
_ENTROPY: Final = 2
_RECURSIVE: Final = 3
_EQUAL: Final = 1
_ORDERED: Final = 2
_NEARLY: Final = 1e-12
"""Rounding of a sum of logarithms; far below any threshold a person writes."""

_KINDS: Final = {
    DiversityKind.DISTINCT: _DISTINCT,
    DiversityKind.ENTROPY: _ENTROPY,
    DiversityKind.RECURSIVE: _RECURSIVE,
}
_DISTANCES: Final = {Distance.EQUAL: _EQUAL, Distance.ORDERED: _ORDERED}


class Rule(NamedTuple):
    """`whole[at[s]:at[s + 1]]` counts the whole table's values of sensitive column s."""

    k: int
    kind: int
    l: float  # noqa: E741  the literature's name
    c: float
    distance: int
    t: float
    at: Ints
    whole: Ints
    rows: int

    @property
    def demanding(self) -> bool:
        """Whether sensitive values matter."""
        return self.kind != NONE or self.distance != NONE


def rule_of(model: TableModel, counts: tuple[Ints, ...], *, exact: bool = True) -> Rule:
    """Return the compiled rule; `counts[s][v]` counts value v of sensitive column s in the table.

    Raises InvalidError for a model that cuts of a table cannot keep by counting its own rows; if
    the rule is not the `exact` judge of what leaves, what it cannot count is left to that judge.
    """
    if exact:
        _refuse(model)
    diversity, closeness = model.diversity, model.closeness
    at = np.concatenate([[0], np.cumsum([len(one) for one in counts])]).astype(np.int64)
    whole = np.concatenate([*counts, np.zeros(0, np.int64)]).astype(np.int64)
    return Rule(
        k=model.k,
        kind=NONE if diversity is None or not counts else _KINDS[diversity.kind],
        l=0.0 if diversity is None else float(diversity.l),
        c=0.0 if diversity is None else float(diversity.c),
        distance=NONE
        if closeness is None or not counts
        else _DISTANCES.get(closeness.distance, NONE),
        t=0.0 if closeness is None else float(closeness.t),
        at=at,
        whole=whole,
        rows=int(counts[0].sum()) if counts else 0,
    )


def _refuse(model: TableModel) -> None:
    if model.presence is not None or model.k_map is not None:
        raise _cannot("总体条件（delta_presence、k_map）", "table")
    if model.closeness is not None and model.closeness.distance not in _DISTANCES:
        raise _cannot("层级距离的 t-接近性", "table.t.distance")


def _cannot(what: str, field: str) -> InvalidError:
    return InvalidError(
        f"mondrian 不支持{what}", field=field, rule="脱敏方案格式", remedy="请改用 optimal 或 fixed"
    )


@compiled
def tally(sensitive: Ints, rule: Rule, tallies: Ints, seen: Ints, found: int) -> int:
    """Add the rows to the tallies; note which values are new in `seen`; return how many are now."""
    for row in range(sensitive.shape[0]):
        for column in range(sensitive.shape[1]):
            value = rule.at[column] + sensitive[row, column]
            if tallies[value] == 0:
                seen[found] = value
                found += 1
            tallies[value] += 1
    return found


@compiled
def forget(tallies: Ints, seen: Ints, found: int) -> None:
    """Set the seen values' tallies to zero again."""
    for one in range(found):
        tallies[seen[one]] = 0


@making
def keeps(rule: Rule, tallies: Ints, seen: Ints, found: int, rows: int) -> bool:
    """Tell whether a part of so many rows, tallied, keeps l and t in every sensitive column."""
    for column in range(len(rule.at) - 1):
        low, high = rule.at[column], rule.at[column + 1]
        counts = np.empty(found, np.int64)
        values = 0
        apart = 0
        for one in range(found):
            value = seen[one]
            if low <= value < high:
                counts[values] = tallies[value]
                values += 1
                # Whole numbers: the order of the rows must not move a sum by a rounding.
                apart += max(tallies[value] * rule.rows - rule.whole[value] * rows, 0)
        counts = counts[:values]
        counts.sort()
        if rule.kind != NONE and not _diverse(rule, counts, rows):
            return False
        if rule.distance == _EQUAL and apart > (rule.t + _NEARLY) * rows * rule.rows:
            return False
        if rule.distance == _ORDERED and _moved(rule, tallies, low, high, rows) > rule.t + _NEARLY:
            return False
    return True


@compiled
def _diverse(rule: Rule, counts: Ints, rows: int) -> bool:
    """Tell whether the counts of one column's values, rising, keep l (Machanavajjhala 2007)."""
    if rule.kind == _DISTINCT:
        return len(counts) >= rule.l
    if rule.kind == _ENTROPY:
        total = 0.0
        for count in counts:
            total += count * math.log(count)
        return math.log(rows) - total / rows >= math.log(rule.l) - _NEARLY
    tail = 0
    for place in range(len(counts) - int(rule.l) + 1):
        tail += counts[place]
    return bool(counts[-1] < rule.c * tail)


@compiled
def _moved(rule: Rule, tallies: Ints, low: int, high: int, rows: int) -> float:
    """Return the earth mover's distance over ordered values (Li et al. 2007, section 5.1)."""
    total = 0.0
    ahead = 0
    for value in range(low, high):
        ahead += tallies[value] * rule.rows - rule.whole[value] * rows
        total += abs(ahead)
    return total / (float(rows) * rule.rows * max(high - low - 1, 1))


@entry
def fits(rule: Rule, tallies: Ints, rows: int) -> bool:
    """Tell whether a part of so many rows keeps k, l and t, given its tallies of all values."""
    seen = np.empty(len(tallies), np.int64)
    found = 0
    for value in range(len(tallies)):
        if tallies[value] > 0:
            seen[found] = value
            found += 1
    return rows >= rule.k and keeps(rule, tallies, seen, found, rows)
