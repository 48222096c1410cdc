"""Which coarser value stands for a value? Each hierarchy answers from a closed set of labels.

Every function returns None for a value outside its hierarchy: the caller then drops it.
"""

import re
from collections.abc import Callable
from types import MappingProxyType
from typing import Final

from anonymize.fields import numbers, regions
from anonymize.fields.words import ETHNICITIES, POPULOUS

BAND_YEARS: Final = 3
WIDE_BAND_YEARS: Final = 6
"""A multiple, so that each wide band holds two whole bands."""

_MONTH: Final = re.compile(r"((?:19|20)[0-9]{2})[-/.]?(0[1-9]|1[0-2])")
_BANDS: Final = ((3, "1-3年级"), (6, "4-6年级"), (9, "7-9年级"), (12, "10-12年级"))
_STAGES: Final = ((6, "小学"), (9, "初中"), (12, "高中"))
_COMPULSORY: Final = ((9, "义务教育"), (12, "高中"))
_GRADES: Final = MappingProxyType({"band": _BANDS, "stage": _STAGES, "compulsory": _COMPULSORY})
_OTHER_CODES: Final = frozenset({"97", "98"})
_DOMICILE_KINDS: Final = MappingProxyType({
    "1": "农业户口", "2": "非农业户口",
    **{
        f"{kind}{household}户口": f"{kind}户口"
        for kind in ("农业", "非农业", "居民") for household in ("", "家庭", "集体")
    },
})  # fmt: skip


def birth_date(value: str, level: str) -> str | None:
    """Return YYYYMM, `2012上半年`, YYYY or a band of three or six birth years such as `2010-2012`.

    The bands are of birth years, not of ages: an age moves on the birthday, and two releases around
    it would tell the day.
    """
    day = numbers.day(value)
    if day is None:
        return None
    if level == "month":
        return day[:6]
    if level == "half_year":
        return day[:4] + ("上半年" if day[4:6] <= "06" else "下半年")
    return _years(day[:4], {"age_band": BAND_YEARS, "wide_age_band": WIDE_BAND_YEARS}.get(level, 1))


def enrolment_month(value: str, level: str) -> str | None:
    """Return the year of a YYYYMM, or a band of three years."""
    match = _MONTH.fullmatch(numbers.tidy(value))
    return _years(match[1], BAND_YEARS if level == "year_band" else 1) if match else None


def grade(value: str, level: str) -> str | None:
    """Return for grades 01 to 12 a band (1-3年级 …), the stage, or 义务教育 (01 to 09) and 高中."""
    text = numbers.tidy(value)
    if not re.fullmatch(r"0?[1-9]|1[0-2]", text):
        return None
    return next(name for last, name in _GRADES[level] if int(text) <= last)


def ethnicity(value: str, level: str) -> str | None:
    """Return 汉族 or 其他民族 for a code or name of GB/T 3304.

    At level `populous` the nine most populous peoples beside Han are named and the others are
    其他少数民族, so each group lies in one of the next level.
    """
    text = numbers.tidy(value).removesuffix("族")
    if text in ("01", "汉"):
        return "汉族"
    coded = re.fullmatch(r"0[2-9]|[1-4][0-9]|5[0-6]", text) or text in _OTHER_CODES
    if not coded and text not in ETHNICITIES:
        return None
    if level == "han_or_other":
        return "其他民族"
    name = POPULOUS.get(text, text)
    return f"{name}族" if name in POPULOUS.values() else "其他少数民族"


def domicile_type(value: str, level: str) -> str | None:  # noqa: ARG001  one level: kind
    """Return 农业户口, 非农业户口 or 居民户口 of a code or a name; 家庭 and 集体 count alike."""
    return _DOMICILE_KINDS.get(numbers.tidy(value))


def division(value: str, level: str) -> str | None:
    """Return the six-digit code of the city or province that a GB/T 2260 code lies in, or the area.

    Codes of abolished counties keep their city and province as long as their province exists.
    """
    code = numbers.tidy(value)
    if not regions.is_division(code):
        return None
    if level == regions.AREA:
        return regions.area(code)
    return code[: regions.LEVELS[level]].ljust(6, "0")


def _years(year: str, size: int) -> str:
    first = int(year) // size * size
    return year if size == 1 else f"{first}-{first + size - 1}"


HIERARCHIES: Final = MappingProxyType[str, Callable[[str, str], str | None]](
    {
        "birth_date": birth_date,
        "enrolment_month": enrolment_month,
        "grade": grade,
        "ethnicity": ethnicity,
        "domicile_type": domicile_type,
        "division": division,
        "address": regions.generalize,
    }
)
