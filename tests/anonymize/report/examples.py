"""A release of made-up pupils and its report, as the tests of screen and paper show it."""

from typing import Any

import polars as pl

import anonymize
from anonymize.plan.plan import Plan
from anonymize.report.document import Released, parts
from anonymize.risk.summary import Population
from anonymize.risk.thresholds import DEFAULTS, Context

PLAN = Plan.parse({
    "version": 1,
    "fields": {"birth_date": "generalize:birth_date:year", "sex": "keep", "health": "keep"},
    "table": {"k": 5, "quasi_identifiers": ["birth_date", "sex"], "sensitive": ["health"],
              "suppression_limit": 0.2},
})  # fmt: skip


def report(health: str = "良好", population: int | None = 5000) -> dict[str, Any]:
    rows = [
        {"birth_date": f"201{i % 2}{i % 12 + 1:02}01", "sex": "12"[i % 2], "health": health}
        for i in range(60)
    ]
    raw = pl.DataFrame([*rows, {"birth_date": "20010101", "sex": "1", "health": "少见病"}])
    made = anonymize.run(raw, PLAN, key=b"k" * 32)
    lost = pl.DataFrame({"birth_date": ["2001"], "sex": ["1"], "health": ["少见病"]})
    known = None if population is None else Population(population)
    released = Released(raw, made.table, pl.Series(made.kept, dtype=pl.UInt32), lost, known)
    return {**made.report, **parts(PLAN, released, DEFAULTS[Context.ENCLAVE])}
