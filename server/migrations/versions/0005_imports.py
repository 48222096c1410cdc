"""imports."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "registry_import",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("org_id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("phase", sa.String(length=20), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("tally", sa.Text(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("committed_at", sa.BigInteger(), nullable=True),
        sa.Column("committed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_import")),
    )
    with op.batch_alter_table("registry_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registry_import_org_id"), ["org_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_registry_import_updated_at"), ["updated_at"], unique=False
        )

    op.create_table(
        "registry_import_faulty",
        sa.Column("import_id", sa.String(length=40), nullable=False),
        sa.Column("file", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("cells", sa.LargeBinary(), nullable=False),
        sa.Column("suite", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "file", "row", name=op.f("pk_registry_import_faulty")),
    )
    op.create_table(
        "registry_import_problem",
        sa.Column("import_id", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("file", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("column", sa.String(length=40), nullable=False),
        sa.Column("rule", sa.String(length=24), nullable=False),
        sa.Column("value", sa.String(length=60), nullable=False),
        sa.Column("detail", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "seq", name=op.f("pk_registry_import_problem")),
    )
    op.create_table(
        "registry_import_row",
        sa.Column("import_id", sa.String(length=40), nullable=False),
        sa.Column("file", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
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
        sa.Column("number_tag", sa.LargeBinary(length=32), nullable=False),
        sa.Column("temporary_division", sa.String(length=6), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "file", "row", name=op.f("pk_registry_import_row")),
    )


def downgrade() -> None:
    op.drop_table("registry_import_row")
    op.drop_table("registry_import_problem")
    op.drop_table("registry_import_faulty")
    with op.batch_alter_table("registry_import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registry_import_updated_at"))
        batch_op.drop_index(batch_op.f("ix_registry_import_org_id"))

    op.drop_table("registry_import")
