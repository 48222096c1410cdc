"""The emergency stop and revocation: pull, lift, revoke."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kernel.errors import InvalidError, Problem
from kernel.http import caller, page
from kernel.ids import ApprovalId
from kernel.principal import Role
from sharing.approvals.usecases.emergency_stop import (
    HOLDERS,
    Pull,
    lift_switch,
    list_switches,
    pull_switch,
)
from sharing.approvals.usecases.revoke_approval import revoke_approval
from sharing.requests.usecases.services import SharingServices
from sharing.requests.web.forms import fields
from sharing.requests.web.services import services

router = APIRouter()
Services = Annotated[SharingServices, Depends(services)]
SCOPES = (("global", "全部对外提供"), ("client", "一个应用"), ("approval", "一个批准"))


@router.get("/switches")
async def listing(request: Request, sharing: Services) -> Response:
    """Show what is stopped, and the forms to stop and to lift."""
    return await _page(request, sharing, (), {})


@router.post("/switches")
async def pull(request: Request, sharing: Services) -> Response:
    """Stop at once; one person is enough."""
    principal = caller(request, *HOLDERS)
    form = await fields(request, "scope", "target", "reason")
    try:
        await pull_switch(
            sharing, principal, Pull(form["scope"], form["target"].strip(), form["reason"])
        )
    except InvalidError as error:
        return await _page(request, sharing, error.problems, dict(form))
    return RedirectResponse("/switches", 303)


@router.post("/switches/{switch_id}/lift")
async def lift(request: Request, sharing: Services, switch_id: str) -> Response:
    """Take one of the two steps that lift it."""
    principal = caller(request, *HOLDERS)
    await fields(request)
    await lift_switch(sharing, principal, switch_id)
    return RedirectResponse("/switches", 303)


@router.post("/approvals/{approval_id}/revoke")
async def revoke(request: Request, sharing: Services, approval_id: ApprovalId) -> Response:
    """Revoke an approval; it binds at once."""
    principal = caller(request, *HOLDERS)
    form = await fields(request, "reason", "data_request_id")
    await revoke_approval(sharing, principal, approval_id, form["reason"])
    if Role.APPROVER in principal.roles and form["data_request_id"].isidentifier():
        return RedirectResponse(f"/decisions/{form['data_request_id']}", 303)
    return RedirectResponse("/switches", 303)


async def _page(
    request: Request, sharing: SharingServices, faults: tuple[Problem, ...], sent: dict[str, str]
) -> Response:
    principal = caller(request, *HOLDERS)
    return page(
        request, "sharing/switches.html", 422 if faults else 200, problems=faults, scopes=SCOPES,
        switches=await list_switches(sharing, principal), titles=dict(SCOPES),
        sent={"scope": "global", "target": "", "reason": ""} | sent,
    )  # fmt: skip
