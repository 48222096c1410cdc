"""Which pupil has this 学籍号, ID number or internal id? Exact, by blind index; shows nothing."""

import sqlalchemy as sa

from kernel.ids import StudentId
from kernel.runtime import Runtime
from registry.domain.code_tables import TABLES
from registry.store import sealing
from registry.store.tables import number, student


async def find_student(runtime: Runtime, text: str) -> list[StudentId]:
    """Return the ids of the pupils meant (none, one, or more where document types collide).

    Numbers that a pupil had earlier (L before G) find the pupil as well.
    """
    wanted = text.strip()
    if not wanted:
        return []
    keyring, today = runtime.keyring, runtime.clock().date()
    documents = {
        sealing.document_tag(keyring, kind, wanted, today)
        for kind in TABLES["document_type"].labels
    }
    statement = sa.union(
        sa.select(student.c.id).where(
            sa.or_(student.c.id == wanted, student.c.document_tag.in_(documents))
        ),
        sa.select(student.c.id)
        .join(number, number.c.student_id == student.c.id)
        .where(number.c.tag == sealing.number_tag(keyring, wanted)),
    )
    return sorted(StudentId(row.id) for row in await runtime.database.read(statement))
