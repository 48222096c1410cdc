"""Which risk is accepted, and who says so? Settings with a source and an owner, no quotations.

GB/T 42460-2023 leaves the accepted risk to the assessor. The defaults follow common practice: data
that anyone may read in classes of 20, a named recipient 10, a closed room 5.
"""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from kernel.errors import InvalidError

SOURCE: Final = "通行做法：公开发布 k≥20、受控共享 k≥10、领地共享 k≥5；GB/T 42460-2023 由评估者确定"
_TOLERANCE: Final = 1e-9
"""Above the rounding of reported figures: a class of exactly 1 / value rows is accepted."""
OWNER: Final = "学籍数据安全负责人"


class Context(StrEnum):
    """Who will hold the data (GB/T 37964-2019, sharing models)."""

    PUBLIC = "public"
    CONTROLLED = "controlled"
    ENCLAVE = "enclave"


class Measure(StrEnum):
    """Which figure is held against the threshold."""

    PROSECUTOR_MAX = "prosecutor_max"
    PROSECUTOR_AVERAGE = "prosecutor_average"
    JOURNALIST_MAX = "journalist_max"
    MARKETER = "marketer"


@dataclass(frozen=True, slots=True)
class Threshold:
    """The largest accepted value (over 0, at most 1) of one figure, with source and owner."""

    value: float
    measure: Measure = Measure.PROSECUTOR_MAX
    source: str = SOURCE
    owner: str = OWNER

    def __post_init__(self) -> None:
        object.__setattr__(self, "measure", Measure(self.measure))
        if not 0 < self.value <= 1:
            raise InvalidError(
                "可接受的重标识风险必须大于 0、不大于 1", field="threshold",
                rule="GB/T 42460-2023", remedy="请填写概率，例如 0.1",
            )  # fmt: skip
        if not self.source or not self.owner:
            raise InvalidError(
                "可接受的重标识风险必须写明来源和负责人", field="threshold",
                rule="GB/T 42460-2023", remedy="请填写 source 和 owner",
            )  # fmt: skip

    def accepts(self, risk: float) -> bool:
        """Tell whether the risk is at most the accepted one."""
        return risk <= self.value + _TOLERANCE


DEFAULTS: Final = MappingProxyType({
    Context.PUBLIC: Threshold(1 / 20), Context.CONTROLLED: Threshold(1 / 10),
    Context.ENCLAVE: Threshold(1 / 5),
})  # fmt: skip
