"""How is the database read and written? Two awaitable calls: `read(statement)` and `write(job)`.

SQLite: reads run on the event loop; jobs run on one writer thread, each in a SAVEPOINT, and are
answered after the COMMIT that they share (group commit: one flush for all that wait).
PostgreSQL: both run in a bounded pool of threads; the server groups commits itself.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from kernel.errors import CommitUnknownError
from kernel.writer import GroupWriter

T = TypeVar("T")
Job = Callable[[Connection], T]
"""Runs inside one transaction. What it returns is answered after the commit. Raising rolls back
all it wrote, so a refusal that must leave a trace is returned as a value, not raised."""


class Database(Protocol):
    """What use cases know of a database."""

    async def read(self, statement: sa.Select[Any] | sa.CompoundSelect[Any]) -> Sequence[Row[Any]]:
        """Return all rows of a SELECT, as of now: every earlier acknowledged write is seen."""

    async def write(self, job: Job[T]) -> T:
        """Run the job in a transaction and return its value once it is durable.

        Raises what the job raises (nothing was written), or CommitUnknownError when the commit
        itself failed: then the outcome is unknown and must be looked up, never retried blindly.
        """

    def close(self) -> None:
        """End threads and connections; jobs already handed in are finished first."""


def open_database(url: str, *, pool: int = 8) -> Database:
    """Return the database at an SQLAlchemy URL: `sqlite:///PATH` or `postgresql+psycopg://…`.

    Raises RuntimeError when the database does not promise durable commits.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return SqliteDatabase(sqlite_engine(url))
    if parsed.get_backend_name() == "postgresql":
        return PostgresDatabase(sa.create_engine(parsed, pool_size=pool, max_overflow=0), pool)
    raise RuntimeError(f"unknown database {parsed.get_backend_name()}: use sqlite or postgresql")


def sqlite_engine(url: str) -> Engine:
    """Return an engine whose every connection is durable (asserted) and begins IMMEDIATE."""
    engine = sa.create_engine(
        url, poolclass=sa.NullPool, connect_args={"check_same_thread": False, "timeout": 20}
    )

    @sa.event.listens_for(engine, "connect")
    def _durable(connection: Any, _record: Any) -> None:  # noqa: ANN401  driver objects
        connection.isolation_level = None
        for pragma, wanted in (
            ("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("trusted_schema", 0),
        ):  # fmt: skip
            connection.execute(f"PRAGMA {pragma}={wanted}")
            found = connection.execute(f"PRAGMA {pragma}").fetchone()[0]
            if found != wanted:
                raise RuntimeError(f"SQLite refuses {pragma}={wanted} (it says {found})")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("reads_only"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


class SqliteDatabase:
    """The embedded default: one process serves; others may write in short transactions."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader: Connection | None = None
        self._reader_thread: int | None = None
        self._writer = GroupWriter(engine)

    async def read(self, statement: sa.Select[Any] | sa.CompoundSelect[Any]) -> Sequence[Row[Any]]:
        """See Database.read. Runs on the loop: a query takes less time than a thread hop."""
        if self._reader is None or self._reader_thread != threading.get_ident():
            self._reader = self._engine.connect().execution_options(reads_only=True)
            self._reader_thread = threading.get_ident()
        rows = self._reader.execute(statement).fetchall()
        # Without this the next read would find SQLAlchemy's transaction still open.
        self._reader.rollback()
        return rows

    async def write(self, job: Job[T]) -> T:
        """See Database.write."""
        return await self._writer.submit(job)

    def close(self) -> None:
        """See Database.close."""
        self._writer.close()
        if self._reader is not None:
            self._reader.close()
        self._engine.dispose()


class PostgresDatabase:
    """The production database; several workers may share it."""

    def __init__(self, engine: Engine, pool: int) -> None:
        with engine.connect() as connection:
            for setting in ("synchronous_commit", "fsync", "full_page_writes"):
                found = connection.exec_driver_sql(f"SHOW {setting}").scalar_one()
                if found == "off":
                    raise RuntimeError(
                        f"PostgreSQL runs with {setting}=off: commits are not durable"
                    )
        self._engine = engine
        self._threads = ThreadPoolExecutor(pool, thread_name_prefix="database")

    async def read(self, statement: sa.Select[Any] | sa.CompoundSelect[Any]) -> Sequence[Row[Any]]:
        """See Database.read."""
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, self._read_now, statement
        )

    def _read_now(self, statement: sa.Select[Any] | sa.CompoundSelect[Any]) -> Sequence[Row[Any]]:
        with self._engine.connect() as connection:
            return connection.execute(statement).fetchall()

    async def write(self, job: Job[T]) -> T:
        """See Database.write."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._write_now, job)

    def _write_now(self, job: Job[T]) -> T:
        with self._engine.connect() as connection:
            transaction = connection.begin()
            try:
                result = job(connection)
            except BaseException:
                transaction.rollback()
                raise
            try:
                transaction.commit()
            except sa.exc.DBAPIError as error:
                raise CommitUnknownError(
                    "提交结果未知", remedy="请先查询结果，再决定是否重试"
                ) from error
            return result

    def close(self) -> None:
        """See Database.close."""
        self._threads.shutdown()
        self._engine.dispose()
