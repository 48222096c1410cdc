"""GB 11643-1999: what is a citizen ID number?"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import InvalidError
from registry.domain import citizen_number
from registry.domain.division import PROVINCES
from tests.registry.county import citizen

TODAY = date(2026, 9, 1)

births = st.dates(date(1900, 1, 1), TODAY).map(lambda day: day.strftime("%Y%m%d"))
sequences = st.integers(1, 999)
regions = st.sampled_from(sorted(PROVINCES)).flatmap(
    lambda province: st.integers(0, 9999).map(lambda rest: f"{province}{rest:04}")
)
numbers = st.builds(citizen, births, sequences, regions)


def test_the_example_of_the_standard_is_accepted() -> None:
    found = citizen_number.parse("11010519491231002X", today=TODAY)
    assert (found.division, found.birth_date, found.sex) == ("110105", "19491231", "2")
    assert found.warnings == ()


def test_the_other_example_of_the_standard_is_accepted() -> None:
    assert citizen_number.parse("440524188001010014", today=TODAY).sex == "1"


def test_a_lower_case_x_and_spaces_around_are_normalized() -> None:
    assert citizen_number.parse(" 11010519491231002x ", today=TODAY).number == "11010519491231002X"


def test_a_fifteen_digit_number_becomes_eighteen() -> None:
    found = citizen_number.parse("110105491231002", today=TODAY)
    assert found.number == "11010519491231002X"


@given(numbers)
def test_every_well_formed_number_is_accepted_without_warning(number: str) -> None:
    found = citizen_number.parse(number, today=TODAY)
    assert found.number == number
    assert found.warnings == ()
    assert found.sex == ("1" if int(number[16]) % 2 else "2")


@given(numbers, st.integers(0, 16), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(number: str, place: int, shift: int) -> None:
    wrong = str((int(number[place]) + shift) % 10)
    with pytest.raises(InvalidError):
        citizen_number.parse(number[:place] + wrong + number[place + 1 :], today=TODAY)


@given(numbers, st.integers(0, 15))
def test_two_neighbours_exchanged_are_found(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped == number:
        assert citizen_number.canonical(swapped, today=TODAY) == number
    else:
        assert citizen_number.canonical(swapped, today=TODAY) is None


@given(st.text(max_size=20))
def test_no_text_makes_the_parser_fail_in_another_way(text: str) -> None:
    found = citizen_number.canonical(text, today=TODAY)
    assert found is None or len(found) == 18


@pytest.mark.parametrize("division", ["330113", "330114", "653228", "500157", "140202", "370199"])
def test_new_old_and_unknown_county_codes_are_accepted(division: str) -> None:
    assert citizen_number.parse(citizen(division=division), today=TODAY).division == division


def test_an_unknown_province_is_a_warning_never_a_rejection() -> None:
    found = citizen_number.parse(citizen(division="990101"), today=TODAY)
    assert "99" in found.warnings[0]


@pytest.mark.parametrize("birth", ["20150230", "20151301", "20150100", "20270101"])
def test_an_impossible_or_future_birth_date_is_rejected(birth: str) -> None:
    with pytest.raises(InvalidError) as refused:
        citizen_number.parse(citizen(birth), today=TODAY)
    assert refused.value.problems[0].rule == "GB 11643-1999"


@pytest.mark.parametrize("digits", ["３７０１０２２０１５０９０１００１３", "٣٧٠١٠٢٢٠١٥٠٩٠١٠٠١٣"])
def test_digits_of_other_scripts_are_rejected(digits: str) -> None:
    assert citizen_number.canonical(digits, today=TODAY) is None
