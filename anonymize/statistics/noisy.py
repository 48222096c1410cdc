"""What is a noisy statistic before and after the noise? Whole numbers first, then lines of text.

`Measured` holds the numbers that need noise and how much one pupil can move them; all that follows
the noise is arithmetic on what is already public, and costs nothing.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from anonymize.plan.epsilon import as_number, in_words
from anonymize.plan.noise import OTHER, Noisy, NoisyHistogram, NoisyMean, NoisyRate
from anonymize.statistics import expected
from anonymize.statistics.expected import Interval

MECHANISM: Final = "discrete_laplace"
UNITS: Final = 1_000_000
"""Half the width of a mean's bounds, in whole units: numbers are rounded to these before noise."""

_NOISE_TEXT: Final = (
    "加入或去掉任何一名学生，任一结果出现的可能性至多变为原来的 {factor} 倍（ε={epsilon}）。"
    "未列出的取值和没有填写的计入“{other}”，没有人的格子同样给出。"
    "噪声取自系统安全随机源，同一问题只抽一次，以留存的首次答案为准。"
)

_OF_THE_PLAN: Final = ("version", "plan", "label", "ignored_columns", "statistics")
"""Keys of a report that depend on the plan, and at most on the names of the table's columns."""

Mechanism = Callable[[Sequence[int], int, int], list[int]]
"""Values, sensitivity and ε in billionths → the values with noise."""


@dataclass(frozen=True, slots=True)
class Part:
    """Numbers that get noise together. One pupil moves them by at most `sensitivity` in sum."""

    values: tuple[int, ...]
    sensitivity: int
    nano: int

    @property
    def error(self) -> int:
        """How far a number may be off, with 95 % confidence (97.5 % where two are combined)."""
        return expected.laplace_error(self.sensitivity, self.nano)


@dataclass(frozen=True, slots=True)
class NoisyLine:
    """One line: its labels, the answer, and where the truth lies with 95 % confidence.

    `answer` and `interval` are None if too few pupils are left to tell a rate or mean.
    """

    labels: tuple[str, ...]
    answer: float | None
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class NoisyStatistic:
    """A noisy answer; without `lines` its form only: what would be told, and how exactly."""

    query: Noisy
    lines: tuple[NoisyLine, ...] | None

    def document(self) -> dict[str, Any]:
        """Return the statistic as JSON; before it is drawn the answers are null."""
        names = [self.query.of] if isinstance(self.query, NoisyHistogram) else list(self.query.by)
        lines = self.lines or tuple(NoisyLine(labels, None, None) for labels in cells(self.query))
        return self.query.document() | {
            "by": names,
            "mechanism": MECHANISM,
            "drawn": self.lines is not None,
            "confidence": expected.CONFIDENCE,
            "expected_error": expected_error(self.query),
            "text": explanation(self.query),
            "cells": [
                dict(zip(names, line.labels, strict=True))
                | {
                    _MEASURE[self.query.kind]: line.answer,
                    "low": line.interval.low if line.interval else None,
                    "high": line.interval.high if line.interval else None,
                }
                for line in lines
            ],
        }

    def summary(self) -> dict[str, Any]:
        """Return what the report says of it."""
        return self.query.document() | {
            "mechanism": MECHANISM, "drawn": self.lines is not None,
            "cells": len(cells(self.query)), "expected_error": expected_error(self.query),
        }  # fmt: skip


_MEASURE: Final = {"count": "count", "histogram": "count", "rate": "rate", "mean": "mean"}


def cells(query: Noisy) -> list[tuple[str, ...]]:
    """Return the labels of all lines, as the plan gives them."""
    if isinstance(query, NoisyHistogram):
        return [(label,) for label in query.labels]
    return query.noise.cells(query.by)


def drawn(query: Noisy, parts: Sequence[Part], mechanism: Mechanism) -> NoisyStatistic:
    """Return the answer: noise on every part, and what follows from it."""
    noisy = [mechanism(part.values, part.sensitivity, part.nano) for part in parts]
    if isinstance(query, NoisyMean):
        pairs = zip(*noisy, strict=True)
        lines = [_mean_line(query, total, pupils) for total, pupils in pairs]
    elif isinstance(query, NoisyRate):
        having, lacking = noisy[0][::2], noisy[0][1::2]
        lines = [_rate_line(query, a, b) for a, b in zip(having, lacking, strict=True)]
    else:
        error = parts[0].error
        lines = [(max(0, n), expected.count_interval(n, error)) for n in noisy[0]]
    labelled = zip(cells(query), lines, strict=True)
    return NoisyStatistic(query, tuple(NoisyLine(labels, *line) for labels, line in labelled))


def expected_error(query: Noisy) -> int | dict[str, float]:
    """Return the half width of the 95 % interval: of a count, or of a rate or mean by group size.

    Depends on the plan alone. For rates the group is taken to be half and half.
    """
    if isinstance(query, NoisyRate):
        error = _each(1, query.noise.nano)
        found = {n: expected.rate_interval(n / 2, n / 2, error) for n in expected.EXAMPLES}
    elif isinstance(query, NoisyMean):
        errors, half = _mean_errors(query), _half(query)
        found = {n: expected.mean_interval(0.0, n, errors, half) for n in expected.EXAMPLES}
    else:
        return expected.laplace_error(1, query.noise.nano)
    return {str(n): _short(one.half) for n, one in found.items() if one}


def explanation(query: Noisy) -> str:
    """Return in Chinese what the noise promises and costs."""
    factor = math.exp(as_number(query.noise.nano))
    promise = _NOISE_TEXT.format(
        factor=f"{factor:.3g}", epsilon=in_words(query.noise.nano), other=OTHER
    )
    error = expected_error(query)
    if isinstance(error, int):
        return f"{promise}每个人数有 95 % 的把握与真实值相差不超过 {error}。"
    sizes = "、".join(f"{size} 人的组 ±{one:.3g}" for size, one in error.items())
    return f"{promise}误差随组的大小而定，95 % 的把握：{sizes}。"


def withheld(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a report may tell beside noise: nothing that was counted in the data.

    A closed list: a figure that somebody adds to the report is left out until it is judged here.
    """
    fields = {
        name: {
            "treatment": one["treatment"],
            "text": one["text"],
            "missing": None,
            "malformed": None,
        }
        for name, one in report["fields"].items()
    }
    plain = {name: report[name] for name in _OF_THE_PLAN if name in report}
    return {**plain, "rows_in": None, "rows_out": 0, "suppressed": 0, "fields": fields}


def centre(query: NoisyMean) -> float:
    """Return the middle of the bounds: numbers are summed as distances from it."""
    low, high = query.bounds
    return low + (high - low) / 2


def _half(query: NoisyMean) -> float:
    low, high = query.bounds
    return (high - low) / 2


def _each(sensitivity: int, nano: int) -> int:
    """Error of one of two numbers that are combined: both hold with 95 %."""
    both = (1 + expected.CONFIDENCE) / 2
    return expected.laplace_error(sensitivity, nano, confidence=both)


def _mean_errors(query: NoisyMean) -> tuple[float, float]:
    nano = query.noise.nano // 2
    return _each(UNITS, nano) * _half(query) / UNITS, _each(1, nano)


def _mean_line(query: NoisyMean, total: int, pupils: int) -> tuple[float | None, Interval | None]:
    half, middle = _half(query), centre(query)
    distance = total * half / UNITS
    around = expected.mean_interval(distance, pupils, _mean_errors(query), half)
    if around is None or pupils < 1:
        return None, None
    mean = middle + max(-half, min(half, distance / pupils))
    return _short(mean), Interval(_short(middle + around.low), _short(middle + around.high))


def _rate_line(query: NoisyRate, having: int, lacking: int) -> tuple[float | None, Interval | None]:
    around = expected.rate_interval(having, lacking, _each(1, query.noise.nano))
    if around is None or having + lacking < 1:
        return None, None
    rate = max(0.0, min(1.0, having / (having + lacking)))
    return _short(rate), Interval(_short(around.low), _short(around.high))


def _short(number: float) -> float:
    return float(f"{number:.6g}")
