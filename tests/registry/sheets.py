"""Small import files for tests: faultless rows by title, as CSV or workbook."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from registry.synthetic.form import TITLES, printed
from registry.synthetic.numbers import check_character

HEADER = [printed(title) for title in TITLES]
Row = dict[str, str]


def number(sequence: int = 1, born: str = "20150901", address: str = "370102") -> str:
    digits = f"{address}{born}{sequence:03}"
    return digits + check_character(digits)


def pupil(sequence: int = 1, school: str = "2137000001", /, **changed: str) -> Row:
    """A faultless row; boys have odd sequences."""
    yes_no = (
        "是否独生子女", "是否受过学前教育", "是否进城务工人员随迁子女", "是否孤儿",
        "是否烈士或优抚子女", "随班就读", "是否需要申请资助", "是否享受一补", "是否需要乘坐校车",
    )  # fmt: skip
    row = {
        "学校标识码": school, "姓名": "张三", "性别": "男" if sequence % 2 else "女",
        "出生日期": "20150901", "出生地": "370102", "民族": "汉族", "国籍/地区": "中国",
        "身份证件类型": "居民身份证", "身份证件号": number(sequence), "港澳台侨外": "00",
        "健康状况": "健康或良好", "户口所在地": "山东省济南市某街1号", "户口性质": "非农业户口",
        "年级": "06", "班级": "1班", "入学年月": "202109", "入学方式": "就近入学",
        "就读方式": "走读", "现住址": "山东省济南市历下区某街1号",
        "通信地址": "山东省济南市历下区某街1号", "家庭地址": "山东省济南市历下区某街1号",
        "联系电话": "13900000001", "邮政编码": "250000", "是否留守儿童": "非留守儿童",
        "残疾类型": "无残疾",
    }  # fmt: skip
    return row | dict.fromkeys(yes_no, "否") | changed


def cells(row: Row) -> list[str]:
    return [row.get(title, "") for title in TITLES]


def csv_bytes(rows: Sequence[Row], encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO()
    sheet = csv.writer(text)
    sheet.writerow(HEADER)
    sheet.writerows(cells(row) for row in rows)
    return text.getvalue().encode(encoding)


def csv_file(folder: Path, rows: Sequence[Row], name: str = "学生.csv") -> Path:
    path = folder / name
    path.write_bytes(csv_bytes(rows))
    return path


def workbook(folder: Path, rows: Sequence[Row], name: str = "学生.xlsx") -> Path:
    path = folder / name
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("学生信息")
        for number_, line in enumerate([HEADER, *(cells(row) for row in rows)]):
            for place, cell in enumerate(line):
                sheet.write_string(number_, place, cell)
    return path
