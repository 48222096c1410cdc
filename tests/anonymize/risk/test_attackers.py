import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymize.risk.attackers import (
    MOST_EXACT,
    expected_inverse,
    journalist_estimated,
    journalist_in,
    prosecutor,
)
from anonymize.risk.sizes import Counts, Sizes
from kernel.errors import InvalidError

SIZES = st.lists(st.integers(1, 40), min_size=1, max_size=60)


def counts(*numbers: int) -> Counts:
    return np.array(numbers, np.int64)


def test_prosecutor_of_a_table_counted_by_hand() -> None:
    found = prosecutor(Sizes.of([2, 3, 5]), 0.4)
    assert found.most == 1 / 2
    assert found.average == pytest.approx(3 / 10)
    assert found.above == 2 / 10


@given(SIZES)
def test_prosecutor_average_is_classes_over_rows(sizes: list[int]) -> None:
    found = prosecutor(Sizes.of(sizes), 0.5)
    assert found.average == pytest.approx(len(sizes) / sum(sizes))
    assert found.most == 1 / min(sizes)
    assert found.average <= found.most + 1e-12


@given(SIZES, st.integers(1, 40))
def test_rows_at_the_threshold_are_not_above_it(sizes: list[int], k: int) -> None:
    found = prosecutor(Sizes.of(sizes), 1 / k)
    assert found.above == pytest.approx(sum(s for s in sizes if s < k) / sum(sizes))


def test_an_empty_table_risks_nothing() -> None:
    found = prosecutor(Sizes.of([]), 0.1)
    assert (found.most, found.average, found.above) == (0, 0, 0)


@pytest.mark.parametrize("sizes", [[0, 3], [-1], np.array([1.5])])
def test_class_sizes_are_whole_numbers_over_zero(sizes: list[int]) -> None:
    with pytest.raises(InvalidError, match="等价类"):
        Sizes.of(sizes)


def test_the_population_table_decides_the_journalists_risk() -> None:
    found = journalist_in(counts(2, 3, 5), counts(20, 3, 50), 0.2)
    assert found.most == 1 / 3
    assert found.average == pytest.approx((2 / 20 + 3 / 3 + 5 / 50) / 10)
    assert found.above == 3 / 10


def test_a_population_that_lacks_rows_of_the_table_is_refused() -> None:
    with pytest.raises(InvalidError, match="总体表没有包含"):
        journalist_in(counts(2, 3), counts(2, 2), 0.2)
    with pytest.raises(InvalidError, match="总体表没有包含"):
        journalist_in(counts(2, 3), counts(2), 0.2)


@pytest.mark.parametrize("fraction", [0.003, 0.2, 0.5, 0.8, 0.97])
def test_the_expected_inverse_equals_the_integral(fraction: float) -> None:
    sizes = np.arange(1, 60, dtype=np.int64)
    found = expected_inverse(sizes, fraction)
    t = np.linspace(0, 1, 400_001)[1:] ** 3
    x = (t[1:] + t[:-1]) / 2
    c = (1 - fraction) / fraction
    for f in (1, 2, 7, 59):
        integral = float(np.sum(x ** (f - 1) / (1 + c * x) * np.diff(t)))
        assert found[f - 1] == pytest.approx(integral, rel=1e-5)


def test_the_expected_inverse_of_a_unique_row_is_the_formula_of_the_literature() -> None:
    found = expected_inverse(counts(1), 0.1)
    assert found[0] == pytest.approx(0.1 / 0.9 * math.log(1 / 0.1))


@given(st.floats(0.001, 1), st.integers(1, 3 * MOST_EXACT))
def test_the_estimate_lies_between_no_sampling_and_the_limit(fraction: float, size: int) -> None:
    found = float(expected_inverse(counts(size), fraction)[0])
    assert fraction / size * (1 - 1e-6) <= found <= 1 / size * (1 + 1e-9)


def test_the_estimate_agrees_with_draws_from_a_known_population() -> None:
    random = np.random.default_rng(7)
    population = 1 + random.negative_binomial(0.8, 0.17, 40_000)
    sample = random.binomial(population, 0.5)
    drawn = sample > 0
    true = journalist_in(sample[drawn], population[drawn], 0.2).average
    found = journalist_estimated(Sizes.of(sample[drawn]), 0.5, 0.2)
    assert found.average == pytest.approx(true, rel=0.1)
    worst = prosecutor(Sizes.of(sample[drawn]), 0.2).average
    assert abs(found.average - true) < abs(worst - true) / 2
