"""Load what was measured of the table that a frozen preview shows. It holds no pupil's row."""

from collections.abc import Mapping
from typing import Any

import orjson

from sharing.requests.store import attachments
from sharing.requests.store.requests import DataRequest
from sharing.requests.usecases.services import SharingServices


async def frozen_report(services: SharingServices, request: DataRequest) -> Mapping[str, Any]:
    """Return the report of the newest preview, {} if there is none or it measured no table."""
    preview = await _content(services, request, request.preview_digest, "preview")
    return await report_of(services, request, preview)


async def report_of(
    services: SharingServices, request: DataRequest, preview: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the report that a frozen preview names by its digest, {} if it names none."""
    return await _content(services, request, preview.get("report", ""), "report")


async def _content(
    services: SharingServices, request: DataRequest, digest: str, kind: str
) -> Mapping[str, Any]:
    if not digest:
        return {}
    rows = await services.runtime.database.read(attachments.select_one(request.id, digest, kind))
    if not rows:
        return {}
    found: dict[str, Any] = orjson.loads(
        attachments.open_row(services.runtime.keyring, rows[0]).content
    )
    return found
