"""Keys, people, clients and tokens."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity_account",
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("display_name", sa.String(length=100), nullable=False),
        sa.Column("org_id", sa.String(length=64), nullable=True),
        sa.Column("recipient_id", sa.String(length=64), nullable=True),
        sa.Column("student_id", sa.String(length=64), nullable=True),
        sa.Column("password_hash", sa.String(length=256), nullable=False),
        sa.Column("former_hashes", sa.Text(), nullable=False),
        sa.Column("password_set_at", sa.BigInteger(), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("initial_until", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_identity_account")),
        sa.UniqueConstraint("student_id", name=op.f("uq_identity_account_student_id")),
        sa.UniqueConstraint("username", name=op.f("uq_identity_account_username")),
    )
    op.create_index(
        op.f("ix_identity_account_org_id"), "identity_account", ["org_id"], unique=False
    )
    op.create_index(
        op.f("ix_identity_account_person_id"), "identity_account", ["person_id"], unique=False
    )
    op.create_table(
        "identity_assertion",
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("jti_hash", sa.LargeBinary(), nullable=False),
        sa.Column("forget_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "jti_hash", name=op.f("pk_identity_assertion")),
    )
    op.create_index(
        op.f("ix_identity_assertion_forget_at"), "identity_assertion", ["forget_at"], unique=False
    )
    op.create_table(
        "identity_attempt",
        sa.Column("tally_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("tried", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("locked_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("tally_key", name=op.f("pk_identity_attempt")),
    )
    op.create_table(
        "identity_client",
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("recipient_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sandbox", sa.Boolean(), nullable=False),
        sa.Column("redirect_uris", sa.Text(), nullable=False),
        sa.Column("auth_method", sa.String(length=32), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=True),
        sa.Column("jwks", sa.Text(), nullable=False),
        sa.Column("id_token_alg", sa.String(length=16), nullable=False),
        sa.Column("profile", sa.String(length=16), nullable=False),
        sa.Column("profile_reason", sa.Text(), nullable=False),
        sa.Column("sector", sa.String(length=255), nullable=False),
        sa.Column("grants", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_identity_client")),
    )
    op.create_index(op.f("ix_identity_client_owner"), "identity_client", ["owner"], unique=False)
    op.create_table(
        "identity_code",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("family_id", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("student_id", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("session_id", sa.String(length=128), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("challenge", sa.String(length=64), nullable=False),
        sa.Column("oauth_scope", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("auth_time", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("spent_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_identity_code")),
    )
    op.create_index(
        op.f("ix_identity_code_expires_at"), "identity_code", ["expires_at"], unique=False
    )
    op.create_table(
        "identity_device",
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("device_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "device_hash", name=op.f("pk_identity_device")),
    )
    op.create_index(
        op.f("ix_identity_device_device_hash"), "identity_device", ["device_hash"], unique=False
    )
    op.create_table(
        "identity_refusal",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.String(length=64), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_refusal")),
    )
    op.create_index(
        "ix_identity_refusal_client", "identity_refusal", ["client_id", "at"], unique=False
    )
    op.create_table(
        "identity_security_event",
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_identity_security_event")),
    )
    op.create_index(
        op.f("ix_identity_security_event_account_id"),
        "identity_security_event",
        ["account_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_identity_security_event_at"), "identity_security_event", ["at"], unique=False
    )
    op.create_table(
        "identity_session",
        sa.Column("cookie_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("auth_time", sa.BigInteger(), nullable=False),
        sa.Column("amr", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("cookie_hash", name=op.f("pk_identity_session")),
        sa.UniqueConstraint("session_id", name=op.f("uq_identity_session_session_id")),
    )
    op.create_index(
        op.f("ix_identity_session_account_id"), "identity_session", ["account_id"], unique=False
    )
    op.create_table(
        "identity_signing_key",
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("org_id", sa.String(length=64), nullable=False),
        sa.Column("algorithm", sa.String(length=16), nullable=False),
        sa.Column("spki", sa.LargeBinary(length=256), nullable=False),
        sa.Column("request", sa.Text(), nullable=True),
        sa.Column("certificate", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.BigInteger(), nullable=True),
        sa.Column("valid_to", sa.BigInteger(), nullable=True),
        sa.Column("enrolled_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_by", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_identity_signing_key")),
    )
    op.create_index(
        op.f("ix_identity_signing_key_person_id"),
        "identity_signing_key",
        ["person_id"],
        unique=False,
    )
    op.create_table(
        "identity_stamp",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_identity_stamp")),
    )
    op.create_table(
        "identity_subject",
        sa.Column("sector", sa.String(length=255), nullable=False),
        sa.Column("student_id", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sector", "student_id", name=op.f("pk_identity_subject")),
        sa.UniqueConstraint("subject", name=op.f("uq_identity_subject_subject")),
    )
    op.create_table(
        "identity_token_family",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("student_id", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_token_family")),
    )
    op.create_index(
        op.f("ix_identity_token_family_created_at"),
        "identity_token_family",
        ["created_at"],
        unique=False,
    )
    op.create_table(
        "identity_token_key",
        sa.Column("kid", sa.String(length=64), nullable=False),
        sa.Column("algorithm", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("public_jwk", sa.Text(), nullable=False),
        sa.Column("suite", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_identity_token_key")),
    )
    op.create_index(
        "uq_identity_token_key_current",
        "identity_token_key",
        ["algorithm", "state"],
        unique=True,
        sqlite_where=sa.text("state IN ('next', 'active')"),
        postgresql_where=sa.text("state IN ('next', 'active')"),
    )
    op.create_table(
        "kernel_data_key",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("suite", sa.String(length=16), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kernel_data_key")),
    )


def downgrade() -> None:
    op.drop_table("kernel_data_key")
    op.drop_index(
        "uq_identity_token_key_current",
        table_name="identity_token_key",
        sqlite_where=sa.text("state IN ('next', 'active')"),
        postgresql_where=sa.text("state IN ('next', 'active')"),
    )
    op.drop_table("identity_token_key")
    op.drop_index(op.f("ix_identity_token_family_created_at"), table_name="identity_token_family")
    op.drop_table("identity_token_family")
    op.drop_table("identity_subject")
    op.drop_table("identity_stamp")
    op.drop_index(op.f("ix_identity_signing_key_person_id"), table_name="identity_signing_key")
    op.drop_table("identity_signing_key")
    op.drop_index(op.f("ix_identity_session_account_id"), table_name="identity_session")
    op.drop_table("identity_session")
    op.drop_index(op.f("ix_identity_security_event_at"), table_name="identity_security_event")
    op.drop_index(
        op.f("ix_identity_security_event_account_id"), table_name="identity_security_event"
    )
    op.drop_table("identity_security_event")
    op.drop_index("ix_identity_refusal_client", table_name="identity_refusal")
    op.drop_table("identity_refusal")
    op.drop_index(op.f("ix_identity_device_device_hash"), table_name="identity_device")
    op.drop_table("identity_device")
    op.drop_index(op.f("ix_identity_code_expires_at"), table_name="identity_code")
    op.drop_table("identity_code")
    op.drop_index(op.f("ix_identity_client_owner"), table_name="identity_client")
    op.drop_table("identity_client")
    op.drop_table("identity_attempt")
    op.drop_index(op.f("ix_identity_assertion_forget_at"), table_name="identity_assertion")
    op.drop_table("identity_assertion")
    op.drop_index(op.f("ix_identity_account_person_id"), table_name="identity_account")
    op.drop_index(op.f("ix_identity_account_org_id"), table_name="identity_account")
    op.drop_table("identity_account")
