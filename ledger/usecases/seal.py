"""Give all waiting entries their place, and sign one checkpoint over them. One transaction."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.engine import Connection

from ledger.domain.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from ledger.domain.frontier import Frontier
from ledger.domain.note import NoteError, Signer
from ledger.domain.tile import Tile
from ledger.store import rows

MOST_ENTRIES = 1024
"""In one batch; a backlog is sealed by several."""


class LogError(RuntimeError):
    """The log contradicts itself or its key: nothing may be signed until a person has looked."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """The log after a batch: its frontier, the files that changed, the checkpoint's note."""

    frontier: Frontier
    files: dict[Tile, bytes] = field(default_factory=dict)
    note: str = ""
    more: bool = False
    """Whether entries were left for a next batch."""


def seal(connection: Connection, known: Frontier, signer: Signer, *, at: datetime) -> Sealed:
    """Return the log with all that waits sealed, starting from any earlier frontier.

    The stored checkpoint is read in this very transaction, so an unknown outcome of an earlier
    commit, or another worker's batch, is simply found. A signature made in a transaction that does
    not commit never leaves this function's caller. Raises LogError.
    """
    rows.lock_head(connection)
    head = rows.head_of(connection.execute(rows.newest_head()).one_or_none())
    frontier, files = _catch_up(connection, known, head)
    waiting = rows.take_unsealed(connection, MOST_ENTRIES)
    note = head.note if head else ""
    if waiting:
        if head and head.vkey != signer.vkey:
            raise LogError("the log is signed by another key")
        rows.assign_indexes(connection, frontier.size, [arrival for arrival, _ in waiting])
        frontier, filled = frontier.extend([body for _, body in waiting])
        files |= filled
        checkpoint = Checkpoint(signer.name, frontier.size, frontier.edge.root)
        note = sign_checkpoint(checkpoint, signer)
        rows.insert_head(
            connection,
            rows.SignedHead(checkpoint.size, checkpoint.root, note, signer.vkey, at),
        )
    # A path names its width, so an unchanged partial tile has an unchanged path.
    before = known.partial_files()
    files |= {tile: data for tile, data in frontier.partial_files().items() if tile not in before}
    return Sealed(frontier, files, note, more=len(waiting) == MOST_ENTRIES)


def supersede(earlier: dict[Tile, bytes], later: dict[Tile, bytes]) -> dict[Tile, bytes]:
    """Return both, without the earlier partial tiles that a later file replaces."""
    replaced = {(tile.level, tile.index) for tile in later}
    kept = {t: data for t, data in earlier.items() if (t.level, t.index) not in replaced}
    return kept | later


def check_head(frontier: Frontier, head: rows.SignedHead) -> None:
    """Raise LogError unless the frontier is what the stored checkpoint was signed for."""
    expected = Checkpoint(head.vkey.partition("+")[0], frontier.size, frontier.edge.root)
    try:
        signed = open_checkpoint(head.note, head.vkey)
    except NoteError as error:
        raise LogError(
            f"the stored checkpoint of size {head.size} is not valid: {error}"
        ) from error
    if signed != expected or (head.size, head.root) != (signed.size, signed.root):
        raise LogError(
            f"the entries do not give the root that was signed for size {head.size}: "
            "an entry was altered, added, dropped or moved in the database"
        )


def _catch_up(
    connection: Connection, known: Frontier, head: rows.SignedHead | None
) -> tuple[Frontier, dict[Tile, bytes]]:
    """Return the frontier at the stored checkpoint, reading what others have sealed meanwhile."""
    if head is None or head.size < known.size:
        if known.size:
            raise LogError("the database has lost checkpoints that this process has seen")
        return known, {}
    found = connection.execute(rows.sealed_bodies(known.size, head.size)).fetchall()
    frontier, files = known.extend([row.body for row in found])
    if frontier.edge.root != head.root:
        raise LogError(f"the entries do not give the root that was signed for size {head.size}")
    return frontier, files
