"""Which rows does a .csv hold? UTF-8 (with or without mark) or GB18030, read as a stream."""

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from registry.imports.domain.rules import FileRefusedError
from registry.imports.domain.sheet_cells import Sheet

MOST_BYTES = 200 * 2**20
MOST_LINE = 2**16
"""Bytes between two line ends; a row of the form has at most about 8,000."""
MOST_CELL = 2**14
_CHUNK = 2**20
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def open_sheet(path: Path) -> Sheet:
    """Open the file; a quoting error inside surfaces when its row is reached.

    Raises FileRefusedError.
    """
    encoding, size = sniff(path), max(path.stat().st_size, 1)
    csv.field_size_limit(MOST_CELL)
    raw = path.open("rb")
    text = io.TextIOWrapper(raw, encoding=encoding, newline="")
    return Sheet(_rows(text), lambda: 1.0 if raw.closed else raw.tell() / size)


def _rows(text: TextIO) -> Iterator[tuple[int, list[str]]]:
    number = 0
    with text:
        try:
            for number, cells in enumerate(csv.reader(text, strict=True), 1):
                if any(cells):
                    yield number, cells
        except csv.Error as error:
            raise FileRefusedError("long_line", f"第 {number + 1} 行：{error}") from None


def sniff(path: Path) -> str:
    """Return the encoding of a text file after reading it once, in pieces.

    Raises FileRefusedError for a file that is too large, no text, or in another encoding.
    """
    if path.stat().st_size > MOST_BYTES:
        raise FileRefusedError("too_large", f"{path.stat().st_size / 2**20:.0f} MB")
    candidates = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8", "gb18030")}
    line, lines, first = 0, 0, True
    with path.open("rb") as raw:
        while piece := raw.read(_CHUNK):
            if first and piece.startswith(_WIDE_MARKS):
                raise FileRefusedError("bad_encoding", "UTF-16")
            marked, first = first and piece.startswith(codecs.BOM_UTF8), False
            if marked:
                del candidates["gb18030"]
            if b"\0" in piece:
                before = piece[: piece.index(b"\0")].count(b"\n")
                raise FileRefusedError("nul_byte", f"第 {lines + before + 1} 行")
            line = _longest(piece, line, lines)
            lines += piece.count(b"\n")
            _narrow(candidates, piece, final=False)
    _narrow(candidates, b"", final=True)
    name = next(iter(candidates))
    return "utf-8-sig" if name == "utf-8" else name


def _longest(piece: bytes, carried: int, lines: int) -> int:
    """Return the length of the line that the piece ends in; refuse a longer one anywhere in it."""
    length = carried
    for offset, part in enumerate(piece.split(b"\n")):
        length = len(part) + (carried if offset == 0 else 0)
        if length > MOST_LINE:
            raise FileRefusedError("long_line", f"第 {lines + offset + 1} 行")
    return length


def _narrow(candidates: dict[str, codecs.IncrementalDecoder], piece: bytes, *, final: bool) -> None:
    for name in list(candidates):
        try:
            candidates[name].decode(piece, final)
        except UnicodeDecodeError:
            del candidates[name]
    if not candidates:
        raise FileRefusedError("bad_encoding")
