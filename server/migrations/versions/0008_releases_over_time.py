"""Blocks of pupils whom nobody can tell apart, and first answers, for releases over time."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"  # the head before; whoever merges another head changes this line
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sharing_overtime_answer",
        sa.Column("disclosure_id", sa.String(length=40), nullable=False),
        sa.Column("approval_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("suite", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("disclosure_id", name=op.f("pk_sharing_overtime_answer")),
    )
    with op.batch_alter_table("sharing_overtime_answer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sharing_overtime_answer_approval_id"), ["approval_id"], unique=False
        )

    op.create_table(
        "sharing_overtime_block",
        sa.Column("coalition", sa.String(length=80), nullable=False),
        sa.Column("chain", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("disclosure_id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint(
            "coalition", "chain", "number", name=op.f("pk_sharing_overtime_block")
        ),
    )
    op.create_table(
        "sharing_overtime_coalition",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("unused", sa.Integer(), nullable=False),
        sa.Column("suite", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_overtime_coalition")),
    )
    op.create_table(
        "sharing_overtime_overlap",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("approval_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("disclosure_ids", sa.Text(), nullable=False),
        sa.Column("groups", sa.Integer(), nullable=False),
        sa.Column("smallest", sa.Integer(), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_overtime_overlap")),
    )
    with op.batch_alter_table("sharing_overtime_overlap", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sharing_overtime_overlap_approval_id"), ["approval_id"], unique=False
        )

    op.create_table(
        "sharing_overtime_pupil",
        sa.Column("coalition", sa.String(length=80), nullable=False),
        sa.Column("chain", sa.String(length=200), nullable=False),
        sa.Column("tag", sa.LargeBinary(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "coalition", "chain", "tag", name=op.f("pk_sharing_overtime_pupil")
        ),
    )


def downgrade() -> None:
    op.drop_table("sharing_overtime_pupil")
    with op.batch_alter_table("sharing_overtime_overlap", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sharing_overtime_overlap_approval_id"))

    op.drop_table("sharing_overtime_overlap")
    op.drop_table("sharing_overtime_coalition")
    op.drop_table("sharing_overtime_block")
    with op.batch_alter_table("sharing_overtime_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sharing_overtime_answer_approval_id"))

    op.drop_table("sharing_overtime_answer")
