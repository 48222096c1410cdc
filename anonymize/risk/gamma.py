"""The logarithmic derivative of the gamma function, which the standard library lacks."""

import math

_SHIFT = 8.0


def digamma(x: float) -> float:
    """Return ψ(x) for x over 0, to about 12 digits.

    Source: Abramowitz and Stegun, 6.3.5 (recurrence) and 6.3.18 (asymptotic series).
    """
    result = 0.0
    while x < _SHIFT:
        result -= 1 / x
        x += 1
    inverse = 1 / (x * x)
    series = inverse * (1 / 12 - inverse * (1 / 120 - inverse * (1 / 252 - inverse * (
        1 / 240 - inverse * (1 / 132 - inverse * (691 / 32760))))))  # fmt: skip
    return result + math.log(x) - 0.5 / x - series
