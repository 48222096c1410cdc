"""Which area does a GB/T 2260 code name, and does one area lie in another?

Codes have six digits: two for the province, two for the city, two for the county. `370000` is the
province 37, `370100` the city 3701, `370102` a county. Shorter codes (2, 4) mean the same areas.
"""

import re
from types import MappingProxyType

from kernel.errors import InvalidError

_CODE = re.compile(r"[1-9][0-9](?:[0-9]{2}(?:[0-9]{2})?)?", re.ASCII)

PROVINCES = MappingProxyType({
    "11": "北京市", "12": "天津市", "13": "河北省", "14": "山西省", "15": "内蒙古自治区",
    "21": "辽宁省", "22": "吉林省", "23": "黑龙江省",
    "31": "上海市", "32": "江苏省", "33": "浙江省", "34": "安徽省", "35": "福建省",
    "36": "江西省", "37": "山东省",
    "41": "河南省", "42": "湖北省", "43": "湖南省", "44": "广东省", "45": "广西壮族自治区",
    "46": "海南省",
    "50": "重庆市", "51": "四川省", "52": "贵州省", "53": "云南省", "54": "西藏自治区",
    "61": "陕西省", "62": "甘肃省", "63": "青海省", "64": "宁夏回族自治区",
    "65": "新疆维吾尔自治区",
    "71": "台湾省", "81": "香港特别行政区", "82": "澳门特别行政区", "83": "台湾居民居住证",
})  # fmt: skip
"""Provincial codes of GB/T 2260, and 83 as residence permits of Taiwan residents carry it."""


def area(code: str) -> str:
    """Return the 2, 4 or 6 leading digits that all codes inside the area share.

    Raises InvalidError if the code is not 2, 4 or 6 digits.
    """
    if not _CODE.fullmatch(code):
        raise InvalidError(
            f"行政区划代码“{code}”格式不正确",
            field="division",
            rule="GB/T 2260",
            remedy="请填写 2、4 或 6 位数字",
        )
    for tail in ("0000", "00"):
        if len(code) == 6 and code.endswith(tail):  # noqa: PLR2004  six digits name a county
            return code.removesuffix(tail)
    return code


def covers(outer: str, inner: str) -> bool:
    """Tell whether the outer area contains the inner one (or is the same)."""
    return area(inner).startswith(area(outer))


def is_division(text: str) -> bool:
    """Tell whether the text has the form of a full six-digit code."""
    return len(text) == 6 and _CODE.fullmatch(text) is not None  # noqa: PLR2004  GB/T 2260 length
