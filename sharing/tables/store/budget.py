"""How is a privacy budget spent, once and before the answer, and the first answer kept?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kernel.canonical import canonical_bytes
from kernel.envelope import SUITE, Keyring
from kernel.ids import RecipientId
from sharing.requests.store.insert import insert_new
from sharing.tables.domain.budget import Cost, Question
from sharing.tables.store.budget_tables import budget, budget_spending, noisy_answer

TABLE = "sharing_noisy_answer"
CLAIM = timedelta(minutes=10)
"""So long an answer may take to be drawn (a child process is ended after five)."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The row that says what was taken, and when."""

    id: str
    question: Question
    nano: int
    at: datetime


def take(connection: Connection, taken: Taken, limit: int) -> bool:
    """Take ε from the budget of recipient and population; False, and nothing taken, if too little.

    One conditional statement decides; whoever comes second waits for it on the row.
    """
    question = taken.question
    whose = {"recipient_id": question.recipient_id, "population": question.population}
    insert_new(connection, budget, [whose | {"spent": 0}])
    done = connection.execute(
        budget.update()
        .where(
            _of(question.recipient_id, question.population), budget.c.spent <= limit - taken.nano
        )
        .values(spent=budget.c.spent + taken.nano)
    )
    if done.rowcount != 1:
        return False
    row = {
        "id": taken.id, "data_request_id": question.data_request_id, "nano": taken.nano,
        "plan_digest": question.plan_digest, "at": taken.at,
    }  # fmt: skip
    connection.execute(budget_spending.insert().values(**whose, **row))
    return True


def spent(recipient_id: RecipientId, population: str) -> sa.Select[Any]:
    """Select how much is used, in billionths of ε (no row: nothing)."""
    return sa.select(budget.c.spent).where(_of(recipient_id, population))


def spent_now(connection: Connection, question: Question) -> int:
    """Return how much is used, inside a write job."""
    found = connection.scalar(spent(question.recipient_id, question.population))
    return int(found or 0)


def remaining(cost: Cost, used: int) -> int:
    """Return what is left of a budget; below 0 where the limit was lowered since."""
    return cost.limit - used


def claim(connection: Connection, tag: bytes, now: datetime) -> bool:
    """Claim the right to draw the answer; False if it is drawn, or somebody is drawing it now.

    A claim whose holder died is taken over after ten minutes.
    """
    values = {"tag": tag, "claimed_at": now}
    try:
        with connection.begin_nested():
            connection.execute(noisy_answer.insert().values(**values))
    except sa.exc.IntegrityError:
        taken_over = connection.execute(
            noisy_answer.update()
            .where(
                noisy_answer.c.tag == tag,
                noisy_answer.c.sealed.is_(None),
                noisy_answer.c.claimed_at <= now - CLAIM,
            )
            .values(claimed_at=now)
        )
        return taken_over.rowcount == 1
    return True


def keep(connection: Connection, keyring: Keyring, tag: bytes, answer: dict[str, Any]) -> bool:
    """Keep the answer under its question's tag; False if another one was kept first."""
    sealed = keyring.seal(canonical_bytes(answer), table=TABLE, column="sealed", row=tag.hex())
    kept = connection.execute(
        noisy_answer.update()
        .where(noisy_answer.c.tag == tag, noisy_answer.c.sealed.is_(None))
        .values(suite=SUITE, sealed=sealed)
    )
    return kept.rowcount == 1


def answer_of(tag: bytes) -> sa.Select[Any]:
    """Select the kept answer of a question, still sealed."""
    return sa.select(noisy_answer.c.sealed).where(
        noisy_answer.c.tag == tag, noisy_answer.c.sealed.is_not(None)
    )


def opened(keyring: Keyring, tag: bytes, sealed: bytes) -> bytes:
    """Return the answer's JSON; raises KeyUnavailableError if it is not what was sealed here."""
    return keyring.open(sealed, table=TABLE, column="sealed", row=tag.hex())


def _of(recipient_id: RecipientId, population: str) -> sa.ColumnElement[bool]:
    return sa.and_(budget.c.recipient_id == recipient_id, budget.c.population == population)
