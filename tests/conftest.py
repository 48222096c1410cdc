"""Fixtures for every test: a runtime on a migrated, empty database, and a clock set by hand."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kernel.database import Database, open_database
from kernel.envelope import Keyring
from kernel.runtime import Runtime
from tests.databases import PostgresServer, SqliteTemplate, postgres_server

ROOT_KEY = b"\x07" * 32


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> HandClock:
    return HandClock(datetime(2026, 9, 1, 8, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    return SqliteTemplate(tmp_path_factory.mktemp("template") / "template.db")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server a session; started by the first test that asks."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def sqlite_url(sqlite_template: SqliteTemplate, tmp_path: Path) -> str:
    return sqlite_template.fresh(tmp_path / "xueyin.db")


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    with postgres.fresh() as url:
        yield url


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    """An SQLite database of its own."""
    opened = open_database(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[Database]:
    """A PostgreSQL database of its own."""
    opened = open_database(postgres_url)
    yield opened
    opened.close()


@pytest.fixture
def runtime(database: Database, clock: HandClock) -> Runtime:
    return Runtime(database, Keyring(ROOT_KEY), clock)


@pytest.fixture
def postgres_runtime(postgres_database: Database, clock: HandClock) -> Runtime:
    return Runtime(postgres_database, Keyring(ROOT_KEY), clock)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def either_url(request: pytest.FixtureRequest) -> str:
    """The URL of a database of its own, on each of the two databases."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def either_database(either_url: str) -> Iterator[Database]:
    """A database of its own, on each of the two databases."""
    opened = open_database(either_url)
    yield opened
    opened.close()


@pytest.fixture
def either_runtime(either_database: Database, clock: HandClock) -> Runtime:
    """A runtime on each of the two databases: for what must hold on both."""
    return Runtime(either_database, Keyring(ROOT_KEY), clock)
