"""Numbers become the text that Python writes, and a remainder without division is the remainder."""

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from anonymize.fields.ff1_rounds import remainder, swapped
from anonymize.fields.written import MOST, decimal

WORDS = st.integers(0, 2**64 - 1)


@given(st.integers(1, MOST), st.lists(st.integers(0, 10**MOST - 1), max_size=20))
def test_a_number_is_written_in_so_many_digits(digits: int, drawn: list[int]) -> None:
    numbers = [number % 10**digits for number in drawn]
    column = decimal(np.array(numbers, np.uint64), digits)
    assert column.dtype == pl.String
    assert column.to_list() == [f"{number:0{digits}}" for number in numbers]


def test_what_was_written_joins_and_compares_like_any_text() -> None:
    """A view that is not padded with zeros would compare unequal to the same text."""
    column = decimal(np.array([7, 7, 70], np.uint64), 3)
    assert column.n_unique() == 2
    assert (column == pl.Series(["007", "007", "070"])).all()
    assert pl.DataFrame({"a": column}).join(pl.DataFrame({"a": ["007"]}), on="a").height == 2


@given(WORDS, st.integers(2, 2**32))
@example(2**64 - 1, 2**32)
@example(2**64 - 1, 2)
@example(2**64 - 1, 3)
def test_a_remainder_without_division_is_the_remainder(number: int, modulus: int) -> None:
    found = remainder(np.uint64(number), np.uint64(modulus), np.uint64(2**64 // modulus))
    assert found == number % modulus


@given(WORDS)
def test_a_swapped_word_has_its_bytes_in_reverse(word: int) -> None:
    assert swapped(np.uint64(word)) == int.from_bytes(word.to_bytes(8, "big"), "little")


@pytest.mark.parametrize("digits", [1, MOST])
def test_an_empty_column_stays_empty(digits: int) -> None:
    assert decimal(np.array([], np.uint64), digits).to_list() == []
