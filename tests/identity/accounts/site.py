"""The pages of accounts in an application as small as can be, with the house's own templates."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from httpx2 import Response
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from identity.accounts.usecases.browser import BrowserSession
from identity.accounts.usecases.services import AccountServices
from identity.accounts.web.routes import router
from kernel.errors import XueyinError
from kernel.http import caller
from server.pages import renderer
from tests.identity.accounts.people import PASSWORD

CSRF = re.compile(r'name="csrf" value="([^"]+)"')


class Identify:
    """What the server's middleware does: say who is calling."""

    def __init__(self, app: ASGIApp, services: AccountServices) -> None:
        self._app = app
        self._asked = BrowserSession(services)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            header = dict(scope["headers"]).get(b"cookie", b"").decode("latin-1")
            browser = await self._asked.identify(header)
            scope.setdefault("state", {}).update(principal=browser.principal, csrf=browser.csrf)
        await self._app(scope, receive, send)


def make_app(services: AccountServices) -> FastAPI:
    app = FastAPI()
    app.state.accounts = services
    app.state.pages = renderer(demo=False)
    app.include_router(router)

    @app.get("/whoami")
    async def whoami(request: Request) -> JSONResponse:
        return JSONResponse({"account": caller(request).account_id})

    @app.exception_handler(XueyinError)
    async def refuse(_request: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, XueyinError):
            raise error
        return JSONResponse(error.as_dict(), error.status)

    app.add_middleware(Identify, services=services)
    return app


@contextmanager
def site(services: AccountServices, *, https: bool = False) -> Iterator[TestClient]:
    """A browser at the site; it keeps cookies and follows no redirect by itself."""
    scheme = "https" if https else "http"
    app = make_app(services)
    with TestClient(app, base_url=f"{scheme}://testserver", follow_redirects=False) as browser:
        yield browser


def form_token(browser: TestClient, path: str = "/sign-in") -> str:
    found = CSRF.search(browser.get(path).text)
    assert found is not None
    return found.group(1)


def sign_in(
    browser: TestClient, username: str, password: str = PASSWORD, target: str = "/"
) -> Response:
    form = {"username": username, "password": password, "next": target}
    return browser.post("/sign-in", data={"csrf": form_token(browser), **form})
