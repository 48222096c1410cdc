"""Which coarser value stands for a value? Each hierarchy answers from a closed set of labels.

Every function returns None for a value outside its hierarchy: the caller then drops it.
"""

import re
from collections.abc import Callable
from types import MappingProxyType
from typing import Final

from anonymize.fields import numbers, regions
from anonymize.fields.words import ETHNICITIES

BAND_YEARS: Final = 3
_MONTH: Final = re.compile(r"((?:19|20)[0-9]{2})[-/.]?(0[1-9]|1[0-2])")
_DAY: Final = re.compile(r"((?:19|20)[0-9]{2})([-/.]?)([0-9]{2})\2([0-9]{2})")
_STAGES: Final = ((6, "小学"), (9, "初中"), (12, "高中"))
_OTHER_CODES: Final = frozenset({"97", "98"})


def birth_date(value: str, level: str) -> str | None:
    """Return YYYYMM, YYYY or a band of three birth years such as `2010-2012`.

    The band is of birth years, not of ages: an age moves on the birthday, and two releases around
    it would tell the day.
    """
    match = _DAY.fullmatch(numbers.tidy(value))
    if match is None or not numbers.is_date(match[1] + match[3] + match[4]):
        return None
    if level == "month":
        return match[1] + match[3]
    if level == "year":
        return match[1]
    first = int(match[1]) // BAND_YEARS * BAND_YEARS
    return f"{first}-{first + BAND_YEARS - 1}"


def enrolment_month(value: str, level: str) -> str | None:  # noqa: ARG001  one level: year
    """Return the year of a YYYYMM."""
    match = _MONTH.fullmatch(numbers.tidy(value))
    return match[1] if match else None


def grade(value: str, level: str) -> str | None:  # noqa: ARG001  one level: stage
    """Return 小学 for grades 01 to 06, 初中 for 07 to 09, 高中 for 10 to 12."""
    text = numbers.tidy(value)
    if not re.fullmatch(r"0?[1-9]|1[0-2]", text):
        return None
    return next(stage for last, stage in _STAGES if int(text) <= last)


def ethnicity(value: str, level: str) -> str | None:  # noqa: ARG001  one level: han_or_other
    """Return 汉族 or 其他民族 for a code or name of GB/T 3304."""
    text = numbers.tidy(value).removesuffix("族")
    if text in ("01", "汉"):
        return "汉族"
    code = re.fullmatch(r"0[2-9]|[1-4][0-9]|5[0-6]", text) or text in _OTHER_CODES
    return "其他民族" if code or text in ETHNICITIES else None


def division(value: str, level: str) -> str | None:
    """Return the six-digit code of the city or province that a GB/T 2260 code lies in."""
    code = numbers.tidy(value)
    if not regions.is_division(code):
        return None
    return code[: regions.LEVELS[level]].ljust(6, "0")


HIERARCHIES: Final = MappingProxyType[str, Callable[[str, str], str | None]](
    {
        "birth_date": birth_date,
        "enrolment_month": enrolment_month,
        "grade": grade,
        "ethnicity": ethnicity,
        "division": division,
        "address": regions.generalize,
    }
)
