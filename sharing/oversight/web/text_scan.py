"""试一试: paste a text, see what the scan finds in it."""

from dataclasses import asdict

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from kernel.errors import InvalidError
from kernel.http import caller, page
from sharing.oversight.usecases.scan_text import TRIERS, Trial, Tried, scan_text
from sharing.requests.web.forms import fields

router = APIRouter(prefix="/text-scan")
_EMPTY = Trial("")


@router.get("")
async def box(request: Request) -> Response:
    """Show the empty form."""
    caller(request, *TRIERS)
    return _page(request, _EMPTY, None)


@router.post("")
async def scan(request: Request) -> Response:
    """Show the findings. Posted, because texts do not belong in addresses."""
    principal = caller(request, *TRIERS)
    trial = Trial(**await fields(request, "text", "names", "schools", "addresses"))
    try:
        return _page(request, trial, await scan_text(principal, trial))
    except InvalidError as error:
        return page(
            request, "sharing/text_scan.html", 422, problems=error.problems, tried=None,
            sent=asdict(trial),
        )  # fmt: skip


def _page(request: Request, trial: Trial, tried: Tried | None) -> Response:
    return page(request, "sharing/text_scan.html", problems=(), tried=tried, sent=asdict(trial))
