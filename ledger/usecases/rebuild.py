"""Make tiles and checkpoint anew from the entries: at every start, whatever the last end was."""

import asyncio

from kernel.database import Database
from ledger.domain.checkpoint import open_checkpoint
from ledger.domain.frontier import Frontier
from ledger.domain.note import NoteError, VerifierKey, split
from ledger.domain.tile import Tile
from ledger.store import rows
from ledger.store.files import TileFiles
from ledger.usecases.seal import LogError, check_head

CHUNK = 2048
"""Entries read at once; a multiple of a tile's width."""


async def rebuild(database: Database, files: TileFiles, vkey: str) -> Frontier:
    """Return the log's frontier, once every tile on disk is what the entries say it is.

    Reads all sealed entries twice if a file is to be replaced, once if none is. Raises LogError,
    with the files untouched, when entries, stored checkpoint and published checkpoint contradict.
    """
    found = await database.read(rows.newest_head())
    head = rows.head_of(found[0] if found else None)
    await _check_published(database, files, vkey)
    files.prepare()
    if head is None:
        return Frontier()
    frontier, stale = await _walk(database, files, head.size, frozenset())
    check_head(frontier, head)
    if stale:
        await _walk(database, files, head.size, stale)
    files.publish({}, head.note)
    return frontier


async def _walk(
    database: Database, files: TileFiles, size: int, wanted: frozenset[Tile]
) -> tuple[Frontier, frozenset[Tile]]:
    """Return the frontier and the tiles whose file differs; write those that are wanted."""
    frontier = Frontier()
    stale: set[Tile] = set()
    while True:
        end = min(frontier.size + CHUNK, size)
        found = await database.read(rows.sealed_bodies(frontier.size, end))
        if len(found) != end - frontier.size:
            raise LogError(f"the database lacks sealed entries from {frontier.size} to {end}")
        frontier, made = await asyncio.to_thread(frontier.extend, [row.body for row in found])
        if frontier.size == size:
            made |= frontier.partial_files()
        stale |= await asyncio.to_thread(_compare, files, made, wanted)
        if frontier.size == size:
            return frontier, frozenset(stale)


def _compare(files: TileFiles, made: dict[Tile, bytes], wanted: frozenset[Tile]) -> set[Tile]:
    if wanted:
        files.publish({tile: data for tile, data in made.items() if tile in wanted}, "")
    return {tile for tile, data in made.items() if files.read_path(tile.path) != data}


async def _check_published(database: Database, files: TileFiles, vkey: str) -> None:
    """Raise LogError if the published checkpoint is another log's, or unknown to the database.

    It is written after the commit, so the latter shows a database restored from an older copy: to
    go on would sign a second history. What is no checkpoint was half-written and is taken away.
    """
    note = files.read_checkpoint()
    try:
        signers = {(name, key_id) for name, key_id, _ in split(note)[1]}
    except NoteError:
        files.discard_checkpoint()
        return
    key = VerifierKey.parse(vkey)
    if (key.name, key.key_id) not in signers:
        raise LogError(f"{files.directory} holds the log of another key, not of {vkey}")
    try:
        checkpoint = open_checkpoint(note, vkey)
    except NoteError:
        files.discard_checkpoint()
        return
    found = await database.read(rows.head_of_size(checkpoint.size))
    if not found or found[0].root != checkpoint.root:
        raise LogError(
            f"{files.directory} holds a checkpoint of size {checkpoint.size} that the database "
            "does not know, so the database is older than its log: restore the newer one, or start "
            "a new log under a new name and keep this directory as evidence"
        )
