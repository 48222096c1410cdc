"""What a mask shows, and that it never shows more, whatever the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymize.fields import masks
from anonymize.fields.numbers import check_character

ANY_TEXT = st.one_of(st.text(), st.text(alphabet="0123456789Xx GJL-+·张欧阳@.省市区"))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"),
        ("张三丰", "张**"),
        ("欧阳修", "欧阳*"),
        ("欧阳娜娜", "欧阳**"),
        ("欧阳", "欧*"),
        ("𠮷田", "𠮷*"),
        ("𠮷", "*"),
        ("王\U00031350", "王*"),  # extension H: newer than Python's tables
        ("李\ue863", "李*"),  # private use, as older school software wrote rare characters
        ("葛\U000e0100优", "葛*"),  # a variation selector is no character of the name
        ("买买提·阿不都热依木", "买**"),
        ("古丽•艾山", "古**"),
        ("阿依古丽", "阿**"),
        ("John Smith", "J**"),
        ("Zhāng Sān", "Z**"),
        (" 张 三 ", "张*"),
    ],
)
def test_a_name_shows_its_surname_only(name: str, shown: str) -> None:
    assert masks.name(name) == shown


@pytest.mark.parametrize("junk", ["张3", "13812345678", "", "·", "张三(男)", "<b>"])
def test_what_is_no_name_is_dropped(junk: str) -> None:
    assert masks.name(junk) is None


def test_names_with_a_dot_and_latin_names_look_like_a_three_character_name() -> None:
    assert {len(masks.name(n) or "") for n in ("买买提·阿不都", "John", "张三丰")} == {3}


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812345678", "1********78"),
        ("138 1234 5678", "1********78"),
        ("+86-13812345678", "1********78"),
        ("１３８１２３４５６７８", "1********78"),
        ("020-87654321", "0********21"),
        ("12345", None),
        ("+1 415 555 2671", None),
        ("无", None),
    ],
)
def test_a_phone_shows_one_head_and_two_tail_digits(phone: str, shown: str | None) -> None:
    assert masks.phone(phone) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("11010519491231002X", "1***************2X"),
        ("11010519491231002x", "1***************2X"),
        ("1101051949 1231002X", "1***************2X"),
        ("110105491231002", "1***************2X"),  # 15 digits: as its 18-digit form
        ("E12345678", "E******78"),
        ("H123456(7)", "H*****67"),
        ("12A456", "******"),
        ("无", None),
        ("ABCDEFGH", None),
    ],
)
def test_a_document_number_shows_one_head_and_two_tail_characters(
    number: str, shown: str | None
) -> None:
    assert masks.document_number(number) == shown


def test_a_g_number_looks_as_its_id_number_and_hides_its_letter() -> None:
    number = "11010519491231002X"
    assert masks.student_number("G" + number) == masks.document_number(number)
    assert masks.student_number("L440106201205040123") == "4***************23"
    assert masks.student_number("g" + number.lower()) == masks.document_number(number)


@pytest.mark.parametrize("junk", ["X11010519491231002X", "11010519491231002X", "G123", ""])
def test_what_is_no_student_number_is_dropped(junk: str) -> None:
    assert masks.student_number(junk) is None


@pytest.mark.parametrize(
    ("mail", "shown"),
    [
        ("zhangsan@qq.com", "z***@qq.com"),
        ("ZhangSan@QQ.com", "z***@qq.com"),
        ("li@no1-middle-school.edu.cn", "l***@***"),
        ("a@b@c.com", None),
        ("not a mail", None),
    ],
)
def test_a_mail_shows_its_first_letter_and_a_public_domain(mail: str, shown: str | None) -> None:
    assert masks.email(mail) == shown


def test_an_address_shows_its_county_and_never_street_or_house() -> None:
    assert masks.address("广东省广州市天河区中山大道12号3栋402") == "广东省广州市天河区****"
    assert masks.address("北京市朝阳小区3号") is None
    assert masks.address("12号") is None


@given(ANY_TEXT)
def test_no_mask_raises_whatever_the_text(text: str) -> None:
    for mask in masks.MASKS.values():
        shown = mask(text)
        assert shown is None or "*" in shown


@given(st.from_regex(r"[1-9][0-9]{16}[0-9X]", fullmatch=True))
def test_nothing_of_the_masked_middle_of_an_id_number_survives(number: str) -> None:
    assert masks.document_number(number) == number[0] + "*" * 15 + number[-2:]


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_nothing_of_the_masked_middle_of_a_phone_survives(number: str) -> None:
    assert masks.phone(number) == "1" + "*" * 8 + number[-2:]


@given(st.sampled_from(["广东省广州市天河区", "北京市海淀区", "河北省正定县"]), ANY_TEXT)
def test_an_address_mask_says_nothing_of_what_follows_the_county(area: str, rest: str) -> None:
    assert masks.address(area + "路" + rest) == masks.address(area)


def test_the_check_character_is_that_of_the_standards_example() -> None:
    assert check_character("11010519491231002") == "X"
