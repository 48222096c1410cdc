"""Encrypted numbers: which form they keep, whose they never are, and who shares one."""

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymize.fields import numbers, preserving

KEY = b"thirty-two bytes of a secret key"
ID = "11010519491231002X"
DAYS = st.integers(0, preserving.DAYS - 1).map(
    lambda number: f"{date.fromordinal(preserving.FIRST_DAY + number):%Y%m%d}"
)
BODIES = st.builds(
    lambda province, area, day, sequence: f"{province}{area:04}{day}{sequence:03}",
    st.sampled_from(preserving.PROVINCES),
    st.integers(0, 9999),
    DAYS,
    st.integers(0, 999),
)


def phone(value: str) -> str | None:
    return preserving.RULES["phone"](KEY)(value)


def document_number(value: str) -> str | None:
    return preserving.RULES["document_number"](KEY)(value)


def student_number(value: str) -> str | None:
    return preserving.RULES["student_number"](KEY)(value)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_mobile_number_becomes_a_mobile_number(number: str) -> None:
    assert re.fullmatch(r"1[3-9][0-9]{9}", phone(number) or "")


@given(st.from_regex(r"0[1-9][0-9]{8,10}", fullmatch=True))
def test_a_fixed_number_becomes_a_fixed_number_of_its_length(number: str) -> None:
    secret = phone(number) or ""
    assert re.fullmatch(r"0[1-9][0-9]{8,10}", secret)
    assert len(secret) == len(number)


def test_walking_round_the_cycle_gives_no_number_twice() -> None:
    numbers_ = [f"138{n:08}" for n in range(0, 10**8, 10**5)] + [f"199{n:08}" for n in range(1000)]
    assert len({phone(number) for number in numbers_}) == len(numbers_)


@pytest.mark.parametrize("writing", ["138 1234 5678", "+86-13812345678", "１３８１２３４５６７８"])
def test_all_writings_of_a_phone_have_one_ciphertext(writing: str) -> None:
    assert phone(writing) == phone("13812345678")


@given(BODIES)
def test_a_citizen_number_becomes_one_that_no_citizen_can_have(body: str) -> None:
    secret = document_number(body + numbers.check_character(body))
    assert secret is not None
    assert secret[:2] == "79"
    assert not any(province.startswith("79") for province in preserving.PROVINCES)
    assert numbers.check_character(secret[:17]) == secret[17]


@given(BODIES)
def test_a_g_number_and_its_citizen_number_share_one(body: str) -> None:
    number = body + numbers.check_character(body)
    assert student_number("G" + number) == "G" + str(document_number(number))


def test_an_old_citizen_number_of_15_digits_shares_it_too() -> None:
    assert document_number("110105491231002") == document_number(ID)


@given(st.lists(BODIES, min_size=1, max_size=20, unique=True))
def test_no_two_pupils_share_a_number_whatever_their_letter(bodies: list[str]) -> None:
    citizens = ["G" + body + numbers.check_character(body) for body in bodies]
    others = [f"{letter}{body}{last}" for letter in "JL" for body in bodies for last in "07X"]
    secret = {student_number(number) for number in citizens + others}
    assert None not in secret
    assert len(secret) == len(citizens) + len(others)


def test_ranks_fill_their_range_and_stay_below_a_thousand_billions() -> None:
    first, last = "110000" + "19000101" + "000", "969999" + "20991231" + "999"
    assert preserving._body_rank(first + "0") == 0  # noqa: SLF001  the edge of the domain
    assert preserving._body_rank(last + "0") == preserving.CITIZENS - 1  # noqa: SLF001  as above
    most = preserving._pupil_rank("L", last + "X")  # noqa: SLF001  as above
    assert most == 23 * preserving.CITIZENS - 1
    assert 23 * preserving.CITIZENS < 10**preserving.RANK_DIGITS


def test_the_letter_that_tells_who_has_no_household_is_hidden() -> None:
    number = "440106201205040123"
    assert str(student_number("L" + number))[0] == "G"
    assert str(student_number("J" + number))[0] == "G"


@pytest.mark.parametrize(
    "junk",
    [
        "110105194912310021",  # the check character is wrong
        "990105194912310028",  # no such province
        "11010519491331002X", "E12345678", "H123456(7)", "张三", "", "79201845286112544",
    ],
)  # fmt: skip
def test_what_is_no_plausible_citizen_number_is_dropped(junk: str) -> None:
    assert document_number(junk) is None
    assert student_number("G" + junk) is None


def test_a_ciphertext_is_not_taken_for_a_number_again() -> None:
    assert document_number(document_number(ID) or "") is None


def test_two_recipients_see_different_numbers() -> None:
    for rule in preserving.RULES.values():
        value = next(v for v in ("13812345678", ID, "G" + ID) if rule(KEY)(v))
        assert rule(KEY)(value) != rule(bytes(32))(value)


def test_days_and_neighbours_do_not_show_in_the_ciphertext() -> None:
    """Bodies that differ in one digit share no more digits of the ciphertext than chance gives."""
    bodies = [f"440106{date(2012, 5, 4) + timedelta(n):%Y%m%d}123" for n in range(300)]
    secret = [str(document_number(b + numbers.check_character(b)))[2:17] for b in bodies]
    same = sum(one[n] == two[n] for one, two in pairwise(secret) for n in range(15))
    assert 0.07 < same / (15 * 299) < 0.13


@given(st.text() | st.text(alphabet="0123456789XGJL -"))
def test_no_text_makes_a_rule_raise(text: str) -> None:
    for rule in preserving.RULES.values():
        assert rule(KEY)(text) != text or not text
