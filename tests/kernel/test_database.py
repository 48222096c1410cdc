"""The two awaitable calls, on SQLite and PostgreSQL: what an answer promises."""

import asyncio
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kernel.database import Database, open_database, sqlite_engine
from kernel.envelope import data_key
from kernel.errors import CommitUnknownError, UnavailableError
from tests.databases import PostgresServer


def insert(name: str) -> Callable[[Connection], int]:
    statement = data_key.insert().values(id=name, suite="intl-1", wrapped=b"x")
    return lambda connection: connection.execute(statement).rowcount


async def names(database: Database) -> list[str]:
    return [row.id for row in await database.read(sa.select(data_key.c.id).order_by(data_key.c.id))]


def test_a_read_after_an_acknowledged_write_sees_it(either_database: Database) -> None:
    async def story() -> list[str]:
        await either_database.write(insert("a"))
        return await names(either_database)

    assert asyncio.run(story()) == ["a"]


def test_a_job_that_raises_writes_nothing_and_spares_its_neighbours(
    either_database: Database,
) -> None:
    def bad(connection: Connection) -> None:
        insert("bad")(connection)
        with connection.begin_nested():
            insert("worse")(connection)
        raise ValueError("no")

    async def story() -> list[str]:
        results = await asyncio.gather(
            either_database.write(insert("a")),
            either_database.write(bad),
            either_database.write(insert("b")),
            return_exceptions=True,
        )
        assert [type(result) for result in results] == [int, ValueError, int]
        return await names(either_database)

    assert asyncio.run(story()) == ["a", "b"]


def test_a_job_that_breaks_a_constraint_spares_its_neighbours(either_database: Database) -> None:
    async def story() -> list[str]:
        results = await asyncio.gather(
            *(either_database.write(insert(name)) for name in ("a", "a", "b")),
            return_exceptions=True,
        )
        assert sorted(type(result).__name__ for result in results) == [
            "IntegrityError", "int", "int",
        ]  # fmt: skip
        return await names(either_database)

    assert asyncio.run(story()) == ["a", "b"]


def test_of_fifty_conditional_updates_exactly_one_wins(either_database: Database) -> None:
    def spend(connection: Connection) -> int:
        return connection.execute(
            data_key.update().where(data_key.c.suite == "intl-1").values(suite="spent")
        ).rowcount

    async def story() -> list[int]:
        await either_database.write(insert("a"))
        return await asyncio.gather(*(either_database.write(spend) for _ in range(50)))

    assert sorted(asyncio.run(story())) == [0] * 49 + [1]


def test_of_fifty_equal_inserts_exactly_one_wins(either_database: Database) -> None:
    async def story() -> list[object]:
        rivals = (either_database.write(insert("a")) for _ in range(50))
        return await asyncio.gather(*rivals, return_exceptions=True)

    assert asyncio.run(story()).count(1) == 1


def test_what_was_spent_stays_spent_after_a_restart(either_url: str) -> None:
    for expected in (1, 0):
        database = open_database(either_url)

        def once(connection: Connection) -> int:
            found = connection.scalar(sa.select(sa.func.count()).select_from(data_key))
            return 0 if found else insert("a")(connection)

        assert asyncio.run(database.write(once)) == expected
        database.close()


def test_the_write_of_a_caller_who_went_away_stands(either_database: Database) -> None:
    async def story() -> list[str]:
        gone = asyncio.ensure_future(either_database.write(insert("a")))
        await asyncio.sleep(0)  # handed in
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        await either_database.write(insert("b"))  # SQLite runs jobs in order
        for _ in range(200):
            if "a" in (found := await names(either_database)):
                return found
            await asyncio.sleep(0.01)
        return []

    assert asyncio.run(story()) == ["a", "b"]


def test_closing_finishes_what_was_handed_in(either_url: str) -> None:
    async def story() -> list[int]:
        database = open_database(either_url)
        writes = [asyncio.ensure_future(database.write(insert(f"n{i}"))) for i in range(100)]
        await asyncio.sleep(0)
        database.close()
        return await asyncio.gather(*writes)

    assert asyncio.run(story()) == [1] * 100
    reopened = open_database(either_url)
    assert len(asyncio.run(names(reopened))) == 100
    reopened.close()


def test_after_close_writes_are_refused_and_closing_again_does_no_harm(either_url: str) -> None:
    database = open_database(either_url)
    database.close()
    with pytest.raises(UnavailableError):
        asyncio.run(database.write(insert("a")))
    database.close()


def test_an_sqlite_connection_that_is_not_durable_is_refused() -> None:
    engine = sqlite_engine("sqlite://")  # a database in memory has no write-ahead log
    with pytest.raises(RuntimeError, match="journal_mode"):
        engine.connect()


def test_every_sqlite_connection_is_durable_and_checks_foreign_keys(sqlite_url: str) -> None:
    engine = sqlite_engine(sqlite_url)
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "trusted_schema": 0}
    for _ in range(3):
        with engine.connect() as connection:
            found = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in wanted
            }
        assert found == wanted
    engine.dispose()


@pytest.mark.postgres
def test_a_postgres_that_does_not_wait_for_the_disk_is_refused(postgres: PostgresServer) -> None:
    with postgres.fresh() as url:
        engine = sa.create_engine(url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            name = sa.make_url(url).database
            connection.exec_driver_sql(f"ALTER DATABASE {name} SET synchronous_commit = off")
        with pytest.raises(RuntimeError, match="synchronous_commit=off"):
            open_database(url)


def test_an_unknown_database_is_refused() -> None:
    with pytest.raises(RuntimeError, match="sqlite or postgresql"):
        open_database("mysql://localhost/x")


@pytest.mark.postgres
def test_a_postgres_that_cannot_be_reached_is_unavailable_not_a_crash(
    postgres: PostgresServer,
) -> None:
    with postgres.fresh() as url:
        database = open_database(url)
        engine = sa.create_engine(
            postgres.url("postgres"), poolclass=sa.NullPool, isolation_level="AUTOCOMMIT"
        )
        name = sa.make_url(url).database
        with engine.connect() as connection:
            connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
            )
        for _ in range(2):  # the first finds the dead connection, the second opens a new one
            with pytest.raises(UnavailableError):
                asyncio.run(database.read(sa.select(data_key)))
        with pytest.raises(UnavailableError):
            asyncio.run(database.write(insert("a")))
        database.close()


@pytest.mark.postgres
def test_a_postgres_that_dies_before_it_answers_a_commit_leaves_the_outcome_unknown(
    postgres: PostgresServer,
) -> None:
    with postgres.fresh() as url:
        database = open_database(url)
        other = sa.create_engine(url, poolclass=sa.NullPool)

        def job(connection: Connection) -> int:
            mine = connection.scalar(sa.select(sa.func.pg_backend_pid()))
            with other.connect() as executioner:
                executioner.scalar(sa.select(sa.func.pg_terminate_backend(mine, 5_000)))
            return 1

        with pytest.raises(CommitUnknownError):
            asyncio.run(database.write(job))
        assert asyncio.run(database.write(insert("a"))) == 1
        database.close()
