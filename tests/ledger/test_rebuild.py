"""Files are derived: whatever a crash or a hand left there, the start puts right, or refuses."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from kernel.runtime import Runtime
from ledger.domain.checkpoint import Checkpoint, sign_checkpoint
from ledger.domain.frontier import Frontier
from ledger.domain.note import Signer
from ledger.store import tables
from ledger.store.files import TileFiles
from ledger.usecases import proofs, seal
from ledger.usecases.sequencer import Sequencer
from tests.ledger.conftest import ORIGIN, Append
from tests.ledger.reading import log_findings

SEALED = 300


def files_of(directory: Path) -> dict[str, bytes]:
    found = (path for path in directory.rglob("*") if path.is_file())
    named = {path.relative_to(directory).as_posix(): path.read_bytes() for path in found}
    return {name: data for name, data in named.items() if not name.startswith(".work/")}


async def filled(runtime: Runtime, signer: Signer, directory: Path, add: Append) -> None:
    log = Sequencer(runtime, signer, directory, ORIGIN)
    await log.start()
    await log.sealed((await add(times=SEALED))[-1])
    await log.stop()


async def restarted(runtime: Runtime, signer: Signer, directory: Path) -> None:
    log = Sequencer(runtime, signer, directory, ORIGIN)
    await log.start()
    await log.stop()


DAMAGES: dict[str, tuple[str, Callable[[Path], object]]] = {
    "half a tile": ("tile/0/000", lambda path: path.write_bytes(path.read_bytes()[:4096])),
    "an empty tile": ("tile/1/000.p/1", lambda path: path.write_bytes(b"")),
    "a missing bundle": ("tile/entries/000", lambda path: path.unlink()),
    "half a bundle": ("tile/entries/001.p/44", lambda path: path.write_bytes(b"\x01")),
    "an altered byte": ("tile/0/001.p/44", lambda path: path.write_bytes(bytes(44 * 32))),
    "half a checkpoint": ("checkpoint", lambda path: path.write_bytes(path.read_bytes()[:30])),
    "an empty checkpoint": ("checkpoint", lambda path: path.write_bytes(b"")),
    "no checkpoint": ("checkpoint", lambda path: path.unlink()),
    "a forged size": (
        "checkpoint",
        lambda path: path.write_bytes(path.read_bytes().replace(b"\n300\n", b"\n999\n")),
    ),
    "a leftover": (".work/1-tile-0-000.part", lambda path: path.write_bytes(b"half")),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_replaced_at_start(
    runtime: Runtime, signer: Signer, directory: Path, add: Append, damage: str
) -> None:
    async def story() -> None:
        await filled(runtime, signer, directory, add)
        whole = files_of(directory)
        assert log_findings(whole, key=signer.vkey) == []
        name, spoil = DAMAGES[damage]
        spoil(directory / name)
        await restarted(runtime, signer, directory)
        assert files_of(directory) == whole
        assert not list((directory / ".work").glob("*.part"))

    asyncio.run(story())


def test_an_empty_directory_is_filled_from_the_entries(
    runtime: Runtime, signer: Signer, directory: Path, add: Append, tmp_path: Path
) -> None:
    async def story() -> None:
        await filled(runtime, signer, directory, add)
        await restarted(runtime, signer, tmp_path / "elsewhere")
        assert files_of(tmp_path / "elsewhere") == files_of(directory)

    asyncio.run(story())


def test_receipts_of_older_checkpoints_outlive_a_rebuild(
    runtime: Runtime, signer: Signer, directory: Path, add: Append, tmp_path: Path
) -> None:
    async def story() -> None:
        log = Sequencer(runtime, signer, directory, ORIGIN)
        await log.start()
        early = (await add(3))[1]
        receipt = await log.sealed(early)
        await log.sealed((await add(40))[-1])
        await log.stop()
        await restarted(runtime, signer, tmp_path / "elsewhere")
        assert await proofs.receipt(runtime, tmp_path / "elsewhere", early) == receipt

    asyncio.run(story())


def test_a_crash_between_commit_and_files_is_healed_at_start(
    runtime: Runtime, signer: Signer, directory: Path, add: Append
) -> None:
    async def story() -> None:
        await filled(runtime, signer, directory, add)
        entry_id, now = (await add())[0], runtime.clock()
        await runtime.database.write(lambda c: seal.seal(c, Frontier(), signer, at=now))
        log = Sequencer(runtime, signer, directory, ORIGIN)
        await log.start()
        assert (await log.sealed(entry_id)).index == SEALED
        await log.stop()
        assert log_findings(files_of(directory), key=signer.vkey) == []

    asyncio.run(story())


KILLED = """
import asyncio, os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from kernel.database import open_database
from kernel.envelope import Keyring
from kernel.runtime import Runtime
from ledger.domain.note import Signer
from ledger.store import files
from ledger.usecases.append import append
from ledger.usecases.sequencer import Sequencer

def kill(path, target):
    os.kill(os.getpid(), signal.SIGKILL)

async def main(url, directory, seed):
    runtime = Runtime(open_database(url), Keyring(bytes(32)))
    signer = Signer.from_seed(sys.argv[4], bytes.fromhex(seed))
    log = Sequencer(runtime, signer, directory, signer.name)
    await log.start()
    files.Path.replace = kill
    now, nonce = datetime.now(UTC), os.urandom(16)
    body = {"type": "refusal"}
    entry = await runtime.database.write(lambda c: append(c, body, at=now, nonce=nonce))
    print(entry, flush=True)
    await log.sealed(entry)
    print("answered", flush=True)

asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
"""


def test_a_process_killed_while_it_writes_files_has_answered_nobody_and_is_healed(
    runtime: Runtime, signer: Signer, directory: Path, add: Append, tmp_path: Path
) -> None:
    async def story() -> None:
        await filled(runtime, signer, directory, add)
        before = files_of(directory)
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-c", KILLED, f"sqlite:///{tmp_path / 'xueyin.db'}", str(directory),
             "11" * 32, ORIGIN],
            capture_output=True, text=True, timeout=30, check=False,
            cwd=Path(__file__).parents[2],
        )  # fmt: skip
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert "answered" not in done.stdout
        assert files_of(directory) == before
        assert list((directory / ".work").glob("*.part"))
        log = Sequencer(runtime, signer, directory, ORIGIN)
        await log.start()
        assert (await log.sealed(done.stdout.strip())).index == SEALED
        await log.stop()
        assert log_findings(files_of(directory), key=signer.vkey) == []
        assert not list((directory / ".work").glob("*.part"))

    asyncio.run(story())


TAMPERING = {
    "altered": tables.entry.update().where(tables.entry.c.leaf_index == 7).values(body=b"{}"),
    "dropped": tables.entry.delete().where(tables.entry.c.leaf_index == 7),
    "last dropped": tables.entry.delete().where(tables.entry.c.leaf_index == SEALED - 1),
    "unsealed": tables.entry.update()
    .where(tables.entry.c.leaf_index == SEALED - 1)
    .values(leaf_index=None),
    "root replaced": tables.checkpoint.update().values(root=bytes(32)),
    "note replaced": tables.checkpoint.update().values(note="nothing"),
}


@pytest.mark.parametrize("case", TAMPERING)
def test_tampering_in_the_database_refuses_to_start_and_leaves_the_files_as_evidence(
    runtime: Runtime, signer: Signer, directory: Path, add: Append, case: str
) -> None:
    async def story() -> None:
        await filled(runtime, signer, directory, add)
        before = files_of(directory)
        await runtime.database.write(lambda connection: connection.execute(TAMPERING[case]))
        with pytest.raises(seal.LogError):
            await restarted(runtime, signer, directory)
        assert files_of(directory) == before

    asyncio.run(story())


def test_a_worker_that_catches_up_on_altered_entries_signs_nothing(
    runtime: Runtime, signer: Signer, directory: Path, add: Append
) -> None:
    async def story() -> None:
        await filled(runtime, signer, directory, add)
        altered = tables.entry.update().where(tables.entry.c.leaf_index == 7).values(body=b"{}")
        await runtime.database.write(lambda connection: connection.execute(altered))
        await add()
        now = runtime.clock()
        with pytest.raises(seal.LogError, match="do not give the root"):
            await runtime.database.write(lambda c: seal.seal(c, Frontier(), signer, at=now))

    asyncio.run(story())


def test_a_filled_tile_takes_the_place_of_its_partial_forerunners(
    runtime: Runtime, signer: Signer, directory: Path, add: Append
) -> None:
    async def story() -> None:
        log = Sequencer(runtime, signer, directory, ORIGIN)
        await log.start()
        for times in (3, 2, 260):
            await log.sealed((await add(times))[-1])
        await log.stop()
        names = {name for name in files_of(directory) if name.startswith(("tile/0", "tile/ent"))}
        assert names == {
            "tile/0/000", "tile/0/001.p/9", "tile/entries/000", "tile/entries/001.p/9",
        }  # fmt: skip

    asyncio.run(story())


def test_a_database_restored_from_an_older_copy_refuses_to_start(
    runtime: Runtime, signer: Signer, directory: Path, add: Append
) -> None:
    """To go on would sign a second, contradicting history (security.md G35)."""

    async def story() -> None:
        await filled(runtime, signer, directory, add)
        for statement in (
            tables.checkpoint.delete().where(tables.checkpoint.c.size == SEALED),
            tables.entry.delete().where(tables.entry.c.leaf_index >= SEALED - 1),
        ):
            await runtime.database.write(partial(sa.Connection.execute, statement=statement))
        with pytest.raises(seal.LogError, match="older than its log"):
            await restarted(runtime, signer, directory)

    asyncio.run(story())


def test_an_empty_database_beside_a_published_log_refuses_to_start(
    runtime: Runtime, signer: Signer, directory: Path
) -> None:
    async def story() -> None:
        files = TileFiles(directory)
        files.prepare()
        files.publish({}, sign_checkpoint(Checkpoint(ORIGIN, 3, bytes(32)), signer))
        with pytest.raises(seal.LogError, match="older than its log"):
            await restarted(runtime, signer, directory)
        assert await runtime.database.read(sa.select(tables.checkpoint)) == []

    asyncio.run(story())


def test_the_directory_of_another_log_is_not_overwritten(
    runtime: Runtime, signer: Signer, directory: Path
) -> None:
    async def story() -> None:
        other = Signer.from_seed("other.example/log", b"\x12" * 32)
        files = TileFiles(directory)
        files.prepare()
        files.publish({}, sign_checkpoint(Checkpoint(other.name, 3, bytes(32)), other))
        with pytest.raises(seal.LogError, match="another key"):
            await restarted(runtime, signer, directory)

    asyncio.run(story())


def test_a_newer_published_checkpoint_is_never_replaced_by_an_older(
    signer: Signer, directory: Path
) -> None:
    files = TileFiles(directory)
    notes = [sign_checkpoint(Checkpoint(ORIGIN, size, bytes(32)), signer) for size in (5, 3)]
    for note in notes:
        files.publish({}, note)
    assert files.read_checkpoint() == notes[0]
