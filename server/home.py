"""The first page, and the answer to "are you alive?"."""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from kernel.http import page

router = APIRouter()


@router.get("/")
async def home(request: Request) -> Response:
    """Show what the caller may do here."""
    return page(request, "server/home.html")


@router.get("/healthz")
async def health(request: Request) -> JSONResponse:
    """Tell whether the log can be written; 503 means that nothing leaves."""
    found = request.app.state.house.sequencer.health()
    body = {"log": {"writable": found.writable, "reason": found.reason, "size": found.size}}
    return JSONResponse(body, 200 if found.writable else 503, headers={"Cache-Control": "no-store"})
