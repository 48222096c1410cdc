"""The pages of sharing around a door, for one caller at a time, with the house's own templates."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient
from starlette.types import ASGIApp, Receive, Scope, Send

from kernel.errors import XueyinError
from kernel.principal import Principal
from server.app import refuse
from server.pages import renderer
from sharing.routes import router
from tests.sharing.door_world import Door

CSRF = "token-of-this-browser"


class Caller:
    """What the server's middleware does: say who is calling."""

    def __init__(self, app: ASGIApp, principal: Principal | None) -> None:
        self._app, self._principal = app, principal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            state = scope.setdefault("state", {})
            state.update(principal=self._principal, csrf=CSRF, trace="trace")
        await self._app(scope, receive, send)


@asynccontextmanager
async def browser(door: Door, principal: Principal | None) -> AsyncIterator[AsyncClient]:
    """A browser of this caller; it follows no redirect by itself."""
    app = FastAPI()
    app.state.sharing, app.state.pages = door.services, renderer(demo=False)
    app.add_exception_handler(XueyinError, refuse)
    app.include_router(router)
    transport = ASGITransport(app=Caller(app, principal))
    headers = {"accept": "text/html"}
    async with AsyncClient(transport=transport, base_url="http://test", headers=headers) as client:
        yield client
