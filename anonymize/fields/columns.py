"""How is a table read, and how are its columns transformed? By distinct values only. Heavy: polars.

Numbers under a key (`bulk`) go a whole column at a time; what the bulk does not know, and all else,
goes value by value through the one function of `value`, so that both give the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, cast

import polars as pl

from anonymize.fields import bulk, doubts
from anonymize.fields.dates import shift_of, shifted
from anonymize.fields.value import is_missing, is_text, require_key, transform
from anonymize.plan.hierarchy import OwnHierarchy
from anonymize.plan.plan import Plan
from anonymize.plan.treatment import Kind, Treatment
from kernel.errors import InvalidError, Problem

_TEXTLIKE: Final = (pl.String, pl.Categorical, pl.Enum, pl.Null)
_FEW: Final = 1_000
"""Below so many rows the bulk does not pay."""


@dataclass(frozen=True, slots=True)
class Column:
    """A transformed column. `missing` had no value; `malformed` had one that its treatment did not
    know and that was therefore dropped.
    """  # noqa: D205  one sentence each

    values: pl.Series
    missing: int
    malformed: int


def read(table: object, plan: Plan) -> pl.DataFrame:
    """Return the table as a DataFrame whose columns for the plan (`Plan.inputs`) are text.

    Raises InvalidError naming every column that is absent or of another type (whole numbers count
    as text; fractions, dates and nested values have no one writing). Fractions are read where only
    means and histograms are made of them.
    """
    frame = _frame(table)
    problems = [
        Problem(f"表中没有字段“{name}”", name, "脱敏方案", "请补上该列，或从方案中去掉")
        for name in plan.inputs
        if name not in frame.columns
    ]
    problems += [
        Problem(f"字段“{name}”的类型是 {frame.schema[name]}", name, "须为文字", "请先转换为文字")
        for name in plan.inputs
        if name in frame.columns and not _is_readable(name, frame.schema[name], plan)
    ]
    if problems:
        raise InvalidError.of(tuple(problems))
    return frame.with_columns(pl.col(name).cast(pl.String) for name in plan.inputs)


def transform_all(frame: pl.DataFrame, plan: Plan, key: bytes) -> dict[str, Column]:
    """Return every emitted field of a table that `read` gave, transformed, by name.

    Free texts come back empty and counted as malformed: `text.column` has them. Raises InvalidError
    if a keyed form has a key of fewer than 16 bytes, and if values belie the plan (`doubts`).
    """
    for name in plan.emitted:
        if doubts.is_kept(plan, name):
            doubts.refuse_identifiers(frame[name])
        if plan.fields[name].kind is Kind.DATE:
            doubts.refuse_event(doubts.days(frame[name]))
    columns = treated(frame, plan, key)
    for name, column in columns.items():
        if doubts.is_keyed(plan, name):
            told = len(column.values) - column.values.null_count()
            doubts.refuse_few_tokens(name, column.values.drop_nulls().n_unique(), told)
    return columns


def treated(frame: pl.DataFrame, plan: Plan, key: bytes) -> dict[str, Column]:
    """Return what `transform_all` returns; for part of a table, whose doubts are judged elsewhere.

    Raises InvalidError if a keyed form has a key of fewer than 16 bytes.
    """
    return {
        name: dates(frame[name], frame[plan.subject], plan.fields[name], key)
        if plan.fields[name].kind is Kind.DATE and plan.subject
        else transformed(frame[name], plan.fields[name], key, own=plan.hierarchies.get(name))
        for name in plan.emitted
    }


def transformed(
    column: pl.Series, treatment: Treatment, key: bytes, *, own: OwnHierarchy | None = None
) -> Column:
    """Return the column under the treatment; equal values are transformed once.

    `own` is the column's own hierarchy. Dates are not shifted here but by `dates`.
    """
    rule = transform(treatment, key, own=own)
    whole = bulk.rule(treatment, key) if len(column) >= _FEW else None
    if whole is None:
        return _mapped(column, rule)
    done = whole(column)
    if not done.has_nulls():
        return Column(done.alias(column.name), 0, 0)
    rest = _mapped(pl.select(pl.when(done.is_null()).then(column)).to_series(), rule)
    taken = len(column) - done.null_count()
    values = done.fill_null(rest.values)
    return Column(values.alias(column.name), rest.missing - taken, rest.malformed)


def dates(column: pl.Series, subject: pl.Series, treatment: Treatment, key: bytes) -> Column:
    """Return the column with every date moved by the days of its row's subject.

    A date of nobody is dropped and counted as malformed.
    """
    require_key(treatment, key)
    pairs = pl.DataFrame({"value": column, "subject": subject})
    distinct = pairs.unique(maintain_order=True)
    days = {
        who: shift_of(who, int(treatment.level), key)
        for who in distinct["subject"].unique()
        if who is not None and is_text(who)
    }
    moved = [_moved(value, days.get(who)) for value, who in distinct.iter_rows()]
    found = pairs.join(
        distinct.with_columns(pl.Series("moved", moved, pl.String)),
        on=["value", "subject"], how="left", nulls_equal=True, maintain_order="left",
    )["moved"]  # fmt: skip
    missing = int((column.is_null() | (column.str.strip_chars() == "")).sum())
    return Column(found.alias(column.name), missing, found.null_count() - missing)


def _moved(value: str | None, days: int | None) -> str | None:
    if value is None or is_missing(value) or days is None or not is_text(value):
        return None
    return shifted(value, days)


def _mapped(column: pl.Series, rule: Callable[[str], str | None]) -> Column:
    """Transform each distinct value once."""
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
    return is_textlike(dtype) or (name in plan.measured and dtype.is_float())


def is_textlike(dtype: pl.DataType) -> bool:
    """Tell whether values of a type are read as text: text itself, and whole numbers."""
    return dtype in _TEXTLIKE or dtype.is_integer()
