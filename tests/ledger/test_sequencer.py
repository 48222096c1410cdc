"""The sequencer: one checkpoint a batch, waiters woken, nothing lost, nothing signed twice."""

import asyncio
from pathlib import Path

import sqlalchemy as sa

from kernel.runtime import Runtime
from ledger.domain.checkpoint import Checkpoint, open_checkpoint
from ledger.domain.note import Signer
from ledger.domain.receipt import Receipt
from ledger.store import tables
from ledger.usecases import proofs, sequencer
from ledger.usecases.sequencer import Sequencer
from tests.ledger.conftest import ORIGIN, Append


async def heads(runtime: Runtime) -> list[int]:
    rows = await runtime.database.read(
        sa.select(tables.checkpoint.c.size).order_by(tables.checkpoint.c.size)
    )
    return [row.size for row in rows]


def published(directory: Path, signer: Signer) -> Checkpoint:
    return open_checkpoint((directory / "checkpoint").read_text(), signer.vkey)


def test_a_waiter_gets_a_receipt_that_verifies_offline(
    runtime: Runtime, signer: Signer, directory: Path, add: Append
) -> None:
    async def story() -> None:
        log = Sequencer(runtime, signer, directory, ORIGIN)
        await log.start()
        entry_id = await add()
        receipt = await log.sealed(entry_id)
        entry = (await proofs.entries(runtime, [entry_id]))[entry_id]
        again = Receipt.parse(receipt.text)
        assert again.verify(entry.body, signer.vkey) == published(directory, signer)
        assert log.health() == sequencer.LogHealth(True, "", 1, 0.0)
        await log.stop()
        assert not log.health().writable

    asyncio.run(story())
