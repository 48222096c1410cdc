"""Entries that are durable, sealed and answered with a receipt, against a bare flush."""

import asyncio
import os
import tempfile
from pathlib import Path

import sqlalchemy as sa

from benchmarks.measure import Peak, Row, in_turn, rate
from kernel.database import open_database
from kernel.envelope import open_keyring
from kernel.runtime import Runtime
from ledger.domain.note import Signer
from ledger.usecases.append import append
from ledger.usecases.sequencer import Sequencer
from server.migrate import upgrade

FLUSHES, RELEASES = 200, 512
GROUPS = (1, 16, 64)
"""How many ask at once."""


def rows() -> list[Row]:
    """Measure each group size in one log that grows."""
    with tempfile.TemporaryDirectory() as name, Peak(os.getpid()).watching() as peak:
        folder = Path(name)
        upgrade(f"sqlite:///{folder / 'log.db'}")
        found = []
        for group in GROUPS:
            releases, flushes = in_turn(
                lambda group=group: asyncio.run(_releasing(folder, group)),  # type: ignore[misc]
                lambda: _flushing(folder),
                rounds=3,
            )
            found.append(
                Row(
                    f"durable, sealed release; {group} at once",
                    f"{releases:,.0f} a second",
                    f"{flushes:,.0f} bare fdatasync a second",
                    f"x {releases / flushes:.2f}",
                    peak.megabytes,
                )
            )
        return found


def _flushing(folder: Path) -> float:
    descriptor = os.open(folder / "flush", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def work() -> None:
        for _ in range(FLUSHES):
            os.write(descriptor, b"x" * 4096)
            os.fdatasync(descriptor)

    try:
        return rate(FLUSHES, work)
    finally:
        os.close(descriptor)


async def _releasing(folder: Path, group: int) -> float:
    """Return releases a second: entry committed, checkpoint signed and committed, receipt made."""
    database = open_database(f"sqlite:///{folder / 'log.db'}")
    keyring = await database.write(lambda connection: open_keyring(connection, b"\1" * 32))
    runtime = Runtime(database, keyring)
    signer = Signer.from_seed("bench.example/log", b"\2" * 32)
    log = Sequencer(runtime, signer, folder / "tiles", signer.name)
    await log.start()
    count = max(RELEASES * group // GROUPS[-1], 32)
    loop = asyncio.get_running_loop()
    start = loop.time()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(group):
            tasks.create_task(_one_after_another(runtime, log, count // group))
    seconds = loop.time() - start
    await log.stop()
    database.close()
    return count // group * group / seconds


async def _one_after_another(runtime: Runtime, log: Sequencer, count: int) -> None:
    body = {"type": "refusal", "code": "quota"}

    def job(connection: sa.Connection) -> str:
        return append(connection, body, at=runtime.clock(), nonce=runtime.entropy(16))

    for _ in range(count):
        await log.sealed(await runtime.database.write(job))
