"""A small province for tests: two cities' counties, authorities, governments, schools, pupils."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from kernel.ids import AccountId, OrgId, PersonId, StudentId, new_id
from kernel.principal import Principal, Role
from kernel.runtime import Runtime
from registry.domain.citizen_number import check_character
from registry.domain.org import Level, Org, OrgKind, OrgPlan
from registry.domain.student import NewStudent
from registry.store.students import insert_students
from registry.usecases.create_orgs import create_orgs

AUTHORITY, GOVERNMENT, SCHOOL = OrgKind.EDUCATION_AUTHORITY, OrgKind.GOVERNMENT, OrgKind.SCHOOL

PLANS = (
    OrgPlan("moe", OrgKind.MINISTRY, Level.CENTRAL, "教育部"),
    OrgPlan("province", AUTHORITY, Level.PROVINCE, "山东省教育厅", "370000", "moe"),
    OrgPlan("city", AUTHORITY, Level.CITY, "济南市教育局", "370100", "province"),
    OrgPlan("county", AUTHORITY, Level.COUNTY, "历下区教育和体育局", "370102", "city"),
    OrgPlan("other_county", AUTHORITY, Level.COUNTY, "市中区教育和体育局", "370103", "city"),
    OrgPlan("other_province", AUTHORITY, Level.PROVINCE, "河北省教育厅", "130000", "moe"),
    OrgPlan("school", SCHOOL, Level.SCHOOL, "历下区第一小学", "", "county", "2137000001"),
    OrgPlan("sibling", SCHOOL, Level.SCHOOL, "历下区第二小学", "", "county", "2137000002"),
    OrgPlan("far_school", SCHOOL, Level.SCHOOL, "市中区第一小学", "", "other_county", "2137000003"),
    OrgPlan("city_school", SCHOOL, Level.SCHOOL, "济南市实验学校", "", "city", "3137000004"),
    OrgPlan("gov_province", GOVERNMENT, Level.PROVINCE, "山东省人民政府", "370000"),
    OrgPlan("gov_city", GOVERNMENT, Level.CITY, "济南市人民政府", "370100", "gov_province"),
    OrgPlan("gov_county", GOVERNMENT, Level.COUNTY, "历下区人民政府", "370102", "gov_city"),
    OrgPlan("gov_other", GOVERNMENT, Level.COUNTY, "市中区人民政府", "370103", "gov_city"),
)

VALUES: Mapping[str, str | None] = {
    "name": "欧阳晓明", "sex": "1", "birth_date": "20150901", "grade": "06",
    "class_name": "六年级1班", "enrolment_month": "202109", "ethnicity": "01",
    "nationality": "CHN", "document_type": "1", "phone": "13955512345",
    "current_address": "山东省济南市历下区泉城路一百零八号", "email": "planted@example.cn",
    "talents": "古琴", "orphan": "0", "guardian1_name": "欧阳建国", "guardian1_relation": "51",
    "guardian1_phone": "13800008888", "guardian1_workplace": "泉城路粮油店",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class County:
    """The made tree, and short ways to make callers and pupils."""

    runtime: Runtime
    orgs: Mapping[str, Org]

    def registrar(self, key: str) -> Principal:
        return self.caller(Role.REGISTRAR, key)

    def caller(self, role: Role, key: str | None = None, student: StudentId | None = None) -> Principal:  # fmt: skip # noqa: E501
        return Principal(
            AccountId(new_id("account")), PersonId(new_id("person")), frozenset({role}), "某人",
            org_id=self.orgs[key].id if key else None, student_id=student,
        )  # fmt: skip

    def pupil(self, key: str = "school", *, synthetic: bool = False, status: str = "01", **values: str | None) -> StudentId:  # fmt: skip # noqa: E501
        new = self.new(key, synthetic=synthetic, status=status, **values)
        return asyncio.run(self.enter(new))

    def new(self, key: str = "school", *, synthetic: bool = False, status: str = "01", **values: str | None) -> NewStudent:  # fmt: skip # noqa: E501
        school = self.orgs[key]
        return NewStudent(
            StudentId(new_id("student")), OrgId(school.id), school.division,
            {**VALUES, **values}, synthetic, status,
        )  # fmt: skip

    async def enter(self, new: NewStudent) -> StudentId:
        runtime = self.runtime
        await runtime.database.write(
            lambda connection: insert_students(
                connection, runtime.keyring, runtime.entropy, [new], runtime.clock()
            )
        )
        return new.id


def county(runtime: Runtime) -> County:
    return County(runtime, asyncio.run(create_orgs(runtime, PLANS)))


def citizen(birth_date: str = "20150901", sequence: int = 1, division: str = "370102") -> str:
    """Return a well-formed ID number."""
    first17 = f"{division}{birth_date}{sequence:03}"
    return first17 + check_character(first17)
