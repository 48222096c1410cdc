"""Record what a pupil was told or agreed to, and a guardian's consent brought on paper."""

from collections.abc import Mapping

from sqlalchemy.engine import Connection

from kernel.envelope import SUITE
from kernel.ids import ApprovalId, ClientId, StudentId, new_id
from kernel.principal import Principal
from sharing.door.domain.notice import CONSENTS, Told
from sharing.door.store.release_tables import notice
from sharing.door.usecases.pupils import pupil_tag
from sharing.requests.domain.client import ClientFacts
from sharing.requests.usecases.services import SharingServices


async def record_notices(
    services: SharingServices,
    client: ClientFacts,
    student_id: StudentId,
    told: Mapping[ApprovalId, Told],
    text_digest: str,
    principal: Principal,
) -> None:
    """Add one row an approval: what was told or agreed to, with the digest of the whole text."""
    runtime = services.runtime
    now, tag = runtime.clock(), pupil_tag(runtime, student_id)
    rows = [
        {
            "id": new_id("ntc", runtime.entropy),
            "client_id": client.client_id,
            "approval_id": approval_id,
            "pupil_tag": tag,
            "kind": one.kind,
            "forms": dict(one.forms),
            "text_digest": text_digest,
            "evidence_digest": "",
            "by_person": principal.person_id,
            "guardian": None,
            "suite": SUITE,
            "at": now,
        }
        for approval_id, one in told.items()
    ]

    def job(connection: Connection) -> None:
        if rows:
            connection.execute(notice.insert(), rows)

    await runtime.database.write(job)


async def withdraw(services: SharingServices, client_id: ClientId, student_id: StudentId) -> int:
    """Withdraw all consents of a pupil towards a client; returns how many. Binds at once."""
    runtime = services.runtime
    now, tag = runtime.clock(), pupil_tag(runtime, student_id)

    def job(connection: Connection) -> int:
        return connection.execute(
            notice.update()
            .where(
                notice.c.client_id == client_id,
                notice.c.pupil_tag == tag,
                notice.c.kind.in_(CONSENTS),
                notice.c.withdrawn_at.is_(None),
            )
            .values(withdrawn_at=now)
        ).rowcount

    return await runtime.database.write(job)
