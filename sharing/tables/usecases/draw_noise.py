"""Answer the statistics of a cohort with noise: budget first, one draw, the same answer after."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from anonymize import Plan
from anonymize.plan.epsilon import NANO, nano_epsilon
from anonymize.worker import CellFinding, Options, Row, WorkerResult, run_in_child
from kernel.errors import InvalidError
from kernel.ids import DataRequestId
from kernel.runtime import Runtime
from policies import Policy
from sharing.requests.domain.scope import Scope
from sharing.tables.domain.budget import Cost, Question
from sharing.tables.usecases.spend_budget import keep_answer, spend_budget

SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Noise:
    """What every policy that is held to allows: the least budget, the least ε a statistic."""

    budget: int
    epsilon: int
    days: int
    values: dict[str, dict[str, list[str]]]

    def statistic(self, by: Sequence[str], forms: dict[str, str]) -> dict[str, Any]:
        """Return the part of a plan that counts by these fields.

        Raises InvalidError if the policy does not list all values that a field can have.
        """
        listed = {name: self.values.get(name, {}).get(forms[name], []) for name in by}
        for name, values in listed.items():
            if not values:
                raise InvalidError(
                    f"“{name}”的形式 {forms[name]} 没有封闭的取值清单，不能作含噪统计",
                    field=name, rule="政策文件 privacy.toml 的 noise.values",
                    remedy="请去掉该字段，或者请数据安全负责人补充清单",
                )  # fmt: skip
        return {"kind": "count", "by": list(by), "epsilon": self.epsilon / NANO, "values": listed}


def noise_of(policies: Sequence[Policy], purpose: str) -> Noise | None:
    """Return how counts for this purpose get noise; None: small ones are hidden instead.

    Neither way is stricter than the other, so where the signed and the current policy differ in it
    the release is refused with InvalidError.
    """
    asked = [one.privacy.noise for one in policies if one.purpose(purpose).noise]
    noises = [noise for noise in asked if noise is not None]
    if noises and len(noises) < len(policies):
        raise InvalidError(
            "批准之后，政策改变了统计数的保护方式", field="purpose",
            rule="签署的方案与现行政策须一致", remedy="请重新申请，以现行方式批准",
        )  # fmt: skip
    if not noises:
        return None
    return Noise(
        min(nano_epsilon(one.budget) for one in noises),
        min(nano_epsilon(one.epsilon) for one in noises),
        max(one.days for one in noises),
        {
            name: {form: list(values) for form, values in forms.items()}
            for name, forms in noises[0].values.items()
        },
    )


async def draw_noise(
    runtime: Runtime,
    noise: Noise,
    question: Question,
    rows: Sequence[Row],
    plan: Plan,
) -> WorkerResult:
    """Return the answer to this question, the first one given if there is one.

    The budget is taken before the process that draws is started. Raises BudgetSpentError.
    """
    cost = Cost(plan.epsilon, noise.budget)
    known = await spend_budget(runtime, question, cost)
    if known is None:
        made = await run_in_child(rows, plan.document(), b"", options=Options(epsilon=cost.nano))
        known = await keep_answer(runtime, question, _document(made))
    return WorkerResult(
        rows=[],
        report=known["report"],
        findings=tuple(CellFinding(**finding) for finding in known["findings"]),
        statistics=tuple(known["statistics"]),
        kept=tuple(range(len(rows))),
    )


def question(
    runtime: Runtime, noise: Noise, scope: Scope, data_request_id: DataRequestId, plan: Plan
) -> Question:
    """Return what is asked.

    The registry's version is the span of days in which the answer stands: one that followed the
    data would tell that they changed.
    """
    days = int(runtime.clock().timestamp()) // SECONDS_A_DAY
    version = f"{noise.days}d:{days // noise.days}"
    return Question(scope.recipient_id, scope.cohort, plan.digest, version, data_request_id)


def _document(made: WorkerResult) -> dict[str, Any]:
    findings = [
        {"row": one.row, "field": one.field, "kind": one.kind, "score": one.score}
        for one in made.findings
    ]
    return {"report": made.report, "statistics": list(made.statistics), "findings": findings}
