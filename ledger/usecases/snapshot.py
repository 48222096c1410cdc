"""Copy the log as one state for an evidence bundle: a checkpoint and exactly its tiles."""

import asyncio
from pathlib import Path

from kernel.errors import UnavailableError
from ledger.domain.checkpoint import open_checkpoint
from ledger.domain.merkle import HASH_BYTES
from ledger.domain.note import NoteError
from ledger.domain.tile import ENTRIES, Tile, TileError, entry_bundles, hash_tiles, pack, unpack
from ledger.store.files import CHECKPOINT, TileFiles


async def snapshot(directory: Path, vkey: str) -> dict[str, bytes]:
    """Return path → bytes of `checkpoint` and all tiles and entry bundles of its size.

    The log may grow meanwhile: what has been filled since is cut back. Raises UnavailableError
    when the directory holds no log of that key or lacks a tile.
    """
    return await asyncio.to_thread(_copy, TileFiles(directory), vkey)


def _copy(files: TileFiles, vkey: str) -> dict[str, bytes]:
    note = files.read_checkpoint()
    try:
        checkpoint = open_checkpoint(note, vkey)
        tiles = [*hash_tiles(checkpoint.size), *entry_bundles(checkpoint.size)]
        copied = {tile.path: _cut(files.read(tile), tile) for tile in tiles}
    except (NoteError, TileError) as error:
        raise UnavailableError("账本目录不完整", remedy="重启服务，瓦片将由条目表重建") from error
    return {CHECKPOINT: note.encode(), **copied}


def _cut(data: bytes | None, tile: Tile) -> bytes:
    if data is None:
        raise TileError(f"没有瓦片 {tile.path}")
    if tile.level == ENTRIES:
        return pack(unpack(data)[: tile.width])
    return data[: tile.width * HASH_BYTES]
