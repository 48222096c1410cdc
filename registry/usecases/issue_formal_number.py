"""Replace a temporary 学籍号 (L) by the formal one (G) once the pupil has an ID number."""

import sqlalchemy as sa

from kernel.errors import ConflictError
from kernel.ids import StudentId, new_id
from kernel.principal import Principal, Role
from kernel.runtime import Runtime
from registry.domain import citizen_number, student_number
from registry.store import records, renumber
from registry.store.sealing import SEALED
from registry.store.tables import student
from registry.usecases.view import view

_RULE = "《中小学生学籍管理办法》第八条：一人一号，终身不变"


async def issue_formal_number(
    runtime: Runtime, principal: Principal, student_id: StudentId, document_number: str, reason: str
) -> None:
    """Give the pupil the formal number of the ID number, with an event; the L number stays taken.

    Raises what `view` raises for a pupil out of reach, InvalidError for a number that breaks
    GB 11643, ConflictError if the pupil has a formal number, the ID number belongs to another
    pupil, or somebody was faster.
    """
    principal.require(Role.REGISTRAR)
    citizen = citizen_number.parse(document_number, today=runtime.clock().date())
    seen = await view(runtime, principal, student_id, ("student_number",), reason)
    if student_number.parse(seen["student_number"] or "").formal:
        raise ConflictError("该学生已有正式学籍号", field="student_number", rule=_RULE)
    names = tuple(SEALED)
    [row] = await runtime.database.read(
        records.select((*names, "student_number")).where(student.c.id == student_id)
    )
    renewal = renumber.prepare(
        runtime.keyring,
        student_id,
        (row.student_number, row.sealed),
        records.values(runtime.keyring, row, names),
        citizen,
    )
    event = renumber.Reason(
        id=new_id("event", runtime.entropy),
        reason=" ".join(reason.split()),
        account_id=principal.account_id,
        at=runtime.clock(),
    )
    try:
        done = await runtime.database.write(
            lambda connection: renumber.apply(connection, renewal, event)
        )
    except sa.exc.IntegrityError:
        done = False
    if not done:
        raise ConflictError(
            "该身份证件号已建有学籍，或该学生刚刚已被更新",
            field="document_number",
            rule="《中小学生学籍管理办法》第九条：不得重复建立学籍",
            remedy="请核对证件号后重试",
        )
