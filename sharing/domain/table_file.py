"""What are the bytes of a table that leaves? CSV that every spreadsheet opens, and runs nothing."""

import csv
import io
from collections.abc import Mapping, Sequence

from anonymize.cells import neutralize

HIDDEN = "*"
"""Stands where a count is not told."""


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
    """Return columns and rows of one published count; a hidden count reads `*`."""
    by = [str(name) for name in _list(statistic["by"])]
    rows = []
    for cell in _list(statistic["cells"]):
        if not isinstance(cell, Mapping):
            raise TypeError("a cell is an object")
        number = cell["count"]
        rows.append([*(str(cell[name]) for name in by), HIDDEN if number is None else str(number)])
    return [*by, "count"], rows


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError("a list expected")
    return value
