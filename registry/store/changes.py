"""How does a pupil's 学籍 change: one conditional statement, one event."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kernel.ids import AccountId, StudentId
from registry.store.tables import event, student


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one column from the value that was seen to a new one."""

    id: str
    student_id: StudentId
    column: str
    before: str
    after: str
    reason: str
    account_id: AccountId
    at: datetime


def apply(connection: Connection, change: Change) -> bool:
    """Make the change and append its event; False, and nothing done, if the value is no longer
    the one that was seen.
    """  # noqa: D205  one promise
    column = student.c[change.column]
    done = connection.execute(
        student.update()
        .where(student.c.id == change.student_id, column == change.before)
        .values({change.column: change.after, "updated_at": change.at})
    )
    if done.rowcount != 1:
        return False
    connection.execute(
        event.insert().values(
            id=change.id,
            student_id=change.student_id,
            kind=change.column,
            before=change.before,
            after=change.after,
            reason=change.reason,
            account_id=change.account_id,
            at=change.at,
        )
    )
    return True


def events(student_id: StudentId) -> sa.Select[tuple[str, str, str, str, datetime]]:
    """Select a pupil's events, the oldest first."""
    return (
        sa.select(event.c.kind, event.c.before, event.c.after, event.c.reason, event.c.at)
        .where(event.c.student_id == student_id)
        .order_by(event.c.at, event.c.id)
    )
