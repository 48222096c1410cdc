"""How much may noisy answers about the same pupils tell one recipient in all?

ε adds up over every answer in which a pupil's data took part (sequential composition, Dwork and
Roth 2014, 3.5). A pupil belongs to many cohorts at once: the school's, the county's, the
province's. So the budget is kept for the largest population that cohorts can share, the province:
two cohorts with a pupil in common lie in one province, and draw from one budget. That disjoint
counties could each be answered at full ε (parallel composition) is not claimed.
"""

from dataclasses import dataclass

from anonymize.plan.epsilon import in_words
from kernel.canonical import digest
from kernel.errors import DeniedError
from kernel.ids import DataRequestId, RecipientId
from sharing.requests.domain.scope import Cohort

PROVINCE_DIGITS = 2
RULE = "差分隐私预算：对同一接收方、同一总体的全部含噪答案合计"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, of whom, by whom. Equal questions have one answer.

    `version` names the state of the registry that the answer stands for. It must not depend on the
    data (a date, a term): else a new answer would tell that somebody's data changed.
    """

    recipient_id: RecipientId
    cohort: Cohort
    plan_digest: str
    version: str
    data_request_id: DataRequestId

    @property
    def population(self) -> str:
        """The population whose budget is drawn from."""
        return population_of(self.cohort)

    @property
    def text(self) -> str:
        """What makes two questions equal; another data request for the same is the same."""
        cohort = self.cohort
        return digest({
            "recipient": self.recipient_id, "plan": self.plan_digest, "version": self.version,
            "cohort": [cohort.division, sorted(cohort.school_ids), sorted(cohort.grades)],
        })  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cost:
    """What an answer takes and how much may be taken in all, in billionths of ε."""

    nano: int
    limit: int


class BudgetSpentError(DeniedError):
    """The budget does not hold what the answer takes. Nothing was taken."""

    @classmethod
    def of_remaining(cls, cost: Cost, remaining: int) -> "BudgetSpentError":
        """Return the refusal with what was asked and what remains."""
        return cls(
            f"隐私预算不足：本次需要 ε={in_words(cost.nano)}，"
            f"上限 {in_words(cost.limit)}，还剩 {in_words(max(0, remaining))}",
            field="epsilon", rule=RULE,
            remedy="请减少统计项或引用已有的答案；已用的预算不退还，须由数据安全负责人调整上限",
        )  # fmt: skip


def population_of(cohort: Cohort) -> str:
    """Return the name of the population: the province of the cohort's division."""
    return f"division:{cohort.division[:PROVINCE_DIGITS]}"


def told_before(cost: Cost, remaining: int) -> str:
    """Return what an official should know of the budget before it is drawn from."""
    left = max(0, remaining)
    told = (
        f"隐私预算（该接收方在本省范围内合计，截至预览时）：上限 ε={in_words(cost.limit)}，"
        f"还剩 {in_words(left)}；首次取用扣 {in_words(cost.nano)}，同一问题再取不扣"
    )
    return told if cost.nano <= left else f"{told}。余额不足：批准了也取不到答案"
