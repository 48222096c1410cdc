"""Record a consent brought on paper, by the registrar of the pupil's school; or withdraw it."""

from typing import Any

from sqlalchemy.engine import Connection

from kernel.canonical import canonical_bytes, digest_bytes
from kernel.envelope import SUITE
from kernel.errors import ConflictError, InvalidError, MissingError
from kernel.ids import ApprovalId, StudentId, new_id
from kernel.principal import Principal
from sharing.approvals.domain.approval import LoadedApproval
from sharing.door.domain.notice import CONSENT, CONSENTS, GUARDIAN, Told
from sharing.door.domain.pupil import CHINA, PupilFacts
from sharing.door.store.notices import told
from sharing.door.store.release_tables import notice
from sharing.door.usecases.pupils import pupil_tag
from sharing.oversight.domain import guardian
from sharing.oversight.domain.guardian import PaperConsent
from sharing.oversight.store import audit
from sharing.oversight.usecases.see_consents import open_approvals, own_pupil
from sharing.requests.domain.identifier import is_identifier
from sharing.requests.usecases.services import SharingServices


async def record_guardian_consent(
    services: SharingServices, principal: Principal, student_id: StudentId,
    approval_id: ApprovalId, paper: PaperConsent,
) -> str:  # fmt: skip
    """Return the consent's id. Of the scan only the digest is kept: the school keeps the paper.

    Below 14 a guardian signs, from 14 on the pupil. Raises MissingError for a pupil of another
    school or an approval that does not reach the pupil, InvalidError with all faults of the paper,
    ConflictError if a consent to all of it stands already.
    """
    pupil = await own_pupil(services, principal, student_id)
    runtime = services.runtime
    now = runtime.clock()
    found = [one for one in await open_approvals(services, pupil)
             if one.approval_id == approval_id]  # fmt: skip
    if not found:
        raise MissingError(
            "没有需要该学生同意的这份批准", field="approval_id", remedy="请从列表中选择"
        )
    under_14 = pupil.is_under_14(now)
    faults = guardian.problems(paper, under_14=under_14, today=now.astimezone(CHINA).date())
    if faults:
        raise InvalidError.of(faults)
    values = _values(services, principal, pupil, found[0], paper)

    def job(connection: Connection) -> None:
        standing = connection.execute(
            audit.notices_of(values["pupil_tag"]).where(
                notice.c.approval_id == approval_id, notice.c.withdrawn_at.is_(None)
            )
        )
        if Told.consent_among(
            map(told, standing), services.policy, values["forms"], under_14=under_14
        ):
            raise ConflictError(
                "这份批准已有有效的同意", field="approval_id", remedy="如需重新登记，请先撤回"
            )
        connection.execute(notice.insert().values(**values))

    await runtime.database.write(job)
    return str(values["id"])


async def withdraw_guardian_consent(
    services: SharingServices, principal: Principal, student_id: StudentId, notice_id: str
) -> None:
    """Withdraw a consent on the guardian's word; it binds at once. Raises MissingError."""
    await own_pupil(services, principal, student_id)
    if not is_identifier(notice_id):
        raise _no_consent()
    runtime = services.runtime
    now, tag = runtime.clock(), pupil_tag(runtime, student_id)

    def job(connection: Connection) -> int:
        return connection.execute(
            notice.update()
            .where(
                notice.c.id == notice_id, notice.c.pupil_tag == tag,
                notice.c.kind.in_(CONSENTS), notice.c.withdrawn_at.is_(None),
            )
            .values(withdrawn_at=now)
        ).rowcount  # fmt: skip

    if await runtime.database.write(job) != 1:
        raise _no_consent()


def _no_consent() -> MissingError:
    return MissingError("没有这项有效的同意", field="notice_id", remedy="请刷新页面")


def _values(
    services: SharingServices, principal: Principal, pupil: PupilFacts,
    approval: LoadedApproval, paper: PaperConsent,
) -> dict[str, Any]:  # fmt: skip
    runtime = services.runtime
    identity = new_id("ntc", runtime.entropy)
    signer = {"name": paper.name.strip(), "relation": paper.relation, "on": paper.signed_on}
    return {
        "id": identity,
        "client_id": approval.client_id,
        "approval_id": approval.approval_id,
        "pupil_tag": pupil_tag(runtime, pupil.student_id),
        "kind": CONSENT if paper.relation == guardian.SELF else GUARDIAN,
        "forms": dict(approval.scope.fields),
        "text_digest": approval.digest,
        "evidence_digest": digest_bytes(paper.scan),
        "by_person": principal.person_id,
        "guardian": runtime.keyring.seal(
            canonical_bytes(signer), table="sharing_notice", column="guardian", row=identity
        ),
        "suite": SUITE,
        "at": runtime.clock(),
    }
