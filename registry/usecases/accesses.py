"""Who looked at a pupil, and at whom did an official look? For auditors, and for the pupil."""

from typing import Any

from sqlalchemy.engine import Row

from kernel.errors import DeniedError
from kernel.ids import OrgId, PersonId, StudentId
from kernel.principal import Principal, Role
from kernel.runtime import Runtime
from registry.domain.access import Access, LookKind
from registry.store import accesses as store
from registry.store.tables import access

MOST = 500


async def accesses_of_student(
    runtime: Runtime, principal: Principal, student_id: StudentId
) -> list[Access]:
    """Return the newest looks at a pupil, at most 500.

    Auditors read all; the pupil reads the allowed looks at the own record, without officials'
    persons. Raises DeniedError for anyone else.
    """
    tag = store.pupil_tag(runtime.keyring, student_id)
    where = [access.c.student_tag == tag]
    auditor = Role.AUDITOR in principal.roles
    if not auditor:
        if Role.PUPIL not in principal.roles or principal.student_id != student_id:
            raise DeniedError("只能查看本人的查阅记录", rule="最小权限", remedy="请联系审计人员")
        where.append(access.c.allowed)
    found = await runtime.database.read(store.newest(MOST, *where))
    return [_access(row, named=auditor) for row in found]


async def accesses_by_person(
    runtime: Runtime, principal: Principal, person_id: PersonId
) -> list[Access]:
    """Return the newest looks by an official, at most 500; raises DeniedError but for auditors."""
    principal.require(Role.AUDITOR)
    found = await runtime.database.read(store.newest(MOST, access.c.person_id == person_id))
    return [_access(row, named=True) for row in found]


def _access(row: Row[Any], *, named: bool) -> Access:
    return Access(
        row.at,
        PersonId(row.person_id) if named else None,
        row.role,
        None if row.org_id is None else OrgId(row.org_id),
        LookKind(row.kind),
        tuple(row.fields),
        row.reason,
        row.allowed,
        row.student_tag.hex()[:16],
    )
