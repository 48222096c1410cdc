"""Approve a data request: the approver's signature over the exact document makes it so."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection

from kernel.errors import ConflictError
from kernel.ids import ApprovalId
from kernel.principal import Principal
from ledger.usecases.append import append
from sharing.approvals.store import approvals
from sharing.approvals.usecases.pending import Pending, pending_of
from sharing.approvals.usecases.prepare_decision import check_ground
from sharing.approvals.usecases.take_station import check_preview, check_state, station_values
from sharing.requests.domain.request_state import Step
from sharing.requests.domain.signing import VerifiedKey
from sharing.requests.store import requests
from sharing.requests.store.requests import DataRequest, Who
from sharing.requests.store.tables import pending_decision
from sharing.requests.usecases.authorize import DECIDE, authorize
from sharing.requests.usecases.services import SharingServices


@dataclass(frozen=True, slots=True)
class Signed:
    """Which document was signed, and the raw signature bytes."""

    approval_id: ApprovalId
    signature: bytes


async def decide_request(
    services: SharingServices, principal: Principal, request: DataRequest, signed: Signed
) -> ApprovalId:
    """Return the approval's id once it and its ledger entry are durable.

    Of many who decide at once one wins. Raises DeniedError for a signature that is not the
    caller's, or a caller who may not decide this; ConflictError if anything changed since.
    """
    check_state(request, DECIDE, Step.APPROVE)
    standing = await authorize(services, principal, request, DECIDE)
    check_preview(services, request)
    waiting = await pending_of(services, principal, request.id, signed.approval_id)
    if waiting.version != request.version:
        raise _spent()
    await check_ground(services, waiting.signed.scope.ground, standing, request.division)
    now = services.runtime.clock()
    key = await services.verifier.verify(
        person_id=principal.person_id, org_id=waiting.signed.approver_org,
        payload=waiting.payload, signature=signed.signature, key_id=waiting.key_id, at=now,
    )  # fmt: skip
    nonce = services.runtime.entropy(16)
    station = station_values(services, request, standing, verdict="approve", reason=waiting.reason)
    who = Who(standing.person_id, standing.name, waiting.reason)
    row = _row(waiting, signed.signature, key)

    def job(connection: Connection) -> None:
        spent = connection.execute(
            pending_decision.update()
            .where(
                pending_decision.c.approval_id == waiting.approval_id,
                pending_decision.c.spent_at.is_(None),
            )
            .values(spent_at=now)
        )
        if spent.rowcount != 1:
            raise _spent()
        requests.move(connection, request, Step.APPROVE, who, now, closed_at=now)
        requests.decide_station(connection, station)
        entry_id = append(connection, _entry(waiting), at=now, nonce=nonce)
        approvals.insert(connection, {**row, "entry_id": entry_id, "signed_at": now})

    await services.runtime.database.write(job)
    services.log.wake()
    return waiting.approval_id


def _row(waiting: Pending, signature: bytes, key: VerifiedKey) -> dict[str, Any]:
    return {
        "id": waiting.approval_id, "data_request_id": waiting.data_request_id,
        "client_id": waiting.signed.client_id, "document": waiting.payload,
        "digest": waiting.digest, "signature": signature, "algorithm": key.algorithm,
        "key_id": key.key_id, "spki": key.spki, "certificate": key.certificate,
        "revoked_at": None, "revoked_by": None, "revoked_reason": None,
    }  # fmt: skip


def _entry(waiting: Pending) -> dict[str, Any]:
    signed = waiting.signed
    people = signed.responsible
    return {
        "type": "approval", "approval": signed.approval_id,
        "data_request": signed.data_request_id, "document": waiting.digest,
        "client": signed.client_id, "recipient": signed.recipient_id,
        "policy": signed.evidence.policy, "plan": signed.evidence.plan, "key": signed.key_id,
        "responsible": [people.approver, people.releasing_node, people.recipient],
    }  # fmt: skip


def _spent() -> ConflictError:
    return ConflictError(
        "文书已失效：申请有变动，或者已签署过", field="approval_id", rule="一份文书只签一次",
        remedy="请回到批准页，核对后重新生成文书",
    )  # fmt: skip
