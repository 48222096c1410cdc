"""Revoke an approval: it binds at once, at every release and every page of a stream."""

from typing import Any

from sqlalchemy.engine import Connection, Row

from kernel.errors import DeniedError
from kernel.ids import ApprovalId, DataRequestId, OrgId
from kernel.principal import Principal, Role
from ledger.usecases.append import append
from registry.usecases import orgs
from sharing.approvals.domain import document
from sharing.approvals.store import approvals
from sharing.approvals.usecases.take_station import check_reason
from sharing.requests.domain.identifier import is_identifier
from sharing.requests.domain.request_state import State, Step, after
from sharing.requests.store import requests
from sharing.requests.store.requests import Who
from sharing.requests.usecases.see_request import load, missing
from sharing.requests.usecases.services import SharingServices


async def revoke_approval(
    services: SharingServices, principal: Principal, approval_id: ApprovalId, reason: str
) -> None:
    """End the approval for good.

    The approver may, and whoever approves in the same government or one above it, and an
    administrator. Raises DeniedError for others, ConflictError if it was revoked before.
    """
    principal.require(Role.APPROVER, Role.ADMINISTRATOR)
    check_reason(reason)
    row = await _row(services, approval_id)
    await check_may_revoke(services, principal, row.document)
    request = await load(services, DataRequestId(row.data_request_id))
    after(request.state, Step.REVOKE)
    runtime = services.runtime
    now, nonce = runtime.clock(), runtime.entropy(16)
    who = Who(principal.person_id, principal.display_name, reason.strip())
    entry = {
        "type": "revocation", "approval": approval_id, "data_request": request.id,
        "client": request.client_id, "by": principal.person_id,
    }  # fmt: skip

    def job(connection: Connection) -> None:
        if not approvals.revoke(
            connection, approval_id, by=principal.person_id, reason=who.reason, at=now
        ):
            after(State.REVOKED, Step.REVOKE)
        requests.move(connection, request, Step.REVOKE, who, now, closed_at=now)
        append(connection, entry, at=now, nonce=nonce)

    await runtime.database.write(job)
    services.log.wake()


async def check_may_revoke(services: SharingServices, principal: Principal, signed: bytes) -> None:
    """Raise DeniedError unless the caller may end the approval of this document."""
    if Role.ADMINISTRATOR in principal.roles:
        return
    government = _government(signed)
    if principal.org_id is not None and (
        principal.org_id == government
        or await orgs.is_within(services.runtime, government, principal.org_id)
    ):
        return
    raise DeniedError(
        "只有作出批准的政府（或其上级）的批准人和管理员可以撤销", rule="谁批准、谁负责",
        remedy="请联系作出批准的机关；紧急情况可使用紧急停止",
    )  # fmt: skip


def _government(signed: bytes) -> OrgId:
    return document.parse(signed).approver_org


async def _row(services: SharingServices, approval_id: ApprovalId) -> Row[Any]:
    if not is_identifier(approval_id):
        raise missing()
    rows = await services.runtime.database.read(approvals.select_approvals(approval_id=approval_id))
    if not rows:
        raise missing()
    return rows[0]
