"""Which masks, hierarchies, domains and ways with text are there? Closed lists, in Chinese too."""

from types import MappingProxyType
from typing import Final

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

_AREA: Final = "只给到大区（华北、东北、华东、中南、西南、西北、港澳台）"

HIERARCHIES: Final = MappingProxyType({
    "birth_date": MappingProxyType({
        "month": "只给出生年月", "half_year": "只给出生年份和上下半年", "year": "只给出生年份",
        "age_band": "只给三年一段的出生年段", "wide_age_band": "只给六年一段的出生年段",
    }),
    "enrolment_month": MappingProxyType({
        "year": "只给入学年份", "year_band": "只给三年一段的入学年段",
    }),
    "grade": MappingProxyType({
        "band": "只给三个年级一段", "stage": "只给学段", "compulsory": "只给义务教育或高中",
    }),
    "ethnicity": MappingProxyType({
        "populous": "只给人口最多的十个民族，其余合并", "han_or_other": "只给汉族或其他民族",
    }),
    "domicile_type": MappingProxyType({"kind": "只给农业、非农业或居民户口"}),
    "division": MappingProxyType({
        "city": "区划代码只到地市", "province": "区划代码只到省", "area": _AREA,
    }),
    "address": MappingProxyType({
        "county": "只给到区县", "city": "只给到地市", "province": "只给到省", "area": _AREA,
    }),
})  # fmt: skip
"""Levels from finest to coarsest, each nested in the next, each with its Chinese explanation."""

FORMAT_PRESERVING: Final = MappingProxyType({
    "phone": "加密成同样长度的电话号码，没有密钥不能还原；不是任何人的联系方式，不得拨打",
    "document_number": "加密成 79 开头的 18 位号码，校验位正确，没有密钥不能还原",
    "student_number": "加密成 G79 开头的 19 位号码，与同一人的证件号码一致，没有密钥不能还原",
})  # fmt: skip
"""Domains of FF1 (NIST SP 800-38G)."""

TEXTS: Final = MappingProxyType({
    "redact": "找出文字中的个人信息并涂去",
    "surrogate": "找出文字中的个人信息并换成前后一致的代称",
})  # fmt: skip

LEAST_SHIFT: Final = 7
MOST_SHIFT: Final = 366
"""Days of a date shift: less than a week leaves the week known, more than a year is of no use."""
