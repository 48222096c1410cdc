"""The child's side of `worker`: one JSON job from standard input, one JSON answer to its output.

Heavy: loads polars and presidio. Never writes a value to the error output, where logs may keep it.
"""

import os
import sys
from collections.abc import Mapping
from typing import Any

import orjson
import polars as pl

from anonymize.plan.plan import Plan
from anonymize.plan.treatment import Kind
from anonymize.table import Result, run
from anonymize.text.scan import scan
from kernel.errors import InvalidError


def main() -> None:
    """Answer one job. Exit code 1 and the error's class name if the program itself is at fault."""
    # Whatever a library prints must not end up in the answer.
    answer_to = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        answer = transform(orjson.loads(sys.stdin.buffer.read()))
    except Exception as error:  # noqa: BLE001  the message may hold a value; only the class is told
        sys.stderr.write(f"{type(error).__name__}\n")
        raise SystemExit(1) from None
    with answer_to:
        answer_to.write(orjson.dumps(answer))


def transform(job: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer to a job `{"rows", "plan", "key"}`: a result, or the problems of a refusal.

    Plain values only; may also be called in a process that somebody else spawned.
    """
    try:
        plan = Plan.parse(job["plan"])
        result = run(_frame(job["rows"], plan), plan, key=bytes.fromhex(job["key"]))
    except InvalidError as error:
        return {"problems": [problem.as_dict() for problem in error.problems]}
    statistics = [statistic.document() for statistic in result.statistics]
    return {
        "rows": result.table.to_dicts(),
        "report": result.report,
        "findings": _scan_table(result, plan) + _scan_statistics(statistics),
        "statistics": statistics,
        "kept": list(result.kept),
    }


def _frame(rows: list[dict[str, Any]], plan: Plan) -> pl.DataFrame:
    """Return the rows as text columns; a field that no row has is an empty column."""
    for position, row in enumerate(rows):
        for name in plan.inputs:
            if not isinstance(row.get(name), str | None):
                raise InvalidError(
                    f"第 {position + 1} 行“{name}”的值不是文字", field=name, remedy="请先转换为文字"
                )
    return pl.DataFrame(
        {name: [row.get(name) for row in rows] for name in plan.inputs},
        schema=dict.fromkeys(plan.inputs, pl.String),
    )


def _scan_table(result: Result, plan: Plan) -> list[dict[str, Any]]:
    """Scan distinct values of every released column but keyed numbers, random by nature."""
    findings: list[dict[str, Any]] = []
    for name in result.table.columns:
        if plan.fields[name].kind in (Kind.PSEUDONYM, Kind.FORMAT_PRESERVING):
            continue
        column = result.table[name]
        first = {value: column.index_of(value) for value in column.drop_nulls().unique().sort()}
        findings += _findings(name, first)
    return findings


def _scan_statistics(statistics: list[dict[str, Any]]) -> list[dict[str, Any]]:
    findings: list[dict[str, Any]] = []
    for statistic in statistics:
        for name in statistic["by"]:
            first: dict[str, int] = {}
            for line, cell in enumerate(statistic["cells"]):
                first.setdefault(cell[name], line)
            findings += _findings(name, first)
    return findings


def _findings(name: str, places: Mapping[str, int | None]) -> list[dict[str, Any]]:
    """Return what is found in the values, each at the first row that holds it."""
    rows = list(places.values())
    return [
        {"row": rows[hit.index], "field": name, "kind": hit.kind, "score": hit.score}
        for hit in scan(list(places))
    ]


if __name__ == "__main__":
    main()
