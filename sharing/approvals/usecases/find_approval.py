"""Find the genuine approval of a data request."""

import sqlalchemy as sa

from kernel.ids import ApprovalId, DataRequestId
from sharing.approvals.domain.approval import LoadedApproval
from sharing.approvals.usecases.load_in_force import load_genuine
from sharing.requests.store.tables import approval
from sharing.requests.usecases.services import SharingServices


async def approval_of_request(
    services: SharingServices, data_request_id: DataRequestId
) -> LoadedApproval | None:
    """Return the approval whose signature verifies, in force or not; None if there is none."""
    rows = await services.runtime.database.read(
        sa.select(approval.c.id).where(approval.c.data_request_id == data_request_id)
    )
    if not rows:
        return None
    found = await load_genuine(services, approval_id=ApprovalId(rows[0].id))
    return found[0] if found else None
