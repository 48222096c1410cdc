"""Who inside may look at a pupil's record?

A registrar: of the pupil's own school, or of an education authority above it. The pupil: at the
own record. Nobody else: reviewers and approvers see previews only, auditors ids, administrators
nothing. Source: 《中小学生学籍管理办法》第二十四条; 《未成年人网络保护条例》第三十六条 (最小授权,
记录访问).
"""

from collections.abc import Collection
from dataclasses import dataclass

from kernel.errors import InvalidError
from kernel.ids import OrgId, StudentId
from kernel.principal import Principal, Role
from registry.domain.org import OrgKind

LEAST_REASON, MOST_REASON = 4, 200
SELF = "本人查询"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a pupil stands: school, and every education authority above it."""

    student_id: StudentId
    school_id: OrgId
    authority_ids: frozenset[OrgId]


def looker(principal: Principal, place: Place) -> Role | None:
    """Return the role in which the caller may look at the pupil, or None."""
    if Role.PUPIL in principal.roles and principal.student_id == place.student_id:
        return Role.PUPIL
    offices = place.authority_ids | {place.school_id}
    if Role.REGISTRAR in principal.roles and principal.org_id in offices:
        return Role.REGISTRAR
    return None


def authorities(chain: Collection[tuple[OrgId, str]]) -> frozenset[OrgId]:
    """Return the education authorities in a chain of (id, kind)."""
    return frozenset(org_id for org_id, kind in chain if kind == OrgKind.EDUCATION_AUTHORITY)


def stated(reason: str, role: Role) -> str:
    """Return the reason to be logged; raises InvalidError where staff give none that will do."""
    if role == Role.PUPIL:
        return SELF
    text = " ".join(reason.split())
    if not LEAST_REASON <= len(text) <= MOST_REASON:
        raise InvalidError(
            f"请填写查阅事由（{LEAST_REASON} 至 {MOST_REASON} 字）",
            field="reason",
            rule="《未成年人网络保护条例》第三十六条",
            remedy="写明因何事需要查看该学生信息",
        )
    return text
