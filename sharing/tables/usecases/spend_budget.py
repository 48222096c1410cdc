"""Spend a privacy budget before an answer with noise is drawn, and answer the same only once.

Write-ahead: what is taken is durable before anything is drawn, and is never given back, whatever
fails afterwards. Averaging does not help: the same question gets the first answer again.
"""

from typing import Any

import orjson
from sqlalchemy.engine import Connection

from kernel.errors import UnavailableError
from kernel.ids import RecipientId, new_id
from kernel.runtime import Runtime
from sharing.tables.domain.budget import BudgetSpentError, Cost, Question
from sharing.tables.store import budget
from sharing.tables.store.budget import Taken

Answer = dict[str, Any]


async def spend_budget(runtime: Runtime, question: Question, cost: Cost) -> Answer | None:
    """Return the answer already given to this question, or None: the budget is then taken.

    After None the caller draws one answer and hands it to `keep_answer`. Raises BudgetSpentError
    with what remains, and UnavailableError while the same question is being answered; nothing was
    taken then.
    """
    tag, now = _tag(runtime, question), runtime.clock()
    taken = Taken(new_id("eps", runtime.entropy), question, cost.nano, now)
    if (known := await kept_answer(runtime, question)) is not None:
        return known

    def job(connection: Connection) -> None:
        if not budget.claim(connection, tag, now):
            raise _busy()
        if not budget.take(connection, taken, cost.limit):
            used = budget.spent_now(connection, question)
            raise BudgetSpentError.of_remaining(cost, budget.remaining(cost, used))

    try:
        await runtime.database.write(job)
    except UnavailableError:
        # Perhaps the other one has just finished.
        known = await kept_answer(runtime, question)
        if known is None:
            raise
        return known
    return None


async def keep_answer(runtime: Runtime, question: Question, answer: Answer) -> Answer:
    """Return the answer that stands for the question: this one, or one that was kept before."""
    tag = _tag(runtime, question)
    first = await runtime.database.write(
        lambda connection: budget.keep(connection, runtime.keyring, tag, answer)
    )
    known = None if first else await kept_answer(runtime, question)
    return answer if known is None else known


async def kept_answer(runtime: Runtime, question: Question) -> Answer | None:
    """Return the answer given before, or None."""
    tag = _tag(runtime, question)
    rows = await runtime.database.read(budget.answer_of(tag))
    if not rows:
        return None
    answer: Answer = orjson.loads(budget.opened(runtime.keyring, tag, rows[0].sealed))
    return answer


async def remaining_budget(
    runtime: Runtime, recipient_id: RecipientId, population: str, limit: int
) -> int:
    """Return what a recipient may still be told of a population, in billionths of ε.

    Below 0 where the limit was lowered since.
    """
    rows = await runtime.database.read(budget.spent(recipient_id, population))
    return limit - (rows[0].spent if rows else 0)


def _tag(runtime: Runtime, question: Question) -> bytes:
    return runtime.keyring.index("noisy answer", question.text)


def _busy() -> UnavailableError:
    return UnavailableError(
        "同一问题正在计算，没有扣除预算", rule="同一问题只答一次", remedy="请稍后再取，答案相同"
    )
