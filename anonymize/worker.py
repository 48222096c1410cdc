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
SCAN_SECONDS: Final = 30.0
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


@dataclass(frozen=True, slots=True)
class Options:
    """What else a job asks for.

    `epsilon`, in billionths, is what the caller has taken from a budget for noisy statistics; with
    0 only their form is answered. `threshold` is the accepted risk of the report. With
    `figures_only` no row comes back: neither `rows` nor `kept` nor `findings`, only the report.
    """

    epsilon: int = 0
    threshold: Threshold | None = None
    figures_only: bool = False


@dataclass(frozen=True, slots=True)
class TextFinding:
    """Personal data in text number `index`, at code points `start` to `end`; never the text."""

    index: int
    start: int
    end: int
    kind: str
    score: float


async def run_in_child(
    rows: Sequence[Row],
    plan_document: Mapping[str, Any],
    key: bytes,
    *,
    options: Options = Options(),
    seconds: float = SECONDS,
) -> WorkerResult:
    """Return the transformed and scanned rows, computed in a process of its own.

    The event loop stays free but for writing and reading JSON. Raises InvalidError with the same
    problems as `anonymize.run`, and UnavailableError if the child dies or outlives `seconds`; then
    nothing left and the child is ended. Cancelling ends the child too.
    """
    document = {"rows": list(rows), "plan": dict(plan_document), "key": key.hex()}
    job = await asyncio.to_thread(_dumped, {**document, **asdict(options)})
    return _result(await _asked(job, seconds))


async def scan_in_child(
    texts: Sequence[str], known: Sequence[Mapping[str, Sequence[str]] | None] = (), *,
    seconds: float = SCAN_SECONDS,
) -> tuple[TextFinding, ...]:  # fmt: skip
    """Return what the scan finds in the texts, by text and place, computed in a process of its own.

    `known[i]` is what the register knows of text i (`names`, `schools`, `addresses`). Raises
    InvalidError for a malformed record or what is no UTF-8 text, UnavailableError as above.
    """
    records = [known[index] if index < len(known) else None for index in range(len(texts))]
    job = await asyncio.to_thread(_dumped, {"texts": list(texts), "known": records})
    answer = await _asked(job, seconds)
    return tuple(TextFinding(**finding) for finding in answer["findings"])


async def _asked(job: bytes, seconds: float) -> dict[str, Any]:
    """Return the child's answer; raises as the callers promise."""
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


def _dumped(job: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(job)
    except orjson.JSONEncodeError:
        raise InvalidError(
            "有的值不是文字", rule="脱敏输入须为 UTF-8 文字", remedy="请更正登记的数据"
        ) from None


def _read(answer: bytes) -> dict[str, Any]:
    try:
        document: dict[str, Any] = orjson.loads(answer)
    except orjson.JSONDecodeError:
        raise UnavailableError("脱敏进程的答复不完整，没有数据离开", remedy="请稍后重试") from None
    if problems := document.get("problems"):
        raise InvalidError.of(tuple(Problem(**problem) for problem in problems))
    return document


def _result(document: Mapping[str, Any]) -> WorkerResult:
    return WorkerResult(
        rows=document["rows"],
        report=document["report"],
        findings=tuple(CellFinding(**finding) for finding in document["findings"]),
        statistics=tuple(document["statistics"]),
        kept=tuple(document["kept"]),
    )
