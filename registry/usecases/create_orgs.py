"""Build (a part of) the organization tree from a plain description."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kernel.errors import ConflictError
from kernel.ids import OrgId, new_id
from kernel.runtime import Runtime
from registry.domain.org import Org, OrgPlan, checked
from registry.store import orgs
from registry.store.tables import org as table


async def create_orgs(runtime: Runtime, plans: Sequence[OrgPlan]) -> Mapping[str, Org]:
    """Create all nodes, parents before children, and return them by key.

    Raises InvalidError for a tree that is not well formed and ConflictError for a code that is
    already given; then nothing is created.
    """
    made: dict[str, Org] = {}
    standing = await _standing(runtime, {plan.parent for plan in plans if plan.parent})
    for key, plan in checked(plans, standing).items():
        made[key] = Org(
            OrgId(new_id("org", runtime.entropy)),
            plan.kind,
            plan.level,
            plan.name,
            plan.division,
            made[plan.parent].id if plan.parent in made else OrgId(plan.parent) or None,
            plan.code or None,
        )
    codes = [one.code for one in made.values() if one.code]

    def job(connection: Connection) -> None:
        taken = orgs.taken_codes(connection, codes)
        if taken or len(set(codes)) < len(codes):
            raise ConflictError(
                f"机构标识码重复：{'、'.join(taken) or '同一描述中'}",
                field="code",
                rule="《学校（机构）代码管理办法》：标识码唯一且不再分配",
                remedy="请核对标识码",
            )
        orgs.insert(connection, made.values())

    await runtime.database.write(job)
    return made


async def _standing(runtime: Runtime, ids: set[str]) -> Mapping[str, Org]:
    found = await runtime.database.read(sa.select(table).where(table.c.id.in_(ids)))
    return {row.id: orgs.from_row(row) for row in found}
