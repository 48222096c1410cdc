"""What are the bytes of a table that leaves? CSV that every spreadsheet opens, and runs nothing."""

import csv
import io
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from anonymize.cells import neutralize

HIDDEN = "*"
"""Stands where a count is not told."""


MEASURES: Mapping[str, str] = MappingProxyType({
    "count": "人数", "numerator": "其中人数", "denominator": "总人数", "rate": "比例",
    "mean": "均值", "low": "下限（95%）", "high": "上限（95%）",
})  # fmt: skip
"""What statistics tell, in the order of columns, with titles."""

Part = tuple[Sequence[str], Sequence[Sequence[str]]]
"""Columns and rows."""


def csv_bytes(parts: Sequence[Part], titles: Mapping[str, str]) -> bytes:
    """Return UTF-8 with byte order mark, CRLF, a header of titles; every cell neutralized.

    An empty line stands between two parts.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for number, (columns, rows) in enumerate(parts):
        if number:
            writer.writerow([])
        writer.writerow([neutralize(titles.get(name, name)) for name in columns])
        writer.writerows([neutralize(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def count_rows(statistic: Mapping[str, object]) -> tuple[list[str], list[list[str]]]:
    """Return columns and rows of one published statistic; what is hidden reads `*`."""
    by = [str(name) for name in _list(statistic["by"])]
    cells = [_mapping(cell) for cell in _list(statistic["cells"])]
    measures = [name for name in MEASURES if any(name in cell for cell in cells)] or ["count"]
    rows = [
        [*(str(cell[name]) for name in by), *(_number(cell[name]) for name in measures)]
        for cell in cells
    ]
    return [*by, *measures], rows


def _number(value: object) -> str:
    return HIDDEN if value is None else str(value)


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise TypeError("a cell is an object")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError("a list expected")
    return value
