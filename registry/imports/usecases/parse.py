"""Read and check uploaded files in a process that holds no key and no database.

`python -m registry.imports.usecases.parse` takes one JSON job a line and answers in JSON lines:
`{"rows": […], "share": 0.4}` batches, then `{"end": rows}` or `{"refused": rule, "detail": …}`.
"""

import contextlib
import resource
import sys
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from registry.imports.domain.header import read_header
from registry.imports.domain.rows import RowChecker
from registry.imports.domain.rules import FileRefusedError
from registry.imports.domain.sheet_cells import Sheet

BATCH = 200
MOST_MEMORY = 1 << 30
"""Address space of this process: the last word on any bomb that the checks before missed."""
MOST_SECONDS = 900


def messages(path: Path, name: str, today: date) -> Iterator[dict[str, Any]]:
    """Yield the answers for one file; `name` is what the person called it."""
    try:
        yield from _read(path, name, today)
    except FileRefusedError as error:
        yield {"refused": error.rule, "detail": error.detail}
    except MemoryError:
        yield {"refused": "resource_limit", "detail": ""}


def _read(path: Path, name: str, today: date) -> Iterator[dict[str, Any]]:
    sheet = _open(path, name)
    header = next(sheet.rows, None)
    if header is None:
        raise FileRefusedError("empty_file")
    checker = RowChecker(read_header(header[1]), today)
    count = 0
    while batch := [_packed(checker, *row) for row in islice(sheet.rows, BATCH)]:
        count += len(batch)
        yield {"rows": batch, "share": sheet.share()}
    if not count:
        raise FileRefusedError("empty_file")
    yield {"end": count}


def _open(path: Path, name: str) -> Sheet:
    kind = Path(name).suffix.lower()
    if kind == ".csv":
        from registry.imports.store import sheet_csv  # noqa: PLC0415  a CSV needs no calamine

        return sheet_csv.open_sheet(path)
    if kind != ".xlsx":
        raise FileRefusedError("unknown_type", kind[:10])
    from registry.imports.store import sheet_xlsx  # noqa: PLC0415  loads calamine

    return sheet_xlsx.open_sheet(path)


def _packed(checker: RowChecker, number: int, cells: list[str]) -> list[Any]:
    """Return row number, values, problems, and for a faulty row the cells as typed."""
    row = checker.check(number, cells)
    problems = [[each.column, each.rule, each.value, each.detail] for each in row.problems]
    return [row.row, row.values, problems, checker.typed(cells) if row.is_faulty else None]


def serve(jobs: BinaryIO, answers: BinaryIO) -> None:
    """Answer jobs until the input ends."""
    for line in jobs:
        job = orjson.loads(line)
        today = date.fromisoformat(job["today"])
        answers.writelines(
            orjson.dumps(message, option=orjson.OPT_APPEND_NEWLINE)
            for message in messages(Path(job["path"]), job["name"], today)
        )
        answers.flush()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        serve(sys.stdin.buffer, sys.stdout.buffer)
