"""Move a pupil to another school (转学), as the education authority above both schools decides."""

from kernel.errors import ConflictError, InvalidError, MissingError
from kernel.ids import OrgId, StudentId, new_id
from kernel.principal import Principal, Role
from kernel.runtime import Runtime
from registry.domain.org import OrgKind
from registry.store.changes import Change, apply
from registry.usecases import orgs
from registry.usecases.locate import school_of
from registry.usecases.view import view

_RULE = "《中小学生学籍管理办法》第十五条"


async def transfer(
    runtime: Runtime, principal: Principal, student_id: StudentId, school_id: OrgId, reason: str
) -> None:
    """Move the pupil and append an event, both or neither.

    Raises what `view` raises for a pupil out of reach, MissingError for a school out of reach,
    InvalidError for a node that is no other school, ConflictError if somebody was faster.
    """
    principal.require(Role.REGISTRAR)
    await view(runtime, principal, student_id, ("school_name",), reason)
    before = await school_of(runtime, student_id)
    office, target = principal.org_id, await orgs.org(runtime, school_id)
    if office is None or not await orgs.is_within(runtime, school_id, office):
        raise MissingError("没有这所学校，或不在您的管理范围内", field="school_id", rule=_RULE)
    if target.kind != OrgKind.SCHOOL or target.id == before:
        raise InvalidError("请选择另一所学校", field="school_id", rule=_RULE)
    change = Change(
        id=new_id("event", runtime.entropy),
        student_id=student_id,
        column="school_id",
        before=before,
        after=school_id,
        reason=" ".join(reason.split()),
        account_id=principal.account_id,
        at=runtime.clock(),
    )
    if not await runtime.database.write(lambda connection: apply(connection, change)):
        raise ConflictError("学生刚刚已被转出", field="school_id", remedy="请刷新后核对")
