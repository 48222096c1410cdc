"""Look at one pupil's record, from inside: role, region, reason, access log."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.engine import Row

from kernel.errors import MissingError
from kernel.ids import OrgId, StudentId
from kernel.principal import Principal, Role
from kernel.runtime import Runtime
from registry.domain import looking
from registry.domain.access import Look, LookKind
from registry.domain.fields import STUDENT_FIELDS
from registry.store import orgs, records
from registry.store.tables import student
from registry.usecases.record_look import record_look

EVERYTHING = tuple(field.name for field in STUDENT_FIELDS)


async def view(
    runtime: Runtime,
    principal: Principal,
    student_id: StudentId,
    fields: Collection[str],
    reason: str,
) -> Mapping[str, str | None]:
    """Return the raw values of the fields, after the look is durably on record.

    Raises DeniedError for a role that never looks, InvalidError for an unknown field or a missing
    reason, and MissingError, alike for a pupil that does not exist and one of elsewhere. A refusal
    for region is on record too.
    """
    names = records.checked(fields)
    principal.require(Role.REGISTRAR, Role.PUPIL)
    # An account that is a pupil's only needs no reason; whoever holds office gives one.
    asked_as = Role.REGISTRAR if Role.REGISTRAR in principal.roles else Role.PUPIL
    stated = looking.stated(reason, asked_as)
    row, role = await _allowed(runtime, principal, student_id, names)
    look = Look(
        LookKind.VIEW, role or asked_as, names, stated, allowed=row is not None and role is not None
    )
    await record_look(runtime, principal, [student_id], look)
    if row is None or role is None:
        raise MissingError("没有这名学生，或不在您的管理范围内", remedy="请核对链接或学校")
    return records.values(runtime.keyring, row, names)


async def may_view(runtime: Runtime, principal: Principal, student_id: StudentId) -> bool:
    """Tell whether the caller could look at the pupil; shows and records nothing."""
    _, role = await _allowed(runtime, principal, student_id, ())
    return role is not None


async def _allowed(
    runtime: Runtime, principal: Principal, student_id: StudentId, names: tuple[str, ...]
) -> tuple[Row[Any] | None, Role | None]:
    """Return the pupil's still sealed row, and in which role the caller may look at it."""
    found = await runtime.database.read(records.select(names).where(student.c.id == student_id))
    if not found:
        return None, None
    row = found[0]
    chain = await runtime.database.read(orgs.ancestry(row.school_id))
    above = looking.authorities([(OrgId(one.id), one.kind) for one in chain])
    place = looking.Place(student_id, OrgId(row.school_id), above)
    return row, looking.looker(principal, place)
