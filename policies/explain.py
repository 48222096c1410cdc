"""How is a form, a ground, a basis or an obligation told to people, in one plain sentence?"""

from collections.abc import Mapping
from typing import Final

from policies.model import Policy
from policies.words import BASES, DELIVERIES

_FORMS: Final[Mapping[str, str]] = {
    "drop": "不提供{title}",
    "keep": "{title}按登记内容提供",
    "pseudonym": "{title}换成一个代号，接收方看不到原来的内容，也无法还原",
    "mask:name": "{title}只显示姓氏，如“张*”",
    "mask:phone": "{title}只显示第一位和最后两位，如“1********12”",
    "mask:document_number": "{title}只显示第一位和最后两位，如“3***************1X”",
    "mask:student_number": "{title}只显示第一位和最后两位，如“3***************1X”",
    "mask:email": "{title}只显示第一个字符，如“z***@***”",
    "mask:address": "{title}只显示到区县，如“浙江省杭州市西湖区****”",
    "generalize:birth_date:month": "{title}只给出年和月，如“201509”",
    "generalize:birth_date:half_year": "{title}只给出年份和上下半年，如“2015下半年”",
    "generalize:birth_date:year": "{title}只给出年份，如“2015”",
    "generalize:birth_date:age_band": "{title}只给出三年一段的年份，如“2013-2015”",
    "generalize:birth_date:wide_age_band": "{title}只给出六年一段的年份，如“2010-2015”",
    "generalize:enrolment_month:year": "{title}只给出年份，如“2022”",
    "generalize:enrolment_month:year_band": "{title}只给出三年一段的年份，如“2022-2024”",
    "generalize:grade:band": "{title}只给出三个年级一段，如“1-3年级”",
    "generalize:grade:stage": "{title}只给出小学、初中或者高中",
    "generalize:grade:compulsory": "{title}只区分义务教育和高中",
    "generalize:ethnicity:populous": "{title}只给出人口最多的十个民族，其余合并",
    "generalize:domicile_type:kind": "{title}只给出农业、非农业或者居民户口",
    "generalize:ethnicity:han_or_other": "{title}只区分汉族和其他民族",
    "generalize:division:city": "{title}只给出所在地市的代码",
    "generalize:division:province": "{title}只给出所在省的代码",
    "generalize:division:area": "{title}只给出所在的大区，如“华东”",
    "generalize:address:county": "{title}只给出省、市、区县",
    "generalize:address:city": "{title}只给出省、市",
    "generalize:address:province": "{title}只给出省",
    "generalize:address:area": "{title}只给出大区，如“华东”",
    "format_preserving:phone": "{title}加密成另一个号码，不是任何人的联系方式",
    "format_preserving:document_number": "{title}加密成 79 开头的另一个号码，没有密钥不能还原",
    "format_preserving:student_number": "{title}加密成 G79 开头的另一个号码，没有密钥不能还原",
    "text:redact": "{title}中的姓名、号码、地址等涂去后提供",
    "text:surrogate": "{title}中的姓名、号码、地址等换成代称后提供",
}


def form(policy: Policy, field: str, form: str, *, delivery: str = "") -> str:
    """Return what the recipient sees of the field; raises InvalidError for an unknown field.

    A form outside the grammar reads as not provided, for nothing leaves in it. Among counts a
    field is what pupils are counted by.
    """
    sentence = _FORMS.get(form, _FORMS["drop"]).format(title=policy.field(field).title)
    if delivery == "counts" and form in _FORMS and form != "drop":
        return f"只提供按此项统计的人数，人数过少的不提供（{sentence}）"
    return sentence


def ground(
    policy: Policy,
    kind: str,
    *,
    law_id: str = "",
    government: str = "",
    document_number: str = "",
) -> str:
    """Return by what right data leaves (art. 24): the statute, or the government and its paper."""
    if kind == "law" and law_id in policy.grounds:
        return f"依据{policy.grounds[law_id].citation}提供"
    if kind == "government_approval":
        issuer = government or "县级以上人民政府"
        number = f"（{document_number}）" if document_number else ""
        return f"经{issuer}批准{number}提供"
    return "没有对外提供的依据"


def basis(kind: str | None, *, under_14: bool = False) -> str:
    """Return why processing is lawful: 同意 only where consent is the basis, else 告知."""
    if kind == "statutory_duty":
        return "为履行法定职责所必需，现告知您，不需要您同意"
    if kind == "consent":
        who = "监护人" if under_14 else "您"
        return f"须经{who}单独同意，可以随时撤回，不同意不影响登录"
    return "没有处理个人信息的合法性基础"


def basis_title(kind: str) -> str:
    """Return the basis in two or three words."""
    return BASES.get(kind, "无")


def delivery(way: str) -> str:
    """Return by which way data leaves."""
    return DELIVERIES.get(way, way)


def obligation(policy: Policy, code: str) -> str:
    """Return the recipient's duty; an approval's own text stands for itself."""
    return policy.obligations.get(code, code)


def label(word: str) -> str:
    """Return what a label means (PIPL art. 73)."""
    if word == "匿名化":
        return "匿名化：无法识别特定个人，且不能复原"
    return "去标识化：单独看不出是谁，但仍是个人信息，须继续保护"
