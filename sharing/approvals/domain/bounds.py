"""Which bounds may an approver sign, given what the preview measured?"""

from kernel.errors import Problem
from sharing.requests.domain.scope import Bounds, Delivery, Scope

TABLES = frozenset({Delivery.FILE, Delivery.COUNTS})
LARGEST_K = 1_000_000
RULE = "签署的界限约束每一次提供"


def proposed(scope: Scope, *, policy_k: int) -> Bounds:
    """Return the bounds that policy and scope suggest; without a table, one row at a time."""
    if TABLES.isdisjoint(scope.deliveries):
        return Bounds(most_rows=scope.quota.rows, least_k=1, highest_risk=1.0)
    return Bounds(most_rows=scope.quota.rows, least_k=policy_k, highest_risk=round(1 / policy_k, 4))


def problems(
    bounds: Bounds, scope: Scope, *, policy_k: int, k: int | None, risk: float | None
) -> tuple[Problem, ...]:
    """Return why these bounds cannot be signed: looser than policy, or already broken."""
    least = proposed(scope, policy_k=policy_k)
    checks = (
        (
            not 1 <= bounds.most_rows <= scope.quota.rows, "most_rows",
            f"行数上限应在 1 与申请的 {scope.quota.rows} 行之间",
        ),
        (bounds.least_k < least.least_k, "least_k", f"最小组不得小于政策要求的 {least.least_k}"),
        (bounds.least_k > LARGEST_K, "least_k", "最小组过大"),
        (not 0 < bounds.highest_risk <= 1, "highest_risk", "最高风险应大于 0、不超过 1"),
        (
            k is not None and k < bounds.least_k, "least_k",
            f"预览实测最小组为 {k}，低于所填界限，提供时会被拒绝",
        ),
        (
            risk is not None and risk > bounds.highest_risk, "highest_risk",
            f"预览实测风险为 {risk}，高于所填界限，提供时会被拒绝",
        ),
    )  # fmt: skip
    return tuple(
        Problem(message, name, RULE, "请更正，或者退回申请人缩小范围")
        for holds, name, message in checks
        if holds
    )
