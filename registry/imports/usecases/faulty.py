"""Write the faulty rows of a dry run as a workbook that can be corrected and uploaded again.

Only for child processes and the command line: the serving process never imports XlsxWriter.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import orjson
import xlsxwriter
from sqlalchemy.engine import Row

from kernel.runtime import Runtime
from registry.imports.domain.header import COLUMNS, REPORTED, SHEET
from registry.imports.domain.rules import RULES
from registry.imports.domain.template_rows import TEXT, header_row
from registry.imports.store import jobs as import_jobs
from registry.imports.usecases.report import import_report

_PAGE = 500
_LONGEST = 2_000


async def write_faulty(runtime: Runtime, import_id: str, path: Path) -> int:
    """Write the workbook and return its rows; raises MissingError if there is no such import.

    Every cell is written as a string: nothing that was typed can run as a formula.
    """
    report = await import_report(runtime, import_id, most=0)
    names = [file.name for file in report.tally.files]
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet(SHEET)
        text = book.add_format({"num_format": TEXT})
        sheet.set_column(0, len(COLUMNS) + len(REPORTED) - 1, 14, text)
        sheet.freeze_panes(1, 0)
        _write_row(sheet, 0, [*header_row(), *REPORTED])
        written = 0
        async for row, reasons in _faulty(runtime, import_id):
            written += 1
            typed = _open(runtime, import_id, row)
            cells = [typed.get(field.name, "") for field in COLUMNS]
            _write_row(sheet, written, [*cells, reasons, names[row.file], str(row.row)])
    return written


def _write_row(sheet: Any, row: int, cells: Sequence[str]) -> None:  # noqa: ANN401  untyped library
    for place, cell in enumerate(cells):
        if cell:
            sheet.write_string(row, place, cell[:_LONGEST])


async def _faulty(runtime: Runtime, import_id: str) -> AsyncIterator[tuple[Row[Any], str]]:
    after = (-1, -1)
    while True:
        page = await runtime.database.read(import_jobs.faulty_rows(import_id, after, _PAGE))
        if not page:
            return
        first, after = (page[0].file, page[0].row), (page[-1].file, page[-1].row)
        reasons: dict[tuple[int, int], list[str]] = defaultdict(list)
        for one in await runtime.database.read(
            import_jobs.problems_of_rows(import_id, first, after)
        ):
            rule = RULES[one.rule]
            message = f"{one.column}：{rule.message}" + (f"（{one.detail}）" if one.detail else "")
            reasons[one.file, one.row].append(f"{message}。{rule.remedy}")
        for row in page:
            yield row, "；".join(reasons[row.file, row.row])


def _open(runtime: Runtime, import_id: str, row: Row[Any]) -> dict[str, str]:
    place = f"{import_id}:{row.file}:{row.row}"
    plain = runtime.keyring.open(
        row.cells, table="registry_import_faulty", column="cells", row=place
    )
    typed: dict[str, str] = orjson.loads(plain)
    return typed
