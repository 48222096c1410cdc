"""The optimum of the lattice is ARX's: node, suppressed rows and loss of every golden case."""

import gzip
import json
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import anonymize
from anonymize.plan.hierarchy import OwnHierarchy
from anonymize.plan.plan import Plan

GOLDEN = Path(__file__).parents[1] / "golden"
CASES = [json.loads(line) for line in (GOLDEN / "arx.jsonl").read_text().splitlines()]
QUASI = ["region", "birth_date", "sex", "ethnicity", "grade"]
DEMANDS: dict[str, dict[str, Any]] = {
    "distinct-l3": {"l": {"kind": "distinct", "l": 3}},
    "entropy-l2": {"l": {"kind": "entropy", "l": 2}},
    "recursive-c3-l2": {"l": {"kind": "recursive", "l": 2, "c": 3}},
    "t0.3-equal": {"t": {"t": 0.3, "distance": "equal"}},
}


def text(name: str) -> str:
    return gzip.decompress((GOLDEN / f"{name}.gz").read_bytes()).decode()


@cache
def pupils() -> pl.DataFrame:
    return pl.read_csv(text("pupils20k.csv").encode(), separator=";", infer_schema=False)


@cache
def hierarchies() -> dict[str, Any]:
    return {name: OwnHierarchy.of_text(text(f"pupils20k.{name}.csv")).document() for name in QUASI}


def plan(case: str) -> Plan:
    words = case.split()
    model: dict[str, Any] = {"k": int(words[0][1:]), "suppression_limit": float(words[-1][1:])}
    for word in words[1:-1]:
        model |= DEMANDS[word]
    return Plan.parse({
        "version": 2,
        "fields": dict.fromkeys([*QUASI, "health"], "keep"),
        "hierarchies": hierarchies(),
        "table": model | {
            "quasi_identifiers": QUASI, "sensitive": ["health"], "algorithm": "optimal",
        },
    })  # fmt: skip


@pytest.mark.parametrize("golden", CASES, ids=[case["case"] for case in CASES])
def test_the_optimum_is_what_arx_found(golden: dict[str, Any]) -> None:
    wanted = plan(golden["case"])
    result = anonymize.run(pupils(), wanted, key=b"")
    search = result.report["search"]
    assert {name: one["level"] for name, one in search["node"].items()} == golden["node"]
    assert search["suppressed"] == result.report["suppressed"] == golden["suppressed"]
    assert search["loss"] == pytest.approx(golden["loss"], abs=1e-9)
    assert search["lattice"] == golden["lattice"]
    classes = defaultdict[tuple[str, ...], Counter[str]](Counter)
    for row in result.table.select([*QUASI, "health"]).iter_rows():
        classes[row[:-1]][row[-1]] += 1
    assert min(counts.total() for counts in classes.values()) == result.report["least_k"]
    assert result.report["least_k"] >= int(golden["case"].split()[0][1:])
    distinct = min(len(counts) for counts in classes.values())
    assert distinct == result.report["l"]["health"]["distinct"]


def test_another_table_has_another_optimum() -> None:
    """The comparison can fail: with half of the rows ARX's figures no longer hold."""
    golden = CASES[0]
    half = anonymize.run(pupils().head(10_000), plan(golden["case"]), key=b"")
    assert half.report["search"]["loss"] != pytest.approx(golden["loss"], abs=1e-9)
