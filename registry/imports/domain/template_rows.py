"""What does the import template say about each column: title, form, codes to choose from?"""

from dataclasses import dataclass

from registry.domain.codes import CODE_TABLES, DIVISION
from registry.domain.fields import Kind, StudentField
from registry.imports.domain.header import COLUMNS, MANDATORY, template_title

TEXT = 49
"""The spreadsheet's own number format “text” (ECMA-376 18.8.30): long numbers keep their digits."""


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """One column. `choices` are the labels to choose from; empty: written freely."""

    title: str
    is_mandatory: bool
    hint: str
    choices: tuple[str, ...]
    example: str


_EXAMPLES = {
    "school_code": "2137000001", "name": "张三", "sex": "男", "birth_date": "20150901",
    "birthplace": "371323", "ethnicity": "汉族", "nationality": "中国",
    "document_type": "居民身份证", "document_number": "（18 位，文本格式）", "grade": "一年级",
    "class_name": "1班", "enrolment_month": "202109", "postcode": "276400",
    "commute_distance": "1.5",
}  # fmt: skip
_HINTS = {
    Kind.DATE: "8 位数字 YYYYMMDD",
    Kind.MONTH: "6 位数字 YYYYMM",
    Kind.NUMBER: "数字，不带单位",
    Kind.YES_NO: "是 或 否",
}
_OWN_HINTS = {
    "school_code": "10 位学校标识码",
    "document_number": "居民身份证必填；单元格须为文本格式，否则 15 位以后的数字会丢失",
    "name": "与证件一致；间隔符用“·”；不加备注",
    "postcode": "6 位数字",
}


def template_columns() -> tuple[TemplateColumn, ...]:
    """Return the columns in the order of the template."""
    return tuple(_column(field) for field in COLUMNS)


def header_row() -> list[str]:
    """Return the titles as printed, ★ marking what must be filled in."""
    return [template_title(field) for field in COLUMNS]


def _column(field: StudentField) -> TemplateColumn:
    table = CODE_TABLES.get(field.codes)
    return TemplateColumn(
        template_title(field),
        field.name in MANDATORY,
        _OWN_HINTS.get(field.name) or _hint(field),
        tuple(table.labels.values()) if table else (),
        _EXAMPLES.get(field.name, ""),
    )


def _hint(field: StudentField) -> str:
    if field.codes == DIVISION:
        return "6 位行政区划代码（GB/T 2260）"
    if field.kind is Kind.CODE:
        return f"从列表中选择（{CODE_TABLES[field.codes].standard}）"
    return _HINTS.get(field.kind, f"不超过 {field.max_length} 字")
