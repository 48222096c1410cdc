import math
from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymize.report.aggregate import aggregate
from anonymize.report.recoded import Recoded
from anonymize.report.utility import class_figures, column_loss
from anonymize.risk.sizes import Sizes

DATES = ["2010-01", "2010-02", "2011-01", "2011-01"]


def loss_of(
    raw: Sequence[str | None], shown: Sequence[str | None], kept: list[int]
) -> tuple[float, float]:
    found = column_loss(
        Recoded.of(
            pl.Series("c", raw, pl.String),
            pl.Series("c", shown, pl.String),
            pl.Series(kept, dtype=pl.UInt32),
        )
    )
    return found.loss, found.entropy


def test_a_column_as_it_was_lost_nothing() -> None:
    assert loss_of(["a", "b", "b"], ["a", "b", "b"], [0, 1, 2]) == (0, 0)


def test_a_column_of_one_label_lost_everything() -> None:
    assert loss_of(["a", "b", "c"], ["*", "*", "*"], [0, 1, 2]) == (1, 1)


def test_lost_rows_cost_as_much_as_one_label() -> None:
    assert loss_of(["a", "b", "c"], [], []) == (1, 1)


def test_a_group_of_two_of_three_values_costs_a_half() -> None:
    loss, entropy = loss_of(DATES, ["2010", "2010", "2011", "2011"], [0, 1, 2, 3])
    assert loss == pytest.approx((2 * 1 / 2) / 4)
    assert entropy == pytest.approx(2 * 1 / (2 * 2 + 2 * 1))


def test_order_and_lost_rows_are_followed_by_position() -> None:
    loss, entropy = loss_of(DATES, ["2011", "2010"], [2, 1])
    assert loss == pytest.approx((0 + 0 + 2) / 4)
    assert entropy == pytest.approx((math.log2(4 / 1) + math.log2(4 / 2)) / 6)


def test_an_absent_value_that_stays_absent_costs_nothing() -> None:
    assert loss_of(["a", None], ["a", None], [0, 1]) == (0, 0)


@pytest.mark.parametrize("raw", [[], ["a"], ["a", "a"]])
def test_a_constant_or_empty_column_has_nothing_to_lose(raw: list[str | None]) -> None:
    assert loss_of(raw, list(raw), list(range(len(raw)))) == (0, 0)


@given(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=40), st.integers(0, 40))
def test_a_coarser_column_never_loses_less(raw: list[str], cut: int) -> None:
    kept = list(range(len(raw)))[cut:]
    fine = loss_of(raw, [raw[i] for i in kept], kept)
    half = loss_of(raw, ["abc" if raw[i] in "abc" else raw[i] for i in kept], kept)
    whole = loss_of(raw, ["*"] * len(kept), kept)
    for one in (0, 1):
        assert -1e-9 <= fine[one] <= half[one] + 1e-9
        assert half[one] <= whole[one] + 1e-9
        assert whole[one] <= 1 + 1e-9


def test_columns_aggregate_as_a_geometric_mean() -> None:
    assert aggregate({"a": 0.5, "b": 0.0}, {}) == pytest.approx(math.sqrt(1.5) - 1)
    assert aggregate({"a": 0.5, "b": 0.0}, {"a": 3.0}) == pytest.approx(1.5 ** (3 / 4) - 1)
    assert aggregate({}, {}) == 0
    assert aggregate({"a": 0.5}, {"a": 0.0}) == 0


def test_class_figures_counted_by_hand() -> None:
    found = class_figures(Sizes.of([5, 5, 30]), 5, 50)
    assert found["average_class_size"] == pytest.approx(40 / 3)
    assert found["average_over_k"] == pytest.approx(40 / 3 / 5)
    assert found["discernibility"] == 25 + 25 + 900 + 10 * 50
    assert [(b["least"], b["most"], b["classes"], b["rows"]) for b in found["classes"]] == [
        (5, 9, 2, 10), (10, 24, 0, 0), (25, 49, 1, 30), (50, 499, 0, 0), (500, None, 0, 0),
    ]  # fmt: skip


@given(st.lists(st.integers(1, 5000), max_size=50), st.integers(2, 50))
def test_every_row_is_in_one_band(sizes: list[int], k: int) -> None:
    bands = class_figures(Sizes.of(sizes), k, sum(sizes))["classes"]
    assert sum(band["rows"] for band in bands) == sum(sizes)
    assert sum(band["classes"] for band in bands) == len(sizes)
