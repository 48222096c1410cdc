"""Prove that an entry is in the log, and that the log only ever grew."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kernel.database import Database
from kernel.errors import MissingError, UnavailableError
from kernel.runtime import Runtime
from ledger.domain.checkpoint import Checkpoint
from ledger.domain.merkle import ProofError, consistency_proof, inclusion_proof
from ledger.domain.note import VerifierKey
from ledger.domain.receipt import Receipt
from ledger.domain.tile import Tile, TileError
from ledger.domain.tree import ReadTile, node_reader
from ledger.store import rows
from ledger.store.files import TileFiles

_DAMAGED = "账本瓦片缺失或已损坏"
_RESTART = "重启服务，瓦片将由条目表重建"


@dataclass(frozen=True, slots=True)
class LoggedEntry:
    """An entry as it was appended: its exact bytes, and its place once it is sealed."""

    entry_id: str
    index: int | None
    body: bytes


async def entries(runtime: Runtime, entry_ids: Sequence[str]) -> dict[str, LoggedEntry]:
    """Return the entries with these ids; ids that the log does not know are absent."""
    found = await runtime.database.read(rows.entries_named(entry_ids))
    return {row.id: LoggedEntry(row.id, row.leaf_index, row.body) for row in found}


async def receipt(runtime: Runtime, directory: Path, entry_id: str) -> Receipt:
    """Return the receipt of a sealed entry: the same bytes at every call.

    It proves inclusion in the first checkpoint that covered the entry. Raises MissingError for an
    unknown entry, UnavailableError while it is not sealed or when tiles are damaged.
    """
    entry = (await entries(runtime, [entry_id])).get(entry_id)
    if entry is None:
        raise MissingError("账本中没有这个条目")
    head = None if entry.index is None else await _first_head_over(runtime.database, entry.index)
    if entry.index is None or head is None:
        raise UnavailableError("条目尚未进入已签名的检查点", remedy="请稍后重试")
    return await asyncio.to_thread(_prove, TileFiles(directory), entry.index, entry.body, head)


async def consistency(runtime: Runtime, directory: Path, old: int, new: int) -> tuple[bytes, ...]:
    """Return the proof that the log of size `new` only adds to the log of size `old`.

    Raises MissingError unless the log has signed a checkpoint of the new size, UnavailableError
    when tiles are damaged.
    """
    if not await runtime.database.read(rows.head_of_size(new)) or not 0 <= old <= new:
        raise MissingError("账本没有这样的检查点")
    node = node_reader(new, _reader(TileFiles(directory)))
    try:
        return await asyncio.to_thread(consistency_proof, old, new, node)
    except TileError as error:
        raise UnavailableError(_DAMAGED, remedy=_RESTART) from error


async def _first_head_over(database: Database, index: int) -> rows.SignedHead | None:
    found = await database.read(rows.first_head_over(index))
    return rows.head_of(found[0] if found else None)


def _prove(files: TileFiles, index: int, body: bytes, head: rows.SignedHead) -> Receipt:
    """Return the receipt after verifying it as its holder will: tiles may be damaged."""
    try:
        path = inclusion_proof(index, head.size, node_reader(head.size, _reader(files)))
        made = Receipt(index, path, head.note)
        proven = made.verify(body, head.vkey)
    except (TileError, ProofError) as error:
        raise UnavailableError(_DAMAGED, remedy=_RESTART) from error
    if proven != Checkpoint(VerifierKey.parse(head.vkey).name, head.size, head.root):
        raise UnavailableError("检查点与数据库记录不符", remedy="请联系管理员核查账本")
    return made


def _reader(files: TileFiles) -> ReadTile:
    def read(tile: Tile) -> bytes:
        data = files.read(tile)
        if data is None:
            raise TileError(f"没有瓦片 {tile.path}")
        return data

    return read
