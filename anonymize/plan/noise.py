"""Which statistics may be asked with noise: counts, rates, means, histograms. Parts of a plan.

ε-differential privacy (Dwork et al. 2006) for adding or removing one pupil. Which cells there are
is written in the plan and never taken from the data: else a cell's presence would tell of a pupil.
"""

import itertools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar, Final

from anonymize.plan.epsilon import LARGEST, as_number
from anonymize.plan.query import MOST_COLUMNS, check_by, check_value, invalid

OTHER: Final = "其他"
"""The cell of every value that the plan does not list, and of no value. It is always there."""

MOST_CELLS: Final = 2500

Values = Mapping[str, tuple[str, ...]]
"""By-column → its closed categories, in the order of the lines."""


@dataclass(frozen=True, slots=True)
class Noise:
    """How much noise, over which cells. `nano` is ε in billionths (see plan.epsilon)."""

    nano: int
    values: Values = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        # A mean takes half for its sum and half for its count: none of them may be 0.
        if not 2 <= self.nano <= LARGEST:  # noqa: PLR2004  two halves of a billionth
            raise invalid("ε 必须大于 0、不超过 10", "statistics.epsilon", "请按政策填写 ε")
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))
        for name, values in self.values.items():
            if not values or len(set(values)) != len(values) or OTHER in values or "" in values:
                raise invalid(
                    f"“{name}”的取值必须是不重复的列表，且不含“{OTHER}”",
                    "statistics.values", f"未列出的取值自动归入“{OTHER}”",
                )  # fmt: skip

    def cells(self, by: tuple[str, ...]) -> list[tuple[str, ...]]:
        """Return the labels of all cells, whatever the data hold."""
        return list(itertools.product(*((*self.values[name], OTHER) for name in by)))


@dataclass(frozen=True, slots=True)
class NoisyCount:
    """How many pupils there are in each closed category (none: in all)."""

    kind: ClassVar = "count"
    by: tuple[str, ...]
    noise: Noise

    def __post_init__(self) -> None:
        _check_categories(self.by, "", self.noise)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read."""
        return self.by

    def document(self) -> dict[str, Any]:
        """Return the part of the plan's document."""
        return {"kind": "count"} | _noise_document(self.by, self.noise)


@dataclass(frozen=True, slots=True)
class NoisyRate:
    """The share of pupils whose `of` reads `value`, in each closed category."""

    kind: ClassVar = "rate"
    of: str
    value: str
    by: tuple[str, ...]
    noise: Noise

    def __post_init__(self) -> None:
        check_value(self.value)
        _check_categories(self.by, self.of, self.noise)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read."""
        return (*self.by, self.of)

    def document(self) -> dict[str, Any]:
        """Return the part of the plan's document."""
        asked = {"kind": "rate", "of": self.of, "value": self.value}
        return asked | _noise_document(self.by, self.noise)


@dataclass(frozen=True, slots=True)
class NoisyMean:
    """The mean of the numbers of `of`, each first moved into `bounds`, by closed category.

    Bounds come from what the field can hold, never from the data.
    """

    kind: ClassVar = "mean"
    of: str
    bounds: tuple[float, float]
    by: tuple[str, ...]
    noise: Noise

    def __post_init__(self) -> None:
        _check_categories(self.by, self.of, self.noise)
        if len(self.bounds) != 2:  # noqa: PLR2004  a lower and an upper one
            raise invalid("界限必须是两个数", "statistics.bounds", "请填写例如 [0, 100]")
        edges = _increasing(self.bounds, "statistics.bounds")
        object.__setattr__(self, "bounds", edges)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read."""
        return (*self.by, self.of)

    def document(self) -> dict[str, Any]:
        """Return the part of the plan's document."""
        asked = {"kind": "mean", "of": self.of, "bounds": list(self.bounds)}
        return asked | _noise_document(self.by, self.noise)


@dataclass(frozen=True, slots=True)
class NoisyHistogram:
    """How many numbers of `of` lie in each interval [e0, e1), …, [en-1, en]; the rest is 其他."""

    kind: ClassVar = "histogram"
    of: str
    edges: tuple[float, ...]
    noise: Noise

    def __post_init__(self) -> None:
        if not 2 <= len(self.edges) <= MOST_CELLS:  # noqa: PLR2004  one interval at least
            raise invalid("分段至少需要两个边界", "statistics.edges", "请填写例如 [0, 60, 100]")
        object.__setattr__(self, "edges", _increasing(self.edges, "statistics.edges"))

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read."""
        return (self.of,)

    @property
    def labels(self) -> list[str]:
        """The intervals in words, and 其他."""
        pairs = list(itertools.pairwise(map(_in_words, self.edges)))
        closed = ["]" if i == len(pairs) - 1 else ")" for i in range(len(pairs))]
        return [*(f"[{a}, {b}{end}" for (a, b), end in zip(pairs, closed, strict=True)), OTHER]

    def document(self) -> dict[str, Any]:
        """Return the part of the plan's document."""
        return {
            "kind": "histogram", "of": self.of, "edges": list(self.edges),
            "epsilon": as_number(self.noise.nano),
        }  # fmt: skip


Noisy = NoisyCount | NoisyRate | NoisyMean | NoisyHistogram
"""A statistic that takes ε from a budget."""


def total_epsilon(statistics: Iterable[object]) -> int:
    """Return what all noisy ones take together, in billionths (sequential composition)."""
    return sum(one.noise.nano for one in statistics if isinstance(one, Noisy))


def _check_categories(by: tuple[str, ...], of: str, noise: Noise) -> None:
    check_by(by, of, most=MOST_COLUMNS)
    if set(noise.values) != set(by):
        raise invalid(
            "含噪统计必须为每个分组字段写明全部取值", "statistics.values", "请逐一列出取值"
        )
    if math.prod(len(values) + 1 for values in noise.values.values()) > MOST_CELLS:
        raise invalid(
            f"统计的格子超过上限 {MOST_CELLS}", "statistics.values", "请改用更粗的泛化层级"
        )


def _noise_document(by: tuple[str, ...], noise: Noise) -> dict[str, Any]:
    return {
        "by": list(by), "epsilon": as_number(noise.nano),
        "values": {name: list(values) for name, values in noise.values.items()},
    }  # fmt: skip


def _increasing(numbers: tuple[object, ...], place: str) -> tuple[float, ...]:
    for one in numbers:
        if isinstance(one, bool) or not isinstance(one, int | float) or not _fits(one):
            raise invalid("界限与边界必须是有限的数", place, "请填写数字")
    edges = tuple(float(one) for one in numbers if isinstance(one, int | float))
    if any(low >= high for low, high in itertools.pairwise(edges)):
        raise invalid("界限与边界必须从小到大", place, "请按从小到大的顺序填写")
    return edges


def _in_words(edge: float) -> str:
    return str(int(edge)) if edge.is_integer() else repr(edge)


def _fits(number: float) -> bool:
    """Tell whether sums of such numbers stay exact enough: finite and below 10^12."""
    return math.isfinite(number) and abs(number) <= 1e12  # noqa: PLR2004  stated in the line above
