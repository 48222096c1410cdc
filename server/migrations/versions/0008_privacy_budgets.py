"""Privacy budgets: what is spent, and the first answer of each noisy question."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sharing_budget",
        sa.Column("recipient_id", sa.String(length=40), nullable=False),
        sa.Column("population", sa.String(length=40), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("spent >= 0", name=op.f("ck_sharing_budget_not_negative")),
        sa.PrimaryKeyConstraint("recipient_id", "population", name=op.f("pk_sharing_budget")),
    )
    op.create_table(
        "sharing_budget_spending",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("recipient_id", sa.String(length=40), nullable=False),
        sa.Column("population", sa.String(length=40), nullable=False),
        sa.Column("data_request_id", sa.String(length=40), nullable=False),
        sa.Column("plan_digest", sa.String(length=80), nullable=False),
        sa.Column("nano", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_budget_spending")),
    )
    with op.batch_alter_table("sharing_budget_spending", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sharing_budget_spending_data_request_id"),
            ["data_request_id"],
            unique=False,
        )
    op.create_table(
        "sharing_noisy_answer",
        sa.Column("tag", sa.LargeBinary(length=32), nullable=False),
        sa.Column("claimed_at", sa.BigInteger(), nullable=False),
        sa.Column("suite", sa.String(length=16), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("tag", name=op.f("pk_sharing_noisy_answer")),
    )


def downgrade() -> None:
    op.drop_table("sharing_noisy_answer")
    with op.batch_alter_table("sharing_budget_spending", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sharing_budget_spending_data_request_id"))
    op.drop_table("sharing_budget_spending")
    op.drop_table("sharing_budget")
