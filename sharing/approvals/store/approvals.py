"""How are approvals found, added, revoked, and asked again inside a release's write job?"""

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kernel.errors import ConflictError
from kernel.ids import ApprovalId, ClientId
from sharing.approvals.store.switches import is_pulled
from sharing.requests.domain.request_state import State
from sharing.requests.domain.scope_document import parse_time
from sharing.requests.store.tables import approval, data_request


def select_approvals(
    *, client_id: ClientId | None = None, approval_id: ApprovalId | None = None
) -> sa.Select[Any]:
    """Select approvals (all, of a client, or one) with `scope` and `state` of their request."""
    statement = (
        sa.select(
            approval, data_request.c.scope, data_request.c.state,
            data_request.c.client_id.label("request_client"),
        )
        .join(data_request, data_request.c.id == approval.c.data_request_id)
        .order_by(approval.c.signed_at, approval.c.id)
    )  # fmt: skip
    if client_id is not None:
        statement = statement.where(approval.c.client_id == client_id)
    if approval_id is not None:
        statement = statement.where(approval.c.id == approval_id)
    return statement


def refused_now(
    connection: Connection, approval_id: ApprovalId, client_id: ClientId, now: datetime
) -> str:
    """Tell, in the job that writes a release, why the approval carries it no more; "" if it does.

    `absent`, `revoked`, `expired` or `switched_off`. On PostgreSQL the approval's row is held until
    the job ends, so a revocation comes wholly before or wholly after the release. (On SQLite there
    is one writer.) Whether it is genuine was asked before, by `load_in_force`.
    """
    row = connection.execute(
        sa.select(approval.c.revoked_at, approval.c.document, data_request.c.state)
        .join(data_request, data_request.c.id == approval.c.data_request_id)
        .where(approval.c.id == approval_id, approval.c.client_id == client_id)
        .with_for_update(read=True, of=approval)
    ).one_or_none()
    if row is None:
        return "absent"
    if row.revoked_at is not None or row.state != State.APPROVED.value:
        return "revoked"
    period = json.loads(row.document)["period"]
    if not parse_time(period["start"]) <= now < parse_time(period["end"]):
        return "expired"
    return "switched_off" if is_pulled(connection, client_id, [approval_id]) else ""


def insert(connection: Connection, values: dict[str, Any]) -> None:
    """Add the one approval of a data request; raises ConflictError if there is one."""
    try:
        with connection.begin_nested():
            connection.execute(approval.insert().values(**values))
    except sa.exc.IntegrityError:
        raise ConflictError(
            "该申请已有批准决定", field="data_request_id", rule="一份申请只有一个决定",
            remedy="请刷新页面，查看最新状态",
        ) from None  # fmt: skip


def revoke(
    connection: Connection, approval_id: ApprovalId, *, by: str, reason: str, at: datetime
) -> bool:
    """Revoke for good; False if it was revoked before."""
    done = connection.execute(
        approval.update()
        .where(approval.c.id == approval_id, approval.c.revoked_at.is_(None))
        .values(revoked_at=at, revoked_by=by, revoked_reason=reason)
    )
    return done.rowcount == 1
