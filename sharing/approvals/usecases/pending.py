"""Which document waits for an approver's signature?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from kernel.canonical import digest_bytes
from kernel.errors import MissingError
from kernel.ids import ApprovalId, DataRequestId, PersonId
from kernel.principal import Principal
from sharing.approvals.domain import document
from sharing.approvals.domain.approval import PENDING_MINUTES
from sharing.approvals.domain.document import ApprovalDocument
from sharing.requests.store.tables import pending_decision
from sharing.requests.usecases.services import SharingServices


@dataclass(frozen=True, slots=True)
class Pending:
    """The exact bytes to sign, and until when."""

    approval_id: ApprovalId
    data_request_id: DataRequestId
    version: int
    key_id: str
    payload: bytes
    reason: str
    delegator: PersonId | None
    signed: ApprovalDocument
    until: datetime

    @property
    def digest(self) -> str:
        """What the approver compares before signing."""
        return digest_bytes(self.payload)


async def pending_of(
    services: SharingServices,
    principal: Principal,
    data_request_id: DataRequestId,
    approval_id: ApprovalId | None = None,
) -> Pending:
    """Return the newest unspent document that waits for this person, or the one with that id.

    Raises MissingError if there is none: spent, too old, another's, or never made.
    """
    now = services.runtime.clock()
    statement = (
        sa.select(pending_decision)
        .where(
            pending_decision.c.data_request_id == data_request_id,
            pending_decision.c.person_id == principal.person_id,
            pending_decision.c.spent_at.is_(None),
            pending_decision.c.prepared_at > now - timedelta(minutes=PENDING_MINUTES),
        )
        .order_by(pending_decision.c.prepared_at.desc(), pending_decision.c.approval_id)
        .limit(1)
    )
    if approval_id is not None:
        statement = statement.where(pending_decision.c.approval_id == approval_id)
    rows = await services.runtime.database.read(statement)
    if not rows:
        raise MissingError(
            "没有等待您签署的文书", field="approval_id", rule=f"文书 {PENDING_MINUTES} 分钟内有效",
            remedy="请回到批准页，填写界限后重新生成文书",
        )  # fmt: skip
    row = rows[0]
    return Pending(
        ApprovalId(row.approval_id), DataRequestId(row.data_request_id), row.version, row.key_id,
        row.document, row.reason, PersonId(row.delegator) if row.delegator else None,
        document.parse(row.document), row.prepared_at + timedelta(minutes=PENDING_MINUTES),
    )  # fmt: skip
