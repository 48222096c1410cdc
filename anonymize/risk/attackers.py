"""How likely does an attacker tie a row to its pupil? Prosecutor, journalist, marketer.

Prosecutor: knows that the pupil is in the table; 1 / class size. Journalist: does not know it, and
looks the pupil up in a population; 1 / size of the class there. Marketer: wants as many rows as
possible; the share that is tied on average.
Source: El Emam, Guide to the De-Identification of Personal Health Information (2013), ch. 16.
All figures are probabilities or shares, 0 to 1; an empty table gives zeros.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from anonymize.risk.sizes import Counts, Numbers, Sizes
from kernel.errors import InvalidError

MOST_EXACT: Final = 1000
"""Above this many rows in a class the estimate of its risk is its limit, fraction / rows."""
_TOLERANCE: Final = 1e-12


class Basis(StrEnum):
    """Where the sizes of the population's classes come from."""

    POPULATION = "population"
    ESTIMATE = "estimate"
    SAMPLE = "sample"
    """Nothing is known of the population: the table counts as all of it, the worst case."""


@dataclass(frozen=True, slots=True)
class Attack:
    """`most` is the risk of the row at greatest risk, `average` that of all rows, `above` the share
    of rows whose risk is over the threshold.
    """  # noqa: D205  one sentence each

    most: float
    average: float
    above: float
    basis: Basis = Basis.SAMPLE


def prosecutor(sizes: Sizes, threshold: float) -> Attack:
    """Return the risk of an attacker who knows that the pupil is in the table."""
    return _attack(1 / np.maximum(sizes.size, 1), sizes.size * sizes.many, threshold, Basis.SAMPLE)


def journalist_in(sample: Counts, population: Counts, threshold: float) -> Attack:
    """Return the risk when the population is at hand (k-map).

    `population[i]` is how many of the population fall into the i-th class of the table, which
    holds `sample[i]` of them. Raises InvalidError if a class is larger than in the population.
    """
    if len(sample) != len(population) or bool((population < sample).any()):
        raise InvalidError(
            "总体表没有包含要提供的全部行", field="population", rule="k-map：总体须包含样本",
            remedy="请核对总体表的范围和取值的写法",
        )  # fmt: skip
    return _attack(1 / np.maximum(population, 1), sample, threshold, Basis.POPULATION)


def journalist_estimated(sizes: Sizes, fraction: float, threshold: float) -> Attack:
    """Return the risk when only the share of the population that was drawn is known, over 0 to 1.

    A class of f rows has 1 / F expected over what F may be (Benedetti and Franconi 1998).
    """
    return _attack(
        expected_inverse(sizes.size, fraction), sizes.size * sizes.many, threshold, Basis.ESTIMATE
    )


def expected_inverse(size: Counts, fraction: float) -> Numbers:
    """Return E[1 / F | f] of each f, where F − f is negative binomial with the drawn fraction.

    It is the integral of x^(f−1) / (1 + c x) from 0 to 1 with c = (1 − fraction) / fraction, found
    by the recursion I(f−1) + c I(f) = 1 / (f − 1) in the direction in which errors shrink.
    """
    if fraction >= 1:
        return 1 / np.maximum(size, 1)
    c = (1 - fraction) / fraction
    top = MOST_EXACT
    integral = np.empty(top + 1)
    if c > 1:
        integral[1] = np.log1p(c) / c
        for f in range(2, top + 1):
            integral[f] = (1 / (f - 1) - integral[f - 1]) / c
    else:
        value = fraction / (2 * top)
        for f in range(2 * top, 1, -1):
            value = 1 / (f - 1) - c * value
            if f - 1 <= top:
                integral[f - 1] = value
    return np.where(size > top, fraction / np.maximum(size, 1), integral[np.minimum(size, top)])


def _attack(
    risk: Numbers, rows: Counts, threshold: float,
    basis: Basis,
) -> Attack:  # fmt: skip
    total = int(rows.sum())
    if not total:
        return Attack(0.0, 0.0, 0.0, basis)
    over = rows[risk > threshold * (1 + _TOLERANCE)]
    return Attack(float(risk.max()), float(risk @ rows) / total, int(over.sum()) / total, basis)
