"""pycanon, a program that nobody here wrote, measures the same k, l and t on what is released.

Its recursive (c, l) takes the least frequent value for the most frequent one; that definition is
tested by brute force instead (`test_verify`, `test_lattice`).
"""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from anonymize.plan.plan import Plan
from anonymize.table import Result, run
from tests import oracles
from tests.anonymize.tables.test_golden import QUASI, hierarchies, pupils

JUDGE = Path(__file__).with_name("pycanon_judge.py")
MODELS: dict[str, dict[str, Any]] = {
    "k": {"k": 5, "suppression_limit": 0.05},
    "distinct l": {"k": 4, "suppression_limit": 0.1, "l": {"kind": "distinct", "l": 3}},
    "entropy l": {"k": 4, "suppression_limit": 0.2, "l": {"kind": "entropy", "l": 2}},
    "recursive l": {"k": 4, "suppression_limit": 0.1, "l": {"kind": "recursive", "l": 2, "c": 3}},
    "equal t": {"k": 5, "suppression_limit": 0.1, "t": {"t": 0.3}},
    "ordered t": {"k": 5, "suppression_limit": 0.1, "t": {"t": 0.2, "distance": "ordered"}},
}


def released(table: pl.DataFrame, model: dict[str, Any]) -> Result:
    plan = Plan.parse({
        "version": 2,
        "fields": dict.fromkeys([*QUASI, "health"], "keep"),
        "hierarchies": hierarchies(),
        "table": model | {"quasi_identifiers": QUASI, "sensitive": ["health"]},
    })  # fmt: skip
    return run(table, plan, key=b"")


def coarse(table: pl.DataFrame) -> pl.DataFrame:
    """Pupils of whom many are alike, so that even the approved forms can be released."""
    return table.with_columns(
        pl.lit(table[name][0]).alias(name) for name in ("birth_date", "region")
    )


@pytest.mark.foreign
def test_pycanon_measures_the_k_l_and_t_of_every_algorithms_output() -> None:
    sample = pupils().head(700)
    numbered = sample.with_columns(
        pl.col("health").rank("dense").cast(pl.Int64).cast(pl.String).alias("health")
    )
    questions, results = [], []
    for algorithm in ("fixed", "optimal", "mondrian", "best"):
        for name, model in MODELS.items():
            table = numbered if name == "ordered t" else sample
            if algorithm == "fixed":
                table, model = coarse(table), model | {"suppression_limit": 0.5}  # noqa: PLW2901  a variant
            result = released(table, model | {"algorithm": algorithm})
            results.append((algorithm, name, result))
            questions.append({
                "columns": result.table.to_dict(as_series=False),
                "quasi": QUASI, "sensitive": "health", "ordered": name == "ordered t",
            })  # fmt: skip
    for (algorithm, name, result), told in zip(
        results, oracles.ask(JUDGE, question=questions), strict=True
    ):
        report, place = result.report, f"{algorithm}, {name}"
        assert result.table.height > 300, place
        assert told["k"] == report["least_k"] >= MODELS[name]["k"], place
        assert told["distinct"] == report["l"]["health"]["distinct"], place
        # pycanon cuts the fraction off, after rounding errors of its own.
        assert told["entropy"] in {
            int(report["l"]["health"]["entropy"] + error) for error in (-1e-9, 1e-9)
        }, place
        assert told["t"] == pytest.approx(report["t"]["health"], abs=1e-9), place


@pytest.mark.foreign
def test_pycanon_sees_that_a_raw_table_keeps_nothing() -> None:
    raw = pupils().head(100)
    [told] = oracles.ask(JUDGE, question=[{
        "columns": raw.to_dict(as_series=False), "quasi": QUASI, "sensitive": "health",
        "ordered": False,
    }])  # fmt: skip
    assert (told["k"], told["distinct"]) == (1, 1)
