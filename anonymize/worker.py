"""How does the serving process transform a table without loading polars or presidio?

`run_in_child` starts `python -m anonymize.child`, hands rows, plan and key over its standard
input (never as arguments, which others can see), and reads one JSON answer.
"""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from anonymize.risk.thresholds import Threshold
from kernel.errors import InvalidError, Problem, UnavailableError

Row = Mapping[str, str | None]

SECONDS: Final = 300.0
_HOME: Final = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class CellFinding:
    """Personal data found in what would leave: output row, field, kind and score, never the text.

    In a statistic the field is a by-column and the row its line.
    """

    row: int
    field: str
    kind: str
    score: float


@dataclass(frozen=True, slots=True)
class WorkerResult:
    """What `anonymize.run` gave, as plain values, and what the scan found in it.

    `rows[i]` was made of input row `kept[i]` and has every emitted field (None: nothing to tell).
    `statistics` are documents as of `Statistic.document`. A finding means: do not release.
    """

    rows: list[dict[str, str | None]]
    report: dict[str, Any]
    findings: tuple[CellFinding, ...]
    statistics: tuple[dict[str, Any], ...] = ()
    kept: tuple[int, ...] = ()


async def run_in_child(
    rows: Sequence[Row],
    plan_document: Mapping[str, Any],
    key: bytes,
    *,
    threshold: Threshold | None = None,
    figures_only: bool = False,
    seconds: float = SECONDS,
) -> WorkerResult:
    """Return the transformed and scanned rows, computed in a process of its own.

    `threshold` is the accepted risk of the report. With `figures_only` no row comes back: neither
    `rows` nor `kept` nor `findings`, only the report.
    The event loop stays free but for writing and reading JSON. Raises InvalidError with the same
    problems as `anonymize.run`, and UnavailableError if the child dies or outlives `seconds`; then
    nothing left and the child is ended. Cancelling ends the child too.
    """
    wanted = {
        "plan": dict(plan_document), "key": key.hex(), "figures_only": figures_only,
        "threshold": asdict(threshold) if threshold else None,
    }  # fmt: skip
    job = await asyncio.to_thread(_write, rows, wanted)
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "anonymize.child",
        stdin=PIPE, stdout=PIPE, stderr=PIPE, cwd=_HOME, env={},
    )  # fmt: skip
    try:
        async with asyncio.timeout(seconds):
            answer, _ = await child.communicate(job)
    except TimeoutError:
        raise UnavailableError("脱敏超时，没有数据离开", remedy="请缩小范围后重试") from None
    finally:
        await _end(child)
    if child.returncode != 0:
        raise UnavailableError(
            f"脱敏进程异常退出（{child.returncode}），没有数据离开", remedy="请稍后重试"
        )
    return await asyncio.to_thread(_read, answer)


async def _end(child: Process) -> None:
    if child.returncode is None:
        child.kill()
        await child.wait()


def _write(rows: Sequence[Row], wanted: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps({"rows": list(rows), **wanted})
    except orjson.JSONEncodeError:
        raise InvalidError(
            "有的值不是文字", rule="脱敏输入须为 UTF-8 文字", remedy="请更正登记的数据"
        ) from None


def _read(answer: bytes) -> WorkerResult:
    try:
        document = orjson.loads(answer)
    except orjson.JSONDecodeError:
        raise UnavailableError("脱敏进程的答复不完整，没有数据离开", remedy="请稍后重试") from None
    if problems := document.get("problems"):
        raise InvalidError.of(tuple(Problem(**problem) for problem in problems))
    return WorkerResult(
        rows=document["rows"],
        report=document["report"],
        findings=tuple(CellFinding(**finding) for finding in document["findings"]),
        statistics=tuple(document["statistics"]),
        kept=tuple(document["kept"]),
    )
