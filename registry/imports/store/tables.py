"""Which tables hold an import between upload and commit? Nothing in them counts as registry yet."""

import sqlalchemy as sa

from kernel.schema import Document, Moment, Retention, table
from registry.store.tables import student_columns

job = table(
    "registry_import",
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("org_id", sa.String(40), nullable=False, index=True),
    sa.Column("account_id", sa.String(40), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("phase", sa.String(20), nullable=False),
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
    # Counts of the dry run, per file and as a whole: JSON of registry.imports.domain.report.Tally.
    sa.Column("tally", Document, nullable=False),
    sa.Column("synthetic", sa.Boolean, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    # The heartbeat of the process that reads the files.
    sa.Column("updated_at", Moment, nullable=False, index=True),
    sa.Column("committed_at", Moment),
    sa.Column("committed", sa.Integer, nullable=False),
    retention=Retention.REGISTRY,
)

staged = table(
    "registry_import_row",
    # A pupil as `registry_student` will hold it, sealed for that table already. Keyed by place in
    # the upload and not by the random id: rows come and go in order, which keeps both cheap.
    sa.Column("import_id", sa.String(40), primary_key=True),
    sa.Column("file", sa.Integer, primary_key=True),
    sa.Column("row", sa.Integer, primary_key=True),
    *(sa.Column(one.name, one.type, nullable=one.nullable) for one in student_columns()),
    sa.Column("number_tag", sa.LargeBinary(32), nullable=False),
    # Six digits: then the 学籍号 is temporary and may be drawn again. Empty: formal.
    sa.Column("temporary_division", sa.String(6), nullable=False),
    retention=Retention.STAGING,
)

problem = table(
    "registry_import_problem",
    # `seq` follows file, row and column, whatever order the work was done in.
    sa.Column("import_id", sa.String(40), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("file", sa.Integer, nullable=False),
    sa.Column("row", sa.Integer, nullable=False),
    sa.Column("column", sa.String(40), nullable=False),
    sa.Column("rule", sa.String(24), nullable=False),
    sa.Column("value", sa.String(60), nullable=False),
    sa.Column("detail", sa.String(300), nullable=False),
    retention=Retention.STAGING,
)

faulty = table(
    "registry_import_faulty",
    # Cells of a faulty row as they were typed, sealed; for the list that goes back to the school.
    sa.Column("import_id", sa.String(40), primary_key=True),
    sa.Column("file", sa.Integer, primary_key=True),
    sa.Column("row", sa.Integer, primary_key=True),
    sa.Column("cells", sa.LargeBinary, nullable=False),
    sa.Column("suite", sa.String(16), nullable=False),
    retention=Retention.STAGING,
)
