"""Which forms may a field take? The grammar shared with policies and the door.

Words follow ISO/IEC 20889 (masking, pseudonymization, generalization). A form that is unsafe for
pupils is refused with the reason, never replaced by something else.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Final

from typing_extensions import override

from anonymize.plan.vocabulary import (
    FORMAT_PRESERVING,
    HIERARCHIES,
    LEAST_SHIFT,
    MASKS,
    MOST_SHIFT,
    TEXTS,
)
from kernel.errors import InvalidError

__all__ = ["HIERARCHIES", "MASKS", "OWN", "SHIFT", "TRACEABLE", "Kind", "Treatment"]


class Kind(StrEnum):
    """What is done to a value."""

    DROP = "drop"
    GENERALIZE = "generalize"
    PSEUDONYM = "pseudonym"
    FORMAT_PRESERVING = "format_preserving"
    MASK = "mask"
    DATE = "date"
    TEXT = "text"
    KEEP = "keep"


OWN: Final = "own"
"""The style of `generalize:own:<level>`: a level of the column's own hierarchy, by its name."""

SHIFT: Final = "shift"
TRACEABLE: Final = frozenset(
    {Kind.PSEUDONYM, Kind.FORMAT_PRESERVING, Kind.MASK, Kind.DATE, Kind.TEXT}
)
"""What keeps a trace of one person and is therefore never 匿名化 (PIPL art. 73)."""

SECOND: Final = frozenset({Kind.FORMAT_PRESERVING, Kind.DATE, Kind.TEXT})
"""Kinds of version 2 of the plan."""

_PLAIN: Final = MappingProxyType({
    Kind.DROP: "不提供", Kind.KEEP: "原样提供", Kind.PSEUDONYM: "换成带密钥的假名",
})  # fmt: skip
_SHIFT: Final = re.compile(r"[1-9][0-9]{0,3}")


@dataclass(frozen=True, slots=True)
class Treatment:
    """One form of one field.

    `style` is a mask, a hierarchy (`own`: the column's own), a number's domain, a way with dates or
    text; `level` is a level of the hierarchy or the most days of a shift.
    """

    kind: Kind
    style: str = ""
    level: str = ""

    def __post_init__(self) -> None:
        if not self._known():
            raise _unknown(str(self))

    @staticmethod
    def parse(text: str) -> "Treatment":
        """Return the treatment of a form such as `generalize:birth_date:year`.

        Raises InvalidError if the form is unknown or unsafe.
        """
        return _parse(text)

    @property
    def text(self) -> str:
        """What the treatment does, in Chinese."""
        match self.kind:
            case Kind.GENERALIZE if self.own:
                return f"按自定层级只给到“{self.level}”"
            case Kind.GENERALIZE:
                return HIERARCHIES[self.style][self.level]
            case Kind.DATE:
                return f"同一学生的日期一起前移或者后移同样的天数（至多 {self.level} 天）"
            case kind:
                return _STYLES[kind][self.style] if kind in _STYLES else _PLAIN[kind]

    @property
    def own(self) -> bool:
        """Tell whether the levels are those of a hierarchy that the plan itself gives."""
        return self.kind is Kind.GENERALIZE and self.style == OWN

    @property
    def second(self) -> bool:
        """Tell whether the form is of version 2 of the plan."""
        return self.kind in SECOND or self.own

    @override
    def __str__(self) -> str:
        return ":".join(part for part in (self.kind.value, self.style, self.level) if part)

    def _known(self) -> bool:
        match self.kind:
            case Kind.GENERALIZE if self.own:
                return bool(self.level) and ":" not in self.level
            case Kind.GENERALIZE:
                return self.level in HIERARCHIES.get(self.style, {})
            case Kind.DATE:
                return self.style == SHIFT and _is_shift(self.level)
            case kind:
                return self.style in _STYLES.get(kind, ("",)) and not self.level


_STYLES: Final = {
    Kind.MASK: MASKS, Kind.FORMAT_PRESERVING: FORMAT_PRESERVING, Kind.TEXT: TEXTS,
}  # fmt: skip
"""Kinds with a closed list of styles and no level; all others have neither."""


def _is_shift(days: str) -> bool:
    return bool(_SHIFT.fullmatch(days)) and LEAST_SHIFT <= int(days) <= MOST_SHIFT


@cache
def _parse(text: str) -> Treatment:
    if text.startswith(("mask:document_number:", "mask:student_number:")):
        raise InvalidError(
            f"处理方式“{text}”不安全：保留前 6 位和后 4 位时，知道年级即只剩约 33 个可能的号码",
            rule="未成年人证件号码掩码",
            remedy="请使用 mask:document_number（保留首 1 位和末 2 位）或不提供",
        )
    kind, _, rest = text.partition(":")
    style, _, level = rest.partition(":")
    if kind == Kind.DATE and style == SHIFT and not _is_shift(level):
        raise InvalidError(
            f"处理方式“{text}”的天数须为 {LEAST_SHIFT} 至 {MOST_SHIFT} 的整数",
            rule="日期平移：不足一周等于没有平移，超过一年失去意义",
            remedy="请填写例如 date:shift:30",
        )
    if kind not in set(Kind) or text != ":".join(part for part in (kind, style, level) if part):
        raise _unknown(text)
    return Treatment(Kind(kind), style, level)


def _unknown(text: str) -> InvalidError:
    return InvalidError(
        f"不认识的处理方式“{text}”",
        rule="脱敏方案格式",
        remedy="可用：drop、keep、pseudonym、mask:…、generalize:…:…、format_preserving:…、"
        "date:shift:天数、text:redact、text:surrogate",
    )
