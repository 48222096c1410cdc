"""Which node of the organization tree does a person mean?"""

import sqlalchemy as sa

from kernel.ids import OrgId
from kernel.runtime import Runtime
from registry.store.tables import org


async def find_org(runtime: Runtime, text: str) -> OrgId | None:
    """Return the node named by id, identifier code or full name; None if none or several are."""
    matches = sa.or_(org.c.id == text, org.c.code == text, org.c.name == text)
    rows = await runtime.database.read(sa.select(org.c.id).where(matches).limit(2))
    return OrgId(rows[0].id) if len(rows) == 1 else None
