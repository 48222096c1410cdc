"""Pupils drawn by chance for tests of the tables, and a plan for them."""

from collections import Counter, defaultdict
from typing import Any

import numpy as np
import polars as pl

from anonymize.plan.plan import Plan
from anonymize.table import Result

KEY = b"thirty-two bytes of a secret key"
FIELDS = {
    "birth_date": "generalize:birth_date:month",
    "division": "keep",
    "sex": "keep",
    "health": "keep",
}
DIVISION: dict[str, Any] = {
    "levels": ["city", "province", "all"],
    "values": {
        "440106": ["4401", "44", "*"], "440103": ["4401", "44", "*"],
        "440305": ["4403", "44", "*"], "110105": ["1101", "11", "*"],
    },
}  # fmt: skip


def plan(table: dict[str, Any] | None = None, **changes: Any) -> Plan:  # noqa: ANN401  JSON
    model = {
        "k": 3, "quasi_identifiers": ["birth_date", "division", "sex"], "sensitive": ["health"],
        "suppression_limit": 0.2, "algorithm": "optimal",
    } | (table or {})  # fmt: skip
    return Plan.parse(
        {"version": 2, "fields": FIELDS, "hierarchies": {"division": DIVISION}, "table": model}
        | changes
    )


_DRAW = np.random.default_rng(11)
PUPILS = [
    {
        "birth_date": f"{2010 + year}{month:02}{day:02}",
        "division": [*DIVISION["values"]][place],
        "sex": "12"[sex],
        "health": ["none", "none", "none", "asthma", "allergy"][state],
    }
    for year, month, day, place, sex, state in _DRAW.integers(
        [0, 1, 1, 0, 0, 0], [4, 13, 29, 4, 2, 5], (120, 6)
    ).tolist()
]


def frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(FIELDS, pl.String))


def classes(result: Result) -> dict[tuple[str | None, ...], Counter[str | None]]:
    found = defaultdict[tuple[str | None, ...], Counter[str | None]](Counter)
    for row in result.table.select("birth_date", "division", "sex", "health").iter_rows():
        found[row[:-1]][row[-1]] += 1
    return found
