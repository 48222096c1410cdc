"""Which forms may a field take? The grammar shared with policies and the door.

Words follow ISO/IEC 20889 (masking, pseudonymization, generalization). A form that is unsafe for
pupils, or not built yet, is refused with the reason, never replaced by something else.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Final

from typing_extensions import override

from kernel.errors import InvalidError


class Kind(StrEnum):
    """What is done to a value, strictest first."""

    DROP = "drop"
    GENERALIZE = "generalize"
    PSEUDONYM = "pseudonym"
    MASK = "mask"
    KEEP = "keep"


MASKS: Final = MappingProxyType(
    {
        "name": "保留姓氏，其余隐去",
        "phone": "保留首 1 位和末 2 位，其余隐去",
        "document_number": "保留首 1 位和末 2 位，其余隐去",
        "student_number": "去掉类型字母，保留首 1 位和末 2 位，其余隐去",
        "email": "保留首字母和公共邮箱域名，其余隐去",
        "address": "保留到区县，其余隐去",
    }
)

HIERARCHIES: Final = MappingProxyType({
    "birth_date": MappingProxyType({
        "month": "只给出生年月", "year": "只给出生年份", "age_band": "只给三年一段的出生年段",
    }),
    "enrolment_month": MappingProxyType({"year": "只给入学年份"}),
    "grade": MappingProxyType({"stage": "只给学段"}),
    "ethnicity": MappingProxyType({"han_or_other": "只给汉族或其他民族"}),
    "division": MappingProxyType({
        "city": "区划代码只到地市", "province": "区划代码只到省",
    }),
    "address": MappingProxyType({
        "county": "只给到区县", "city": "只给到地市", "province": "只给到省",
    }),
})  # fmt: skip
"""Levels from finest to coarsest, each with its Chinese explanation."""

OWN: Final = "own"
"""The style of `generalize:own:<level>`: a level of the column's own hierarchy, by its name."""

_PLAIN: Final = MappingProxyType({
    Kind.DROP: "不提供", Kind.KEEP: "原样提供", Kind.PSEUDONYM: "换成带密钥的假名",
})  # fmt: skip

_LATER: Final = ("format_preserving", "date:shift", "text:scan")


@dataclass(frozen=True, slots=True)
class Treatment:
    """One form of one field. `style` is a mask or hierarchy, `level` a level of the hierarchy."""

    kind: Kind
    style: str = ""
    level: str = ""

    def __post_init__(self) -> None:
        if not self._known():
            raise _unknown(str(self))

    @staticmethod
    def parse(text: str) -> "Treatment":
        """Return the treatment of a form such as `generalize:birth_date:year`.

        Raises InvalidError if the form is unknown, unsafe or not offered yet.
        """
        return _parse(text)

    @property
    def text(self) -> str:
        """What the treatment does, in Chinese."""
        if self.kind is Kind.MASK:
            return MASKS[self.style]
        if self.kind is Kind.GENERALIZE and self.style == OWN:
            return f"按自定层级只给到“{self.level}”"
        if self.kind is Kind.GENERALIZE:
            return HIERARCHIES[self.style][self.level]
        return _PLAIN[self.kind]

    @override
    def __str__(self) -> str:
        return ":".join(part for part in (self.kind.value, self.style, self.level) if part)

    def _known(self) -> bool:
        if self.kind is Kind.MASK:
            return self.style in MASKS and not self.level
        if self.kind is Kind.GENERALIZE and self.style == OWN:
            return bool(self.level) and ":" not in self.level
        if self.kind is Kind.GENERALIZE:
            return self.level in HIERARCHIES.get(self.style, {})
        return not self.style and not self.level


@cache
def _parse(text: str) -> Treatment:
    if text.startswith(_LATER):
        raise InvalidError(
            f"处理方式“{text}”尚未提供",
            rule="脱敏方案格式",
            remedy="请改用掩码、假名、泛化或不提供",
        )
    if text.startswith(("mask:document_number:", "mask:student_number:")):
        raise InvalidError(
            f"处理方式“{text}”不安全：保留前 6 位和后 4 位时，知道年级即只剩约 33 个可能的号码",
            rule="未成年人证件号码掩码",
            remedy="请使用 mask:document_number（保留首 1 位和末 2 位）或不提供",
        )
    kind, _, rest = text.partition(":")
    style, _, level = rest.partition(":")
    if kind not in set(Kind) or text != ":".join(part for part in (kind, style, level) if part):
        raise _unknown(text)
    return Treatment(Kind(kind), style, level)


def _unknown(text: str) -> InvalidError:
    return InvalidError(
        f"不认识的处理方式“{text}”",
        rule="脱敏方案格式",
        remedy="可用：drop、keep、pseudonym、mask:…、generalize:…:…",
    )
