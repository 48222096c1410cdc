"""A network in memory: sites by origin, served by one event loop in a thread of its own."""

import asyncio
import threading
from collections.abc import Awaitable, Coroutine, Mapping
from typing import Any, TypeVar

import httpx2
from starlette.types import ASGIApp, Message
from typing_extensions import override

T = TypeVar("T")
SECONDS = 120
PEER = ("192.0.2.10", 50_000)


class Loop:
    """An event loop that runs on while tests think; `run` waits for one coroutine."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(SECONDS)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(SECONDS)
        self._loop.close()


class Lifespan:
    """Starts and stops an ASGI application as a server does (ASGI lifespan protocol 2.0)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._to_app: asyncio.Queue[Message] = asyncio.Queue()
        self._from_app: asyncio.Queue[Message] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._serve())
        await self._pass("lifespan.startup")

    async def stop(self) -> None:
        await self._pass("lifespan.shutdown")
        assert self._task is not None
        await self._task

    async def _serve(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
        await self._app(scope, self._to_app.get, self._from_app.put)

    async def _pass(self, event: str) -> None:
        await self._to_app.put({"type": event})
        answer = await asyncio.wait_for(self._from_app.get(), SECONDS)
        assert answer["type"] == f"{event}.complete", answer.get("message", answer)


class Network(httpx2.BaseTransport):
    """Carries a blocking client's calls to the sites; `peer` is the address they come from."""

    def __init__(
        self, loop: Loop, sites: Mapping[str, ASGIApp], peer: tuple[str, int] = PEER
    ) -> None:
        self._loop, self._peer = loop, peer
        self._sites = dict(sites)

    def from_peer(self, peer: tuple[str, int]) -> "Network":
        return Network(self._loop, self._sites, peer)

    def with_site(self, origin: str, app: ASGIApp) -> "Network":
        """Return the network with one site more (or another one in its place)."""
        return Network(self._loop, {**self._sites, origin: app}, self._peer)

    @override
    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        return self._loop.run(self._answer(request))

    async def _answer(self, request: httpx2.Request) -> httpx2.Response:
        site = self.asynchronous(_origin(request.url))
        asked = httpx2.Request(
            request.method, request.url, headers=request.headers, content=request.content
        )
        answer = await site.handle_async_request(asked)
        return httpx2.Response(
            answer.status_code, headers=answer.headers, content=await answer.aread()
        )

    def asynchronous(self, origin: str) -> httpx2.ASGITransport:
        """Return the transport to one site for an asynchronous client on the same loop."""
        return httpx2.ASGITransport(self._sites[origin], client=self._peer)


def _origin(url: httpx2.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode()}"


async def gather(*work: Awaitable[T]) -> list[T]:
    """Run all at once, for races."""
    return list(await asyncio.gather(*work))
