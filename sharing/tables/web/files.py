"""The file of an approved data request, for the recipient's developer."""

from fastapi import APIRouter, Request
from starlette.background import BackgroundTask
from starlette.responses import Response

from kernel.http import caller, only, read_form
from kernel.ids import DataRequestId
from kernel.principal import Role
from sharing.door.usecases.disclose import close
from sharing.requests.web.services import services
from sharing.tables.usecases.release_table import release_table

router = APIRouter()


@router.post("/data-requests/{data_request_id}/release")
async def release(request: Request, data_request_id: str) -> Response:
    """Answer with a zip: the table, its disclosure, and the receipt of the log."""
    principal = caller(request, Role.DEVELOPER)
    only(await read_form(request))
    released = await release_table(services(request), principal, DataRequestId(data_request_id))
    return Response(
        released.content,
        media_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{released.name}"',
            "Cache-Control": "no-store",
        },
        background=BackgroundTask(close, services(request).runtime, released.written, "delivered"),
    )
