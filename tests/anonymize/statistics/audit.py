"""How large must ε be, judged by outputs alone? A lower bound that holds with stated confidence.

Many outputs of two neighbouring tables; on one half of them the event is chosen that tells the
tables apart best, on the other half its two probabilities are bounded (Clopper and Pearson 1934).
Were the mechanism ε-private, ln(p/q) of any event would be at most ε.
Sources: Ding et al. 2018 (StatDP); Jagielski, Ullman, Oprea 2020.
"""

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

CONFIDENCE = 1 - 1e-4


def least_epsilon(one: Sequence[float], other: Sequence[float]) -> float:
    """Return a bound that is above the true ε with probability of at most 10^-4."""
    a, b = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    half = len(a) // 2
    swapped, at_least, edge = _best_event(a[:half], b[:half])
    first, second = (b[half:], a[half:]) if swapped else (a[half:], b[half:])
    inside = [int(_in_event(x, edge, at_least=at_least).sum()) for x in (first, second)]
    risk = (1 - CONFIDENCE) / 2
    low = _lower(inside[0], len(first), risk)
    high = 1 - _lower(len(second) - inside[1], len(second), risk)
    return math.log(low / high) if low > 0 else -math.inf


def _in_event(x: Floats, edge: float, *, at_least: bool) -> npt.NDArray[np.bool_]:
    return x >= edge if at_least else x <= edge


def _best_event(a: Floats, b: Floats) -> tuple[bool, bool, float]:
    """Return whether the tables change places, and {x ≥ edge} or {x ≤ edge}."""
    best, found = -math.inf, (False, True, 0.0)
    for edge in np.unique(np.quantile(np.concatenate([a, b]), np.linspace(0, 1, 201))):
        for at_least in (True, False):
            counts = [int(_in_event(x, edge, at_least=at_least).sum()) for x in (a, b)]
            for swapped in (False, True):
                p, q = reversed(counts) if swapped else counts
                # Six standard errors off, so that rare events do not win by chance.
                worth = math.log(max(p - 6 * p**0.5, 1e-9) / (q + 6 * q**0.5 + 12))
                if worth > best:
                    best, found = worth, (swapped, at_least, float(edge))
    return found


def _lower(hits: int, trials: int, risk: float) -> float:
    """Return the p at which `hits` or more have probability `risk`: Clopper-Pearson's lower end."""
    if hits == 0:
        return 0.0
    low, high = 0.0, hits / trials
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _tail(hits, trials, middle) < risk else (low, middle)
    return low


def _tail(hits: int, trials: int, p: float) -> float:
    if p <= 0:
        return 0.0
    k = np.arange(hits, trials + 1)
    logs = _log_choose(trials)[hits:] + k * math.log(p) + (trials - k) * math.log1p(-p)
    return float(np.exp(logs).sum())


@cache
def _log_choose(trials: int) -> Floats:
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, trials + 1)))])
    whole: Floats = logs[-1] - logs - logs[::-1]
    return whole
