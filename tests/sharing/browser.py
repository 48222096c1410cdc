"""A browser before sharing's pages: who is calling is set by hand."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx2
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from kernel.errors import XueyinError
from kernel.principal import Principal
from server.pages import renderer
from sharing.requests.usecases.services import SharingServices
from sharing.routes import router
from tests.sharing.request_world import World


class Calling:
    """Stands in for the composition root: who is calling, and the form token."""

    def __init__(self, app: ASGIApp, who: dict[str, Principal | None]) -> None:
        self.app, self.who = app, who

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        state = scope.setdefault("state", {})
        state.update(principal=self.who.get("principal"), csrf="token")
        await self.app(scope, receive, send)


@dataclass
class Browser:
    """A client whose principal is set by hand."""

    client: TestClient
    who: dict[str, Principal | None] = field(default_factory=dict)

    def be(self, principal: Principal | None) -> "Browser":
        self.who["principal"] = principal
        return self

    def get(self, path: str) -> httpx2.Response:
        return self.client.get(path, follow_redirects=False)

    def post(
        self,
        path: str,
        form: Mapping[str, str | list[str]] | None = None,
        files: Mapping[str, tuple[str, bytes]] | None = None,
    ) -> httpx2.Response:
        return self.client.post(
            path, data={"csrf": "token", **(form or {})}, files=files, follow_redirects=False
        )

    def version(self, path: str) -> str:
        """Return the version that the page's forms carry."""
        found = re.search(r'name="version" value="(\d+)"', self.get(path).text)
        assert found is not None, path
        return found[1]


async def refusal(_request: Request, error: Exception) -> Response:
    if not isinstance(error, XueyinError):
        raise error
    return JSONResponse(error.as_dict(), error.status)


def open_browser(services: SharingServices) -> Browser:
    """Return a browser at sharing's own routes; use it in a `with browser.client` block."""
    app = FastAPI(exception_handlers={XueyinError: refusal})
    app.include_router(router)
    app.state.sharing = services
    app.state.pages = renderer(demo=False)
    who: dict[str, Principal | None] = {}
    return Browser(TestClient(Calling(app, who)), who)


HOME = "/developer/data-requests"


def begin(browser: Browser, world: World) -> str:
    answer = browser.post(
        HOME + "/new",
        {
            "client_id": world.client.client_id,
            "purpose": "learning_platform_sign_in",
            "division": "370102",
        },
    )
    assert answer.status_code == 303, answer.text
    found = re.fullmatch(HOME + r"/(request_[0-9a-f]{32})/edit", answer.headers["location"])
    assert found is not None
    return found[1]


def fill(browser: Browser, world: World, identity: str, **changes: str) -> httpx2.Response:
    path = f"{HOME}/{identity}/edit"
    form = world.form(**changes) | {"version": browser.version(path)}
    scan = {"document_scan": ("批准.pdf", b"%PDF-1.7 scan")}
    return browser.post(path, form, scan)


def submitted(browser: Browser, world: World) -> str:
    identity = begin(browser, world)
    assert fill(browser, world, identity).status_code == 303
    check = f"{HOME}/{identity}/check"
    answer = browser.post(f"{HOME}/{identity}/submit", {"version": browser.version(check)})
    assert answer.status_code == 303, answer.text
    return identity
