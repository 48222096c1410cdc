"""Tell what happened, in order: steps of data requests, stops, notices, and looks from inside."""

from collections.abc import Collection

from kernel.errors import MissingError
from kernel.ids import OrgId, PersonId, StudentId
from kernel.principal import Principal, Role
from registry.domain.access import Access, LookKind
from registry.usecases import orgs
from registry.usecases.accesses import accesses_by_person, accesses_of_student
from sharing.oversight.domain.trace import Event
from sharing.oversight.store import audit
from sharing.oversight.usecases.cards import people
from sharing.requests.domain.request_state import STEP_TITLES, Step
from sharing.requests.usecases.services import SharingServices
from sharing.tables.store import answers

LOOKS = {LookKind.VIEW: "查看学籍", LookKind.LIST: "列入名册", LookKind.PREVIEW: "列入预览"}
ROLES = {"registrar": "学籍管理员", "pupil": "学生本人"}
NOTICES = {"notice": "已告知", "consent": "本人同意", "guardian_consent": "监护人同意"}

__all__ = [
    "Event",
    "looks_at",
    "looks_by",
    "of_notices",
    "of_overlaps",
    "of_requests",
    "of_switches",
]


async def of_requests(services: SharingServices, request_ids: list[str]) -> list[Event]:
    """Return the steps of data requests: asked, reviewed, approved, revoked."""
    if not request_ids:
        return []
    rows = await services.runtime.database.read(audit.events_of(request_ids))
    return [
        Event(
            row.at, "request", f"{STEP_TITLES[Step(row.step)]}数据申请 {row.data_request_id}",
            row.person_name, row.reason,
        )
        for row in rows
    ]  # fmt: skip


async def of_switches(services: SharingServices, targets: set[str]) -> list[Event]:
    """Return when these were stopped, and when that was lifted."""
    rows = await services.runtime.database.read(audit.switches_of(targets))
    made = [Event(row.pulled_at, "switch", "紧急停止", row.pulled_name, row.reason) for row in rows]
    return made + [
        Event(row.lifted_at, "switch", "解除紧急停止", f"{row.first_lift_name}、{row.lifted_name}")
        for row in rows
        if row.lifted_at is not None
    ]


async def of_overlaps(services: SharingServices, approval_ids: Collection[str]) -> list[Event]:
    """Return when earlier releases stood in the way of these approvals', and which. Officials only.

    A recipient is never told: whose releases they are is none of its business.
    """
    rows = await services.runtime.database.read(answers.overlaps_of(approval_ids))
    return [
        Event(
            row.at, "overlap",
            "与此前的提供叠加，改发首次结果" if row.outcome == "repeated"
            else "与此前的提供叠加，已拒绝", "",
            f"批准 {row.approval_id}；此前的提供 {'、'.join(row.disclosure_ids)}；"
            f"{row.groups} 个组人数不足，最小 {row.smallest} 人，应不少于 {row.least} 人",
        )
        for row in rows
    ]  # fmt: skip


async def of_notices(services: SharingServices, pupil_tag: bytes) -> list[Event]:
    """Return what a pupil (or guardian) was told, agreed to, and withdrew."""
    rows = await services.runtime.database.read(audit.notices_of(pupil_tag))
    made = [
        Event(row.at, "notice", f"{NOTICES[row.kind]} {row.approval_id}", row.by_person)
        for row in rows
    ]
    return made + [
        Event(row.withdrawn_at, "notice", f"撤回同意 {row.approval_id}", "")
        for row in rows
        if row.withdrawn_at is not None
    ]


async def looks_at(
    services: SharingServices, principal: Principal, student_id: StudentId
) -> list[Event]:
    """Return who inside looked at a pupil: as much as the caller may know.

    The pupil's own looks are not told to the pupil.
    """
    found = await accesses_of_student(services.runtime, principal, student_id)
    own = principal.student_id == student_id
    return await _looks(services, [one for one in found if not own or one.role != Role.PUPIL])


async def looks_by(
    services: SharingServices, principal: Principal, person_id: PersonId
) -> list[Event]:
    """Return at whom an official looked; pupils are marks, never names."""
    found = await accesses_by_person(services.runtime, principal, person_id)
    return await _looks(services, found, marks=True)


async def _looks(
    services: SharingServices, found: list[Access], *, marks: bool = False
) -> list[Event]:
    persons = {one.person_id for one in found if one.person_id is not None}
    names = await people(services, persons) if persons else {}
    offices = {one.org_id: await _office(services, one.org_id) for one in found}
    events = []
    for one in found:
        name = names.get(one.person_id, one.person_id) if one.person_id else ""
        who = "，".join(part for part in (offices[one.org_id], _role(one.role), name) if part)
        title = LOOKS[one.kind] + ("" if one.allowed else "（被拒绝）")
        detail = one.reason + (f"（学生记号 {one.pupil}）" if marks else "")
        events.append(Event(one.at, "look", title, who, detail))
    return events


def _role(role: str) -> str:
    return ROLES.get(role, role)


async def _office(services: SharingServices, org_id: OrgId | None) -> str:
    if org_id is None:
        return ""
    try:
        return (await orgs.org(services.runtime, org_id)).name
    except MissingError:
        return org_id
