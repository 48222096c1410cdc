"""Releases and notices."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sharing_audit_search",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("target_tag", sa.LargeBinary(length=32), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_audit_search")),
    )
    with op.batch_alter_table("sharing_audit_search", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sharing_audit_search_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "sharing_citation",
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("disclosure_id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sharing_citation")),
    )
    op.create_table(
        "sharing_disclosure",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("approval_ids", sa.Text(), nullable=False),
        sa.Column("client_id", sa.String(length=40), nullable=False),
        sa.Column("recipient_id", sa.String(length=40), nullable=False),
        sa.Column("delivery", sa.String(length=16), nullable=False),
        sa.Column("purposes", sa.Text(), nullable=False),
        sa.Column("forms", sa.Text(), nullable=False),
        sa.Column("label", sa.String(length=16), nullable=False),
        sa.Column("policy_digest", sa.String(length=80), nullable=False),
        sa.Column("plan_digest", sa.String(length=80), nullable=False),
        sa.Column("decision_digest", sa.String(length=80), nullable=False),
        sa.Column("responsible", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_disclosure")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_sharing_disclosure_entry_id")),
    )
    with op.batch_alter_table("sharing_disclosure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sharing_disclosure_at"), ["at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_sharing_disclosure_client_id"), ["client_id"], unique=False
        )

    op.create_table(
        "sharing_disclosure_approval",
        sa.Column("approval_id", sa.String(length=40), nullable=False),
        sa.Column("disclosure_id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint(
            "approval_id", "disclosure_id", name=op.f("pk_sharing_disclosure_approval")
        ),
    )
    op.create_table(
        "sharing_disclosure_key",
        sa.Column("disclosure_id", sa.String(length=40), nullable=False),
        sa.Column("suite", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("disclosure_id", name=op.f("pk_sharing_disclosure_key")),
    )
    op.create_table(
        "sharing_disclosure_pupil",
        sa.Column("pupil_tag", sa.LargeBinary(length=32), nullable=False),
        sa.Column("disclosure_id", sa.String(length=40), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "pupil_tag", "disclosure_id", name=op.f("pk_sharing_disclosure_pupil")
        ),
    )
    op.create_table(
        "sharing_notice",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("client_id", sa.String(length=40), nullable=False),
        sa.Column("approval_id", sa.String(length=40), nullable=False),
        sa.Column("pupil_tag", sa.LargeBinary(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text_digest", sa.String(length=80), nullable=False),
        sa.Column("evidence_digest", sa.String(length=80), nullable=False),
        sa.Column("by_person", sa.String(length=40), nullable=False),
        sa.Column("guardian", sa.LargeBinary(), nullable=True),
        sa.Column("suite", sa.String(length=16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_notice")),
    )
    with op.batch_alter_table("sharing_notice", schema=None) as batch_op:
        batch_op.create_index("ix_sharing_notice_pupil", ["pupil_tag", "client_id"], unique=False)

    op.create_table(
        "sharing_usage",
        sa.Column("approval_id", sa.String(length=40), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("pupils", sa.Integer(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("approval_id", name=op.f("pk_sharing_usage")),
    )
    op.create_table(
        "sharing_usage_pupil",
        sa.Column("approval_id", sa.String(length=40), nullable=False),
        sa.Column("pupil_tag", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("approval_id", "pupil_tag", name=op.f("pk_sharing_usage_pupil")),
    )


def downgrade() -> None:
    op.drop_table("sharing_usage_pupil")
    op.drop_table("sharing_usage")
    with op.batch_alter_table("sharing_notice", schema=None) as batch_op:
        batch_op.drop_index("ix_sharing_notice_pupil")

    op.drop_table("sharing_notice")
    op.drop_table("sharing_disclosure_pupil")
    op.drop_table("sharing_disclosure_key")
    op.drop_table("sharing_disclosure_approval")
    with op.batch_alter_table("sharing_disclosure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sharing_disclosure_client_id"))
        batch_op.drop_index(batch_op.f("ix_sharing_disclosure_at"))

    op.drop_table("sharing_disclosure")
    op.drop_table("sharing_citation")
    with op.batch_alter_table("sharing_audit_search", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sharing_audit_search_person_id"))

    op.drop_table("sharing_audit_search")
