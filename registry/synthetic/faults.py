"""Which faults are put into the files, and what must the import report say about each?

Every faulty row has one fault; the answers are written here by hand, not computed by a rule.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from registry.synthetic.form import AT, MUST
from registry.synthetic.numbers import check_character

ERROR, WARNING = "error", "warning"


class Number(str):
    """A cell that the workbook holds as a number."""

    __slots__ = ()


class Formula(str):
    """A cell that the workbook holds as a formula."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of the answer key. `row` counts from 1 with the header as row 1."""

    file: str
    row: int
    column: str
    rule: str
    severity: str


@dataclass(slots=True)
class Earlier:
    """Numbers of faultless pupils before this row: (ID number, birth date, sex)."""

    in_file: list[tuple[str, str, str]] = field(default_factory=list)
    in_upload: list[tuple[str, str, str]] = field(default_factory=list)


Fault = Callable[[list[str], Random], tuple[str, str, str]]
"""Changes the cells; returns column, rule and severity."""


def _set(column: str, rule: str, *texts: str, severity: str = ERROR) -> Fault:
    def fault(cells: list[str], rng: Random) -> tuple[str, str, str]:
        cells[AT[column]] = texts[int(rng.random() * len(texts))]
        return column, rule, severity

    return fault


def _blank(cells: list[str], rng: Random) -> tuple[str, str, str]:
    column = MUST[int(rng.random() * len(MUST))]
    cells[AT[column]] = (" ", "")[int(rng.random() * 2)]
    return column, "mandatory", ERROR


def _wrong_check(cells: list[str], rng: Random) -> tuple[str, str, str]:
    number = cells[AT["身份证件号"]]
    right = check_character(number[:17])
    wrong = [each for each in "0123456789X" if each != right]
    cells[AT["身份证件号"]] = number[:17] + wrong[int(rng.random() * 10)]
    return "身份证件号", "id_check", ERROR


def _short_number(cells: list[str], _rng: Random) -> tuple[str, str, str]:
    cells[AT["身份证件号"]] = cells[AT["身份证件号"]][:-1]
    return "身份证件号", "id_shape", ERROR


def _other_day(cells: list[str], rng: Random) -> tuple[str, str, str]:
    born = cells[AT["出生日期"]]
    days = [f"{day:02}" for day in range(1, 28) if f"{day:02}" != born[6:]]
    cells[AT["出生日期"]] = born[:6] + days[int(rng.random() * len(days))]
    return "出生日期", "birth_date_mismatch", ERROR


def _other_sex(cells: list[str], _rng: Random) -> tuple[str, str, str]:
    cells[AT["性别"]] = "女" if cells[AT["性别"]] == "男" else "男"
    return "性别", "sex_mismatch", ERROR


def _hidden(cells: list[str], rng: Random) -> tuple[str, str, str]:
    mark = "\u200b\u202e\u2066\ufeff\u0007"[int(rng.random() * 5)]
    column = ("姓名", "现住址", "户口所在地")[int(rng.random() * 3)]
    text = cells[AT[column]]
    cells[AT[column]] = text[:1] + mark + text[1:]
    return column, "deceptive_character", ERROR


def _note_in_name(cells: list[str], rng: Random) -> tuple[str, str, str]:
    cells[AT["姓名"]] += ("1", "(大)", "（借读）", "=1+1")[int(rng.random() * 4)]
    return "姓名", "name_character", ERROR


def _other_dot(cells: list[str], rng: Random) -> tuple[str, str, str]:
    dot = "•‧・．"[int(rng.random() * 4)]
    cells[AT["姓名"]] = f"古丽{dot}卡德尔"
    return "姓名", "dot_replaced", WARNING


def _no_number(cells: list[str], _rng: Random) -> tuple[str, str, str]:
    cells[AT["身份证件号"]] = ""
    return "身份证件号", "document_missing", ERROR


def _guardian_check(cells: list[str], rng: Random) -> tuple[str, str, str]:
    column = f"监护人{1 + int(rng.random() * 2)}身份证件号"
    number = cells[AT[column]]
    cells[AT[column]] = number[:17] + ("0" if number[17] != "0" else "1")
    return column, "id_check", ERROR


def _rounded(cells: list[str], _rng: Random) -> tuple[str, str, str]:
    cells[AT["身份证件号"]] = Number(cells[AT["身份证件号"]][:17] + "0")
    return "身份证件号", "numeric_cell", ERROR


def _formula(cells: list[str], rng: Random) -> tuple[str, str, str]:
    column = ("姓名", "身份证件号", "家庭地址")[int(rng.random() * 3)]
    cells[AT[column]] = Formula(cells[AT[column]])
    return column, "formula_cell", ERROR


FAULTS: tuple[Fault, ...] = (
    _blank, _wrong_check, _short_number, _other_day, _other_sex, _hidden, _note_in_name, _other_dot,
    _no_number, _guardian_check, _rounded,
    _set("健康状况", "unknown_code", "很好", "60"),
    _set("民族", "unknown_code", "汉人", "72"),
    _set("监护人2关系", "unknown_code", "邻居家的猫"),
    _set("随班就读", "unknown_code", "2"),
    _set("出生日期", "bad_date", "2015年9月1日", "20150230", "2015-9-1", "20990101", "15/09/01"),
    _set("入学年月", "bad_month", "2021年9月", "202113", "2021"),
    _set("上下学距离", "bad_number", "三公里", "2km"),
    _set("班级", "too_long", "一" * 31),
    _set("现住址", "too_long", "山东省临沂市" + "长" * 130),
    _set("联系电话", "bad_phone", "无", "139000", "13900001111;13900002222"),
    _set("邮政编码", "bad_postcode", "2764", "27640O"),
    _set("电子信箱", "bad_email", "nobody", "a@b", "a b@example.org"),
    _set("学校标识码", "unknown_school", "2137000000", "云溪小学"),
    _set("学校标识码", "school_out_of_scope", "2137989999"),
    _set("出生地", "region_unknown", "990101", "200000", severity=WARNING),
    _set("出生地", "unknown_code", "山东省", "37132"),
)  # fmt: skip
WORKBOOK_FAULTS: tuple[Fault, ...] = (_formula,)


def repeat(cells: list[str], rng: Random, earlier: Earlier) -> tuple[str, str, str] | None:
    """Give the pupil the number of an earlier one; None if there is no earlier one."""
    inside = bool(earlier.in_file) and (not earlier.in_upload or rng.random() < 0.5)  # noqa: PLR2004  half
    pool = earlier.in_file if inside else earlier.in_upload
    if not pool:
        return None
    number, born, sex = pool[int(rng.random() * len(pool))]
    cells[AT["身份证件号"]], cells[AT["出生日期"]], cells[AT["性别"]] = number, born, sex
    return "身份证件号", "duplicate_in_file" if inside else "duplicate_in_upload", ERROR
