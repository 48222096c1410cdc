"""`xueyin serve`: one process, one worker; migrations run first."""

import contextlib
import socket
from collections.abc import Callable

import uvicorn
from typing_extensions import override

from kernel.errors import UnavailableError
from server.app import create_app
from server.commands.console import refusals
from server.logs import configure_logs
from server.migrate import upgrade
from server.settings import Settings


def serve() -> None:
    """启动服务：迁移数据库，检查密钥与日志，然后监听。Ctrl-C 停止。"""
    with refusals():
        settings = Settings()
        settings.kek()
        upgrade(settings.database)
        run_server(settings)


def migrate() -> None:
    """把数据库升级到最新结构（serve 会自动先做）。"""
    with refusals():
        upgrade(Settings().database)


def run_server(settings: Settings, ready: Callable[[], None] | None = None) -> None:
    """Serve until stopped. Forwarded headers count only from the named proxies.

    `ready` is called once the port is open.
    """
    configure_logs()
    config = uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        server_header=False,
        access_log=False,
        log_level="warning",
        log_config=None,
        timeout_graceful_shutdown=10,
    )
    server = _Server(config, ready)
    with contextlib.suppress(KeyboardInterrupt):  # raised again after a clean stop
        server.run()
    if not server.started:
        raise UnavailableError("服务没有启动", remedy="原因见上面的日志")


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None] | None) -> None:
        super().__init__(config)
        self._ready = ready

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self._ready is not None:
            self._ready()
