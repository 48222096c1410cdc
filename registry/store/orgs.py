"""How are nodes of the organization tree read and written?"""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from kernel.ids import OrgId
from registry.domain.org import Level, Org, OrgKind
from registry.store.tables import org

MOST_LEVELS = 6


def from_row(row: Row[tuple[str, str, str, str, str, str | None, str | None]]) -> Org:
    """Return the node of a row of `registry_org`."""
    return Org(
        OrgId(row.id),
        OrgKind(row.kind),
        Level(row.level),
        row.name,
        row.division,
        None if row.parent_id is None else OrgId(row.parent_id),
        row.code,
    )


def ancestry(org_id: str) -> sa.Select[tuple[str, str]]:
    """Select id and kind of a node and all above it, the node first."""
    chain = (
        sa.select(org.c.id, org.c.kind, org.c.parent_id, sa.literal(0).label("depth"))
        .where(org.c.id == org_id)
        .cte("chain", recursive=True)
    )
    above = (
        sa.select(org.c.id, org.c.kind, org.c.parent_id, chain.c.depth + 1)
        .join(chain, org.c.id == chain.c.parent_id)
        .where(chain.c.depth < MOST_LEVELS)
    )
    chain = chain.union_all(above)
    return sa.select(chain.c.id, chain.c.kind).order_by(chain.c.depth)


def descendants(org_id: str) -> sa.CTE:
    """Select the ids of a node and all below it, as a common table with column `id`."""
    tree = (
        sa.select(org.c.id, sa.literal(0).label("depth"))
        .where(org.c.id == org_id)
        .cte("tree", recursive=True)
    )
    below = (
        sa.select(org.c.id, tree.c.depth + 1)
        .join(tree, org.c.parent_id == tree.c.id)
        .where(tree.c.depth < MOST_LEVELS)
    )
    return tree.union_all(below)


def insert(connection: Connection, orgs: Iterable[Org]) -> None:
    """Insert the nodes, parents before children."""
    connection.execute(
        org.insert(),
        [
            {
                "id": one.id,
                "kind": one.kind.value,
                "level": one.level.value,
                "name": one.name,
                "division": one.division,
                "parent_id": one.parent_id,
                "code": one.code,
            }
            for one in orgs
        ],
    )


def taken_codes(connection: Connection, codes: Iterable[str]) -> list[str]:
    """Return which of the codes nodes carry already."""
    return list(connection.execute(sa.select(org.c.code).where(org.c.code.in_(codes))).scalars())
