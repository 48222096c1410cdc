"""The auditor's pages: one search box, the trace of what it finds, evidence to take away."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from kernel.errors import InvalidError, MissingError
from kernel.http import caller, page
from kernel.principal import Role
from sharing.oversight.domain.trace import Target
from sharing.oversight.usecases.evidence import evidence
from sharing.oversight.usecases.trace import search, trace
from sharing.requests.usecases.services import SharingServices
from sharing.requests.web.forms import fields
from sharing.requests.web.services import services

router = APIRouter(prefix="/audit")
Services = Annotated[SharingServices, Depends(services)]


@router.get("")
async def box(request: Request) -> Response:
    """Show the search box."""
    caller(request, Role.AUDITOR)
    return page(
        request, "sharing/audit.html", text="", problems=(), targets=(), traced=None, searched=False
    )


@router.post("")
async def find(request: Request, sharing: Services) -> Response:
    """Show what was searched. Posted, because numbers do not belong in addresses."""
    principal = caller(request, Role.AUDITOR)
    text = (await fields(request, "text"))["text"]
    try:
        targets = await search(sharing, principal, text)
    except InvalidError as error:
        return page(
            request, "sharing/audit.html", 422, text=text, problems=error.problems, targets=(),
            traced=None, searched=False,
        )  # fmt: skip
    traced = await trace(sharing, principal, targets[0]) if len(targets) == 1 else None
    return page(
        request, "sharing/audit.html", text=text, problems=(), targets=targets, traced=traced,
        searched=True,
    )  # fmt: skip


@router.get("/disclosures/{disclosure_id}")
async def disclosure(request: Request, sharing: Services, disclosure_id: str) -> Response:
    """Show one release and everything behind it."""
    principal = caller(request, Role.AUDITOR)
    targets = [one for one in await search(sharing, principal, disclosure_id)
               if one.kind == "disclosure"]  # fmt: skip
    if not targets:
        raise MissingError("没有这次提供", field="disclosure", remedy="请核对编号")
    traced = await trace(sharing, principal, Target("disclosure", disclosure_id, "一次提供"))
    return page(request, "sharing/disclosure.html", traced=traced)


@router.post("/evidence")
async def export(request: Request, sharing: Services) -> Response:
    """Answer with the evidence of an approval or a disclosure, as a zip that verifies offline."""
    principal = caller(request, Role.AUDITOR)
    bundle = await evidence(sharing, principal, (await fields(request, "key"))["key"].strip())
    return Response(
        bundle.content,
        media_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{bundle.name}"',
            "Cache-Control": "no-store",
        },
    )
