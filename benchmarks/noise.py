"""Counts of a million pupils with noise, against the same counts with the few hidden."""

import time
from typing import Any

import numpy as np
import polars as pl

import anonymize
from anonymize.plan.plan import Plan
from anonymize.statistics.mechanism import discrete_laplace
from benchmarks.measure import Row

ROWS, DRAWS, ROUNDS = 1_000_000, 100_000, 3
GRADES = [f"{n:02}" for n in range(1, 13)]


def rows() -> list[Row]:
    """Measure a noisy and a hiding count in turn, and the bare draws; CPU seconds, the best."""
    draw = np.random.default_rng(7)
    table = pl.DataFrame(
        {
            "grade": draw.choice(GRADES, ROWS),
            "sex": draw.choice(["1", "2"], ROWS),
            "score": draw.integers(0, 101, ROWS).astype(str),
        }
    )
    values = {"grade": GRADES, "sex": ["1", "2"]}
    by = ["grade", "sex"]
    hiding = _plan({"kind": "count", "by": by, "threshold": 10})
    noisy = _plan({"kind": "count", "by": by, "epsilon": 0.5, "values": values})
    mean = _plan(
        {"kind": "mean", "of": "score", "bounds": [0, 100], "by": by, "values": values,
         "epsilon": 0.5}
    )  # fmt: skip
    seconds = {
        name: min(_seconds(table, plan) for _ in range(ROUNDS))
        for name, plan in (("hiding", hiding), ("count", noisy), ("mean", mean))
    }
    started = time.process_time()
    discrete_laplace([0] * DRAWS, sensitivity=1, nano=500_000_000)
    rate = DRAWS / (time.process_time() - started)
    return [
        Row(
            f"{name} with noise, {ROWS:,} rows, 39 cells",
            f"{seconds[name]:.2f} CPU s; {rate:,.0f} draws a CPU second",
            f"{seconds['hiding']:.2f} CPU s, the few hidden",
            f"{seconds[name] / seconds['hiding']:.2f}",
            0.0,
        )
        for name in ("count", "mean")
    ]


def _plan(statistic: dict[str, Any]) -> Plan:
    fields = dict.fromkeys(["grade", "sex", "score"], "keep")
    return Plan.parse({"version": 2, "fields": fields, "statistics": [statistic]})


def _seconds(table: pl.DataFrame, plan: Plan) -> float:
    started = time.process_time()
    anonymize.run(table, plan, key=b"", epsilon=1)
    return time.process_time() - started


if __name__ == "__main__":
    for row in rows():
        print(row)
