"""No event tells two neighbouring tables apart better than ε allows; with half the noise one does.

The chance that a sound mechanism fails here by bad luck is one in ten thousand a test.
"""

import itertools
import math
from typing import Any

import polars as pl
import pytest

from anonymize.plan.epsilon import NANO
from anonymize.statistics.answer import measured
from anonymize.statistics.counted import Counted
from anonymize.statistics.mechanism import discrete_laplace
from anonymize.statistics.noisy import Part
from tests.anonymize.statistics.audit import least_epsilon
from tests.anonymize.statistics.tables import plan, table

EPSILON = 1.0
QUICK, LONG = 10_000, 100_000
STATISTICS: dict[str, dict[str, Any]] = {
    "count": {"kind": "count", "epsilon": EPSILON},
    "rate": {"kind": "rate", "of": "boarding", "value": "是", "epsilon": EPSILON},
    "mean": {"kind": "mean", "of": "score", "bounds": [0, 100], "epsilon": EPSILON},
    "histogram": {"kind": "histogram", "of": "score", "edges": [0, 60, 100], "epsilon": EPSILON},
}
PUPILS = table(boarding=["是", "否", "是"], score=["50", "70", "0"])
ONE_MORE = table(boarding=["是", "否", "是", "是"], score=["50", "70", "0", "1000"])


def parts(statistic: dict[str, Any], frame: pl.DataFrame) -> list[Part]:
    (query,) = plan(statistic, fields=frame.columns).statistics
    return measured(query, Counted.of([query], frame))  # type: ignore[arg-type]  # all here are noisy


def scores(statistic: dict[str, Any], trials: int, *, noise: float = 1.0) -> list[list[float]]:
    """How much more likely each output is without the one pupil: of the table without, and with.

    By Neyman and Pearson no function of the outputs tells the two tables apart better.
    """
    found = [[0.0] * trials, [0.0] * trials]
    for a, b in zip(parts(statistic, PUPILS), parts(statistic, ONE_MORE), strict=True):
        rate = a.nano / NANO / a.sensitivity
        # Cells that the pupil does not touch tell nothing.
        moved = [(x, y) for x, y in zip(a.values, b.values, strict=True) if x != y]
        for place, true in itertools.product((0, 1), moved):
            drawn = discrete_laplace(
                [true[place]] * trials, sensitivity=a.sensitivity, nano=round(a.nano / noise)
            )
            for trial, value in enumerate(drawn):
                found[place][trial] += rate * (abs(value - true[1]) - abs(value - true[0]))
    return found


@pytest.mark.parametrize("kind", STATISTICS)
def test_no_event_tells_neighbours_apart_better_than_epsilon_allows(kind: str) -> None:
    assert least_epsilon(*scores(STATISTICS[kind], QUICK)) <= EPSILON


@pytest.mark.parametrize("kind", STATISTICS)
def test_half_the_noise_is_found_out(kind: str) -> None:
    """The control: the audit sees a violation where there is one."""
    assert least_epsilon(*scores(STATISTICS[kind], QUICK, noise=0.5)) > EPSILON


def test_the_audit_comes_close_to_the_truth() -> None:
    assert least_epsilon(*scores(STATISTICS["count"], QUICK)) > EPSILON * 0.75


def test_an_output_that_only_one_table_has_is_no_epsilon_at_all() -> None:
    """The control: exact numbers, and a category that appears with its pupil."""
    assert least_epsilon([3.0] * 1000, [4.0] * 1000) > math.log(40)


@pytest.mark.soak
@pytest.mark.parametrize("kind", STATISTICS)
def test_a_hundred_thousand_neighbouring_trials_find_no_violation(kind: str) -> None:
    assert least_epsilon(*scores(STATISTICS[kind], LONG)) <= EPSILON
    assert least_epsilon(*scores(STATISTICS[kind], LONG, noise=0.5)) > EPSILON * 1.5
