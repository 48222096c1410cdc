"""Which forms contradict what a field is? Rules that a plan must pass when it is made."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from anonymize.plan.treatment import Kind, Treatment
from kernel.errors import Problem

_RULE: Final = "个人信息保护法第七十三条；GB/T 37964-2019"

KNOWN_DATES: Final = frozenset(
    {"birth_date", "enrolment_month", "enrolment_date", "document_expiry"}
)
"""Dates that classmates know, or that are one day for all: they would tell a pupil's shift."""

_NO_CLASSES: Final = frozenset({Kind.FORMAT_PRESERVING, Kind.DATE, Kind.TEXT})
"""Kinds of which nearly every row is different: they make no classes of a table model."""


def field_problems(
    fields: Mapping[str, Treatment], direct: frozenset[str], never_raw: frozenset[str]
) -> Iterable[Problem]:
    """Yield what is wrong field by field. `direct` are those that name a person by themselves."""
    for name, treatment in fields.items():
        refusal = _REFUSALS.get(treatment.kind)
        field = _Field(name, name in direct, name in never_raw)
        if refusal is not None and (told := refusal(field)):
            yield Problem(told[0], f"fields.{name}", told[1], told[2])


def subject_problems(
    fields: Mapping[str, Treatment], subject: str | None, direct: frozenset[str]
) -> Iterable[Problem]:
    """Yield what is wrong with the subject and the shifts that are keyed by it."""
    days = {how.level for how in fields.values() if how.kind is Kind.DATE}
    if days and subject is None:
        yield Problem(
            "日期平移须指明 subject：同一学生的日期要移动同样的天数", "subject",
            "日期平移以学生为单位", "请填写学生的标识字段，例如 student_number",
        )  # fmt: skip
    if subject is not None and subject not in direct:
        yield Problem(
            f"“{subject}”不是直接标识符，不能代表学生", "subject",
            "日期平移以学生为单位", "请填写学生的标识字段，例如 student_number",
        )  # fmt: skip
    if len(days) > 1:
        yield Problem(
            "同一方案的日期平移天数不一致：两种平移对照可以缩小范围", "fields",
            "日期平移以学生为单位", "请统一天数",
        )  # fmt: skip


def class_problems(fields: Mapping[str, Treatment], named: Iterable[str]) -> Iterable[Problem]:
    """Yield columns named by the table model whose form makes no classes."""
    for name in named:
        if name in fields and fields[name].kind in _NO_CLASSES:
            yield Problem(
                f"“{name}”的处理方式几乎使每行不同，不能作准标识符或敏感属性",
                "table", "k-匿名以相同取值分组", "请改用泛化，或从模型中去掉",
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    direct: bool
    never_raw: bool


Told = tuple[str, str, str] | None
"""Message, rule and remedy, or nothing to refuse."""


def _keep(field: _Field) -> Told:
    if not field.direct and not field.never_raw:
        return None
    return f"直接标识符“{field.name}”不能原样提供", _RULE, "请改用掩码、假名、泛化或不提供"


def _pseudonym(field: _Field) -> Told:
    if field.direct:
        return None
    return (
        f"“{field.name}”不是直接标识符，不能换成假名：取值少时按频次即可还原",
        "假名只用于直接标识符",
        "请改用泛化或不提供",
    )


def _format_preserving(field: _Field) -> Told:
    if field.direct:
        return None
    return (
        f"“{field.name}”不是直接标识符，不能保留格式加密：取值少时按频次即可还原",
        "保留格式加密只用于直接标识符",
        "请改用泛化或不提供",
    )


def _date(field: _Field) -> Told:
    if field.name in KNOWN_DATES:
        return (
            f"“{field.name}”不能平移：知道真实日期的人会由此算出该学生全部日期的平移天数",
            "日期平移不得带有公知的日期",
            "请改用泛化或不提供",
        )
    if field.direct:
        return f"直接标识符“{field.name}”不是日期", _RULE, "请改用掩码、假名、泛化或不提供"
    return None


def _text(field: _Field) -> Told:
    if not field.direct and not field.never_raw:
        return None
    return (
        f"直接标识符“{field.name}”不能按自由文本处理：扫描漏掉一处即原样提供",
        _RULE,
        "请改用掩码、假名、泛化或不提供",
    )


_REFUSALS: Final[Mapping[Kind, Callable[[_Field], Told]]] = {
    Kind.KEEP: _keep, Kind.PSEUDONYM: _pseudonym, Kind.FORMAT_PRESERVING: _format_preserving,
    Kind.DATE: _date, Kind.TEXT: _text,
}  # fmt: skip
