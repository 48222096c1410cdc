"""What must hold for a whole table? Part of a plan."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from kernel.errors import InvalidError

LEAST_K: Final = 2
LARGEST_K: Final = 1_000_000


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


@dataclass(frozen=True, slots=True)
class Closeness:
    """A class's distribution lies within `t` (earth mover's distance, 0 to 1) of the table's."""

    t: float
    distance: Distance = Distance.EQUAL


@dataclass(frozen=True, slots=True)
class Presence:
    """δ-presence: class size / class size in the population is between `least` and `most`."""

    least: float
    most: float


@dataclass(frozen=True, slots=True)
class TableModel:
    """k-anonymity: every released row shares its quasi-identifiers with k − 1 others.

    Rows that do not are left out, at most `suppression_limit` (a share, 0 to 1) of all rows.
    `sensitive` names what an attacker would learn; it is not grouped by.
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
        if set(self.quasi_identifiers) & set(self.sensitive):
            raise _invalid(
                "同一字段不能既是准标识符又是敏感属性", "table.sensitive", "请只保留一处"
            )


def _names(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return _is_int(value) or (isinstance(value, float) and math.isfinite(value))


def _invalid(message: str, field: str, remedy: str) -> InvalidError:
    return InvalidError(message, field=field, rule="脱敏方案格式", remedy=remedy)
