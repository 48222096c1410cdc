"""The pupil's own page: who got what, and how to say no."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kernel.http import caller, page
from kernel.principal import Role
from sharing.oversight.usecases.own_page import own_page, withdraw_own
from sharing.requests.usecases.services import SharingServices
from sharing.requests.web.forms import fields
from sharing.requests.web.services import services

router = APIRouter(prefix="/me")
Services = Annotated[SharingServices, Depends(services)]


@router.get("")
async def me(request: Request, sharing: Services) -> Response:
    """Show who got what, when first, how often, on what ground."""
    principal = caller(request, Role.PUPIL)
    shown = await own_page(sharing, principal)
    return page(
        request, "sharing/me.html", shown=shown, withdrawn="withdrawn" in request.query_params
    )


@router.post("/withdraw")
async def withdraw(request: Request, sharing: Services) -> Response:
    """Withdraw the consents towards one app."""
    principal = caller(request, Role.PUPIL)
    form = await fields(request, "client_id")
    await withdraw_own(sharing, principal, form["client_id"])
    return RedirectResponse("/me?withdrawn=1", 303)
