"""What tests of the sequencer share: a clock set by hand, a database that fails on demand."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from kernel.errors import CommitUnknownError
from kernel.runtime import Runtime
from ledger.domain.checkpoint import Checkpoint, open_checkpoint
from ledger.domain.note import Signer
from ledger.store import tables
from ledger.usecases.sequencer import Sequencer


class Ticks:
    """A monotonic clock set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Unreliable:
    """A database whose next writes fail, before or after they took effect."""

    def __init__(self, database: Any) -> None:  # noqa: ANN401  any of the two
        self._database = database
        self.failures: list[str] = []
        self.unreadable = False
        self.released = asyncio.Event()
        self.writes = 0

    async def read(self, statement: Any) -> Any:  # noqa: ANN401  passed through
        if self.unreadable:
            raise sa.exc.OperationalError("read", {}, OSError("input/output error"))
        return await self._database.read(statement)

    async def write(self, job: Callable[[Any], Any]) -> Any:  # noqa: ANN401  passed through
        self.writes += 1
        kind = self.failures.pop(0) if self.failures else ""
        if kind == "before":
            raise sa.exc.OperationalError("write", {}, OSError("disk full"))
        if kind == "hang":
            await self.released.wait()
        value = await self._database.write(job)
        if kind == "after":
            raise CommitUnknownError("提交结果未知")
        return value

    def close(self) -> None:
        self._database.close()


async def sizes(runtime: Runtime) -> list[int]:
    rows = await runtime.database.read(
        sa.select(tables.checkpoint.c.size).order_by(tables.checkpoint.c.size)
    )
    return [row.size for row in rows]


async def reached(log: Sequencer, size: int) -> None:
    """Wait until the log says that it has sealed that many entries and is behind with none."""
    for _ in range(500):
        if log.health().size >= size and not log.health().oldest_unsealed_seconds:
            return
        await asyncio.sleep(0.01)
    raise TimeoutError(log.health())


def published(directory: Path, signer: Signer) -> Checkpoint:
    return open_checkpoint((directory / "checkpoint").read_text(), signer.vkey)
