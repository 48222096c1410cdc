"""The little HTTP that protocol endpoints need: bounded body, form, JSON, headers. Plain ASGI."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from starlette.types import ASGIApp, Receive, Scope, Send

from identity.provider.domain.errors import OAuthError
from identity.provider.domain.parameters import LARGEST_FORM, parse

FORM = "application/x-www-form-urlencoded"
JSON_HEADERS = ((b"content-type", b"application/json"),)
NO_STORE = ((b"cache-control", b"no-store"), (b"pragma", b"no-cache"))


class Exchange:
    """One request: its method, headers (latin-1, lower-case names) and body."""

    __slots__ = ("_receive", "headers", "method", "repeated", "scope")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope, self._receive = scope, receive
        self.method: str = scope["method"]
        self.headers: dict[str, str] = {}
        self.repeated: set[str] = set()
        for raw_name, value in scope["headers"]:
            name = raw_name.decode("latin-1")
            if name in self.headers:
                self.repeated.add(name)
            self.headers[name] = value.decode("latin-1")

    def one_header(self, name: str) -> str:
        """Return a header or an empty text; raises OAuthError if it was sent more than once."""
        if name in self.repeated:
            raise OAuthError("invalid_request", f"the header {name} is repeated")
        return self.headers.get(name, "")

    async def form(self) -> dict[str, str]:
        """Return the form of the body; raises OAuthError `invalid_request`."""
        kind = self.one_header("content-type").partition(";")[0].strip().lower()
        if kind != FORM:
            raise OAuthError("invalid_request", f"the content type must be {FORM}")
        return parse(await self.body())

    async def body(self) -> bytes:
        """Return the body; raises OAuthError as soon as it is too large."""
        chunks: list[bytes] = []
        size = 0
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise OAuthError("invalid_request", "the request is incomplete")
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > LARGEST_FORM:
                raise OAuthError("invalid_request", "the request is too large")
            chunks.append(chunk)
            if not message.get("more_body", False):
                return b"".join(chunks)


class Answer:
    """A status, headers and body, ready to send."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, body: bytes, headers: tuple[tuple[bytes, bytes], ...]) -> None:
        self.status, self.body = status, body
        self.headers = (*headers, (b"content-length", str(len(body)).encode()))

    async def send(self, send: Send, *, head: bool = False) -> None:
        """Send it; without the body to a HEAD request."""
        await send(
            {"type": "http.response.start", "status": self.status, "headers": list(self.headers)}
        )
        await send({"type": "http.response.body", "body": b"" if head else self.body})


def secret_json(status: int, value: Mapping[str, Any], *headers: tuple[bytes, bytes]) -> Answer:
    """Return a JSON answer that nobody may store (RFC 6749 section 5.1)."""
    return Answer(status, orjson.dumps(value), (*JSON_HEADERS, *NO_STORE, *headers))


def endpoint(handle: Callable[[Exchange], Awaitable[Answer]], *methods: str) -> ASGIApp:
    """Return the handler as an ASGI application that answers 405 to other methods."""
    allow = ((b"allow", ", ".join(methods).encode()),)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        exchange = Exchange(scope, receive)
        if exchange.method not in methods:
            await Answer(405, b"", allow).send(send)
            return
        answer = await handle(exchange)
        await answer.send(send, head=exchange.method == "HEAD")

    return app
