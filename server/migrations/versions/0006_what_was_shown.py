"""A notice or consent names the fields and forms that were shown."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Whoever agreed before is asked again: nobody can say any more what they were shown.
    with op.batch_alter_table("sharing_notice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("forms", sa.Text(), nullable=False, server_default="{}"))


def downgrade() -> None:
    with op.batch_alter_table("sharing_notice", schema=None) as batch_op:
        batch_op.drop_column("forms")
