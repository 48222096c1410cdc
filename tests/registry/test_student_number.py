"""What does a 学籍号 look like, and how is it made?"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import InvalidError
from registry.domain import citizen_number, student_number
from registry.domain.masking import mask_number
from tests.registry.county import citizen


def test_a_formal_number_is_g_and_the_id_number() -> None:
    number = citizen_number.parse(citizen(), today=date(2026, 9, 1)).number
    made = student_number.parse(student_number.formal(number))
    assert (made.prefix, made.body, made.formal) == ("G", number, True)


@given(st.binary(min_size=8, max_size=8))
def test_a_temporary_number_has_division_birth_date_and_four_random_digits(noise: bytes) -> None:
    made = student_number.temporary("370102", "20150901", lambda _: noise)
    assert len(made) == 19
    assert made.startswith("L37010220150901")
    assert not student_number.parse(made).formal
    assert str(student_number.parse(made)) == made


@given(st.text(max_size=24))
def test_no_other_text_is_a_number(text: str) -> None:
    try:
        found = student_number.parse(text)
    except InvalidError as refused:
        assert "第八条" in refused.problems[0].rule  # noqa: PT017  both ways are right
    else:
        assert found.prefix in {"G", "L"}


def test_a_j_number_is_not_issued_here() -> None:
    with pytest.raises(InvalidError):
        student_number.parse("J370102201509010013")


def test_a_masked_number_keeps_the_letter_one_digit_and_two() -> None:
    assert mask_number("G11010519491231002X") == "G1***************2X"
    assert mask_number("11010519491231002X") == "1***************2X"
    assert mask_number("") == ""
    assert mask_number("AB") == "**"
