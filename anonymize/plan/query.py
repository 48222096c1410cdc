"""Which statistics may be asked where the few are hidden: counts, rates, means. Parts of a plan."""

from dataclasses import dataclass
from typing import Any, ClassVar, Final

from kernel.errors import InvalidError

LEAST_THRESHOLD: Final = 3
MOST_COLUMNS: Final = 2
TOTAL: Final = "合计"
REST: Final = "其余"


@dataclass(frozen=True, slots=True)
class Count:
    """How many pupils there are by one or two columns; cells under `threshold` are not told."""

    kind: ClassVar = "count"
    by: tuple[str, ...]
    threshold: int

    def __post_init__(self) -> None:
        if not 1 <= len(self.by) <= MOST_COLUMNS or len(set(self.by)) != len(self.by):
            raise invalid("统计必须按一个或两个不同的字段", "statistics.by", "请拆成几个统计")
        _check_threshold(self.threshold)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read."""
        return self.by

    def document(self) -> dict[str, Any]:
        """Return the part of the plan's document."""
        return {"kind": "count", "by": list(self.by), "threshold": self.threshold}


@dataclass(frozen=True, slots=True)
class Rate:
    """The share of pupils whose `of` reads `value`, by one column or in all.

    Whoever has no value counts as not having this one. Told where both the pupils with the value
    and those without are at least `threshold`, and nobody can recompute what is not told.
    """

    kind: ClassVar = "rate"
    of: str
    value: str
    by: tuple[str, ...]
    threshold: int

    def __post_init__(self) -> None:
        check_by(self.by, self.of, most=1)
        check_value(self.value)
        _check_threshold(self.threshold)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read."""
        return (*self.by, self.of)

    def document(self) -> dict[str, Any]:
        """Return the part of the plan's document."""
        return {
            "kind": "rate", "of": self.of, "value": self.value, "by": list(self.by),
            "threshold": self.threshold,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of the numbers of `of`, by one column or in all.

    Told where at least `threshold` pupils have a number, no pupil dominates (p % rule) and the
    numbers are not all the same.
    """

    kind: ClassVar = "mean"
    of: str
    by: tuple[str, ...]
    threshold: int

    def __post_init__(self) -> None:
        check_by(self.by, self.of, most=1)
        _check_threshold(self.threshold)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read."""
        return (*self.by, self.of)

    def document(self) -> dict[str, Any]:
        """Return the part of the plan's document."""
        return {
            "kind": "mean", "of": self.of, "by": list(self.by), "threshold": self.threshold,
        }  # fmt: skip


Protected = Count | Rate | Mean
"""A statistic that is exact where it is told, and hides the few."""


def check_by(by: tuple[str, ...], of: str, *, most: int) -> None:
    """Raise InvalidError unless `by` names at most so many different columns, none of them `of`."""
    if len(by) > most or len(set(by)) != len(by):
        raise invalid(f"该统计最多按 {most} 个不同的字段", "statistics.by", "请拆成几个统计")
    if of in by:
        raise invalid(f"“{of}”不能既被统计又作分组", "statistics.of", "请改选分组字段")


def check_value(value: object) -> None:
    """Raise InvalidError unless this is a value whose share can be asked."""
    if not isinstance(value, str) or not value.strip() or value in (TOTAL, REST):
        raise invalid(
            f"比例必须写明一个取值（不得是“{TOTAL}”“{REST}”）", "statistics.value", "请填写取值"
        )


def invalid(message: str, field: str, remedy: str) -> InvalidError:
    """Return the refusal of a statistic of a plan."""
    return InvalidError(message, field=field, rule="脱敏方案格式", remedy=remedy)


def _check_threshold(threshold: object) -> None:
    is_int = isinstance(threshold, int) and not isinstance(threshold, bool)
    if not is_int or threshold < LEAST_THRESHOLD:  # type: ignore[operator]  # an int by now
        raise invalid(
            f"小格阈值不得小于 {LEAST_THRESHOLD}", "statistics.threshold", "请按政策填写阈值"
        )
