"""Which facts does the registry hold about a pupil? The closed list, by the national form.

Source: 全国中小学生学籍信息管理系统 学生基本信息表 (numbers and ★ as printed there).
"""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from kernel.errors import InvalidError


class Kind(StrEnum):
    """What a value looks like. All values are strings."""

    TEXT = "text"
    DATE = "date"
    """YYYYMMDD"""
    MONTH = "month"
    """YYYYMM"""
    CODE = "code"
    """A code of the table that `StudentField.codes` names."""
    YES_NO = "yes_no"
    """`1` yes, `0` no"""
    NUMBER = "number"
    """A decimal number, not negative."""


@dataclass(frozen=True, slots=True)
class StudentField:
    """One fact. `number` is the item on the national form (None: not printed there).

    `encrypted` fields are stored sealed; the others stand in clear columns, because lists, search
    and cohorts need them. `system` fields are set by the registry and never typed or imported.
    """

    name: str
    title: str
    number: int | None = None
    mandatory: bool = False
    kind: Kind = Kind.TEXT
    codes: str = ""
    max_length: int = 60
    encrypted: bool = True
    guardian: int = 0
    """1 or 2: belongs to that guardian's block; 0: the pupil's own."""
    system: bool = False


def _text(
    number: int, name: str, title: str, length: int = 60, *, must: bool = False
) -> StudentField:
    return StudentField(name, title, number, mandatory=must, max_length=length)


def _code(number: int, name: str, title: str, codes: str, *, must: bool = False) -> StudentField:
    return StudentField(
        name, title, number, mandatory=must, kind=Kind.CODE, codes=codes, max_length=6
    )


def _yes_no(number: int, name: str, title: str, *, must: bool = False) -> StudentField:
    return StudentField(
        name, title, number, mandatory=must, kind=Kind.YES_NO, codes="yes_no", max_length=1
    )


def _clear(
    number: int, name: str, title: str, length: int, kind: Kind = Kind.TEXT, codes: str = ""
) -> StudentField:
    """Return a mandatory field that stands in a clear column."""
    return StudentField(
        name, title, number, mandatory=True, kind=kind, codes=codes, max_length=length,
        encrypted=False,
    )  # fmt: skip


FORM_FIELDS: tuple[StudentField, ...] = (
    _clear(1, "name", "姓名", 36),
    _clear(2, "sex", "性别", 1, Kind.CODE, "sex"),
    _clear(3, "birth_date", "出生日期", 8, Kind.DATE),
    _code(4, "birthplace", "出生地", "division", must=True),
    _text(5, "native_place", "籍贯", 20),
    _code(6, "ethnicity", "民族", "ethnicity", must=True),
    _code(7, "nationality", "国籍/地区", "nationality", must=True),
    _code(8, "document_type", "身份证件类型", "document_type", must=True),
    _text(9, "document_number", "身份证件号", 20),
    _code(10, "hmt_overseas", "港澳台侨外", "hmt_overseas", must=True),
    _code(11, "political_status", "政治面貌", "political_status"),
    _code(12, "health", "健康状况", "health", must=True),
    _text(14, "name_pinyin", "姓名拼音"),
    _text(15, "former_name", "曾用名", 36),
    _text(16, "document_expiry", "身份证件有效期", 17),
    _text(17, "domicile", "户口所在地", 120, must=True),
    _code(18, "domicile_type", "户口性质", "domicile_type", must=True),
    _text(19, "talents", "特长", 200),
    _text(20, "local_number", "学籍辅号", 30),
    _text(21, "seat_number", "班内学号", 10),
    _clear(22, "grade", "年级", 2, Kind.CODE, "grade"),
    _clear(23, "class_name", "班级", 30),
    _clear(24, "enrolment_month", "入学年月", 6, Kind.MONTH),
    _code(25, "enrolment_mode", "入学方式", "enrolment_mode", must=True),
    _code(26, "attendance_mode", "就读方式", "attendance_mode", must=True),
    _code(27, "student_source", "学生来源", "student_source"),
    _text(28, "current_address", "现住址", 120, must=True),
    _text(29, "mailing_address", "通信地址", 120, must=True),
    _text(30, "home_address", "家庭地址", 120, must=True),
    _text(31, "phone", "联系电话", 20),
    _text(32, "postcode", "邮政编码", 6, must=True),
    _text(33, "email", "电子信箱", 80),
    _text(34, "homepage", "主页地址", 120),
    _yes_no(35, "only_child", "是否独生子女", must=True),
    _yes_no(36, "preschool", "是否受过学前教育", must=True),
    _code(37, "left_behind", "是否留守儿童", "left_behind", must=True),
    _yes_no(38, "migrant", "是否进城务工人员随迁子女", must=True),
    _yes_no(39, "orphan", "是否孤儿", must=True),
    _yes_no(40, "martyr_child", "是否烈士或优抚子女", must=True),
    _yes_no(41, "inclusive_class", "随班就读", must=True),
    _code(42, "disability", "残疾类型", "disability", must=True),
    _yes_no(43, "purchased_place", "是否由政府购买学位"),
    _yes_no(44, "needs_aid", "是否需要申请资助", must=True),
    _yes_no(45, "receives_subsidy", "是否享受一补", must=True),
    StudentField("commute_distance", "上下学距离", 46, kind=Kind.NUMBER, max_length=6),
    _code(47, "commute_mode", "上下学交通方式", "commute_mode"),
    _yes_no(48, "school_bus", "是否需要乘坐校车", must=True),
)

_GUARDIAN: tuple[tuple[str, str, Kind, str, int], ...] = (
    ("name", "姓名", Kind.TEXT, "", 36),
    ("relation", "关系", Kind.CODE, "relation", 2),
    ("relation_note", "关系说明", Kind.TEXT, "", 60),
    ("ethnicity", "民族", Kind.CODE, "ethnicity", 2),
    ("workplace", "工作单位", Kind.TEXT, "", 120),
    ("address", "现住址", Kind.TEXT, "", 120),
    ("domicile", "户口所在地", Kind.TEXT, "", 120),
    ("phone", "联系电话", Kind.TEXT, "", 20),
    ("is_guardian", "是否监护人", Kind.YES_NO, "yes_no", 1),
    ("document_type", "身份证件类型", Kind.CODE, "document_type", 1),
    ("document_number", "身份证件号", Kind.TEXT, "", 20),
    ("position", "职务", Kind.TEXT, "", 60),
)

GUARDIAN_FIELDS: tuple[StudentField, ...] = tuple(
    StudentField(
        f"guardian{block}_{name}", f"监护人{block}{title}", kind=kind, codes=codes,
        max_length=length, guardian=block,
    )
    for block in (1, 2)
    for name, title, kind, codes, length in _GUARDIAN
)  # fmt: skip


def _system(
    name: str, title: str, length: int, codes: str = "", *, sealed: bool = False
) -> StudentField:
    return StudentField(
        name, title, kind=Kind.CODE if codes else Kind.TEXT, codes=codes, max_length=length,
        encrypted=sealed, system=True,
    )  # fmt: skip


SYSTEM_FIELDS: tuple[StudentField, ...] = (
    _system("student_number", "学籍号", 19, sealed=True),
    _system("school_name", "学校名称", 80),
    _system("school_code", "学校标识码", 10),
    _system("division", "所在区县", 6, "division"),
    _system("status", "学籍状态", 2, "status"),
)

IMPORTED_FIELDS = FORM_FIELDS + GUARDIAN_FIELDS
"""What a school's file may hold, in the order of the national form."""

STUDENT_FIELDS = IMPORTED_FIELDS + SYSTEM_FIELDS
BY_NAME = MappingProxyType({field.name: field for field in STUDENT_FIELDS})


def student_field(name: str) -> StudentField:
    """Return the field of that name; raises InvalidError if the vocabulary has none."""
    if name not in BY_NAME:
        raise InvalidError(
            f"没有名为“{name}”的学籍字段",
            field=name,
            rule="学生基本信息表",
            remedy="请使用字段目录中的名称",
        )
    return BY_NAME[name]
