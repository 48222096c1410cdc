"""Load what the door must know of pupils, and the keyed tags under which traces are kept."""

from collections.abc import Collection, Sequence

from kernel.errors import MissingError
from kernel.ids import StudentId
from kernel.runtime import Runtime
from registry.domain.student import IN_SCHOOL
from registry.source import Record, records
from sharing.door.domain.pupil import PupilFacts

ALWAYS = ("grade",)
"""Fields that the rules need besides those asked."""


def pupil_tag(runtime: Runtime, student_id: StudentId) -> bytes:
    """Return the keyed tag of a pupil: traces are found by it, and it names nobody."""
    return runtime.keyring.index("subject", student_id)


async def load_pupil(
    runtime: Runtime, student_id: StudentId, fields: Collection[str]
) -> tuple[PupilFacts, Record]:
    """Return facts and raw values of one pupil; raises MissingError if there is none."""
    found = await records(runtime, [student_id], {*fields, *ALWAYS})
    if not found:
        raise MissingError("没有这名学生", remedy="请核对学籍")
    return facts_of(found[0]), found[0]


async def load_pupils(
    runtime: Runtime, student_ids: Sequence[StudentId], fields: Collection[str]
) -> list[tuple[PupilFacts, Record]]:
    """Return facts and raw values in the order of the ids."""
    found = await records(runtime, student_ids, {*fields, *ALWAYS})
    return [(facts_of(record), record) for record in found]


def facts_of(record: Record) -> PupilFacts:
    """Return the facts of a record that was read with ALWAYS."""
    return PupilFacts(
        record.student_id,
        record.division,
        record.school_id,
        record.values.get("grade") or "",
        record.birth_date,
        record.synthetic,
        record.status in IN_SCHOOL,
    )
