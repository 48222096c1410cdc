"""The record API: pupils of the approved cohort for a client's own access token."""

import base64
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from starlette.background import BackgroundTask

from kernel.http import caller
from kernel.principal import Role
from sharing.usecases.disclose import close
from sharing.usecases.release_records import MOST_RECORDS, Page, release_records
from sharing.web.services import services

router = APIRouter(tags=["record API"])


@router.get("/share/v1/students", summary="批准范围内的学生（逐页）")
async def students(
    request: Request,
    fields: Annotated[str, Query(description="逗号分隔的字段名；留空为批准的全部字段")] = "",
    limit: Annotated[int, Query(ge=1, le=MOST_RECORDS)] = MOST_RECORDS,
    cursor: Annotated[str, Query(max_length=200)] = "",
    approval: Annotated[
        str, Query(max_length=40, description="批准编号；有多份批准时指明用哪一份")
    ] = "",
) -> JSONResponse:
    """Return one page with label, approvals, the recipient's duties, and the log's receipt.

    `receipt` proves that `entry_text`, byte by byte, stands in the signed log. `commitment_key`
    opens the commitment in it: HMAC-SHA256(key, canonical JSON of `students`). `report_text` says
    what was done to each field; the entry names it by `report`, its SHA-256.
    """
    principal = caller(request, Role.CLIENT)
    asked = frozenset(name.strip() for name in fields.split(",") if name.strip())
    released = await release_records(
        services(request), principal, Page(asked, limit, cursor, approval)
    )
    body = {
        "students": list(released.students),
        "next": released.next,
        "label": released.label,
        "approvals": list(released.approvals),
        "obligations": list(released.obligations),
        "disclosure": released.written.disclosure_id,
        "entry": released.written.entry_id,
        "commitment_key": base64.b64encode(released.written.key).decode(),
        "report_text": released.written.report.decode(),
        "entry_text": released.proof.entry.decode(),
        "receipt": released.proof.receipt,
    }
    done = BackgroundTask(close, services(request).runtime, released.written, "delivered")
    return JSONResponse(body, headers={"Cache-Control": "no-store"}, background=done)
