"""Which grade of GB/T 42460-2023 does a release have? 1 (names persons) to 4 (aggregates only)."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from anonymize.plan.plan import Plan, is_direct
from anonymize.plan.treatment import Kind
from anonymize.risk.thresholds import Threshold

STANDARD: Final = "GB/T 42460-2023"
TEXTS: Final = MappingProxyType({
    1: "能直接识别个人", 2: "去除了直接标识符，仍可能借准标识符重新识别",
    3: "去除了直接标识符，重标识风险可以接受", 4: "不含个人的聚合数据",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Grade:
    """The grade and why it is not a better one, in Chinese."""

    number: int
    reasons: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What the grade means."""
        return TEXTS[self.number]


def grade(plan: Plan, risk: float | None, threshold: Threshold) -> Grade:
    """Return the grade of a release under the plan with that measured risk (None: not measured).

    A direct identifier that is masked or shifted leaves a trace that no figure here covers, and so
    does a column outside the table's model: grade 3 needs neither. A keyed pseudonym tells nothing
    but that it is one person, and is allowed.
    """
    if plan.statistics and plan.table is None:
        return Grade(4)
    raw = [n for n in plan.emitted if plan.fields[n].kind is Kind.KEEP and is_direct(plan, n)]
    if raw:
        return Grade(1, tuple(f"“{name}”原样提供" for name in raw))
    reasons = [*_uncovered(plan)]
    if risk is None:
        reasons.append("没有表模型，风险未测量")
    elif not threshold.accepts(risk):
        reasons.append(f"实测风险 {risk:.4f} 超过可接受的 {threshold.value:.4f}")
    return Grade(2, tuple(reasons)) if reasons else Grade(3)


def _uncovered(plan: Plan) -> list[str]:
    model = plan.table
    covered = {*model.quasi_identifiers, *model.sensitive} if model else set()
    return [
        f"“{name}”未纳入表模型"
        for name in plan.emitted
        if name not in covered and plan.fields[name].kind is not Kind.PSEUDONYM
    ]
