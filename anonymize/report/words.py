"""How are a report's figures put into Chinese?"""

from types import MappingProxyType
from typing import Final

ALGORITHMS: Final = MappingProxyType({
    "fixed": "固定形式", "optimal": "最优全域泛化", "mondrian": "局部泛化（Mondrian）",
    "best": "两种算法中损失较小者",
})  # fmt: skip
BASES: Final = MappingProxyType({
    "population": "总体表实测", "estimate": "按抽样比例估计", "sample": "总体未知，按最坏情况",
})  # fmt: skip
MODELS: Final = MappingProxyType({
    "exact": "无需估计", "pitman": "Pitman 模型", "snb": "滑动负二项模型", "zayatz": "Zayatz 模型",
})  # fmt: skip
MEASURES: Final = MappingProxyType({
    "prosecutor_max": "检察官风险（最大）", "prosecutor_average": "检察官风险（平均）",
    "journalist_max": "记者风险（最大）", "marketer": "营销者风险",
})  # fmt: skip

READING: Final = (
    "检察官风险：攻击者知道某个学生就在表中，把一行认成他的概率，即 1 除以同组人数。",
    "记者风险：攻击者不知道他是否在表中，到总体中去找；没有总体资料时按检察官风险计。",
    "营销者风险：攻击者想认出尽量多的人，平均每行被认对的概率。",
    "损失：0 表示与原值一样细，1 表示全部失去；隐去的行计为全部失去（ADR 5 的 Loss 度量）。",
    "分布按提供的形式统计；少于阈值的取值合并列出，凡能推算出少数人的数字都不列出（—）。",
    "可接受的风险是设置，有来源和负责人，不是对标准数值的引用。",
)


def percent(value: float | None) -> str:
    """Return a share as percent with three digits, and never 0 for what is more than nothing."""
    if value is None:
        return "—"
    if 0 < value < 0.00001:  # noqa: PLR2004  below the last digit shown
        return "<0.001%"
    digits = 1 if value >= 0.1 else 2 if value >= 0.01 else 3  # noqa: PLR2004  three digits
    return f"{value * 100:.{digits}f}%" if value else "0"


def number(value: float | None) -> str:
    """Return a count with its thousands set apart, or a figure with two digits."""
    if value is None:
        return "—"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"
