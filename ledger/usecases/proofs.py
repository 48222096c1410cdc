"""Prove that an entry is in the log, and that the log only ever grew."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from pathlib import Path

from kernel.database import Database
from kernel.errors import MissingError, UnavailableError, XueyinError
from kernel.runtime import Runtime
from ledger.domain.checkpoint import open_checkpoint
from ledger.domain.merkle import (
    ProofError,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    verify_inclusion,
)
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
    found = (await receipts(runtime, directory, [entry_id])).get(entry_id)
    if found is None:
        raise UnavailableError("条目尚未进入已签名的检查点", remedy="请稍后重试")
    if isinstance(found, XueyinError):
        raise found
    return found


async def receipts(
    runtime: Runtime, directory: Path, entry_ids: Sequence[str]
) -> dict[str, Receipt | XueyinError]:
    """Return for each id its receipt or why there is none.

    Entries that no published checkpoint covers yet are absent.
    """
    files = TileFiles(directory)
    published = await asyncio.to_thread(files.published_size)
    known = await entries(runtime, entry_ids)
    missing = MissingError("账本中没有这个条目")
    answers: dict[str, Receipt | XueyinError] = dict.fromkeys(set(entry_ids) - set(known), missing)
    sealed = [(e.index, e) for e in known.values() if e.index is not None and e.index < published]
    rest = sorted(sealed, key=itemgetter(0))
    while rest:
        head = await _first_head_over(runtime.database, rest[0][0])
        if head is None:
            break
        covered = [pair for pair in rest if pair[0] < head.size]
        answers |= await asyncio.to_thread(_prove, files, covered, head)
        rest = rest[len(covered) :]
    return answers


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


def _prove(
    files: TileFiles, covered: Sequence[tuple[int, LoggedEntry]], head: rows.SignedHead
) -> dict[str, Receipt | XueyinError]:
    """Return the receipts after verifying them as their holders will: tiles may be damaged."""
    node = node_reader(head.size, lru_cache(_reader(files)))
    signed = open_checkpoint(head.note, head.vkey)
    answers: dict[str, Receipt | XueyinError] = {}
    for index, entry in covered:
        try:
            path = inclusion_proof(index, head.size, node)
            verify_inclusion(leaf_hash(entry.body), index, signed.size, path, signed.root)
            answers[entry.entry_id] = Receipt(index, path, head.note)
        except (TileError, ProofError):
            answers[entry.entry_id] = UnavailableError(_DAMAGED, remedy=_RESTART)
    return answers


def _reader(files: TileFiles) -> ReadTile:
    def read(tile: Tile) -> bytes:
        data = files.read(tile)
        if data is None:
            raise TileError(f"没有瓦片 {tile.path}")
        return data

    return read
