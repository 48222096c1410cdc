"""Does this office cover this data request: kind, level, area, and the government that decided?"""

from dataclasses import dataclass

from kernel.errors import Problem
from kernel.ids import OrgId
from sharing.requests.domain.area import contains

LEVELS = ("school", "county", "city", "province", "central")
"""From the lowest to the highest; a people's government stands at `county` or above."""


@dataclass(frozen=True, slots=True)
class Office:
    """A node of the organization tree, as loaded from the registry."""

    org_id: OrgId
    kind: str
    level: str
    name: str
    division: str

    def covers(self, division: str) -> bool:
        """Tell whether the area of the node contains the division; a school has no area."""
        if self.kind == "school" or not division.isdecimal():
            return False
        return self.level == "central" or contains(self.division, division)

    def stands_at(self, level: str) -> bool:
        """Tell whether the node is of that level or a higher one."""
        return self.level in LEVELS and LEVELS.index(self.level) >= LEVELS.index(level)


@dataclass(frozen=True, slots=True)
class Station:
    """One station of the chain in `policies/`: who may take it."""

    name: str
    title: str
    role: str
    org_kinds: frozenset[str]
    min_level: str
    article: str


def office_problems(office: Office | None, station: Station, division: str) -> tuple[Problem, ...]:
    """Return why the station may not be taken from this office for pupils of that area."""
    if office is None:
        return (_problem("您的账号没有任职机构", station),)
    checks = (
        (office.kind not in station.org_kinds, f"{office.name}不是可以{station.title}的机关类型"),
        (not office.stands_at(station.min_level), f"{office.name}的层级不足，须为县级以上"),
        (not office.covers(division), f"申请的学生不在{office.name}的管辖区域内"),
    )
    return tuple(_problem(message, station) for holds, message in checks if holds)


def government_problems(
    government: Office | None, division: str, *, within_approver: bool
) -> tuple[Problem, ...]:
    """Return why a government document is no ground for pupils of that area, or not for this
    approver: the issuing node is a people's government at county level or above, covers the
    pupils, and is the approver's own government or one below it.
    """  # noqa: D205  one sentence
    rule = "第二十四条：经县级以上人民政府批准"
    if government is None:
        return (Problem("没有这个批准机关", "government_org_id", rule, "请选择县级以上人民政府"),)
    checks = (
        (government.kind != "government", f"{government.name}不是人民政府，其同意不构成批准依据"),
        (not government.stands_at("county"), f"{government.name}的层级低于县级"),
        (not government.covers(division), f"申请的学生不在{government.name}的管辖区域内"),
        (not within_approver, f"批准文件由{government.name}作出，不在您任职政府的范围内"),
    )
    return tuple(
        Problem(message, "government_org_id", rule, "请核对批准文件的发文机关")
        for holds, message in checks
        if holds
    )


def _problem(message: str, station: Station) -> Problem:
    return Problem(message, "org_id", station.article, "请由有管辖权的机关办理")
