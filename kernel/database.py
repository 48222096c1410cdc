"""How is the database read and written? Two awaitable calls: `read(statement)` and `write(job)`.

SQLite: reads run on the event loop; jobs run on one writer thread, each in a SAVEPOINT, and are
answered after the COMMIT that they share (group commit: one flush for all that wait).
PostgreSQL: both run in a bounded pool of threads; the server groups commits itself.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from kernel.errors import CommitUnknownError, UnavailableError
from kernel.writer import GroupWriter

T = TypeVar("T")
A = TypeVar("A")
Job = Callable[[Connection], T]
"""Runs inside one transaction. What it returns is answered after the commit. Raising rolls back
all it wrote, so a refusal that must leave a trace is returned as a value, not raised."""

COUNT_ROWS = {"preserve_rowcount": True}
"""Else an INSERT's rowcount is -1 on PostgreSQL, and one-time things are spent by rowcount."""


class Database(Protocol):
    """What use cases know of a database."""

    async def read(self, statement: sa.Select[Any] | sa.CompoundSelect[Any]) -> Sequence[Row[Any]]:
        """Return all rows of a SELECT, as of now: every earlier acknowledged write is seen."""

    async def write(self, job: Job[T]) -> T:
        """Run the job in a transaction and return its value once it is durable.

        Raises what the job raises, or UnavailableError: then nothing was written. Raises
        CommitUnknownError when the commit itself failed: then the outcome is unknown and must be
        looked up, never retried blindly. A caller that is cancelled leaves the write standing.
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
        engine = sa.create_engine(
            parsed,
            pool_size=pool,
            max_overflow=0,
            execution_options=COUNT_ROWS,
            hide_parameters=True,
        )
        return PostgresDatabase(engine, pool)
    raise RuntimeError(f"unknown database {parsed.get_backend_name()}: use sqlite or postgresql")


def sqlite_engine(url: str) -> Engine:
    """Return an engine whose every connection is durable (asserted) and begins IMMEDIATE."""
    engine = sa.create_engine(
        url,
        poolclass=sa.NullPool,
        connect_args={"check_same_thread": False, "timeout": 20},
        execution_options=COUNT_ROWS,
        # An error's text goes to the log: it must not carry what was to be written.
        hide_parameters=True,
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
        self._readers: dict[int, Connection] = {}
        self._writer = GroupWriter(engine)

    async def read(self, statement: sa.Select[Any] | sa.CompoundSelect[Any]) -> Sequence[Row[Any]]:
        """See Database.read. Runs on the loop: a query takes less time than a thread hop."""
        thread = threading.get_ident()
        reader = self._readers.get(thread)
        if reader is None:
            reader = self._engine.connect().execution_options(reads_only=True)
            self._readers[thread] = reader
        try:
            return reader.execute(statement).fetchall()
        finally:
            # Without this the next read would find SQLAlchemy's transaction still open.
            reader.rollback()

    async def write(self, job: Job[T]) -> T:
        """See Database.write."""
        return await self._writer.submit(job)

    def close(self) -> None:
        """See Database.close."""
        self._writer.close()
        for reader in self._readers.values():
            reader.close()
        self._readers.clear()
        self._engine.dispose()


class PostgresDatabase:
    """The production database; several workers may share it."""

    def __init__(self, engine: Engine, pool: int) -> None:
        try:
            with engine.connect() as connection:
                _assert_durable(connection)
        except BaseException:
            engine.dispose()
            raise
        self._engine = engine
        self._threads = ThreadPoolExecutor(pool, thread_name_prefix="database")

    async def read(self, statement: sa.Select[Any] | sa.CompoundSelect[Any]) -> Sequence[Row[Any]]:
        """See Database.read."""
        return await self._submit(self._read_now, statement)

    def _read_now(self, statement: sa.Select[Any] | sa.CompoundSelect[Any]) -> Sequence[Row[Any]]:
        with _reachable(), self._engine.connect() as connection:
            return connection.execute(statement).fetchall()

    async def write(self, job: Job[T]) -> T:
        """See Database.write."""
        return await asyncio.shield(self._submit(self._write_now, job))

    def _write_now(self, job: Job[T]) -> T:
        with _reachable(), self._engine.connect() as connection:
            transaction = connection.begin()
            result = job(connection)  # raising closes the connection, which rolls back
            try:
                transaction.commit()
            except sa.exc.DBAPIError as error:
                raise CommitUnknownError.new() from error
            return result

    def _submit(self, work: Callable[[A], T], argument: A) -> "asyncio.Future[T]":
        try:
            return asyncio.get_running_loop().run_in_executor(self._threads, work, argument)
        except RuntimeError as error:  # the pool has been shut down
            raise UnavailableError("服务正在停止", remedy="请稍后重试") from error

    def close(self) -> None:
        """See Database.close."""
        self._threads.shutdown()
        self._engine.dispose()


@contextmanager
def _reachable() -> Iterator[None]:
    """Turn a lost or refused connection into UnavailableError: no COMMIT was sent on it."""
    try:
        yield
    except sa.exc.OperationalError as error:
        if error.connection_invalidated or error.statement is None:
            raise UnavailableError("数据库暂时不能连接", remedy="请稍后重试") from error
        raise


def _assert_durable(connection: Connection) -> None:
    """Raise RuntimeError unless an acknowledged commit survives a crash of the machine."""
    for setting, bad in (
        ("synchronous_commit", "off"), ("fsync", "off"), ("full_page_writes", "off"),
        ("data_sync_retry", "on"),
    ):  # fmt: skip
        if connection.exec_driver_sql(f"SHOW {setting}").scalar_one() == bad:
            raise RuntimeError(f"PostgreSQL runs with {setting}={bad}: commits are not durable")
