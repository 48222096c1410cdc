"""Declare an interest in a recipient: from then on the person takes no station of theirs."""

from sqlalchemy.engine import Connection

from kernel.ids import RecipientId
from kernel.principal import Principal, Role
from sharing.approvals.usecases.take_station import check_reason
from sharing.requests.store.insert import insert_new
from sharing.requests.store.tables import interest
from sharing.requests.usecases.services import SharingServices


async def declare_interest(
    services: SharingServices, principal: Principal, recipient_id: RecipientId, note: str
) -> None:
    """Record it for good; declaring twice changes nothing."""
    principal.require(Role.REVIEWER, Role.APPROVER)
    check_reason(note)
    row = {
        "person_id": principal.person_id, "recipient_id": recipient_id, "note": note.strip(),
        "declared_at": services.runtime.clock(),
    }  # fmt: skip

    def job(connection: Connection) -> None:
        insert_new(connection, interest, [row])

    await services.runtime.database.write(job)
