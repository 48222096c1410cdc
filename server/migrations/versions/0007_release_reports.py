"""The report of each release, under the digest that the log holds."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sharing_release_report",
        sa.Column("disclosure_id", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("suite", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("disclosure_id", name=op.f("pk_sharing_release_report")),
    )


def downgrade() -> None:
    op.drop_table("sharing_release_report")
