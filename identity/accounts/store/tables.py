"""Which tables do accounts use? No secret in clear: hashes of passwords, cookies and devices."""

import sqlalchemy as sa

from kernel.schema import Document, Moment, Retention, table

account = table(
    "identity_account",
    sa.Column("account_id", sa.String(64), primary_key=True),
    sa.Column("username", sa.String(64), nullable=False, unique=True),
    sa.Column("person_id", sa.String(64), nullable=False, index=True),
    sa.Column("roles", Document, nullable=False),
    sa.Column("display_name", sa.String(100), nullable=False),
    sa.Column("org_id", sa.String(64), index=True),
    sa.Column("recipient_id", sa.String(64)),
    # One account a pupil, also when two registrars press the button at once.
    sa.Column("student_id", sa.String(64), unique=True),
    sa.Column("password_hash", sa.String(256), nullable=False),
    sa.Column("former_hashes", Document, nullable=False),
    sa.Column("password_set_at", Moment, nullable=False),
    sa.Column("must_change", sa.Boolean, nullable=False),
    sa.Column("initial_until", Moment),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("created_by", sa.String(64), nullable=False),
    sa.Column("last_used_at", Moment, nullable=False),
    retention=Retention.CONFIGURATION,
)

session = table(
    "identity_session",
    sa.Column("cookie_hash", sa.LargeBinary(32), primary_key=True),
    sa.Column("session_id", sa.String(64), nullable=False, unique=True),
    sa.Column("account_id", sa.String(64), nullable=False, index=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("last_seen_at", Moment, nullable=False),
    sa.Column("auth_time", Moment, nullable=False),
    sa.Column("amr", Document, nullable=False),
    retention=Retention.SESSION,
)

device = table(
    "identity_device",
    sa.Column("account_id", sa.String(64), primary_key=True),
    sa.Column("device_hash", sa.LargeBinary(32), primary_key=True, index=True),
    sa.Column("last_used_at", Moment, nullable=False),
    retention=Retention.SESSION,
)

attempt = table(
    "identity_attempt",
    # A keyed index of "account:…", "device:…" or "address:…": people type passwords into the
    # wrong field, so what was typed is not kept.
    sa.Column("tally_key", sa.LargeBinary(32), primary_key=True),
    sa.Column("tried", sa.Integer, nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("locked_until", Moment),
    retention=Retention.SESSION,
)

signing_key = table(
    "identity_signing_key",
    sa.Column("key_id", sa.String(64), primary_key=True),
    sa.Column("person_id", sa.String(64), nullable=False, index=True),
    sa.Column("org_id", sa.String(64), nullable=False),
    sa.Column("algorithm", sa.String(16), nullable=False),
    sa.Column("spki", sa.LargeBinary(256), nullable=False),
    sa.Column("request", sa.Text),
    sa.Column("certificate", sa.Text),
    sa.Column("valid_from", Moment),
    sa.Column("valid_to", Moment),
    sa.Column("enrolled_at", Moment, nullable=False),
    sa.Column("revoked_at", Moment),
    sa.Column("revoked_by", sa.String(64)),
    retention=Retention.DISCLOSURE,
)

security_event = table(
    "identity_security_event",
    sa.Column("event_id", sa.String(64), primary_key=True),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("result", sa.String(16), nullable=False),
    sa.Column("account_id", sa.String(64), nullable=False, index=True),
    sa.Column("person_id", sa.String(64), nullable=False),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("detail", Document, nullable=False),
    retention=Retention.SECURITY_LOG,
)
