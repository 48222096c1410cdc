"""By which other names do tables call what names a person, and what does everybody know of one?"""

from typing import Final

OTHER_NAMES: Final = frozenset({
    "姓名", "曾用名", "姓名拼音", "学生姓名", "监护人姓名", "家长姓名", "父亲姓名", "母亲姓名",
    "身份证", "身份证号", "身份证号码", "身份证件号", "证件号码", "学籍号", "学号", "学生编号",
    "手机", "手机号", "手机号码", "电话", "电话号码", "联系电话", "监护人电话", "家长电话",
    "邮箱", "电子邮箱", "住址", "家庭住址", "家庭地址", "通信地址", "现住址", "微信", "微信号",
    "full_name", "student_name", "guardian_name", "id_number", "id_card", "id_no",
    "identity_number",
    "student_id", "mobile", "mobile_number", "phone_number", "telephone", "wechat", "email_address",
})  # fmt: skip
"""Usual names of direct identifiers in tables that were not made here."""

KNOWN_OUTSIDE: Final = frozenset({
    "sex", "birth_date", "birthplace", "native_place", "ethnicity", "nationality", "domicile",
    "domicile_type", "seat_number", "grade", "class_name", "enrolment_month", "school_name",
    "school_code", "division",
})  # fmt: skip
"""What classmates and neighbours know: it ties rows to pupils, whatever else a plan calls it."""
