"""Fixtures for every test: a runtime on an empty database, and a clock set by hand."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from kernel.database import Database, open_database
from kernel.envelope import Keyring
from kernel.runtime import Runtime
from kernel.schema import metadata


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


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An SQLite database of its own, with all tables."""
    url = f"sqlite:///{tmp_path / 'xueyin.db'}"
    engine = sa.create_engine(url)
    metadata.create_all(engine)
    engine.dispose()
    opened = open_database(url)
    yield opened
    opened.close()


@pytest.fixture
def runtime(database: Database, clock: HandClock) -> Runtime:
    return Runtime(database, Keyring(b"\x07" * 32), clock)
