"""How is a row inserted by exactly one of many? One conditional INSERT, judged by its row count."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection


def insert_once(connection: Connection, table: sa.Table, values: Mapping[str, Any]) -> bool:
    """Insert the row unless a unique key of it exists; tell whether this call inserted it."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = insert(table).values(values).on_conflict_do_nothing()
    # SQLAlchemy keeps the row count of an INSERT only if asked to; psycopg's would read -1.
    kept = connection.execute(row, execution_options={"preserve_rowcount": True})
    return kept.rowcount == 1
