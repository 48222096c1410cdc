"""A table through a plan: columns transformed, k checked, rows left out, risk reported. Polars."""

from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from anonymize.fields.columns import Column, read, transform_all
from anonymize.plan.model import TableModel
from anonymize.plan.plan import Plan
from anonymize.report.document import Released, parts, population_of
from anonymize.risk import figures
from anonymize.risk.summary import Population
from anonymize.risk.thresholds import DEFAULTS, Context, Threshold
from anonymize.statistics import counts
from anonymize.statistics.counts import Statistic
from kernel.errors import InvalidError

_INDEX: Final = "\0row"
_SIZE: Final = "\0size"


@dataclass(frozen=True, slots=True)
class Result:
    """What leaves, and what is said about it.

    `table` has the plan's emitted fields in name order, and its rows sorted by value: the order of
    the rows tells nothing and links no two releases. `kept[i]` is the position of the input row
    that became output row i. `report` is a JSON document; `statistics` are the protected counts.
    """

    table: pl.DataFrame
    report: dict[str, Any]
    statistics: tuple[Statistic, ...] = ()
    kept: tuple[int, ...] = field(default=(), repr=False)


def run(
    table: object,
    plan: Plan,
    *,
    key: bytes,
    population: object = None,
    threshold: Threshold = DEFAULTS[Context.CONTROLLED],
) -> Result:
    """Transform a polars DataFrame or LazyFrame, or any Arrow table (PyCapsule stream).

    Row i of the result equals `record` of input row `kept[i]`; absent values are null. Every
    released row shares its transformed quasi-identifiers with at least k − 1 others; the rest is
    left out. A plan with counts and no table model releases counts only, no rows. The same rows,
    in any order, under the same plan and key give the same bytes.
    Raises InvalidError if a column is missing or not text, if more rows than the limit would have
    to be left out (with the figures), or if the plan has neither a table model nor counts.
    """
    if plan.table is None and not plan.statistics:
        raise InvalidError(
            "导出表格必须有表模型（k 与准标识符）",
            field="table", rule="GB/T 37964-2019", remedy="请在脱敏方案中加入表模型，或改为统计",
        )  # fmt: skip
    frame = read(table, plan)
    columns = transform_all(frame, plan, key)
    whole = pl.DataFrame([column.values for column in columns.values()])
    if plan.table is None:
        left, kept, sizes = whole, list(range(frame.height)), None
        shown = pl.DataFrame()
    else:
        left, kept, sizes = _protected(whole, plan.table)
        shown = left
    report = {
        "version": 1,
        "plan": plan.digest,
        "label": plan.label,
        "rows_in": frame.height,
        "rows_out": shown.height,
        "suppressed": frame.height - left.height,
        **figures.figures(plan.table, sizes),
        "fields": {name: _field(name, plan, columns) for name in plan.fields},
        "ignored_columns": sorted(set(frame.columns) - set(plan.fields)),
    }
    statistics = tuple(counts.publish(count, _tally(left, count.by)) for count in plan.statistics)
    report["statistics"] = [_summary(statistic) for statistic in statistics]
    released = Released(
        frame, shown, pl.Series(kept, dtype=pl.UInt32), _lost(whole, kept),
        _population(population, plan, key, shown),
    )  # fmt: skip
    report |= parts(plan, released, threshold)
    return Result(shown, report, statistics, tuple(kept))


def _lost(whole: pl.DataFrame, kept: list[int]) -> pl.DataFrame:
    """Return the rows that were left out, in the form in which they would have been released."""
    left = pl.Series(kept, dtype=pl.UInt32).implode()
    return whole.with_row_index(_INDEX).filter(~pl.col(_INDEX).is_in(left)).drop(_INDEX)


def _population(
    population: object, plan: Plan, key: bytes, shown: pl.DataFrame
) -> Population | None:
    if population is None or plan.table is None:
        return None
    frame = read(population, plan)
    names = [name for name in plan.table.quasi_identifiers if name in shown.columns]
    columns = transform_all(frame, plan, key)
    known = pl.DataFrame([columns[name].values for name in names])
    return population_of(shown, known, names)


def _protected(whole: pl.DataFrame, model: TableModel) -> tuple[pl.DataFrame, list[int], pl.Series]:
    """Return rows in classes of at least k, their input positions, and the sizes of the classes."""
    if whole.width == 0:
        raise InvalidError("方案没有可提供的字段", field="fields", remedy="请至少保留一个字段")
    names = [name for name in model.quasi_identifiers if name in whole.columns]
    size = pl.len().over(names) if names else pl.len()
    sized = whole.with_row_index(_INDEX).with_columns(size.alias(_SIZE))
    left = sized.filter(pl.col(_SIZE) >= model.k)
    figures.refuse_too_much_loss(model, rows=whole.height, left=left.height, sizes=sized[_SIZE])
    left = left.sort(whole.columns, nulls_last=True, maintain_order=True)
    classes = left.group_by(names).len()["len"] if names else pl.Series([left.height])
    return left.select(whole.columns), left[_INDEX].to_list(), classes.filter(classes > 0)


def _tally(frame: pl.DataFrame, by: tuple[str, ...]) -> list[tuple[tuple[str | None, ...], int]]:
    return [(row[:-1], row[-1]) for row in frame.group_by(by).len().iter_rows()]


def _field(name: str, plan: Plan, columns: dict[str, Column]) -> dict[str, Any]:
    treatment, column = plan.fields[name], columns.get(name)
    return {
        "treatment": str(treatment),
        "text": treatment.text,
        "missing": column.missing if column else 0,
        "malformed": column.malformed if column else 0,
    }


def _summary(statistic: Statistic) -> dict[str, Any]:
    hidden = sum(line.count is None for line in statistic.lines)
    return {
        "by": list(statistic.by),
        "threshold": statistic.threshold,
        "cells": len(statistic.lines),
        "hidden": hidden,
    }
