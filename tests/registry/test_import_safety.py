"""Workbooks that are broken or hostile: refused before a library opens them, in bounds."""

import struct
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from registry.imports.domain.rules import FileRefusedError
from registry.imports.store import sheet_csv, sheet_xlsx, sheet_zip
from tests.registry.county import County
from tests.registry.importing import dry_run, memory, refusal
from tests.registry.sheets import HEADER, cells, number, pupil, workbook

SHEET = "xl/worksheets/sheet1.xml"
Change = Callable[[dict[str, bytes]], None]


def changed(folder: Path, change: Change) -> Path:
    """Write a good workbook, then change its parts."""
    good = workbook(folder, [pupil(1)])
    with zipfile.ZipFile(good) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    path = folder / "changed.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_a_good_workbook_is_read(tmp_path: Path) -> None:
    path = changed(tmp_path, lambda _parts: None)
    assert [row for row, _ in sheet_xlsx.open_sheet(path).rows] == [1, 2]


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip" * 100, b"PK\x03\x04" + b"\0" * 500])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    assert refusal(path).rule == "broken_file"


def test_every_cut_of_a_workbook_is_refused(tmp_path: Path) -> None:
    whole = workbook(tmp_path, [pupil(1)]).read_bytes()
    path = tmp_path / "cut.xlsx"
    for length in range(0, len(whole), 97):
        path.write_bytes(whole[:length])
        assert refusal(path).rule == "broken_file"


def test_bytes_behind_the_archive_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, [pupil(1)])
    path.write_bytes(path.read_bytes() + b"x")
    assert refusal(path).rule == "broken_file"


def test_flipped_bytes_never_crash_the_check(tmp_path: Path) -> None:
    whole = bytearray(workbook(tmp_path, [pupil(1)]).read_bytes())
    path = tmp_path / "flip.xlsx"
    for place in range(0, len(whole), 61):
        broken = bytearray(whole)
        broken[place] ^= 0x55
        path.write_bytes(broken)
        try:
            rows = list(sheet_xlsx.open_sheet(path).rows)
        except FileRefusedError:
            continue
        assert len(rows) <= 3


def test_a_bomb_by_ratio_is_refused_before_it_is_inflated(tmp_path: Path) -> None:
    path = changed(tmp_path, lambda parts: parts.update({SHEET: b"<a>" + b"0" * (150 * 2**20)}))
    before = memory()
    assert refusal(path).rule == "zip_bomb"
    assert memory() - before < 50 * 2**20


def test_a_bomb_by_declared_size_is_refused(tmp_path: Path) -> None:
    path = changed(tmp_path, lambda _parts: None)
    data = path.read_bytes()
    place = data.index(SHEET.encode(), data.index(b"PK\x01\x02"))
    size = place - 46 + 24
    path.write_bytes(data[:size] + struct.pack("<L", 0xF0000000) + data[size + 4 :])
    assert refusal(path).rule == "zip_bomb"


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = changed(tmp_path, lambda parts: parts.update({SHEET: b"<a>" + b"0" * (30 * 2**20)}))
    data = path.read_bytes()
    place = data.index(SHEET.encode(), data.index(b"PK\x01\x02")) - 46 + 24
    path.write_bytes(data[:place] + struct.pack("<L", 1000) + data[place + 4 :])
    assert refusal(path).rule == "zip_bomb"


def test_a_bomb_by_count_is_refused_before_its_directory_is_loaded(tmp_path: Path) -> None:
    def many(parts: dict[str, bytes]) -> None:
        parts.update({f"xl/worksheets/s{n}.xml": b"<a/>" for n in range(1_000)})

    assert refusal(changed(tmp_path, many)).rule == "zip_bomb"


def test_overlapping_entries_are_refused(tmp_path: Path) -> None:
    path = changed(tmp_path, lambda parts: parts.update({"xl/theme/theme2.xml": b"<a/>"}))
    with zipfile.ZipFile(path) as archive:
        first, second = archive.getinfo(SHEET), archive.getinfo("xl/styles.xml")
    data = path.read_bytes()
    place = data.index(b"xl/styles.xml", data.index(b"PK\x01\x02")) - 46 + 42
    assert struct.unpack("<L", data[place : place + 4]) == (second.header_offset,)
    path.write_bytes(data[:place] + struct.pack("<L", first.header_offset) + data[place + 4 :])
    assert refusal(path).rule in {"broken_file", "zip_bomb"}


def test_a_nested_archive_of_one_entry_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "twice.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml", "XL/workbook.xml"):
            archive.writestr(name, "<a/>")
    assert refusal(path).rule == "broken_file"


@pytest.mark.parametrize(
    "name", ["../evil.xml", "/etc/passwd", "xl\\..\\x.xml", "C:/x.xml", "xl/a\nb.xml", "xl/é.xml"]
)
def test_odd_names_are_refused(tmp_path: Path, name: str) -> None:
    path = changed(tmp_path, lambda parts: parts.update({name: b"<a/>"}))
    assert refusal(path).rule == "broken_file"


@pytest.mark.parametrize(
    "name",
    [
        "xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml", "xl/embeddings/oleObject1.bin",
        "xl/activeX/activeX1.xml", "xl/connections.xml", "xl/macrosheets/sheet1.xml",
    ],
)  # fmt: skip
def test_macros_external_links_and_embedded_objects_are_refused(tmp_path: Path, name: str) -> None:
    path = changed(tmp_path, lambda parts: parts.update({name: b"<a/>"}))
    assert refusal(path).rule == "active_content"


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "docProps/core.xml", "xl/styles.xml"])
@pytest.mark.parametrize(
    "attack",
    [
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:9/x">]>',
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
    ],
)
def test_a_dtd_or_entity_in_any_part_is_refused(tmp_path: Path, part: str, attack: bytes) -> None:
    def plant(parts: dict[str, bytes]) -> None:
        head, _, rest = parts[part].partition(b"?>")
        parts[part] = head + b"?>" + attack + rest

    assert refusal(changed(tmp_path, plant)).rule == "active_content"


def test_a_dtd_hidden_in_another_encoding_is_refused(tmp_path: Path) -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x><worksheet/>'
    path = changed(tmp_path, lambda parts: parts.update({SHEET: text.encode("utf-16")}))
    assert refusal(path).rule == "broken_file"


def test_a_mail_link_is_harmless_and_a_linked_workbook_is_not(tmp_path: Path) -> None:
    relation = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://x/{}" Target="{}" TargetMode="External"/>'
        "</Relationships>"
    )
    name = "xl/worksheets/_rels/sheet1.xml.rels"

    def link(kind: str, target: str) -> Path:
        content = relation.format(kind, target).encode()
        return changed(tmp_path, lambda parts: parts.update({name: content}))

    assert list(sheet_xlsx.open_sheet(link("hyperlink", "mailto:a@example.org")).rows)
    assert refusal(link("externalLinkPath", "http://127.0.0.1:9/")).rule == "active_content"


def test_an_encrypted_workbook_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, [pupil(1)])
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert refusal(path).rule == "encrypted_file"


@pytest.mark.parametrize(
    "cell",
    [
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
        b"<row r='2'><c r = 'XFD2'><v>1</v></c></row></sheetData>",
        b'<row\nr="60000"><c><v>1</v></c></row></sheetData>',
    ],
)
def test_a_cell_at_the_far_corner_is_refused_before_room_is_made_for_it(
    tmp_path: Path, cell: bytes
) -> None:
    def far(parts: dict[str, bytes]) -> None:
        parts[SHEET] = parts[SHEET].replace(b"</sheetData>", cell)

    assert refusal(changed(tmp_path, far)).rule == "too_many_rows"


def test_a_workbook_or_csv_over_the_size_limit_is_refused_unread(tmp_path: Path) -> None:
    for name, size in (("x.xlsx", sheet_zip.MOST_BYTES), ("x.csv", sheet_csv.MOST_BYTES)):
        with (tmp_path / name).open("wb") as sparse:
            sparse.truncate(size + 1)
        assert refusal(tmp_path / name).rule == "too_large"


def test_formulas_error_values_and_rounded_numbers_are_found_cell_by_cell(
    land: County, tmp_path: Path
) -> None:
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("学生信息")
        for row, line in enumerate([HEADER, *(cells(pupil(n)) for n in (1, 2, 3, 4))]):
            sheet.write_row(row, 0, line)
        sheet.write_formula(1, HEADER.index("姓名★"), '="张"&"三"', None, "张三")
        sheet.write_formula(2, HEADER.index("班级★"), "=1/0", None, "#DIV/0!")
        sheet.write_number(3, HEADER.index("身份证件号"), float(number(3)[:17] + "0"))
        sheet.write_datetime(4, HEADER.index("出生日期★"), date(2015, 9, 1), book.add_format({"num_format": "yyyy-mm-dd"}))  # fmt: skip # noqa: E501
    found = [(one.row, one.column, one.rule.code) for one in dry_run(land, path).findings]
    assert found == [
        (2, "姓名", "formula_cell"),
        (3, "班级", "formula_cell"),
        (4, "身份证件号", "numeric_cell"),
    ]
