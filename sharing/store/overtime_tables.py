"""What is kept so that releases can be judged together? Keyed tags in numbered blocks.

docs/overtime.md says what a block is. Without a coalition's sealed key its tags name nobody.
"""

import sqlalchemy as sa

from kernel.schema import Document, Moment, Retention, table

coalition = table(
    "sharing_overtime_coalition",
    sa.Column("id", sa.String(80), primary_key=True),  # all | recipient:… | responsible:… | …
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("unused", sa.Integer, nullable=False),
    sa.Column("suite", sa.String(16), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    retention=Retention.DISCLOSURE,
)
"""Recipients who are taken to show each other what they got. Every release raises `version`."""

block = table(
    "sharing_overtime_block",
    sa.Column("coalition", sa.String(80), primary_key=True),
    sa.Column("chain", sa.String(200), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("least", sa.Integer, nullable=False),
    sa.Column("disclosure_id", sa.String(40), nullable=False),
    retention=Retention.DISCLOSURE,
)

pupil = table(
    "sharing_overtime_pupil",
    sa.Column("coalition", sa.String(80), primary_key=True),
    sa.Column("chain", sa.String(200), primary_key=True),
    sa.Column("tag", sa.LargeBinary(16), primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),
    retention=Retention.DISCLOSURE,
)

answer = table(
    "sharing_overtime_answer",
    sa.Column("disclosure_id", sa.String(40), primary_key=True),
    sa.Column("approval_id", sa.String(40), nullable=False, index=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("suite", sa.String(16), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    retention=Retention.DISCLOSURE,
)
"""Packages of anonymous tables and counts, byte by byte as they left: asked again, sent again."""

overlap = table(
    "sharing_overtime_overlap",
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("approval_id", sa.String(40), nullable=False, index=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("outcome", sa.String(12), nullable=False),  # refused | repeated
    sa.Column("disclosure_ids", Document, nullable=False),
    sa.Column("groups", sa.Integer, nullable=False),
    sa.Column("smallest", sa.Integer, nullable=False),
    sa.Column("least", sa.Integer, nullable=False),
    retention=Retention.DISCLOSURE,
)
"""Which earlier releases stood in the way, for officials: the recipient is never told."""
