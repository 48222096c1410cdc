"""What is a node of the five-level organization tree, and which tree is well formed?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kernel.errors import InvalidError
from kernel.ids import OrgId
from registry.domain.division import PROVINCES, area, covers, is_division


class OrgKind(StrEnum):
    """What a node is."""

    MINISTRY = "ministry"
    EDUCATION_AUTHORITY = "education_authority"
    GOVERNMENT = "government"
    SCHOOL = "school"


class Level(StrEnum):
    """The five levels of the national system (《中小学生学籍管理办法》第二十三条)."""

    CENTRAL = "central"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    SCHOOL = "school"


RANK = {level: rank for rank, level in enumerate(Level)}
_DIGITS = {Level.PROVINCE: 2, Level.CITY: 4, Level.COUNTY: 6}
NATION = "100000"
"""The code that the national node carries."""


@dataclass(frozen=True, slots=True)
class Org:
    """A node. A school's `division` is that of its managing authority, its parent."""

    id: OrgId
    kind: OrgKind
    level: Level
    name: str
    division: str
    parent_id: OrgId | None
    code: str | None

    def covers(self, division: str) -> bool:
        """Tell whether the node's area contains the division; a school has no area."""
        if self.kind == OrgKind.SCHOOL:
            return False
        return self.level == Level.CENTRAL or covers(self.division, division)


@dataclass(frozen=True, slots=True)
class OrgPlan:
    """A node to be made. `parent` is the key of an earlier plan or the id of a standing node."""

    key: str
    kind: OrgKind
    level: Level
    name: str
    division: str = ""
    """Six digits; left empty for a school, which takes its authority's."""
    parent: str = ""
    code: str = ""
    """School identifier code (10 digits) or another unique code; may be empty."""


def checked(plans: Sequence[OrgPlan], standing: Mapping[str, Org]) -> Mapping[str, OrgPlan]:
    """Return the plans by key, parents first, schools with their division.

    `standing` holds nodes that exist already, by id. Raises InvalidError, naming the node, for a
    tree that is not well formed.
    """
    known: dict[str, OrgPlan] = {}
    for plan in plans:
        if plan.key in known:
            raise _refusal(plan, "键重复")
        parent = known.get(plan.parent) or standing.get(plan.parent)
        if plan.parent and parent is None:
            raise _refusal(plan, f"没有上级“{plan.parent}”；同一描述中的上级须排在前面")
        known[plan.key] = _placed(plan, parent)
    return known


def _placed(plan: OrgPlan, parent: OrgPlan | Org | None) -> OrgPlan:
    division = plan.division
    if plan.kind == OrgKind.SCHOOL:
        if parent is None or parent.kind != OrgKind.EDUCATION_AUTHORITY:
            raise _refusal(plan, "学校的上级须是教育行政部门")
        if division not in ("", parent.division):
            raise _refusal(plan, "学校的区划须与其主管部门一致")
        _check_school_code(plan)
        division = parent.division
    _check_level(plan, parent)
    if plan.level in _DIGITS:
        _check_division(plan, parent)
    elif plan.level == Level.CENTRAL:
        division = NATION
    return OrgPlan(plan.key, plan.kind, plan.level, plan.name, division, plan.parent, plan.code)


def _check_level(plan: OrgPlan, parent: OrgPlan | Org | None) -> None:
    if (plan.kind == OrgKind.SCHOOL) != (plan.level == Level.SCHOOL):
        raise _refusal(plan, "只有学校属于学校级")
    if plan.kind == OrgKind.MINISTRY and plan.level != Level.CENTRAL:
        raise _refusal(plan, "教育部属于中央级")
    if parent is None:
        return
    if RANK[parent.level] >= RANK[plan.level]:
        raise _refusal(plan, "上级的层级须更高")
    if (plan.kind == OrgKind.GOVERNMENT) != (parent.kind == OrgKind.GOVERNMENT):
        raise _refusal(plan, "人民政府与教育行政部门分属两条上下级关系")


def _check_division(plan: OrgPlan, parent: OrgPlan | Org | None) -> None:
    if not is_division(plan.division) or len(area(plan.division)) != _DIGITS[plan.level]:
        raise _refusal(plan, f"区划代码“{plan.division}”与层级不符")
    if parent is None or parent.level == Level.CENTRAL:
        return
    if not covers(parent.division, plan.division):
        raise _refusal(plan, "区划不在上级的区域内")


def _check_school_code(plan: OrgPlan) -> None:
    if not plan.code:
        return
    digits = plan.code.isascii() and plan.code.isdigit() and len(plan.code) == 10  # noqa: PLR2004
    if not digits or plan.code[2:4] not in PROVINCES:
        raise InvalidError(
            f"{plan.name}：学校标识码应为 10 位数字，第 3、4 位为省级代码",
            field=f"{plan.key}.code",
            rule="《学校（机构）代码管理办法》",
            remedy="请核对学校标识码",
        )


def _refusal(plan: OrgPlan, message: str) -> InvalidError:
    return InvalidError(
        f"{plan.name}：{message}",
        field=plan.key,
        rule="五级应用模式（第二十三条）",
        remedy="请修改组织描述",
    )
