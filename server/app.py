"""The application: protocol endpoints in front, pages and data APIs behind, one edge around."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from identity.accounts.usecases.browser import BrowserSession
from identity.accounts.web.routes import router as accounts_pages
from identity.provider.usecases.verify_access_token import verify_access_token
from identity.provider.web import protocol
from identity.provider.web.authorize import router as authorize_pages
from identity.provider.web.developer import router as developer_pages
from kernel.errors import InvalidError, Problem, SignInRequiredError, XueyinError
from kernel.http import page
from kernel.runtime import Clock, system_clock
from registry.routes import router as registry_pages
from server.edge import FAULT, TOO_LARGE, BodyTooLargeError, Edge
from server.home import router as home_pages
from server.pages import STATIC, renderer
from server.settings import Settings
from server.static_files import Assets
from server.upkeep import upkeep
from server.wiring import House, close_house, open_house
from sharing.routes import router as sharing_pages

log = structlog.get_logger("server")

BEARER_PATHS = ("/share/",)
"""Paths of programs: a bearer token says who calls, never a cookie."""


def create_app(settings: Settings, clock: Clock = system_clock) -> ASGIApp:
    """Return the ASGI application. Nothing is opened before its lifespan starts."""
    application = Application(settings, clock)
    return Edge(application, https=settings.https)


class Application:
    """Dispatches exact protocol paths to lean handlers, everything else to the framework."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings, self._clock = settings, clock
        self.house: House | None = None
        self._lean: Mapping[str, ASGIApp] = {}
        self.pages = self._pages()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one exchange or the lifespan."""
        if scope["type"] == "http":
            lean = self._lean.get(scope["path"])
            if lean is not None:
                await lean(scope, receive, send)
                return
            await self._identify(scope)
        await self.pages(scope, receive, send)

    async def _identify(self, scope: Scope) -> None:
        """Say who is calling: by bearer token on program paths, by session cookie elsewhere."""
        house, state = self.house, scope["state"]
        if house is None or scope["path"].startswith("/static/"):
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        if scope["path"].startswith(BEARER_PATHS):
            scheme, _, token = headers.get(b"authorization", "").partition(" ")
            if scheme.lower() == "bearer" and token:
                try:
                    state["principal"] = await verify_access_token(house.provider, token.strip())
                except XueyinError:
                    state["principal"] = None
            return
        browser = await BrowserSession(house.accounts).identify(headers.get(b"cookie"))
        state["browser"] = browser
        state["principal"], state["csrf"] = browser.principal, browser.csrf

    def _pages(self) -> FastAPI:
        pages = FastAPI(
            title="学印 Xueyin", docs_url=None, redoc_url=None, lifespan=self._lifespan,
            # A redirect to the address with or without its last slash would trust the Host header.
            openapi_url="/openapi.json", redirect_slashes=False,
        )  # fmt: skip
        pages.state.pages = renderer(demo=self.settings.demo)
        pages.add_exception_handler(XueyinError, refuse)
        pages.add_exception_handler(RequestValidationError, refuse_malformed)
        pages.add_exception_handler(404, not_found)
        pages.add_exception_handler(BodyTooLargeError, too_large)
        pages.add_exception_handler(Exception, failed)
        for router in (
            home_pages, accounts_pages, authorize_pages, developer_pages, registry_pages,
            sharing_pages,
        ):  # fmt: skip
            pages.include_router(router)
        pages.mount("/static", Assets(directory=STATIC), name="static")
        return pages

    @asynccontextmanager
    async def _lifespan(self, pages: FastAPI) -> AsyncIterator[None]:
        self.house = house = await open_house(self.settings, self._clock)
        pages.state.house = house
        pages.state.accounts = house.accounts
        pages.state.provider = house.provider
        pages.state.sharing = house.sharing
        pages.state.registry = house.registry
        pages.state.registry_imports = house.imports
        self._lean = protocol.routes(house.provider)
        regular = asyncio.create_task(upkeep(house), name="upkeep")
        try:
            yield
        finally:
            regular.cancel()
            await asyncio.gather(regular, return_exceptions=True)
            await close_house(house)


async def refuse(request: Request, error: Exception) -> Response:
    """Answer a refusal: a page for people, `application/problem+json` (RFC 9457) for programs."""
    if not isinstance(error, XueyinError):
        raise error
    wants_page = "text/html" in request.headers.get("accept", "")
    if request.url.path.startswith(BEARER_PATHS):
        asks = {"WWW-Authenticate": 'Bearer realm="xueyin"'}
        return _problem(request, error, asks if isinstance(error, SignInRequiredError) else {})
    if isinstance(error, SignInRequiredError) and wants_page and request.method == "GET":
        return RedirectResponse(f"{_way_in(request)}?{_next(request)}", 303)
    if wants_page:
        return page(
            request, "server/error.html", error.status, title=_title(error.status),
            problems=error.problems, trace=request.state.trace,
        )  # fmt: skip
    return _problem(request, error, {})


async def refuse_malformed(request: Request, error: Exception) -> Response:
    """Answer a malformed parameter like any other refusal, naming field, rule and remedy."""
    if not isinstance(error, RequestValidationError):
        raise error
    problems = tuple(
        Problem("参数格式不对", str(one["loc"][-1]), one["type"], "请按接口说明填写")
        for one in error.errors()
    )
    return await refuse(request, InvalidError.of(problems))


async def not_found(request: Request, _error: Exception) -> Response:
    """Answer an unknown address like a thing that is not there."""
    error = XueyinError("没有这个页面", remedy="请检查地址")
    error.status, error.code = 404, "missing"
    return await refuse(request, error)


async def too_large(request: Request, _error: Exception) -> Response:
    """Answer a body that passed the limit while it was being read."""
    return _plain(request, TOO_LARGE, 413)


async def failed(request: Request, _error: Exception) -> Response:
    """Answer a fault of ours without detail; it goes on to the edge, which logs it."""
    return _plain(request, FAULT, 500)


def _plain(request: Request, text: str, status: int) -> Response:
    told = f"{text}（查询编号 {request.state.trace}）"
    return PlainTextResponse(told, status, headers={"Cache-Control": "no-store"})


def _way_in(request: Request) -> str:
    """Return where to go: sign in, or change the password that is due."""
    browser = getattr(request.state, "browser", None)
    due = browser is not None and browser.identity is not None and browser.identity.must_change
    return "/account/password" if due else "/sign-in"


def _next(request: Request) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return urlencode({"next": request.url.path + query})


def _problem(request: Request, error: XueyinError, headers: Mapping[str, str]) -> JSONResponse:
    body: dict[str, Any] = {
        "type": f"urn:xueyin:error:{error.code}", "status": error.status,
        "trace": request.state.trace, **error.as_dict(),
    }  # fmt: skip
    return JSONResponse(
        body, error.status, media_type="application/problem+json",
        headers={"Cache-Control": "no-store", **headers},
    )  # fmt: skip


def _title(status: int) -> str:
    return {
        401: "请先登录", 403: "不能执行此操作", 404: "没有找到", 409: "状态已变化",
        422: "请更正", 429: "请稍后再试", 503: "暂时不能提供服务",
    }.get(status, "出错了")  # fmt: skip
