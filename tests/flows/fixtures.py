"""Seeded worlds: made once a session for each database, copied for each test."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.databases import PostgresServer, SqliteTemplate
from tests.flows.world import World, copied, opened, seed

Start = Callable[[], AbstractContextManager[World]]


@dataclass(frozen=True, slots=True)
class Seeded:
    """A seeded database and the folder beside it, both to be copied."""

    folder: Path
    database: str


@pytest.fixture(scope="session")
def seeded_sqlite(
    sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory
) -> Seeded:
    folder = tmp_path_factory.mktemp("seeded")
    url = sqlite_template.fresh(folder / "xueyin.db")
    seed(url, folder / "house")
    return Seeded(folder / "house", str(folder / "xueyin.db"))


@pytest.fixture(scope="session")
def seeded_postgres(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Seeded]:
    folder = tmp_path_factory.mktemp("seeded")
    with postgres.fresh() as url:
        seed(url, folder / "house")
        yield Seeded(folder / "house", sa.make_url(url).database or "")


@contextmanager
def sqlite_world(seeded: Seeded, tmp_path: Path) -> Iterator[World]:
    """A copy of the seeded house on SQLite."""
    shutil.copyfile(seeded.database, tmp_path / "xueyin.db")
    url = f"sqlite:///{tmp_path / 'xueyin.db'}"
    with opened(url, copied(seeded.folder, tmp_path / "house")) as world:
        yield world


@contextmanager
def postgres_world(seeded: Seeded, server: PostgresServer, tmp_path: Path) -> Iterator[World]:
    """A copy of the seeded house on PostgreSQL."""
    with (
        server.fresh(seeded.database) as url,
        opened(url, copied(seeded.folder, tmp_path / "house")) as world,
    ):
        yield world


@pytest.fixture
def world(seeded_sqlite: Seeded, tmp_path: Path) -> Iterator[World]:
    """A house of the test's own on SQLite."""
    with sqlite_world(seeded_sqlite, tmp_path) as started:
        yield started


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def either_world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A house of the test's own on each of the two databases."""
    seeded: Seeded = request.getfixturevalue(f"seeded_{request.param}")
    if request.param == "sqlite":
        with sqlite_world(seeded, tmp_path) as started:
            yield started
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        with postgres_world(seeded, server, tmp_path) as started:
            yield started
