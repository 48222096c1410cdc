"""The two awaitable calls, on SQLite: group commit, savepoints, unknown outcomes."""

import asyncio

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kernel.database import Database, sqlite_engine
from kernel.envelope import data_key
from kernel.errors import UnavailableError


def _insert(name: str) -> "sa.Insert":
    return data_key.insert().values(id=name, suite="intl-1", wrapped=b"x")


async def _names(database: Database) -> list[str]:
    return [row.id for row in await database.read(sa.select(data_key.c.id).order_by(data_key.c.id))]


def test_a_read_after_an_acknowledged_write_sees_it(database: Database) -> None:
    async def story() -> list[str]:
        await database.write(lambda c: c.execute(_insert("a")).rowcount)
        return await _names(database)

    assert asyncio.run(story()) == ["a"]


def test_a_job_that_raises_writes_nothing_and_spares_its_neighbours(database: Database) -> None:
    def bad(connection: Connection) -> None:
        connection.execute(_insert("bad"))
        raise ValueError("no")

    async def story() -> list[str]:
        results = await asyncio.gather(
            database.write(lambda c: c.execute(_insert("a")).rowcount),
            database.write(bad),
            database.write(lambda c: c.execute(_insert("b")).rowcount),
            return_exceptions=True,
        )
        assert [type(result) for result in results] == [int, ValueError, int]
        return await _names(database)

    assert asyncio.run(story()) == ["a", "b"]


def test_of_fifty_conditional_updates_exactly_one_wins(database: Database) -> None:
    def spend(connection: Connection) -> int:
        return connection.execute(
            data_key.update().where(data_key.c.suite == "intl-1").values(suite="spent")
        ).rowcount

    async def story() -> list[int]:
        await database.write(lambda c: c.execute(_insert("a")).rowcount)
        return await asyncio.gather(*(database.write(spend) for _ in range(50)))

    assert sorted(asyncio.run(story())) == [0] * 49 + [1]


def test_after_close_writes_are_refused(database: Database) -> None:
    database.close()
    with pytest.raises(UnavailableError):
        asyncio.run(database.write(lambda c: c.execute(_insert("a")).rowcount))


def test_a_connection_that_is_not_durable_is_refused() -> None:
    engine = sqlite_engine("sqlite://")  # a database in memory has no write-ahead log
    with pytest.raises(RuntimeError, match="journal_mode"):
        engine.connect()
