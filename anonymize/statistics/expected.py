"""How far from the truth is a noisy answer? Known before it is drawn, for it depends on ε alone."""

import math
from dataclasses import dataclass
from typing import Final

from anonymize.plan.epsilon import NANO

CONFIDENCE: Final = 0.95
EXAMPLES: Final = (100, 1000, 10_000)
"""Group sizes for which the error of a rate or mean is told beforehand."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the truth lies with 95 % confidence, this line by itself."""

    low: float
    high: float

    @property
    def half(self) -> float:
        """Half of its width."""
        return (self.high - self.low) / 2


def laplace_error(sensitivity: int, nano: int, *, confidence: float = CONFIDENCE) -> int:
    """Return the least a with P(|noise| ≤ a) ≥ confidence, for discrete Laplace noise.

    P(|z| > a) = 2 q^(a+1) / (1 + q) with q = exp(−ε / sensitivity).
    """
    rate = nano / NANO / sensitivity
    tail = (1 - confidence) * (1 + math.exp(-rate)) / 2
    return max(0, math.ceil(-math.log(tail) / rate - 1 - 1e-9))


def count_interval(count: int, error: int) -> Interval:
    """Return the interval of a count; a number of pupils is not below 0."""
    return Interval(max(0, count - error), max(0, count + error))


def rate_interval(having: float, lacking: float, error: int) -> Interval | None:
    """Return the interval of having / (having + lacking), each within `error` of its truth.

    None if there may be nobody.
    """
    most = having + error + max(0.0, lacking - error)
    least = max(0.0, having - error) + lacking + error
    if most <= 0 or least <= 0:
        return None
    high = min(1.0, max(0.0, (having + error) / most))
    return Interval(min(high, max(0.0, having - error) / least), high)


def mean_interval(
    total: float, pupils: float, errors: tuple[float, float], half: float
) -> Interval | None:
    """Return the interval of total / pupils, within `half` of 0; errors of total and of pupils.

    None if there may be nobody.
    """
    most = pupils + errors[1]
    if most < 1:
        return None
    least = max(1.0, pupils - errors[1])
    corners = [(total + sign * errors[0]) / size for sign in (-1.0, 1.0) for size in (least, most)]
    low, high = min(corners), max(corners)
    return Interval(max(-half, min(half, low)), min(half, max(-half, high)))
