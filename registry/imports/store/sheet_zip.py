"""Is this .xlsx safe to open? Answered from its zip structure, before any library parses it.

Refuses: lying or overlapping entries, bombs (count, ratio, declared and real size), odd names,
encryption, macros, external links, DTDs. Everything is read in bounded pieces.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from registry.imports.domain.rules import FileRefusedError
from registry.imports.store.sheet_scan import CellScan, PartScan

MOST_BYTES = 50 * 2**20
MOST_INFLATED = 200 * 2**20
MOST_ENTRIES = 500
MOST_DIRECTORY = 2**18
MOST_RATIO = 100
RATIO_FREE = 8 * 2**20
"""Small files may compress as well as they like."""

_CHUNK = 2**18
_END = struct.Struct("<4s4H2LH")
_LOCAL = struct.Struct("<4s5H3L2H")
_NAME = re.compile(r"[A-Za-z0-9_\[\]][A-Za-z0-9 _.\[\]()/-]*|_rels/\.rels")
_FORBIDDEN = re.compile(
    r"vbaProject|externalLinks|embeddings|activeX|ctrlProps|macrosheets|dialogsheets|connections\.xml"
    r"|queryTables|\.bin$",
    re.IGNORECASE,
)
_HARMLESS_BINARY = re.compile(r"printerSettings\d*\.bin$", re.IGNORECASE)


def check(path: Path) -> dict[str, CellScan]:
    """Return what was seen in each worksheet part; raises FileRefusedError unless all is safe."""
    if path.stat().st_size > MOST_BYTES:
        raise FileRefusedError("too_large", f"{path.stat().st_size / 2**20:.0f} MB")
    with path.open("rb") as raw:
        _check_directory(raw)
        try:
            entries = zipfile.ZipFile(raw).infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
            raise FileRefusedError("broken_file", str(error)) from None
        _check_entries(entries)
        return _inflate_all(raw, entries)


def _check_directory(raw: BinaryIO) -> None:
    """Bound the directory before `zipfile` loads it; one end record, at the very end, no zip64."""
    size = raw.seek(0, 2)
    if size < _END.size:
        raise FileRefusedError("broken_file", "不是 xlsx 文件")
    raw.seek(0)
    if raw.read(4) != b"PK\3\4":
        raise FileRefusedError("broken_file", "不是 xlsx 文件")
    raw.seek(size - _END.size)
    mark, *_, entries, directory, _start, comment = _END.unpack(raw.read(_END.size))
    if mark != b"PK\5\6" or comment:
        raise FileRefusedError("broken_file", "压缩包结尾不完整")
    if entries > MOST_ENTRIES or directory > MOST_DIRECTORY:
        raise FileRefusedError("zip_bomb", f"压缩包内有 {entries} 个部件")


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if len({name.lower() for name in names}) != len(names):
        raise FileRefusedError("broken_file", "压缩包内有重名部件")
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        raise FileRefusedError("broken_file", "缺少工作簿部件")
    for entry in entries:
        _check_entry(entry)
    declared = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if declared > MOST_INFLATED:
        raise FileRefusedError("zip_bomb", f"解压后 {declared / 2**20:.0f} MB")
    if declared > RATIO_FREE and declared > MOST_RATIO * max(packed, 1):
        raise FileRefusedError("zip_bomb", f"压缩比 {declared // max(packed, 1)} 倍")


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    if not _NAME.fullmatch(name) or ".." in name or entry.orig_filename != name:
        raise FileRefusedError("broken_file", "压缩包内部件名称异常")
    if _FORBIDDEN.search(name) and not _HARMLESS_BINARY.search(name):
        raise FileRefusedError("active_content", name)
    if entry.flag_bits & 0x2041:
        raise FileRefusedError("encrypted_file")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise FileRefusedError("broken_file", "压缩方式不受支持")


def _inflate_all(raw: BinaryIO, entries: list[zipfile.ZipInfo]) -> dict[str, CellScan]:
    sheets: dict[str, CellScan] = {}
    end = 0
    for entry in sorted(entries, key=lambda item: item.header_offset):
        start = _data_start(raw, entry)
        if entry.header_offset < end:
            raise FileRefusedError("zip_bomb", "压缩包内部件相互重叠")
        end = start + entry.compress_size
        scan = PartScan.of(entry.filename)
        inflated = checksum = 0
        for piece in _pieces(raw, start, entry):
            inflated += len(piece)
            checksum = zlib.crc32(piece, checksum)
            if inflated > entry.file_size:
                raise FileRefusedError("zip_bomb", "部件实际大小超过其声明")
            scan.feed(piece)
        if inflated != entry.file_size or checksum != entry.CRC:
            raise FileRefusedError("broken_file", "部件不完整或校验和不符")
        scan.close()
        if isinstance(scan, CellScan):
            sheets[entry.filename] = scan
    return sheets


def _data_start(raw: BinaryIO, entry: zipfile.ZipInfo) -> int:
    raw.seek(entry.header_offset)
    head = raw.read(_LOCAL.size)
    if len(head) < _LOCAL.size or head[:4] != b"PK\3\4":
        raise FileRefusedError("broken_file", "部件头损坏")
    name_length, extra_length = (int(length) for length in _LOCAL.unpack(head)[-2:])
    if raw.read(name_length) != entry.orig_filename.encode():
        raise FileRefusedError("broken_file", "部件名称前后不一致")
    return entry.header_offset + _LOCAL.size + name_length + extra_length


def _pieces(raw: BinaryIO, start: int, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    raw.seek(start)
    left = entry.compress_size
    inflater = zlib.decompressobj(-15)
    stored = entry.compress_type == zipfile.ZIP_STORED
    while left:
        packed = raw.read(min(_CHUNK, left))
        if not packed:
            raise FileRefusedError("broken_file", "文件被截断")
        left -= len(packed)
        if stored:
            yield packed
            continue
        while packed:
            try:
                yield inflater.decompress(packed, _CHUNK)
            except zlib.error as error:
                raise FileRefusedError("broken_file", str(error)) from None
            packed = inflater.unconsumed_tail
    if not stored and not inflater.eof:
        # What is left inside the inflater is at most one chunk, or the part is cut short.
        yield inflater.flush(_CHUNK)
