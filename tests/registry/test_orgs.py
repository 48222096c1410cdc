"""The five-level tree: who is above whom, and which trees are refused."""

import asyncio
from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from kernel.errors import ConflictError, InvalidError, MissingError
from kernel.ids import OrgId
from kernel.runtime import Runtime
from registry.domain.org import Level, OrgKind, OrgPlan
from registry.store import tables
from registry.usecases import orgs
from registry.usecases.create_orgs import create_orgs
from tests.registry.county import County

AUTHORITY, GOVERNMENT, SCHOOL = OrgKind.EDUCATION_AUTHORITY, OrgKind.GOVERNMENT, OrgKind.SCHOOL
COUNTY = OrgPlan("county", AUTHORITY, Level.COUNTY, "历下区教体局", "370102")


def test_a_node_is_read_back_as_it_was_made(land: County) -> None:
    school = asyncio.run(orgs.org(land.runtime, land.orgs["school"].id))
    assert school == land.orgs["school"]
    assert school.division == "370102"
    assert asyncio.run(orgs.by_code(land.runtime, "2137000001")) == school


def test_a_node_that_does_not_exist_is_missing(land: County) -> None:
    with pytest.raises(MissingError):
        asyncio.run(orgs.org(land.runtime, OrgId("org_none")))
    with pytest.raises(MissingError):
        asyncio.run(orgs.by_code(land.runtime, "0000000000"))


def test_children_and_schools_are_found(land: County) -> None:
    def keys(found: Sequence[object]) -> set[str]:
        return {key for key, one in land.orgs.items() if one in found}

    county, city = land.orgs["county"].id, land.orgs["city"].id
    assert keys(asyncio.run(orgs.children(land.runtime, county))) == {"school", "sibling"}
    assert keys(asyncio.run(orgs.schools(land.runtime, city))) == {
        "school", "sibling", "far_school", "city_school",
    }  # fmt: skip
    school = land.orgs["school"].id
    assert keys(asyncio.run(orgs.schools(land.runtime, school))) == {"school"}


@pytest.mark.parametrize(
    ("inner", "outer", "within"),
    [
        ("school", "school", True), ("school", "county", True), ("school", "moe", True),
        ("school", "other_county", False), ("county", "school", False),
        ("school", "gov_county", False), ("gov_county", "gov_province", True),
    ],
)  # fmt: skip
def test_one_node_is_within_another(land: County, inner: str, outer: str, within: bool) -> None:  # noqa: FBT001  a case
    found = orgs.is_within(land.runtime, land.orgs[inner].id, land.orgs[outer].id)
    assert asyncio.run(found) is within


def test_the_governments_that_cover_a_division_come_nearest_first(land: County) -> None:
    def names(division: str) -> list[str]:
        return [one.name for one in asyncio.run(orgs.governments(land.runtime, division))]

    assert names("370102") == ["历下区人民政府", "济南市人民政府", "山东省人民政府"]
    assert names("370100") == ["济南市人民政府", "山东省人民政府"]
    assert names("130102") == []


def test_a_school_is_added_below_a_standing_authority(land: County) -> None:
    county = land.orgs["county"].id
    plan = OrgPlan("new", SCHOOL, Level.SCHOOL, "新学校", "", county, "2137000099")
    made = asyncio.run(create_orgs(land.runtime, [plan]))
    assert asyncio.run(orgs.is_within(land.runtime, made["new"].id, county))


@pytest.mark.parametrize(
    "plans",
    [
        (OrgPlan("s", SCHOOL, Level.SCHOOL, "无主管"),),
        (COUNTY, OrgPlan("s", SCHOOL, Level.COUNTY, "层级错", "", "county")),
        (COUNTY, OrgPlan("s", SCHOOL, Level.SCHOOL, "区划错", "370103", "county")),
        (COUNTY, OrgPlan("s", SCHOOL, Level.SCHOOL, "短码", "", "county", "213700000")),
        (COUNTY, OrgPlan("s", SCHOOL, Level.SCHOOL, "省码错", "", "county", "2199000001")),
        (COUNTY, OrgPlan("s", SCHOOL, Level.SCHOOL, "全角", "", "county", "２１３７000001")),
        (COUNTY, COUNTY),
        (OrgPlan("a", AUTHORITY, Level.COUNTY, "码短", "3701"),),
        (OrgPlan("a", AUTHORITY, Level.COUNTY, "市码", "370100"),),
        (COUNTY, OrgPlan("a", AUTHORITY, Level.CITY, "倒挂", "370100", "county")),
        (COUNTY, OrgPlan("g", GOVERNMENT, Level.COUNTY, "混", "370102", "county")),
        (OrgPlan("m", OrgKind.MINISTRY, Level.PROVINCE, "教育部", "370000"),),
        (OrgPlan("a", AUTHORITY, Level.COUNTY, "无此上级", "370102", "org_none"),),
        (
            OrgPlan("p", AUTHORITY, Level.PROVINCE, "河北", "130000"),
            OrgPlan("a", AUTHORITY, Level.COUNTY, "跨省", "370102", "p"),
        ),
    ],
)
def test_a_tree_that_is_not_well_formed_is_refused_whole(
    runtime: Runtime, plans: tuple[OrgPlan, ...]
) -> None:
    with pytest.raises(InvalidError) as refused:
        asyncio.run(create_orgs(runtime, plans))
    assert refused.value.problems[0].field
    assert not asyncio.run(runtime.database.read(sa.select(tables.org.c.id)))


def test_a_school_code_is_given_once(land: County) -> None:
    county = land.orgs["county"].id
    plans = [
        OrgPlan("a", SCHOOL, Level.SCHOOL, "甲", "", county, "2137000050"),
        OrgPlan("b", SCHOOL, Level.SCHOOL, "乙", "", county, "2137000001"),
    ]
    with pytest.raises(ConflictError) as refused:
        asyncio.run(create_orgs(land.runtime, plans))
    assert "2137000001" in str(refused.value)
    twins = [plans[0], OrgPlan("c", SCHOOL, Level.SCHOOL, "丙", "", county, "2137000050")]
    with pytest.raises(ConflictError):
        asyncio.run(create_orgs(land.runtime, twins))
