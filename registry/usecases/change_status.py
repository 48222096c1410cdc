"""Change a pupil's 学籍状态: suspension, return, leaving."""

from kernel.errors import ConflictError
from kernel.ids import StudentId, new_id
from kernel.principal import Principal, Role
from kernel.runtime import Runtime
from registry.domain.status import check_change
from registry.store.changes import Change, apply
from registry.usecases.view import view


async def change_status(
    runtime: Runtime, principal: Principal, student_id: StudentId, status: str, reason: str
) -> None:
    """Change the status and append an event, both or neither.

    Raises what `view` raises for a pupil out of the registrar's reach, InvalidError or
    ConflictError for a change that may not be, ConflictError if somebody was faster.
    """
    principal.require(Role.REGISTRAR)
    seen = await view(runtime, principal, student_id, ("status", "grade"), reason)
    before = seen["status"] or ""
    check_change(before, status, seen["grade"] or "")
    change = Change(
        id=new_id("event", runtime.entropy),
        student_id=student_id,
        column="status",
        before=before,
        after=status,
        reason=" ".join(reason.split()),
        account_id=principal.account_id,
        at=runtime.clock(),
    )
    if not await runtime.database.write(lambda connection: apply(connection, change)):
        raise ConflictError("学籍状态刚刚已被变更", field="status", remedy="请刷新后核对")
