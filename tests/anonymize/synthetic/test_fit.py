"""A world resembles a cohort by noisy shares alone."""

import polars as pl
import pytest

from anonymize.synthetic.fit import fit
from anonymize.synthetic.world import DEFAULT_SHARES, World, pupils
from kernel.errors import InvalidError


def cohort(ill: float) -> pl.DataFrame:
    shares = {"health": {"健康或良好": 1 - ill, "有慢性病": ill}}
    return pupils(World(5_000, seed=9, shares=shares, remarks=False))


def test_a_world_fitted_to_a_cohort_has_about_its_shares() -> None:
    shares = fit(cohort(0.4), "3")
    assert shares.keys() == DEFAULT_SHARES.keys()
    made = pupils(World(5_000, shares=shares, remarks=False))
    ill = (made["health"] == "有慢性病").mean()
    assert isinstance(ill, float)
    assert abs(ill - 0.4) < 0.05


def test_little_budget_is_much_noise() -> None:
    table = cohort(0.4)
    told = {round(fit(table, "0.003")["health"]["有慢性病"], 3) for _ in range(20)}
    assert len(told) > 10


def test_values_outside_of_the_closed_list_are_not_told_of() -> None:
    table = cohort(0.4).with_columns(pl.lit("张三的病").alias("health"))
    assert set(fit(table, 1)["health"]) == set(DEFAULT_SHARES["health"])


@pytest.mark.parametrize("epsilon", [0, -1, "x", "0.000000001"])
def test_a_budget_that_does_not_reach_is_refused(epsilon: object) -> None:
    with pytest.raises(InvalidError):
        fit(cohort(0.1), epsilon)  # type: ignore[arg-type]  # faulty on purpose


def test_a_missing_column_is_named() -> None:
    with pytest.raises(InvalidError) as refused:
        fit(cohort(0.1).drop("health"), 1)
    assert refused.value.problems[0].field == "health"
