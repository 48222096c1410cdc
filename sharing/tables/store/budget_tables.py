"""What is kept of noisy answers: how much of each budget is used, for what, and what was answered.

The sum lives as long as the registry: were it deleted, the same pupils could be asked about anew.
"""

import sqlalchemy as sa

from kernel.schema import Moment, Retention, table

budget = table(
    "sharing_budget",
    sa.Column("recipient_id", sa.String(40), primary_key=True),
    sa.Column("population", sa.String(40), primary_key=True),
    sa.Column("spent", sa.BigInteger, nullable=False),  # billionths of ε; only ever grows
    sa.CheckConstraint("spent >= 0", name="not_negative"),
    retention=Retention.REGISTRY,
)

budget_spending = table(
    "sharing_budget_spending",
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("recipient_id", sa.String(40), nullable=False),
    sa.Column("population", sa.String(40), nullable=False),
    sa.Column("data_request_id", sa.String(40), nullable=False, index=True),
    sa.Column("plan_digest", sa.String(80), nullable=False),
    sa.Column("nano", sa.BigInteger, nullable=False),
    sa.Column("at", Moment, nullable=False),
    retention=Retention.DISCLOSURE,
)
"""One row for each taking, written before the answer was drawn."""

noisy_answer = table(
    "sharing_noisy_answer",
    sa.Column("tag", sa.LargeBinary(32), primary_key=True),  # keyed tag of the question
    sa.Column("claimed_at", Moment, nullable=False),
    # Null while it is drawn. Sealed: it is the recipient's, and theirs alone.
    sa.Column("suite", sa.String(16)),
    sa.Column("sealed", sa.LargeBinary),
    retention=Retention.DISCLOSURE,
)
"""The first answer to a question; it is given again, never drawn again."""
