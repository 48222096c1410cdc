"""How many are unique in the population? Pitman: classes as a random partition.

Two parameters say how readily a new row opens a new class: θ over −α, and α from 0 (Ewens) to 1.
Source: Hoshino (2001), Applying Pitman's sampling formula to microdata disclosure risk assessment.
"""

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from anonymize.risk.gamma import digamma
from anonymize.risk.sizes import Sizes

LEAST_ALPHA: Final = 1e-4
MOST_ALPHA: Final = 1 - 1e-6
_GOLDEN: Final = (math.sqrt(5) - 1) / 2
_STEPS: Final = 60
_LARGEST_THETA: Final = 1e12


def pitman(sizes: Sizes, population: int) -> float | None:
    """Return the estimated number of population uniques: Γ(θ+1) / Γ(θ+α) · N^α, likeliest θ and α.

    None if the sample has no likeliest parameters inside the model: one class only, or every row
    alone.
    """
    rows, classes = sizes.rows, sizes.classes
    if not sizes.uniques:
        return 0.0
    if classes < 2 or classes == rows:  # noqa: PLR2004  one class has no θ
        return None
    alpha = _peak(lambda a: _likelihood(sizes, a, _theta(rows, classes, a)))
    theta = _theta(rows, classes, alpha)
    expected = math.exp(
        math.lgamma(theta + 1) - math.lgamma(theta + alpha) + alpha * math.log(population)
    )
    return expected if expected <= population else None


def _theta(rows: int, classes: int, alpha: float) -> float:
    """Return the likeliest θ for that α: the zero of a score that falls as θ grows."""

    def score(shifted: float) -> float:
        theta = shifted - alpha
        opened = (digamma(classes + theta / alpha) - digamma(1 + theta / alpha)) / alpha
        return opened - (digamma(rows + theta) - digamma(1 + theta))

    low, high = math.log(1e-9), math.log(_LARGEST_THETA)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if score(math.exp(middle)) > 0:
            low = middle
        else:
            high = middle
    return math.exp(low) - alpha


def _likelihood(sizes: Sizes, alpha: float, theta: float) -> float:
    """Return the logarithm of Pitman's sampling formula, without what does not depend on θ, α."""
    rows, classes = sizes.rows, sizes.classes
    opened = (classes - 1) * math.log(alpha) + (
        math.lgamma(classes + theta / alpha) - math.lgamma(1 + theta / alpha)
    )
    all_rows = math.lgamma(rows + theta) - math.lgamma(1 + theta)
    inside = np.array([math.lgamma(int(j) - alpha) for j in sizes.size]) - math.lgamma(1 - alpha)
    return opened - all_rows + float(sizes.many @ inside)


def _peak(height: Callable[[float], float]) -> float:
    """Return where a one-peaked function of α is highest (golden section)."""
    low, high = LEAST_ALPHA, MOST_ALPHA
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = height(left), height(right)
    for _ in range(_STEPS):
        if at_left < at_right:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = height(right)
        else:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = height(left)
    return (low + high) / 2
