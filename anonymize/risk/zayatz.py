"""How many are unique in the population? Zayatz: the sample's classes stand for the population's.

Source: Zayatz (1991), Estimation of the number of unique population elements using a sample.
"""

import math

import numpy as np

from anonymize.risk.sizes import Sizes


def zayatz(sizes: Sizes, population: int) -> float:
    """Return the estimated number of population uniques; `population` exceeds the sample's rows.

    By Bayes: P(alone in the population | alone in the sample), where a population class of j rows
    is as frequent as in the sample, and how many of it are drawn is hypergeometric.
    """
    alone = sizes.uniques
    if not alone:
        return 0.0
    drawn_once = np.array([_once(int(j), population, sizes.rows) for j in sizes.size])
    likely = alone * _once(1, population, sizes.rows) / float(sizes.many @ drawn_once)
    return alone * likely * population / sizes.rows


def _once(size: int, population: int, sample: int) -> float:
    """Return the chance that exactly one of `size` rows is drawn."""
    if size > population - sample + 1:
        return 0.0
    return math.exp(
        math.log(size) + _choose(population - size, sample - 1) - _choose(population, sample)
    )


def _choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
