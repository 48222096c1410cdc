"""Receipts and proofs from a running log's files."""

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa

from kernel.errors import MissingError, UnavailableError
from kernel.runtime import Runtime
from ledger.domain.frontier import Frontier
from ledger.domain.merkle import verify_consistency
from ledger.domain.note import Signer
from ledger.store import tables
from ledger.usecases import proofs
from ledger.usecases.seal import seal
from ledger.usecases.sequencer import Sequencer
from ledger.usecases.snapshot import snapshot
from tests.ledger.conftest import ORIGIN, Append
from tests.ledger.reading import log_findings


async def grown(log: Sequencer, add: Append, steps: list[int]) -> list[str]:
    """Append in steps, each sealed by a checkpoint of its own."""
    ids: list[str] = []
    for step in steps:
        ids += await add(step)
        await log.sealed(ids[-1])
    return ids


def test_a_receipt_is_the_same_bytes_however_far_the_log_has_grown(
    runtime: Runtime, signer: Signer, directory: Path, add: Append
) -> None:
    async def story() -> None:
        log = Sequencer(runtime, signer, directory, ORIGIN)
        await log.start()
        first = (await add())[0]
        early = await log.sealed(first)
        ids = [first, *await grown(log, add, [3, 250, 2, 1, 300])]
        assert await log.sealed(first) == early == await proofs.receipt(runtime, directory, first)
        bodies = await proofs.entries(runtime, ids)
        for entry_id in ids[::17]:
            receipt = await proofs.receipt(runtime, directory, entry_id)
            receipt.verify(bodies[entry_id].body, signer.vkey)
        await log.stop()

    asyncio.run(story())


def test_any_two_signed_checkpoints_are_joined_by_a_proof(
    runtime: Runtime, signer: Signer, directory: Path, add: Append
) -> None:
    async def story() -> None:
        log = Sequencer(runtime, signer, directory, ORIGIN)
        await log.start()
        await grown(log, add, [1, 1, 253, 1, 1, 255, 10])
        await log.stop()
        heads = await runtime.database.read(
            sa.select(tables.checkpoint).order_by(tables.checkpoint.c.size)
        )
        for old in heads:
            for new in heads:
                if old.size <= new.size:
                    proof = await proofs.consistency(runtime, directory, old.size, new.size)
                    verify_consistency((old.size, old.root), (new.size, new.root), proof)
        with pytest.raises(MissingError):
            await proofs.consistency(runtime, directory, 1, 9999)

    asyncio.run(story())


def test_an_entry_not_yet_sealed_has_no_receipt(
    runtime: Runtime, directory: Path, add: Append
) -> None:
    async def story() -> None:
        with pytest.raises(UnavailableError, match="尚未"):
            await proofs.receipt(runtime, directory, (await add())[0])

    asyncio.run(story())


def test_an_entry_sealed_but_not_yet_published_has_no_receipt(
    runtime: Runtime, signer: Signer, directory: Path, add: Append
) -> None:
    """Another worker has committed the batch and is about to write its files."""

    async def story() -> None:
        log = Sequencer(runtime, signer, directory, ORIGIN)
        await log.start()
        await grown(log, add, [5])
        await log.stop()
        entry_id, now = (await add())[0], runtime.clock()
        await runtime.database.write(lambda c: seal(c, Frontier(), signer, at=now))
        with pytest.raises(UnavailableError, match="尚未"):
            await proofs.receipt(runtime, directory, entry_id)

    asyncio.run(story())


@pytest.mark.parametrize("damage", ["flip", "cut", "gone"])
def test_a_damaged_tile_gives_no_false_receipt(
    runtime: Runtime, signer: Signer, directory: Path, add: Append, damage: str
) -> None:
    async def story() -> None:
        log = Sequencer(runtime, signer, directory, ORIGIN)
        await log.start()
        ids = await grown(log, add, [5])
        await log.stop()
        tile = directory / "tile/0/000.p/5"
        data = tile.read_bytes()
        spoilt = {"flip": bytes([data[0] ^ 1]) + data[1:], "cut": data[:33], "gone": b""}[damage]
        tile.write_bytes(spoilt)
        if damage == "gone":
            tile.unlink()
        with pytest.raises(UnavailableError, match="瓦片"):
            await proofs.receipt(runtime, directory, ids[2])
        again = Sequencer(runtime, signer, directory, ORIGIN)
        await again.start()
        assert (await proofs.receipt(runtime, directory, ids[2])).index == 2
        await again.stop()

    asyncio.run(story())


def test_a_snapshot_is_one_state_of_a_growing_log(
    runtime: Runtime, signer: Signer, directory: Path, add: Append
) -> None:
    async def story() -> None:
        log = Sequencer(runtime, signer, directory, ORIGIN)
        await log.start()
        await grown(log, add, [250])
        old = (directory / "checkpoint").read_bytes()
        await grown(log, add, [20])
        await log.stop()
        assert log_findings(await snapshot(directory, signer.vkey), key=signer.vkey) == []
        # The reader took the checkpoint just before the tiles were filled.
        (directory / "checkpoint").write_bytes(old)
        files = await snapshot(directory, signer.vkey)
        assert "tile/entries/000.p/250" in files
        assert log_findings(files, key=signer.vkey) == []
        with pytest.raises(UnavailableError):
            await snapshot(directory, Signer.from_seed(ORIGIN, b"\x12" * 32).vkey)
        with pytest.raises(UnavailableError):
            await snapshot(directory / "nowhere", signer.vkey)

    asyncio.run(story())
