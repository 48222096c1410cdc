"""How are entries and checkpoints read and written?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ledger.store import tables

LOCK_NUMBER = 0x5855_4559_494E_0001
"""The PostgreSQL advisory lock that the one who seals holds ("XUEYIN", 1)."""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry that waits for its place in the log: `body` are the exact bytes to be hashed."""

    entry_id: str
    type: str
    body: bytes
    appended_at: datetime


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A stored checkpoint: the signed note and what it says."""

    size: int
    root: bytes
    note: str
    vkey: str
    sealed_at: datetime


def insert_entry(connection: Connection, new: NewEntry) -> None:
    """Add an unsealed entry; raises IntegrityError if its id is there already."""
    connection.execute(
        tables.entry.insert().values(
            id=new.entry_id, type=new.type, body=new.body, appended_at=new.appended_at
        )
    )


def lock_head(connection: Connection) -> None:
    """Wait until nobody else seals, to the end of the transaction.

    SQLite needs nothing: its transactions begin IMMEDIATE, so there is one writer.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK_NUMBER)))


def take_unsealed(connection: Connection, most: int) -> list[tuple[int, bytes]]:
    """Return (arrival, body) of the entries that wait, in order of arrival."""
    found = connection.execute(
        sa.select(tables.entry.c.arrival, tables.entry.c.body)
        .where(tables.entry.c.leaf_index.is_(None))
        .order_by(tables.entry.c.arrival)
        .limit(most)
    )
    return [(row.arrival, row.body) for row in found]


def assign_indexes(connection: Connection, first: int, arrivals: Sequence[int]) -> None:
    """Give the entries consecutive leaf indexes; raises RuntimeError if one has got one already."""
    result = connection.execute(
        tables.entry.update()
        .where(tables.entry.c.arrival == sa.bindparam("which"), tables.entry.c.leaf_index.is_(None))
        .values(leaf_index=sa.bindparam("place")),
        [{"which": arrival, "place": first + n} for n, arrival in enumerate(arrivals)],
    )
    if result.rowcount != len(arrivals):
        raise RuntimeError("an entry was sealed by another, although the head was locked")


def insert_head(connection: Connection, head: SignedHead) -> None:
    """Store a signed checkpoint; raises IntegrityError if that size is signed already."""
    connection.execute(
        tables.checkpoint.insert().values(
            size=head.size, root=head.root, note=head.note, vkey=head.vkey,
            sealed_at=head.sealed_at,
        )
    )  # fmt: skip


def newest_head() -> sa.Select[Any]:
    """Select the last checkpoint."""
    return sa.select(tables.checkpoint).order_by(tables.checkpoint.c.size.desc()).limit(1)


def first_head_over(index: int) -> sa.Select[Any]:
    """Select the first checkpoint that covers the entry at an index."""
    return (
        sa.select(tables.checkpoint)
        .where(tables.checkpoint.c.size > index)
        .order_by(tables.checkpoint.c.size)
        .limit(1)
    )


def head_of_size(size: int) -> sa.Select[Any]:
    """Select the checkpoint of exactly that size."""
    return sa.select(tables.checkpoint).where(tables.checkpoint.c.size == size)


def sealed_bodies(start: int, end: int) -> sa.Select[Any]:
    """Select (leaf_index, body) of the entries start..end-1 in the order of the log."""
    return (
        sa.select(tables.entry.c.leaf_index, tables.entry.c.body)
        .where(tables.entry.c.leaf_index >= start, tables.entry.c.leaf_index < end)
        .order_by(tables.entry.c.leaf_index)
    )


def entries_named(entry_ids: Sequence[str]) -> sa.Select[Any]:
    """Select (id, leaf_index, body) of the entries with these ids."""
    return sa.select(tables.entry.c.id, tables.entry.c.leaf_index, tables.entry.c.body).where(
        tables.entry.c.id.in_(entry_ids)
    )


def any_unsealed() -> sa.Select[Any]:
    """Select one row if an entry waits, else none."""
    return sa.select(tables.entry.c.arrival).where(tables.entry.c.leaf_index.is_(None)).limit(1)


def head_of(row: sa.Row[Any] | None) -> SignedHead | None:
    """Return the checkpoint of a row, or None for none."""
    if row is None:
        return None
    return SignedHead(row.size, row.root, row.note, row.vkey, row.sealed_at)
