"""The sequencer in trouble: failing writes, files, keys; nothing is signed twice."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from kernel.errors import MissingError, UnavailableError
from kernel.runtime import Runtime
from ledger.domain.checkpoint import open_checkpoint
from ledger.domain.merkle import verify_consistency
from ledger.domain.note import Signer
from ledger.domain.receipt import Receipt
from ledger.store import tables
from ledger.store.files import TileFiles
from ledger.usecases import proofs, sequencer
from ledger.usecases.seal import LogError
from ledger.usecases.sequencer import Sequencer
from ledger.usecases.snapshot import snapshot
from tests.ledger.conftest import ORIGIN, Append
from tests.ledger.reading import log_findings
from tests.ledger.sequencing import Ticks, Unreliable, published, reached, sizes


@pytest.mark.parametrize("failure", ["before", "after"])
def test_a_failing_or_unknown_write_is_retried_and_nothing_is_signed_twice(
    shaky: Runtime, unreliable: Unreliable, signer: Signer, directory: Path, add: Append,
    failure: str,
) -> None:  # fmt: skip
    async def story() -> None:
        log = Sequencer(shaky, signer, directory, ORIGIN)
        await log.start()
        await log.sealed((await add())[0])
        unreliable.failures = [failure, failure]
        receipt = await log.sealed((await add())[0])
        assert receipt.index == 1
        assert await sizes(shaky) == [1, 2]
        heads = [
            open_checkpoint(row.note, signer.vkey)
            for row in await shaky.database.read(sa.select(tables.checkpoint))
        ]
        proof = await proofs.consistency(shaky, directory, 1, 2)
        verify_consistency((1, heads[0].root), (2, heads[1].root), proof)
        assert log.health().writable
        await log.stop()

    asyncio.run(story())


def test_files_that_cannot_be_written_stop_receipts_and_heal(
    runtime: Runtime, signer: Signer, directory: Path, add: Append, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    async def story() -> None:
        ticks = Ticks()
        log = Sequencer(runtime, signer, directory, ORIGIN, monotonic=ticks)
        await log.start()
        with monkeypatch.context() as patch:
            patch.setattr(TileFiles, "publish", full)
            first = (await add())[0]
            with pytest.raises(UnavailableError, match="未能及时封存"):
                await log.sealed(first, timeout=0.1)
            ticks.now += 6
            assert not log.health().writable
            await add()
        await log.sealed(first)
        await reached(log, 2)
        assert log.health().writable
        assert published(directory, signer).size == 2
        await log.stop()

    asyncio.run(story())


def test_the_log_is_unwritable_when_an_entry_waits_over_five_seconds(
    shaky: Runtime, unreliable: Unreliable, signer: Signer, directory: Path, add: Append
) -> None:
    async def story() -> None:
        ticks = Ticks()
        log = Sequencer(shaky, signer, directory, ORIGIN, monotonic=ticks)
        await log.start()
        unreliable.failures = ["before"] * 1000
        entry_id = (await add())[0]
        log.wake()
        ticks.now += 4.9
        assert log.health().writable
        ticks.now += 0.2
        health = log.health()
        assert (health.writable, health.reason) == (False, "账本已有 5 秒未能封存新条目")
        assert health.oldest_unsealed_seconds == pytest.approx(5.1)
        unreliable.failures = []
        await log.sealed(entry_id)
        assert log.health().writable
        await log.stop()

    asyncio.run(story())


@pytest.mark.parametrize("trouble", ["failing writes", "a hanging write", "failing reads"])
def test_entries_that_nobody_announced_count_as_well(
    shaky: Runtime, signer: Signer, directory: Path, add: Append,
    monkeypatch: pytest.MonkeyPatch, trouble: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(sequencer, "POLL_SECONDS", 0.05)
    unreliable = shaky.database
    assert isinstance(unreliable, Unreliable)

    async def story() -> None:
        ticks = Ticks()
        log = Sequencer(shaky, signer, directory, ORIGIN, monotonic=ticks)
        await log.start()
        await asyncio.sleep(sequencer.GATHER_SECONDS + 0.1)
        unreliable.failures = {"failing writes": ["before"] * 1000, "a hanging write": ["hang"],
                               "failing reads": []}[trouble]  # fmt: skip
        unreliable.unreadable = trouble == "failing reads"
        await add()
        await asyncio.sleep(0.2)
        ticks.now += 5.1
        assert not log.health().writable
        unreliable.failures, unreliable.unreadable = [], False
        unreliable.released.set()
        await reached(log, 1)
        assert log.health().writable
        await log.stop()

    asyncio.run(story())


def test_files_of_several_batches_are_kept_until_they_can_be_written(
    runtime: Runtime, signer: Signer, directory: Path, add: Append, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = TileFiles.publish
    failures = [OSError(28, "No space left on device")] * 2

    def full(*arguments: Any) -> None:  # noqa: ANN401  passed through
        if failures:
            raise failures.pop()
        publish(*arguments)

    async def story() -> None:
        log = Sequencer(runtime, signer, directory, ORIGIN)
        await log.start()
        monkeypatch.setattr(TileFiles, "publish", full)
        first = asyncio.create_task(log.sealed((await add(300))[-1]))
        await asyncio.sleep(0.02)
        await log.sealed((await add())[0])
        await first
        await log.stop()
        assert log_findings(await snapshot(directory, signer.vkey), key=signer.vkey) == []

    asyncio.run(story())


def test_without_its_key_the_log_is_unwritable_and_keeps_the_entries(
    runtime: Runtime, signer: Signer, directory: Path, add: Append
) -> None:
    async def story() -> None:
        keyless = Sequencer(runtime, None, directory, ORIGIN)
        await keyless.start()
        entry_id = (await add())[0]
        assert keyless.health().reason == "账本签名密钥缺失"
        with pytest.raises(UnavailableError, match="密钥缺失"):
            await keyless.sealed(entry_id)
        await keyless.stop()
        again = Sequencer(runtime, signer, directory, ORIGIN)
        await again.start()
        assert (await again.sealed(entry_id)).index == 0
        await again.stop()

    asyncio.run(story())


def test_another_key_than_the_stored_checkpoints_refuses_to_start(
    runtime: Runtime, signer: Signer, directory: Path, add: Append
) -> None:
    async def story() -> None:
        log = Sequencer(runtime, signer, directory, ORIGIN)
        await log.start()
        await log.sealed((await add())[0])
        await log.stop()
        other = Sequencer(runtime, Signer.from_seed(ORIGIN, b"\x12" * 32), directory, ORIGIN)
        with pytest.raises(LogError, match="put the right key in place"):
            await other.start()
        assert not other.health().writable

    asyncio.run(story())


def test_a_key_named_otherwise_than_the_log_is_refused(
    runtime: Runtime, signer: Signer, directory: Path
) -> None:
    with pytest.raises(LogError, match="is named"):
        Sequencer(runtime, signer, directory, "other.example/log")


def test_a_log_whose_checkpoints_vanish_stops_before_it_signs(
    runtime: Runtime, signer: Signer, directory: Path, add: Append
) -> None:
    async def story() -> None:
        log = Sequencer(runtime, signer, directory, ORIGIN)
        await log.start()
        await log.sealed((await add())[0])
        forget = tables.checkpoint.delete()
        await runtime.database.write(lambda connection: connection.execute(forget))
        entry_id = (await add())[0]
        with pytest.raises(UnavailableError, match="停止封存"):
            await log.sealed(entry_id)
        assert log.health().reason == "账本自相矛盾，已停止封存"
        with pytest.raises(UnavailableError, match="自相矛盾"):
            await log.sealed(entry_id)
        assert await sizes(runtime) == []
        await log.stop()

    asyncio.run(story())


def test_two_sequencers_on_one_log_make_one_history(
    runtime: Runtime, signer: Signer, directory: Path, add: Append
) -> None:
    async def story() -> None:
        logs = [Sequencer(runtime, signer, directory, ORIGIN) for _ in range(2)]
        for log in logs:
            await log.start()

        async def release(number: int) -> Receipt:
            return await logs[number % 2].sealed((await add())[0])

        for _ in range(5):
            await asyncio.gather(*(release(number) for number in range(12)))
        for log in logs:
            await log.stop()
        assert published(directory, signer).size == 60
        found = await runtime.database.read(
            sa.select(tables.entry.c.leaf_index).order_by(tables.entry.c.leaf_index)
        )
        assert [row.leaf_index for row in found] == list(range(60))

    asyncio.run(story())


def test_an_unknown_entry_has_no_receipt(
    runtime: Runtime, signer: Signer, directory: Path, add: Append
) -> None:
    async def story() -> None:
        log = Sequencer(runtime, signer, directory, ORIGIN)
        await log.start()
        await log.sealed((await add())[0])
        with pytest.raises(MissingError):
            await proofs.receipt(runtime, directory, "entry_" + "0" * 32)
        with pytest.raises(MissingError):
            await log.sealed("entry_" + "0" * 32)
        await log.stop()

    asyncio.run(story())


def test_a_caller_that_goes_away_does_not_disturb_the_others(
    runtime: Runtime, signer: Signer, directory: Path, add: Append
) -> None:
    async def story() -> None:
        log = Sequencer(runtime, signer, directory, ORIGIN)
        await log.start()
        entry_id = (await add())[0]
        impatient = asyncio.create_task(log.sealed(entry_id))
        patient = asyncio.create_task(log.sealed(entry_id))
        await asyncio.sleep(0.001)
        impatient.cancel()
        assert (await patient).index == 0
        await log.stop()

    asyncio.run(story())
