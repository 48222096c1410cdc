"""Which rows does an .xlsx hold? Read by calamine after `sheet_zip` found the file safe.

Only for child processes and the command line: the serving process never imports calamine.
"""

import datetime as dt
import math
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import python_calamine

from registry.imports.domain.header import SHEET
from registry.imports.domain.rules import FileRefusedError
from registry.imports.domain.sheet_cells import DateCell, ErrorCell, FormulaCell, RoundedCell, Sheet
from registry.imports.store import sheet_zip

EXACT = 10**15
"""A spreadsheet keeps 15 digits; from here on the rest has become zeros."""

Cell = str | int | float | bool | dt.time | dt.date | dt.timedelta

_BROKEN = (
    python_calamine.CalamineError,
    zipfile.BadZipFile,
    ET.ParseError,
    UnicodeDecodeError,
    KeyError,
    OSError,
)
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_REL_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_REL_ID = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


def open_sheet(path: Path) -> Sheet:
    """Open the sheet of pupils.

    Raises FileRefusedError when the file is unsafe, broken or has no such sheet.
    """
    scans = sheet_zip.check(path)
    try:
        with python_calamine.CalamineWorkbook.from_path(path) as book:
            name = _sheet_name(book.sheet_names)
            scan = scans.get(_part_of(path, name))
            sheet = book.get_sheet_by_name(name)
    except _BROKEN as error:
        raise FileRefusedError("broken_file", type(error).__name__) from None
    at = [0]
    height = max(sheet.total_height, 1)
    return Sheet(_rows(sheet, scan.odd if scan else {}, at), lambda: min(at[0] / height, 1.0))


def _rows(
    sheet: python_calamine.CalamineSheet, odd: dict[tuple[int, int], str], at: list[int]
) -> Iterator[tuple[int, list[str]]]:
    odd_rows = {row for row, _ in odd}
    pad = [""] * (sheet.start[1] if sheet.start else 0)
    for number, raw in enumerate(sheet.iter_rows(), 1):
        at[0] = number
        cells = pad + [value if type(value) is str else _text(value) for value in raw]
        if number in odd_rows:
            cells = [_odd(odd.get((number, place)), cell) for place, cell in enumerate(cells, 1)]
        if any(cells):
            yield number, cells


def _sheet_name(names: list[str]) -> str:
    if SHEET in names:
        return SHEET
    if len(names) != 1:
        raise FileRefusedError("no_sheet", "、".join(name[:20] for name in names[:5]))
    return names[0]


def _text(value: Cell) -> str:
    """Return what the person saw in the cell."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float):
        if abs(value) >= EXACT:
            return RoundedCell(int(value)) if math.isfinite(value) else ""
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, dt.date):
        return DateCell(value.strftime("%Y%m%d"))
    return str(value)


def _odd(kind: str | None, cell: str) -> str:
    if kind is None:
        return cell
    return FormulaCell(cell or "=") if kind == "formula" else ErrorCell(cell or "#N/A")


def _part_of(path: Path, sheet: str) -> str:
    """Return the name of the zip entry that holds the sheet."""
    with zipfile.ZipFile(path) as archive:
        # sheet_zip has refused every DTD and entity.
        book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314  no DTD
        relations = ET.fromstring(archive.read(_RELATIONS))  # noqa: S314  no DTD
    listed = [*book.iter(f"{_MAIN}sheet"), *book.iter(f"{_STRICT}sheet")]
    ids = {item.get("name"): item.get(_REL_ID) or item.get(_STRICT_REL_ID) for item in listed}
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    target = targets[ids[sheet]]
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
