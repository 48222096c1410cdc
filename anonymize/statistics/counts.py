"""How many pupils are there by one or two columns, without telling of the few?

Cells under the threshold are hidden, and as many others as keep them from being recomputed from
rows, columns and totals (see suppression). Pure Python on the numbers of a group-by.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from anonymize.plan.noise import MOST_CELLS
from anonymize.plan.query import TOTAL, Count
from anonymize.statistics.suppression import Cell, hidden_cells
from kernel.errors import InvalidError

MISSING: Final = "未填"

Labels = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """One line of a published count; `count` is None where it is hidden, for whatever reason."""

    labels: Labels
    count: int | None


@dataclass(frozen=True, slots=True)
class Statistic:
    """A protected count: all combinations of the values that occur, and the totals."""

    by: tuple[str, ...]
    threshold: int
    lines: tuple[Published, ...]

    def document(self) -> dict[str, Any]:
        """Return the statistic as JSON; a hidden count is null."""
        return {
            "kind": "count",
            "by": list(self.by),
            "threshold": self.threshold,
            "cells": [
                dict(zip(self.by, line.labels, strict=True)) | {"count": line.count}
                for line in self.lines
            ],
        }

    def summary(self) -> dict[str, Any]:
        """Return what the report says of it."""
        hidden = sum(line.count is None for line in self.lines)
        return {
            "by": list(self.by), "threshold": self.threshold,
            "cells": len(self.lines), "hidden": hidden,
        }  # fmt: skip

    def hidden(self) -> "Statistic":
        """Return it with nothing told."""
        lines = tuple(Published(line.labels, None) for line in self.lines)
        return Statistic(self.by, self.threshold, lines)

    @property
    def whole(self) -> bool:
        """Tell whether nothing is hidden."""
        return all(line.count is not None for line in self.lines)


def publish(
    count: Count, numbers: Iterable[tuple[Sequence[str | None], int]], *, rows_known: bool = False
) -> Statistic:
    """Return the protected statistic of a group-by (labels in the order of `count.by`, pupils).

    If there are fewer pupils than the threshold nothing is told, not even the total. With
    `rows_known` everybody knows the row totals of a table of two columns, each at least the
    threshold: they are told, and nothing can be hidden behind them. Raises InvalidError if a value
    reads 合计 or there are more than 2 500 combinations.
    """
    tally: dict[Labels, int] = {}
    for labels, pupils in numbers:
        named = tuple(MISSING if label is None else label for label in labels)
        tally[named] = tally.get(named, 0) + pupils
    axes = [sorted({labels[i] for labels in tally}) for i in range(len(count.by))]
    _refuse_unfit(count, axes)
    lines = _line(axes[0], tally) if len(axes) == 1 else _grid(axes, tally, rows_known=rows_known)
    total = sum(tally.values())
    cells = [cell for _, cell in lines]
    everything = frozenset(range(len(cells)))
    hidden = hidden_cells(cells, count.threshold) if total >= count.threshold else everything
    return Statistic(
        count.by,
        count.threshold,
        tuple(
            Published(labels, None if i in hidden else cell.value)
            for i, (labels, cell) in enumerate(lines)
        ),
    )


def _line(axis: Sequence[str], tally: Mapping[Labels, int]) -> list[tuple[Labels, Cell]]:
    """One column: every pupil flows from node 0 to node 1 through one cell, and back."""
    cells = [((label,), Cell(0, 1, tally[(label,)])) for label in axis]
    return [*cells, ((TOTAL,), Cell(1, 0, sum(tally.values()), fixed=True))]


def _grid(
    axes: list[list[str]], tally: Mapping[Labels, int], *, rows_known: bool
) -> list[tuple[Labels, Cell]]:
    """Two columns: row → column → foot (column totals) → side (the total) → row (row totals)."""
    rows, columns = axes
    foot, side = len(rows) + len(columns), len(rows) + len(columns) + 1
    lines = [
        ((row, column), Cell(i, len(rows) + j, tally.get((row, column), 0)))
        for i, row in enumerate(rows)
        for j, column in enumerate(columns)
    ]
    for i, row in enumerate(rows):
        pupils = sum(tally.get((row, column), 0) for column in columns)
        lines.append(((row, TOTAL), Cell(side, i, pupils, dear=True, fixed=rows_known)))
    for j, column in enumerate(columns):
        pupils = sum(tally.get((row, column), 0) for row in rows)
        lines.append(((TOTAL, column), Cell(len(rows) + j, foot, pupils, dear=True)))
    total = Cell(foot, side, sum(tally.values()), fixed=True)
    return [*lines, ((TOTAL, TOTAL), total)]


def _refuse_unfit(count: Count, axes: list[list[str]]) -> None:
    size = 1
    for name, axis in zip(count.by, axes, strict=True):
        size *= len(axis)
        if TOTAL in axis:
            raise InvalidError(
                f"“{name}”的取值“{TOTAL}”与合计行重名",
                field=name, rule="统计表格式", remedy="请先更正该取值",
            )  # fmt: skip
    if size > MOST_CELLS:
        raise InvalidError(
            f"统计有 {size} 个格子，超过上限 {MOST_CELLS}",
            field="statistics", rule="统计表格式", remedy="请改用更粗的泛化层级",
        )  # fmt: skip
