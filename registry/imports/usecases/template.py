"""Write the import template: a workbook with lists and instructions, or a CSV with the header.

Only for child processes and the command line: the serving process never imports XlsxWriter.
"""

from pathlib import Path
from typing import Any

import xlsxwriter

from registry.imports.domain.header import SHEET
from registry.imports.domain.template_rows import TEXT, TemplateColumn, template_columns
from registry.imports.usecases.template_csv import template_csv

CODES = "代码"
GUIDE = "填表说明"
_LAST_ROW = 20_000
"""Rows that get the text format and the lists."""
_RULES = (
    "一、不要更改“学生信息”表的表头文字；带★的列必填；列的次序可以改变，不填的非必填列可以删除。",
    "二、从表头下一行开始，一名学生一行。学籍号由系统生成，不填。",
    "三、身份证件号等号码须为文本。若从别处复制，请用“选择性粘贴：数值”。",
    "四、不要使用公式、宏、外部链接和密码；一个文件不超过 50 MB、49999 行，更多请用 CSV。",
    "五、上传后先试算并列出每一处问题，确认后才写入学籍库。",
)


def write(path: Path) -> None:
    """Write the template; the suffix `.xlsx` or `.csv` says which."""
    if path.suffix.lower() == ".csv":
        path.write_bytes(template_csv())
        return
    columns = template_columns()
    with xlsxwriter.Workbook(
        path, {"strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet, guide, codes = (book.add_worksheet(name) for name in (SHEET, GUIDE, CODES))
        lists = _write_codes(codes, columns)
        _write_sheet(book, sheet, columns, lists)
        _write_guide(book, guide, columns)
        codes.hide()


def _write_sheet(
    book: Any,  # noqa: ANN401  untyped library
    sheet: Any,  # noqa: ANN401
    columns: tuple[TemplateColumn, ...],
    lists: dict[tuple[str, ...], str],
) -> None:
    text = book.add_format({"num_format": TEXT})
    plain = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True})
    starred = book.add_format({"bold": True, "bg_color": "#FCE4D6", "border": 1, "text_wrap": True})
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column.title, starred if column.is_mandatory else plain)
        sheet.write_comment(0, place, column.hint)
        sheet.set_column(place, place, max(10, 2 * len(column.title)), text)
        if column.choices:
            sheet.data_validation(1, place, _LAST_ROW, place, {
                "validate": "list", "source": lists[column.choices],
                "error_title": column.title, "error_message": "请从列表中选择",
            })  # fmt: skip
    sheet.freeze_panes(1, 2)
    sheet.set_row(0, 36)


def _write_codes(
    sheet: Any,  # noqa: ANN401  untyped library
    columns: tuple[TemplateColumn, ...],
) -> dict[tuple[str, ...], str]:
    """Write each list once; return the range that a validation names."""
    lists: dict[tuple[str, ...], str] = {}
    for column in columns:
        if not column.choices or column.choices in lists:
            continue
        place = len(lists)
        for row, choice in enumerate(column.choices):
            sheet.write_string(row, place, choice)
        letter = xlsxwriter.utility.xl_col_to_name(place, True)  # noqa: FBT003  absolute
        lists[column.choices] = f"={CODES}!{letter}$1:{letter}${len(column.choices)}"
    return lists


def _write_guide(book: Any, sheet: Any, columns: tuple[TemplateColumn, ...]) -> None:  # noqa: ANN401
    bold = book.add_format({"bold": True})
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 8)
    sheet.set_column(2, 3, 60)
    for row, rule in enumerate(_RULES):
        sheet.write_string(row, 0, rule)
    start = len(_RULES) + 1
    for place, title in enumerate(("列", "必填", "填写要求", "示例或可选值")):
        sheet.write_string(start, place, title, bold)
    for row, column in enumerate(columns, start + 1):
        choices = "、".join(column.choices[:12]) + ("……" if len(column.choices) > 12 else "")  # noqa: PLR2004  enough to see
        sheet.write_string(row, 0, column.title)
        sheet.write_string(row, 1, "是" if column.is_mandatory else "")
        sheet.write_string(row, 2, column.hint)
        sheet.write_string(row, 3, choices or column.example)
