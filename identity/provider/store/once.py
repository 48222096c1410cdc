"""How is a row inserted by exactly one of many? One conditional INSERT, judged by its row count."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection


def insert_once(connection: Connection, table: sa.Table, values: Mapping[str, Any]) -> bool:
    """Insert the row unless a unique key of it exists; tell whether this call inserted it."""
    if connection.dialect.name == "postgresql":
        row = postgresql.insert(table).values(values).on_conflict_do_nothing()
        return connection.execute(row).rowcount == 1
    return connection.execute(
        sqlite.insert(table).values(values).on_conflict_do_nothing()
    ).rowcount == 1  # fmt: skip
