"""How is a table read, and how is one column transformed? By its distinct values only. Polars."""

from dataclasses import dataclass
from typing import Any, Final, cast

import polars as pl

from anonymize.fields.value import is_missing, transform
from anonymize.plan.plan import Plan
from anonymize.plan.treatment import Treatment
from kernel.errors import InvalidError, Problem

_TEXTLIKE: Final = (pl.String, pl.Categorical, pl.Enum, pl.Null)


@dataclass(frozen=True, slots=True)
class Column:
    """A transformed column. `missing` had no value; `malformed` had one that its treatment did not
    know and that was therefore dropped.
    """  # noqa: D205  one sentence each

    values: pl.Series
    missing: int
    malformed: int


def read(table: object, plan: Plan) -> pl.DataFrame:
    """Return the table as a DataFrame whose emitted columns are text.

    Raises InvalidError naming every column that is absent or of another type (whole numbers count
    as text; fractions, dates and nested values have no one writing). Fractions are read where only
    means and histograms are made of them.
    """
    frame = _frame(table)
    problems = [
        Problem(f"表中没有字段“{name}”", name, "脱敏方案", "请补上该列，或从方案中去掉")
        for name in plan.emitted
        if name not in frame.columns
    ]
    problems += [
        Problem(f"字段“{name}”的类型是 {frame.schema[name]}", name, "须为文字", "请先转换为文字")
        for name in plan.emitted
        if name in frame.columns and not _is_readable(name, frame.schema[name], plan)
    ]
    if problems:
        raise InvalidError.of(tuple(problems))
    return frame.with_columns(pl.col(name).cast(pl.String) for name in plan.emitted)


def transformed(column: pl.Series, treatment: Treatment, key: bytes) -> Column:
    """Return the column under the treatment; equal values are transformed once."""
    rule = transform(treatment, key)
    old: list[str] = []
    new: list[str | None] = []
    missing = malformed = 0
    for value, rows in column.value_counts(name="rows").iter_rows():
        if is_missing(value):
            missing += rows
            continue
        result = rule(value)
        malformed += rows if result is None else 0
        old.append(value)
        new.append(result)
    if not old:
        return Column(pl.Series(column.name, [None] * len(column), pl.String), missing, malformed)
    values = column.replace_strict(old, new, default=None, return_dtype=pl.String)
    return Column(values.alias(column.name), missing, malformed)


def _frame(table: object) -> pl.DataFrame:
    if isinstance(table, pl.LazyFrame):
        return table.collect()
    if isinstance(table, pl.DataFrame):
        return table
    if hasattr(table, "__arrow_c_stream__"):
        return pl.DataFrame(cast("Any", table))
    raise InvalidError(
        "不认识的表格类型", rule="anonymize.run", remedy="请提供 polars 或 Arrow 表格"
    )


def _is_readable(name: str, dtype: pl.DataType, plan: Plan) -> bool:
    return _is_textlike(dtype) or (name in plan.measured and dtype.is_float())


def _is_textlike(dtype: pl.DataType) -> bool:
    return dtype in _TEXTLIKE or dtype.is_integer()
