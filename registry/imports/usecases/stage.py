"""Read the files, judge every row, and let the faultless ones wait in staging: the dry run."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

from sqlalchemy.engine import Connection

from kernel.errors import ConflictError
from kernel.runtime import Runtime
from registry.imports.domain.report import FileTally, ImportState, Tally
from registry.imports.store import jobs as import_jobs
from registry.imports.store import staging
from registry.imports.usecases.judge import ImportScope, Judge, ParsedRow
from registry.imports.usecases.parsers import SourceFile, parse_all

Progress = Callable[[int, int, str], None]
"""Called with the work done, the work in all (bytes of the files), and the phase in words."""

CHUNK = 1_000
READING = "读取与校验"


async def stage(
    runtime: Runtime, scope: ImportScope, files: Sequence[SourceFile], progress: Progress
) -> Tally:
    """Return the counts when all files are read; then the import is READY.

    Each chunk is one short transaction. Raises ConflictError when the import was given up
    meanwhile.
    """
    tally = Tally([FileTally(file.name) for file in files])
    run = _Run(runtime, scope, Judge(runtime, scope, tally), files, progress)
    with closing(parse_all(files, scope.at.date())) as messages:
        try:
            for file, message in messages:
                await run.take(file, message)
            await run.end()
        finally:
            await run.rest()

    def finish(connection: Connection) -> bool:
        return import_jobs.move(
            connection, scope.import_id, ImportState.READING, ImportState.READY,
            phase="待确认", done=run.total, total=run.total, tally=tally.document(),
            updated_at=runtime.clock(),
        )  # fmt: skip

    if not await runtime.database.write(finish):
        raise _given_up()
    progress(run.total, run.total, "待确认")
    return tally


class _Run:
    """Gathers rows to chunks; while one chunk is being written, the next is judged."""

    def __init__(
        self,
        runtime: Runtime,
        scope: ImportScope,
        judge: Judge,
        files: Sequence[SourceFile],
        progress: Progress,
    ) -> None:
        self._runtime = runtime
        self._scope = scope
        self._judge = judge
        self._progress = progress
        self._sizes = [max(file.path.stat().st_size, 1) for file in files]
        self.total = sum(self._sizes)
        self._done = 0
        self._waiting: list[ParsedRow] = []
        self._writing: asyncio.Task[None] | None = None

    async def take(self, file: int, message: dict[str, Any]) -> None:
        """Take one message of a parser."""
        before = sum(self._sizes[:file])
        self._done = before + int(self._sizes[file] * message.get("share", 1.0))
        if "rows" in message:
            self._waiting += [ParsedRow(file, *row) for row in message["rows"]]
            if len(self._waiting) >= CHUNK:
                await self._flush()
            return
        if "refused" in message:
            await self._flush()
            await self._write(self._judge.refuse(file, message["refused"], message["detail"]))

    async def end(self) -> None:
        """Write what is left and wait for it."""
        await self._flush()
        await self._settle()

    async def rest(self) -> None:
        """Wait for a write that an error left under way; the error itself is what is raised."""
        if self._writing is not None:
            await asyncio.wait([self._writing])
            if not self._writing.cancelled():
                self._writing.exception()

    async def _flush(self) -> None:
        rows, self._waiting = self._waiting, []
        if rows:
            await self._write(await self._judge.judge(rows))

    async def _write(self, chunk: staging.Chunk) -> None:
        await self._settle()
        self._progress(self._done, self.total, READING)
        note = {
            "phase": READING,
            "done": self._done,
            "total": self.total,
            "updated_at": self._runtime.clock(),
        }

        def job(connection: Connection) -> bool:
            alive = import_jobs.note(connection, self._scope.import_id, note)
            if alive:
                staging.add(connection, self._scope.import_id, chunk)
            return alive

        async def write() -> None:
            if not await self._runtime.database.write(job):
                raise _given_up()

        self._writing = asyncio.create_task(write())
        # Hand the chunk to the writer thread before the next is judged.
        await asyncio.sleep(0)

    async def _settle(self) -> None:
        if self._writing is not None:
            writing, self._writing = self._writing, None
            await writing


def _given_up() -> ConflictError:
    return ConflictError("这次导入已被放弃", remedy="请重新上传文件")
