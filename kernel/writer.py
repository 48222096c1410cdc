"""How do many small writes share one disk flush (group commit) on SQLite?

No clock is involved. A job is committed once the event loop has run all that was ready beside it,
so requests that arrived together share a commit; those that arrive during it share the next one.
"""

import asyncio
import contextlib
import queue
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy.engine import Connection, Engine

from kernel.errors import CommitUnknownError, UnavailableError

T = TypeVar("T")

MOST_JOBS = 64
"""In one commit: a job that waits for others waits for no more than these."""

TURNS = 3
"""Of the event loop: one reads a request from its socket, one begins its task, one hands in."""

KNOCK, END = "jobs may wait", "no more will come"

_Waiting = tuple[Callable[[Connection], Any], asyncio.AbstractEventLoop, "asyncio.Future[Any]"]
_Answer = tuple[Any, BaseException | None]


class GroupWriter:
    """One thread that owns the write connection. Jobs run in the order they were handed in."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._waiting: deque[_Waiting] = deque()
        self._knocks: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._closed = False
        self._door = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="database-writer", daemon=True)
        self._thread.start()

    async def submit(self, job: Callable[[Connection], T]) -> T:
        """Return the job's value after the commit that made it durable."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        with self._door:  # so that no job can come in unheard behind the end
            if self._closed:
                raise UnavailableError("服务正在停止", remedy="请稍后重试")
            self._waiting.append((job, loop, future))
        self._knock(loop, TURNS)
        return await future

    def _knock(self, loop: asyncio.AbstractEventLoop, turns: int) -> None:
        """Wake the writer, but not at once: what else is ready may bring jobs for this commit."""
        if turns:
            loop.call_soon(self._knock, loop, turns - 1)
        else:
            self._knocks.put(KNOCK)

    def close(self) -> None:
        """Finish what was handed in, then end the thread."""
        with self._door:
            self._closed = True
        self._knocks.put(END)
        self._thread.join()

    def _run(self) -> None:
        knock = KNOCK
        while knock != END:
            knock = self._knocks.get()
            while batch := [self._waiting.popleft() for _ in range(self._due())]:
                for (_, loop, future), answer in zip(batch, self._commit(batch), strict=True):
                    with contextlib.suppress(RuntimeError):  # a closed loop: nobody waits any more
                        loop.call_soon_threadsafe(_deliver, future, *answer)
        self._disconnect()

    def _due(self) -> int:
        return min(len(self._waiting), MOST_JOBS)

    def _commit(self, batch: list[_Waiting]) -> list[_Answer]:
        """Run all jobs in one transaction, each in a SAVEPOINT; return an answer for each."""
        try:
            self._connection = self._connection or self._engine.connect()
            transaction = self._connection.begin()
            answers = [_attempt(self._connection, job) for job, _, _ in batch]
        except Exception as error:  # noqa: BLE001  whatever the driver raises, the waiters must hear
            # No COMMIT was sent (locked, full disk, broken savepoint): nothing of it was written.
            self._disconnect()
            return _all(batch, UnavailableError("数据库暂时不能写入", remedy="请稍后重试"), error)
        try:
            transaction.commit()
        except Exception as error:  # noqa: BLE001  as above
            # After a failed commit the connection's view is not to be trusted (EIO, full disk).
            self._disconnect()
            return _all(batch, CommitUnknownError.new(), error)
        return answers

    def _disconnect(self) -> None:
        """Drop the connection; the next job opens a new one."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None


def _attempt(connection: Connection, job: Callable[[Connection], Any]) -> _Answer:
    savepoint = connection.begin_nested()
    try:
        value = job(connection)
    except BaseException as error:  # noqa: BLE001  handed to the caller unchanged
        savepoint.rollback()
        return None, error
    savepoint.commit()
    return value, None


def _all(batch: list[_Waiting], answer: Exception, cause: Exception) -> list[_Answer]:
    answer.__cause__ = cause
    return [(None, answer)] * len(batch)


def _deliver(future: "asyncio.Future[Any]", value: Any, error: BaseException | None) -> None:  # noqa: ANN401
    if future.done():  # the caller went away; the write stands all the same
        return
    if error is None:
        future.set_result(value)
    elif isinstance(error, StopIteration):  # which a future cannot carry
        future.set_exception(RuntimeError("the job raised StopIteration"))
    else:
        future.set_exception(error)
