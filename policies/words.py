"""How are the closed words called in Chinese, on pages and in reasons?"""

from collections.abc import Mapping
from typing import Final

GROUNDS: Final[Mapping[str, str]] = {
    "law": "法律法规的明确规定",
    "government_approval": "县级以上人民政府的批准",
}
BASES: Final[Mapping[str, str]] = {"statutory_duty": "履行法定职责所必需", "consent": "单独同意"}
DELIVERIES: Final[Mapping[str, str]] = {
    "claims": "登录声明",
    "record_api": "记录接口",
    "file": "文件",
    "counts": "统计数",
}
FORMS: Final[Mapping[str, str]] = {
    "drop": "不提供",
    "keep": "原样",
    "pseudonym": "代号",
    "mask:name": "只留姓氏",
    "mask:phone": "只留首位和末两位",
    "mask:document_number": "只留首位和末两位",
    "mask:student_number": "只留首位和末两位",
    "mask:email": "只留首字母",
    "mask:address": "只留到区县",
    "generalize:birth_date:month": "只给年月",
    "generalize:birth_date:half_year": "只给年份和上下半年",
    "generalize:birth_date:year": "只给年份",
    "generalize:birth_date:age_band": "只给三年一段",
    "generalize:birth_date:wide_age_band": "只给六年一段",
    "generalize:enrolment_month:year": "只给年份",
    "generalize:enrolment_month:year_band": "只给三年一段",
    "generalize:grade:band": "只给三个年级一段",
    "generalize:grade:stage": "只给学段",
    "generalize:grade:compulsory": "只分义务教育和高中",
    "generalize:ethnicity:populous": "只给人口最多的十个民族",
    "generalize:domicile_type:kind": "只给农业、非农业或居民",
    "generalize:ethnicity:han_or_other": "只分汉族和其他民族",
    "generalize:division:city": "只到地市",
    "generalize:division:province": "只到省",
    "generalize:division:area": "只到大区",
    "generalize:address:county": "只到区县",
    "generalize:address:city": "只到地市",
    "generalize:address:province": "只到省",
    "generalize:address:area": "只到大区",
    "format_preserving:phone": "加密成同样格式的号码",
    "format_preserving:document_number": "加密成同样格式的号码",
    "format_preserving:student_number": "加密成同样格式的号码",
    "text:redact": "涂去其中的个人信息",
    "text:surrogate": "其中的个人信息换成代称",
}


def listed(words: Mapping[str, str], keys: tuple[str, ...]) -> str:
    """Return the Chinese words of the keys, joined; an unknown key stands for itself."""
    return "、".join(words.get(key, key) for key in keys)
