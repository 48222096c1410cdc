"""What do the raw bytes of a workbook's part show: DTDs, external links, formulas, far cells?"""

import re
from collections.abc import Iterator

from typing_extensions import override

from registry.imports.domain.rules import FileRefusedError

MOST_ROWS = 50_000
"""Rows of one worksheet; more belong in a CSV file, which is read as a stream."""
MOST_COLUMNS = 104
MOST_ODD_CELLS = 100_000
_MOST_RELATIONS = 8 * 2**20
_OVERLAP = 2**12

_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([^"']*)""")
_RELATION = re.compile(rb"<[^<>]*\bTargetMode[^<>]*>")
_FAR_PLACE = rb"(?:[A-Z]{3,}[0-9]|[D-Z][A-Z][0-9]|[A-Z]*(?:[5-9][0-9]{4}|[0-9]{6,})[\"'])"
_FAR = re.compile(rb'r="' + _FAR_PLACE)
_FAR_ODDLY_WRITTEN = re.compile(rb"""\sr\s*=\s*["']""" + _FAR_PLACE)
_ODDLY_WRITTEN = (b" r='", b" r =", b" r\t", b" r\n", b"\nr", b"\tr")
"""Spreadsheet programs write ` r="A1"`: that spelling is searched quickly, all others slowly."""
_ODD = re.compile(rb"""<(?:\w+:)?(f)[\s/>]|\bt\s*=\s*["']e["']""")
_CELL = re.compile(rb"<(?:\w+:)?c\s[^<>]*>")
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})([0-9]{1,7})["']""")


class PartScan:
    """Watches one part go by in pieces; raises FileRefusedError on what has no place in it."""

    def __init__(self) -> None:
        self._tail = b""
        self._begun = False

    @classmethod
    def of(cls, name: str) -> "PartScan":
        """Return the scan that fits a part's name."""
        if not name.endswith((".xml", ".rels", ".vml")):
            return BlindScan()
        if name.endswith(".rels"):
            return RelationScan()
        return CellScan() if name.startswith("xl/worksheets/") else PartScan()

    def feed(self, piece: bytes) -> None:
        """Look at the next piece, together with the end of the one before."""
        if not self._begun and piece:
            self._begun = True
            _check_beginning(piece)
        window = self._tail + piece
        if b"<!" in window and _DTD.search(window):
            raise FileRefusedError("active_content", "XML 中有 DTD 或实体定义")
        self._look(window)
        self._tail = window[-_OVERLAP:]

    def _look(self, window: bytes) -> None:
        """Look for what matters in this kind of part. The window overlaps the last one."""

    def close(self) -> None:
        """Say what only the whole part can tell."""


class BlindScan(PartScan):
    """Pictures, themes' fonts: never parsed here."""

    @override
    def feed(self, piece: bytes) -> None:
        return


class RelationScan(PartScan):
    """Relations of a part. A hyperlink (Excel makes them of e-mail addresses) is harmless text."""

    def __init__(self) -> None:
        super().__init__()
        self._whole = bytearray()

    @override
    def feed(self, piece: bytes) -> None:
        super().feed(piece)
        self._whole += piece
        if len(self._whole) > _MOST_RELATIONS:
            raise FileRefusedError("zip_bomb", "关系部件过大")

    @override
    def close(self) -> None:
        for relation in _RELATION.findall(bytes(self._whole)):
            if b"External" in relation and b"/hyperlink" not in relation:
                raise FileRefusedError("active_content", "外部链接")


class CellScan(PartScan):
    """A worksheet. `odd` maps (row, column), both from 1, to `formula` or `error`."""

    def __init__(self) -> None:
        super().__init__()
        self.odd: dict[tuple[int, int], str] = {}

    @override
    def _look(self, window: bytes) -> None:
        oddly = any(mark in window for mark in _ODDLY_WRITTEN)
        if _FAR.search(window) or (oddly and _FAR_ODDLY_WRITTEN.search(window)):
            raise FileRefusedError(
                "too_many_rows", f"工作表超出 {MOST_ROWS - 1} 行或 {MOST_COLUMNS} 列"
            )
        if b"<f" in window or b":f" in window or b'"e"' in window or b"'e'" in window:
            self.odd.update(_odd_cells(window))
            if len(self.odd) > MOST_ODD_CELLS:
                raise FileRefusedError("too_many_formulas")


def _odd_cells(window: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield cells that hold a formula (its first child) or an error value."""
    for match in _ODD.finditer(window):
        start = window.rfind(b"<", 0, match.start())
        cell = _CELL.match(window, max(start, 0))
        place = _PLACE.search(cell.group()) if cell else None
        if place is not None:
            column = 0
            for letter in place.group(1):
                column = column * 26 + letter - 64
            kind = "formula" if match.group(1) else "error"
            yield (int(place.group(2)), column), kind


def _check_beginning(piece: bytes) -> None:
    """Only UTF-8: another encoding could hide a DTD from the search."""
    start = piece.removeprefix(b"\xef\xbb\xbf")
    declared = _ENCODING.search(start[:200])
    if not start.startswith(b"<") or start[1:2] == b"\0":
        raise FileRefusedError("broken_file", "XML 编码不是 UTF-8")
    if declared and declared.group(1).lower() not in (b"utf-8", b"utf8"):
        raise FileRefusedError("broken_file", "XML 编码不是 UTF-8")
