"""How is a record laid out for a person: sections, titles, words instead of codes?"""

from collections.abc import Mapping
from dataclasses import dataclass

from registry.domain import codes
from registry.domain.fields import BY_NAME, GUARDIAN_FIELDS, STUDENT_FIELDS, Kind

_YEAR, _MONTH = 4, 6
_STATUS = (
    "student_number", "status", "school_name", "school_code", "division", "grade", "class_name",
    "seat_number", "local_number", "enrolment_month", "enrolment_mode", "attendance_mode",
    "student_source",
)  # fmt: skip
_CONTACT = (
    "current_address", "mailing_address", "home_address", "domicile", "domicile_type", "phone",
    "postcode", "email", "homepage", "commute_distance", "commute_mode", "school_bus",
)  # fmt: skip
_PERSON = (
    "name", "sex", "birth_date", "ethnicity", "nationality", "document_type", "document_number",
    "document_expiry", "hmt_overseas", "birthplace", "native_place", "name_pinyin", "former_name",
    "political_status", "health", "talents",
)  # fmt: skip
_GUARDIANS = tuple(tuple(f.name for f in GUARDIAN_FIELDS if f.guardian == n) for n in (1, 2))
_PLACED = frozenset((*_STATUS, *_CONTACT, *_PERSON, *_GUARDIANS[0], *_GUARDIANS[1]))
_CARE = tuple(field.name for field in STUDENT_FIELDS if field.name not in _PLACED)
_SECTIONS = (
    ("学籍", _STATUS),
    ("个人信息", _PERSON),
    ("联系与交通", _CONTACT),
    ("关爱与资助", _CARE),
    ("监护人一", _GUARDIANS[0]),
    ("监护人二", _GUARDIANS[1]),
)


@dataclass(frozen=True, slots=True)
class Section:
    """A titled list of (field title, value in words)."""

    title: str
    facts: tuple[tuple[str, str], ...]


def sections(values: Mapping[str, str | None]) -> tuple[Section, ...]:
    """Return every value given, each once, in sections; sections without any value are left out."""
    made = []
    for title, names in _SECTIONS:
        given = [name for name in names if name in values]
        if any(values[name] for name in given):
            facts = tuple((BY_NAME[name].title, shown(name, values[name])) for name in given)
            made.append(Section(title, facts))
    return tuple(made)


def shown(name: str, value: str | None) -> str:
    """Return a field's value in words: code names, 2015年9月1日, 2021年9月; empty for none."""
    if not value:
        return ""
    field = BY_NAME[name]
    if field.codes:
        return codes.label(field.codes, value)
    if field.kind in (Kind.DATE, Kind.MONTH) and value.isdecimal() and len(value) >= _MONTH:
        text = f"{value[:_YEAR]}年{int(value[_YEAR:_MONTH])}月"
        return text if field.kind == Kind.MONTH else f"{text}{int(value[_MONTH:] or 0)}日"
    return value
