"""Which tables hold the registry? Pupils, their numbers, schools and authorities, events, looks."""

import sqlalchemy as sa

from kernel.schema import Document, Moment, Retention, table

org = table(
    "registry_org",
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("level", sa.String(12), nullable=False),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("division", sa.String(6), nullable=False),
    sa.Column("parent_id", sa.String(40), sa.ForeignKey("registry_org.id"), index=True),
    sa.Column("code", sa.String(18), unique=True),
    retention=Retention.CONFIGURATION,
)


def student_columns() -> list[sa.Column[object]]:
    """Return the columns of a pupil's row, without constraints across tables.

    A staging table may have them too: a row sealed for `registry_student` moves over unchanged.
    """
    return [
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("school_id", sa.String(40), nullable=False),
        sa.Column("name", sa.String(36), nullable=False),
        sa.Column("sex", sa.String(1), nullable=False),
        sa.Column("birth_date", sa.String(8), nullable=False),
        sa.Column("grade", sa.String(2), nullable=False),
        sa.Column("class_name", sa.String(30), nullable=False),
        sa.Column("enrolment_month", sa.String(6), nullable=False),
        sa.Column("status", sa.String(2), nullable=False),
        sa.Column("synthetic", sa.Boolean, nullable=False),
        # Everything else is sealed: JSON bytes, bound to registry_student, this column, this id.
        sa.Column("student_number", sa.LargeBinary, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("guardians", sa.LargeBinary),
        sa.Column("document_tag", sa.LargeBinary(32)),
        sa.Column("suite", sa.String(16), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
    ]


student = table(
    "registry_student",
    *student_columns(),
    sa.ForeignKeyConstraint(["school_id"], ["registry_org.id"]),
    sa.UniqueConstraint("document_tag"),
    sa.Index(None, "school_id", "grade", "class_name", "name"),
    retention=Retention.REGISTRY,
)

number = table(
    "registry_number",
    # Every 学籍号 ever issued, as a keyed tag: 一人一号, and never given to another pupil.
    sa.Column("tag", sa.LargeBinary(32), primary_key=True),
    sa.Column("student_id", sa.String(40), nullable=False, index=True),
    sa.Column("issued_at", Moment, nullable=False),
    retention=Retention.REGISTRY,
)

event = table(
    "registry_event",
    # Append-only: what happened to a pupil's 学籍, and who recorded it.
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("student_id", sa.String(40), nullable=False, index=True),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("before", sa.String(40), nullable=False),
    sa.Column("after", sa.String(40), nullable=False),
    sa.Column("reason", sa.String(200), nullable=False),
    sa.Column("account_id", sa.String(40), nullable=False),
    sa.Column("at", Moment, nullable=False),
    retention=Retention.REGISTRY,
)

access = table(
    "registry_access",
    # Inward looks: who saw (or was refused) which fields of which pupil, why, and when.
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("account_id", sa.String(40), nullable=False),
    sa.Column("person_id", sa.String(40), nullable=False, index=True),
    sa.Column("role", sa.String(96), nullable=False),
    sa.Column("org_id", sa.String(40)),
    sa.Column("student_tag", sa.LargeBinary(32), nullable=False, index=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("fields", Document, nullable=False),
    sa.Column("reason", sa.String(200), nullable=False),
    sa.Column("allowed", sa.Boolean, nullable=False),
    retention=Retention.DISCLOSURE,
)
