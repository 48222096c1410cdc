"""The provider's tables. What is secret is stored as a digest, or sealed by the keyring."""

import sqlalchemy as sa

from kernel.schema import Document, Moment, Retention, table

token_key = table(
    "identity_token_key",
    sa.Column("kid", sa.String(64), primary_key=True),
    sa.Column("algorithm", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("public_jwk", Document, nullable=False),
    sa.Column("suite", sa.String(16), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
    # Two processes that start or rotate at once cannot make two active or two next keys.
    sa.Index(
        "uq_identity_token_key_current",
        "algorithm",
        "state",
        unique=True,
        sqlite_where=sa.text("state IN ('next', 'active')"),
        postgresql_where=sa.text("state IN ('next', 'active')"),
    ),
    retention=Retention.CONFIGURATION,
)

client = table(
    "identity_client",
    sa.Column("client_id", sa.String(64), primary_key=True),
    sa.Column("recipient_id", sa.String(64), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("sandbox", sa.Boolean, nullable=False),
    sa.Column("redirect_uris", Document, nullable=False),
    sa.Column("auth_method", sa.String(32), nullable=False),
    sa.Column("secret_hash", sa.LargeBinary),
    sa.Column("jwks", Document, nullable=False),
    sa.Column("id_token_alg", sa.String(16), nullable=False),
    sa.Column("profile", sa.String(16), nullable=False),
    sa.Column("profile_reason", sa.Text, nullable=False),
    sa.Column("sector", sa.String(255), nullable=False),
    sa.Column("grants", Document, nullable=False),
    sa.Column("owner", sa.String(64), nullable=False, index=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    retention=Retention.CONFIGURATION,
)

subject = table(
    "identity_subject",
    sa.Column("sector", sa.String(255), primary_key=True),
    sa.Column("student_id", sa.String(64), primary_key=True),
    sa.Column("subject", sa.String(64), nullable=False, unique=True),
    sa.Column("created_at", Moment, nullable=False),
    retention=Retention.REGISTRY,
)

code = table(
    "identity_code",
    sa.Column("code_hash", sa.LargeBinary, primary_key=True),
    sa.Column("family_id", sa.String(64), nullable=False),
    sa.Column("client_id", sa.String(64), nullable=False),
    sa.Column("student_id", sa.String(64), nullable=False),
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("session_id", sa.String(128), nullable=False),
    sa.Column("redirect_uri", sa.Text, nullable=False),
    sa.Column("challenge", sa.String(64), nullable=False),
    sa.Column("oauth_scope", sa.Text, nullable=False),
    sa.Column("nonce", sa.Text, nullable=False),
    sa.Column("auth_time", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False, index=True),
    sa.Column("spent_at", Moment),
    retention=Retention.SESSION,
)

family = table(
    "identity_token_family",
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("client_id", sa.String(64), nullable=False),
    sa.Column("student_id", sa.String(64), nullable=False),
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("created_at", Moment, nullable=False, index=True),
    sa.Column("revoked_at", Moment),
    retention=Retention.SESSION,
)

assertion = table(
    "identity_assertion",
    sa.Column("client_id", sa.String(64), primary_key=True),
    sa.Column("jti_hash", sa.LargeBinary, primary_key=True),
    sa.Column("forget_at", Moment, nullable=False, index=True),
    retention=Retention.SESSION,
)

refusal = table(
    "identity_refusal",
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("client_id", sa.String(64), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("error", sa.String(64), nullable=False),
    sa.Column("reasons", Document, nullable=False),
    sa.Index("ix_identity_refusal_client", "client_id", "at"),
    retention=Retention.SECURITY_LOG,
)

stamp = table(
    "identity_stamp",
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    retention=Retention.CONFIGURATION,
)
"""A counter for each cached thing, raised in the transaction that changes it."""
