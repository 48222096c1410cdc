"""What is said of the whole? The shards' figures, added up exactly. Heavy."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from anonymize.plan.model import TableModel
from anonymize.plan.plan import Plan
from anonymize.risk import figures as risk
from anonymize.scale.output import Figures
from anonymize.scale.prepared import Prepared
from kernel.errors import InvalidError


def report(
    prepared: Prepared,
    shards: Sequence[Figures],
    fields: Mapping[str, Mapping[str, Any]],
    ignored: Sequence[str],
    parts: int,
) -> dict[str, Any]:
    """Return the report of the release from `parts` shards, with the keys of `anonymize.run`'s.

    Raises InvalidError if more rows are left out, in all shards together, than the limit allows.
    """
    plan, model = prepared.plan, prepared.plan.table
    if model is None:
        raise ValueError("a prepared plan has a table model")
    rows = sum(one.rows for one in shards)
    sizes = np.concatenate([*(one.sizes for one in shards), np.zeros(0, np.int64)])
    out = rows - int(sizes.sum())
    refuse_too_much_loss(model, rows, out)
    return {
        "version": 1,
        "plan": plan.digest,
        "label": plan.label,
        "rows_in": rows,
        "rows_out": rows - out,
        "suppressed": out,
        **risk.figures(model, pl.Series(sizes)),
        "fields": {name: dict(fields[name]) for name in plan.fields},
        "ignored_columns": list(ignored),
        "statistics": [],
        "search": {
            "algorithm": model.algorithm.value,
            **prepared.search,
            "shards": parts,
            "suppressed": out,
            "loss": loss(model, prepared, shards, rows, out),
        },
    }


def refuse_too_much_loss(model: TableModel, rows: int, out: int) -> None:
    """Raise InvalidError with the figures if more rows than the limit had to be left out."""
    if out <= rows * model.suppression_limit:
        return
    raise InvalidError(
        f"达不到表模型的要求（k={model.k}）：共 {rows} 行，需隐去 {out} 行（{out / rows:.1%}），"
        f"超过上限 {model.suppression_limit:.1%}",
        field="table",
        rule="k-匿名（GB/T 37964-2019）",
        remedy="请把准标识符泛化得更粗、减少字段或扩大范围",
    )


def loss(
    model: TableModel, prepared: Prepared, shards: Sequence[Figures], rows: int, out: int
) -> float:
    """Return the loss of the whole table (docs/adr/0005-plan-version-2.md)."""
    weights = np.array([model.weights.get(name, 1.0) for name in prepared.quasi], np.float64)
    if not rows or not len(weights):
        return 0.0
    spent = np.sum([one.spent for one in shards], axis=0) + out
    return float(np.expm1(np.log1p(spent / rows) @ weights / weights.sum()))


def field(plan: Plan, name: str, missing: int, malformed: int) -> dict[str, Any]:
    """Return the report's line on a field."""
    how = plan.fields[name]
    return {"treatment": str(how), "text": how.text, "missing": missing, "malformed": malformed}


def modelled_fields(prepared: Prepared) -> dict[str, Any]:
    """Return the lines on the columns of the model."""
    gaps = prepared.coding.gaps
    return {name: field(prepared.plan, name, *counts) for name, counts in gaps.items()}
