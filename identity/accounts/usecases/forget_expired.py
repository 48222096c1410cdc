"""Delete what has ended: sessions, counts of attempts, devices not seen for a year."""

from datetime import timedelta

from sqlalchemy.engine import Connection

from identity.accounts.store import attempts, sessions
from identity.accounts.usecases.services import AccountServices

DEVICE_LIFE = timedelta(days=365)
COUNT_LIFE = timedelta(days=1)


async def forget_expired(services: AccountServices) -> int:
    """Return how many rows were deleted (a timer runs it). What still counts is never touched."""
    now, rules = services.runtime.clock(), services.policy.sessions
    longest = max(rules.administrator.absolute, rules.staff.absolute, rules.pupil.absolute)

    def job(connection: Connection) -> int:
        counts = attempts.forget_before(connection, now - COUNT_LIFE)
        return counts + sessions.forget_unused(
            connection, begun=now - longest, devices_used=now - DEVICE_LIFE
        )

    return await services.runtime.database.write(job)
