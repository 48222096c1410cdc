"""Which approvals carry a release? Each signature is verified over the exact stored bytes.

A row whose signature does not verify, or that differs anywhere from what was signed, counts as
absent: whoever writes into the database gains nothing by it.
"""

from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy.engine import Row

from kernel.canonical import digest_bytes
from kernel.errors import XueyinError
from kernel.ids import ApprovalId, ClientId
from sharing.approvals.domain import document
from sharing.approvals.domain.approval import PENDING_MINUTES, LoadedApproval
from sharing.approvals.store import approvals, switches
from sharing.requests.domain.request_state import State
from sharing.requests.domain.scope_document import scope_document
from sharing.requests.usecases.services import SharingServices

log = structlog.get_logger("sharing")


async def load_in_force(
    services: SharingServices,
    *,
    client_id: ClientId | None = None,
    approval_id: ApprovalId | None = None,
) -> list[LoadedApproval]:
    """Return the genuine approvals in force now: all, of a client, or the one with that id."""
    now = services.runtime.clock()
    found = await load_genuine(services, client_id=client_id, approval_id=approval_id)
    return [one for one in found if one.in_force(now)]


async def load_genuine(
    services: SharingServices,
    *,
    client_id: ClientId | None = None,
    approval_id: ApprovalId | None = None,
) -> list[LoadedApproval]:
    """Return every approval whose signature verifies, also the revoked, stopped and expired.

    For pages and for saying why a release is denied; nothing leaves on one that is not in force.
    """
    rows = await services.runtime.database.read(
        approvals.select_approvals(client_id=client_id, approval_id=approval_id)
    )
    loaded = [await _load(services, row) for row in rows]
    return [one for one in loaded if one is not None]


async def _load(services: SharingServices, row: Row[Any]) -> LoadedApproval | None:
    try:
        signed = document.parse(row.document)
        if not _row_agrees(row, signed):
            raise document.tampered()
        key = await services.verifier.verify(
            person_id=signed.responsible.approver, org_id=signed.approver_org,
            payload=row.document, signature=row.signature, key_id=signed.key_id,
            at=row.signed_at,
        )  # fmt: skip
    except XueyinError as error:
        # Not an attack seen by the door alone: whoever watches the logs must hear of it.
        log.error(  # noqa: TRY400  the refusal says it all; a trace would only hide it
            "approval_not_genuine", approval=row.id, reason=error.code
        )
        return None
    pulled = await services.runtime.database.read(
        switches.pulled_for(signed.client_id, [signed.approval_id])
    )
    return LoadedApproval(
        signed=signed, digest=row.digest, key=key, signed_at=row.signed_at,
        revoked=row.revoked_at is not None or row.state == State.REVOKED.value,
        switched_off=bool(pulled),
    )  # fmt: skip


def _row_agrees(row: Row[Any], signed: document.ApprovalDocument) -> bool:
    age = row.signed_at - signed.issued_at  # issued_at has no fraction of a second
    return (
        row.id == signed.approval_id
        and row.data_request_id == signed.data_request_id
        and row.client_id == row.request_client == signed.client_id
        and row.digest == digest_bytes(row.document)
        and row.key_id == signed.key_id
        and row.scope == scope_document(signed.scope)
        and row.state in (State.APPROVED.value, State.REVOKED.value)
        and timedelta(0) <= age < timedelta(minutes=PENDING_MINUTES, seconds=1)
    )
