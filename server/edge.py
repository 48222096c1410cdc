"""What holds for every HTTP exchange: size, origin, headers, a trace id, no leaking errors.

Pure ASGI (a BaseHTTPMiddleware layer costs more than a token).
"""

import re
import secrets
from collections.abc import Mapping
from typing import Any

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger("edge")

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MIB = 1024 * 1024
LARGEST_BODY = 1 * MIB
UPLOADS = (
    (re.compile(r"/registry/import"), 64 * MIB),
    (re.compile(r"/developer/data-requests/[a-z0-9_]+/edit|/consents"), 10 * MIB),
)
"""Paths that take files, and how much: an import's workbooks; the scan of one paper."""
FOREIGN_POSTS = frozenset({"/token", "/userinfo", "/authorize"})
"""OAuth endpoints that other sites may post to (OpenID Connect Core 3.1.2.1, RFC 6749 3.2)."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'"
)
HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)

TOO_LARGE = "提交的内容太大"
FAULT = "系统内部错误，请报告查询编号"


class BodyTooLargeError(Exception):
    """The body passed the limit; nothing of it was used."""


class Edge:
    """Wraps the whole application."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one exchange; whatever goes wrong inside is logged and answered without detail."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state: dict[str, Any] = scope.setdefault("state", {})
        state["trace"] = secrets.token_hex(8)
        headers = {
            key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]
        }
        started = False

        async def guarded_send(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._add_headers(MutableHeaders(scope=message), scope)
            await send(message)

        refusal = refused(scope, headers)
        if refusal:
            await _plain(guarded_send, *refusal, state["trace"])
            return
        try:
            await self._app(scope, _limited(receive, _limit(scope["path"])), guarded_send)
        except Exception as error:  # noqa: BLE001  the last line of defence
            status, text = self._failed(error, scope)
            if not started:
                await _plain(guarded_send, status, text, state["trace"])

    @staticmethod
    def _failed(error: Exception, scope: Scope) -> tuple[int, str]:
        if isinstance(error, BodyTooLargeError):
            return 413, TOO_LARGE
        log.error("unhandled", trace=scope["state"]["trace"], path=scope["path"], exc_info=error)
        return 500, FAULT

    def _add_headers(self, headers: MutableHeaders, scope: Scope) -> None:
        for name, value in HEADERS:
            headers.setdefault(name, value)
        origin = scope["state"].get("form_action")
        headers.setdefault("Content-Security-Policy", f"{POLICY} {origin}" if origin else POLICY)
        headers.setdefault("X-Trace-Id", scope["state"]["trace"])
        if self._https:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")


def refused(scope: Scope, headers: Mapping[str, str]) -> tuple[int, str] | None:
    """Return status and message if the exchange must not reach a route (address, size, origin)."""
    if not _is_plain(scope):
        return 400, "地址中有不能使用的字符"
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > _limit(scope["path"]):
        return 413, TOO_LARGE
    foreign = headers.get("sec-fetch-site", "none") in {"cross-site", "same-site"}
    if scope["method"] not in SAFE_METHODS and foreign and scope["path"] not in FOREIGN_POSTS:
        return 403, "不接受来自其他网站的提交"
    return None


def _is_plain(scope: Scope) -> bool:
    """Tell whether the address has no control characters (PostgreSQL cannot even look for NUL)."""
    controls = any(character < " " or character == "\x7f" for character in scope["path"])
    return not controls and b"%00" not in scope["query_string"]


def _limit(path: str) -> int:
    return next((most for form, most in UPLOADS if form.fullmatch(path)), LARGEST_BODY)


def _limited(receive: Receive, limit: int) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise BodyTooLargeError
        return message

    return counted


async def _plain(send: Send, status: int, text: str, trace: str) -> None:
    body = f"{text}（查询编号 {trace}）".encode()
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", b"text/plain; charset=utf-8"),
                (b"content-length", str(len(body)).encode()),
                (b"cache-control", b"no-store"),
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})
