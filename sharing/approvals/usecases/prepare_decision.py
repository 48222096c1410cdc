"""Make the exact bytes that an approver is to sign: scope, evidence, bounds and persons in one."""

from dataclasses import dataclass

import orjson
from sqlalchemy.engine import Connection

from kernel.errors import DeniedError, InvalidError
from kernel.ids import ApprovalId, PersonId, new_id
from kernel.principal import Principal
from registry.usecases import orgs
from sharing.approvals.domain import bounds as bound_rules
from sharing.approvals.domain.document import ApprovalDocument, Evidence, Responsible
from sharing.approvals.usecases.take_station import check_preview, check_reason, check_state
from sharing.requests.domain.office import government_problems
from sharing.requests.domain.request_state import Step
from sharing.requests.domain.scope import Bounds, Ground, Scope
from sharing.requests.store import attachments, requests
from sharing.requests.store.requests import DataRequest
from sharing.requests.store.tables import pending_decision
from sharing.requests.usecases.authorize import DECIDE, REVIEW, Standing, authorize, office
from sharing.requests.usecases.recipients import recipient_of
from sharing.requests.usecases.services import SharingServices


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the approver chose. An empty `key_id` stands for their newest usable key."""

    bounds: Bounds
    reason: str
    key_id: str = ""


async def prepare_decision(
    services: SharingServices, principal: Principal, request: DataRequest, wanted: Wanted
) -> ApprovalId:
    """Return the id under which the document waits for the signature of this person, this key.

    Raises DeniedError with every reason why the caller may not approve this; InvalidError for
    bounds that cannot be signed; ConflictError if it stands elsewhere or has no current preview.
    """
    check_reason(wanted.reason)
    check_state(request, DECIDE, Step.APPROVE)
    standing = await authorize(services, principal, request, DECIDE)
    check_preview(services, request)
    scope = _scope(request)
    await check_ground(services, scope.ground, standing, request.division)
    await _check_bounds(services, request, scope, wanted.bounds)
    runtime = services.runtime
    now = runtime.clock()
    signed = ApprovalDocument(
        approval_id=ApprovalId(new_id("apv", runtime.entropy)),
        data_request_id=request.id,
        scope=scope,
        evidence=Evidence(
            plan=request.plan_digest, policy=request.policy_digest,
            agreement=request.agreement_digest, impact_assessment=request.assessment_digest,
            preview=request.preview_digest,
        ),
        bounds=wanted.bounds,
        responsible=await _responsible(services, request, standing),
        approver_org=standing.office.org_id,
        key_id=await _key(services, standing, wanted.key_id),
        reviewer=await _reviewer(services, request),
        issued_at=now.replace(microsecond=0),
    )  # fmt: skip
    values = {
        "approval_id": signed.approval_id, "data_request_id": request.id,
        "version": request.version, "person_id": standing.person_id,
        "org_id": standing.office.org_id, "key_id": signed.key_id,
        "delegator": standing.delegator, "document": signed.to_bytes(),
        "reason": wanted.reason.strip(), "prepared_at": now, "spent_at": None,
    }  # fmt: skip

    def job(connection: Connection) -> None:
        connection.execute(pending_decision.insert().values(**values))

    await runtime.database.write(job)
    return signed.approval_id


async def check_ground(
    services: SharingServices, ground: Ground, standing: Standing, division: str
) -> None:
    """Raise DeniedError unless the deciding government is the approver's own or one below it."""
    if ground.kind != "government_approval" or ground.government_org_id is None:
        return
    government = await office(services, ground.government_org_id)
    own = government is not None and (
        government.org_id == standing.office.org_id
        or await orgs.is_within(services.runtime, government.org_id, standing.office.org_id)
    )
    if found := government_problems(government, division, within_approver=own):
        raise DeniedError.of(found)


def _scope(request: DataRequest) -> Scope:
    if request.scope is None:
        raise requests.changed()
    return request.scope


async def _check_bounds(
    services: SharingServices, request: DataRequest, scope: Scope, bounds: Bounds
) -> None:
    rows = await services.runtime.database.read(
        attachments.select_one(request.id, request.preview_digest, "preview")
    )
    if not rows:
        raise requests.changed()
    seen = orjson.loads(attachments.open_row(services.runtime.keyring, rows[0]).content)
    found = bound_rules.problems(
        bounds, scope, policy_k=services.policy.k(scope.purpose), k=seen.get("k"),
        risk=seen.get("risk"),
    )  # fmt: skip
    if found:
        raise InvalidError.of(found)


async def _responsible(
    services: SharingServices, request: DataRequest, standing: Standing
) -> Responsible:
    recipient = await recipient_of(services, request.recipient_id)
    return Responsible(
        approver=standing.person_id,
        releasing_node=await _reviewer(services, request),
        recipient=recipient.responsible_person,
    )


async def _reviewer(services: SharingServices, request: DataRequest) -> PersonId:
    rows = await services.runtime.database.read(requests.stations(request.id, request.round))
    for row in rows:
        if row.station == REVIEW and row.verdict == "pass":
            return PersonId(row.person_id)
    raise requests.changed()


async def _key(services: SharingServices, standing: Standing, key_id: str) -> str:
    usable = await services.keys.usable(
        person_id=standing.person_id, org_id=standing.office.org_id, at=services.runtime.clock()
    )
    if not usable or (key_id and key_id not in usable):
        raise DeniedError(
            "没有可用的签名密钥", field="key_id", rule="以本人密钥签署，私钥不在服务器",
            remedy="请先在“签名密钥”页登记密钥并取得证书",
        )  # fmt: skip
    return key_id or usable[0]
