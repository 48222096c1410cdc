"""Open an import for one organization: who, which schools, real or synthetic pupils."""

from sqlalchemy.engine import Connection

from kernel.errors import InvalidError, TooManyError
from kernel.ids import AccountId, OrgId, new_id
from kernel.runtime import Runtime
from registry.imports.store import jobs as import_jobs
from registry.imports.usecases.judge import ImportScope
from registry.usecases.orgs import schools

MOST_AT_ONCE = 2
"""Imports being read at one time: each takes both cores for a while."""


async def begin_import(
    runtime: Runtime, org_id: OrgId, account_id: AccountId, *, size: int, synthetic: bool = False
) -> str:
    """Return the id of a new import; `size` is the bytes of all files.

    Raises TooManyError while others are being read, InvalidError if there is no school to fill.
    """
    await import_scope(runtime, "", org_id, synthetic=synthetic)
    import_id = new_id("imp", runtime.entropy)
    row = {
        "id": import_id, "org_id": org_id, "account_id": account_id,
        "synthetic": synthetic, "total": size,
    }  # fmt: skip

    def job(connection: Connection) -> bool:
        free: bool = connection.execute(import_jobs.being_read()).scalar_one() < MOST_AT_ONCE
        if free:
            import_jobs.begin(connection, row, runtime.clock())
        return free

    if not await runtime.database.write(job):
        raise TooManyError("正在处理其他导入", remedy="请几分钟后再上传")
    return import_id


async def import_scope(
    runtime: Runtime, import_id: str, org_id: OrgId, *, synthetic: bool
) -> ImportScope:
    """Return which schools the organization may import for; raises InvalidError if none."""
    found = {school.code: school for school in await schools(runtime, org_id) if school.code}
    if not found:
        raise InvalidError("该机构没有带标识码的学校", remedy="请先登记学校及其标识码")
    return ImportScope(import_id, found, synthetic, runtime.clock())
