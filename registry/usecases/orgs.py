"""Who is above whom, which government covers an area, and which schools are there?"""

import sqlalchemy as sa

from kernel.errors import MissingError
from kernel.ids import OrgId
from kernel.runtime import Runtime
from registry.domain.org import RANK, Org, OrgKind
from registry.store import orgs as rows
from registry.store.tables import org as table


async def org(runtime: Runtime, org_id: OrgId) -> Org:
    """Return the node; raises MissingError if there is none."""
    found = await runtime.database.read(sa.select(table).where(table.c.id == org_id))
    if not found:
        raise MissingError("没有这个机构", field="org_id", remedy="请核对机构")
    return rows.from_row(found[0])


async def by_code(runtime: Runtime, code: str) -> Org:
    """Return the node with the identifier code; raises MissingError if there is none."""
    found = await runtime.database.read(sa.select(table).where(table.c.code == code))
    if not found:
        raise MissingError("没有这个标识码的机构", field="code", remedy="请核对学校标识码")
    return rows.from_row(found[0])


async def children(runtime: Runtime, org_id: OrgId) -> list[Org]:
    """Return the nodes directly below, by name."""
    return await _select(runtime, sa.select(table).where(table.c.parent_id == org_id))


async def schools(runtime: Runtime, org_id: OrgId) -> list[Org]:
    """Return all schools below a node, or the node itself if it is one; by name."""
    tree = rows.descendants(org_id)
    return await _select(
        runtime,
        sa.select(table)
        .join(tree, tree.c.id == table.c.id)
        .where(table.c.kind == OrgKind.SCHOOL.value),
    )


async def is_within(runtime: Runtime, inner: OrgId, outer: OrgId) -> bool:
    """Tell whether `inner` is `outer` or stands below it."""
    chain = await runtime.database.read(rows.ancestry(inner))
    return any(row.id == outer for row in chain)


async def governments(runtime: Runtime, division: str) -> list[Org]:
    """Return the people's governments whose area contains the division, the nearest first."""
    found = await _select(runtime, sa.select(table).where(table.c.kind == OrgKind.GOVERNMENT.value))
    return sorted((one for one in found if one.covers(division)), key=lambda one: -RANK[one.level])


async def _select(runtime: Runtime, statement: sa.Select[tuple[object, ...]]) -> list[Org]:
    found = await runtime.database.read(statement.order_by(table.c.name, table.c.id))
    return [rows.from_row(row) for row in found]
