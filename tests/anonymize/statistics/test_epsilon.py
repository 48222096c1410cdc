"""ε is added up in whole billionths; no budget drifts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymize.plan.epsilon import LARGEST, NANO, as_number, in_words, nano_epsilon
from kernel.errors import InvalidError


def test_ten_tenths_are_one() -> None:
    assert sum([0.1] * 10) != 1  # the control: floats drift
    assert sum(nano_epsilon(0.1) for _ in range(10)) == NANO


@pytest.mark.parametrize("written", [0.5, "0.5", Decimal("0.50"), "5e-1"], ids=repr)
def test_one_epsilon_has_many_spellings(written: object) -> None:
    assert nano_epsilon(written) == NANO // 2


@given(st.integers(1, LARGEST))
def test_what_a_document_says_is_read_back_exactly(nano: int) -> None:
    assert nano_epsilon(as_number(nano)) == nano_epsilon(in_words(nano)) == nano


@pytest.mark.parametrize(
    "written",
    [0, -1, "0", 10.1, 11, "NaN", float("nan"), float("inf"), "Infinity", "1e-10", 1e-10, True,
     None, [], "half", "", "1,5", b"1"], ids=repr,
)  # fmt: skip
def test_what_is_no_epsilon_is_refused(written: object) -> None:
    with pytest.raises(InvalidError, match="ε"):
        nano_epsilon(written)
