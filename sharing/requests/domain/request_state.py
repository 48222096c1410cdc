"""Where does a data request stand, and which step may come next?

    draft ─submit→ submitted ─review→ reviewed ─approve→ approved ─revoke→ revoked
      │               │ │                │ │
      │               │ └─────return─────┴─┼──→ returned ─submit→ submitted
      │               └───────reject───────┴──→ rejected
      └── withdraw: from draft, submitted, reviewed, returned ──→ withdrawn

Expiry is never a state: it is evaluated at every release against the signed period.
"""

from enum import StrEnum

from kernel.errors import ConflictError


class State(StrEnum):
    """Where a data request stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    RETURNED = "returned"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


class Step(StrEnum):
    """What somebody does with it."""

    EDIT = "edit"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    REVIEW = "review"
    RETURN = "return"
    REJECT = "reject"
    APPROVE = "approve"
    REVOKE = "revoke"


TITLES = {
    State.DRAFT: "草稿", State.SUBMITTED: "待审核", State.REVIEWED: "待批准",
    State.APPROVED: "已批准", State.RETURNED: "退回补正", State.REJECTED: "不予批准",
    State.WITHDRAWN: "已撤回", State.REVOKED: "已撤销",
}  # fmt: skip
STEP_TITLES = {
    Step.EDIT: "修改", Step.SUBMIT: "提交", Step.WITHDRAW: "撤回", Step.REVIEW: "审核",
    Step.RETURN: "退回", Step.REJECT: "不予批准", Step.APPROVE: "批准", Step.REVOKE: "撤销",
}  # fmt: skip

TRANSITIONS: dict[tuple[State, Step], State] = {
    (State.DRAFT, Step.EDIT): State.DRAFT,
    (State.DRAFT, Step.SUBMIT): State.SUBMITTED,
    (State.DRAFT, Step.WITHDRAW): State.WITHDRAWN,
    (State.RETURNED, Step.EDIT): State.RETURNED,
    (State.RETURNED, Step.SUBMIT): State.SUBMITTED,
    (State.RETURNED, Step.WITHDRAW): State.WITHDRAWN,
    (State.SUBMITTED, Step.REVIEW): State.REVIEWED,
    (State.SUBMITTED, Step.RETURN): State.RETURNED,
    (State.SUBMITTED, Step.REJECT): State.REJECTED,
    (State.SUBMITTED, Step.WITHDRAW): State.WITHDRAWN,
    (State.REVIEWED, Step.APPROVE): State.APPROVED,
    (State.REVIEWED, Step.RETURN): State.RETURNED,
    (State.REVIEWED, Step.REJECT): State.REJECTED,
    (State.REVIEWED, Step.WITHDRAW): State.WITHDRAWN,
    (State.APPROVED, Step.REVOKE): State.REVOKED,
}
FINAL = frozenset({State.REJECTED, State.WITHDRAWN, State.REVOKED})


def after(state: State, step: Step) -> State:
    """Return the state after the step; raises ConflictError if it may not be taken from here."""
    following = TRANSITIONS.get((state, step))
    if following is None:
        raise ConflictError(
            f"申请处于“{TITLES[state]}”状态，不能{STEP_TITLES[step]}",
            field="state", rule="申请办理流程", remedy="请刷新页面，查看最新状态",
        )  # fmt: skip
    return following


def may(state: State, step: Step) -> bool:
    """Tell whether the step may be taken from here."""
    return (state, step) in TRANSITIONS
