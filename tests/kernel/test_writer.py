"""Group commit on SQLite: few flushes for many, and what a failed COMMIT means."""

import asyncio
import threading
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from kernel.database import sqlite_engine
from kernel.envelope import data_key
from kernel.errors import CommitUnknownError, UnavailableError
from kernel.writer import MOST_JOBS, GroupWriter
from tests.kernel.test_database import insert


class Disk:
    """Counts the commits of an engine, and fails those it is told to fail."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.commits = 0
        self.begun = 0
        self.fail_commit = self.fail_begin = False
        self.commit_reached_the_file = False
        sa.event.listen(engine, "begin", self._begin)
        sa.event.listen(engine, "commit", self._commit)

    def _begin(self, _connection: Connection) -> None:
        if self.fail_begin:
            self.fail_begin = False
            raise sa.exc.OperationalError("BEGIN", {}, OSError("database is locked"))
        self.begun += 1

    def _commit(self, connection: Connection) -> None:
        self.commits += 1
        if self.fail_commit:
            self.fail_commit = False
            if self.commit_reached_the_file:
                connection.exec_driver_sql("COMMIT")
            raise sa.exc.OperationalError("COMMIT", {}, OSError("disk I/O error"))

    def names(self) -> set[str]:
        with self.engine.connect() as connection:
            return set(connection.scalars(sa.select(data_key.c.id)))


@pytest.fixture
def disk(sqlite_url: str) -> Iterator[Disk]:
    engine = sqlite_engine(sqlite_url)
    yield Disk(engine)
    engine.dispose()


@pytest.fixture
def writer(disk: Disk) -> Iterator[GroupWriter]:
    made = GroupWriter(disk.engine)
    yield made
    made.close()


async def hand_in(writer: GroupWriter, *jobs: Callable[[Connection], object]) -> list[object]:
    """Hand in all jobs while the writer is held, so that one batch takes them."""
    gate = threading.Event()
    held = asyncio.ensure_future(writer.submit(lambda _connection: gate.wait(10)))
    await asyncio.sleep(0.05)
    waiting = [asyncio.ensure_future(writer.submit(job)) for job in jobs]
    await asyncio.sleep(0)
    gate.set()
    await held
    return await asyncio.gather(*waiting, return_exceptions=True)


def test_sixty_four_that_wait_together_share_one_commit(disk: Disk, writer: GroupWriter) -> None:
    answers = asyncio.run(hand_in(writer, *(insert(f"n{i}") for i in range(MOST_JOBS))))
    assert answers == [1] * MOST_JOBS
    assert disk.commits == 2  # the one that held the writer, and the shared one
    assert len(disk.names()) == MOST_JOBS


def test_sixty_four_that_arrive_one_after_another_cost_at_most_sixteen_commits(
    disk: Disk, writer: GroupWriter
) -> None:
    """A burst trickles in through the event loop, as HTTP requests do."""

    async def story() -> None:
        async with asyncio.TaskGroup() as group:
            for i in range(64):
                group.create_task(writer.submit(insert(f"n{i}")))
                await asyncio.sleep(0)

    asyncio.run(story())
    assert len(disk.names()) == 64
    assert disk.commits <= 16


def test_jobs_run_in_the_order_they_were_handed_in(writer: GroupWriter) -> None:
    seen: list[int] = []

    def job(number: int) -> Callable[[Connection], None]:
        return lambda _connection: seen.append(number)

    asyncio.run(hand_in(writer, *(job(i) for i in range(200))))
    assert seen == list(range(200))


@pytest.mark.parametrize("reached", [False, True], ids=["not written", "written"])
def test_a_failed_commit_is_unknown_to_all_who_waited_and_the_writer_recovers(
    disk: Disk, writer: GroupWriter, *, reached: bool
) -> None:
    async def story() -> list[object]:
        disk.commit_reached_the_file = reached

        def poison(connection: Connection) -> int:
            disk.fail_commit = True
            return insert("a")(connection)

        answers = await hand_in(writer, poison, insert("b"))
        assert await writer.submit(insert("c")) == 1
        return answers

    answers = asyncio.run(story())
    assert [type(answer) for answer in answers] == [CommitUnknownError] * 2
    # Both outcomes are possible, which is why the answer must not claim either.
    assert disk.names() == ({"a", "b", "c"} if reached else {"c"})


def test_a_transaction_that_cannot_begin_is_unavailable_and_nothing_was_written(
    disk: Disk, writer: GroupWriter
) -> None:
    disk.fail_begin = True
    with pytest.raises(UnavailableError):
        asyncio.run(writer.submit(insert("a")))
    assert asyncio.run(writer.submit(insert("b"))) == 1
    assert disk.names() == {"b"}


def test_a_transaction_that_the_database_gave_up_is_unavailable_to_all_in_it(
    disk: Disk, writer: GroupWriter
) -> None:
    """SQLite rolls the whole transaction back by itself when the disk is full."""

    def full(connection: Connection) -> None:
        connection.exec_driver_sql("ROLLBACK")
        raise sa.exc.OperationalError("INSERT", {}, OSError("database or disk is full"))

    answers = asyncio.run(hand_in(writer, insert("a"), full, insert("b")))
    assert [type(answer) for answer in answers] == [UnavailableError] * 3
    assert asyncio.run(writer.submit(insert("c"))) == 1
    assert disk.names() == {"c"}


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt])
def test_a_job_that_asks_the_program_to_end_does_not_end_the_writer(
    disk: Disk, writer: GroupWriter, error: type[BaseException]
) -> None:
    def leave(_connection: Connection) -> None:
        raise error

    with pytest.raises(error):
        asyncio.run(writer.submit(leave))
    assert asyncio.run(writer.submit(insert("a"))) == 1
    assert disk.names() == {"a"}


def test_a_job_that_raises_what_a_future_cannot_carry_is_still_answered(
    writer: GroupWriter,
) -> None:
    def exhausted(_connection: Connection) -> object:
        return next(iter(()))

    with pytest.raises(RuntimeError, match="StopIteration"):
        asyncio.run(asyncio.wait_for(writer.submit(exhausted), 5))


def test_a_waiter_whose_loop_is_closed_does_not_stop_the_others(
    disk: Disk, writer: GroupWriter
) -> None:
    async def leave_early() -> None:
        gate = threading.Event()
        left = asyncio.ensure_future(writer.submit(lambda _connection: gate.wait(0.2)))
        left.add_done_callback(lambda done: done.cancelled())
        await asyncio.sleep(0.05)

    asyncio.run(leave_early())
    assert asyncio.run(writer.submit(insert("a"))) == 1
    assert disk.names() == {"a"}
