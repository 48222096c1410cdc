"""Pupils drawn by chance, and plans for them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from anonymize.plan.plan import Plan

KEY = b"thirty-two bytes of a secret key"
FORMS = {
    "birth_date": "generalize:birth_date:month",
    "division": "generalize:division:city",
    "ethnicity": "generalize:ethnicity:han_or_other",
    "sex": "keep",
    "health": "keep",
}
QUASI = ["birth_date", "division", "ethnicity", "sex"]


def plan(model: dict[str, Any] | None = None, **fields: str) -> Plan:
    forms = FORMS | fields
    table = {"k": 4, "quasi_identifiers": QUASI, "sensitive": ["health"], "algorithm": "mondrian"}
    return Plan.parse({"version": 2, "fields": forms, "table": table | (model or {})})


def pupils(rows: int, seed: int = 1) -> pl.DataFrame:
    conditions = ["健康", "近视", "哮喘", None]
    rng = np.random.default_rng(seed)
    shares = [0.3, 0.2, 0.2, 0.1, 0.1, 0.08, 0.01, 0.01]
    divisions = ["440106", "440103", "440305", "440304", "110105", "110108", "650102", "999999"]
    days = [f"20{year:02d}{month:02d}{day:02d}" for year in (10, 11, 12) for month in range(1, 13)
            for day in (1, 9, 17)]  # fmt: skip
    return pl.DataFrame({
        "birth_date": _draw(rng, rows, [*days, "20130230", None]),
        "division": _draw(rng, rows, divisions, shares),
        "ethnicity": _draw(rng, rows, ["01", "02", "11", None], [0.9, 0.05, 0.03, 0.02]),
        "sex": _draw(rng, rows, ["1", "2"]),
        "health": _draw(rng, rows, conditions, [0.6, 0.3, 0.05, 0.05]),
        "phone": [f"138{number:08d}" for number in range(rows)],
        "note": ["x"] * rows,
    })  # fmt: skip


def _draw(
    rng: np.random.Generator,
    rows: int,
    values: Sequence[str | None],
    shares: Sequence[float] | None = None,
) -> list[str | None]:
    return [values[place] for place in rng.choice(len(values), rows, p=shares)]
