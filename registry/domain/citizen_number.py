"""Is this a citizen ID number, and what does it say? GB 11643-1999 公民身份号码.

18 characters: 6 address code (GB/T 2260) + 8 birth date + 3 sequence (odd male, even female)
+ 1 check (ISO 7064 MOD 11-2). The address code is that of the place of first registration when
the number was assigned, so a code that is unknown today is a warning, never a rejection.
"""

import re
from dataclasses import dataclass
from datetime import date
from operator import mul

from kernel.errors import InvalidError
from registry.domain.division import PROVINCES

_RULE = "GB 11643-1999"
_NUMBER = re.compile(r"[1-9][0-9]{16}[0-9X]")
_OLD_NUMBER = re.compile(r"[1-9][0-9]{14}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_ZEROS = sum(_WEIGHTS) * ord("0")


@dataclass(frozen=True, slots=True)
class CitizenNumber:
    """A number that keeps the standard. `number` has 18 characters, an upper-case X."""

    number: str
    division: str
    birth_date: str
    """YYYYMMDD"""
    sex: str
    """GB/T 2261.1: `1` male, `2` female"""
    warnings: tuple[str, ...] = ()


def check_character(first17: str) -> str:
    """Return the check character (`0`-`9` or `X`) of the first 17 digits."""
    return _CHECKS[(sum(map(mul, _WEIGHTS, first17.encode())) - _ZEROS) % 11]


def parse(text: str, *, today: date) -> CitizenNumber:
    """Return what the number says; 15-digit numbers (issued before 1999-10) become 18.

    Raises InvalidError for a wrong shape, impossible or future birth date, or wrong check.
    Region oddities are `warnings`.
    """
    number = text.strip().upper()
    if _OLD_NUMBER.fullmatch(number):
        number = f"{number[:6]}19{number[6:]}"
        number += check_character(number)
    if not _NUMBER.fullmatch(number):
        raise _refusal("身份证号应为 18 位（或旧版 15 位）数字，末位可为 X", "请核对身份证件原件")
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise _refusal("身份证号中的出生日期不存在", "请核对身份证号第 7 至 14 位") from None
    if born > today:
        raise _refusal("身份证号中的出生日期晚于今天", "请核对身份证号第 7 至 14 位")
    if check_character(number) != number[17]:
        raise _refusal("身份证号校验码不正确", "请对照身份证件原件逐位核对")
    known = number[:2] in PROVINCES
    return CitizenNumber(
        number=number,
        division=number[:6],
        birth_date=number[6:14],
        sex="1" if int(number[16]) % 2 else "2",
        warnings=() if known else (f"身份证号前两位 {number[:2]} 不在现行省级区划代码中，请留意",),
    )


def canonical(text: str, *, today: date) -> str | None:
    """Return the 18-character form, or None if the text is no citizen number."""
    try:
        return parse(text, today=today).number
    except InvalidError:
        return None


def _refusal(message: str, remedy: str) -> InvalidError:
    return InvalidError(message, field="document_number", rule=_RULE, remedy=remedy)
