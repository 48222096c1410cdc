"""Which rows make up the log? The entries are the truth; everything else is derived or signed."""

import sqlalchemy as sa

from kernel.schema import Moment, Retention, table

entry = table(
    "ledger_entry",
    # The order of arrival. It may have gaps after a rollback; `leaf_index` never has.
    sa.Column(
        "arrival",
        sa.BigInteger().with_variant(sa.Integer, "sqlite"),
        primary_key=True,
        autoincrement=True,
    ),
    sa.Column("id", sa.String(40), nullable=False, unique=True),
    sa.Column("type", sa.String(40), nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("appended_at", Moment, nullable=False),
    sa.Column("leaf_index", sa.BigInteger, nullable=True, unique=True),
    retention=Retention.DISCLOSURE,
)

unsealed = sa.Index(
    "ix_ledger_entry_unsealed",
    entry.c.arrival,
    sqlite_where=entry.c.leaf_index.is_(None),
    postgresql_where=entry.c.leaf_index.is_(None),
)

# The key on the size holds, in the database itself, that no size is signed twice.
checkpoint = table(
    "ledger_checkpoint",
    sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("root", sa.LargeBinary(32), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("vkey", sa.String(300), nullable=False),
    sa.Column("sealed_at", Moment, nullable=False),
    retention=Retention.DISCLOSURE,
)
