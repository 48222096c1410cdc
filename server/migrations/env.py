"""How Alembic reaches the database: on a connection that the caller hands in."""

from collections.abc import Iterable
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import CreateTableOp, MigrationScript
from alembic.runtime.migration import MigrationContext

from server.tables import metadata


def plain_type(kind: str, thing: Any, _context: AutogenContext) -> str | Literal[False]:  # noqa: ANN401  Alembic's signature
    """Write SQL types into a migration: what it did must not change when a Python type does."""
    if kind == "type" and isinstance(thing, sa.types.TypeDecorator):
        return f"sa.{thing.impl_instance!r}"
    return False


def tidy(
    _context: MigrationContext,
    _revision: str | Iterable[str | None] | Iterable[str],
    scripts: list[MigrationScript],
) -> None:
    """Write no file when there is no difference, and only what the database understands."""
    upgrades = scripts[0].upgrade_ops
    if upgrades is None or upgrades.is_empty():
        scripts.clear()
        return
    for operation in upgrades.ops:
        if isinstance(operation, CreateTableOp):
            operation.info = {}  # the retention class is the code's word, not the schema's


def looked_at(name: str | None, kind: str, _parents: object) -> bool:
    """Leave out tables that a revision is not about."""
    return kind != "table" or not only or (name or "").startswith(only)


only: tuple[str, ...] = context.config.attributes["only"]
connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    # SQLite cannot alter a table in place: Alembic copies it, in the same transaction.
    render_as_batch=bool(context.script.get_heads()),
    include_name=looked_at,
    include_object=lambda _thing, name, kind, _reflected, _other: looked_at(name, kind, None),
    render_item=plain_type,
    process_revision_directives=tidy,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
