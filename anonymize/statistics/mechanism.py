"""Where does the noise come from? From OpenDP's discrete Laplace mechanism alone. Heavy.

The noise is drawn from the system's secure source and cannot be seeded: the same question gives
another answer each time. Who asks keeps the first answer and gives it again.
Sources: Ghosh et al. 2012 (two-sided geometric mechanism); Canonne, Kamath, Steinke 2020 (exact
sampling in whole numbers, no floating-point attack of Mironov 2012).
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

import opendp.prelude

from anonymize.plan.epsilon import NANO

dp: Any = opendp.prelude  # half of it is typed, half is not
dp.enable_features("contrib")  # all mechanisms are behind this switch


def discrete_laplace(values: Sequence[int], *, sensitivity: int, nano: int) -> list[int]:
    """Return the values, each with noise of its own: ε-differentially private in all.

    One pupil more or less changes the values by at most `sensitivity`, summed over all of them.
    """
    noisy: list[int] = _calibrated(sensitivity, nano)[1](list(values))
    return noisy


def scale(sensitivity: int, nano: int) -> float:
    """Return b of P(z) ∝ exp(−|z|/b): the least double at which OpenDP grants this ε."""
    return _calibrated(sensitivity, nano)[0]


@lru_cache(maxsize=64)
def _calibrated(sensitivity: int, nano: int) -> tuple[float, Any]:
    """OpenDP rounds ε up; so widen the noise until what it promises is not above what was paid."""
    space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l1_distance(T="i64")
    wide = sensitivity * NANO / nano
    while True:
        measurement = dp.m.make_laplace(*space, scale=wide)
        if Fraction(measurement.map(sensitivity)) <= Fraction(nano, NANO):
            return wide, measurement
        wide = math.nextafter(wide, math.inf)
