"""Make and freeze the preview: what would leave, as reviewer and approver are to see it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.engine import Connection

from kernel.canonical import canonical_bytes
from kernel.errors import ConflictError
from kernel.principal import Principal
from sharing.approvals.usecases.record_preview_look import sampled
from sharing.requests.domain.preview import Preview
from sharing.requests.domain.request_state import State
from sharing.requests.store import attachments, requests
from sharing.requests.store.attachments import Attachment, Frozen
from sharing.requests.store.requests import DataRequest
from sharing.requests.usecases.services import SharingServices


async def make_preview(
    services: SharingServices, principal: Principal, request: DataRequest
) -> Preview:
    """Return the preview, frozen with its plan; decisions made on an older one no longer count.

    The caller has been authorized. Raises ConflictError if the data request is not before a
    station or changed meanwhile, InvalidError if no lawful plan can be made.
    """
    if request.scope is None or request.state not in (State.SUBMITTED, State.REVIEWED):
        raise ConflictError(
            "申请不在审核或批准环节，不能生成预览", field="state", rule="申请办理流程",
            remedy="请刷新页面，查看最新状态",
        )  # fmt: skip
    preview = await services.preview.preview(request.scope, request.id)
    now = services.runtime.clock()
    items = (
        _json("preview", "预览.json", preview.document),
        _json("plan", "方案.json", preview.plan),
        _json("policy", "政策.json", services.policy.document),
        sampled(preview),
        *([_json("report", "风险报告.json", preview.report)] if preview.report else []),
    )

    def job(connection: Connection) -> None:
        requests.amend(
            connection, request, preview_digest=preview.digest, plan_digest=preview.plan_digest,
            policy_digest=preview.policy_digest,
        )  # fmt: skip
        frozen = Frozen(request.id, principal.person_id, now)
        attachments.freeze(connection, services.runtime.keyring, frozen, *items)

    await services.runtime.database.write(job)
    return preview


def _json(kind: str, name: str, document: Mapping[str, Any]) -> Attachment:
    return Attachment(kind, name, "application/json", canonical_bytes(dict(document)))
