"""How are attempts counted so that parallel guesses cannot all slip through?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from identity.accounts.domain import limits
from identity.accounts.domain.limits import Limit, Tally
from identity.accounts.store.tables import attempt

Keyed = Mapping[bytes, Limit]


def tallies(keys: Keyed) -> sa.Select[Any]:
    """Select what was counted under the keys."""
    return sa.select(attempt).where(attempt.c.tally_key.in_(list(keys)))


def locked_until(rows: Any, now: datetime) -> datetime | None:  # noqa: ANN401  result rows
    """Return until when nothing is evaluated, if any of the tallies is locked."""
    locks = [row.locked_until for row in rows if row.locked_until and now < row.locked_until]
    return max(locks, default=None)


def count(connection: Connection, keys: Keyed, now: datetime) -> datetime | None:
    """Count one attempt under every key, or return until when it is locked (then nothing counts).

    Keys are taken in one order, and each tally row is held until the commit (SQLite: the one
    writer), so of any number of parallel attempts only the permitted ones pass.
    """
    held = {key: _held(connection, key, now) for key in sorted(keys)}
    locks = [t.locked_until for t in held.values() if t.locked_until and t.is_locked(now)]
    if locks:
        return max(locks)
    for key, tally in held.items():
        _store(connection, key, limits.count(tally, keys[key], now))
    return None


def give_back(connection: Connection, keys: Keyed, now: datetime) -> None:
    """Take the attempt that turned out right off every tally."""
    for key in sorted(keys):
        _store(connection, key, limits.give_back(_held(connection, key, now), keys[key]))


def forget(connection: Connection, key: bytes) -> None:
    """Forget what was counted under a key."""
    connection.execute(attempt.delete().where(attempt.c.tally_key == key))


def forget_before(connection: Connection, before: datetime) -> int:
    """Delete tallies begun before that time; return how many."""
    return connection.execute(attempt.delete().where(attempt.c.since < before)).rowcount


def _held(connection: Connection, key: bytes, now: datetime) -> Tally:
    """Return the tally, its row locked against other workers until the commit."""
    row = _select(connection, key)
    if row is None:
        try:
            with connection.begin_nested():
                connection.execute(attempt.insert().values(tally_key=key, tried=0, since=now))
        except sa.exc.IntegrityError:  # another worker was first: its row is there now
            row = _select(connection, key)
    return Tally(0, now) if row is None else Tally(row.tried, row.since, row.locked_until)


def _select(connection: Connection, key: bytes) -> sa.Row[Any] | None:
    return connection.execute(
        sa.select(attempt).where(attempt.c.tally_key == key).with_for_update()
    ).one_or_none()


def _store(connection: Connection, key: bytes, tally: Tally) -> None:
    connection.execute(
        attempt.update()
        .where(attempt.c.tally_key == key)
        .values(tried=tally.count, since=tally.since, locked_until=tally.locked_until)
    )
