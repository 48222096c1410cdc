"""Blocks of pupils whom nobody can tell apart: how are they read, and changed in a release's job?

Whoever reads takes the version first; whoever writes does so only while it is still the same. So
of two releases that may each leave, but not both, one is judged again.
"""

import hmac
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from anonymize.overtime.blocks import Block, Change, Known, Pupil
from kernel.envelope import SUITE
from kernel.runtime import Runtime
from sharing.store.insert import insert_new
from sharing.store.overtime_tables import block, coalition, pupil

CHUNK = 2_000
"""Few enough that a read holds the event loop of SQLite for milliseconds only."""
TAG_BYTES = 16
_TABLE = "sharing_overtime_coalition"

T = TypeVar("T")


class MovedError(Exception):
    """Another release of the coalition was written meanwhile: judge again. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Coalition:
    """A coalition as it was read; `key` turns pupils' tags into its own."""

    id: str
    version: int
    unused: int
    key: bytes

    def tag(self, pupil_tag: bytes) -> Pupil:
        """Return the tag under which this coalition knows a pupil."""
        return hmac.digest(self.key, pupil_tag, "sha256")[:TAG_BYTES]


async def read_coalition(runtime: Runtime, coalition_id: str) -> Coalition:
    """Return the coalition as of now; it is made when it is named for the first time."""
    statement = sa.select(coalition).where(coalition.c.id == coalition_id)
    rows = await runtime.database.read(statement)
    if not rows:
        sealed = runtime.keyring.seal(
            runtime.entropy(32), table=_TABLE, column="sealed", row=coalition_id
        )
        new = {
            "id": coalition_id, "version": 0, "unused": 1, "suite": SUITE, "sealed": sealed,
        }  # fmt: skip
        await runtime.database.write(lambda connection: insert_new(connection, coalition, [new]))
        rows = await runtime.database.read(statement)
    found = rows[0]
    key = runtime.keyring.open(found.sealed, table=_TABLE, column="sealed", row=coalition_id)
    return Coalition(coalition_id, found.version, found.unused, key)


async def read_known(runtime: Runtime, of: Coalition, chain: str, tags: Collection[Pupil]) -> Known:
    """Return the blocks of those of the pupils who were in a release of the coalition before."""
    place = (pupil.c.coalition == of.id, pupil.c.chain == chain)
    block_of: dict[Pupil, int] = {}
    for some in _chunks(list(tags)):
        statement = sa.select(pupil.c.tag, pupil.c.number).where(*place, pupil.c.tag.in_(some))
        block_of |= {bytes(row.tag): row.number for row in await runtime.database.read(statement)}
    blocks: dict[int, Block] = {}
    for numbers in _chunks(sorted(set(block_of.values()))):
        statement = sa.select(block).where(
            block.c.coalition == of.id, block.c.chain == chain, block.c.number.in_(numbers)
        )
        for row in await runtime.database.read(statement):
            blocks[row.number] = Block(row.size, row.least, row.disclosure_id)
    return Known(block_of, blocks, of.unused)


def write(
    connection: Connection, of: Coalition, changes: Mapping[str, Change], unused: int
) -> None:
    """Change blocks and pupils, by chain, in the job that writes the release.

    Raises MovedError if the coalition is not as it was read.
    """
    moved = connection.execute(
        coalition.update()
        .where(coalition.c.id == of.id, coalition.c.version == of.version)
        .values(version=of.version + 1, unused=unused)
    )
    if moved.rowcount != 1:
        raise MovedError
    for chain, change in changes.items():
        place = {"coalition": of.id, "chain": chain}
        blocks = [
            place | {
                "number": number, "size": one.size, "least": one.least,
                "disclosure_id": one.formed_by,
            }
            for number, one in change.blocks.items()
        ]  # fmt: skip
        pupils = [place | {"tag": tag, "number": number} for tag, number in change.moved.items()]
        _put(connection, block, blocks, ("size", "least", "disclosure_id"))
        _put(connection, pupil, pupils, ("number",))


def _put(
    connection: Connection, table: sa.Table, rows: Sequence[dict[str, Any]], new: Sequence[str]
) -> None:
    """Insert the rows, or change these columns where the key is there."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(table)
    statement = insert.on_conflict_do_update(
        index_elements=list(table.primary_key),
        set_={name: insert.excluded[name] for name in new},
    )
    for some in _chunks(rows):
        connection.execute(statement, list(some))


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
