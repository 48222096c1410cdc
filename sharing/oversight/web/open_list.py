"""The public list of recipients, for anybody."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from kernel.http import page
from sharing.oversight.usecases.open_list import open_list
from sharing.requests.usecases.services import SharingServices
from sharing.requests.web.services import services

router = APIRouter()


@router.get("/public/recipients")
async def listing(
    request: Request, sharing: Annotated[SharingServices, Depends(services)]
) -> Response:
    """Show every approval in force."""
    return page(request, "sharing/open_list.html", lines=await open_list(sharing))
