"""Data requests and approvals."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sharing_approval",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("data_request_id", sa.String(length=40), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("algorithm", sa.String(length=16), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("spki", sa.LargeBinary(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("signed_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_by", sa.String(length=64), nullable=True),
        sa.Column("revoked_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_approval")),
        sa.UniqueConstraint("data_request_id", name=op.f("uq_sharing_approval_data_request_id")),
        sa.UniqueConstraint("digest", name=op.f("uq_sharing_approval_digest")),
    )
    with op.batch_alter_table("sharing_approval", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sharing_approval_client_id"), ["client_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_sharing_approval_key_id"), ["key_id"], unique=False)

    op.create_table(
        "sharing_attachment",
        sa.Column("data_request_id", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("suite", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("added_by", sa.String(length=64), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "data_request_id", "digest", "kind", name=op.f("pk_sharing_attachment")
        ),
    )
    op.create_table(
        "sharing_data_request",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("recipient_id", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("applicant_person", sa.String(length=64), nullable=False),
        sa.Column("applicant_account", sa.String(length=64), nullable=False),
        sa.Column("applicant_name", sa.String(length=100), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=True),
        sa.Column("division", sa.String(length=6), nullable=False),
        sa.Column("justifications", sa.Text(), nullable=False),
        sa.Column("agreement_digest", sa.String(length=80), nullable=False),
        sa.Column("assessment_digest", sa.String(length=80), nullable=False),
        sa.Column("document_digest", sa.String(length=80), nullable=False),
        sa.Column("policy_digest", sa.String(length=80), nullable=False),
        sa.Column("preview_digest", sa.String(length=80), nullable=False),
        sa.Column("plan_digest", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("submitted_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_data_request")),
    )
    with op.batch_alter_table("sharing_data_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sharing_data_request_client_id"), ["client_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_sharing_data_request_division"), ["division"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_sharing_data_request_recipient_id"), ["recipient_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_sharing_data_request_state"), ["state"], unique=False)

    op.create_table(
        "sharing_delegation",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("station", sa.String(length=24), nullable=False),
        sa.Column("from_person", sa.String(length=64), nullable=False),
        sa.Column("from_org", sa.String(length=64), nullable=False),
        sa.Column("to_person", sa.String(length=64), nullable=False),
        sa.Column("division", sa.String(length=6), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_delegation")),
    )
    with op.batch_alter_table("sharing_delegation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sharing_delegation_to_person"), ["to_person"], unique=False
        )

    op.create_table(
        "sharing_interest",
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("recipient_id", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("declared_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "recipient_id", name=op.f("pk_sharing_interest")),
    )
    op.create_table(
        "sharing_pending_decision",
        sa.Column("approval_id", sa.String(length=40), nullable=False),
        sa.Column("data_request_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("org_id", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("delegator", sa.String(length=64), nullable=True),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("prepared_at", sa.BigInteger(), nullable=False),
        sa.Column("spent_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("approval_id", name=op.f("pk_sharing_pending_decision")),
    )
    with op.batch_alter_table("sharing_pending_decision", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sharing_pending_decision_data_request_id"),
            ["data_request_id"],
            unique=False,
        )

    op.create_table(
        "sharing_recipient",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("responsible_person", sa.String(length=64), nullable=False),
        sa.Column("responsible_name", sa.String(length=80), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("filings", sa.Text(), nullable=False),
        sa.Column("registered_at", sa.BigInteger(), nullable=False),
        sa.Column("registered_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_recipient")),
        sa.UniqueConstraint("uscc", name=op.f("uq_sharing_recipient_uscc")),
    )
    op.create_table(
        "sharing_request_event",
        sa.Column("data_request_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("step", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("person_name", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "data_request_id", "version", name=op.f("pk_sharing_request_event")
        ),
    )
    op.create_table(
        "sharing_station_decision",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("data_request_id", sa.String(length=40), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("station", sa.String(length=24), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("person_name", sa.String(length=100), nullable=False),
        sa.Column("org_id", sa.String(length=64), nullable=False),
        sa.Column("delegator", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_station_decision")),
        sa.UniqueConstraint(
            "data_request_id",
            "round",
            "station",
            name=op.f("uq_sharing_station_decision_data_request_id_round_station"),
        ),
    )
    op.create_table(
        "sharing_switch",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("scope", sa.String(length=12), nullable=False),
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("pulled_by", sa.String(length=64), nullable=False),
        sa.Column("pulled_name", sa.String(length=100), nullable=False),
        sa.Column("pulled_at", sa.BigInteger(), nullable=False),
        sa.Column("first_lift_by", sa.String(length=64), nullable=True),
        sa.Column("first_lift_name", sa.String(length=100), nullable=True),
        sa.Column("first_lift_at", sa.BigInteger(), nullable=True),
        sa.Column("lifted_by", sa.String(length=64), nullable=True),
        sa.Column("lifted_name", sa.String(length=100), nullable=True),
        sa.Column("lifted_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_switch")),
    )
    with op.batch_alter_table("sharing_switch", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sharing_switch_lifted_at"), ["lifted_at"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("sharing_switch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sharing_switch_lifted_at"))

    op.drop_table("sharing_switch")
    op.drop_table("sharing_station_decision")
    op.drop_table("sharing_request_event")
    op.drop_table("sharing_recipient")
    with op.batch_alter_table("sharing_pending_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sharing_pending_decision_data_request_id"))

    op.drop_table("sharing_pending_decision")
    op.drop_table("sharing_interest")
    with op.batch_alter_table("sharing_delegation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sharing_delegation_to_person"))

    op.drop_table("sharing_delegation")
    with op.batch_alter_table("sharing_data_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sharing_data_request_state"))
        batch_op.drop_index(batch_op.f("ix_sharing_data_request_recipient_id"))
        batch_op.drop_index(batch_op.f("ix_sharing_data_request_division"))
        batch_op.drop_index(batch_op.f("ix_sharing_data_request_client_id"))

    op.drop_table("sharing_data_request")
    op.drop_table("sharing_attachment")
    with op.batch_alter_table("sharing_approval", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sharing_approval_key_id"))
        batch_op.drop_index(batch_op.f("ix_sharing_approval_client_id"))

    op.drop_table("sharing_approval")
