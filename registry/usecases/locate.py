"""At which school is a pupil?"""

import sqlalchemy as sa

from kernel.errors import MissingError
from kernel.ids import OrgId, StudentId
from kernel.runtime import Runtime
from registry.store.tables import student


async def school_of(runtime: Runtime, student_id: StudentId) -> OrgId:
    """Return the id of the pupil's school; raises MissingError if there is no such pupil."""
    found = await runtime.database.read(
        sa.select(student.c.school_id).where(student.c.id == student_id)
    )
    if not found:
        raise MissingError("没有这名学生", remedy="请核对链接")
    return OrgId(found[0].school_id)
