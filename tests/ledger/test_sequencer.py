"""The sequencer: one checkpoint a batch, waiters woken, nothing lost."""

import asyncio
from pathlib import Path

import pytest

from kernel.runtime import Runtime
from ledger.domain.note import Signer
from ledger.domain.receipt import Receipt
from ledger.usecases import proofs, sequencer
from ledger.usecases.sequencer import LogHealth, Sequencer
from tests.ledger.conftest import ORIGIN, Append
from tests.ledger.sequencing import Unreliable, published, reached, sizes


def test_a_waiter_gets_a_receipt_that_verifies_offline(
    runtime: Runtime, signer: Signer, directory: Path, add: Append
) -> None:
    async def story() -> None:
        log = Sequencer(runtime, signer, directory, ORIGIN)
        await log.start()
        entry_id = (await add())[0]
        receipt = await log.sealed(entry_id)
        entry = (await proofs.entries(runtime, [entry_id]))[entry_id]
        again = Receipt.parse(receipt.text)
        assert again.verify(entry.body, signer.vkey) == published(directory, signer)
        healthy = LogHealth(writable=True, reason="", size=1, oldest_unsealed_seconds=0.0)
        assert log.health() == healthy
        await log.stop()
        assert log.health().reason == "账本定序任务未运行"

    asyncio.run(story())


def test_64_waiters_at_once_share_few_checkpoints(
    runtime: Runtime, signer: Signer, directory: Path, add: Append
) -> None:
    async def story() -> None:
        log = Sequencer(runtime, signer, directory, ORIGIN)
        await log.start()

        async def release() -> Receipt:
            return await log.sealed((await add())[0])

        receipts = await asyncio.gather(*(release() for _ in range(64)))
        assert sorted(receipt.index for receipt in receipts) == list(range(64))
        assert len(await sizes(runtime)) <= 16
        await log.stop()

    asyncio.run(story())


def test_entries_for_which_nobody_waits_gather_into_one_checkpoint(
    shaky: Runtime, unreliable: Unreliable, signer: Signer, directory: Path, add: Append
) -> None:
    async def story() -> None:
        log = Sequencer(shaky, signer, directory, ORIGIN)
        await log.start()
        for _ in range(64):
            await add()
            log.wake()
        await reached(log, 64)
        assert unreliable.writes <= 3
        assert len(await sizes(shaky)) <= 3
        await log.stop()

    asyncio.run(story())


def test_entries_of_another_process_are_found_without_a_call(
    runtime: Runtime, signer: Signer, directory: Path, add: Append
) -> None:
    async def story() -> None:
        log = Sequencer(runtime, signer, directory, ORIGIN)
        await log.start()
        await asyncio.sleep(sequencer.GATHER_SECONDS + 0.1)
        await add()
        await reached(log, 1)
        await log.stop()

    asyncio.run(story())


def test_a_backlog_larger_than_a_batch_is_sealed_whole(
    runtime: Runtime, signer: Signer, directory: Path, add: Append, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.usecases.seal.MOST_ENTRIES", 7)
    monkeypatch.setattr(sequencer, "POLL_SECONDS", 60)

    async def story() -> None:
        last = (await add(20))[-1]
        log = Sequencer(runtime, signer, directory, ORIGIN)
        await log.start()
        assert (await log.sealed(last)).index == 19
        assert await sizes(runtime) == [7, 14, 20]
        await log.stop()

    asyncio.run(story())


def test_stop_seals_what_was_committed_last(
    runtime: Runtime, signer: Signer, directory: Path, add: Append
) -> None:
    async def story() -> None:
        log = Sequencer(runtime, signer, directory, ORIGIN)
        await log.start()
        await add()
        await log.stop()
        assert published(directory, signer).size == 1

    asyncio.run(story())
