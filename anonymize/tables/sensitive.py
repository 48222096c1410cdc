"""How is a sensitive column coded, so that its values stand in order? Text at the edge only."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from anonymize.fields.numbers import tidy
from anonymize.fields.value import is_missing
from anonymize.plan.model import Distance
from anonymize.plan.plan import Plan
from anonymize.tables.coded import Codes
from anonymize.tables.coding import code
from anonymize.tables.demands import Attribute
from kernel.errors import InvalidError

_NAMED = 10


@dataclass(frozen=True, slots=True)
class Sensitive:
    """A sensitive column: `codes[row]` numbers its values in order; what is missing comes last."""

    name: str
    codes: Codes
    attribute: Attribute


def code_sensitive(raw: pl.Series, values: pl.Series, plan: Plan) -> Sensitive:
    """Return the column of transformed `values`; `raw` is what they were made from.

    Values stand in the order that the plan gives, else as numbers if all are numbers, else by code
    points. Spellings of one value (width, case, blanks, invisible characters) are one value here:
    else a class of one illness would count as diverse. Raises InvalidError if a value is not in the
    order that the plan gives.
    """
    name, closeness = values.name, plan.table.closeness if plan.table else None
    if closeness is not None and closeness.distance is Distance.HIERARCHICAL:
        column = code(raw, plan.fields[name], b"", plan.hierarchies[name])
        return Sensitive(name, column.codes, Attribute.of(column.codes, column.hierarchy))
    order = closeness.order.get(name, ()) if closeness is not None else ()
    given = list(dict.fromkeys(map(_folded, order)))
    values = _folded_column(values)
    occurring = values.unique().drop_nulls().to_list()
    if given and (strange := sorted(set(occurring) - set(given))):
        named = "、".join(f"“{value}”" for value in strange[:_NAMED])
        raise InvalidError(
            f"“{name}”的值{named}不在给出的次序中",
            field="table.t.order", rule="ordered 距离", remedy="请把全部值写进次序",
        )  # fmt: skip
    ranked = given or _ordered(occurring)
    codes = values.replace_strict(
        ranked, range(len(ranked)), default=len(ranked), return_dtype=pl.Int32
    ).to_numpy()
    counted = np.bincount(codes, minlength=len(ranked)) / max(len(codes), 1)
    return Sensitive(name, codes.astype(np.int32), Attribute(counted.astype(np.float64)))


def _folded_column(values: pl.Series) -> pl.Series:
    spellings = values.unique().drop_nulls().to_list()
    folded = [None if is_missing(value) else value for value in map(_folded, spellings)]
    return values.replace_strict(spellings, folded, default=None, return_dtype=pl.String)


def _folded(value: str) -> str:
    return tidy(value).casefold()


def _ordered(values: Sequence[str]) -> list[str]:
    numbers = [_number(value) for value in values]
    if all(math.isfinite(number) for number in numbers):
        return [value for _, value in sorted(zip(numbers, values, strict=True))]
    return sorted(values)


def _number(value: str) -> float:
    try:
        return float(value) if value.isascii() else math.nan
    except ValueError:
        return math.nan
