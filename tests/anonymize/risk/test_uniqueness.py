"""The estimators against populations that are known because they were made here."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymize.risk.gamma import digamma
from anonymize.risk.pitman import pitman
from anonymize.risk.sizes import Counts, Sizes
from anonymize.risk.slide import classes_in_population, expected, slide_negative_binomial
from anonymize.risk.uniqueness import Model, chosen, uniqueness
from anonymize.risk.zayatz import zayatz
from kernel.errors import InvalidError

Random = np.random.Generator


def pitman_population(random: Random, rows: int, theta: float, alpha: float) -> Counts:
    """Class sizes by the Chinese restaurant process with two parameters."""
    sizes: list[int] = []
    seats: list[int] = []
    for row in range(rows):
        if random.random() * (row + theta) < theta + len(sizes) * alpha:
            seats.append(len(sizes))
            sizes.append(1)
            continue
        while True:
            table = seats[int(random.random() * row)]
            if random.random() * sizes[table] < sizes[table] - alpha:
                break
        seats.append(table)
        sizes[table] += 1
    return np.array(sizes, np.int64)


def draw(random: Random, population: Counts, fraction: float) -> Sizes:
    labels = np.repeat(np.arange(population.size), population)
    taken = random.choice(labels, round(labels.size * fraction), replace=False)
    return Sizes.of(np.unique(taken, return_counts=True)[1])


def registry(random: Random) -> Counts:
    """Pupils: counties of very different size, birth dates, sex, one in eleven of a minority."""
    rows = 60_000
    county = random.zipf(1.3, rows) % 300
    day, sex = random.integers(0, 2000, rows), random.integers(0, 2, rows)
    minority = (random.random(rows) < 0.09) * random.integers(1, 9, rows)
    key = ((county * 2000 + day) * 2 + sex) * 10 + minority
    sizes: Counts = np.unique(key, return_counts=True)[1].astype(np.int64)
    return sizes


def test_pitman_recovers_the_process_it_describes() -> None:
    random = np.random.default_rng(1)
    population = pitman_population(random, 30_000, theta=200.0, alpha=0.4)
    true = int((population == 1).sum())
    for fraction in (0.1, 0.3):
        found = [pitman(draw(random, population, fraction), 30_000) or 0.0 for _ in range(5)]
        assert np.median(found) == pytest.approx(true, rel=0.15)


def test_snb_recovers_the_distribution_it_describes() -> None:
    random = np.random.default_rng(2)
    population = 1 + random.negative_binomial(0.8, 0.17, 40_000)
    true = int((population == 1).sum())
    found = slide_negative_binomial(draw(random, population, 0.5), int(population.sum()))
    assert found == pytest.approx(true, rel=0.1)


def test_snb_expects_what_thinned_classes_have() -> None:
    random = np.random.default_rng(3)
    thinned = random.binomial(1 + random.negative_binomial(0.7, 0.3, 200_000), 0.4)
    one, two = expected(0.7, 0.3, 200_000, 0.4)
    assert one == pytest.approx(int((thinned == 1).sum()), rel=0.02)
    assert two == pytest.approx(int((thinned == 2).sum()), rel=0.02)


def test_classes_of_the_population_are_estimated() -> None:
    random = np.random.default_rng(4)
    population = 1 + random.negative_binomial(0.8, 0.17, 20_000)
    found = classes_in_population(draw(random, population, 0.4), 0.4)
    assert found == pytest.approx(20_000, rel=0.05)


def test_zayatz_is_close_when_most_of_the_population_is_drawn() -> None:
    random = np.random.default_rng(5)
    population = registry(random)
    true = int((population == 1).sum())
    assert zayatz(draw(random, population, 0.9), 60_000) == pytest.approx(true, rel=0.03)


@pytest.mark.parametrize(("fraction", "within"), [(0.05, 0.5), (0.2, 0.2), (0.5, 0.1), (0.9, 0.05)])
def test_the_rule_is_close_to_the_truth_on_a_registry(fraction: float, within: float) -> None:
    random = np.random.default_rng(6)
    population = registry(random)
    true = int((population == 1).sum())
    sample = draw(random, population, fraction)
    assert uniqueness(sample, 60_000).rows == pytest.approx(true, rel=within)
    naive = sample.uniques / sample.rows * 60_000
    assert abs(uniqueness(sample, 60_000).rows - true) < abs(naive - true)


ESTIMATES: dict[Model, float | None] = {Model.PITMAN: 10, Model.SNB: 20, Model.ZAYATZ: 30}


@pytest.mark.parametrize(
    ("fraction", "changed", "model"),
    [
        (0.1, {}, Model.PITMAN),
        (0.1, {Model.PITMAN: None}, Model.ZAYATZ),
        (0.11, {}, Model.SNB),
        (0.11, {Model.SNB: 31}, Model.ZAYATZ),
        (0.11, {Model.SNB: None}, Model.ZAYATZ),
    ],
)
def test_the_rule_of_dankar(
    fraction: float, changed: dict[Model, float | None], model: Model
) -> None:
    assert chosen(fraction, ESTIMATES | changed) is model


@given(st.lists(st.integers(1, 30), min_size=1, max_size=80), st.floats(0.001, 1))
def test_an_estimate_is_a_number_of_persons(sizes: list[int], fraction: float) -> None:
    found = uniqueness(Sizes.of(sizes), round(sum(sizes) / fraction))
    assert 0 <= found.share <= 1 + 1e-9
    for value in found.estimates.values():
        assert value is None or np.isfinite(value)


def test_a_table_without_unique_rows_estimates_none() -> None:
    found = uniqueness(Sizes.of([2, 5, 9]), 1000)
    assert (found.model, found.rows) == (Model.EXACT, 0)


def test_the_whole_population_needs_no_estimate() -> None:
    found = uniqueness(Sizes.of([1, 1, 3]), 5)
    assert (found.model, found.rows, found.share) == (Model.EXACT, 2, 0.4)


def test_a_population_smaller_than_the_table_is_refused() -> None:
    with pytest.raises(InvalidError, match="少于表中的"):
        uniqueness(Sizes.of([3, 3]), 5)


@pytest.mark.parametrize(
    ("x", "value"),
    [(1.0, -0.5772156649015329), (0.5, -1.9635100260214235), (10.5, 2.3030010342976155)],
)
def test_digamma_of_the_tables(x: float, value: float) -> None:
    assert digamma(x) == pytest.approx(value, rel=1e-11)


CLOSED: list[Callable[[Sizes, int], float | None]] = [pitman, slide_negative_binomial, zayatz]


@pytest.mark.parametrize("model", CLOSED)
def test_every_model_says_nothing_or_little_of_a_single_row(
    model: Callable[[Sizes, int], float | None],
) -> None:
    found = model(Sizes.of([1]), 100)
    assert found is None or 0 <= found <= 100
