"""What is the mean, without telling of one pupil who makes it or of a group that is all alike?

A mean is told if at least `threshold` pupils have a number, if no pupil dominates, and if the
numbers differ. Dominance is the p % rule: were all but the two largest contributors taken away, the
second could tell the largest to within p %. The mean of all is told only if each group's is:
else the hidden group's follows by subtraction. How many pupils have a number is never told.
Source: Hundepool et al., Statistical Disclosure Control (2012), 4.2.2.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from anonymize.plan.query import TOTAL, Mean
from anonymize.statistics.counts import MISSING, Labels

P_PERCENT: Final = 10
DIGITS: Final = 4
"""Significant digits of a mean: too few to find the number of pupils from its fraction."""


@dataclass(frozen=True, slots=True)
class MeanLine:
    """One line; `mean` is None where it is hidden."""

    labels: Labels
    mean: float | None


@dataclass(frozen=True, slots=True)
class MeanStatistic:
    """The protected means of one column's groups and of all."""

    query: Mean
    lines: tuple[MeanLine, ...]

    def document(self) -> dict[str, Any]:
        """Return the statistic as JSON; a hidden mean is null."""
        return self.query.document() | {
            "rule": f"p%={P_PERCENT}",
            "cells": [
                dict(zip(self.query.by, line.labels, strict=True)) | {"mean": line.mean}
                for line in self.lines
            ],
        }

    def summary(self) -> dict[str, Any]:
        """Return what the report says of it."""
        hidden = sum(line.mean is None for line in self.lines)
        return self.query.document() | {"cells": len(self.lines), "hidden": hidden}


def publish_mean(
    query: Mean,
    numbers: Mapping[str | None, Sequence[float]],
    tellable: Collection[str],
    *,
    withheld: bool = False,
) -> MeanStatistic:
    """Return the protected means.

    `numbers` are the finite numbers of each group (one nameless group for a mean of all);
    `tellable` the groups whose size may be told, beside the threshold on numbers judged here.
    """
    everything = [number for group in numbers.values() for number in group]
    whole = _mean(everything, query.threshold)
    if not query.by:
        return MeanStatistic(query, (MeanLine((), None if withheld else whole),))
    named: dict[str, list[float]] = {}
    for label, group in numbers.items():
        named.setdefault(MISSING if label is None else label, []).extend(group)
    lines = [
        MeanLine((label,), _mean(group, query.threshold) if label in tellable else None)
        for label, group in sorted(named.items())
    ]
    complete = all(line.mean is not None for line in lines)
    lines.append(MeanLine((TOTAL,), whole if complete else None))
    if withheld:
        lines = [MeanLine(line.labels, None) for line in lines]
    return MeanStatistic(query, tuple(lines))


def _mean(numbers: Sequence[float], threshold: int) -> float | None:
    if len(numbers) < threshold or min(numbers) == max(numbers) or _is_dominated(numbers):
        return None
    # fsum is exact, whatever the order: the same pupils give the same bytes.
    return _rounded(math.fsum(numbers) / len(numbers))


def _is_dominated(numbers: Iterable[float]) -> bool:
    shares = sorted(map(abs, numbers), reverse=True)
    return math.fsum(shares[2:]) < shares[0] * P_PERCENT / 100


def _rounded(number: float) -> float:
    return float(f"{number:.{DIGITS}g}")
