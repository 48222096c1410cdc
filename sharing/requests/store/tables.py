"""Which tables hold data requests, their stations and the signed approvals?

An approval's columns beside `document` and `signature` are only for finding it: what it allows is
read from the signed bytes, and a row that disagrees with them counts as absent.
"""

import sqlalchemy as sa

from kernel.schema import Document, Moment, Retention, table

recipient = table(
    "sharing_recipient",
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("uscc", sa.String(18), nullable=False, unique=True),
    sa.Column("responsible_person", sa.String(64), nullable=False),
    sa.Column("responsible_name", sa.String(80), nullable=False),
    sa.Column("contact", sa.String(200), nullable=False),
    sa.Column("filings", Document, nullable=False),  # {"icp", "mlps", "app"}
    sa.Column("registered_at", Moment, nullable=False),
    sa.Column("registered_by", sa.String(64), nullable=False),
    retention=Retention.DISCLOSURE,
)

data_request = table(
    "sharing_data_request",
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("client_id", sa.String(64), nullable=False, index=True),
    sa.Column("recipient_id", sa.String(40), nullable=False, index=True),
    sa.Column("state", sa.String(12), nullable=False, index=True),
    # Counts submissions: a station's decision holds for its round only.
    sa.Column("round", sa.Integer, nullable=False),
    # Moves with every change; who acts names the version they saw.
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("applicant_person", sa.String(64), nullable=False),
    sa.Column("applicant_account", sa.String(64), nullable=False),
    sa.Column("applicant_name", sa.String(100), nullable=False),
    # What was typed, kept as typed until it is a scope: nothing entered is ever lost.
    sa.Column("form", Document, nullable=False),
    sa.Column("scope", Document),
    sa.Column("division", sa.String(6), nullable=False, index=True),
    sa.Column("justifications", Document, nullable=False),
    sa.Column("agreement_digest", sa.String(80), nullable=False),
    sa.Column("assessment_digest", sa.String(80), nullable=False),
    sa.Column("document_digest", sa.String(80), nullable=False),
    sa.Column("policy_digest", sa.String(80), nullable=False),
    sa.Column("preview_digest", sa.String(80), nullable=False),
    sa.Column("plan_digest", sa.String(80), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("submitted_at", Moment),
    sa.Column("closed_at", Moment),
    retention=Retention.DISCLOSURE,
)

attachment = table(
    "sharing_attachment",
    # Frozen by digest. Sealed: samples, scans and assessments are nobody else's business.
    sa.Column("data_request_id", sa.String(40), primary_key=True),
    sa.Column("digest", sa.String(80), primary_key=True),
    sa.Column("kind", sa.String(24), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("media_type", sa.String(80), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("suite", sa.String(16), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("added_by", sa.String(64), nullable=False),
    sa.Column("added_at", Moment, nullable=False),
    retention=Retention.DISCLOSURE,
)

station_decision = table(
    "sharing_station_decision",
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("data_request_id", sa.String(40), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("station", sa.String(24), nullable=False),
    sa.Column("verdict", sa.String(12), nullable=False),
    sa.Column("person_id", sa.String(64), nullable=False),
    sa.Column("person_name", sa.String(100), nullable=False),
    sa.Column("org_id", sa.String(64), nullable=False),
    sa.Column("delegator", sa.String(64)),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.UniqueConstraint("data_request_id", "round", "station"),
    retention=Retention.DISCLOSURE,
)

request_event = table(
    "sharing_request_event",
    # The history as it is shown. One step leads away from each version: a linear history.
    sa.Column("data_request_id", sa.String(40), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("step", sa.String(12), nullable=False),
    sa.Column("person_id", sa.String(64), nullable=False),
    sa.Column("person_name", sa.String(100), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    retention=Retention.DISCLOSURE,
)

pending_decision = table(
    "sharing_pending_decision",
    # The exact bytes made for one approver to sign; spent once.
    sa.Column("approval_id", sa.String(40), primary_key=True),
    sa.Column("data_request_id", sa.String(40), nullable=False, index=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("person_id", sa.String(64), nullable=False),
    sa.Column("org_id", sa.String(64), nullable=False),
    sa.Column("key_id", sa.String(64), nullable=False),
    sa.Column("delegator", sa.String(64)),
    sa.Column("document", sa.LargeBinary, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("prepared_at", Moment, nullable=False),
    sa.Column("spent_at", Moment),
    retention=Retention.STAGING,
)

approval = table(
    "sharing_approval",
    sa.Column("id", sa.String(40), primary_key=True),
    # One approval a data request: the last word in a race is said by this constraint.
    sa.Column("data_request_id", sa.String(40), nullable=False, unique=True),
    sa.Column("client_id", sa.String(64), nullable=False, index=True),
    sa.Column("document", sa.LargeBinary, nullable=False),
    sa.Column("digest", sa.String(80), nullable=False, unique=True),
    sa.Column("signature", sa.LargeBinary, nullable=False),
    sa.Column("algorithm", sa.String(16), nullable=False),
    sa.Column("key_id", sa.String(64), nullable=False, index=True),
    sa.Column("spki", sa.LargeBinary, nullable=False),
    sa.Column("certificate", sa.Text, nullable=False),
    sa.Column("entry_id", sa.String(64), nullable=False),
    sa.Column("signed_at", Moment, nullable=False),
    sa.Column("revoked_at", Moment),
    sa.Column("revoked_by", sa.String(64)),
    sa.Column("revoked_reason", sa.Text),
    retention=Retention.DISCLOSURE,
)

interest = table(
    "sharing_interest",
    sa.Column("person_id", sa.String(64), primary_key=True),
    sa.Column("recipient_id", sa.String(40), primary_key=True),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("declared_at", Moment, nullable=False),
    retention=Retention.DISCLOSURE,
)

delegation = table(
    "sharing_delegation",
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("station", sa.String(24), nullable=False),
    sa.Column("from_person", sa.String(64), nullable=False),
    sa.Column("from_org", sa.String(64), nullable=False),
    sa.Column("to_person", sa.String(64), nullable=False, index=True),
    sa.Column("division", sa.String(6), nullable=False),
    sa.Column("start", Moment, nullable=False),
    sa.Column("end", Moment, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    retention=Retention.DISCLOSURE,
)

switch = table(
    "sharing_switch",
    # One row a pull. `scope` and `target`: global "", client <id>, approval <id>.
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("scope", sa.String(12), nullable=False),
    sa.Column("target", sa.String(64), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("pulled_by", sa.String(64), nullable=False),
    sa.Column("pulled_name", sa.String(100), nullable=False),
    sa.Column("pulled_at", Moment, nullable=False),
    # Two distinct persons lift; one of them may be who pulled it.
    sa.Column("first_lift_by", sa.String(64)),
    sa.Column("first_lift_name", sa.String(100)),
    sa.Column("first_lift_at", Moment),
    sa.Column("lifted_by", sa.String(64)),
    sa.Column("lifted_name", sa.String(100)),
    sa.Column("lifted_at", Moment, index=True),
    retention=Retention.DISCLOSURE,
)
