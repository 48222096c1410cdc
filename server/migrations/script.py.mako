<%!
    def plain(lines):
        return "\n".join(line for line in lines.split("\n") if "# ###" not in line).strip()
%>\
"""${message}."""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${plain(upgrades) or "pass"}


def downgrade() -> None:
    ${plain(downgrades) or "pass"}
