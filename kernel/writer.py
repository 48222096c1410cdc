"""How do many small writes share one disk flush (group commit) on SQLite?"""

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from kernel.errors import CommitUnknownError, UnavailableError

T = TypeVar("T")

MOST_JOBS = 64
LINGER_SECONDS = 0.020
"""Longest wait for company, and only while others were seen: a lone writer never waits."""
GAP_SECONDS = 0.004
"""A gap this long between two jobs ends the wait."""

_Waiting = tuple[Callable[[Connection], Any], asyncio.AbstractEventLoop, "asyncio.Future[Any]"]
_Answer = tuple["asyncio.Future[Any]", Any, BaseException | None]


class GroupWriter:
    """One thread that owns the write connection. Jobs run in the order they were handed in."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._crowded = False
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="database-writer", daemon=True)
        self._thread.start()

    async def submit(self, job: Callable[[Connection], T]) -> T:
        """Return the job's value after the commit that made it durable."""
        if self._closed:
            raise UnavailableError("服务正在停止", remedy="请稍后重试")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._queue.put((job, loop, future))
        return await future

    def close(self) -> None:
        """Finish what was handed in, then end the thread."""
        self._closed = True
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            batch = self._gather(first)
            self._answer(batch, self._commit(batch))
        if self._connection is not None:
            self._connection.close()

    def _gather(self, first: _Waiting) -> list[_Waiting]:
        batch = [first]
        patience = time.monotonic() + LINGER_SECONDS
        while len(batch) < MOST_JOBS:
            wait = min(GAP_SECONDS, patience - time.monotonic()) if self._crowded else 0.0
            try:
                item = self._queue.get(timeout=wait) if wait > 0 else self._queue.get_nowait()
            except queue.Empty:
                break
            if item is None:
                self._queue.put(None)
                break
            batch.append(item)
            self._crowded = True
        self._crowded = len(batch) > 1
        return batch

    def _commit(self, batch: list[_Waiting]) -> list[_Answer]:
        """Run all jobs in one transaction, each in a SAVEPOINT."""
        answers: list[_Answer] = []
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
            with self._connection.begin():
                answers = [self._attempt(job, future) for job, _, future in batch]
        except Exception as error:  # noqa: BLE001  whatever the driver raises, the waiters must hear
            # After a failed commit the connection's view is not to be trusted (EIO, full disk).
            if self._connection is not None:
                self._connection.invalidate()
                self._connection = None
            unknown = CommitUnknownError("提交结果未知", remedy="请先查询结果，再决定是否重试")
            unknown.__cause__ = error
            return [(future, None, unknown) for _, _, future in batch]
        return answers

    def _attempt(self, job: Callable[[Connection], Any], future: "asyncio.Future[Any]") -> _Answer:
        connection = self._connection
        if connection is None:
            raise sa.exc.InvalidRequestError("no write connection")
        savepoint = connection.begin_nested()
        try:
            value = job(connection)
        except Exception as error:  # noqa: BLE001  handed to the caller unchanged
            savepoint.rollback()
            return (future, None, error)
        savepoint.commit()
        return (future, value, None)

    @staticmethod
    def _answer(batch: list[_Waiting], answers: list[_Answer]) -> None:
        def deliver(future: "asyncio.Future[Any]", value: Any, error: BaseException | None) -> None:  # noqa: ANN401
            if future.done():  # the caller went away; the write stands all the same
                return
            if error is None:
                future.set_result(value)
            else:
                future.set_exception(error)

        for (_, loop, _), answer in zip(batch, answers, strict=True):
            if not loop.is_closed():
                loop.call_soon_threadsafe(deliver, *answer)
