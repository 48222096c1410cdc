"""How do signing keys come to life and follow one another?"""

import asyncio
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from identity.provider.domain.config import Lifetimes
from identity.provider.domain.keys import ALGORITHMS, KeyState, NewKey, StoredKey, generate
from identity.provider.store import keys
from kernel.errors import ConflictError
from kernel.runtime import Runtime

STEPS = ((KeyState.ACTIVE, KeyState.RETIRING), (KeyState.NEXT, KeyState.ACTIVE))


async def ensure_keys(runtime: Runtime) -> None:
    """Make an active and a next key for each algorithm that lacks one; called at start.

    Two processes that start at once agree on one key each: the database refuses the second.
    """
    wanted = (KeyState.ACTIVE, KeyState.NEXT)
    there = {(key.algorithm, key.state) for key in await _published(runtime)}
    missing = [(a, s) for a in ALGORITHMS for s in wanted if (a, s) not in there]
    if not missing:
        return
    made = [(await asyncio.to_thread(generate, algorithm), state) for algorithm, state in missing]
    now = runtime.clock()

    def job(connection: Connection) -> None:
        for key, state in made:
            keys.add(connection, runtime.keyring, key, state, now)

    await runtime.database.write(job)


async def rotate_keys(runtime: Runtime, lifetimes: Lifetimes | None = None) -> tuple[str, ...]:
    """Let the next keys sign, publish new next ones, and retire what has been replaced for long.

    Returns the key ids that sign from now on. Raises ConflictError if another rotation was
    faster: then nothing has changed. A running server follows within a second.
    """
    overlap = (lifetimes or Lifetimes()).retiring
    found = await _published(runtime)
    fresh = [await asyncio.to_thread(generate, algorithm) for algorithm in ALGORITHMS]
    now = runtime.clock()

    def job(connection: Connection) -> tuple[str, ...]:
        _retire(connection, found, now, overlap)
        for old, new in STEPS:
            for key in found:
                if key.state is old and not keys.move(connection, key.kid, old, new, now):
                    raise ConflictError("密钥刚刚轮换过", remedy="请查看当前密钥后再决定")
        _publish(connection, runtime, fresh, now)
        return tuple(key.kid for key in found if key.state is KeyState.NEXT)

    return await runtime.database.write(job)


def _retire(
    connection: Connection, found: list[StoredKey], now: datetime, overlap: timedelta
) -> None:
    for key in found:
        if key.state is KeyState.RETIRING and now - key.changed_at >= overlap:
            keys.move(connection, key.kid, KeyState.RETIRING, KeyState.RETIRED, now)


def _publish(connection: Connection, runtime: Runtime, fresh: list[NewKey], now: datetime) -> None:
    for key in fresh:
        if not keys.add(connection, runtime.keyring, key, KeyState.NEXT, now):
            raise ConflictError("密钥刚刚轮换过", remedy="请查看当前密钥后再决定")


async def _published(runtime: Runtime) -> list[StoredKey]:
    return [keys.key_of(row) for row in await runtime.database.read(keys.select_published())]
