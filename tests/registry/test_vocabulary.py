"""The closed list of fields and their code tables."""

import pytest

from kernel.errors import InvalidError
from registry.domain import codes, division
from registry.domain.fields import (
    BY_NAME,
    FORM_FIELDS,
    GUARDIAN_FIELDS,
    STUDENT_FIELDS,
    Kind,
    student_field,
)

ENCRYPTED = (
    "document_number", "student_number", "phone", "current_address", "mailing_address",
    "home_address", "domicile", "email", "guardian1_phone", "guardian2_document_number",
    "guardian1_address", "guardian2_workplace",
)  # fmt: skip


def test_the_form_has_its_forty_eight_items_but_for_the_photo() -> None:
    assert [field.number for field in FORM_FIELDS] == [n for n in range(1, 49) if n != 13]
    assert len(GUARDIAN_FIELDS) == 24


def test_names_and_titles_are_unique() -> None:
    assert len(BY_NAME) == len(STUDENT_FIELDS)
    assert len({field.title for field in STUDENT_FIELDS}) == len(STUDENT_FIELDS)


@pytest.mark.parametrize("name", ENCRYPTED)
def test_what_identifies_or_reaches_a_person_is_encrypted(name: str) -> None:
    assert student_field(name).encrypted


def test_every_coded_field_has_a_table() -> None:
    for field in STUDENT_FIELDS:
        if field.kind in (Kind.CODE, Kind.YES_NO):
            assert field.codes == codes.DIVISION or field.codes in codes.CODE_TABLES
            assert codes.label(field.codes, "370102")


def test_an_unknown_field_is_refused_by_name() -> None:
    with pytest.raises(InvalidError) as refused:
        student_field("shoe_size")
    assert refused.value.problems[0].field == "shoe_size"


def test_there_are_fifty_six_ethnicities_and_two_more() -> None:
    labels = codes.CODE_TABLES["ethnicity"].labels
    assert len(labels) == 58
    assert labels["98"].startswith("外国血统")


@pytest.mark.parametrize(
    ("table", "text", "code"),
    [
        ("sex", "男", "1"), ("sex", "1男", "1"), ("sex", "1", "1"), ("ethnicity", "维吾尔", "05"),
        ("ethnicity", "汉族", "01"), ("grade", "高一", "10"), ("grade", "3", "03"),
        ("domicile_type", "非农业", "2"), ("hmt_overseas", "非港澳台侨", "00"),
        ("division", "370102", "370102"), ("relation", "父亲", "51"), ("yes_no", "是", "1"),
    ],
)  # fmt: skip
def test_a_code_a_label_or_both_together_mean_the_code(table: str, text: str, code: str) -> None:
    assert codes.code_of(table, text) == code


@pytest.mark.parametrize(
    ("table", "text"), [("sex", "3"), ("grade", "13"), ("division", "37"), ("ethnicity", "火星族")]
)
def test_what_no_table_holds_has_no_code(table: str, text: str) -> None:
    assert codes.code_of(table, text) is None


def test_every_label_leads_back_to_its_code() -> None:
    for name, table in codes.CODE_TABLES.items():
        for code, title in table.labels.items():
            assert codes.code_of(name, title) == code
            assert codes.label(name, code) == title


def test_an_unknown_table_is_refused() -> None:
    with pytest.raises(InvalidError):
        codes.code_of("shoes", "1")


def test_areas_contain_what_lies_below_them() -> None:
    assert division.covers("370000", "370102")
    assert division.covers("37", "370102")
    assert division.covers("3701", "370100")
    assert division.covers("370102", "370102")
    assert not division.covers("370102", "370100")
    assert not division.covers("370100", "370203")


@pytest.mark.parametrize("code", ["", "3", "370", "0701", "3701022", "３７"])
def test_a_malformed_division_is_refused(code: str) -> None:
    with pytest.raises(InvalidError):
        division.area(code)
