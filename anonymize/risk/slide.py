"""How many are unique in the population? SNB: class sizes are 1 + a negative binomial.

Source: Chen and Keller-McNulty (1998), Estimation of identification disclosure risk in microdata;
the number of classes by Shlosser as modified by Haas and Stokes (1998), Estimating the number of
classes in a finite population.
"""

import math
from typing import Final

import numpy as np

from anonymize.risk.sizes import Numbers, Sizes

_TURNS: Final = 200
_CLOSE: Final = 1e-9
_SMALL_STEP: Final = 1e-6
_LEAST_DAMPING: Final = 1e-6
_STARTS: Final = ((0.0, 0.0), (-2.0, -2.0), (2.0, 2.0), (-2.0, 2.0), (2.0, -2.0), (-4.0, -4.0))


def slide_negative_binomial(sizes: Sizes, population: int) -> float | None:
    """Return the estimated number of population uniques, K β^α.

    α and β are such that as many classes of one and of two rows are expected in the sample as it
    has. None if there are none such: the model does not fit.
    """
    alone, pairs = sizes.uniques, sizes.of_size(2)
    if not alone:
        return 0.0
    fraction = sizes.rows / population
    classes = classes_in_population(sizes, fraction)
    if not pairs or not math.isfinite(classes):
        return None
    for start in _STARTS:
        found = _solve(np.array(start), (classes, fraction), (alone, pairs))
        if found is not None:
            uniques = classes * math.exp(found[0] * math.log(found[1]))
            return float(uniques) if uniques <= population else None
    return None


def classes_in_population(sizes: Sizes, fraction: float) -> float:
    """Return the estimated number of classes of the population, at least those of the sample."""
    size, many = sizes.size.astype(np.float64), sizes.many.astype(np.float64)
    unseen = (1 - fraction) ** size
    once = float((size * fraction * (1 - fraction) ** (size - 1)) @ many)
    square = float((size * fraction**2 * (1 - fraction**2) ** (size - 1)) @ many)
    other = float(((1 - fraction**2) ** size - unseen) @ many)
    if not once or not other:
        return math.inf
    return sizes.classes + sizes.uniques * (square / other) * (float(unseen @ many) / once) ** 2


def expected(alpha: float, beta: float, classes: float, fraction: float) -> tuple[float, float]:
    """Return how many classes of one and of two rows the sample is expected to have."""
    missed = (1 - fraction) * (1 - beta)
    seen = 1 - missed
    common = math.exp(alpha * (math.log(beta) - math.log(seen)))
    one = classes * fraction * common * (1 + alpha * missed / seen)
    two = classes * fraction**2 * common * alpha * (1 - beta) * (2 - (1 - alpha) * missed)
    return one, two / (2 * seen**2)


def _solve(
    point: Numbers,
    known: tuple[float, float],
    wanted: tuple[int, int],
) -> tuple[float, float] | None:
    """Return α, β by damped Newton steps on ln α and logit β, or None if they lead nowhere."""
    miss = _miss(point, known, wanted)
    for _ in range(_TURNS):
        if float(np.abs(miss).max()) < _CLOSE:
            return _parameters(point)
        slopes = np.column_stack([
            (_miss(point + step, known, wanted) - miss) / _SMALL_STEP
            for step in np.eye(2) * _SMALL_STEP
        ])  # fmt: skip
        if not np.isfinite(slopes).all() or abs(float(np.linalg.det(slopes))) < _CLOSE**2:
            return None
        step = np.clip(-np.linalg.solve(slopes, miss), -1, 1)
        damping = 1.0
        while not _better(_miss(point + damping * step, known, wanted), miss):
            damping /= 2
            if damping < _LEAST_DAMPING:
                return None
        point = point + damping * step
        miss = _miss(point, known, wanted)
    return None


def _better(
    new: Numbers,
    old: Numbers,
) -> bool:
    return bool(np.isfinite(new).all()) and float(new @ new) < float(old @ old)


def _miss(
    point: Numbers,
    known: tuple[float, float],
    wanted: tuple[int, int],
) -> Numbers:
    """Return by how much (in logarithms) the expected numbers of classes are off."""
    try:
        one, two = expected(*_parameters(point), *known)
        return np.array([math.log(one / wanted[0]), math.log(two / wanted[1])])
    except (OverflowError, ValueError, ZeroDivisionError):
        return np.array([math.nan, math.nan])


def _parameters(
    point: Numbers,
) -> tuple[float, float]:
    return math.exp(float(point[0])), 1 / (1 + math.exp(-float(point[1])))
