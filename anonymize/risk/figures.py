"""How likely is it that a released row is tied to its pupil? Figures of the classes. Polars.

Prosecutor risk (the attacker knows that the pupil is in the table): 1 / class size, its maximum.
Marketer risk (how many of all rows are tied on average): classes / rows.
Sources: ISO/IEC 20889; El Emam, Guide to the De-Identification of Personal Health Information.
"""

from typing import Any

import polars as pl

from anonymize.plan.model import TableModel
from kernel.errors import InvalidError


def figures(model: TableModel | None, sizes: pl.Series | None) -> dict[str, Any]:
    """Return the report's part on k; `sizes` are the sizes of the released classes.

    Zeros stand for an empty table. Nothing is said about a release without rows (counts only).
    """
    if model is None or sizes is None:
        return {}
    members: list[int] = sizes.to_list()
    rows, classes, least = sum(members), len(members), min(members, default=0)
    return {
        "required_k": model.k,
        "quasi_identifiers": list(model.quasi_identifiers),
        "suppression_limit": model.suppression_limit,
        "classes": classes,
        "least_k": least,
        "prosecutor_risk": 1 / least if least else 0.0,
        "marketer_risk": classes / rows if rows else 0.0,
    }


def refuse_too_much_loss(model: TableModel, *, rows: int, left: int, sizes: pl.Series) -> None:
    """Raise InvalidError with the figures if more rows than the limit had to be left out."""
    lost = rows - left
    if lost <= rows * model.suppression_limit:
        return
    raise InvalidError(
        f"达不到 k={model.k}：共 {rows} 行，最小等价类 {min(sizes.to_list())} 行，"
        f"需隐去 {lost} 行（{lost / rows:.1%}），超过上限 {model.suppression_limit:.1%}",
        field="table",
        rule="k-匿名（GB/T 37964-2019）",
        remedy="请把准标识符泛化得更粗、减少字段或扩大范围",
    )
