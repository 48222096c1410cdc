"""The demonstration's county: written as schools would upload it, read by the real importer."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from kernel.errors import UnavailableError
from kernel.ids import AccountId, OrgId, StudentId, new_id
from kernel.runtime import Runtime
from registry.domain.org import Level, Org, OrgKind, OrgPlan
from registry.domain.student import NewStudent
from registry.imports.usecases.files import ImportOrder, import_files
from registry.store.students import insert_students
from registry.store.tables import student
from registry.synthetic.county import County
from registry.synthetic.files import write_county
from registry.usecases.create_orgs import create_orgs
from registry.usecases.org_file import read_plans

Progress = Callable[[int, int, str], None]

PUPILS, SCHOOLS = 3_000, 6
OPERATOR = AccountId("operator")
AUTHORITY = "education_authority-county"
GOVERNMENT = "government-county"
SANDBOX_CODE = "2137999999"
PERSONAS = (
    ("沙箱·张小明", "1", "08", "20120315"),
    ("沙箱·欧阳若曦", "2", "09", "20110601"),
    ("沙箱·阿依古丽·买买提", "2", "05", "20150909"),
)


@dataclass(frozen=True, slots=True)
class DemoCounty:
    """The tree by key, a pupil of fifteen, their school, and the sandbox's made-up pupils."""

    orgs: dict[str, Org]
    pupil: StudentId
    school: OrgId
    personas: tuple[StudentId, ...]


async def make_county(runtime: Runtime, folder: Path, progress: Progress) -> DemoCounty:
    """Write, import and commit the county; raises what the importer raises."""
    paths = write_county(County(pupils=PUPILS, schools=SCHOOLS), folder, progress)
    plans = read_plans(folder / "orgs.json")
    sandbox = OrgPlan(
        "sandbox", OrgKind.SCHOOL, Level.SCHOOL, "沙箱学校", "", AUTHORITY, SANDBOX_CODE
    )
    orgs = dict(await create_orgs(runtime, [*plans, sandbox]))
    order = ImportOrder(orgs[AUTHORITY].id, OPERATOR, tuple(paths), commit=True)
    report = await import_files(runtime, order, progress)
    if report.tally.errors:
        raise UnavailableError("演示数据没有通过导入检查", remedy="请报告这个错误")
    pupil, school = await _pupil(runtime)
    personas = await _personas(runtime, orgs["sandbox"])
    return DemoCounty(orgs, pupil, school, personas)


async def _pupil(runtime: Runtime) -> tuple[StudentId, OrgId]:
    """Return a pupil of the ninth grade who is fourteen or older, and may thus consent."""
    rows = await runtime.database.read(
        sa.select(student.c.id, student.c.school_id)
        .where(student.c.grade == "09", student.c.birth_date < "20120101")
        .order_by(student.c.class_name, student.c.name, student.c.id)
        .limit(1)
    )
    return StudentId(rows[0].id), OrgId(rows[0].school_id)


async def _personas(runtime: Runtime, school: Org) -> tuple[StudentId, ...]:
    made = [
        NewStudent(
            StudentId(new_id("student", runtime.entropy)), school.id, school.division,
            {
                "name": name, "sex": sex, "grade": grade, "birth_date": birth_date,
                "class_name": "1班", "enrolment_month": "202409", "nationality": "CHN",
                "document_type": "1", "ethnicity": "01",
            },
            synthetic=True,
        )
        for name, sex, grade, birth_date in PERSONAS
    ]  # fmt: skip
    await runtime.database.write(
        lambda connection: insert_students(
            connection, runtime.keyring, runtime.entropy, made, runtime.clock()
        )
    )
    return tuple(one.id for one in made)
