"""What must hold for a whole table? Part of a plan."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from kernel.errors import InvalidError, Problem

LEAST_K: Final = 2
LARGEST_K: Final = 1_000_000
LEAST_L: Final = 2
LEAST_WEIGHT: Final = 0.001


class Algorithm(StrEnum):
    """How the forms of a table's quasi-identifiers are found (docs/adr/0005-plan-version-2.md)."""

    FIXED = "fixed"
    OPTIMAL = "optimal"
    MONDRIAN = "mondrian"
    BEST = "best"


class DiversityKind(StrEnum):
    """Which l-diversity (Machanavajjhala et al. 2007)."""

    DISTINCT = "distinct"
    ENTROPY = "entropy"
    RECURSIVE = "recursive"


class Distance(StrEnum):
    """The ground distance of t-closeness (Li et al. 2007)."""

    EQUAL = "equal"
    ORDERED = "ordered"
    HIERARCHICAL = "hierarchical"


@dataclass(frozen=True, slots=True)
class Diversity:
    """Each class holds at least `l` well-represented values of each sensitive column.

    `distinct`: l different ones. `entropy`: entropy ≥ ln l. `recursive`: r1 < c · (rl + … + rm).
    """

    kind: DiversityKind
    l: float  # noqa: E741  the literature's name
    c: float = 0.0

    def __post_init__(self) -> None:
        if not isinstance(self.kind, DiversityKind):
            raise _invalid("l 的种类不认识", "table.l.kind", _one_of(DiversityKind))
        whole = self.kind is not DiversityKind.ENTROPY
        least = LEAST_L if whole else 1
        if not (_is_int if whole else _is_number)(self.l) or not least <= self.l <= LARGEST_K:
            raise _invalid(
                "l 必须是不小于 2 的整数（entropy 可为大于 1 的数）", "table.l.l", "请填写 l"
            )
        if self.kind is DiversityKind.ENTROPY and self.l == 1:
            raise _invalid("entropy 的 l 必须大于 1", "table.l.l", "l 为 1 时什么也不保证")
        recursive = self.kind is DiversityKind.RECURSIVE
        if not _is_number(self.c) or (self.c > 0) is not recursive or self.c < 0:
            raise _invalid("recursive 必须有大于 0 的 c，其他种类没有 c", "table.l.c", "请填写 c")
        object.__setattr__(self, "c", float(self.c))


@dataclass(frozen=True, slots=True)
class Closeness:
    """A class's distribution lies within `t` (earth mover's distance, 0 to 1) of the table's.

    `order` gives, for the ordered distance, a sensitive column's values from first to last.
    """

    t: float
    distance: Distance = Distance.EQUAL
    order: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if not _is_number(self.t) or not 0 <= self.t < 1:
            raise _invalid("t 必须不小于 0 且小于 1", "table.t.t", "请填写 t，例如 0.3")
        if not isinstance(self.distance, Distance):
            raise _invalid("t 的距离不认识", "table.t.distance", _one_of(Distance))
        order = {name: tuple(values) for name, values in sorted(self.order.items())}
        if order and self.distance is not Distance.ORDERED:
            raise _invalid("只有 ordered 距离可给出次序", "table.t.order", "请去掉 order")
        for name, values in order.items():
            if len(set(values)) != len(values) or not values:
                raise _invalid(f"“{name}”的次序为空或有重复的值", "table.t.order", "每个值只写一次")
        object.__setattr__(self, "t", float(self.t))
        object.__setattr__(self, "order", MappingProxyType(order))


@dataclass(frozen=True, slots=True)
class Presence:
    """δ-presence: class size / class size in the population is between `least` and `most`."""

    least: float
    most: float

    def __post_init__(self) -> None:
        numbers = _is_number(self.least) and _is_number(self.most)
        if not numbers or not 0 <= self.least <= self.most <= 1 or not self.most:
            raise _invalid(
                "δ 必须满足 0 ≤ least ≤ most ≤ 1，且 most 大于 0", "table.delta_presence", "请改正"
            )
        object.__setattr__(self, "least", float(self.least))
        object.__setattr__(self, "most", float(self.most))


@dataclass(frozen=True, slots=True)
class TableModel:
    """k-anonymity: every released row shares its quasi-identifiers with k − 1 others.

    Rows that do not are left out, at most `suppression_limit` (a share, 0 to 1) of all rows.
    `sensitive` names what an attacker would learn; it is not grouped by. All that is demanded
    holds for the same classes; a row of a class that fails any part is left out.
    """

    k: int
    quasi_identifiers: tuple[str, ...]
    sensitive: tuple[str, ...] = ()
    suppression_limit: float = 0.0
    algorithm: Algorithm = Algorithm.FIXED
    diversity: Diversity | None = None
    closeness: Closeness | None = None
    presence: Presence | None = None
    k_map: int | None = None
    weights: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if not _is_int(self.k) or not LEAST_K <= self.k <= LARGEST_K:
            raise _invalid("k 必须是不小于 2 的整数", "table.k", "请按政策填写 k")
        limit = self.suppression_limit
        if not _is_number(limit) or not 0 <= limit < 1:
            raise _invalid(
                "隐去行数上限必须在 0 与 1 之间",
                "table.suppression_limit",
                "请填写比例，例如 0.05",
            )
        object.__setattr__(self, "suppression_limit", float(limit))
        object.__setattr__(self, "quasi_identifiers", _names(self.quasi_identifiers))
        object.__setattr__(self, "sensitive", _names(self.sensitive))
        weights = {name: self.weights[name] for name in sorted(self.weights)}
        object.__setattr__(self, "weights", MappingProxyType(weights))
        if problems := tuple(_model_contradictions(self)):
            raise InvalidError.of(problems)

    @property
    def is_version_1(self) -> bool:
        """Whether version 1 of the plan can say it."""
        later = (self.diversity, self.closeness, self.presence, self.k_map)
        return self.algorithm is Algorithm.FIXED and not self.weights and later == (None,) * 4

    @property
    def demanded(self) -> str:
        """What is demanded of each class, in words for a refusal."""
        parts = [f"k={self.k}"]
        if self.diversity is not None:
            parts.append(f"l={self.diversity.l:g}（{self.diversity.kind}）")
        if self.closeness is not None:
            parts.append(f"t={self.closeness.t:g}（{self.closeness.distance}）")
        if self.presence is not None:
            parts.append(f"δ={self.presence.least:g}–{self.presence.most:g}")
        if self.k_map is not None:
            parts.append(f"k-map={self.k_map}")
        return "、".join(parts)

    @property
    def needs_population(self) -> bool:
        """Whether it is measured against a population table."""
        return self.presence is not None or self.k_map is not None


def _model_contradictions(model: TableModel) -> Iterator[Problem]:
    if set(model.quasi_identifiers) & set(model.sensitive):
        yield _problem("同一字段不能既是准标识符又是敏感属性", "table.sensitive", "请只保留一处")
    if not isinstance(model.algorithm, Algorithm):
        yield _problem("算法不认识", "table.algorithm", _one_of(Algorithm))
    if (model.diversity or model.closeness) and not model.sensitive:
        yield _problem("l 与 t 需要敏感属性", "table.sensitive", "请写明敏感属性，或去掉 l 与 t")
    if model.closeness and not set(model.closeness.order) <= set(model.sensitive):
        yield _problem("order 只能给敏感属性", "table.t.order", "请只写敏感属性的次序")
    if model.k_map is not None and (
        not _is_int(model.k_map) or not LEAST_K <= model.k_map <= LARGEST_K
    ):
        yield _problem("k_map 必须是不小于 2 的整数", "table.k_map", "请按政策填写 k_map")
    if model.needs_population and model.algorithm in (Algorithm.MONDRIAN, Algorithm.BEST):
        yield _problem(
            "δ-presence 与 k-map 要求各行按同一级泛化", "table.algorithm", "请用 fixed 或 optimal"
        )
    yield from _weight_contradictions(model)


def _weight_contradictions(model: TableModel) -> Iterator[Problem]:
    if model.weights and model.algorithm is Algorithm.FIXED:
        yield _problem("fixed 不作搜索，权重没有作用", "table.weights", "请去掉权重或改用 optimal")
    for name, weight in model.weights.items():
        if name not in model.quasi_identifiers:
            yield _problem(f"“{name}”不是准标识符，没有权重", "table.weights", "请去掉该权重")
        if not _is_number(weight) or not LEAST_WEIGHT <= weight <= 1 / LEAST_WEIGHT:
            yield _problem(f"“{name}”的权重不在 0.001 与 1000 之间", "table.weights", "请填写正数")


def _names(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return _is_int(value) or (isinstance(value, float) and math.isfinite(value))


def _one_of(words: type[StrEnum]) -> str:
    return f"可用：{'、'.join(words)}"


def _problem(message: str, field: str, remedy: str) -> Problem:
    return Problem(message, field, "脱敏方案格式", remedy)


def _invalid(message: str, field: str, remedy: str) -> InvalidError:
    return InvalidError.of((_problem(message, field, remedy),))
