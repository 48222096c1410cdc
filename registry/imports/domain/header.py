"""Which columns does an import file have, and which field does each hold?"""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.domain.fields import BY_NAME, IMPORTED_FIELDS, StudentField
from registry.imports.domain.rules import FileRefusedError
from registry.imports.domain.sheet_text import machine_text

SHEET = "学生信息"
STAR = "★"
SCHOOL_CODE = BY_NAME["school_code"]
COLUMNS: tuple[StudentField, ...] = (SCHOOL_CODE, *IMPORTED_FIELDS)
"""The columns of the template: the school, then the national form in its order."""

MANDATORY = frozenset({SCHOOL_CODE.name} | {field.name for field in COLUMNS if field.mandatory})
_BY_TITLE = {field.title: field for field in COLUMNS}
REPORTED = ("错误原因", "来源文件", "来源行号")
"""Columns that the list of faulty rows adds: a corrected list may be uploaded as it is."""

_MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file: the field that it holds and the title as errors cite it."""

    field: StudentField
    title: str
    mandatory: bool


def template_title(field: StudentField) -> str:
    """Return the column's title in the template, ★ marking a mandatory field."""
    return field.title + STAR if field.name in MANDATORY else field.title


def read_header(cells: Sequence[str]) -> tuple[Column | None, ...]:
    """Return the columns of a header row; optional ones may be absent, and the order is free.

    None stands for a column that is known and passed over. Raises FileRefusedError that names
    every missing, unknown and repeated column.
    """
    titles = [machine_text(cell).replace(STAR, "").replace("*", "").strip() for cell in cells]
    while titles and not titles[-1]:
        titles.pop()
    known = {*_BY_TITLE, *REPORTED}
    unknown = [
        title or f"第 {place} 列（空白）"
        for place, title in enumerate(titles, 1)
        if title not in known
    ]
    repeated = sorted({title for title in titles if titles.count(title) > 1} - set(unknown))
    missing = [
        field.title for field in COLUMNS if field.name in MANDATORY and field.title not in titles
    ]
    complaints = [
        f"{what}：{_some(names)}"
        for what, names in (("缺少列", missing), ("不认识的列", unknown), ("重复的列", repeated))
        if names
    ]
    if complaints:
        raise FileRefusedError("wrong_header", "；".join(complaints))
    fields = [_BY_TITLE.get(title) for title in titles]
    return tuple(
        None if field is None else Column(field, field.title, field.name in MANDATORY)
        for field in fields
    )


def _some(names: list[str]) -> str:
    shown = "、".join(name[:30] for name in names[:_MOST_NAMED])
    return shown if len(names) <= _MOST_NAMED else f"{shown} 等 {len(names)} 列"
