"""Registry and log."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger_checkpoint",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("vkey", sa.String(length=300), nullable=False),
        sa.Column("sealed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_ledger_checkpoint")),
    )
    op.create_table(
        "ledger_entry",
        sa.Column(
            "arrival",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("appended_at", sa.BigInteger(), nullable=False),
        sa.Column("leaf_index", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("arrival", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("id", name=op.f("uq_ledger_entry_id")),
        sa.UniqueConstraint("leaf_index", name=op.f("uq_ledger_entry_leaf_index")),
    )
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_ledger_entry_unsealed",
            ["arrival"],
            unique=False,
            sqlite_where=sa.text("leaf_index IS NULL"),
            postgresql_where=sa.text("leaf_index IS NULL"),
        )

    op.create_table(
        "registry_access",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=96), nullable=False),
        sa.Column("org_id", sa.String(length=40), nullable=True),
        sa.Column("student_tag", sa.LargeBinary(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_access")),
    )
    with op.batch_alter_table("registry_access", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_registry_access_person_id"), ["person_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_registry_access_student_tag"), ["student_tag"], unique=False
        )

    op.create_table(
        "registry_event",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("student_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("before", sa.String(length=40), nullable=False),
        sa.Column("after", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_event")),
    )
    with op.batch_alter_table("registry_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_registry_event_student_id"), ["student_id"], unique=False
        )

    op.create_table(
        "registry_number",
        sa.Column("tag", sa.LargeBinary(length=32), nullable=False),
        sa.Column("student_id", sa.String(length=40), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tag", name=op.f("pk_registry_number")),
    )
    with op.batch_alter_table("registry_number", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_registry_number_student_id"), ["student_id"], unique=False
        )

    op.create_table(
        "registry_org",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("division", sa.String(length=6), nullable=False),
        sa.Column("parent_id", sa.String(length=40), nullable=True),
        sa.Column("code", sa.String(length=18), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["registry_org.id"], name=op.f("fk_registry_org_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_org")),
        sa.UniqueConstraint("code", name=op.f("uq_registry_org_code")),
    )
    with op.batch_alter_table("registry_org", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registry_org_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "registry_student",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("school_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=36), nullable=False),
        sa.Column("sex", sa.String(length=1), nullable=False),
        sa.Column("birth_date", sa.String(length=8), nullable=False),
        sa.Column("grade", sa.String(length=2), nullable=False),
        sa.Column("class_name", sa.String(length=30), nullable=False),
        sa.Column("enrolment_month", sa.String(length=6), nullable=False),
        sa.Column("status", sa.String(length=2), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("student_number", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("guardians", sa.LargeBinary(), nullable=True),
        sa.Column("document_tag", sa.LargeBinary(length=32), nullable=True),
        sa.Column("suite", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id"], ["registry_org.id"], name=op.f("fk_registry_student_school_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_student")),
        sa.UniqueConstraint("document_tag", name=op.f("uq_registry_student_document_tag")),
    )
    with op.batch_alter_table("registry_student", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_registry_student_school_id_grade_class_name_name"),
            ["school_id", "grade", "class_name", "name"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("registry_student", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registry_student_school_id_grade_class_name_name"))

    op.drop_table("registry_student")
    with op.batch_alter_table("registry_org", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registry_org_parent_id"))

    op.drop_table("registry_org")
    with op.batch_alter_table("registry_number", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registry_number_student_id"))

    op.drop_table("registry_number")
    with op.batch_alter_table("registry_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registry_event_student_id"))

    op.drop_table("registry_event")
    with op.batch_alter_table("registry_access", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registry_access_student_tag"))
        batch_op.drop_index(batch_op.f("ix_registry_access_person_id"))

    op.drop_table("registry_access")
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_ledger_entry_unsealed",
            sqlite_where=sa.text("leaf_index IS NULL"),
            postgresql_where=sa.text("leaf_index IS NULL"),
        )

    op.drop_table("ledger_entry")
    op.drop_table("ledger_checkpoint")
