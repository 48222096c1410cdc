"""What is kept about releases, beside the log: ids, forms and counts, never a value."""

import sqlalchemy as sa

from kernel.schema import Document, Moment, Retention, table

disclosure = table(
    "sharing_disclosure",
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("entry_id", sa.String(64), nullable=False, unique=True),
    sa.Column("approval_ids", Document, nullable=False),
    sa.Column("client_id", sa.String(40), nullable=False, index=True),
    sa.Column("recipient_id", sa.String(40), nullable=False),
    sa.Column("delivery", sa.String(16), nullable=False),
    sa.Column("purposes", Document, nullable=False),
    sa.Column("forms", Document, nullable=False),
    sa.Column("label", sa.String(16), nullable=False),
    sa.Column("policy_digest", sa.String(80), nullable=False),
    sa.Column("plan_digest", sa.String(80), nullable=False),
    sa.Column("decision_digest", sa.String(80), nullable=False),
    sa.Column("responsible", Document, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Column("state", sa.String(12), nullable=False),  # open | delivered | void
    sa.Column("closed_at", Moment),
    retention=Retention.DISCLOSURE,
)

disclosure_approval = table(
    "sharing_disclosure_approval",
    sa.Column("approval_id", sa.String(40), primary_key=True),
    sa.Column("disclosure_id", sa.String(40), primary_key=True),
    retention=Retention.DISCLOSURE,
)

disclosure_key = table(
    "sharing_disclosure_key",
    sa.Column("disclosure_id", sa.String(40), primary_key=True),
    sa.Column("suite", sa.String(16), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    retention=Retention.DISCLOSURE,
)
"""The deletable vault: without its key an entry's commitment matches nothing any more."""

report = table(
    "sharing_release_report",
    sa.Column("disclosure_id", sa.String(40), primary_key=True),
    sa.Column("digest", sa.String(80), nullable=False),
    sa.Column("suite", sa.String(16), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    retention=Retention.DISCLOSURE,
)
"""What anonymize did in each release: the document whose digest the log holds."""

disclosure_pupil = table(
    "sharing_disclosure_pupil",
    sa.Column("pupil_tag", sa.LargeBinary(32), primary_key=True),
    sa.Column("disclosure_id", sa.String(40), primary_key=True),
    sa.Column("times", sa.Integer, nullable=False),
    retention=Retention.DISCLOSURE,
)

citation = table(
    "sharing_citation",
    sa.Column("key", sa.LargeBinary(32), primary_key=True),
    sa.Column("disclosure_id", sa.String(40), nullable=False),
    retention=Retention.DISCLOSURE,
)
"""The same values to the same client under the same approvals cite the first disclosure."""

usage = table(
    "sharing_usage",
    sa.Column("approval_id", sa.String(40), primary_key=True),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("pupils", sa.Integer, nullable=False),
    sa.Column("calls", sa.Integer, nullable=False),
    retention=Retention.DISCLOSURE,
)

usage_pupil = table(
    "sharing_usage_pupil",
    sa.Column("approval_id", sa.String(40), primary_key=True),
    sa.Column("pupil_tag", sa.LargeBinary(32), primary_key=True),
    retention=Retention.DISCLOSURE,
)

notice = table(
    "sharing_notice",
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("client_id", sa.String(40), nullable=False),
    sa.Column("approval_id", sa.String(40), nullable=False),
    sa.Column("pupil_tag", sa.LargeBinary(32), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),  # notice | consent | guardian_consent
    sa.Column("forms", Document, nullable=False),  # what was shown: field -> form
    sa.Column("text_digest", sa.String(80), nullable=False),
    sa.Column("evidence_digest", sa.String(80), nullable=False),
    sa.Column("by_person", sa.String(40), nullable=False),
    sa.Column("guardian", sa.LargeBinary),
    sa.Column("suite", sa.String(16), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("withdrawn_at", Moment),
    sa.Index("ix_sharing_notice_pupil", "pupil_tag", "client_id"),
    retention=Retention.DISCLOSURE,
)
"""What the person was told (notice) or agreed to (consent), per client and approval."""

audit_search = table(
    "sharing_audit_search",
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("account_id", sa.String(40), nullable=False),
    sa.Column("person_id", sa.String(40), nullable=False, index=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("target_tag", sa.LargeBinary(32), nullable=False),
    sa.Column("found", sa.Integer, nullable=False),
    retention=Retention.DISCLOSURE,
)
"""Who audits is audited: every search, by a keyed tag of what was searched for, never the text."""
