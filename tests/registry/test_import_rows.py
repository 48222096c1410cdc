"""Rows of a file: which are taken in, and what is said about the others."""

import asyncio
from pathlib import Path

import pytest

from kernel.ids import OrgId
from registry.imports.domain.report import ImportReport
from registry.imports.usecases.files import import_files
from tests.registry.county import County
from tests.registry.importing import dry_run, order, silent
from tests.registry.sheets import Row, csv_bytes, csv_file, number, pupil, workbook

LOOKALIKES = "•‧・．∙⋅●｡﹒･"


def found(report: ImportReport) -> list[tuple[int, str, str]]:
    return [(one.row, one.column, one.rule.code) for one in report.findings]


def rules(land: County, tmp_path: Path, **changed: str) -> list[tuple[str, str]]:
    report = dry_run(land, csv_file(tmp_path, [pupil(**changed)]))
    return [(column, rule) for _, column, rule in found(report)]


def test_a_finding_names_file_row_column_value_rule_and_remedy(
    land: County, tmp_path: Path
) -> None:
    path = csv_file(tmp_path, [pupil(1), pupil(2, 健康状况="很好")], "一小.csv")
    (one,) = dry_run(land, path).findings
    assert (one.file, one.row, one.column, one.value) == ("一小.csv", 3, "健康状况", "很好")
    assert one.rule.message
    assert one.rule.remedy
    assert one.rule.basis


@pytest.mark.parametrize("writer", [csv_file, workbook])
def test_rows_count_as_the_sheet_shows_them_across_blank_rows(
    land: County, tmp_path: Path, writer: object
) -> None:
    rows: list[Row] = [pupil(1), {}, {}, pupil(2, 性别="男")]
    path = csv_file(tmp_path, rows) if writer is csv_file else workbook(tmp_path, rows)
    assert found(dry_run(land, path)) == [(5, "性别", "sex_mismatch")]


@pytest.mark.parametrize(
    ("column", "text", "rule"),
    [
        ("姓名", "", "mandatory"),
        ("姓名", "   ", "mandatory"),
        ("姓名", "张" * 37, "too_long"),
        ("姓名", "张\u200b三", "deceptive_character"),
        ("姓名", "\u202e三张", "deceptive_character"),
        ("姓名", "张三2", "name_character"),
        ("姓名", "=HYPERLINK(1)", "name_character"),
        ("身份证件号", number(1)[:17] + ("0" if number(1)[17] != "0" else "1"), "id_check"),
        ("身份证件号", "37010220150230001X", "id_shape"),
        ("身份证件号", "3.70102E+17", "numeric_cell"),
        ("身份证件号", "\u0663" * 18, "bad_document"),
        ("身份证件号", "", "document_missing"),
        ("性别", "女", "sex_mismatch"),
        ("出生日期", "20150902", "birth_date_mismatch"),
        ("出生日期", "２０１５年", "bad_date"),
        ("出生日期", "20990101", "bad_date"),
        ("入学年月", "2021年9月", "bad_month"),
        ("民族", "火星族", "unknown_code"),
        ("出生地", "99010", "unknown_code"),
        ("出生地", "990101", "region_unknown"),
        ("邮政编码", "25000", "bad_postcode"),
        ("联系电话", "无", "bad_phone"),
        ("学校标识码", "2137999999", "unknown_school"),
        ("学校标识码", "2137000003", "school_out_of_scope"),
    ],
)  # fmt: skip
def test_each_rule_is_found_in_its_column(
    land: County, tmp_path: Path, column: str, text: str, rule: str
) -> None:
    assert rules(land, tmp_path, **{column: text}) == [(column, rule)]


@pytest.mark.parametrize("dot", LOOKALIKES)
def test_a_lookalike_dot_becomes_the_official_one_with_a_note(
    land: County, tmp_path: Path, dot: str
) -> None:
    path = csv_file(tmp_path, [pupil(姓名=f"买买提{dot}阿不都热依木")])
    wanted = order(OrgId(land.orgs["county"].id), path, commit=True, partial=True)
    report = asyncio.run(import_files(land.runtime, wanted, silent))
    assert found(report) == [(2, "姓名", "dot_replaced")]
    assert report.committed == 1


def test_full_width_digits_labels_codes_and_blanks_are_understood(
    land: County, tmp_path: Path
) -> None:
    changed = {
        "身份证件号": "".join(chr(ord(one) + 0xFEE0) for one in number(1)).lower(),
        "性别": "1", "民族": "01", "健康状况": "10", "出生日期": " ２０１５0901\t",
        "是否孤儿": "0", "年级": "六年级", "姓名": "\u3000张三 ",
    }  # fmt: skip
    assert rules(land, tmp_path, **changed) == []


def test_a_guardians_number_is_checked_and_shown_masked(land: County, tmp_path: Path) -> None:
    good = number(7, "19850101")
    wrong = good[:17] + ("0" if good[17] != "0" else "1")
    row = pupil(监护人1身份证件类型="居民身份证", 监护人1身份证件号=wrong)
    (one,) = dry_run(land, csv_file(tmp_path, [row])).findings
    assert (one.column, one.rule.code) == ("监护人1身份证件号", "id_check")
    assert one.value == "3" + "*" * 15 + wrong[-2:]


def test_phones_addresses_and_numbers_are_masked_in_the_list(land: County, tmp_path: Path) -> None:
    rows = [pupil(1, 联系电话="x13912345678"), pupil(2, 现住址="山东省济南市历下区甲路1号" * 12)]
    shown = [one.value for one in dry_run(land, csv_file(tmp_path, rows)).findings]
    assert shown == ["x13*****5678", "山东省济南市…"]


def test_a_number_repeated_in_one_file_is_refused_and_names_the_first_row(
    land: County, tmp_path: Path
) -> None:
    report = dry_run(land, csv_file(tmp_path, [pupil(1), pupil(2), pupil(1, 姓名="李四")]))
    assert found(report) == [(4, "身份证件号", "duplicate_in_file")]
    assert "第 2 行" in report.findings[0].detail
    assert report.tally.clean == 2


def test_a_number_repeated_across_files_is_refused_and_names_the_first_file(
    land: County, tmp_path: Path
) -> None:
    first = csv_file(tmp_path, [pupil(1)], "甲.csv")
    second = workbook(tmp_path, [pupil(3), pupil(1, "2137000002")], "乙.xlsx")
    report = dry_run(land, first, second)
    assert [(one.file, one.row, one.rule.code) for one in report.findings] == [
        ("乙.xlsx", 3, "duplicate_in_upload")
    ]
    assert "甲.csv" in report.findings[0].detail


def test_a_pupil_of_the_registry_is_refused(land: County, tmp_path: Path) -> None:
    land.pupil("sibling", document_number=number(1))
    report = dry_run(land, csv_file(tmp_path, [pupil(1), pupil(2)]))
    assert found(report) == [(2, "身份证件号", "duplicate_in_registry")]


def test_a_number_in_lower_case_or_full_width_is_the_same_pupil(
    land: County, tmp_path: Path
) -> None:
    ending_x = next(n for n in range(1, 99, 2) if number(n).endswith("X"))
    rows = [
        pupil(ending_x),
        pupil(ending_x, 身份证件号=number(ending_x).lower()),
        pupil(ending_x, 身份证件号=f" {number(ending_x)[:17]}Ｘ"),
    ]
    report = dry_run(land, csv_file(tmp_path, rows))
    assert [rule for _, _, rule in found(report)] == ["duplicate_in_file"] * 2


def test_a_school_imports_its_own_pupils_only(land: County, tmp_path: Path) -> None:
    path = csv_file(tmp_path, [pupil(1), pupil(2, "2137000002"), pupil(3, "2137000003")])
    report = dry_run(land, path, org="school")
    assert found(report) == [
        (3, "学校标识码", "school_out_of_scope"),
        (4, "学校标识码", "school_out_of_scope"),
    ]


def test_a_city_imports_for_all_its_counties(land: County, tmp_path: Path) -> None:
    path = csv_file(tmp_path, [pupil(1), pupil(2, "2137000003"), pupil(3, "3137000004")])
    assert dry_run(land, path, org="city").findings == ()


def test_a_gb18030_file_keeps_rare_characters(land: County, tmp_path: Path) -> None:
    path = tmp_path / "老系统.csv"
    path.write_bytes(csv_bytes([pupil(1, 姓名="𠮷䶮㼆"), pupil(2, 姓名="")], "gb18030"))
    assert found(dry_run(land, path)) == [(3, "姓名", "mandatory")]


def test_columns_may_be_in_another_order_and_optional_ones_may_be_missing(
    land: County, tmp_path: Path
) -> None:
    path = tmp_path / "学生.csv"
    titles = sorted(title for title in pupil() if title != "联系电话")
    lines = [",".join(titles), ",".join(pupil(1)[title] for title in titles)]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert dry_run(land, path).findings == ()


def test_text_beside_the_last_column_is_refused(land: County, tmp_path: Path) -> None:
    path = csv_file(tmp_path, [pupil(1)])
    path.write_bytes(path.read_bytes().rstrip() + b",stray\r\n")
    assert found(dry_run(land, path)) == [(2, "", "extra_cell")]
