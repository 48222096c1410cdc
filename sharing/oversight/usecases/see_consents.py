"""What lies before a registrar who records a consent: the pupil, the choices, what is kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy.engine import Row

from kernel.errors import MissingError
from kernel.ids import ApprovalId, StudentId
from kernel.principal import Principal, Role
from registry.usecases.find import find_student
from registry.usecases.locate import school_of
from registry.usecases.view import view
from sharing.approvals.domain.approval import LoadedApproval
from sharing.approvals.usecases.load_in_force import load_in_force
from sharing.door.domain.notice import CONSENTS, Told
from sharing.door.domain.pupil import PupilFacts
from sharing.door.store import notices
from sharing.door.usecases.describe import ground_text
from sharing.door.usecases.pupils import load_pupil, pupil_tag
from sharing.oversight.domain import guardian
from sharing.oversight.store import audit
from sharing.oversight.usecases.cards import app_names, purpose_title
from sharing.requests.domain.identifier import is_identifier
from sharing.requests.domain.scope import Basis
from sharing.requests.usecases.services import SharingServices

REASON = "登记监护人同意"


@dataclass(frozen=True, slots=True)
class Choice:
    """An approval that needs this pupil's consent; `consented`: to all of it, already."""

    approval_id: ApprovalId
    app: str
    purpose: str
    ground: str
    consented: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """A consent on record, as the registrar sees it."""

    notice_id: str
    approval_id: str
    kind: str
    name: str
    relation: str
    at: datetime
    withdrawn_at: datetime | None
    scan_digest: str


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies before the registrar: the pupil, what may be consented to, what was."""

    student_id: StudentId
    name: str
    class_name: str
    under_14: bool
    choices: tuple[Choice, ...]
    kept: tuple[Kept, ...]


async def find_pupil(services: SharingServices, principal: Principal, text: str) -> StudentId:
    """Return the pupil of the caller's own school with that number.

    Raises MissingError, alike for a pupil who does not exist and one of elsewhere.
    """
    principal.require(Role.REGISTRAR)
    for student_id in await find_student(services.runtime, text if text.isprintable() else ""):
        if await school_of(services.runtime, student_id) == principal.org_id:
            return student_id
    raise _missing()


async def desk(services: SharingServices, principal: Principal, student_id: StudentId) -> Desk:
    """Return what the registrar needs to record a consent; the look is on record."""
    pupil = await own_pupil(services, principal, student_id)
    seen = await view(services.runtime, principal, student_id, ("name", "class_name"), REASON)
    rows = await services.runtime.database.read(
        audit.notices_of(pupil_tag(services.runtime, student_id))
    )
    kept = [_kept(services, row) for row in rows if row.kind in CONSENTS]
    under_14 = pupil.is_under_14(services.runtime.clock())
    choices = []
    for approval in await open_approvals(services, pupil):
        standing = [
            notices.told(row) for row in rows
            if row.approval_id == approval.approval_id and row.withdrawn_at is None
        ]  # fmt: skip
        agreed = Told.consent_among(
            standing, services.policy, approval.scope.fields, under_14=under_14
        )
        choices.append(await _choice(services, approval, consented=agreed is not None))
    return Desk(
        student_id, seen["name"] or "", seen["class_name"] or "", under_14, tuple(choices),
        tuple(kept),
    )  # fmt: skip


async def own_pupil(
    services: SharingServices, principal: Principal, student_id: StudentId
) -> PupilFacts:
    """Return a pupil of the registrar's own school; to any other the pupil does not exist."""
    principal.require(Role.REGISTRAR)
    if not is_identifier(student_id):
        raise _missing()
    try:
        pupil, _ = await load_pupil(services.runtime, student_id, ())
    except MissingError:
        raise _missing() from None
    if pupil.school_id != principal.org_id:
        raise _missing()
    return pupil


async def open_approvals(services: SharingServices, pupil: PupilFacts) -> list[LoadedApproval]:
    """Return the approvals in force that stand on consent and reach this pupil."""
    return [
        one for one in reversed(await load_in_force(services))
        if one.scope.basis is Basis.CONSENT and pupil.in_cohort(one.scope.cohort)
    ]  # fmt: skip


async def _choice(
    services: SharingServices, approval: LoadedApproval, *, consented: bool
) -> Choice:
    apps = await app_names(services, {approval.recipient_id})
    return Choice(
        approval.approval_id, apps.get(approval.client_id, approval.client_id),
        purpose_title(services, approval.scope.purpose), await ground_text(services, approval),
        consented,
    )  # fmt: skip


def _kept(services: SharingServices, row: Row[Any]) -> Kept:
    signer = {"name": "", "relation": ""}
    if row.guardian is not None:
        signer = orjson.loads(
            services.runtime.keyring.open(
                row.guardian, table="sharing_notice", column="guardian", row=row.id
            )
        )
    relation = guardian.RELATIONS.get(signer["relation"], "学生本人（登录时）")
    return Kept(
        row.id, row.approval_id, row.kind, signer["name"], relation, row.at, row.withdrawn_at,
        row.evidence_digest,
    )  # fmt: skip


def _missing() -> MissingError:
    return MissingError("没有这名学生，或不在本校", field="text", remedy="请核对学籍号或证件号")
