"""CSV files and whole uploads that are broken or simply enormous: refused with place and remedy."""

import asyncio
import shutil
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kernel.ids import OrgId
from registry.imports.usecases.files import import_files
from registry.imports.usecases.parsers import SourceFile, parse_all
from tests.registry.county import County
from tests.registry.importing import dry_run, memory, order, refusal, silent
from tests.registry.sheets import HEADER, csv_bytes, csv_file, pupil


def test_a_wrong_header_names_what_is_missing_and_what_is_unknown(
    land: County, tmp_path: Path
) -> None:
    path = tmp_path / "x.csv"
    text = csv_bytes([pupil(1)]).decode("utf-8-sig").replace("性别★", "sex").replace("民族★", "姓名")  # fmt: skip # noqa: E501
    path.write_text(text, encoding="utf-8")
    (one,) = dry_run(land, path).findings
    assert one.rule.code == "wrong_header"
    assert "缺少列：性别、民族" in one.detail
    assert "不认识的列：sex" in one.detail
    assert "重复的列：姓名" in one.detail


def test_a_typed_student_number_column_is_unknown(land: County, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    text = csv_bytes([pupil(1)]).decode("utf-8-sig").replace("学籍辅号", "学籍号")
    path.write_text(text, encoding="utf-8")
    assert "学籍号" in dry_run(land, path).findings[0].detail


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (csv_bytes([pupil(1)]).replace(b"\r\n", b"\0\r\n", 1), "nul_byte"),
        ("姓名,性别\n".encode("utf-16"), "bad_encoding"),
        (b"\xff\xff\xff\xfe,\x80\n", "bad_encoding"),
        (b"a," * 40_000, "long_line"),
        (('姓名\n"' + "长\n" * 20_000).encode(), "long_line"),
    ],
)  # fmt: skip
def test_a_broken_csv_is_refused_with_its_line(tmp_path: Path, content: bytes, rule: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    assert refusal(path).rule == rule


def test_a_file_that_breaks_in_the_middle_leaves_none_of_its_rows(
    land: County, tmp_path: Path
) -> None:
    good = csv_file(tmp_path, [pupil(n, "2137000002") for n in range(1, 4)], "good.csv")
    broken = csv_file(tmp_path, [pupil(n) for n in range(10, 900)], "broken.csv")
    broken.write_bytes(broken.read_bytes() + b'"never closed,\n')
    wanted = order(OrgId(land.orgs["county"].id), broken, good, commit=True, partial=True)
    report = asyncio.run(import_files(land.runtime, wanted, silent))
    assert (report.tally.files[0].refused, report.committed) == ("long_line", 3)


def test_a_wrong_suffix_and_an_empty_file_are_refused(land: County, tmp_path: Path) -> None:
    (tmp_path / "x.xls").write_bytes(b"old")
    (tmp_path / "y.csv").write_bytes(b"")
    shutil.copy(csv_file(tmp_path, []), tmp_path / "z.csv")
    paths = [tmp_path / name for name in ("x.xls", "y.csv", "z.csv")]
    report = dry_run(land, *paths)
    codes = [one.rule.code for one in report.findings]
    assert codes == ["unknown_type", "empty_file", "empty_file"]


def test_a_parser_that_dies_costs_its_files_and_not_the_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    files = [SourceFile(csv_file(tmp_path, [pupil(1)], f"{n}.csv"), f"{n}.csv") for n in range(3)]
    answers = list(parse_all(files, date(2026, 9, 1)))
    assert [(at, message["refused"]) for at, message in answers] == [
        (at, "resource_limit") for at in range(3)
    ]


def test_two_hundred_thousand_faulty_rows_are_counted_and_take_little_memory(
    land: County, tmp_path: Path
) -> None:
    must = [title.rstrip("★") for title in HEADER if title.endswith("★")]
    row = {title: pupil(1)[title] for title in must} | {
        "姓名": "张\u200b三",
        "身份证件类型": "户口簿",
    }
    lines = [",".join(row), *[",".join(row.values())] * 200_000]
    path = tmp_path / "x.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    before = memory()
    peak = [before]

    def watch(done: int, total: int, _phase: str) -> None:
        assert done <= total
        peak.append(memory())

    wanted = replace(order(OrgId(land.orgs["county"].id), path), shown=50)
    report = asyncio.run(import_files(land.runtime, wanted, watch))
    assert report.tally.rows == report.tally.faulty == 200_000
    assert report.tally.rules == {"deceptive_character": 200_000}
    assert len(report.findings) == 50
    assert max(peak) - before < 80 * 2**20
