"""The administrator's page of outside organisations."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kernel.errors import ConflictError, InvalidError, Problem
from kernel.http import caller, page
from kernel.principal import Role
from sharing.requests.usecases.recipients import recipients
from sharing.requests.usecases.register_recipient import FILINGS, NewRecipient, register_recipient
from sharing.requests.usecases.services import SharingServices
from sharing.requests.web.forms import fields
from sharing.requests.web.services import services

router = APIRouter(prefix="/recipients")
Services = Annotated[SharingServices, Depends(services)]
NAMES = (
    "name", "kind", "uscc", "responsible_name", "responsible_person", "contact", *FILINGS,
)  # fmt: skip


@router.get("")
async def listing(request: Request, sharing: Services) -> Response:
    """Show the organisations and the form for a new one."""
    return await _page(request, sharing, (), {})


@router.post("")
async def register(request: Request, sharing: Services) -> Response:
    """Register an organisation."""
    principal = caller(request, Role.ADMINISTRATOR)
    form = await fields(request, *NAMES)
    asked = NewRecipient(
        form["name"], form["kind"], form["uscc"].strip().upper(), form["responsible_name"],
        form["contact"], form["responsible_person"].strip(),
        {name: form[name] for name in FILINGS},
    )  # fmt: skip
    try:
        await register_recipient(sharing, principal, asked)
    except (InvalidError, ConflictError) as error:
        return await _page(request, sharing, error.problems, dict(form), error.status)
    return RedirectResponse("/recipients", 303)


async def _page(
    request: Request, sharing: SharingServices, faults: tuple[Problem, ...],
    sent: dict[str, str], status: int = 200,
) -> Response:  # fmt: skip
    caller(request, Role.ADMINISTRATOR)
    return page(
        request, "sharing/recipients.html", status, problems=faults,
        recipients=await recipients(sharing), kinds=sharing.policy.recipient_kinds,
        sent=dict.fromkeys(NAMES, "") | sent,
    )  # fmt: skip
