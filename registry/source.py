"""What does the registry say about these pupils? Raw values, for the one door only.

Nobody but `sharing.usecases` may import this module (import-linter holds it): whatever leaves goes
through approval, policy, plan and ledger there. Inward looks use `registry.usecases.view`.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from kernel.ids import OrgId, StudentId
from kernel.runtime import Runtime
from registry.domain.division import area
from registry.domain.student import IN_SCHOOL
from registry.store import records as rows
from registry.store.tables import org, student

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Record:
    """A pupil as the door needs it. `values` holds the asked fields, raw; `birth_date` YYYYMMDD."""

    student_id: StudentId
    values: Mapping[str, str | None]
    division: str
    """Six-digit code of the school's managing authority: jurisdiction is tested against it."""
    school_id: OrgId
    school_name: str
    birth_date: str
    synthetic: bool
    status: str


async def records(
    runtime: Runtime, ids: Sequence[StudentId], fields: Collection[str]
) -> list[Record]:
    """Return the pupils in the order of `ids`; an id that does not exist is absent.

    Raises InvalidError for an unknown field. Between batches the event loop is given its turn.
    """
    names = rows.checked(fields)
    statement = rows.select(names)
    found: list[Record] = []
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        answer = await runtime.database.read(statement.where(student.c.id.in_(batch)))
        by_id = {
            row.id: Record(
                StudentId(row.id),
                rows.values(runtime.keyring, row, names),
                row.division,
                OrgId(row.school_id),
                row.school_name,
                row.birth_date,
                row.synthetic,
                row.status,
            )
            for row in answer
        }
        found += [by_id[student_id] for student_id in batch if student_id in by_id]
        await asyncio.sleep(0)
    return found


async def cohort(
    runtime: Runtime,
    division: str,
    school_ids: Collection[OrgId] = (),
    grades: Collection[str] = (),
    *,
    synthetic: bool = False,
) -> list[StudentId]:
    """Return the pupils in school in an area (2, 4 or 6 digits), by id.

    Schools and grades narrow it where given. Only synthetic pupils, or only real ones.
    Raises InvalidError for a malformed division.
    """
    statement = (
        sa.select(student.c.id)
        .join(org, org.c.id == student.c.school_id)
        .where(
            org.c.division.startswith(area(division), autoescape=True),
            student.c.status.in_(IN_SCHOOL),
            student.c.synthetic == synthetic,
        )
        .order_by(student.c.id)
    )
    if school_ids:
        statement = statement.where(student.c.school_id.in_(school_ids))
    if grades:
        statement = statement.where(student.c.grade.in_(grades))
    return [StudentId(row.id) for row in await runtime.database.read(statement)]
