"""Write a county as schools would upload it: one workbook a school, or one CSV; and the key."""

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any, TextIO

import xlsxwriter

from registry.synthetic.county import County, Spoiler, pupils
from registry.synthetic.faults import Answer, Formula, Number
from registry.synthetic.form import TITLES, printed
from registry.synthetic.place import tree

Progress = Callable[[int, int, str], None]
_STEP = 500
_HEADER = [printed(title) for title in TITLES]


def write_county(
    county: County,
    folder: Path,
    progress: Progress,
    *,
    form: str = "xlsx",
    encoding: str = "utf-8-sig",
) -> list[Path]:
    """Write the files into the folder, with `orgs.json` and `answers.jsonl`; return their paths.

    `form` is `xlsx` (one workbook a school) or `csv` (one file). Equal counties make equal files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    orgs = json.dumps(tree(county.place, county.schools), ensure_ascii=False, indent=1)
    (folder / "orgs.json").write_text(orgs, encoding="utf-8")
    with (folder / "answers.jsonl").open("w", encoding="utf-8") as key:
        writer = _Writer(county, folder, progress, key)
        if form == "csv":
            return [writer.write_csv(encoding)]
        return writer.write_workbooks()


class _Writer:
    def __init__(self, county: County, folder: Path, progress: Progress, key: TextIO) -> None:
        self._county = county
        self._folder = folder
        self._progress = progress
        self._key = key
        self._done = 0

    def write_csv(self, encoding: str) -> Path:
        path = self._folder / "学生信息.csv"
        spoiler = Spoiler(self._county, workbook=False)
        with path.open("w", encoding=encoding, newline="") as text:
            sheet = csv.writer(text)
            sheet.writerow(_HEADER)
            rows = (cells for _, cells in pupils(self._county))
            for cells in self._spoiled(spoiler, path.name, rows):
                sheet.writerow([_as_csv_shows(cell) if type(cell) is Number else cell for cell in cells])  # fmt: skip # noqa: E501  one call
        return path

    def write_workbooks(self) -> list[Path]:
        spoiler = Spoiler(self._county, workbook=True)
        paths = []
        for school, group in groupby(pupils(self._county), key=lambda one: one[0]):
            path = self._folder / f"{school.code}-{school.name}.xlsx"
            rows = (cells for _, cells in group)
            _write_workbook(path, self._spoiled(spoiler, path.name, rows))
            paths.append(path)
        return paths

    def _spoiled(
        self, spoiler: Spoiler, file: str, rows: Iterator[list[str]]
    ) -> Iterator[list[str]]:
        for number, cells in enumerate(rows, 2):
            answer = spoiler.spoil(file, number, cells) if self._county.faults else None
            if answer is not None:
                self._answer(answer)
            yield cells
            self._done += 1
            if self._done % _STEP == 0 or self._done == self._county.pupils:
                self._progress(self._done, self._county.pupils, "生成")

    def _answer(self, answer: Answer) -> None:
        self._key.write(json.dumps(asdict(answer), ensure_ascii=False) + "\n")


def _write_workbook(path: Path, rows: Iterator[list[str]]) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("学生信息")
        for place, title in enumerate(_HEADER):
            sheet.write_string(0, place, title)
        for number, cells in enumerate(rows, 1):
            for place, cell in enumerate(cells):
                _write_cell(sheet, number, place, cell)


def _write_cell(sheet: Any, row: int, column: int, cell: str) -> None:  # noqa: ANN401  untyped library
    if type(cell) is str:
        if cell:
            sheet.write_string(row, column, cell)
    elif isinstance(cell, Number):
        sheet.write_number(row, column, float(cell))
    elif isinstance(cell, Formula):
        sheet.write_formula(row, column, f'=CONCATENATE("{cell}","")', None, str(cell))


def _as_csv_shows(number: str) -> str:
    """Return the text that a spreadsheet saves for a long number."""
    return f"{float(number):.5E}"
