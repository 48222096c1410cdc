"""When did a cached thing last change?"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from identity.provider.store.once import insert_once
from identity.provider.store.tables import stamp


def raise_stamp(connection: Connection, name: str) -> None:
    """Count one change, in the transaction that makes it."""
    insert_once(connection, stamp, {"name": name, "version": 0})
    connection.execute(
        stamp.update().where(stamp.c.name == name).values(version=stamp.c.version + 1)
    )


def select_stamps() -> sa.Select[Any]:
    """Return the statement for all counters: name, version."""
    return sa.select(stamp.c.name, stamp.c.version)
