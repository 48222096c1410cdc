"""Which share of pupils has a value, without telling of the few who have it or have it not?

A rate is a table of two columns, the group and whether the value is there. Its cells are protected
like any count; a rate is told where numerator and denominator are.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from anonymize.plan.query import REST, TOTAL, Count, Rate
from anonymize.statistics.counts import Labels, Published, publish

Tally = Iterable[tuple[tuple[str | None, ...], bool, int]]
"""Labels of the group (none for a rate of all), whether the value is there, and pupils."""

DECIMALS = 4


@dataclass(frozen=True, slots=True)
class RateLine:
    """One line. What is hidden is None; `rate` is told only if both numbers are."""

    labels: Labels
    numerator: int | None
    denominator: int | None

    @property
    def rate(self) -> float | None:
        """The share, 0 to 1, to four decimals."""
        if self.numerator is None or not self.denominator:
            return None
        return round(self.numerator / self.denominator, DECIMALS)


@dataclass(frozen=True, slots=True)
class RateStatistic:
    """The protected rates of one column's groups and of all."""

    query: Rate
    lines: tuple[RateLine, ...]

    def document(self) -> dict[str, Any]:
        """Return the statistic as JSON; what is hidden is null."""
        by = self.query.by
        return self.query.document() | {
            "cells": [
                dict(zip(by, line.labels, strict=True))
                | {
                    "numerator": line.numerator,
                    "denominator": line.denominator,
                    "rate": line.rate,
                }
                for line in self.lines
            ],
        }

    def summary(self) -> dict[str, Any]:
        """Return what the report says of it."""
        hidden = sum(line.rate is None for line in self.lines)
        return self.query.document() | {"cells": len(self.lines), "hidden": hidden}


def publish_rate(
    query: Rate, tally: Tally, *, groups_known: bool = False, withheld: bool = False
) -> RateStatistic:
    """Return the protected rates.

    `groups_known`: the size of each group is told elsewhere, and each is at least the threshold.
    `withheld`: nothing may be told beside another statistic; all lines are hidden.
    """
    numbers: list[tuple[tuple[str | None, ...], int]] = [
        ((*labels, query.value if has else REST), n) for labels, has, n in tally
    ]
    groups: set[tuple[str | None, ...]] = {labels[:-1] for labels, _ in numbers}
    if not query.by:
        groups.add(())
    numbers += [((*group, column), 0) for group in groups for column in (query.value, REST)]
    count = Count((*query.by, query.of), query.threshold)
    told = publish(count, numbers, rows_known=groups_known)
    lines = _by_group(told.lines, query)
    if withheld:
        lines = tuple(RateLine(line.labels, None, None) for line in lines)
    return RateStatistic(query, lines)


def _by_group(lines: Iterable[Published], query: Rate) -> tuple[RateLine, ...]:
    with_value: dict[Labels, int | None] = {}
    in_all: dict[Labels, int | None] = {}
    for line in lines:
        *group, column = line.labels
        if column == query.value:
            with_value[tuple(group)] = line.count
        elif column == TOTAL:
            in_all[tuple(group)] = line.count
    return tuple(RateLine(group, with_value.get(group), in_all[group]) for group in in_all)
